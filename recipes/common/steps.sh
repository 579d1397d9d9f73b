# shellcheck shell=bash
# The steps that stages are made of. Folders below --out: data/<corpus> (manifest), data/<protocol>.yaml,
# feats/<corpus>/<set> (store), exp/<protocol>/<set>-<learner>[-<normalisation>] (runs).
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
  check_feature_sets
  last_command=''
}

check_feature_sets() {
  local name known=()
  ! $dry_run || return 0
  last_command='ser-extract features --list-sets'
  mapfile -t known < <(ser-extract features --list-sets | awk '$1 != "embedding" { print $1 }')
  for name in "${feature_sets[@]}"; do
    ((${#known[@]} == 0)) || is_among "$name" "${known[@]}" ||
      fail 2 "--features: '$name' is unknown; known: $(join_by_comma "${known[@]}")"
  done
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
  elif ((found > expected)); then
    say "$folder has $found recordings ($files), more than the $expected of the corpus as it was published"
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
  run_and_keep "${protocol%.yaml}.check.txt" \
    ser-extract folds check "$protocol" "${manifests[@]}" --hash-audio --threads "$jobs"
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

store_folder() { printf '%s' "${out}feats/$1/$2"; }

# extract CORPUS: all feature sets; here with threads, on a batch queue as an array of shards.
extract() {
  local corpus=$1 set store
  for set in "${feature_sets[@]}"; do
    store=$(store_folder "$corpus" "$set")
    local command=(ser-extract features "${out}data/$corpus" --config conf/features.yaml --set "$set"
      --output "$store" --max-failures "${max_failures:-0}")
    fill_store "features-$corpus-$set" "$store" "${command[@]}"
  done
}

# fill_store NAME STORE COMMAND...: here with threads, on a batch queue as an array of shards that are merged.
fill_store() {
  local array=$1 store=$2 number
  shift 2
  if [[ $SER_CMD == local ]]; then
    run "$@" --threads "$jobs"
    return
  fi
  for ((number = 1; number <= jobs; number++)); do
    printf '%s\n' "$(quoted "$@" --shard "$number/$jobs")"
  done | run_all "$array"
  run ser-extract merge "$store"
}

# run_all NAME < commands: prints them and hands them to the launcher, each with its share of the threads.
run_all() {
  local commands count
  commands=$(cat)
  count=$(wc -l <<<"$commands")
  # shellcheck disable=SC2001 # every line
  commands=$(sed "s/\$/ --threads $((jobs > count ? jobs / count : 1))/" <<<"$commands")
  # shellcheck disable=SC2001
  sed 's/^/+ /' <<<"$commands"
  $dry_run || launch "$1" "$jobs" "${out}exp/log" <<<"$commands"
}

# ---- stages 4 to 6

# One line per way: feature set, learner and normalisation (empty: what conf/train.yaml says).
ways() {
  local set learner normalisation
  for set in "${feature_sets[@]}"; do
    for learner in "${learners[@]}"; do
      for normalisation in "${normalisations[@]:-}"; do printf '%s %s %s\n' "$set" "$learner" "$normalisation"; done
    done
  done
}

# run_folder PROTOCOL SET LEARNER [NORMALISATION]
run_folder() { printf '%s' "${out}exp/$1/$2-$3${4:+-$4}"; }

# train_lines CORPORA PROTOCOL...: the command of every way on every protocol.
train_lines() {
  local corpora=$1 corpus protocol set learner normalisation manifests=() stores=() further=()
  shift
  for corpus in $corpora; do manifests+=("${out}data/$corpus"); done
  for protocol in "$@"; do
    while read -r set learner normalisation; do
      stores=()
      for corpus in $corpora; do stores+=("$(store_folder "$corpus" "$set")"); done
      further=()
      [[ -z $normalisation ]] || further=(--normalisation "$normalisation")
      quoted ser-train --manifest "$(join_by_comma "${manifests[@]}")" --features "$(join_by_comma "${stores[@]}")" \
        --protocol "${out}data/$protocol.yaml" --config conf/train.yaml --config "conf/$learner.yaml" \
        "${further[@]}" --output "$(run_folder "$protocol" "$set" "$learner" "$normalisation")"
      printf '\n'
    done < <(ways)
  done
}

# train CORPORA PROTOCOL...
train() { train_lines "$@" | run_all train; }

# all_runs PROTOCOL...: sets the array `runs`.
all_runs() {
  local protocol set learner normalisation
  runs=()
  for protocol in "$@"; do
    while read -r set learner normalisation; do
      runs+=("$(run_folder "$protocol" "$set" "$learner" "$normalisation")")
    done < <(ways)
  done
}

# manifest_options CORPORA: sets the array `manifests`.
manifest_options() {
  local corpus
  manifests=()
  for corpus in $1; do manifests+=(--manifest "${out}data/$corpus"); done
}

# score CORPORA PROTOCOL...: the tables of all runs.
score() {
  local manifests
  manifest_options "$1"
  shift
  all_runs "$@"
  run ser-eval score "${runs[@]}" "${manifests[@]}"
}

# pages CORPORA PROTOCOL...: scores.json and report.html in each run folder.
pages() {
  local folder manifests
  manifest_options "$1"
  shift
  all_runs "$@"
  for folder in "${runs[@]}"; do
    run ser-eval score "$folder" "${manifests[@]}" --format json --output "$folder/scores.json" --html "$folder/report.html"
  done
}

say_pages() {
  local folder
  for folder in "${runs[@]}"; do say "report: $(absolute "$folder")/report.html"; done
  say "results: $(absolute "${out:-.}")/RESULTS.md"
}

# report CORPORA PROTOCOL...: a page per run, and a section in RESULTS.md.
report() {
  local manifests
  pages "$@"
  manifest_options "$1"
  run ser-eval score "${runs[@]}" "${manifests[@]}" --heading "$recipe_title" \
    --output "${out}exp/scores.txt" --append-results "${out}RESULTS.md"
  say_pages
}

# matrix CORPORA PROTOCOL...: all runs at a glance, then trained on (rows) by tested on (columns) for each.
matrix() {
  local manifests
  manifest_options "$1"
  shift
  all_runs "$@"
  run ser-eval cross "${runs[@]}" "${manifests[@]}"
}

# report_matrix CORPORA PROTOCOL...: the same as a section in RESULTS.md and as one table for programs. The pages were made.
report_matrix() {
  local manifests
  manifest_options "$1"
  shift
  all_runs "$@"
  run ser-eval cross "${runs[@]}" "${manifests[@]}" --heading "$recipe_title: $1" --format tsv --output "${out}exp/$1/cross.tsv" \
    --append-results "${out}RESULTS.md"
  say_pages
}

# report_data PROTOCOL CORPORA: what stage 2 found in the data, behind the section in RESULTS.md.
report_data() {
  local corpus
  ! $dry_run || return 0
  {
    printf '\n### Data of %s\n\n```\nAudio\n' "$1"
    for corpus in $2; do describe_problems "$corpus"; done
    printf '\n'
    cat "${out}data/$1.check.txt"
    printf '```\n'
  } >>"${out}RESULTS.md"
}

# Problems of a corpus by kind, and which recordings hold the same audio.
describe_problems() {
  local table=${out}data/$1/problems.tsv kinds
  kinds=$(tail -n +2 "$table" | cut -f 2 | sort | uniq -c | awk '{ printf "%s%d %s", comma, $1, $2; comma = ", " }')
  printf '%s: %s\n' "$1" "${kinds:-nothing found}"
  awk -F '\t' '$2 ~ /duplicate|overlap/ { if (++told <= 20) printf "  %s: %s: %s\n", $2, $3, $5 }
    END { if (told > 20) printf "  and %d more of these\n", told - 20 }' "$table"
}
