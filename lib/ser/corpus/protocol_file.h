// A protocol on disk: protocol.yaml (options, label space, corpora with checksums, folds) and beside it protocol.tsv
// with one row per utterance: corpus, id, label (class or empty), group, then one column per fold with train, dev, test
// or -.
#pragma once

#include <ser/corpus/protocol.h>

#include <filesystem>
#include <span>

namespace ser {

/// Writes `path` and, beside it, the same name with .tsv, each atomically. Throws UsageError for a path that ends in
/// .tsv itself.
void write_protocol(const Protocol& protocol, const std::filesystem::path& path);

/// Reads both files. Throws DataError with the place: unknown or missing keys, a column that is no fold, a part or
/// class that does not exist, ids used twice, counts that differ between the files.
Protocol read_protocol(const std::filesystem::path& path);

/// Also checks that the manifests are those the folds were made of, in that order, and that labels and groups are
/// theirs. Throws DataError when not ("make the folds again").
Protocol read_protocol(const std::filesystem::path& path, std::span<const Manifest> manifests);

}  // namespace ser
