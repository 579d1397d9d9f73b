// What of a manifest a protocol uses.
#pragma once

#include <ser/corpus/manifest.h>

#include <filesystem>

namespace ser {

/// What an utterance must be in some fold of the protocol.
enum class InProtocol { any_part, training_part };

/// The manifest with only those utterances: what the label space drops is always left out. The protocol may be about
/// further corpora. Throws DataError for a protocol that is not about this manifest as it is now, or that uses none
/// of it.
Manifest utterances_of_protocol(const Manifest& manifest, const std::filesystem::path& protocol,
                                InProtocol wanted = InProtocol::any_part);

}  // namespace ser
