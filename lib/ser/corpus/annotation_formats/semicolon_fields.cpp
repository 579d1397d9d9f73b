#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/corpus/annotation_formats/semicolon_fields.h>

#include <cmath>

namespace ser {

std::vector<std::string> semicolon_fields(std::string_view text) {
  std::vector<std::string> fields;
  if (trim(text).empty()) return fields;
  for (const std::string& piece : split(text, ';')) fields.emplace_back(trim(piece));
  if (fields.size() > 1 && fields.back().empty()) fields.pop_back();
  return fields;
}

std::string scored(const std::string& field, char letter, const std::string& where) {
  const bool right_letter = field.size() > 2 && field[0] == letter && field[1] == ':';
  const std::string_view number = right_letter ? trim(std::string_view(field).substr(2)) : std::string_view();
  const auto value = parse_double(number);
  if (!value) throw_error<DataError>("{}: expected '{}:number', found '{}'", where, letter, field);
  return std::isfinite(*value) ? std::string(number) : "";
}

void RaterVotes::add_line(const std::vector<std::string>& fields, const std::string& where) {
  if (!entry_) throw_error<DataError>("{}: '{}' comes before any utterance", where, fields[0]);
  if (fields.size() < 5 || fields[1].empty())
    throw_error<DataError>("{}: expected 'rater; primary; secondary; A:..; V:..; D:..;', found '{}'", where,
                           join(fields, "; "));
  add_vote(fields[1]);
}

void RaterVotes::finish() {
  if (entry_) entry_->distributions[0] = normalised(votes_);
  entry_ = nullptr;
  votes_.clear();
}

}  // namespace ser
