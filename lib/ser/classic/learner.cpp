#include <ser/base/module.h>
#include <ser/base/text.h>
#include <ser/classic/logreg.h>
#include <ser/classic/svm.h>

namespace ser {
namespace {

std::unique_ptr<Learner> make_mlp() {
  return std::unique_ptr<Learner>(reinterpret_cast<Learner* (*)()>(tensor_module_symbol("ser_make_mlp_learner"))());
}

}  // namespace

std::map<std::string, LearnerFactory> learner_registry() {
  return {{"logreg", [] { return std::make_unique<LogisticRegression>(); }},
          {"svm", [] { return std::make_unique<LinearSvm>(); }},
          {"mlp", make_mlp}};
}

std::vector<std::string> learner_names() {
  std::vector<std::string> names;
  for (const auto& [name, factory] : learner_registry()) names.push_back(name);
  return names;
}

std::unique_ptr<Learner> make_learner(const std::string& name) {
  const auto registry = learner_registry();
  const auto found = registry.find(name);
  if (found == registry.end())
    throw_error<UsageError>("unknown learner '{}'{}", name, suggestion(name, learner_names()));
  return found->second();
}

void set_learner_option(Learner& learner, const std::string& key, const std::vector<std::string>& values) {
  OptionTable table;
  learner.describe(table);
  table.assign(key, values);
}

}  // namespace ser
