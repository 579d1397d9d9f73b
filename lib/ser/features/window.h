#pragma once

#include <string>
#include <vector>

namespace ser {

/// Window of `length` samples by name. Symmetric (denominator length - 1): "hamming", "hanning", "povey" (hanning to
/// the power 0.85, Kaldi), "blackman", "gauss" (standard deviation 0.4 of half the length); periodic (denominator
/// length): "hann"; "rectangular". Throws UsageError for another.
std::vector<float> make_window(const std::string& name, std::size_t length);

/// The names above.
std::vector<std::string> window_names();

}  // namespace ser
