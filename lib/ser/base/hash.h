// Fast non-cryptographic hashes (XXH3, 128 bits): signatures of options, duplicates of audio, change detection.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace ser {

/// 32 hexadecimal digits.
std::string hash_bytes(std::string_view bytes);
/// Of a file's bytes. Throws DataError when it cannot be read.
std::string hash_file(const std::filesystem::path& path);
/// 64 bits, the same on every machine.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace ser
