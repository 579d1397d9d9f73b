// Made-up recognition results with speakers who differ: the truth is known, so coverage of intervals can be measured.
#pragma once

#include <ser/base/random.h>
#include <ser/eval/interval.h>

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ser::test {

/// Each speaker recognises class k with probability logistic(level_k + effect), effect ~ N(0, speaker_deviation^2) per
/// speaker and again half of it per speaker and class. Errors go to the other classes evenly.
struct SpeakerModel {
  std::vector<double> levels{1.5, 0.5, 0.0, -0.5};  ///< logits, [class]
  std::vector<double> shares{0.25, 0.25, 0.25, 0.25};
  double speaker_deviation = 0.8;
  int utterances = 24;            ///< per speaker, on average
  bool unequal_speakers = false;  ///< between a quarter and seven quarters of `utterances`
};

/// Sums of one speaker or utterance: hits [K], support [K], predicted [K].
inline void uar_and_macro_f1(std::span<const double> sums, std::span<double> figures) {
  const std::size_t classes = sums.size() / 3;
  double recalls = 0, f1 = 0, present = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    const double hits = sums[k], support = sums[classes + k], predicted = sums[2 * classes + k];
    if (support <= 0) continue;
    ++present, recalls += hits / support, f1 += 2 * hits / (support + predicted);
  }
  figures[0] = recalls / present, figures[1] = f1 / present;
}

class SpeakerSimulation {
 public:
  SpeakerSimulation(SpeakerModel model, std::uint64_t seed) : model_(std::move(model)), seed_(seed) {}

  struct Data {
    UnitSums speakers, utterances;
  };
  Data draw(int speakers, std::uint64_t repetition) const {
    const std::size_t classes = model_.levels.size();
    Data data{UnitSums(3 * classes), UnitSums(3 * classes)};
    Random random(seed_, "speaker simulation", repetition);
    for (int s = 0; s < speakers; ++s) {
      const std::vector<double> recall = recalls(random);
      std::vector<double> sums(3 * classes);
      const int n = model_.unequal_speakers ? static_cast<int>(model_.utterances * random.uniform(0.25, 1.75))
                                            : model_.utterances;
      for (int i = 0; i < n; ++i) {
        std::vector<double> one(3 * classes);
        const std::size_t truth = pick(random);
        std::size_t guess = truth;
        if (random.uniform() >= recall[truth]) guess = (truth + 1 + random.below(classes - 1)) % classes;
        one[truth] += guess == truth, ++one[classes + truth], ++one[2 * classes + guess];
        data.utterances.add(one);
        for (std::size_t j = 0; j < one.size(); ++j) sums[j] += one[j];
      }
      data.speakers.add(sums);
    }
    return data;
  }

  /// UAR and macro-F1 of infinitely many speakers, by the expected recalls (midpoint rule over the effect).
  std::vector<double> truth() const {
    const std::size_t classes = model_.levels.size();
    std::vector<double> sums(3 * classes), figures(2);
    const double deviation = model_.speaker_deviation * std::sqrt(1.25);
    for (std::size_t k = 0; k < classes; ++k) {
      double recall = 0, mass = 0;
      for (double z = -8; z <= 8; z += 0.001) {
        const double density = std::exp(-z * z / 2);
        recall += density / (1 + std::exp(-(model_.levels[k] + deviation * z))), mass += density;
      }
      recall /= mass;
      sums[k] = recall * model_.shares[k], sums[classes + k] = model_.shares[k];
      for (std::size_t p = 0; p < classes; ++p)
        sums[2 * classes + p] += model_.shares[k] * (p == k ? recall : (1 - recall) / static_cast<double>(classes - 1));
    }
    uar_and_macro_f1(sums, figures);
    return figures;
  }

 private:
  std::vector<double> recalls(Random& random) const {
    const double effect = model_.speaker_deviation * random.normal();
    std::vector<double> recall;
    for (const double level : model_.levels)
      recall.push_back(1 / (1 + std::exp(-(level + effect + 0.5 * model_.speaker_deviation * random.normal()))));
    return recall;
  }
  std::size_t pick(Random& random) const {
    double left = random.uniform();
    for (std::size_t k = 0; k + 1 < model_.shares.size(); ++k)
      if ((left -= model_.shares[k]) < 0) return k;
    return model_.shares.size() - 1;
  }

  SpeakerModel model_;
  std::uint64_t seed_;
};

}  // namespace ser::test
