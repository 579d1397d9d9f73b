#include <caffe2/serialize/inline_container.h>
#include <ser/base/error.h>
#include <ser/nn/weights/pickle.h>
#include <ser/nn/weights/weights_files.h>
#include <torch/torch.h>

#include <array>
#include <fstream>
#include <optional>
#include <string_view>

namespace ser {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_tensors = 100'000, max_name_bytes = 1024, max_depth = 32, max_items = 4'000'000,
                      max_settings = 20'000;

std::string conversion(std::string_view load, std::string_view tensors) {
  return fmt::format(
      "convert it with: python3 -c \"import sys, torch; from safetensors.torch import save_file; m = {}(sys.argv[1], "
      "map_location='cpu'{}); save_file({{k: v.clone().contiguous() for k, v in {}.items()}}, sys.argv[2])\" "
      "OLD NEW.safetensors",
      load, load == "torch.load" ? ", weights_only=True" : "", tensors);
}

void check_zip(const fs::path& path) {
  std::string begin(4, '\0');
  std::ifstream(path, std::ios::binary).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (begin == std::string("PK\3\4")) return;
  if (begin[0] == '\x80')
    throw_error<DataError>("{}: is a PyTorch file of the format before 1.6, which is not read; {}", path.string(),
                           conversion("torch.load", "m"));
  throw_error<DataError>("{}: is no PyTorch file", path.string());
}

/// The records of a zip file of torch.save, through LibTorch's own reader.
class TorchRecords {
 public:
  explicit TorchRecords(const fs::path& path) : reader_(path.string()) {
    const std::uint64_t file_bytes = fs::file_size(path);
    std::uint64_t sum = 0;
    for (const std::string& name : reader_.getAllRecords())
      if (__builtin_add_overflow(sum, reader_.getRecordSize(name), &sum) || sum > file_bytes)
        throw DataError("its records are larger than the file (compressed or damaged)");
  }

  bool has(const std::string& name) { return reader_.hasRecord(name); }
  std::size_t size(const std::string& name) { return reader_.getRecordSize(name); }
  at::Storage storage(const std::string& name) {
    auto [data, size] = reader_.getRecord(name);
    return {c10::Storage::use_byte_size_t(), size, std::move(data)};
  }
  std::string text(const std::string& name) {
    const auto [data, size] = reader_.getRecord(name);
    return {static_cast<const char*>(data.get()), size};
  }

 private:
  caffe2::serialize::PyTorchStreamReader reader_;
};

std::optional<at::ScalarType> storage_type(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, at::ScalarType>, 10> types{
      {{"FloatStorage", at::kFloat},
       {"DoubleStorage", at::kDouble},
       {"HalfStorage", at::kHalf},
       {"BFloat16Storage", at::kBFloat16},
       {"LongStorage", at::kLong},
       {"IntStorage", at::kInt},
       {"ShortStorage", at::kShort},
       {"CharStorage", at::kChar},
       {"ByteStorage", at::kByte},
       {"BoolStorage", at::kByte}}};  // another byte than 0 and 1 is no bool: see weight()
  for (const auto& [known, type] : types)
    if (known == name) return type;
  return std::nullopt;
}

/// Makes the tensors of a pickle, each checked against its storage.
class TensorMaker {
 public:
  TensorMaker(const Pickle& pickle, TorchRecords& records, std::uint64_t file_bytes)
      : pickle_(pickle), records_(records), values_left_(4 * file_bytes + 16'000'000) {}

  at::Tensor weight(const PickleTensor& described) {
    const auto& storage = std::get<PickleStorage>(pickle_[described.storage]);
    const std::optional<at::ScalarType> type = storage_type(storage.type);
    if (!type) throw_error<DataError>("is of the type {}, which is not read", storage.type);
    const std::vector<std::int64_t> sizes = integers(described.sizes), strides = integers(described.strides);
    const std::uint64_t count = checked_count(storage, described.offset, sizes, strides);
    // A stride of 0 repeats values, and many tensors may be views of one storage.
    if (count > values_left_) throw DataError("is, with those before it, far larger than the file");
    values_left_ -= count;
    at::Tensor tensor = at::empty({0}, *type);
    if (count == 0)
      tensor = at::empty(sizes, *type);
    else
      tensor.set_(stored(storage, at::elementSize(*type)), described.offset, sizes, strides);
    return as_weight(storage.type == "BoolStorage" ? tensor.ne(0) : tensor);
  }

 private:
  std::vector<std::int64_t> integers(PickleRef place) const {
    const auto& sequence = std::get<PickleSequence>(pickle_[place]);
    if (sequence.items.size() > 64) throw DataError("has more than 64 dimensions");
    std::vector<std::int64_t> numbers;
    for (const PickleRef item : sequence.items) {
      const auto* number = std::get_if<std::int64_t>(&pickle_[item]);
      if (!number) throw DataError("has sizes or strides that are no whole numbers");
      numbers.push_back(*number);
    }
    return numbers;
  }

  /// Number of values. Throws when a value would lie outside the storage.
  static std::uint64_t checked_count(const PickleStorage& storage, std::int64_t offset,
                                     const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides) {
    if (strides.size() != sizes.size() || !plausible_sizes(sizes) || offset < 0)
      throw DataError("has impossible sizes, strides or offset");
    std::int64_t last = offset;
    std::uint64_t count = 1;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      std::int64_t reach = 0;
      if (strides[i] < 0 || (sizes[i] > 0 && (__builtin_mul_overflow(sizes[i] - 1, strides[i], &reach) ||
                                              __builtin_add_overflow(last, reach, &last))))
        throw DataError("has impossible strides");
      count *= static_cast<std::uint64_t>(sizes[i]);
    }
    if (count > 0 && last >= storage.count)
      throw_error<DataError>("reaches value {} of a storage of {}", last, storage.count);
    return count;
  }

  const at::Storage& stored(const PickleStorage& storage, std::size_t width) {
    const std::string record = fmt::format("data/{}", storage.key);
    const auto known = storages_.find(record);
    if (known == storages_.end() && !records_.has(record))
      throw_error<DataError>("needs the missing record {}", record);
    const std::size_t bytes = known == storages_.end() ? records_.size(record) : known->second.nbytes();
    if (static_cast<std::uint64_t>(storage.count) > bytes / width)
      throw_error<DataError>("needs {} values of {} bytes; its record {} has {} bytes", storage.count, width, record,
                             bytes);
    return known == storages_.end() ? storages_.emplace(record, records_.storage(record)).first->second : known->second;
  }

  const Pickle& pickle_;
  TorchRecords& records_;
  std::uint64_t values_left_;
  std::map<std::string, at::Storage> storages_;
};

/// Tensors and plain values below nested dictionaries, by their keys joined with '.'.
class Flattener {
 public:
  explicit Flattener(const Pickle& pickle) : pickle_(pickle) { walk("", pickle.top, 0); }
  const std::map<std::string, PickleTensor>& found() const { return found_; }
  const NamedSettings& settings() const { return settings_; }

 private:
  void walk(const std::string& prefix, PickleRef place, std::size_t depth) {
    const auto* dict = std::get_if<PickleDict>(&pickle_[place]);
    if (!dict) return;
    if (depth == max_depth) throw DataError("its dictionaries are nested too deeply, or contain themselves");
    for (const auto& [key, value] : dict->items) {
      // A dictionary may be part of many: without this, few bytes could mean endless names.
      if (++looked_at_ > max_items) throw DataError("its dictionaries have too many items");
      const auto* text = std::get_if<std::string_view>(&pickle_[key]);
      if (!text) continue;
      const auto* tensor = std::get_if<PickleTensor>(&pickle_[value]);
      if (const std::optional<PlainSetting> setting = plain(pickle_[value])) note(prefix, *text, *setting);
      if (!tensor && !std::holds_alternative<PickleDict>(pickle_[value])) continue;
      if (prefix.size() + text->size() > max_name_bytes) throw DataError("the name of a tensor is too long");
      if (tensor)
        keep(fmt::format("{}{}", prefix, *text), *tensor);
      else
        walk(fmt::format("{}{}.", prefix, *text), value, depth + 1);
    }
  }

  static std::optional<PlainSetting> plain(const PickleValue& value) {
    if (const auto* truth = std::get_if<bool>(&value)) return *truth;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
    if (const auto* real = std::get_if<double>(&value)) return *real;
    const auto* text = std::get_if<std::string_view>(&value);
    if (text && text->size() <= max_name_bytes) return std::string(*text);
    return std::nullopt;
  }

  void note(const std::string& prefix, std::string_view key, const PlainSetting& setting) {
    if (prefix.size() + key.size() <= max_name_bytes && settings_.size() < max_settings)
      settings_.insert_or_assign(fmt::format("{}{}", prefix, key), setting);
  }

  void keep(const std::string& name, const PickleTensor& tensor) {
    if (found_.size() == max_tensors) throw_error<DataError>("it has more than {} tensors", max_tensors);
    if (!found_.emplace(name, tensor).second) throw_error<DataError>("tensor '{}' appears twice", name);
  }

  const Pickle& pickle_;
  std::size_t looked_at_ = 0;
  std::map<std::string, PickleTensor> found_;
  NamedSettings settings_;
};

/// The pickle of a file; its text lies in `bytes`.
Pickle parse_records(TorchRecords& records, std::string& bytes) {
  if (records.has("constants.pkl"))
    throw_error<DataError>("is a TorchScript archive, which is not read; {}",
                           conversion("torch.jit.load", "m.state_dict()"));
  if (!records.has("data.pkl")) throw DataError("is no file of torch.save: it has no data.pkl");
  if (records.has("byteorder") && records.text("byteorder") != "little")
    throw DataError("its numbers are not little-endian");
  bytes = records.text("data.pkl");
  return parse_pickle(bytes);
}

NamedTensors read_records(const fs::path& path) {
  TorchRecords records(path);
  std::string bytes;
  const Pickle pickle = parse_records(records, bytes);
  if (const auto* object = std::get_if<PickleOpaque>(&pickle[pickle.top]))
    throw_error<DataError>("holds an object of {}.{} instead of tensors by name; save its state_dict()", object->module,
                           object->name);
  const Flattener flattener(pickle);
  if (flattener.found().empty()) throw DataError("holds no tensors by name");
  TensorMaker maker(pickle, records, fs::file_size(path));
  NamedTensors tensors;
  for (const auto& [name, tensor] : flattener.found()) try {
      tensors.emplace(name, maker.weight(tensor));
    } catch (const DataError& error) {
      throw_error<DataError>("tensor '{}' {}", name, error.what());
    }
  return tensors;
}

/// What `read` gives of a file, whose name stands in its errors.
template <class Read>
auto reading(const fs::path& path, Read read) {
  check_zip(path);
  const torch::NoGradGuard no_grad;
  try {
    return read(path);
  } catch (const DataError& error) {
    throw_error<DataError>("{}: {}", path.string(), error.what());
  } catch (const c10::Error& error) {
    throw_error<DataError>("{}: {}", path.string(), error.what_without_backtrace());
  }
}

}  // namespace

NamedTensors read_torch_weights(const fs::path& path) { return reading(path, read_records); }

NamedSettings read_torch_settings(const fs::path& path) {
  return reading(path, [](const fs::path& file) {
    TorchRecords records(file);
    std::string bytes;
    const Pickle pickle = parse_records(records, bytes);
    return Flattener(pickle).settings();
  });
}

}  // namespace ser
