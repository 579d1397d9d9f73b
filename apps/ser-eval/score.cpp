// ser-eval score: metrics of predictions, ours or another tool's.
#include <common/verbs.h>
#include <fmt/format.h>
#include <ser-eval/output.h>
#include <ser-eval/page.h>
#include <ser-eval/verbs.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/protocol_file.h>
#include <ser/eval/evaluation.h>
#include <ser/eval/guards.h>
#include <ser/eval/references.h>
#include <ser/report/results.h>
#include <ser/report/score_formats.h>
#include <ser/report/score_tables.h>

namespace ser {
namespace {

std::string formatted(std::span<const Evaluation> runs, const std::string& format) {
  if (format == "json") return scores_json(runs);
  if (format == "csv") return grid_csv(long_grid(runs));
  if (format == "tsv") return grid_tsv(long_grid(runs));
  if (format == "latex") return scores_latex(runs);
  return format == "md" ? scores_markdown(runs) : scores_text(runs);
}

class ScoreVerb final : public Verb {
 public:
  std::string name() const override { return "score"; }
  std::string summary() const override {
    return "UAR, WAR, macro-F1 and more with intervals, per-class scores, confusion matrix and guards of predictions";
  }
  std::string examples() const override {
    return "  ser-eval score exp/ravdess/logreg\n"
           "  ser-eval score exp/ravdess/logreg --manifest data/ravdess --html report.html --figures figures\n"
           "  ser-eval score other_tool.csv --format json --output scores.json\n"
           "  ser-eval score exp/ravdess/logreg exp/ravdess/svm --append-results RESULTS.md\n";
  }
  void describe(OptionTable& table) override {
    table
        .add("predictions", inputs_,
             "run folders of ser-train, or tables (.tsv, .csv) with columns id, label (or ref, reference, true) and "
             "p_<class>... or prediction; part, fold and seed where there are any")
        .positional()
        .required();
    table.add("manifest", manifests_,
              "manifest folders: speakers for the intervals, and to check speakers and missing utterances");
    table.add("labels", labels_,
              "label space for references that are taken from the manifest because the table has none; by default the "
              "manifest's emotions themselves");
    table.add("protocol", protocol_,
              "protocol that the predictions were made by, to check what crosses its parts (needs --manifest)");
    table.add("part", part_, "part to score");
    describe_options(table, intervals_);
    describe_options(table, output_);
    describe_options(table, page_);
  }
  void run(const OptionTable& resolved, const CommonOptions& common) override {
    if (page_.wanted() && inputs_.size() != 1)
      throw_error<UsageError>("--{}: a page shows one run, but {} are given; call it for each",
                              page_.html.empty() ? "figures" : "html", inputs_.size());
    refuse_output_over_input(output_.output, inputs_);
    refuse_output_over_input(page_.html, inputs_);
    if (!protocol_.empty() && manifests_.empty()) throw UsageError("--protocol needs the manifests: give --manifest");
    std::vector<Manifest> manifests;
    for (const std::string& folder : manifests_) manifests.push_back(read_manifest(folder));
    std::vector<Evaluation> runs;
    PredictionSource source;
    for (const std::string& input : inputs_) {
      source = read_source(input, manifests, labels_);
      runs.push_back(evaluate(source.table, source.run, source.name, manifests, part_, intervals_, common.threads));
    }
    for (Note& note : leak_notes(manifests)) runs[0].notes.push_back(std::move(note));
    if (runs.size() > 1)
      runs[0].notes.push_back({Note::Kind::information, "selection",
                               fmt::format("{} runs stand side by side: the best of them by these figures is chosen on "
                                           "part {}, and its figure is optimistic. 'ser-eval compare' tells which "
                                           "differences are real.",
                                           runs.size(), part_)});

    const std::string command = command_text("ser-eval score", resolved);
    ReportData data;
    if (page_.wanted()) data = report_data(source, manifests, runs[0], page_.breakdown, intervals_, common.threads);
    write_output(output_.output, formatted(runs, output_.format));
    if (page_.wanted()) {
      data.date = today(), data.command = command;
      write_page(page_, std::move(data), manifests);
    }
    if (!output_.append_results.empty()) {
      const std::string heading = output_.heading.empty() ? join(inputs_, ", ") : output_.heading;
      append_results(output_.append_results, results_markdown(heading, runs, command, today()));
    }
    refuse_warnings(output_, all_notes(runs));
  }

 private:
  std::vector<Note> leak_notes(std::span<const Manifest> manifests) const {
    if (protocol_.empty())
      return {{Note::Kind::not_checked, "protocol",
               "Speakers, sessions and audio crossing training and test: no --protocol was given."}};
    return protocol_notes(read_protocol(protocol_), manifests);
  }

  std::vector<std::string> inputs_, manifests_;
  std::string part_ = "test", labels_, protocol_;
  IntervalOptions intervals_;
  PageOptions page_;
  OutputOptions output_;
};

}  // namespace

std::unique_ptr<Verb> make_score_verb() { return std::make_unique<ScoreVerb>(); }

}  // namespace ser
