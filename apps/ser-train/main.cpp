#include <common/verbs.h>
#include <ser/config/command_line.h>

int main(int argc, char** argv) {
  ser::Program program{"ser-train", "", {}, [] { return ser::version_text("ser-train"); }};
  return ser::run_program(program, argc, argv);
}
