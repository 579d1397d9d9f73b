#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/log.h>
#include <ser/base/parallel.h>
#include <ser/base/progress.h>
#include <ser/base/signals.h>
#include <ser/base/table.h>
#include <ser/experiment/augmented_copies.h>

#include <algorithm>
#include <set>

namespace ser {
namespace fs = std::filesystem;
namespace {

struct Copy {
  std::vector<AugmentDraw> draws;
  double audio_seconds = 0;
  bool as_float = false, beyond_scale = false;
  std::string error;
};

std::string copy_id(const Utterance& utterance, int copy) { return fmt::format("{}~{}", utterance.id, copy); }

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

/// One line per drawn parameter; the fields that a draw lacks are empty.
std::string draw_lines(const Utterance& u, int number, const Copy& copy) {
  std::string text;
  const auto add = [&](const std::string& step, const std::string& parameter, const std::string& value) {
    text += tsv_line({copy_id(u, number), u.id, std::to_string(number), copy.as_float ? "float32" : "pcm16", step,
                      parameter, value}) +
            '\n';
  };
  if (copy.draws.empty()) add("", "", "");
  for (const AugmentDraw& draw : copy.draws) {
    if (draw.parameters.empty()) add(draw.step, "", "");
    for (const auto& [name, value] : draw.parameters) add(draw.step, name, value);
  }
  return text;
}

class CopyWriter {
 public:
  CopyWriter(const Manifest& manifest, const Augmenter& augmenter, const CopyOptions& options)
      : manifest_(manifest), augmenter_(augmenter), options_(options) {}

  std::string audio_name(const std::string& id) const { return (options_.manifest ? "wav/" : "") + id + ".wav"; }

  Copy write(const Utterance& u, int number) const {
    Copy copy;
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

  Utterance row(const Utterance& u, int number, const Copy& copy) const {
    Utterance row = u;
    row.id = copy_id(u, number);
    row.wav = audio_name(row.id);
    row.start = row.end = std::numeric_limits<double>::quiet_NaN();
    row.extra["augmented_from"] = u.id;
    row.extra["augmentation"] = draws_text(copy.draws);
    return row;
  }

  Utterance original_row(const Utterance& u) const {
    Utterance row = u;
    row.wav = fs::absolute(manifest_.audio_path(u)).lexically_normal().string();
    row.extra["augmented_from"] = row.extra["augmentation"] = "";
    return row;
  }

  Manifest empty_manifest() const {
    Manifest out = manifest_;
    out.utterances.clear();
    out.source = ".";
    for (const std::string column : {"augmented_from", "augmentation"})
      if (std::find(out.extra_columns.begin(), out.extra_columns.end(), column) == out.extra_columns.end())
        out.extra_columns.push_back(column);
    return out;
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
  Manifest listed = writer.empty_manifest();
  std::string draws = tsv_line({"id", "source", "copy", "format", "step", "parameter", "value"}) + '\n';
  CopyResult result;
  Progress progress("augment", manifest.utterances.size() * copies);
  ordered_parallel_for<Copy>(
      manifest.utterances.size() * copies, threads,
      [&](std::size_t i) { return writer.write(manifest.utterances[i / copies], static_cast<int>(i % copies) + 1); },
      [&](std::size_t i, Copy&& copy) {
        throw_if_interrupted();
        const Utterance& u = manifest.utterances[i / copies];
        const int number = static_cast<int>(i % copies) + 1;
        if (options.originals && number == 1) listed.utterances.push_back(writer.original_row(u));
        if (!copy.error.empty()) {
          progress.failed();
          return log::error("{}: {}", copy_id(u, number), copy.error);
        }
        draws += draw_lines(u, number, copy);
        listed.utterances.push_back(writer.row(u, number, copy));
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
