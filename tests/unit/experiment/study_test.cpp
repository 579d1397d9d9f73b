// Studies on a made-up corpus: class means apart, speakers with offsets of their own.
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/random.h>
#include <ser/corpus/protocol_file.h>
#include <ser/experiment/run_folder.h>
#include <ser/experiment/study.h>
#include <support/files.h>

#include <catch2/catch.hpp>
#include <set>
#include <thread>

using namespace ser;

namespace {

constexpr std::size_t feature_count = 6;
const std::string front_end = "set: mfcc\nlevel: functionals\nrate: 16000\n";

/// Manifest, store and protocol of 8 speakers with `per_speaker` utterances of each of three classes.
struct Corpus {
  test::TemporaryFolder folder;
  StudyOptions options;

  explicit Corpus(double distance = 3, const std::string& name = "toy") {
    write_file(folder / "map.yaml",
               "name: toy\nabout: three classes\nclasses: [anger, neutral, sadness]\n"
               "map: {anger: anger, neutral: neutral, sadness: sadness}\n");
    make_corpus(name, distance);
    ProtocolOptions protocol;
    protocol.type = "stratified-group-kfold";
    protocol.k = 4;
    make_folds(protocol);
    options.protocol = (folder / "folds.yaml").string();
    options.output = (folder / "exp").string();
  }

  void make_corpus(const std::string& name, double distance) {
    const std::vector<std::string> classes{"anger", "neutral", "sadness"};
    Manifest manifest;
    manifest.corpus = name;
    manifest.labels = classes;
    manifest.source = folder.path();
    StoreDescription description{front_end, {"a", "b", "c", "d", "e", "f"}, true, 0};
    std::vector<WantedUtterance> wanted;
    std::vector<Matrix> vectors;
    for (int speaker = 0; speaker < 8; ++speaker)
      for (std::size_t k = 0; k < 3; ++k)
        for (int take = 0; take < 6; ++take) {
          Utterance u;
          u.id = fmt::format("{}_s{}_{}_{}", name, speaker, classes[k], take);
          u.wav = u.id + ".wav";
          u.speaker = "s" + std::to_string(speaker);
          u.emotion = classes[k];
          Random random(1, "features", 0, u.id);
          Matrix vector(1, feature_count);
          for (float& value : vector.values) value = static_cast<float>(random.normal());
          vector.values[k] += static_cast<float>(distance);
          vectors.push_back(vector);
          wanted.push_back({u.id, folder / u.wav, {}});
          manifest.utterances.push_back(u);
        }
    write_manifest(manifest, folder / ("data_" + name));
    FeatureStoreWriter writer(folder / ("feats_" + name), description);
    writer.resume(wanted);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      StoreEntry entry;
      entry.id = wanted[i].id;
      writer.append(entry, vectors[i]);
    }
    writer.finish();
    options.manifests.push_back((folder / ("data_" + name)).string());
    options.features.push_back((folder / ("feats_" + name)).string());
  }

  void make_folds(const ProtocolOptions& protocol) {
    std::vector<Manifest> manifests;
    for (const std::string& path : options.manifests) manifests.push_back(read_manifest(path));
    const LabelSpace space = resolve_label_space(read_label_space((folder / "map.yaml").string()), manifests);
    write_protocol(make_protocol(protocol, manifests, space), folder / "folds.yaml");
  }

  StudyOutcome run(int threads = 1) { return run_study(options, config(), "ser-train (test)", threads); }
  std::string config() {
    OptionTable table;
    describe_options(table, options);
    return table.dump_yaml();
  }
};

double accuracy(const PredictionTable& table) {
  double right = 0;
  for (const Prediction& row : table.rows) right += table.classes[predicted_class(row)] == row.label;
  return right / static_cast<double>(table.rows.size());
}

}  // namespace

TEST_CASE("every utterance is tested once, by a model that did not see its speaker", "[experiment]") {
  Corpus corpus;
  const StudyOutcome outcome = corpus.run();
  CHECK(outcome.trained == 4);
  CHECK(outcome.open == 0);
  std::set<std::string> ids;
  for (const Prediction& row : outcome.predictions.rows) {
    CHECK(row.part == "test");
    CHECK(ids.insert(row.id).second);
  }
  CHECK(ids.size() == 8 * 3 * 6);
  CHECK(accuracy(outcome.predictions) > 0.9);
}

TEST_CASE("features without information give chance", "[experiment]") {
  Corpus corpus(0);
  corpus.options.cell.grid = {"c=0.001", "0.1"};
  CHECK(accuracy(corpus.run().predictions) == Approx(1. / 3).margin(0.12));
}

TEST_CASE("a second call keeps what is finished and gives the same predictions", "[experiment]") {
  Corpus corpus;
  corpus.options.folds = {"2"};
  CHECK(corpus.run().open == 3);
  CHECK_FALSE(std::filesystem::exists(corpus.folder / "exp" / "DONE"));
  corpus.options.folds.clear();
  const StudyOutcome rest = corpus.run();
  CHECK(rest.kept == 1);
  CHECK(rest.trained == 3);
  const std::string joined = read_file(corpus.folder / "exp" / "predictions.tsv");
  std::filesystem::remove_all(corpus.folder / "exp");
  corpus.run(3);
  CHECK(read_file(corpus.folder / "exp" / "predictions.tsv") == joined);
}

TEST_CASE("a run folder is not overwritten by another configuration", "[experiment]") {
  Corpus corpus;
  corpus.run();
  corpus.options.learner.options.logreg.c = 5;
  CHECK_THROWS_WITH(corpus.run(), Catch::Contains("never overwritten") && Catch::Contains("'c: 5'"));
}

TEST_CASE("a manifest that changed after the folds were made is refused", "[experiment]") {
  Corpus corpus;
  const std::filesystem::path file = corpus.folder / "data_toy" / "utterances.tsv";
  std::string text = read_file(file);
  text.replace(text.find("\ts0\t"), 4, "\ts7\t");
  write_file(file, text);
  CHECK_THROWS_AS(corpus.run(), DataError);
}

TEST_CASE("training is refused when a speaker is moved into two parts by hand", "[experiment]") {
  Corpus corpus;
  const std::filesystem::path file = corpus.folder / "folds.tsv";
  std::string text = read_file(file);
  const std::size_t at = text.find("test", text.find('\n'));
  text.replace(at, 4, "train");
  write_file(file, text);
  try {
    corpus.run();
    FAIL("training started");
  } catch (const Error& error) {
    CHECK(error.exit_code() == ExitCode::bad_data);
  }
}

TEST_CASE("the statistics of test utterances never reach training", "[experiment]") {
  Corpus a, b;
  const StudyOutcome before = a.run();
  // The same study with the test utterances of fold 1 moved far away: fold 1's model must not change.
  const Protocol protocol = read_protocol(b.folder / "folds.yaml");
  const FeatureStore store(b.folder / "feats_toy");
  std::vector<WantedUtterance> wanted;
  for (const StoreEntry& entry : store.entries()) wanted.push_back({entry.id, b.folder / "none", {}});
  FeatureStoreWriter writer(b.folder / "moved", store.description());
  writer.resume(wanted);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    Matrix vector = store.read(wanted[i].id);
    if (protocol.fold("1").parts[i] == Part::test)
      for (float& value : vector.values) value = value * 50 + 1000;
    StoreEntry entry;
    entry.id = wanted[i].id;
    writer.append(entry, vector);
  }
  writer.finish();
  b.options.features = {(b.folder / "moved").string()};
  b.options.folds = {"1"};
  b.run();
  const auto weights = [](const Corpus& corpus) {
    return read_file(corpus.folder / "exp" / "fold_1" / "seed_42" / "bundle" / "model.safetensors");
  };
  CHECK(weights(a) == weights(b));
  CHECK(before.trained == 4);
}

TEST_CASE("a bundle predicts what the study predicted, and a damaged one is refused", "[experiment][bundle]") {
  Corpus corpus;
  const StudyOutcome outcome = corpus.run();
  const std::filesystem::path folder = corpus.folder / "exp" / "fold_1" / "seed_42" / "bundle";
  const VectorModel model = read_bundle(folder);
  const FeatureStore store(corpus.folder / "feats_toy");
  for (const Prediction& row : outcome.predictions.rows) {
    if (row.fold != "1") continue;
    const Matrix probabilities = model.predict(store.read(row.id), {});
    for (std::size_t k = 0; k < row.probabilities.size(); ++k)
      REQUIRE(static_cast<double>(probabilities(0, k)) == Approx(row.probabilities[k]).margin(1e-6));
  }
  CHECK(model.description.label_map.at("anger") == "anger");
  CHECK_THROWS_WITH(model.predict(Matrix(1, 3), {}), Catch::Contains("takes 6 features, got 3"));

  std::string bytes = read_file(folder / "model.safetensors");
  bytes[bytes.size() - 1] ^= 0x40;
  write_file(folder / "model.safetensors", bytes);
  CHECK_THROWS_AS(read_bundle(folder), DataError);
}

TEST_CASE("scaling by speaker or corpus needs to know them", "[experiment][bundle]") {
  Corpus corpus;
  corpus.options.cell.normalisation = "per-speaker";
  corpus.run();
  const VectorModel model = read_bundle(corpus.folder / "exp" / "fold_1" / "seed_42" / "bundle");
  CHECK_THROWS_WITH(model.predict(Matrix(2, feature_count), {}), Catch::Contains("needs a manifest"));
}

TEST_CASE("across corpora, training on one and testing on all of the other, and each left out", "[experiment]") {
  Corpus corpus(3, "one");
  corpus.make_corpus("two", 3);
  corpus.make_corpus("three", 3);
  ProtocolOptions protocol;
  protocol.type = "cross";
  protocol.loco = true;
  protocol.k = 2;
  corpus.make_folds(protocol);
  const StudyOutcome outcome = corpus.run();
  std::map<std::string, std::size_t> tested;
  for (const Prediction& row : outcome.predictions.rows) ++tested[row.fold];
  CHECK(tested.at("one->two") == 144);
  CHECK(tested.at("two->one") == 144);
  CHECK(tested.at("loco->one") == 144);
  CHECK(tested.at("one:1") + tested.at("one:2") == 144);
}

TEST_CASE("a run is not continued on features that changed", "[experiment]") {
  Corpus corpus;
  corpus.options.folds = {"1"};
  corpus.run();
  const FeatureStore store(corpus.folder / "feats_toy");
  std::vector<WantedUtterance> wanted;
  for (const StoreEntry& entry : store.entries()) wanted.push_back({entry.id, corpus.folder / "none", {}});
  FeatureStoreWriter writer(corpus.folder / "changed", store.description());
  writer.resume(wanted);
  for (const WantedUtterance& one : wanted) {
    StoreEntry entry;
    entry.id = one.id;
    writer.append(entry, Matrix(1, feature_count));
  }
  writer.finish();
  const std::string config = corpus.config();
  std::filesystem::remove_all(corpus.folder / "feats_toy");
  std::filesystem::rename(corpus.folder / "changed", corpus.folder / "feats_toy");
  CHECK_THROWS_WITH(run_study(corpus.options, config, "", 1),
                    Catch::Contains("never overwritten") && Catch::Contains("features:"));
}

TEST_CASE("jobs that train folds at the same time do not shut each other out", "[experiment]") {
  Corpus corpus;
  const std::string config = corpus.config();
  std::vector<std::string> failures(4);
  {
    std::vector<std::jthread> jobs;
    for (int fold = 1; fold <= 4; ++fold)
      jobs.emplace_back([&, fold] {
        StudyOptions options = corpus.options;
        options.folds = {std::to_string(fold)};
        try {
          run_study(options, config, "", 1);
        } catch (const Error& error) {
          failures[static_cast<std::size_t>(fold - 1)] = error.what();
        }
      });
  }
  for (const std::string& failure : failures) CHECK(failure == "");
  CHECK(std::filesystem::exists(corpus.folder / "exp" / "DONE"));
}

TEST_CASE("fold names make file names", "[experiment]") {
  CHECK(file_name_of("crema-d->urdu") == "crema-d-to-urdu");
  CHECK(file_name_of("urdu:1") == "urdu_1");
  CHECK(file_name_of("2.1") == "2.1");
}

TEST_CASE("the layer of an encoder is chosen on inner folds and is all that the model then takes", "[experiment]") {
  Corpus corpus;
  StudyData data = load_study(corpus.options.protocol, corpus.options.manifests, corpus.options.features);
  // Layer 0 is noise, layer 1 what tells the classes.
  Matrix both(data.x.rows, 2 * feature_count);
  for (std::size_t row = 0; row < data.x.rows; ++row) {
    Random random(2, "noise", row);
    for (std::size_t i = 0; i < feature_count; ++i) {
      both(row, i) = static_cast<float>(random.normal());
      both(row, feature_count + i) = data.x(row, i);
    }
  }
  data.x = both;
  data.feature_names.clear();
  for (int layer = 0; layer < 2; ++layer)
    for (std::size_t i = 0; i < feature_count; ++i)
      data.feature_names.push_back(fmt::format("layer{}.embedding[{}]_mean", layer, i));
  data.feature_signature = "set: embedding\nlevel: functionals\nrate: 16000\nmodel: m\nlayer: all\n";
  CellOptions options;
  options.layer = "auto";
  const CellResult result = run_cell(data, data.protocol.folds[0], 1, options, corpus.options.learner, 1);
  CHECK(result.notes.at(0).find("layer 1 chosen") == 0);
  CHECK(result.model.description.feature_names.size() == feature_count);
  CHECK(result.model.description.feature_names[2] == "embedding[2]_mean");
  CHECK(result.model.description.feature_signature.find("layer: 1") != std::string::npos);
  CHECK(accuracy(result.predictions) > 0.9);
  options.layer = "2";
  CHECK_THROWS_AS(run_cell(data, data.protocol.folds[0], 1, options, corpus.options.learner, 1), UsageError);
}
