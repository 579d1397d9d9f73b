// Entry of the programs into this room: experiment/network_cell.h.
#include <ser/base/error.h>
#include <ser/base/memory.h>
#include <ser/base/text.h>
#include <ser/experiment/network_cell.h>
#include <ser/train/trainer.h>

#include <algorithm>

namespace ser {
namespace {

void add_rows(NetworkCellResult& result, Trainer& trainer, const NetworkCell& cell, Part part) {
  const std::vector<std::size_t> rows = cell.data.rows(cell.fold, part);
  if (rows.empty()) return;
  const Evaluated evaluated = trainer.evaluate(rows);
  at::Tensor outputs = evaluated.outputs;
  if (cell.config.network.task != "dimensions") outputs = outputs.to(at::kDouble).softmax(1).to(at::kFloat);
  outputs = outputs.contiguous();
  std::vector<NetworkCellResult::Row> found;
  for (std::size_t i = 0; i < evaluated.rows.size(); ++i) {
    const float* const values = outputs.const_data_ptr<float>() + static_cast<std::int64_t>(i) * outputs.size(1);
    found.push_back({evaluated.rows[i], part, {values, values + outputs.size(1)}});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.row < b.row; });
  std::move(found.begin(), found.end(), std::back_inserter(result.rows));
}

/// A few clips of the training part, short ones, for the bundle's self-test.
std::vector<Matrix> samples(const NetworkCell& cell) {
  std::vector<std::size_t> rows = cell.data.rows(cell.fold, Part::train);
  std::stable_sort(rows.begin(), rows.end(),
                   [&](std::size_t a, std::size_t b) { return cell.clips.seconds(a) < cell.clips.seconds(b); });
  std::vector<Matrix> clips;
  for (std::size_t i = 0; i < std::min<std::size_t>(2, rows.size()); ++i) clips.push_back(cell.clips.read(rows[i]));
  return clips;
}

void train(const NetworkCell& cell, NetworkCellResult& result) {
  if (cell.data.rows(cell.fold, Part::test).empty())
    throw_error<DataError>("fold {}: the test part has no utterance with features", cell.fold.name);
  Trainer trainer(cell);
  trainer.run();
  Network& network = trainer.network();
  const TrainingState& state = trainer.state();
  result.notes.push_back(
      state.best_epoch >= 0 && cell.config.training.select == "best"
          ? fmt::format("best of {} epochs on dev: {} ({:.4f})", state.epoch, state.best_epoch + 1, state.best_score)
          : fmt::format("{} epochs, the last is kept", state.epoch));
  std::int64_t trained = 0, all = 0;
  for (const at::Tensor& parameter : network.parameters()) {
    all += parameter.numel();
    if (parameter.requires_grad()) trained += parameter.numel();
  }
  result.notes.push_back(fmt::format("{} parameters, {} of them trained", all, trained));
  if (const std::vector<double> shares = network.layer_shares(); !shares.empty()) {
    std::vector<std::string> texts;
    for (const double share : shares) texts.push_back(fmt::format("{:.3f}", share));
    result.notes.push_back("weights of the layers: " + join(texts, " "));
  }
  if (const auto [copies, rows] = trainer.loader().usable_copies(); cell.copies)
    result.notes.push_back(
        fmt::format("{} of {} copies could be taken, of {} of the clips", copies, cell.copies->size(), rows));
  if (trainer.objective().wants_scales()) {
    std::vector<std::string> factors;
    const std::vector<std::string> names = trainer.objective().names();
    for (std::size_t k = 0; k < names.size(); ++k)
      factors.push_back(fmt::format("{} {:.4g}", names[k], trainer.objective().factors()[k]));
    result.notes.push_back("the terms of the loss are multiplied by: " + join(factors, ", "));
  }
  add_rows(result, trainer, cell, Part::dev);
  add_rows(result, trainer, cell, Part::test);
  write_network_bundle(network, cell.config.network, cell.description, samples(cell), cell.folder / "bundle");
}

}  // namespace
}  // namespace ser

extern "C" void ser_train_network(const ser::NetworkCell& cell, ser::NetworkCellResult& result) {
  ser::keep_freed_memory();
  ser::train(cell, result);
}
