#include <common/verbs.h>
#include <ser-eval/verbs.h>

int main(int argc, char** argv) {
  ser::Program program{"ser-eval", "Scores, comparisons and predictions of speech emotion recognition", {}, [] {
                         return ser::version_text("ser-eval");
                       }};
  program.verbs.push_back(ser::make_score_verb());
  program.verbs.push_back(ser::make_compare_verb());
  program.verbs.push_back(ser::make_cross_verb());
  program.verbs.push_back(ser::make_fairness_verb());
  program.verbs.push_back(ser::make_predict_verb());
  return ser::run_program(program, argc, argv);
}
