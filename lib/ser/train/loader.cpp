#include <ser/base/error.h>
#include <ser/base/hash.h>
#include <ser/base/parallel.h>
#include <ser/base/random.h>
#include <ser/train/loader.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

void check_dimensions(const StudyData& data, const std::vector<std::string>& dimensions) {
  for (const std::string& name : dimensions) {
    bool known = false;
    for (std::size_t row = 0; row < data.size() && !known; ++row)
      known = std::isfinite(dimension_of(data.utterance(row), name));
    if (!known) throw_error<DataError>("no utterance has a value of {}: leave it out of network.dimensions", name);
  }
}

at::Tensor tensor_of(std::vector<float> values, std::size_t rows) {
  return at::tensor(values).view({static_cast<std::int64_t>(rows), -1});
}

}  // namespace

Targets all_targets(const StudyData& data, const NetworkOptions& options) {
  std::vector<float> values;
  if (options.task == "dimensions") check_dimensions(data, options.dimensions);
  for (std::size_t row = 0; row < data.size(); ++row) {
    if (options.task == "dimensions") {
      for (const std::string& name : options.dimensions)
        values.push_back(static_cast<float>(dimension_of(data.utterance(row), name)));
    } else if (options.task == "distribution") {
      const std::vector<double> shares = class_shares(data, row);
      values.insert(values.end(), shares.begin(), shares.end());
    } else {
      for (std::size_t k = 0; k < data.protocol.labels.classes.size(); ++k)
        values.push_back(static_cast<std::size_t>(data.label(row)) == k ? 1.0F : 0.0F);
    }
  }
  Targets targets;
  (options.task == "dimensions" ? targets.dimensions : targets.distribution) = tensor_of(values, data.size());
  return targets;
}

Loader::Loader(const NetworkCell& cell, bool audio, double longest_seconds)
    : cell_(cell),
      audio_(audio),
      longest_seconds_(longest_seconds),
      augmenter_(cell.config.augment),
      targets_(all_targets(cell.data, cell.config.network)) {
  if (augmenter_.active() && !audio_)
    throw UsageError(
        "augment: stored frames cannot be augmented; give --network.encoder.model without --features, or augment the "
        "audio first ('ser-extract augment')");
  if (audio_) rate_hz_ = FeatureConfig::from_signature(cell.data.feature_signature)->rate_hz;
}

Matrix Loader::clip(std::size_t row, std::optional<int> epoch) const {
  Matrix clip = cell_.clips.read(row);
  if (!epoch || !audio_) return clip;
  const auto seed = static_cast<std::uint64_t>(cell_.seed), of_epoch = static_cast<std::uint64_t>(*epoch);
  if (augmenter_.active()) {
    AugmentedWave changed =
        augmenter_.apply({std::move(clip.values), rate_hz_, 0}, {seed, of_epoch, cell_.data.id(row)});
    clip.values = std::move(changed.wave.samples);
    clip.rows = clip.values.size();
  }
  const auto most = static_cast<std::size_t>(longest_seconds_ * rate_hz_);
  if (most == 0 || clip.rows <= most) return clip;
  Random random(seed, "crop", of_epoch, cell_.data.id(row));
  const std::size_t begin = random.below(clip.rows - most + 1);
  Matrix part(most, clip.columns);
  std::copy_n(clip.values.begin() + static_cast<std::ptrdiff_t>(begin * clip.columns), part.values.size(),
              part.values.begin());
  return part;
}

Batch Loader::load(std::span<const std::size_t> rows, std::optional<int> epoch) const {
  std::vector<Matrix> clips(rows.size());
  parallel_for(rows.size(), cell_.threads, [&](std::size_t i) { clips[i] = clip(rows[i], epoch); });
  Batch batch;
  batch.rows.assign(rows.begin(), rows.end());
  std::size_t longest = 0;
  for (const Matrix& clip : clips) longest = std::max(longest, clip.rows);
  const auto count = static_cast<std::int64_t>(rows.size()), time = static_cast<std::int64_t>(longest),
             columns = static_cast<std::int64_t>(clips[0].columns);
  batch.input.values = at::zeros({count, time, columns});
  float* const out = batch.input.values.mutable_data_ptr<float>();
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::copy(clips[i].values.begin(), clips[i].values.end(), out + i * longest * clips[i].columns);
    batch.input.lengths.push_back(static_cast<std::int64_t>(clips[i].rows));
    batch.seconds += cell_.clips.seconds(rows[i]);
    places.push_back(static_cast<std::int64_t>(rows[i]));
    if (epoch)
      batch.input.keys.push_back(
          hash64(cell_.data.id(rows[i]) + '/' + std::to_string(*epoch), static_cast<std::uint64_t>(cell_.seed)));
  }
  if (audio_) batch.input.values = batch.input.values.squeeze(2);
  const at::Tensor index = at::tensor(places, at::kLong);
  if (targets_.distribution.defined()) batch.targets.distribution = targets_.distribution.index_select(0, index);
  if (targets_.dimensions.defined()) batch.targets.dimensions = targets_.dimensions.index_select(0, index);
  return batch;
}

std::pair<at::Tensor, at::Tensor> Loader::target_scale(const std::vector<std::size_t>& rows) const {
  std::vector<std::int64_t> places(rows.begin(), rows.end());
  const at::Tensor values = targets_.dimensions.index_select(0, at::tensor(places, at::kLong)).to(at::kDouble);
  const at::Tensor mean = values.nanmean(0), deviation = (values - mean).square().nanmean(0).sqrt();
  const at::Tensor usable = deviation > 1e-6;
  return {at::where(mean.isfinite(), mean, at::zeros_like(mean)).to(at::kFloat),
          at::where(usable, deviation, at::ones_like(deviation)).to(at::kFloat)};
}

std::future<Batch> Loader::load_ahead(std::vector<std::size_t> rows, std::optional<int> epoch) const {
  return std::async(std::launch::async, [this, rows = std::move(rows), epoch] { return load(rows, epoch); });
}

}  // namespace ser
