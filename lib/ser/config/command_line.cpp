#include <ser/base/log.h>
#include <ser/base/parallel.h>
#include <ser/base/signals.h>
#include <ser/base/text.h>
#include <ser/base/usage.h>
#include <ser/config/command_line.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <utility>

namespace ser {
namespace {

constexpr const char* config_help = "YAML file of options; may be repeated, later files win, flags win over all";

void describe_options(OptionTable& table, CommonOptions& common) {
  table.add("threads", common.threads, "threads of the whole program; 0 takes what the scheduler or cgroup allots")
      .range(0, 1024)
      .transient();
  table.add("quiet", common.quiet, "only warnings and errors on stderr").transient();
  table.add("verbose", common.verbose, "more messages on stderr").transient();
}

using Assignment = std::pair<Option*, std::vector<std::string>>;

/// Adds one option to CLI11; what is given lands in `given`.
void bind(CLI::App& app, Option& option, std::vector<Assignment>& given) {
  if (option.is_bool()) {
    // --flag, --flag=false. CLI11 writes the value to a place of its own, too.
    const auto place = std::make_shared<std::string>();
    app.add_flag(option.flag(), *place, option.description())->each([&, place](const std::string& value) {
      given.push_back({&option, {value}});
    });
    app.add_flag_callback("--no-" + option.flag().substr(2), [&] { given.push_back({&option, {"false"}}); })->group("");
    return;
  }
  const std::string name = option.is_positional() ? option.key() : option.flag();
  auto* bound = app.add_option_function<std::vector<std::string>>(
      name,
      [&](const std::vector<std::string>& texts) {
        std::vector<std::string> values;
        for (const std::string& text : texts) {
          if (option.is_list() && !option.is_positional())
            for (std::string& piece : split(text, ',')) values.push_back(std::move(piece));
          else
            values.push_back(text);
        }
        given.push_back({&option, values});
      },
      option.description());
  bound->type_name(option.is_positional()    ? ""
                   : option.is_list()        ? "A,B,..."
                   : option.type() == "text" ? "TEXT"
                                             : "NUMBER");
  if (option.is_list())
    bound->expected(option.is_positional() ? -1 : 1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  else
    bound->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)->allow_extra_args(false);
}

/// A verb with its table, its place in CLI11 and what was given for it.
struct BoundVerb {
  Verb* verb;
  CommonOptions common;
  OptionTable table;
  CLI::App* app;
  std::vector<Assignment> given;
  std::vector<std::string> configs;
  bool dump = false;
};

void bind(BoundVerb& bound) {
  bound.verb->describe(bound.table);
  describe_options(bound.table, bound.common);
  for (Option& option : bound.table.options()) bind(*bound.app, option, bound.given);
  bound.app->add_option("--config", bound.configs, config_help)
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  bound.app->add_flag("--dump-config", bound.dump, "print the resolved options as YAML and stop");
  bound.app->footer("\nExamples:\n" + bound.verb->examples());
}

void resolve(BoundVerb& bound) {
  const auto apply = [&] {
    for (const std::string& config : bound.configs) bound.table.load_yaml(config);
    for (auto& [option, texts] : bound.given) try {
        option->assign(texts);
      } catch (const UsageError& error) {
        throw_error<UsageError>("{} {}: {}", option->is_positional() ? "argument" : "option",
                                option->is_positional() ? option->key() : option->flag(),
                                std::string(error.what()).substr(option->key().size() + 2));
      }
  };
  apply();
  bound.verb->apply_preset(bound.table);
  apply();
}

/// CLI11's message for an unknown flag or verb names it only; the nearest known one is added here.
std::string parse_error_message(const CLI::ParseError& error, const Program& program, const BoundVerb* bound,
                                const std::string& first) {
  const std::string text = error.what();
  if (text.find("not expected") == std::string::npos) return text;
  const auto dashes = text.find("--");
  if (!bound) {
    std::vector<std::string> names;
    for (const auto& verb : program.verbs) names.push_back(verb->name());
    return dashes == std::string::npos ? fmt::format("unknown verb '{}'{}", first, suggestion(first, names)) : text;
  }
  if (dashes == std::string::npos) return text;
  std::vector<std::string> flags{"--config", "--dump-config", "--help"};
  for (const Option& option : bound->table.options())
    if (!option.is_positional()) flags.push_back(option.flag());
  const std::string flag = text.substr(dashes, text.find_first_of(" =", dashes) - dashes);
  const auto near = nearest(flag, flags);
  return fmt::format("unknown option {}{}", flag, near ? fmt::format(", did you mean '{}'?", *near) : "");
}

int run_verb(BoundVerb& bound) {
  resolve(bound);
  if (bound.dump) {
    std::cout << bound.table.dump_yaml();
    return 0;
  }
  bound.table.check_required();
  if (bound.common.quiet) log::set_level(log::Level::warning);
  if (bound.common.verbose) log::set_level(log::Level::debug);
  if (bound.common.threads == 0) bound.common.threads = available_threads();
  install_signal_handlers();
  bound.verb->run(bound.table, bound.common);
  return 0;
}

void set_up(CLI::App& app, Program& program, std::vector<std::unique_ptr<BoundVerb>>& bound, bool& show_version) {
  app.set_help_flag("-h,--help", "this text");
  app.add_flag("--version", show_version, "version, git hash, compiler, LibTorch and its BLAS");
  const bool single = program.verbs.size() == 1 && program.verbs[0]->name() == program.name;
  for (const auto& verb : program.verbs) {
    auto& one = bound.emplace_back(std::make_unique<BoundVerb>());
    one->verb = verb.get();
    one->app = single ? &app : app.add_subcommand(verb->name(), verb->summary());
    one->app->set_help_flag("-h,--help", "this text");
    bind(*one);
  }
  if (!single) app.require_subcommand(0, 1);
}

/// run_program, and in `ran` the verb that was run, if any.
int parse_and_run(Program& program, int argc, char** argv, std::string& ran) {
  if (argc == 2 && std::string_view(argv[1]) == "--reference") {  // scripts/make_option_reference.sh
    std::cout << reference_markdown(program);
    return 0;
  }
  CLI::App app(program.summary, program.name);
  std::vector<std::unique_ptr<BoundVerb>> verbs;
  bool show_version = false;
  set_up(app, program, verbs, show_version);
  const auto selected = [&]() -> BoundVerb* {
    for (const auto& verb : verbs)
      if (verb->app == &app || verb->app->parsed()) return verb.get();
    return nullptr;
  };
  const auto complain = [&](const std::string& message, int code) {
    const BoundVerb* verb = selected();
    std::cerr << program.name << (verb && verb->app != &app ? " " + verb->verb->name() : "") << ": error: " << message
              << '\n';
    if (code == static_cast<int>(ExitCode::usage))
      std::cerr << "see '" << program.name << (verb && verb->app != &app ? " " + verb->verb->name() : "")
                << " --help'\n";
    return code;
  };
  try {
    app.parse(argc, argv);
    if (show_version) {
      std::cout << program.version_text() << '\n';
      return 0;
    }
    BoundVerb* verb = selected();
    if (!verb) throw UsageError("a verb is missing");
    ran = program.name + (verb->app == &app ? "" : " " + verb->verb->name());
    const int status = run_verb(*verb);
    if (!std::cout.flush()) throw Error("writing to standard output failed");
    return status;
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return 0;
  } catch (const CLI::ParseError& error) {
    return complain(parse_error_message(error, program, selected(), argc > 1 ? argv[1] : ""),
                    static_cast<int>(ExitCode::usage));
  } catch (const Error& error) {
    return complain(error.what(), static_cast<int>(error.exit_code()));
  } catch (const std::bad_alloc&) {
    return complain("out of memory", 1);
  } catch (const std::exception& error) {
    return complain(error.what(), 1);
  }
}

}  // namespace

int run_program(Program& program, int argc, char** argv) {
  const auto start = std::chrono::steady_clock::now();
  std::string ran;
  const int status = parse_and_run(program, argc, argv, ran);
  if (!ran.empty())
    record_usage(ran, status, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return status;
}

std::string reference_markdown(const Program& program) {
  std::string text = fmt::format("## {}\n\n{}\n\n", program.name, program.summary);
  for (const auto& verb : program.verbs) {
    OptionTable table;
    verb->describe(table);
    if (verb->name() != program.name) text += fmt::format("### {} {}\n\n", program.name, verb->name());
    text += verb->summary() + "\n\n" + table.markdown() + "\n```sh\n" + verb->examples() + "```\n\n";
  }
  return text;
}

}  // namespace ser
