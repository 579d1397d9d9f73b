# shellcheck shell=bash
# What recipes over a choice of corpora share: --corpora, --labels and the steps over all of them. A recipe sources this
# after recipe.sh and hands on its own options: recipe_option() { corpora_option "$@"; }, recipe_ready() { corpora_ready; }
#
#   least_corpora    so many at least
#   expect_<corpus>  a function, called with the folder, that looks for what belongs there (- in a name is _)
#   corpora          set by corpora_ready: the names, separated by blanks
#   folder_of        where each is: as it was unpacked, or a manifest
#   study            name of protocol and runs, the same for the same choice
# shellcheck disable=SC2154,SC2034 # variables of recipe.sh, and such that recipes read

corpora_usage='  --corpora A:DIR,B:DIR  names as in ser-extract prepare --list-corpora with their folders as unpacked, or any name
                      with a manifest made by ser-extract prepare
  --labels L          label space that the corpora share: a name below corpora/maps or a file (default 4class)'
least_corpora=1
labels=4class
corpora=''
study=''
declare -A folder_of

corpora_option() {
  case $1 in
    --corpora) corpora_given=$2 ;;
    --labels) labels=$2 ;;
    *) return 1 ;;
  esac
}

corpora_ready() {
  local entry entries name
  [[ -z $corpora_given || -z $corpus_dir ]] || fail 2 '--corpus-dir is for one corpus; give either it or --corpora'
  IFS=, read -ra entries <<<"$corpora_given"
  ((${#entries[@]} > 0)) || fail 2 '--corpora NAME:DIR,NAME:DIR is missing; see --help'
  for entry in "${entries[@]}"; do
    name=${entry%%:*}
    [[ $entry == *:?* && $name =~ ^[[:alnum:]_.-]+$ ]] || fail 2 "--corpora: '$entry' is not NAME:DIR"
    [[ -z ${folder_of[$name]:-} ]] || fail 2 "--corpora: $name is given twice"
    folder_of[$name]=$(absolute "${entry#*:}")
    is_manifest "$name" || check_corpus_name "$name"
    corpora+="${corpora:+ }$name"
  done
  ((${#entries[@]} >= least_corpora)) || fail 2 "--corpora: at least $least_corpora corpora"
  check_labels
  study=${corpora// /+}-$(basename "$labels" .yaml)
}

is_manifest() { [[ -e ${folder_of[$1]}/utterances.tsv ]]; }

known_names() { find "$1" -maxdepth 1 -name '*.yaml' ! -name labels.yaml -exec basename {} .yaml \; | sort | paste -sd, -; }

check_corpus_name() {
  [[ $1 != labels && -e $ser_recipes/../corpora/$1.yaml ]] ||
    fail 2 "--corpora: '$1' is unknown and ${folder_of[$1]} is no manifest; known: $(known_names "$ser_recipes/../corpora")"
}

check_labels() {
  [[ ! -f $labels ]] || labels=$(realpath -- "$labels")
  [[ -f $labels || -e $ser_recipes/../corpora/maps/$labels.yaml ]] ||
    fail 2 "--labels: '$labels' is no file and unknown; known: $(known_names "$ser_recipes/../corpora/maps")"
}

check_corpora() {
  local name folder
  for name in $corpora; do
    folder=${folder_of[$name]}
    if is_manifest "$name"; then
      say "$name: the manifest $folder is used as it is"
    elif [[ $(type -t "expect_${name//-/_}") == function ]]; then
      "expect_${name//-/_}" "$folder"
    elif $dry_run; then
      say "expects $name in $folder"
    elif [[ ! -d $folder ]]; then
      fail 3 "$folder is not a folder; expected there: $name as it was unpacked (corpora/$name.yaml says how it looks)"
    fi
  done
}

# Ids get the name of the corpus in front, so that those of different corpora differ.
prepare_corpora() {
  local name
  for name in $corpora; do
    if is_manifest "$name"; then
      link_manifest "$name"
    else
      prepare "$name" "$name" "${folder_of[$name]}" --id-prefix "$name-"
    fi
  done
}

link_manifest() {
  local link=${out}data/$1
  [[ ! -e $link || -L $link || $link -ef ${folder_of[$1]} ]] ||
    fail 2 "$(absolute "$link") is there already, made from a corpus folder; give another --out"
  [[ $link -ef ${folder_of[$1]} ]] || {
    $dry_run || mkdir -p "${out}data"
    run ln -sfn "${folder_of[$1]}" "$link"
  }
}

# Folds within a corpus; with two and more also all of one against all of another, with three and more all but one.
fold_corpora() {
  local name config=conf/protocol.yaml
  for name in $corpora; do validate "$name"; done
  [[ $corpora != *' '* ]] || config=conf/protocol-cross.yaml
  make_folds "$study" "$corpora" --config "$config" --labels "$labels"
}

extract_corpora() {
  local name
  for name in $corpora; do extract "$name"; done
}
