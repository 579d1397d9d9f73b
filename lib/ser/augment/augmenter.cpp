#include <ser/augment/augmenter.h>
#include <ser/augment/steps.h>
#include <ser/base/error.h>
#include <ser/base/text.h>

#include <algorithm>
#include <set>

namespace ser {
namespace {

std::vector<std::string> step_names() {
  std::vector<std::string> names;
  for (const AugmentStepEntry& entry : augment_steps()) names.push_back(entry.name);
  return names;
}

std::size_t step_index(std::string_view name, const std::string& where) {
  const std::vector<std::string> names = step_names();
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) throw_error<UsageError>("{}: unknown step '{}'{}", where, name, suggestion(name, names));
  return static_cast<std::size_t>(at - names.begin());
}

}  // namespace

const std::vector<AugmentStepEntry>& augment_steps() {
  static const std::vector<AugmentStepEntry> entries{
      {"speed", "faster or slower, with pitch, by resampling; changes the length", make_speed_step},
      {"pitch", "higher or lower voice of the same duration", make_pitch_step},
      {"bandlimit", "down to a lower sample rate and back", make_bandlimit_step},
      {"room", "reverberation by recorded or simulated room responses", make_room_step},
      {"noise", "recorded noise at a signal-to-noise ratio", make_noise_step},
      {"white_noise", "Gaussian noise of given strength, or at a signal-to-noise ratio", make_white_noise_step},
      {"gain", "louder or softer", make_gain_step},
      {"polarity", "all samples times -1", make_polarity_step},
      {"shift", "moved in time, around the end or with silence", make_shift_step},
  };
  return entries;
}

AugmentOptions::AugmentOptions() {
  for (const AugmentStepEntry& entry : augment_steps()) steps_.push_back(entry.make());
}
AugmentOptions::~AugmentOptions() = default;
AugmentOptions::AugmentOptions(const AugmentOptions& other) : AugmentOptions() { *this = other; }

AugmentOptions& AugmentOptions::operator=(const AugmentOptions& other) {
  if (this == &other) return *this;
  order = other.order;
  mixup = other.mixup;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    OptionTable ours, theirs;
    steps_[i]->describe(ours);
    other.steps_[i]->describe(theirs);
    for (Option& option : ours.options()) option.assign(theirs.find(option.key())->values());
  }
  return *this;
}

AugmentStep& AugmentOptions::step(std::string_view name) { return *steps_[step_index(name, "augmentation")]; }
const AugmentStep& AugmentOptions::step(std::string_view name) const {
  return *steps_[step_index(name, "augmentation")];
}

void describe_options(OptionTable& table, AugmentOptions& options) {
  table.add("order", options.order, "steps in the order to apply them; empty: " + join(step_names(), ", "));
  for (const std::string& name : step_names())
    table.section(name, [&](OptionTable& inner) { options.step(name).describe(inner); });
  table.section("mixup", options.mixup);
}

Augmenter::Augmenter(const AugmentOptions& options) {
  const auto own = std::make_shared<AugmentOptions>(options);
  const std::vector<std::string> order = own->order.empty() ? step_names() : own->order;
  std::set<std::string> seen;
  for (const std::string& name : order) {
    step_index(name, "order");
    if (!seen.insert(name).second) throw_error<UsageError>("order: '{}' is listed twice", name);
    AugmentStep& step = own->step(name);
    if (!(step.probability() > 0)) continue;
    try {
      step.prepare();
    } catch (const UsageError& error) {
      throw_error<UsageError>("{}.{}", name, error.what());
    }
    active_.push_back({name, {own, &step}});
  }
  for (const std::string& name : step_names())
    if (!seen.contains(name) && own->step(name).probability() > 0)
      throw_error<UsageError>("order: leaves out {}, which has probability {}", name, own->step(name).probability());
}

AugmentedWave Augmenter::apply(Waveform wave, const AugmentKey& key) const {
  if (wave.samples.empty() || wave.rate_hz <= 0)
    throw_error<DataError>("{}: a clip without samples cannot be augmented", key.id);
  AugmentedWave result{std::move(wave), {}};
  for (const auto& [name, step] : active_) {
    Random random(key.seed, "augment." + name, key.epoch, key.id);
    if (random.uniform() >= step->probability()) continue;
    result.draws.push_back({name, step->apply(result.wave, random)});
  }
  return result;
}

std::string draws_text(const std::vector<AugmentDraw>& draws) {
  std::vector<std::string> steps;
  for (const AugmentDraw& draw : draws) {
    std::string& text = steps.emplace_back(draw.step);
    for (const auto& [name, value] : draw.parameters) text += fmt::format(" {}={}", name, value);
  }
  return join(steps, "; ");
}

}  // namespace ser
