"""Log-mel of the same files by ser-extract and by kaldi-native-fbank fed by soundfile: one thread each, start-up of both
left out, alternating in one run; prints the median ratio. Needs kaldi-native-fbank, numpy, soundfile (not the product).

  python tests/bench/logmel_vs_kaldi_native_fbank.py build/bin/ser-extract FOLDER_WITH_16_KHZ_WAV [files] [repeats]
"""

import pathlib
import re
import statistics
import subprocess
import sys
import time

import kaldi_native_fbank as knf
import numpy as np
import soundfile


def reference_seconds(files):
    options = knf.FbankOptions()
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = 40
    start = time.perf_counter()
    for path in files:
        samples, rate = soundfile.read(path, dtype="float32")
        fbank = knf.OnlineFbank(options)
        fbank.accept_waveform(rate, (samples * 32768).tolist())
        fbank.input_finished()
        np.stack([fbank.get_frame(i) for i in range(fbank.num_frames_ready)])
    return time.perf_counter() - start


def reference_core_seconds(files):
    """Only reading and accept_waveform, which computes all frames; without Python's loop over frames."""
    options = knf.FbankOptions()
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = 40
    total = 0
    for path in files:
        start = time.perf_counter()
        samples, rate = soundfile.read(path, dtype="float32")
        total += time.perf_counter() - start
        values = (samples * 32768).tolist()
        fbank = knf.OnlineFbank(options)
        start = time.perf_counter()
        fbank.accept_waveform(rate, values)
        total += time.perf_counter() - start
    return total


def our_seconds(program, files, threads):
    """The program's own clock, which starts after its start-up; the whole process is timed beside it."""
    command = [program, "features", *files, "--set", "logmel", "--level", "lld", "--format", "store",
               "--output", "/tmp/ser-bench-store", "--threads", str(threads)]
    subprocess.run(["rm", "-rf", "/tmp/ser-bench-store"], check=True)
    start = time.perf_counter()
    text = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    wall = time.perf_counter() - start
    return float(re.search(r"([\d.]+) s elapsed", text).group(1)), wall


def main():
    program, folder = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 400
    repeats = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    files = [str(path) for path in sorted(pathlib.Path(folder).rglob("*.wav"))[:count]]
    ratios, core_ratios, speedups = [], [], []
    for _ in range(repeats):
        reference, core = reference_seconds(files), reference_core_seconds(files)
        one, wall = our_seconds(program, files, 1)
        two, _ = our_seconds(program, files, 2)
        ratios.append(wall / reference)
        core_ratios.append(wall / core)
        speedups.append(one / two)
        print(f"reference {reference:.3f} s (reading + accept_waveform alone {core:.3f} s), ours {one:.3f} s "
              f"(whole process {wall:.3f} s), two threads {two:.3f} s")
    print(f"{len(files)} files: ours / reference {statistics.median(ratios):.3f}, ours / its C++ part alone "
          f"{statistics.median(core_ratios):.3f}, two threads {statistics.median(speedups):.2f} times one (medians of {repeats})")


main()
