// Links the rooms that use LibTorch, without LibTorch's headers.
#include <cstdio>

extern "C" const char* ser_tensor_version();

int main() {
  std::puts(ser_tensor_version());
  return 0;
}
