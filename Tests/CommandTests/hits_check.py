"""Holds what `towerbook diff --format json` says against NumPy, from the hits that two runs keep.

usage: hits_check.py RUN_A RUN_B DIFF.json
"""

import json
import math
import sys

import numpy as np

KINDS = {"I64": "<i8", "I32": "<i4", "U16": "<u2", "U8": "u1"}
RESAMPLES = 20_000


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    body = data[8 + length :]
    arrays = {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], KINDS[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }
    return arrays, metadata


def values(arrays, prefix, name, metric, k):
    offsets, ranks = arrays[f"{prefix}offsets"], arrays[f"{prefix}ranks.{name}"]
    result = []
    for start, end in zip(offsets, offsets[1:]):
        found = [int(rank) for rank in ranks[start:end] if 0 < rank <= k]
        if metric == "hit_rate":
            result.append(1.0 if found else 0.0)
        else:
            ideal = sum(1 / math.log2(i + 1) for i in range(1, min(k, end - start) + 1))
            result.append(sum(1 / math.log2(rank + 1) for rank in found) / ideal)
    return np.array(result)


def main():
    (first, facts), (second, others) = (read(f"{path}/eval_hits.safetensors") for path in sys.argv[1:3])
    assert facts["format"] == others["format"] == "towerbook hits 1"
    assert facts["held_out"] == others["held_out"]
    with open(sys.argv[3]) as file:
        diff = json.load(file)
    rng = np.random.default_rng(0)
    checked = 0
    for row in diff["paired"]:
        parts = row["name"].split(".")[1:]
        metric, k = parts.pop().split("@")
        if metric not in ("hit_rate", "ndcg"):
            continue
        prefix = "validation." if parts and parts[0] == "validation" else ""
        name = parts[-1] if parts and parts[-1] != "validation" else "two-tower"
        a, b = (values(arrays, prefix, name, metric, int(k)) for arrays in (first, second))
        said = row["differences"][0]
        for own, other in zip((a.mean(), b.mean()), row["values"]):
            assert abs(own - other) < 1e-12, (row, own)
        difference = b - a
        assert abs(difference.mean() - said["difference"]) < 1e-12, (row, difference.mean())
        n = len(difference)
        means = np.array([difference[rng.integers(0, n, n)].mean() for _ in range(RESAMPLES)])
        low, high = np.quantile(means, [0.025, 0.975])
        # A quantile of 1000 resamples at 0.025 has a standard error of sqrt(0.025 * 0.975 / 1000) / 0.0584 = 0.085 of
        # the means' standard deviation; five of these, and one step of what a mean can be.
        tolerance = 0.43 * means.std() + 1 / n
        assert abs(low - said["low"]) < tolerance, (row, low, tolerance)
        assert abs(high - said["high"]) < tolerance, (row, high, tolerance)
        checked += 1
    assert checked >= 4, checked
    print(checked)


main()
