// Pieces that the JSON forms share. Included by .cpp files of this folder only: nlohmann's header is long.
#pragma once

#include <ser/eval/evaluation.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace ser::json_pieces {

using Json = nlohmann::ordered_json;

Json number(double value);            ///< null for NaN
Json text(const std::string& value);  ///< null for ""
Json truth(std::optional<bool> value);
Json tool();  ///< version and git hash of this program
Json spread_json(const Spread& spread);
Json interval_json(const Interval& interval);
Json resampling_json(const Resampling& resampling);
Json notes_json(const std::vector<Note>& notes);
/// Indented, with a line break at the end. Bytes that are no UTF-8 (ids and paths may hold any) are replaced.
std::string dump(const Json& json);

}  // namespace ser::json_pieces
