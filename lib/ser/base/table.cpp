#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/table.h>
#include <ser/base/text.h>

#include <algorithm>
#include <set>

namespace ser {

std::optional<std::size_t> Table::find(std::string_view column) const {
  const auto at = std::find(columns.begin(), columns.end(), column);
  if (at == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(at - columns.begin());
}

std::size_t Table::at(std::string_view column) const {
  if (const auto index = find(column)) return *index;
  throw_error<DataError>("{}:1: no column '{}'{}", path.string(), column, suggestion(column, columns));
}

std::string Table::where(std::size_t row) const { return fmt::format("{}:{}", path.string(), lines.at(row)); }

namespace {

/// Reads the fields of one record and moves `at` behind its line break; counts lines.
std::vector<std::string> next_record(std::string_view text, std::size_t& at, std::size_t& line, TableFormat format,
                                     const std::filesystem::path& path) {
  std::vector<std::string> fields(1);
  const std::size_t first_line = line;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        fields.back() += '"';
        ++at;
      } else {
        quoted = false;
      }
    } else if (format.quotes && c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == format.separator) {
      fields.emplace_back();
    } else if (c == '\n') {
      ++at;
      return fields;
    } else if (c != '\r' || (at + 1 < text.size() && text[at + 1] != '\n')) {
      fields.back() += c;
    }
  }
  if (quoted) throw_error<DataError>("{}:{}: a quoted field is not closed", path.string(), first_line);
  ++line;
  return fields;
}

}  // namespace

Table parse_table(std::string_view text, const std::filesystem::path& path, TableFormat format) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Table table;
  table.path = path;
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t record_line = line;
    std::vector<std::string> fields = next_record(text, at, line, format, path);
    if (fields.size() == 1 && trim(fields[0]).empty()) continue;
    if (table.columns.empty()) {
      table.columns = std::move(fields);
      std::set<std::string> seen;
      for (const std::string& column : table.columns)
        if (!column.empty() && !seen.insert(column).second)
          throw_error<DataError>("{}:{}: column '{}' occurs twice", path.string(), record_line, column);
      continue;
    }
    if (fields.size() != table.columns.size())
      throw_error<DataError>("{}:{}: {} fields, but the header has {}", path.string(), record_line, fields.size(),
                             table.columns.size());
    table.rows.push_back(std::move(fields));
    table.lines.push_back(record_line);
  }
  if (table.columns.empty()) throw_error<DataError>("{}: is empty, expected a header line", path.string());
  return table;
}

Table read_table(const std::filesystem::path& path, TableFormat format) {
  return parse_table(read_file(path), path, format);
}

Table read_table(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  if (to_lower(path.extension().string()) != ".csv") return parse_table(text, path, {'\t', false});
  const std::string_view header = std::string_view(text).substr(0, text.find('\n'));
  const bool semicolons = std::count(header.begin(), header.end(), ';') > std::count(header.begin(), header.end(), ',');
  return parse_table(text, path, {semicolons ? ';' : ',', true});
}

std::string tsv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i) line += '\t';
    for (const char c : fields[i]) line += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
  }
  return line;
}

std::string csv_field(std::string_view field, char separator) {
  if (field.find_first_of(std::string("\"\n\r") + separator) == std::string_view::npos) return std::string(field);
  return '"' + replace_all(std::string(field), "\"", "\"\"") + '"';
}

}  // namespace ser
