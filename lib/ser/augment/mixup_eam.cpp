#include <ser/augment/mixup_methods.h>
#include <ser/base/error.h>

#include <algorithm>
#include <cmath>

namespace ser {
namespace {

constexpr double near_silence = 1e-10;

/// The most samples that are fewer than `share` of `length`.
std::size_t longest_piece(double share, std::size_t length) {
  const double samples = std::ceil(share * static_cast<double>(length)) - 1;
  return samples < 1 ? 0 : static_cast<std::size_t>(samples);
}

}  // namespace

std::optional<double> overlay_scale(std::span<const float> own, std::span<const float> partner, double snr_db) {
  if (own.size() != partner.size())
    throw_error<UsageError>("a piece of {} samples cannot be laid over one of {}", partner.size(), own.size());
  const double own_power = mean_power(own), partner_power = mean_power(partner);
  if (!(own_power >= near_silence) || !(partner_power >= near_silence)) return std::nullopt;
  return std::sqrt(own_power / (std::pow(10, snr_db / 10) * partner_power));
}

std::optional<double> overlay_at_snr(std::vector<float>& own, std::size_t begin, std::span<const float> piece,
                                     double snr_db) {
  if (begin > own.size() || piece.size() > own.size() - begin)
    throw_error<UsageError>("a piece of {} samples from {} on does not fit into a clip of {}", piece.size(), begin,
                            own.size());
  const std::span<float> covered = std::span(own).subspan(begin, piece.size());
  const std::optional<double> scale = overlay_scale(covered, piece, snr_db);
  if (!scale) return scale;
  for (std::size_t t = 0; t < piece.size(); ++t)
    covered[t] = static_cast<float>(static_cast<double>(covered[t]) + *scale * static_cast<double>(piece[t]));
  return scale;
}

double overlay_share(std::size_t piece, std::size_t own, double snr_db) {
  return static_cast<double>(piece) / static_cast<double>(own) / (1 + std::pow(10, snr_db / 10));
}

MixedWave mix_by_energy(const MixupOptions& options, Waveform own, const Waveform& partner, Random& random) {
  const std::size_t own_length = own.samples.size(), partner_length = partner.samples.size();
  const std::size_t longest = longest_piece(options.longest, own_length);
  if (longest == 0) return {std::move(own), 0, {{"skipped", "short clip"}}};
  const std::size_t length = std::min<std::size_t>(1 + random.below(longest), partner_length);
  const std::size_t begin = random.below(own_length - length + 1);
  const std::size_t partner_begin = random.below(partner_length - length + 1);
  const double snr_db = draw_from(options.snr_db, random);  // last, so that a fixed ratio leaves the pieces as they are
  const auto piece = std::span(partner.samples).subspan(partner_begin, length);
  if (!overlay_at_snr(own.samples, begin, piece, snr_db)) return {std::move(own), 0, {{"skipped", "silent piece"}}};
  return {std::move(own),
          overlay_share(length, own_length, snr_db),
          {{"snr_db", drawn_text(snr_db)},
           {"length_samples", std::to_string(length)},
           {"begin_samples", std::to_string(begin)},
           {"partner_begin_samples", std::to_string(partner_begin)}}};
}

}  // namespace ser
