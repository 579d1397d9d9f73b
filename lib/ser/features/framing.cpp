#include <ser/features/framing.h>

#include <algorithm>

namespace ser {

std::size_t Framing::count(std::size_t samples) const {
  if (convention == "reflect") return samples == 0 ? 0 : (samples + shift / 2) / shift;
  if (convention == "center") return samples == 0 ? 0 : 1 + samples / shift;
  return samples < length ? 0 : 1 + (samples - length) / shift;
}

void Framing::copy(std::span<const float> signal, std::size_t t, std::span<float> out) const {
  const auto samples = static_cast<std::ptrdiff_t>(signal.size());
  auto first = static_cast<std::ptrdiff_t>(t * shift);
  if (convention == "reflect")
    first += static_cast<std::ptrdiff_t>(shift / 2) - static_cast<std::ptrdiff_t>(length / 2);
  if (convention == "center") first -= static_cast<std::ptrdiff_t>(length / 2);
  const auto wanted = static_cast<std::ptrdiff_t>(length);
  if (first >= 0 && first + wanted <= samples) {
    std::copy_n(signal.data() + first, wanted, out.data());
    return;
  }
  for (std::ptrdiff_t i = 0; i < wanted; ++i) {
    std::ptrdiff_t at = first + i;
    if (convention == "reflect")
      while (at < 0 || at >= samples) at = at < 0 ? -1 - at : 2 * samples - 1 - at;
    out[static_cast<std::size_t>(i)] = at < 0 || at >= samples ? 0.f : signal[static_cast<std::size_t>(at)];
  }
}

}  // namespace ser
