#include <ser/classic/learner_options.h>

namespace ser {

void describe_options(OptionTable& table, LearnerOptions& options) {
  table.section("logreg", options.logreg);
  table.section("svm", options.svm);
  table.section("mlp", options.mlp);
}

std::unique_ptr<Learner> make_learner(const std::string& name, const LearnerOptions& options) {
  std::unique_ptr<Learner> learner = make_learner(name);
  LearnerOptions copy = options;
  OptionTable all, own;
  describe_options(all, copy);
  learner->describe(own);
  for (Option& option : own.options()) option.assign(all.find(name + "." + option.key())->values());
  return learner;
}

}  // namespace ser
