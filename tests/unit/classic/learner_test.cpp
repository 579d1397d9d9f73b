#include <ser/base/error.h>
#include <ser/classic/learner_options.h>

#include <catch2/catch.hpp>

using namespace ser;

TEST_CASE("learners are found by name", "[classic]") {
  CHECK(learner_names() == std::vector<std::string>{"logreg", "mlp", "svm"});
  CHECK(make_learner("svm")->name() == "svm");
  CHECK_THROWS_WITH(make_learner("logrek"), Catch::Contains("logreg"));
  CHECK_THROWS_AS(make_learner("logrek"), UsageError);
}

TEST_CASE("options of all learners are known without LibTorch and reach the learner", "[classic]") {
  LearnerOptions options;
  OptionTable table;
  describe_options(table, options);
  CHECK(table.find("mlp.hidden") != nullptr);
  table.assign("logreg.c", {"0.25"});
  table.assign("logreg.class_weight", {"none"});
  const auto learner = make_learner("logreg", options);
  OptionTable own;
  learner->describe(own);
  CHECK(own.find("c")->values() == std::vector<std::string>{"0.25"});
  CHECK(own.find("class_weight")->values() == std::vector<std::string>{"none"});
  CHECK_THROWS_AS(set_learner_option(*learner, "c", {"-1"}), UsageError);
  CHECK_THROWS_AS(set_learner_option(*learner, "gamma", {"1"}), UsageError);
}
