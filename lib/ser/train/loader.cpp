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
      mixup_(cell.config.augment.mixup),
      train_rows_(cell.data.rows(cell.fold, Part::train)),
      targets_(all_targets(cell.data, cell.config.network)) {
  if ((augmenter_.active() || mixup_.active()) && !audio_)
    throw UsageError(
        "augment: stored frames cannot be augmented or mixed; give --network.encoder.model without --features, or make "
        "copies of the audio first ('ser-extract augment') and give them with --copies");
  if (cell.copies) {
    copies_ = cell.copies->usable(cell.fold);
    if (cell.config.training.copy_probability > 0 && usable_copies().first == 0)
      throw_error<DataError>(
          "fold {}: none of the {} copies can be taken: of each the clip or its partner is outside the training part; "
          "make them for this protocol ('ser-extract augment --protocol FILE --training-part')",
          cell.fold.name, cell.copies->size());
  }
  if (audio_) rate_hz_ = FeatureConfig::from_signature(cell.data.feature_signature)->rate_hz;
}

/// A part of at most longest_seconds_; `seconds`: how long the frames are (that of samples follows from their rate).
Matrix Loader::cut(Matrix clip, double seconds, const AugmentKey& key) const {
  if (longest_seconds_ <= 0) return clip;
  const double per_second = audio_ ? rate_hz_ : static_cast<double>(clip.rows) / std::max(seconds, 1e-3);
  const auto most = std::max<std::size_t>(1, static_cast<std::size_t>(longest_seconds_ * per_second));
  if (clip.rows <= most) return clip;
  Random random(key.seed, "crop", key.epoch, key.id);
  const std::size_t begin = random.below(clip.rows - most + 1);
  Matrix part(most, clip.columns);
  std::copy_n(clip.values.begin() + static_cast<std::ptrdiff_t>(begin * clip.columns), part.values.size(),
              part.values.begin());
  return part;
}

Matrix Loader::augmented(std::size_t row, std::uint64_t epoch) const {
  const AugmentKey key{static_cast<std::uint64_t>(cell_.seed), epoch, cell_.data.id(row)};
  Matrix clip = cell_.clips.read(row);
  if (augmenter_.active()) {
    AugmentedWave changed = augmenter_.apply({std::move(clip.values), rate_hz_, 0}, key);
    clip.values = std::move(changed.wave.samples);
    clip.rows = clip.values.size();
  }
  return cut(std::move(clip), cell_.clips.seconds(row), key);
}

/// Cut first, then mixed: a piece that was cut off afterwards would leave its label behind.
HeardClip Loader::mixed(std::size_t row, std::uint64_t epoch) const {
  HeardClip clip{augmented(row, epoch), row, 0};
  if (!mixup_.active()) return clip;
  const AugmentKey key{static_cast<std::uint64_t>(cell_.seed), epoch, cell_.data.id(row)};
  const auto place = std::lower_bound(train_rows_.begin(), train_rows_.end(), row) - train_rows_.begin();
  const auto partner = mixup_.draw_partner(static_cast<std::size_t>(place), train_rows_.size(), key);
  if (!partner) return clip;
  clip.partner = train_rows_[*partner];
  MixedWave mixture = mixup_.mix({std::move(clip.values.values), rate_hz_, 0},
                                 {augmented(clip.partner, epoch).values, rate_hz_, 0}, key);
  clip.values.values = std::move(mixture.wave.samples);
  clip.values.rows = clip.values.values.size();
  clip.partner_share = mixture.partner_share;
  return clip;
}

HeardClip Loader::heard(std::size_t row, int epoch_number) const {
  const auto epoch = static_cast<std::uint64_t>(epoch_number);
  if (copies_.empty() || copies_[row].empty()) return mixed(row, epoch);
  const AugmentKey key{static_cast<std::uint64_t>(cell_.seed), epoch, cell_.data.id(row)};
  Random random(key.seed, "copy", key.epoch, key.id);
  if (random.uniform() >= cell_.config.training.copy_probability) return mixed(row, epoch);
  const std::size_t copy = copies_[row][random.below(copies_[row].size())];
  const TrainingCopy& of = (*cell_.copies)[copy];
  return {cut(cell_.copies->read(copy), cell_.copies->seconds(copy), key), of.partner.value_or(row), of.partner_share};
}

std::pair<std::size_t, std::size_t> Loader::usable_copies() const {
  std::size_t copies = 0, rows = 0;
  for (const std::vector<std::size_t>& of_row : copies_) {
    copies += of_row.size();
    rows += !of_row.empty();
  }
  return {copies, rows};
}

Batch Loader::load(std::span<const std::size_t> rows, std::optional<int> epoch) const {
  std::vector<HeardClip> clips(rows.size());
  parallel_for(rows.size(), cell_.threads, [&](std::size_t i) {
    clips[i] = epoch ? heard(rows[i], *epoch) : HeardClip{cell_.clips.read(rows[i]), rows[i], 0};
  });
  Batch batch;
  batch.rows.assign(rows.begin(), rows.end());
  std::size_t longest = 0;
  for (const HeardClip& clip : clips) longest = std::max(longest, clip.values.rows);
  const auto count = static_cast<std::int64_t>(rows.size()), time = static_cast<std::int64_t>(longest),
             columns = static_cast<std::int64_t>(clips[0].values.columns);
  batch.input.values = at::zeros({count, time, columns});
  float* const out = batch.input.values.mutable_data_ptr<float>();
  std::vector<std::int64_t> places, partners;
  std::vector<float> shares;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Matrix& values = clips[i].values;
    std::copy(values.values.begin(), values.values.end(), out + i * longest * values.columns);
    batch.input.lengths.push_back(static_cast<std::int64_t>(values.rows));
    batch.seconds += cell_.clips.seconds(rows[i]);
    places.push_back(static_cast<std::int64_t>(rows[i]));
    partners.push_back(static_cast<std::int64_t>(clips[i].partner));
    shares.push_back(static_cast<float>(clips[i].partner_share));
    if (epoch)
      batch.input.keys.push_back(
          hash64(cell_.data.id(rows[i]) + '/' + std::to_string(*epoch), static_cast<std::uint64_t>(cell_.seed)));
  }
  if (audio_) batch.input.values = batch.input.values.squeeze(2);
  const at::Tensor share = at::tensor(shares).unsqueeze(1);
  const auto targets_of = [&](const at::Tensor& all) {
    // Where nothing is mixed the partner is the clip itself.
    return at::lerp(all.index_select(0, at::tensor(places, at::kLong)),
                    all.index_select(0, at::tensor(partners, at::kLong)), share);
  };
  if (targets_.distribution.defined()) batch.targets.distribution = targets_of(targets_.distribution);
  if (targets_.dimensions.defined()) batch.targets.dimensions = targets_of(targets_.dimensions);
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
