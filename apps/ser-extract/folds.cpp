// ser-extract folds: makes, shows and checks protocols.
#include <ser-extract/verbs.h>
#include <ser/audio/reader.h>
#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/base/log.h>
#include <ser/base/parallel.h>
#include <ser/base/text.h>
#include <ser/corpus/confounding.h>
#include <ser/corpus/leak_check.h>
#include <ser/corpus/protocol_file.h>

#include <algorithm>
#include <set>

namespace ser {
namespace {

std::vector<Manifest> read_manifests(std::span<const std::string> paths) {
  std::vector<Manifest> manifests;
  for (const std::string& path : paths) manifests.push_back(read_manifest(path));
  return manifests;
}

/// Columns padded to equal width; numbers to the right.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.at(0).size());
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c)
      line += c < 3 ? fmt::format("{:<{}}  ", row[c], widths[c]) : fmt::format("{:>{}}  ", row[c], widths[c]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string fold_table(const Protocol& protocol) {
  std::vector<std::vector<std::string>> rows{{"fold", "kind", "part", "utterances", protocol.options.group + "s"}};
  rows[0].insert(rows[0].end(), protocol.labels.classes.begin(), protocol.labels.classes.end());
  for (const Fold& fold : protocol.folds)
    for (const Part part : {Part::train, Part::dev, Part::test}) {
      const std::vector<std::size_t> inside = fold.indices(part);
      std::set<std::pair<std::size_t, std::string_view>> groups;
      for (const std::size_t i : inside)
        if (const PooledUtterance& u = protocol.utterances[i]; !u.group.empty()) groups.emplace(u.corpus, u.group);
      std::vector<std::string> row{fold.name, fold.kind, part_name(part), std::to_string(inside.size()),
                                   std::to_string(groups.size())};
      for (const std::size_t count : protocol.class_counts(fold, part)) row.push_back(std::to_string(count));
      rows.push_back(std::move(row));
    }
  return aligned(rows);
}

std::string show(const Protocol& protocol) {
  const ProtocolOptions& o = protocol.options;
  std::string text = fmt::format("{} by {}{}, labels {}, seed {}, {} folds{}\n", o.type, o.group,
                                 o.by.empty() ? "" : ", holding out by " + o.by, protocol.labels.name, o.seed,
                                 protocol.folds.size(), o.speaker_dependent ? ", speaker-dependent" : "");
  for (const ProtocolCorpus& corpus : protocol.corpora)
    text += fmt::format("{}: {} utterances\n", corpus.name, corpus.utterances);
  text += '\n' + fold_table(protocol);
  for (const std::string& note : protocol.notes) text += "note: " + note + '\n';
  return text;
}

/// "ravdess: 96 anger, 48 neutral; 384 of 720 utterances dropped: 96 calm, ..."
std::string label_line(const LabelSpace& labels, const Manifest& manifest) {
  const ClassAssignment assigned = assign_classes(labels, manifest);
  std::vector<std::string> pieces;
  for (std::size_t c = 0; c < labels.classes.size(); ++c)
    pieces.push_back(fmt::format(
        "{} {}", std::count(assigned.classes.begin(), assigned.classes.end(), static_cast<int>(c)), labels.classes[c]));
  const std::string dropped = assigned.describe_dropped();
  return fmt::format("{}: {}; {}\n", manifest.corpus, join(pieces, ", "), dropped.empty() ? "none dropped" : dropped);
}

/// Hash of the decoded samples of each utterance; what cannot be read is named and left out.
std::map<std::string, std::string> hash_audio(std::span<const Manifest> manifests, int threads) {
  std::map<std::string, std::string> hashes;
  for (const Manifest& manifest : manifests) {
    const auto hash_one = [&](std::size_t i) -> std::string {
      const Utterance& u = manifest.utterances[i];
      try {
        const Waveform wave = read_audio(manifest.audio_path(u), u.range());
        return hash_bytes({reinterpret_cast<const char*>(wave.samples.data()), wave.samples.size() * sizeof(float)});
      } catch (const DataError& error) {
        log::warning("{}: not hashed: {}", u.id, error.what());
        return "";
      }
    };
    ordered_parallel_for<std::string>(manifest.utterances.size(), threads, hash_one,
                                      [&](std::size_t i, std::string&& hash) {
                                        if (!hash.empty()) hashes[manifest.utterances[i].id] = std::move(hash);
                                      });
  }
  return hashes;
}

class FoldsVerb : public Verb {
 public:
  std::string name() const override { return "folds"; }
  std::string summary() const override {
    return "make, show or check a protocol: which utterances train, develop and test";
  }
  std::string examples() const override {
    return "  ser-extract folds make data/urdu --labels 4class --out exp/urdu/protocol.yaml\n"
           "  ser-extract folds make data/iemocap --type leave-one-group-out --by session --labels 4class --out "
           "loso.yaml\n"
           "  ser-extract folds make data/crema-d data/ravdess --type cross --labels 4class --out cross.yaml\n"
           "  ser-extract folds make data/urdu --type random --speaker-dependent --labels 4class --out random.yaml\n"
           "  ser-extract folds show exp/urdu/protocol.yaml\n"
           "  ser-extract folds check exp/urdu/protocol.yaml data/urdu --hash-audio\n";
  }
  void describe(OptionTable& table) override {
    table.add("action", action_, "what to do").choices({"make", "show", "check"}).positional().required();
    table.add("inputs", inputs_, "make: manifests; show: a protocol; check: a protocol and its manifests")
        .positional()
        .required();
    table.add("out", out_, "make: protocol to write, a .yaml file; the table of parts goes beside it").transient();
    table.add("hash_audio", hash_audio_, "check: also find equal audio under different ids (reads all audio)")
        .transient();
    describe_options(table, options_);
  }
  void run(const OptionTable&, const CommonOptions& common) override {
    if (action_ == "make") return make();
    if (action_ == "check") return check(common.threads);
    if (inputs_.size() != 1) throw UsageError("show takes one protocol");
    write_output("-", show(read_protocol(inputs_[0])));
  }

 private:
  void make() const {
    if (out_.empty()) throw UsageError("--out is missing: the protocol to write");
    const LabelSpace space = read_label_space(options_.labels);
    const std::vector<Manifest> manifests = read_manifests(inputs_);
    const LabelSpace labels = resolve_label_space(space, manifests);
    for (const Manifest& manifest : manifests)
      if (const std::string dropped = assign_classes(labels, manifest).describe_dropped(); !dropped.empty())
        log::info("{}: {}", manifest.corpus, dropped);
    const Protocol protocol = make_protocol(options_, manifests, labels);
    write_protocol(protocol, out_);
    log::info("{}: {} folds over {} utterances", out_, protocol.folds.size(), protocol.utterances.size());
  }

  void check(int threads) const {
    if (inputs_.size() < 2) throw UsageError("check takes a protocol and the manifests it was made of");
    const std::vector<Manifest> manifests = read_manifests(std::span(inputs_).subspan(1));
    const Protocol protocol = read_protocol(inputs_[0], manifests);
    const auto hashes = hash_audio_ ? hash_audio(manifests, threads) : std::map<std::string, std::string>();
    const LeakReport report = check_leaks(protocol, manifests, hashes);
    std::string text = "Labels\n";
    for (const Manifest& manifest : manifests) text += label_line(protocol.labels, manifest);
    text += "\nLeaks\n" + report.text() + "\nClasses\n";
    std::vector<std::string> notes = protocol.notes;
    for (std::string& gap : missing_classes(protocol))
      if (std::find(notes.begin(), notes.end(), gap) == notes.end()) notes.push_back(std::move(gap));
    for (const std::string& note : notes) text += note + '\n';
    if (text.ends_with("Classes\n")) text += "every class is in every part\n";
    text += "\nConfounding\n";
    for (const Manifest& manifest : manifests)
      text += confounding(manifest, protocol.labels, protocol.options.group).text();
    write_output("-", text);
    require_no_leaks(protocol, report);
  }

  std::string action_, out_;
  std::vector<std::string> inputs_;
  bool hash_audio_ = false;
  ProtocolOptions options_;
};

}  // namespace

std::unique_ptr<Verb> make_folds_verb() { return std::make_unique<FoldsVerb>(); }

}  // namespace ser
