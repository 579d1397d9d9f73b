// What the programs share beyond the library: version text, command line, failures.
#pragma once

#include <ser/config/option_table.h>

#include <string>
#include <vector>

namespace ser {

/// "ser-extract 0.1.0 (git 1234abcd, GNU 12.2.0, Release; LibTorch 2.13.0, BLAS mkl)". Loads LibTorch to ask it.
std::string version_text(const std::string& program);

/// The call that gives these results again, quoted for a shell: positional values, then the flags that were set,
/// without those that only say where results go.
std::string command_text(const std::string& program_and_verb, const OptionTable& table);

/// Throws UsageError when the output is one of the inputs.
void refuse_output_over_input(const std::string& output, const std::vector<std::string>& inputs);

/// Throws TooManyFailures (exit status 4) when more utterances failed than --max-failures allows.
void check_failures(std::size_t failed, int allowed);

}  // namespace ser
