"""Ranks all items for all users of a saved model that counts recent clicks, with NumPy alone, as
Sources/Recall/Exports/FORMAT.md describes it, and holds the lists of a run against that.

usage: trend_lists.py MODEL QUERIES.npy CANDIDATES.csv   where row u is the vector of the user with code u + 1
"""

import csv
import json
import sys

import numpy as np

KINDS = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "u1"}


def tensors(name):
    data = open(f"{sys.argv[1]}/{name}", "rb").read()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    parts = {k: data[start + v["data_offsets"][0] : start + v["data_offsets"][1]] for k, v in header.items()}
    return {k: np.frombuffer(parts[k], KINDS[v["dtype"]]).reshape(v["shape"]) for k, v in header.items()}


shape = json.load(open(f"{sys.argv[1]}/model.json"))
manifest = json.load(open(f"{sys.argv[1]}/manifest.json"))
weights, clicks = tensors("weights.safetensors"), tensors("histories.safetensors")
coded, texts = tensors("vocabularies.safetensors"), tensors("texts.safetensors")
assert manifest["version"] == 4


def names(what):
    ends = texts[f"{what}.ends"]
    whole = texts[f"{what}.bytes"].tobytes()
    return [whole[(ends[i - 1] if i else 0) : ends[i]].decode() for i in range(len(ends))]


users, items = names("users"), names("items")
user_rows = {users[key]: row for row, key in enumerate(coded["users"])}
vectors = np.load(f"{sys.argv[1]}/vectors.npy").astype("f8")
queries = np.load(sys.argv[2]).astype("f8")

members = [f"member{i + 1}_" for i in range(shape.get("ensemble") or 1)] if shape.get("ensemble") else [""]
each = []
for prefix in members:
    scale = weights.get(f"{prefix}log_scale")
    temperature = shape["temperature"] if scale is None else float(np.exp(-scale[0, 0].astype("f8")))
    roots = weights.get(f"{prefix}trend_roots")
    each.append(temperature * (np.array(shape["trendWeights"]) if roots is None else roots[0].astype("f8") ** 2))
counted = np.mean(each, 0) if shape["similarity"] == "cosine" else np.sum(each, 0)

ids = coded["coded_items"] if "coded_items" in coded else np.sort(coded["items"])
keys = clicks["item_ids"] if "item_ids" in clicks else np.where(clicks["items"] > 0, ids[clicks["items"] - 1], -1)
moment, ticks = manifest.get("requestMoment"), coded["clock"][2]

lists = {}
for user, item, score, rank in list(csv.reader(open(sys.argv[3])))[1:]:
    lists.setdefault(user, []).append((item, float(score)))
changed = 0
for user, found in lists.items():
    row = user_rows[user]
    span = slice(*clicks["offsets"][row : row + 2])
    now = moment or (clicks["moments"][row] if "moments" in clicks else clicks["times"][span.stop - 1])
    plain = vectors @ queries[row]
    scores = plain.copy()
    for hours, weight in zip(shape["trendHours"], counted):
        recent = (clicks["times"] < now) & (clicks["times"] >= now - hours * 3600 * ticks)
        scores += weight * np.log1p((keys[recent][:, None] == coded["items"][None, :]).sum(0))
    for lot in (plain, scores):
        lot[np.isin(coded["items"], keys[span])] = -np.inf
    order = np.argsort(-scores, kind="stable")[: len(found)]
    changed += not np.array_equal(order, np.argsort(-plain, kind="stable")[: len(found)])
    place = {items[key]: i for i, key in enumerate(coded["items"])}
    assert len({item for item, _ in found}) == len(found)
    for at, (item, score) in enumerate(found):
        assert abs(scores[place[item]] - score) < 2e-6, (user, item, score, scores[place[item]])
        assert abs(scores[order[at]] - score) < 2e-6, (user, at)
print(f"{len(lists)} users, {changed} lists are others by recent clicks")
sys.exit(changed < 10)
