"""Functionals of the same files by ser-extract and by the opensmile package in one session: one thread each,
openSMILE's start-up left out, ours counted (the whole process is timed), alternating; then two threads of ours against
one. Prints real-time factors and the ratios of medians. Needs the opensmile package and soundfile (not the product).

  python tests/bench/opensmile_speed.py build/bin/ser-extract FOLDER_WITH_16_BIT_MONO_AUDIO
      --set egemaps-v02|compare-2016 [--repeats N]

The folder's files, in order, make 400 short files and one long file of ten minutes.
"""

import argparse
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

import numpy as np
import opensmile
import soundfile

SETS = {"egemaps-v02": opensmile.FeatureSet.eGeMAPSv02, "compare-2016": opensmile.FeatureSet.ComParE_2016}
SHORT_FILES, LONG_SECONDS = 400, 600


def prepare(source, folder):
    found = sorted(p for p in pathlib.Path(source).rglob("*") if p.suffix.lower() in (".wav", ".flac"))
    step = max(1, len(found) // SHORT_FILES)
    pieces, seconds, short = [], 0, []
    for path in found[::step]:
        samples, rate = soundfile.read(path, dtype="int16")
        if len(short) < SHORT_FILES:
            short.append(str(folder / "short" / f"{len(short):03d}.wav"))
            soundfile.write(short[-1], samples, rate, subtype="PCM_16")
        pieces.append(samples)
        seconds += len(samples) / rate
    while seconds < LONG_SECONDS:
        pieces += pieces
        seconds *= 2
    soundfile.write(folder / "long.wav", np.concatenate(pieces)[: LONG_SECONDS * rate], rate, subtype="PCM_16")
    return short, [str(folder / "long.wav")]


def opensmile_time(smile, files):
    wall, cpu = time.perf_counter(), time.process_time()
    for path in files:
        smile.process_file(path)
    return time.perf_counter() - wall, time.process_time() - cpu


def our_time(program, name, inputs, threads):
    """Wall clock and processor time of the whole process, start-up included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([program, "features", inputs, "--set", name, "--level", "functionals", "--format", "csv", "--output",
                    f"{inputs}.csv", "--threads", str(threads)],
                   check=True, capture_output=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("source")
    parser.add_argument("--set", choices=SETS, required=True)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    smile = opensmile.Smile(feature_set=SETS[options.set],
                            feature_level=opensmile.FeatureLevel.Functionals, num_workers=1)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "short").mkdir()
        short, long = prepare(options.source, folder)
        for label, files, inputs in (("long", long, long[0]), ("short", short, str(folder / "short"))):
            audio = sum(soundfile.info(path).duration for path in files)
            smile.process_file(files[0])
            theirs, ours, two = [], [], []
            for _ in range(options.repeats):
                theirs.append(opensmile_time(smile, files))
                ours.append(our_time(options.program, options.set, inputs, 1))
                two.append(our_time(options.program, options.set, inputs, 2))
            for index, clock in enumerate(("wall", "processor")):
                a = statistics.median(t[index] for t in theirs)
                b = statistics.median(t[index] for t in ours)
                print(f"{label}, {len(files)} files, {audio:.0f} s of audio, {clock} time: openSMILE {a:.2f} s "
                      f"({a / audio:.5f} of real time), ours {b:.2f} s ({b / audio:.5f}), ratio {b / a:.3f}")
            one, both = (statistics.median(t[0] for t in x) for x in (ours, two))
            if len(files) > 1:
                print(f"{label}: two threads are {one / both:.2f} times as fast as one (wall time)")


if __name__ == "__main__":
    main()
