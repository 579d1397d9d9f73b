#include <ser/base/version.h>
#include <ser/report/json_pieces.h>

#include <cmath>

namespace ser::json_pieces {

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json text(const std::string& value) { return value.empty() ? Json(nullptr) : Json(value); }
Json truth(std::optional<bool> value) { return value ? Json(*value) : Json(nullptr); }

Json tool() {
  const BuildInfo info = build_info();
  return {{"version", info.version}, {"git_hash", info.git_hash}};
}

Json spread_json(const Spread& spread) {
  return {{"mean", number(spread.mean)}, {"deviation", number(spread.deviation)}, {"count", spread.count}};
}

Json notes_json(const std::vector<Note>& notes) {
  Json json = Json::array();
  for (const Note& note : notes)
    json.push_back({{"kind", note_kind_name(note.kind)}, {"check", note.check}, {"text", note.text}});
  return json;
}

Json interval_json(const Interval& interval) {
  return {{"low", number(interval.low)},
          {"high", number(interval.high)},
          {"standard_error", number(interval.standard_error)},
          {"method", interval.method}};
}

Json resampling_json(const Resampling& r) {
  return {{"unit", r.unit},     {"units", r.units},        {"without_speaker", r.without_speaker},
          {"method", r.method}, {"level", r.level},        {"draws", r.draws},
          {"seed", r.seed},     {"reason", text(r.reason)}};
}

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n'; }

}  // namespace ser::json_pieces
