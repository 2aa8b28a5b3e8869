#!/usr/bin/env python3
"""Makes the first inputs of each fuzz target from what the tool writes itself, and from small files by hand.

usage: make_corpus.py   (TOWERBOOK is the program; pyarrow, where it is there, writes Parquet)

Inputs that fuzzing found are kept beside these under the digests that libFuzzer calls them by.
"""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.abspath(os.environ.get("TOWERBOOK", os.path.join(HERE, "../../.build/debug/towerbook")))


def put(target, name, data):
    folder = os.path.join(HERE, "Corpus", target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def copy(target, path, name=None):
    with open(path, "rb") as file:
        put(target, name or os.path.basename(path), file.read())


RECIPE = """
config:
  seed: 7
  data: { path: ., clicks: c.csv, items: items.csv }
  columns: { user: user, item: item, time: ts, keep: [os] }
  item_columns: { item: item, category: cat, title: name }
split: { validation: second_last }
encode: { max_seq_len: 4, context: [os] }
model: { embedding_dim: 2, hidden_units: [2], context: true }
train: { epochs: 2, batch_size: 64, validation: {} }
index: { type: HNSW4 }
eval: { k: [3], bootstrap: { samples: 10 } }
recall: { k: 3 }
save:
"""

put("recipe", "whole.yaml", RECIPE)
put("recipe", "language.yaml", """x-a: &a { epochs: 3, <<: { batch_size: 8 } }
title: "a \\u00e9 ${config.seed}"
text: |
  {{ eval.hit_rate@3 | percent }} of ${env:HOME,nobody}
config: { seed: 0x1F, data: { synthetic: { users: 1e2 } } }
split: { strategy: { time: 2017-10-10 }, filter: [ { column: os, in: [1, "2"] } ] }
train: { <<: *a, expect: { loss: "< 3" }, note: >- 
  folded }
eval as b: { k: [5, 20], claim: { hit_rate@5: { value: 0.5, source: x } } }
sweep: { method: tpe, metric: eval.ndcg@20, parameters: { train.epochs: { values: [1, 2] } } }
""")
put("overrides", "lines", 'train.epochs=5\nmodel.hidden_units=[64, 32]\nconfig.data.synthetic.users=10\neval.expect.hit_rate@20=">= 0.5"\ntrain.note="a: b"\n')
put("csv", "plain.csv", "user,item,ts,tags\n1,10,1500000000,a|b\n2,11,2017-10-01T12:00:00Z,\n007,12,3.5,c\n")
put("csv", "quoted.csv", 'user;item;ts\r\n"a;""b""";x;1\r\n"two\nlines";y;2\r\n')
put("csv", "utf16.csv", "user,item\n1,é\n".encode("utf-16"))
put("jsonl", "rows.jsonl", '{"user": {"id": 1}, "item": "a", "tags": ["x", "y"], "v": [0.5, 1]}\n{"user": {"id": "\\u00e9"}, "item": null, "n": 1e3}\n\n')
put("json", "rows.json", '{"4": [1, 2], "83": [4], "x": {"title": "Soap", "p": [0.5]}}')
put("sequences", "users.txt", "1 2 3 4\n7 5\n# none\n8 1,2,3\n")
for path in sorted(glob.glob(os.path.join(HERE, "../ParquetTests/Fixtures/*.parquet"))):
    if os.path.getsize(path) < 8_000:
        copy("parquet", path)
put("body", "requests", json.dumps({"requests": [{"user": "u1", "k": 5, "seen": "keep"}, {"history": ["i1"], "time": 1.5, "context": {"os": 1}, "allow": ["i1"]}]}))
put("body", "similar", '{"item": "i1", "k": 3}')
put("body", "events", '{"events": [{"user": "u", "item": "i", "time": "2024-01-01T00:00:00Z", "context": {"os": "1"}}]}')
put("body", "item", '{"features": {"cat": ["a", "b"], "size": 2.5}, "title": "T", "available_from": 5}')

with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/c.csv", "w") as file:
        file.write("user,item,ts,os\n" + "".join(f"{n % 5},{n * n % 7},{n},{n % 2}\n" for n in range(40)))
    with open(f"{folder}/items.csv", "w") as file:
        file.write("item,cat,name\n" + "".join(f"{n},{n % 2},Item {n}\n" for n in range(7)))
    with open(f"{folder}/r.yaml", "w") as file:
        file.write(RECIPE)
    for words in (["run", "r.yaml", "--output", "o", "-q"], ["run", "r.yaml", "save.archive=true", "--output", "z", "-q"]):
        subprocess.run([PROGRAM, *words], cwd=folder, check=True)
    copy("record", f"{folder}/o/report.json")
    copy("manifest", f"{folder}/o/model/manifest.json")
    copy("safetensors", f"{folder}/o/model/weights.safetensors")
    copy("npy", f"{folder}/o/model/vectors.npy")
    for path in glob.glob(f"{folder}/**/*", recursive=True):
        if path.endswith(".tar.zst"):
            copy("archive", path, "model.tar.zst")
        if path.endswith(("index.bin", ".faiss", "index.faiss")):
            copy("faiss", path, "hnsw.faiss")
        if "hits" in os.path.basename(path):
            copy("hits", path, "hits.safetensors")
    bundles = sorted(glob.glob(f"{folder}/outputs/.cache/*/artifact.bundle"), key=os.path.getsize) + sorted(
        glob.glob(f"{folder}/**/artifact.bundle", recursive=True), key=os.path.getsize)
    copy("bundle", bundles[len(bundles) // 2], "artifact.bundle")
    for kind in ("Flat", "IVF2,Flat", "SQ8"):
        words = ["run", "r.yaml", f"index.type={kind}", "--output", "f", "-q"]
        subprocess.run([PROGRAM, *words], cwd=folder, check=True)
        for path in glob.glob(f"{folder}/f/*index.bin"):
            copy("faiss", path, kind.replace(",", "_").lower() + ".faiss")
    # A log of the service.
    sys.path.insert(0, os.path.join(HERE, "../CommandTests"))
    from service import Service  # noqa: E402

    service = Service(PROGRAM, f"{folder}/o/model", f"{folder}/state").start()
    service.ask("POST", "/events", {"user": "1", "item": "2", "time": 50, "context": {"os": "1"}})
    service.ask("PUT", "/items/9", {"features": {"cat": "1"}, "title": "New"})
    service.stop()
    copy("log", f"{folder}/state/state.log")
