// liblinear, loaded when an SVM is trained.
#pragma once

#include <linear.h>

namespace ser {

/// Its functions that are used here, under the types of its own header.
struct Liblinear {
  decltype(&::train) train;
  decltype(&::check_parameter) check_parameter;
  decltype(&::free_and_destroy_model) free_model;
  decltype(&::set_print_string_function) set_print_function;
};

/// Throws Error when the library cannot be loaded.
const Liblinear& liblinear();

}  // namespace ser
