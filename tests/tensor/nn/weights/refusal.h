// What a file of weights that is refused must say.
#pragma once

#include <ser/base/error.h>
#include <ser/nn/weights/weights.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

namespace ser::test {

/// Checks that the path cannot be read as weights, with a DataError that holds its name and the reason.
inline void refuses(const std::filesystem::path& path, const std::string& reason) {
  std::string message;
  try {
    read_weights(path);
  } catch (const DataError& error) {
    message = error.what();
  }
  CHECK_THAT(message, Catch::Contains(reason) && Catch::Contains(path.filename().string()));
}

}  // namespace ser::test
