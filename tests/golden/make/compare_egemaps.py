"""eGeMAPSv02 of ser-extract against the opensmile package on any 16-bit mono files: one line per column with the median,
95 % and largest relative error (denominator max(|reference|, 1e-3)), then the pooled limits of the specification.

  python compare_egemaps.py ../../../build/bin/ser-extract FILE|DIR... [--lld] [--stride N] [--worst N]
"""

import argparse
import csv
import pathlib
import subprocess
import tempfile

import numpy as np
import opensmile
import soundfile

FORMANT = ("F1", "F2", "F3", "logRelF0-H1-A3")


def opensmile_reader(lld):
    level = opensmile.FeatureLevel.LowLevelDescriptors if lld else opensmile.FeatureLevel.Functionals
    return opensmile.Smile(feature_set=opensmile.FeatureSet.eGeMAPSv02, feature_level=level, num_workers=1)


def audio_files(names):
    for name in map(pathlib.Path, names):
        found = sorted(name.rglob("*")) if name.is_dir() else [name]
        yield from (path for path in found if path.suffix.lower() in (".wav", ".flac"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--lld", action="store_true")
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--worst", type=int, default=10)
    options = parser.parse_args()
    smile = opensmile_reader(options.lld)
    ours, theirs, origin = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for path in list(audio_files(options.inputs))[:: options.stride]:
            samples, rate = soundfile.read(path, dtype="int16")
            if samples.ndim > 1:
                continue
            wav = f"{folder}/{len(names):05d}.wav"
            soundfile.write(wav, samples, rate, subtype="PCM_16")
            names.append(str(path))
        subprocess.run([options.program, "features", folder, "--set", "egemaps-v02", "--level",
                        "lld" if options.lld else "functionals", "--format", "csv", "--output", f"{folder}/ours.csv"],
                       check=False, capture_output=True)
        rows = {}
        with open(f"{folder}/ours.csv") as file:
            reader = csv.reader(file, delimiter=";")
            columns = next(reader)[2:]
            for row in reader:
                rows.setdefault(row[0], []).append([float(x) for x in row[2:]])
        for i, name in enumerate(names):
            frame = smile.process_file(f"{folder}/{i:05d}.wav")
            assert list(frame.columns) == columns
            if f"{i:05d}" not in rows:
                print("no features of ours:", name)
                continue
            a, b = np.array(rows[f"{i:05d}"]), frame.to_numpy(dtype=float)
            if a.shape != b.shape:
                print("shapes differ:", name, a.shape, b.shape)
                continue
            ours.append(a)
            theirs.append(b)
            origin += [name] * len(a)
    scale = [np.maximum(np.abs(b), 1e-3 * np.abs(b).max(axis=0) if options.lld else 1e-3) for b in theirs]
    error = np.concatenate([np.abs(a - b) / np.maximum(s, 1e-12) for a, b, s in zip(ours, theirs, scale)])
    print(f"{len(ours)} files, {len(error)} rows")
    for j, name in enumerate(columns):
        e = error[:, j]
        print(f"{name:50s} {np.median(e):9.2e} {np.quantile(e, 0.95):9.2e} {e.max():9.2e}")
    formant = np.array([name.startswith(FORMANT) for name in columns])
    plain, pooled = error[:, ~formant], error[:, formant]
    print(f"not formants: 99 % {np.quantile(plain, 0.99):.2e}, max {plain.max():.2e}; "
          f"formants: median {np.median(pooled):.2e}, 95 % {np.quantile(pooled, 0.95):.2e}, max {pooled.max():.2e}")
    for at in np.argsort(-plain, axis=None)[: options.worst]:
        row, j = np.unravel_index(at, plain.shape)
        print(f"  {plain[row, j]:.2e} {np.array(columns)[~formant][j]} {origin[row]}")


if __name__ == "__main__":
    main()
