"""Holds the ONNX towers of a saved model against its own vectors, by ONNX Runtime; and the lists that FAISS finds with them.

usage: read_onnx.py MODEL QUERIES.npy [CANDIDATES.csv [INDEX...]]   where row u is the vector of the user with code u + 1
"""

import csv
import json
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

folder = sys.argv[1]
shape = json.load(open(f"{folder}/model.json"))
vocabularies = json.load(open(f"{folder}/vocabularies.json"))
clicks = load_file(f"{folder}/histories.safetensors")
manifest = json.load(open(f"{folder}/manifest.json"))


def session(name):
    path = f"{folder}/{name}.onnx"
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    made = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    facts = made.get_modelmeta().custom_metadata_map
    for wanted in made.get_inputs():
        assert wanted.shape[0] == "batch" and facts[f"towerbook.input.{wanted.name}"], wanted.name
    return made


def run(made, inputs, rows):
    """In batches of several sizes, one row alone among them."""
    names = [wanted.name for wanted in made.get_inputs()]
    assert set(names) <= set(inputs), (names, list(inputs))
    cuts = [0, 1, min(4, rows)] + list(range(min(4, rows), rows, 1000))[1:] + [rows]
    parts = [made.run(None, {n: inputs[n][a:b] for n in names})[0] for a, b in zip(cuts, cuts[1:]) if b > a]
    return np.concatenate(parts)


def check(name, got, expected):
    worst = np.abs(got.astype("f8") - expected).max()
    print(f"{name}: {len(got)} vectors, the largest difference {worst:.2e}")
    assert got.shape == expected.shape and len(got) and worst < 1e-5


# Items: all of the catalogue as the file beside the towers has them.
item_tower = session("item_tower")
item_inputs = load_file(f"{folder}/item_inputs.safetensors")
vectors = np.load(f"{folder}/vectors.npy")
own = run(item_tower, item_inputs, len(vectors))
check("items", own, vectors)
ids = vocabularies["items"]
assert [vocabularies["item"].get(i, 0) for i in ids] == item_inputs["item"].tolist()

# Users: with what they clicked.
query_tower = session("query_tower")
offsets = clicks["offsets"]
users = len(offsets) - 1
longest = int(np.diff(offsets).max())
inputs = {"user": np.arange(1, users + 1), "history": np.zeros((users, longest), np.int64)}
for user in range(users):
    history = clicks["items"][offsets[user] : offsets[user + 1]]
    inputs["history"][user, longest - len(history) :] = history
last = offsets[1:] - 1
if "times" in clicks:
    own_time = clicks["moments"] if "moments" in clicks else clicks["times"][last]
    inputs["time"] = np.full(users, manifest["requestMoment"]) if manifest.get("requestMoment") else own_time
for place, column in enumerate(shape["contexts"]):
    inputs[f"context_{column['name']}"] = clicks[f"context_{place}"][last].astype(np.int64)
if shape.get("userCategories") or shape.get("userNumbers") or shape.get("userBags"):
    inputs.update({k: v[1:] for k, v in load_file(f"{folder}/user_inputs.safetensors").items()})
expected = np.load(sys.argv[2])
queries = run(query_tower, inputs, users)
check("users", queries, expected)

# Nobody clicked anything: histories without columns, and with nothing but zeros, are one.
empty = {n.name: inputs[n.name][:3] for n in query_tower.get_inputs()}
empty["history"] = np.zeros((3, 0), np.int64)
none = query_tower.run(None, empty)[0]
empty["history"] = np.zeros((3, 50), np.int64)
assert np.abs(none - query_tower.run(None, empty)[0]).max() < 1e-6 and np.isfinite(none).all()

if len(sys.argv) > 3:
    import faiss

    flat = faiss.IndexFlatIP(own.shape[1])
    flat.add(own)
    keys = load_file(f"{folder}/vocabularies.safetensors")["items"]
    id_of_key, id_of_code = dict(zip(keys.tolist(), ids)), {v: k for k, v in vocabularies["item"].items()}
    id_of_user = {v: k for k, v in vocabularies["user"].items()}
    lists = {}
    for row in list(csv.reader(open(sys.argv[3])))[1:]:
        lists.setdefault(row[0], []).append((row[1], float(row[2])))
    assert lists
    for name in ["its own index"] + sys.argv[4:]:
        index = flat if name == "its own index" else faiss.read_index(name)
        scores, found = index.search(queries, len(own))
        named = ids if index is flat else id_of_key
        compared = ties = 0
        for user in range(users):
            expected_list = lists.get(id_of_user[user + 1], [])
            seen = {id_of_code.get(int(c)) for c in clicks["items"][offsets[user] : offsets[user + 1]]}
            mine = [(named[i], s) for i, s in zip(found[user].tolist(), scores[user].tolist()) if i >= 0]
            mine = [pair for pair in mine if pair[0] not in seen][: len(expected_list)]
            assert len(mine) == len(expected_list), (name, user, len(mine), len(expected_list))
            for (a, sa), (b, sb) in zip(mine, expected_list):
                compared += 1
                assert abs(sa - sb) < 1e-5, (name, user, a, b, sa, sb)
                ties += a != b
        assert compared == sum(map(len, lists.values())), name
        print(f"FAISS: {compared} candidates of {len(lists)} users are those of {name}, {ties} tied within 1e-5 apart")
