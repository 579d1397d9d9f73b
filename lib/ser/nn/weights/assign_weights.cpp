#include <fnmatch.h>
#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/nn/weights/weights.h>
#include <torch/torch.h>

#include <algorithm>

namespace ser {
namespace {

bool matches_any(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0; });
}

NamedTensors places_of(torch::nn::Module& module) {
  NamedTensors places;
  for (const auto& parameter : module.named_parameters()) places.emplace(parameter.key(), parameter.value());
  for (const auto& buffer : module.named_buffers()) places.emplace(buffer.key(), buffer.value());
  return places;
}

std::string shape_of(const at::Tensor& tensor) { return fmt::format("[{}]", fmt::join(tensor.sizes(), ", ")); }

/// What keeps weights from fitting, by kind.
struct Misfits {
  std::vector<std::string> missing, unexpected, twice, of_another_shape, of_another_kind;

  void raise_if_any(const std::string& source) const {
    std::string text;
    add(text, "missing in the file", missing);
    add(text, "unexpected in the file", unexpected);
    add(text, "given twice", twice);
    add(text, "of another shape", of_another_shape);
    add(text, "of another kind", of_another_kind);
    if (text.empty()) return;
    throw_error<DataError>("{}the weights do not fit the model:{}", source.empty() ? "" : source + ": ", text);
  }

 private:
  static void add(std::string& text, const char* what, const std::vector<std::string>& names) {
    constexpr std::size_t shown = 10;
    if (names.empty()) return;
    const std::size_t count = std::min(names.size(), shown);
    text += fmt::format("\n  {} ({}): {}", what, names.size(), fmt::join(names.begin(), names.begin() + count, ", "));
    if (names.size() > count) text += fmt::format(" and {} more", names.size() - count);
  }
};

void check_fit(const std::string& name, const at::Tensor& place, const at::Tensor& tensor, Misfits& misfits) {
  if (!tensor.defined() || tensor.sizes() != place.sizes())
    misfits.of_another_shape.push_back(
        fmt::format("{} (file {}, model {})", name, tensor.defined() ? shape_of(tensor) : "none", shape_of(place)));
  else if (tensor.is_floating_point() != place.is_floating_point())
    misfits.of_another_kind.push_back(fmt::format("{} (file {}, model {})", name, at::toString(tensor.scalar_type()),
                                                  at::toString(place.scalar_type())));
}

}  // namespace

AssignReport assign_weights(torch::nn::Module& module, const NamedTensors& tensors, const AssignOptions& options) {
  const NamedTensors places = places_of(module);
  NamedTensors chosen;  // by the module's names
  AssignReport report;
  Misfits misfits;
  for (const auto& [file_name, tensor] : tensors) {
    const std::string name = options.module_name ? options.module_name(file_name) : file_name;
    const auto place = places.find(name);
    if (name.empty() || (place == places.end() && matches_any(options.ignore, name)))
      report.ignored.push_back(file_name);
    else if (place == places.end())
      misfits.unexpected.push_back(name == file_name ? name : fmt::format("{} (as {})", file_name, name));
    else if (!chosen.emplace(name, tensor).second)
      misfits.twice.push_back(name);
    else
      check_fit(name, place->second, tensor, misfits);
  }
  for (const auto& [name, place] : places)
    if (!chosen.count(name)) (matches_any(options.keep, name) ? report.kept : misfits.missing).push_back(name);
  misfits.raise_if_any(options.source);
  const torch::NoGradGuard no_grad;
  for (const auto& [name, tensor] : chosen) at::Tensor(places.at(name)).copy_(tensor);
  report.assigned = chosen.size();
  return report;
}

}  // namespace ser
