#include <ser/base/error.h>
#include <ser/corpus/protocol_file.h>
#include <ser/experiment/mixed_distribution.h>
#include <ser/experiment/protocol_utterances.h>
#include <support/files.h>
#include <unit/corpus/made_manifest.h>

#include <catch2/catch.hpp>

using namespace ser;
using namespace ser::test;
using Catch::Matchers::Contains;

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

TEST_CASE("a protocol uses the utterances that have a part in a fold, corpus by corpus", "[augment]") {
  const TemporaryFolder folder;
  // Four speakers with two utterances of each of four emotions; half of one emotion is no class of the label space.
  const auto corpus = [](const std::string& name, const std::string& dropped) {
    Manifest manifest = made::balanced(name, 4, 2);
    for (Utterance& u : manifest.utterances)
      if (u.emotion == dropped && u.id.ends_with("-0")) u.emotion = "disgust";
    return manifest;
  };
  const std::vector<Manifest> manifests{corpus("first", "anger"), corpus("second", "neutral")};
  ProtocolOptions options;
  options.type = "cross";
  options.self = false;
  options.dev = "none";
  const LabelSpace labels = read_label_space("4class");
  write_protocol(make_protocol(options, manifests, labels), folder / "p.yaml");
  for (const Manifest& manifest : manifests) {
    std::vector<std::string> expected, used;
    for (const Utterance& u : manifest.utterances)
      if (u.emotion != "disgust") expected.push_back(u.id);
    for (const Utterance& u : utterances_of_protocol(manifest, folder / "p.yaml").utterances) used.push_back(u.id);
    CHECK(used == expected);
    CHECK(used.size() == 28);
  }
  CHECK_THROWS_WITH(utterances_of_protocol(corpus("third", ""), folder / "p.yaml"),
                    Contains("first, second; given: third"));
  CHECK_THROWS_WITH(utterances_of_protocol(corpus("first", ""), folder / "p.yaml"), Contains("has changed since"));
}
