#!/usr/bin/env python3
"""Damages every file that a run, a sweep and a stopped training leave, in every way, and looks what becomes of it.

usage: damage.py [--cases DAMAGES] [--seed N] [--only WORDS]

Files of the cache, checkpoints: the next run must come to the same bytes. Runs, models, ledgers: whatever reads them says what is
wrong, or gives what it gave before; it never hangs, crashes, or gives something else.
"""

import collections
import os
import shutil
import signal
import socket
import subprocess
import time

from breaking import Place, clear, generator, options

parser = options("damage.py [--cases DAMAGES] [--seed N] [--only WORDS]")
parser.add_argument("--only", default="cache checkpoint run model study", help="some of: cache checkpoint run model study")
arguments = parser.parse_args()
place = Place()
counts = collections.Counter()


# --- ways to damage a file: each takes its path, draws, and other files of the same folder

def halved(path, draw, others):
    os.truncate(path, os.path.getsize(path) // 2)


def cut(path, draw, others):
    os.truncate(path, max(0, os.path.getsize(path) - draw.randrange(1, 9)))


def emptied(path, draw, others):
    os.truncate(path, 0)


def longer(path, draw, others):
    with open(path, "ab") as file:
        file.write(draw.randbytes(draw.randrange(1, 100)))


def flipped(path, draw, others):
    data = bytearray(open(path, "rb").read())
    if data:
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        open(path, "wb").write(data)


def zeroed(path, draw, others):
    data = bytearray(open(path, "rb").read())
    start = draw.randrange(max(1, len(data)))
    data[start:start + 512] = bytes(len(data[start:start + 512]))
    open(path, "wb").write(data)


def newer(path, draw, others):
    """As a later version might write it: a number of its head, or of its text, is another."""
    data = bytearray(open(path, "rb").read())
    digits = [n for n, byte in enumerate(data[:400]) if chr(byte).isdigit()]
    if digits:
        place = draw.choice(digits)
        data[place] = ord("9") if data[place] != ord("9") else ord("8")
        open(path, "wb").write(data)


def swapped(path, draw, others):
    """With another file of the same name, else with any."""
    same = [other for other in others if os.path.basename(other) == os.path.basename(path)] or others
    if same:
        other = draw.choice(same)
        os.rename(path, path + ".swap")
        os.rename(other, path)
        os.rename(path + ".swap", other)


def removed(path, draw, others):
    os.unlink(path)


def folder(path, draw, others):
    os.unlink(path)
    os.mkdir(path)


def pipe(path, draw, others):
    os.unlink(path)
    os.mkfifo(path)


def plug(path, draw, others):
    os.unlink(path)
    here = os.getcwd()
    os.chdir(os.path.dirname(path))  # A socket's path may have 107 bytes.
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(os.path.basename(path))
    os.chdir(here)


def circle(path, draw, others):
    os.unlink(path)
    os.symlink(os.path.basename(path), path)


def endless(path, draw, others):
    os.unlink(path)
    os.symlink("/dev/zero", path)


WAYS = [halved, cut, emptied, longer, flipped, flipped, zeroed, newer, swapped, removed, folder, pipe, plug, circle, endless]


def files_below(name):
    found = []
    for path, _, names in os.walk(place.path(name)):
        found += [os.path.join(path, one) for one in names if os.path.isfile(os.path.join(path, one))]
    return sorted(found)


def unlinked(name):
    """Files of a cache and of runs are one: here each is one of its own."""
    for path in files_below(name):
        os.chmod(path, 0o644)
        shutil.copy2(path, path + ".own")
        os.rename(path + ".own", path)


def restored(name):
    clear(place.path(name))
    shutil.copytree(place.path(name + ".whole"), place.path(name), symlinks=True)


def cases(name):
    """Damage done to a copy of what is in a folder: what it was. Every file has its turn, and every way."""
    os.rename(place.path(name), place.path(name + ".whole"))
    relative = [os.path.relpath(path, place.path(name + ".whole")) for path in files_below(name + ".whole")]
    draw = generator(arguments.seed, name)
    pairs = [(file, way) for file in relative for way in WAYS]
    draw.shuffle(pairs)
    # A file of each kind first.
    seen, first, later = set(), [], []
    for file, way in pairs:
        kind = (os.path.basename(file).lstrip("0123456789abcdef"), way)
        (later if kind in seen else first).append((file, way))
        seen.add(kind)
    for file, way in (first + later)[:arguments.cases]:
        restored(name)
        path = place.path(f"{name}/{file}")
        way(path, draw, [other for other in files_below(name) if other != path])
        counts[way.__name__] += 1
        yield f"{name}/{file} {way.__name__}"


def kept(what):
    """Keeps what a finding was made on."""
    target = f"/tmp/towerbook-damaged-{len(place.findings)}"
    clear(target)
    subprocess.run(["cp", "-a", place.folder, target], check=True)
    print(f"{what}: kept in {target}")


# --- what is damaged

def cache():
    words = ["run", "r.yaml", "--outputs", "o", "-q"]
    place.run(*words)
    expected = place.tree("o/r/latest")
    unlinked("o")
    clear(place.path("o/r"))
    for what in cases("o"):
        if "/locks/" in what:
            # Nobody can lock what is no file: the run says what stands in its way, and harms nothing.
            code, _, errors = place.run(*words, codes=(0, 1, 2), what=what)
            if code != 0:
                if "remove it and run again" not in errors:
                    place.note(f"{what}: it does not say what to do: {errors[-300:]!r}")
                continue
        else:
            place.run(*words, what=what)
        place.compare(expected, "o/r/latest", what)
        place.leftovers("o", what)
        # What was made again is whole.
        _, _, errors = place.run("cache", "list", "--outputs", "o", what=f"{what}, then listed")
    clear(place.path("o"))


def checkpoint():
    words = ["run", "hard.yaml", "--outputs", "stopped", "-q"]
    place.run(*words)
    expected = place.tree("stopped/hard/latest")
    for number in range(20):
        clear(place.path("stopped"))
        process = place.start(*words)
        folder = place.path("stopped/.cache/checkpoints")
        while process.poll() is None and not (os.path.isdir(folder) and any(name.endswith(".bundle") for name in os.listdir(folder))):
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        if place.end(process, "a run that is stopped")[0] == 130:
            break
    else:
        return place.note("no run could be stopped after a checkpoint")
    os.rename(place.path("stopped"), place.path("stopped.all"))
    shutil.copytree(place.path("stopped.all/.cache/checkpoints"), place.path("checkpoints"))
    for what in cases("checkpoints"):
        clear(place.path("stopped"))
        shutil.copytree(place.path("stopped.all"), place.path("stopped"), symlinks=True)
        clear(place.path("stopped/.cache/checkpoints"))
        subprocess.run(["cp", "-a", place.path("checkpoints"), place.path("stopped/.cache/checkpoints")], check=True)
        place.run(*words, what=what)
        place.compare(expected, "stopped/hard/latest", what)


def answers(commands):
    """What each command gives, without what hangs on the clock."""
    return [place.run(*words, codes=(0, 1, 2, 3)) for words in commands]


def readers(name, commands, is_believed=lambda code, output, errors: False):
    """Every command either gives what it gave before, or ends with 1 or 2 and a message."""
    before = answers(commands)
    for what in cases(name):
        for words, (code, output, _) in zip(commands, before):
            now = place.run(*words, codes=(0, 1, 2, 3), what=f"{what}: {words[0]}")
            if now[0] == 0 and now[1] != output and not is_believed(*now):
                place.note(f"{what}: {' '.join(words)} gives something else and says nothing: {now[1][:300]!r} {now[2][:300]!r}")
            if now[0] in (1, 2) and not now[2].strip():
                place.note(f"{what}: {' '.join(words)} ends with {now[0]} and says nothing")


def run():
    place.run("run", "r.yaml", "--outputs", "runs", "--cache", "runs-cache", "-q")
    place.run("run", "r.yaml", "train.epochs=3", "--outputs", "runs", "--cache", "runs-cache", "-q")
    unlinked("runs")
    commands = [
        ["runs", "--outputs", "runs"],
        ["diff", "r~1", "r", "--outputs", "runs"],
        ["report", "r", "--outputs", "runs", "--force", "--output", "shown.html"],
        ["report", "r~1", "--outputs", "runs", "--force", "--output", "shown.md"],
        ["runs", "export", "r", "r~1", "--outputs", "runs", "--format", "tensorboard", "--output", "board"],
    ]
    # A list leaves out a run whose record is damaged, and says so; a figure that is damaged ends a comparison, and what is missing
    # or of other clicks by the file's own word is not compared, which is said where the comparison would stand.
    said = ("damaged", "cannot read", "warning", "note", "record of another run")
    readers("runs", commands, lambda code, output, errors: any(word in errors for word in said) or "figures are not paired" in output)


def model():
    place.run("run", "r.yaml", "--output", "saved", "--cache", "saved-cache", "-q")
    clear(place.path("model"))
    shutil.copytree(place.path("saved/model"), place.path("model"))
    unlinked("model")
    commands = [
        ["recommend", "model", "--user", "1"],
        ["similar", "model", "--item", "1003"],
    ]
    readers("model", commands)
    # Not asked to verify, it may believe a digit that was changed, but must neither crash nor hang.
    for what in cases_again("model"):
        for words in (["recommend", "model", "--user", "1", "--no-verify"], ["similar", "model", "--item", "1003", "--no-verify"]):
            place.run(*words, codes=(0, 1, 2), what=f"{what}, unverified: {words[0]}")
        clear(place.path("updated"))
        place.run("update", "model", "new.csv", "--output", "updated", "--epochs", "0", codes=(0, 1, 2), what=f"{what}: update")


def cases_again(name):
    clear(place.path(name))
    os.rename(place.path(name + ".whole"), place.path(name))
    return cases(name)


def study():
    words = ["sweep", "s.yaml", "--output", "study", "--cache", "study-cache", "-q"]
    place.run(*words)
    export = ["sweep", "export", "study", "--csv", "trials.csv"]
    place.run(*export)
    trials = place.read("trials.csv")
    # What is damaged ends in a message, or changes nothing; so it is when the study goes on.
    for what in cases("study"):
        place.run("sweep", "status", "study", codes=(0, 1, 2), what=f"{what}: its status")
        for turn in ("", ", after it went on"):
            clear(place.path("trials.csv"))
            code, _, errors = place.run(*export, codes=(0, 1, 2), what=f"{what}: its trials{turn}")
            if code == 0 and place.read("trials.csv") != trials and "study.db" in what and "removed" not in what:
                place.note(f"{what}: other trials{turn}, and nothing is said")
            if not turn:
                place.run(*words, codes=(0, 1, 2), what=f"{what}: going on")


for word in arguments.only.split():
    before = len(place.findings)
    {"cache": cache, "checkpoint": checkpoint, "run": run, "model": model, "study": study}[word]()
    print(f"{word}: {sum(counts.values())} so far, {len(place.findings) - before} findings", flush=True)
shown = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
place.done(f"{sum(counts.values())} damaged files ({shown})")
