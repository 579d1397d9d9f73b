// ser-eval fairness: scores by group, and the gaps between groups.
#include <common/verbs.h>
#include <ser-eval/output.h>
#include <ser-eval/verbs.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/eval/fairness.h>
#include <ser/eval/references.h>
#include <ser/report/fairness_tables.h>
#include <ser/report/results.h>

namespace ser {
namespace {

std::string formatted(std::span<const Fairness> results, const std::string& format) {
  if (format == "json") return fairness_json(results);
  if (format == "csv") return grid_csv(fairness_long_grid(results));
  if (format == "tsv") return grid_tsv(fairness_long_grid(results));
  if (format == "latex") return fairness_latex(results);
  return format == "md" ? fairness_markdown(results) : fairness_text(results);
}

class FairnessVerb final : public Verb {
 public:
  std::string name() const override { return "fairness"; }
  std::string summary() const override {
    return "scores by group of speakers (gender, age, language, ...), TPR, DP and equalised-odds gaps, worst group";
  }
  std::string examples() const override {
    return "  ser-eval fairness exp/ravdess/logreg --manifest data/ravdess --group gender\n"
           "  ser-eval fairness other_tool.csv --group accent --format md\n";
  }
  void describe(OptionTable& table) override {
    table.add("predictions", inputs_, "run folders or tables of predictions (see 'score')").positional().required();
    table.add("manifest", manifests_, "manifest folders that hold the groups and speakers");
    table.add("labels", labels_,
              "label space for references that are taken from the manifest because the table has none");
    table.add("part", part_, "part to look at");
    describe_options(table, options_);
    describe_options(table, output_);
  }
  void run(const OptionTable& resolved, const CommonOptions& common) override {
    refuse_output_over_input(output_.output, inputs_);
    std::vector<Manifest> manifests;
    for (const std::string& folder : manifests_) manifests.push_back(read_manifest(folder));
    std::vector<Fairness> results;
    for (const std::string& input : inputs_)
      for (Fairness& result :
           fairness(read_source(input, manifests, labels_), manifests, part_, options_, common.threads))
        results.push_back(std::move(result));
    write_output(output_.output, formatted(results, output_.format));
    if (!output_.append_results.empty()) {
      const std::string heading = output_.heading.empty() ? "Fairness: " + join(inputs_, ", ") : output_.heading;
      append_results(output_.append_results,
                     results_markdown(heading, results, command_text("ser-eval fairness", resolved), today()));
    }
    std::vector<Note> notes;
    for (const Fairness& result : results) notes.insert(notes.end(), result.notes.begin(), result.notes.end());
    refuse_warnings(output_, notes);
  }

 private:
  std::vector<std::string> inputs_, manifests_;
  std::string part_ = "test", labels_;
  FairnessOptions options_;
  OutputOptions output_;
};

}  // namespace

std::unique_ptr<Verb> make_fairness_verb() { return std::make_unique<FairnessVerb>(); }

}  // namespace ser
