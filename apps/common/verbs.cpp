#include <common/verbs.h>
#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/module.h>
#include <ser/base/text.h>
#include <ser/base/version.h>

#include <filesystem>

namespace ser {
namespace {

std::string shell_quoted(const std::string& text) {
  const bool plain = !text.empty() && text.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_-./:,=+@%") == std::string::npos;
  return plain ? text : "'" + replace_all(text, "'", "'\\''") + "'";
}

}  // namespace

std::string version_text(const std::string& program) {
  std::string tensor;
  try {
    tensor = reinterpret_cast<const char* (*)()>(tensor_module_symbol("ser_tensor_version"))();
  } catch (const Error& error) {
    tensor = fmt::format("LibTorch not available: {}", error.what());
  }
  const BuildInfo info = build_info();
  return fmt::format("{} {} (git {}, {}, {}; {})", program, info.version, info.git_hash, info.compiler, info.build_type,
                     tensor);
}

std::string command_text(const std::string& program_and_verb, const OptionTable& table) {
  std::string text = program_and_verb;
  for (const Option& option : table.options()) {
    if (!option.was_set() || option.is_transient()) continue;
    if (option.is_positional()) {
      for (const std::string& value : option.values()) text += ' ' + shell_quoted(value);
    } else if (option.is_bool()) {
      text += ' ' + (option.values()[0] == "true" ? option.flag() : "--no-" + option.flag().substr(2));
    } else {
      text += ' ' + option.flag() + ' ' + shell_quoted(join(option.values(), ","));
    }
  }
  return text;
}

void refuse_output_over_input(const std::string& output, const std::vector<std::string>& inputs) {
  std::error_code ignored;
  for (const std::string& input : inputs)
    if (!output.empty() && output != "-" && std::filesystem::equivalent(output, input, ignored))
      throw_error<UsageError>("the output {} is an input; it would be lost", output);
}

void check_failures(std::size_t failed, int allowed) {
  if (failed > static_cast<std::size_t>(allowed))
    throw_error<TooManyFailures>("{} utterances failed, --max-failures allows {}; they are named above", failed,
                                 allowed);
}

}  // namespace ser
