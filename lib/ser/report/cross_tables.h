// Self- and cross-corpus matrices as tables.
#pragma once

#include <ser/eval/cross.h>
#include <ser/report/grid.h>

#include <span>
#include <string>

namespace ser {

/// Train corpora as rows, test corpora as columns, UAR in percent; then the model of all other corpora, the gaps in
/// points, chance and the number of utterances. "-" where no run holds the cell.
ReportGrid cross_grid(const CrossMatrix& matrix);
/// One row per cell, fractions with full precision; the gaps stand beside the self cells.
ReportGrid cross_long_grid(std::span<const CrossMatrix> matrices);

std::string cross_text(std::span<const CrossMatrix> matrices);
std::string cross_markdown(std::span<const CrossMatrix> matrices);

}  // namespace ser
