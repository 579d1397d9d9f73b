// ser-extract show: what is in a manifest or a feature store, or the features of one utterance.
#include <fmt/format.h>
#include <ser-extract/verbs.h>
#include <ser/base/error.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/corpus/manifest.h>
#include <ser/store/feature_store.h>
#include <ser/store/kaldi_ark.h>

#include <iostream>
#include <set>

namespace ser {
namespace {

void print_matrix(const Matrix& matrix, const std::vector<std::string>& columns) {
  if (columns.size() == matrix.columns) std::cout << tsv_line(columns) << '\n';
  for (std::size_t t = 0; t < matrix.rows; ++t) {
    std::string line;
    for (const float value : matrix.row(t)) line += fmt::format("{}{:.9g}", line.empty() ? "" : "\t", value);
    std::cout << line << '\n';
  }
}

void show_manifest(const Manifest& manifest) {
  std::map<std::string, std::size_t> labels;
  std::set<std::string> speakers;
  for (const Utterance& u : manifest.utterances) {
    ++labels[u.emotion.empty() ? "(unknown)" : u.emotion];
    if (!u.speaker.empty()) speakers.insert(u.speaker);
  }
  std::cout << fmt::format("manifest of {}\nsource\t{}\nchecksum\t{}\nutterances\t{}\nspeakers\t{}\n", manifest.corpus,
                           manifest.source.string(), manifest.checksum(), manifest.utterances.size(), speakers.size());
  for (const auto& [label, count] : labels) std::cout << fmt::format("emotion {}\t{}\n", label, count);
}

void show_store(const FeatureStore& store) {
  std::size_t failed = 0, rows = 0;
  double seconds = 0;
  for (const StoreEntry& entry : store.entries()) {
    failed += entry.failed();
    rows += entry.rows;
    seconds += entry.audio_seconds;
  }
  std::cout << fmt::format("feature store\nutterances\t{}\nfailed\t{}\nrows\t{}\nfeatures\t{}\naudio\t{:.3f} h\n\n{}",
                           store.entries().size(), failed, rows, store.description().columns.size(), seconds / 3600,
                           store.description().signature);
  for (const StoreEntry& entry : store.entries())
    if (entry.failed()) std::cout << fmt::format("failed {}\t{}\n", entry.id, entry.error);
}

class ShowVerb final : public Verb {
 public:
  std::string name() const override { return "show"; }
  std::string summary() const override { return "print what a manifest, a feature store or an scp file holds"; }
  std::string examples() const override {
    return "  ser-extract show feats/ravdess\n  ser-extract show feats/ravdess --id 03-01-01-01-01-01-01\n";
  }
  void describe(OptionTable& table) override {
    table.add("path", path_, "manifest folder, feature store or .scp file").positional().required();
    table.add("id", id_, "print the features (or the manifest line) of this utterance as TSV");
  }
  void run(const OptionTable&, const CommonOptions&) override {
    if (std::filesystem::path(path_).extension() == ".scp") return show_scp();
    if (is_manifest(path_)) {
      const Manifest manifest = read_manifest(path_);
      return id_.empty() ? show_manifest(manifest) : show_utterance(manifest);
    }
    const FeatureStore store(path_);
    id_.empty() ? show_store(store) : print_matrix(store.read(id_), store.description().columns);
  }

 private:
  void show_scp() const {
    for (const ScpEntry& entry : read_scp(path_)) {
      if (id_.empty()) {
        const Matrix matrix = read_kaldi_object(entry);
        std::cout << fmt::format("{}\t{}\t{}\n", entry.id, matrix.rows, matrix.columns);
      } else if (entry.id == id_) {
        return print_matrix(read_kaldi_object(entry), {});
      }
    }
    if (!id_.empty()) throw_error<DataError>("{}: has no utterance {}", path_, id_);
  }
  void show_utterance(const Manifest& manifest) const {
    const auto index = manifest.index();
    const auto at = index.find(id_);
    if (at == index.end()) throw_error<DataError>("{}: has no utterance {}", path_, id_);
    std::vector<std::string> columns{"id",      "wav",     "start",     "end",          "speaker", "gender",
                                     "age",     "session", "language",  "text",         "emotion", "intensity",
                                     "arousal", "valence", "dominance", "distribution", "split"};
    columns.insert(columns.end(), manifest.extra_columns.begin(), manifest.extra_columns.end());
    for (const std::string& column : columns)
      std::cout << column << '\t' << manifest.column(manifest.utterances[at->second], column) << '\n';
  }
  std::string path_, id_;
};

}  // namespace

std::unique_ptr<Verb> make_show_verb() { return std::make_unique<ShowVerb>(); }

}  // namespace ser
