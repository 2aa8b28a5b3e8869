"""Holds `towerbook schema` against `towerbook check`, with an independent validator.

usage: schema_check.py TOWERBOOK REPOSITORY
Needs: jsonschema, PyYAML. Prints what disagrees and exits 1 where something does.
"""
import glob, json, re, subprocess, sys, tempfile, os
import jsonschema, yaml

TOOL, REPOSITORY = sys.argv[1:3]


class Loader(yaml.SafeLoader):
    """YAML 1.2 core schema scalars, in place of PyYAML's 1.1."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", "~nN\0"), ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
     "-+.0123456789"), ("merge", r"<<", "<")):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"),
                                 [c if c != "\0" else "" for c in first])
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value.replace("0o", "0o"), 0)
                       if node.value.lower().startswith(("0x", "0o")) else int(node.value))
Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value.replace(".inf", "inf")
                       .replace(".nan", "nan").replace(".Inf", "inf").replace(".NaN", "nan")))

schema = json.loads(subprocess.run([TOOL, "schema"], capture_output=True, text=True, check=True).stdout)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
failures = 0


def fits(text):
    return next(validator.iter_errors(yaml.load(text, Loader)), None)


for path in sorted(glob.glob(os.path.join(REPOSITORY, "recipes", "*.yaml"))):
    error = fits(open(path).read())
    if error is not None:
        failures += 1
        print(f"{path} does not fit the schema: {error.message} at {list(error.path)}")

BASE = "config: {data: {synthetic: {}}}\nsplit: {}\nencode: {}\nmodel: {}\ntrain: {}\nindex: {}\neval: {}\n"
BAD = [
    "trian: {}", "train as: {}", "train: {epoch: 3}", "train: {epochs: many}", "train: {epochs: 0}",
    "train: {epochs: 2.5}", "train: {learning_rate: -1}", "train: {learning_rate: .inf}", "train: {optimizer: adm}",
    "train: {validation: {q: 1}}", "train: {batch_size: [1]}", "model: {hidden_units: [0]}",
    "model: {hidden_units: wide}", "model: {user_id: maybe}", "model: {dropout: 1}", "model: {temperature: 0}",
    "split: {strategy: tiem}", "split: {share: 1}", "encode: {max_seq_len: [null]}", "eval: {k: []}",
    "eval: {k: [0]}", "eval: {expect: {hit_rate@20: high}}", "config: {data: {synthetic: {users: -1}}}",
    "config: {columns: {user: []}}", "config: {seed: -1}", "tiitle: x", "index: {nprobe: no}",
    "train: {allow: [stalling]}", "split: {filter: {max: 5}}", "recall: {file: ''}", "save: {folder: ''}",
]
GOOD = [
    "", "x-anything: {a: [1]}", "title: T", "train: {learning_rate: 1e-3, optimizer: adamw}",
    "train: {epochs: 3.0}", "model: {hidden_units: 64}", "index as hnsw: {type: HNSW32, ef_search: 100}",
    "eval: {expect: {hit_rate@20: '>= 0.1', ndcg@20: ['> 0', '< 1'], users: 3}}", "train: {seed: '${config.seed}'}",
    "config: {data: {synthetic: {}}, columns: {user: 1, item: 2}}", "eval: {k: [1, 5]}", "train: {clip_norm: null}", "save:",
    "encode: {max_seq_len: null}", "train: {epochs: null, batch_size: null, seed: null}", "model: {temperature: null}",
    "train: {allow: stalling_learning_rate}", "train: {allow: [small_pool, long_warmup]}", "train: {allow: null}",
    "split: {filter: {column: time, max: 5}}", "split: {filter: null}", "recall: {file: best.csv}",
]
with tempfile.TemporaryDirectory() as folder:
    def check(text):
        path = os.path.join(folder, "recipe.yaml")
        with open(path, "w") as file:
            file.write(text)
        return subprocess.run([TOOL, "check", path], capture_output=True, text=True).returncode

    for lines, expected in ((BAD, False), (GOOD, True)):
        for line in lines:
            key = line.split(":")[0]
            base = "".join(row + "\n" for row in BASE.splitlines() if not key or not row.startswith(key + ":"))
            order = ["config", "split", "encode", "model", "train", "index", "eval"]
            rows = base.splitlines()
            place = order.index(key) if key in order else len(rows)
            rows.insert(place, line)
            text = "\n".join(rows) + "\n"
            accepted, error = check(text) == 0, fits(text)
            # A metric's name is no key, type or range: only `check` knows which metrics there are.
            if accepted != expected and "expect" not in line:
                failures += 1
                print(f"check {'accepts' if accepted else 'rejects'}: {line}")
            if (error is None) != expected:
                failures += 1
                print(f"the schema {'accepts' if error is None else 'rejects'}: {line}")
# What a section must have may come from the recipe that is extended.
if fits("extends: base.yaml\nsplit: {filter: {max: 5}}") is not None:
    failures += 1
    print("the schema rejects an extending recipe that changes a part of a filter")
if fits("split as other: {filter: {max: 5}}") is None:
    failures += 1
    print("the schema accepts a filter without a column in a cell with an id")
sys.exit(1 if failures else 0)
