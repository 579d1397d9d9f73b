// How a column of the manifest is made from the named groups of a file name and the fields of annotations.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ser {

/// Value of a variable, by name; empty when unknown for this utterance.
using VariableLookup = std::function<std::string(std::string_view)>;

/// Text with {variables}: "Ses0{session}{letter}", "{actors.Age}". Doubled braces stand for themselves.
class NameTemplate {
 public:
  /// Throws UsageError ("<where>: ...") for an unclosed brace or an empty name.
  NameTemplate(const std::string& text, const std::string& where);
  /// Empty when any variable in it is empty, so that half-filled values never appear.
  std::string expand(const VariableLookup& value_of) const;
  std::vector<std::string> variables() const;

 private:
  struct Piece {
    bool variable;
    std::string text;
  };
  std::vector<Piece> pieces_;
};

/// One column: the first template that is not empty, then optionally a map of values.
struct ColumnRule {
  std::string column;
  std::vector<NameTemplate> from;
  std::map<std::string, std::string>
      values;             ///< raw value -> value; the key "*" is all others, the value "*" is the raw one
  std::string odd, even;  ///< when set: by the parity of the number (RAVDESS: odd actors are male)
  std::string where;      ///< "file:line:column" of the rule

  /// Throws DataError naming `subject` for a value that the map lacks or that is no number where parity decides.
  std::string apply(const VariableLookup& value_of, std::string_view subject) const;
};

/// Raw labels of a corpus to canonical ones. A raw label is looked up as it is, then without regard to case.
class LabelMap {
 public:
  void add(const std::string& raw, const std::string& canonical);
  /// Nothing when it is unknown; the entry "*" stands for all others.
  std::optional<std::string> find(std::string_view raw) const;
  bool empty() const { return exact_.empty(); }
  const std::map<std::string, std::string>& entries() const { return exact_; }

 private:
  std::map<std::string, std::string> exact_, lower_;
};

}  // namespace ser
