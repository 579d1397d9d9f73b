#include <ser/base/error.h>
#include <ser/base/hash.h>
#include <ser/base/log.h>
#include <ser/base/text.h>
#include <ser/corpus/utterance_columns.h>
#include <ser/experiment/study_clips.h>
#include <ser/experiment/training_copies.h>

#include <algorithm>
#include <map>

namespace ser {
namespace {

/// Rows of a corpus of the study by utterance id.
std::map<std::string, std::size_t> rows_by_id(const StudyData& data, const std::string& corpus) {
  std::map<std::string, std::size_t> rows;
  for (std::size_t row = 0; row < data.size(); ++row)
    if (data.corpus(row) == corpus) rows.emplace(data.id(row), row);
  return rows;
}

/// Which columns tell of what copies hold.
void check_columns(const Manifest& manifest, const std::string& name) {
  const auto& columns = manifest.extra_columns;
  const auto has = [&](const char* column) {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  };
  if (!has("augmented_from"))
    throw_error<UsageError>(
        "{}: has no column augmented_from, so its utterances are no copies; 'ser-extract augment' makes some", name);
  if (has("mixed_with") && has("partner_share")) return;
  for (const Utterance& u : manifest.utterances)
    if (extra_value(u, "augmentation").find("mixup") != std::string::npos)
      throw_error<DataError>("{}: {} is mixed, but there is no column mixed_with or partner_share to tell with what",
                             name, u.id);
}

void check_store(const FeatureStore& store, const StudyData& data) {
  if (store.description().signature != data.feature_signature || store.description().columns != data.feature_names)
    throw_error<DataError>("{}: was made with other options than the store of the originals", store.folder().string());
}

}  // namespace

TrainingCopies::TrainingCopies(const StudyData& data, std::span<const std::string> manifests,
                               std::span<const std::string> stores, int rate_hz)
    : data_(data), rate_hz_(rate_hz) {
  std::vector<std::string> missing;
  std::string checksums;
  for (std::size_t m = 0; m < manifests.size(); ++m) {
    if (std::find(manifests.begin(), manifests.begin() + static_cast<std::ptrdiff_t>(m), manifests[m]) !=
        manifests.begin() + static_cast<std::ptrdiff_t>(m))
      throw_error<UsageError>("--copies: {} is given twice", manifests[m]);
    const Manifest& manifest = manifests_.emplace_back(read_manifest(manifests[m]));
    check_columns(manifest, manifests[m]);
    const auto& corpora = data.protocol.corpora;
    if (std::none_of(corpora.begin(), corpora.end(), [&](const auto& c) { return c.name == manifest.corpus; }))
      throw_error<DataError>("{}: copies of {}, which the protocol does not use", manifests[m], manifest.corpus);
    checksums += manifest.checksum() + '\n';
    if (!stores.empty()) {
      check_store(stores_.emplace_back(stores[m]), data);
      check_features(m, manifests[m]);
    }
    add(m, rows_by_id(data, manifest.corpus), missing);
  }
  for (const Place& place : copies_) {
    if (stores_.empty()) break;
    const std::string& id = manifests_[place.manifest].utterances[place.utterance].id;
    checksums += id + ' ' + stores_[place.manifest].find(id)->checksum + '\n';
  }
  checksum_ = hash_bytes(checksums);
  if (!missing.empty())
    log::warning("{} copies have no features and are left out: {}", missing.size(), first_few(missing));
  if (copies_.empty()) throw DataError("none of the copies is of an utterance that the study uses");
}

/// Labels and partners are the manifest's, so the features must be of the very audio that it lists.
void TrainingCopies::check_features(std::size_t manifest, const std::string& name) const {
  std::vector<std::string> other;
  for (const Utterance& u : manifests_[manifest].utterances) {
    const StoreEntry* const entry = stores_[manifest].find(u.id);
    const std::string& hash = extra_value(u, "audio_hash");
    if (entry && !entry->failed() && !hash.empty() && !entry->audio.hash.empty() && entry->audio.hash != hash &&
        !extra_value(u, "augmented_from").empty())
      other.push_back(u.id);
  }
  if (!other.empty())
    throw_error<DataError>("{}: the features of {} copies are of other audio than {} lists: {}; compute them again",
                           stores_[manifest].folder().string(), other.size(), name, first_few(other));
}

void TrainingCopies::add(std::size_t manifest, const std::map<std::string, std::size_t>& row_of_id,
                         std::vector<std::string>& missing) {
  const std::vector<Utterance>& utterances = manifests_[manifest].utterances;
  std::size_t unused = 0;
  for (std::size_t i = 0; i < utterances.size(); ++i) {
    const Utterance& u = utterances[i];
    const std::string& mixed_with = extra_value(u, "mixed_with");
    const auto source = row_of_id.find(extra_value(u, "augmented_from"));
    const auto partner = row_of_id.find(mixed_with);
    // Originals that are listed beside their copies have no source.
    if (extra_value(u, "augmented_from").empty()) continue;
    if (source == row_of_id.end() || (!mixed_with.empty() && partner == row_of_id.end())) {
      ++unused;
      continue;
    }
    Place place{{source->second, std::nullopt, 0}, manifest, i};
    if (!mixed_with.empty()) {
      const auto share = parse_double(extra_value(u, "partner_share"));
      if (!share || !(*share >= 0 && *share <= 1))
        throw_error<DataError>("copy {} is mixed with {}, but its partner_share '{}' is not a number from 0 to 1", u.id,
                               mixed_with, extra_value(u, "partner_share"));
      place.copy.partner = partner->second;
      place.copy.partner_share = *share;
    }
    if (!stores_.empty()) {
      const StoreEntry* entry = stores_[manifest].find(u.id);
      if (!entry || entry->failed()) {
        missing.push_back(u.id);
        continue;
      }
    }
    copies_.push_back(place);
  }
  if (unused > 0)
    log::info("{} of {} copies are of clips, or mixed with clips, that the study does not use", unused,
              utterances.size());
}

std::vector<std::vector<std::size_t>> TrainingCopies::usable(const Fold& fold) const {
  const auto trains = [&](std::size_t row) { return fold.parts[data_.utterance_of_row[row]] == Part::train; };
  std::vector<std::vector<std::size_t>> found(data_.size());
  for (std::size_t i = 0; i < copies_.size(); ++i) {
    const TrainingCopy& copy = copies_[i].copy;
    if (trains(copy.source) && (!copy.partner || trains(*copy.partner))) found[copy.source].push_back(i);
  }
  return found;
}

Matrix TrainingCopies::read(std::size_t copy) const {
  const Place& place = copies_[copy];
  const Utterance& u = manifests_[place.manifest].utterances[place.utterance];
  if (!stores_.empty()) return stores_[place.manifest].read(u.id);
  return read_clip(manifests_[place.manifest], u, rate_hz_);
}

double TrainingCopies::seconds(std::size_t copy) const {
  const Place& place = copies_[copy];
  if (stores_.empty()) return 0;
  return stores_[place.manifest].find(manifests_[place.manifest].utterances[place.utterance].id)->audio_seconds;
}

}  // namespace ser
