#!/usr/bin/env bash
# IEMOCAP: four classes (excitement counts as happiness), leave one session out.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"

recipe_title='IEMOCAP: four classes, leave one session out'
corpus_folder=IEMOCAP

stage_0() {
  check_programs
  expect_audio 10039 'Session<1-5>/sentences/wav/<dialog>/<turn>' 'Session[1-5]/sentences/wav/Ses0[1-5][^/]*/Ses0[1-5][^/]*_[FM][0-9]+'
  expect_file 'the emotions of the turns' 'Session*/dialog/EmoEvaluation/Ses*.txt'
  expect_file 'the words of the turns' 'Session*/dialog/transcriptions/Ses*.txt'
}
stage_1() { prepare iemocap iemocap "$corpus_dir"; }
stage_2() {
  validate iemocap
  make_folds iemocap iemocap --config conf/protocol.yaml
}
stage_3() { extract iemocap; }
stage_4() { train iemocap iemocap; }
stage_5() { score iemocap iemocap; }
stage_6() { report iemocap iemocap; }

recipe_main "$@"
