// eGeMAPSv02 against openSMILE on real recordings, where SER_CORPORA says they are.
#include <ser/features/egemaps.h>
#include <support/agreement.h>
#include <support/real_cases.h>

#include <catch2/catch.hpp>

using namespace ser;
using namespace ser::test;

namespace {

/// Means of a cepstral coefficient are close to 0 in some files.
double limit_of(const std::string& column) { return column.starts_with("mfcc") ? 3e-4 : 1e-4; }

}  // namespace

TEST_CASE("Real recordings agree with openSMILE", "[features][corpora]") {
  const auto corpora = test::corpora();
  if (!corpora) {
    WARN("skipped: SER_CORPORA is not set");
    return;
  }
  const Matrix functionals = test::read_npy(golden("egemaps/functionals.npy"));
  const Matrix lld = test::read_npy(golden("egemaps/lld.npy"));
  const auto names = egemaps_functional_names(), lld_names = egemaps_lld_names();
  const test::TemporaryFolder folder;
  const auto cases = real_cases();
  REQUIRE(cases.size() >= 60);
  REQUIRE(functionals.rows == cases.size());
  std::vector<double> formant_errors;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Waveform wave = read_case(*corpora, cases[i], folder);
    const EgemapsContours contours = EgemapsDescriptors(wave.rate_hz).compute(wave);
    const std::vector<float> ours = egemaps_functionals(contours);
    INFO(cases[i].file << " at " << wave.rate_hz << " Hz");
    for (std::size_t j = 0; j < names.size(); ++j) {
      const double reference = static_cast<double>(functionals(i, j));
      const double error = errors({&ours[j], 1}, {&reference, 1}, 1e-3)[0];
      if (of_formants(names[j])) {
        formant_errors.push_back(error);
        continue;
      }
      INFO(names[j]);
      CHECK(error < limit_of(names[j]));
    }
    if (cases[i].rows == 0) continue;
    const Matrix table = egemaps_lld_table(contours);
    REQUIRE(static_cast<long long>(table.rows) == cases[i].rows);
    for (std::size_t d = 0; d < lld_names.size(); ++d) {
      const std::vector<double> reference = reference_frames(lld, cases[i], d);
      INFO(lld_names[d]);
      const auto error = errors(column_of(table, d), reference, 1e-3 * largest_magnitude(reference));
      CHECK(quantile(error, 0.999) < 3e-4);
    }
  }
  CHECK(quantile(formant_errors, 0.95) < 2e-7);
  CHECK(quantile(formant_errors, 1) < 2e-6);
}
