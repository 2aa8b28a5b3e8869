"""Computes query vectors from a saved model with NumPy alone, as Sources/Recall/Exports/FORMAT.md describes it.

usage: read_model.py MODEL EXPECTED.npy   where row u is the vector of the user with code u + 1
"""

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
moment = json.load(open(f"{sys.argv[1]}/manifest.json")).get("requestMoment")
weights, clicks = tensors("weights.safetensors"), tensors("histories.safetensors")
coded = tensors("vocabularies.safetensors")
clock = coded["clock"]
items = weights["emb_item" if shape["sharesItems"] else "emb_history_item"].astype("f8")
if shape["normalizesItems"]:
    items = items / np.sqrt((items**2).sum(1, keepdims=True) + max(shape["unitEpsilon"], 1e-12))


def between(table, place):
    place = min(max(place, 0), len(table) - 1)
    row = min(int(place), len(table) - 2)
    return table[row] * (1 - (place - row)) + table[row + 1] * (place - row)


def user_features(code):
    rows = []
    for i, column in enumerate(shape.get("userCategories", [])):
        rows.append(weights[f"emb_user_category_{column['name']}"].astype("f8")[coded[f"user_category_{i}_codes"][code]])
    for i, column in enumerate(shape.get("userNumbers", [])):
        table = weights[f"emb_user_number_{column['name']}"].astype("f8")
        rows.append(between(table, float(coded[f"user_number_{i}_places"][code])))
    for i, bag in enumerate(shape.get("userBags", [])):
        span = slice(*coded[f"user_multi_{i}_offsets"][code : code + 2])
        table = weights[f"emb_user_{bag['name']}"].astype("f8")
        rows.append(coded[f"user_multi_{i}_weights"][span] @ table[coded[f"user_multi_{i}_codes"][span]])
    return sum(rows) if rows else None


def normalized(x, name):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * weights[f"{name}_gain"] + weights[f"{name}_bias"]


def dense(x, name):
    return x @ weights[f"{name}_kernel"].astype("f8") + weights[f"{name}_bias"]


def transformer(clicked):
    """The vector of the last of some clicks, the oldest first."""
    settings, length, width = shape["transformer"], len(clicked), items.shape[1]
    x = np.sqrt(width) * items[clicked] + weights["history_positions"][:length]
    for block in (f"history_block{i}" for i in range(settings["blocks"])):
        projected = dense(normalized(x, f"{block}_norm"), f"{block}_attention")
        q, k, v = projected.reshape(length, 3, settings["heads"], -1).transpose(1, 2, 0, 3)
        scores = np.where(np.tri(length) > 0, q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1]), -np.inf)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        heads = shares / shares.sum(-1, keepdims=True) @ v
        x = x + dense(heads.transpose(1, 0, 2).reshape(length, width), f"{block}_output")
        inner = dense(normalized(x, f"{block}_feed_norm"), f"{block}_feed")
        if settings["feedForward"] == "swiglu":
            left, right = np.split(inner, 2, axis=1)
            inner = left / (1 + np.exp(-left)) * right
        else:
            inner = np.maximum(inner, 0)
        x = x + dense(inner, f"{block}_feed_output")
    return normalized(x, "history_norm")[-1]


def interests(history):
    """What each interest reads of the clicks, the newest first."""
    known = history > 0
    scores = weights["history_interest_codes"].astype("f8") @ items[history[known]].T
    if "history_interest_positions" in weights:
        scores = scores + weights["history_interest_positions"][:, : len(history)][:, known]
    shares = np.exp(scores - scores.max(1, keepdims=True)) if known.any() else scores
    return (shares / np.maximum(shares.sum(1, keepdims=True), 1e-300)) @ items[history[known]]


def vector(user):
    span = slice(*clicks["offsets"][user : user + 2])
    history, last = clicks["items"][span][-shape["maxSeqLen"] :][::-1], span.stop - 1
    known = history > 0
    rate = {"mean": 1, "decay": shape["positionRate"], "last": 0}.get(shape["pooling"], 1)
    w = float(rate) ** np.arange(len(history))
    if shape["pooling"] == "learned_position":
        w = np.exp(weights["history_position"][0, : len(history)].astype("f8"))
    slack = 0 if shape["pooling"] == "mean" and not shape["normalizesItems"] else 1e-6
    pool = (w[known] @ items[history[known]]) / max(w[known].sum() + slack, 1e-30)
    if shape["pooling"] == "transformer" and known.any():
        pool = transformer(history[known][::-1])
    time = np.zeros_like(pool)
    own = clicks["moments"][user] if "moments" in clicks else clicks["times"][last]
    hours = ((moment or own) - clock[0]) / (3600 * clock[2])
    for width in shape["timeWidths"]:
        time += between(weights[f"emb_time_{width:g}h"].astype("f8"), hours / width)
    tables = [weights[f"emb_context_{c['name']}"] for c in shape["contexts"]]
    context = sum((t[clicks[f"context_{i}"][last]] for i, t in enumerate(tables)), np.zeros_like(pool))
    blocks = [weights["emb_user"][user + 1]] if shape["usesUserID"] else []
    blocks += [pool] + ([time] if shape["timeWidths"] else []) + ([context] if tables else [])
    features = user_features(user + 1)
    blocks += [] if features is None else [features]
    newest = items[history[known][0]] / (1 + 1e-6) if shape["usesNewestClick"] and known[0] else np.zeros_like(pool)
    x = np.concatenate(blocks + ([newest] if shape["usesNewestClick"] else []))
    kind = shape["queryKind"]
    layers = 0 if kind == "identity" else len(shape["hiddenUnits"])
    for layer in range(layers):
        x = np.maximum(x @ weights[f"user_dense{layer}_kernel"] + weights[f"user_dense{layer}_bias"][0], 0)
    if kind == "identity":
        x = sum(blocks) + (newest @ weights["user_newest_kernel"] if shape["usesNewestClick"] else 0)
    elif kind != "mlp":
        x = sum(blocks) + x @ weights["user_residual_kernel"]
    if shape.get("interests"):
        x = x + interests(history) @ weights["user_interest_kernel"].astype("f8")
    if shape["similarity"] == "cosine":
        x = x / np.sqrt(np.maximum((x**2).sum(-1, keepdims=True) + shape["unitEpsilon"], 1e-12))
    return x.reshape(-1)


expected = np.load(sys.argv[2])
worst = max(np.abs(vector(user) - expected[user]).max() for user in range(len(expected)))
print(f"{len(expected)} vectors, the largest difference {worst:.2e}")
sys.exit(worst > 1e-6 or not len(expected))
