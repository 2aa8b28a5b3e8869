#!/usr/bin/env python3
"""Fills small disks at every size, takes rights away, and changes files under a run that reads them.

usage: full_disk.py [--cases SIZES] [--seed N] [--only WORDS]

Needs a mount namespace of its own for the disks, which it says and leaves out where it may have none. --cases is how many sizes are
tried of each workload, from a few pages to what the workload takes.
"""

import collections
import os
import re
import shutil
import subprocess
import sys
import threading
import time

from breaking import CELLS, Place, clear, generator, options

parser = options("full_disk.py [--cases SIZES] [--seed N] [--only WORDS]")
parser.add_argument("--only", default="disk rights changes", help="some of: disk rights changes")
arguments = parser.parse_args()
may_mount = os.environ.get("TOWERBOOK_MOUNTS") == "1"
if not may_mount:
    # A namespace of mounts of its own goes with the process, whatever becomes of that.
    probe = ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"]
    if shutil.which("unshare") and subprocess.run(probe, capture_output=True).returncode == 0:
        os.environ["TOWERBOOK_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", "-m", sys.executable, *sys.argv])
place = Place()
counts = collections.Counter()


def mount(what, *more):
    subprocess.run(["mount", *more, "-t", "tmpfs", "-o", what, "tmpfs", place.path("disk")], check=True)


def fresh_disk(what):
    subprocess.run(["umount", "-q", "-l", place.path("disk")], capture_output=True)
    mount(what)


def used(folder):
    words = os.statvfs(place.path(folder))
    return (words.f_blocks - words.f_bfree) * words.f_frsize


# --- a disk that is full

FULL = re.compile(r"[Nn]o space left|disk is full|disk I/O error|No such device|Disk quota")
NAMED = re.compile(r"'?[\w./-]*disk[\w./-]*'?")


class Work:
    """A command that writes to the disk, and what it should leave there."""

    def __init__(self, name, words, result, prepare=None):
        self.name, self.words, self.result, self.prepare = name, words, result, prepare
        fresh_disk("size=1g")
        if prepare:
            prepare()
        place.run(*words, what=f"{name} with room")
        self.expected = place.tree(result) if os.path.isdir(place.path(result)) else place.read(result)
        self.size = used("disk")

    def check(self, what):
        if not os.path.exists(place.path(self.result)):
            place.note(f"{what}: there is no {self.result}")
        elif isinstance(self.expected, bytes):
            if place.read(self.result) != self.expected:
                place.note(f"{what}: {self.result} is another")
        else:
            place.compare(self.expected, self.result, what)

    def attempt(self, limit, what):
        fresh_disk(limit)
        if self.prepare:
            self.prepare()
        code, _, errors = place.run(*self.words, codes=(0, 1, 2), what=what)
        counts[f"{self.name} {'full' if code else 'enough'}"] += 1
        if code == 0:
            self.check(what)
        else:
            last = errors.strip().splitlines()[-1] if errors.strip() else ""
            if not FULL.search(errors) or not NAMED.search(errors):
                place.note(f"{what}: it does not say which file, and why: {last!r}")
            if os.path.exists(place.path(self.result)) and self.name != "sweep":
                place.note(f"{what}: {self.result} is there")
        if code and self.name != "sweep":
            place.leftovers("disk/o" if self.name == "run" else "disk", what, is_over=False)
        subprocess.run(["mount", "-o", "remount,size=1g,nr_inodes=100k", place.path("disk")], check=True)
        if code:
            place.run(*self.words, what=f"{what}, then with room")
            self.check(f"{what}, then with room")


def sizes(size):
    """From one page to what is needed, closer to each other where less is needed."""
    pages = size // 4096 + 3
    return sorted({1 + round((pages - 1) * (n / arguments.cases) ** 1.5) for n in range(arguments.cases)})


def filled_disks():
    if not may_mount:
        return print("disks that are full: left out, as no disk may be mounted here")
    os.makedirs(place.path("disk"), exist_ok=True)
    place.run("run", "r.yaml", "--output", "base", "--cache", "base-cache", "-q")
    works = [
        lambda: Work("run", ["run", "r.yaml", "--outputs", "disk/o", "-q"], "disk/o/r/latest"),
        lambda: Work("html", ["report", "base", "--output", "disk/report.html"], "disk/report.html"),
        lambda: Work("update", ["update", "base/model", "new.csv", "--output", "disk/m", "--epochs", "1"], "disk/m"),
        lambda: Work("sweep", ["sweep", "s.yaml", "--output", "disk/study", "--cache", "disk/o", "-q"], "disk/study/best.yaml"),
    ]
    for make in works:
        work = make()
        for pages in sizes(work.size):
            work.attempt(f"size={pages * 4}k", f"{work.name} on a disk of {pages * 4} kB")
        for nodes in sorted({3, 5, 8, 12, 17, 25, 40, 60}):
            work.attempt(f"size=1g,nr_inodes={nodes}", f"{work.name} on a disk of {nodes} files")
    subprocess.run(["umount", "-q", "-l", place.path("disk")], capture_output=True)


# --- no rights

NOBODY = 65534


def as_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def refused(words, reason, what, before=None):
    counts["rights"] += 1
    code, _, errors = place.run(*words, codes=(1, 2), what=what, before=before)
    last = errors.strip().splitlines()[-1] if errors.strip() else ""
    if reason not in last or "'" not in last:
        place.note(f"{what}: it does not say which file, and why: {last!r}")


def rights():
    if may_mount:
        os.makedirs(place.path("disk"), exist_ok=True)
        fresh_disk("size=64m")
        place.run("run", "r.yaml", "--outputs", "disk/o", "-q")
        before = place.tree("disk/o/r/latest")
        subprocess.run(["mount", "-o", "remount,ro", place.path("disk")], check=True)
        read_only = "Read-only file system"
        refused(["run", "r.yaml", "--outputs", "disk/o"], read_only, "a run on a disk that is only read")
        refused(["run", "r.yaml", "--outputs", "disk/new"], read_only, "a new folder on a disk that is only read")
        refused(["run", "r.yaml", "--outputs", "own", "--cache", "disk/o/.cache"], read_only, "a cache that is only read")
        refused(["sweep", "s.yaml", "--output", "disk/s"], read_only, "a sweep on a disk that is only read")
        refused(["cache", "prune", "--all", "--cache", "disk/o/.cache"], read_only, "a prune on a disk that is only read")
        refused(["update", "disk/o/r/latest/model", "new.csv", "--output", "disk/m"], read_only, "an update on a disk that is only read")
        for words in (["runs", "--outputs", "disk/o"], ["report", "disk/o/r/latest", "--output", "x.html"],
                      ["recommend", "disk/o/r/latest/model", "--user", "1"]):
            counts["rights"] += 1
            place.run(*words, what=f"{words[0]} of a disk that is only read")
        place.compare(before, "disk/o/r/latest", "a disk that is only read")
        subprocess.run(["umount", "-q", "-l", place.path("disk")], capture_output=True)
    if os.geteuid() != 0:
        return print("what another user owns: left out, as only root can be another one")
    probe = subprocess.run([place.program, "--version"], cwd=place.folder, preexec_fn=as_nobody, capture_output=True)
    if probe.returncode != 0:
        return print("what another user owns: left out, as others may not run the program where it stands")
    # Root's cache, which another user may read or may even add to.
    place.run("run", "r.yaml", "--outputs", "roots", "-q")
    expected = place.tree("roots/r/latest")
    os.makedirs(place.path("own"))
    os.chown(place.path("own"), NOBODY, NOBODY)
    shared = ["run", "r.yaml", "--outputs", "own/o", "--cache", "roots/.cache"]
    refused(shared, "Permission denied", "a cache of another user", as_nobody)
    refused(["run", "r.yaml", "--outputs", "roots"], "Permission denied", "outputs of another user", as_nobody)
    refused(["cache", "prune", "--all", "--cache", "roots/.cache"], "Permission denied", "a prune of another's cache", as_nobody)
    for folder, _, _ in os.walk(place.path("roots/.cache")):
        if os.path.basename(folder) in (".cache", "locks", "checkpoints"):
            os.chmod(folder, 0o777)
    code, _, errors = place.run(*shared, codes=(0, 1, 2), what="a cache of another user that all may add to", before=as_nobody)
    counts["rights"] += 1
    if code == 0:
        place.compare(expected, "own/o/r/latest", "a cache of another user that all may add to")
    # One of the entries is damaged, and cannot be taken away.
    for name in ("recall_candidates.csv", "model/weights.safetensors", "hnsw_index.bin", "faiss_index.bin"):
        for folder, _, names in os.walk(place.path("roots/.cache")):
            whole = os.path.join(folder, os.path.basename(name))
            if os.path.basename(name) in names:
                data = bytearray(open(whole, "rb").read())
                data[len(data) // 2] ^= 1
                os.chmod(whole, 0o644)
                open(whole, "r+b").write(data)
    clear(place.path("own/o"))
    code, _, errors = place.run(*shared, codes=(0, 1, 2), what="damage that cannot be taken away", before=as_nobody)
    counts["rights"] += 1
    if code == 0:
        place.compare(expected, "own/o/r/latest", "damage that cannot be taken away")
    elif "'" not in errors:
        place.note(f"damage that cannot be taken away: it does not say where: {errors[-300:]!r}")
    clear(place.path("own"))


# --- data that changes

FORMS = ["csv", "jsonl"]


def log(form, users, turns, shift):
    rows = (
        (user, 1000 + (user * 7 + turn * 13 + shift) % 400, 1_500_000_000 + turn * 9000 + user)
        for turn in range(turns)
        for user in range(users)
    )
    if form == "csv":
        return "user,item,ts\n" + "".join(f"{user},{item},{time}\n" for user, item, time in rows)
    return "".join(f'{{"user": {user}, "item": {item}, "ts": {time}}}\n' for user, item, time in rows)


class Moving:
    """A run that reads a log, two contents of that log, and what comes of each when it is left alone."""

    def __init__(self, form):
        self.file, self.recipe = f"moving.{form}", f"moving-{form}.yaml"
        self.words = ["run", self.recipe, "split.sample_users=200", "--output", "moving", "--cache"]
        place.write(
            self.recipe,
            f"config: {{ data: {{ path: ., clicks: {self.file} }}, columns: {{ user: user, item: item, time: ts }} }}\n" + CELLS,
        )
        self.texts = [log(form, 8_000, 12, shift).encode() for shift in (0, 5)]
        self.expected = []
        for text in self.texts:
            self.put(text)
            start = time.monotonic()
            place.run(*self.words, "undisturbed-cache", "-q")
            self.took = time.monotonic() - start
            self.expected.append(place.tree("moving"))
            clear(place.path("undisturbed-cache"))

    def put(self, text):
        clear(place.path(self.file))
        clear(place.path("moving"))
        place.write(self.file, text)

    def changed(self, action, delay, what):
        """Does something to the log while a run reads it. The run ends well or says what happened; and what it kept must not be
        taken for what comes of either content."""
        clear(place.path("moving-cache"))
        self.put(self.texts[0])
        process = place.start(*self.words, "moving-cache")
        time.sleep(delay)
        action(place.path(self.file), *self.texts)
        code, _, errors = place.end(process, what)
        counts["changes"] += 1
        if code not in (0, 1, 2):
            place.note(f"{what}: code {code}: {errors[-600:]!r}")
        if code in (1, 2) and self.file not in errors:
            place.note(f"{what}: it does not say which file: {errors[-300:]!r}")
        if code in (1, 2) and os.path.exists(place.path("moving/report.md")):
            place.note(f"{what}: it failed, and a run is there")
        for text, expected in zip(self.texts, self.expected):
            self.put(text)
            place.run(*self.words, "moving-cache", "-q", what=f"{what}, then undisturbed")
            place.compare(expected, "moving", f"{what}, then undisturbed")
        return code


def over(path, old, new):
    with open(path, "r+b") as file:
        file.write(new)


def renamed(path, old, new):
    with open(path + ".next", "wb") as file:
        file.write(new)
    os.rename(path + ".next", path)


def shorter(path, old, new):
    os.truncate(path, len(old) // 3)


def emptied(path, old, new):
    os.truncate(path, 0)


def longer(path, old, new):
    with open(path, "ab") as file:
        file.write(new.split(b"\n", 1)[1])


def filled(byte):
    def fill(path, old, new):
        with open(path, "r+b") as file:
            file.seek(len(old) // 3)
            file.write(byte * (len(old) // 2))

    fill.__name__ = f"filled with {byte!r}"
    return fill


def gone(path, old, new):
    os.unlink(path)


ACTIONS = [over, shorter, filled(b"9"), filled(b"\n"), renamed, emptied, filled(b'"'), longer, filled(b","), gone]


def changes():
    codes = collections.Counter()
    forms = [Moving(form) for form in FORMS]
    for number in range(arguments.cases):
        draw = generator(arguments.seed, "changes", number)
        moving = forms[number % len(forms)]
        action = ACTIONS[(number // len(forms)) % len(ACTIONS)]
        # Reading comes early in it.
        delay = moving.took * draw.random() ** 1.5
        codes[moving.changed(action, delay, f"{moving.file} that is {action.__name__} after {delay:.3f} s")] += 1
    print(f"data that changed while it was read: {dict(codes)}")


for word in arguments.only.split():
    {"disk": filled_disks, "rights": rights, "changes": changes}[word]()
place.done(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
