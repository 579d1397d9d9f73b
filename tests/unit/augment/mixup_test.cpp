#include <ser/augment/mixup_methods.h>
#include <ser/base/error.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "support.h"

using namespace ser;
using namespace ser::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

// The card's example: a clip of eight samples, and a partner's piece that is laid over samples 2 and 3.
const std::vector<float> clip{1, -1, 1, -1, 1, -1, 1, -1};
const std::vector<float> piece{2, 0};

MixupOptions always(const std::string& method = "eam") {
  MixupOptions options;
  options.probability = 1;
  options.method = method;
  return options;
}

/// A drawn parameter as a number.
double drawn(const MixedWave& mixed, const std::string& name) {
  for (const auto& [key, value] : mixed.parameters)
    if (key == name) return *parse_double(value);
  FAIL("no parameter " << name << " in " << draws_text({{"mixup", mixed.parameters}}));
  return 0;
}

Waveform noise_of(std::size_t length, std::uint64_t seed) { return white(static_cast<double>(length) / 16000, seed); }

}  // namespace

TEST_CASE("a piece is scaled to the ratio of mean powers", "[augment][mixup]") {
  const std::vector<float> own{1, -1};
  CHECK(*overlay_scale(own, piece, 0) == Approx(0.707107).margin(5e-7));
  CHECK(*overlay_scale(own, piece, -5) == Approx(1.257433).margin(5e-7));
  CHECK(*overlay_scale(own, piece, 10) == Approx(0.223607).margin(5e-7));
  // Scaled partners in double, before they are added to samples that are float.
  CHECK(*overlay_scale(own, piece, 0) * 2 == Approx(1.414214).margin(5e-7));
  CHECK(*overlay_scale(own, piece, -5) * 2 == Approx(2.514867).margin(5e-7));
  CHECK(*overlay_scale(own, piece, 10) * 2 == Approx(0.447214).margin(5e-7));
  for (const double snr_db : {-5.0, 0.0, 4.1017, 10.0}) {
    const double scale = *overlay_scale(own, piece, snr_db);
    CHECK(10 * std::log10(mean_power(own) / (scale * scale * mean_power(piece))) == Approx(snr_db).margin(1e-9));
  }
  CHECK_THROWS_AS(overlay_scale(clip, piece, 0), UsageError);
}

TEST_CASE("a piece is laid over the clip and nothing else changes", "[augment][mixup]") {
  const std::map<double, double> shares{{0, 0.125}, {-5, 0.189937}, {10, 0.022727}};
  for (const auto& [snr_db, share] : shares) {
    std::vector<float> mixed = clip;
    const double scale = *overlay_at_snr(mixed, 2, piece, snr_db);
    for (std::size_t t = 0; t < clip.size(); ++t)
      if (t != 2) CHECK(mixed[t] == clip[t]);
    CHECK(mixed[2] == Approx(1 + 2 * scale).margin(1e-6));
    CHECK(overlay_share(2, 8, snr_db) == Approx(share).margin(5e-7));
  }
  std::vector<float> mixed = clip;
  CHECK_THROWS_AS(overlay_at_snr(mixed, 7, piece, 0), UsageError);
  CHECK_THROWS_AS(overlay_at_snr(mixed, 9, {}, 0), UsageError);
  CHECK(mixed == clip);
}

TEST_CASE("the partner's share follows from ratio and length, not from the audio", "[augment][mixup]") {
  const std::map<double, std::vector<double>> table{{-5, {0.075975, 0.189937, 0.379873}},
                                                    {0, {0.05, 0.125, 0.25}},
                                                    {5, {0.024025, 0.060063, 0.120127}},
                                                    {10, {0.009091, 0.022727, 0.045455}}};
  for (const auto& [snr_db, shares] : table) {
    CHECK(overlay_share(10, 100, snr_db) == Approx(shares[0]).margin(5e-7));
    CHECK(overlay_share(25, 100, snr_db) == Approx(shares[1]).margin(5e-7));
    CHECK(overlay_share(50, 100, snr_db) == Approx(shares[2]).margin(5e-7));
  }
  // The share of the energy alone, and the example of the paper's figure.
  CHECK(overlay_share(1, 1, -5) == Approx(0.759747).margin(5e-7));
  CHECK(overlay_share(1, 1, 10) == Approx(0.090909).margin(5e-7));
  CHECK(overlay_share(50, 100, 4.1017) == Approx(0.14).margin(5e-6));
}

TEST_CASE("energy-adaptive mixup over 10,000 draws", "[augment][mixup]") {
  const Mixup mixup(always());
  const std::vector<double> anger{1, 0, 0, 0}, sadness{0, 0, 0, 1};
  const Waveform longest_own = noise_of(400, 1), longest_partner = noise_of(600, 2);
  double sum_of_shares = 0, least_snr = 99, most_snr = -99;
  int failures = 0, short_partners = 0;
  const auto require = [&](bool holds) { failures += !holds; };
  for (std::uint64_t epoch = 0; epoch < 10000; ++epoch) {
    const AugmentKey key{7, epoch, "a"};
    Waveform own = longest_own, partner = longest_partner;
    if (epoch % 2 == 1) {  // even epochs: a fixed length, for the mean; odd ones: any, from 3 samples on
      own.samples.resize(3 + epoch % 397);
      partner.samples.resize(1 + epoch % 600);
    }
    const MixedWave mixed = mixup.mix(own, partner, key);
    const auto length = static_cast<std::size_t>(drawn(mixed, "length_samples"));
    const auto begin = static_cast<std::size_t>(drawn(mixed, "begin_samples"));
    const auto partner_begin = static_cast<std::size_t>(drawn(mixed, "partner_begin_samples"));
    const double snr_db = drawn(mixed, "snr_db"), share = mixed.partner_share;
    require(length >= 1 && 2 * length < own.samples.size() && length <= partner.samples.size());
    require(begin + length <= own.samples.size() && partner_begin + length <= partner.samples.size());
    require(snr_db >= -5 && snr_db <= 10);
    require(share > 0 && share < 0.379873);
    require(std::abs(share - overlay_share(length, own.samples.size(), snr_db)) < 1e-6);  // snr_db has six digits
    require(std::abs(share - drawn(mixed, "partner_share")) < 1e-9);

    const std::vector<double> label = mixed_label(anger, sadness, share);
    require(std::abs(std::accumulate(label.begin(), label.end(), 0.0) - 1) < 1e-12);
    require(std::max_element(label.begin(), label.end()) == label.begin());

    require(mixed.wave.samples.size() == own.samples.size());
    std::vector<float> added;
    for (std::size_t t = 0; t < own.samples.size(); ++t)
      if (t >= begin && t < begin + length)
        added.push_back(mixed.wave.samples[t] - own.samples[t]);
      else
        require(mixed.wave.samples[t] == own.samples[t]);
    // Samples are float: what was added is known to a few 1e-8 of samples around 0.1.
    const double own_power = mean_power(std::span(own.samples).subspan(begin, length));
    if (own_power > 1e-4 && mean_power(added) > 1e-4)
      require(std::abs(10 * std::log10(own_power / mean_power(added)) - snr_db) < 1e-3);

    require(mixup.mix(own, partner, key).wave.samples == mixed.wave.samples);
    for (float& x : partner.samples) x *= -8;  // a power of two, so that no bit is lost
    const MixedWave louder = mixup.mix(own, partner, key);
    require(louder.partner_share == share && louder.parameters == mixed.parameters);

    short_partners += length == partner.samples.size();
    least_snr = std::min(least_snr, snr_db), most_snr = std::max(most_snr, snr_db);
    if (epoch % 2 == 0) sum_of_shares += share;
  }
  CHECK(failures == 0);
  CHECK(short_partners > 100);
  CHECK(least_snr < -4.98);
  CHECK(most_snr > 9.98);
  CHECK(sum_of_shares / 5000 == Approx(0.0963).margin(0.004));
}

TEST_CASE("a partner that is 100 dB below leaves wave and label", "[augment][mixup]") {
  MixupOptions options = always();
  options.snr_db = {100};
  const Waveform own = noise_of(4000, 3), partner = noise_of(3000, 4);
  const MixedWave mixed = Mixup(options).mix(own, partner, {0, 0, "a"});
  for (std::size_t t = 0; t < own.samples.size(); ++t)
    if (!(std::abs(mixed.wave.samples[t] - own.samples[t]) < 1e-4f)) FAIL("sample " << t);
  CHECK(mixed.partner_share < 1e-4);
  CHECK(mixed_label(std::vector<double>{1, 0}, std::vector<double>{0, 1}, mixed.partner_share)[0] ==
        Approx(1).margin(1e-4));
  options.snr_db = {0};
  const MixedWave equal = Mixup(options).mix(own, partner, {0, 0, "a"});
  CHECK(drawn(equal, "begin_samples") == drawn(mixed, "begin_samples"));
  CHECK(drawn(equal, "length_samples") == drawn(mixed, "length_samples"));
}

TEST_CASE("clips without three samples or with a silent piece are not mixed", "[augment][mixup]") {
  const Mixup mixup(always());
  const Waveform own = noise_of(100, 5);
  const auto skipped = [&](const Waveform& a, const Waveform& b) {
    const MixedWave mixed = mixup.mix(a, b, {0, 0, "a"});
    CHECK(mixed.partner_share == 0);
    CHECK(mixed.wave.samples == a.samples);
    return draws_text({{"mixup", mixed.parameters}});
  };
  CHECK(skipped(noise_of(2, 1), own) == "mixup skipped=short clip");
  CHECK(skipped({{}, 16000, 16}, own) == "mixup skipped=empty clip");
  CHECK(skipped(own, {{}, 16000, 16}) == "mixup skipped=empty clip");
  CHECK(skipped(own, {std::vector<float>(100), 16000, 16}) == "mixup skipped=silent piece");
  CHECK(skipped({std::vector<float>(100), 16000, 16}, own) == "mixup skipped=silent piece");
  CHECK(mixup.mix(noise_of(3, 1), own, {0, 0, "a"}).partner_share > 0);
  // 1e-5 has a mean square of 1e-10.
  CHECK(overlay_scale(std::vector<float>{1.1e-5f}, std::vector<float>{1.1e-5f}, 0));
  CHECK_FALSE(overlay_scale(std::vector<float>{0.9e-5f}, std::vector<float>{1}, 0));
  CHECK_FALSE(overlay_scale(std::vector<float>{1}, std::vector<float>{0.9e-5f}, 0));
  CHECK_THROWS_WITH(mixup.mix(own, {own.samples, 8000, 16}, {0, 0, "a"}),
                    "a: a clip at 16000 Hz cannot be mixed with one at 8000 Hz");
}

TEST_CASE("labels are mixed class by class", "[augment][mixup]") {
  using Label = std::vector<double>;
  const Label figure = mixed_label(Label{0, 1, 0, 0}, Label{0, 0, 1, 0}, 0.14);
  CHECK(figure == Label{0, 1 - 0.14, 0.14, 0});
  // Two clips of one class: none of its mass is lost, to the last bit.
  for (const double share : {0.1, 0.14, 0.3, 0.37987})
    CHECK(mixed_label(Label{0, 1}, Label{0, 1}, share) == Label{0, 1});
  const Label raters = mixed_label(Label{0.5, 0.5, 0}, Label{0, 0.2, 0.8}, 0.25);
  CHECK(raters[0] == Approx(0.375));
  CHECK(raters[1] == Approx(0.425));
  CHECK(raters[2] == Approx(0.2));
  CHECK_THROWS_AS(mixed_label(Label{1}, Label{0, 1}, 0.1), UsageError);
}

TEST_CASE("label-adaptive mixup: half of each, the shorter one padded with its mean", "[augment][mixup]") {
  CHECK(half_of_each(std::vector<float>{1, 2, 3}, std::vector<float>{5, 7, 9}) == std::vector<float>{3, 4.5, 6});
  CHECK(half_of_each(std::vector<float>{1, 3}, std::vector<float>{2, 4, 6, 8}) == std::vector<float>{1.5, 3.5, 4, 5});
  CHECK(half_of_each(std::vector<float>{2, 4, 6, 8}, std::vector<float>{1, 3}) == std::vector<float>{1.5, 3.5, 4, 5});
  CHECK_THROWS_AS(half_of_each({}, std::vector<float>{1}), UsageError);

  const Mixup mixup(always("lam"));
  const MixedWave shorter = mixup.mix({{1, 3}, 16000, 16}, {{2, 4, 6, 8}, 16000, 16}, {0, 0, "a"});
  CHECK(shorter.wave.samples == std::vector<float>{1.5, 3.5, 4, 5});
  CHECK(shorter.partner_share == Approx(2.0 / 3));
  CHECK(draws_text({{"mixup", shorter.parameters}}) == "mixup partner_share=0.666666667");
  CHECK(mixup.mix({{2, 4, 6, 8}, 16000, 16}, {{1, 3}, 16000, 16}, {0, 0, "a"}).partner_share == Approx(1.0 / 3));
  CHECK(mixup.mix({{1, 2}, 16000, 16}, {{1, 2}, 16000, 16}, {0, 0, "a"}).partner_share == 0.5);
}

TEST_CASE("partners are drawn uniformly from the others, for the share of clips that is mixed", "[augment][mixup]") {
  MixupOptions options;
  CHECK_FALSE(Mixup(options).active());
  CHECK_FALSE(Mixup(options).draw_partner(0, 10, {0, 0, "a"}));
  options.probability = 0.4;
  const Mixup sometimes(options);
  CHECK(sometimes.active());
  std::vector<int> drawn_of(5);
  int mixed = 0;
  for (std::uint64_t epoch = 0; epoch < 5000; ++epoch)
    if (const auto partner = sometimes.draw_partner(2, 5, {3, epoch, "a"})) ++mixed, ++drawn_of[*partner];
  CHECK(mixed == Approx(2000).margin(140));
  CHECK(drawn_of[2] == 0);
  for (const std::size_t other : {0u, 1u, 3u, 4u}) CHECK(drawn_of[other] == Approx(500).margin(80));

  const Mixup each(always());
  CHECK_FALSE(each.draw_partner(0, 1, {0, 0, "a"}));
  CHECK(each.draw_partner(0, 2, {0, 0, "a"}) == 1u);
  CHECK(each.draw_partner(1, 2, {0, 0, "a"}) == 0u);
  // Which clips are mixed does not depend on the partner's draw, nor these on each other.
  std::set<std::size_t> by_key;
  for (const AugmentKey& key : {AugmentKey{0, 0, "a"}, {1, 0, "a"}, {0, 1, "a"}, {0, 0, "b"}}) {
    by_key.insert(*each.draw_partner(0, 100000, key));
    CHECK(each.draw_partner(0, 100000, key) == each.draw_partner(0, 100000, key));
  }
  CHECK(by_key.size() == 4);
}

TEST_CASE("mixup's options are a section of the augmentation's", "[augment][mixup]") {
  const AugmentOptions options = augment_options(
      {{"mixup.probability", "0.5"}, {"mixup.method", "lam"}, {"mixup.snr_db", "0,5"}, {"mixup.longest", "0.25"}});
  const AugmentOptions copy = options;
  CHECK(copy.mixup.probability == 0.5);
  CHECK(copy.mixup.method == "lam");
  CHECK(copy.mixup.snr_db == std::vector<double>{0, 5});
  CHECK(copy.mixup.longest == 0.25);
  CHECK_FALSE(Augmenter(options).active());  // it changes single clips

  const auto mixup = [](const std::string& key, const std::string& value) {
    return Mixup(augment_options({{key, value}}).mixup);
  };
  CHECK_THROWS_WITH(mixup("mixup.snr_db", "10,-5"), "mixup.snr_db: low 10 is above high -5");
  CHECK_THROWS_WITH(mixup("mixup.longest", "0"), StartsWith("mixup.longest: 0 is not a share"));
  CHECK_THROWS_AS(mixup("mixup.longest", "1.5"), UsageError);
  CHECK_THROWS_AS(mixup("mixup.probability", "2"), UsageError);
  CHECK_THROWS_AS(mixup("mixup.method", "eem"), UsageError);
  MixupOptions unknown = always("eem");
  CHECK_THROWS_WITH(Mixup(unknown), Contains("unknown method 'eem'") && Contains("eam"));
  unknown = always();
  unknown.probability = 2;
  CHECK_THROWS_AS(Mixup(unknown), UsageError);
}
