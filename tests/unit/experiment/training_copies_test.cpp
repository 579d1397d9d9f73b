// Which copies a fold may train on, and what is refused.
#include <ser/base/error.h>
#include <ser/corpus/protocol_file.h>
#include <ser/experiment/training_copies.h>
#include <support/files.h>
#include <unit/corpus/made_manifest.h>

#include <catch2/catch.hpp>

using namespace ser;
using namespace ser::test;
using Catch::Matchers::Contains;

namespace {

const std::string front_end = "set: mfcc\nlevel: lld\nrate: 16000\n";

/// Six speakers by four emotions, three folds by speaker, a store of one frame per utterance: its number.
struct Study {
  TemporaryFolder folder;
  Manifest originals = made::balanced("toy", 6, 1);
  StudyData data;

  Study() {
    write(originals, "data", front_end);
    ProtocolOptions options;
    options.type = "group-kfold";
    options.k = 3;
    options.dev = "none";
    const std::vector<Manifest> all{originals};
    write_protocol(make_protocol(options, all, read_label_space("4class")), folder / "p.yaml");
    const std::vector<std::string> manifests{path("data")}, stores{path("feats-data")};
    data = load_study(path("p.yaml"), manifests, stores, StudyInput::frames);
  }

  std::string path(const std::string& name) const { return (folder / name).string(); }

  void write(const Manifest& manifest, const std::string& name, const std::string& signature,
             const std::string& failing = "") const {
    write_manifest(manifest, folder / name);
    FeatureStoreWriter writer(folder / ("feats-" + name), {signature, {"number"}, false, 0.01});
    std::vector<WantedUtterance> wanted;
    for (const Utterance& u : manifest.utterances) wanted.push_back({u.id, folder / u.wav, {}});
    writer.resume(wanted);
    float number = 0;
    for (const WantedUtterance& one : wanted) {
      StoreEntry entry;
      entry.id = one.id;
      Matrix frame(1, 1);
      frame(0, 0) = number++;
      if (one.id == failing) entry.error = "too short";
      writer.append(entry, frame);
    }
    writer.finish();
  }

  /// A copy of every original, mixed with the next one; the last not mixed.
  Manifest copies() const {
    Manifest copies = originals;
    copies.extra_columns = {"augmented_from", "mixed_with", "partner_share"};
    for (std::size_t i = 0; i < copies.utterances.size(); ++i) {
      Utterance& u = copies.utterances[i];
      u.extra["augmented_from"] = u.id;
      if (i + 1 < copies.utterances.size()) {
        u.extra["mixed_with"] = originals.utterances[i + 1].id;
        u.extra["partner_share"] = "0.125";
      }
      u.id += "~1";
    }
    return copies;
  }

  TrainingCopies read(const std::string& name) const {
    const std::vector<std::string> manifests{path(name)}, stores{path("feats-" + name)};
    return {data, manifests, stores, 0};
  }
};

}  // namespace

TEST_CASE("a fold trains on copies whose source and partner are both in its training part", "[experiment]") {
  const Study study;
  study.write(study.copies(), "copies", front_end);
  const TrainingCopies copies = study.read("copies");
  REQUIRE(copies.size() == study.data.size());
  CHECK(copies[0].partner_share == 0.125);
  CHECK_FALSE(copies[copies.size() - 1].partner.has_value());
  std::size_t used = 0;
  for (const Fold& fold : study.data.protocol.folds) {
    const auto trains = [&](std::size_t row) { return fold.parts[study.data.utterance_of_row[row]] == Part::train; };
    const auto usable = copies.usable(fold);
    for (std::size_t row = 0; row < usable.size(); ++row) {
      const bool last = row + 1 == usable.size();
      CHECK(usable[row].size() == (trains(row) && (last || trains(row + 1)) ? 1U : 0U));
      for (const std::size_t copy : usable[row]) {
        CHECK(copies[copy].source == row);
        CHECK(copies.read(copy)(0, 0) == static_cast<float>(row));
        ++used;
      }
    }
  }
  CHECK(used > 0);
}

TEST_CASE("copies without features, or of what the study does not use, are left out", "[experiment]") {
  const Study study;
  Manifest copies = study.copies();
  copies.utterances[1].extra["augmented_from"] = "unknown";
  copies.utterances[2].extra["mixed_with"] = "unknown";
  study.write(copies, "copies", front_end, copies.utterances[3].id);
  CHECK(study.read("copies").size() == study.data.size() - 3);
}

TEST_CASE("manifests that hold no usable copies are refused", "[experiment]") {
  const Study study;
  CHECK_THROWS_WITH(study.read("data"), Contains("no column augmented_from"));
  study.write(study.copies(), "other-front-end", "set: logmel\nlevel: lld\nrate: 16000\n");
  CHECK_THROWS_WITH(study.read("other-front-end"), Contains("other options than the store of the originals"));
  Manifest foreign = study.copies();
  foreign.corpus = "foreign";
  study.write(foreign, "foreign", front_end);
  CHECK_THROWS_WITH(study.read("foreign"), Contains("copies of foreign, which the protocol does not use"));
  Manifest unshared = study.copies();
  unshared.utterances[0].extra["partner_share"] = "much";
  study.write(unshared, "unshared", front_end);
  CHECK_THROWS_WITH(study.read("unshared"), Contains("partner_share 'much' is not a number from 0 to 1"));
  Manifest strangers = study.copies();
  for (Utterance& u : strangers.utterances) u.extra["augmented_from"] = "unknown";
  study.write(strangers, "strangers", front_end);
  CHECK_THROWS_WITH(study.read("strangers"), Contains("none of the copies is of an utterance that the study uses"));
}
