#!/usr/bin/env bash
# SAVEE: seven emotions, leave one speaker out.
# shellcheck source=../common/recipe.sh
source "$(dirname "${BASH_SOURCE[0]}")/../common/recipe.sh"

recipe_title='SAVEE: seven emotions, leave one speaker out'
corpus_folder=SAVEE

stage_0() {
  check_programs
  expect_audio 480 'AudioData/<DC|JE|JK|KL>/<code><number> or ALL/<speaker>_<code><number>' \
    '((DC|JE|JK|KL)/|(DC|JE|JK|KL)_)(sa|su|a|d|f|h|n)[0-9]{2}'
}
stage_1() { prepare savee savee "$corpus_dir"; }
stage_2() {
  validate savee
  make_folds savee savee --config conf/protocol.yaml
}
stage_3() { extract savee; }
stage_4() { train savee savee; }
stage_5() { score savee savee; }
stage_6() { report savee savee; }

recipe_main "$@"
