#include <ser/base/module.h>
#include <ser/experiment/network_cell.h>

namespace ser {

NetworkCellResult train_network(const NetworkCell& cell) {
  using Train = void(const NetworkCell&, NetworkCellResult&);
  NetworkCellResult result;
  reinterpret_cast<Train*>(tensor_module_symbol("ser_train_network"))(cell, result);
  return result;
}

int encoder_rate_hz(const std::filesystem::path& model) {
  using Rate = int(const std::filesystem::path&);
  return reinterpret_cast<Rate*>(tensor_module_symbol("ser_encoder_rate_hz"))(model);
}

}  // namespace ser
