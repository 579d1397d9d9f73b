#include <ser/report/comparison_tables.h>
#include <ser/report/json_pieces.h>

namespace ser {
using namespace json_pieces;
namespace {

Json figure_json(const PairedFigure& figure) {
  return {{"title", figure.name.title},
          {"higher_is_better", figure.name.higher_is_better},
          {"a", number(figure.a)},
          {"b", number(figure.b)},
          {"difference", number(figure.difference)},
          {"interval", interval_json(figure.interval)},
          {"p", number(figure.p)}};
}

Json comparison_json(const Comparison& c) {
  Json json{{"a", c.a},
            {"b", c.b},
            {"task_a", text(c.task_a)},
            {"task_b", text(c.task_b)},
            {"n", c.utterances},
            {"seeds_a", c.seeds_a},
            {"seeds_b", c.seeds_b},
            {"verdict", c.verdict},
            {"shown", outcome_name(c.outcome)},
            {"headline", c.headline_figure().name.key},
            {"p_holm", number(c.p_holm)}};
  for (const PairedFigure& figure : c.figures) json["figures"][figure.name.key] = figure_json(figure);
  const McNemar& m = c.mcnemar;
  json["mcnemar"] = {{"both_right", m.both},
                     {"only_a_right", m.only_a},
                     {"only_b_right", m.only_b},
                     {"both_wrong", m.neither},
                     {"p", number(m.p)}};
  json["resampling"] = resampling_json(c.resampling);
  json["notes"] = notes_json(c.notes);
  return json;
}

}  // namespace

std::string comparisons_json(std::span<const Comparison> comparisons) {
  Json json{{"tool", tool()}, {"unit", "fractions; differences are b - a"}};
  Json list = Json::array();
  for (const Comparison& comparison : comparisons) list.push_back(comparison_json(comparison));
  json["comparisons"] = std::move(list);
  return dump(json);
}

}  // namespace ser
