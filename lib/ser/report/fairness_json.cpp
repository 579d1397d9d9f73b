#include <ser/report/fairness_tables.h>
#include <ser/report/json_pieces.h>

namespace ser {
using namespace json_pieces;
namespace {

Json measured_json(const Measured& one) {
  return {{"value", number(one.value)}, {"interval", interval_json(one.interval)}};
}

Json per_class(const std::vector<double>& values, const std::vector<std::string>& classes) {
  Json json = Json::object();
  for (std::size_t k = 0; k < classes.size(); ++k) json[classes[k]] = number(values[k]);
  return json;
}

Json gap_json(const Gap& gap, const std::vector<std::string>& classes) {
  return {{"of_class", per_class(gap.of_class, classes)},
          {"mean", measured_json(gap.mean)},
          {"rms", measured_json(gap.rms)},
          {"max", measured_json(gap.max)},
          {"p_of_mean", number(gap.p)}};
}

Json fairness_one(const Fairness& result) {
  Json groups = Json::array();
  for (const GroupScores& group : result.groups)
    groups.push_back({{"group", group.name},
                      {"n", group.utterances},
                      {"speakers", group.speakers > 0 ? Json(group.speakers) : Json(nullptr)},
                      {"uar", measured_json(group.uar)},
                      {"war", measured_json(group.war)},
                      {"macro_f1", measured_json(group.macro_f1)},
                      {"tpr", per_class(group.true_positive_rate, result.classes)},
                      {"fpr", per_class(group.false_positive_rate, result.classes)},
                      {"pr", per_class(group.positive_rate, result.classes)},
                      {"base_rate", per_class(group.base_rate, result.classes)}});
  return {{"run", result.name},
          {"task", text(result.task)},
          {"column", result.column},
          {"classes", result.classes},
          {"groups", std::move(groups)},
          {"tpr_gap", gap_json(result.true_positive, result.classes)},
          {"dp_gap", gap_json(result.demographic_parity, result.classes)},
          {"equalised_odds_gap", gap_json(result.equalised_odds, result.classes)},
          {"worst_group",
           {{"uar", result.groups[result.worst_uar].name}, {"macro_f1", result.groups[result.worst_macro_f1].name}}},
          {"unknown_group", result.unknown_group},
          {"resampling", resampling_json(result.resampling)},
          {"notes", notes_json(result.notes)}};
}

}  // namespace

std::string fairness_json(std::span<const Fairness> results) {
  Json json{{"tool", tool()}, {"unit", "fractions"}};
  Json list = Json::array();
  for (const Fairness& result : results) list.push_back(fairness_one(result));
  json["results"] = std::move(list);
  return dump(json);
}

}  // namespace ser
