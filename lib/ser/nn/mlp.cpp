#include <ATen/CPUGeneratorImpl.h>
#include <ser/base/error.h>
#include <ser/base/log.h>
#include <ser/base/random.h>
#include <ser/base/signals.h>
#include <ser/classic/grid_search.h>
#include <ser/classic/training_set.h>
#include <ser/nn/mlp.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace ser {
namespace {

/// torch's number of threads for the time of one fit.
class ThreadCount {
 public:
  explicit ThreadCount(int threads) : before_(at::get_num_threads()) { at::set_num_threads(threads); }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;
  ~ThreadCount() { at::set_num_threads(before_); }

 private:
  int before_;
};

struct Network {
  std::vector<at::Tensor> weights, biases;
};

at::Tensor view(const Matrix& x) {
  return at::from_blob(const_cast<float*>(x.values.data()),
                       {static_cast<std::int64_t>(x.rows), static_cast<std::int64_t>(x.columns)}, at::kFloat);
}

Matrix to_matrix(const at::Tensor& tensor) {
  const at::Tensor values = tensor.detach().contiguous();
  Matrix matrix(static_cast<std::size_t>(values.size(0)), static_cast<std::size_t>(values.size(1)));
  std::copy_n(values.const_data_ptr<float>(), matrix.values.size(), matrix.values.begin());
  return matrix;
}

Network to_network(const std::vector<DenseLayer>& layers) {
  Network network;
  for (const DenseLayer& layer : layers) {
    network.weights.push_back(view(layer.weight).clone());
    network.biases.push_back(
        at::from_blob(const_cast<float*>(layer.bias.data()), {static_cast<std::int64_t>(layer.bias.size())}, at::kFloat)
            .clone());
  }
  return network;
}

std::vector<DenseLayer> to_layers(const Network& network) {
  std::vector<DenseLayer> layers;
  for (std::size_t i = 0; i < network.weights.size(); ++i) {
    const Matrix bias = to_matrix(network.biases[i].unsqueeze(0));
    layers.push_back({to_matrix(network.weights[i]), bias.values});
  }
  return layers;
}

/// Glorot uniform for weights and biases, as scikit-learn's MLPClassifier with ReLU.
std::vector<DenseLayer> initial_layers(std::size_t inputs, const std::vector<int>& hidden, std::size_t outputs,
                                       std::uint64_t seed) {
  std::vector<std::size_t> sizes{inputs};
  for (const int units : hidden) sizes.push_back(static_cast<std::size_t>(units));
  sizes.push_back(outputs);
  std::vector<DenseLayer> layers;
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    Random random(seed, "mlp weights", i);
    const double bound = std::sqrt(6.0 / static_cast<double>(sizes[i] + sizes[i + 1]));
    DenseLayer layer{Matrix(sizes[i + 1], sizes[i]), std::vector<float>(sizes[i + 1])};
    for (float& value : layer.weight.values) value = static_cast<float>(random.uniform(-bound, bound));
    for (float& value : layer.bias) value = static_cast<float>(random.uniform(-bound, bound));
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// Logits [batch, class]. `dropout` above 0 needs a generator.
at::Tensor forward(const Network& network, at::Tensor x, double dropout = 0,
                   const std::optional<at::Generator>& generator = std::nullopt) {
  for (std::size_t i = 0; i < network.weights.size(); ++i) {
    x = at::linear(x, network.weights[i], network.biases[i]);
    if (i + 1 == network.weights.size()) break;
    x = at::relu(x);
    if (dropout > 0) x = x * at::empty_like(x).bernoulli_(1 - dropout, generator).div_(1 - dropout);
  }
  return x;
}

/// Rows, class places and weights of the training part as tensors.
struct Rows {
  at::Tensor x, y, weights;
};

Rows to_rows(const TrainingSet& data, const std::vector<int>& present, const std::string& class_weight) {
  const std::vector<double> weights = utterance_weights(data, present, class_weight);
  const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
  const auto count = static_cast<std::int64_t>(weights.size());
  Rows rows{view(data.x), at::zeros({count}, at::kLong), at::zeros({count}, at::kFloat)};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto at = std::lower_bound(present.begin(), present.end(), data.y[i]);
    rows.y.mutable_data_ptr<std::int64_t>()[i] = at == present.end() ? 0 : at - present.begin();
    rows.weights.mutable_data_ptr<float>()[i] = static_cast<float>(weights[i] / mean);
  }
  return rows;
}

class Trainer {
 public:
  Trainer(const MlpOptions& options, const Rows& rows, Network network, std::uint64_t seed)
      : options_(options), rows_(rows), network_(std::move(network)), seed_(seed), adam_(groups(), adam_options()) {}

  void epoch(int number) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(rows_.x.size(0)));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    Random(seed_, "mlp batches", static_cast<std::uint64_t>(number)).shuffle(order);
    const auto step = std::min(order.size(), static_cast<std::size_t>(options_.batch_size));
    for (std::size_t begin = 0; begin < order.size(); begin += step) {
      const std::size_t size = std::min(step, order.size() - begin);
      const at::Tensor index = at::from_blob(order.data() + begin, {static_cast<std::int64_t>(size)}, at::kLong);
      Random key(seed_, "mlp dropout", static_cast<std::uint64_t>(number), std::to_string(begin));
      const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(key());
      const at::Tensor logits = forward(network_, rows_.x.index_select(0, index), options_.dropout, generator);
      const at::Tensor losses = at::cross_entropy_loss(logits, rows_.y.index_select(0, index), {}, at::Reduction::None);
      const at::Tensor loss = (losses * rows_.weights.index_select(0, index)).mean();
      adam_.zero_grad();
      loss.backward();
      adam_.step();
    }
  }
  const Network& network() const { return network_; }

 private:
  torch::optim::AdamOptions adam_options() const { return torch::optim::AdamOptions(options_.learning_rate); }

  std::vector<torch::optim::OptimizerParamGroup> groups() {
    for (std::size_t i = 0; i < network_.weights.size(); ++i) {
      network_.weights[i].requires_grad_(true);
      network_.biases[i].requires_grad_(true);
    }
    std::vector<torch::optim::OptimizerParamGroup> all;
    all.emplace_back(network_.weights,
                     std::make_unique<torch::optim::AdamOptions>(adam_options().weight_decay(options_.weight_decay)));
    all.emplace_back(network_.biases, std::make_unique<torch::optim::AdamOptions>(adam_options()));
    return all;
  }

  const MlpOptions& options_;
  const Rows& rows_;
  Network network_;
  std::uint64_t seed_;
  torch::optim::Adam adam_;
};

/// [utterances, classes], 0 for classes not seen in training.
Matrix probabilities(const Network& network, const Matrix& x, const std::vector<int>& present, int classes) {
  const at::NoGradGuard no_gradients;
  const Matrix seen = to_matrix(forward(network, view(x)).to(at::kDouble).softmax(1).to(at::kFloat));
  Matrix all(x.rows, static_cast<std::size_t>(classes));
  for (std::size_t i = 0; i < x.rows; ++i)
    for (std::size_t k = 0; k < present.size(); ++k) all(i, static_cast<std::size_t>(present[k])) = seen(i, k);
  return all;
}

/// Threads that pay: below some tens of millions of multiplications per layer and batch, waiting for each other costs
/// two threads more than the work itself.
int useful_threads(const TrainingSet& data, const MlpOptions& options, int threads) {
  constexpr double smallest_layer = 5e7;
  double widest = 0, inputs = static_cast<double>(data.x.columns);
  for (const int units : options.hidden) {
    widest = std::max(widest, inputs * units);
    inputs = units;
  }
  return widest * options.batch_size < smallest_layer ? 1 : std::max(1, threads);
}

void check_dev(const TrainingSet& data) {
  if (data.x_dev.rows != data.y_dev.size() || (data.x_dev.rows > 0 && data.x_dev.columns != data.x.columns))
    throw_error<DataError>("mlp: the dev part has {} rows of {} features and {} labels; the training part {} features",
                           data.x_dev.rows, data.x_dev.columns, data.y_dev.size(), data.x.columns);
  for (const int label : data.y_dev)
    if (label < 0 || label >= data.classes)
      throw_error<DataError>("mlp: label {} in the dev part, expected 0 to {}", label, data.classes - 1);
  check_features(data.x_dev, "mlp (dev part)");
}

const Tensor& find_tensor(const TensorMap& tensors, const std::string& name) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) throw_error<DataError>("mlp: the model has no tensor '{}'", name);
  return found->second;
}

}  // namespace

void Mlp::fit(const TrainingSet& data, const FitContext& context) {
  const std::vector<int> present = check_training_set(data, name());
  check_dev(data);
  const ThreadCount threads(useful_threads(data, options_, context.threads));
  const at::AutoGradMode gradients(true);
  const Rows rows = to_rows(data, present, options_.class_weight);
  Trainer trainer(options_, rows,
                  to_network(initial_layers(data.x.columns, options_.hidden, present.size(), context.seed)),
                  context.seed);
  const bool has_dev = data.x_dev.rows > 0;
  double best = -1;
  int best_epoch = 0, epoch = 0;
  std::vector<DenseLayer> best_layers;
  while (epoch < options_.epochs && (!has_dev || epoch - best_epoch < options_.patience)) {
    throw_if_interrupted();
    trainer.epoch(++epoch);
    if (!has_dev) continue;
    const auto predicted = largest_columns(probabilities(trainer.network(), data.x_dev, present, data.classes));
    const double recall = pooled_recall(data.y_dev, predicted, data.classes);
    if (recall <= best) continue;
    best = recall, best_epoch = epoch;
    best_layers = to_layers(trainer.network());
  }
  layers_ = has_dev ? std::move(best_layers) : to_layers(trainer.network());
  for (const DenseLayer& layer : layers_)
    if (!std::ranges::all_of(layer.weight.values, [](float value) { return std::isfinite(value); }))
      throw_error<Error>("mlp: training diverged; lower the learning rate ({})", options_.learning_rate);
  present_ = present;
  classes_ = data.classes;
  epochs_run_ = epoch;
  if (has_dev) log::debug("mlp: best of {} epochs: {}, UAR on dev {:.4f}", epoch, best_epoch, best);
}

Matrix Mlp::predict(const Matrix& x) const {
  if (layers_.empty() || x.columns != layers_[0].weight.columns)
    throw_error<DataError>("the model was trained on {} features, these data have {}",
                           layers_.empty() ? 0 : layers_[0].weight.columns, x.columns);
  return probabilities(to_network(layers_), x, present_, classes_);
}

TensorMap Mlp::save() const {
  TensorMap tensors{
      {"present", {{static_cast<std::int64_t>(present_.size())}, {present_.begin(), present_.end()}, false}},
      {"classes", {{1}, {static_cast<double>(classes_)}, false}}};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Matrix& weight = layers_[i].weight;
    tensors[fmt::format("layer{}.weight", i)] = {
        {static_cast<std::int64_t>(weight.rows), static_cast<std::int64_t>(weight.columns)},
        {weight.values.begin(), weight.values.end()},
        true};
    tensors[fmt::format("layer{}.bias", i)] = {
        {static_cast<std::int64_t>(weight.rows)}, {layers_[i].bias.begin(), layers_[i].bias.end()}, true};
  }
  return tensors;
}

void Mlp::load(const TensorMap& tensors) {
  std::vector<DenseLayer> layers;
  for (std::size_t i = 0; tensors.contains(fmt::format("layer{}.weight", i)); ++i) {
    const Tensor& weight = find_tensor(tensors, fmt::format("layer{}.weight", i));
    const Tensor& bias = find_tensor(tensors, fmt::format("layer{}.bias", i));
    const bool shapes = weight.shape.size() == 2 && weight.shape[0] > 0 && weight.shape[1] > 0 &&
                        weight.size() == static_cast<std::int64_t>(weight.values.size()) &&
                        weight.shape[0] == static_cast<std::int64_t>(bias.values.size()) &&
                        (layers.empty() || layers.back().bias.size() == static_cast<std::size_t>(weight.shape[1]));
    if (!shapes) throw_error<DataError>("mlp: the shapes of layer {} contradict each other", i);
    DenseLayer layer{Matrix(static_cast<std::size_t>(weight.shape[0]), static_cast<std::size_t>(weight.shape[1])),
                     std::vector<float>(bias.values.begin(), bias.values.end())};
    std::copy(weight.values.begin(), weight.values.end(), layer.weight.values.begin());
    layers.push_back(std::move(layer));
  }
  const std::vector<double>& labels = find_tensor(tensors, "present").values;
  const std::vector<double>& classes = find_tensor(tensors, "classes").values;
  if (layers.empty() || layers.back().bias.size() != labels.size() || classes.size() != 1 || !(classes[0] <= 1e6))
    throw DataError("mlp: layers and classes of the model contradict each other");
  std::vector<int> present;
  for (const double label : labels) {
    if (!(label > (present.empty() ? -1 : present.back())) || !(label < classes[0]) || label != std::floor(label))
      throw DataError("mlp: the model's classes are not ascending indices below their number");
    present.push_back(static_cast<int>(label));
  }
  layers_ = std::move(layers);
  present_ = std::move(present);
  classes_ = static_cast<int>(classes[0]);
}

}  // namespace ser
