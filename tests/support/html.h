// What tests ask of HTML and SVG.
#pragma once

#include <regex>
#include <string>
#include <vector>

namespace ser::test {

/// Empty when every element from the first `<start` on is closed in order; otherwise what is wrong.
inline std::string unbalanced(const std::string& html, const std::string& start = "<html") {
  std::vector<std::string> open;
  static const std::regex tag("<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\\s+[a-zA-Z0-9-]+=\"[^\"<>]*\")*)\\s*(/?)>");
  std::size_t at = html.find(start);
  if (at == std::string::npos) return "no " + start;
  while ((at = html.find('<', at)) != std::string::npos) {
    std::smatch match;
    const auto begin = html.begin() + static_cast<std::ptrdiff_t>(at);
    if (!std::regex_search(begin, html.end(), match, tag, std::regex_constants::match_continuous))
      return "no tag: " + html.substr(at, 60);
    const std::string name = match[2];
    if (match[1].length() > 0) {
      if (open.empty() || open.back() != name) return "</" + name + "> closes " + (open.empty() ? "none" : open.back());
      open.pop_back();
    } else if (match[4].length() == 0) {
      open.push_back(name);
    }
    at += static_cast<std::size_t>(match[0].length());
  }
  return open.empty() ? "" : "open: " + open.back();
}

inline std::size_t count(const std::string& text, const std::string& piece) {
  std::size_t found = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + piece.size())) ++found;
  return found;
}

/// The values of an attribute, in order.
inline std::vector<std::string> values_of(const std::string& html, const std::string& attribute) {
  std::vector<std::string> values;
  const std::string start = ' ' + attribute + "=\"";
  for (std::size_t at = html.find(start); at != std::string::npos; at = html.find(start, at + 1)) {
    const std::size_t from = at + start.size();
    values.push_back(html.substr(from, html.find('"', from) - from));
  }
  return values;
}

}  // namespace ser::test
