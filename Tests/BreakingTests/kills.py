#!/usr/bin/env python3
"""Kills runs, a sweep and an update at random moments, goes on, and compares every byte with what was left alone.

usage: kills.py [--cases KILLS] [--seed N] [--only WORDS]

A run is sent SIGKILL, SIGTERM or SIGINT at a moment drawn over the time that an undisturbed one takes, sometimes a second one
right after; then the same command goes on, and so forth until one comes to its end. --cases is the number of kills of each
workload; `serve-soak` in .ci kills the server.
"""

import collections
import csv
import os
import shutil
import signal
import subprocess
import time

from breaking import Place, clear, generator, options, seconds_of

SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]
# A kill of its own ends with its number; one that is asked a second time to end with 128 and its number, as shells say it.
CODES = {signal.SIGKILL: {-9}, signal.SIGTERM: {130, -15, 143}, signal.SIGINT: {130, -2}}
MOST = 8  # Kills of one run, before it is left to come to its end.

parser = options("kills.py [--cases KILLS] [--seed N] [--only WORDS]")
parser.add_argument("--only", default="run hard into quickstart sweep update", help="some of: run hard into quickstart sweep update")
parser.add_argument("--scale", default="whole", choices=["whole", "small"], help="how large the quickstart is")
arguments = parser.parse_args()
place = Place()
counts = collections.Counter()

SMALLER = ["config.data.synthetic.users=300", "config.data.synthetic.items=200", "config.data.synthetic.clicks=5000", "train.epochs=4",
           "eval.expect=null"]


def interrupted(words, draw, longest, what):
    """Starts a command, sends it a signal, and gives whether it came to its end before."""
    process = place.start(*words)
    number = draw.choice(SIGNALS)
    # Beginnings and ends are short, and much happens in them.
    moment = longest * draw.choice([draw.random(), draw.random() ** 3, 1 - draw.random() ** 3])
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
        counts[number.name] += 1
        if number != signal.SIGKILL and draw.random() < 0.15:
            time.sleep(draw.random() * 0.02)
            process.send_signal(number)
    code, _, errors = place.end(process, what)
    if code not in {0} | CODES[number]:
        place.note(f"{what}: code {code} after {number.name} at {moment:.3f} s: {errors[-600:]!r}")
    if code == 130 and "interrupted; " not in errors and number == signal.SIGTERM:
        place.note(f"{what}: it does not say that it was interrupted: {errors[-300:]!r}")
    return code == 0


def storm(work):
    """A workload is killed again and again until enough kills were made."""
    kind, words = work.kind, work.words
    work.reset()
    first, before = seconds_of(lambda: place.run(*words)), len(place.findings)
    work.finish(True)
    if len(place.findings) > before:
        place.done(f"{kind} cannot be run undisturbed")
    number = before = 0
    while sum(counts.values()) < arguments.cases:
        work.reset()
        draw = generator(arguments.seed, kind, number)
        what = f"{kind} {number}"
        ends = False
        for _ in range(MOST):
            # What was killed at its very end may have left the whole of it.
            ends = interrupted(words, draw, first, what) or work.is_there()
            if ends or len(place.findings) > before:
                break
        if not ends:
            place.run(*words, what=what)
        work.finish(False, what)
        if len(place.findings) > before:
            before = len(place.findings)
            keep = f"/tmp/towerbook-broken-{kind}-{number}"
            clear(keep)
            shutil.copytree(place.folder, keep, symlinks=True)
            print(f"what it left is in {keep}")
        number += 1
        if len(place.findings) > 20:
            break
    shown = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    print(f"{kind}: {number} runs that take {first:.1f} s, killed by {shown}", flush=True)
    total.update(counts)
    counts.clear()


class Run:
    """A run of a recipe, in a folder of outputs of its own."""

    def __init__(self, kind, recipe, *settings):
        self.kind, self.recipe = kind, recipe.removesuffix(".yaml")
        self.words = ["run", recipe, *settings, "--outputs", f"out-{kind}"]
        self.expected = None

    def reset(self):
        clear(place.path(f"out-{self.kind}"))

    def is_there(self):
        return os.path.exists(place.path(f"out-{self.kind}/{self.recipe}/latest"))

    def finish(self, is_first, what="undisturbed"):
        outputs, latest = f"out-{self.kind}", f"out-{self.kind}/{self.recipe}/latest"
        if is_first:
            self.expected = place.tree(latest)
            # What the clock is in shows in a second one.
            self.reset()
            place.run(*self.words)
        place.compare(self.expected, latest, what)
        place.leftovers(outputs, what)


class Into(Run):
    """A run that is written into a folder of the user's, over an earlier one."""

    def __init__(self):
        super().__init__("into", "r.yaml")
        self.words = ["run", "r.yaml", "--output", "into", "--cache", "out-into/.cache"]

    def reset(self):
        super().reset()
        clear(place.path("into"))
        place.run("run", "r.yaml", "recall.k=3", "--output", "into", "--cache", "first-cache", "-q")

    def is_there(self):
        return place.tree("into") == self.expected

    def finish(self, is_first, what="undisturbed"):
        if is_first:
            self.expected = place.tree("into")
            self.reset()
            place.run(*self.words)
        place.compare(self.expected, "into", what)
        place.leftovers("into", what)
        place.leftovers("out-into", what)


class Sweep:
    """A sweep: its trials as they are exported, and the winner's recipe."""

    words = ["sweep", "s.yaml", "--output", "study", "--cache", "study-cache", "-q"]
    kind = "sweep"
    expected = None

    def reset(self):
        for name in ("study", "study-cache"):
            clear(place.path(name))

    def is_there(self):
        return False

    def result(self):
        place.run("sweep", "export", "study", "--csv", "trials.csv")
        lines = list(csv.reader(place.read("trials.csv").decode().splitlines()))
        timed = [column for column, name in enumerate(lines[0]) if any(word in name for word in ("seconds", "attempts", "started", "ended", "worker", "time", "state_", "created"))]
        table = [[cell for column, cell in enumerate(line) if column not in timed] for line in lines]
        return table, place.tree("study").get("best.yaml")

    def finish(self, is_first, what="undisturbed"):
        if is_first:
            self.expected = self.result()
        found = self.result()
        for part, name in enumerate(["trials", "best.yaml"]):
            if found[part] != self.expected[part]:
                place.note(f"{what}: the {name} are others: {self.expected[part]!r} and {found[part]!r}")
        # A trial that was orphaned ends by itself, soon.
        time.sleep(0.3)


class Update:
    """An update of a saved model: the new one, or none."""

    words = ["update", "base/model", "new.csv", "--output", "new-model", "--epochs", "30"]
    kind = "update"
    expected = None

    def reset(self):
        if not os.path.exists(place.path("base")):
            place.run("run", "r.yaml", "--output", "base", "--cache", "base-cache", "-q")
            self.before = place.tree("base/model")
        clear(place.path("new-model"))

    def is_there(self):
        return os.path.exists(place.path("new-model"))

    def finish(self, is_first, what="undisturbed"):
        if is_first:
            self.expected = place.tree("new-model")
            self.reset()
            place.run(*self.words)
        place.compare(self.expected, "new-model", what)
        place.compare(self.before, "base/model", what)
        for name in os.listdir(place.folder):
            if name.startswith(".") or ".tmp" in name:
                place.note(f"{what}: {name} is left")


WORKLOADS = {
    "run": lambda: Run("run", "r.yaml"),
    "hard": lambda: Run("hard", "hard.yaml"),
    "into": Into,
    "quickstart": lambda: Run("quickstart", "quickstart.yaml", *(SMALLER if arguments.scale == "small" else [])),
    "sweep": Sweep,
    "update": Update,
}
total = collections.Counter()
for word in arguments.only.split():
    storm(WORKLOADS[word]())
place.done(f"{sum(total.values())} kills")
