#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/corpus/column_rule.h>

namespace ser {

NameTemplate::NameTemplate(const std::string& text, const std::string& where) {
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) pieces_.push_back({false, std::exchange(literal, "")});
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if ((c == '{' || c == '}') && at + 1 < text.size() && text[at + 1] == c) {
      literal += text[at++];
      continue;
    }
    if (c != '{') {
      literal += c;
      continue;
    }
    const auto end = text.find('}', at);
    if (end == std::string::npos || end == at + 1)
      throw_error<UsageError>("{}: '{}' has a brace without a name and a closing brace", where, text);
    flush();
    pieces_.push_back({true, text.substr(at + 1, end - at - 1)});
    at = end;
  }
  flush();
}

std::string NameTemplate::expand(const VariableLookup& value_of) const {
  std::string text;
  for (const Piece& piece : pieces_) {
    if (!piece.variable) {
      text += piece.text;
      continue;
    }
    const std::string value = value_of(piece.text);
    if (value.empty()) return "";
    text += value;
  }
  return text;
}

std::vector<std::string> NameTemplate::variables() const {
  std::vector<std::string> names;
  for (const Piece& piece : pieces_)
    if (piece.variable) names.push_back(piece.text);
  return names;
}

std::string ColumnRule::apply(const VariableLookup& value_of, std::string_view subject) const {
  std::string value;
  for (const NameTemplate& one : from) {
    value = one.expand(value_of);
    if (!value.empty()) break;
  }
  if (value.empty()) return value;
  if (!odd.empty() || !even.empty()) {
    const auto number = parse_integer(value);
    if (!number) throw_error<DataError>("{}: '{}' for {} is not a number ({})", subject, value, column, where);
    return *number % 2 != 0 ? odd : even;
  }
  if (values.empty()) return value;
  auto entry = values.find(value);
  if (entry == values.end()) entry = values.find("*");
  if (entry == values.end())
    throw_error<DataError>("{}: the value '{}' for {} is not in the map at {}", subject, value, column, where);
  return entry->second == "*" ? value : entry->second;
}

void LabelMap::add(const std::string& raw, const std::string& canonical) {
  exact_[raw] = canonical;
  lower_.emplace(to_lower(raw), canonical);
}

std::optional<std::string> LabelMap::find(std::string_view raw) const {
  if (const auto at = exact_.find(std::string(raw)); at != exact_.end()) return at->second;
  if (const auto at = lower_.find(to_lower(raw)); at != lower_.end()) return at->second;
  if (const auto at = exact_.find("*"); at != exact_.end()) return at->second;
  return std::nullopt;
}

}  // namespace ser
