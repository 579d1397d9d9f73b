# shellcheck shell=bash
# What every recipe shares: options, stages, messages. A recipe sources this file, sets the variables below, defines stage_0 ... stage_6
# from the steps in steps.sh, and ends with: recipe_main "$@"
#
#   recipe_title   one line for --help
#   corpus_folder  name of the corpus' folder below SER_CORPORA, the default of --corpus-dir; empty: it has no such option
#   feature_sets   default of --features; empty: the set that conf/features.yaml names
#   learners       default of --learners; each is a conf/<name>.yaml with a line "learner: ..."
#   normalisations default of --normalisations; empty: what conf/train.yaml says
#   has_ways       false: networks only, without the three options above
#   recipe_usage   further options, for --help; recipe_option NAME VALUE takes them and returns 1 for what it does not
#                  know, recipe_ready is called once all are read
#
# Recipes over a choice of corpora also source corpora.sh.

set -euo pipefail
set -E
shopt -s lastpipe # so that jobs that a pipe lists are children of this shell, which hears signals

common=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
recipe_folder=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
# shellcheck source=path.sh
source "$common/path.sh"
# shellcheck source=cmd.sh
source "$common/cmd.sh"
# shellcheck source=steps.sh
source "$common/steps.sh"

stage_titles=('check programs and corpus' 'prepare the manifest' 'validate, make folds, check leaks' 'compute features'
  'train' 'evaluate' 'report')
last_stage=6

recipe_name=$(basename "$recipe_folder")
recipe_title=$recipe_name
corpus_folder=''
recipe_usage=''
first=0
stop=$last_stage
corpus_dir=''
corpora_given=''
jobs=$(nproc 2>/dev/null || printf 1)
out=''
feature_sets=()
learners=(logreg svm mlp)
learners_given=false
normalisations=()
has_ways=true
known_normalisations=(train per-corpus per-speaker none)
usage_folder=''
dry_run=false
require_complete=false
current_stage=''
last_command=''

recipe_option() { return 1; }
recipe_ready() { :; }

say() { printf '%s: %s\n' "$recipe_name" "$*"; }

# fail STATUS MESSAGE...
fail() {
  local status=$1
  shift
  printf '%s: %s\n' "$recipe_name" "$*" >&2
  exit "$status"
}

# The words of a command as they could be typed.
quoted() {
  local word text=''
  for word in "$@"; do
    [[ $word =~ ^[[:alnum:]_./:,=+@%-]+$ ]] || printf -v word '%q' "$word"
    text+=" $word"
  done
  printf '%s' "${text# }"
}

# Like run, and keeps what the command prints in a file too.
run_and_keep() {
  local file=$1
  shift
  last_command=$(quoted "$@")
  printf '+ %s\n' "$last_command"
  $dry_run || "$@" | tee "$file"
}

# Prints a command and, unless this is a dry run, runs it.
run() {
  last_command=$(quoted "$@")
  printf '+ %s\n' "$last_command"
  if ! $dry_run; then "$@"; fi
}

print_help() {
  cat <<END
$recipe_title
Usage: recipes/$recipe_name/run.sh [OPTIONS]

END
  if [[ -n $corpus_folder ]]; then
    printf '  --corpus-dir DIR    the corpus as it was unpacked (default: %s/%s)\n' '$''SER_CORPORA' "$corpus_folder"
    printf '  --require-complete  stop (exit 3) when recordings are missing; without it a partial corpus is used and told\n'
  fi
  [[ -z $recipe_usage ]] || printf '%s\n' "$recipe_usage"
  cat <<END
  --out DIR           folder of data/, feats/ and exp/ (default: recipes/$recipe_name)
END
  ! $has_ways || cat <<END
  --features A,B      sets as in ser-extract features --list-sets (default: $(join_by_comma "${feature_sets[@]}"))
  --learners A,B      of logreg, svm, mlp: those with a file in conf/ (default: $(join_by_comma "${learners[@]}"))
  --normalisations A  of $(join_by_comma "${known_normalisations[@]}")
                      (default: $(join_by_comma "${normalisations[@]:-$(conf_value train normalisation)}"))
END
  cat <<END
  --nj N              threads or jobs at a time (default: the processors here, $jobs)
  --stage N           first stage (default 0)
  --stop-stage N      last stage (default $last_stage)
  --list-stages       print the stages and stop
  --dry-run           print the commands, run none
  --help              this text

Programs: SER_BIN=DIR, else build/bin, else the PATH. Batch queues: SER_CMD=local|slurm|sge, see recipes/README.md.
END
}

join_by_comma() {
  local IFS=,
  printf '%s' "$*"
}

# conf_value FILE KEY: the value of a key in conf/FILE.yaml.
conf_value() { sed -n "s/^$2: *//p" "$recipe_folder/conf/$1.yaml"; }

# is_among NAME LIST...
is_among() {
  local name=$1 known
  shift
  for known in "$@"; do [[ $known != "$name" ]] || return 0; done
  return 1
}

# Names are checked before any work. Feature sets are known to the program: check_programs asks it.
check_choices() {
  local name known_learners
  $has_ways || return 0
  mapfile -t known_learners < <(grep -l '^learner:' "$recipe_folder"/conf/*.yaml | xargs -n 1 basename -s .yaml)
  for name in "${learners[@]}"; do
    is_among "$name" "${known_learners[@]}" ||
      fail 2 "--learners: '$name' is unknown; known: $(join_by_comma "${known_learners[@]}")"
  done
  for name in "${normalisations[@]}"; do
    is_among "$name" "${known_normalisations[@]}" ||
      fail 2 "--normalisations: '$name' is unknown; known: $(join_by_comma "${known_normalisations[@]}")"
  done
}

list_stages() {
  local number
  for ((number = 0; number <= last_stage; number++)); do printf '%d  %s\n' "$number" "${stage_titles[number]}"; done
}

require_number() {
  [[ $2 =~ ^[0-9]+$ ]] || fail 2 "$1: '$2' is not a number"
}

parse_options() {
  local name value
  while (($# > 0)); do
    name=$1
    shift
    case $name in
      --help | -h)
        print_help
        exit 0
        ;;
      --list-stages)
        list_stages
        exit 0
        ;;
      --dry-run)
        dry_run=true
        continue
        ;;
      --require-complete)
        require_complete=true
        continue
        ;;
      --*=*)
        value=${name#*=}
        name=${name%%=*}
        ;;
      *)
        (($# > 0)) || fail 2 "$name: unknown, or its value is missing; see --help"
        value=$1
        shift
        ;;
    esac
    take_option "$name" "$value"
  done
  ((first <= stop)) || fail 2 "--stage $first is after --stop-stage $stop"
}

take_option() {
  case $1 in
    --features | --learners | --normalisations | --normalisation)
      $has_ways || fail 2 "$1: this recipe has no such option; see --help"
      ;;&
    --stage) require_number "$1" "$2" && first=$2 ;;
    --stop-stage) require_number "$1" "$2" && stop=$2 ;;
    --nj) require_number "$1" "$2" && jobs=$2 ;;
    --out)
      [[ $2 != *,* ]] || fail 2 "--out: the programs separate folders by commas, so '$2' cannot have one"
      out=$2
      ;;
    --features) take_list "$1" "$2" feature_sets ;;
    --learners)
      take_list "$1" "$2" learners
      # shellcheck disable=SC2034 # recipes read it
      learners_given=true
      ;;
    --normalisations | --normalisation) take_list "$1" "$2" normalisations ;;
    --corpus-dir)
      [[ -n $corpus_folder ]] || fail 2 "$1: this recipe has no such option; see --help"
      corpus_dir=$2
      ;;
    *) recipe_option "$1" "$2" || fail 2 "$1: unknown option; see --help" ;;
  esac
  ((first <= last_stage && stop <= last_stage)) || fail 2 "$1: stages are 0 to $last_stage; see --list-stages"
  ((jobs > 0)) || fail 2 "--nj: at least 1"
}

# take_list OPTION VALUE ARRAY: names separated by commas, each once.
take_list() {
  local -n names=$3
  IFS=, read -ra names <<<"$2"
  ((${#names[@]} > 0)) || fail 2 "$1: names nothing"
  [[ -z $(printf '%s\n' "${names[@]}" | sort | uniq -d) ]] || fail 2 "$1: '$2' has a name twice"
}

default_corpus_dir() {
  [[ -n $corpus_folder && -z $corpus_dir && -z $corpora_given ]] || return 0
  if [[ -n ${SER_CORPORA:-} ]]; then
    corpus_dir=$SER_CORPORA/$corpus_folder
  elif $dry_run; then
    corpus_dir=/path/to/$corpus_folder
  else
    fail 2 "--corpus-dir DIR is missing (or set SER_CORPORA to the folder above $corpus_folder)"
  fi
}

report_end() {
  local status=$?
  [[ -z $usage_folder ]] || rm -rf "$usage_folder"
  ((status != 0)) && [[ -n $current_stage ]] || return 0
  printf '%s: stage %d (%s) failed with status %d' "$recipe_name" "$current_stage" "${stage_titles[current_stage]}" \
    "$status" >&2
  [[ -z $last_command ]] || printf ', last command: %s' "$last_command" >&2
  printf '\n' >&2
}

# Commands run in the recipe's folder, so that its own files have short names; `out` is then empty, or ends with a slash.
enter_folders() {
  [[ -z $corpus_dir ]] || corpus_dir=$(absolute "$corpus_dir")
  if [[ -n $out ]]; then
    out=$(absolute "$out")/
    $dry_run || mkdir -p "$out"
    [[ $out != "$recipe_folder/" ]] || out=''
  fi
  printf '+ cd %q\n' "$recipe_folder"
  cd "$recipe_folder"
}

absolute() {
  if [[ -d $1 ]]; then
    (cd "$1" && pwd)
  else
    realpath -m -- "$1"
  fi
}

# Every program leaves a line on what it used in the folder that SER_USAGE names.
start_usage() {
  ! $dry_run || return 0
  mkdir -p "${out}exp/log"
  usage_folder=$(mktemp -d "$(absolute "${out}exp/log")/usage.XXXXXX")
  export SER_USAGE=$usage_folder
}

# Keeps the lines in exp/log/usage.tsv and says the largest memory of one program.
describe_usage() {
  local kept=${out}exp/log/usage.tsv
  find "$usage_folder" -type f -name '*.tsv' -exec cat {} + >"$kept"
  awk -F '\t' '$4 > peak { peak = $4; program = $1 }
    END { if (NR) printf "largest peak memory of a program: %.0f MiB (%s), %d program calls", peak / 1048576, program, NR
          else printf "peak memory not recorded" }' "$kept"
}

# Time of the call and of each stage, memory; the last line of RESULTS.md too when this call reported.
say_cost() {
  local stage text times=''
  for ((stage = first; stage <= stop; stage++)); do times+="${times:+, }stage $stage: ${stage_seconds[stage]} s"; done
  text="stages $first to $stop in $((SECONDS - started)) s with --nj $jobs ($times); $(describe_usage)"
  say "done: $text"
  if ((stop == last_stage)); then printf '\n- recipe: %s\n' "$text" >>"${out}RESULTS.md"; fi
}

recipe_main() {
  local started=$SECONDS before stage_seconds=()
  if $has_ways && ((${#feature_sets[@]} == 0)); then feature_sets=("$(conf_value features set)"); fi
  parse_options "$@"
  check_choices
  default_corpus_dir
  recipe_ready
  trap report_end EXIT
  enter_folders
  start_usage
  for ((current_stage = first; current_stage <= stop; current_stage++)); do
    printf '\n== %s, stage %d: %s\n' "$recipe_name" "$current_stage" "${stage_titles[current_stage]}"
    last_command=''
    before=$SECONDS
    "stage_$current_stage"
    stage_seconds[current_stage]=$((SECONDS - before))
  done
  current_stage=''
  $dry_run || say_cost
}
