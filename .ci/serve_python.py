"""Serves a saved model the way it is usually done in Python: FastAPI, ONNX Runtime for the query tower, faiss for the items.

MODEL names the saved model, ONNX its query tower; `uvicorn serve_python:app` starts it.
"""
import json, os

import faiss
import numpy as np
import onnxruntime
from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel

MODEL = os.environ["MODEL"]
KINDS = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "u1"}


def tensors(name):
    data = open(f"{MODEL}/{name}", "rb").read()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    parts = {k: data[start + v["data_offsets"][0] : start + v["data_offsets"][1]] for k, v in header.items()}
    return {k: np.frombuffer(parts[k], KINDS[v["dtype"]]).reshape(v["shape"]) for k, v in header.items()}


def names(texts, name, keys):
    if f"{name}.ends" not in texts:
        return [str(key) for key in keys.tolist()]
    ends, data = texts[f"{name}.ends"].tolist(), texts[f"{name}.bytes"].tobytes()
    all_names = [data[start:end].decode() for start, end in zip([0] + ends, ends)]
    return [all_names[key] for key in keys.tolist()]


vocabularies, clicks, texts = (tensors(f"{part}.safetensors") for part in ("vocabularies", "histories", "texts"))
moment = json.load(open(f"{MODEL}/manifest.json")).get("requestMoment")
shape = json.load(open(f"{MODEL}/model.json"))
items = vocabularies["items"]
coded = vocabularies["coded_items"] if "coded_items" in vocabularies else np.sort(items)
ids = names(texts, "items", items)
users = {name: place for place, name in enumerate(names(texts, "users", vocabularies["users"]))}
rows = {key: row for row, key in enumerate(items.tolist())}
# The row of each clicked item, -1 for one that the model does not know.
keys = clicks["item_ids"] if "item_ids" in clicks else np.concatenate([[-1], np.sort(coded)])[clicks["items"]]
clicked = np.array([rows.get(key, -1) for key in keys.tolist()])

index = faiss.IndexFlatIP(np.load(f"{MODEL}/vectors.npy", mmap_mode="r").shape[1])
index.add(np.load(f"{MODEL}/vectors.npy"))
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
tower = onnxruntime.InferenceSession(os.environ["ONNX"], options, providers=["CPUExecutionProvider"])
inputs = {one.name for one in tower.get_inputs()}
app = FastAPI()


class Asked(BaseModel):
    user: str | int
    k: int = 20


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/recommend")
def recommend(asked: Asked):
    user = users.get(str(asked.user))
    if user is None:
        raise HTTPException(404, "the model knows no such user")
    start, end = clicks["offsets"][user : user + 2].tolist()
    feed = {"history": clicks["items"][start:end][None].astype(np.int64)}
    if "user" in inputs:
        feed["user"] = np.array([user + 1])
    if "time" in inputs:
        own = clicks["moments"][user] if "moments" in clicks else clicks["times"][end - 1]
        feed["time"] = np.array([own if moment is None else moment])
    for place, column in enumerate(shape["contexts"]):
        feed[f"context_{column['name']}"] = clicks[f"context_{place}"][end - 1 : end].astype(np.int64)
    vector = tower.run(["query_vector"], feed)[0]
    seen = set(clicked[start:end].tolist())
    scores, found = index.search(vector, asked.k + len(seen))
    best = [(row, score) for row, score in zip(found[0].tolist(), scores[0].tolist()) if row not in seen and row >= 0]
    return JSONResponse({"items": [{"id": ids[row], "score": score} for row, score in best[: asked.k]]})
