#include <ser/base/error.h>
#include <ser/train/checkpoint.h>
#include <torch/torch.h>

#include <bit>

namespace ser {
namespace {

void add(NamedTensors& all, const std::string& prefix, const NamedTensors& part) {
  for (const auto& [name, tensor] : part) all.emplace(prefix + name, tensor);
}

NamedTensors part(const NamedTensors& all, const std::string& prefix) {
  NamedTensors found;
  // Read tensors are views of the mapped file, which the next checkpoint replaces.
  for (const auto& [name, tensor] : all)
    if (name.starts_with(prefix)) found.emplace(name.substr(prefix.size()), tensor.clone());
  return found;
}

}  // namespace

void save_state(const TrainingState& state, const std::filesystem::path& file) {
  NamedTensors all;
  add(all, "weights.", state.weights);
  add(all, "optimiser.", state.optimiser);
  add(all, "average.", state.average);
  // Real numbers as the bits of doubles: the file holds float32 and whole numbers only.
  std::vector<std::int64_t> numbers{state.epoch,      state.batch,
                                    state.step,       state.best_epoch,
                                    std::bit_cast<std::int64_t>(state.best_score), state.metrics_bytes};
  for (const double sum : state.sums) numbers.push_back(std::bit_cast<std::int64_t>(sum));
  all.emplace("numbers", at::tensor(numbers, at::kLong));
  write_weights(file, all);
}

TrainingState load_state(const std::filesystem::path& file) {
  const NamedTensors all = read_weights(file);
  const auto found = all.find("numbers");
  if (found == all.end() || found->second.numel() < 6 || found->second.scalar_type() != at::kLong)
    throw_error<DataError>("{}: is no checkpoint of a training", file.string());
  const at::Tensor numbers = found->second.contiguous();
  const std::int64_t* const n = numbers.const_data_ptr<std::int64_t>();
  TrainingState state{n[0], n[1], n[2], n[3], std::bit_cast<double>(n[4]), n[5], {}, {}, {}, {}};
  for (std::int64_t i = 6; i < numbers.numel(); ++i) state.sums.push_back(std::bit_cast<double>(n[i]));
  state.weights = part(all, "weights.");
  state.optimiser = part(all, "optimiser.");
  state.average = part(all, "average.");
  return state;
}

}  // namespace ser
