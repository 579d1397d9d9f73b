// What is written down about augmented copies: their rows in the manifest and their lines in draws.tsv.
#pragma once

#include <ser/augment/augmenter.h>
#include <ser/corpus/manifest.h>

#include <string>

namespace ser {

/// A copy that was written, or could not be.
struct AugmentedCopy {
  std::vector<AugmentDraw> draws;         ///< "mixup" last
  const Utterance* mixed_with = nullptr;  ///< the partner; none where nothing was mixed
  double partner_share = 0;
  double audio_seconds = 0;
  std::string audio_hash;     ///< of the file that was written
  bool as_float = false;      ///< 32-bit float rather than 16 bit
  bool beyond_scale = false;  ///< for that reason
  std::string error;          ///< why there is none; empty: it was written
};

/// <id>~1, <id>~2, ...
std::string copy_id(const Utterance& utterance, int number);

/// The columns of draws.tsv, with line break.
std::string draws_header();
/// One line per drawn parameter; the fields that a draw lacks are empty, and so are those of a copy without draws.
std::string draw_lines(const Utterance& utterance, int number, const AugmentedCopy& copy);

/// Without rows, with the columns of the source and `augmented_from`, `augmentation` and, for copies that are `mixed`,
/// `mixed_with` and `partner_share`. Its audio lies beside it.
Manifest manifest_of_copies(const Manifest& source, bool mixed);
/// The utterance's columns but start and end: the copy, at `wav`, holds this utterance only. Where it was mixed, its
/// distribution is that of the mixture.
Utterance copy_row(const Utterance& utterance, int number, const std::string& wav, const AugmentedCopy& copy);
/// The utterance itself, with the absolute path of its audio; one that is a copy still says of what.
Utterance original_row(const Manifest& source, const Utterance& utterance);

}  // namespace ser
