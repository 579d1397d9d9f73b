// Kaldi's binary archive records, little-endian: "<id> \0B" then a typed matrix or vector.
#pragma once

#include <ser/base/matrix.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ser {

/// The bytes of one record: id, blank, "\0B", and a float matrix ("FM ") or, with as_vector, the single row as a float
/// vector ("FV "). Throws UsageError for an id that is empty or holds blanks.
std::string kaldi_record(const std::string& id, const Matrix& matrix, bool as_vector);

/// The same in half the bytes: Kaldi's compressed matrix "CM2", 65536 equal steps over the range of the matrix' values
/// (Kaldi has no half-precision floats). Off by at most range / 131070. Vectors are written as they are.
std::string kaldi_record_16bit(const std::string& id, const Matrix& matrix, bool as_vector);

/// Bytes from the start of a record to its "\0B": what scp offsets are counted from.
inline std::size_t kaldi_header_size(const std::string& id) { return id.size() + 1; }

/// Parses the object at "\0B" (FM, DM, FV, DV, and compressed CM, CM2, CM3). A vector becomes one row. `size` receives
/// the number of bytes used. Throws DataError for anything malformed; sizes are checked against the bytes at hand.
Matrix parse_kaldi_object(std::string_view bytes, std::size_t* size = nullptr);

/// One line of an scp file: "id path:offset". Paths are relative to the scp's folder, then to the working folder.
struct ScpEntry {
  std::string id;
  std::filesystem::path ark;
  std::uint64_t offset = 0;
};

std::vector<ScpEntry> read_scp(const std::filesystem::path& path);
/// Reads the object of one entry. Throws DataError naming ark and offset.
Matrix read_kaldi_object(const ScpEntry& entry);

}  // namespace ser
