// The worked numbers of the method card (papers/em2ldl.md, section 11).
#include <ser/base/error.h>
#include <ser/eval/distribution_figures.h>
#include <ser/eval/evaluation.h>
#include <support/files.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace ser;
using Catch::Matchers::Contains;

namespace {

void check(const DistributionScores& s, double chebyshev, double clark, double canberra, double kl, double cosine,
           double intersection) {
  CHECK(s.chebyshev == Approx(chebyshev).margin(5e-7));
  CHECK(s.clark == Approx(clark).margin(5e-7));
  CHECK(s.canberra == Approx(canberra).margin(5e-7));
  CHECK(s.kullback_leibler == Approx(kl).margin(5e-7));
  CHECK(s.cosine == Approx(cosine).margin(5e-7));
  CHECK(s.intersection == Approx(intersection).margin(5e-7));
}

PredictionTable read(const std::string& text) {
  const test::TemporaryFolder folder;
  write_file(folder / "p.tsv", text);
  return read_predictions(folder / "p.tsv");
}

}  // namespace

TEST_CASE("The worked example of the card", "[eval][distributions]") {
  const std::vector<double> u{0.5, 0.3, 0.2, 0}, v{0.4, 0.4, 0.1, 0.1};
  check(distribution_scores(u, v), 0.1, 1.069516, 1.587302, 0.163897, 0.945905, 0.8);
  CHECK(distribution_scores(v, u).kullback_leibler == Approx(3.330608).margin(5e-7));
  CHECK(distribution_scores(std::vector<double>{1, 0, 0, 0}, v).kullback_leibler == Approx(-std::log(0.4)));
}

TEST_CASE("A distribution agrees with itself, zeros included", "[eval][distributions]") {
  const std::vector<double> u{0.75, 0, 0.25, 0};
  check(distribution_scores(u, u), 0, 0, 0, 0, 1, 1);
}

TEST_CASE("A sure rater against equal probabilities of 32 classes", "[eval][distributions]") {
  std::vector<double> u(32), v(32, 1.0 / 32);
  u[7] = 1;
  check(distribution_scores(u, v), 0.968750, 5.646456, 31.939394, std::log(32.0), 1 / std::sqrt(32.0), 0.031250);
}

TEST_CASE("The order of the classes does not matter", "[eval][distributions]") {
  const std::vector<double> u{0.5, 0.3, 0.2, 0}, v{0.4, 0.4, 0.1, 0.1}, pu{0, 0.2, 0.5, 0.3}, pv{0.1, 0.1, 0.4, 0.4};
  const DistributionScores a = distribution_scores(u, v), b = distribution_scores(pu, pv);
  check(b, a.chebyshev, a.clark, a.canberra, a.kullback_leibler, a.cosine, a.intersection);
}

TEST_CASE("Votes are scaled to shares, and the class is the one with most of them", "[eval][distributions]") {
  const PredictionTable table = read(
      "id\tref_a\tref_b\tref_c\tp_a\tp_b\tp_c\n"
      "u\t3\t1\t0\t0.5\t0.5\t0\nv\t2\t2\t0\t0.5\t0.25\t0.25\nw\t\t\t\t0.5\t0.5\t0\n");
  CHECK(table.distributions);
  CHECK(table.rows[0].distribution == std::vector<double>{0.75, 0.25, 0});
  CHECK(table.rows[0].label == "a");
  CHECK(table.rows[1].label.empty());
  CHECK_FALSE(table.rows[2].has_reference());
  REQUIRE(table.notes.size() == 3);
  CHECK_THAT(table.notes[0], Contains("1 of 3 rows have no reference"));
  CHECK_THAT(table.notes[1], Contains("2 of 3 rows have a reference distribution that does not sum to 1"));
  CHECK_THAT(table.notes[2], Contains("two or more most probable reference classes"));
}

TEST_CASE("A table with references of some classes only is refused", "[eval][distributions]") {
  REQUIRE_THROWS_AS(read("id\tref_a\tp_a\tp_b\nu\t1\t0.5\t0.5\n"), DataError);
  REQUIRE_THROWS_WITH(read("id\tref_a\tp_a\tp_b\nu\t1\t0.5\t0.5\n"), Contains("missing: ref_b"));
  REQUIRE_THROWS_WITH(read("id\tref_a\tref_b\tp_a\tp_b\nu\t0\t0\t0.5\t0.5\n"), Contains("p.tsv:2: the reference"));
  REQUIRE_THROWS_WITH(read("id\tref_a\tref_b\tp_a\tp_b\nu\t-1\t2\t0.5\t0.5\n"), Contains("ref_a -1 is negative"));
}

TEST_CASE("A model that repeats the training mean has no skill, and the guard says so", "[eval][distributions]") {
  std::string text = "id\tpart\tspeaker\tref_a\tref_b\tref_c\tp_a\tp_b\tp_c\n";
  for (int i = 0; i < 40; ++i) {
    const std::string votes = i % 2 == 0 ? "3\t1\t0" : "1\t2\t1";
    text += "t" + std::to_string(i) + "\ttrain\tx\t" + votes + "\t0.4\t0.3\t0.3\n";
    text += "u" + std::to_string(i) + "\ttest\ts" + std::to_string(i % 8) + "\t" + votes + "\t0.5\t0.375\t0.125\n";
  }
  const Task task = evaluate(read(text), {}, "x").tasks.at(0);
  CHECK(task.baseline_from_training);
  CHECK(task.figure("kl")->gain == Approx(0).margin(1e-12));
  CHECK(task.figure("kl")->skill == Approx(0).margin(1e-12));
  CHECK(std::any_of(task.notes.begin(), task.notes.end(), [](const Note& note) {
    return note.check == "gain-over-constant" && note.kind == Note::Kind::warning;
  }));
  CHECK(std::any_of(task.notes.begin(), task.notes.end(), [](const Note& note) {
    return note.check == "probability-spread" && note.kind == Note::Kind::warning;
  }));
}
