// Log-mel spectra and MFCC after the conventions of Kaldi and librosa.
#pragma once

#include <ser/audio/waveform.h>
#include <ser/base/matrix.h>
#include <ser/config/option_table.h>
#include <ser/features/fft.h>
#include <ser/features/framing.h>
#include <ser/features/mel.h>

#include <string>
#include <vector>

namespace ser {

/// Defaults are Kaldi's (dither 0). The presets of librosa are in feature_set.cpp.
struct LogMelOptions {
  std::string framing = "snip";
  double frame_length_seconds = 0.025;
  double frame_shift_seconds = 0.010;
  int frame_length_samples = 0;  ///< > 0: instead of the seconds
  int frame_shift_samples = 0;
  int fft_length = 0;  ///< 0: next power of two of the frame length
  std::string window = "povey";
  double sample_scale = 32768;  ///< samples in [-1, 1] are multiplied by it
  bool remove_dc = true;        ///< subtract each frame's mean
  double preemphasis = 0.97;
  int spectrum_power = 2;
  MelBankOptions mel;
  std::string logarithm = "ln";               ///< ln | db (10 log10) | none
  double log_floor = 1.1920928955078125e-07;  ///< smallest argument of the logarithm
  double top_db = 0;                          ///< > 0: clip-wise floor this far below the clip's maximum (librosa)
  bool energy = false;                        ///< log energy of the frame (before pre-emphasis) as column 0
};

void describe_options(OptionTable& table, LogMelOptions& options);

/// MFCC: orthonormal DCT-II of the log-mel bands, liftered.
struct MfccOptions {
  LogMelOptions logmel;
  int num_ceps = 13;
  double lifter = 22;    ///< Q in 1 + Q/2 sin(pi n / Q); 0: off
  int lifter_first = 0;  ///< n of the first coefficient: 0 in Kaldi, 1 in librosa
  bool energy = true;    ///< coefficient 0 is replaced by the log energy
  int delta_order = 2;   ///< 0: static only; 1: with deltas; 2: with double deltas
  int delta_window = 2;  ///< frames to each side
};

void describe_options(OptionTable& table, MfccOptions& options);

/// Log-mel spectra of one sample rate; holds all working memory, so one object per thread.
class LogMelExtractor {
 public:
  /// Throws UsageError for options that do not fit the sample rate.
  LogMelExtractor(const LogMelOptions& options, int rate_hz);
  /// [frames, num_mels (+ 1 with energy)]. Throws DataError when the clip is too short for one frame.
  Matrix compute(const Waveform& wave);
  double frame_shift_seconds() const;
  std::size_t columns() const { return bank_.size() + (options_.energy ? 1 : 0); }

 private:
  float prepare_frame();  // from frame_ to padded_; returns the log energy
  LogMelOptions options_;
  int rate_hz_;
  Framing framing_;
  std::size_t window_offset_ = 0, window_length_;
  std::vector<float> window_;
  RealFft fft_;
  MelBank bank_;
  std::vector<float> frame_, padded_, power_;
  std::vector<std::complex<float>> spectrum_;
};

class MfccExtractor {
 public:
  MfccExtractor(const MfccOptions& options, int rate_hz);
  /// [frames, num_ceps * (1 + delta_order)]. Throws DataError when the clip is too short for one frame.
  Matrix compute(const Waveform& wave);
  double frame_shift_seconds() const { return logmel_.frame_shift_seconds(); }

 private:
  MfccOptions options_;
  LogMelExtractor logmel_;
  Matrix transform_;  // [num_ceps, num_mels], liftered
};

/// Appends deltas to static features, [frames, n] to [frames, n * (1 + order)]. Kaldi's add-deltas: the filter of each
/// order is the one before convolved with [-w..w] / (2 sum i^2), applied to the static features, edge frames repeated.
Matrix add_deltas(const Matrix& features, int order, int window);

}  // namespace ser
