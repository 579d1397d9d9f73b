#include <ser/eval/figures.h>

namespace ser {
namespace {

class SideBySide final : public FigureSet {
 public:
  explicit SideBySide(std::vector<std::unique_ptr<FigureSet>> sets) : sets_(std::move(sets)) {
    for (const auto& set : sets_) {
      names_.insert(names_.end(), set->names().begin(), set->names().end());
      width_ += set->width();
    }
  }
  const std::vector<FigureName>& names() const override { return names_; }
  std::size_t width() const override { return width_; }
  void add(const Prediction& row, const PredictedScores& scores, std::span<double> sums) const override {
    std::size_t at = 0;
    for (const auto& set : sets_) {
      set->add(row, scores, sums.subspan(at, set->width()));
      at += set->width();
    }
  }
  void figures(std::span<const double> sums, std::span<double> figures) const override {
    std::size_t at = 0, figure = 0;
    for (const auto& set : sets_) {
      set->figures(sums.subspan(at, set->width()), figures.subspan(figure, set->names().size()));
      at += set->width(), figure += set->names().size();
    }
  }

 private:
  std::vector<std::unique_ptr<FigureSet>> sets_;
  std::vector<FigureName> names_;
  std::size_t width_ = 0;
};

}  // namespace

std::unique_ptr<FigureSet> figure_sets(const PredictionTable& table) {
  std::vector<std::unique_ptr<FigureSet>> sets;
  if (!table.classes.empty()) sets.push_back(class_figures(table));
  if (table.distributions) sets.push_back(distribution_figures(table));
  if (!table.dimensions.empty()) sets.push_back(dimension_figures(table));
  return std::make_unique<SideBySide>(std::move(sets));
}

}  // namespace ser
