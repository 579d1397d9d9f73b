// The sound behind a page: inside it, or beside it.
#pragma once

#include <ser/config/option_table.h>
#include <ser/corpus/manifest.h>

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace ser {

struct AudioOptions {
  std::string audio = "embed";
  double audio_megabytes = 5;
};
void describe_options(OptionTable& table, AudioOptions& options);

struct AudioSources {
  std::map<std::string, std::string> of_id;  ///< value of an audio element's src
  std::size_t missing = 0;                   ///< utterances whose audio is not there or cannot be read
  std::size_t left_out = 0;                  ///< beyond the limit
};

/// Sources for utterances, in this order until the limit of size is reached. `page` is the file that will refer to
/// them.
///   embed  the utterance's part of the file as 16-bit mono WAV of 16 kHz, at most 15 s, as data: address
///   link   address of the audio file relative to the page's folder, with the part's seconds
///   none   nothing
AudioSources audio_sources(const std::vector<std::string>& ids, std::span<const Manifest> manifests,
                           const AudioOptions& options, const std::filesystem::path& page);

std::string base64(std::string_view bytes);
/// A path as an address: bytes beyond letters, digits and -._~/ as %xx.
std::string percent_encoded(std::string_view path);

}  // namespace ser
