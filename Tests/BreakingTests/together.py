#!/usr/bin/env python3
"""Runs all that can write at once on one cache and one folder of outputs.

usage: together.py [--cases ROUNDS] [--seed N]

In each round: ten runs, of which some are of one recipe, two sweeps, a `watch` whose recipe is saved, `look` and a server that are asked
all the while, and `cache prune` again and again. Each run and sweep must give what it gives alone, every answer of the server must be
the one that it gave alone, and nothing half-written may be left. Then nobody waits for more than the lock that it needs: with the
lock of one result held by somebody else, only who needs that result waits.
"""

import collections
import fcntl
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time

from breaking import Place, clear, generator, options, seconds_of

arguments = options("together.py [--cases ROUNDS] [--seed N]").parse_args()
place = Place()
counts = collections.Counter()

RUNS = [
    ("r.yaml",), ("r.yaml",), ("r.yaml", "recall.k=3"), ("r.yaml", "train.epochs=3"), ("r.yaml", "train.epochs=3", "recall.k=4"),
    ("hard.yaml",), ("hard.yaml",), ("hard.yaml", "train.epochs=6"), ("r.yaml", "index.type=Flat"), ("hard.yaml", "eval.k=[3]"),
]
SWEEPS = [("s.yaml", "config.seed=7"), ("s.yaml", "config.seed=8")]


class Asked:
    """A service that is asked one question again and again, until it is stopped."""

    def __init__(self, what, words, path, body=None):
        self.what, self.path, self.body = what, path, body
        self.process = place.start(*words)
        line = self.process.stdout.readline()
        found = re.search(r":(\d+)$", line.strip())
        self.port = found and int(found[1])
        self.first, self.is_over = None, threading.Event()
        if not self.port:
            place.note(f"{what}: it did not begin: {line!r}")
        self.thread = threading.Thread(target=self.ask, daemon=True)
        self.thread.start()

    def ask(self):
        while self.port and not self.is_over.is_set():
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                connection.request("POST" if self.body else "GET", self.path, self.body)
                answer = connection.getresponse()
                body = answer.read()
            except OSError as error:
                if not self.is_over.is_set():
                    place.note(f"{self.what}: {error}")
                return
            counts[f"{self.what} asked"] += 1
            if answer.status != 200:
                return place.note(f"{self.what}: {answer.status} {body[:200]!r}")
            # A page of runs changes, as they end.
            self.first = self.first or body
            if self.body and body != self.first:
                return place.note(f"{self.what}: another answer: {body[:200]!r}, before {self.first[:200]!r}")
            time.sleep(0.02)

    def stop(self):
        self.is_over.set()
        self.thread.join(90)
        self.process.send_signal(signal.SIGTERM)
        code, _, errors = place.end(self.process, self.what)
        if code not in (0, 130):
            place.note(f"{self.what}: code {code}: {errors[-300:]!r}")


def best(study):
    # Where the recipe is from there is another way.
    return re.sub(rb"extends: [./]*", b"extends: ", place.tree(study).get("best.yaml", b""))


def alone():
    """What each gives by itself."""
    runs = []
    for number, words in enumerate(RUNS):
        place.run("run", *words, "--output", f"alone-{number}", "--cache", f"alone-cache-{number}", "-q")
        runs.append(place.tree(f"alone-{number}"))
    sweeps = []
    for number, words in enumerate(SWEEPS):
        place.run("sweep", *words, "--output", f"alone-study-{number}", "--cache", f"alone-study-cache-{number}", "-q")
        sweeps.append(best(f"alone-study-{number}"))
    return runs, sweeps


def prune(is_over, draw):
    while not is_over.is_set():
        words = draw.choice([["--max-size", "1MB"], ["--older-than", "0.00001"], ["--max-size", "0MB"]])
        code, _, errors = place.end(place.start("cache", "prune", *words, "--outputs", "shared"), "cache prune")
        counts["prunes"] += 1
        if code != 0:
            place.note(f"cache prune {words}: code {code}: {errors[-300:]!r}")
        time.sleep(draw.random() * 0.3)


def together(number, runs, sweeps):
    draw = generator(arguments.seed, number)
    for folder in ("shared", "apart"):
        clear(place.path(folder))
    place.write("watched.yaml", place.read("r.yaml").decode().replace("epochs: 6", "epochs: 2"))
    server = Asked("serve", ["serve", "alone-0/model", "--port", "0"], "/recommend", '{"user": 1, "k": 5}')
    look = Asked("look", ["look", "--outputs", "shared", "--port", "0"], "/")
    watch = place.start("watch", "watched.yaml", "--outputs", "shared", "-q")
    is_over = threading.Event()
    pruner = threading.Thread(target=prune, args=(is_over, draw), daemon=True)
    pruner.start()
    begun = []
    jobs = [("run", n) for n in range(len(RUNS))] + [("sweep", n) for n in range(len(SWEEPS))]
    draw.shuffle(jobs)
    for kind, job in jobs:
        words = (RUNS if kind == "run" else SWEEPS)[job]
        target = ["--output", f"apart/{kind}-{job}", "--cache", "shared/.cache"] if kind == "sweep" or job % 2 else ["--outputs", "shared"]
        begun.append((kind, job, target, place.start(kind, *words, *target, "-q")))
        time.sleep(draw.random() * 0.15)
        if draw.random() < 0.3:
            place.write("watched.yaml", place.read("watched.yaml").decode() + f"# {number} {job}\n")
    for kind, job, target, process in begun:
        what = f"round {number}: {kind} {job}"
        code, output, errors = place.end(process, what)
        counts[kind + "s"] += 1
        if code != 0:
            place.note(f"{what}: code {code}: {errors[-600:]!r}")
            continue
        if kind == "sweep":
            if best(f"apart/sweep-{job}") != sweeps[job]:
                place.note(f"{what}: the best is another: {best(f'apart/sweep-{job}')!r}, alone {sweeps[job]!r}")
            continue
        folder = target[1] if target[0] == "--output" else os.path.dirname(output.strip().splitlines()[-1])
        compare(runs[job], folder, what)
    is_over.set()
    pruner.join()
    watch.send_signal(signal.SIGINT)
    code, _, errors = place.end(watch, "watch")
    if code not in (0, 130):
        place.note(f"round {number}: watch: code {code}: {errors[-500:]!r}")
    look.stop()
    server.stop()
    for folder in ("shared", "apart"):
        place.leftovers(folder, f"round {number}")
    # Every run that is there is whole.
    _, _, errors = place.run("runs", "--outputs", "shared")
    if "left out" in errors or "damaged" in errors:
        place.note(f"round {number}: runs says {errors[-300:]!r}")


def compare(expected, folder, what):
    """What hangs on the run before, and on which folder it stands in, is not the run's own."""
    found = place.tree(folder)
    for name in sorted(expected.keys() | found.keys()):
        if name in ("report.md", "report.json", "recipe.yaml"):
            if name not in found:
                place.note(f"{what}: no {name}")
        elif expected.get(name) != found.get(name):
            place.note(f"{what}: {name} is another than alone")


# --- locks

def locks():
    clear(place.path("locked"))
    place.run("run", "r.yaml", "--outputs", "locked", "-q")
    folder = place.path("locked/.cache/locks")
    _, listed, _ = place.run("cache", "list", "--outputs", "locked")
    keys = {line.split()[0]: line.split()[-1] for line in listed.splitlines()[2:] if line.split()}
    train = [name for name in os.listdir(folder) if name.startswith(keys["train"]) and not name.endswith(".use")]
    with open(os.path.join(folder, train[0]), "r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        clear_result = [name for name in os.listdir(place.path("locked/.cache")) if name == train[0]]
        for name in clear_result:
            clear(place.path(f"locked/.cache/{name}"))
        others = [
            ["run", "r.yaml", "train.epochs=2", "--outputs", "locked", "-q"], ["run", "hard.yaml", "--outputs", "locked", "-q"],
            ["check", "r.yaml"], ["plan", "r.yaml", "--outputs", "locked"], ["runs", "--outputs", "locked"], ["cache", "list", "--outputs", "locked"],
            ["cache", "prune", "--max-size", "1MB", "--outputs", "locked"], ["report", "r", "--outputs", "locked", "--output", "page.html", "--force"],
            ["recommend", "alone-0/model", "--user", "1"],
        ]
        waiting = place.start("run", "r.yaml", "--outputs", "locked", "-q")
        for words in others:
            counts["beside a lock"] += 1
            place.run(*words, what=f"{' '.join(words)}, while somebody else has the lock of another result")
        if waiting.poll() is not None:
            _, _, errors = place.end(waiting, "a run that waits")
            place.note(f"a run did not wait for the lock of its result: {waiting.returncode} {errors[-300:]!r}")
            return
    code, _, errors = place.end(waiting, "a run that waited")
    if code != 0:
        place.note(f"a run that waited: code {code}: {errors[-300:]!r}")


runs, sweeps = alone()
for number in range(arguments.cases):
    together(number, runs, sweeps)
locks()
place.done(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
