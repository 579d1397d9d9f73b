// The lines of index.tsv and the text of store.yaml; used by the feature store alone.
#pragma once

#include <ser/store/feature_store.h>

#include <string>
#include <vector>

namespace ser {

std::string index_header();
std::string index_line(const StoreEntry& entry);
/// Parses the lines of an index. With `tolerant`, stops at the first line that is malformed or not ended (what a killed
/// job leaves); otherwise throws DataError with file:line.
std::vector<StoreEntry> read_index(const std::filesystem::path& path, bool tolerant);

/// store.yaml without the counts; what two runs must share to share records.
std::string description_text(const StoreDescription& description);
/// The counts at the end of store.yaml.
std::string counts_text(const std::vector<StoreEntry>& entries);
/// The lines of feats.scp.
std::string scp_text(const std::vector<StoreEntry>& entries);
StoreDescription read_description(const std::filesystem::path& path);

}  // namespace ser
