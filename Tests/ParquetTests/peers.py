"""Writes Parquet files with PyArrow, Polars and DuckDB, and reads ours with them.

  peers.py write FOLDER   writes files, and beside each of them NAME.json: what its own writer reads of it.
  peers.py read FILE      prints what each of the three reads of the file, as JSON.
  peers.py fixtures FOLDER  writes the small files that stand in the repository.

A value is a text or null, a list a list of these. Floats are texts of all their digits.
"""

import datetime
import decimal
import json
import math
import random
import sys
import uuid

import duckdb
import polars
import pyarrow
import pyarrow.parquet

ROWS = 230


def shown(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return [shown(v) for v in value]
    if isinstance(value, float):
        return "nan" if math.isnan(value) else repr(value)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        text = value.strftime("%Y-%m-%d %H:%M:%S")
        return text + (f".{value.microsecond:06d}" if value.microsecond else "")
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M:%S") + (f".{value.microsecond:06d}" if value.microsecond else "")
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "item"):
        return shown(value.item())
    return str(value)


def dump(path, names, columns):
    with open(path + ".json", "w") as file:
        json.dump({"columns": [{"name": n, "values": [shown(v) for v in c]} for n, c in zip(names, columns)]}, file)


def flat(table):
    """The leaves of a table, those of structures by their paths."""
    while any(pyarrow.types.is_struct(f.type) for f in table.schema):
        table = table.flatten()
    return table


# Values of every type, by the name of its PyArrow type.


def values(random, rows):
    def some(make):
        return [make() for _ in range(rows)]

    words = ["", "a", "ü", "phone", "say \"so\"", "a longer text that has more than eight bytes", "a longer one still"]
    epoch = datetime.datetime(1970, 1, 1)

    def moment(step):
        return some(lambda: epoch + datetime.timedelta(microseconds=random.randrange(-10**15, 2 * 10**15) // step * step))

    return {
        "bool": (pyarrow.bool_(), some(lambda: random.random() < 0.5)),
        "runs": (pyarrow.bool_(), [row // 50 % 2 == 0 for row in range(rows)]),
        "int8": (pyarrow.int8(), some(lambda: random.randrange(-128, 128))),
        "int16": (pyarrow.int16(), some(lambda: random.randrange(-32768, 32768))),
        "int32": (pyarrow.int32(), some(lambda: random.randrange(-(2**31), 2**31))),
        "int64": (pyarrow.int64(), some(lambda: random.choice([random.randrange(-(2**63), 2**63), random.randrange(9)]))),
        "few": (pyarrow.int64(), some(lambda: random.randrange(5) * 10**12)),
        "rising": (pyarrow.int64(), sorted(some(lambda: random.randrange(10**9)))),
        "uint8": (pyarrow.uint8(), some(lambda: random.randrange(256))),
        "uint16": (pyarrow.uint16(), some(lambda: random.randrange(65536))),
        "uint32": (pyarrow.uint32(), some(lambda: random.randrange(2**32))),
        "uint64": (pyarrow.uint64(), some(lambda: random.randrange(2**64))),
        "float": (pyarrow.float32(), some(lambda: random.choice([0.0, -1.5, 0.1, 1e30, math.nan]))),
        "double": (pyarrow.float64(), some(lambda: random.choice([random.random(), -0.0, 1e300, math.nan, math.inf]))),
        "text": (pyarrow.string(), some(lambda: random.choice(words))),
        "texts": (pyarrow.string(), some(lambda: f"/a/common/prefix/{random.randrange(10**6)}")),
        "date": (pyarrow.date32(), some(lambda: datetime.date(1970, 1, 1) + datetime.timedelta(random.randrange(-9999, 30000)))),
        "ms": (pyarrow.timestamp("ms"), moment(1000)),
        "us": (pyarrow.timestamp("us", "UTC"), [m.replace(tzinfo=datetime.timezone.utc) for m in moment(1)]),
        "ns": (pyarrow.timestamp("ns"), moment(1)),
        "time": (pyarrow.time64("us"), some(lambda: (epoch + datetime.timedelta(microseconds=random.randrange(86400 * 10**6))).time())),
        "dec9": (pyarrow.decimal128(9, 2), some(lambda: decimal.Decimal(random.randrange(-(10**9) + 1, 10**9)).scaleb(-2))),
        "dec18": (pyarrow.decimal128(18, 5), some(lambda: decimal.Decimal(random.randrange(-(10**18) + 1, 10**18)).scaleb(-5))),
        "dec38": (pyarrow.decimal128(38, 10), some(lambda: decimal.Decimal(random.randrange(-(10**38) + 1, 10**38)).scaleb(-10))),
    }


def holes(random, column):
    return [None if random.random() < 0.3 else v for v in column]


def listed(random, column):
    lists = []
    for place in range(len(column)):
        kind = random.random()
        if kind < 0.15:
            lists.append(None)
        elif kind < 0.3:
            lists.append([])
        else:
            lists.append([None if random.random() < 0.2 else random.choice(column) for _ in range(random.randrange(1, 5))])
    return lists


def columns(random, rows=ROWS, only=None):
    """Every type without nulls, with some, of nulls alone, and in lists: (name, type, values)."""
    made = []
    for name, (kind, column) in values(random, rows).items():
        if only and name not in only:
            continue
        made.append((name, kind, column))
        made.append((name + "_null", kind, holes(random, column)))
        made.append((name + "_list", pyarrow.list_(kind), listed(random, column)))
    if not only:
        made.append(("nothing", pyarrow.int64(), [None] * rows))
        made.append(("constant", pyarrow.int64(), [7] * rows))
    return made


def arrow_table(made):
    arrays = [pyarrow.array(column, kind) for _, kind, column in made]
    return pyarrow.table(arrays, schema=pyarrow.schema([
        pyarrow.field(name, kind, nullable=any(v is None for v in column)) for name, kind, column in made]))


def structures(random, rows=ROWS):
    kind = pyarrow.struct([("id", pyarrow.int64()), ("at", pyarrow.struct([("city", pyarrow.string())]))])
    made = [None if random.random() < 0.2 else
            {"id": random.choice([None, 7, 10**15]), "at": None if random.random() < 0.2 else {"city": random.choice(["x", None, "yz"])}}
            for _ in range(rows)]
    return pyarrow.table({"user": pyarrow.array(made, kind), "row": pyarrow.array(range(rows))})


def write_arrow(folder, random):
    def write(name, table, **options):
        path = f"{folder}/arrow-{name}.parquet"
        options.setdefault("data_page_size", 300)
        options.setdefault("write_batch_size", 37)
        pyarrow.parquet.write_table(table, path, row_group_size=100, **options)
        back = flat(pyarrow.parquet.read_table(path))
        dump(path, back.column_names, [column.to_pylist() for column in back.columns])

    table = arrow_table(columns(random))
    for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
        for page in ["1.0", "2.0"]:
            for dictionary in [False, True]:
                write(f"{codec}-{page}-{dictionary}", table, compression=codec, data_page_version=page,
                      use_dictionary=dictionary, write_page_checksum=dictionary)
    encodings = {
        "DELTA_BINARY_PACKED": ["int8", "int32", "int64", "few", "rising", "uint32", "uint64", "date", "ms", "time"],
        "BYTE_STREAM_SPLIT": ["int32", "int64", "float", "double", "dec38", "us"],
        "DELTA_LENGTH_BYTE_ARRAY": ["text", "texts"],
        "DELTA_BYTE_ARRAY": ["text", "texts", "dec38"],
        "RLE": ["bool", "runs"],
        "PLAIN": None,
    }
    for encoding, only in encodings.items():
        made = columns(random, only=only)
        table = arrow_table(made)
        for page in ["1.0", "2.0"]:
            chosen = {f"{n}.list.element" if pyarrow.types.is_list(k) else n: encoding for n, k, _ in made}
            write(f"{encoding}-{page}", table, compression="snappy", data_page_version=page,
                  use_dictionary=False, column_encoding=chosen)
    times = arrow_table(columns(random, only=["ms", "us", "ns"]))
    write("int96", times, use_deprecated_int96_timestamps=True, use_dictionary=False)
    write("int96-dictionary", times, use_deprecated_int96_timestamps=True)
    decimals = arrow_table(columns(random, only=["dec9", "dec18"]))
    write("decimals", decimals, store_decimal_as_integer=True)
    write("version1", arrow_table(columns(random, only=["int8", "uint8", "uint32", "date", "ms", "us"])), version="1.0")
    write("legacy", arrow_table(columns(random, only=["int32", "text"])), use_compliant_nested_type=False)
    write("structures", structures(random))
    half = pyarrow.array([0.5, -2.0, None, 65504.0, 6e-8, math.nan], pyarrow.float16())
    write("half", pyarrow.table({"half": half}))
    ids = [uuid.UUID(int=random.randrange(2**128)) for _ in range(20)]
    write("uuid", pyarrow.table({"id": pyarrow.array([i.bytes for i in ids], pyarrow.uuid())}))
    write("empty", table.slice(0, 0))
    large = arrow_table(columns(random, rows=6000, only=["int64", "few", "text", "texts", "double", "bool"]))
    write("large", large, data_page_size=20000, write_batch_size=1000)


def write_polars(folder, random):
    made = columns(random)
    table = polars.from_arrow(arrow_table(made))
    for codec in ["uncompressed", "snappy", "gzip", "zstd", "lz4", "brotli"]:
        for page in [200, None]:
            path = f"{folder}/polars-{codec}-{page}.parquet"
            table.write_parquet(path, compression=codec, data_page_size=page, row_group_size=100)
            back = polars.read_parquet(path)
            dump(path, back.columns, [column.to_list() for column in back])
    path = f"{folder}/polars-structures.parquet"
    polars.from_arrow(structures(random)).write_parquet(path)
    back = flat(polars.read_parquet(path).to_arrow())
    dump(path, back.column_names, [column.to_pylist() for column in back.columns])


def write_duckdb(folder, random):
    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")
    made = [(n, k, c) for n, k, c in columns(random, rows=2200) if not n.startswith(("us", "time"))]
    whole = arrow_table(made)
    for codec in ["uncompressed", "snappy", "gzip", "zstd", "lz4_raw", "brotli"]:
        for version in ["V1", "V2"]:
            # Several row groups, which DuckDB has of 2,048 rows at least, for one codec alone.
            base.register("made", whole if codec == "snappy" else whole.slice(0, 300))
            path = f"{folder}/duckdb-{codec}-{version}.parquet"
            base.execute(f"COPY made TO '{path}' (FORMAT parquet, CODEC {codec}, PARQUET_VERSION {version}, ROW_GROUP_SIZE 2048)")
            back = base.execute(f"SELECT * FROM '{path}'")
            names = [d[0] for d in back.description]
            dump(path, names, list(zip(*back.fetchall())))


def read(path):
    found = {}
    back = pyarrow.parquet.read_table(path)
    found["pyarrow"] = {n: [shown(v) for v in c.to_pylist()] for n, c in zip(back.column_names, back.columns)}
    back = polars.read_parquet(path)
    found["polars"] = {c.name: [shown(v) for v in c.to_list()] for c in back}
    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")
    back = base.execute(f"SELECT * FROM '{path}'")
    names = [d[0] for d in back.description]
    rows = back.fetchall()
    found["duckdb"] = {n: [shown(row[i]) for row in rows] for i, n in enumerate(names)}
    group = pyarrow.parquet.ParquetFile(path).metadata.row_group(0)
    facts = {}
    for place in range(group.num_columns):
        column = group.column(place)
        extremes = column.statistics
        facts[column.path_in_schema] = [
            shown(extremes.min if extremes and extremes.has_min_max else None),
            shown(extremes.max if extremes and extremes.has_min_max else None),
            "dictionary" if "RLE_DICTIONARY" in column.encodings else "plain",
        ]
    found["facts"] = facts
    json.dump(found, sys.stdout)


def main():
    command, path = sys.argv[1:3]
    if command == "write":
        write_arrow(path, random.Random(1))
        write_polars(path, random.Random(2))
        write_duckdb(path, random.Random(3))
    elif command == "read":
        read(path)
    elif command == "fixtures":
        fixtures(path, random.Random(4))


def fixtures(folder, random):
    def write(name, table, **options):
        path = f"{folder}/{name}.parquet"
        pyarrow.parquet.write_table(table, path, store_schema=False, **options)
        back = flat(pyarrow.parquet.read_table(path))
        dump(path, back.column_names, [column.to_pylist() for column in back.columns])

    made = columns(random, rows=12, only=["bool", "int32", "int64", "float", "text", "ms", "us", "dec9"])
    table = arrow_table(made)
    write("dictionary-v1-snappy", table, compression="snappy", row_group_size=7, write_page_checksum=True)
    write("plain-v2-zstd", table, compression="zstd", data_page_version="2.0", use_dictionary=False)
    path = f"{folder}/polars.parquet"
    frame = polars.from_arrow(table)
    frame.write_parquet(path, compression="lz4")
    back = polars.read_parquet(path)
    dump(path, back.columns, [column.to_list() for column in back])
    base = duckdb.connect()
    base.register("made", arrow_table([m for m in made if not m[0].startswith("us")]))
    path = f"{folder}/duckdb.parquet"
    base.execute(f"COPY made TO '{path}' (FORMAT parquet, CODEC gzip, PARQUET_VERSION V2)")
    back = base.execute(f"SELECT * FROM '{path}'")
    names = [d[0] for d in back.description]
    dump(path, names, list(zip(*back.fetchall())))


main()
