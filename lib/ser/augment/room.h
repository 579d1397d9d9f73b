#pragma once

#include <span>
#include <vector>

namespace ser {

/// The clip as heard in a room: convolved with its impulse response, by FFT in blocks. The response's largest sample
/// (the direct path) stays at the time it had, so that the speech does not move; the length is kept, and so is the mean
/// power (the response's own level says how it was recorded, not how loud the speaker is). A silent clip stays as it
/// is. Throws DataError for a response that is empty or silent.
std::vector<float> reverberate(std::span<const float> clip, std::span<const float> response);

}  // namespace ser
