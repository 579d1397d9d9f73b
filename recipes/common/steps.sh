# shellcheck shell=bash
# The steps that stages are made of. Folders below --out: data/<corpus> (manifest), data/<protocol>.yaml,
# feats/<corpus> (store), exp/<protocol>/<features>-<learner> (runs).
# shellcheck disable=SC2154 # the variables are those of recipe.sh

# ---- stage 0

check_programs() {
  local program
  for program in ser-extract ser-train ser-eval; do
    last_command="$program --version"
    if $dry_run; then
      printf '+ %s\n' "$last_command"
    elif ! command -v "$program" >/dev/null; then
      fail 1 "$program not found: run 'make build', or set SER_BIN to the folder of the programs"
    elif ! "$program" --version | head -n 1; then
      fail 1 "$(command -v "$program") does not start"
    fi
  done
  last_command=''
}

# expect_audio COUNT FILES PATTERN [FOLDER]: counts recordings whose path, without extension, ends as PATTERN (an extended
# regular expression) says. FILES describes them to a person.
expect_audio() {
  local expected=$1 files=$2 pattern=$3 folder=${4:-$corpus_dir} found
  if $dry_run; then
    say "expects $expected recordings $files in $folder, .wav or .flac"
    return
  fi
  [[ -d $folder ]] || fail 3 "$folder is not a folder; expected there: $files, .wav or .flac, $expected in all"
  found=$(find -L "$folder" -type f -regextype posix-extended -iregex ".*/$pattern\.(wav|flac)" ! -name '._*' | wc -l)
  ((found > 0)) || fail 3 "no recording in $folder; expected there: $files, .wav or .flac, $expected in all"
  if ((found == expected)); then
    say "$found recordings in $folder, the complete corpus"
  elif $require_complete; then
    fail 3 "$folder has $found of $expected recordings ($files)"
  else
    say "PARTIAL CORPUS: $folder has $found of $expected recordings ($files)." \
      "Scores do not compare with those of the complete corpus."
  fi
}

# expect_file WHAT FILE...: one of the files (alternatives) must be below the corpus folder.
expect_file() {
  local what=$1 name
  shift
  if $dry_run; then
    say "expects $corpus_dir/$1 ($what)"
    return
  fi
  for name in "$@"; do
    if compgen -G "$corpus_dir/$name" >/dev/null; then return; fi
  done
  fail 3 "$corpus_dir/$1 is missing: $what"
}

# ---- stages 1 to 3

# prepare NAME CORPUS FOLDER [OPTION...]: NAME is that of the manifest, the store and so on.
prepare() {
  local name=$1 corpus=$2 folder=$3
  shift 3
  run ser-extract prepare --corpus "$corpus" --root "$folder" --out "${out}data/$name" "$@"
}

# validate CORPUS: problems are printed and kept; they stop the recipe only when the audio cannot be used at all.
validate() {
  run ser-extract validate "${out}data/$1" --output "${out}data/$1/problems.tsv" --threads "$jobs"
}

# make_folds PROTOCOL CORPORA [OPTION...]: CORPORA are separated by blanks. Makes, shows and checks the protocol.
make_folds() {
  local protocol=${out}data/$1.yaml corpus manifests=()
  for corpus in $2; do manifests+=("${out}data/$corpus"); done
  shift 2
  run ser-extract folds make "${manifests[@]}" "$@" --out "$protocol"
  run ser-extract folds show "$protocol"
  run ser-extract folds check "$protocol" "${manifests[@]}" --hash-audio --threads "$jobs"
}

# Number of different values of a column of a manifest; 0 for a column that is not there.
count_values() {
  awk -F '\t' -v column="$2" '
    NR == 1 { for (i = 1; i <= NF; ++i) if ($i == column) at = i; next }
    at && $at != "" { seen[$at] = 1 }
    END { n = 0; for (value in seen) ++n; print n }' "${out}data/$1/utterances.tsv"
}

# has_values CORPUS COLUMN COUNT: true when the manifest has that many different values; in a dry run without a
# manifest, what the complete corpus would give.
has_values() {
  if $dry_run && [[ ! -e ${out}data/$1/utterances.tsv ]]; then return 0; fi
  (($(count_values "$1" "$2") >= $3))
}

# extract CORPUS: here with threads; on a batch queue as an array of shards.
extract() {
  local corpus=$1 number store
  store=${out}feats/$corpus
  local command=(ser-extract features "${out}data/$corpus" --config "conf/features.yaml" --output "$store"
    --max-failures "${max_failures:-0}")
  if [[ $SER_CMD == local ]]; then
    run "${command[@]}" --threads "$jobs"
    return
  fi
  for ((number = 1; number <= jobs; number++)); do
    printf '%s\n' "$(quoted "${command[@]}" --shard "$number/$jobs" --threads 1)"
  done | run_all "features-$corpus"
  run ser-extract merge "$store"
}

# run_all NAME < commands: prints them and hands them to the launcher.
run_all() {
  local commands
  commands=$(cat)
  # shellcheck disable=SC2001 # every line
  sed 's/^/+ /' <<<"$commands"
  $dry_run || launch "$1" "$jobs" "${out}exp/log" <<<"$commands"
}

# ---- stages 4 to 6

# run_folder PROTOCOL LEARNER
run_folder() { printf '%s' "${out}exp/$1/$(features_name)-$2${normalisation:+-$normalisation}"; }

features_name() { sed -n 's/^set: *//p' "conf/features.yaml"; }

# train CORPORA PROTOCOL...: every learner on every protocol.
train() {
  local protocol learner manifests stores threads count corpora=$1 further=()
  shift
  [[ -z $normalisation ]] || further=(--normalisation "$normalisation")
  # shellcheck disable=SC2086 # corpora are separated by blanks
  manifests=$(printf "${out}data/%s\n" $corpora | paste -sd, -)
  # shellcheck disable=SC2086
  stores=$(printf "${out}feats/%s\n" $corpora | paste -sd, -)
  count=$(($# * ${#learners[@]}))
  threads=$((jobs > count ? jobs / count : 1))
  for protocol in "$@"; do
    for learner in "${learners[@]}"; do
      quoted ser-train --manifest "$manifests" --features "$stores" --protocol "${out}data/$protocol.yaml" \
        --config "conf/train.yaml" --config "conf/$learner.yaml" "${further[@]}" \
        --threads "$threads" --output "$(run_folder "$protocol" "$learner")"
      printf '\n'
    done
  done | run_all train
}

# all_runs PROTOCOL...: sets the array `runs`.
all_runs() {
  local protocol learner
  runs=()
  for protocol in "$@"; do
    for learner in "${learners[@]}"; do runs+=("$(run_folder "$protocol" "$learner")"); done
  done
}

# score CORPORA PROTOCOL...: the tables of all runs.
score() {
  local corpus manifests=()
  for corpus in $1; do manifests+=(--manifest "${out}data/$corpus"); done
  shift
  all_runs "$@"
  run ser-eval score "${runs[@]}" "${manifests[@]}"
}

# pages: scores.json and report.html in each run folder.
pages() {
  local folder
  for folder in "${runs[@]}"; do
    run ser-eval score "$folder" "$@" --format json --output "$folder/scores.json" --html "$folder/report.html"
  done
}

say_pages() {
  local folder
  for folder in "${runs[@]}"; do say "report: $(absolute "$folder")/report.html"; done
  say "results: $(absolute "${out:-.}")/RESULTS.md"
}

# report CORPORA PROTOCOL...: a page per run, and a section in RESULTS.md.
report() {
  local corpus manifests=()
  for corpus in $1; do manifests+=(--manifest "${out}data/$corpus"); done
  shift
  all_runs "$@"
  pages "${manifests[@]}"
  run ser-eval score "${runs[@]}" "${manifests[@]}" --heading "$recipe_title" \
    --output "${out}exp/scores.txt" --append-results "${out}RESULTS.md"
  say_pages
}

# matrix PROTOCOL: trained on (rows) by tested on (columns), for each learner.
matrix() {
  local folder
  all_runs "$1"
  for folder in "${runs[@]}"; do
    printf '\n-- %s\n' "$folder"
    run ser-eval cross "$folder"
  done
}

# report_cross PROTOCOL
report_cross() {
  local folder
  all_runs "$1"
  pages
  for folder in "${runs[@]}"; do
    run ser-eval cross "$folder" --format tsv --output "$folder/cross.tsv" --append-results "${out}RESULTS.md"
  done
  say_pages
}
