"""Makes the golden files of this folder: metrics with numpy, tests with scipy. Shares no code with the product."""

import json
import sys

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(20260101)
USERS, ITEMS, K, CUTOFFS = 90, 130, 50, [1, 5, 10, 20, 50]


def interactions():
    """Skewed item popularity; some users without training, some without positives, some items without training."""
    weight = 1.0 / np.arange(1, ITEMS + 1) ** 0.8
    weight[-15:] = 0
    train, test = {}, {}
    for user in range(USERS):
        n = 0 if user % 17 == 3 else int(rng.integers(1, 30))
        train[user] = sorted(int(i) for i in rng.choice(ITEMS, n, replace=False, p=weight / weight.sum())) if n else []
        free = [i for i in range(ITEMS) if i not in train[user]]
        n = 0 if user % 11 == 5 else (60 if user == 20 else int(rng.integers(1, 12)))
        test[user] = sorted(int(i) for i in rng.choice(free, n, replace=False))
    return train, test


def metrics(lists, train, test, users):
    """Cumulative sums over a users × K matrix of hits."""
    hit = np.array([[item in set(test[user]) for item in row] for user, row in zip(users, lists)])
    held = np.array(lists) >= 0
    places = np.arange(1, K + 1)
    positives = np.array([len(test[user]) for user in users])[:, None]
    hits = np.cumsum(hit, axis=1)
    gain = 1 / np.log2(places + 1)
    ideal = np.cumsum(np.where(places[None, :] <= positives, gain, 0), axis=1)
    counts = np.zeros(ITEMS)
    for row in train.values():
        counts[row] += 1
    active = sum(1 for row in train.values() if row)
    safe = np.where(held, lists, 0)
    shown = np.maximum(np.cumsum(held, axis=1), 1)
    first = np.argmax(hit, axis=1)
    per_user = {
        "recall": hits / positives,
        "ndcg": np.cumsum(hit * gain, axis=1) / ideal,
        "precision": hits / places,
        "map": np.cumsum(hits / places * hit, axis=1) / np.minimum(positives, places),
        "hit": (hits > 0).astype(float),
        "mrr": np.where(hits > 0, 1 / (first + 1)[:, None], 0),
        "novelty": np.cumsum(np.where(held, np.log2(active / np.maximum(counts, 1))[safe], 0), axis=1) / shown,
        "popularity": np.cumsum(np.where(held, counts[safe], 0), axis=1) / shown,
    }
    means, rows = {}, {}
    for name, table in per_user.items():
        for k in CUTOFFS:
            means[f"{name}@{k}"] = float(table[:, k - 1].mean())
            rows[f"{name}@{k}"] = [float(v) for v in table[:, k - 1]]
    for k in CUTOFFS:
        top = np.array(lists)[:, :k]
        c = np.sort(np.bincount(top[top >= 0], minlength=ITEMS))
        means[f"coverage@{k}"] = float((c > 0).mean())
        # Half the mean absolute difference over the mean: another form of the index than the product uses.
        means[f"gini@{k}"] = float(np.abs(c[:, None] - c[None, :]).mean() / (2 * c.mean()))
    return means, rows


def paired(name, a, b):
    a, b = np.array(a), np.array(b)
    d = a - b
    t = stats.ttest_rel(a, b)
    low, high = stats.t.interval(0.95, len(d) - 1, loc=d.mean(), scale=stats.sem(d))
    kept = d[d != 0]
    ranks = stats.rankdata(np.abs(kept))
    # This scipy's exact distribution is that of differences without ties; the cases with ties are large ones.
    exact = len(kept) <= 50
    assert not exact or len(np.unique(np.abs(kept))) == len(kept)
    mode = "exact" if exact else "approx"
    plain = stats.wilcoxon(kept, mode=mode)
    continuous = stats.wilcoxon(kept, mode=mode, correction=True)
    up, down = float(ranks[kept > 0].sum()), float(ranks[kept < 0].sum())
    return {
        "name": name, "first": a.tolist(), "second": b.tolist(), "t": float(t.statistic), "tP": float(t.pvalue),
        "low": float(low), "high": float(high), "dz": float(d.mean() / d.std(ddof=1)), "exact": exact,
        "w": float(plain.statistic), "wP": float(plain.pvalue), "wPContinuity": float(continuous.pvalue),
        "biserial": (up - down) / (up + down),
    }


train, test = interactions()
users = [u for u in range(USERS) if train[u] and test[u]]
lists = []
for user in users:
    score = rng.normal(size=ITEMS)
    score[test[user]] += 1.2
    score[train[user]] = -np.inf
    order = [int(i) for i in np.argsort(-score, kind="stable")[:K]]
    if user % 13 == 0:
        order = order[:12] + [-1] * (K - 12)
    lists.append(order)
means, rows = metrics(lists, train, test, users)
with open("metrics.json", "w") as f:
    json.dump({
        "users": USERS, "items": ITEMS, "k": K, "cutoffs": CUTOFFS, "train": [train[u] for u in range(USERS)],
        "test": [test[u] for u in range(USERS)], "scored": users, "lists": lists, "means": means,
        "perUser": {name: values for name, values in rows.items() if name.endswith("@20")},
    }, f, separators=(",", ":"))

five = rng.normal(0.09, 0.002, 5)
thirty = rng.normal(0.09, 0.004, 30)
fifty = rng.normal(0.5, 0.1, 50)
many = rng.integers(0, 6, 400) / 5
cases = [
    paired("five seeds", five, five - rng.normal(0.004, 0.002, 5)),
    paired("thirty, nearly alike", thirty, thirty + rng.normal(0, 0.004, 30)),
    paired("fifty, far apart", fifty, fifty - rng.normal(0.2, 0.05, 50)),
    paired("sixty without ties", *(lambda a: (a, a - rng.normal(0.02, 0.1, 60)))(rng.normal(0.5, 0.1, 60))),
    paired("users with ties and zeros", many, np.clip(many + rng.integers(-1, 2, 400) / 5 - (rng.random(400) < 0.1) * 0.2, 0, 1)),
    paired("few with a zero", [0.1, 0.2, 0.3, 0.5, 0.9, 0.4], [0.1, 0.1, 0.25, 0.35, 0.6, 0.5]),
]
ps = [0.01, 0.04, 0.03, 0.005, 0.9, 0.04]
order = np.argsort(ps, kind="stable")
adjusted = [None] * len(ps)
for i, index in enumerate(order):
    adjusted[index] = float(max(min(1, (len(ps) - j) * ps[order[j]]) for j in range(i + 1)))
with open("significance.json", "w") as f:
    json.dump({"paired": cases, "p": ps, "holm": adjusted}, f, separators=(",", ":"))
print("python", sys.version.split()[0], "numpy", np.__version__, "scipy", scipy.__version__)
