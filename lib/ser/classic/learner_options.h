// The options of all learners side by side, for programs: --logreg.c, --svm.tolerance, --mlp.hidden ...
#pragma once

#include <ser/classic/logreg.h>
#include <ser/classic/mlp_options.h>
#include <ser/classic/svm.h>

namespace ser {

struct LearnerOptions {
  LogregOptions logreg;
  SvmOptions svm;
  MlpOptions mlp;
};
/// Sections "logreg.", "svm.", "mlp.".
void describe_options(OptionTable& table, LearnerOptions& options);

/// A learner with its section of the options. Throws UsageError for an unknown name.
std::unique_ptr<Learner> make_learner(const std::string& name, const LearnerOptions& options);

}  // namespace ser
