// Makers of the steps for the registry in augmenter.cpp; each is defined in the file of its step.
#pragma once

#include <ser/augment/step.h>

#include <memory>

namespace ser {

std::unique_ptr<AugmentStep> make_speed_step();
std::unique_ptr<AugmentStep> make_pitch_step();
std::unique_ptr<AugmentStep> make_bandlimit_step();
std::unique_ptr<AugmentStep> make_room_step();
std::unique_ptr<AugmentStep> make_noise_step();
std::unique_ptr<AugmentStep> make_white_noise_step();
std::unique_ptr<AugmentStep> make_gain_step();
std::unique_ptr<AugmentStep> make_polarity_step();
std::unique_ptr<AugmentStep> make_shift_step();

}  // namespace ser
