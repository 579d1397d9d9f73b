#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/eval/task_rows.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace ser {
namespace {

/// Names with numbers in them in the order of people: "2" before "10", "fold2" before "fold10".
bool natural_less(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      std::size_t i_end = i, j_end = j;
      while (i_end < a.size() && digit(a[i_end])) ++i_end;
      while (j_end < b.size() && digit(b[j_end])) ++j_end;
      while (i < i_end && a[i] == '0') ++i;
      while (j < j_end && b[j] == '0') ++j;
      if (i_end - i != j_end - j) return i_end - i < j_end - j;
      if (const int order = a.compare(i, i_end - i, b, j, j_end - j); order != 0) return order < 0;
      i = i_end, j = j_end;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i, ++j;
    }
  }
  return a.size() - i != b.size() - j ? a.size() - i < b.size() - j : a < b;
}

struct FoldOrder {
  const RunInfo& run;
  std::size_t place(const std::string& fold) const {
    const FoldInfo* info = run.fold(fold);
    return info ? static_cast<std::size_t>(info - run.folds.data()) : run.folds.size();
  }
  bool operator()(const std::string& a, const std::string& b) const {
    const std::size_t at = place(a), bt = place(b);
    return at != bt ? at < bt : natural_less(a, b);
  }
};

using TaskKey = std::tuple<std::string, std::vector<std::string>, std::vector<std::string>>;

}  // namespace

PredictionRows TaskRows::all() const {
  PredictionRows rows;
  for (const CellRows& cell : cells) rows.insert(rows.end(), cell.rows.begin(), cell.rows.end());
  return rows;
}

std::string task_title(const std::string& kind, const std::vector<std::string>& train_corpora,
                       const std::vector<std::string>& test_corpora) {
  if (test_corpora.empty()) return kind;
  const std::string test = join(test_corpora, " + ");
  if (kind == "self") return test + " (self)";
  return (kind == "loco" ? "all others" : join(train_corpora, " + ")) + " -> " + test;
}

PredictionRows scored_rows(const PredictionTable& table, const std::string& part, const std::string& name) {
  PredictionRows rows;
  std::set<std::string> parts;
  for (const Prediction& row : table.rows) {
    parts.insert(row.part);
    if (row.part == part && row.has_reference()) rows.push_back(&row);
  }
  std::sort(rows.begin(), rows.end(), [](const Prediction* a, const Prediction* b) { return a->id < b->id; });
  if (!rows.empty()) return rows;
  if (parts.contains(part))
    throw_error<DataError>("{}: no row of part '{}' has a reference label, so there is nothing to score", name, part);
  throw_error<DataError>("{}: no rows of part '{}'; the parts are: {}", name, part,
                         join(std::vector<std::string>(parts.begin(), parts.end()), ", "));
}

std::vector<TaskRows> split_tasks(const PredictionRows& rows, const RunInfo& run) {
  std::map<std::string, std::map<int, PredictionRows>, FoldOrder> folds(FoldOrder{run});
  for (const Prediction* row : rows) folds[row->fold][row->seed].push_back(row);
  std::vector<TaskRows> tasks;
  std::map<TaskKey, std::size_t> places;
  for (auto& [fold, seeds] : folds) {
    const FoldInfo* info = run.fold(fold);
    const TaskKey key = info ? TaskKey{info->kind, info->train_corpora, info->test_corpora} : TaskKey{};
    const auto [at, fresh] = places.emplace(key, tasks.size());
    if (fresh) tasks.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), {}});
    for (auto& [seed, of_cell] : seeds) tasks[at->second].cells.push_back({fold, seed, std::move(of_cell)});
  }
  return tasks;
}

}  // namespace ser
