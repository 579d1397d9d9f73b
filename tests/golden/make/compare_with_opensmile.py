"""A feature set of ser-extract against the opensmile package on any 16-bit mono files, relative to max(|reference|,
1e-3).

  python compare_with_opensmile.py ../../../build/bin/ser-extract FILE|DIR... --set egemaps-v02|compare-2016
      [--lld] [--rates 8000,96000] [--stride N] [--worst N]

Prints median, 95 %, largest error and the share above 1e-3: of ComParE functionals one line per functional in each
block of columns, else one line per column (frames are relative to 1e-3 of the column's largest value in the file where
that is more; the last five, where the reference's tables have artefacts, only count in "end"). Then the pooled limits
of the specification, with all files and without those in which a sample stays the same for a short frame (20 ms) or
longer, and of ComParE functionals every column of which more than 0.5 % of the values exceed their limit, with the
worst file. --rates reads each file resampled to each rate (scipy's resample_poly, rounded to 16 bits) instead of as it
is.
"""

import argparse
import csv
import math
import pathlib
import subprocess
import tempfile

import numpy as np
import scipy.signal
import soundfile

from opensmile_reference import COMPARE_BLOCKS, SETS, Descriptors, Functionals

FORMANT = ("F1", "F2", "F3", "logRelF0-H1-A3")
LAST_ROWS = 5
# What share of the values is to be within which limit; the linear prediction of contours is ill-conditioned.
LIMITS = {
    "without linear prediction": (0.995, 1e-3),
    "lpgain, lpc0, lpc1": (0.95, 1e-2),
    "lpc2, lpc3, lpc4": (0.9, 2e-2),
}


def audio_files(names):
    for name in map(pathlib.Path, names):
        found = sorted(name.rglob("*")) if name.is_dir() else [name]
        yield from (path for path in found if path.suffix.lower() in (".wav", ".flac"))


def resampled(samples, rate, target):
    common = math.gcd(rate, target)
    y = scipy.signal.resample_poly(samples.astype(np.float64), target // common, rate // common)
    return np.clip(np.round(y), -32768, 32767).astype(np.int16)


def write_audio(paths, rates, folder):
    """00000.wav, ... in the folder; what each of them is."""
    names = []
    for path in paths:
        samples, rate = soundfile.read(path, dtype="int16")
        if samples.ndim > 1:
            print("left out, as it has more than one channel:", path)
            continue
        for target in rates or [rate]:
            y = samples if target == rate else resampled(samples, rate, target)
            soundfile.write(f"{folder}/{len(names):05d}.wav", y, target, subtype="PCM_16")
            names.append(f"{path} at {target} Hz" if rates else str(path))
    return names


def has_constant_stretch(wav, seconds=0.02):
    samples, rate = soundfile.read(wav, dtype="int16")
    changes = np.flatnonzero(np.diff(samples))
    return np.diff(np.concatenate([[-1], changes, [len(samples) - 1]])).max() >= seconds * rate


def our_tables(program, folder, options):
    """Names of the columns, and the rows of each clip."""
    run = subprocess.run([program, "features", folder, "--set", options.set, "--level",
                          "lld" if options.lld else "functionals", "--format", "csv", "--output", f"{folder}/ours.csv"],
                         check=False, capture_output=True, text=True)
    if not pathlib.Path(f"{folder}/ours.csv").exists():
        raise SystemExit(f"{options.program} failed: {run.stderr}")
    rows = {}
    with open(f"{folder}/ours.csv") as file:
        reader = csv.reader(file, delimiter=";")
        columns = next(reader)[2:]
        for row in reader:
            rows.setdefault(row[0], []).append(np.array(row[2:], dtype=np.float64))
    return columns, {clip: np.array(table) for clip, table in rows.items()}


def check_names(ours, theirs):
    if ours != theirs:
        at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
        raise SystemExit(f"names differ: {len(ours)} of ours, {len(theirs)} of theirs, first at column {at}: "
                         f"{ours[at:at + 1]} and {theirs[at:at + 1]}")


class Comparison:
    """Errors of all rows of all files in one table."""

    def __init__(self, columns):
        self.columns = np.array(columns)
        self.files, self.constant, self.parts, self.ends = [], [], [], []

    def add(self, name, constant, ours, theirs, frames):
        floor = np.maximum(1e-3 * np.abs(theirs).max(axis=0), 1e-12) if frames else 1e-3
        error = np.abs(ours - theirs) / np.maximum(np.abs(theirs), floor)
        error = np.where(np.isfinite(error), error, np.inf)
        last = min(LAST_ROWS, len(error) - 1) if frames else 0
        self.files.append(name)
        self.constant.append(constant)
        self.parts.append(error[: len(error) - last])
        self.ends.append(error[len(error) - last:].max(axis=0, initial=0))

    def finish(self):
        self.error, self.end = np.concatenate(self.parts), np.max(self.ends, axis=0)
        self.file = np.repeat(np.arange(len(self.files)), [len(part) for part in self.parts])
        self.of_constant = np.array(self.constant)[self.file]

    def worst(self, mask, count):
        error = np.where(mask, self.error, -1)
        for at in np.argsort(-error, axis=None)[:count]:
            row, j = np.unravel_index(at, error.shape)
            frame = row - np.argmax(self.file == self.file[row])
            where = f" frame {frame}" if len(self.file) > len(self.files) else ""
            print(f"  {error[row, j]:.2e} {self.columns[j]} {self.files[self.file[row]]}{where}")


def line(label, error, more=""):
    print(f"{label:50s} {np.median(error):9.2e} {np.quantile(error, 0.95):9.2e} {error.max():9.2e} "
          f"{100 * np.mean(error > 1e-3):6.2f} %{more}")


def report_columns(result, frames):
    for j, name in enumerate(result.columns):
        line(name, result.error[:, j], f" {result.end[j]:9.2e}" if frames else "")


def report_egemaps(result, worst):
    formant = np.array([name.startswith(FORMANT) for name in result.columns])
    for label, rows in (("all files", slice(None)), ("without constant stretches", ~result.of_constant)):
        plain, pooled = result.error[rows][:, ~formant], result.error[rows][:, formant]
        if plain.size:
            print(f"{label}: not formants: 99 % {np.quantile(plain, 0.99):.2e}, max {plain.max():.2e}; "
                  f"formants: median {np.median(pooled):.2e}, 95 % {np.quantile(pooled, 0.95):.2e}, "
                  f"max {pooled.max():.2e}")
    result.worst(~formant, worst)


def report_frames(result, worst):
    for label, rows in (("all files", slice(None)), ("without constant stretches", ~result.of_constant)):
        error = result.error[rows]
        if error.size:
            print(f"{label}: {100 * np.mean(error <= 1e-3):.3f} % of {error.size} values within 1e-3, "
                  f"99.9 % {np.quantile(error, 0.999):.2e}, max {error.max():.2e}")
    result.worst(np.full(len(result.columns), True), worst)


def report_compare(result, worst):
    functional = np.array([name.rsplit("_", 1)[1] for name in result.columns])
    starts = np.array(list(COMPARE_BLOCKS.values()))
    block = np.searchsorted(starts, np.arange(len(functional)), side="right") - 1
    for name in dict.fromkeys(functional):
        for i, label in enumerate(COMPARE_BLOCKS):
            mask = (functional == name) & (block == i)
            if mask.any():
                line(f"{name} of {label} ({mask.sum()})", result.error[:, mask])
    predicted, first = np.char.startswith(functional, "lp"), np.isin(functional, ("lpgain", "lpc0", "lpc1"))
    group = np.select([~predicted, first], [0, 1], 2)
    for files, rows in (("all files", slice(None)), ("without constant stretches", ~result.of_constant)):
        for i, (label, (share, limit)) in enumerate(LIMITS.items()):
            error = result.error[rows][:, group == i]
            if error.size:
                within = np.mean(error <= limit)
                print(f"{files}: {label} ({np.sum(group == i)} columns): {100 * within:.3f} % within {limit:g} "
                      f"(wanted {100 * share:g} %{'' if within >= share else ': MISSED'}), "
                      f"{100 * np.mean(error > 1e-3):.3f} % above 1e-3")
    limit = np.array([limit for _, limit in LIMITS.values()])[group]
    above = np.mean(result.error > limit, axis=0)
    listed = np.flatnonzero(above > 0.005)
    print(f"{len(listed)} columns with more than 0.5 % of their values above the limit")
    for j in listed:
        row = np.argmax(result.error[:, j])
        print(f"  {result.columns[j]} {100 * above[j]:.2f} %, worst {result.error[row, j]:.2e} in "
              f"{result.files[result.file[row]]}")
    print("worst, without linear prediction")
    result.worst(group == 0, worst)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--set", choices=SETS, required=True)
    parser.add_argument("--lld", action="store_true")
    parser.add_argument("--rates", type=lambda text: [int(rate) for rate in text.split(",")], default=[])
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--worst", type=int, default=10)
    options = parser.parse_args()
    reference = (Descriptors if options.lld else Functionals)(options.set)
    result = Comparison(reference.columns)
    with tempfile.TemporaryDirectory() as folder:
        names = write_audio(list(audio_files(options.inputs))[:: options.stride], options.rates, folder)
        columns, ours = our_tables(options.program, folder, options)
        check_names(columns, reference.columns)
        for i, name in enumerate(names):
            wav, clip = f"{folder}/{i:05d}.wav", f"{i:05d}"
            theirs = reference.table(wav).astype(np.float64)
            if clip not in ours:
                print("no features of ours:", name)
            elif ours[clip].shape != theirs.shape:
                print("shapes differ:", name, ours[clip].shape, theirs.shape)
            elif not np.isfinite(theirs).all():
                print("no features of theirs:", name)
            else:
                result.add(name, has_constant_stretch(wav), ours[clip], theirs, options.lld)
    if not result.files:
        raise SystemExit("nothing to compare")
    result.finish()
    print(f"{len(result.files)} files, {sum(result.constant)} with constant stretches, {len(result.error)} rows")
    print(f"{'':50s} {'median':>9s} {'95 %':>9s} {'max':>9s}  >1e-3   {'  end' if options.lld else ''}")
    if options.lld or options.set == "egemaps-v02":
        report_columns(result, options.lld)
    if options.set == "egemaps-v02":
        report_egemaps(result, options.worst)
    elif options.lld:
        report_frames(result, options.worst)
    else:
        report_compare(result, options.worst)


if __name__ == "__main__":
    main()
