#include <ser/corpus/leak_check.h>
#include <ser/corpus/protocol.h>
#include <unit/corpus/made_manifest.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

Protocol make(const ProtocolOptions& options, const std::vector<Manifest>& manifests) {
  return make_protocol(options, manifests, made::four_classes());
}

ProtocolOptions of_type(const std::string& type) {
  ProtocolOptions options;
  options.type = type;
  return options;
}

std::set<std::string> groups_in(const Protocol& protocol, const Fold& fold, Part part) {
  std::set<std::string> groups;
  for (const std::size_t i : fold.indices(part))
    groups.insert(protocol.corpora[protocol.utterances[i].corpus].name + '/' + protocol.utterances[i].group);
  return groups;
}

bool share_a_group(const Protocol& protocol, const Fold& fold, Part a, Part b) {
  const auto of_a = groups_in(protocol, fold, a), of_b = groups_in(protocol, fold, b);
  return std::any_of(of_a.begin(), of_a.end(), [&](const std::string& g) { return of_b.contains(g); });
}

/// Part by id, for comparing protocols over differently ordered rows.
std::map<std::string, Part> parts_by_id(const Protocol& protocol, const Fold& fold) {
  std::map<std::string, Part> parts;
  for (std::size_t i = 0; i < protocol.utterances.size(); ++i) parts[protocol.utterances[i].id] = fold.parts[i];
  return parts;
}

std::vector<std::string> fold_names(const Protocol& protocol) {
  std::vector<std::string> names;
  for (const Fold& fold : protocol.folds) names.push_back(fold.name);
  return names;
}

std::vector<std::size_t> times(std::size_t n, std::size_t value) { return std::vector<std::size_t>(n, value); }

}  // namespace

TEST_CASE("ten balanced speakers in five folds: 20 test utterances of each class in each fold") {
  const Protocol protocol = make(of_type("stratified-group-kfold"), {made::balanced("a", 10, 10)});
  REQUIRE(protocol.folds.size() == 5);
  for (const Fold& fold : protocol.folds) {
    CHECK(protocol.class_counts(fold, Part::test) == times(4, 20));
    CHECK(groups_in(protocol, fold, Part::test).size() == 2);
    CHECK(protocol.class_counts(fold, Part::dev) == times(4, 10 * groups_in(protocol, fold, Part::dev).size()));
    CHECK(fold.indices(Part::train).size() + fold.indices(Part::dev).size() == 320);
  }
  CHECK(protocol.notes.empty());
}

TEST_CASE("no speaker is in two parts, and each utterance is tested once, whatever the corpus and the seed") {
  for (std::uint64_t seed = 0; seed < 12; ++seed)
    for (const char* type : {"stratified-group-kfold", "group-kfold", "leave-one-group-out"}) {
      ProtocolOptions options = of_type(type);
      options.seed = seed;
      options.k = 2 + static_cast<int>(seed % 4);
      const Protocol protocol = make(options, {made::uneven("a", seed)});
      std::vector<int> tested(protocol.utterances.size());
      for (const Fold& fold : protocol.folds) {
        CHECK_FALSE(share_a_group(protocol, fold, Part::train, Part::dev));
        CHECK_FALSE(share_a_group(protocol, fold, Part::train, Part::test));
        CHECK_FALSE(share_a_group(protocol, fold, Part::dev, Part::test));
        CHECK_FALSE(fold.indices(Part::dev).empty());
        for (const std::size_t i : fold.indices(Part::test)) ++tested[i];
      }
      CHECK(std::all_of(tested.begin(), tested.end(), [](int n) { return n == 1; }));
    }
}

TEST_CASE("folds follow from the seed and not from the order of the rows") {
  Manifest manifest = made::uneven("a", 5);
  ProtocolOptions options = of_type("stratified-group-kfold");
  options.repeats = 2;
  const Protocol first = make(options, {manifest});
  Random random(1, "row order");
  random.shuffle(manifest.utterances);
  const Protocol second = make(options, {manifest});
  REQUIRE(fold_names(first) == fold_names(second));
  for (std::size_t f = 0; f < first.folds.size(); ++f)
    CHECK((parts_by_id(first, first.folds[f]) == parts_by_id(second, second.folds[f])));
}

TEST_CASE("another seed gives other folds where groups are alike") {
  ProtocolOptions options = of_type("stratified-group-kfold");
  const Protocol first = make(options, {made::balanced("a", 12, 2)});
  options.seed = 43;
  const Protocol second = make(options, {made::balanced("a", 12, 2)});
  CHECK((first.folds[0].parts != second.folds[0].parts));
}

TEST_CASE("repeats draw the folds anew") {
  ProtocolOptions options = of_type("stratified-group-kfold");
  options.k = 3;
  options.repeats = 2;
  const Protocol protocol = make(options, {made::balanced("a", 12, 2)});
  CHECK(fold_names(protocol) == std::vector<std::string>{"1.1", "1.2", "1.3", "2.1", "2.2", "2.3"});
  CHECK((protocol.fold("1.1").parts != protocol.fold("2.1").parts));
}

TEST_CASE("repeats that cannot differ, because no two speakers are alike, are noted") {
  Manifest manifest = made::empty("a");
  for (int s = 0; s < 6; ++s)
    for (const std::string& emotion : made::emotions)
      made::add(manifest, "s" + std::to_string(s), emotion, emotion == "anger" ? 3 + 2 * s : 1);
  ProtocolOptions options = of_type("stratified-group-kfold");
  options.k = 3;
  options.repeats = 3;
  CHECK_THAT(make(options, {manifest}).notes.at(0), Contains("2 of 3 repeats have the folds of an earlier one"));
}

TEST_CASE("a class with three speakers allows three folds") {
  Manifest manifest = made::balanced("a", 8, 2);
  std::erase_if(manifest.utterances, [](const Utterance& u) { return u.emotion == "anger" && u.speaker > "s2"; });
  const Protocol protocol = make(of_type("stratified-group-kfold"), {manifest});
  CHECK(protocol.folds.size() == 3);
  CHECK_THAT(protocol.notes.at(0), Contains("3 folds instead of 5, because class 'anger' occurs with 3"));
  for (const Fold& fold : protocol.folds) CHECK(protocol.class_counts(fold, Part::test)[0] == 2);
}

TEST_CASE("a class with one speaker allows no grouped folds") {
  Manifest manifest = made::balanced("a", 8, 2);
  std::erase_if(manifest.utterances, [](const Utterance& u) { return u.emotion == "anger" && u.speaker != "s2"; });
  CHECK_THROWS_WITH(make(of_type("stratified-group-kfold"), {manifest}), Contains("class 'anger' occurs with 1"));
}

TEST_CASE("utterances that the label space drops are in no part") {
  Manifest manifest = made::balanced("a", 10, 2);
  made::add(manifest, "s0", "fear", 5);
  const Protocol protocol = make(of_type("stratified-group-kfold"), {manifest});
  CHECK(protocol.utterances.size() == 85);
  for (const Fold& fold : protocol.folds) {
    CHECK(fold.indices(Part::none) == std::vector<std::size_t>{80, 81, 82, 83, 84});
    CHECK(fold.parts[80] == Part::none);
  }
}

TEST_CASE("leaving one session out keeps both speakers of the session together and a whole session for development") {
  Manifest manifest = made::balanced("dyads", 10, 2);
  for (Utterance& u : manifest.utterances) u.session = "Session" + std::to_string((u.speaker[1] - '0') / 2 + 1);
  ProtocolOptions options = of_type("leave-one-group-out");
  options.by = "session";
  const Protocol protocol = make(options, {manifest});
  CHECK(fold_names(protocol) == std::vector<std::string>{"Session1", "Session2", "Session3", "Session4", "Session5"});
  const Fold& fold = protocol.fold("Session3");
  CHECK(groups_in(protocol, fold, Part::test) == std::set<std::string>{"dyads/s4", "dyads/s5"});
  std::set<std::string> dev_sessions;
  for (const std::size_t i : fold.indices(Part::dev)) dev_sessions.insert(manifest.utterances[i].session);
  CHECK(dev_sessions.size() == 1);
  CHECK(groups_in(protocol, fold, Part::dev).size() == 2);
}

TEST_CASE("random folds are refused with the speakers' names unless they are declared speaker-dependent") {
  ProtocolOptions options = of_type("random");
  const std::vector<Manifest> manifests{made::balanced("a", 5, 5)};
  CHECK_THROWS_AS(make(options, manifests), DataError);
  CHECK_THROWS_WITH(make(options, manifests), Contains("a/s0") && Contains("--speaker-dependent"));
  options.speaker_dependent = true;
  const Protocol protocol = make(options, manifests);
  for (const Fold& fold : protocol.folds) CHECK(protocol.class_counts(fold, Part::test) == times(4, 5));
}

TEST_CASE("a column of official parts is followed, a validation part is the development part") {
  Manifest manifest = made::balanced("a", 6, 2);
  for (Utterance& u : manifest.utterances) {
    const int speaker = u.speaker[1] - '0';
    u.split = speaker < 3 ? "Train" : speaker == 3 ? "validation" : speaker == 4 ? "test" : "test3";
  }
  const Protocol protocol = make(of_type("fixed"), {manifest});
  REQUIRE(protocol.folds.size() == 1);
  CHECK(groups_in(protocol, protocol.folds[0], Part::train).size() == 3);
  CHECK(groups_in(protocol, protocol.folds[0], Part::dev) == std::set<std::string>{"a/s3"});
  CHECK(groups_in(protocol, protocol.folds[0], Part::test) == std::set<std::string>{"a/s4"});
  CHECK_THAT(protocol.notes.at(0), Contains("test3 (8)"));

  ProtocolOptions options = of_type("fixed");
  options.test_values = {"test", "test3"};
  CHECK(groups_in(protocol, make(options, {manifest}).folds[0], Part::test).size() == 2);
}

TEST_CASE("without an official development part one is taken from the training speakers, or none") {
  Manifest manifest = made::balanced("a", 6, 2);
  for (Utterance& u : manifest.utterances) u.split = u.speaker < "s5" ? "train" : "test";
  CHECK(make(of_type("fixed"), {manifest}).folds[0].indices(Part::dev).size() == 8);
  ProtocolOptions options = of_type("fixed");
  options.dev = "none";
  const Protocol protocol = make(options, {manifest});
  CHECK(protocol.folds[0].indices(Part::dev).empty());
  CHECK(protocol.folds[0].indices(Part::train).size() == 40);
}

TEST_CASE("official parts that share a speaker are refused") {
  Manifest manifest = made::balanced("a", 6, 2);
  for (std::size_t i = 0; i < manifest.utterances.size(); ++i) manifest.utterances[i].split = i < 30 ? "train" : "test";
  CHECK_THROWS_WITH(make(of_type("fixed"), {manifest}), Contains("fold 1: a/s3"));
}

TEST_CASE("across corpora: all of one trains, all of the other tests, and each is divided within itself too") {
  const std::vector<Manifest> manifests{made::balanced("a", 10, 2), made::balanced("b", 8, 3)};
  ProtocolOptions options = of_type("cross");
  options.k = 2;
  const Protocol protocol = make(options, manifests);
  CHECK(fold_names(protocol) == std::vector<std::string>{"a:1", "a:2", "b:1", "b:2", "a->b", "b->a"});
  const Fold& fold = protocol.fold("a->b");
  CHECK(fold.kind == "cross");
  CHECK(fold.train_corpora == std::vector<std::string>{"a"});
  CHECK(protocol.class_counts(fold, Part::test) == times(4, 24));
  CHECK(fold.indices(Part::train).size() + fold.indices(Part::dev).size() == 80);
  CHECK_FALSE(share_a_group(protocol, fold, Part::train, Part::dev));
  CHECK(fold.indices(Part::test).front() == 80);
  CHECK(protocol.fold("b:1").indices(Part::test).front() >= 80);
}

TEST_CASE("the folds within a corpus are the same alone and beside others") {
  const std::vector<Manifest> manifests{made::uneven("a", 1), made::uneven("b", 2)};
  const Protocol cross = make(of_type("cross"), manifests);
  const Protocol alone = make(of_type("stratified-group-kfold"), {manifests[1]});
  for (const Fold& fold : alone.folds) {
    const std::vector<Part>& parts = cross.fold("b:" + fold.name).parts;
    CHECK(std::vector<Part>(parts.end() - static_cast<std::ptrdiff_t>(fold.parts.size()), parts.end()) == fold.parts);
  }
}

TEST_CASE("leaving one corpus out trains on the union of the others") {
  const std::vector<Manifest> manifests{made::balanced("a", 4, 1), made::balanced("b", 4, 2),
                                        made::balanced("c", 4, 3)};
  ProtocolOptions options = of_type("leave-one-corpus-out");
  options.self = false;
  const Protocol protocol = make(options, manifests);
  CHECK(fold_names(protocol) == std::vector<std::string>{"loco->a", "loco->b", "loco->c"});
  const Fold& fold = protocol.fold("loco->b");
  CHECK(fold.train_corpora == std::vector<std::string>{"a", "c"});
  CHECK(protocol.class_counts(fold, Part::test) == times(4, 8));
  CHECK(fold.indices(Part::train).size() + fold.indices(Part::dev).size() == 64);
  options = of_type("cross");
  options.loco = true;
  options.self = false;
  CHECK(fold_names(make(options, manifests)).size() == 9);
}

TEST_CASE("speakers of the same name in two corpora are different people") {
  const std::vector<Manifest> manifests{made::balanced("a", 3, 2), made::balanced("b", 3, 2)};
  const Protocol protocol = make(of_type("leave-one-group-out"), manifests);
  CHECK(fold_names(protocol) == std::vector<std::string>{"a/s0", "a/s1", "a/s2", "b/s0", "b/s1", "b/s2"});
}

TEST_CASE("the same id in two corpora is refused with a way out") {
  Manifest a = made::balanced("a", 4, 1), b = a;
  b.corpus = "b";
  CHECK_THROWS_WITH(make(of_type("cross"), {a, b}), Contains("--id-prefix") && Contains("a-s0-anger-0"));
}

TEST_CASE("unknown speakers are refused, or each taken for one of its own") {
  Manifest manifest = made::balanced("a", 10, 2);
  for (std::size_t i = 0; i < 7; ++i) manifest.utterances[i].speaker = "";
  ProtocolOptions options = of_type("stratified-group-kfold");
  CHECK_THROWS_WITH(make(options, {manifest}), Contains("7 utterances have no speaker"));
  options.allow_unknown_groups = true;
  const Protocol protocol = make(options, {manifest});
  CHECK_THAT(protocol.notes.at(0), Contains("7 utterances without speaker"));
}

TEST_CASE("a class that a part lacks is noted with its folds") {
  Manifest manifest = made::balanced("a", 6, 2);
  std::erase_if(manifest.utterances, [](const Utterance& u) { return u.emotion == "neutral" && u.speaker > "s3"; });
  const Protocol protocol = make(of_type("leave-one-group-out"), {manifest});
  CHECK(std::find(protocol.notes.begin(), protocol.notes.end(),
                  "no test utterance of class 'neutral' in fold s4, s5") != protocol.notes.end());
}

TEST_CASE("options that contradict each other are refused") {
  const std::vector<Manifest> one{made::balanced("a", 6, 2)};
  CHECK_THROWS_AS(make(of_type("cross"), one), UsageError);
  ProtocolOptions options = of_type("leave-one-group-out");
  options.repeats = 3;
  CHECK_THROWS_AS(make(options, one), UsageError);
  options = of_type("random");
  options.by = "session";
  CHECK_THROWS_AS(make(options, one), UsageError);
  options = of_type("group-kfold");
  options.loco = true;
  CHECK_THROWS_AS(make(options, one), UsageError);
  options = of_type("group-kfold");
  options.group = "speker";
  CHECK_THROWS_WITH(make(options, one), Contains("did you mean 'speaker'"));
  CHECK_THROWS_WITH(make(of_type("group-kfold"), one).fold("7"), Contains("no fold '7'"));
}
