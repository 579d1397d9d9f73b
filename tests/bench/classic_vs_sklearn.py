#!/usr/bin/env python3
"""Logistic regression here against scikit-learn, in turns on the same matrix: correlated columns, low-rank class
structure, noise (7500 x 6373, 5 unequal classes).

  python classic_vs_sklearn.py PATH/TO/ser-bench-classic [--threads 1] [--repeats 3] [--grid] [--rows N --columns D]

Needs numpy and scikit-learn. Prints the time of each, their ratio (medians of the repeats) and the objectives. For
scikit-learn `tol` is lowered by tens until its objective is within 1e-4 of ours or below, since at its default it may
stop far above the optimum; both times are shown. --grid: 7 values of C over 10 folds, scikit-learn without warm starts.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("program")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--repeats", type=int, default=3)
parser.add_argument("--rows", type=int, default=7500)
parser.add_argument("--columns", type=int, default=6373)
parser.add_argument("--folds", type=int, default=10, help="of the grid")
parser.add_argument("--measured-folds", type=int, default=10, help="so many of them are run, by both")
parser.add_argument("--dtype", choices=["float32", "float64"], default="float32", help="scikit-learn's data")
parser.add_argument("--c", type=float, nargs="*", default=[1e-4, 1e-2, 1.0])
parser.add_argument("--processor-time", action="store_true", help="instead of wall time: for a machine shared with others")
parser.add_argument("--grid", action="store_true")
args = parser.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(args.threads)

import warnings

import numpy as np
from scipy.special import logsumexp
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore", ConvergenceWarning)
CLASSES = 5
clock = time.process_time if args.processor_time else time.perf_counter
TIME_FIELD = 3 if args.processor_time else 2


def generate(rows, columns, rank=40, seed=7):
    random = np.random.default_rng(seed)
    y = random.choice(CLASSES, size=rows, p=[0.35, 0.25, 0.2, 0.12, 0.08])
    latent = random.normal(size=(CLASSES, rank))[y] * 0.6 + random.normal(size=(rows, rank))
    x = latent @ (random.normal(size=(rank, columns)) * np.exp(-np.arange(rank) / 12)[:, None])
    groups = random.normal(size=(rows, columns // 10 + 1))
    x += 0.8 * groups[:, np.arange(columns) // 10] + 0.7 * random.normal(size=(rows, columns))
    return ((x - x.mean(0)) / x.std(0)).astype(np.float32), y.astype(np.int32)


def objective(model, x, y, c):
    scores = x.astype(np.float64) @ model.coef_.astype(np.float64).T + model.intercept_
    weights = len(y) / (CLASSES * np.bincount(y))[y]
    loss = logsumexp(scores, axis=1) - scores[np.arange(len(y)), y]
    return c * np.sum(weights * loss) + 0.5 * np.sum(model.coef_.astype(np.float64) ** 2)


def reference_fit(x, y, c, tol):
    start = clock()
    model = LogisticRegression(C=c, class_weight="balanced", tol=tol, max_iter=5000).fit(x, y)
    return model, clock() - start


def ours(folder, what, cs):
    output = subprocess.run([args.program, folder, what, str(args.threads), *map(str, cs)], check=True,
                            capture_output=True, text=True).stdout
    return [line.split("\t") for line in output.splitlines()]


def compare_fits(folder, x, y, data):
    peak = 0
    print("C\tours_s\tsklearn_default_s\tratio\tsklearn_same_optimum_s\tratio\tours_objective\tsklearn_default_objective"
          "\tsklearn_same_optimum_objective")
    for c in args.c:
        mine, default, same, same_tol = [], [], [], None
        for repeat in range(args.repeats):
            row, memory = ours(folder, "fit", [c])
            peak = max(peak, float(memory[4]))
            mine.append(float(row[TIME_FIELD]))
            goal = float(row[4])
            model, seconds = reference_fit(data, y, c, 1e-4)
            default.append(seconds)
            default_objective = same_objective = objective(model, x, y, c)
            if same_tol is None:
                same_tol = 1e-4
                while same_objective > goal * (1 + 1e-4) and same_tol > 1e-8:
                    same_tol /= 10
                    model, seconds = reference_fit(data, y, c, same_tol)
                    same_objective = objective(model, x, y, c)
                kept = same_objective
                same.append(seconds)
        m, d, s = (statistics.median(v) for v in (mine, default, same))
        print(f"{c:g}\t{m:.2f}\t{d:.2f}\t{m / d:.2f}\t{s:.2f}\t{m / s:.2f}\t{goal:.9g}\t{default_objective:.9g}\t{kept:.9g}",
              flush=True)
    print(f"peak memory of ours: {peak / 2**20:.0f} MiB")


def compare_grids(folder, y, data):
    cs = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10]
    folds = (np.arange(len(y)) % args.folds).astype(np.int32)
    measured = range(min(args.folds, args.measured_folds))
    np.where(folds < len(measured), folds, -1).astype(np.int32).tofile(f"{folder}/fold.bin")
    y_held = y[folds < len(measured)]
    rows = ours(folder, "grid", cs)
    mine, peak = float(rows[0][TIME_FIELD]), float(rows[-1][4])
    print(f"ours: {mine:.1f} s, chosen C {rows[0][1]}, UAR {float(rows[0][4]):.4f}, peak memory {peak / 2**20:.0f} MiB",
          flush=True)
    start = clock()
    right = {c: np.zeros(CLASSES) for c in cs}
    for fold in measured:
        train, held = folds != fold, folds == fold
        for c in cs:
            predicted = reference_fit(data[train], y[train], c, 1e-4)[0].predict(data[held])
            right[c] += np.bincount(y[held][predicted == y[held]], minlength=CLASSES)
        print(f"scikit-learn: {fold + 1} of {len(measured)} folds, {clock() - start:.1f} s", flush=True)
    theirs = clock() - start
    recalls = {c: np.mean(right[c] / np.bincount(y_held)) for c in cs}
    best = max(cs, key=lambda c: recalls[c])
    print(f"scikit-learn: {theirs:.1f} s, best C {best:g}, UAR {recalls[best]:.4f}; ratio {mine / theirs:.2f}")


with tempfile.TemporaryDirectory() as folder:
    x, y = generate(args.rows, args.columns)
    pathlib.Path(folder, "shape.txt").write_text(f"{args.rows} {args.columns} {CLASSES}\n")
    x.tofile(f"{folder}/x.bin")
    y.tofile(f"{folder}/y.bin")
    data = x.astype(args.dtype)
    print(f"{args.rows} x {args.columns}, {args.threads} thread(s), scikit-learn in {args.dtype}", file=sys.stderr)
    compare_grids(folder, y, data) if args.grid else compare_fits(folder, x, y, data)
