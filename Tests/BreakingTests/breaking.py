"""What the scripts that try to break the tool share: a folder with recipes and clicks, runs of the program, and comparing.

What a program may come to is 0, 1 or 2 with a message, 3, 130, or the signal that it was sent; all else is a finding.
Each script takes the program from TOWERBOOK, else the debug build, draws from --seed, and exits 1 where it found something.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.join(HERE, "..", "..")
SLOWEST = 300  # Seconds; nothing that is tried here takes a tenth of it, but on a machine that is busy. What does hangs.

# A shell that begins this in the background lets it, and what is begun from here, ignore SIGINT: OpenBLAS, which raises that where it
# has no memory as it is loaded, would go on with fewer threads.
signal.signal(signal.SIGINT, signal.default_int_handler)

CELLS = """
split: { strategy: last_click, validation: second_last }
encode: { max_seq_len: 10 }
model: { embedding_dim: 8, hidden_units: [16, 8], dropout: 0.1 }
"""
DATA = """
config:
  seed: 7
  data: { path: ., clicks: c.csv, items: items.csv }
  columns: { user: user, item: item, time: ts }
  item_columns: { item: item, category: cat }
"""
RECIPES = {
    # All nine cells.
    "r.yaml": DATA + CELLS + """
train:
  checkpoint_epochs: 1
  epochs: 6
  batch_size: 64
  learning_rate: 5e-3
  validation: {}
  early_stopping: { patience: 6 }
  keep_optimizer: true
index: { type: HNSW8 }
eval: { k: [5, 10] }
recall: { k: 10 }
save: { optimizer: true }
""",
    # Hard negatives are mined on the way, and training is measured: a checkpoint must hold all of that.
    "hard.yaml": DATA + CELLS + """
train:
  checkpoint_epochs: 1
  epochs: 12
  batch_size: 32
  learning_rate: 5e-3
  loss: sampled_softmax
  pool_size: 32
  logq: true
  hard_negatives: { every: 2, count: 1, ranks: [3, 10] }
  schedule: cosine
  validation: {}
  early_stopping: { patience: 12 }
index:
eval: { k: [5, 10] }
recall: { k: 10 }
""",
    "s.yaml": DATA + CELLS + """
train: { checkpoint_epochs: 1, epochs: 4, batch_size: 64, learning_rate: 2e-3, validation: {} }
index:
eval: { k: [5, 20] }
sweep:
  method: tpe
  metric: { name: train.validation_ndcg@20, goal: maximize }
  run_cap: 5
  retries: 100
  parameters:
    train.learning_rate: { distribution: log_uniform_values, min: 1e-4, max: 1e-1 }
    model.embedding_dim: { values: [4, 8] }
  early_terminate: { type: asha, min_iter: 1 }
  confirm: { top: 1, seeds: 2 }
""",
}


def options(usage):
    """The options that all scripts take, to which a script adds its own."""
    parser = argparse.ArgumentParser(usage=usage)
    parser.add_argument("--cases", type=int, default=10, help="how many are tried of each kind")
    parser.add_argument("--seed", type=int, default=1)
    return parser


class Place:
    """A folder with clicks, items and recipes, in which the program is run."""

    def __init__(self):
        # Who is no superuser runs the program here too.
        self.scratch = tempfile.TemporaryDirectory(prefix="towerbook-breaking-")
        self.folder = os.path.realpath(self.scratch.name)
        os.chmod(self.folder, 0o755)
        self.program = os.path.abspath(os.environ.get("TOWERBOOK", os.path.join(REPOSITORY, ".build/debug/towerbook")))
        self.findings = []
        self.write("c.csv", "user,item,ts\n" + "".join(self.clicks(60, 12)))
        self.write("new.csv", "user,item,ts\n" + "".join(self.clicks(20, 4, 1_600_000_000)))
        self.write("items.csv", "item,cat\n" + "".join(f"{1000 + item},{item // 10}\n" for item in range(40)))
        for name, text in RECIPES.items():
            self.write(name, text)
        shutil.copy(os.path.join(REPOSITORY, "recipes/quickstart.yaml"), self.path("quickstart.yaml"))

    @staticmethod
    def clicks(users, most, start=1_500_000_000):
        for turn in range(most):
            for user in range(1, users + 1):
                if turn < 3 + user % (most - 2):
                    item = 1000 + (user % 4 * 10 + (user * 3 + turn * turn + turn) % 10)
                    yield f"{user},{item},{start + turn * 977 + user * 7}\n"

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb" if isinstance(data, bytes) else "w") as file:
            file.write(data)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def start(self, *arguments, before=None):
        """Starts the program; `before` is called in the child."""
        return subprocess.Popen(
            [self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, preexec_fn=before, text=True, errors="replace",
        )

    def end(self, process, what):
        """Its code and what it said; one that hangs is a finding, and so is one that crashed."""
        try:
            output, errors = process.communicate(timeout=SLOWEST)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            self.note(f"{what}: it hangs; it had said {errors[-300:]!r}")
        if process.returncode in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL, -signal.SIGABRT, -signal.SIGFPE, -signal.SIGTRAP):
            self.note(f"{what}: it crashed with signal {-process.returncode}: {errors[-1500:]!r}")
        return process.returncode, output, errors

    def run(self, *arguments, codes=(0,), what=None, before=None):
        """Runs it to its end; a code that is none of `codes` is a finding. Gives the code, what it printed, and what it said."""
        what = what or " ".join(arguments)
        code, output, errors = self.end(self.start(*arguments, before=before), what)
        if code not in codes:
            self.note(f"{what}: code {code}: {errors[-600:]!r}")
        return code, output, errors

    def note(self, text):
        self.findings.append(text)
        print(f"FOUND {text}", file=sys.stderr, flush=True)

    # --- what came out

    def tree(self, folder):
        """Every file below `folder` and its bytes; what tells times, dates and names of runs is masked in texts."""
        files = {}
        for path, _, names in os.walk(self.path(folder)):
            for name in names:
                whole = os.path.join(path, name)
                relative = os.path.relpath(whole, self.path(folder))
                if name in ("log.jsonl", ".progress.json") or not os.path.isfile(whole):
                    continue
                with open(whole, "rb") as file:
                    files[relative] = masked(relative, file.read())
        return files

    def compare(self, expected, folder, what):
        """Every difference of the files in `folder` from those that are expected is a finding."""
        found = self.tree(folder)
        for name in sorted(expected.keys() | found.keys()):
            if name not in found or name not in expected:
                self.note(f"{what}: {'no' if name in expected else 'another'} file {name}")
            elif found[name] != expected[name]:
                self.note(f"{what}: {name} is another: {first_difference(expected[name], found[name])}")

    def leftovers(self, folder, what, is_over=True):
        """Whatever is half-written in `folder` or below is a finding; and so are checkpoints, where the run is over."""
        for path, folders, names in os.walk(self.path(folder)):
            for name in folders + names:
                # A run that was killed between the last two things it does keeps what it said of its progress, which nobody reads.
                is_idle = name == ".progress.json" and "report.json" in names
                if not is_idle and (name.startswith((".filling-", ".removed-", ".progress.json")) or name.endswith(".tmp")):
                    self.note(f"{what}: {os.path.join(os.path.relpath(path, self.folder), name)} is left")
        checkpoints = self.path(os.path.join(folder, ".cache/checkpoints"))
        for name in os.listdir(checkpoints) if is_over and os.path.isdir(checkpoints) else []:
            self.note(f"{what}: the checkpoint {name} is left")

    def done(self, text):
        print(f"{text}; {len(self.findings)} findings")
        sys.exit(1 if self.findings else 0)


TIMED = re.compile(rb"(?<![\w.])[0-9][0-9.,]*(?:e-?[0-9]+)?\xc2?\xa0? ?(?:ms|s|min|h|\xc2\xb5s|us)\b")
DATED = re.compile(rb"20[0-9]{2}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z| UTC)?")
NAMED = re.compile(rb"20[0-9]{6}-[0-9]{6}-[0-9]+(?:-[0-9]+)?")
TIMED_ROW = re.compile(rb"\| *(?:Milliseconds|Seconds) [^\n]*")
COUNTED = re.compile(rb"\*DATE: [^*\n]*\*")
TIMES = re.compile(rb"TIME(?: TIME)+")
CACHED = re.compile(rb"\*(?:Taken from the cache; c|C)omputed in TIME\.\*")
SHARED = re.compile(rb"took [0-9.]+ % of the time")
RATED = re.compile(rb"(?<![\w.])[0-9][0-9.,]*(?: million| thousand)? (?:samples|rows|queries|users|requests|items|clicks) (?:a|per) second")


def masked(name, data):
    """The content of a file without what hangs on the clock and on the cache."""
    if name.endswith("report.json") and "study" not in name:
        record = json.loads(data)
        record.pop("digest", None)  # of times too
        return json.dumps(masked_record(record), sort_keys=True).encode()
    if name.endswith("metrics.json"):
        values = json.loads(data)
        return json.dumps({key: value for key, value in values.items() if not key.endswith("_ms")}, sort_keys=True).encode()
    if not name.endswith((".md", ".yaml", ".json", ".svg", ".html", ".csv")) or name.endswith("candidates.csv"):
        return data
    for pattern, word in ((TIMED_ROW, b"TIMED"), (DATED, b"DATE"), (NAMED, b"RUN"), (TIMED, b"TIME"), (TIMES, b"TIME"), (RATED, b"RATE"), (COUNTED, b"COUNTED"), (CACHED, b"COMPUTED"), (SHARED, b"took a share")):
        data = pattern.sub(word, data)
    # A table is as wide as the times in it.
    return re.sub(rb"-{2,}", b"--", re.sub(rb" {2,}", b" ", data)) if name.endswith(".md") else data


def masked_record(value):
    if isinstance(value, dict):
        if str(value.get("name", "")).endswith("_ms"):
            return value["name"]
        left_out = ("date", "directory", "seconds", "isCached", "command", "cachedCells", "computedCells", "run", "record")
        return {key: masked_record(part) for key, part in value.items() if key not in left_out}
    if isinstance(value, list):
        if value and isinstance(value[0], dict) and str(value[0].get("text", "")).startswith(("{'_0': 'Milliseconds", "{'_0': 'Seconds")):
            return value[0]
        return [masked_record(part) for part in value]
    return masked("x.md", value.encode()).decode() if isinstance(value, str) else value


def first_difference(expected, found):
    place = next((n for n, (a, b) in enumerate(zip(expected, found)) if a != b), min(len(expected), len(found)))
    start = max(0, place - 60)
    return f"at byte {place} of {len(expected)} and {len(found)}: {expected[start:place + 60]!r} and {found[start:place + 60]!r}"


def clear(path):
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        shutil.rmtree(path)


def seconds_of(action):
    start = time.monotonic()
    action()
    return time.monotonic() - start


def generator(seed, *words):
    """Draws of a case's own, so that it can be tried again alone."""
    return random.Random(f"{seed} {words}")
