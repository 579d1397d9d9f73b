#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/corpus/label_space.h>
#include <unit/corpus/made_manifest.h>
#include <catch2/catch.hpp>

#include <set>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

std::string error_of(const std::string& yaml) {
  const made::Folder folder("label-space");
  const auto path = folder.path / "map.yaml";
  write_file(path, yaml);
  try {
    read_label_space(path.string());
  } catch (const UsageError& error) {
    const std::string text = error.what();
    return text.substr(std::min(text.size(), text.find("map.yaml")));
  }
  return "no error";
}

}  // namespace

TEST_CASE("four classes: excitement counts as happiness, frustration is dropped") {
  const LabelSpace space = read_label_space("4class");
  CHECK(space.classes == std::vector<std::string>{"anger", "happiness", "neutral", "sadness"});
  CHECK(space.class_of("excitement") == space.class_of("happiness"));
  CHECK(space.class_of("anger") == 0);
  CHECK_FALSE(space.class_of("frustration"));
  CHECK_FALSE(space.class_of(""));
  CHECK_FALSE(read_label_space("4class-no-excitement").class_of("excitement"));
}

TEST_CASE("the classes of MSP-Podcast stand in the order of its challenges") {
  CHECK(read_label_space("msp-podcast-8class").classes == std::vector<std::string>{"anger", "sadness", "happiness",
                                                                                   "surprise", "fear", "disgust",
                                                                                   "contempt", "neutral"});
}

TEST_CASE("boredom is low arousal and negative, excitement high and positive") {
  const LabelSpace arousal = read_label_space("arousal-binary"), valence = read_label_space("valence-binary");
  CHECK(arousal.classes.at(static_cast<std::size_t>(*arousal.class_of("boredom"))) == "low");
  CHECK(arousal.classes.at(static_cast<std::size_t>(*arousal.class_of("excitement"))) == "high");
  CHECK(valence.classes.at(static_cast<std::size_t>(*valence.class_of("boredom"))) == "negative");
  CHECK(valence.classes.at(static_cast<std::size_t>(*valence.class_of("excitement"))) == "positive");
}

TEST_CASE("every label space that comes with the toolkit is read and bears its file's name") {
  const std::set<std::string> wanted{"4class",       "4class-no-excitement", "6class",         "8class",
                                     "big6-neutral", "emodb-7class",         "semour-8class",  "msp-podcast-8class",
                                     "plutchik-32",  "arousal-binary",       "valence-binary", "all"};
  const std::vector<std::string> names = label_space_names();
  CHECK(std::includes(names.begin(), names.end(), wanted.begin(), wanted.end()));
  for (const std::string& name : names) CHECK(read_label_space(name).name == name);
  CHECK(read_label_space("plutchik-32").classes.size() == 32);
  CHECK(read_label_space("6class").classes.size() == 6);
}

TEST_CASE("the space of all labels takes those in the data, but not the absence of agreement") {
  Manifest manifest = made::empty("made");
  for (const char* emotion : {"sadness", "boredom", "no-agreement", "", "other"}) made::add(manifest, "s", emotion, 2);
  const LabelSpace space = resolve_label_space(read_label_space("all"), std::span(&manifest, 1));
  CHECK(space.classes == std::vector<std::string>{"boredom", "other", "sadness"});
  CHECK(space.class_of("sadness") == 2);
  const Manifest unlabelled = made::empty("made");
  CHECK_THROWS_AS(resolve_label_space(read_label_space("all"), std::span(&unlabelled, 1)), DataError);
}

TEST_CASE("what a label space drops is counted by label") {
  Manifest manifest = made::empty("made");
  made::add(manifest, "s", "anger", 3);
  made::add(manifest, "s", "fear", 2);
  made::add(manifest, "s", "", 1);
  const ClassAssignment assigned = assign_classes(made::four_classes(), manifest);
  CHECK(assigned.classes == std::vector<int>{0, 0, 0, -1, -1, -1});
  CHECK(assigned.dropped == std::map<std::string, std::size_t>{{"", 1}, {"fear", 2}});
  CHECK(assigned.describe_dropped() == "3 of 6 utterances dropped: 1 without label, 2 fear");
}

TEST_CASE("an unknown label space names the nearest one") {
  CHECK_THROWS_WITH(read_label_space("4clas"), Contains("did you mean '4class'"));
  CHECK_THROWS_AS(read_label_space("4clas"), UsageError);
}

TEST_CASE("a faulty label space is refused with its place") {
  CHECK(error_of("name: x\nclases: [a, b]\n") == "map.yaml:2:1: unknown key 'clases', did you mean 'classes'?");
  CHECK(error_of("name: x\nclasses: [a, b]\nmap:\n  joy: a\n  rage: c\n") ==
        "map.yaml:5:9: 'rage' is mapped to 'c', which is not among the classes; known: a, b");
  CHECK(error_of("name: x\nclasses: [a, b]\nmap: {joy: a}\n") == "map.yaml:2:10: no label is mapped to class 'b'");
  CHECK(error_of("name: x\nclasses: [a, a]\n") == "map.yaml:2:10: class 'a' is listed twice");
  CHECK(error_of("name: x\nclasses: [a, b]\nmap: {joy: a, joy: b}\n") == "map.yaml:3:15: 'joy' is given twice");
  CHECK(error_of("name: x\nclasses: [a, [b]]\n") == "map.yaml:2:14: classes must hold names only");
  CHECK(error_of("classes: [a, b]\nmap: {a: a, b: b}\n") == "map.yaml:1:1: the key 'name' is missing");
  CHECK_THAT(error_of("name: [x\n"), Contains("map.yaml:2:1"));
}
