// The notation that the MSP corpora share: "name; N; A:2.5; V:3.0; D:2.75 ;" and rater lines below.
#pragma once

#include <ser/corpus/annotations.h>

#include <string>
#include <string_view>
#include <vector>

namespace ser {

/// Trimmed fields between semicolons, without the empty one behind the last; nothing for a blank line.
std::vector<std::string> semicolon_fields(std::string_view text);

/// "A:2.500000" -> "2.500000"; "A:NaN" -> "". Throws DataError when the letter or the number is wrong.
std::string scored(const std::string& field, char letter, const std::string& where);

/// Gathers "rater_12; Neutral; Neutral,Bored; A:3.0; ..." lines of one utterance: each line is one vote for the primary
/// emotion, also when a rater occurs twice.
class RaterVotes {
 public:
  void begin(AnnotationEntry& entry) { entry_ = &entry; }
  /// Throws DataError with `where` when it is no rater's line or comes before any utterance.
  void add_line(const std::vector<std::string>& fields, const std::string& where);
  void add_vote(const std::string& primary) { votes_.emplace_back(primary, 1.0); }
  /// Stores the votes as the entry's first distribution.
  void finish();

 private:
  AnnotationEntry* entry_ = nullptr;
  std::vector<std::pair<std::string, double>> votes_;
};

}  // namespace ser
