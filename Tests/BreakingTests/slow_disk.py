#!/usr/bin/env python3
"""Makes every call that writes take long, as disks do that are shared, worn out or far away.

usage: slow_disk.py [--cases N] [--seed N]

The delays are strace's, for each write, sync, rename, removal and new folder of the program. --cases is how many delays are tried of
each kind: a run, a sweep and an update that are left alone, a run that is stopped and gone on with, two runs at once that wait for
each other's results, and a service that answers while it writes down events.
"""

import collections
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

from breaking import Place, clear, generator, options

arguments = options("slow_disk.py [--cases N] [--seed N]").parse_args()
place = Place()
counts = collections.Counter()
CALLS = "write,writev,pwrite64,fsync,fdatasync,sync_file_range,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,link,linkat"


def slow(milliseconds):
    """What goes before the program's words: the tracer is no parent of the program, which gets signals itself."""
    delay = f"inject={CALLS}:delay_enter={milliseconds * 1000}"
    return ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={CALLS}", "-e", delay]


probe = [*slow(0), "true"]
if not shutil.which("strace") or subprocess.run(probe, capture_output=True).returncode != 0:
    print("slow disks: left out, as there is no strace that may trace here")
    sys.exit(0)


def start(milliseconds, *words):
    return subprocess.Popen(
        [*slow(milliseconds), place.program, *words], cwd=place.folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
    )


def finish(process, what, codes=(0,)):
    code, output, errors = place.end(process, what)
    if code not in codes:
        place.note(f"{what}: code {code}: {errors[-600:]!r}")
    return code, output, errors


RUN = ["run", "hard.yaml", "--output", "o", "--cache", "cache"]
SWEEP = ["sweep", "s.yaml", "--output", "study", "--cache", "cache", "-q"]
place.run(*RUN, "-q")
run = place.tree("o")
place.run(*SWEEP)
best = place.read("study/best.yaml")
place.run("run", "r.yaml", "--output", "base", "--cache", "base-cache", "-q")
UPDATE = ["update", "base/model", "new.csv", "--output", "m", "--epochs", "1"]
place.run(*UPDATE)
updated = place.tree("m")


def fresh():
    for name in ("o", "o2", "m", "study", "cache"):
        clear(place.path(name))


def left_alone(milliseconds, draw):
    for words, name, expected in ((RUN, "o", run), (UPDATE, "m", updated)):
        fresh()
        what = f"{words[0]} with {milliseconds} ms for each write"
        finish(start(milliseconds, *words), what)
        place.compare(expected, name, what)
    fresh()
    what = f"sweep with {milliseconds} ms for each write"
    finish(start(milliseconds, *SWEEP), what)
    if not os.path.exists(place.path("study/best.yaml")) or place.read("study/best.yaml") != best:
        place.note(f"{what}: best.yaml is another")


def stopped(milliseconds, draw):
    """It ends soon after a first signal, though a checkpoint is still to be written, and goes on from there."""
    fresh()
    kind = draw.choice([signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
    what = f"run with {milliseconds} ms for each write and {kind.name}"
    process = start(milliseconds, *RUN)
    time.sleep(0.3 + draw.random() * (1 + milliseconds / 20))
    process.send_signal(kind)
    finish(process, what, codes=(0, 130, 143, -kind))
    finish(start(milliseconds, *RUN), f"{what}, then gone on with")
    place.compare(run, "o", f"{what}, then gone on with")
    place.leftovers("cache", what)


def two(milliseconds, draw):
    fresh()
    what = f"two runs with {milliseconds} ms for each write"
    both = [start(milliseconds, *RUN[:3], name, *RUN[4:]) for name in ("o", "o2")]
    for process in both:
        finish(process, what)
    for name in ("o", "o2"):
        place.compare(run, name, what)


def served(milliseconds, draw):
    """Users who ask wait for no event's write; an event that was taken is there when the service was killed."""
    clear(place.path("live"))
    shutil.copytree(place.path("base"), place.path("live"))
    what = f"service with {milliseconds} ms for each write"
    process = start(milliseconds, "serve", "live/model", "--port", "0", "--state", "live/state")
    line = process.stdout.readline()
    found = re.search(r":(\d+)", line)
    if not found:
        process.kill()
        return place.note(f"{what}: it did not begin: {line!r}")
    port, taken, slowest = int(found[1]), [], 0.0

    def ask(method, path, body):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def write_events():
        for number in range(12):
            event = {"user": f"new-{number:02}", "item": str(1000 + number), "time": 1_700_000_000 + number}
            status, body = ask("POST", "/events", {"events": [event]})
            if status >= 300:
                place.note(f"{what}: an event was answered with {status}: {body[:200]!r}")
            else:
                taken.append(event["user"])

    writer = threading.Thread(target=write_events)
    writer.start()
    while writer.is_alive():
        began = time.monotonic()
        status, body = ask("POST", "/recommend", {"user": "1"})
        slowest = max(slowest, time.monotonic() - began)
        counts["requests"] += 1
        if status != 200:
            place.note(f"{what}: a request was answered with {status}: {body[:200]!r}")
    writer.join()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    counts["events"] += len(taken)
    kept = b"".join(place.read(f"live/state/{name}") for name in os.listdir(place.path("live/state")))
    for user in taken:
        if user.encode() not in kept:
            place.note(f"{what}: the event of {user} is lost")
    return slowest


for number in range(arguments.cases):
    draw = generator(arguments.seed, "slow", number)
    milliseconds = [1, 5, 10, 20][number % 4]
    for action in (left_alone, stopped, two, served):
        action(milliseconds, draw)
        counts[action.__name__.replace("_", " ")] += 1
place.done(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
