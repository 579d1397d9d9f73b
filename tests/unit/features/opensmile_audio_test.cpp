// Not a test: the audio of the golden recordings, for tests/golden/make/make_opensmile.py.
#include <fmt/format.h>
#include <support/real_cases.h>

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace ser;
using namespace ser::test;

TEST_CASE("Writes the resampled audio for make_opensmile.py", "[.opensmile-audio]") {
  const char* folder = std::getenv("SER_OPENSMILE_AUDIO");
  const auto corpora = test::corpora();
  if (!folder || !corpora) {
    WARN("skipped: SER_CORPORA and SER_OPENSMILE_AUDIO are not set");
    return;
  }
  const auto cases = real_cases();
  for (std::size_t i = 0; i < cases.size(); ++i)
    if (cases[i].rate_hz > 0)
      write_resampled(*corpora, cases[i], std::filesystem::path(folder) / fmt::format("{:03d}.wav", i));
}
