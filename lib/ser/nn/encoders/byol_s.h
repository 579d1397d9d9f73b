// BYOL-S (N. Scheidwasser-Clow et al., ICASSP 2022; G. Elbanna et al., HEAR 2021): a small convolutional encoder of
// log-mel spectra.
#pragma once

#include <ser/nn/encoders/encoder.h>

namespace ser {

struct ByolSOptions {
  double mean = -4.99, deviation = 3.14;  ///< of CREMA-D; RAVDESS -10.32 and 5.00, EmoDB -2.69 and 4.10
};

/// One hidden state: [batch, frames, 512], a frame every 80 ms.
std::shared_ptr<Encoder> make_byol_s(const ByolSOptions& options);

}  // namespace ser
