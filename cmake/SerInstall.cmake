# Installed layout: bin/ programs, lib/ libser-core.so and libser.so, include/ser, share/ser/{corpora,recipes,...}.
include(CMakePackageConfigHelpers)
set(ser_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/ser")
install(TARGETS ser-core EXPORT ser-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(SER_TENSOR)
  install(TARGETS ser EXPORT ser-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
install(EXPORT ser-targets NAMESPACE ser:: DESTINATION ${ser_cmake_dir})
install(DIRECTORY lib/ser DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY corpora recipes DESTINATION ${CMAKE_INSTALL_DATADIR}/ser USE_SOURCE_PERMISSIONS OPTIONAL
        PATTERN "data" EXCLUDE PATTERN "feats" EXCLUDE PATTERN "exp" EXCLUDE)
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DATADIR}/ser)
configure_package_config_file(cmake/ser-config.cmake.in "${PROJECT_BINARY_DIR}/ser-config.cmake"
                              INSTALL_DESTINATION ${ser_cmake_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ser-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ser-config.cmake" "${PROJECT_BINARY_DIR}/ser-config-version.cmake"
        DESTINATION ${ser_cmake_dir})
