"""eGeMAPSv02 and ComParE_2016 of real recordings by the opensmile package. Needs the real corpora and a built
ser-unit-tests, which writes the resampled audio (by ser::resample, as 16-bit WAV), so that both tools read the same
samples. Checks first that the worked example's tables (w1-*.csv) are this package's too.

  SER_CORPORA=DIR python make_opensmile.py ../../../build/bin/ser-unit-tests
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import soundfile

from common import GOLDEN, area, save_npy, save_tsv
from opensmile_reference import Descriptors, Functionals

FOLDERS = {"egemaps-v02": "egemaps", "compare-2016": "compare"}
RATES = [8000, 22050, 44100, 48000, 96000]
ODD = ["odd/SM1_F10_A010.wav", "odd/RAVDESS/03-01-01-01-01-01-01.wav"]
LLD_EVERY = 18


def spread(folder, count):
    files = sorted((CORPORA / folder).rglob("*.flac")) or sorted((CORPORA / folder).rglob("*.wav"))
    step = len(files) / count
    return [str(files[int((i + 0.5) * step)].relative_to(CORPORA)) for i in range(count)]


def cases():
    native = spread("CREMA-D", 22) + spread("RAVDESS", 14) + spread("URDU", 10) + spread("EmoDB", 7) + ODD
    rows = [(name, 0) for name in native]
    for i, name in enumerate(spread("CREMA-D", 9) + spread("RAVDESS", 6) + spread("URDU", 5)):
        rows.append((name, RATES[i % len(RATES)]))
    return rows


def columns_of(lines):
    """Names and rows of a table with a header line; of index;name;value lines too."""
    fields = [line.split(";") for line in lines]
    if fields[0][:2] == ["index", "name"]:
        return [row[1] for row in fields[1:]], np.array([[row[2] for row in fields[1:]]], dtype=np.float32)
    return fields[0], np.array(fields[1:], dtype=np.float32)


def check_w1(folder, functionals, descriptors):
    wav = str(GOLDEN / "w1.wav")
    for kind, reference in (("func", functionals), ("lld", descriptors)):
        names, table = columns_of((GOLDEN / folder / f"w1-{folder}-{kind}.csv").read_text().splitlines())
        theirs = reference.table(wav)[:, : len(names)]
        assert names == reference.columns[: len(names)] and table.shape == theirs.shape
        print(f"w1-{folder}-{kind}.csv: {np.sum(table != theirs)} of {table.size} values are not the package's")


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    table = cases()
    sets = {area(folder): (Functionals(name), Descriptors(name)) for name, folder in FOLDERS.items()}
    for folder, references in sets.items():
        check_w1(folder.name, *references)
    header = ["file in the corpora, rate to resample to (0: as it is), first row in lld.npy of each set (-1: none), "
              "rows there"]

    def write(rows):
        save_tsv(GOLDEN / "recordings.tsv", header, rows)

    write([(name, rate, -1, 0) for name, rate in table])
    vectors, frames = {folder: [] for folder in sets}, {folder: [] for folder in sets}
    rows, first = [], 0
    with tempfile.TemporaryDirectory() as audio:
        subprocess.run([program, "[.opensmile-audio]"], check=True, env=os.environ | {"SER_OPENSMILE_AUDIO": audio})
        for i, (name, rate) in enumerate(table):
            wav = f"{audio}/{i:03d}.wav"
            if rate == 0:
                samples, native = soundfile.read(CORPORA / name, dtype="int16")
                soundfile.write(wav, samples, native, subtype="PCM_16")
            assert soundfile.info(wav).subtype == "PCM_16" and soundfile.info(wav).channels == 1
            count = 0
            for folder, (functionals, descriptors) in sets.items():
                vectors[folder].append(functionals.table(wav)[0])
                if i % LLD_EVERY == 0 or i == len(table) - 1:
                    frames[folder].append(descriptors.table(wav))
                    assert count in (0, len(frames[folder][-1]))  # the sets have equally many rows
                    count = len(frames[folder][-1])
            rows.append((name, rate, first if count else -1, count))
            first += count
    write(rows)
    for folder in sets:
        save_npy(folder / "functionals.npy", np.stack(vectors[folder]))
        save_npy(folder / "lld.npy", np.concatenate(frames[folder]))


CORPORA = pathlib.Path(os.environ["SER_CORPORA"])
if __name__ == "__main__":
    main()
