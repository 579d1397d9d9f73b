#include <ser/experiment/mixed_distribution.h>

#include <catch2/catch.hpp>

using namespace ser;

namespace {

Utterance labelled(const std::string& emotion, const Distribution& distribution = {}) {
  Utterance u;
  u.emotion = emotion;
  u.distribution = distribution;
  return u;
}

}  // namespace

TEST_CASE("a mixed distribution adds the shares of both clips, label by label", "[augment]") {
  const auto text = [](const Utterance& own, const Utterance& partner, double share) {
    return format_distribution(mixed_distribution(own, partner, share));
  };
  CHECK(text(labelled("anger"), labelled("sadness"), 0.14) == "anger:0.86 sadness:0.14");
  CHECK(text(labelled("anger"), labelled("anger"), 0.14) == "anger:1");
  // What raters said goes before the one emotion, and is scaled to a sum of 1.
  const Utterance rated = labelled("anger", {{"anger", 1.5}, {"fear", 0.5}});
  CHECK(text(rated, labelled("sadness"), 0.5) == "anger:0.375 fear:0.125 sadness:0.5");
  CHECK(text(labelled("fear"), rated, 0.25) == "fear:0.8125 anger:0.1875");
  CHECK(text(labelled("", {{"joy", 1}}), labelled("anger", {{"anger", 0}}), 0.25) == "joy:0.75 anger:0.25");
  CHECK(mixed_distribution(labelled(""), labelled("anger"), 0.1).empty());
  CHECK(mixed_distribution(rated, labelled(""), 0.1).empty());
}
