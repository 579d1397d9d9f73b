// One table per component: name, type, default, range, unit and help of each field of its options struct. The table
// feeds YAML files, command-line flags, --help, --dump-config, validation, hashes and the reference page.
#pragma once

#include <ser/base/error.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ser {

/// One field. Keys are lower case with underscores ("num_mels"); the flag is the same with dashes ("--num-mels").
class Option {
 public:
  Option& range(double low, double high) {
    low_ = low, high_ = high;
    return *this;
  }
  Option& at_least(double low) { return range(low, std::numeric_limits<double>::infinity()); }
  Option& unit(std::string unit) {
    unit_ = std::move(unit);
    return *this;
  }
  Option& choices(std::vector<std::string> choices) {
    choices_ = std::move(choices);
    return *this;
  }
  /// Given without a flag's name; a list takes all that are left.
  Option& positional() {
    positional_ = true;
    return *this;
  }
  Option& required() {
    required_ = true;
    return *this;
  }
  /// Steers the call but not the result (threads, output place): left out of dumps and hashes.
  Option& transient() {
    transient_ = true;
    return *this;
  }

  const std::string& key() const { return key_; }
  std::string flag() const;  ///< "--mfcc.num-ceps"
  /// Help with unit, choices, range and default in one line.
  std::string description() const;
  std::string type() const { return type_; }
  std::string help() const { return help_; }
  std::string default_text() const { return default_; }
  std::string constraint() const;  ///< "0 to 1 s", "a, b, c" or empty
  bool is_list() const { return list_; }
  bool is_bool() const { return type_ == "bool"; }
  bool is_positional() const { return positional_; }
  bool is_required() const { return required_; }
  bool is_transient() const { return transient_; }
  bool was_set() const { return set_; }
  std::vector<std::string> values() const { return get_(); }
  /// Throws UsageError ("num_mels: 0 is outside 1 to 512").
  void assign(const std::vector<std::string>& texts);

 private:
  friend class OptionTable;
  std::string key_, help_, unit_, type_, default_;
  double low_ = -std::numeric_limits<double>::infinity(), high_ = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices_;
  bool list_ = false, positional_ = false, required_ = false, transient_ = false, set_ = false;
  std::function<void(const std::vector<std::string>&)> set_value_;
  std::function<std::vector<std::string>()> get_;
};

/// The fields of one component (or of several, in sections), bound to one instance of its struct, which must outlive
/// it.
class OptionTable {
 public:
  Option& add(std::string key, bool& field, std::string help);
  Option& add(std::string key, int& field, std::string help);
  Option& add(std::string key, std::uint64_t& field, std::string help);
  Option& add(std::string key, double& field, std::string help);
  Option& add(std::string key, std::string& field, std::string help);
  Option& add(std::string key, std::vector<std::string>& field, std::string help);
  Option& add(std::string key, std::vector<double>& field, std::string help);
  Option& add(std::string key, std::vector<int>& field, std::string help);

  /// Adds all fields of a component under "name.": describe_options(table, options) is the component's own function,
  /// found by its argument type.
  template <class Options>
  void section(const std::string& name, Options& options) {
    section(name, [&options](OptionTable& inner) { describe_options(inner, options); });
  }
  /// The same for a component that registers its fields itself.
  void section(const std::string& name, const std::function<void(OptionTable&)>& describe) {
    const std::string outer = prefix_;
    prefix_ += name + ".";
    describe(*this);
    prefix_ = outer;
  }

  std::deque<Option>& options() { return options_; }
  const std::deque<Option>& options() const { return options_; }
  Option* find(std::string_view key);
  /// Throws UsageError for an unknown key, naming the nearest known one.
  void assign(std::string_view key, const std::vector<std::string>& texts);
  /// Throws UsageError when a required field was never set.
  void check_required() const;

  /// Reads a YAML file: nested maps are sections. Unknown keys and wrong values are UsageErrors with file:line:column.
  void load_yaml(const std::string& path);
  /// The same from a text, as dump_yaml() gives it; `source` for messages.
  void load_yaml_text(const std::string& text, const std::string& source);
  /// All fields that are not transient, as YAML, in the order of the table.
  std::string dump_yaml() const;
  /// 32 hexadecimal digits over dump_yaml().
  std::string hash() const;
  /// A Markdown table of all fields.
  std::string markdown() const;

 private:
  template <class T>
  Option& add_field(std::string key, T& field, std::string help, std::string type);
  std::string prefix_;
  std::deque<Option> options_;
};

}  // namespace ser
