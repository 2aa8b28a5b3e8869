#!/usr/bin/env python3
"""Makes the first inputs of each fuzz target from what the tool writes itself, and from small files by hand; and the words that
libFuzzer puts into them.

usage: make_corpus.py   (TOWERBOOK is the program; needs pyarrow)

Inputs that fuzzing found are kept beside these.
"""

import glob
import json
import os
import struct
import subprocess
import sys
import tempfile

import pyarrow
import pyarrow.parquet

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.abspath(os.environ.get("TOWERBOOK", os.path.join(HERE, "../../.build/debug/towerbook")))


def put(target, name, data):
    folder = os.path.join(HERE, "Corpus", target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def copy(target, path, name=None):
    with open(path, "rb") as file:
        put(target, name or os.path.basename(path), file.read())


RECIPE = """
config:
  seed: 7
  data: { path: ., clicks: c.csv, items: items.csv }
  columns: { user: user, item: item, time: ts, keep: [os] }
  item_columns: { item: item, category: cat, title: name }
split: { validation: second_last }
encode: { max_seq_len: 4, context: [os] }
model: { embedding_dim: 2, hidden_units: [2], context: true }
train: { epochs: 2, batch_size: 64, validation: {} }
index: { type: HNSW4 }
eval: { k: [3], bootstrap: { samples: 10 } }
recall: { k: 3 }
save:
"""

put("recipe", "whole.yaml", RECIPE)
put("recipe", "language.yaml", """x-a: &a { epochs: 3, <<: { batch_size: 8 } }
title: "a \\u00e9 ${config.seed}"
text: |
  {{ eval.hit_rate@3 | percent }} of ${env:HOME,nobody}
config: { seed: 0x1F, data: { synthetic: { users: 1e2 } } }
split: { strategy: { time: 2017-10-10 }, filter: [ { column: os, in: [1, "2"] } ] }
train: { <<: *a, expect: { loss: "< 3" }, note: >- 
  folded }
eval as b: { k: [5, 20], claim: { hit_rate@5: { value: 0.5, source: x } } }
sweep: { method: tpe, metric: eval.ndcg@20, parameters: { train.epochs: { values: [1, 2] } } }
""")
put("overrides", "lines", 'train.epochs=5\nmodel.hidden_units=[64, 32]\nconfig.data.synthetic.users=10\neval.expect.hit_rate@20=">= 0.5"\ntrain.note="a: b"\n')
put("csv", "plain.csv", "user,item,ts,tags\n1,10,1500000000,a|b\n2,11,2017-10-01T12:00:00Z,\n007,12,3.5,c\n")
put("csv", "quoted.csv", 'user;item;ts\r\n"a;""b""";x;1\r\n"two\nlines";y;2\r\n')
put("csv", "utf16.csv", "user,item\n1,é\n".encode("utf-16"))
put("jsonl", "rows.jsonl", '{"user": {"id": 1}, "item": "a", "tags": ["x", "y"], "v": [0.5, 1]}\n{"user": {"id": "\\u00e9"}, "item": null, "n": 1e3}\n\n')
put("json", "rows.json", '{"4": [1, 2], "83": [4], "x": {"title": "Soap", "p": [0.5]}}')
put("sequences", "users.txt", "1 2 3 4\n7 5\n# none\n8 1,2,3\n")
for path in sorted(glob.glob(os.path.join(HERE, "../ParquetTests/Fixtures/*.parquet"))):
    if os.path.getsize(path) < 8_000:
        copy("parquet", path)


def parquet(name, columns, **options):
    """A small file of Parquet: what it has to say of itself is larger than what it holds."""
    sink = pyarrow.BufferOutputStream()
    options = {"compression": "none", "store_schema": False, "write_statistics": False, **options}
    pyarrow.parquet.write_table(pyarrow.table(columns), sink, **options)
    put("parquet", name + ".parquet", sink.getvalue().to_pybytes())


NUMBERS = pyarrow.array([3, 1, None, 2**40, -7, 1], pyarrow.int64())
TEXTS = pyarrow.array(["a", "bb", None, "\u00e9", "a", ""])
LISTS = pyarrow.array([[1, 2], [], None, [3], [4, None], [5]], pyarrow.list_(pyarrow.int32()))
REALS = pyarrow.array([0.5, 1, 2, 3, 4, 5], pyarrow.float32())
MOMENTS = pyarrow.array([1, 2, 3, 4, 5, 6], pyarrow.timestamp("us", "UTC"))
FLAGS = pyarrow.array([True, False, None, True, True, False])
parquet("plain", {"i": NUMBERS, "s": TEXTS}, use_dictionary=False)
parquet("dictionary", {"i": NUMBERS, "s": TEXTS, "b": FLAGS})
parquet("lists", {"l": LISTS, "m": MOMENTS}, use_dictionary=False, data_page_version="2.0")
for form, array in [("DELTA_BINARY_PACKED", NUMBERS), ("DELTA_LENGTH_BYTE_ARRAY", TEXTS), ("DELTA_BYTE_ARRAY", TEXTS),
                    ("BYTE_STREAM_SPLIT", REALS), ("RLE", FLAGS)]:
    parquet(form.lower(), {"c": array}, use_dictionary=False, column_encoding={"c": form}, data_page_version="2.0")
for codec in ("snappy", "gzip", "zstd", "lz4", "brotli"):
    parquet(codec, {"i": NUMBERS, "s": TEXTS}, compression=codec, use_dictionary=False)
parquet("decimal", {"d": pyarrow.array([1, 2, None, 3, 4, 5]).cast(pyarrow.decimal128(30, 2)), "t": MOMENTS}, use_deprecated_int96_timestamps=True)
put("body", "requests", json.dumps({"requests": [{"user": "u1", "k": 5, "seen": "keep"}, {"history": ["i1"], "time": 1.5, "context": {"os": 1}, "allow": ["i1"]}]}))
put("body", "similar", '{"item": "i1", "k": 3}')
put("body", "events", '{"events": [{"user": "u", "item": "i", "time": "2024-01-01T00:00:00Z", "context": {"os": "1"}}]}')
put("body", "item", '{"features": {"cat": ["a", "b"], "size": 2.5}, "title": "T", "available_from": 5}')



def small_record(path):
    """The record of a run with one block of each kind, and little in each; without the digest, which no change would fit."""
    with open(path) as file:
        record = json.load(file)
    seen = set()

    def shorter(value):
        if isinstance(value, list):
            return [shorter(one) for one in value[:2]]
        return {key: shorter(one) for key, one in value.items()} if isinstance(value, dict) else value

    def kind(value):
        if isinstance(value, dict):
            return [(key, kind(one)) for key, one in value.items()]
        return type(value).__name__ if not isinstance(value, list) else [kind(one) for one in value[:1]]

    cells = []
    for cell in record["cells"]:
        blocks = [block for block in cell["blocks"] if not (repr(kind(block)) in seen or seen.add(repr(kind(block))))]
        if blocks:
            cells.append({**shorter(cell), "blocks": shorter(blocks[:3])})
    del record["digest"]
    return json.dumps({**shorter(record), "cells": cells[:6], "recipeText": "config:\n"})


def strange_indexes():
    """Indexes that are changed by hand: their parts lead out of them."""
    def read(name):
        with open(os.path.join(HERE, "Corpus/faiss", name), "rb") as file:
            return file.read()

    def put_number(data, form, place, value):
        return data[:place] + struct.pack(form, value) + data[place + struct.calcsize(form):]

    graph = read("hnsw.faiss")
    # Kind, dimension, count, two numbers that mean nothing, whether it is trained, the metric: of the map, and of the graph in it.
    place = 2 * (4 + 4 + 8 + 16 + 1 + 4)
    # Chances, widths, levels and offsets stand before the links.
    for width in (8, 4, 4, 8):
        place += 8 + width * struct.unpack_from("<Q", graph, place)[0]
    put("faiss", "graph-that-leads-out", put_number(graph, "<i", place + 12, 1 << 20))
    put("faiss", "graph-without-a-beam", put_number(graph, "<i", place + 8 + 4 * struct.unpack_from("<Q", graph, place)[0] + 16, 0))
    put("faiss", "more-ids-than-are-listed", put_number(graph, "<q", 8, 1 << 20))
    cells = read("ivf2_flat.faiss")
    place = cells.index(b"ilar") + 20
    first, second = struct.unpack_from("<QQ", cells, place + 12)
    sparse = b"sprs" + struct.pack("<5Q", 4, 0, first, 1 << 40, second)
    put("faiss", "cell-that-is-not-there", cells[:place] + sparse + cells[place + 28:])
    blocks = read("pq1x4fs.faiss")
    # After what every index begins with, and the centres: the way of searching, the widths of blocks and of queries, vectors, codes.
    place = 2 * (4 + 4 + 8 + 16 + 1 + 4) + 3 * 8
    place += 8 + 4 * struct.unpack_from("<Q", blocks, place)[0] + 3 * 4
    assert struct.unpack_from("<QQ", blocks, place) == (32, 2)
    # Of the three numbers before the centres, the second: into how many parts vectors are cut.
    put("faiss", "blocks-of-no-parts", put_number(blocks, "<q", 2 * (4 + 4 + 8 + 16 + 1 + 4) + 8, 0))
    put("faiss", "block-that-is-not-there", put_number(blocks, "<q", place, 1 << 20))
    put("faiss", "row-that-is-not-there", put_number(cells, "<q", place + 28 + 8 * first, 1 << 20))


def words(target, *lists):
    """A dictionary of libFuzzer's, of texts and bytes."""
    unique = dict.fromkeys(word if isinstance(word, bytes) else word.encode() for one in lists for word in one)
    folder = os.path.join(HERE, "Dictionaries")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, target + ".dict"), "w") as file:
        for word in unique:
            text = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in word)
            file.write(f'"{text}"\n')


def schema_words():
    """Names of settings and of their values, as the program describes its recipes."""
    found = set()

    def look(node):
        if isinstance(node, dict):
            found.update(node.get("properties") or {})
            found.update(value for value in node.get("enum") or [] if isinstance(value, str))
            for value in node.values():
                look(value)
        elif isinstance(node, list):
            for value in node:
                look(value)

    look(json.loads(subprocess.run([PROGRAM, "schema"], check=True, capture_output=True).stdout))
    return sorted(found)


EDGES = ["-1", "0", "2147483648", "9223372036854775807", "-9223372036854775808", "1e309", "-0.0", "nan", ".inf", "null", "true"]
YAML = ["<<: *a", "&a ", "*a", "? ", "- ", ": ", "[]", "{}", "|\n", ">-\n", "!!str ", "!!binary ", "---\n", "...\n", "%YAML 1.2\n",
        "${", "${env:A,b}", "${config.seed}", "{{", "}}", " | percent", "extends: ", " as b", "\n  ", "\\u0000", "0x1F", "0o7", "1_000"]
JSON = ['{"', '":', "[", "]", "}", '\\u0000', '\\ud800', "\\u00e9", "[[[[", "1e5", "1E-400", "null", "true"]
MOMENT = ["1970-01-01", "2017-10-01T12:00:00Z", "9999-12-31T23:59:59.999999999+14:00", "-0001-01-01", "0"]
THRIFT = [bytes([0x80] * 9 + [1]), bytes([0xFF] * 9 + [1]), b"\x15\x00", b"\x19\xfc", b"\x29\x1c", b"\xf5\xff\xff\xff\x0f"]
words("recipe", schema_words(), YAML, EDGES)
words("overrides", schema_words(), ["=", "config.", "train.", "[", "]", "~", "+="], EDGES)
words("csv", ['""', '"', ";", ",", "\t", "|", "\r\n", "\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", "\\N"], MOMENT, EDGES)
for target in ("json", "jsonl", "body", "manifest", "record"):
    words(target, JSON, MOMENT, EDGES)
words("sequences", [" ", "\t", ",", "#", "\n", "007"], EDGES)
words("parquet", ["PAR1", "PARE", b"PAR1\x15\x00", "duration", "spark"], THRIFT)
words("npy", [b"\x93NUMPY\x01\x00", b"\x93NUMPY\x02\x00", b"\x93NUMPY\x03\x00", "'descr': ", "'<f4'", "'<f8'", "'>f4'", "'|O'", "'fortran_order': ", "True", "False", "'shape': (", "1,)", "(0, 0)", "18446744073709551615"])
for target in ("safetensors", "hits"):
    words(target, ["F32", "I64", "I32", "U8", "BF16", '"dtype":', '"shape":[', '"data_offsets":[', "__metadata__", "18446744073709551615"], JSON, EDGES)
words("faiss", ["IxMp", "IxM2", "IxFI", "IxF2", "IxFl", "IwFl", "IwSq", "IwPQ", "IxSQ", "IxPq", "IHNf", "IHNs", "IHNp", "IxPT", "rrot", "PcAm", "LTra", "VNrm", "VCen", "Viqt", "ilar", "full", "sprs", "ilod", "IxRF"])
words("bundle", ["towerbook-bundle 2 ", "towerbook-bundle 3 ", "array ", "text ", " bytes ", " int32 ", " int64 ", " float32 ", " float64 ", "0" * 32], EDGES)
words("archive", ["ustar\x0000", "manifest.json", "weights.safetensors", "index.faiss", "./", "../", b"\x80" + bytes(11), "00000000000"], JSON)
words("log", [bytes([n, 0, 0, 0]) for n in range(0, 24, 4)], MOMENT, EDGES)

with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/c.csv", "w") as file:
        file.write("user,item,ts,os\n" + "".join(f"{n % 5},{n * n % 7},{n},{n % 2}\n" for n in range(40)))
    with open(f"{folder}/items.csv", "w") as file:
        file.write("item,cat,name\n" + "".join(f"{n},{n % 2},Item {n}\n" for n in range(7)))
    with open(f"{folder}/r.yaml", "w") as file:
        file.write(RECIPE)
    for words in (["run", "r.yaml", "--output", "o", "-q"], ["run", "r.yaml", "save.archive=true", "--output", "z", "-q"]):
        subprocess.run([PROGRAM, *words], cwd=folder, check=True)
    put("record", "report.json", small_record(f"{folder}/o/report.json"))
    copy("manifest", f"{folder}/o/model/manifest.json")
    copy("safetensors", f"{folder}/o/model/weights.safetensors")
    copy("npy", f"{folder}/o/model/vectors.npy")
    for path in glob.glob(f"{folder}/**/*", recursive=True):
        if path.endswith(".tar.zst"):
            copy("archive", path, "model.tar.zst")
            put("archive", "model.tar", subprocess.run(["zstd", "-dc", path], check=True, capture_output=True).stdout)
        if path.endswith(("index.bin", ".faiss", "index.faiss")):
            copy("faiss", path, "hnsw.faiss")
        if "hits" in os.path.basename(path):
            copy("hits", path, "hits.safetensors")
    bundles = sorted(glob.glob(f"{folder}/outputs/.cache/*/artifact.bundle"), key=os.path.getsize) + sorted(
        glob.glob(f"{folder}/**/artifact.bundle", recursive=True), key=os.path.getsize)
    copy("bundle", bundles[len(bundles) // 2], "artifact.bundle")
    for kind in ("Flat", "IVF2,Flat", "SQ8"):
        words = ["run", "r.yaml", f"index.type={kind}", "--output", "f", "-q"]
        subprocess.run([PROGRAM, *words], cwd=folder, check=True)
        for path in glob.glob(f"{folder}/f/*index.bin"):
            copy("faiss", path, kind.replace(",", "_").lower() + ".faiss")
    # Codes of 4 bits have 16 centres, which need as many items.
    with open(f"{folder}/many.csv", "w") as file:
        file.write("user,item,ts,os\n" + "".join(f"{n % 9},{n * 7 % 40},{n},1\n" for n in range(200)))
    with open(f"{folder}/items.csv", "w") as file:
        file.write("item,cat,name\n" + "".join(f"{n},{n},Item {n}\n" for n in range(40)))
    for kind in ("PQ1x4fs", "PQ2x4", "IVF2,PQ1x4", "IVF2,SQ8", "HNSW4_SQ8", "PCA1,Flat"):
        words = ["run", "r.yaml", f"index.type={kind}", "config.data.clicks=many.csv", "--output", "f", "-q"]
        subprocess.run([PROGRAM, *words], cwd=folder, check=True)
        copy("faiss", f"{folder}/f/faiss_index.bin", kind.replace(",", "_").lower() + ".faiss")
    strange_indexes()
    # A log of the service.
    sys.path.insert(0, os.path.join(HERE, "../CommandTests"))
    from service import Service  # noqa: E402

    service = Service(PROGRAM, f"{folder}/o/model", f"{folder}/state").start()
    service.ask("POST", "/events", {"user": "1", "item": "2", "time": 50, "context": {"os": "1"}})
    service.ask("PUT", "/items/9", {"features": {"cat": "1"}, "title": "New"})
    service.stop()
    copy("log", f"{folder}/state/state.log")
