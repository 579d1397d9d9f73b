#include <ser/experiment/learner_config.h>

namespace ser {

void describe_options(OptionTable& table, LearnerConfig& config) {
  std::vector<std::string> names = learner_names();
  names.push_back("network");
  table
      .add("learner", config.name,
           "of one vector per utterance: logreg (multinomial logistic regression), svm (linear SVM), mlp (multilayer "
           "perceptron); of frames or audio: network")
      .choices(names);
  describe_options(table, config.options);
  describe_options(table, config.network);
}

bool uses_dev(const LearnerConfig& config) {
  if (!config.is_network()) return config.make()->uses_dev();
  return config.network.training.select == "best" || config.network.training.patience > 0;
}

}  // namespace ser
