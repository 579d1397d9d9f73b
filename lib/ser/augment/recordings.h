// The recordings that a step draws from: noises, room responses.
#pragma once

#include <ser/audio/reader.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ser {

struct Recording {
  std::filesystem::path path;
  std::string name;  ///< relative to the folder or as in the list: what logs show
  AudioInfo info;
};

/// Audio files (.wav .flac .ogg .oga .mp3) of a folder and its sub-folders in sorted order, or of a text file with one
/// path per line in its order (relative to its folder; empty lines and lines that start with # are skipped). Reads the
/// headers only: collections of noises are larger than memory. Throws UsageError unless exactly one of `folder` and
/// `list` is given; DataError when there are none or one is no audio.
std::vector<Recording> open_recordings(const std::string& folder, const std::string& list);

}  // namespace ser
