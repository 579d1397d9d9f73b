// Columns of numbers from a golden CSV file with a header, separated by semicolons.
#pragma once

#include <ser/base/text.h>
#include <support/files.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace ser::test {

struct Csv {
  std::vector<std::string> names;  ///< those that come twice get "#2" the second time
  std::map<std::string, std::vector<double>> columns;
};

/// name: below tests/golden.
inline Csv read_csv(const std::string& name) {
  std::istringstream text(read_file(golden(name)));
  std::string line;
  std::getline(text, line);
  Csv csv;
  for (std::string column : split(line, ';')) {
    if (csv.columns.contains(column)) column += "#2";
    csv.names.push_back(column);
    csv.columns[column];
  }
  while (std::getline(text, line)) {
    const auto fields = split(line, ';');
    for (std::size_t i = 0; i < fields.size(); ++i)
      csv.columns[csv.names[i]].push_back(parse_double(fields[i]).value());
  }
  return csv;
}

}  // namespace ser::test
