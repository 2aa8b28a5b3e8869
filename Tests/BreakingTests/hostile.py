#!/usr/bin/env python3
"""Writes markup into every name that a recipe and its data have, and looks whether it comes out as text, and in its place.

usage: hostile.py [--only WORDS]

A recipe is run twice: with names full of HTML, Markdown and SVG, and with the same names where every such character is a letter. The
reports (Markdown by cmark-gfm, HTML), their plots, the study's report and the pages of `look` must have the same elements,
attributes and kinds of links in both, and the names must stand in their text. Names that would lead out of the outputs are refused,
or stay inside. --only: some of names paths.
"""

import collections
import html.parser
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree

from breaking import Place, clear, options

parser = options("hostile.py [--only WORDS]")
parser.add_argument("--only", default="names paths")
arguments = parser.parse_args()
place = Place()
counts = collections.Counter()

HARM = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![b](data:text/html,x)", "`c`", "| d | e",
    "-->", "]]>", "</title></style></svg>", "\" onload=\"x", "' f='", "&lt;b&gt;", "**g** _h_ ~~i~~", "<!-- j", "\\", "$k$", "<svg/onload=x>",
]
# Written in YAML as JSON is, so that control characters stand in names too.
TITLE = " ".join(HARM) + "\n# l\n- m\u202e n\u0007\u2028 o"
COLUMN = "u " + " ".join(HARM[:7])
SLICE = "<b>s</b>|`'\"]]>--><script>alert(1)</script>"
FILE = "c [a](javascript:alert(1)) <img src=x onerror=alert(1)> `|&#60;.csv"
RECIPE = "r <b onclick=x> [a](javascript:alert(1)) `|&lt;"


def tame(text):
    """The same text with a letter in place of all that could mean something."""
    return re.sub(r"[^A-Za-z0-9 .\n]", "x", text)


class Names:
    """A recipe and data whose names are harmful, or tame."""

    def __init__(self, folder, change):
        self.folder = folder
        self.recipe = change(RECIPE)
        quoted = lambda text: '"' + change(text).replace('"', '""') + '"'
        clicks = place.read("c.csv").decode().splitlines()[1:]
        rows = "".join("{},{},{}\n".format(quoted(user + SLICE), quoted(item + SLICE), time) for user, item, time in (line.split(",") for line in clicks))
        place.write(f"{folder}/{change(FILE)}", quoted(COLUMN) + ",item,ts\n" + rows)
        items = place.read("items.csv").decode().splitlines()[1:]
        rows = "".join("{},{}\n".format(quoted(item + SLICE), quoted(category + SLICE)) for item, category in (line.split(",") for line in items))
        place.write(f"{folder}/items.csv", "item," + quoted("cat" + COLUMN) + "\n" + rows)
        text = lambda value: json.dumps(change(value))
        place.write(f"{folder}/{self.recipe}.yaml", f"""
title: {text(TITLE)}
text: "The column is {{{{ config.columns.user }}}}."
config:
  seed: 7
  data: {{ path: ., clicks: {text(FILE)}, items: items.csv }}
  columns: {{ user: {text(COLUMN)}, item: item, time: ts }}
  item_columns: {{ item: item, category: {text("cat" + COLUMN)} }}
split: {{ strategy: last_click, validation: second_last }}
encode: {{ max_seq_len: 10 }}
model: {{ embedding_dim: 8, hidden_units: [16, 8] }}
train: {{ epochs: 2, batch_size: 64, learning_rate: 5e-3, validation: {{}} }}
index:
eval:
  k: [5, 10]
  baselines: [popularity, item_cf]
  candidates: {{ block: {text(FILE + ".txt")} }}
  expect: {{ hit_rate@5: ">= 0" }}
  claim:
    - source: {text(TITLE)}
      table: {text(SLICE)}
      hit_rate@5: 0.5
recall: {{ k: 5, note: "{{{{ recall.users }}}} of {{{{ config.data.clicks }}}}" }}
save:
sweep:
  method: random
  metric: {{ name: train.validation_ndcg@20, goal: maximize }}
  run_cap: 2
  parameters: {{ train.learning_rate: {{ distribution: log_uniform_values, min: 1e-4, max: 1e-1 }} }}
""")
        # Of the ids that are no candidates the table does not have one.
        place.write(f"{folder}/{change(FILE)}.txt", change("nobody" + SLICE) + "\n" + change("1003" + SLICE) + "\n")

    def run(self, *words):
        code, _, errors = place.end(
            subprocess.Popen([place.program, *words], cwd=place.path(self.folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, errors="replace"), f"{self.folder}: {words[:2]}")
        if code != 0:
            place.note(f"{self.folder}: {words[:2]}: code {code}: {errors[-600:]!r}")
        return code == 0

    def pages(self):
        """Every page that the program makes of it, by its name: HTML or SVG."""
        if not self.run("run", self.recipe + ".yaml", "--output", "out", "--cache", "kept", "-q"):
            return {}
        self.run("run", self.recipe + ".yaml", "--cache", "kept", "-q")
        self.run("report", "out", "--output", "page.html", "--force")
        self.run("sweep", self.recipe + ".yaml", "--output", "study", "--cache", "kept", "-q")
        base = place.path(self.folder)
        pages = {"page.html": open(f"{base}/page.html").read()}
        for folder, _, names in sorted(os.walk(base)):
            if "/kept" in folder or "/trials/" in folder or "/outputs" in folder:
                continue
            for name in sorted(names):
                whole = os.path.join(folder, name)
                relative = os.path.relpath(whole, base)
                if name.endswith(".md"):
                    command = ["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", whole]
                    pages[relative] = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                elif name.endswith((".svg", ".html")):
                    pages[relative] = open(whole).read()
        pages.update(self.looked_at())
        return pages

    def looked_at(self):
        process = subprocess.Popen([place.program, "look", "--port", "0"], cwd=place.path(self.folder), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
        told = re.search(r":(\d+)$", process.stdout.readline().strip())
        pages, left = {}, ["/", "/recipes"]
        while told and left and len(pages) < 40:
            path = left.pop(0)
            connection = http.client.HTTPConnection("127.0.0.1", int(told[1]), timeout=30)
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read().decode(errors="replace")
            if answer.status != 200:
                place.note(f"{self.folder}: look {path}: {answer.status}")
            number = len(pages)
            # Names of runs are of the clock.
            pages[f"look {number}"] = body
            if number < 2:
                links = re.findall(r'href="(/(?:run|recipe|study)/[^"#]*)"', body)
                left += [link.replace("&amp;", "&") for link in dict.fromkeys(links)]
        if not told:
            place.note(f"{self.folder}: look did not begin")
        process.send_signal(signal.SIGTERM)
        place.end(process, f"{self.folder}: look")
        return pages


class Shape(html.parser.HTMLParser):
    """The elements of a page with their attributes, links by their kind, and the text between them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.words = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        # How a text is set may hang on how long it is.
        kinds = tuple(sorted((name, self.kind(name, value or "")) for name, value in attributes if name != "class"))
        self.elements.append((tag, kinds))

    @staticmethod
    def kind(name, value):
        if name.startswith("on") or name == "style":
            return value
        if name in ("href", "src", "action", "xlink:href"):
            scheme = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", value)
            return scheme[1].lower() if scheme else "own"
        return ""

    def handle_endtag(self, tag):
        self.elements.append(("/" + tag, ()))

    def handle_comment(self, data):
        self.elements.append(("comment", ()))

    def handle_decl(self, data):
        self.elements.append(("declaration " + data, ()))

    def unknown_decl(self, data):
        self.elements.append(("unknown declaration", ()))

    def handle_data(self, data):
        self.words.append(data)


def collapsed(text):
    return re.sub(r"[\s\u0000-\u001f\u2028\u202e\ufffd]+", "", text)


def names():
    harmful, calm = Names("harmful", lambda text: text), Names("calm", tame)
    found, expected = harmful.pages(), calm.pages()
    tamed = {tame(name): page for name, page in found.items()}
    for name in sorted(tamed.keys() ^ {tame(name) for name in expected}):
        place.note(f"a page {name!r} is there for one of the two only")
    for name, calm_page in expected.items():
        page = tamed.get(tame(name))
        if page is None:
            continue
        counts["pages"] += 1
        shapes = Shape(page), Shape(calm_page)
        counts["elements"] += len(shapes[0].elements)
        for number, (a, b) in enumerate(zip(shapes[0].elements, shapes[1].elements)):
            if a != b:
                place.note(f"{name}: element {number} is {a}, expected {b}, after {shapes[0].elements[max(0, number - 3):number]}")
                break
        else:
            if len(shapes[0].elements) != len(shapes[1].elements):
                place.note(f"{name}: {len(shapes[0].elements)} elements, expected {len(shapes[1].elements)}")
        if name.endswith(".svg"):
            try:
                xml.etree.ElementTree.fromstring(page)
            except xml.etree.ElementTree.ParseError as error:
                place.note(f"{name} is no XML: {error}")
    for name in ("page.html", os.path.join("out", "report.md")):
        text = collapsed("".join(Shape(found.get(name, "")).words))
        for harm in [*HARM, SLICE, COLUMN, FILE]:
            # Quotes are set as printers do, in none of these places.
            if collapsed(harm) not in text:
                place.note(f"{name}: {harm!r} is not in its text")


# --- names that lead elsewhere

def tree_around():
    found = []
    for folder, folders, names_there in os.walk(place.folder):
        relative = os.path.relpath(folder, place.folder)
        if relative.startswith(("deep/er/outputs", "deep/er/kept")):
            folders.clear()
            continue
        found += [os.path.join(relative, name) for name in names_there + folders if name not in ("outputs", "kept")]
    return set(found)


def paths():
    place.write("deep/er/c.csv", place.read("c.csv"))
    place.write("deep/er/items.csv", place.read("items.csv"))
    whole = place.read("r.yaml").decode()
    place.write("deep/er/r.yaml", whole)
    clear(place.path("victim"))
    place.write("victim/kept.txt", "mine")

    def attempt(what, *words, files=None, codes=(2,)):
        for name, text in (files or {}).items():
            try:
                place.write(f"deep/er/{name}", text)
            except OSError:
                return
        before = tree_around()
        process = subprocess.Popen([place.program, *words], cwd=place.path("deep/er"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, errors="replace")
        code, _, errors = place.end(process, what)
        counts["paths"] += 1
        if code not in codes:
            place.note(f"{what}: code {code}: {errors[-300:]!r}")
        if code == 2 and "error" not in errors.lower():
            place.note(f"{what}: it says nothing of what is wrong: {errors[-300:]!r}")
        made = tree_around() - before
        if made:
            place.note(f"{what}: it made {sorted(made)[:5]}")
        if place.read("victim/kept.txt") != b"mine":
            place.note(f"{what}: a file outside was written")

    for name in ["...yaml", "..yaml", ".cache.yaml", ".yaml", "a\nsplit: {}\nx.yaml", "a\u0007.yaml", "a\u202eb.yaml"]:
        attempt(f"a recipe called {name!r}", "run", name, "-q", files={name: whole})
    output = lambda value: ["run", "r.yaml", f"recall.output={json.dumps(value)}", "-q"]
    for value in ["../x.csv", "../../../victim/kept.txt", place.path("victim/kept.txt"), "a/../../x.csv", "", ".", "..", "a//b.csv",
                  "report.md", "plots", "report.json/x", "x\u0000.csv", "x\ny.csv", "log.jsonl"]:
        attempt(f"an output called {value!r}", *output(value), codes=(1, 2))
    for value in ["../victim", "/tmp/x", "a/b", "..", "a b", "a.b"]:
        attempt(f"a cell called {value!r}", "run", "cell.yaml", "-q", files={"cell.yaml": whole + f"\n{json.dumps('eval as ' + value)}: {{ k: [5] }}\n"})
    # Titles are not names: they may be anything.
    for value in ["../../victim", "/etc/passwd", "..", ".", "a/b\u0000", "con", "x" * 5000]:
        attempt(f"a title {value[:30]!r}", "run", "r.yaml", "-q", f"title={json.dumps(value)}", codes=(0, 2))
    place.run("run", "r.yaml", "--output", "report", "--cache", "report-cache", "-q")
    report = place.read("report/report.md").decode()
    for name in ["../../../victim", "..", "/tmp/x", "a/b", "a\u0007"]:
        changed = re.sub(r"(?m)^# recipe: .*$", lambda _: f"# recipe: {name}", report)
        if changed == report:
            place.note("a report does not name its recipe")
        attempt(f"a report of a recipe called {name!r}", "run", "theirs.md", "-q", files={"theirs.md": changed})
    for words in (["tag", "r", "../../../victim/x"], ["tag", "r", "a/b"], ["tag", "r", ".."], ["tag", "r", "latest"], ["tag", "r", "x\ny"]):
        attempt(f"{words}", *words, codes=(1, 2))


for word in arguments.only.split():
    if word == "names" and not shutil.which("cmark-gfm"):
        print("there is no cmark-gfm: names in Markdown are not looked at")
        continue
    {"names": names, "paths": paths}[word]()
place.done(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
