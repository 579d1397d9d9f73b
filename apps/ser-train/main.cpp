#include <common/verbs.h>
#include <ser-train/verbs.h>

int main(int argc, char** argv) {
  ser::Program program{
      "ser-train", "Trains every cell of a protocol: all folds and seeds, within a corpus and across corpora", {}, [] {
        return ser::version_text("ser-train");
      }};
  program.verbs.push_back(ser::make_train_verb());
  return ser::run_program(program, argc, argv);
}
