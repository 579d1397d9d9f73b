#include <ser/base/error.h>
#include <ser/base/text.h>
#include <ser/corpus/name_pattern.h>

#include <algorithm>
#include <regex>

namespace ser {

struct NamePattern::Compiled {
  std::regex regex;
};

namespace {

constexpr std::size_t longest_text = 1000;

/// An expression in the syntax of std::regex, with the numbers of its named groups.
struct Translation {
  std::string expression;
  std::vector<std::string> names;
  std::vector<std::size_t> numbers;
};

class Translator {
 public:
  Translator(const std::string& text, const std::string& where) : text_(text), where_(where) {}

  Translation run() {
    bool in_class = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\\') {
        escape();
      } else if (!in_class && c == '(') {
        group();
      } else {
        if (c == '[') in_class = true;
        if (c == ']') in_class = false;
        take(1);
      }
    }
    return std::move(out_);
  }

 private:
  void take(std::size_t count) {
    out_.expression += text_.substr(at_, count);
    at_ += count;
  }

  std::string name_until_angle() {
    const auto end = text_.find('>', at_);
    const std::string name = end == std::string::npos ? "" : text_.substr(at_, end - at_);
    const auto good = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
    if (name.empty() || !std::all_of(name.begin(), name.end(), good))
      throw_error<UsageError>("{}: a group in '{}' has no proper name (letters, digits, underscores)", where_, text_);
    at_ = end + 1;
    return name;
  }

  void escape() {
    if (text_.compare(at_, 3, "\\k<") != 0) return take(std::min<std::size_t>(2, text_.size() - at_));
    at_ += 3;
    const std::string name = name_until_angle();
    const auto known = std::find(out_.names.begin(), out_.names.end(), name);
    if (known == out_.names.end())
      throw_error<UsageError>("{}: \\k<{}> comes before a group of that name", where_, name);
    out_.expression +=
        "(?:\\" + std::to_string(out_.numbers[static_cast<std::size_t>(known - out_.names.begin())]) + ")";
  }

  void group() {
    if (text_.compare(at_, 2, "(?") != 0) {
      ++groups_;
      return take(1);
    }
    if (text_.compare(at_, 3, "(?<") != 0) return take(2);
    if (text_.compare(at_, 4, "(?<=") == 0 || text_.compare(at_, 4, "(?<!") == 0)
      throw_error<UsageError>("{}: look-behind is not supported in '{}'", where_, text_);
    at_ += 3;
    const std::string name = name_until_angle();
    if (std::find(out_.names.begin(), out_.names.end(), name) != out_.names.end())
      throw_error<UsageError>("{}: the group name '{}' occurs twice", where_, name);
    out_.expression += '(';
    out_.names.push_back(name);
    out_.numbers.push_back(++groups_);
  }

  const std::string& text_;
  const std::string& where_;
  std::size_t at_ = 0, groups_ = 0;
  Translation out_;
};

NameGroups groups_of(const std::cmatch& match, const std::vector<std::string>& names,
                     const std::vector<std::size_t>& numbers) {
  NameGroups groups;
  for (std::size_t i = 0; i < names.size(); ++i) groups.emplace(names[i], match[numbers[i]].str());
  return groups;
}

}  // namespace

NamePattern::NamePattern(const std::string& expression, const std::string& where) : expression_(expression) {
  Translation translation = Translator(expression, where).run();
  names_ = std::move(translation.names);
  numbers_ = std::move(translation.numbers);
  components_ = 1 + static_cast<std::size_t>(std::count(expression.begin(), expression.end(), '/'));
  try {
    compiled_ = std::make_shared<Compiled>(Compiled{std::regex(translation.expression)});
  } catch (const std::regex_error& error) {
    throw_error<UsageError>("{}: '{}' is not a regular expression: {}", where, expression, error.what());
  }
}

std::optional<NameGroups> NamePattern::match_end(std::string_view path) const {
  if (path.empty() || path.size() > longest_text) return std::nullopt;
  std::size_t begin = path.size();
  for (std::size_t component = 0; component < components_ && begin > 0; ++component) {
    const auto slash = path.rfind('/', begin == path.size() ? begin : begin - 2);
    begin = slash == std::string_view::npos ? 0 : slash + 1;
    std::cmatch match;
    if (std::regex_match(path.data() + begin, path.data() + path.size(), match, compiled_->regex))
      return groups_of(match, names_, numbers_);
    if (begin == 1) break;
  }
  return std::nullopt;
}

std::optional<NameGroups> NamePattern::search(std::string_view text) const {
  std::cmatch match;
  if (text.size() > longest_text || !std::regex_search(text.data(), text.data() + text.size(), match, compiled_->regex))
    return std::nullopt;
  return groups_of(match, names_, numbers_);
}

NamePattern glob_pattern(const std::string& glob, const std::string& where) {
  std::string expression;
  for (const char c : glob) {
    if (c == '*')
      expression += "[^/]*";
    else if (c == '?')
      expression += "[^/]";
    else if (std::string_view("\\^$.|+()[]{}").find(c) != std::string_view::npos)
      expression += std::string("\\") + c;
    else
      expression += c;
  }
  return NamePattern(expression, where);
}

}  // namespace ser
