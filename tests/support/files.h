// Files for tests: golden data, real corpora where they are, temporary folders.
#pragma once

#include <ser/base/file.h>
#include <ser/base/matrix.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

namespace ser::test {

inline std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path(SER_SOURCE_DIR) / "tests" / "golden" / name;
}

/// The folder of real corpora, or nothing when SER_CORPORA is not set: then skip, and say so.
inline std::optional<std::filesystem::path> corpora() {
  const char* folder = std::getenv("SER_CORPORA");
  if (!folder || !std::filesystem::exists(folder)) return std::nullopt;
  return folder;
}

/// A folder that is removed with its content at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ser-test-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// A two-dimensional float32 NPY file.
inline Matrix read_npy(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  std::uint16_t header = 0;
  std::memcpy(&header, bytes.data() + 8, 2);
  const std::string text = bytes.substr(10, header);
  std::size_t rows = 0, columns = 0;
  if (std::sscanf(text.c_str() + text.find("'shape': ("), "'shape': (%zu, %zu)", &rows, &columns) != 2 ||
      text.find("<f4") == std::string::npos)
    throw std::runtime_error("unexpected NPY header: " + text);
  Matrix matrix(rows, columns);
  std::memcpy(matrix.values.data(), bytes.data() + 10 + header, rows * columns * sizeof(float));
  return matrix;
}

}  // namespace ser::test
