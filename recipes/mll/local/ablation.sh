# shellcheck shell=bash
# The table of the ablation: components, scores with their intervals, differences to the full method.
# shellcheck disable=SC2154,SC2016 # variables of run.sh and what it sources; Markdown

# score_cell RUN METRIC: figure over seeds in percent, its interval, the deviation over seeds where there are several.
score_cell() {
  awk -F '\t' -v metric="$2" '
    NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
    $at["metric"] == metric { value[$at["scope"]] = $at["value"] }
    END {
      printf "%.1f", 100 * value["figure"]
      if (value["interval low"] != "") printf " (%.1f to %.1f)", 100 * value["interval low"], 100 * value["interval high"]
      if (value["sd over seeds"] != "") printf " ± %.1f", 100 * value["sd over seeds"]
    }' "$1/scores.tsv"
}

tick() { if [[ $1 == 0 ]]; then printf ' | '; else printf '✓ | '; fi; }

# components ROW: EAM | LAM | FLAM | KL | center | focal | SupCon, by what the row's options are.
components() {
  local term
  case ${mixture[$1]} in
    '') printf ' |  | ' ;;
    lam) printf ' | ✓ | ' ;;
    eam) printf '✓ |  | ' ;;
    *) printf '%s |  | ' "${mixture[$1]}" ;;
  esac
  if [[ $(setting "$1" network frame_attention) != 0 && $(setting "$1" network pooling) == self-attention ]]; then
    printf '✓ | '
  else
    printf '%s | ' "$(setting "$1" network pooling)"
  fi
  for term in kl center focal supcon; do tick "$(setting "$1" loss "$term")"; done
}

# Row, difference of UA, low, high, p, p after Holm over the rows of this encoder; tabs between.
differences() {
  local encoder=$1 row
  for row in "${rows[@]}"; do
    [[ $row == full ]] || awk -F '\t' -v row="$row" '
      NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
      $at["figure"] == "uar" { printf "%s\t%s\t%s\t%s\t%s\n", row, $at["difference"], $at["low"], $at["high"], $at["p"] }' \
      "$(run_of "$encoder" "$row")/against-full.tsv"
  done | sort -t $'\t' -g -k 5 | awk -F '\t' -v OFS='\t' '
    { line[NR] = $0; p[NR] = $5 }
    END {
      for (i = 1; i <= NR; ++i) {
        adjusted = p[i] * (NR - i + 1)
        if (adjusted > 1) adjusted = 1
        if (adjusted < highest) adjusted = highest
        highest = adjusted
        print line[i], adjusted
      }
    }'
}

# difference_cells ROW < lines of `differences`
difference_cells() {
  awk -F '\t' -v row="$1" '
    function points(x) { return (x > -0.0005 && x < 0.0005) ? 0 : 100 * x }
    $1 == row {
      found = 1
      printf "%+.1f (%+.1f to %+.1f) | %.3f | ", points($2), points($3), points($4), $6
      print ($4 == "" || $3 == "") ? "n/a" : !($3 > 0 || $4 < 0) ? "no" : $6 < 0.05 ? "yes" : "doubtful"
    }
    END { if (!found) print "- | - | -" }'
}

ablation_rows() {
  local encoder=$1 row found
  found=''
  if is_among full "${rows[@]}"; then found=$(differences "$encoder"); fi
  for row in "${rows[@]}"; do
    printf '| %s | %s | %s%s | %s | %s |\n' "$row" "$encoder, $(tune_text "$encoder")" "$(components "$row")" \
      "$(score_cell "$(run_of "$encoder" "$row")" war)" "$(score_cell "$(run_of "$encoder" "$row")" uar)" \
      "$(difference_cells "$row" <<<"$found")"
  done
}

# UA of each speaker, where they are few enough for a table and each is a fold.
speaker_table() {
  local encoder row folder
  printf '\nUA %% per speaker\n\n'
  folder=$(run_of "${encoders[0]}" "${rows[0]}")
  awk -F '\t' 'NR > 1 && $6 == "uar" { sub(/^[^ ]* /, "", $4); head = head " | " $4; rule = rule " | ---:" }
    END { print "| row | backbone" head " | mean |"; print "| --- | ---" rule " | ---: |" }' "$folder/speakers.tsv"
  for encoder in "${encoders[@]}"; do
    for row in "${rows[@]}"; do
      printf '| %s | %s' "$row" "$encoder, $(tune_text "$encoder")"
      awk -F '\t' 'NR > 1 && $6 == "uar" { printf " | %.1f", 100 * $8; sum += $8; ++n } END { printf " | %.1f |\n", 100 * sum / n }' \
        "$(run_of "$encoder" "$row")/speakers.tsv"
    done
  done
}

# SAVEE's own folds test each of its four speakers; with others there may be only one.
per_speaker() { [[ $corpus == savee && -z $folds ]]; }

# The least p that the test could give: with few speakers and many rows no p is below 0.05.
say_least_p() {
  local row
  for row in "${rows[@]}"; do
    [[ $row != full ]] || continue
    awk -F '\t' -v rows="$((${#rows[@]} - 1))" '
      NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
      $at["figure"] == "uar" {
        least = rows * 2 ^ (1 - $at["units"])
        if ($at["unit"] == "speaker" && least >= 0.05)
          printf "\nHere p cannot be below %.3f: %d speakers, %d rows. Then no difference is called real, only doubtful.\n", least < 1 ? least : 1, $at["units"], rows
      }' "$(run_of "${encoders[0]}" "$row")/against-full.tsv"
    return
  done
}

# What the tables are made of: a file for programs in each run folder.
measure_rows() {
  local encoder row folder
  for encoder in "${encoders[@]}"; do
    for row in "${rows[@]}"; do
      folder=$(run_of "$encoder" "$row")
      run ser-eval score "$folder" --manifest "${out}data/$corpus" --format tsv --output "$folder/scores.tsv" --quiet
      if [[ $row != full ]] && is_among full "${rows[@]}"; then
        run ser-eval compare "$(run_of "$encoder" full)" "$folder" --manifest "${out}data/$corpus" --format tsv \
          --output "$folder/against-full.tsv" --quiet
      fi
      if per_speaker; then
        run ser-eval fairness "$folder" --group speaker --manifest "${out}data/$corpus" --format tsv --output "$folder/speakers.tsv" --quiet
      fi
    done
  done
}

ablation_text() {
  local encoder
  printf '### Ablation on %s (protocol %s; seeds %s)\n\n' "$corpus" "$protocol" "$(join_by_comma "${seeds[@]}")"
  printf -- '- date: %s\n- command: `%s`\n\n' "$(date +%F)" "$recipe_command"
  printf '| row | backbone | EAM | LAM | FLAM | KL | center | focal | SupCon | WA %% | UA %% | UA to full | p | real? |\n'
  printf '| --- | --- | --- | --- | --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: | --- |\n'
  for encoder in "${encoders[@]}"; do ablation_rows "$encoder"; done
  cat <<'END'

In brackets the 95 % interval by speaker, ± the standard deviation over seeds. UA to full: points above the full method on the same
backbone, paired. p: permutation test by speaker, corrected after Holm for the rows of a backbone. Real: yes where that interval leaves out 0
and p is below 0.05, doubtful where only the interval does. A "no" is no proof that a component does nothing.
END
  if is_among full "${rows[@]}"; then say_least_p; fi
  if per_speaker; then speaker_table; fi
}

report_ablation() {
  local table=${out}exp/$protocol/ablation.md
  measure_rows
  ! $dry_run || return 0
  ablation_text >"$table"
  cat "$table"
  {
    printf '\n'
    cat "$table"
  } >>"${out}RESULTS.md"
  say "ablation: $(absolute "$(dirname "$table")")/ablation.md"
}
