// ser-eval compare: is one system better than another on the same utterances?
#include <common/verbs.h>
#include <ser-eval/output.h>
#include <ser-eval/verbs.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/eval/comparison.h>
#include <ser/eval/references.h>
#include <ser/report/comparison_tables.h>
#include <ser/report/results.h>

namespace ser {
namespace {

std::string formatted(std::span<const Comparison> comparisons, const std::string& format) {
  if (format == "json") return comparisons_json(comparisons);
  if (format == "csv") return grid_csv(comparison_long_grid(comparisons));
  if (format == "tsv") return grid_tsv(comparison_long_grid(comparisons));
  if (format == "latex") return comparisons_latex(comparisons);
  return format == "md" ? comparisons_markdown(comparisons) : comparisons_text(comparisons);
}

class CompareVerb final : public Verb {
 public:
  std::string name() const override { return "compare"; }
  std::string summary() const override {
    return "paired comparison of systems on the same utterances: difference, interval, tests, verdict";
  }
  std::string examples() const override {
    return "  ser-eval compare exp/ravdess/logreg exp/ravdess/mlp --manifest data/ravdess\n"
           "  ser-eval compare ours.tsv theirs.csv --manifest data/ravdess --metric macro_f1\n"
           "  ser-eval compare exp/a exp/b exp/c --manifest data/ravdess --format md --output compare.md\n";
  }
  void describe(OptionTable& table) override {
    table
        .add("systems", inputs_,
             "two or more run folders or tables of predictions (see 'score') of the same utterances, joined by id")
        .positional()
        .required();
    table.add("manifest", manifests_, "manifest folders: the speakers by which is resampled");
    table.add("labels", labels_,
              "label space for references that are taken from the manifest because the table has none");
    table.add("part", part_, "part to compare");
    describe_options(table, options_);
    describe_options(table, output_);
  }
  void run(const OptionTable& resolved, const CommonOptions& common) override {
    if (inputs_.size() < 2) throw UsageError("a comparison needs two systems or more");
    refuse_output_over_input(output_.output, inputs_);
    std::vector<Manifest> manifests;
    for (const std::string& folder : manifests_) manifests.push_back(read_manifest(folder));
    std::vector<PredictionSource> systems;
    for (const std::string& input : inputs_) systems.push_back(read_source(input, manifests, labels_));
    const std::vector<Comparison> comparisons = compare(systems, manifests, part_, options_, common.threads);
    write_output(output_.output, formatted(comparisons, output_.format));
    if (!output_.append_results.empty()) {
      const std::string heading = output_.heading.empty() ? "Comparison: " + join(inputs_, ", ") : output_.heading;
      append_results(output_.append_results,
                     results_markdown(heading, comparisons, command_text("ser-eval compare", resolved), today()));
    }
    std::vector<Note> notes;
    for (const Comparison& one : comparisons) notes.insert(notes.end(), one.notes.begin(), one.notes.end());
    refuse_warnings(output_, notes);
  }

 private:
  std::vector<std::string> inputs_, manifests_;
  std::string part_ = "test", labels_;
  ComparisonOptions options_;
  OutputOptions output_;
};

}  // namespace

std::unique_ptr<Verb> make_compare_verb() { return std::make_unique<CompareVerb>(); }

}  // namespace ser
