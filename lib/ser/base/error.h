// Errors of the library. Each kind carries the exit status that a program ends with; the library itself never exits.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace ser {

/// Exit statuses of all programs (DESIGN: "Exit codes"). A signal n gives 128 + n.
enum class ExitCode : int { done = 0, failed = 1, usage = 2, bad_data = 3, too_many_failures = 4 };

/// Base of all errors: something failed at run time (disk full, lock held, numerical failure).
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, ExitCode code = ExitCode::failed)
      : std::runtime_error(message), code_(code) {}
  ExitCode exit_code() const { return code_; }

 private:
  ExitCode code_;
};

/// Wrong invocation or configuration: unknown option, value out of range, contradictory settings.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(message, ExitCode::usage) {}
};

/// Invalid input data: damaged file, malformed table, speakers crossing the parts of a protocol.
class DataError : public Error {
 public:
  explicit DataError(const std::string& message) : Error(message, ExitCode::bad_data) {}
};

/// The work finished, but more utterances failed than were allowed.
class TooManyFailures : public Error {
 public:
  explicit TooManyFailures(const std::string& message) : Error(message, ExitCode::too_many_failures) {}
};

/// The program was told to stop by a signal; what was done so far is saved.
class Interrupted : public Error {
 public:
  explicit Interrupted(int signal);
  int signal() const { return signal_; }

 private:
  int signal_;
};

/// throw_error<DataError>("{}:{}: ...", path, line)
template <class Kind, class... Args>
[[noreturn]] void throw_error(fmt::format_string<Args...> format, Args&&... args) {
  throw Kind(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace ser
