// Weights of public encoders as LibTorch tensors: read from Hugging Face folders, safetensors and PyTorch files, put
// into modules, written as safetensors. No pickle is ever executed.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace torch::nn {
class Module;
}

namespace ser {

/// Tensors on the CPU by name. Those that came from a file are contiguous, without gradient; floating ones are float32;
/// tensors that shared memory when they were saved by PyTorch may share it here.
using NamedTensors = std::map<std::string, at::Tensor>;

/// Inside a Hugging Face cache folder (models--org--name) the snapshot that refs/main names, else the only one; any
/// other folder itself. Throws DataError when there is no telling.
std::filesystem::path model_folder(const std::filesystem::path& folder);

/// Reads all weights of a model. `path` is one of
///  - a Hugging Face folder: model.safetensors, model.safetensors.index.json with its shards, pytorch_model.bin or
///    pytorch_model.bin.index.json, the first of these that is there;
///  - a Hugging Face cache folder (models--org--name): the snapshot that refs/main names, else the only one;
///  - one file: .safetensors, or .bin, .pt, .pth, .ckpt written by torch.save of PyTorch 1.6 and later.
/// F64, F16 and BF16 become float32; integers and booleans stay as they are. float32 of safetensors is mapped: the
/// pages are read when they are looked at, and are private to this process. A PyTorch file gives every tensor that is
/// reached from its top through dictionaries with string keys, the keys joined with '.': a state dict gives its own
/// names, {'model': state_dict, 'args': ...} gives 'model.<name>'. Lists, tuples, dictionaries with other keys
/// (optimiser state) and objects of any class are not looked into. Throws DataError, naming file and tensor, for what
/// is missing, malformed, of another kind (legacy PyTorch files, TorchScript: the message says how to convert) or holds
/// no tensor.
NamedTensors read_weights(const std::filesystem::path& path);

/// Truth values, numbers and text that stand beside the tensors of a PyTorch file, by their keys joined with '.' as
/// those of tensors are; others (lists, None, objects), text and names beyond 1024 bytes and all beyond the first 20000
/// are left out. A key that comes twice has its later value.
using PlainSetting = std::variant<bool, std::int64_t, double, std::string>;
using NamedSettings = std::map<std::string, PlainSetting>;
/// None of a safetensors file. Throws DataError like read_weights().
NamedSettings read_settings(const std::filesystem::path& file);

/// What stands before `name`, or before '.' and `name` with the '.', in the names of tensors: "model." of
/// "model.encoder.weight" for "encoder.weight"; "" of the name itself.
std::vector<std::string> prefixes_before(const NamedTensors& tensors, const std::string& name);

/// Writes dense tensors of any device and strides as one safetensors file: floating ones as F32, integers and booleans
/// as they are. Read again they are equal to the bit. Throws Error when the file cannot be written or a tensor has
/// another type.
void write_weights(const std::filesystem::path& path, const NamedTensors& tensors);

/// The module's name of a tensor of the file, e.g. without the prefix 'wav2vec2.'; empty to leave the tensor out.
using NameMap = std::function<std::string(const std::string& file_name)>;

struct AssignOptions {
  std::string source;               ///< file or folder, for messages
  NameMap module_name;              ///< none: names are the same
  std::vector<std::string> ignore;  ///< mapped names that the module may lack; patterns as of files: "lm_head.*"
  std::vector<std::string> keep;  ///< names in the module that the file may lack, patterns too; they keep their values
};

struct AssignReport {
  std::size_t assigned = 0;
  std::vector<std::string> ignored;  ///< names in the file of tensors that were left out
  std::vector<std::string> kept;     ///< names in the module that the file lacked
};

/// Copies tensors into the parameters and buffers of a module, whose values change and whose device, type and
/// requires_grad do not. Strict: throws one DataError that lists what is missing in the file, what is unexpected, given
/// twice, or of another shape (both shapes are given) or kind (whole numbers for real ones); the module is then
/// unchanged.
AssignReport assign_weights(torch::nn::Module& module, const NamedTensors& tensors, const AssignOptions& options = {});

}  // namespace ser
