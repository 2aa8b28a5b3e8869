"""Holds the index that hnswlib loads against an exact search over the vectors that it was made of.

usage: read_hnswlib.py FOLDER VECTORS.npy QUERIES.npy K
"""

import json
import sys

import hnswlib
import numpy as np

folder, k = sys.argv[1], int(sys.argv[4])
vectors, queries = np.load(sys.argv[2]), np.load(sys.argv[3])
about = json.load(open(f"{folder}/item_labels.json"))
count = len(vectors)
assert len(about["ids"]) == count and about["dim"] == vectors.shape[1]


def load(places=0):
    index = hnswlib.Index(space=about["space"], dim=about["dim"])
    index.load_index(f"{folder}/item_vectors.hnswlib", max_elements=places)
    index.set_ef(max(about["ef"], k))
    index.set_num_threads(1)
    return index


index = load()
assert index.element_count == count == index.max_elements
assert sorted(index.get_ids_list()) == list(range(count))
labels = list(range(0, count, max(1, count // 500)))
assert (np.array(index.get_items(labels), np.float32) == vectors[labels]).all()

# What is found has the scores of the best, whichever of those that tie it is.
labels, distances = index.knn_query(queries, k=k)
exact = queries.astype("f8") @ vectors.astype("f8").T
best = -np.sort(-exact, axis=1)[:, :k]
found = np.take_along_axis(exact, labels.astype(np.int64), axis=1)
assert all(len(set(row)) == k for row in labels.tolist())
assert np.abs(1 - distances - found).max() < 1e-4 * max(1, np.abs(exact).max())
recalls = (found >= best[:, -1:] - 1e-6 * np.abs(exact).max()).mean(axis=1)
print(f"M {index.M}, ef {index.ef}: recall@{k} {recalls.mean():.4f}, the least {recalls.min():.4f}, of {len(queries)} queries")
assert recalls.mean() >= 0.95

# Every item is found by a search that keeps all of them.
everything = load()
everything.set_ef(count)
reached = everything.knn_query(queries[:1], k=count)[0][0]
assert sorted(reached.tolist()) == list(range(count)), f"{count - len(set(reached.tolist()))} items are not reached"

# It goes on as one that hnswlib made: what is added is found, what is deleted is not.
grown = load(count + 1)
novel = 2 * vectors[np.abs(vectors).sum(axis=1).argmax()] + 1
grown.add_items(novel[None], [count])
assert grown.knn_query(novel[None], k=1)[0][0, 0] == count
first = int(labels[0, 0])
grown.mark_deleted(first)
assert first not in grown.knn_query(queries[:1], k=k)[0][0]
