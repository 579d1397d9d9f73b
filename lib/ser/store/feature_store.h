// The feature store: a folder with Kaldi archives, an index and a description (DESIGN: "Feature store").
//
//   feats.ark    records in the order of the manifest: matrices [frames, features], or vectors for functionals
//   feats.scp    "id feats.ark:offset", relative to this folder
//   index.tsv    one line per utterance: place, size and checksum of its record, signature of its audio, failures
//   store.yaml   front end with all its options and their hash, columns, counts, tool version
//
// While it is being made the files end in ".part"; each utterance is complete once its line in index.tsv.part is. A
// killed job is continued by the same command and ends with the same bytes as an uninterrupted one.
#pragma once

#include <ser/base/matrix.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ser {

/// The audio behind one utterance: when size and time are unchanged it is taken to be the same, else its hash decides.
struct AudioStamp {
  std::string wav;                            ///< path as in the manifest
  double start_seconds = 0, end_seconds = 0;  ///< range; end infinite: to the end of the file
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;
  std::string hash;
};

/// An utterance that the store shall hold.
struct WantedUtterance {
  std::string id;
  std::filesystem::path file;
  AudioStamp stamp;  ///< size and time as found now (0 when the file is missing), without hash
};

/// Sets size and time of the stamp; leaves them 0 when the file cannot be looked at.
void stamp_file(WantedUtterance& utterance);

/// A line of index.tsv.
struct StoreEntry {
  std::string id, ark;
  std::uint64_t offset = 0;  ///< of the record's "\0B" in the archive
  std::uint64_t bytes = 0;   ///< of the record from there
  std::string checksum;      ///< of those bytes
  std::size_t rows = 0, columns = 0;
  double audio_seconds = 0;
  AudioStamp audio;
  std::string note;   ///< what was done to the audio: "mixed 2 channels, resampled from 48000 Hz"
  std::string error;  ///< not empty: the utterance failed and has no record
  bool failed() const { return !error.empty(); }
};

/// What store.yaml says beside the counts.
struct StoreDescription {
  std::string signature;             ///< YAML of the front end: set, level, rate, options
  std::vector<std::string> columns;  ///< names of the features
  bool vectors = false;              ///< one vector per utterance
  double frame_shift_seconds = 0;    ///< 0 for vectors, and when it depends on the rate of the audio
};

/// Which part of the work is done here: `index` of `count`, from 1 ("--shard 2/8").
struct Shard {
  int index = 1, count = 1;
  /// "" for the whole, ".2" for shard 2: feats.2.ark.
  std::string suffix() const;
  /// First and one past the last of n utterances.
  std::pair<std::size_t, std::size_t> range(std::size_t n) const;
};

/// Parses "2/8". Throws UsageError.
Shard parse_shard(const std::string& text);

/// A record ready to be written; made by the threads that compute, so that the writing one has little to do.
struct EncodedRecord {
  std::string bytes;     ///< id, blank, object
  std::string checksum;  ///< of the object
  std::size_t rows = 0, columns = 0;
};
EncodedRecord encode_record(const std::string& id, const Matrix& matrix, bool as_vector, bool sixteen_bit = false);

/// Writes a store, or continues one. Utterances are appended in the order of the manifest.
class FeatureStoreWriter {
 public:
  /// Locks the folder (or its shard). Throws Error when another job holds it. Records made with other options are not
  /// reused; a warning names the differing lines.
  FeatureStoreWriter(std::filesystem::path folder, StoreDescription description, Shard shard = {});
  ~FeatureStoreWriter();

  /// Number of leading utterances that an interrupted job left complete and whose audio is unchanged; the rest of its
  /// work is cut off. Call once, before anything is appended.
  std::size_t resume(const std::vector<WantedUtterance>& wanted);
  /// The finished store's entry for this utterance if it is still valid: same options, audio unchanged, not failed.
  const StoreEntry* reusable(const WantedUtterance& utterance) const;
  /// True when an earlier, finished store holds exactly the wanted utterances in this order, all of them reusable and
  /// with the same times, so that nothing is to be done.
  bool complete(const std::vector<WantedUtterance>& wanted) const;

  /// `entry` needs id, audio (with hash), audio_seconds and note; the rest is filled in.
  void append(StoreEntry entry, const EncodedRecord& record);
  void append(StoreEntry entry, const Matrix& matrix);
  /// Copies the record of an entry given by reusable(), with the time that the audio has now.
  void append_reused(const StoreEntry& entry, const WantedUtterance& utterance);
  /// `entry` needs id, audio and error.
  void append_failure(StoreEntry entry);
  /// Syncs, writes feats.scp and store.yaml, and gives the files their final names.
  void finish();

  const std::vector<StoreEntry>& entries() const { return entries_; }

 private:
  struct Files;
  std::filesystem::path path(const std::string& name) const;
  void journal(const StoreEntry& entry);

  std::filesystem::path folder_;
  StoreDescription description_;
  Shard shard_;
  std::unique_ptr<Files> files_;
  std::vector<StoreEntry> finished_;  ///< of the earlier store, when its options are the same
  std::map<std::string, std::size_t> finished_places_;
  std::vector<StoreEntry> entries_;
  std::uint64_t ark_size_ = 0;
};

/// Reads a finished store (or any feats.scp).
class FeatureStore {
 public:
  /// Throws DataError when the folder holds no finished store (naming the command that continues it), when shards are
  /// not merged yet, or when index and archives disagree.
  explicit FeatureStore(std::filesystem::path folder);
  const StoreDescription& description() const { return description_; }
  const std::vector<StoreEntry>& entries() const { return entries_; }
  bool contains(const std::string& id) const { return places_.contains(id); }
  /// Entry of an utterance, failed ones included; nullptr when unknown.
  const StoreEntry* find(const std::string& id) const;
  /// [frames, features] or [1, features]. Throws DataError when the utterance is unknown or failed, or its checksum
  /// differs.
  Matrix read(const std::string& id) const;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  StoreDescription description_;
  std::vector<StoreEntry> entries_;
  std::map<std::string, std::size_t> places_;
};

/// Joins the shards of a store made with --shard i/n into one index and scp; archives stay as they are. Throws
/// DataError when shards are missing, unfinished, or were made with different options.
void merge_shards(const std::filesystem::path& folder);

}  // namespace ser
