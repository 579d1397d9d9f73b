#!/usr/bin/env bash
# MSP-IMPROV: four classes, leave one session out.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"

recipe_title='MSP-IMPROV: four classes, leave one session out'
corpus_folder=MSP-IMPROV

stage_0() {
  check_programs
  expect_audio 8438 'session<1-6>/S<01-20><A|H|N|S>/<P|R|S|T>/MSP-IMPROV-S01A-F01-P-FM01' \
    'MSP-IMPROV-S[0-9]{2}[AHNS]-[FM][0-9]{2}-[PRST]-[FM]{2}[0-9]+'
  expect_file 'the consensus labels and scores of all turns' Evaluation.txt Evalution.txt '*/Evaluation.txt' '*/Evalution.txt'
}
stage_1() { prepare msp-improv msp-improv "$corpus_dir"; }
stage_2() {
  validate msp-improv
  make_folds msp-improv msp-improv --config conf/protocol.yaml
}
stage_3() { extract msp-improv; }
stage_4() { train msp-improv msp-improv; }
stage_5() { score msp-improv msp-improv; }
stage_6() { report msp-improv msp-improv; }

recipe_main "$@"
