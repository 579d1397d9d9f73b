#include <ATen/autocast_mode.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/base/log.h>
#include <ser/base/signals.h>
#include <ser/corpus/protocol.h>
#include <ser/eval/metrics.h>
#include <ser/train/input_statistics.h>
#include <ser/train/schedule.h>
#include <ser/train/scores.h>
#include <ser/train/trainer.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace ser {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Matrix products in bfloat16 while it lives. Casts of weights are kept until the optimiser changes them.
class Autocast {
 public:
  Autocast(bool on, at::Device device) : on_(on), device_(device.type()) {
    if (!on_) return;
    at::autocast::set_autocast_enabled(device_, true);
    at::autocast::set_autocast_dtype(device_, at::kBFloat16);
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;
  ~Autocast() {
    if (!on_) return;
    at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(device_, false);
  }

 private:
  bool on_;
  at::DeviceType device_;
};

std::vector<std::size_t> rows_of(const std::vector<TrainingClip>& clips, const std::vector<std::size_t>& places) {
  std::vector<std::size_t> rows;
  for (const std::size_t place : places) rows.push_back(clips[place].row);
  return rows;
}

/// What is best on dev. Throws UsageError for a score that the task has not.
std::string criterion_of(const TrainingOptions& options, const std::string& task) {
  const std::string& wanted = options.criterion;
  if (wanted == "auto") return task == "classes" ? "uar" : task == "dimensions" ? "ccc" : "loss";
  if (wanted != "loss" && task != (wanted == "ccc" ? "dimensions" : "classes"))
    throw_error<UsageError>("training.criterion {} does not go with network.task {}", wanted, task);
  return wanted;
}

/// Copy of a batch where its network is.
Batch moved(const Batch& given, at::Device device) {
  Batch batch = given;
  batch.input.values = batch.input.values.to(device);
  if (batch.targets.distribution.defined()) batch.targets.distribution = batch.targets.distribution.to(device);
  if (batch.targets.dimensions.defined()) batch.targets.dimensions = batch.targets.dimensions.to(device);
  return batch;
}

at::Tensor balanced_weights(const std::vector<TrainingClip>& clips, std::size_t classes) {
  std::vector<float> counts(classes, 0), weights;
  for (const TrainingClip& clip : clips) ++counts[static_cast<std::size_t>(clip.label)];
  const auto present = static_cast<float>(std::count_if(counts.begin(), counts.end(), [](float n) { return n > 0; }));
  for (const float n : counts) weights.push_back(n > 0 ? static_cast<float>(clips.size()) / (present * n) : 0);
  return at::tensor(weights);
}

}  // namespace

std::vector<TrainingClip> Trainer::clips_of(const std::vector<std::size_t>& rows) const {
  std::vector<TrainingClip> clips;
  for (const std::size_t row : rows)
    clips.push_back({row, cell_.clips.seconds(row), cell_.data.label(row),
                     cell_.data.protocol.utterances[cell_.data.utterance_of_row[row]].corpus});
  return clips;
}

std::string Trainer::named(const std::vector<std::size_t>& rows) const {
  std::vector<std::string> ids;
  for (const std::size_t row : rows) ids.push_back(cell_.data.id(row));
  return first_few(ids);
}

Trainer::Trainer(const NetworkCell& cell) : cell_(cell), options_(cell.config.training) {
  at::set_num_threads(cell.threads);
  train_rows_ = cell.data.rows(cell.fold, Part::train);
  dev_rows_ = cell.data.rows(cell.fold, Part::dev);
  if (train_rows_.empty()) throw_error<DataError>("fold {}: the training part has no clips", cell.fold.name);
  // Before any work.
  criterion_of(options_, cell.config.network.task);
  train_clips_ = clips_of(train_rows_);
  at::Tensor weights;
  if (cell.config.loss.class_weight == "balanced")
    weights = balanced_weights(train_clips_, cell.data.protocol.labels.classes.size());
  trainee_ = std::make_unique<Trainee>(cell, weights);
  const bool hears = network().rate_hz() > 0;
  double longest = hears && network().tunes_encoder() ? network().window_seconds() : 0;
  if (options_.crop_seconds > 0)
    longest = longest > 0 ? std::min(longest, options_.crop_seconds) : options_.crop_seconds;
  if (longest > 0)
    for (TrainingClip& clip : train_clips_) clip.seconds = std::min(clip.seconds, longest);
  loader_ = std::make_unique<Loader>(cell, hears, longest);
  make_folder(cell.folder / "checkpoints");
  if (std::filesystem::exists(cell.folder / "checkpoints" / "last.safetensors"))
    resume();
  else
    begin();
  metrics_ = std::make_unique<MetricsFile>(cell.folder / "metrics.jsonl", state_.metrics_bytes);
  observers_.push_back(make_log_observer(fmt::format("fold {}, seed {}", cell.fold.name, cell.seed)));
  observers_.push_back(make_tensorboard_observer(cell.folder / "events", state_.step));
}

/// What is measured on the training part before the first step.
void Trainer::begin() {
  if (network().standardises()) measure_inputs();
  if (cell_.config.network.task == "dimensions") {
    const auto [mean, deviation] = loader_->target_scale(train_rows_);
    network().set_output_scale(mean.to(trainee_->device()), deviation.to(trainee_->device()));
  }
  if (trainee_->objective().wants_scales()) measure_losses();
  trainee_->begin_average();
}

void Trainer::resume() {
  const std::filesystem::path file = cell_.folder / "checkpoints" / "last.safetensors";
  state_ = load_state(file);
  trainee_->load(state_, file.string());
  log::info("fold {}, seed {}: goes on at epoch {}, batch {}", cell_.fold.name, cell_.seed, state_.epoch + 1,
            state_.batch + 1);
}

/// The terms' values on the first batch, before anything is learnt, become what their weights are divided by.
void Trainer::measure_losses() {
  const at::NoGradGuard no_gradients;
  network().set_training(false);
  const auto first = training_batches(train_clips_, options_, static_cast<std::uint64_t>(cell_.seed), 0).front();
  const Batch batch = moved(loader_->load(rows_of(train_clips_, first), 0), trainee_->device());
  const std::vector<at::Tensor> terms =
      trainee_->objective().value(network().forward(batch.input), batch.targets).terms;
  for (const at::Tensor& term : terms)
    if (!term.isfinite().item<bool>()) fail_not_finite("loss", "clips of the batch", batch.rows);
  trainee_->objective().set_scales(terms);
}

/// Mean and deviation of what enters the trained part, over the frames of the training clips.
void Trainer::measure_inputs() {
  const at::NoGradGuard no_gradients;
  network().set_training(false);
  InputStatistics statistics;
  for (const auto& places : evaluation_batches(train_clips_, options_)) {
    throw_if_interrupted();
    Batch batch = loader_->load(rows_of(train_clips_, places), std::nullopt);
    batch.input.values = batch.input.values.to(trainee_->device());
    const FrameBatch frames = network().layer_frames(batch.input);
    std::vector<std::size_t> culprits;
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      const auto clip = static_cast<std::int64_t>(i);
      if (!frames.x[clip].narrow(0, 0, frames.frames[i]).isfinite().all().item<bool>())
        culprits.push_back(batch.rows[i]);
    }
    if (!culprits.empty())
      throw_error<DataError>("fold {}: frames that are not finite in {}", cell_.fold.name, named(culprits));
    statistics.add(frames);
  }
  network().set_standardisation(statistics.mean().to(trainee_->device()),
                                statistics.deviation().to(trainee_->device()));
}

void Trainer::run() {
  while (state_.epoch < options_.epochs) {
    if (options_.patience > 0 && !dev_rows_.empty() && state_.best_epoch >= 0 &&
        state_.epoch - 1 - state_.best_epoch >= options_.patience)
      break;
    run_epoch();
  }
  const std::filesystem::path best = cell_.folder / "checkpoints" / "best.safetensors";
  if (options_.select == "best" && state_.best_epoch >= 0)
    assign_network_weights(network(), read_weights(best), best.string());
  else
    trainee_->swap_average();
  network().set_training(false);
}

void Trainer::run_epoch() {
  const Clock::time_point start = Clock::now();
  Clock::time_point saved = start;
  const int epoch = static_cast<int>(state_.epoch);
  const auto batches = training_batches(train_clips_, options_, static_cast<std::uint64_t>(cell_.seed), epoch);
  state_.sums.resize(trainee_->objective().names().size() + 4);
  const auto per_step = static_cast<std::size_t>(options_.accumulate);
  network().set_training(true);
  trainee_->zero_gradients();
  const auto first_batch = static_cast<std::size_t>(state_.batch);
  std::future<Batch> next;
  // A resumed epoch may have no batch left, only its end.
  if (first_batch < batches.size()) next = loader_->load_ahead(rows_of(train_clips_, batches[first_batch]), epoch);
  for (std::size_t b = first_batch; b < batches.size(); ++b) {
    const Batch batch = next.get();
    if (b + 1 < batches.size()) next = loader_->load_ahead(rows_of(train_clips_, batches[b + 1]), epoch);
    torch::manual_seed(hash64(fmt::format("dropout/{}/{}", epoch, b), static_cast<std::uint64_t>(cell_.seed)));
    const std::size_t first = b - b % per_step, in_step = std::min(per_step, batches.size() - first);
    train_batch(batch, in_step);
    state_.batch = static_cast<std::int64_t>(b + 1);
    if (state_.batch % options_.accumulate != 0 && b + 1 < batches.size()) continue;
    take_step(batches.size());
    const bool interrupted = received_signal() != 0;
    if (interrupted || seconds_since(saved) > 60 * options_.save_minutes) {
      save();
      saved = Clock::now();
    }
    if (interrupted) throw_if_interrupted();
  }
  finish_epoch(seconds_since(start));
}

void Trainer::fail_not_finite(const char* what, const char* which, const std::vector<std::size_t>& rows) const {
  throw_error<Error>(
      "fold {}, seed {}: the {} is not finite in epoch {}, batch {}; {}: {}. Lower the learning rate, or look at these "
      "clips",
      cell_.fold.name, cell_.seed, what, state_.epoch + 1, state_.batch + 1, which, named(rows));
}

void Trainer::train_batch(const Batch& given, std::size_t batches_in_step) {
  const Batch batch = moved(given, trainee_->device());
  NetworkOutput output;
  Objective::Value loss;
  {
    const Autocast autocast(options_.precision == "bf16", trainee_->device());
    output = network().forward(batch.input);
    loss = trainee_->objective().value(output, batch.targets);
  }
  const auto total = loss.total.item<double>();
  step_rows_.insert(step_rows_.end(), batch.rows.begin(), batch.rows.end());
  if (!std::isfinite(total)) {
    std::vector<std::size_t> culprits;
    for (std::size_t i = 0; i < batch.rows.size(); ++i)
      if (!output.outputs[static_cast<std::int64_t>(i)].isfinite().all().item<bool>())
        culprits.push_back(batch.rows[i]);
    if (culprits.empty()) fail_not_finite("loss", "clips of the batch", batch.rows);
    fail_not_finite("loss", "clips without finite outputs", culprits);
  }
  (loss.total / static_cast<double>(batches_in_step)).backward();
  const auto clips = static_cast<double>(batch.rows.size());
  state_.sums[0] += clips;
  state_.sums[1] += total * clips;
  last_loss_ = total;
  state_.sums[2] += batch.seconds;
  for (std::size_t k = 0; k < loss.terms.size(); ++k) state_.sums[4 + k] += loss.terms[k].item<double>() * clips;
}

double Trainer::rate_factor(std::size_t batches) const {
  const double of_epoch = static_cast<double>(state_.batch) / static_cast<double>(batches);
  return learning_rate_factor(options_, (static_cast<double>(state_.epoch) + of_epoch) / options_.epochs,
                              static_cast<int>(state_.epoch));
}

void Trainer::take_step(std::size_t batches) {
  const double factor = rate_factor(batches);
  const double length = trainee_->clip_gradients(options_.clip_norm);
  if (!std::isfinite(length)) fail_not_finite("gradient", "clips of the step", step_rows_);
  step_rows_.clear();
  trainee_->step(factor);
  trainee_->zero_gradients();
  ++state_.step;
  state_.sums[3] += length;
  for (const auto& observer : observers_)
    observer->on_step({state_.step, last_loss_, options_.learning_rate * factor, length});
}

void Trainer::finish_epoch(double seconds) {
  const Clock::time_point start = Clock::now();
  EpochReport report;
  report.epoch = static_cast<int>(state_.epoch) + 1;
  report.epochs = options_.epochs;
  report.step = state_.step;
  const double clips = state_.sums[0];
  report.train.emplace_back("loss", state_.sums[1] / clips);
  if (const std::vector<std::string> names = trainee_->objective().names(); names.size() > 1)
    for (std::size_t k = 0; k < names.size(); ++k) report.train.emplace_back(names[k], state_.sums[4 + k] / clips);
  report.learning_rate = options_.learning_rate * rate_factor(static_cast<std::size_t>(state_.batch));
  report.gradient_norm = state_.sums[3] / std::ceil(static_cast<double>(state_.batch) / options_.accumulate);
  report.audio_seconds = state_.sums[2];
  if (!dev_rows_.empty()) {
    trainee_->swap_average();
    const Evaluated dev = evaluate_or_save(dev_rows_);
    report.dev = dev.scores;
    const double score = score_of(dev);
    if (state_.best_epoch < 0 || score > state_.best_score) {
      state_.best_epoch = state_.epoch;
      state_.best_score = score;
      report.best = true;
      write_weights(cell_.folder / "checkpoints" / "best.safetensors", network_weights(network()));
    }
    trainee_->swap_average();
  }
  report.seconds = seconds + seconds_since(start);
  for (const auto& observer : observers_) observer->on_epoch(report);
  metrics_->on_epoch(report);
  ++state_.epoch;
  state_.batch = 0;
  state_.sums.assign(state_.sums.size(), 0);
  save();
}

double Trainer::score_of(const Evaluated& dev) const {
  const std::string wanted = criterion_of(options_, cell_.config.network.task);
  for (const auto& [name, value] : dev.scores)
    // What is not a number is worse than any.
    if (name == wanted) return std::isnan(value) ? -HUGE_VAL : wanted == "loss" ? -value : value;
  return -HUGE_VAL;
}

/// With the average in place of the weights; a signal saves the epoch's training before it stops.
Evaluated Trainer::evaluate_or_save(const std::vector<std::size_t>& rows) {
  try {
    return evaluate(rows);
  } catch (const Interrupted&) {
    trainee_->swap_average();
    save();
    throw;
  }
}

Evaluated Trainer::evaluate(const std::vector<std::size_t>& rows) {
  const at::NoGradGuard no_gradients;
  network().set_training(false);
  const std::vector<TrainingClip> clips = clips_of(rows);
  Evaluated result;
  std::vector<at::Tensor> outputs, distributions, dimensions;
  for (const auto& places : evaluation_batches(clips, options_)) {
    throw_if_interrupted();
    Batch batch = loader_->load(rows_of(clips, places), std::nullopt);
    batch.input.values = batch.input.values.to(trainee_->device());
    const Autocast autocast(options_.precision == "bf16", trainee_->device());
    outputs.push_back(network().forward(batch.input).outputs.to(at::kCPU, at::kFloat));
    result.rows.insert(result.rows.end(), batch.rows.begin(), batch.rows.end());
    if (batch.targets.distribution.defined()) distributions.push_back(batch.targets.distribution);
    if (batch.targets.dimensions.defined()) dimensions.push_back(batch.targets.dimensions);
  }
  result.outputs = at::cat(outputs);
  Targets targets;
  if (!distributions.empty()) targets.distribution = at::cat(distributions);
  if (!dimensions.empty()) targets.dimensions = at::cat(dimensions);
  result.scores = scores(result.outputs, targets, trainee_->objective(), cell_.config.network);
  return result;
}

void Trainer::save() {
  trainee_->save(state_);
  state_.metrics_bytes = metrics_->bytes();
  save_state(state_, cell_.folder / "checkpoints" / "last.safetensors");
}

}  // namespace ser
