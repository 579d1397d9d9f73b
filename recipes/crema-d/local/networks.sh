# shellcheck shell=bash
# Networks on CREMA-D: encoders by heads. Sourced by run.sh after common/recipe.sh, common/encoders.sh and local/encoders.sh.
# shellcheck disable=SC2154,SC2034,SC2016 # variables of recipe.sh and encoders.sh, and such that run.sh reads; Markdown

networks_usage='  --preset P          of networks: recommended (default), or as-published: DistilHuBERT on a random, speaker-dependent split
  --encoder A,B       of distilhubert, passt, whisper-base, byol-s, log-mel, mfcc; weights from SER_MODELS, or NAME:PATH
                      (default: the first that is there; as-published: distilhubert)
  --heads A,B         of linear, mlp, attentive (default: all three; as-published: linear)
  --tune T            of the encoder: none, a number of blocks from the top, blocks, all (default: as README.md says)
  --seeds A,B         of networks (default: 1,2,3; as-published: 42)
  --epochs N          of networks (default: what conf/preset-*.yaml says)
  --device D          of networks: cpu, cuda, cuda:N (default: cpu)
                      Any of these trains networks only, unless --learners says otherwise: --learners logreg,network'

known_encoders=(distilhubert passt whisper-base byol-s log-mel mfcc)
networks=false
network_asked=false
preset=recommended
encoder_given=''
tune_given=''
heads=()
seeds=()
epochs=''
device=''
latency_clips=100
declare -A presets=([recommended]=1 [as-published]=1)
known_heads=(linear mlp attentive)

network_option() {
  case $1 in
    --preset)
      [[ -n ${presets[$2]:-} ]] || fail 2 "--preset: '$2' is unknown; known: recommended,as-published"
      preset=$2
      ;;
    --encoder)
      [[ -n $2 ]] || fail 2 '--encoder: names nothing'
      encoder_given=$2
      ;;
    --heads) take_list "$1" "$2" heads ;;
    --tune)
      [[ $2 =~ ^(none|blocks|all|[1-9][0-9]*)$ ]] ||
        fail 2 "--tune: '$2' is not none, a number of blocks, blocks or all"
      tune_given=$2
      ;;
    --seeds) take_list "$1" "$2" seeds ;;
    --epochs) require_number "$1" "$2" && epochs=$2 ;;
    --device) check_device "$2" && device=$2 ;;
    *) return 1 ;;
  esac
  network_asked=true
}

# Once all options are read: whether networks are trained, and which. The learner `network` stands for all of them.
networks_ready() {
  local entry kept=()
  if $network_asked && ! $learners_given; then learners=(network); fi
  for entry in "${learners[@]}"; do
    if [[ $entry == network ]]; then networks=true; else kept+=("$entry"); fi
  done
  learners=("${kept[@]}")
  if ! $networks; then
    ! $network_asked || fail 2 "options of networks without 'network' among --learners"
    return 0
  fi
  for entry in "${heads[@]}"; do
    is_among "$entry" "${known_heads[@]}" ||
      fail 2 "--heads: '$entry' is unknown; known: $(join_by_comma "${known_heads[@]}")"
  done
  for entry in "${seeds[@]}"; do require_number --seeds "$entry"; done
  if [[ $preset == as-published ]]; then
    as_published_ready
  else
    ((${#heads[@]} > 0)) || heads=("${known_heads[@]}")
    ((${#seeds[@]} > 0)) || seeds=(1 2 3)
  fi
  take_encoders "$encoder_given"
  for entry in "${encoders[@]}"; do
    [[ -z $tune_given ]] || needs_weights "$entry" ||
      fail 2 "--tune: $entry is trained from scratch, all of it; there is nothing to choose"
    check_blocks "$entry" --tune "$tune_given"
  done
}

as_published_ready() {
  [[ -n $encoder_given ]] || encoder_given=distilhubert
  [[ $encoder_given == distilhubert || $encoder_given == distilhubert:* ]] ||
    fail 2 "--preset as-published is DistilHuBERT's; the published PaSST and CNN-LSTM cannot be repeated (README.md says why)"
  ((${#heads[@]} > 0)) || heads=(linear)
  [[ ${heads[*]} == linear ]] || fail 2 '--preset as-published has the linear head only'
  [[ -z $tune_given || $tune_given == all ]] || fail 2 '--preset as-published tunes all of the encoder'
  ((${#seeds[@]} > 0)) || seeds=(42)
}

# ---- stage 0

say_networks() {
  local encoder
  for encoder in "${absent[@]}"; do say "$(say_absent "$encoder")"; done
  for encoder in "${encoders[@]}"; do
    if needs_weights "$encoder"; then
      say "networks ($preset): $encoder from ${weights[$encoder]}, tuned: $(tune_of "$encoder")"
    else
      say "networks ($preset): $encoder, from scratch"
    fi
  done
}

# ---- stage 2

actors_of_sample='1001 1002 1003 1004 1005 1006 1007 1008 1009 1010 1011 1012 1013 1014 1015 1049 1053 1054 1055 1058 1059'

actors_there() {
  [[ -e ${out}data/$name/utterances.tsv ]] || return 0
  awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; ++i) if ($i == "speaker") at = i; next } { print $at }' \
    "${out}data/$name/utterances.tsv" | sort -u | paste -sd ' ' -
}

network_protocol() {
  if [[ $preset == as-published ]]; then
    printf '%s-speaker-dependent' "$name"
  elif [[ $(actors_there) == "$actors_of_sample" ]]; then
    printf '%s-21-actors' "$name"
  else
    printf '%s' "$name"
  fi
}

# The folds of networks; $1: the protocol that was made already, if any.
fold_networks() {
  local protocol
  protocol=$(network_protocol)
  case $protocol in
    "$1") ;;
    *-speaker-dependent)
      say 'as published: random split, the same actors in all parts; every result is marked speaker-dependent'
      run ser-extract folds make "${out}data/$name" --config conf/protocol-as-published.yaml \
        --out "${out}data/$protocol-folds.yaml"
      run local/first_fold.sh "${out}data/$protocol-folds.yaml" "${out}data/$protocol.yaml"
      run ser-extract folds show "${out}data/$protocol.yaml"
      run_and_keep "${out}data/$protocol.check.txt" \
        ser-extract folds check "${out}data/$protocol.yaml" "${out}data/$name" --hash-audio --threads "$jobs"
      ;;
    *-21-actors)
      say 'networks: 12 actors train, 3 choose the epoch, 6 test'
      make_folds "$protocol" "$name" --config conf/protocol-21-actors.yaml
      ;;
    *) fold_classic ;;
  esac
}

# ---- stage 4

network_name() { printf '%s%s-%s' "$1" "$(tuned_name "$1")" "$2"; }

network_folder() { printf '%s' "${out}exp/$(network_protocol)/$(network_name "$1" "$2")"; }

# network_command ENCODER HEAD: sets the array `command`, without protocol, seeds and output.
network_command() {
  local store
  store=$(store_of "$1")
  command=(ser-train --manifest "${out}data/$name")
  [[ -z $store ]] || command+=(--features "$store")
  command+=(--config conf/train.yaml --config conf/network.yaml)
  if [[ $preset == as-published ]]; then
    command+=(--config "conf/encoder-$1.yaml" --config "conf/preset-$preset.yaml")
  else
    command+=(--config "conf/preset-$preset.yaml" --config "conf/encoder-$1.yaml" --config "conf/head-$2.yaml")
  fi
  case $(input_of "$1") in
    audio | rest)
      command+=(--network.encoder.model "${weights[$1]}" --network.encoder.tune "$(tune_of "$1")" --network.layers last)
      ;;
  esac
  [[ -z $epochs ]] || command+=(--training.epochs "$epochs")
  [[ -z $device ]] || command+=(--training.device "$device")
}

network_lines() {
  local encoder head command
  for encoder in "${encoders[@]}"; do
    for head in "${heads[@]}"; do
      network_command "$encoder" "$head"
      quoted "${command[@]}" --seed "$(join_by_comma "${seeds[@]}")" --protocol "${out}data/$(network_protocol).yaml" \
        --output "$(network_folder "$encoder" "$head")"
      printf '\n'
    done
  done
}

# Adds to the array `runs`.
network_runs() {
  local encoder head
  for encoder in "${encoders[@]}"; do
    for head in "${heads[@]}"; do
      check_seeds "$(network_folder "$encoder" "$head")"
      runs+=("$(network_folder "$encoder" "$head")")
    done
  done
}

# ---- stage 5: sizes and latency

# Where a store holds a frozen encoder's states its parameters are in no run: one epoch on two clips per class counts them.
count_encoder() {
  local protocol probe command
  [[ $(input_of "$1") == states ]] || return 0
  protocol=${out}data/$(network_protocol)
  probe=${out}exp/$(network_protocol)/size-of-$1
  run local/first_fold.sh "$protocol.yaml" "$protocol-few.yaml" 2
  command=(ser-train --manifest "${out}data/$name" --protocol "$protocol-few.yaml" --config conf/network.yaml
    --config "conf/encoder-$1.yaml" --network.encoder.model "${weights[$1]}" --training.epochs 1 --seed 1
    --output "$probe" --threads "$jobs" --quiet)
  last_command=$(quoted "${command[@]}")
  printf '+ %s (to count parameters; its score means nothing)\n' "$last_command"
  $dry_run || "${command[@]}" >/dev/null
}

first_cell() { find "$1" -mindepth 3 -maxdepth 3 -path '*/fold_*/seed_*/train.log' | sort -V | head -n 1 | xargs -r dirname; }

# parameters_of CELL: of the network that was trained there.
parameters_of() { sed -n 's/^\([0-9]*\) parameters, \([0-9]*\) of them trained$/\1/p' "$1/train.log"; }
trained_of() { sed -n 's/^\([0-9]*\) parameters, \([0-9]*\) of them trained$/\2/p' "$1/train.log"; }

# tensors_of CELL PATTERN: parameters in the bundle whose name starts as the pattern says. The header of a safetensors file is
# JSON with names and shapes; running statistics and scaling are no parameters.
tensors_of() {
  local file=$1/bundle/model.safetensors size
  size=$(od -An -t u8 -N 8 "$file" | tr -d ' ')
  tail -c +9 "$file" | head -c "$size" | grep -oE "\"($2)[^\"]*\":\{[^}]*\}" |
    grep -vE 'running_mean|running_var|num_batches_tracked|"input_(mean|deviation)"' |
    sed -E 's/.*"shape":\[([^]]*)\].*/\1/' |
    awk -F , '{ n = 1; for (i = 1; i <= NF; ++i) n *= $i; total += n } END { printf "%.0f", total }' || true
}

# measure_latency RUN: the first test clips of the first fold, one after the other, on one thread: decoding, encoder and head;
# without loading the model. Keeps what the program says of it in RUN/latency.txt: clips, seconds of audio per clip, ms per clip.
measure_latency() {
  local folder=$1 files=() cell
  if $dry_run; then
    printf '+ ser-eval predict --model %s/fold_1/seed_%s/bundle --threads 1 (%d test clips, timed)\n' "$folder" "${seeds[0]}" \
      "$latency_clips"
    return
  fi
  cell=$(first_cell "$folder")
  mapfile -t files < <(test_clips | head -n "$latency_clips")
  last_command="ser-eval predict --model $cell/bundle --threads 1 CLIP..."
  printf '+ %s (%d test clips)\n' "$last_command" "${#files[@]}"
  ser-eval predict --model "$cell/bundle" --threads 1 --output "$folder/latency.predictions.tsv" "${files[@]}" \
    2>"$folder/latency.log" || {
    cat "$folder/latency.log" >&2
    return 1
  }
  sed -nE 's/.*: ([0-9]+) done, .* ([0-9.]+) h audio, ([0-9.]+) s elapsed.*/\1 \2 \3/p' "$folder/latency.log" |
    awk '{ printf "%d %.2f %.1f\n", $1, 3600 * $2 / $1, 1000 * $3 / $1 }' >"$folder/latency.txt"
}

test_clips() {
  local table=${out}data/$name
  awk -F '\t' -v source="$(sed -n 's/^source: *//p' "$table/manifest.yaml" | tr -d "\"'")" '
    FNR == 1 { ++file; for (i = 1; i <= NF; ++i) at[file, $i] = i; next }
    file == 1 { if ($5 == "test") want[$2] = 1; next }
    $at[2, "id"] in want { wav = $at[2, "wav"]; print (wav ~ /^\// ? "" : source "/") wav }' \
    "${out}data/$(network_protocol).tsv" "$table/utterances.tsv"
}

measure_networks() {
  local encoder folder runs=()
  for encoder in "${encoders[@]}"; do count_encoder "$encoder"; done
  network_runs
  for folder in "${runs[@]}"; do measure_latency "$folder"; done
}

# ---- stage 6

# size N: parameters, and MB of them as float32.
size() { awk -v n="$1" 'BEGIN { text = n; if (n >= 1e5) text = sprintf("%.2f M", n / 1e6); printf "%s | %.2f", text, 4 * n / 1048576 }'; }

# score_of RUN METRIC: mean over seeds in percent, with the deviation where there are several.
score_of() {
  awk -F '\t' -v metric="$2" '
    NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
    $at["metric"] != metric { next }
    $at["scope"] == "pooled" { sum += $at["value"]; ++n; value[n] = $at["value"] }
    END {
      if (!n) { printf "n/a"; exit }
      mean = sum / n
      for (i = 1; i <= n; ++i) square += (value[i] - mean) ^ 2
      printf "%.1f", 100 * mean
      if (n > 1) printf " ± %.1f", 100 * sqrt(square / (n - 1))
    }' "$1/scores.tsv"
}

# One line of the table: scores over seeds; whole network and head apart; what was trained; latency.
head_row() {
  local encoder=$1 head=$2 folder cell whole own latency
  folder=$(network_folder "$encoder" "$head")
  cell=$(first_cell "$folder")
  whole=$(parameters_of "$cell")
  own=$(tensors_of "$cell" 'head\.|pooling\.|layer_weights')
  if [[ $(input_of "$encoder") == states ]]; then
    local probe
    probe=$(first_cell "${out}exp/$(network_protocol)/size-of-$encoder")
    whole=$((whole + $(parameters_of "$probe") - $(tensors_of "$probe" 'head\.|pooling\.|layer_weights')))
  fi
  read -r _ _ latency <"$folder/latency.txt"
  printf '| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n' "$encoder" "$(tune_text "$encoder")" "$head" \
    "$(score_of "$folder" uar)" "$(score_of "$folder" war)" "$(score_of "$folder" macro_f1)" "$(size "$whole")" "$(size "$own")" \
    "$(size "$(trained_of "$cell")" | sed 's/ |.*//')" "$latency"
}

# The table of heads, behind the section that ser-eval wrote.
report_heads() {
  local encoder head folder marks='' clips seconds runs=()
  network_runs
  for folder in "${runs[@]}"; do
    run ser-eval score "$folder" --manifest "${out}data/$name" --format tsv --output "$folder/scores.tsv"
  done
  ! $dry_run || return 0
  read -r clips seconds _ <"${runs[0]}/latency.txt"
  if grep -q 'speaker_dependent: true' "${runs[0]}/run.yaml"; then marks='**speaker-dependent**, '; fi
  {
    printf '### Encoders and heads (%s; %sprotocol %s; seeds %s)\n\n' "$preset" "$marks" "$(network_protocol)" \
      "$(join_by_comma "${seeds[@]}")"
    printf -- '- date: %s\n- command: `%s`\n\n' "$(date +%F)" "$recipe_command"
    printf '| encoder | encoder is | head | UAR %% | WAR %% | macro-F1 %% | network | MB | head alone | MB | trained | ms per clip |\n'
    printf '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n'
    for encoder in "${encoders[@]}"; do
      for head in "${heads[@]}"; do head_row "$encoder" "$head"; done
    done
    printf '\n± is the standard deviation over seeds. Network: parameters of encoder (or body), pooling and head; MB as float32. Head alone: pooling,\nhead and the weights of layers. ms per clip: `ser-eval predict` on %d test clips of %.2f s on average, one after the other on one thread,\ndecoding included, loading the model not.\n' \
      "$clips" "$seconds"
  } >"${out}exp/heads.md"
  cat "${out}exp/heads.md"
  {
    printf '\n'
    cat "${out}exp/heads.md"
  } >>"${out}RESULTS.md"
}
