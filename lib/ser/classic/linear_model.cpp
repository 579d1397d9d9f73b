#include <ser/base/error.h>
#include <ser/classic/linear_kernels.h>
#include <ser/classic/linear_model.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

const Tensor& find_tensor(const TensorMap& tensors, const std::string& name, const std::string& learner) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw_error<DataError>("{}: the model has no tensor '{}'", learner, name);
  return found->second;
}

void softmax_row(std::span<const double> scores, const std::vector<int>& present, std::span<float> row) {
  const double top = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (const double score : scores) sum += std::exp(score - top);
  for (std::size_t k = 0; k < scores.size(); ++k)
    row[static_cast<std::size_t>(present[k])] = static_cast<float>(std::exp(scores[k] - top) / sum);
}

}  // namespace

std::vector<double> decision_values(const LinearModel& model, const Matrix& x) {
  if (x.columns != model.features)
    throw_error<DataError>("the model was trained on {} features, these data have {}", model.features, x.columns);
  std::vector<double> scores(x.rows * model.rows());
  block_scores({x.values.data(), x.rows, x.columns}, model.coefficients.data(), model.rows(), scores.data());
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += model.intercepts[i % model.rows()];
  return scores;
}

Matrix decision_probabilities(const LinearModel& model, const Matrix& x) {
  const std::vector<double> scores = decision_values(model, x);
  Matrix probabilities(x.rows, static_cast<std::size_t>(model.classes));
  for (std::size_t i = 0; i < x.rows; ++i) {
    if (model.rows() == 1) {
      const double pair[] = {0, scores[i]};
      softmax_row(pair, model.present, probabilities.row(i));
    } else {
      softmax_row(std::span(scores).subspan(i * model.rows(), model.rows()), model.present, probabilities.row(i));
    }
  }
  return probabilities;
}

TensorMap save_linear_model(const LinearModel& model) {
  const auto rows = static_cast<std::int64_t>(model.rows());
  return {{"coefficients", {{rows, static_cast<std::int64_t>(model.features)}, model.coefficients, false}},
          {"intercepts", {{rows}, model.intercepts, false}},
          {"present",
           {{static_cast<std::int64_t>(model.present.size())}, {model.present.begin(), model.present.end()}, false}},
          {"classes", {{1}, {static_cast<double>(model.classes)}, false}}};
}

LinearModel load_linear_model(const TensorMap& tensors, const std::string& learner) {
  const Tensor& coefficients = find_tensor(tensors, "coefficients", learner);
  const Tensor& intercepts = find_tensor(tensors, "intercepts", learner);
  const Tensor& present = find_tensor(tensors, "present", learner);
  const Tensor& classes = find_tensor(tensors, "classes", learner);
  const std::size_t rows = intercepts.values.size(), count = present.values.size();
  const bool shapes = coefficients.shape.size() == 2 && coefficients.shape[1] > 0 &&
                      coefficients.shape[0] == static_cast<std::int64_t>(rows) &&
                      coefficients.size() == static_cast<std::int64_t>(coefficients.values.size()) &&
                      classes.values.size() == 1 && count >= 2 && rows == (count == 2 ? 1 : count);
  if (!shapes) throw_error<DataError>("{}: the shapes of the model's tensors contradict each other", learner);
  LinearModel model;
  double previous = -1;
  for (const double label : present.values) {
    if (!(label > previous) || !(label < classes.values[0]) || label != std::floor(label) || classes.values[0] > 1e6)
      throw_error<DataError>("{}: the model's classes are not ascending indices below their number", learner);
    model.present.push_back(static_cast<int>(label));
    previous = label;
  }
  model.classes = static_cast<int>(classes.values[0]);
  model.features = static_cast<std::size_t>(coefficients.shape[1]);
  model.coefficients = coefficients.values;
  model.intercepts = intercepts.values;
  return model;
}

}  // namespace ser
