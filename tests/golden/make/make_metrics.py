"""metrics/: predictions of five classes and what scikit-learn says of them."""

import json

import numpy as np
from sklearn import metrics

from common import area, save_tsv

OUT = area("metrics")
CLASSES = ["anger", "happiness", "neutral", "sadness", "fear"]  # not in the order of the alphabet, on purpose
ROWS = 200
PARTS = 1024  # probabilities are multiples of 1/1024, so their text is exact and they add up to exactly 1


def draw(rng, reference_share, never_predicted):
    ref = rng.choice(len(CLASSES), ROWS, p=reference_share)
    scores = rng.standard_normal((ROWS, len(CLASSES))) + 1.5 * np.eye(len(CLASSES))[ref]
    if never_predicted is not None:
        scores[:, never_predicted] = -3
    p = np.exp(scores)
    p = np.floor(p / p.sum(axis=1, keepdims=True) * PARTS)
    p[np.arange(ROWS), p.argmax(axis=1)] += PARTS - p.sum(axis=1)
    wrong = np.flatnonzero(p.argmax(axis=1) != ref)[0]
    p[wrong, p[wrong].argmax()] += p[wrong, ref[wrong]]
    p[wrong, ref[wrong]] = 0  # the log loss has to clip this one
    top = np.sort(p, axis=1)
    assert (top[:, -1] > top[:, -2]).all()
    return ref, p.argmax(axis=1), p / PARTS


def summary(ref, pred, p):
    labels = list(range(len(CLASSES)))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        ref, pred, labels=labels, zero_division=0)
    present = sorted(set(ref))
    f1_of = lambda average, over: metrics.f1_score(ref, pred, labels=over, average=average, zero_division=0)
    return {
        "classes": CLASSES,
        "support": support.tolist(),
        "recall": recall.tolist(),
        "precision": precision.tolist(),
        "f1": f1.tolist(),
        "macro_f1": f1_of("macro", labels),
        "macro_f1_of_classes_in_reference": f1_of("macro", present),
        "weighted_f1": f1_of("weighted", labels),
        "accuracy": metrics.accuracy_score(ref, pred),
        "balanced_accuracy": metrics.recall_score(ref, pred, labels=present, average="macro"),
        "confusion_matrix": metrics.confusion_matrix(ref, pred, labels=labels).tolist(),
        "log_loss": metrics.log_loss(ref, p, labels=labels),
        "rows_with_zero_reference_probability": int((p[np.arange(ROWS), ref] == 0).sum()),
    }


def main():
    rng = np.random.default_rng(5)
    variants = {
        "all_present": ([0.35, 0.25, 0.2, 0.12, 0.08], None),
        "sadness_not_in_reference": ([0.35, 0.25, 0.2, 0, 0.2], None),
        "fear_never_predicted": ([0.35, 0.25, 0.2, 0.12, 0.08], 4),
    }
    results = {}
    for name, (share, never_predicted) in variants.items():
        ref, pred, p = draw(rng, share, never_predicted)
        header = ["\t".join(["id", "ref", "pred", *(f"p_{c}" for c in CLASSES)])]
        rows = ([f"utt{i:03d}", CLASSES[r], CLASSES[k], *map("{:.17g}".format, q)]
                for i, (r, k, q) in enumerate(zip(ref, pred, p)))
        save_tsv(OUT / f"{name}.tsv", header, rows)
        results[name] = summary(ref, pred, p)
        assert np.isclose(results[name]["balanced_accuracy"], metrics.balanced_accuracy_score(ref, pred))
    with open(OUT / "metrics.json", "w", newline="\n") as out:
        out.write(json.dumps(results, indent=1) + "\n")


main()
