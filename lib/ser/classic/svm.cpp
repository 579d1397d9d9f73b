#include <ser/base/error.h>
#include <ser/base/log.h>
#include <ser/classic/liblinear.h>
#include <ser/classic/row_space.h>
#include <ser/classic/svm.h>
#include <ser/classic/training_set.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>

namespace ser {
namespace {

/// The training data in liblinear's sparse form, 16 bytes per value that is not 0, with a column of ones at the end.
class SparseRows {
 public:
  SparseRows(const Matrix& x, const std::vector<int>& y) : labels_(y.begin(), y.end()) {
    const auto filled = static_cast<std::size_t>(
        std::count_if(x.values.begin(), x.values.end(), [](float value) { return value != 0; }));
    nodes_.reserve(filled + 2 * x.rows);
    const int bias_index = static_cast<int>(x.columns) + 1;
    for (std::size_t i = 0; i < x.rows; ++i) {
      rows_.push_back(nodes_.data() + nodes_.size());
      for (std::size_t j = 0; j < x.columns; ++j)
        if (x(i, j) != 0) nodes_.push_back({static_cast<int>(j) + 1, x(i, j)});
      nodes_.push_back({bias_index, 1});
      nodes_.push_back({-1, 0});
    }
    problem_ = {static_cast<int>(x.rows), bias_index, labels_.data(), rows_.data(), 1};
  }
  SparseRows(const SparseRows&) = delete;
  SparseRows& operator=(const SparseRows&) = delete;
  const problem& get() const { return problem_; }

 private:
  std::vector<double> labels_;
  std::vector<feature_node> nodes_;
  std::vector<feature_node*> rows_;
  problem problem_{};
};

/// liblinear has no other way to say that it gave up.
void listen(const char* text) {
  if (std::strstr(text, "reaching max number of iterations"))
    log::warning("svm: liblinear stopped after its 1000 iterations without converging; a smaller C converges sooner");
}

struct FreeModel {
  void operator()(::model* trained) const { liblinear().free_model(&trained); }
};
using TrainedModel = std::unique_ptr<::model, FreeModel>;

/// liblinear orders its classes by first appearance; rows are put into the order of `present` here. With two classes it
/// has one column of weights, that of its first label.
LinearModel read_model(const ::model& trained, int classes, const std::vector<int>& present) {
  const auto features = static_cast<std::size_t>(trained.nr_feature);
  const std::size_t columns = present.size() == 2 ? 1 : present.size();
  LinearModel result{classes, present, features, std::vector<double>(columns * features), std::vector<double>(columns)};
  for (std::size_t column = 0; column < columns; ++column) {
    const auto found = std::lower_bound(present.begin(), present.end(), trained.label[column]);
    const std::size_t row = columns == 1 ? 0 : static_cast<std::size_t>(found - present.begin());
    const double sign = columns == 1 && trained.label[0] == present[0] ? -1 : 1;
    for (std::size_t j = 0; j < features; ++j)
      result.coefficients[row * features + j] = sign * trained.w[j * columns + column];
    result.intercepts[row] = sign * trained.w[features * columns + column];
  }
  return result;
}

}  // namespace

void describe_options(OptionTable& table, SvmOptions& options) {
  table.add("c", options.c, "weight of the loss against the penalty 0.5 ||w||^2, as in scikit-learn")
      .range(1e-12, 1e12);
  table.add("class_weight", options.class_weight, "balanced: the positives of each class weigh the same")
      .choices({"none", "balanced"});
  table.add("tolerance", options.tolerance, "liblinear's eps, the stopping tolerance of its solvers").range(1e-12, 1);
}

void LinearSvm::fit(const TrainingSet& data, const FitContext&) {
  std::vector<int> present = check_training_set(data, name());
  if (std::any_of(data.weights.begin(), data.weights.end(), [](double weight) { return weight != 1; }))
    throw UsageError(
        "svm: liblinear knows no weights of single utterances; use logreg or mlp, or leave the weights out");
  std::vector<double> weights = class_weights(data, present, options_.class_weight);
  parameter parameters{};
  parameters.solver_type = data.x.rows < data.x.columns ? L2R_L2LOSS_SVC_DUAL : L2R_L2LOSS_SVC;
  parameters.eps = options_.tolerance;
  parameters.C = options_.c;
  parameters.nr_weight = static_cast<int>(present.size());
  parameters.weight_label = present.data();
  parameters.weight = weights.data();

  // One at a time: liblinear's print function and the dual solver's rand() are global, and its copy of the data takes
  // four times their memory.
  static std::mutex guard;
  const std::lock_guard lock(guard);
  liblinear().set_print_function(&listen);
  std::srand(1);
  const std::optional<RowSpace> space = RowSpace::of_wide(data.x, 2);
  const SparseRows rows(space ? space->coordinates() : data.x, data.y);
  if (const char* complaint = liblinear().check_parameter(&rows.get(), &parameters))
    throw_error<Error>("svm: {}", complaint);
  const TrainedModel trained(liblinear().train(&rows.get(), &parameters));
  model_ = read_model(*trained, data.classes, present);
  if (space) model_.coefficients = space->expand(model_.coefficients);
  model_.features = data.x.columns;
}

Matrix LinearSvm::predict(const Matrix& x) const { return decision_probabilities(model_, x); }
TensorMap LinearSvm::save() const { return save_linear_model(model_); }
void LinearSvm::load(const TensorMap& tensors) { model_ = load_linear_model(tensors, name()); }

}  // namespace ser
