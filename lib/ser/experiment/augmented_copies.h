// Augmented copies of recordings on disk, to listen to and to train on: the job behind `ser-extract augment`.
#pragma once

#include <ser/augment/augmenter.h>
#include <ser/corpus/manifest.h>

#include <filesystem>
#include <string>

namespace ser {

struct CopyOptions {
  std::filesystem::path output;
  int copies = 1;
  std::uint64_t seed = 0;
  int rate_hz = 0;         ///< resample first; 0 keeps each file's own rate
  bool as_float = false;   ///< 32-bit float throughout, in place of 16 bit where nothing clips
  bool manifest = true;    ///< write a manifest, and audio below wav/; else audio straight into the folder
  bool originals = false;  ///< the manifest also lists the originals, where they lie
};

struct CopyResult {
  std::size_t failed = 0;        ///< copies that could not be made; logged by name and left out
  std::size_t beyond_scale = 0;  ///< copies written as float because 16 bit would have clipped them
  std::size_t unlabelled = 0;    ///< mixed copies without a soft label: the emotion of either clip is unknown
  std::string summary;           ///< closing line
};

/// Writes copies 1 to `copies` of each utterance as <id>~1.wav, <id>~2.wav, ...: copy k has the draws of epoch k.
/// 16 bit, or 32-bit float where samples exceed full scale. With `mixup` on, a copy is mixed with copy k of another
/// utterance of the manifest, at the clip's rate; a partner that cannot be read is the copy's failure. Besides:
/// - draws.tsv: id, source (the utterance's id), copy, format, step, parameter, value; one line per drawn parameter,
///   one with an empty parameter for a step without, one with an empty step for a copy that nothing was drawn for. The
///   last step is `mixup`, with `partner` before what it drew.
/// - with `manifest`, a manifest in the same folder, written last: all columns of the utterance but start and end (the
///   copy is the utterance alone), and `augmented_from` (its id), `augmentation` (what was drawn) and `mixed_with` (the
///   partner's id, where there is one). A mixed copy has its soft label in `distribution`; `emotion` is the clip's own.
/// The same options write the same bytes on any number of threads. Throws before any work: DataError for ids that
/// cannot name a file or would occur twice, or for mixing what is mixed already; UsageError when the folder holds
/// copies already, or when there is nothing to mix with.
CopyResult write_augmented_copies(const Manifest& manifest, const Augmenter& augmenter, const Mixup& mixup,
                                  const CopyOptions& options, int threads);

}  // namespace ser
