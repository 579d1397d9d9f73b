// Times the classical learners on a matrix made by classic_vs_sklearn.py. Prints one TSV line per fit:
//   what  C  seconds  processor_seconds  objective of scikit-learn (grid: best UAR)
// Usage: ser-bench-classic FOLDER fit|grid|svm THREADS C...
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/classic/grid_search.h>
#include <ser/classic/logreg.h>
#include <ser/classic/softmax_objective.h>
#include <ser/classic/training_set.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <numeric>

namespace {

using namespace ser;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
/// Of this program alone; getrusage() counts what the shell or Python that started it held.
std::string peak_memory() {
  for (const std::string& line : split(read_file("/proc/self/status"), '\n'))
    if (line.starts_with("VmHWM:")) return fmt::format("{:.0f}", 1024 * *parse_double(split_words(line).at(1)));
  return "0";
}
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// shape.txt "rows columns classes", x.bin float32, y.bin and fold.bin int32.
template <class T>
std::vector<T> read_values(const std::string& path, std::size_t count) {
  std::vector<T> values(count);
  std::ifstream(path, std::ios::binary)
      .read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(T)));
  return values;
}

double objective(const LogisticRegression& learner, const TrainingSet& data, double c, int threads) {
  std::vector<double> parameters = learner.model().coefficients;
  parameters.insert(parameters.end(), learner.model().intercepts.begin(), learner.model().intercepts.end());
  std::vector<double> gradient(parameters.size());
  const auto weights = utterance_weights(data, learner.model().present, "balanced");
  const SoftmaxProblem problem{data.x, data.y, weights, data.classes, c, threads};
  return softmax_loss(problem, parameters, gradient, Precision::dual) * c *
         std::accumulate(weights.begin(), weights.end(), 0.0);
}

void run(const std::string& folder, const std::string& what, int threads, std::vector<double> cs) {
  const auto shape = split_words(read_file(folder + "/shape.txt"));
  TrainingSet data;
  data.x.rows = static_cast<std::size_t>(*parse_integer(shape.at(0)));
  data.x.columns = static_cast<std::size_t>(*parse_integer(shape.at(1)));
  data.classes = static_cast<int>(*parse_integer(trim(shape.at(2))));
  data.x.values = read_values<float>(folder + "/x.bin", data.x.rows * data.x.columns);
  data.y = read_values<int>(folder + "/y.bin", data.x.rows);
  const FitContext context{42, threads};
  auto start = Clock::now();
  double processor = processor_seconds();
  if (what == "grid") {
    const auto folds = read_values<int>(folder + "/fold.bin", data.x.rows);
    const GridResult result = grid_search([] { return make_learner("logreg"); }, grid_of_c(cs), {data, folds},
                                          Standardisation::none, context);
    fmt::print("grid\t{}\t{:.3f}\t{:.3f}\t{}\n", result.value, seconds_since(start), processor_seconds() - processor,
               *std::ranges::max_element(result.unweighted_average_recall));
  } else if (what == "svm") {
    const auto learner = make_learner("svm");
    learner->fit(data, context);
    fmt::print("svm\t1\t{:.3f}\t{:.3f}\t0\n", seconds_since(start), processor_seconds() - processor);
  } else {
    for (const double c : cs) {
      LogisticRegression learner({c, "balanced", 1e-4, 1000});
      start = Clock::now();
      processor = processor_seconds();
      learner.fit(data, context);
      const double elapsed = seconds_since(start), used = processor_seconds() - processor;
      fmt::print("fit\t{}\t{:.3f}\t{:.3f}\t{:.9g}\n", c, elapsed, used, objective(learner, data, c, threads));
    }
  }
  fmt::print("peak\t0\t0\t0\t{}\n", peak_memory());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  std::vector<double> cs;
  for (int i = 4; i < argc; ++i) cs.push_back(*parse_double(argv[i]));
  try {
    run(argv[1], argv[2], static_cast<int>(*parse_integer(argv[3])), cs);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
