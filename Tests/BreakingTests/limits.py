#!/usr/bin/env python3
"""Gives the program inputs of sizes that are beyond all sense, and looks that it refuses them, or gets them right, in bounds.

usage: limits.py [--only WORDS] [--scale whole|small]

A recipe of 100 MB, aliases that multiply, nesting, a line of a gigabyte, headers that claim 2^31 rows and more, a thousand parameters
in a thousand cells; a run, a check, the report of a stranger. Each has a bound on memory (address space and what is resident) and on
time, far above what is needed; what is refused is told with what to do, in few words. --only: some of recipes lines headers sweeps
memory, of which the last is left out of a small scale.
"""

import collections
import json
import os
import resource
import signal
import struct
import subprocess
import time

from breaking import CELLS, DATA, Place, clear, options

parser = options("limits.py [--only WORDS] [--scale whole|small]")
parser.add_argument("--only", default="recipes lines headers sweeps memory")
parser.add_argument("--scale", default="whole", choices=["whole", "small"])
arguments = parser.parse_args()
place = Place()
counts = collections.Counter()
IS_WHOLE = arguments.scale == "whole"
MB = 1 << 20


def attempt(what, *words, codes=(2,), megabytes=1500, seconds=120, says=()):
    """Runs the program in no more than so much resident memory and time; what it said."""
    counts["tried"] += 1
    start = time.monotonic()
    process = subprocess.Popen([place.program, *words], cwd=place.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, errors="replace")
    # What it says is read as it comes, and what it takes is told by its end.
    timer = subprocess.Popen(["sh", "-c", f"sleep {seconds}; kill -9 {process.pid} 2>/dev/null"], start_new_session=True)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    os.killpg(timer.pid, signal.SIGKILL)
    timer.wait()
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    took = time.monotonic() - start
    resident = used.ru_maxrss / 1024
    print(f"{what}: code {code}, {took:.1f} s, {resident:.0f} MB", flush=True)
    if code not in codes:
        place.note(f"{what}: code {code}: {errors[-500:]!r}")
    if took > seconds:
        place.note(f"{what}: it takes more than {seconds} s")
    if resident > megabytes:
        place.note(f"{what}: it takes {resident:.0f} MB, at most {megabytes} were expected")
    if len(errors) > 40_000:
        place.note(f"{what}: it says {len(errors)} characters")
    if code in (1, 2) and not errors.strip():
        place.note(f"{what}: it says nothing")
    for word in says:
        if word not in errors:
            place.note(f"{what}: it does not say {word!r}: {errors[:300]!r}")
    return errors


def written(name, pieces):
    with open(place.path(name), "wb") as file:
        for piece in pieces:
            file.write(piece if isinstance(piece, bytes) else piece.encode())
    return name


# --- recipes

def recipes():
    whole = place.read("r.yaml").decode()
    size = 100 if IS_WHOLE else 5
    line = "# " + "x" * 97 + "\n"
    attempt("a recipe of 100 MB", "check", written("big.yaml", [whole, *[line * 10_000] * size]), says=["MiB"])
    attempt("a recipe of 100 MB in one line", "run", written("long.yaml", [whole, "title: ", *["y" * MB] * size, "\n"]))
    attempt("a report of 100 MB", "run", written("big.md", ["# r\n", *["z" * MB] * size, "\n"]))
    bomb = "x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
        f"x-{chr(ord('a') + n + 1)}: &{chr(ord('a') + n + 1)} [{', '.join(['*' + chr(ord('a') + n)] * 10)}]\n" for n in range(9))
    attempt("aliases that come to 10^10", "check", written("bomb.yaml", [bomb, whole]), says=["100000"])
    refers = "".join(f"x-{n + 1}: '{'${x-%d}' % n * 10}'\n" for n in range(12))
    attempt("references that come to 10^12", "check", written("refers.yaml", ["x-0: aaaaaaaaaa\n", refers, whole.replace("seed: 7", "seed: '${x-12}'")]))
    for opening, closing, name in (("[", "]", "lists"), ("{a: ", "}", "mappings")):
        attempt(f"100,000 {name} in each other", "check", written("deep.yaml", ["x-a: ", opening * 100_000, closing * 100_000, "\n", whole]))
    attempt("blocks of 10,000 levels", "check", written("blocks.yaml", [*[" " * n + "a:\n" for n in range(1, 1500)], whole]))
    attempt("a circle of extends", "check", written("circle.yaml", ["extends: circle.yaml\n"]), says=["circle.yaml"])
    written("wide.yaml", ["extends: [", ", ".join(["r.yaml"] * 500), "]\n"])
    attempt("500 recipes extended", "check", "wide.yaml", codes=(0, 2))
    attempt("a key of 4 MB", "check", written("key.yaml", ["k" * (3 * MB), ": 1\n", whole]))
    attempt("50,000 unknown keys", "check", written("keys.yaml", [whole, "x-1: 2\n", *[f"k{n}: 1\n" for n in range(50_000)]]))
    attempt("50,000 settings of a cell", "check", written("settings.yaml", [whole.replace("epochs: 6", "epochs: 6\n" + "".join(f"  k{n}: 1\n" for n in range(50_000)))]))
    attempt("a history longer than 32 bits tell", "check", "r.yaml", "encode.max_seq_len=4294967296", says=["max_seq_len"])
    attempt("an infinite learning rate", "check", "r.yaml", "train.learning_rate=.inf", says=["learning_rate"])
    attempt("a learning rate that is no number", "check", "r.yaml", "train.learning_rate=.nan", says=["learning_rate"])


# --- lines

def lines():
    megabytes = 1024 if IS_WHOLE else 64
    # The file is mapped, so that what is looked at counts as resident, and goes again when memory is short.
    bound = dict(megabytes=3 * megabytes + 700, seconds=300, codes=(0, 1, 2))
    recipe = DATA.replace("items: items.csv ", "").replace(", items: items.csv", "").replace("  item_columns: { item: item, category: cat }\n", "")
    rows = place.read("c.csv").decode()
    long = [b"q" * MB] * megabytes
    files = {
        "an id of 1 GB": ("csv", [rows, "7,", *long, ",1500000000\n"]),
        "a row of 1 GB in quotes that do not end": ("csv", [rows, "7,\"", *long]),
        "a header of 1 GB": ("csv", ["user,item,ts,", *long, "\n", *rows.split("\n", 1)[1]]),
        "500 million empty fields": ("csv", [rows, "7,8,1500000000", *[b"," * MB] * (megabytes // 2), "\n"]),
        "a line of JSON of 1 GB": ("jsonl", ['{"user": 1, "item": "', *long, '", "ts": 1500000000}\n']),
        "brackets of 1 GB": ("jsonl", ['{"user": ', *[b"[" * MB] * megabytes, "\n"]),
        "a gigabyte of line ends": ("csv", [rows, *[b"\n" * MB] * megabytes]),
        "a gigabyte of zeros": ("csv", [rows, *[b"\0" * MB] * megabytes]),
    }
    for what, (ending, pieces) in files.items():
        name = written(f"long.{ending}", pieces)
        place.write("long.yaml", recipe.replace("c.csv", name) + CELLS + "train: { epochs: 1 }\nindex:\n")
        attempt(what, "run", "long.yaml", "--output", "long", "--cache", "long-cache", "-q", **bound)
        for left in (name, "long", "long-cache"):
            clear(place.path(left))


# --- headers that claim

def npy(shape, dtype="<f4"):
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    head += " " * (64 - (10 + len(head) + 1) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + b"\0" * 64


def safetensors(entries):
    head = json.dumps(entries).encode()
    return struct.pack("<Q", len(head)) + head + b"\0" * 64


def headers():
    bound = dict(codes=(1, 2), megabytes=600, seconds=60)
    recipe = place.read("r.yaml").decode()
    with_vectors = recipe.replace("items: items.csv }", "items: items.csv, vectors: v.npy, vector_ids: ids.npy }").replace(
        "max_seq_len: 10", "max_seq_len: 10, item_vectors: frozen")
    place.write("vectors.yaml", with_vectors)
    for shape in ("(2147483648, 64)", "(4294967296, 4294967296)", "(9223372036854775807, 2)", "(-1, 4)", "(2147483647,)", "()"):
        place.write("v.npy", npy(shape))
        place.write("ids.npy", npy("(40,)", "<i8"))
        attempt(f".npy that claims {shape}", "run", "vectors.yaml", "--output", "v", "--cache", "v-cache", "-q", says=["v.npy"], **bound)
    place.run("run", "r.yaml", "--output", "base", "--cache", "base-cache", "-q")
    weights = place.read("base/model/weights.safetensors")
    for name, data in {
        "a header of 2^63 bytes": struct.pack("<Q", 1 << 63) + weights[8:],
        "a header as long as 2^31": struct.pack("<Q", 1 << 31) + weights[8:],
        "2^31 rows": safetensors({"a": {"dtype": "F32", "shape": [1 << 31, 64], "data_offsets": [0, 1 << 39]}}),
        "sizes that overflow": safetensors({"a": {"dtype": "F32", "shape": [1 << 62, 1 << 62], "data_offsets": [0, 64]}}),
        "an end before its beginning": safetensors({"a": {"dtype": "F32", "shape": [4], "data_offsets": [64, 0]}}),
    }.items():
        clear(place.path("theirs"))
        subprocess.run(["cp", "-r", place.path("base/model"), place.path("theirs")], check=True)
        os.chmod(place.path("theirs/weights.safetensors"), 0o644)
        place.write("theirs/weights.safetensors", data)
        attempt(f"safetensors with {name}", "recommend", "theirs", "--user", "1", **bound)


# --- sweeps

def sweeps():
    number = 1000 if IS_WHOLE else 150
    cells = "".join(f"eval as e{n}: {{ k: [5] }}\n" for n in range(number))
    head = DATA + CELLS + "train: { epochs: 1, batch_size: 64, validation: {} }\nindex:\n" + cells
    sweep = "sweep:\n  method: random\n  metric: train.validation_ndcg@20\n  run_cap: 1\n  parameters:\n"
    place.write("many.yaml", head + sweep + "".join(f"    e{n}.seed: {{ values: [1, 2, 3] }}\n" for n in range(number)))
    attempt("a parameter in each of a thousand cells", "check", "many.yaml", codes=(0,), seconds=60)
    wrong = "".join(f"    e{n}.seed: {{ values: [1, -{n + 1}] }}\n" for n in range(number))
    place.write("wrong.yaml", head + sweep + wrong)
    attempt("a thousand parameters with a wrong value", "check", "wrong.yaml", seconds=120, says=["e0.seed=-1 cannot run", "more problems like these"])
    # One value after another of what all cells hang on: much work, which ends when it is told to.
    place.write("slow.yaml", head + sweep + f"    config.seed: {{ values: {list(range(20_000))} }}\n")
    for number in (signal.SIGINT, signal.SIGTERM):
        process = place.start("check", "slow.yaml")
        time.sleep(3)
        process.send_signal(number)
        start = time.monotonic()
        code, _, errors = place.end(process, f"a check that is sent {number.name}")
        counts["tried"] += 1
        if code != 128 + number or time.monotonic() - start > 30:
            place.note(f"a check that is sent {number.name}: code {code} after {time.monotonic() - start:.1f} s: {errors[-200:]!r}")


# --- memory

def memory():
    """Runs in hardly more address space than loading the program takes, where every few bytes are refused somewhere else."""
    if not IS_WHOLE:
        return

    def end(kilobytes, *words):
        # A shell's limit: what Python does between fork and exec would be bound by it too.
        command = ["sh", "-c", f'ulimit -v {kilobytes}; exec "$0" "$@"', place.program, *words]
        environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}
        try:
            process = subprocess.run(command, cwd=place.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                     errors="replace", timeout=120, env=environment)
        except subprocess.TimeoutExpired:
            return "no end in two minutes", ""
        return process.returncode, process.stderr

    least, enough = 10_000, 4_000_000
    while enough - least > 100:
        middle = (least + enough) // 2
        if end(middle, "--version")[0] == 0:
            enough = middle
        else:
            least = middle
    ends = collections.Counter()
    for turn in range(150):
        clear(place.path("o"))
        kilobytes = enough + 300 + 100 * turn
        code, errors = end(kilobytes, "run", "r.yaml", "--output", "o", "--cache", "o-cache", "-q")
        counts["tried"] += 1
        ends[code] += 1
        if code not in (0, 1, 2) or (code > 0 and "memory" not in errors):
            place.note(f"{kilobytes} KB of address space: {code}: {errors[-300:]!r}")
    print(f"from {enough + 300} KB of address space on: " + ", ".join(f"{n} ended with {code}" for code, n in ends.items()), flush=True)
    if not ends[1]:
        place.note("no run lacked memory")


resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
for word in arguments.only.split():
    {"recipes": recipes, "lines": lines, "headers": headers, "sweeps": sweeps, "memory": memory}[word]()
place.done(f"{counts['tried']} tried")
