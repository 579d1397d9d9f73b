// From canonical labels to the classes of a task: corpora/maps/*.yaml (DESIGN: "Label space").
#pragma once

#include <ser/corpus/manifest.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ser {

/// The classes of a task and which canonical label belongs to which. A label that is not mapped is dropped.
struct LabelSpace {
  std::string name;
  std::vector<std::string> classes;             ///< the order of all class indices, probabilities and matrices
  std::map<std::string, int, std::less<>> map;  ///< canonical label to class index
  bool from_data = false;                       ///< "classes: present": open until resolve_label_space
  std::vector<std::string> drop;                ///< labels that such an open space leaves out

  std::optional<int> class_of(std::string_view emotion) const;
  bool operator==(const LabelSpace&) const = default;
};

/// `name_or_path`: a name under data_folder()/corpora/maps ("4class") or a YAML file with the keys name, about, classes
/// (a list, or "present" for every label in the data), map (canonical label: class) and drop. Throws UsageError: for an
/// unknown name with the nearest one, for a wrong file with file:line:column.
LabelSpace read_label_space(const std::string& name_or_path);

/// All names under data_folder()/corpora/maps, sorted.
std::vector<std::string> label_space_names();

/// Closes a space whose classes are those present in the data (sorted by name); others are returned as they are.
/// Throws DataError when no utterance has a label.
LabelSpace resolve_label_space(LabelSpace space, std::span<const Manifest> manifests);

/// What a label space makes of a manifest.
struct ClassAssignment {
  std::vector<int> classes;                    ///< per utterance, -1 when dropped
  std::map<std::string, std::size_t> dropped;  ///< canonical label to count; "" counts the unlabelled

  std::size_t dropped_total() const;
  /// "2508 of 10039 utterances dropped: 1849 frustration, 2 without label"; empty when none.
  std::string describe_dropped() const;
};
ClassAssignment assign_classes(const LabelSpace& space, const Manifest& manifest);

}  // namespace ser
