# shellcheck shell=bash
# Which corpus: its own recipe prepares it, checks it and makes the folds.
# shellcheck disable=SC2154,SC2034 # variables of recipe.sh, and such that run.sh reads

corpus_usage='  --corpus C          iemocap, msp-improv, ravdess, savee or crema-d: labels and folds are those of its recipe
  --dev D             none: without development part, all of it trains (default); grouped: as the recipe of the corpus
                      has it, and the epoch that is best there is taken
  --folds FILE        other folds than those of its recipe: options of ser-extract folds make, as in conf/folds/'
corpus=''
dev=none
folds=''
protocol=''
declare -A folder_names=([iemocap]=IEMOCAP [msp-improv]=MSP-IMPROV [ravdess]=RAVDESS [savee]=SAVEE [crema-d]=CREMA-D)

corpus_option() {
  case $1 in
    --corpus)
      [[ -n ${folder_names[$2]:-} ]] || fail 2 "--corpus: '$2' is unknown; known: crema-d,iemocap,msp-improv,ravdess,savee"
      corpus=$2
      corpus_folder=${folder_names[$2]}
      ;;
    --dev)
      is_among "$2" none grouped || fail 2 "--dev: '$2' is not none or grouped"
      dev=$2
      ;;
    --folds)
      [[ -f $2 ]] || fail 2 "--folds: there is no file $2"
      folds=$(absolute "$2")
      ;;
    *) return 1 ;;
  esac
}

corpus_ready() {
  [[ -n $corpus ]] || fail 2 '--corpus is missing: iemocap, msp-improv, ravdess, savee or crema-d'
  protocol=$corpus
  if [[ -n $folds ]]; then
    protocol=$(basename "$folds" .yaml)
    protocol=${protocol#protocol-}
    protocol=$corpus-${protocol#"$corpus-"}
  fi
  [[ $dev == grouped ]] || protocol=$protocol-no-dev
}

# corpus_stage N: a stage of the corpus' own recipe, into this one's folders. Its programs count here too.
corpus_stage() {
  local command=("../$corpus/run.sh" --corpus-dir "$corpus_dir" --out "${out:-$recipe_folder}" --nj "$jobs" --stage "$1"
    --stop-stage "$1")
  $require_complete && command+=(--require-complete)
  $dry_run && command+=(--dry-run)
  last_command=$(quoted "${command[@]}")
  printf '+ %s\n' "$last_command"
  "${command[@]}"
  $dry_run || cp "${out}exp/log/usage.tsv" "$usage_folder/$corpus-$1.tsv"
}

# The protocol of the runs. Without a development part (the last epoch is tested, so nothing else would hear it) that part trains too.
fold() {
  local options=()
  [[ $dev == grouped ]] || options=(--dev none)
  if [[ -n $folds ]]; then
    make_folds "$protocol" "$corpus" --config "$folds" "${options[@]}"
  elif [[ $dev == none ]]; then
    $dry_run || sed -n '/^options:/,/^[^ o]/s/^  //p' "${out}data/$corpus.yaml" >"${out}data/$protocol.options.yaml"
    make_folds "$protocol" "$corpus" --config "${out}data/$protocol.options.yaml" "${options[@]}"
  fi
  if [[ $dev == none ]] && ! $dry_run && grep -q '^  type: fixed' "${out}data/$protocol.yaml"; then
    say 'the parts are fixed: if there is a development part it stays out of training'
  fi
}
