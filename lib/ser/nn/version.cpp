#include <ATen/Version.h>
#include <torch/version.h>

#include <string>

/// For --version: LibTorch as loaded, and the BLAS it was built with.
extern "C" const char* ser_tensor_version() {
  static const std::string text = [] {
    const std::string config = at::show_config();
    const auto at = config.find("BLAS_INFO=");
    const std::string blas =
        at == std::string::npos ? "unknown" : config.substr(at + 10, config.find(',', at) - at - 10);
    return std::string("LibTorch ") + TORCH_VERSION + ", BLAS " + blas;
  }();
  return text.c_str();
}
