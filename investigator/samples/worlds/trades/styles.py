"""How a line is written: one function a style of log, and one a style of table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

from investigator.months import SHORT as MONTHS

#: What a source says of itself (`service`, `keys`, `host`), and what one of its lines says.
Source = dict[str, Any]
Fields = dict[str, str]
Writer = Callable[[Source, int, str, str, Fields, Random], str]


def when(time: int) -> datetime:
    """The moment as an aware datetime in UTC."""
    return datetime.fromtimestamp(time / 1000, UTC)


def _iso(time: int) -> str:
    return f"{when(time):%Y-%m-%dT%H:%M:%S}.{time % 1000:03d}Z"


def _json(source: Source, time: int, level: str, text: str, fields: Fields, dice: Random) -> str:
    stamp, severity, service, message = source.get("keys", ("ts", "level", "service", "msg"))
    said = {stamp: _iso(time), severity: level, service: source["service"], message: text}
    return json.dumps(said | fields, ensure_ascii=False)


def _logfmt(source: Source, time: int, level: str, text: str, fields: Fields, dice: Random) -> str:
    said = {"ts": _iso(time), "level": level, "app": source["service"], "msg": text} | fields
    return " ".join(f'{k}="{v}"' if " " in v else f"{k}={v}" for k, v in said.items())


def _pairs(source: Source, time: int, level: str, text: str, fields: Fields, dice: Random) -> str:
    said = {"thread": f"{dice.randrange(1, 33)}", "sev": level[0].upper(), "op": text} | fields
    return _iso(time) + " " + " ".join(f"{key}={value}" for key, value in said.items())


def _log4j(source: Source, time: int, level: str, text: str, fields: Fields, dice: Random) -> str:
    at = f"{when(time):%Y-%m-%d %H:%M:%S},{time % 1000:03d}"
    return (
        f"{at} {level.upper():<5} [exec-{dice.randrange(1, 17)}] {source['logger']} - {text}{_tail(fields)}"
    )


def _python(source: Source, time: int, level: str, text: str, fields: Fields, dice: Random) -> str:
    at = f"{when(time):%Y-%m-%d %H:%M:%S},{time % 1000:03d}"
    return f"{at} - {source['service']} - {level.upper()} - {text}{_tail(fields)}"


def _syslog(source: Source, time: int, level: str, text: str, fields: Fields, dice: Random) -> str:
    at = when(time)
    stamp = f"{MONTHS[at.month - 1]} {at.day:>2} {at:%H:%M:%S}"
    return (
        f"{stamp} {source['host']} {source['service']}[{1000 + len(source['host'])}]: {text}{_tail(fields)}"
    )


def _syslog_5424(source: Source, time: int, level: str, text: str, fields: Fields, dice: Random) -> str:
    code = 134 - 2 * (level == "warn") - 3 * (level == "error")
    return f"<{code}>1 {_iso(time)} {source['host']} {source['service']} 811 - - {text}{_tail(fields)}"


def _bars(source: Source, time: int, level: str, text: str, fields: Fields, dice: Random) -> str:
    return (
        f"{when(time):%Y-%m-%d %H:%M:%S} | {level.upper():<5} | {source['service']} | {text}{_tail(fields)}"
    )


def _access(source: Source, time: int, level: str, text: str, fields: Fields, dice: Random) -> str:
    at = when(time)
    stamp = f"{at.day:02d}/{MONTHS[at.month - 1]}/{at:%Y:%H:%M:%S} +0000"
    status = fields.get("status", "200")
    client = f"10.{dice.randrange(4)}.{dice.randrange(256)}.{dice.randrange(1, 255)}"
    return f'{client} - - [{stamp}] "{text} HTTP/1.1" {status} {dice.randrange(180, 9000)} "-" "{source["agent"]}"'


def _bare(source: Source, time: int, level: str, text: str, fields: Fields, dice: Random) -> str:
    return f"{when(time).strftime(source['time'])}{text}{_tail(fields)}"


def _tail(fields: Fields) -> str:
    return "".join(f" {key}={value}" for key, value in fields.items())


STYLES: dict[str, Writer] = {
    "json": _json,
    "logfmt": _logfmt,
    "pairs": _pairs,
    "log4j": _log4j,
    "python": _python,
    "syslog": _syslog,
    "syslog_5424": _syslog_5424,
    "bars": _bars,
    "access": _access,
    "bare": _bare,
}


def table(form: str, name: str, columns: list[str], rows: list[list[str]]) -> str:
    """Rows as `csv`, `semicolons`, `tabs`, `copy` and `inserts` of a dump, or as `psql` prints them."""
    if form in ("csv", "semicolons", "tabs"):
        out = io.StringIO()
        mark = {"csv": ",", "semicolons": ";", "tabs": "\t"}[form]
        csv.writer(out, delimiter=mark, lineterminator="\n").writerows([columns, *rows])
        return out.getvalue()
    if form == "copy":
        head = f"COPY public.{name} ({', '.join(columns)}) FROM stdin;"
        return "\n".join([head, *("\t".join(cell or "\\N" for cell in row) for row in rows), "\\.", ""])
    if form == "inserts":
        head = f"INSERT INTO {name} ({', '.join(columns)}) VALUES"
        return "".join(f"{head} ({', '.join(_quoted(cell) for cell in row)});\n" for row in rows)
    if form == "psql":
        wide = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
        lines = [" | ".join(c.ljust(w) for c, w in zip(row, wide, strict=True)) for row in (columns, *rows)]
        bar = "-+-".join("-" * width for width in wide)
        return "\n".join(
            [f" {lines[0]} ", f"-{bar}-", *(f" {line} " for line in lines[1:]), f"({len(rows)} rows)", ""]
        )
    raise ValueError(f"There is no form of table named {form!r}.")


def _quoted(cell: str) -> str:
    return "'" + cell.replace("'", "''") + "'" if cell else "NULL"
