#pragma once

#include <ser/classic/learner_options.h>
#include <ser/network/network_config.h>

#include <memory>
#include <string>

namespace ser {

/// The choice of a learner with the options of all of them: `learner` and one section each; "network" beside those of
/// learner_registry().
struct LearnerConfig {
  std::string name = "logreg";
  LearnerOptions options;
  NetworkConfig network;  ///< of the learner "network", which takes frames or audio instead of vectors

  bool is_network() const { return name == "network"; }
  /// A fresh learner with these options. Loads LibTorch when it is a neural one.
  std::unique_ptr<Learner> make() const { return make_learner(name, options); }
};

void describe_options(OptionTable& table, LearnerConfig& config);

/// Whether training stops, or keeps an epoch, by the dev part.
bool uses_dev(const LearnerConfig& config);

}  // namespace ser
