#include <ser/augment/mixup_methods.h>
#include <ser/base/error.h>
#include <ser/base/text.h>

namespace ser {
namespace {

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const MixupMethodEntry& entry : mixup_methods()) names.push_back(entry.name);
  return names;
}

const MixupMethodEntry& method_entry(const std::string& name) {
  for (const MixupMethodEntry& entry : mixup_methods())
    if (entry.name == name) return entry;
  throw_error<UsageError>("mixup.method: unknown method '{}'{}", name, suggestion(name, method_names()));
}

std::string method_help() {
  std::vector<std::string> pieces;
  for (const MixupMethodEntry& entry : mixup_methods()) pieces.push_back(entry.name + ": " + entry.summary);
  return join(pieces, "; ");
}

}  // namespace

const std::vector<MixupMethodEntry>& mixup_methods() {
  static const std::vector<MixupMethodEntry> entries{
      {"eam", "a piece of the other laid over the clip, labels by energy and length", mix_by_energy},
      {"lam", "half of each clip, labels by length", mix_by_length},
  };
  return entries;
}

void describe_options(OptionTable& table, MixupOptions& o) {
  table.add("probability", o.probability, "share of clips mixed with another one, labels too; 0: off").range(0, 1);
  table.add("method", o.method, method_help()).choices(method_names());
  table.add("snr_db", o.snr_db, "eam: level of the clip above the other's piece: low, high")
      .range(-100, 100)
      .unit("dB");
  table.add("longest", o.longest, "eam: the piece is shorter than this share of the clip").range(0, 1);
}

Mixup::Mixup(const MixupOptions& options) : options_(options), method_(&method_entry(options.method)) {
  check_range(options_.snr_db, "mixup.snr_db");
  if (!(options_.probability >= 0 && options_.probability <= 1))
    throw_error<UsageError>("mixup.probability: {} is outside 0 to 1", options_.probability);
  if (!(options_.longest > 0 && options_.longest <= 1))
    throw_error<UsageError>("mixup.longest: {} is not a share above 0 and up to 1", options_.longest);
}

std::optional<std::size_t> Mixup::draw_partner(std::size_t own, std::size_t candidates, const AugmentKey& key) const {
  if (candidates < 2) return std::nullopt;
  if (Random(key.seed, "augment.mixup", key.epoch, key.id).uniform() >= options_.probability) return std::nullopt;
  const auto other =
      static_cast<std::size_t>(Random(key.seed, "augment.mixup.partner", key.epoch, key.id).below(candidates - 1));
  return other < own ? other : other + 1;
}

MixedWave Mixup::mix(Waveform own, const Waveform& partner, const AugmentKey& key) const {
  if (own.rate_hz != partner.rate_hz)
    throw_error<UsageError>("{}: a clip at {} Hz cannot be mixed with one at {} Hz", key.id, own.rate_hz,
                            partner.rate_hz);
  if (own.samples.empty() || partner.samples.empty()) return {std::move(own), 0, {{"skipped", "empty clip"}}};
  Random random(key.seed, "augment.mixup." + method_->name, key.epoch, key.id);
  MixedWave mixed = method_->mix(options_, std::move(own), partner, random);
  if (mixed.partner_share > 0)
    mixed.parameters.emplace_back("partner_share", fmt::format("{:.9g}", mixed.partner_share));
  return mixed;
}

std::vector<double> mixed_label(std::span<const double> own, std::span<const double> partner, double share) {
  if (own.size() != partner.size())
    throw_error<UsageError>("labels of {} and {} classes cannot be mixed", own.size(), partner.size());
  std::vector<double> mixed(own.begin(), own.end());
  // In this form a class that both have alike keeps its value to the last bit.
  for (std::size_t k = 0; k < mixed.size(); ++k) mixed[k] += share * (partner[k] - own[k]);
  return mixed;
}

}  // namespace ser
