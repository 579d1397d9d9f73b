#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/corpus/leak_check.h>
#include <ser/corpus/protocol_file.h>
#include <unit/corpus/made_manifest.h>
#include <catch2/catch.hpp>

#include <ctime>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

/// A protocol on disk whose files can be damaged.
struct Saved {
  Saved() : folder("protocol"), yaml(folder.path / "p.yaml"), tsv(folder.path / "p.tsv") {
    made::add(manifests[0], "s1", "fear", 1);
    ProtocolOptions options;
    options.type = "cross";
    options.k = 2;
    options.train_values = {"train", "train 2"};
    protocol = make_protocol(options, manifests, made::four_classes());
    write_protocol(protocol, yaml);
  }
  void replace(const std::filesystem::path& path, const std::string& from, const std::string& to) const {
    const std::string text = read_file(path);
    REQUIRE(text.find(from) != std::string::npos);
    const auto at = text.find(from);
    write_file(path, text.substr(0, at) + to + text.substr(at + from.size()));
  }
  std::string error() const {
    try {
      read_protocol(yaml, manifests);
    } catch (const DataError& e) {
      return replace_all(e.what(), folder.path.string() + "/", "");
    }
    return "no error";
  }
  std::vector<Manifest> manifests{made::balanced("a", 4, 2), made::balanced("b", 4, 1)};
  made::Folder folder;
  std::filesystem::path yaml, tsv;
  Protocol protocol;
};

}  // namespace

TEST_CASE("a protocol reads back as it was written") {
  const Saved saved;
  const Protocol back = read_protocol(saved.yaml, saved.manifests);
  CHECK(back.labels == saved.protocol.labels);
  CHECK(back.notes == saved.protocol.notes);
  CHECK(back.options.train_values == saved.protocol.options.train_values);
  CHECK(back.options.k == 2);
  CHECK(back.options.type == "cross");
  REQUIRE(back.utterances.size() == saved.protocol.utterances.size());
  for (std::size_t i = 0; i < back.utterances.size(); ++i) {
    CHECK(back.utterances[i].id == saved.protocol.utterances[i].id);
    CHECK(back.utterances[i].corpus == saved.protocol.utterances[i].corpus);
    CHECK(back.utterances[i].label == saved.protocol.utterances[i].label);
    CHECK(back.utterances[i].group == saved.protocol.utterances[i].group);
  }
  REQUIRE(back.folds.size() == 6);
  for (std::size_t f = 0; f < 6; ++f) {
    CHECK(back.folds[f].name == saved.protocol.folds[f].name);
    CHECK(back.folds[f].kind == saved.protocol.folds[f].kind);
    CHECK(back.folds[f].train_corpora == saved.protocol.folds[f].train_corpora);
    CHECK(back.folds[f].test_corpora == saved.protocol.folds[f].test_corpora);
    CHECK(back.folds[f].parts == saved.protocol.folds[f].parts);
  }
  CHECK(read_protocol(saved.yaml).folds[5].parts == saved.protocol.folds[5].parts);
}

TEST_CASE("a manifest that changed since asks for new folds") {
  Saved saved;
  saved.manifests[1].utterances[0].text = "new transcript";
  CHECK_THAT(saved.error(), Contains("p.yaml: the manifest of b has changed since; make the folds again"));
  saved.manifests.pop_back();
  CHECK_THAT(saved.error(), Contains("made of the manifests of a, b, in this order; given: a"));
}

TEST_CASE("damage to the table of parts is refused with its line") {
  const auto error_after = [](const std::string& from, const std::string& to) {
    const Saved saved;
    saved.replace(saved.tsv, from, to);
    return saved.error();
  };
  CHECK_THAT(error_after("\ttrain", "\ttrian"), Contains("p.tsv:2: 'trian' in column") && Contains("is not train"));
  CHECK_THAT(error_after("a-s0-anger-1\tanger", "a-s0-anger-1\tangr"),
             Contains("p.tsv:3: 'angr' is not a class of 4class, did you mean 'anger'?"));
  CHECK_THAT(error_after("a-s0-anger-1\tanger", "a-s0-anger-1\tsadness"),
             Contains("p.tsv:3: label is 'sadness', but 'anger' by the manifest of a"));
  CHECK_THAT(error_after("a-s0-anger-1\tanger\ts0", "a-s0-anger-1\tanger\ts1"), Contains("p.tsv:3: group is 's1'"));
  CHECK_THAT(error_after("a-s0-anger-1", "a-s0-anger-0"), Contains("p.tsv:3: the id a-s0-anger-0 was already used"));
  CHECK_THAT(error_after("\na\ta-s0-anger-1", "\nb\ta-s0-anger-1"), Contains("p.tsv:3: corpus 'b', expected 'a'"));
  CHECK_THAT(error_after("\ta->b", "\tb->b"), Contains("p.tsv:1: column 9 is 'b->b', expected 'a->b'"));
  CHECK_THAT(error_after("a-s1-fear-0\t\ts1\t-", "a-s1-fear-0\t\ts1\ttest"),
             Contains("p.tsv:34: a-s1-fear-0 has no class but is in test of fold a:1"));
  CHECK_THAT(error_after("b-s0-anger-0\tanger\ts0\t-", "b-s0-anger-0\tanger\ts0\ttrain"),
             Contains("p.tsv:35: b-s0-anger-0 of b is in train of fold a:1"));
}

TEST_CASE("a table with too few rows is refused") {
  const Saved saved;
  const std::string text = read_file(saved.tsv);
  write_file(saved.tsv, text.substr(0, text.rfind('\n', text.size() - 2) + 1));
  CHECK_THAT(saved.error(), Contains("p.tsv: 48 rows, but the .yaml beside it counts 49"));
}

TEST_CASE("damage to the description is refused with its place") {
  const auto error_after = [](const std::string& from, const std::string& to) {
    const Saved saved;
    saved.replace(saved.yaml, from, to);
    return saved.error();
  };
  CHECK_THAT(error_after("\n  seed:", "\n  sed:"), Contains("p.yaml:9:3: unknown option 'sed', did you mean 'seed'?"));
  CHECK_THAT(error_after("type: cross", "type: crossed"), Contains("p.yaml:3:3: type: 'crossed' is not one of"));
  CHECK_THAT(error_after("corpora:", "corpra:"), Contains("unknown key 'corpra', did you mean 'corpora'?"));
  CHECK_THAT(error_after("kind: self", "kind: selv"), Contains("unknown kind of fold 'selv', did you mean 'self'?"));
  CHECK_THAT(error_after("train: [a]", "train: [z]"), Contains("names corpus 'z', which the protocol does not have"));
  CHECK_THAT(error_after("utterances: 33", "utterances: many"), Contains("utterances must be a count"));
}

TEST_CASE("100 000 utterances in ten folds are read in a second or two of computing") {
  Manifest manifest = made::balanced("large", 250, 100);
  const std::vector<Manifest> manifests{std::move(manifest)};
  ProtocolOptions options;
  options.k = 10;
  const made::Folder folder("large-protocol");
  write_protocol(make_protocol(options, manifests, made::four_classes()), folder.path / "p.yaml");
  const std::clock_t start = std::clock();  // not wall time: the machine may be busy
  const Protocol protocol = read_protocol(folder.path / "p.yaml", manifests);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  CHECK(protocol.folds[9].indices(Part::test).size() == 10000);
  INFO(seconds << " s");
  CHECK(seconds < 3);
}
