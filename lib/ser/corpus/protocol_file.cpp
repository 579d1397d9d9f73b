#include <ser/base/file.h>
#include <ser/base/table.h>
#include <ser/base/text.h>
#include <ser/corpus/protocol_description.h>
#include <ser/corpus/protocol_file.h>

#include <algorithm>
#include <array>
#include <unordered_set>

namespace ser {
namespace fs = std::filesystem;
namespace {

const std::vector<std::string> fixed_columns{"corpus", "id", "label", "group"};

fs::path table_path(const fs::path& path) { return fs::path(path).replace_extension(".tsv"); }

std::string table_text(const Protocol& protocol) {
  std::vector<std::string> fields = fixed_columns;
  for (const Fold& fold : protocol.folds) fields.push_back(fold.name);
  std::string text = tsv_line(fields) + '\n';
  for (std::size_t i = 0; i < protocol.utterances.size(); ++i) {
    const PooledUtterance& u = protocol.utterances[i];
    fields.resize(fixed_columns.size());
    fields[0] = protocol.corpora[u.corpus].name, fields[1] = u.id;
    fields[2] = u.label < 0 ? "" : protocol.labels.classes[static_cast<std::size_t>(u.label)];
    fields[3] = u.group;
    for (const Fold& fold : protocol.folds) fields.push_back(part_name(fold.parts[i]));
    text += tsv_line(fields) + '\n';
  }
  return text;
}

void check_columns(const Table& table, const Protocol& protocol) {
  std::vector<std::string> expected = fixed_columns;
  for (const Fold& fold : protocol.folds) expected.push_back(fold.name);
  for (std::size_t c = 0; c < std::max(expected.size(), table.columns.size()); ++c) {
    if (c >= table.columns.size())
      throw_error<DataError>("{}:1: no column '{}', which the .yaml beside it names", table.path.string(), expected[c]);
    if (c >= expected.size() || table.columns[c] != expected[c])
      throw_error<DataError>("{}:1: column {} is '{}', expected {}", table.path.string(), c + 1, table.columns[c],
                             c < expected.size() ? "'" + expected[c] + "'" : "no further column");
  }
}

Part part_of(const Table& table, std::size_t row, std::size_t column) {
  static const std::array<Part, 4> parts{Part::none, Part::train, Part::dev, Part::test};
  const std::string& text = table.rows[row][column];
  for (const Part part : parts)
    if (text == part_name(part)) return part;
  throw_error<DataError>("{}: '{}' in column {} is not train, dev, test or -", table.where(row), text,
                         table.columns[column]);
}

int label_of(const Table& table, std::size_t row, const LabelSpace& labels) {
  const std::string& text = table.rows[row][2];
  if (text.empty()) return -1;
  const auto at = std::find(labels.classes.begin(), labels.classes.end(), text);
  if (at == labels.classes.end())
    throw_error<DataError>("{}: '{}' is not a class of {}{}", table.where(row), text, labels.name,
                           suggestion(text, labels.classes));
  return static_cast<int>(at - labels.classes.begin());
}

bool may_hold(const Fold& fold, Part part, const std::string& corpus) {
  const std::vector<std::string>& corpora = part == Part::test ? fold.test_corpora : fold.train_corpora;
  return part == Part::none || std::find(corpora.begin(), corpora.end(), corpus) != corpora.end();
}

void read_rows(const Table& table, Protocol& protocol) {
  std::size_t total = 0, corpus = 0, end = 0;
  for (const ProtocolCorpus& c : protocol.corpora) total += c.utterances;
  if (table.rows.size() != total)
    throw_error<DataError>("{}: {} rows, but the .yaml beside it counts {} utterances", table.path.string(),
                           table.rows.size(), total);
  for (Fold& fold : protocol.folds) fold.parts.reserve(total);
  protocol.utterances.reserve(total);
  std::unordered_set<std::string_view> ids;
  if (!protocol.corpora.empty()) end = protocol.corpora[0].utterances;
  for (std::size_t row = 0; row < total; ++row) {
    const std::vector<std::string>& fields = table.rows[row];
    while (row == end) end += protocol.corpora[++corpus].utterances;
    if (fields[0] != protocol.corpora[corpus].name)
      throw_error<DataError>("{}: corpus '{}', expected '{}'", table.where(row), fields[0],
                             protocol.corpora[corpus].name);
    if (!ids.insert(fields[1]).second)
      throw_error<DataError>("{}: the id {} was already used", table.where(row), fields[1]);
    const int label = label_of(table, row, protocol.labels);
    protocol.utterances.push_back({corpus, fields[1], label, fields[3]});
    for (std::size_t f = 0; f < protocol.folds.size(); ++f) {
      const Part part = part_of(table, row, fixed_columns.size() + f);
      if (part != Part::none && label < 0)
        throw_error<DataError>("{}: {} has no class but is in {} of fold {}", table.where(row), fields[1],
                               part_name(part), protocol.folds[f].name);
      if (!may_hold(protocol.folds[f], part, fields[0]))
        throw_error<DataError>("{}: {} of {} is in {} of fold {}, which takes that part from other corpora",
                               table.where(row), fields[1], fields[0], part_name(part), protocol.folds[f].name);
      protocol.folds[f].parts.push_back(part);
    }
  }
}

void check_manifests(const Protocol& protocol, const fs::path& path, std::span<const Manifest> manifests) {
  std::vector<std::string> expected, given;
  for (const ProtocolCorpus& corpus : protocol.corpora) expected.push_back(corpus.name);
  for (const Manifest& manifest : manifests) given.push_back(manifest.corpus);
  if (expected != given)
    throw_error<DataError>("{}: made of the manifests of {}, in this order; given: {}", path.string(),
                           join(expected, ", "), join(given, ", "));
  for (std::size_t m = 0; m < manifests.size(); ++m)
    if (manifests[m].checksum() != protocol.corpora[m].checksum)
      throw_error<DataError>("{}: the manifest of {} has changed since; make the folds again (ser-extract folds make)",
                             path.string(), expected[m]);
}

void check_rows(const Protocol& protocol, const Table& table, std::span<const Manifest> manifests) {
  std::size_t row = 0;
  for (const Manifest& manifest : manifests) {
    const std::vector<std::string> groups = column_values(manifest, protocol.options.group);
    for (std::size_t i = 0; i < groups.size(); ++i, ++row) {
      const PooledUtterance& pooled = protocol.utterances[row];
      const Utterance& u = manifest.utterances[i];
      const auto differs = [&](const std::string& what, const std::string& here, const std::string& there) {
        throw_error<DataError>("{}: {} is '{}', but '{}' by the manifest of {}; make the folds again", table.where(row),
                               what, here, there, manifest.corpus);
      };
      if (pooled.id != u.id) differs("id", pooled.id, u.id);
      if (pooled.group != groups[i]) differs("group", pooled.group, groups[i]);
      if (pooled.label != protocol.labels.class_of(u.emotion).value_or(-1))
        differs("label", table.rows[row][2], u.emotion);
    }
  }
}

}  // namespace

void write_protocol(const Protocol& protocol, const fs::path& path) {
  const std::string stem = path.stem().string();
  if (stem == "utterances" || stem == "manifest")
    throw_error<UsageError>("{}: this name belongs to a manifest; call the protocol otherwise", path.string());
  if (path.extension() == ".tsv")
    throw_error<UsageError>("{}: the protocol is a .yaml file; its table goes beside it", path.string());
  write_file(table_path(path), table_text(protocol));
  write_file(path, "# Made by ser-extract folds; the parts of the utterances are in " +
                       table_path(path.filename()).string() + ".\n" + description_text(protocol));
}

Protocol read_protocol(const fs::path& path) {
  Protocol protocol = parse_description(path);
  const Table table = read_table(table_path(path), {'\t', false});
  check_columns(table, protocol);
  read_rows(table, protocol);
  return protocol;
}

Protocol read_protocol(const fs::path& path, std::span<const Manifest> manifests) {
  Protocol protocol = parse_description(path);
  const Table table = read_table(table_path(path), {'\t', false});
  check_columns(table, protocol);
  check_manifests(protocol, path, manifests);
  read_rows(table, protocol);
  check_rows(protocol, table, manifests);
  return protocol;
}

}  // namespace ser
