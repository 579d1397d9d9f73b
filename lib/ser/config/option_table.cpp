#include <ser/base/file.h>
#include <ser/base/hash.h>
#include <ser/base/text.h>
#include <ser/config/option_table.h>
#include <ser/config/yaml.h>

#include <algorithm>

namespace ser {
namespace {

template <class T>
struct Field;

template <>
struct Field<bool> {
  static bool parse(const std::string& text) {
    if (text == "true" || text == "yes" || text == "on") return true;
    if (text == "false" || text == "no" || text == "off") return false;
    throw_error<UsageError>("'{}' is not true or false", text);
  }
  static std::string format(bool value) { return value ? "true" : "false"; }
};
template <>
struct Field<int> {
  static int parse(const std::string& text) {
    const auto value = parse_integer(text);
    if (!value || *value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max())
      throw_error<UsageError>("'{}' is not a whole number", text);
    return static_cast<int>(*value);
  }
  static std::string format(int value) { return std::to_string(value); }
};
template <>
struct Field<std::uint64_t> {
  static std::uint64_t parse(const std::string& text) {
    const auto value = parse_integer(text);
    if (!value || *value < 0) throw_error<UsageError>("'{}' is not a whole number of at least 0", text);
    return static_cast<std::uint64_t>(*value);
  }
  static std::string format(std::uint64_t value) { return std::to_string(value); }
};
template <>
struct Field<double> {
  static double parse(const std::string& text) {
    const auto value = parse_double(text);
    if (!value) throw_error<UsageError>("'{}' is not a number", text);
    return *value;
  }
  static std::string format(double value) { return format_number(value); }
};
template <>
struct Field<std::string> {
  static std::string parse(const std::string& text) { return text; }
  static std::string format(const std::string& value) { return value; }
};

template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;

std::string yaml_scalar(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_of(":#{}[],&*?|<>=!%@`'\"\\\n\t ") == std::string::npos &&
                     text.front() != '-' && text != "~" && text != "null";
  if (plain || parse_double(text)) return text;
  return '"' + replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\"") + '"';
}

}  // namespace

std::string Option::flag() const {
  std::string name = key_;
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

std::string Option::constraint() const {
  if (!choices_.empty()) return join(choices_, ", ");
  const bool low = low_ > -std::numeric_limits<double>::infinity(),
             high = high_ < std::numeric_limits<double>::infinity();
  std::string text;
  if (low && high) text = fmt::format("{} to {}", low_, high_);
  if (low && !high) text = fmt::format("at least {}", low_);
  if (!low && high) text = fmt::format("at most {}", high_);
  if (!unit_.empty()) text += (text.empty() ? "" : " ") + unit_;
  return text;
}

std::string Option::description() const {
  std::string text = help_;
  if (const std::string limits = constraint(); !limits.empty()) text += fmt::format(" ({})", limits);
  if (!default_.empty()) text += fmt::format(" [{}]", default_);
  return text;
}

void Option::assign(const std::vector<std::string>& texts) {
  try {
    for (const std::string& text : texts) {
      if (!choices_.empty() && std::find(choices_.begin(), choices_.end(), text) == choices_.end())
        throw_error<UsageError>("'{}' is not one of the choices{}", text, suggestion(text, choices_));
      if (const auto number = parse_double(text); number && type_.find("text") == std::string::npos && !is_bool())
        if (!(*number >= low_ && *number <= high_)) throw_error<UsageError>("{} is outside {}", text, constraint());
    }
    set_value_(texts);
    set_ = true;
  } catch (const UsageError& error) {
    throw_error<UsageError>("{}: {}", key_, error.what());
  }
}

template <class T>
Option& OptionTable::add_field(std::string key, T& field, std::string help, std::string type) {
  Option& option = options_.emplace_back();
  option.key_ = prefix_ + std::move(key);
  option.help_ = std::move(help);
  option.type_ = std::move(type);
  option.list_ = is_vector<T>;
  if constexpr (is_vector<T>) {
    using Item = typename T::value_type;
    option.set_value_ = [&field](const std::vector<std::string>& texts) {
      T parsed;
      for (const std::string& text : texts) parsed.push_back(Field<Item>::parse(text));
      field = std::move(parsed);
    };
    option.get_ = [&field] {
      std::vector<std::string> texts;
      for (const Item& item : field) texts.push_back(Field<Item>::format(item));
      return texts;
    };
  } else {
    option.set_value_ = [&field](const std::vector<std::string>& texts) {
      if (texts.size() != 1) throw_error<UsageError>("expected one value, got {}", texts.size());
      field = Field<T>::parse(texts[0]);
    };
    option.get_ = [&field] { return std::vector<std::string>{Field<T>::format(field)}; };
  }
  option.default_ = join(option.get_(), ",");
  return option;
}

Option& OptionTable::add(std::string key, bool& field, std::string help) {
  return add_field(std::move(key), field, std::move(help), "bool");
}
Option& OptionTable::add(std::string key, int& field, std::string help) {
  return add_field(std::move(key), field, std::move(help), "integer");
}
Option& OptionTable::add(std::string key, std::uint64_t& field, std::string help) {
  return add_field(std::move(key), field, std::move(help), "integer");
}
Option& OptionTable::add(std::string key, double& field, std::string help) {
  return add_field(std::move(key), field, std::move(help), "number");
}
Option& OptionTable::add(std::string key, std::string& field, std::string help) {
  return add_field(std::move(key), field, std::move(help), "text");
}
Option& OptionTable::add(std::string key, std::vector<std::string>& field, std::string help) {
  return add_field(std::move(key), field, std::move(help), "list of text");
}
Option& OptionTable::add(std::string key, std::vector<double>& field, std::string help) {
  return add_field(std::move(key), field, std::move(help), "list of numbers");
}
Option& OptionTable::add(std::string key, std::vector<int>& field, std::string help) {
  return add_field(std::move(key), field, std::move(help), "list of integers");
}

Option* OptionTable::find(std::string_view key) {
  const auto at = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.key() == key; });
  return at == options_.end() ? nullptr : &*at;
}

void OptionTable::assign(std::string_view key, const std::vector<std::string>& texts) {
  if (Option* option = find(key)) return option->assign(texts);
  std::vector<std::string> keys;
  for (const Option& option : options_) keys.push_back(option.key());
  throw_error<UsageError>("unknown option '{}'{}", key, suggestion(key, keys));
}

void OptionTable::check_required() const {
  for (const Option& option : options_)
    if (option.is_required() && !option.was_set())
      throw_error<UsageError>("{} is missing: {}", option.is_positional() ? option.key() : option.flag(),
                              option.help());
}

namespace {

void load_map(OptionTable& table, const YAML::Node& map, const std::string& path, const std::string& prefix) {
  for (const auto& entry : map) {
    const std::string key = prefix + entry.first.as<std::string>();
    const YAML::Node& value = entry.second;
    try {
      if (value.IsMap()) {
        load_map(table, value, path, key + ".");
      } else if (value.IsSequence()) {
        std::vector<std::string> texts;
        for (const YAML::Node& item : value) texts.push_back(item.as<std::string>());
        table.assign(key, texts);
      } else if (value.IsNull()) {
        throw_error<UsageError>("{}: has no value", key);
      } else if (const Option* option = table.find(key); option && option->is_list()) {
        table.assign(key, split(value.as<std::string>(), ','));
      } else {
        table.assign(key, {value.as<std::string>()});
      }
    } catch (const UsageError& error) {
      const std::string text = error.what();
      if (text.starts_with(path)) throw;
      throw_error<UsageError>("{}: {}", yaml_where(path, entry.first), text);
    } catch (const YAML::Exception&) {
      throw_error<UsageError>("{}: {} has a value of the wrong kind", yaml_where(path, value), key);
    }
  }
}

}  // namespace

void OptionTable::load_yaml(const std::string& path) {
  const YAML::Node root = read_yaml<UsageError>(path);
  if (root.IsNull()) return;
  if (!root.IsMap()) throw_error<UsageError>("{}:1:1: expected 'key: value' lines", path);
  load_map(*this, root, path, "");
}

void OptionTable::load_yaml_text(const std::string& text, const std::string& source) {
  try {
    load_map(*this, YAML::Load(text), source, "");
  } catch (const YAML::Exception& error) {
    throw_error<UsageError>("{}: {}", source, error.what());
  }
}

std::string OptionTable::dump_yaml() const {
  std::string text;
  std::vector<std::string> open;  // sections of the line before
  for (const Option& option : options_) {
    if (option.is_transient()) continue;
    std::vector<std::string> sections = split(option.key(), '.');
    const std::string name = sections.back();
    sections.pop_back();
    std::size_t shared = 0;
    while (shared < std::min(open.size(), sections.size()) && open[shared] == sections[shared]) ++shared;
    for (; shared < sections.size(); ++shared) text += std::string(2 * shared, ' ') + sections[shared] + ":\n";
    open = sections;
    std::vector<std::string> values = option.values();
    for (std::string& value : values) value = yaml_scalar(value);
    const std::string shown = option.is_list() ? "[" + join(values, ", ") + "]" : values[0];
    text += std::string(2 * sections.size(), ' ') + name + ": " + shown + "\n";
  }
  return text;
}

std::string OptionTable::hash() const { return hash_bytes(dump_yaml()); }

std::string OptionTable::markdown() const {
  std::string text = "| option | type | default | values | meaning |\n| --- | --- | --- | --- | --- |\n";
  for (const Option& option : options_)
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", option.is_positional() ? option.key() : option.flag(),
                        option.type(), option.default_text().empty() ? "" : "`" + option.default_text() + "`",
                        option.constraint(), replace_all(option.help(), "|", "\\|"));
  return text;
}

}  // namespace ser
