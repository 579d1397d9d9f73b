// Log-mel frames of an audio file, computed by the installed library.
#include <ser/audio/reader.h>
#include <ser/base/error.h>
#include <ser/base/version.h>
#include <ser/features/feature_set.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    const ser::Waveform wave = ser::read_audio(argv[1]);
    for (const ser::FeatureSetEntry& entry : ser::feature_sets()) {
      if (entry.name != "logmel") continue;
      const ser::Matrix frames = entry.make()->make_extractor(ser::FeatureLevel::lld, wave.rate_hz)->compute(wave);
      std::printf("ser %s: %zu frames of %zu mel bands in %.2f s\n", ser::build_info().version.c_str(), frames.rows,
                  frames.columns, wave.seconds());
      return 0;
    }
    throw ser::UsageError("no feature set logmel");
  } catch (const ser::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.exit_code());
  }
}
