#!/usr/bin/env python3
"""Runs recipes in other circumstances, and compares every byte of what they give.

usage: sameness.py [--only WORDS] [--scale whole|small] [--recipes NAMES]

Two processes, two folders, two time zones, two locales, 1, 2 and 3 threads, another umask, a small stack, no home and no terminal: the
models, vectors, candidates, metrics and reports must be the same, but for times, dates and the number of threads. Then other
instruction sets, by the switches that oneDNN, OpenBLAS and the C library have, and, where valgrind is there, on a processor without
AVX-512: how far the results are from each other is printed, and it must not be far. --only: some of ways sets processor.
"""

import collections
import json
import os
import re
import shutil
import struct
import subprocess

from breaking import Place, clear, options

parser = options("sameness.py [--only WORDS] [--scale whole|small] [--recipes NAMES]")
parser.add_argument("--only", default="ways sets processor")
parser.add_argument("--scale", default="whole", choices=["whole", "small"])
parser.add_argument("--recipes", default="quickstart.yaml hard.yaml r.yaml", help="some of: quickstart.yaml hard.yaml r.yaml")
arguments = parser.parse_args()
place = Place()
counts = collections.Counter()

SMALL = ["config.data.synthetic.users=300", "config.data.synthetic.items=200", "config.data.synthetic.clicks=5000", "train.epochs=2",
         "eval.expect=null"]
RECIPES = {name: SMALL if name == "quickstart.yaml" and arguments.scale == "small" else [] for name in arguments.recipes.split()}
# Locales that are not installed are set all the same: a program that asks for one gets none, or one.
WAYS = {
    "a second process": {},
    "the time zone Asia/Kathmandu": {"TZ": "Asia/Kathmandu"},
    "the time zone America/St_Johns": {"TZ": "America/St_Johns"},
    "the locale tr_TR": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "the locale de_DE": {"LC_ALL": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8"},
    "the locale C": {"LC_ALL": "C"},
    "no home and another user's name": {"HOME": "/nonexistent", "USER": "nobody", "LOGNAME": "nobody"},
    "hashes of another seed": {"SWIFT_DETERMINISTIC_HASHING": "1"},
    "1 thread": {"threads": 1},
    "2 threads": {"threads": 2},
    "3 threads": {"threads": 3},
    "threads of OpenMP and OpenBLAS": {"OMP_NUM_THREADS": "3", "OPENBLAS_NUM_THREADS": "2"},
}
SETS = {
    "oneDNN's AVX2": {"ONEDNN_MAX_CPU_ISA": "AVX2", "DNNL_MAX_CPU_ISA": "AVX2"},
    "oneDNN's SSE4.1": {"ONEDNN_MAX_CPU_ISA": "SSE41", "DNNL_MAX_CPU_ISA": "SSE41"},
    "OpenBLAS's Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "the C library's AVX2": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX512CD,-AVX512DQ"},
    "the C library's SSE2": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-FMA,-FMA4,-ERMS"},
}


def tree(base, folder):
    """The files of a run without what tells of threads, and of where it stands: records call a file by its whole path."""
    found = {}
    for name, data in place.tree(f"{base}/{folder}").items():
        if name.endswith((".md", ".json")):
            data = re.sub(rb"(Threads[^0-9]{1,20})[0-9]+", rb"\1N", data)
            here = place.path(base) if base != "." else place.folder
            for path in {here, json.dumps(here)[1:-1]}:
                data = data.replace(path.encode(), b"HERE")
        found[name] = data
    return found


def run(recipe, settings, what, environment=None, base=".", before=(), program=None):
    """A run without a cache in the folder `base`; the files it leaves."""
    environment = dict(environment or {})
    threads = environment.pop("threads", None)
    for name in ("made", "kept"):
        clear(place.path(f"{base}/{name}"))
    words = [*before, program or place.program, "run", recipe, *settings, "--output", "made", "--cache", "kept", "-q"]
    if threads:
        words += ["--threads", str(threads)]
    done = subprocess.run(words, cwd=place.path(base), env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, errors="replace", timeout=1800)
    if done.returncode != 0:
        place.note(f"{what}: code {done.returncode}: {done.stderr[-400:]!r}")
    return tree(base, "made")


def compare(expected, found, what):
    counts["ways"] += 1
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            a, b = expected.get(name), found.get(name)
            first = next((n for n, (x, y) in enumerate(zip(a or b"", b or b"")) if x != y), 0)
            place.note(f"{what}: {name} differs at {first}: {(a or b'')[max(0, first - 60):first + 40]!r} and {(b or b'')[max(0, first - 60):first + 40]!r}")


def ways():
    for recipe, settings in RECIPES.items():
        expected = run(recipe, settings, recipe)
        for way, environment in WAYS.items():
            compare(expected, run(recipe, settings, f"{recipe} with {way}", environment), f"{recipe} with {way}")
        # Another folder, deeper and with other characters.
        far = "a far/place with ü and spaces/deep"
        for name in (recipe, "c.csv", "items.csv"):
            place.write(f"{far}/{name}", place.read(name))
        compare(expected, run(recipe, settings, f"{recipe} in another folder", base=far), f"{recipe} in another folder")
        compare(expected, run(recipe, settings, f"{recipe} with a umask", before=["sh", "-c", 'umask 077; ulimit -s 512; exec "$0" "$@"']), f"{recipe} with a umask and a small stack")


# --- other instruction sets

def floats(data):
    return struct.unpack(f"<{len(data) // 4}f", data)


def vectors(files):
    """The numbers of all arrays of 32-bit floats in a run, by name."""
    found = {}
    for name, data in files.items():
        if name.endswith(".npy") and data[:6] == b"\x93NUMPY":
            start = 10 + int.from_bytes(data[8:10], "little")
            if b"<f4" in data[:start]:
                found[name] = floats(data[start:])
        elif name.endswith(".safetensors") and len(data) > 8:
            length = int.from_bytes(data[:8], "little")
            for key, entry in json.loads(data[8:8 + length]).items():
                if key != "__metadata__" and entry["dtype"] == "F32":
                    first, last = entry["data_offsets"]
                    found[f"{name} {key}"] = floats(data[8 + length + first:8 + length + last])
    return found


def distance(expected, found, what):
    """How far two runs are from each other: the largest difference of a number in units of the largest of its array, of metrics."""
    counts["sets"] += 1
    a, b = vectors(expected), vectors(found)
    if a.keys() != b.keys():
        return place.note(f"{what}: other arrays: {sorted(a.keys() ^ b.keys())}")
    most, where = 0.0, "none"
    for name in a:
        if len(a[name]) != len(b[name]):
            place.note(f"{what}: {name} has another size")
            continue
        scale = max(map(abs, a[name]), default=0) or 1
        furthest = max((abs(x - y) for x, y in zip(a[name], b[name])), default=0) / scale
        if furthest > most:
            most, where = furthest, name
    values = [json.loads(files["metrics.json"]) for files in (expected, found)]
    moved = {name: abs((values[0][name] or 0) - (values[1].get(name) or 0)) for name in values[0]}
    name, furthest = max(moved.items(), key=lambda pair: pair[1])
    differing = [name for name in expected if expected[name] != found.get(name)]
    print(f"{what}: {len(differing)} of {len(expected)} files differ; numbers by {most:.2g} of their array's largest ({where}); metrics by "
          f"{furthest:.2g}{f' ({name})' if furthest else ''}", flush=True)
    # A training amplifies what one rounding makes, Adam's steps most where a gradient is nearly none; more than this is no rounding.
    if most > 0.05:
        place.note(f"{what}: numbers differ by {most}")


def sets():
    for recipe, settings in RECIPES.items():
        # Steps amplify what one rounding makes: after the thousands of this one weights are others, as if by another seed. So few say
        # whether it is roundings that differ.
        if recipe == "quickstart.yaml":
            settings = settings + ["train.early_stopping=null", "train.epochs=1", "train.batch_size=30000", "eval.expect=null"]
        expected = run(recipe, settings, recipe)
        for what, environment in SETS.items():
            distance(expected, run(recipe, settings, f"{recipe} with {what}", environment), f"{recipe} with {what}")


def processor():
    """On a processor without AVX-512, which valgrind makes up; slow, so that only a small training is done."""
    if not shutil.which("valgrind"):
        return print("there is no valgrind: no other processor is tried")
    if "avx512f" not in open("/proc/cpuinfo").read():
        return print("this processor has no AVX-512: there is no other to try")
    # It chokes on Swift's symbols.
    subprocess.run(["strip", "-o", place.path("towerbook"), place.program], check=True)
    for recipe in [name for name in RECIPES if name != "quickstart.yaml"]:
        expected = run(recipe, ["train.epochs=1"], recipe)
        command = ["valgrind", "--tool=none", "-q", "--max-stackframe=8000000"]
        distance(expected, run(recipe, ["train.epochs=1"], f"{recipe} without AVX-512", before=command, program=place.path("towerbook")), f"{recipe} without AVX-512")


for word in arguments.only.split():
    {"ways": ways, "sets": sets, "processor": processor}[word]()
place.done(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
