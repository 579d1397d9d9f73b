// Frequency bands as ranges of bins of a magnitude or power spectrum.
#pragma once

#include <cstddef>
#include <span>

namespace ser {

/// First bin at or above a frequency, and first bin above it; `bins` where there is none.
std::size_t bin_from(double hz, std::size_t bins, double spacing_hz);
std::size_t bin_above(double hz, std::size_t bins, double spacing_hz);

/// The bins of a band from low_hz to high_hz, bin k at k * spacing_hz. The end bins are weighted by how much of the
/// space to their inner neighbour lies inside; openSMILE's rule, by which a weight of 0 counts as 1.
struct SpectralBand {
  SpectralBand(double low_hz, double high_hz, std::size_t bins, double spacing_hz);
  std::size_t first, last;
  double first_weight, last_weight;
};

/// Root mean square difference of two spectra of the same size.
float magnitude_flux(std::span<const float> magnitude, std::span<const float> previous);

}  // namespace ser
