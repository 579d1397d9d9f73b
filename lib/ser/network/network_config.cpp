#include <ser/network/network_config.h>

namespace ser {

void describe_options(OptionTable& table, NetworkConfig& config) {
  table.section("network", config.network);
  table.section("loss", config.loss);
  table.section("training", config.training);
}

}  // namespace ser
