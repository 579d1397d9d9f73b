#include <ser/experiment/learner_config.h>

namespace ser {

void describe_options(OptionTable& table, LearnerConfig& config) {
  table
      .add("learner", config.name,
           "logreg: multinomial logistic regression, svm: linear SVM, mlp: multilayer perceptron")
      .choices(learner_names());
  describe_options(table, config.options);
}

}  // namespace ser
