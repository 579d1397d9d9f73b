"""eGeMAPSv02 functionals of the same files by ser-extract and by the opensmile package in one session: one thread each,
openSMILE's start-up left out, ours counted (the whole process is timed), alternating; then two threads of ours against
one. Prints real-time factors and the ratios of medians. Needs the opensmile package and soundfile (not the product).

  python tests/bench/egemaps_vs_opensmile.py build/bin/ser-extract FOLDER_WITH_16_BIT_MONO_AUDIO [repeats]

The folder's files, in order, make 400 short files and one long file of ten minutes.
"""

import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import opensmile
import soundfile

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


def our_time(program, inputs, threads):
    """Wall clock and processor time of the whole process, start-up included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([program, "features", inputs, "--set", "egemaps-v02", "--level", "functionals", "--format", "csv",
                    "--output", f"{inputs}.csv", "--threads", str(threads)],
                   check=True, capture_output=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    program, source = sys.argv[1], sys.argv[2]
    repeats = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    smile = opensmile.Smile(feature_set=opensmile.FeatureSet.eGeMAPSv02,
                            feature_level=opensmile.FeatureLevel.Functionals, num_workers=1)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "short").mkdir()
        short, long = prepare(source, folder)
        for label, files, inputs in (("long", long, long[0]), ("short", short, str(folder / "short"))):
            audio = sum(soundfile.info(path).duration for path in files)
            smile.process_file(files[0])
            theirs, ours, two = [], [], []
            for _ in range(repeats):
                theirs.append(opensmile_time(smile, files))
                ours.append(our_time(program, inputs, 1))
                two.append(our_time(program, inputs, 2))
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
