// The bytes of a pickle, taken from the front. Only for the files of this folder.
#pragma once

#include <ser/base/error.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ser {

static_assert(std::endian::native == std::endian::little, "numbers are little-endian and are copied as they are");

class PickleReader {
 public:
  explicit PickleReader(std::string_view bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }

  std::string_view take(std::uint64_t count) {
    if (count > left()) throw_error<DataError>("the pickle is cut off at byte {}", position_);
    const std::string_view taken = bytes_.substr(position_, count);
    position_ += count;
    return taken;
  }

  /// A little-endian number.
  template <class Number>
  Number number() {
    Number value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

  double big_endian_double() { return std::bit_cast<double>(__builtin_bswap64(number<std::uint64_t>())); }

  /// Bytes after a length of the given type; a negative length is none.
  template <class Length>
  std::string_view counted() {
    const auto length = number<Length>();
    if (length < Length{0}) throw_error<DataError>("the pickle has a negative length at byte {}", position_);
    return take(static_cast<std::uint64_t>(length));
  }

  std::string_view line() {
    const std::size_t end = bytes_.find('\n', position_);
    if (end == std::string_view::npos) throw_error<DataError>("the pickle is cut off at byte {}", position_);
    const std::string_view text = take(end - position_);
    take(1);
    return text;
  }

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;
};

}  // namespace ser
