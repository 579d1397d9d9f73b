#include <common/verbs.h>
#include <ser-eval/verbs.h>
#include <ser/config/command_line.h>

int main(int argc, char** argv) {
  ser::Program program{"ser-eval", "Scores, comparisons and reports of speech emotion recognition", {}, [] {
                         return ser::version_text("ser-eval");
                       }};
  program.verbs.push_back(ser::make_score_verb());
  program.verbs.push_back(ser::make_cross_verb());
  return ser::run_program(program, argc, argv);
}
