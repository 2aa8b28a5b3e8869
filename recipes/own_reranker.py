"""Learns to sort candidates from the samples of `recall`, and measures it on requests that it has not seen.

Every third request is held out; the candidates of the others, and items drawn at random, are learned from, with gradient-boosted
trees. NDCG@k over all held-out requests, those whose answer is not among the candidates with 0, once in the order of retrieval
and once in the order of the model.
"""
import json

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.inspection import permutation_importance

settings = json.load(open("settings.json"))
k, seed = settings["arguments"]["k"], settings["arguments"]["seed"]
samples = pd.read_parquet("inputs/recall/recall_samples.parquet")
user, item = settings["columns"]["user"], settings["columns"]["item"]
known = {"request", "request_time", "label", "sample", "recall_source", user, item}
features = [name for name in samples.columns if name not in known]

is_held = samples.request % 3 == 0
train = samples[~is_held]
held = samples[is_held & (samples["sample"] == "candidate")].copy()
model = HistGradientBoostingClassifier(learning_rate=0.05, max_iter=150, max_leaf_nodes=15, random_state=seed)
model.fit(train[features], train.label)
held["score"] = model.predict_proba(held[features])[:, 1]
requests = samples.request[is_held].nunique()


def ndcg(order):
    """With one right answer a request the ideal is 1."""
    ranked = held.sort_values(["request", *order], ascending=[True, order[0] == "recall_rank", True][: 1 + len(order)])
    rank = ranked.groupby("request").cumcount().to_numpy()
    return float(np.where(rank < k, ranked.label / np.log2(rank + 2), 0).sum() / requests)


json.dump(
    {f"ndcg@{k}": ndcg(["score", "recall_rank"]), f"retrieval_ndcg@{k}": ndcg(["recall_rank"])},
    open("outputs/metrics.json", "w"),
)
some = held.sample(min(len(held), 20_000), random_state=seed)
found = permutation_importance(model, some[features], some.label, scoring="neg_log_loss", n_repeats=3, random_state=seed)
table = pd.DataFrame({"feature": features, "importance": found.importances_mean.round(5)})
table.sort_values("importance", ascending=False, kind="stable").to_csv("outputs/importance.csv", index=False)
caption = "By how much the log loss grows when a feature's values are shuffled."
json.dump({"importance.csv": caption}, open("outputs/captions.json", "w"))
