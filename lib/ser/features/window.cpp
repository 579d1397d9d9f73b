#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/features/window.h>

#include <cmath>
#include <numbers>

namespace ser {

std::vector<std::string> window_names() {
  return {"povey", "hamming", "hanning", "hann", "blackman", "gauss", "rectangular"};
}

std::vector<float> make_window(const std::string& name, std::size_t length) {
  const double step = 2 * std::numbers::pi / static_cast<double>(name == "hann" || length < 2 ? length : length - 1);
  std::vector<float> window(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double angle = step * static_cast<double>(i);
    double value = 1;
    if (name == "povey")
      value = std::pow(0.5 - 0.5 * std::cos(angle), 0.85);
    else if (name == "hamming")
      value = 0.54 - 0.46 * std::cos(angle);
    else if (name == "hanning" || name == "hann")
      value = 0.5 - 0.5 * std::cos(angle);
    else if (name == "blackman")
      value = 0.42 - 0.5 * std::cos(angle) + 0.08 * std::cos(2 * angle);
    else if (name == "gauss") {
      const double half = static_cast<double>(length - 1) / 2, deviation = 0.4 * half;
      const double distance = deviation > 0 ? (static_cast<double>(i) - half) / deviation : 0;
      value = std::exp(-0.5 * distance * distance);
    } else if (name != "rectangular")
      throw_error<UsageError>("unknown window '{}'{}", name, suggestion(name, window_names()));
    window[i] = static_cast<float>(value);
  }
  return window;
}

}  // namespace ser
