"""classic/: data sets, StandardScaler, LogisticRegression and LinearSVC from scikit-learn."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils.class_weight import compute_class_weight

from common import area, g9, g17, save_tsv

OUT = area("classic")


def make_dataset(seed, counts, dimension, spread, constant_column=None):
    """Gaussian classes on columns of unlike offset and scale; values are multiples of 1/256, so text is exact."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    x = spread * rng.standard_normal((len(counts), dimension))[y] + rng.standard_normal((len(y), dimension))
    x = x * np.exp(rng.uniform(-1, 2, dimension)) + rng.uniform(-5, 5, dimension)
    if constant_column is not None:
        x[:, constant_column] = 3.25
    return np.round(x * 256) / 256, y


DATASETS = {
    "A": make_dataset(1, (80, 40, 20, 10), 12, 0.5),
    "B": make_dataset(2, (25, 20, 15), 200, 0.15, constant_column=7),
    "C": make_dataset(3, (65, 35), 5, 0.35),
}


def class_weights(y, class_weight):
    classes = np.unique(y)
    return np.ones(len(classes)) if class_weight is None else compute_class_weight(class_weight, classes=classes, y=y)


def logistic_objective(x, y, w, coef, intercept, c):
    """C * sum_i w_i * loss_i + 0.5 * ||W||^2 and its gradient's largest entry; the intercept is not penalised."""
    scores = x @ coef.T + intercept
    if len(coef) == 1:
        margin = np.where(y == 1, 1, -1) * scores[:, 0]
        loss = np.logaddexp(0, -margin)
        slope = (-np.where(y == 1, 1, -1) / (1 + np.exp(margin)))[:, None]
    else:
        top = scores.max(axis=1, keepdims=True)
        log_sum = (top + np.log(np.exp(scores - top).sum(axis=1, keepdims=True)))[:, 0]
        loss = log_sum - scores[np.arange(len(y)), y]
        slope = np.exp(scores - log_sum[:, None]) - np.eye(len(coef))[y]
    slope = c * w[:, None] * slope
    gradient = max(np.abs(slope.T @ x + coef).max(), np.abs(slope.sum(axis=0)).max())
    return c * (w * loss).sum() + 0.5 * (coef ** 2).sum(), gradient


def svm_objective(x, positive, w, coef, intercept, c):
    """0.5 * (||w||^2 + b^2) + C * sum_i w_i * max(0, 1 - y_i f_i)^2 and its gradient's largest entry."""
    sign = np.where(positive, 1, -1)
    slack = np.maximum(0, 1 - sign * (x @ coef + intercept))
    slope = -2 * c * w * sign * slack
    gradient = max(np.abs(slope @ x + coef).max(), abs(slope.sum() + intercept))
    return 0.5 * (coef @ coef + intercept ** 2) + c * (w * slack ** 2).sum(), gradient


def write_model(name, classes, model, predictions, what):
    rows = ([k, *g9([b]), *g9(w)] for k, w, b in zip(classes, model.coef_, model.intercept_))
    save_tsv(OUT / f"{name}.tsv", ["positive class of the row\tintercept\tcoefficients..."], rows)
    save_tsv(OUT / f"{name}_{what}.tsv", [f"{what}: one line per line of the data"], map(g9, predictions))


def make_logistic(data, x, y, c, class_weight, sample_weight=None):
    model = LogisticRegression(solver="lbfgs", C=c, tol=1e-10, max_iter=10000, class_weight=class_weight)
    model.fit(x, y, sample_weight)
    w = class_weights(y, class_weight)[y] * (1 if sample_weight is None else sample_weight)
    objective, gradient = logistic_objective(x, y, w, model.coef_, model.intercept_, c)
    check = LogisticRegression(solver="newton-cholesky", C=c, tol=1e-12, max_iter=1000, class_weight=class_weight)
    check.fit(x, y, sample_weight)
    other, _ = logistic_objective(x, y, w, check.coef_, check.intercept_, c)
    assert abs(objective - other) < 1e-10 * objective, (data, c, objective, other)
    away = np.abs(model.coef_ - check.coef_).max()
    name = f"lr_{data}_c{c:g}_{class_weight or 'none'}" + ("" if sample_weight is None else "_sample_weight")
    print(f"{name}\tgradient {gradient:.1e}\tcoefficients away from newton {away:.1e}\titerations {model.n_iter_[0]}")
    rows = model.classes_ if len(model.coef_) > 1 else [1]
    write_model(name, rows, model, model.predict_proba(x), "probabilities")
    weights_file = "none" if sample_weight is None else "sample_weight_A.tsv"
    row = "all" if len(rows) > 1 else 1
    return [[name, "LogisticRegression", data, f"{c:g}", class_weight or "none", weights_file, row, *g17([objective])]]


def make_svm(data, x, y, c, class_weight):
    model = LinearSVC(loss="squared_hinge", dual=True, multi_class="ovr", intercept_scaling=1, C=c, tol=1e-8,
                      max_iter=1000000, class_weight=class_weight, random_state=0)
    model.fit(x, y)
    weight = class_weights(y, class_weight)
    objectives, gradients = [], []
    rows = model.classes_ if len(model.coef_) > 1 else [1]
    for row, k in enumerate(rows):
        w = weight[y] if len(rows) == 1 else np.where(y == k, weight[k], 1)  # liblinear leaves "the rest" unweighted
        objective, gradient = svm_objective(x, y == k, w, model.coef_[row], model.intercept_[row], c)
        objectives.append(objective)
        gradients.append(gradient)
    name = f"svm_{data}_c{c:g}_{class_weight or 'none'}"
    print(f"{name}\tgradient {max(gradients):.1e}")
    assert max(gradients) < 1e-5
    write_model(name, rows, model, model.decision_function(x).reshape(len(y), -1), "decisions")
    return [[name, "LinearSVC", data, f"{c:g}", class_weight or "none", "none", k, *g17([objective])]
            for k, objective in zip(rows, objectives)]


def main():
    models = []
    for data, (x, y) in DATASETS.items():
        save_tsv(OUT / f"data_{data}.tsv", ["class\tfeatures..."], ([k, *g17(row)] for k, row in zip(y, x)))
        scaler = StandardScaler().fit(x)
        save_tsv(OUT / f"scaler_{data}.tsv", ["mean, and scale: population std, 1 for a constant column"],
                 [["mean", *g17(scaler.mean_)], ["scale", *g17(scaler.scale_)]])
        z = scaler.transform(x)
        for class_weight in (None, "balanced"):
            for c in (0.01, 1, 100):
                models += make_logistic(data, z, y, c, class_weight)
            for c in (0.01, 1):
                models += make_svm(data, z, y, c, class_weight)
    x, y = DATASETS["A"]
    sample_weight = np.random.default_rng(4).integers(0, 9, len(y)) / 4  # some are zero
    save_tsv(OUT / "sample_weight_A.tsv", ["weight of each row of data_A.tsv"], ([f"{w:g}"] for w in sample_weight))
    models += make_logistic("A", StandardScaler().fit_transform(x), y, 1, None, sample_weight)
    header = ["every model is fitted on data_<data>.tsv standardised with scaler_<data>.tsv",
              "\t".join(["model", "kind", "data", "C", "class_weight", "sample_weight", "row", "objective"])]
    save_tsv(OUT / "models.tsv", header, models)


main()
