# Compiler settings of all targets: warnings, sanitizers, coverage, ccache.
add_library(ser-compiler INTERFACE)
target_compile_options(ser-compiler INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -fno-math-errno)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  # GCC bug 105651: std::string concatenation warns falsely.
  target_compile_options(ser-compiler INTERFACE -Wno-restrict)
endif()
if(SER_WERROR)
  target_compile_options(ser-compiler INTERFACE -Werror)
endif()
if(SER_SANITIZE)
  target_compile_options(ser-compiler INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined
                                               -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC bug 105562: the sanitizers make std::regex warn falsely.
    target_compile_options(ser-compiler INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_link_options(ser-compiler INTERFACE -fsanitize=address,undefined)
endif()
if(SER_COVERAGE)
  target_compile_options(ser-compiler INTERFACE --coverage)
  target_link_options(ser-compiler INTERFACE --coverage)
endif()
if(CMAKE_PREFIX_PATH)
  # RPATH holds for the libraries of libraries too (libFLAC behind libsndfile), RUNPATH does not.
  target_link_options(ser-compiler INTERFACE -Wl,--disable-new-dtags)
endif()
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A precompiled header is shared between the users of one cache only when its time stamp is not looked at.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${CCACHE})
endif()
