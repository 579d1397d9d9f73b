#include <fmt/format.h>
#include <ser/base/text.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace ser {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    pieces.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return pieces;
    begin = end + 1;
  }
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t begin = text.find_first_not_of(" \t"); begin != std::string_view::npos;) {
    const std::size_t end = text.find_first_of(" \t", begin);
    words.emplace_back(text.substr(begin, end - begin));
    begin = end == std::string_view::npos ? end : text.find_first_not_of(" \t", end);
  }
  return words;
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

std::string join(std::span<const std::string> pieces, std::string_view separator) {
  return fmt::format("{}", fmt::join(pieces, separator));
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

namespace {
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  Number value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}
}  // namespace

std::optional<double> parse_double(std::string_view text) { return parse_number<double>(text); }
std::optional<long long> parse_integer(std::string_view text) { return parse_number<long long>(text); }

std::string format_number(double value) { return fmt::format("{}", value); }
std::string format_number(float value) { return fmt::format("{}", value); }

namespace {

/// Levenshtein's distance.
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t substituted = diagonal + (from[i - 1] != to[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

/// "num-mels" of "--logmel.num-mels".
std::string_view without_section(std::string_view name) {
  const auto dot = name.rfind('.');
  return name.substr(dot == std::string_view::npos ? std::min(name.find_first_not_of('-'), name.size()) : dot + 1);
}

}  // namespace

std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates) {
  std::optional<std::string> best;
  // A third of the letters may differ, but never all.
  std::size_t best_distance = std::min(std::max<std::size_t>(1, (name.size() + 1) / 3) + 1, name.size());
  for (const std::string& candidate : candidates) {
    std::size_t distance = edits(name, candidate);
    if (candidate.find('.') != std::string::npos)
      distance = std::min(distance, edits(without_section(name), without_section(candidate)) + 1);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string suggestion(std::string_view name, std::span<const std::string> candidates) {
  if (const auto near = nearest(name, candidates)) return fmt::format(", did you mean '{}'?", *near);
  constexpr std::size_t readable = 30;
  return candidates.size() > readable ? "" : fmt::format("; known: {}", fmt::join(candidates, ", "));
}

std::string format_duration(double seconds) {
  if (seconds < 60) return fmt::format("{:.2f} s", seconds);
  if (seconds < 3600)
    return fmt::format("{} min {:.0f} s", static_cast<int>(seconds / 60),
                       seconds - 60 * static_cast<int>(seconds / 60));
  return fmt::format("{:.2f} h", seconds / 3600);
}

std::string format_bytes(double bytes) {
  if (bytes < 1024) return fmt::format("{:.0f} B", bytes);
  if (bytes < 1024. * 1024) return fmt::format("{:.1f} KiB", bytes / 1024);
  if (bytes < 1024. * 1024 * 1024) return fmt::format("{:.1f} MiB", bytes / 1024 / 1024);
  return fmt::format("{:.2f} GiB", bytes / 1024 / 1024 / 1024);
}

}  // namespace ser
