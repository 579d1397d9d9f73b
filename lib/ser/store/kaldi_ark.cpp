#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/base/text.h>
#include <ser/store/kaldi_ark.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>

namespace ser {
static_assert(std::endian::native == std::endian::little, "Kaldi's binary files are little-endian, as is this code");
namespace {

void put_integer(std::string& out, std::int32_t value) {
  out += '\4';
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Reads from a view with bounds checks.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  std::string_view take(std::size_t n) {
    if (n > bytes_.size() - at_) throw DataError("the record ends early");
    at_ += n;
    return bytes_.substr(at_ - n, n);
  }
  template <class T>
  T get() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::int32_t sized_integer() {
    if (get<char>() != '\4') throw DataError("expected a 4-byte integer");
    return get<std::int32_t>();
  }
  std::string word() {
    std::string text;
    for (char c = get<char>(); c != ' '; c = get<char>()) {
      text += c;
      if (text.size() > 4) throw DataError("no Kaldi matrix or vector starts here");
    }
    return text;
  }
  std::size_t left() const { return bytes_.size() - at_; }
  std::size_t at() const { return at_; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

std::size_t checked(std::int32_t rows, std::int32_t columns, std::size_t bytes_per_value, std::size_t left) {
  if (rows < 0 || columns < 0) throw DataError("negative size");
  const std::size_t values = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  if (values > left / bytes_per_value)
    throw_error<DataError>("a size of {} x {} is larger than the file", rows, columns);
  return values;
}

template <class T>
void get_values(Cursor& cursor, Matrix& matrix) {
  const std::string_view bytes = cursor.take(matrix.values.size() * sizeof(T));
  for (std::size_t i = 0; i < matrix.values.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    matrix.values[i] = static_cast<float>(value);
  }
}

/// CompressedMatrix: "CM" one byte per value between four percentiles of its column; "CM2" and "CM3" two bytes and one
/// byte per value on one linear scale.
Matrix get_compressed(Cursor& cursor, const std::string& type) {
  const float low = cursor.get<float>(), range = cursor.get<float>();
  const auto rows = cursor.get<std::int32_t>(), columns = cursor.get<std::int32_t>();
  checked(rows, columns, 1, cursor.left());
  Matrix matrix(static_cast<std::size_t>(rows), static_cast<std::size_t>(columns));
  if (type == "CM2" || type == "CM3") {
    for (float& value : matrix.values)
      value = type == "CM2" ? low + range * (1 / 65535.f) * static_cast<float>(cursor.get<std::uint16_t>())
                            : low + range * (1 / 255.f) * static_cast<float>(cursor.get<std::uint8_t>());
    return matrix;
  }
  std::vector<float> points(4 * matrix.columns);
  for (float& point : points) point = low + range * (1 / 65535.f) * static_cast<float>(cursor.get<std::uint16_t>());
  for (std::size_t j = 0; j < matrix.columns; ++j) {
    const float* const p = points.data() + 4 * j;
    for (std::size_t i = 0; i < matrix.rows; ++i) {
      const auto code = static_cast<float>(cursor.get<std::uint8_t>());
      if (code <= 64)
        matrix(i, j) = p[0] + (p[1] - p[0]) * code * (1 / 64.f);
      else if (code <= 192)
        matrix(i, j) = p[1] + (p[2] - p[1]) * (code - 64) * (1 / 128.f);
      else
        matrix(i, j) = p[2] + (p[3] - p[2]) * (code - 192) * (1 / 63.f);
    }
  }
  return matrix;
}

}  // namespace

std::string kaldi_record(const std::string& id, const Matrix& matrix, bool as_vector) {
  if (id.empty() || id.find_first_of(" \t\n") != std::string::npos)
    throw_error<UsageError>("'{}' cannot be a Kaldi id: it is empty or holds blanks", id);
  std::string out = id + ' ';
  out.append("\0B", 2);
  out += as_vector ? "FV " : "FM ";
  if (!as_vector) put_integer(out, static_cast<std::int32_t>(matrix.rows));
  put_integer(out, static_cast<std::int32_t>(matrix.columns));
  out.append(reinterpret_cast<const char*>(matrix.values.data()), matrix.values.size() * sizeof(float));
  return out;
}

std::string kaldi_record_16bit(const std::string& id, const Matrix& matrix, bool as_vector) {
  if (as_vector || matrix.values.empty()) return kaldi_record(id, matrix, as_vector);
  std::string out = kaldi_record(id, Matrix(0, 0), false).substr(0, kaldi_header_size(id)) + std::string("\0BCM2 ", 6);
  const auto [low, high] = std::minmax_element(matrix.values.begin(), matrix.values.end());
  const auto put = [&out](auto value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); };
  const float range = *high - *low;
  put(*low);
  put(range);
  put(static_cast<std::int32_t>(matrix.rows));
  put(static_cast<std::int32_t>(matrix.columns));
  const double step = range > 0 ? static_cast<double>(range) / 65535 : 1;
  for (const float value : matrix.values)
    put(static_cast<std::uint16_t>(std::clamp(std::lround((static_cast<double>(value) - *low) / step), 0L, 65535L)));
  return out;
}

Matrix parse_kaldi_object(std::string_view bytes, std::size_t* size) {
  Cursor cursor(bytes);
  if (cursor.take(2) != std::string_view("\0B", 2)) throw DataError("no binary Kaldi object starts here");
  const std::string type = cursor.word();
  Matrix matrix;
  if (type == "CM" || type == "CM2" || type == "CM3") {
    matrix = get_compressed(cursor, type);
  } else if (type == "FM" || type == "DM" || type == "FV" || type == "DV") {
    const std::size_t width = type[0] == 'F' ? sizeof(float) : sizeof(double);
    const std::int32_t rows = type[1] == 'M' ? cursor.sized_integer() : 1;
    const std::int32_t columns = cursor.sized_integer();
    checked(rows, columns, width, cursor.left());
    matrix = Matrix(static_cast<std::size_t>(rows), static_cast<std::size_t>(columns));
    width == sizeof(float) ? get_values<float>(cursor, matrix) : get_values<double>(cursor, matrix);
  } else {
    throw_error<DataError>("unknown kind of Kaldi object '{}'", type);
  }
  if (size) *size = cursor.at();
  return matrix;
}

std::vector<ScpEntry> read_scp(const std::filesystem::path& path) {
  std::vector<ScpEntry> entries;
  std::size_t line_number = 0;
  for (const std::string& line : split(read_file(path), '\n')) {
    ++line_number;
    if (trim(line).empty()) continue;
    const auto blank = line.find_first_of(" \t");
    const auto colon = line.rfind(':');
    const auto offset =
        colon == std::string::npos ? std::nullopt : parse_integer(trim(std::string_view(line).substr(colon + 1)));
    if (blank == std::string::npos || !offset || *offset < 0 || colon < blank)
      throw_error<DataError>("{}:{}: expected 'id file.ark:offset'", path.string(), line_number);
    std::filesystem::path ark(trim(std::string_view(line).substr(blank, colon - blank)));
    std::error_code code;
    if (ark.is_relative() && std::filesystem::exists(path.parent_path() / ark, code)) ark = path.parent_path() / ark;
    entries.push_back({line.substr(0, blank), ark, static_cast<std::uint64_t>(*offset)});
  }
  return entries;
}

Matrix read_kaldi_object(const ScpEntry& entry) {
  std::ifstream stream(entry.ark, std::ios::binary | std::ios::ate);
  if (!stream) throw_error<DataError>("{}: cannot be read", entry.ark.string());
  const auto end = static_cast<std::uint64_t>(stream.tellg());
  if (entry.offset >= end)
    throw_error<DataError>("{}: offset {} of {} lies beyond the end", entry.ark.string(), entry.offset, entry.id);
  std::string bytes(end - entry.offset, '\0');
  stream.seekg(static_cast<std::streamoff>(entry.offset));
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  try {
    return parse_kaldi_object(bytes);
  } catch (const DataError& error) {
    throw_error<DataError>("{}:{}: {}: {}", entry.ark.string(), entry.offset, entry.id, error.what());
  }
}

}  // namespace ser
