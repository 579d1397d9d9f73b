// ComParE_2016 against openSMILE on real recordings, where SER_CORPORA says they are.
#include <ser/features/compare.h>
#include <support/agreement.h>
#include <support/real_cases.h>

#include <algorithm>
#include <catch2/catch.hpp>

using namespace ser;
using namespace ser::test;

namespace {

std::string functional_of(const std::string& column) { return column.substr(column.rfind('_') + 1); }

double share_within(const std::vector<double>& errors, double limit) {
  const auto within = std::count_if(errors.begin(), errors.end(), [&](double x) { return x <= limit; });
  return static_cast<double>(within) / static_cast<double>(errors.size());
}

/// Errors of all recordings, by how well-conditioned the functional is (specification, section 9).
struct FunctionalErrors {
  std::vector<double> plain, first_predictors, last_predictors;

  void add(const std::string& column, double error) {
    const std::string functional = functional_of(column);
    if (!functional.starts_with("lp"))
      plain.push_back(error);
    else if (functional == "lpgain" || functional == "lpc0" || functional == "lpc1")
      first_predictors.push_back(error);
    else
      last_predictors.push_back(error);
  }
};

}  // namespace

TEST_CASE("ComParE functionals of real recordings agree with openSMILE", "[features][corpora]") {
  const auto corpora = test::corpora();
  if (!corpora) {
    WARN("skipped: SER_CORPORA is not set");
    return;
  }
  const Matrix functionals = test::read_npy(golden("compare/functionals.npy"));
  const auto names = compare_functional_names();
  const auto cases = real_cases();
  const test::TemporaryFolder folder;
  REQUIRE(cases.size() >= 60);
  REQUIRE(functionals.rows == cases.size());
  REQUIRE(functionals.columns == 6373);
  REQUIRE(names.size() == functionals.columns);
  FunctionalErrors pooled;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Waveform wave = read_case(*corpora, cases[i], folder);
    const std::vector<float> ours = compare_functionals(CompareDescriptors(wave.rate_hz).compute(wave));
    INFO(cases[i].file << " at " << wave.rate_hz << " Hz");
    REQUIRE(ours.size() == names.size());
    for (std::size_t j = 0; j < names.size(); ++j) {
      const double reference = static_cast<double>(functionals(i, j));
      pooled.add(names[j], errors({&ours[j], 1}, {&reference, 1}, 1e-3)[0]);
    }
  }
  CHECK(pooled.plain.size() == 5593 * cases.size());
  CHECK(share_within(pooled.plain, 1e-3) >= 0.999);
  CHECK(share_within(pooled.first_predictors, 1e-2) >= 0.995);
  CHECK(share_within(pooled.last_predictors, 2e-2) >= 0.97);
}

TEST_CASE("ComParE descriptors of real recordings agree with openSMILE", "[features][corpora]") {
  const auto corpora = test::corpora();
  if (!corpora) {
    WARN("skipped: SER_CORPORA is not set");
    return;
  }
  const Matrix lld = test::read_npy(golden("compare/lld.npy"));
  const auto names = compare_lld_names();
  const test::TemporaryFolder folder;
  REQUIRE(names.size() == 130);
  REQUIRE(lld.columns == names.size());
  std::vector<std::vector<double>> pooled(names.size());
  for (const Case& one : real_cases()) {
    if (one.rows == 0) continue;
    const Waveform wave = read_case(*corpora, one, folder);
    const Matrix table = compare_lld_table(CompareDescriptors(wave.rate_hz).compute(wave));
    INFO(one.file << " at " << wave.rate_hz << " Hz");
    REQUIRE(static_cast<long long>(table.rows) == one.rows);
    for (std::size_t d = 0; d < names.size(); ++d) {
      const std::vector<double> reference = reference_frames(lld, one, d);
      const auto error = errors(column_of(table, d), reference, 1e-3 * largest_magnitude(reference));
      pooled[d].insert(pooled[d].end(), error.begin(), error.end());
    }
  }
  for (std::size_t d = 0; d < names.size(); ++d) {
    INFO(names[d]);
    CHECK(quantile(pooled[d], 0.999) < 1e-3);
  }
}
