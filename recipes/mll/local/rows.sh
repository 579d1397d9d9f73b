# shellcheck shell=bash
# Rows of the ablation: conf/rows/<row>.yaml, read after conf/mll.yaml. What a row mixes stands in its options too: the share of clips
# in training.copy_probability, how in augment.mixup; copies on disk and mixing while training both follow from these.
# shellcheck disable=SC2154,SC2034 # variables of recipe.sh, and such that run.sh reads

known_rows=(full no-mixup lam mean max first no-focal no-center no-supcon kl-center kl baseline)
for row_file in "$recipe_folder"/conf/rows/*.yaml; do
  is_among "$(basename "$row_file" .yaml)" "${known_rows[@]}" || known_rows+=("$(basename "$row_file" .yaml)")
done
rows=(full)
rows_usage="  --rows A,B          of $(join_by_comma "${known_rows[@]:0:7}"),
                      $(join_by_comma "${known_rows[@]:7}"); or all (default: full)
  --copies N          mixed copies of each clip on disk, where the network hears stored frames (default 4)"
copies=4

declare -A settings=() # of a row: all options of ser-train
declare -A mixture=()  # of a row: name of its mixture, empty where nothing is mixed
declare -A mixing=()   # of a mixture: options of ser-extract augment, one per line

rows_option() {
  case $1 in
    --rows) if [[ $2 == all ]]; then rows=("${known_rows[@]}"); else take_list "$1" "$2" rows; fi ;;
    --copies) require_number "$1" "$2" && copies=$2 ;;
    *) return 1 ;;
  esac
}

rows_ready() {
  local row
  for row in "${rows[@]}"; do
    is_among "$row" "${known_rows[@]}" || fail 2 "--rows: '$row' is unknown; known: all,$(join_by_comma "${known_rows[@]}")"
  done
  ((copies > 0)) || fail 2 '--copies: at least 1'
}

# Asks ser-train for the options of each row, once.
read_rows() {
  local row usual own
  ((${#settings[@]} == 0)) || return 0
  usual=$(mixup_of "$(resolved full)")
  for row in "${rows[@]}"; do
    settings[$row]=$(resolved "$row")
    mixture[$row]=''
    [[ $(setting "$row" training copy_probability) != 0 ]] || continue
    own=$(mixup_of "${settings[$row]}")
    mixture[$row]=$(mixture_name "$own" "$usual")
    mixing[${mixture[$row]}]=$own
  done
}

resolved() {
  command -v ser-train >/dev/null || fail 1 "ser-train not found: run 'make build', or set SER_BIN to the folder of the programs"
  ser-train --config conf/mll.yaml --config "conf/rows/$1.yaml" --dump-config
}

# setting ROW SECTION KEY
setting() {
  awk -v section="$2:" -v key="$3:" '/^[^ ]/ { within = $1 == section } within && $1 == key { print $2; exit }' <<<"${settings[$1]}"
}

# The options of mixing in resolved ones, one per line.
mixup_of() {
  sed -n '/^  mixup:/,/^[^ ]/{
    s/^    method: */--augment.mixup.method=/p
    s/^    longest: */--augment.mixup.longest=/p
    /^    snr_db:/{ s/^    snr_db: */--augment.mixup.snr-db=/; s/[][ ]//g; p }
  }' <<<"$1" | awk '{ line[NR] = $0 } /method=lam/ { lam = $0 } END { if (lam) print lam; else for (i = 1; i <= NR; ++i) print line[i] }'
}

# eam or lam; where a row mixes at levels or lengths of its own they are part of the name.
mixture_name() {
  sed -n '1s/.*method=//p' <<<"$1" | tr -d '\n'
  [[ $1 == "$2" ]] || sed -n 's/.*\(snr-db\|longest\)=/-/p' <<<"$1" | tr , _ | tr -d '\n'
}
