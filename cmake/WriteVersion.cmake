execute_process(COMMAND git -C "${SOURCE}" describe --always --dirty --abbrev=12 OUTPUT_VARIABLE hash
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT hash)
  set(hash "unknown")
endif()
set(text "#include <ser/base/version.h>

namespace ser {
BuildInfo build_info() { return {\"${VERSION}\", \"${hash}\", \"${COMPILER}\", \"${BUILD_TYPE}\"}; }
}  // namespace ser
")
set(old "")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" old)
endif()
if(NOT old STREQUAL text)
  file(WRITE "${OUTPUT}" "${text}")
endif()
