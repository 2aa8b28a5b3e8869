"""Trains LightGBM's lambdarank on samples that `recall` wrote, and holds its NDCG@20 against the order of retrieval.

    python rank_samples.py recall_samples.parquet [--k 20] [--least 0.0]

Requests are parted by their number: every third is held out, the others are learned from. Of the held-out ones only candidates
are ranked, and requests without a held-out item among them count 0 in both orders. Prints one line of JSON; fails where the lower
end of the 95 % interval of the difference, by bootstrap over requests, is not above --least.
"""
import argparse
import json
import sys

import lightgbm
import numpy as np
import pandas as pd

IDS = ["request", "request_time", "label", "sample", "recall_source"]


def table(path):
    if path.endswith(".svm"):
        names = open(path + ".names").read().split()
        groups = np.loadtxt(path + ".query", dtype=int, ndmin=1)
        rows = [line.split() for line in open(path)]
        data = pd.DataFrame([[float(pair.split(":")[1]) for pair in row[1:]] for row in rows], columns=names)
        data["label"] = [int(row[0]) for row in rows]
        data["request"] = np.repeat(np.arange(len(groups)), groups)
        data["sample"] = np.where(data.recall_rank.isna(), "negative", "candidate")
        return data, names
    data = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path)
    # The two columns behind the number are those of user and item, whatever they are called.
    known = set(IDS) | set(data.columns[1:3])
    return data, [name for name in data.columns if name not in known]


def ndcg(request, label, order, count, k):
    """Of each request, by `order` ascending within it."""
    place = np.lexsort((order, request))
    request, label = request[place], label[place]
    start = np.r_[0, np.flatnonzero(np.diff(request)) + 1]
    rank = np.arange(len(request)) - np.repeat(start, np.diff(np.r_[start, len(request)]))
    gain = np.where(rank < k, label / np.log2(rank + 2), 0)
    dcg = np.bincount(request, gain, count)
    relevant = np.bincount(request, label, count).astype(int)
    ideal = np.r_[0, np.cumsum(1 / np.log2(np.arange(k) + 2))][np.minimum(relevant, k)]
    return np.divide(dcg, ideal, out=np.zeros(count), where=ideal > 0)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("path")
    options.add_argument("--k", type=int, default=20)
    options.add_argument("--least", type=float, default=0.0)
    options.add_argument("--drop", default="", help="columns that are not learned from, with commas between them")
    options = options.parse_args()
    data, names = table(options.path)
    names = [name for name in names if name not in options.drop.split(",")]
    for name in names:
        if data[name].dtype == object:
            data[name] = data[name].astype("category")
    is_held = data.request % 3 == 0
    train, held = data[~is_held], data[is_held & (data["sample"] == "candidate")]
    sizes = train.groupby("request", sort=False).size()
    settings = {
        "objective": "lambdarank", "learning_rate": 0.05, "num_leaves": 15, "min_data_in_leaf": 50,
        "lambdarank_truncation_level": options.k + 10, "seed": 7, "num_threads": 2, "deterministic": True,
        "force_row_wise": True, "verbosity": -1}
    ranker = lightgbm.train(
        settings, lightgbm.Dataset(train[names], train.label, group=sizes.to_numpy()), num_boost_round=150)
    requests = np.unique(data.request[is_held])
    number = np.searchsorted(requests, held.request)
    label = held.label.to_numpy()
    before = ndcg(number, label, held.recall_rank.to_numpy(), len(requests), options.k)
    after = ndcg(number, label, -ranker.predict(held[names]), len(requests), options.k)
    rng = np.random.default_rng(7)
    change = after - before
    draws = [change[rng.integers(0, len(change), len(change))].mean() for _ in range(1000)]
    low, high = np.quantile(draws, [0.025, 0.975])
    gains = sorted(zip(ranker.feature_importance("gain"), names), reverse=True)
    print(json.dumps({
        "rows": len(data), "learned": int(train.request.nunique()), "held_out": len(requests),
        "retrieval": float(before.mean()), "lambdarank": float(after.mean()), "lift": float(change.mean()),
        "low": float(low), "high": float(high),
        "share": float((np.bincount(number, label, len(requests)) > 0).mean()),
        "gains": {name: round(float(gain / sum(g for g, _ in gains)), 3) for gain, name in gains[:8]}}))
    if not low > options.least:
        sys.exit("the ranking model does not lift NDCG beyond what chance could")


if __name__ == "__main__":
    main()
