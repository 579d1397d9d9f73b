#include <ser/base/log.h>
#include <ser/base/text.h>
#include <ser/corpus/folds.h>
#include <ser/corpus/leak_check.h>
#include <ser/corpus/protocol.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

namespace ser {
namespace {

using Indices = std::vector<std::size_t>;

bool is_across(const std::string& type) { return type == "cross" || type == "leave-one-corpus-out"; }

void check_options(const ProtocolOptions& o, std::span<const Manifest> manifests) {
  if (manifests.empty()) throw UsageError("a protocol needs at least one manifest");
  const std::string& within = is_across(o.type) ? o.self_type : o.type;
  if (o.repeats > 1 && (within == "fixed" || within == "leave-one-group-out"))
    throw_error<UsageError>("repeats: {} has one way to make its folds, so repeats must be 1", within);
  if (!o.by.empty() && within == "random")
    throw UsageError("by: random folds hold out single utterances; use group-kfold or leave-one-group-out");
  if (o.loco && o.type != "cross") throw UsageError("loco: goes with type cross only");
  std::set<std::string> names;
  for (const Manifest& manifest : manifests)
    if (!names.insert(manifest.corpus).second && is_across(o.type))
      throw_error<UsageError>("two manifests are of corpus '{}'; {} needs different corpora", manifest.corpus, o.type);
  if (is_across(o.type) && manifests.size() < 2)
    throw_error<UsageError>("{} needs at least two manifests, got one ({})", o.type, manifests[0].corpus);
}

/// Makes one protocol; the steps are in the order of make().
class Maker {
 public:
  Maker(const ProtocolOptions& options, std::span<const Manifest> manifests, const LabelSpace& labels)
      : options_(options), manifests_(manifests) {
    protocol_.options = options;
    protocol_.labels = resolve_label_space(labels, manifests);
  }

  Protocol make() {
    pool_utterances();
    name_units();
    if (is_across(options_.type))
      make_across();
    else
      make_within(all_usable(), options_.type, "", corpus_names());
    check_names();
    for (std::string& gap : missing_classes(protocol_)) protocol_.notes.push_back(std::move(gap));
    for (const std::string& note : protocol_.notes) log::warning("{}", note);
    require_no_leaks(protocol_, check_leaks(protocol_, manifests_));
    return std::move(protocol_);
  }

 private:
  void pool_utterances() {
    std::unordered_map<std::string_view, std::size_t> owner;
    for (std::size_t m = 0; m < manifests_.size(); ++m) {
      const Manifest& manifest = manifests_[m];
      const std::vector<int> classes = assign_classes(protocol_.labels, manifest).classes;
      const std::vector<std::string> groups = column_values(manifest, options_.group);
      auto& usable = usable_.emplace_back();
      for (std::size_t i = 0; i < classes.size(); ++i) {
        const std::string& id = manifest.utterances[i].id;
        if (const auto [at, fresh] = owner.emplace(id, m); !fresh)
          throw_error<DataError>("the id {} is in {} and in {}; give one corpus other ids by 'prepare --id-prefix'", id,
                                 manifests_[at->second].corpus, manifest.corpus);
        if (classes[i] >= 0) usable.push_back(protocol_.utterances.size());
        protocol_.utterances.push_back({m, id, classes[i], groups[i]});
        label_of_.push_back(classes[i]);
      }
      if (usable.empty())
        throw_error<DataError>("{}: none of the {} utterances has a label of {} ({})", manifest.corpus, classes.size(),
                               protocol_.labels.name, join(protocol_.labels.classes, ", "));
      protocol_.corpora.push_back({manifest.corpus, classes.size(), manifest.checksum()});
    }
  }

  /// Names per utterance, of itself and of what is held out together; those of different corpora differ.
  void name_units() {
    std::size_t unknown = 0;
    for (const PooledUtterance& u : protocol_.utterances) {
      const std::string corpus = protocol_.corpora[u.corpus].name + '/';
      unknown += u.group.empty() && u.label >= 0;
      id_unit_.push_back(corpus + u.id);
      held_out_unit_.push_back(u.group.empty() ? corpus + '/' + u.id : corpus + u.group);
    }
    if (unknown > 0 && !options_.allow_unknown_groups && !options_.speaker_dependent)
      throw_error<DataError>(
          "{} utterances have no {}, so it cannot be told whether it crosses parts; --allow-unknown-groups takes each "
          "as a group of its own",
          unknown, options_.group);
    if (unknown > 0) note("{} utterances without {} count as groups of their own", unknown, options_.group);
    if (!options_.by.empty()) name_held_out_units();
  }

  void name_held_out_units() {
    std::size_t i = 0, unknown = 0;
    for (const Manifest& manifest : manifests_)
      for (const std::string& value : column_values(manifest, options_.by)) {
        unknown += value.empty() && protocol_.utterances[i].label >= 0;
        held_out_unit_[i++] = manifest.corpus + '/' + value;
      }
    if (unknown > 0) throw_error<DataError>("{} utterances have no {}, which is to be held out", unknown, options_.by);
  }

  void make_across() {
    const std::vector<std::string> names = corpus_names();
    if (options_.self)
      for (std::size_t a = 0; a < names.size(); ++a)
        make_within(usable_[a], options_.self_type, names[a] + ":", {names[a]});
    if (options_.type == "cross")
      for (std::size_t a = 0; a < names.size(); ++a)
        for (std::size_t b = 0; b < names.size(); ++b)
          if (a != b)
            add_fold({names[a] + "->" + names[b], "cross", {names[a]}, {names[b]}, {}}, usable_[a], usable_[b],
                     held_out_unit_);
    if (options_.loco && names.size() == 2)
      note("with two corpora, leaving one out is the same as the pairs: no folds of its own");
    if (options_.type == "leave-one-corpus-out" || (options_.loco && names.size() > 2))
      for (std::size_t b = 0; b < names.size(); ++b) {
        std::vector<std::string> others = names;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(b));
        add_fold({"loco->" + names[b], "loco", others, {names[b]}, {}}, without(all_usable(), usable_[b]), usable_[b],
                 held_out_unit_);
      }
  }

  void make_within(const Indices& members, const std::string& type, const std::string& prefix,
                   const std::vector<std::string>& corpora) {
    if (type == "fixed") return make_fixed(members, prefix, corpora);
    const std::vector<std::string>& units = type == "random" ? id_unit_ : held_out_unit_;
    const Grouping groups = group_utterances(members, units, label_of_, protocol_.labels.classes.size());
    if (type == "leave-one-group-out") return make_leave_one_out(groups, members, prefix, corpora);
    const std::size_t k = possible_folds(groups, type, join(corpora, " and "));
    std::set<std::set<Indices>> drawn;
    for (int repeat = 0; repeat < options_.repeats; ++repeat) {
      const Random random(options_.seed, "folds", static_cast<std::uint64_t>(repeat), join(corpora, " "));
      const auto folds =
          type == "group-kfold" ? sized_group_folds(groups, k, random) : stratified_group_folds(groups, k, random);
      drawn.emplace(folds.begin(), folds.end());
      for (std::size_t f = 0; f < k; ++f) {
        const std::string name = (options_.repeats > 1 ? fmt::format("{}.", repeat + 1) : "") + std::to_string(f + 1);
        const Indices test = members_of(groups, folds[f]);
        add_fold({prefix + name, "self", corpora, corpora, {}}, without(members, test), test, units);
      }
    }
    if (const auto same = static_cast<std::size_t>(options_.repeats) - drawn.size(); same > 0)
      note("{}: {} of {} repeats have the folds of an earlier one, the groups differ too much to be exchanged",
           join(corpora, " and "), same, options_.repeats);
  }

  std::size_t possible_folds(const Grouping& groups, const std::string& type, const std::string& where) {
    const std::string unit = type == "random" ? "utterance" : held_out_column();
    std::size_t possible = groups.names.size();
    std::string reason = fmt::format("there are {} values of {}", possible, unit);
    if (type != "group-kfold") {
      for (std::size_t c = 0; c < protocol_.labels.classes.size(); ++c) {
        const auto having = static_cast<std::size_t>(
            std::count_if(groups.class_counts.begin(), groups.class_counts.end(), [&](const auto& n) { return n[c]; }));
        if (having == 0 || having >= possible) continue;
        possible = having;
        reason = fmt::format("class '{}' occurs with {} values of {} only", protocol_.labels.classes[c], having, unit);
      }
    }
    if (possible < 2) throw_error<DataError>("{}: no {} folds can be made, because {}", where, type, reason);
    const auto wanted = static_cast<std::size_t>(options_.k);
    if (possible < wanted) note("{}: {} folds instead of {}, because {}", where, possible, wanted, reason);
    return std::min(possible, wanted);
  }

  void make_leave_one_out(const Grouping& groups, const Indices& members, const std::string& prefix,
                          const std::vector<std::string>& corpora) {
    if (groups.names.size() < 2)
      throw_error<DataError>("{}: leave-one-group-out needs two values of {} or more, there is one", corpora[0],
                             held_out_column());
    for (std::size_t g = 0; g < groups.names.size(); ++g) {
      std::string name = groups.names[g];
      if (corpora.size() == 1) name = prefix + name.substr(corpora[0].size() + 1);
      add_fold({name, "self", corpora, corpora, {}}, without(members, groups.members[g]), groups.members[g],
               held_out_unit_);
    }
  }

  void make_fixed(const Indices& members, const std::string& prefix, const std::vector<std::string>& corpora) {
    std::vector<std::string> values;
    for (const Manifest& manifest : manifests_)
      for (std::string& value : column_values(manifest, options_.split_column)) values.push_back(std::move(value));
    const auto is_among = [](const std::vector<std::string>& list, const std::string& value) {
      return std::any_of(list.begin(), list.end(), [&](const auto& v) { return to_lower(v) == to_lower(value); });
    };
    Indices train, dev, test;
    std::map<std::string, std::size_t> present, unused;
    for (const std::size_t i : members) {
      ++present[values[i]];
      if (is_among(options_.train_values, values[i]))
        train.push_back(i);
      else if (is_among(options_.dev_values, values[i]))
        dev.push_back(i);
      else if (is_among(options_.test_values, values[i]))
        test.push_back(i);
      else
        ++unused[values[i]];
    }
    if (train.empty() || test.empty())
      throw_error<DataError>("{}: column {} names no {} part; its values: {}", join(corpora, " and "),
                             options_.split_column, train.empty() ? "training" : "test", describe(present));
    if (!unused.empty())
      note("{}: in no part by column {}: {}", join(corpora, " and "), options_.split_column, describe(unused));
    add_fold({prefix + "1", "self", corpora, corpora, {}}, train, test, held_out_unit_, dev);
  }

  /// Adds a fold, with a development part taken from training when it has none.
  void add_fold(Fold fold, const Indices& train, const Indices& test, const std::vector<std::string>& units,
                Indices dev = {}) {
    if (dev.empty() && options_.dev == "grouped") {
      const Grouping groups = group_utterances(train, units, label_of_, protocol_.labels.classes.size());
      dev = members_of(groups, development_groups(groups, options_.dev_fraction,
                                                  Random(options_.seed, "development part", 0, key_of(fold))));
      if (dev.empty())
        throw_error<DataError>("fold {}: training has one {} only, so no development part can be taken; use --dev none",
                               fold.name, held_out_column());
    }
    fold.parts.assign(protocol_.utterances.size(), Part::none);
    for (const std::size_t i : train) fold.parts[i] = Part::train;
    for (const std::size_t i : dev) fold.parts[i] = Part::dev;
    for (const std::size_t i : test) fold.parts[i] = Part::test;
    protocol_.folds.push_back(std::move(fold));
  }

  /// The same for the folds within a corpus whether they stand alone or beside cross folds.
  std::string key_of(const Fold& fold) const {
    const std::string prefix = fold.kind == "self" && is_across(options_.type) ? fold.train_corpora[0] + ":" : "";
    return join(fold.train_corpora, " ") + " > " + join(fold.test_corpora, " ") + " > " +
           fold.name.substr(prefix.size());
  }

  void check_names() const {
    std::set<std::string> names{"corpus", "id", "label", "group"};
    for (const Fold& fold : protocol_.folds)
      if (!names.insert(fold.name).second)
        throw_error<DataError>("'{}' cannot be the name of a fold: it is taken", fold.name);
  }

  template <class... Args>
  void note(fmt::format_string<Args...> format, Args&&... args) {
    protocol_.notes.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  static std::string describe(const std::map<std::string, std::size_t>& counts) {
    std::vector<std::string> pieces;
    for (const auto& [value, count] : counts)
      pieces.push_back(fmt::format("{} ({})", value.empty() ? "empty" : value, count));
    return first_few(pieces);
  }

  static Indices members_of(const Grouping& groups, const Indices& chosen) {
    Indices members;
    for (const std::size_t g : chosen)
      members.insert(members.end(), groups.members[g].begin(), groups.members[g].end());
    std::sort(members.begin(), members.end());
    return members;
  }

  /// Both ascending.
  static Indices without(const Indices& all, const Indices& removed) {
    Indices left;
    std::set_difference(all.begin(), all.end(), removed.begin(), removed.end(), std::back_inserter(left));
    return left;
  }

  Indices all_usable() const {
    Indices all;
    for (const Indices& usable : usable_) all.insert(all.end(), usable.begin(), usable.end());
    return all;
  }

  std::vector<std::string> corpus_names() const {
    std::vector<std::string> names;
    for (const Manifest& manifest : manifests_)
      if (std::find(names.begin(), names.end(), manifest.corpus) == names.end()) names.push_back(manifest.corpus);
    return names;
  }

  const std::string& held_out_column() const { return options_.by.empty() ? options_.group : options_.by; }

  const ProtocolOptions& options_;
  std::span<const Manifest> manifests_;
  Protocol protocol_;
  std::vector<int> label_of_;                         // per pooled utterance
  std::vector<std::string> id_unit_, held_out_unit_;  // per pooled utterance
  std::vector<Indices> usable_;                       // per manifest: utterances with a class
};

}  // namespace

Protocol make_protocol(const ProtocolOptions& options, std::span<const Manifest> manifests, const LabelSpace& labels) {
  check_options(options, manifests);
  return Maker(options, manifests, labels).make();
}

}  // namespace ser
