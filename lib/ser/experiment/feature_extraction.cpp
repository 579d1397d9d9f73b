#include <ser/base/error.h>
#include <ser/base/hash.h>
#include <ser/base/log.h>
#include <ser/base/parallel.h>
#include <ser/base/progress.h>
#include <ser/base/signals.h>
#include <ser/base/text.h>
#include <ser/experiment/feature_extraction.h>

#include <algorithm>
#include <cmath>

namespace ser {

std::unique_ptr<FeatureExtractor> FeatureExtraction::take(int rate_hz) const {
  {
    const std::lock_guard lock(mutex_);
    const auto at = idle_.find(rate_hz);
    if (at != idle_.end()) return std::move(idle_.extract(at).mapped());
  }
  return config_.set().make_extractor(config_.level(), rate_hz);
}

ExtractedFeatures FeatureExtraction::run(const std::filesystem::path& file, TimeRange range, bool with_hash) const {
  ExtractedFeatures result;
  try {
    if (with_hash) result.file_hash = hash_file(file);
    ReadNotes notes;
    const Waveform wave = read_audio(file, range, config_.rate_hz, &notes);
    result.audio_seconds = wave.seconds();
    if (notes.mixed_channels > 1) result.note = fmt::format("mixed {} channels", notes.mixed_channels);
    if (notes.source_rate_hz != wave.rate_hz)
      result.note += fmt::format("{}resampled from {} Hz", result.note.empty() ? "" : ", ", notes.source_rate_hz);
    std::unique_ptr<FeatureExtractor> extractor = take(wave.rate_hz);
    try {
      result.matrix = side_by_side(extractor->compute(wave), planes_);
      if (!std::all_of(result.matrix.values.begin(), result.matrix.values.end(),
                       [](float x) { return std::isfinite(x); }))
        throw DataError("features are not finite numbers; the samples are far beyond full scale");
    } catch (const DataError& error) {
      result.error = fmt::format("{}: {}", file.string(), error.what());
    }
    result.frame_shift_seconds = extractor->frame_shift_seconds();
    const std::lock_guard lock(mutex_);
    idle_.emplace(wave.rate_hz, std::move(extractor));
  } catch (const DataError& error) {
    result.error = error.what();
  }
  return result;
}

namespace {

std::vector<WantedUtterance> wanted_utterances(const Manifest& manifest, Shard shard) {
  const auto [begin, end] = shard.range(manifest.utterances.size());
  std::vector<WantedUtterance> wanted;
  for (std::size_t i = begin; i < end; ++i) {
    const Utterance& u = manifest.utterances[i];
    const TimeRange range = u.range();
    WantedUtterance& one = wanted.emplace_back();
    one.id = u.id;
    one.file = manifest.audio_path(u);
    one.stamp.wav = u.wav;
    one.stamp.start_seconds = range.start_seconds;
    one.stamp.end_seconds = range.end_seconds;
    stamp_file(one);
  }
  return wanted;
}

/// The lines of one YAML text that the other lacks.
std::string differing_options(const std::string& before, const std::string& now) {
  const std::vector<std::string> a = split(before, '\n'), b = split(now, '\n');
  std::vector<std::string> lines;
  for (const std::string& line : b)
    if (std::find(a.begin(), a.end(), line) == a.end() && lines.size() < 4) lines.push_back(std::string(trim(line)));
  return lines.empty() ? "fewer options" : "now " + join(lines, ", ");
}

StoreDescription description_of(const FeatureConfig& config) {
  StoreDescription description;
  description.signature = config.signature();
  description.columns = config.stored_columns();
  description.vectors = config.level() == FeatureLevel::functionals;
  if (!description.vectors)
    description.frame_shift_seconds =
        config.set().make_extractor(config.level(), config.rate_hz > 0 ? config.rate_hz : 16000)->frame_shift_seconds();
  return description;
}

/// A mistyped --output must not cost the hours that an earlier store took.
void refuse_to_replace(const std::filesystem::path& folder, const FeatureConfig& config,
                       const std::vector<WantedUtterance>& wanted) {
  std::error_code code;
  if (!std::filesystem::exists(folder / "index.tsv", code)) return;
  const FeatureStore before(folder);
  if (before.description().signature != config.signature())
    throw_error<UsageError>("{}: holds a store made with other options ({}); choose another --output, or --overwrite",
                            folder.string(), differing_options(before.description().signature, config.signature()));
  const bool known =
      before.entries().empty() ||
      std::any_of(wanted.begin(), wanted.end(), [&](const WantedUtterance& one) { return before.contains(one.id); });
  if (!known)
    throw_error<UsageError>(
        "{}: holds a store of other utterances ({} of them, {} for one); choose another --output, or --overwrite",
        folder.string(), before.entries().size(), before.entries().front().id);
}

void report_failure(Progress& progress, const std::string& id, const std::string& error) {
  progress.failed();
  log::error("{}: {}", id, error);
}

}  // namespace

ExtractionResult extract_to_store(const Manifest& manifest, const FeatureConfig& config,
                                  const std::filesystem::path& folder, Shard shard, int threads, bool overwrite) {
  const std::vector<WantedUtterance> wanted = wanted_utterances(manifest, shard);
  if (!overwrite && shard.count == 1) refuse_to_replace(folder, config, wanted);
  FeatureStoreWriter writer(folder, description_of(config), shard);
  Progress progress("features", wanted.size());
  if (writer.complete(wanted)) {
    for (std::size_t i = 0; i < wanted.size(); ++i) progress.skipped();
    return {0, progress.summary()};
  }
  const std::size_t resumed = writer.resume(wanted);
  for (std::size_t i = 0; i < resumed; ++i) {
    if (writer.entries()[i].failed())
      report_failure(progress, wanted[i].id, writer.entries()[i].error);
    else
      progress.skipped();
  }
  if (resumed > 0) log::info("{}: continuing after {} utterances", folder.string(), resumed);

  struct Outcome {
    const StoreEntry* reused = nullptr;
    ExtractedFeatures features;
    EncodedRecord record;
  };
  const bool vectors = config.level() == FeatureLevel::functionals;
  const FeatureExtraction extraction(config);
  ordered_parallel_for<Outcome>(
      wanted.size() - resumed, threads,
      [&](std::size_t k) {
        const WantedUtterance& one = wanted[resumed + k];
        Outcome outcome;
        outcome.reused = writer.reusable(one);
        if (!outcome.reused)
          outcome.features = extraction.run(one.file, {one.stamp.start_seconds, one.stamp.end_seconds}, true);
        if (!outcome.reused && outcome.features.error.empty()) {
          outcome.record = encode_record(one.id, outcome.features.matrix, vectors, config.store_precision == "fp16");
          outcome.features.matrix = {};
        }
        return outcome;
      },
      [&](std::size_t k, Outcome&& outcome) {
        throw_if_interrupted();
        const WantedUtterance& one = wanted[resumed + k];
        if (outcome.reused) {
          writer.append_reused(*outcome.reused, one);
          return progress.skipped();
        }
        StoreEntry entry;
        entry.id = one.id;
        entry.audio = one.stamp;
        entry.audio.hash = outcome.features.file_hash;
        entry.audio_seconds = outcome.features.audio_seconds;
        entry.note = outcome.features.note;
        entry.error = outcome.features.error;
        if (entry.failed()) {
          report_failure(progress, one.id, entry.error);
          return writer.append_failure(std::move(entry));
        }
        writer.append(std::move(entry), outcome.record);
        progress.done(outcome.features.audio_seconds);
      });
  writer.finish();
  return {progress.failures(), progress.summary()};
}

ExtractionResult extract_to_export(const Manifest& manifest, const FeatureConfig& config, FeatureExport& out,
                                   int threads, bool planes_under_each_other) {
  Progress progress("features", manifest.utterances.size());
  const FeatureExtraction extraction(config, planes_under_each_other);
  ordered_parallel_for<ExtractedFeatures>(
      manifest.utterances.size(), threads,
      [&](std::size_t i) {
        const Utterance& u = manifest.utterances[i];
        return extraction.run(manifest.audio_path(u), u.range(), false);
      },
      [&](std::size_t i, ExtractedFeatures&& features) {
        throw_if_interrupted();
        const Utterance& u = manifest.utterances[i];
        if (!features.error.empty()) return report_failure(progress, u.id, features.error);
        out.add(u.id, u.emotion, features.matrix, features.frame_shift_seconds);
        progress.done(features.audio_seconds);
      });
  out.finish();
  return {progress.failures(), progress.summary()};
}

}  // namespace ser
