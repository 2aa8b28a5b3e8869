"""Random edits of a recipe in `towerbook lsp`, as somebody types, pastes, undoes and drops things.

usage: lsp_edits.py TOWERBOOK FOLDER EDITS SEED
"""

import os
import random
import sys

from lsp_client import Client, checked, recipe, shown

PIECES = [
    "train:\n", "eval as x:\n", "  epochs: 5\n", "epohs", "k: [5, ", "]", "{", "}", '"', "'", "|\n", ">-\n", "- ", ": ", ":", "#", "&a ",
    "*a", "<<: *a\n", "${config.seed}", "${", "{{ ", "}}", "{{ train.epochs }}", "\t", "\n", "\r\n", "  ", "é", "😀", "\u2028",
    "expect: { hit_rate@5: '>= 0.1' }", "claim:\n", "sweep:\n  method: grid\n", "extends: base.yaml\n", "...\n", "---\n", "!!str ",
    "\ufeff", "\U000e0001", "&\U000e0001 ", "\x07", "null", "~", "0x1F", "1e999", "? ", "%YAML 1.2\n", "[[[[[[[[", "note: >\n    text\n",
]
METHODS = ["completion", "hover", "definition"]


def offset(text, line, character):
    """The index in `text` of a position in UTF-16."""
    lines = text.split("\n")
    before = sum(len(one) + 1 for one in lines[:line])
    return before + len(lines[line].encode("utf-16-le")[: 2 * character].decode("utf-16-le", "ignore"))


def position(text, index):
    before = text[:index]
    start = before.rfind("\n") + 1
    return before.count("\n"), len(before[start:].encode("utf-16-le")) // 2


def edited(draw, text, original):
    """A span of the text and what takes its place."""
    # Lone carriage returns are line ends for the protocol and not for Python's count above.
    start = draw.randrange(len(text) + 1)
    kind = draw.random()
    if kind < 0.3 and start < len(text) and text[start].isalnum():
        return start, start + 1, draw.choice(["", text[start] * 2, draw.choice("aeiost159")])
    if kind < 0.45:
        return start, start, draw.choice(PIECES)
    if kind < 0.6:
        return start, start, chr(draw.choice([draw.randrange(32, 127), draw.randrange(160, 0x2FF), 0x1F600]))
    if kind < 0.8:
        return start, min(len(text), start + draw.choice([1, 1, 2, 5, 40])), ""
    if kind < 0.85:
        lines = original.split("\n")
        line = draw.randrange(len(lines))
        return start, min(len(text), start + draw.randrange(4)), "\n".join(lines[line : line + 3]) + "\n"
    return 0, len(text), original


def slip(draw, text, original, version):
    """The original again, then one letter a line of it dropped."""
    if version % 50 == 0:
        return 0, len(text), original
    letters = [index for index, letter in enumerate(text) if letter.isalpha()]
    start = draw.choice(letters) if letters else 0
    return start, min(len(text), start + 1), ""


def edits(tool, folder, count, seed, lines=300):
    """Makes the edits; the number of problems in the end, which are those that `check` finds."""
    draw = random.Random(seed)
    original = recipe(lines)
    with open(os.path.join(folder, "base.yaml"), "w") as file:
        file.write(recipe(40))
    client = Client(tool, folder)
    text = original
    uri = client.open("edited.yaml", text)
    total = 0
    for version in range(2, count + 2):
        # What was undone is typed anew, with slips that leave it YAML.
        start, end, piece = edited(draw, text, original) if version % 50 > 8 else slip(draw, text, original, version)
        piece = piece.replace("\r\n", "\n") if draw.random() < 0.9 else piece
        if "\r" in text[max(0, start - 1) : end + 1]:
            start, end, piece = 0, len(text), original
        client.change(uri, version, (position(text, start), position(text, end), piece))
        text = text[:start] + piece + text[end:]
        if version % 10 == 0:
            line = draw.randrange(text.count("\n") + 1)
            client.at(METHODS[version // 10 % 3], uri, line, draw.randrange(30))
        if version % 100 == 0:
            client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})
            whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}}
            context = {"diagnostics": []}
            client.ask("textDocument/codeAction", {"textDocument": {"uri": uri}, "range": whole, "context": context})
        if version % max(1, count // 20) in (0, 5) or version == count + 1:
            found = shown(client.problems(uri, version), text)
            with open(os.path.join(folder, "edited.yaml"), "w", newline="") as file:
                file.write(text)
            expected = checked(tool, folder, "edited.yaml")
            if found != expected:
                with open("/tmp/edited.yaml", "w", newline="") as file:
                    file.write(text)
                raise AssertionError(f"version {version}: {found[:3]} of {len(found)}, not {expected[:3]} of {len(expected)}")
            total = len(found)
    assert client.close() == 0
    return total


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    print(edits(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])), "problems")
