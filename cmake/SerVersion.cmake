# version.cpp is made at build time, so that the git hash is that of the sources just compiled.
set(ser_version_source "${PROJECT_BINARY_DIR}/generated/version.cpp")
add_custom_target(ser-version BYPRODUCTS "${ser_version_source}"
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUTPUT=${ser_version_source} -DVERSION=${PROJECT_VERSION}
          "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}" -DBUILD_TYPE=${CMAKE_BUILD_TYPE}
          -P ${PROJECT_SOURCE_DIR}/cmake/WriteVersion.cmake
  COMMENT "" VERBATIM)
