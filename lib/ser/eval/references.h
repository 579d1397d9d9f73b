// References of a table that has none, from a manifest.
#pragma once

#include <ser/corpus/manifest.h>
#include <ser/eval/prediction_source.h>

#include <span>
#include <string>

namespace ser {

/// Fills what the rows lack, joined by id: the class by the label space `labels` (a name or file; empty: the emotion
/// itself), the distribution over the classes where no row has a class and the manifest holds one, and arousal, valence
/// and dominance. A note says how many rows got a reference, and which labels were left out. What the table has stays.
void join_references(PredictionTable& table, std::span<const Manifest> manifests, const std::string& labels);

/// read_source(), with the references of the manifests where the table lacks them.
PredictionSource read_source(const std::filesystem::path& file_or_folder, std::span<const Manifest> manifests,
                             const std::string& labels);

}  // namespace ser
