// Patchout (K. Koutini et al., Interspeech 2022, section 2): in training, PaSST sees a part of the patches of a clip.
#pragma once

#include <ser/config/option_table.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace ser {

/// What a clip as long as the table of time positions loses. A shorter one loses the same share of its columns, and of
/// its patches by the unstructured kind, so that little is left of no clip.
struct PatchoutOptions {
  int time = 0;          ///< columns of the grid of patches (structured, s_t)
  int frequency = 0;     ///< rows (structured, s_f)
  int unstructured = 0;  ///< patches of what is left by then (u)
};
void describe_options(OptionTable& table, PatchoutOptions& options);

/// Patches of a clip: [rows, columns], of frequency and of time. The patch (f, t) has the number f * columns + t.
struct PatchGrid {
  std::int64_t rows = 0, columns = 0;
};

/// What a clip shows of itself in one step of training.
struct PatchDraw {
  std::int64_t time_offset = 0;    ///< the position in the table that the first column has
  std::vector<std::int64_t> kept;  ///< numbers of patches, ascending
};

/// A pure function of its arguments: another epoch or utterance gives another draw, the order of utterances and the
/// number of threads do not. table_columns: positions of time that the model knows, at least the grid's columns. At
/// least one row, column and patch is kept. Throws UsageError for options below 0.
PatchDraw draw_patches(const PatchGrid& grid, std::int64_t table_columns, const PatchoutOptions& options,
                       std::uint64_t seed, std::uint64_t epoch, std::string_view utterance);

}  // namespace ser
