// ser-eval cross: the predictions of runs as a matrix, train corpus x test corpus.
#include <common/verbs.h>
#include <ser-eval/output.h>
#include <ser-eval/verbs.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/eval/cross.h>
#include <ser/report/cross_tables.h>
#include <ser/report/results.h>
#include <ser/report/score_formats.h>

namespace ser {
namespace {

std::string formatted(std::span<const CrossMatrix> matrices, const std::string& format) {
  if (format == "json") return cross_json(matrices);
  if (format == "csv") return grid_csv(cross_long_grid(matrices));
  if (format == "tsv") return grid_tsv(cross_long_grid(matrices));
  if (format == "latex") return cross_latex(matrices);
  return format == "md" ? cross_markdown(matrices) : cross_text(matrices);
}

class CrossVerb final : public Verb {
 public:
  std::string name() const override { return "cross"; }
  std::string summary() const override {
    return "self- and cross-corpus UAR of runs as a matrix, with the self-minus-cross gap";
  }
  std::string examples() const override {
    return "  ser-eval cross exp/cross/logreg\n"
           "  ser-eval cross exp/ravdess/logreg exp/crema-d/logreg exp/cross/logreg --format md --output cross.md\n";
  }
  void describe(OptionTable& table) override {
    table
        .add("runs", runs_,
             "run folders of ser-train whose run.yaml says on which corpora each fold trains and tests; several are "
             "combined")
        .positional()
        .required();
    table.add("manifest", manifests_, "manifest folders: speakers for intervals, which are left out without");
    table.add("part", part_, "part to score");
    describe_options(table, intervals_);
    describe_options(table, output_);
  }
  void run(const OptionTable& resolved, const CommonOptions& common) override {
    std::vector<Manifest> manifests;
    for (const std::string& folder : manifests_) manifests.push_back(read_manifest(folder));
    IntervalOptions intervals = intervals_;
    if (manifests.empty()) intervals.method = "none";
    std::vector<Evaluation> runs;
    for (const std::string& run : runs_)
      runs.push_back(evaluate_path(run, manifests, part_, intervals, common.threads));
    const std::vector<CrossMatrix> matrices = cross_matrices(runs);
    write_output(output_.output, formatted(matrices, output_.format));
    if (!output_.append_results.empty()) append(matrices, runs, resolved);
    std::vector<Note> notes = all_notes(runs);
    for (const CrossMatrix& matrix : matrices) notes.insert(notes.end(), matrix.notes.begin(), matrix.notes.end());
    refuse_warnings(output_, notes);
  }

 private:
  void append(std::span<const CrossMatrix> matrices, std::span<const Evaluation> runs,
              const OptionTable& resolved) const {
    const std::string heading = output_.heading.empty() ? "Cross-corpus: " + join(runs_, ", ") : output_.heading;
    const std::string command = command_text("ser-eval cross", resolved);
    append_results(output_.append_results, results_markdown(heading, matrices, runs, command, today()));
  }

  std::vector<std::string> runs_, manifests_;
  std::string part_ = "test";
  IntervalOptions intervals_;
  OutputOptions output_;
};

}  // namespace

std::unique_ptr<Verb> make_cross_verb() { return std::make_unique<CrossVerb>(); }

}  // namespace ser
