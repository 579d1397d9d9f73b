// Reads tests/golden/classic: data, scalers and models of scikit-learn.
#pragma once

#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/classic/learner.h>

#include <string>
#include <vector>

namespace ser::golden {

using Rows = std::vector<std::vector<std::string>>;

inline Rows lines(const std::string& name) {
  Rows rows;
  for (const std::string& line : split(read_file(std::string(SER_SOURCE_DIR) + "/tests/golden/classic/" + name), '\n'))
    if (!line.empty() && line[0] != '#') rows.push_back(split(line, '\t'));
  return rows;
}

inline double number(const std::string& text) { return parse_double(text).value(); }

/// One numeric table, `skip` leading fields of each line left out.
inline std::vector<std::vector<double>> numbers(const std::string& name, std::size_t skip = 0) {
  std::vector<std::vector<double>> rows;
  for (const auto& line : lines(name)) {
    rows.emplace_back();
    for (std::size_t j = skip; j < line.size(); ++j) rows.back().push_back(number(line[j]));
  }
  return rows;
}

/// Not standardised.
inline TrainingSet data(const std::string& name) {
  TrainingSet set;
  const auto rows = numbers("data_" + name + ".tsv");
  set.x = Matrix(rows.size(), rows[0].size() - 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    set.y.push_back(static_cast<int>(rows[i][0]));
    set.classes = std::max(set.classes, set.y.back() + 1);
    for (std::size_t j = 1; j < rows[i].size(); ++j) set.x(i, j - 1) = static_cast<float>(rows[i][j]);
  }
  return set;
}

/// Row of models.tsv.
struct Model {
  std::string name, kind, data;
  double c = 0;
  std::string class_weight, sample_weight;
  std::vector<double> objectives;  ///< one, or per row for the SVM
};

inline std::vector<Model> models(const std::string& kind) {
  std::vector<Model> all;
  for (const auto& row : lines("models.tsv")) {
    if (row.at(1) != kind) continue;
    if (all.empty() || all.back().name != row[0])
      all.push_back({row[0], row[1], row[2], number(row[3]), row[4], row[5], {}});
    all.back().objectives.push_back(number(row[7]));
  }
  return all;
}

}  // namespace ser::golden
