#include <fcntl.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <sstream>

namespace ser {
namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw_error<DataError>("{}: is a folder, expected a file", path.string());
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw_error<DataError>("{}: cannot be read: {}", path.string(), std::strerror(errno));
  std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) throw_error<DataError>("{}: reading failed: {}", path.string(), std::strerror(errno));
  return content;
}

void make_folder(const fs::path& folder) {
  std::error_code code;
  fs::create_directories(folder, code);
  if (code) throw_error<Error>("{}: cannot make this folder: {}", folder.string(), code.message());
}

AtomicFile::AtomicFile(fs::path path)
    : path_(std::move(path)), temporary_(fmt::format("{}.tmp.{:08x}", path_.string(), std::random_device{}())) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path_, ignored);
  direct_ = fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
  if (direct_) temporary_ = path_;
  if (path_.has_parent_path()) make_folder(path_.parent_path());
  stream_.open(temporary_, std::ios::binary | std::ios::trunc);
  if (!stream_) throw_error<Error>("{}: cannot be written: {}", path_.string(), std::strerror(errno));
}

AtomicFile::~AtomicFile() {
  if (committed_) return;
  stream_.close();
  if (direct_) return;
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

void AtomicFile::commit() {
  stream_.close();
  if (stream_.fail()) throw_error<Error>("{}: writing failed: {}", path_.string(), std::strerror(errno));
  committed_ = direct_;
  if (direct_) return;
  if (const int descriptor = ::open(temporary_.c_str(), O_RDONLY); descriptor >= 0) {
    ::fsync(descriptor);
    ::close(descriptor);
  }
  std::error_code code;
  fs::rename(temporary_, path_, code);
  if (code) throw_error<Error>("{}: cannot be replaced: {}", path_.string(), code.message());
  committed_ = true;
}

void write_file(const fs::path& path, std::string_view content) {
  AtomicFile file(path);
  file.stream().write(content.data(), static_cast<std::streamsize>(content.size()));
  file.commit();
}

void write_output(const std::string& destination, std::string_view content) {
  if (destination != "-") return write_file(destination, content);
  std::cout.write(content.data(), static_cast<std::streamsize>(content.size()));
  std::cout.flush();
  if (!std::cout) throw Error("writing to standard output failed");
}

fs::path data_folder() {
  if (const char* named = std::getenv("SER_DATA"); named && *named) return named;
  std::error_code code;
  const fs::path program = fs::read_symlink("/proc/self/exe", code);
  const fs::path folder = program.parent_path();
  for (const fs::path& candidate : {folder / "../share/ser", folder / "../..", folder / "../../.."})
    if (fs::exists(candidate / "corpora" / "maps", code)) return fs::weakly_canonical(candidate);
  throw_error<Error>(
      "the folder of corpus definitions was not found near {}; set SER_DATA to the folder that holds corpora/",
      folder.string());
}

}  // namespace ser
