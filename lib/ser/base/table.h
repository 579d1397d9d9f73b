// Delimited text: TSV (our own tables, no quoting) and CSV (annotations of corpora, quoting after RFC 4180).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ser {

/// A table with a header line. Columns are looked up by name, since corpora differ in order and surplus columns.
struct Table {
  std::filesystem::path path;  ///< for messages
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> lines;  ///< line number in the file of each row, from 1

  /// Index of a column, or nothing.
  std::optional<std::size_t> find(std::string_view column) const;
  /// Index of a column. Throws DataError naming file, column and the columns that are there.
  std::size_t at(std::string_view column) const;
  /// "path:line" of a row.
  std::string where(std::size_t row) const;
};

/// How a delimited file is written.
struct TableFormat {
  char separator = '\t';
  bool quotes = false;  ///< "..." fields may hold separators, line breaks and doubled quotes
};

/// Parses a table; a UTF-8 byte order mark and CRLF are accepted, empty lines skipped. Throws DataError with
/// path:line for a row whose number of fields differs from the header's, an unclosed quote, duplicate columns or no
/// header.
Table parse_table(std::string_view text, const std::filesystem::path& path, TableFormat format);
/// Reads a file; the separator of a .csv (comma or semicolon, quoted) is taken from its header line, others are TSV.
Table read_table(const std::filesystem::path& path);
Table read_table(const std::filesystem::path& path, TableFormat format);

/// One TSV line without the line break; a tab or line break inside a field becomes a blank.
std::string tsv_line(const std::vector<std::string>& fields);
/// One CSV field, quoted when it must be.
std::string csv_field(std::string_view field, char separator = ',');

}  // namespace ser
