"""Makes tables and what Python's csv, json and datetime read of them, a case a line, for MadeTablesTests.

Usage: made_tables.py SEED > cases.jsonl
"""

import base64
import csv
import datetime
import io
import json
import random
import sys

LETTERS = ["a", "b", "Z", "0", "7", "é", "ß", "字", "\U0001f600", "\u0301", " ", "'", "-", "+", ".", ",", ";", '"', "\n", "\r\n",
           "\t", "\\", "/", "#", "{", "[", "\u00a0", "\u2028"]
IDS = ["7", "007", "-7", "+7", "7.0", "1e3", "0", "-0", "00", " 7", "7 ", "9223372036854775807", "9223372036854775808", "x7",
       "99999999999999999999", "", "NaN", "1_000"]


def text(draw, letters=LETTERS, most=6):
    return "".join(draw.choice(letters) for _ in range(draw.randint(0, most)))


def case(kind, data, **more):
    return {"kind": kind, "data": base64.b64encode(data).decode(), **more}


def csv_field(draw, value, delimiter):
    special = any(mark in value for mark in (delimiter, "\n", "\r")) or value.startswith('"')
    if special or draw.random() < 0.3:
        return '"' + value.replace('"', '""') + '"'
    return value


def csv_case(draw):
    delimiter = draw.choice(",;\t|")
    width = draw.randint(2, 4)
    end = draw.choice(["\n", "\r\n"])
    rows = [[f"c{place}" for place in range(width)]]
    for _ in range(draw.randint(1, 8)):
        rows.append([draw.choice(IDS) if draw.random() < 0.5 else text(draw) for _ in range(width)])
    lines = []
    for row in rows:
        lines.append(delimiter.join(csv_field(draw, value, delimiter) for value in row))
        if draw.random() < 0.1:
            lines.append("")
    written = end.join(lines) + (end if draw.random() < 0.7 else "")
    read = [row for row in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter) if row]
    assert all(len(row) == width for row in read)
    mark = b"\xef\xbb\xbf" if draw.random() < 0.1 else b""
    return case("csv", mark + written.encode(), delimiter=delimiter, header=read[0], rows=read[1:])


def encoded_case(draw):
    encoding, letters = draw.choice([
        ("latin-1", "aé\u00ffß\u0080,x"), ("cp1252", "a€é„œ,x"), ("utf-16-le", "aé字\U0001f600,x"), ("utf-16-be", "aé字\U0001f600,x")])
    rows = [["c0", "c1"]] + [[text(draw, letters), text(draw, letters) + "é"] for _ in range(draw.randint(1, 30))]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    return case("csv", mark + out.getvalue().encode(encoding), delimiter=",", header=rows[0], rows=rows[1:],
                encoding="auto" if mark else encoding)


def json_string(draw, value):
    out = []
    for letter in value:
        code = ord(letter)
        if draw.random() < 0.2 or code < 0x20 or letter in '"\\':
            short = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(letter)
            if short and draw.random() < 0.7:
                out.append(short)
            elif code > 0xFFFF:
                code -= 0x10000
                out.append(f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04X}")
            else:
                out.append(f"\\u{code:04x}")
        else:
            out.append(letter)
    return '"' + "".join(out) + '"'


def json_scalar(draw):
    return draw.choice([
        lambda: json_string(draw, text(draw)), lambda: json_string(draw, draw.choice(IDS)),
        lambda: draw.choice(["7", "-7", "0", "1.5", "-0", "7.0", "1e3", "1E-2", "99999999999999999999", "-0.0e+1"]),
        lambda: draw.choice(["true", "false", "null"])])()


def json_blank(draw):
    return draw.choice(["", "", "", " ", "\t", "  "])


def json_list(draw):
    names = [json_string(draw, text(draw)) if draw.random() < 0.7 else draw.choice(["7", "1.5", "true"])
             for _ in range(draw.randint(0, 4))]
    return "[" + ",".join(json_blank(draw) + name + json_blank(draw) for name in names) + "]"


def json_object(draw, entries):
    parts = [json_blank(draw) + json_string(draw, key) + json_blank(draw) + ":" + json_blank(draw) + value + json_blank(draw)
             for key, value in entries]
    return "{" + ",".join(parts) + "}"


def json_line(draw):
    entries = []
    for key in ["a", "a", "b", "tags", "é.x", "other"]:
        if draw.random() < 0.25:
            continue
        if key == "b":
            inner = [(name, json_scalar(draw)) for name in ("c", "c", "d") if draw.random() < 0.5]
            entries.append((key, json_object(draw, inner)))
        elif key == "tags":
            entries.append((key, json_list(draw)))
        elif key == "other":
            entries.append((key, json_object(draw, [("deep", "[[1, {\"z\": [null]}]]"), ("b", "{}")])))
        else:
            entries.append((key, json_scalar(draw)))
    draw.shuffle(entries)
    return json_object(draw, entries)


def shown(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def refuse(name):
    raise ValueError(name)


def read_json(line):
    return json.loads(line, parse_int=str, parse_float=str, parse_constant=refuse)


def json_case(draw):
    lines = [json_object(draw, [("a", '"x"'), ("b", '{"c": "y"}'), ("é.x", "1"), ("tags", '["t"]')])]
    lines += [json_line(draw) for _ in range(draw.randint(1, 8))]
    rows = []
    for line in lines:
        read = read_json(line)
        names = [shown(value) for value in read.get("tags") or []]
        rows.append([shown(read.get("a")), shown(read.get("b", {}).get("c")), shown(read.get("é.x")),
                     [name for name in names if name]])
    end = draw.choice(["\n", "\r\n", "\n\n"])
    return case("jsonl", (end.join(lines) + draw.choice(["", end])).encode(), rows=rows)


def has_surrogate(value):
    if isinstance(value, str):
        return any(0xD800 <= ord(letter) < 0xE000 for letter in value)
    if isinstance(value, dict):
        return any(has_surrogate(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(has_surrogate(part) for part in value)


def broken_case(draw):
    """A line with some bytes changed, and whether it is an object still."""
    line = bytearray(json_line(draw).encode())
    for _ in range(draw.randint(1, 2)):
        place = draw.randrange(len(line))
        change = draw.choice(b'"\\{}[]:,0179eE.+-ntfu \x01\xc3\xa9\xff\xed\xa0')
        what = draw.randrange(4)
        if what == 0:
            del line[place]
        elif what == 1:
            line.insert(place, change)
        elif what == 2:
            line[place] = change
        else:
            line = line[:place + 1]
        if not line:
            break
    is_good = False
    try:
        read = []

        def pairs(entries):
            # A key that comes twice hides what stood under it.
            read.append(has_surrogate([part for pair in entries for part in pair]))
            return dict(entries)

        value = json.loads(bytes(line).decode(), parse_int=str, parse_float=str, parse_constant=refuse, object_pairs_hook=pairs)
        is_good = isinstance(value, dict) and not any(read) and line.strip()[:1] == b"{"
    except ValueError:
        pass
    return case("broken", bytes(line), good=is_good)


def moment_case(draw):
    """Moments written in one of many ways, and their ticks since 1970 of the coarsest unit that holds all."""
    digits = draw.choice([0, 0, 3, 6])
    zone = draw.choice([None, datetime.timezone.utc, datetime.timezone(datetime.timedelta(hours=5, minutes=30)),
                        datetime.timezone(-datetime.timedelta(hours=8))])
    way = draw.choice(["iso", "blank", "date", "web", "mail", "month"])
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    texts, micros = [], []
    for _ in range(draw.randint(1, 5)):
        moment = datetime.datetime(1, 1, 2) + datetime.timedelta(seconds=draw.randrange(9998 * 365 * 86400))
        moment = moment.replace(tzinfo=zone)
        if way in ("iso", "blank"):
            if digits:
                moment = moment.replace(microsecond=draw.randrange(10 ** digits) * 10 ** (6 - digits))
            written = moment.isoformat(sep="T" if way == "iso" else " ")
            if zone == datetime.timezone.utc and draw.random() < 0.5:
                written = written[:-6] + "Z"
        elif way in ("date", "month"):
            moment = moment.replace(hour=0, minute=0, second=0, tzinfo=datetime.timezone.utc)
            written = f"{moment.year:04}-{moment:%m-%d}" if way == "date" else f"{moment:%d-%b}-{moment.year:04}"
        else:
            moment = moment.replace(tzinfo=zone or datetime.timezone.utc)
            written = (f"{moment:%d/%b}/{moment.year:04}:{moment:%H:%M:%S %z}" if way == "web"
                       else f"{moment:%a, %d %b} {moment.year:04} {moment:%H:%M:%S %z}")
        since = (moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)) - epoch
        texts.append(written)
        micros.append((since.days * 86400 + since.seconds) * 10 ** 6 + since.microseconds)
    unit, scale = next(((unit, scale) for unit, scale in (("s", 10 ** 6), ("ms", 1000), ("us", 1))
                        if all(micro % scale == 0 for micro in micros)))
    # Mails write a comma.
    rows = "\n".join(f'"{written}"' for written in texts)
    return case("moments", f"t\n{rows}\n".encode(), unit=unit, ticks=[micro // scale for micro in micros])


def main(seed):
    draw = random.Random(seed)
    makers = [(csv_case, 1200), (encoded_case, 200), (json_case, 800), (broken_case, 3000), (moment_case, 600)]
    for maker, count in makers:
        for _ in range(count):
            print(json.dumps(maker(draw)))


main(int(sys.argv[1]))
