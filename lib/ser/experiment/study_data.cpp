#include <ser/base/error.h>
#include <ser/base/hash.h>
#include <ser/base/log.h>
#include <ser/corpus/leak_check.h>
#include <ser/corpus/protocol_file.h>
#include <ser/experiment/study_data.h>

#include <algorithm>
#include <cmath>

namespace ser {

const std::string& StudyData::corpus(std::size_t row) const {
  return protocol.corpora[protocol.utterances[utterance_of_row[row]].corpus].name;
}

const Utterance& StudyData::utterance(std::size_t row) const {
  return manifests[protocol.utterances[utterance_of_row[row]].corpus].utterances[manifest_row[row]];
}

std::string StudyData::group(std::size_t row) const {
  const PooledUtterance& u = protocol.utterances[utterance_of_row[row]];
  return corpus(row) + "/" + (u.group.empty() ? "id:" + u.id : u.group);
}

std::vector<std::size_t> StudyData::rows(const Fold& fold, Part part) const {
  std::vector<std::size_t> selected;
  for (std::size_t row = 0; row < utterance_of_row.size(); ++row)
    if (fold.parts[utterance_of_row[row]] == part) selected.push_back(row);
  return selected;
}

std::vector<double> class_shares(const StudyData& data, std::size_t row) {
  const LabelSpace& labels = data.protocol.labels;
  std::vector<double> shares(labels.classes.size());
  double sum = 0;
  for (const auto& [label, share] : data.utterance(row).distribution)
    if (const auto k = labels.class_of(label)) {
      shares[static_cast<std::size_t>(*k)] += share;
      sum += share;
    }
  if (!(sum > 0))
    throw_error<DataError>("{}: the manifest has no distribution over the classes of '{}'", data.id(row), labels.name);
  for (double& share : shares) share /= sum;
  return shares;
}

double dimension_of(const Utterance& u, const std::string& name) {
  return name == "arousal" ? u.arousal : name == "valence" ? u.valence : u.dominance;
}

Matrix select_rows(const Matrix& x, std::span<const std::size_t> rows) {
  Matrix selected(rows.size(), x.columns);
  for (std::size_t i = 0; i < rows.size(); ++i) std::copy_n(x.row(rows[i]).data(), x.columns, selected.row(i).data());
  return selected;
}

namespace {

void check_same_features(const FeatureStore& store, StudyData& data, StudyInput input) {
  if (!store.description().vectors && input == StudyInput::vectors)
    throw_error<DataError>(
        "{}: holds frames, but this learner takes one vector per utterance; make it with --level functionals",
        store.folder().string());
  if (store.description().vectors && input == StudyInput::frames)
    throw_error<DataError>(
        "{}: holds one vector per utterance, but a network takes frames; make it with --level lld (embed: --pool none)",
        store.folder().string());
  if (data.feature_signature.empty()) {
    data.feature_signature = store.description().signature;
    data.feature_names = store.description().columns;
  } else if (store.description().signature != data.feature_signature ||
             store.description().columns != data.feature_names) {
    throw_error<DataError>("{}: was made with other options than the first store; all corpora need the same front end",
                           store.folder().string());
  }
}

/// Manifests in the order of the protocol's corpora, with the place of each in the order given.
std::vector<std::size_t> order_of_corpora(const Protocol& protocol, std::span<const Manifest> manifests) {
  std::vector<std::size_t> order;
  for (const ProtocolCorpus& corpus : protocol.corpora) {
    const auto at =
        std::find_if(manifests.begin(), manifests.end(), [&](const Manifest& m) { return m.corpus == corpus.name; });
    if (at == manifests.end())
      throw_error<DataError>("the protocol needs the manifest of {}, which is not given", corpus.name);
    order.push_back(static_cast<std::size_t>(at - manifests.begin()));
  }
  return order;
}

}  // namespace

StudyData load_study(const std::string& protocol_path, std::span<const std::string> manifest_folders,
                     std::span<const std::string> store_folders, StudyInput input) {
  if (input != StudyInput::audio && manifest_folders.size() != store_folders.size())
    throw_error<UsageError>(
        "{} manifests but {} feature stores are given; one store for each manifest, in the same order",
        manifest_folders.size(), store_folders.size());
  std::vector<Manifest> given;
  for (const std::string& folder : manifest_folders) given.push_back(read_manifest(folder));
  StudyData data;
  const std::vector<std::size_t> order = order_of_corpora(read_protocol(protocol_path), given);
  for (const std::size_t i : order) data.manifests.push_back(given[i]);
  data.protocol = read_protocol(protocol_path, data.manifests);

  std::map<std::string, std::string> audio_hashes;
  std::size_t expected = 0;
  if (input != StudyInput::audio)
    for (const std::size_t i : order) {
      const FeatureStore& store = data.stores.emplace_back(store_folders[i]);
      check_same_features(store, data, input);
      expected += store.entries().size();
      for (const StoreEntry& entry : store.entries())
        // A file that holds several utterances says nothing of each.
        if (!entry.audio.hash.empty() && entry.audio.start_seconds == 0 && std::isinf(entry.audio.end_seconds))
          audio_hashes.emplace(entry.id, entry.audio.hash);
    }
  require_no_leaks(data.protocol, check_leaks(data.protocol, data.manifests, audio_hashes));
  std::vector<std::map<std::string, std::size_t>> places;
  for (const Manifest& manifest : data.manifests) places.push_back(manifest.index());
  std::string checksums;
  if (input == StudyInput::vectors) {
    data.x.columns = data.feature_names.size();
    data.x.values.reserve(expected * data.x.columns);
  }
  for (std::size_t u = 0; u < data.protocol.utterances.size(); ++u) {
    const PooledUtterance& pooled = data.protocol.utterances[u];
    if (pooled.label < 0) continue;
    if (input != StudyInput::audio) {
      const FeatureStore& store = data.stores[pooled.corpus];
      const StoreEntry* entry = store.find(pooled.id);
      if (!entry || entry->failed()) {
        data.missing.push_back(pooled.id);
        continue;
      }
      checksums += pooled.id + ' ' + entry->checksum + '\n';
      if (entry->columns != data.feature_names.size() || (input == StudyInput::vectors && entry->rows != 1))
        throw_error<DataError>("{}: {} has {} values, expected {}", store.folder().string(), pooled.id,
                               entry->rows * entry->columns, data.feature_names.size());
    }
    if (input == StudyInput::vectors) {
      const Matrix vector = data.stores[pooled.corpus].read(pooled.id);
      data.x.values.insert(data.x.values.end(), vector.values.begin(), vector.values.end());
    }
    data.utterance_of_row.push_back(u);
    data.manifest_row.push_back(places[pooled.corpus].at(pooled.id));
    data.speakers.push_back(data.utterance(data.size() - 1).speaker);
  }
  if (input == StudyInput::vectors) data.x.rows = data.size();
  data.feature_checksum = hash_bytes(checksums);
  if (!data.missing.empty())
    log::warning("{} utterances have no features and are left out: {}", data.missing.size(), first_few(data.missing));
  if (data.size() == 0)
    throw DataError("no utterance has both a class and features; do manifest, protocol and store belong together?");
  return data;
}

}  // namespace ser
