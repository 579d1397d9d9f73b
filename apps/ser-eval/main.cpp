#include <common/verbs.h>
#include <ser/config/command_line.h>

int main(int argc, char** argv) {
  ser::Program program{"ser-eval", "", {}, [] { return ser::version_text("ser-eval"); }};
  return ser::run_program(program, argc, argv);
}
