// The YAML half of a protocol on disk; protocol_file.h is what others use.
#pragma once

#include <ser/corpus/protocol.h>

#include <filesystem>
#include <string>

namespace ser {

/// Options, label space, corpora, folds (without parts) and notes as YAML.
std::string description_text(const Protocol& protocol);

/// The protocol of such a file, without utterances and parts. Throws DataError with file:line:column.
Protocol parse_description(const std::filesystem::path& path);

}  // namespace ser
