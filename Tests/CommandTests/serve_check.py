"""Asks a running `towerbook serve` and holds its answers against the candidates that the recipe itself wrote.

usage: serve_check.py HOST PORT CANDIDATES.csv CLICKS.csv
"""

import csv
import http.client
import json
import socket
import struct
import sys
import threading
import xml.dom.minidom

HOST, PORT = sys.argv[1], int(sys.argv[2])


def ask(method, path, body=None, connection=None):
    own = connection or http.client.HTTPConnection(HOST, PORT, timeout=60)
    own.request(method, path, body if body is None or isinstance(body, (str, bytes)) else json.dumps(body))
    response = own.getresponse()
    text = response.read().decode()
    if connection is None:
        own.close()
    return response.status, json.loads(text) if "json" in response.headers["content-type"] else text


def float32(text):
    return struct.pack("<f", float(text))


expected = {}
for row in csv.DictReader(open(sys.argv[3])):
    user, item, score, _ = row.values()
    expected.setdefault(user, []).append((item, float32(score)))
users = list(expected)


def check(user, answer):
    got = [(item["id"], float32(item["score"])) for item in answer["items"]]
    assert got == expected[user], (user, got, expected[user])
    assert answer["notes"] == [], answer["notes"]


# --- what watches over it
assert ask("GET", "/health") == (200, {"status": "ok"})
status, ready = ask("GET", "/ready")
assert status == 200 and ready["status"] == "ready" and ready["users"] == len(users), ready
model = ready["model"]
status, document = ask("GET", "/openapi.json")
assert status == 200 and document["openapi"].startswith("3.") and "/recommend" in document["paths"]

# --- one by one from many connections, all together, and a new model in between
stuck = socket.create_connection((HOST, PORT))
stuck.sendall(b"POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
failures = []


def worker(first):
    try:
        connection = http.client.HTTPConnection(HOST, PORT, timeout=60)
        for user in users[first::8]:
            status, answer = ask("POST", "/recommend", {"user": user, "k": 10}, connection)
            assert status == 200 and answer["model"] == model, (status, answer)
            check(user, answer)
    except Exception as error:
        failures.append(repr(error))


threads = [threading.Thread(target=worker, args=(first,)) for first in range(8)]
for thread in threads:
    thread.start()
for _ in range(3):
    assert ask("POST", "/reload") == (200, {"model": model})
for thread in threads:
    thread.join()
assert not failures, failures[:3]
status, together = ask("POST", "/recommend", {"requests": [{"user": user, "k": 10} for user in users]})
assert status == 200
for user, answer in zip(users, together["answers"], strict=True):
    check(user, answer)
stuck.close()

# --- other routes
item = expected[users[0]][0][0]
status, similar = ask("POST", "/similar", {"item": item, "k": 3})
assert status == 200 and len(similar["items"]) == 3 and item not in [other["id"] for other in similar["items"]]
status, answer = ask("POST", "/vectors", {"requests": [{"user": users[0]}, {"history": [item]}]})
assert status == 200 and len(answer["vectors"]) == 2, answer
for vectors in answer["vectors"]:
    # One vector, or a list of as many as a query has.
    vectors = vectors if ready["interests"] > 1 else [vectors]
    assert [len(vector) for vector in vectors] == [ready["dimension"]] * ready["interests"], answer
status, answer = ask("POST", "/recommend", {"user": "nobody at all", "k": 2, "explain": True})
assert status == 200 and [note["code"] for note in answer["notes"]][0] == "unknown_user", answer
allowed = [other for other, _ in expected[users[0]]][:3]
for time in [-(2**63), 10**17]:
    status, answer = ask("POST", "/recommend", {"history": [item] * 1_000, "time": time, "explain": True})
    assert status == 200 and len(answer["items"][0]["effects"]) == 10, answer
# A moment of our days, in nanoseconds.
status, answer = ask("POST", "/recommend", {"history": [item], "time": 2**63 - 1})
assert status == 400 and answer["error"]["place"] == "$.time", answer
body = {"user": users[0], "k": 10, "allow": allowed, "block": allowed[:1], "explain": True}
status, answer = ask("POST", "/recommend", body)
assert [other["id"] for other in answer["items"]] == allowed[1:] and answer["items"][0]["effects"], answer

# --- what the page asks
status, page = ask("GET", "/")
assert status == 200 and page.startswith("<!DOCTYPE html>")
xml.dom.minidom.parseString(page)
status, facts = ask("GET", "/model")
assert status == 200 and [facts[key] for key in ["model", "items", "users"]] == [model, 40, len(users)], facts
assert facts["towers"] == {
    "query": "mlp", "item": "mlp", "pooling": "mean", "similarity": "cosine", "clicks_read": 10,
}, facts
assert facts["popularity"] == "training" and set(facts["example_users"]) <= set(users) and facts["recipe"]
assert {file["name"]: file["holds"] for file in facts["files"]}["vectors.npy"].startswith("the vectors")

# What was learned from: all clicks but each user's last.
clicks, rows = {}, list(csv.DictReader(open(sys.argv[4])))
kept = {user: [row["item"] for row in rows if row["user"] == user][:-1] for user in users}
for item in [item for history in kept.values() for item in history]:
    clicks[item] = clicks.get(item, 0) + 1
popular = sorted(clicks, key=lambda item: (-clicks[item], int(item)))
status, answer = ask("GET", "/popular?limit=30")
assert status == 200 and answer["counted"] == "training", answer
assert [(one["id"], one["clicks"], one["popularity"]) for one in answer["items"]] == [
    (item, clicks[item], rank) for rank, item in enumerate(popular[:30], 1)
], answer
for user in users[::7]:
    status, answer = ask("GET", f"/history?user={user}")
    assert [one["id"] for one in answer["items"]] == kept[user] and answer["notes"] == [], (user, answer)
status, answer = ask("GET", "/history?user=no+such%20one")
assert status == 200 and answer["user"] == "no such one" and answer["items"] == [], answer
assert [note["code"] for note in answer["notes"]] == ["unknown_user", "empty_history"], answer
# An item of this id first, then those that begin so, then all others, by clicks.
for text, limit in [("1003", 20), ("10", 7), ("03", 20), ("3", 5)]:
    status, answer = ask("GET", f"/items?query={text}&limit={limit}")
    matches = [str(item) for item in range(1000, 1040) if text in str(item)]
    matches.sort(key=lambda item: (item != text, not item.startswith(text), -clicks.get(item, 0), int(item)))
    assert [one["id"] for one in answer["items"]] == matches[:limit], (text, answer, matches)
status, answer = ask("GET", "/items?id=1039&id=x&id=1000")
assert [one["id"] for one in answer["items"]] == ["1039", "1000"] and answer["unknown"] == ["x"], answer
assert ask("GET", "/items?query=%00")[1]["items"] == ask("GET", "/items?query=")[1]["items"] == []

# --- what is wrong, and where
for method, path, body, code, place in [
    ("POST", "/recommend", "{", 400, "$"),
    ("POST", "/recommend", b"\xff\xfe", 400, "$"),
    ("POST", "/recommend", b'{"user": "\xff"}', 400, "$"),
    # A surrogate, an overlong slash, and half a letter.
    ("POST", "/recommend", b'{"history": ["\xed\xa0\x80"]}', 400, "$"),
    ("POST", "/similar", b'{"item": "\xc0\xaf"}', 400, "$"),
    ("POST", "/vectors", b'{"user": "\xc3"}', 400, "$"),
    ("POST", "/recommend", "[" * 100_000, 400, "$"),
    ("POST", "/recommend", [], 400, "$"),
    ("POST", "/recommend", {}, 400, "$"),
    ("POST", "/recommend", {"user": 1.5}, 400, "$.user"),
    ("POST", "/recommend", {"usr": 1}, 400, "$.usr"),
    ("POST", "/recommend", {"user": "1", "k": 0}, 400, "$.k"),
    ("POST", "/recommend", {"user": "1", "k": 10_001}, 400, "$.k"),
    ("POST", "/recommend", {"user": "1", "k": 1e300}, 400, "$.k"),
    ("POST", "/recommend", {"history": [1, None]}, 400, "$.history[1]"),
    ("POST", "/recommend", {"requests": []}, 400, "$.requests"),
    ("POST", "/recommend", {"requests": [{"user": "1"}, {"user": "1", "seen": "no"}]}, 400, "$.requests[1].seen"),
    ("POST", "/recommend", {"requests": [{"user": "1"}] * 1_001}, 400, "$.requests"),
    ("POST", "/recommend", {"requests": [{"user": "1", "k": 10_000}] * 101}, 400, "$.requests"),
    ("POST", "/recommend", " " * (1 << 20) + "{}", 413, "$"),
    ("POST", "/similar", {"item": "no such thing"}, 404, "$.item"),
    ("POST", "/similar", {"k": 3}, 400, "$.item"),
    ("GET", "/recommend", None, 405, "method"),
    ("GET", "/nothing", None, 404, "path"),
    ("POST", "/model", None, 405, "method"),
    ("GET", "/model?x=1", None, 400, "query x"),
    ("GET", "/items", None, 400, "query query"),
    ("GET", "/items?query=1&id=1000", None, 400, "query query"),
    ("GET", "/items?query=1&query=2", None, 400, "query query"),
    ("GET", "/items?query=%ff", None, 400, "query query"),
    ("GET", "/items?query=%4", None, 400, "query query"),
    ("GET", "/items?query=1&limit=1001", None, 400, "query limit"),
    ("GET", "/items?" + "&".join(["id=1"] * 1_001), None, 400, "query id"),
    ("GET", "/popular?limit=", None, 400, "query limit"),
    ("GET", "/history", None, 400, "query user"),
]:
    status, answer = ask(method, path, body)
    assert status == code and answer["error"]["place"] == place, (path, body, status, answer)

status, metrics = ask("GET", "/metrics")
assert status == 200
values = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
assert values["towerbook_reloads_total"] == "3", metrics
assert int(values['towerbook_requests_total{route="/recommend",status="200"}']) == len(users) + 5, metrics
assert float(values['towerbook_request_seconds{route="/recommend",quantile="0.99"}']) > 0
print(f"{len(users)} users")
