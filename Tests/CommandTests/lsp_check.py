"""Drives `towerbook lsp` by pygls, whose types refuse answers that the protocol does not have; then by bytes that are no protocol.

usage: lsp_check.py TOWERBOOK FOLDER
"""

import asyncio
import os
import subprocess
import sys

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

sys.dont_write_bytecode = True
TOOL, FOLDER = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])

BASE = """config:
  data: { path: ., clicks: c.csv, items: items.csv }
  columns: { user: user, item: item, time: ts }
  item_columns: { item: item, category: cat }
split: { strategy: last_click }
encode: { max_seq_len: 5 }
model: { embedding_dim: 4 }
train: { epochs: 1, batch_size: 64, learning_rate: 5e-3 }
"""
RECIPE = """extends: base.yaml
config:
  seed: 7
x-shape: &shape
  embedding_dim: 8
encode: { max_seq_len: 10 }
model:
  <<: *shape
  hidden_units: [16, 8]
train:
  seed: ${config.seed}
  epochs: 2
index:
  type: Flat
eval:
  k: [5, 20]
  allow: [unfetched_k]
  expect:
    hit_rate@5: ">= 0"
  note: |
    Hits: {{ eval.hit_rate@5 }} after {{ train.epochs }} epochs.
index as second: { type: Flat }
eval as again: { index: second, k: 5 }
recall: { k: 10 }
"""


class Editor:
    """One document in a client of pygls; a mark in a text says where something is asked."""

    def __init__(self):
        self.client = LanguageClient("towerbook-test", "1")
        self.uri = "file://" + os.path.join(FOLDER, "r.yaml")
        self.version, self.text = 0, ""
        self.published, self.refreshed = {}, 0

        @self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(parameters):
            self.published[parameters.uri] = parameters

        @self.client.feature(lsp.WORKSPACE_CODE_LENS_REFRESH)
        def refresh(*_):
            self.refreshed += 1

    async def start(self, encodings):
        await self.client.start_io(TOOL, "lsp")
        capabilities = lsp.ClientCapabilities(
            general=lsp.GeneralClientCapabilities(position_encodings=encodings),
            workspace=lsp.WorkspaceClientCapabilities(
                code_lens=lsp.CodeLensWorkspaceClientCapabilities(refresh_support=True)
            ),
        )
        parameters = lsp.InitializeParams(capabilities=capabilities, root_uri="file://" + FOLDER)
        answer = await self.client.initialize_async(parameters)
        self.client.initialized(lsp.InitializedParams())
        return answer.capabilities

    async def type(self, text):
        """Opens the document with this text, or makes it this text; the problems of it."""
        self.version, self.text = self.version + 1, text
        if self.version == 1:
            item = lsp.TextDocumentItem(uri=self.uri, language_id="yaml", version=1, text=text)
            self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))
        else:
            document = lsp.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
            change = lsp.TextDocumentContentChangeWholeDocument(text=text)
            self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [change]))
        for _ in range(3000):
            found = self.published.get(self.uri)
            if found and found.version == self.version:
                return list(found.diagnostics)
            await asyncio.sleep(0.01)
        raise AssertionError("no problems were published")

    async def at(self, marked):
        """The position of the mark, in a document without it."""
        before = marked[: marked.index("¦")]
        await self.type(marked.replace("¦", ""))
        start = before.rfind("\n") + 1
        return lsp.TextDocumentIdentifier(self.uri), lsp.Position(before.count("\n"), len(before) - start)

    async def completes(self, marked):
        document, position = await self.at(marked)
        answer = await self.client.text_document_completion_async(lsp.CompletionParams(document, position))
        return {item.label: item.text_edit.new_text for item in answer.items}

    async def hovers(self, marked):
        document, position = await self.at(marked)
        answer = await self.client.text_document_hover_async(lsp.HoverParams(document, position))
        return answer.contents.value if answer else None

    async def defines(self, marked):
        document, position = await self.at(marked)
        answer = await self.client.text_document_definition_async(lsp.DefinitionParams(document, position))
        return answer and (os.path.basename(answer.uri), answer.range.start.line, answer.range.start.character)

    async def lenses(self):
        document = lsp.TextDocumentIdentifier(self.uri)
        for _ in range(500):
            answer = await self.client.text_document_code_lens_async(lsp.CodeLensParams(document))
            if answer and all(lens.command.title != "never run" for lens in answer):
                return [lens.command.title for lens in answer]
            await asyncio.sleep(0.02)
        raise AssertionError("no lenses")


def put(old, new):
    assert RECIPE.count(old) == 1, old
    return RECIPE.replace(old, new)


async def completions(editor):
    found = await editor.completes(RECIPE + "¦")
    assert found["save"] == "save:" and "title" in found and "eval as " in found and "extends" not in found, found
    found = await editor.completes(put("  epochs: 2\n", "  ¦\n"))
    assert found["epochs"] == "epochs: " and found["validation"] == "validation:" and "seed" not in found, found
    assert found["note"] == "note: " and found["expect"], found
    found = await editor.completes(put("{ max_seq_len: 10 }", "{ max_seq_len: 10, ¦"))
    assert found["item_categories"] == "item_categories: " and "max_seq_len" not in found, found
    found = await editor.completes(put("type: Flat\neval", "type: ¦\neval"))
    assert list(found) == ["Flat"], found
    found = await editor.completes(put("epochs: 2", "loss: in¦"))
    assert "in_batch_softmax" in found, found
    found = await editor.completes(put("  seed: 7\n", "  columns: { time: ¦ }\n"))
    assert list(found) == ["user", "item", "ts", "device"], found
    found = await editor.completes(put("  seed: 7\n", "  item_columns:\n    keep:\n      - ¦\n"))
    assert list(found) == ["item", "cat"], found
    found = await editor.completes(put("{ index: second", "{ index: ¦"))
    assert list(found) == ["second", "index"], found
    found = await editor.completes(put('hit_rate@5: ">= 0"', "h¦"))
    assert found["hit_rate@20"] == "hit_rate@20: " and "popularity.hit_rate@5" in found, found
    found = await editor.completes(put('hit_rate@5: ">= 0"', "again.n¦"))
    assert found["again.ndcg@5"] == "again.ndcg@5: " and "ndcg@5" not in found, found
    found = await editor.completes(put('  expect:\n    hit_rate@5: ">= 0"\n', "  claim:\n    so¦\n"))
    assert found["source"] == "source: ", found
    found = await editor.completes(put('  expect:\n    hit_rate@5: ">= 0"\n', "  claim:\n    protocol: { seen: ¦ }\n"))
    assert "leave_out" in found, found
    found = await editor.completes(put("allow: [unfetched_k]", "allow: [¦"))
    assert "unfetched_k" in found and "high_temperature" in found, found
    found = await editor.completes(put("{{ eval.hit_rate@5 }}", "{{ ¦"))
    assert {"config.clicks", "config.seed", "table", "plot"} <= set(found), found
    found = await editor.completes(put("{{ eval.hit_rate@5 }}", "{{ eval.hit¦"))
    assert {"eval.hit_rate@5", "eval.popularity.hit_rate@20"} <= set(found), found
    found = await editor.completes(put("${config.seed}", "${config.s¦"))
    assert "config.seed" in found, found
    found = await editor.completes(put("*shape", "*¦"))
    assert list(found) == ["shape"], found
    sweep = RECIPE + "sweep:\n  metric: { name: eval.hit_rate@5, goal: maximize }\n  parameters:\n    train.epochs: { values: [1] }\n"
    found = await editor.completes(sweep.replace("name: eval.hit_rate@5", "name: eval.n¦"))
    assert "eval.ndcg@5" in found and "split.strategy" not in found, found
    found = await editor.completes(sweep.replace("    train.epochs:", "    tra¦\n    train.epochs:"))
    assert found["train.learning_rate"] == "train.learning_rate: " and "train.epochs" not in found, found
    found = await editor.completes(sweep.replace("{ values: [1] }", "{ ¦ }"))
    assert "values" in found and "min" in found, found
    found = await editor.completes(put("extends: base.yaml", "extends: ¦"))
    assert "base.yaml" in found and "r.yaml" not in found, found


async def broken(editor):
    """What is half-typed has its problem shown and is helped with all the same."""
    text = put("  hidden_units: [16, 8]\n", "  hidden_units: [16, 8\n")
    problems = await editor.type(text)
    assert len(problems) == 1 and problems[0].severity == lsp.DiagnosticSeverity.Error, problems
    found = await editor.completes(text.replace("  epochs: 2\n", "  epo¦\n"))
    assert "epochs" in found, found
    found = await editor.completes(text.replace('hit_rate@5: ">= 0"', "h¦"))
    assert "hit_rate@20" in found, found
    assert await editor.hovers(text.replace("  k: [5, 20]", "  k¦: [5, 20]"))


async def places(editor):
    assert await editor.defines(put("base.yaml", "ba¦se.yaml")) == ("base.yaml", 0, 0)
    assert await editor.defines(put("${config.seed}", "${config.s¦eed}")) == ("r.yaml", 2, 2)
    assert await editor.defines(put("*shape", "*sh¦ape")) == ("r.yaml", 3, 10)
    assert await editor.defines(put("  epochs: 2", "  epo¦chs: 2")) == ("base.yaml", 7, 9)
    assert await editor.defines(put("{{ train.epochs", "{{ train.e¦pochs")) == ("r.yaml", 11, 2)
    assert await editor.defines(put("{{ eval.hit", "{{ eval.h¦it")) == ("r.yaml", 14, 0)
    assert await editor.defines(put("index: second,", "index: sec¦ond,")) == ("r.yaml", 21, 0)
    assert await editor.defines(put("${config.seed}", "${split.str¦ategy}")) == ("base.yaml", 4, 9)
    help = await editor.hovers(put("  epochs: 2", "  epo¦chs: 2"))
    assert "default `3`" in help and "from 1 to 10000" in help, help
    help = await editor.hovers(put("${config.seed}", "${config.s¦eed}"))
    assert help.startswith("`config.seed` is `7`"), help
    assert (await editor.hovers(put("train:\n", "tra¦in:\n"))).startswith("**train** — ")
    assert await editor.hovers(put("[unfetched_k]", "[unfetch¦ed_k]"))


async def lenses(editor):
    with open(os.path.join(FOLDER, "r.yaml"), "w") as file:
        file.write(RECIPE)
    assert await editor.type(RECIPE) == []
    titles = await editor.lenses()
    assert set(titles) == {"would run"} and len(titles) == 9, titles
    assert subprocess.run([TOOL, "run", "-q", "r.yaml"], cwd=FOLDER).returncode == 0
    for _ in range(200):
        titles = await editor.lenses()
        if all(title.startswith("cached, took ") for title in titles):
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError(titles)
    assert " · hit_rate@20 0." in titles[5] or " · hit_rate@5 0." in titles[5], titles
    assert editor.refreshed >= 2, editor.refreshed
    await editor.type(put("k: [5, 20]", "k: [5, 10]"))
    for _ in range(200):
        titles = await editor.lenses()
        if titles[5].startswith("would run, about "):
            break
        await asyncio.sleep(0.05)
    assert "as last time · last hit_rate@" in titles[5] and titles[4].startswith("cached"), titles
    assert titles[7].startswith("cached"), titles
    help = await editor.hovers(put("{{ eval.hit", "{{ eval.h¦it"))
    assert "last time" in help, help


async def actions(editor):
    problems = await editor.type(put("  hidden_units", "  hiden_units").replace("type: Flat\neval", "tpye: Flat\neval"))
    assert [problem.message.split("'")[1] for problem in problems] == ["hiden_units", "tpye"], problems
    document = lsp.TextDocumentIdentifier(editor.uri)
    there = lsp.CodeActionParams(document, problems[0].range, lsp.CodeActionContext(problems))
    answer = await editor.client.text_document_code_action_async(there)
    assert [action.title for action in answer] == ["Change 'hiden_units' to 'hidden_units'", "Mend all that is certain"], answer
    edits = answer[1].edit.changes[editor.uri]
    assert [edit.new_text for edit in edits] == ["hidden_units", "type"], edits


async def by_pygls():
    editor = Editor()
    offered = [lsp.PositionEncodingKind.Utf32, lsp.PositionEncodingKind.Utf8]
    capabilities = await editor.start(offered)
    assert capabilities.position_encoding == lsp.PositionEncodingKind.Utf32, capabilities
    assert await editor.type(RECIPE) == []
    await completions(editor)
    await broken(editor)
    await places(editor)
    await actions(editor)
    await lenses(editor)
    # What is wrong in the recipe that is extended is shown where that is named.
    with open(os.path.join(FOLDER, "base.yaml"), "w") as file:
        file.write(BASE.replace("strategy", "strategey"))
    problems = await editor.type(RECIPE)
    assert len(problems) == 1 and problems[0].range.start.line == 0, problems
    assert problems[0].related_information[0].location.uri.endswith("/base.yaml"), problems
    await editor.client.shutdown_async(None)
    editor.client.exit(None)
    assert await asyncio.wait_for(editor.client._server.wait(), 30) == 0


def framed(text):
    body = text.encode() if isinstance(text, str) else text
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def by_bytes():
    """What is no protocol is refused by its number, and ends the server only where nothing more can be told from it."""
    start = framed('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}')
    bye = framed('{"jsonrpc":"2.0","id":99,"method":"shutdown"}') + framed('{"jsonrpc":"2.0","method":"exit"}')
    cases = [
        (start + bye, 0, []),
        (start, 1, []),
        (framed('{"jsonrpc":"2.0","method":"exit"}'), 1, []),
        (framed('{"jsonrpc":"2.0","id":5,"method":"textDocument/hover","params":{}}') + start + bye, 0, [-32002]),
        (start + framed("{nonsense") + bye, 0, [-32700]),
        (start + framed(b"\xff\xfe\x00") + bye, 0, [-32700]),
        (start + framed('{"a":' * 100000) + bye, 0, [-32700]),
        (start + framed("[]") + framed("3") + framed('{"id":{},"method":"x"}') + bye, 0, [-32600] * 3),
        (start + framed('{"jsonrpc":"2.0","id":2,"method":"no/such"}') + bye, 0, [-32601]),
        (start + framed('{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":[1]}') + bye, 0, [-32602]),
        (start + framed('{"jsonrpc":"2.0","method":"textDocument/didChange","params":7}') + bye, 0, []),
        (start + start + bye, 0, [-32600]),
        (start + bye[: bye.rindex(b"Content")] + framed('{"id":"x","method":"textDocument/hover"}') + bye, 0, [-32600, -32600]),
        (start + b"Content-Length: 99999999999999999999\r\n\r\n{}", 1, [-32600]),
        (start + b"Content-Length: 9999999999\r\n\r\n{}", 1, [-32600]),
        (start + b"Content-Length: -1\r\n\r\n{}", 1, [-32600]),
        (start + b"Content-Type: x\r\n\r\n{}", 1, [-32600]),
        (start + b"no header at all", 1, [-32600]),
        (start + b"X" * 100000, 1, [-32600]),
        (start + b"Content-Length: 100\r\n\r\n{}", 1, [-32600]),
    ]
    for sent, status, codes in cases:
        outcome = subprocess.run([TOOL, "lsp"], input=sent, capture_output=True, cwd=FOLDER, timeout=120)
        found = [int(part.split(b",")[0]) for part in outcome.stdout.split(b'"code":')[1:]]
        assert (outcome.returncode, found) == (status, codes), (sent[-200:], outcome)


for name, text in (("base.yaml", BASE), ("r.yaml", RECIPE)):
    with open(os.path.join(FOLDER, name), "w") as file:
        file.write(text)
by_bytes()
asyncio.run(by_pygls())
print("fine")
