#!/usr/bin/env python3
"""Watches the program's calls to the system, and looks whether it keeps to what it was given.

usage: confinement.py [--only WORDS]

Nothing is read but what the recipe names, outputs, cache and temporary files, the program with its libraries, and the system's
files that are listed below; nothing is made, written, renamed or removed but in outputs, cache and TMPDIR; nothing is executed but
the program itself; nobody is connected to. It needs strace, without which it says so and tries nothing. --only: some of run sweep
serve init look update report.
"""

import collections
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from breaking import Place, options

parser = options("confinement.py [--only WORDS]")
parser.add_argument("--only", default="run sweep serve init look update report")
arguments = parser.parse_args()
place = Place()
counts = collections.Counter()

# Of the system, what every program or library of its kind opens; each with who reads it.
SYSTEM = re.compile(
    r"""/etc/ld\.so\.(cache|preload)$        # the loader
    | /(usr/)?lib(64)?/.*\.so[.0-9a-z]*$     # libraries
    | .*/swift/usr/lib/.*\.so[.0-9]*$        # Swift's own, where it is installed beside the system
    | /dev/(null|urandom|random)$
    | /proc/(self|[0-9]+)/ | /proc/(meminfo|cpuinfo|stat|version|sys/.*)$ | /proc/loadavg$
    | /sys/devices/system/(cpu|node)(/|$) | /sys/fs/cgroup/ | /sys/kernel/mm/
    | /etc/localtime$ | /usr/share/zoneinfo/ | /etc/os-release$ | /usr/lib/os-release$ | /etc/timezone$
    | /usr/lib/locale/ | /usr/share/locale/ | /usr/lib/.*/gconv/ | /etc/nsswitch\.conf$
    | /etc/(passwd|group|hosts|resolv\.conf|host\.conf|gai\.conf)$
    | /usr/share/i18n/ | /etc/OpenCL/        # oneDNN's
    | (/usr/lib|/etc)/ssl/openssl\.cnf$      # libcrypto's
    | .*/\.ci/tsan\.supp$                    # the thread sanitizer's
    """,
    re.X,
)
READS = {"open", "openat", "openat2"}
CHANGES = {
    "creat", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink",
    "symlinkat", "chmod", "fchmodat", "chown", "lchown", "fchownat", "truncate", "utimensat", "mknod", "mknodat", "setxattr",
}
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Watched:
    """Calls of a command and of all that it starts, against what it may do."""

    def __init__(self, what, reads, writes):
        self.what = what
        self.log = place.path("calls.log")
        # Real paths, as a link is followed before it is judged.
        preloaded = os.environ.get("LD_PRELOAD", "").replace(":", " ").split()
        self.reads = [os.path.realpath(place.path(name)) for name in [*reads, *preloaded]]
        self.writes = [os.path.realpath(place.path(name)) for name in [*writes, "tmp"]]
        os.makedirs(place.path("tmp"), exist_ok=True)
        own = os.path.dirname(os.path.realpath(place.program))
        self.own = re.compile(re.escape(own) + r"/([^/]*\.(resources|so)(/|$)|" + re.escape(os.path.basename(place.program)) + "$)")

    def start(self, *words):
        # Calls are told with the folder that they stand against.
        command = ["strace", "-f", "-y", "-qq", "-s", "4096", "-e", "trace=%file,%network,execve,execveat", "-o", self.log]
        environment = {**os.environ, "TMPDIR": place.path("tmp"), "HOME": place.path("home")}
        return subprocess.Popen(
            [*command, place.program, *words], cwd=place.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, errors="replace", env=environment, start_new_session=True,
        )

    def run(self, *words, codes=(0,)):
        code, output, errors = place.end(self.start(*words), self.what)
        if code not in codes:
            place.note(f"{self.what}: code {code}: {errors[-500:]!r}")
        self.judge()
        return output

    def judge(self):
        with open(self.log, errors="replace") as file:
            lines = file.read().splitlines()
        begun = {}
        for line in lines:
            process, _, rest = line.partition(" ")
            # A call during which another process was told of stands in two lines.
            if rest.endswith("<unfinished ...>"):
                begun[process] = line.removesuffix("<unfinished ...>")
                continue
            ended = re.match(r" *<\.\.\. \w+ resumed>(.*)", rest)
            if ended:
                line = begun.pop(process, "") + ended[1]
            found = re.match(r"\d+\s+(\w+)\((.*)", line)
            if found:
                counts["calls"] += 1
                self.call(found[1], found[2], line)
        os.unlink(self.log)

    def call(self, name, rest, line):
        failed = re.search(r"\) += -1 ", line)
        if name in ("execve", "execveat"):
            if not failed and os.path.realpath(TEXT.search(rest)[1]) != os.path.realpath(place.program):
                self.found("executes", line)
        elif name == "connect":
            # The C library asks a daemon of this machine who a user is, where there is one.
            if "/nscd/socket" not in line:
                self.found("connects", line)
        elif name == "socket" and "AF_INET" not in rest and "AF_UNIX" not in rest and "AF_NETLINK" not in rest:
            self.found("makes", line)
        elif name in READS and (not failed or "O_CREAT" in rest):
            path = self.paths(rest)[0]
            if re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND", rest):
                if path not in ("/dev/null",) and not self.is_in(path, self.writes):
                    self.found("writes", line)
            elif not (self.is_in(path, self.reads + self.writes) or SYSTEM.match(path) or self.own.match(path)):
                self.found("reads", line)
        elif name in CHANGES:
            paths = self.paths(rest)
            # What a link leads to is not changed by making it.
            for path in paths[1:] if name.startswith("symlink") else paths:
                if not self.is_in(path, self.writes):
                    self.found("changes", line)

    def paths(self, rest):
        """The paths of a call, each against the folder whose descriptor stands before it."""
        found, against = [], place.folder
        for piece in re.finditer(r'(?:AT_FDCWD|\d+)<((?:[^>\\]|\\.)*)>|"((?:[^"\\]|\\.)*)"', rest.split(") = ")[0]):
            if piece[2] is None:
                against = piece[1]
            else:
                text = piece[2].encode().decode("unicode_escape").encode("latin-1").decode(errors="replace")
                whole = os.path.join(against, text)
                found.append(os.path.join(os.path.realpath(os.path.dirname(whole)), os.path.basename(whole)))
        return found or [""]

    @staticmethod
    def is_in(path, folders):
        """Whether it is one of these, in one, or what a file is written as before it has its place."""
        return any(
            path == folder or path.startswith((folder + "/", os.path.join(os.path.dirname(folder), f".{os.path.basename(folder)}.")))
            for folder in folders
        )

    def found(self, does, line):
        place.note(f"{self.what} {does} what it was not given: {line[:400]}")


def asked(port, path, method="GET", body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
    return connection.getresponse().read()


def served(watched, words, requests):
    """A service under requests, until it is asked to end; the one who asks is not watched."""
    process = watched.start(*words)
    port = None
    while process.poll() is None and not port:
        told = re.search(r"http://[^ ]*?:(\d+)", process.stdout.readline())
        port = told and int(told[1])
    if not port:
        return place.note(f"{watched.what}: it did not begin")
    for request in requests:
        asked(port, *request)
    # The tracer hands it on to nobody.
    child = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    for one in child:
        os.kill(int(one), signal.SIGTERM)
    code, _, errors = place.end(process, watched.what)
    if code not in (0, 130, 143, -15):
        place.note(f"{watched.what}: code {code}: {errors[-500:]!r}")
    watched.judge()


DATA_READ = ["c.csv", "items.csv"]


def run():
    Watched("run", ["r.yaml", *DATA_READ], ["outputs"]).run("run", "r.yaml", "-q")
    # With what was kept, and into folders of the user's.
    Watched("run again", ["r.yaml", *DATA_READ], ["outputs"]).run("run", "r.yaml", "recall.k=5", "-q")
    Watched("run elsewhere", ["r.yaml", *DATA_READ], ["into", "kept"]).run("run", "r.yaml", "--output", "into", "--cache", "kept", "-q")
    Watched("check", ["r.yaml", *DATA_READ, "outputs"], []).run("check", "r.yaml")
    Watched("plan", ["r.yaml", *DATA_READ, "outputs"], ["outputs"]).run("plan", "r.yaml")
    place.write("extending.yaml", "extends: r.yaml\ntrain: { epochs: 1 }\n")
    Watched("an extending run", ["extending.yaml", "r.yaml", *DATA_READ], ["outputs"]).run("run", "extending.yaml", "-q")
    Watched("the example", [], ["outputs"]).run("run", "train.epochs=1", "eval.expect=null", "config.data.synthetic.users=200",
                                                "config.data.synthetic.items=100", "config.data.synthetic.clicks=3000", "-q", codes=(0, 2))


def sweep():
    Watched("sweep", ["s.yaml", *DATA_READ], ["study", "kept"]).run("sweep", "s.yaml", "--output", "study", "--cache", "kept", "-q")


def report():
    place.run("run", "r.yaml", "--outputs", "outputs", "-q")
    Watched("report", [], ["outputs", "page.html"]).run("report", "r", "--output", "page.html")
    Watched("runs", [], ["outputs"]).run("runs")
    Watched("diff", [], ["outputs"]).run("diff", "r", "r")


def update():
    place.run("run", "r.yaml", "--output", "base", "--cache", "kept", "-q")
    # It is filled beside where it will stand, under a name of its own.
    Watched("update", ["base/model", "new.csv"], ["made"]).run("update", "base/model", "new.csv", "--output", "made/next", "--epochs", "1")
    Watched("recommend", ["base/model"], []).run("recommend", "base/model", "--user", "1")
    Watched("similar", ["base/model"], []).run("similar", "base/model", "--item", "1003")


def serve():
    if not os.path.exists(place.path("base")):
        place.run("run", "r.yaml", "--output", "base", "--cache", "kept", "-q")
    requests = [("/",), ("/health",), ("/recommend?user=1",), ("/../../etc/passwd",), ("/recommend", "POST", '{"user": 1, "k": 3}')]
    served(Watched("serve", ["base/model"], ["state"]), ["serve", "base/model", "--port", "0", "--state", "state"], requests)


def look():
    place.run("run", "r.yaml", "--outputs", "outputs", "-q")
    runs = [name for name in os.listdir(place.path("outputs/r")) if name[0].isdigit()]
    requests = [("/",), ("/recipes",), (f"/run/r/{runs[0]}",), ("/files/../secret",), ("/files/%2fetc%2fpasswd",),
                (f"/files/r/{runs[0]}/report.json",)]
    recipes = [name for name in os.listdir(place.folder) if name.endswith((".yaml", ".yml"))]
    # It lists the recipes of its folder, which it is given, and looks at files that these name.
    served(Watched("look", [".", *recipes, *DATA_READ], ["outputs"]), ["look", "--port", "0"], requests)


def init():
    place.write("data/clicks.csv", place.read("c.csv"))
    place.write("data/items.csv", place.read("items.csv"))
    watched = Watched("init", ["data"], ["new.yaml"])
    before = set(os.listdir(place.folder))
    watched.run("init", "data", "--output", "new.yaml")
    made = set(os.listdir(place.folder)) - before - {"new.yaml", "tmp", "home"}
    if made:
        place.note(f"init makes {made}")


if not shutil.which("strace"):
    print("there is no strace: what the program reads and writes was not watched")
    sys.exit(0)
# What stands beside what is given: nobody asks for it.
place.write("secret", "nobody asks for this\n")
place.write("home/.netrc", "machine evil\n")
for word in arguments.only.split():
    before = counts["calls"]
    {"run": run, "sweep": sweep, "serve": serve, "init": init, "look": look, "update": update, "report": report}[word]()
    print(f"{word}: {counts['calls'] - before} calls", flush=True)
place.done(f"{counts['calls']} calls of the system")
