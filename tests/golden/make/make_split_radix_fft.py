"""features/: transforms by Takuya Ooura's FFT package, compiled for float.

  python make_split_radix_fft.py FFTSG.C

FFTSG.C is the file of that name in his package (https://www.kurims.kyoto-u.ac.jp/~ooura/fft.html, fft.tgz of 2006).
"""

import ctypes
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

from common import area, save_npy


def noise(n):
    """Of the unit tests: a linear congruential generator, -0.5 to 0.5."""
    state, values = 12345, []
    for _ in range(n):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(state / 2**32 - 0.5)
    return np.array(values, dtype=np.float32)


def rdft_of(source, folder):
    text = re.sub(r"\bdouble\b", "float", pathlib.Path(source).read_text())
    (folder / "fftsg.c").write_text(text)
    subprocess.run(["cc", "-O2", "-ffp-contract=off", "-shared", "-fPIC", "-o", folder / "fftsg.so", folder / "fftsg.c",
                    "-lm"], check=True)
    library = ctypes.CDLL(str(folder / "fftsg.so"))

    def rdft(values, sign):
        a, ip, w = values.copy(), np.zeros(1024, dtype=np.int32), np.zeros(len(values), dtype=np.float32)
        library.rdft(len(a), sign, *(x.ctypes.data_as(ctypes.c_void_p) for x in (a, ip, w)))
        return a

    return rdft


def main():
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        rdft = rdft_of(sys.argv[1], pathlib.Path(folder))
        for n in (2**i for i in range(3, 16)):
            both = np.stack([rdft(noise(n), 1), rdft(noise(n), -1)], axis=1)
            rows.append(both[:: 1 if n <= 512 else n // 256 + 1])
    save_npy(area("features") / "ooura_rdft.npy", np.concatenate(rows))


if __name__ == "__main__":
    main()
