#include <fcntl.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/store/tensorboard_events.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace ser {
namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1 ? 0x82f63b78u : 0u);
    table[i] = value;
  }
  return table;
}

template <class Integer>
std::string little_endian(Integer value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof value; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xff);
  return bytes;
}

// ---- protobuf's wire format: a key (field number and wire type), then the value; 0 is left out as proto3 does

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7f) | 0x80);
  return bytes += static_cast<char>(value);
}
std::string key(std::uint64_t field, std::uint64_t wire_type) { return varint(field << 3 | wire_type); }
std::string bytes_field(std::uint64_t field, std::string_view value) {
  return key(field, 2) + varint(value.size()) + std::string(value);
}

/// tensorflow.Event: wall_time = 1, step = 2, and one of file_version = 3, summary = 5, session_log = 7.
std::string event(double wall_time, std::int64_t step, const std::string& content) {
  std::string message;
  if (wall_time != 0) message += key(1, 1) + little_endian(std::bit_cast<std::uint64_t>(wall_time));
  if (step != 0) message += key(2, 0) + varint(static_cast<std::uint64_t>(step));
  return message + content;
}

/// tensorflow.Summary with one Value: tag = 1, simple_value = 2 (float).
std::string scalar_summary(std::string_view tag, double value) {
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
  return bytes_field(1, bytes_field(1, tag) + key(2, 5) + little_endian(bits));
}

/// tensorflow.SessionLog: status = 1; START is 1.
std::string session_start() { return key(1, 0) + varint(1); }

std::string masked_crc(std::string_view bytes) { return little_endian(std::rotr(crc32c(bytes), 15) + 0xa282ead8u); }

/// TFRecord: length, its CRC, data, their CRC.
std::string record(const std::string& data) {
  const std::string length = little_endian(static_cast<std::uint64_t>(data.size()));
  return length + masked_crc(length) + data + masked_crc(data);
}

/// A file that nobody had before: two sessions may start in one second, and hosts share file systems.
std::filesystem::path make_new_file(const std::filesystem::path& folder, double wall_time) {
  make_folder(folder);
  char host[256] = "host";
  ::gethostname(host, sizeof host - 1);
  for (int number = 0;; ++number) {
    const auto path = folder / fmt::format("events.out.tfevents.{:010}.{}.{}.{}", static_cast<std::int64_t>(wall_time),
                                           host, ::getpid(), number);
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor >= 0) {
      ::close(descriptor);
      return path;
    }
    if (errno != EEXIST) throw_error<Error>("{}: cannot be made: {}", path.string(), std::strerror(errno));
  }
}

}  // namespace

TensorboardEvents::TensorboardEvents(const std::filesystem::path& folder, double wall_time,
                                     std::optional<std::int64_t> resumed_at_step)
    : path_(make_new_file(folder, wall_time)), stream_(path_, std::ios::binary) {
  stream_ << record(event(wall_time, 0, bytes_field(3, "brain.Event:2")));
  if (resumed_at_step) stream_ << record(event(wall_time, *resumed_at_step, bytes_field(7, session_start())));
  flush();
}

TensorboardEvents::~TensorboardEvents() = default;

void TensorboardEvents::add_scalar(std::string_view tag, std::int64_t step, double wall_time, double value) {
  if (tag.empty()) throw UsageError("a scalar for TensorBoard needs a tag");
  stream_ << record(event(wall_time, step, bytes_field(5, scalar_summary(tag, value))));
  if (!stream_) throw_error<Error>("{}: writing failed: {}", path_.string(), std::strerror(errno));
}

void TensorboardEvents::flush() {
  if (!stream_.flush()) throw_error<Error>("{}: writing failed: {}", path_.string(), std::strerror(errno));
}

double wall_time_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::uint32_t crc32c(std::string_view bytes) {
  static constexpr std::array<std::uint32_t, 256> table = make_crc_table();
  std::uint32_t value = 0xffffffffu;
  for (const char byte : bytes) value = (value >> 8) ^ table[(value ^ static_cast<unsigned char>(byte)) & 0xff];
  return ~value;
}

}  // namespace ser
