#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/base/parallel.h>
#include <ser/base/progress.h>
#include <ser/base/signals.h>
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

class CopyWriter {
 public:
  CopyWriter(const Manifest& manifest, const Augmenter& augmenter, const CopyOptions& options)
      : manifest_(manifest), augmenter_(augmenter), options_(options) {}

  std::string audio_name(const std::string& id) const { return (options_.manifest ? "wav/" : "") + id + ".wav"; }

  AugmentedCopy write(const Utterance& u, int number) const {
    AugmentedCopy copy;
    try {
      Waveform wave = read_audio(manifest_.audio_path(u), u.range(), options_.rate_hz);
      AugmentedWave augmented =
          augmenter_.apply(std::move(wave), {options_.seed, static_cast<std::uint64_t>(number), u.id});
      copy.beyond_scale = !options_.as_float && clips_at_16_bit(augmented.wave.samples);
      copy.as_float = options_.as_float || copy.beyond_scale;
      write_wav(options_.output / audio_name(copy_id(u, number)), augmented.wave, copy.as_float);
      copy.draws = std::move(augmented.draws);
      copy.audio_seconds = augmented.wave.seconds();
    } catch (const DataError& error) {
      copy.error = error.what();
    }
    return copy;
  }

 private:
  const Manifest& manifest_;
  const Augmenter& augmenter_;
  const CopyOptions& options_;
};

}  // namespace

CopyResult write_augmented_copies(const Manifest& manifest, const Augmenter& augmenter, const CopyOptions& options,
                                  int threads) {
  check_ids(manifest, options);
  if (fs::exists(options.output / "draws.tsv") || is_manifest(options.output))
    throw_error<UsageError>("{}: holds a manifest or augmented copies already; choose another --output",
                            options.output.string());
  const CopyWriter writer(manifest, augmenter, options);
  const auto copies = static_cast<std::size_t>(options.copies);
  Manifest listed = manifest_of_copies(manifest);
  std::string draws = draws_header();
  CopyResult result;
  Progress progress("augment", manifest.utterances.size() * copies);
  ordered_parallel_for<AugmentedCopy>(
      manifest.utterances.size() * copies, threads,
      [&](std::size_t i) { return writer.write(manifest.utterances[i / copies], static_cast<int>(i % copies) + 1); },
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
        listed.utterances.push_back(copy_row(u, number, writer.audio_name(copy_id(u, number)), copy));
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
