#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/base/version.h>
#include <ser/config/yaml.h>
#include <ser/store/store_index.h>

#include <cmath>
#include <limits>

namespace ser {
namespace {

const std::vector<std::string> columns{
    "id",  "ark",   "offset", "bytes",      "checksum",         "rows",      "columns", "audio_seconds",
    "wav", "start", "end",    "file_bytes", "file_modified_ns", "file_hash", "note",    "error"};

bool parse_fields(const std::vector<std::string>& f, StoreEntry& e) {
  if (f.size() != columns.size()) return false;
  const auto offset = parse_integer(f[2]), bytes = parse_integer(f[3]), rows = parse_integer(f[5]),
             width = parse_integer(f[6]);
  const auto seconds = parse_double(f[7]), start = parse_double(f[9]), end = parse_double(f[10]);
  const auto file_bytes = parse_integer(f[11]), modified = parse_integer(f[12]);
  if (!offset || !bytes || !rows || !width || !seconds || !start || !end || !file_bytes || !modified) return false;
  if (*offset < 0 || *bytes < 0 || *rows < 0 || *width < 0 || *file_bytes < 0) return false;
  e.id = f[0], e.ark = f[1], e.checksum = f[4], e.note = f[14], e.error = f[15];
  e.offset = static_cast<std::uint64_t>(*offset), e.bytes = static_cast<std::uint64_t>(*bytes);
  e.rows = static_cast<std::size_t>(*rows), e.columns = static_cast<std::size_t>(*width), e.audio_seconds = *seconds;
  e.audio = {f[8], *start, *end, static_cast<std::uint64_t>(*file_bytes), *modified, f[13]};
  return true;
}

}  // namespace

std::string index_header() { return tsv_line(columns) + '\n'; }

std::string index_line(const StoreEntry& e) {
  return tsv_line({e.id, e.ark, std::to_string(e.offset), std::to_string(e.bytes), e.checksum, std::to_string(e.rows),
                   std::to_string(e.columns), format_number(e.audio_seconds), e.audio.wav,
                   format_number(e.audio.start_seconds), format_number(e.audio.end_seconds),
                   std::to_string(e.audio.bytes), std::to_string(e.audio.modified_ns), e.audio.hash, e.note, e.error}) +
         '\n';
}

std::vector<StoreEntry> read_index(const std::filesystem::path& path, bool tolerant) {
  const std::string text = read_file(path);
  std::vector<StoreEntry> entries;
  std::size_t line_number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    ++line_number;
    StoreEntry entry;
    const bool ended = end != std::string::npos;
    const std::string line = text.substr(begin, ended ? end - begin : end);
    const bool good =
        ended && (line_number == 1 ? line + '\n' == index_header() : parse_fields(split(line, '\t'), entry));
    if (!good) {
      if (tolerant) return entries;
      throw_error<DataError>("{}:{}: is no line of a feature store's index", path.string(), line_number);
    }
    if (line_number > 1) entries.push_back(std::move(entry));
    begin = end + 1;
  }
  return entries;
}

std::string description_text(const StoreDescription& d) {
  std::string text = "# Feature store of the speech emotion recognition toolkit; made by ser-extract, do not edit.\n";
  text +=
      fmt::format("tool_version: {}\nhash: {}\nlevel: {}\nframe_shift_seconds: {}\nfront_end:\n", build_info().version,
                  hash_bytes(d.signature), d.vectors ? "functionals" : "lld", format_number(d.frame_shift_seconds));
  for (const std::string& line : split(trim(d.signature), '\n')) text += "  " + line + '\n';
  text += "columns:\n";
  for (const std::string& column : d.columns) text += "  - \"" + column + "\"\n";
  return text;
}

std::string counts_text(const std::vector<StoreEntry>& entries) {
  std::size_t failed = 0, rows = 0;
  for (const StoreEntry& entry : entries) {
    failed += entry.failed();
    rows += entry.rows;
  }
  return fmt::format("utterances: {}\nfailed: {}\nrows: {}\n", entries.size(), failed, rows);
}

std::string scp_text(const std::vector<StoreEntry>& entries) {
  std::string text;
  for (const StoreEntry& entry : entries)
    if (!entry.failed()) text += fmt::format("{} {}:{}\n", entry.id, entry.ark, entry.offset);
  return text;
}

StoreDescription read_description(const std::filesystem::path& path) {
  const YAML::Node yaml = read_yaml<DataError>(path.string());
  StoreDescription d;
  try {
    d.vectors = yaml["level"].as<std::string>() == "functionals";
    d.frame_shift_seconds = yaml["frame_shift_seconds"].as<double>();
    d.columns = yaml["columns"].as<std::vector<std::string>>();
  } catch (const YAML::Exception&) {
    throw_error<DataError>("{}: is no description of a feature store (level, frame_shift_seconds, columns)",
                           path.string());
  }
  bool inside = false;
  for (const std::string& line : split(read_file(path), '\n')) {
    if (inside && !line.starts_with("  ")) break;
    if (inside) d.signature += line.substr(2) + '\n';
    if (line == "front_end:") inside = true;
  }
  return d;
}

}  // namespace ser
