#include <common/verbs.h>
#include <ser-extract/verbs.h>

int main(int argc, char** argv) {
  ser::Program program{"ser-extract", "Corpora, protocols and features for speech emotion recognition", {}, [] {
                         return ser::version_text("ser-extract");
                       }};
  program.verbs.push_back(ser::make_prepare_verb());
  program.verbs.push_back(ser::make_validate_verb());
  program.verbs.push_back(ser::make_folds_verb());
  program.verbs.push_back(ser::make_features_verb());
  program.verbs.push_back(ser::make_embed_verb());
  program.verbs.push_back(ser::make_augment_verb());
  program.verbs.push_back(ser::make_merge_verb());
  program.verbs.push_back(ser::make_show_verb());
  return ser::run_program(program, argc, argv);
}
