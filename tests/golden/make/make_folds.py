"""Groups with class counts and the fold that scikit-learn's StratifiedGroupKFold (no shuffling) gives each."""

import pathlib

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

OUT = pathlib.Path(__file__).resolve().parent.parent / "folds"


def main():
    rng = np.random.default_rng(7)
    lines = ["case\tfolds\tgroup\tfold\tcounts"]
    cases = [(12, 4, 3, 0.0), (29, 4, 4, 0.8), (91, 6, 5, 0.0), (40, 8, 10, 0.5), (15, 2, 2, 0.6)]
    for case, (groups, classes, folds, confounded) in enumerate(cases):
        counts = rng.integers(1, 30, size=(groups, classes))
        counts[rng.random(counts.shape) < confounded] = 0
        counts[counts.sum(axis=1) == 0, 0] = 3
        y = np.concatenate([np.repeat(np.arange(classes), row) for row in counts])
        g = np.repeat(np.arange(groups), counts.sum(axis=1))
        fold_of = np.zeros(groups, dtype=int)
        for fold, (_, test) in enumerate(StratifiedGroupKFold(n_splits=folds).split(np.zeros(len(y)), y, g)):
            fold_of[np.unique(g[test])] = fold
        for group in range(groups):
            lines.append(f"{case}\t{folds}\t{group}\t{fold_of[group]}\t{' '.join(map(str, counts[group]))}")
    OUT.mkdir(exist_ok=True)
    (OUT / "stratified_group_kfold.tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
