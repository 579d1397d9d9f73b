// Pickles by hand, and zip files like those of torch.save around them.
#pragma once

#include <caffe2/serialize/inline_container.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ser::test::pickled {

template <class Number>
std::string raw(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

inline std::string text(const std::string& value) {
  return std::string("X") + raw(static_cast<std::uint32_t>(value.size())) + value;
}
inline std::string integer(std::int64_t value) { return std::string("\x8a\x08") + raw(value); }
inline std::string global(const std::string& module, const std::string& name) {
  return std::string("c") + module + "\n" + name + "\n";
}
inline std::string tuple(const std::vector<std::string>& items) {
  std::string bytes = "(";
  for (const std::string& item : items) bytes += item;
  return bytes + "t";
}
inline std::string integers(const std::vector<std::int64_t>& values) {
  std::vector<std::string> items;
  for (const std::int64_t value : values) items.push_back(integer(value));
  return tuple(items);
}
inline std::string call(const std::string& function, const std::vector<std::string>& arguments) {
  return function + tuple(arguments) + "R";
}
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string bytes = "}(";
  for (const auto& [key, value] : items) bytes += text(key) + value;
  return bytes + "u";
}
inline std::string storage(const std::string& type, const std::string& key, std::int64_t count) {
  return tuple({text("storage"), global("torch", type), text(key), text("cpu"), integer(count)}) + "Q";
}
inline std::string tensor(const std::string& storage, std::int64_t offset, const std::vector<std::int64_t>& sizes,
                          const std::vector<std::int64_t>& strides) {
  return call(global("torch._utils", "_rebuild_tensor_v2"),
              {storage, integer(offset), integers(sizes), integers(strides), "\x89", "}"});
}
inline std::string whole(const std::string& value) { return std::string("\x80\x02") + value + "."; }

/// A zip file with data.pkl and further records, as torch.save writes it.
inline void write_zip(const std::filesystem::path& path, const std::string& pickle,
                      const std::map<std::string, std::string>& records = {}, bool compress = false) {
  caffe2::serialize::PyTorchStreamWriter writer(path.string());
  writer.writeRecord("data.pkl", pickle.data(), pickle.size());
  for (const auto& [name, bytes] : records) writer.writeRecord(name, bytes.data(), bytes.size(), compress);
  writer.writeEndOfFile();
}

}  // namespace ser::test::pickled
