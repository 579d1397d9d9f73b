"""Paths and writers that the golden file scripts share."""

import pathlib

import numpy as np
import soundfile

GOLDEN = pathlib.Path(__file__).resolve().parent.parent


def area(name):
    path = GOLDEN / name
    path.mkdir(exist_ok=True)
    return path


def save_npy(path, matrix):
    """float32, little endian, C order, NPY version 1.0."""
    with open(path, "wb") as out:
        np.lib.format.write_array(out, np.ascontiguousarray(matrix, dtype="<f4"), version=(1, 0))


def save_tsv(path, header, rows):
    """header: lines without '#'. rows: iterables of text, int or already formatted fields."""
    with open(path, "w", newline="\n") as out:
        out.writelines(f"# {line}\n" for line in header)
        out.writelines("\t".join(str(field) for field in row) + "\n" for row in rows)


def g9(values):
    return [f"{value:.9g}" for value in values]


def g17(values):
    return [f"{value:.17g}" for value in values]


def read_audio(name):
    """float32 samples in [-1, 1) (the 16-bit value over 32768, exact) and the rate in Hz."""
    return soundfile.read(GOLDEN / name, dtype="float32")
