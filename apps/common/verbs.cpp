#include <common/verbs.h>
#include <fmt/format.h>
#include <ser/base/error.h>
#include <ser/base/module.h>
#include <ser/base/text.h>
#include <ser/base/version.h>

#include <filesystem>

namespace ser {

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

std::string command_text(int argc, char** argv) {
  std::string text;
  for (int i = 0; i < argc; ++i) {
    const std::string word = i == 0 ? std::filesystem::path(argv[0]).filename().string() : argv[i];
    const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$&|<>;()*?[]#~`!{}") == std::string::npos;
    text += (i ? " " : "") + (plain ? word : "'" + replace_all(word, "'", "'\\''") + "'");
  }
  return text;
}

void check_failures(std::size_t failed, int allowed) {
  if (failed > static_cast<std::size_t>(allowed))
    throw_error<TooManyFailures>("{} utterances failed, --max-failures allows {}; they are named above", failed,
                                 allowed);
}

}  // namespace ser
