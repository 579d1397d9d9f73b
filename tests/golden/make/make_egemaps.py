"""eGeMAPSv02 of real recordings by the opensmile package. Needs the real corpora and a built ser-unit-tests, which writes
the resampled audio (by ser::resample, as 16-bit WAV), so that both tools read the same samples.

  SER_CORPORA=DIR python make_egemaps.py ../../../build/bin/ser-unit-tests
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import opensmile
import soundfile

from common import area, save_npy, save_tsv

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


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    folder = area("egemaps")
    table = cases()
    levels = opensmile.FeatureLevel
    functionals = opensmile.Smile(feature_set=opensmile.FeatureSet.eGeMAPSv02, feature_level=levels.Functionals)
    descriptors = opensmile.Smile(feature_set=opensmile.FeatureSet.eGeMAPSv02,
                                  feature_level=levels.LowLevelDescriptors)
    header = ["file in the corpora, rate to resample to (0: as it is), first row in lld.npy (-1: none), rows there"]

    def write(rows):
        save_tsv(folder / "cases.tsv", header, rows)

    write([(name, rate, -1, 0) for name, rate in table])
    with tempfile.TemporaryDirectory() as audio:
        subprocess.run([program, "[.egemaps-audio]"], check=True, env=os.environ | {"SER_EGEMAPS_AUDIO": audio})
        vectors, frames, rows, first = [], [], [], 0
        for i, (name, rate) in enumerate(table):
            wav = f"{audio}/{i:03d}.wav"
            if rate == 0:
                samples, native = soundfile.read(CORPORA / name, dtype="int16")
                soundfile.write(wav, samples, native, subtype="PCM_16")
            assert soundfile.info(wav).subtype == "PCM_16" and soundfile.info(wav).channels == 1
            vectors.append(functionals.process_file(wav).to_numpy()[0])
            if i % LLD_EVERY == 0 or i == len(table) - 1:
                frames.append(descriptors.process_file(wav).to_numpy())
                rows.append((name, rate, first, len(frames[-1])))
                first += len(frames[-1])
            else:
                rows.append((name, rate, -1, 0))
    write(rows)
    save_npy(folder / "functionals.npy", np.stack(vectors))
    save_npy(folder / "lld.npy", np.concatenate(frames))


CORPORA = pathlib.Path(os.environ["SER_CORPORA"])
if __name__ == "__main__":
    main()
