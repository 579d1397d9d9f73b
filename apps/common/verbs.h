// What the programs share beyond the library: their version text.
#pragma once

#include <string>

namespace ser {

/// "ser-extract 0.1.0 (git 1234abcd, GNU 12.2.0, Release; LibTorch 2.13.0, BLAS mkl)". Loads LibTorch to ask it.
std::string version_text(const std::string& program);

/// The command line as given, quoted where a shell needs it.
std::string command_text(int argc, char** argv);

/// Throws TooManyFailures (exit status 4) when more utterances failed than --max-failures allows.
void check_failures(std::size_t failed, int allowed);

}  // namespace ser
