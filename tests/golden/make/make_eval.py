"""eval/: tables of predictions and what scikit-learn, SciPy and plain NumPy say of them."""

import json

import numpy as np
from scipy import optimize, special, stats
from scipy.spatial import distance
from sklearn import metrics

from common import area

OUT = area("eval")
CLASSES = ["anger", "happiness", "neutral", "sadness", "fear", "disgust"]
PARTS = 1024  # probabilities are multiples of 1/1024: their text is exact and they add up to exactly 1
SPEAKERS = 12
EPS = np.finfo(float).eps


def write_table(name, header, rows):
    with open(OUT / name, "w", newline="\n") as out:
        out.write("\t".join(header) + "\n")
        out.writelines("\t".join(map(str, row)) + "\n" for row in rows)


def write_json(name, value):
    with open(OUT / name, "w", newline="\n") as out:
        out.write(json.dumps(value, indent=1) + "\n")


def rounded(p):
    """Multiples of 1/PARTS without ties at the top."""
    p = np.floor(p * PARTS)
    p[np.arange(len(p)), p.argmax(axis=1)] += PARTS - p.sum(axis=1)
    return p / PARTS


# --- classes ------------------------------------------------------------------------------------------------------


def draw_classes(rng, n):
    k = len(CLASSES)
    ref = rng.choice(k, n, p=[0.3, 0.22, 0.2, 0.13, 0.1, 0.05])
    scores = 2.2 * (rng.standard_normal((n, k)) + 1.1 * np.eye(k)[ref])
    return ref, rounded(special.softmax(scores, axis=1))


def ece(confidence, right, edges):
    """edges: list of index arrays."""
    n = len(confidence)
    return sum(len(i) / n * abs(right[i].mean() - confidence[i].mean()) for i in edges if len(i))


def equal_width(confidence, bins=15):
    place = np.clip(np.ceil(confidence * bins) - 1, 0, bins - 1)
    return [np.flatnonzero(place == b) for b in range(bins)]


def equal_mass(confidence, bins=15):
    """Cuts at n b / bins in the order of confidence, moved up past equal values."""
    order = np.argsort(confidence, kind="stable")
    sorted_ = confidence[order]
    cuts, start = [], 0
    for b in range(1, bins + 1):
        end = len(order) * b // bins
        while start < end < len(order) and sorted_[end] == sorted_[end - 1]:
            end += 1
        if end > start:
            cuts.append(order[start:end])
            start = end
    return cuts


def scaled(p, temperature):
    return special.softmax(np.log(np.maximum(p, EPS)) / temperature, axis=1)


def fit_temperature(ref, p):
    loss = lambda log_t: -np.log(scaled(p, np.exp(log_t))[np.arange(len(ref)), ref]).mean()
    found = optimize.minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded", options={"xatol": 1e-10})
    return float(np.exp(found.x))


def log_loss(ref, p):
    return float(-np.log(np.clip(p[np.arange(len(ref)), ref], EPS, 1 - EPS)).mean())


def calibration(ref, p):
    confidence, right = p.max(axis=1), (p.argmax(axis=1) == ref).astype(float)
    onehot = np.eye(len(CLASSES))[ref]
    return {
        "ece": ece(confidence, right, equal_width(confidence)),
        "adaptive_ece": ece(confidence, right, equal_mass(confidence)),
        "brier": float(((p - onehot) ** 2).sum(axis=1).mean()),
        "log_loss": log_loss(ref, p),
        "bins": [{"n": len(i), "confidence": confidence[i].mean() if len(i) else 0,
                  "accuracy": right[i].mean() if len(i) else 0} for i in equal_width(confidence)],
    }


def aurc(confidence, wrong, rng):
    """Mean risk of the k most confident; the mean over many random orders of equal confidences, and the exact one."""
    n = len(wrong)
    risks = []
    for _ in range(400):
        order = np.lexsort((rng.random(n), -confidence))
        risks.append((np.cumsum(wrong[order]) / np.arange(1, n + 1)).mean())
    best = np.sort(wrong)
    return float(np.mean(risks)), float((np.cumsum(best) / np.arange(1, n + 1)).mean())


def fairness(ref, pred, group, fewest=10):
    names = sorted(set(group))
    tpr, pr, fpr, scores = {}, {}, {}, {}
    for g in names:
        i = np.array([x == g for x in group])
        c = metrics.confusion_matrix(ref[i], pred[i], labels=range(len(CLASSES)))
        support = c.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            tpr[g] = np.where(support >= fewest, np.diag(c) / support, np.nan)
            fpr[g] = (c.sum(axis=0) - np.diag(c)) / (c.sum() - support)
        pr[g] = c.sum(axis=0) / c.sum()
        present = np.flatnonzero(support)
        scores[g] = {
            "uar": metrics.recall_score(ref[i], pred[i], labels=present, average="macro"),
            "war": metrics.accuracy_score(ref[i], pred[i]),
            "macro_f1": metrics.f1_score(ref[i], pred[i], labels=present, average="macro", zero_division=0),
        }
    def gap(rates):
        table = np.array([rates[g] for g in names])
        spread = np.nanmax(table, axis=0) - np.nanmin(table, axis=0)
        spread[np.isfinite(table).sum(axis=0) < 2] = np.nan
        return spread
    def summary(gaps):
        kept = gaps[np.isfinite(gaps)]
        return {"of_class": [None if np.isnan(x) else x for x in gaps], "mean": kept.mean(),
                "rms": np.sqrt((kept**2).mean()), "max": kept.max()}
    return {"groups": scores, "tpr_gap": summary(gap(tpr)), "dp_gap": summary(gap(pr)),
            "equalised_odds_gap": summary(np.maximum(gap(tpr), gap(fpr)))}


def top_k(ref, p, k):
    value = metrics.top_k_accuracy_score(ref, p, k=k, labels=range(len(CLASSES)))
    ranks = (p > p[np.arange(len(ref)), ref][:, None]).sum(axis=1)  # differs only where probabilities are equal
    ties = (p == p[np.arange(len(ref)), ref][:, None]).sum(axis=1) > 1
    lower = np.array([(p[i, :ref[i]] == p[i, ref[i]]).sum() for i in range(len(ref))])
    mine = ((ranks + lower) < k).mean()
    assert abs(mine - value) <= ties.mean() + 1e-12
    return float(mine)


def make_classes(rng):
    results, rows = {}, []
    for part, n in (("dev", 150), ("test", 360)):
        ref, p = draw_classes(rng, n)
        speaker = rng.integers(0, SPEAKERS, n) + (0 if part == "test" else SPEAKERS)
        gender = np.where(speaker % 2 == 0, "female", "male")
        accent = np.array(["north", "south", "west"])[speaker % 3]
        rows += [[f"{part}{i:03d}", part, CLASSES[ref[i]], *map("{:.17g}".format, p[i]), f"s{speaker[i]:02d}", gender[i],
                  accent[i]] for i in range(n)]
        if part == "dev":
            temperature = fit_temperature(ref, p)
            continue
        pred = p.argmax(axis=1)
        results = {
            "uar": metrics.balanced_accuracy_score(ref, pred),
            "war": metrics.accuracy_score(ref, pred),
            "macro_f1": metrics.f1_score(ref, pred, average="macro", zero_division=0),
            "weighted_f1": metrics.f1_score(ref, pred, average="weighted", zero_division=0),
            "log_loss": log_loss(ref, p),
            "brier": metrics.brier_score_loss(ref, p, labels=range(len(CLASSES)), scale_by_half=False),
            **{f"top{k}": top_k(ref, p, k) for k in (2, 3, 5)},
            "calibration": calibration(ref, p),
            "temperature": temperature,
            "scaled": calibration(ref, scaled(p, temperature)),
            "gender": fairness(ref, pred, gender.tolist()),
            "accent": fairness(ref, pred, accent.tolist()),
        }
        results["aurc"], results["optimal_aurc"] = aurc(p.max(axis=1), (pred != ref).astype(float), rng)
        assert np.isclose(results["brier"], results["calibration"]["brier"])
    write_table("classes.tsv", ["id", "part", "label", *(f"p_{c}" for c in CLASSES), "speaker", "gender", "accent"], rows)
    write_json("classes.json", results)


# --- distributions ------------------------------------------------------------------------------------------------


def distribution_row(u, v):
    a, b = np.clip(u, EPS, 1), np.clip(v, EPS, 1)
    return [distance.chebyshev(u, v), float(np.sqrt((((a - b) / (a + b)) ** 2).sum())), distance.canberra(a, b),
            float(special.rel_entr(a, b).sum()), 1 - distance.cosine(u, v), 1 - 0.5 * distance.cityblock(u, v)]


KEYS = ["chebyshev", "clark", "canberra", "kl", "cosine", "intersection"]


def distribution_means(u, v):
    return dict(zip(KEYS, np.mean([distribution_row(a, b) for a, b in zip(u, v)], axis=0).tolist()))


def make_distributions(rng):
    k, names = 32, [f"c{i:02d}" for i in range(32)]
    share = rng.dirichlet(np.full(k, 0.4))
    votes = lambda n: np.array([rng.multinomial(21, rng.dirichlet(share * 8 + 1e-3)) for _ in range(n)])
    train, test = votes(60), votes(80)
    u = test / test.sum(axis=1, keepdims=True)
    p = rounded(0.5 * u + 0.5 * rng.dirichlet(np.full(k, 0.5), len(u)))
    mean = (train / train.sum(axis=1, keepdims=True)).mean(axis=0)
    rows = [[f"train{i:02d}", "train", *train[i], *np.full(k, "0.03125"), f"s{i % 9}"] for i in range(len(train))]
    rows += [[f"test{i:02d}", "test", *test[i], *map("{:.17g}".format, p[i]), f"t{i % 6}"] for i in range(len(test))]
    write_table("distributions.tsv",
                ["id", "part", *(f"ref_{c}" for c in names), *(f"p_{c}" for c in names), "speaker"], rows)
    model, reference = distribution_means(u, p), distribution_means(u, np.tile(mean, (len(u), 1)))
    best = dict.fromkeys(KEYS[:4], 0) | dict.fromkeys(KEYS[4:], 1)
    write_json("distributions.json", {
        "model": model,
        "training_mean": reference,
        "uniform": distribution_means(u, np.full_like(u, 1 / k)),
        "skill": {m: (model[m] - reference[m]) / (best[m] - reference[m]) for m in KEYS},
    })


# --- dimensions ---------------------------------------------------------------------------------------------------


def make_dimensions(rng):
    n = 120
    x = np.round(rng.uniform(1, 7, (n, 2)) * 4) / 4
    y = np.round((0.6 * x + [1.2, 2.5] + rng.standard_normal((n, 2))) * 64) / 64
    unknown = rng.random(n) < 0.1
    rows = [[f"u{i:03d}", "test", "" if unknown[i] else x[i, 0], y[i, 0], x[i, 1], y[i, 1], f"s{i % 10}"]
            for i in range(n)]
    write_table("dimensions.tsv", ["id", "part", "ref_arousal", "y_arousal", "ref_valence", "y_valence", "speaker"], rows)
    results = {}
    for d, name in enumerate(("arousal", "valence")):
        keep = ~unknown if d == 0 else np.full(n, True)
        a, b = x[keep, d], y[keep, d]
        results[name] = {
            "ccc": 2 * np.cov(a, b, bias=True)[0, 1] / (a.var() + b.var() + (a.mean() - b.mean()) ** 2),
            "pearson": float(stats.pearsonr(a, b).statistic),
            "mae": metrics.mean_absolute_error(a, b),
            "rmse": metrics.root_mean_squared_error(a, b),
        }
    write_json("dimensions.json", results)


# --- intervals and tests ------------------------------------------------------------------------------------------


def make_statistics(rng):
    values = np.round(rng.gamma(2, 1, 25), 6)  # skewed, so that BCa differs from percentile
    weights = np.round(rng.uniform(1, 5, 25), 6)
    ratio = lambda i: values[i].sum() / weights[i].sum()
    index = np.arange(25)
    vectorised = lambda i, axis=-1: values[i].sum(axis=axis) / weights[i].sum(axis=axis)
    intervals = {}
    for method in ("percentile", "BCa"):
        r = stats.bootstrap((index,), vectorised, n_resamples=400000, batch=4000, method=method, rng=np.random.default_rng(1))
        intervals[method.lower()] = [float(r.confidence_interval.low), float(r.confidence_interval.high)]
    jackknife = np.array([ratio(np.delete(index, i)) for i in index])
    error = np.sqrt(24 / 25 * ((jackknife - jackknife.mean()) ** 2).sum())
    half = stats.t.ppf(0.975, 24) * error
    intervals["t"] = [ratio(index) - half, ratio(index) + half]
    a, b = np.round(rng.normal(0.6, 0.1, 11), 6), np.round(rng.normal(0.66, 0.1, 11), 6)
    swap = stats.permutation_test((a, b), lambda x, y, axis=-1: (x - y).mean(axis=axis), permutation_type="samples",
                                  n_resamples=np.inf, vectorized=True)
    write_json("statistics.json", {
        "values": values.tolist(), "weights": weights.tolist(), "ratio": ratio(index), "jackknife_error": error,
        "intervals": intervals,
        "a": a.tolist(), "b": b.tolist(), "swap_p": float(swap.pvalue),
        "t_quantiles": [[p, d, stats.t.ppf(p, d)] for p in (0.9, 0.975, 0.995) for d in (1, 2, 5, 11, 29, 399.5)],
        "normal_quantiles": [[p, stats.norm.ppf(p)] for p in (1e-6, 0.01, 0.25, 0.5, 0.9, 0.999)],
        "even_splits": [[i, j, stats.binomtest(i, i + j, 0.5).pvalue]
                        for i, j in ((1, 0), (3, 8), (9, 10), (40, 61), (300, 250))],
    })


def main():
    rng = np.random.default_rng(7)
    make_classes(rng)
    make_distributions(rng)
    make_dimensions(rng)
    make_statistics(rng)


main()
