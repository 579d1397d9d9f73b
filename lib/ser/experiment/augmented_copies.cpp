#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/base/log.h>
#include <ser/base/parallel.h>
#include <ser/base/progress.h>
#include <ser/base/signals.h>
#include <ser/corpus/utterance_columns.h>
#include <ser/experiment/augmented_copies.h>
#include <ser/experiment/copy_rows.h>

#include <algorithm>
#include <set>

namespace ser {
namespace fs = std::filesystem;
namespace {

/// Rounded as write_wav() rounds.
bool clips_at_16_bit(const std::vector<float>& samples) {
  return std::any_of(samples.begin(), samples.end(),
                     [](float x) { return !(x * 32768.f > -32768.5f && x * 32768.f < 32767.5f); });
}

void check_ids(const Manifest& manifest, const CopyOptions& options) {
  std::set<std::string> ids;
  for (const Utterance& u : manifest.utterances) {
    const fs::path name(u.id);
    if (name.is_absolute() || std::find(name.begin(), name.end(), "..") != name.end())
      throw_error<DataError>("the id '{}' cannot name a file below the output folder", u.id);
    std::vector<std::string> wanted;
    if (options.originals) wanted.push_back(u.id);
    for (int copy = 1; copy <= options.copies; ++copy) wanted.push_back(copy_id(u, copy));
    for (const std::string& id : wanted)
      if (!ids.insert(id).second)
        throw_error<DataError>("the id {} would occur twice: does the manifest hold augmented copies already?", id);
  }
}

void check_mixable(const Manifest& manifest) {
  if (manifest.utterances.size() < 2)
    throw_error<DataError>("augment.mixup: two clips or more are needed, one to mix with the other; {} has {}",
                           manifest.corpus, manifest.utterances.size());
  for (const Utterance& u : manifest.utterances)
    if (const std::string& partner = extra_value(u, "mixed_with"); !partner.empty())
      throw_error<DataError>("{} is mixed with {} already; mix the clips that it was made of", u.id, partner);
}

class CopyWriter {
 public:
  CopyWriter(const Manifest& manifest, const Augmenter& augmenter, const Mixup& mixup, const CopyOptions& options)
      : manifest_(manifest), augmenter_(augmenter), mixup_(mixup), options_(options) {}

  std::string audio_name(const std::string& id) const { return (options_.manifest ? "wav/" : "") + id + ".wav"; }

  AugmentedCopy write(std::size_t index, int number) const {
    const Utterance& u = manifest_.utterances[index];
    AugmentedCopy copy;
    try {
      auto [wave, draws] = augmented(u, number, options_.rate_hz);
      copy.draws = std::move(draws);
      const AugmentKey key = key_of(u, number);
      if (const auto partner = mixup_.draw_partner(index, manifest_.utterances.size(), key))
        wave = mixed(std::move(wave), manifest_.utterances[*partner], number, key, copy);
      copy.beyond_scale = !options_.as_float && clips_at_16_bit(wave.samples);
      copy.as_float = options_.as_float || copy.beyond_scale;
      const fs::path file = options_.output / audio_name(copy_id(u, number));
      write_wav(file, wave, copy.as_float);
      if (options_.manifest) copy.audio_hash = hash_file(file);
      copy.audio_seconds = wave.seconds();
    } catch (const DataError& error) {
      copy.error = error.what();
    }
    return copy;
  }

 private:
  AugmentKey key_of(const Utterance& u, int number) const {
    return {options_.seed, static_cast<std::uint64_t>(number), u.id};
  }

  AugmentedWave augmented(const Utterance& u, int number, int rate_hz) const {
    return augmenter_.apply(read_audio(manifest_.audio_path(u), u.range(), rate_hz), key_of(u, number));
  }

  /// The partner sounds as in its own copy of this number.
  Waveform mixed(Waveform own, const Utterance& partner, int number, const AugmentKey& key, AugmentedCopy& copy) const {
    AugmentedWave other;
    try {
      other = augmented(partner, number, own.rate_hz);
    } catch (const DataError& error) {
      throw_error<DataError>("to be mixed with {}: {}", partner.id, error.what());
    }
    MixedWave result = mixup_.mix(std::move(own), other.wave, key);
    result.parameters.insert(result.parameters.begin(), {"partner", partner.id});
    copy.draws.push_back({"mixup", std::move(result.parameters)});
    copy.partner_share = result.partner_share;
    if (copy.partner_share > 0) copy.mixed_with = &partner;
    return std::move(result.wave);
  }

  const Manifest& manifest_;
  const Augmenter& augmenter_;
  const Mixup& mixup_;
  const CopyOptions& options_;
};

}  // namespace

CopyResult write_augmented_copies(const Manifest& manifest, const Augmenter& augmenter, const Mixup& mixup,
                                  const CopyOptions& options, int threads) {
  check_ids(manifest, options);
  if (mixup.active()) check_mixable(manifest);
  if (fs::exists(options.output / "draws.tsv") || is_manifest(options.output))
    throw_error<UsageError>("{}: holds a manifest or augmented copies already; choose another --output",
                            options.output.string());
  const CopyWriter writer(manifest, augmenter, mixup, options);
  const auto copies = static_cast<std::size_t>(options.copies);
  Manifest listed = manifest_of_copies(manifest, mixup.active());
  std::string draws = draws_header();
  CopyResult result;
  Progress progress("augment", manifest.utterances.size() * copies);
  ordered_parallel_for<AugmentedCopy>(
      manifest.utterances.size() * copies, threads,
      [&](std::size_t i) { return writer.write(i / copies, static_cast<int>(i % copies) + 1); },
      [&](std::size_t i, AugmentedCopy&& copy) {
        throw_if_interrupted();
        const Utterance& u = manifest.utterances[i / copies];
        const int number = static_cast<int>(i % copies) + 1;
        if (options.originals && number == 1) listed.utterances.push_back(original_row(manifest, u));
        if (!copy.error.empty()) {
          progress.failed();
          return log::error("{}: {}", copy_id(u, number), copy.error);
        }
        draws += draw_lines(u, number, copy);
        const Utterance& row =
            listed.utterances.emplace_back(copy_row(u, number, writer.audio_name(copy_id(u, number)), copy));
        result.unlabelled += copy.mixed_with && row.distribution.empty();
        result.beyond_scale += copy.beyond_scale;
        progress.done(copy.audio_seconds);
      });
  write_file(options.output / "draws.tsv", draws);
  if (options.manifest) write_manifest(listed, options.output);
  result.failed = progress.failures();
  result.summary = progress.summary();
  return result;
}

}  // namespace ser
