// Coverage of 95 % intervals on simulated speakers, whose true UAR and macro-F1 are known. Prints a Markdown table:
// for each number of speakers the share of simulations in which each interval holds the truth, and its mean width.
// Usage: ser-bench-interval-coverage [simulations [draws]]
#include <fmt/format.h>
#include <ser/base/parallel.h>
#include <support/speaker_simulation.h>

#include <cstdlib>
#include <mutex>

using namespace ser;

namespace {

struct Tally {
  double covered[2] = {0, 0}, width[2] = {0, 0};
};

void print_row(const test::SpeakerModel& model, int speakers, int simulations, int draws) {
  const test::SpeakerSimulation simulation(model, 7);
  const std::vector<double> truth = simulation.truth();
  const std::vector<std::string> methods{"percentile", "bca", "t", "utterance"};
  std::vector<Tally> tallies(methods.size());
  std::mutex mutex;
  parallel_for(static_cast<std::size_t>(simulations), available_threads(), [&](std::size_t i) {
    const auto data = simulation.draw(speakers, i);
    const Replicates by_speaker = resample(data.speakers, 2, test::uar_and_macro_f1, draws, i);
    const Replicates by_utterance = resample(data.utterances, 2, test::uar_and_macro_f1, draws, i);
    const std::lock_guard lock(mutex);
    for (std::size_t m = 0; m < methods.size(); ++m)
      for (std::size_t f = 0; f < 2; ++f) {
        const bool speaker = methods[m] != "utterance";
        const Replicates& r = speaker ? by_speaker : by_utterance;
        const Interval interval =
            make_interval(r.estimates[f], r.draws[f], r.jackknife[f], speaker ? methods[m] : "percentile", 0.95, 0, 1);
        tallies[m].covered[f] += interval.low <= truth[f] && truth[f] <= interval.high;
        tallies[m].width[f] += interval.high - interval.low;
      }
  });
  fmt::print("| {} | {} |", model.unequal_speakers ? "unequal" : "equal", speakers);
  for (const Tally& tally : tallies)
    fmt::print(" {:.1f} / {:.1f} ({:.1f}) |", 100 * tally.covered[0] / simulations,
               100 * tally.covered[1] / simulations, 100 * tally.width[0] / simulations);
  fmt::print("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int simulations = argc > 1 ? std::atoi(argv[1]) : 1000, draws = argc > 2 ? std::atoi(argv[2]) : 1000;
  fmt::print("{} simulations, {} draws; coverage in % of UAR / macro-F1 (mean width of UAR in points)\n\n", simulations,
             draws);
  fmt::print(
      "| speakers are | speakers | percentile | BCa | jackknife t | by utterance |\n|---|--:|--:|--:|--:|--:|\n");
  test::SpeakerModel equal, unequal;
  unequal.unequal_speakers = true;
  unequal.shares = {0.55, 0.25, 0.12, 0.08};
  for (const auto& model : {equal, unequal})
    for (const int speakers : {3, 6, 12, 20, 30, 40, 100}) print_row(model, speakers, simulations, draws);
}
