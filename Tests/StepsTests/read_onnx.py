"""Holds the ONNX towers of a saved model against its own vectors, by ONNX Runtime; and the lists that FAISS finds with them.

usage: read_onnx.py MODEL QUERIES.npy [CANDIDATES.csv [INDEX...]]   where row u is the vector of the user with code u + 1; - for no such file
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

# Users: with what they clicked; where there are candidates, those who have some.
ids_of = load_file(f"{folder}/vocabularies.safetensors")
texts = load_file(f"{folder}/texts.safetensors")
if "users.ends" in texts:
    ends, data = [0] + texts["users.ends"].tolist(), texts["users.bytes"].tobytes()
    user_ids = [data[ends[k] : ends[k + 1]].decode() for k in ids_of["users"].tolist()]
else:
    user_ids = [str(key) for key in ids_of["users"].tolist()]
if "user" in vocabularies:
    assert vocabularies["user"] == {name: place + 1 for place, name in enumerate(user_ids)}
lists = {}
if len(sys.argv) > 3:
    for row in list(csv.reader(open(sys.argv[3])))[1:]:
        lists.setdefault(row[0], []).append((row[1], float(row[2])))
    assert lists
offsets = clicks["offsets"]
chosen = np.array([u for u in range(len(offsets) - 1) if not lists or user_ids[u] in lists])
query_tower = session("query_tower")
histories = [clicks["items"][offsets[u] : offsets[u + 1]] for u in chosen]
longest = max(map(len, histories))
inputs = {"user": chosen + 1, "history": np.zeros((len(chosen), longest), np.int64)}
for row, history in enumerate(histories):
    inputs["history"][row, longest - len(history) :] = history
last = offsets[1:][chosen] - 1
if "times" in clicks:
    own_time = clicks["moments"][chosen] if "moments" in clicks else clicks["times"][last]
    moment = manifest.get("requestMoment")
    inputs["time"] = np.full(len(chosen), moment) if moment else own_time
for place, column in enumerate(shape["contexts"]):
    inputs[f"context_{column['name']}"] = clicks[f"context_{place}"][last].astype(np.int64)
if shape.get("userCategories") or shape.get("userNumbers") or shape.get("userBags"):
    inputs.update({k: v[1:][chosen] for k, v in load_file(f"{folder}/user_inputs.safetensors").items()})
queries = run(query_tower, inputs, len(chosen))
assert queries.ndim == (3 if shape.get("interests") else 2)
if sys.argv[2] != "-":
    check("users", queries.reshape(len(chosen), -1), np.load(sys.argv[2])[chosen])

# Nobody clicked anything: histories without columns, and with nothing but zeros, are one.
empty = {n.name: inputs[n.name][:3] for n in query_tower.get_inputs()}
empty["history"] = np.zeros((len(chosen[:3]), 0), np.int64)
none = query_tower.run(None, empty)[0]
empty["history"] = np.zeros((len(chosen[:3]), 50), np.int64)
assert np.abs(none - query_tower.run(None, empty)[0]).max() < 1e-6 and np.isfinite(none).all()

if lists:
    import faiss

    flat = faiss.IndexFlatIP(own.shape[1])
    flat.add(own)
    id_of_key, id_of_code = dict(zip(ids_of["items"].tolist(), ids)), {v: k for k, v in vocabularies["item"].items()}
    depth = min(len(own), max(map(len, lists.values())) + longest)
    for name in ["its own index"] + sys.argv[4:]:
        index = flat if name == "its own index" else faiss.read_index(name)
        # Each vector of a user is searched for.
        per = queries.shape[1] if queries.ndim == 3 else 1
        scores, found = (part.reshape(len(chosen), -1) for part in index.search(queries.reshape(-1, own.shape[1]), depth))
        named = ids if index is flat else id_of_key
        compared = ties = 0
        for row, user in enumerate(chosen):
            expected_list = lists[user_ids[user]]
            seen = {id_of_code.get(int(c)) for c in histories[row]}
            mine = [(named[i], s) for i, s in zip(found[row].tolist(), scores[row].tolist()) if i >= 0]
            if per > 1:
                best = {}
                for name_of, score in mine:
                    best[name_of] = max(score, best.get(name_of, score))
                mine = sorted(best.items(), key=lambda pair: -pair[1])
            mine = [pair for pair in mine if pair[0] not in seen][: len(expected_list)]
            assert len(mine) == len(expected_list), (name, user, len(mine), len(expected_list))
            for (a, sa), (b, sb) in zip(mine, expected_list):
                compared += 1
                assert abs(sa - sb) < 1e-5, (name, user, a, b, sa, sb)
                ties += a != b
        assert compared == sum(map(len, lists.values())), name
        print(f"FAISS: {compared} candidates of {len(lists)} users are those of {name}, {ties} tied within 1e-5 apart")
