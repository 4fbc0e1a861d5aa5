"""Makes popularity.json: what ranking by popularity scores on public data sets with published splits. Argument: the folder of the sets."""

import csv
import json
import os
import sys

import numpy as np

K = 20
result = {}
for name in ["baby", "tiktok"]:
    rows = {0: [], 1: [], 2: []}
    with open(os.path.join(sys.argv[1], name, name + ".inter")) as f:
        for row in csv.DictReader(f, delimiter="\t"):
            rows[int(row["x_label"])].append((int(row["userID"]), int(row["itemID"])))
    items = 1 + max(item for part in rows.values() for _, item in part)
    counts = np.zeros(items, dtype=np.int64)
    train = {}
    for user, item in rows[0]:
        counts[item] += 1
        train.setdefault(user, set()).add(item)
    ranked = [int(i) for i in np.lexsort((np.arange(items), -counts))]
    for label, part in [(1, "valid"), (2, "test")]:
        positives = {}
        for user, item in rows[label]:
            if user in train:
                positives.setdefault(user, set()).add(item)
        recall, ndcg, precision, mean_precision = [], [], [], []
        for user, wanted in positives.items():
            top = [item for item in ranked[: K + len(train[user])] if item not in train[user]][:K]
            hit = np.array([item in wanted for item in top])
            places = np.arange(1, K + 1)
            recall.append(hit.sum() / len(wanted))
            ndcg.append((hit / np.log2(places + 1)).sum() / (1 / np.log2(np.arange(1, min(K, len(wanted)) + 1) + 1)).sum())
            precision.append(hit.mean())
            mean_precision.append((np.cumsum(hit) / places * hit).sum() / min(K, len(wanted)))
        result[f"{name} {part}"] = {
            "users": len(positives),
            "recall@20": float(np.mean(recall)),
            "ndcg@20": float(np.mean(ndcg)),
            "precision@20": float(np.mean(precision)),
            "map@20": float(np.mean(mean_precision)),
        }
with open("popularity.json", "w") as f:
    json.dump(result, f, indent=1)
print(json.dumps(result, indent=1))
