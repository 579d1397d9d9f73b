#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/config/yaml.h>
#include <ser/features/compare.h>
#include <ser/features/egemaps.h>
#include <ser/features/embedding_set.h>
#include <ser/features/feature_set.h>
#include <ser/features/spectral_sets.h>
#include <ser/features/waveform_set.h>

#include <algorithm>

namespace ser {
namespace {

std::vector<std::pair<std::string, std::string>> librosa_mfcc_preset() {
  auto preset = librosa_preset();
  preset.insert(
      preset.end(),
      {{"num_ceps", "20"}, {"lifter", "0"}, {"lifter_first", "1"}, {"replace_c0", "false"}, {"delta_order", "0"}});
  return preset;
}

std::vector<std::string> set_names() {
  std::vector<std::string> names;
  for (const FeatureSetEntry& entry : feature_sets()) names.push_back(entry.name);
  return names;
}

}  // namespace

const std::vector<FeatureSetEntry>& feature_sets() {
  static const std::vector<FeatureSetEntry> entries{
      {"logmel", "logmel", "log-mel spectrum, 40 bands, Kaldi's framing (HTK mel scale)", make_logmel_set, {}},
      {"logmel-librosa", "logmel", "log-mel spectrum in dB, 128 bands, librosa's defaults (Slaney mel scale)",
       make_logmel_set, librosa_preset()},
      {"mfcc",
       "mfcc",
       "20 MFCC of 40 bands with deltas and double deltas, Kaldi's framing",
       make_mfcc_set,
       {{"num_ceps", "20"}, {"num_mels", "40"}}},
      {"mfcc-kaldi",
       "mfcc",
       "13 MFCC of 23 bands, Kaldi's defaults, no deltas",
       make_mfcc_set,
       {{"num_mels", "23"}, {"delta_order", "0"}}},
      {"mfcc-librosa", "mfcc", "20 MFCC of 128 bands, librosa's defaults, no deltas", make_mfcc_set,
       librosa_mfcc_preset()},
      {"egemaps-v02",
       "egemaps-v02",
       "eGeMAPSv02: 25 descriptors, 88 functionals, the numbers of openSMILE 3.0",
       make_egemaps_set,
       {}},
      {"compare-2016",
       "compare-2016",
       "ComParE_2016: 65 descriptors with deltas, 6373 functionals, the numbers of openSMILE 3.0",
       make_compare_set,
       {}},
      {"embedding",
       "embedding",
       "hidden states of a pretrained encoder; see ser-extract embed",
       make_embedding_set,
       {}},
      {"waveform",
       "waveform",
       "the samples themselves, level lld: input of networks that hear audio",
       make_waveform_set,
       {}},
  };
  return entries;
}

FeatureConfig::FeatureConfig() {
  for (const FeatureSetEntry& entry : feature_sets())
    if (!bases_.contains(entry.base)) bases_.emplace(entry.base, entry.make());
}

void FeatureConfig::describe(OptionTable& table) {
  table.add("set", set_name, "feature set; --list-sets shows them").choices(set_names());
  table.add("level", level_name, "lld: one row per frame, functionals: one vector per utterance")
      .choices({"lld", "functionals"});
  table.add("rate", rate_hz, "resample to this rate first; 0 keeps the audio's own").range(0, 192000).unit("Hz");
  describe_store_precision(table);
  for (auto& [base, set] : bases_) {
    FeatureSet& one = *set;
    table.section(base, [&one](OptionTable& inner) { one.describe(inner); });
  }
}

void FeatureConfig::describe_store_precision(OptionTable& table) {
  table
      .add("store_precision", store_precision,
           "of frames in a store; fp16 halves it: two bytes per value, 65536 steps over the range of an utterance's "
           "values (Kaldi's CM2)")
      .choices({"fp32", "fp16"});
}

const FeatureSetEntry& FeatureConfig::entry() const {
  for (const FeatureSetEntry& entry : feature_sets())
    if (entry.name == set_name) return entry;
  throw_error<UsageError>("unknown feature set '{}'{}", set_name, suggestion(set_name, set_names()));
}

void FeatureConfig::apply_preset(OptionTable& table) {
  const FeatureSetEntry& chosen = entry();
  for (const auto& [key, value] : chosen.preset) table.assign(chosen.base + "." + key, {value});
}

void FeatureConfig::prepare() {
  FeatureSet& chosen = *bases_.at(entry().base);
  chosen.prepare();
  const int required = chosen.required_rate_hz();
  if (rate_hz == 0) rate_hz = required;
  if (rate_hz == 0 || required > 0) return;
  try {
    chosen.make_extractor(level(), rate_hz);
  } catch (const DataError& error) {
    throw UsageError(error.what());
  }
}

const FeatureSet& FeatureConfig::set() const { return *bases_.at(entry().base); }

std::vector<std::string> FeatureConfig::stored_columns() const {
  std::vector<std::string> names = set().columns(level());
  const std::size_t planes = set().planes(), count = names.size();
  if (planes == 1) return names;
  std::vector<std::string> all;
  for (std::size_t p = 0; p < planes; ++p)
    for (std::size_t i = 0; i < count; ++i) all.push_back(fmt::format("layer{}.{}", p, names[i]));
  return all;
}

Matrix side_by_side(Matrix matrix, std::size_t planes) {
  if (planes <= 1) return matrix;
  const std::size_t rows = matrix.rows / planes;
  Matrix out(rows, planes * matrix.columns);
  for (std::size_t p = 0; p < planes; ++p)
    for (std::size_t r = 0; r < rows; ++r)
      std::copy_n(matrix.row(p * rows + r).data(), matrix.columns, out.row(r).data() + p * matrix.columns);
  return out;
}

FeatureLevel FeatureConfig::level() const {
  return level_name == "lld" ? FeatureLevel::lld : FeatureLevel::functionals;
}

std::string FeatureConfig::signature() const {
  OptionTable table;
  bases_.at(entry().base)->describe(table);
  return fmt::format("set: {}\nlevel: {}\nrate: {}\n{}", set_name, level_name, rate_hz,
                     store_precision == "fp32" ? "" : "store_precision: " + store_precision + "\n") +
         table.dump_yaml();
}

std::unique_ptr<FeatureConfig> FeatureConfig::from_signature(const std::string& yaml) {
  auto config = std::make_unique<FeatureConfig>();
  try {
    const YAML::Node root = YAML::Load(yaml);
    config->set_name = root["set"].as<std::string>();
    config->level_name = root["level"].as<std::string>();
    config->rate_hz = root["rate"].as<int>();
    if (root["store_precision"]) config->store_precision = root["store_precision"].as<std::string>();
    OptionTable table;
    config->bases_.at(config->entry().base)->describe(table);
    for (const auto& entry : root) {
      const auto key = entry.first.as<std::string>();
      if (key == "set" || key == "level" || key == "rate" || key == "store_precision") continue;
      table.assign(key, entry.second.IsSequence() ? entry.second.as<std::vector<std::string>>()
                                                  : std::vector<std::string>{entry.second.as<std::string>()});
    }
  } catch (const YAML::Exception& error) {
    throw_error<DataError>("the description of the front end cannot be read: {}", error.what());
  } catch (const UsageError& error) {
    throw_error<DataError>("the front end was made by another version of the toolkit: {}", error.what());
  }
  return config;
}

}  // namespace ser
