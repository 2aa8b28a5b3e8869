"""A client of `towerbook lsp` that speaks the protocol itself, for tests and for the scripts under .ci."""

import json
import os
import re
import subprocess
import threading


class Client:
    """One server with its documents; `problems` waits for what is published of a version."""

    def __init__(self, tool, folder, encodings=("utf-16",), arguments=()):
        self.process = subprocess.Popen(
            [tool, "lsp", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
        )
        self.folder = folder
        self.changed = threading.Condition()
        self.answers, self.published, self.requests = {}, {}, []
        self.count = 0
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {
            "general": {"positionEncodings": list(encodings)},
            "workspace": {"codeLens": {"refreshSupport": True}},
        }
        self.server = self.ask(
            "initialize", {"processId": None, "rootUri": "file://" + folder, "capabilities": capabilities}
        )
        self.tell("initialized", {})

    def _read(self):
        stream = self.process.stdout
        while True:
            length = None
            while line := stream.readline().strip():
                length = int(line.split(b":")[1])
            if length is None:
                break
            message = json.loads(stream.read(length))
            with self.changed:
                if "method" not in message:
                    self.answers[message["id"]] = message
                elif "id" in message:
                    self.requests.append(message)
                else:
                    self.published[message["params"]["uri"]] = message["params"]
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def send(self, body):
        """Sends a message, or bytes as they are."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
            body = b"Content-Length: %d\r\n\r\n" % len(body) + body
        self.process.stdin.write(body)
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def answer(self, method, params, seconds=60):
        """The whole answer to a request, which may be an error."""
        self.count += 1
        number = self.count
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        with self.changed:
            if not self.changed.wait_for(lambda: number in self.answers, seconds):
                raise AssertionError(f"no answer to {method} within {seconds} s")
            return self.answers.pop(number)

    def ask(self, method, params):
        answer = self.answer(method, params)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def open(self, name, text, version=1):
        uri = self.uri(name)
        document = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def change(self, uri, version, *changes):
        """Each change is a text, or a range with a text: ((line, character), (line, character), text)."""
        contents = [
            {"text": one} if isinstance(one, str) else {"range": span(one[0], one[1]), "text": one[2]}
            for one in changes
        ]
        document = {"uri": uri, "version": version}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": contents})

    def at(self, method, uri, line, character):
        position = {"line": line, "character": character}
        return self.ask("textDocument/" + method, {"textDocument": {"uri": uri}, "position": position})

    def problems(self, uri, version, seconds=120):
        with self.changed:
            found = self.changed.wait_for(
                lambda: self.published.get(uri, {}).get("version") == version or self.process.poll() is not None,
                seconds,
            )
            if not found or self.process.poll() is not None:
                raise AssertionError(f"nothing was published of version {version}; exit {self.process.poll()}")
            return self.published[uri]["diagnostics"]

    def uri(self, name):
        return "file://" + os.path.join(self.folder, name)

    def close(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.process.wait(30)


def span(start, end):
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


def recipe(lines):
    """A recipe of so many lines: one training and many evaluations of it."""
    text = [
        "title: Many evaluations",
        "config:",
        "  data: { synthetic: { users: 80, items: 50, clicks: 800, interests: 5 } }",
        "split: { validation: second_last }",
        "encode: { max_seq_len: 8 }",
        "model: { embedding_dim: 8, hidden_units: [8], user_id: false }",
        "train:",
        "  epochs: 3",
        "  validation: {}",
        "index:",
    ]
    number = 0
    while len(text) < lines - 12:
        number += 1
        text += [
            f"eval as e{number}:",
            "  # Lists of another length.",
            f"  k: [5, {10 + number % 7}]",
            "  expect:",
            '    hit_rate@5: ">= 0"',
            '    ndcg@5: [">= 0", "<= 1"]',
            "  note: |",
            f"    The {number}th evaluation got {{{{ e{number}.hit_rate@5 }}}},",
            "    after {{ train.epochs }} epochs.",
            "",
        ]
    text += ["recall:", "  k: 10", "save:"]
    return "\n".join(text + ["# the end"] * (lines - len(text))) + "\n"


def checked(tool, folder, name):
    """The messages that `towerbook check` gives of a recipe, with their places, sorted."""
    outcome = subprocess.run([tool, "check", name], cwd=folder, capture_output=True, text=True)
    found = []
    for line in outcome.stderr.splitlines():
        head, mark, message = line.partition(": error: ")
        if not mark:
            head, mark, message = line.partition(": warning: ")
        parts = head.rsplit(":", 2)
        if mark and len(parts) == 3 and parts[0] == name:
            # What a recipe allows a warning by stands behind it.
            found.append((int(parts[1]), int(parts[2]), message.rsplit(" [", 1)[0]))
        elif line.startswith(("error: ", "warning: ")):
            found.append((1, 1, line.split(": ", 1)[1]))
    return sorted(found)


def shown(problems, text):
    """Problems that were published, as `checked` has them: in characters, from 1."""
    starts = [0] + [end.end() for end in re.finditer("\r\n|\r|\n", text)]
    found = []
    for problem in problems:
        start = problem["range"]["start"]
        line = text[starts[start["line"]] :]
        units = line.encode("utf-16-le")[: 2 * start["character"]].decode("utf-16-le", "replace")
        before = text[: starts[start["line"]] + len(units)].removeprefix("\ufeff")
        # YAML has more line ends than the protocol.
        ends = [end.end() for end in re.finditer("\r\n|\r|\n|\x85|\u2028|\u2029", before)]
        column = len(before) - (ends[-1] if ends else 0) + 1
        found.append((len(ends) + 1, column, problem["message"].rsplit(" [", 1)[0]))
    return sorted(found)
