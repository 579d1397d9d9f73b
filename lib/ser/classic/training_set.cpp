#include <ser/base/error.h>
#include <ser/classic/training_set.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

double weight_of(const TrainingSet& data, std::size_t i) { return data.weights.empty() ? 1 : data.weights[i]; }

std::size_t place(const std::vector<int>& present, int label) {
  return static_cast<std::size_t>(std::lower_bound(present.begin(), present.end(), label) - present.begin());
}

void check_labels(const TrainingSet& data, const std::string& learner) {
  for (std::size_t i = 0; i < data.y.size(); ++i)
    if (data.y[i] < 0 || data.y[i] >= data.classes)
      throw_error<DataError>("{}: utterance {} of the training data has label {}, expected 0 to {}", learner, i,
                             data.y[i], data.classes - 1);
  for (std::size_t i = 0; i < data.weights.size(); ++i)
    if (!(data.weights[i] >= 0) || std::isinf(data.weights[i]))
      throw_error<DataError>("{}: utterance {} of the training data has weight {}", learner, i, data.weights[i]);
}

}  // namespace

void check_features(const Matrix& x, const std::string& learner) {
  for (std::size_t i = 0; i < x.rows; ++i)
    for (std::size_t j = 0; j < x.columns; ++j)
      if (!std::isfinite(x(i, j)))
        throw_error<DataError>("{}: feature column {} of utterance {} is {}; check the feature store", learner, j, i,
                               x(i, j));
}

std::vector<int> check_training_set(const TrainingSet& data, const std::string& learner) {
  if (data.x.rows != data.y.size() || (!data.weights.empty() && data.weights.size() != data.y.size()))
    throw_error<DataError>("{}: {} rows of features, {} labels, {} weights", learner, data.x.rows, data.y.size(),
                           data.weights.size());
  if (data.x.columns == 0) throw_error<DataError>("{}: the training data have no features", learner);
  check_labels(data, learner);
  check_features(data.x, learner);
  std::vector<int> present;
  for (int k = 0; k < data.classes; ++k)
    for (std::size_t i = 0; i < data.y.size(); ++i)
      if (data.y[i] == k && weight_of(data, i) > 0) {
        present.push_back(k);
        break;
      }
  if (present.size() < 2)
    throw_error<DataError>("{}: cannot learn from {} utterances of {} class; at least two classes are needed", learner,
                           data.y.size(), present.size());
  return present;
}

std::vector<double> class_weights(const TrainingSet& data, const std::vector<int>& present, const std::string& mode) {
  std::vector<double> weights(present.size(), 1.0);
  if (mode != "balanced") return weights;
  std::vector<double> sums(present.size());
  double total = 0;
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    if (!(weight_of(data, i) > 0)) continue;
    total += weight_of(data, i);
    sums[place(present, data.y[i])] += weight_of(data, i);
  }
  for (std::size_t k = 0; k < present.size(); ++k) weights[k] = total / (static_cast<double>(present.size()) * sums[k]);
  return weights;
}

std::vector<double> utterance_weights(const TrainingSet& data, const std::vector<int>& present,
                                      const std::string& class_weight) {
  const std::vector<double> of_class = class_weights(data, present, class_weight);
  std::vector<double> weights(data.y.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weight_of(data, i) > 0) weights[i] = weight_of(data, i) * of_class[place(present, data.y[i])];
  return weights;
}

}  // namespace ser
