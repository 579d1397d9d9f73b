#include <ser/base/error.h>
#include <ser/eval/column_lookup.h>

namespace ser {

ColumnLookup::ColumnLookup(const PredictionTable& table, std::span<const Manifest> manifests, const std::string& column)
    : speaker_(column == "speaker"), place_(table.further_column(column)), corpus_(table.further_column("corpus")) {
  for (const Manifest& manifest : manifests) {
    try {
      for (const Utterance& utterance : manifest.utterances) {
        const std::string value = manifest.column(utterance, column);
        by_id_.emplace(utterance.id, speaker_ && !value.empty() ? manifest.corpus + ' ' + value : value);
      }
      of_manifests_ = true;
    } catch (const UsageError&) {
      if (!place_) throw;
    }
  }
}

std::string ColumnLookup::of(const Prediction& row) const {
  if (const auto at = by_id_.find(row.id); at != by_id_.end() && !at->second.empty()) return at->second;
  if (!place_ || row.further.empty() || row.further[*place_].empty()) return "";
  const std::string& value = row.further[*place_];
  return speaker_ && corpus_ ? row.further[*corpus_] + ' ' + value : value;
}

}  // namespace ser
