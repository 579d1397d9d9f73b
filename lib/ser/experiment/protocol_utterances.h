// What of a manifest a protocol uses.
#pragma once

#include <ser/corpus/manifest.h>

#include <filesystem>

namespace ser {

/// The manifest with only those utterances that have a part in some fold of the protocol: what the label space drops is
/// left out. The protocol may be about further corpora. Throws DataError for a protocol that is not about this manifest
/// as it is now, or that uses none of it.
Manifest utterances_of_protocol(const Manifest& manifest, const std::filesystem::path& protocol);

}  // namespace ser
