# Makes the target ser-torch from the folder LIBTORCH (an unpacked LibTorch archive, or the torch folder of a Python
# environment), by absolute path. The TorchConfig.cmake that comes with LibTorch is not used: it may pick up another
# libc10.so of the system, and demands the CUDA toolkit for CUDA builds although nothing here is compiled for CUDA.
set(ser_torch_root "${LIBTORCH}")
if(NOT ser_torch_root)
  file(GLOB ser_torch_root "${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch")
endif()
# The version header moved to torch/headeronly in 2.9 or so.
find_file(LibTorch_VERSION_HEADER version.h NO_DEFAULT_PATH NO_CACHE
          PATHS "${ser_torch_root}/include/torch/headeronly" "${ser_torch_root}/include/torch/csrc/api/include/torch")
if(NOT ser_torch_root OR NOT LibTorch_VERSION_HEADER)
  message(FATAL_ERROR "LibTorch not found in '${ser_torch_root}'. Run 'make deps' (fetches PyTorch 2.13.0 into .venv), "
                      "or give LIBTORCH=DIR, a folder with include/torch and lib/libtorch_cpu.so.")
endif()
file(STRINGS "${LibTorch_VERSION_HEADER}" ser_torch_lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
string(REGEX REPLACE ".*MAJOR ([0-9]+).*MINOR ([0-9]+).*PATCH ([0-9]+).*" "\\1.\\2.\\3" LibTorch_VERSION
                     "${ser_torch_lines}")
if(LibTorch_VERSION VERSION_LESS 2.6)
  message(FATAL_ERROR "LibTorch ${LibTorch_VERSION} in ${ser_torch_root} is too old: 2.6 or later is needed.")
endif()
foreach(name c10 torch_cpu torch)
  if(NOT EXISTS "${ser_torch_root}/lib/lib${name}.so")
    message(FATAL_ERROR "LibTorch in ${ser_torch_root} has no lib/lib${name}.so.")
  endif()
endforeach()
file(STRINGS "${ser_torch_root}/lib/libc10.so" ser_torch_abi REGEX "__cxx11" LIMIT_COUNT 1)
if(NOT ser_torch_abi)
  message(FATAL_ERROR "LibTorch in ${ser_torch_root} was built with the old C++ ABI; take a C++11 ABI build.")
endif()
message(STATUS "LibTorch ${LibTorch_VERSION}: ${ser_torch_root}")

add_library(ser-torch INTERFACE)
# The wheel carries headers of fmt, and -isystem folders are searched before /usr/include: a link to the fmt that
# everything else is built with goes first, so that two versions never meet.
find_path(SER_FMT_INCLUDE fmt/format.h REQUIRED)
mark_as_advanced(SER_FMT_INCLUDE)
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/before-torch")
file(CREATE_LINK "${SER_FMT_INCLUDE}/fmt" "${PROJECT_BINARY_DIR}/before-torch/fmt" SYMBOLIC)
target_include_directories(ser-torch SYSTEM INTERFACE "${PROJECT_BINARY_DIR}/before-torch" "${ser_torch_root}/include"
                                                      "${ser_torch_root}/include/torch/csrc/api/include")
target_link_libraries(ser-torch INTERFACE "${ser_torch_root}/lib/libtorch.so" "${ser_torch_root}/lib/libtorch_cpu.so"
                                          "${ser_torch_root}/lib/libc10.so")
if(EXISTS "${ser_torch_root}/lib/libtorch_cuda.so")
  # Nothing refers to libtorch_cuda by name; without this the linker drops it and CUDA is silently absent.
  target_link_libraries(ser-torch INTERFACE -Wl,--no-as-needed "${ser_torch_root}/lib/libtorch_cuda.so"
                                            "${ser_torch_root}/lib/libc10_cuda.so" -Wl,--as-needed)
endif()
set(LibTorch_FOUND TRUE)
