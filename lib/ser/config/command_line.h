// Programs and their verbs: from argv to a filled option table and a run, the same for all five programs.
#pragma once

#include <ser/config/option_table.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ser {

/// Options that every verb has.
struct CommonOptions {
  int threads = 0;  ///< at least 1 when a verb runs; given as 0: what the scheduler or cgroup allots
  bool quiet = false;
  bool verbose = false;
};

/// One verb of a program ("features" of ser-extract), or the only action of a program without verbs.
class Verb {
 public:
  virtual ~Verb() = default;
  virtual std::string name() const = 0;      ///< "features"; the program's own name when it has one action
  virtual std::string summary() const = 0;   ///< one line
  virtual std::string examples() const = 0;  ///< lines that can be pasted into a shell
  /// Registers options and positional arguments, bound to members of the verb.
  virtual void describe(OptionTable& table) = 0;
  /// Called once all values are known, to put a named preset (--set, --preset) under them: config files and flags are
  /// applied again afterwards and win.
  virtual void apply_preset(OptionTable&) {}
  /// Does the work. `resolved` holds the values after presets, config files and flags. Throws Error.
  virtual void run(const OptionTable& resolved, const CommonOptions& common) = 0;
};

struct Program {
  std::string name;     ///< "ser-extract"
  std::string summary;  ///< one line
  std::vector<std::unique_ptr<Verb>> verbs;
  std::function<std::string()> version_text;  ///< for --version
};

/// Parses, loads config files (--config, in order; flags win), runs the verb, reports errors on stderr. Returns the
/// exit status: DESIGN "Exit codes". What the verb used is recorded where SER_USAGE asks for it (base/usage.h).
int run_program(Program& program, int argc, char** argv);

/// The reference page of a program, as Markdown: every verb with all its options.
std::string reference_markdown(const Program& program);

}  // namespace ser
