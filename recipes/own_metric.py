"""How little known the recommended items are.

novelty@k is the mean over all candidates up to rank k of -log2 of the share of users who clicked the item in training; an item
that nobody clicked counts as if one had (S. Vargas, P. Castells, "Rank and Relevance in Novelty and Diversity Metrics for
Recommender Systems", RecSys 2011, their "popularity-based novelty"). popular_share@k is the share of these candidates that are
among the hundred most clicked items.
"""
import json

import numpy as np
import pandas as pd

settings = json.load(open("settings.json"))
k = settings["arguments"]["k"]
item = settings["columns"]["item"]

clicks = pd.read_parquet("inputs/split/clicks.parquet")
clicks = clicks[clicks.part == "train"]
users = clicks.groupby(clicks["item"].astype(str))["user"].nunique()

lists = pd.read_csv("inputs/recall/recall_candidates.csv", dtype={item: str})
known = lists[item].map(users).fillna(1).to_numpy()
lists["novelty"] = -np.log2(known / clicks.user.nunique())
popular = set(users.sort_values(ascending=False, kind="stable").index[:100])
first = lists[lists.recall_rank <= k]

json.dump(
    {f"novelty@{k}": first.novelty.mean(), f"popular_share@{k}": first[item].isin(popular).mean()},
    open("outputs/metrics.json", "w"),
)
ranks = lists[lists.recall_rank.isin([1, 2, 5, 10, 20, 50, 100])].groupby("recall_rank").novelty
ranks.agg(["mean", "std", "size"]).round(3).reset_index().to_csv("outputs/novelty_by_rank.csv", index=False)
json.dump({"novelty_by_rank.csv": "Novelty in bits of the candidates at a rank."}, open("outputs/captions.json", "w"))
