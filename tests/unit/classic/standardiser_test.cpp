#include <ser/base/error.h>
#include <ser/classic/standardiser.h>

#include <catch2/catch.hpp>

#include "golden.h"

using namespace ser;

TEST_CASE("training statistics are scikit-learn's, constant columns too", "[classic][standardiser]") {
  for (const char* name : {"A", "B", "C"}) {
    const auto expected = golden::numbers(std::string("scaler_") + name + ".tsv", 1);
    Matrix x = golden::data(name).x;
    Standardiser standardiser;
    standardiser.fit(x);
    for (std::size_t j = 0; j < x.columns; ++j) {
      INFO(name << " column " << j);
      CHECK(standardiser.statistics().mean[j] == Approx(expected[0][j]).epsilon(1e-12).margin(1e-12));
      CHECK(standardiser.statistics().scale[j] == Approx(expected[1][j]).epsilon(1e-12));
    }
  }
  Matrix b = golden::data("B").x;
  Standardiser standardiser;
  standardiser.fit(b);
  standardiser.apply(b);
  CHECK(b(0, 7) == 0);
}

TEST_CASE("a column of large equal values is constant", "[classic][standardiser]") {
  Matrix x(3, 1);
  x.values = {1e8F, 1e8F, 1e8F};
  Standardiser standardiser;
  standardiser.fit(x);
  CHECK(standardiser.statistics().scale[0] == 1);
}

TEST_CASE("group modes give every group mean 0 and deviation 1 of its own", "[classic][standardiser]") {
  Matrix x(5, 1);
  x.values = {1, 10, 3, 30, 7};
  const std::vector<std::string> speakers{"a", "b", "a", "b", "c"};
  Standardiser standardiser(Standardisation::per_speaker);
  CHECK(standardiser.needs_groups());
  standardiser.apply(x, speakers);
  CHECK(x.values == std::vector<float>{-1, -1, 1, 1, 0});
  CHECK_THROWS_AS(standardiser.apply(x), DataError);
  const std::vector<std::string> unknown{"a", "", "a", "b", "c"};
  CHECK_THROWS_WITH(standardiser.apply(x, unknown), Catch::Contains("row 1"));
}

TEST_CASE("a standardiser survives saving", "[classic][standardiser]") {
  Matrix x = golden::data("A").x, y = x;
  for (const std::string& name : standardisation_names()) {
    Standardiser standardiser(parse_standardisation(name));
    standardiser.fit(x);
    const Standardiser loaded = Standardiser::load(standardiser.save());
    CHECK(to_string(loaded.mode()) == name);
    CHECK(loaded.statistics().mean == standardiser.statistics().mean);
    CHECK(loaded.statistics().scale == standardiser.statistics().scale);
    CHECK((loaded.save().size() == 1) == (name != "train"));
  }
  CHECK_THROWS_AS(parse_standardisation("per-speeker"), UsageError);
  CHECK_THROWS_AS(Standardiser::load({}), DataError);
  Standardiser fitted;
  fitted.fit(x);
  Matrix narrow(2, 3);
  CHECK_THROWS_AS(fitted.apply(narrow), DataError);
}
