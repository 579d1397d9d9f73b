#include <ser/nn/mlp.h>

/// Called through tensor_module_symbol(); the caller owns the learner.
extern "C" ser::Learner* ser_make_mlp_learner() { return new ser::Mlp; }
