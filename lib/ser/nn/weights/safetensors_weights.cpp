#include <fcntl.h>
#include <ser/base/error.h>
#include <ser/base/file.h>
#include <ser/nn/weights/weights_files.h>
#include <ser/store/safetensors_header.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

namespace ser {
namespace fs = std::filesystem;

namespace {

struct StoredType {
  std::string_view dtype;
  at::ScalarType type;
};
constexpr std::array<StoredType, 10> stored_types{{{"F64", at::kDouble},
                                                   {"F32", at::kFloat},
                                                   {"F16", at::kHalf},
                                                   {"BF16", at::kBFloat16},
                                                   {"I64", at::kLong},
                                                   {"I32", at::kInt},
                                                   {"I16", at::kShort},
                                                   {"I8", at::kChar},
                                                   {"U8", at::kByte},
                                                   {"BOOL", at::kBool}}};

/// A file in memory. Pages are read on first use; writing to them changes this process's copy only. (A file that is cut
/// while it is mapped ends the process, as with every program that maps files.)
class MappedFile {
 public:
  explicit MappedFile(const fs::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw_error<DataError>("{}: cannot be read: {}", path.string(), std::strerror(errno));
    struct stat status {};
    const bool known = ::fstat(descriptor, &status) == 0;
    size_ = known ? static_cast<std::size_t>(status.st_size) : 0;
    if (size_ > 0) data_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
    const int error = errno;
    ::close(descriptor);
    if (!known || data_ == MAP_FAILED)
      throw_error<DataError>("{}: cannot be mapped into memory: {}", path.string(), std::strerror(error));
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() {
    if (data_) ::munmap(data_, size_);
  }
  char* data() const { return static_cast<char*>(data_); }
  std::string_view bytes() const { return {data(), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

at::Tensor mapped_tensor(const std::shared_ptr<MappedFile>& file, const SafetensorsEntry& entry, char* data) {
  const auto stored = std::find_if(stored_types.begin(), stored_types.end(),
                                   [&](const StoredType& type) { return type.dtype == entry.dtype; });
  const bool boolean = stored->type == at::kBool;  // read as bytes first: another byte than 0 and 1 is no bool
  const auto options = at::TensorOptions(boolean ? at::kByte : stored->type);
  const std::size_t size = entry.end - entry.begin;
  at::Tensor tensor;
  if (size > 0 && reinterpret_cast<std::uintptr_t>(data) % safetensors_width(entry.dtype) == 0) {
    tensor = at::from_blob(
        data, entry.shape, [file](void*) {}, options);
  } else {
    tensor = at::empty(entry.shape, options);
    if (size > 0) std::memcpy(tensor.mutable_data_ptr(), data, size);
  }
  return as_weight(boolean ? tensor.ne(0) : tensor);
}

/// The type that a tensor is written as; none when it cannot be written.
const StoredType* stored_type(const at::Tensor& tensor) {
  if (!tensor.defined() || tensor.layout() != at::kStrided) return nullptr;
  const at::ScalarType type = at::isFloatingType(tensor.scalar_type()) ? at::kFloat : tensor.scalar_type();
  const auto found = std::find_if(stored_types.begin(), stored_types.end(),
                                  [&](const StoredType& stored) { return stored.type == type; });
  return found == stored_types.end() ? nullptr : &*found;
}

}  // namespace

at::Tensor as_weight(const at::Tensor& tensor) {
  return (at::isFloatingType(tensor.scalar_type()) ? tensor.to(at::kFloat) : tensor).contiguous();
}

bool plausible_sizes(std::span<const std::int64_t> sizes) {
  std::int64_t product = 1;
  for (const std::int64_t size : sizes)
    if (size < 0 || __builtin_mul_overflow(product, std::max<std::int64_t>(size, 1), &product)) return false;
  return product < std::int64_t{1} << 56;
}

NamedTensors read_safetensors_weights(const fs::path& path) {
  const torch::NoGradGuard no_grad;
  const auto file = std::make_shared<MappedFile>(path);
  const SafetensorsHeader header = parse_safetensors_header(path, file->bytes());
  NamedTensors tensors;
  for (const SafetensorsEntry& entry : header.entries) {
    if (!plausible_sizes(entry.shape))
      throw_error<DataError>("{}: tensor '{}' has an impossible shape", path.string(), entry.name);
    tensors.emplace(entry.name, mapped_tensor(file, entry, file->data() + header.data_begin + entry.begin));
  }
  return tensors;
}

void write_weights(const fs::path& path, const NamedTensors& tensors) {
  const torch::NoGradGuard no_grad;
  std::vector<SafetensorsEntry> entries;
  for (const auto& [name, tensor] : tensors) {
    const StoredType* stored = stored_type(tensor);
    if (!stored) throw_error<Error>("{}: tensor '{}' is of a type that cannot be written", path.string(), name);
    entries.push_back({name, std::string(stored->dtype), tensor.sizes().vec()});
  }
  // Wide values first, so that every value is aligned in a mapped file.
  std::stable_sort(entries.begin(), entries.end(), [](const SafetensorsEntry& a, const SafetensorsEntry& b) {
    return safetensors_width(a.dtype) > safetensors_width(b.dtype);
  });
  const std::string header = format_safetensors_header(path, entries);
  AtomicFile file(path);
  file.stream() << header;
  for (const SafetensorsEntry& entry : entries) {
    at::Tensor tensor = tensors.at(entry.name);
    tensor = tensor.detach().to(at::kCPU, stored_type(tensor)->type).contiguous();
    file.stream().write(static_cast<const char*>(tensor.const_data_ptr()),
                        static_cast<std::streamsize>(entry.end - entry.begin));
  }
  file.commit();
}

}  // namespace ser
