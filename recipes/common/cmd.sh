# shellcheck shell=bash
# Runs many commands: here, or as a job array of Slurm or SGE. Chosen by SER_CMD:
#   local   on this machine, as many at a time as --nj says (default)
#   slurm   sbatch --array, waits for the end
#   sge     qsub -t, waits for the end
# SER_CMD_OPTIONS is handed to sbatch or qsub (partition, memory, time). The working folder must be on a shared disk.

: "${SER_CMD:=local}"

# launch NAME AT_ONCE FOLDER < commands, one per line
# Writes FOLDER/NAME.commands and, per line, FOLDER/NAME.<line>.log and .status. Fails when any command failed, naming
# its log.
launch() {
  local name=$1 at_once=$2 folder=$3 count
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  cat >"$folder/$name.commands"
  count=$(wc -l <"$folder/$name.commands")
  rm -f "$folder/$name".*.status
  case $SER_CMD in
    local) launch_local "$folder/$name" "$count" "$at_once" ;;
    slurm) launch_slurm "$folder/$name" "$count" "$at_once" ;;
    sge) launch_sge "$folder/$name" "$count" "$at_once" ;;
    *)
      printf 'SER_CMD=%s: choose local, slurm or sge\n' "$SER_CMD" >&2
      return 2
      ;;
  esac
  launch_check "$folder/$name" "$count"
}

# One task of an array: runs line N of PREFIX.commands.
launch_task() {
  local prefix=$1 number=$2 status=0
  bash -c "$(sed -n "${number}p" "$prefix.commands")" >"$prefix.$number.log" 2>&1 || status=$?
  printf '%s\n' "$status" >"$prefix.$number.status"
  printf 'job %d: status %d after %d s\n' "$number" "$status" "$SECONDS"
  return "$status"
}

# The jobs are a process group of their own: a signal to the recipe ends them all, and no further one starts.
launch_local() {
  local prefix=$1 count=$2 at_once=$3
  export -f launch_task
  set -m
  # shellcheck disable=SC2016 # expanded by the inner shell
  xargs -P "$at_once" -n 1 bash -c 'launch_task "$0" "$1" || true' "$prefix" < <(seq "$count") &
  launched=$!
  set +m
  trap 'stop_launched 2' INT
  trap 'stop_launched 15' TERM
  wait "$launched" || true
  trap - INT TERM
}

# stop_launched SIGNAL: waits, a minute at most, until all jobs have saved what they have.
stop_launched() {
  local tenths=0
  trap '' INT TERM
  kill -TERM -- "-$launched" 2>/dev/null || true
  wait "$launched" 2>/dev/null || true
  while ((tenths++ < 600)) && kill -0 -- "-$launched" 2>/dev/null; do sleep 0.1; done
  exit $((128 + $1))
}

launch_slurm() {
  local prefix=$1 count=$2 at_once=$3
  launch_script "$prefix" SLURM_ARRAY_TASK_ID
  # shellcheck disable=SC2086 # several options in one variable
  sbatch --wait --parsable --array="1-$count%$at_once" --job-name="$(basename "$prefix")" \
    --output="$prefix.slurm-%a.out" ${SER_CMD_OPTIONS:-} "$prefix.job" || true
}

launch_sge() {
  local prefix=$1 count=$2 at_once=$3
  launch_script "$prefix" SGE_TASK_ID
  # shellcheck disable=SC2086 # several options in one variable
  qsub -sync y -cwd -V -S /bin/bash -t "1-$count" -tc "$at_once" -N "$(basename "$prefix")" \
    -j y -o "$prefix.sge.out" ${SER_CMD_OPTIONS:-} "$prefix.job" || true
}

# The batch script of an array: the task's number is in the variable named by the second argument.
launch_script() {
  {
    printf '#!/bin/bash\nPATH=%q\nSER_USAGE=%q\nexport PATH SER_USAGE\ncd %q || exit 1\n' "$PATH" "${SER_USAGE:-}" "$PWD"
    declare -f launch_task
    printf 'launch_task %q "$%s"\n' "$1" "$2"
  } >"$1.job"
}

# The status of the first command that failed, after a word on each.
launch_check() {
  local prefix=$1 count=$2 number status=0 own
  for ((number = 1; number <= count; number++)); do
    own=1
    [[ ! -s $prefix.$number.status ]] || own=$(<"$prefix.$number.status")
    ((own != 0)) || continue
    printf 'failed with status %s: %s\n' "$own" "$(sed -n "${number}p" "$prefix.commands")" >&2
    if [[ -e $prefix.$number.log ]]; then
      tail -n 5 "$prefix.$number.log" | sed 's/^/  | /' >&2
      printf '  log: %s\n' "$prefix.$number.log" >&2
    else
      printf '  no log: the job did not start\n' >&2
    fi
    if ((status == 0)); then status=$own; fi
  done
  return "$status"
}
