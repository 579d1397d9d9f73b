#include <ser/base/table.h>
#include <ser/experiment/copy_rows.h>
#include <ser/experiment/mixed_distribution.h>

#include <algorithm>

namespace ser {
namespace fs = std::filesystem;

std::string copy_id(const Utterance& utterance, int number) { return fmt::format("{}~{}", utterance.id, number); }

std::string draws_header() { return tsv_line({"id", "source", "copy", "format", "step", "parameter", "value"}) + '\n'; }

std::string draw_lines(const Utterance& u, int number, const AugmentedCopy& copy) {
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

Manifest manifest_of_copies(const Manifest& source, bool mixed) {
  Manifest copies = source;
  copies.utterances.clear();
  copies.source = ".";
  std::vector<std::string> added{"augmented_from", "augmentation"};
  if (mixed) added.insert(added.end(), {"mixed_with", "partner_share"});
  added.push_back("audio_hash");
  for (const std::string& column : added)
    if (std::find(copies.extra_columns.begin(), copies.extra_columns.end(), column) == copies.extra_columns.end())
      copies.extra_columns.push_back(column);
  return copies;
}

Utterance copy_row(const Utterance& u, int number, const std::string& wav, const AugmentedCopy& copy) {
  Utterance row = u;
  row.id = copy_id(u, number);
  row.wav = wav;
  row.start = row.end = std::numeric_limits<double>::quiet_NaN();
  row.extra["augmented_from"] = u.id;
  row.extra["augmentation"] = draws_text(copy.draws);
  row.extra["audio_hash"] = copy.audio_hash;
  if (copy.mixed_with) {
    row.extra["mixed_with"] = copy.mixed_with->id;
    row.extra["partner_share"] = fmt::format("{:.9g}", copy.partner_share);
    row.distribution = mixed_distribution(u, *copy.mixed_with, copy.partner_share);
  }
  return row;
}

Utterance original_row(const Manifest& source, const Utterance& u) {
  Utterance row = u;
  row.wav = fs::absolute(source.audio_path(u)).lexically_normal().string();
  return row;
}

}  // namespace ser
