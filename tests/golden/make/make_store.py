"""store/: a Kaldi binary archive with its scp, written by kaldiio, and the values that kaldiio reads back."""

import os

import kaldiio
import numpy as np

from common import area, g9, save_tsv

OUT = area("store")
os.chdir(OUT)  # so that the scp says "mixed.ark:offset"

rng = np.random.default_rng(6)
entries = {
    "matrix": rng.standard_normal((5, 3)).astype(np.float32),
    "empty_matrix": np.zeros((0, 0), np.float32),  # Kaldi has no 0 x D matrix
    "vector": rng.standard_normal(7).astype(np.float32),
}
compressed = (10 * rng.standard_normal((20, 6)) + 3).astype(np.float32)

for name in ("mixed.ark", "mixed.scp"):
    (OUT / name).unlink(missing_ok=True)
kaldiio.save_ark("mixed.ark", entries, scp="mixed.scp")
kaldiio.save_ark("mixed.ark", {"compressed_matrix": compressed}, scp="mixed.scp", append=True, compression_method=2)

read = kaldiio.load_scp("mixed.scp")
assert np.array_equal(read["matrix"], entries["matrix"]) and np.array_equal(read["vector"], entries["vector"])
for name in (*entries, "compressed_matrix"):
    value = read[name]
    header = [f"{name}: shape {'x'.join(map(str, value.shape))}, as read back"]
    save_tsv(OUT / f"{name}.tsv", header, map(g9, np.atleast_2d(value) if value.size else []))
save_tsv(OUT / "compressed_matrix_original.tsv", ["compressed_matrix before compression"], map(g9, compressed))
print("largest error of compression", np.abs(read["compressed_matrix"] - compressed).max())
