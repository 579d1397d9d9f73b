#include <ser/base/text.h>
#include <ser/corpus/protocol.h>

#include <algorithm>

namespace ser {

void describe_options(OptionTable& table, ProtocolOptions& o) {
  const std::vector<std::string> within{"fixed", "random", "group-kfold", "stratified-group-kfold",
                                        "leave-one-group-out"};
  std::vector<std::string> types = within;
  types.insert(types.end(), {"cross", "leave-one-corpus-out"});
  table.add("type", o.type, "how the folds are made").choices(types);
  table.add("labels", o.labels, "label space: a name under corpora/maps or a YAML file");
  table.add("group", o.group, "column whose values must not cross parts");
  table.add("by", o.by, "column whose values are held out together, where that is not the group (session, fold)");
  table.add("k", o.k, "folds; reduced where a class has fewer groups").range(2, 1000);
  table.add("repeats", o.repeats, "times that the k folds are drawn anew").range(1, 1000);
  table.add("seed", o.seed, "of all draws");
  table.add("dev", o.dev, "development part where the protocol has none of its own: from the training groups, or none")
      .choices({"grouped", "none"});
  table.add("dev_fraction", o.dev_fraction, "share of the training utterances that the development part aims at")
      .range(0.01, 0.5);
  table.add("self", o.self, "across corpora: also the folds within each corpus");
  table.add("self_type", o.self_type, "across corpora: type of the folds within each corpus").choices(within);
  table.add("loco", o.loco, "cross: also leave one corpus out, with three corpora or more");
  table.add("split_column", o.split_column, "fixed: column that names the parts");
  table.add("train_values", o.train_values, "fixed: values of the training part");
  table.add("dev_values", o.dev_values, "fixed: values of the development part");
  table.add("test_values", o.test_values, "fixed: values of the test part");
  table.add("speaker_dependent", o.speaker_dependent, "allow groups to cross parts; every result then says so");
  table.add("allow_unknown_groups", o.allow_unknown_groups, "an utterance without group counts as a group of its own");
}

std::string part_name(Part part) {
  switch (part) {
    case Part::train:
      return "train";
    case Part::dev:
      return "dev";
    case Part::test:
      return "test";
    case Part::none:
      break;
  }
  return "-";
}

std::vector<std::size_t> Fold::indices(Part part) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i] == part) found.push_back(i);
  return found;
}

const Fold& Protocol::fold(const std::string& name) const {
  std::vector<std::string> names;
  for (const Fold& fold : folds) {
    if (fold.name == name) return fold;
    names.push_back(fold.name);
  }
  throw_error<UsageError>("the protocol has no fold '{}'{}", name, suggestion(name, names));
}

std::vector<std::size_t> Protocol::class_counts(const Fold& fold, Part part) const {
  std::vector<std::size_t> counts(labels.classes.size());
  for (std::size_t i = 0; i < utterances.size(); ++i)
    if (fold.parts[i] == part && utterances[i].label >= 0) ++counts[static_cast<std::size_t>(utterances[i].label)];
  return counts;
}

std::string first_few(std::span<const std::string> names) {
  if (names.size() <= 6) return join(names, ", ");
  return join(names.first(5), ", ") + fmt::format(" and {} more", names.size() - 5);
}

std::vector<std::string> missing_classes(const Protocol& protocol) {
  const std::size_t classes = protocol.labels.classes.size();
  std::vector<std::size_t> present(classes);
  for (const PooledUtterance& u : protocol.utterances)
    if (u.label >= 0) ++present[static_cast<std::size_t>(u.label)];
  std::vector<std::map<Part, std::vector<std::string>>> lacking(classes);
  for (const Fold& fold : protocol.folds)
    for (const Part part : {Part::train, Part::dev, Part::test}) {
      const std::vector<std::size_t> counts = protocol.class_counts(fold, part);
      if (std::all_of(counts.begin(), counts.end(), [](std::size_t n) { return n == 0; })) continue;
      for (std::size_t c = 0; c < classes; ++c)
        if (counts[c] == 0) lacking[c][part].push_back(fold.name);
    }
  std::vector<std::string> lines;
  for (std::size_t c = 0; c < classes; ++c) {
    const std::string& name = protocol.labels.classes[c];
    if (present[c] == 0) lines.push_back(fmt::format("class '{}' does not occur in the data", name));
    if (present[c] == 0) continue;
    for (const auto& [part, folds] : lacking[c])
      lines.push_back(fmt::format("no {} utterance of class '{}' in fold {}", part_name(part), name, first_few(folds)));
  }
  return lines;
}

std::vector<std::string> column_values(const Manifest& manifest, const std::string& column) {
  static const std::map<std::string, std::string Utterance::*> fields{
      {"speaker", &Utterance::speaker},   {"session", &Utterance::session}, {"split", &Utterance::split},
      {"gender", &Utterance::gender},     {"text", &Utterance::text},       {"emotion", &Utterance::emotion},
      {"language", &Utterance::language}, {"wav", &Utterance::wav}};
  std::vector<std::string> values;
  values.reserve(manifest.utterances.size());
  const auto field = fields.find(column);
  for (const Utterance& utterance : manifest.utterances)
    values.push_back(field == fields.end() ? manifest.column(utterance, column) : utterance.*(field->second));
  return values;
}

}  // namespace ser
