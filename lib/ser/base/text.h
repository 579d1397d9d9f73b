// Small pieces of text handling: splitting, numbers, nearest names.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ser {

std::vector<std::string> split(std::string_view text, char separator);
/// Splits at runs of blanks and tabs; no empty pieces.
std::vector<std::string> split_words(std::string_view text);
std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text);
std::string join(std::span<const std::string> pieces, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// Whole text as a number, independent of the locale; nothing when it is not one. Accepts "nan" and "inf".
std::optional<double> parse_double(std::string_view text);
std::optional<long long> parse_integer(std::string_view text);

/// Shortest text that reads back as the same number.
std::string format_number(double value);
std::string format_number(float value);

/// The candidate with the fewest edits to `name`, if near enough to be a likely typing error.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates);
/// ", did you mean 'x'?" or, with no near candidate, "; known: a, b, c".
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

/// "1.5 h", "2 min 5 s", "0.80 s"
std::string format_duration(double seconds);
std::string format_bytes(double bytes);

}  // namespace ser
