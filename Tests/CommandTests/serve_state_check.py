"""Begins `towerbook serve`, tells it of clicks and items, kills it in between, and looks whether all of it is there again.

usage: serve_state_check.py TOWERBOOK MODEL STATE
"""

import os
import socket
import sys
import threading
import time

sys.dont_write_bytecode = True
from service import Clicker, Service, logged, wait  # noqa: E402

PROGRAM, MODEL, STATE = sys.argv[1:]
CATALOGUE = [str(1000 + item) for item in range(40)]

# --- a service that keeps nothing
service = Service(PROGRAM, MODEL).start()
for method, path in [("POST", "/events"), ("PUT", "/items/5"), ("DELETE", "/items/5")]:
    status, answer = service.ask(method, path, {"user": "1", "item": "1003"})
    assert status == 409 and "--state FOLDER" in answer["error"]["message"], (status, answer)
assert service.ask("GET", "/ready")[1]["takes_events"] is False
before = service.items({"user": "1", "k": 10})
assert service.stop() == 0

# --- clicks count at once, also those of nobody known
service = Service(PROGRAM, MODEL, STATE).start()
assert service.items({"user": "1", "k": 10}) == before
clicks = [{"user": "new", "item": "1003", "time": 1_500_000_100}, {"user": "new", "item": 1004, "time": "2017-07-14T02:41:41Z"}]
status, answer = service.ask("POST", "/events", {"events": clicks + [{"user": "new", "item": "nowhere"}]})
assert status == 200 and answer == {"taken": 3, "unknown_items": ["nowhere"]}, answer
told = {"history": ["1003", "1004", "nowhere"], "k": 10}
assert service.items({"user": "new", "k": 10}) == service.items(told)
assert ("new", "1004", 1_500_000_101) in logged(STATE)[0]
now = [click for click in logged(STATE)[0] if click[1] == "nowhere"][0][2]
assert abs(now - time.time()) < 60, now
best = before[0][0]
assert service.ask("POST", "/events", {"user": 1, "item": best})[0] == 200
after = service.items({"user": "1", "k": 40})
assert best not in [item for item, _ in after] and after[:9] != before[1:]

# --- items
status, answer = service.ask("PUT", "/items/2000", {"features": {"category": 2}, "title": "A new one"})
assert status == 200 and answer["notes"] == [] and answer["status"] == "given", answer
everything = {"user": "2", "k": 50, "seen": "keep"}
status, answer = service.ask("POST", "/recommend", everything)
assert [item["title"] for item in answer["items"] if item["id"] == "2000"] == ["A new one"], answer
assert [note["code"] for note in answer["notes"]] == ["fewer_items"] and len(answer["items"]) == 41, answer
assert service.ask("DELETE", "/items/1003")[0] == 200
assert service.ask("DELETE", "/items/1003")[0] == 200
assert service.ask("PUT", "/items/1005", {"features": {"category": 0}})[0] == 200
assert service.ask("PUT", "/items/2001", {"features": {"category": 1}, "available_from": "2030-01-01"})[0] == 200
for key in ["available_from", "available_until"]:
    status, answer = service.ask("PUT", "/items/2001", {"features": {"category": 1}, key: 1_500_000_000_000})
    assert status == 400 and answer["error"]["place"] == f"$.{key}", answer
    assert "would be a time in milliseconds" in answer["error"]["message"], answer
assert service.ask("PUT", "/items/2002", {"features": {"category": 77}})[1]["notes"][0]["code"] == "unknown_value"
assert service.ask("DELETE", "/items/2002")[0] == 200
given = [item for item, _ in service.items(everything)]
assert sorted(given) == sorted(set(CATALOGUE + ["2000"]) - {"1003"}), given
late = [item for item, _ in service.items(everything | {"time": 2_000_000_000})]
assert sorted(late) == sorted(given + ["2001"]), late
assert service.ask("POST", "/similar", {"item": "2000", "k": 3})[0] == 200
status, answer = service.ask("POST", "/similar", {"item": "1003", "k": 3})
assert status == 404 and answer["error"]["message"] == "the item '1003' was deleted", answer
assert [item for item, _ in service.items(everything | {"allow": ["2000", "1003", "1005"]})] != []
status, answer = service.ask("POST", "/recommend", {"history": ["2000", "1004"], "k": 3})
assert [note["code"] for note in answer["notes"]] == ["new_items"], answer

# What people look through has all of it too.
found = service.ask("GET", "/items?query=a%20new")[1]["items"]
assert [(item["id"], item["title"]) for item in found] == [("2000", "A new one")], found
assert [item["id"] for item in service.ask("GET", "/items?query=2000")[1]["items"]] == ["2000"]
assert service.ask("GET", "/items?query=1003")[1]["items"] == []
answer = service.ask("GET", "/items?id=2000&id=1003&id=1004")[1]
assert [item["id"] for item in answer["items"]] == ["2000", "1004"] and answer["unknown"] == ["1003"], answer
assert "1003" not in [item["id"] for item in service.ask("GET", "/popular?limit=100")[1]["items"]]

# --- what is wrong, and where
for method, path, body, code, place in [
    ("POST", "/events", {}, 400, "$.user"),
    ("POST", "/events", {"user": "1"}, 400, "$.item"),
    ("POST", "/events", {"user": "", "item": "1"}, 400, "$.user"),
    ("POST", "/events", {"user": "1", "item": "x" * 1_025}, 400, "$.item"),
    ("POST", "/events", {"user": "1", "item": "1003", "time": "soon"}, 400, "$.time"),
    ("POST", "/events", {"user": "1", "item": "1003", "time": 1e300}, 400, "$.time"),
    ("POST", "/events", {"user": "1", "item": "1003", "time": 1_500_000_900_000}, 400, "$.time"),
    ("POST", "/events", {"user": "1", "item": "1003", "context": []}, 400, "$.context"),
    ("POST", "/events", {"events": []}, 400, "$.events"),
    ("POST", "/events", {"events": [{"user": "1", "item": "1"}, {"user": "1", "itm": "1"}]}, 400, "$.events[1].itm"),
    ("POST", "/events", {"events": [{"user": "1", "item": "1"}] * 1_001}, 400, "$.events"),
    ("PUT", "/items/", {}, 400, "path"),
    ("PUT", "/items/%zz", {}, 400, "path"),
    ("PUT", "/items/%ff", {}, 400, "path"),
    ("PUT", "/items/word", {"features": {"category": 1}}, 400, "path"),
    ("PUT", "/items/2003", {"features": {"catgory": 1}}, 400, "$.features.catgory"),
    ("PUT", "/items/2003", {"features": {"category": [1]}}, 400, "$.features.category"),
    ("PUT", "/items/2003", {"features": {"category": [[1]]}}, 400, "$.features.category[0]"),
    ("PUT", "/items/2003", {"title": 3}, 400, "$.title"),
    ("PUT", "/items/2003", {"available_from": "once"}, 400, "$.available_from"),
    ("DELETE", "/items/4711", None, 404, "$.item"),
    ("GET", "/items/1003", None, 405, "method"),
]:
    status, answer = service.ask(method, path, body)
    assert status == code and answer["error"]["place"] == place, (path, body, status, answer)

broken = b"POST /events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nq\r\n{}\r\n0\r\n\r\n"
with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
    connection.sendall(broken)
    assert connection.recv(1_000).startswith(b"HTTP/1.1 400 "), "a body that is none"

# --- killed, five times, while clicks come from eight connections
answers = [service.items({"user": user, "k": 50, "seen": "keep"}) for user in ["1", "2", "new"]]
taken = []
for round in range(5):
    clickers = [Clicker(service, f"clicker {n}", CATALOGUE, round * 1_000_000) for n in range(8)]
    for clicker in clickers:
        clicker.start()
    wait(lambda: sum(len(clicker.taken) for clicker in clickers) > 20 + 20 * round)
    service.kill()
    for clicker in clickers:
        clicker.join()
        assert not clicker.failures, clicker.failures
        taken += clicker.taken
    service.start()
    assert set(taken) <= set(logged(STATE)[0])
    assert [service.items({"user": user, "k": 50, "seen": "keep"}) for user in ["1", "2", "new"]] == answers
for n in range(8):
    clicked = {item for user, item, _ in taken if user == f"clicker {n}"}
    given = {item for item, _ in service.items({"user": f"clicker {n}", "k": 50})}
    assert not clicked & given and given, (clicked, given)
metrics = service.metrics()
assert metrics["towerbook_events_total"] >= len(taken) + 4 and metrics["towerbook_items_added"] == 2, metrics
assert metrics["towerbook_items_deleted"] == 2 and metrics["towerbook_items_changed"] == 1, metrics
assert metrics["towerbook_state_bytes"] == os.path.getsize(os.path.join(STATE, "state.log"))

# --- read again by a reload, and by who was not there
assert service.ask("POST", "/reload")[0] == 200
assert [service.items({"user": user, "k": 50, "seen": "keep"}) for user in ["1", "2", "new"]] == answers
second = Service(PROGRAM, MODEL, STATE)
try:
    second.start()
    raise AssertionError("two services have one state")
except SystemExit as failure:
    assert "another process uses it" in str(failure), failure

# --- who takes their time holds nobody else up
slow = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(60)]
for place, connection in enumerate(slow):
    if place % 3 == 0:
        connection.sendall(b"POST /recommend HTTP/1.1\r\nHost: x\r\nContent-")
    elif place % 3 == 1:
        connection.sendall(b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
for _ in range(20):
    service.items({"user": "3", "k": 5})

# --- told to end while requests are answered: all of them are
body = {"requests": [{"user": str(1 + user % 60), "k": 40, "explain": True} for user in range(80)]}
outcomes = []


def large():
    try:
        status, answer = service.ask("POST", "/recommend", body)
        outcomes.append(status == 200 and len(answer["answers"]) == 80)
    except Exception as error:
        outcomes.append(repr(error))


threads = [threading.Thread(target=large) for _ in range(12)]
for thread in threads:
    thread.start()
wait(lambda: service.metrics()["towerbook_requests_active"] >= 12 or len(outcomes) > 0)
for connection in slow:
    connection.close()
assert service.stop() == 0
for thread in threads:
    thread.join()
assert outcomes == [True] * 12, outcomes

# --- a write that was cut off, and damage in the middle
log = os.path.join(STATE, "state.log")
size = os.path.getsize(log)
os.truncate(log, size - 1)
service.start()
wait(lambda: any("cut " in line and "off the state's log" in line for line in service.errors), 10)
service.kill()
with open(log, "r+b") as file:
    file.seek(70)
    file.write(b"\xee")
try:
    service.start()
    raise AssertionError("a damaged log was taken")
except SystemExit as failure:
    assert "it is damaged: the record at byte " in str(failure), failure
print(f"{len(taken) > 200} {metrics['towerbook_items_deleted']:.0f}")
