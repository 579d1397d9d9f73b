// Regular expressions over file names with named groups, which the C++ standard library lacks.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ser {

/// Named groups of a match; a group that took no part is empty.
using NameGroups = std::map<std::string, std::string>;

/// ECMAScript syntax with (?<name>...) for named groups and \k<name> for their repetition. Case matters.
class NamePattern {
 public:
  /// Throws UsageError ("<where>: ...") for a malformed expression, an unnamed or duplicate name, look-behind.
  NamePattern(const std::string& expression, const std::string& where);

  /// Matches the last folders and the name of a relative path: "Actor_07/a-b" matches in "x/Actor_07/a-b", but "a-b"
  /// does not in "x/za-b". As many components are tried as the expression has slashes, and one more. Paths longer than
  /// 1000 bytes never match, since the standard library's matcher recurses over the text.
  std::optional<NameGroups> match_end(std::string_view path) const;
  /// First place inside the text, for short texts.
  std::optional<NameGroups> search(std::string_view text) const;

  const std::vector<std::string>& names() const { return names_; }
  const std::string& expression() const { return expression_; }

 private:
  struct Compiled;
  std::string expression_;
  std::vector<std::string> names_;    ///< in the order of the groups that have one
  std::vector<std::size_t> numbers_;  ///< group number of each name
  std::size_t components_ = 1;        ///< path components that a match can span
  std::shared_ptr<const Compiled> compiled_;
};

/// Translates a glob ("dialog/EmoEvaluation/*.txt"; * and ? do not cross folders) for match_end.
NamePattern glob_pattern(const std::string& glob, const std::string& where);

}  // namespace ser
