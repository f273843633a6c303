"""The one schema of an event, in OpenTelemetry's words. The only module that owns column names.

Source: OpenTelemetry logs data model (https://opentelemetry.io/docs/specs/otel/logs/data-model/), severity
numbers 1 to 24. Timestamps in Parquet and in the engine are UTC without a zone, in microseconds: an aware type
costs a calendar look-up a row and says nothing more. `frame` gives them back aware.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from investigator.errors import ParameterError

if TYPE_CHECKING:
    import pandas
    import pyarrow

VERSION = 1

#: name -> (arrow type in short, what it is)
COLUMNS: dict[str, tuple[str, str]] = {
    "time": ("time", "the instant as written; the middle only where the text itself is an interval"),
    "time_low": ("time", "the earliest it can have been"),
    "time_high": ("time", "the latest it can have been"),
    "observed_time": ("time", "when a collector saw it, where known"),
    "source": ("text", "the name of the evidence it came from"),
    "kind": (
        "text",
        "log, access, audit, deploy, flag, alert, metric, span, message, ticket, mail, note, record",
    ),
    "severity_number": ("int8", "OpenTelemetry's 1 to 24"),
    "severity_text": ("text", "the source's own word for it"),
    "service": ("text", "service.name"),
    "host": ("text", "host.name"),
    "trace_id": ("text", "where known"),
    "span_id": ("text", "where known"),
    "name": ("text", "the kind of event: 12 hex of its masked body, or a metric's name"),
    "body": ("text", "the message"),
    "value": ("float64", "the number, for metrics"),
    "attributes": ("map", "all the rest, text to text"),
    "evidence": ("text", "12 hex of the evidence's sha256, and !member inside an archive or a database"),
    "unit": ("int64", "which line, row or record in it, from 1"),
    "units": ("int64", "how many units it was joined from"),
    "byte": ("int64", "at which byte the unit starts; null where there are no bytes, as in a database"),
    "load": ("int64", "number of the ledger entry that brought it"),
}

#: One row for each mention of an id: what a trace shows, sorted by kind and id.
ENTITY_COLUMNS: dict[str, tuple[str, str]] = {
    "id": ("text", "the id, as most of its kind are written"),
    "id_kind": ("text", "document, customer, order, request, trace, ..."),
    "alias": ("text", "another id of the same thing, where this row says so; else null"),
    **{
        name: COLUMNS[name]
        for name in (
            "time",
            "time_low",
            "time_high",
            "source",
            "kind",
            "service",
            "severity_number",
            "name",
            "body",
            "evidence",
            "unit",
            "units",
            "load",
        )
    },
}

#: One row for each unit that could not be read.
REJECT_COLUMNS: dict[str, tuple[str, str]] = {
    "source": ("text", "the name of the evidence it came from"),
    "evidence": COLUMNS["evidence"],
    "unit": COLUMNS["unit"],
    "byte": COLUMNS["byte"],
    "length": ("int64", "bytes of the unit; the text below may be shortened, the evidence is not"),
    "reason": ("text", "why it could not be read"),
    "text": ("text", "its first 2,000 characters, undecodable bytes as \\xNN"),
    "load": COLUMNS["load"],
}

#: One row for each id and each kind of message of each place that names it: the ways of things, read in one go.
FIRST_COLUMNS: dict[str, tuple[str, str]] = {
    "id": ENTITY_COLUMNS["id"],
    "id_kind": ENTITY_COLUMNS["id_kind"],
    "step": ("text", "the service, else the source"),
    "name": COLUMNS["name"],
    "time": ("time", "the first time"),
    "last": ("time", "the last time"),
    "n": ("int64", "how often"),
    "told_by": ("text", "the least of its sources"),
    "also_by": ("text", "the greatest of its sources"),
}

#: One row for each source that saw an id which others saw too, of some two thousand ids of a kind: by them clocks are compared.
SHARED_COLUMNS: dict[str, tuple[str, str]] = {
    "id": ENTITY_COLUMNS["id"],
    "id_kind": ENTITY_COLUMNS["id_kind"],
    "source": COLUMNS["source"],
    "first": ("time", "when this source saw it first"),
    "last": ("time", "when this source saw it last"),
    "n": ("int64", "how often"),
}

#: One row for each other name of an id: as it is written, without case and separators, the id, its kind, and what says so.
NAME_COLUMNS: dict[str, tuple[str, str]] = {
    "written": ("text", "the name as written"),
    "folded": ("text", "the name without case and separators"),
    "id": ENTITY_COLUMNS["id"],
    "id_kind": ENTITY_COLUMNS["id_kind"],
    "via": ("text", "spelling, or the source and column that hold it beside the id"),
}

#: What machines write on the way of a thing: the kinds whose rows make a path.
STEP_KINDS = ("log", "access", "audit", "span")
#: What people write.
PEOPLE_KINDS = ("message", "ticket", "mail", "note")
#: Of these what is written to somebody, once and at length.
LETTER_KINDS = ("ticket", "mail")

KINDS = (
    "log",
    "access",
    "audit",
    "deploy",
    "flag",
    "alert",
    "metric",
    "span",
    "message",
    "ticket",
    "mail",
    "note",
    "record",
)

#: Prefix of the columns made from attributes that at least 1 % of a source's rows carry, at most 64.
ATTRIBUTE_PREFIX = "attr_"
ATTRIBUTE_COLUMNS_AT_MOST = 64
ATTRIBUTE_SHARE_AT_LEAST = 0.01

#: A total order over events, for every LIMIT and every table that a person sees.
ORDER = ("time", "evidence", "unit", "byte", "name", "body")

SEVERITY_WORDS: dict[str, int] = {
    "trace": 1,
    "verbose": 1,
    "finest": 1,
    "finer": 2,
    "debug": 5,
    "dbg": 5,
    "fine": 5,
    "config": 8,
    "info": 9,
    "information": 9,
    "informational": 9,
    "normal": 9,
    "ok": 9,
    "notice": 10,
    "warn": 13,
    "warning": 13,
    "wrn": 13,
    "error": 17,
    "err": 17,
    "severe": 17,
    "failure": 17,
    "fail": 17,
    "critical": 21,
    "crit": 21,
    "fatal": 21,
    "alert": 22,
    "panic": 23,
    "emerg": 24,
    "emergency": 24,
    # OpenTelemetry's finer steps, which others count too.
    **{
        f"{word}{step}": first + step - 1
        for first, word in (
            (1, "trace"),
            (5, "debug"),
            (9, "info"),
            (13, "warn"),
            (17, "error"),
            (21, "fatal"),
        )
        for step in (1, 2, 3, 4)
    },
    "debug5": 5,
    # Serilog's and others' three letters.
    "success": 9,
    "trac": 1,
    "debu": 5,
    "erro": 17,
    "fata": 21,
    "pani": 23,
    "vrb": 1,
    "inf": 9,
    "ftl": 21,
    # What alerts and tickets say.
    "low": 9,
    "medium": 13,
    "moderate": 13,
    "high": 17,
    # Programs that speak German, French, Spanish or Italian.
    "hinweis": 10,
    "warnung": 13,
    "avertissement": 13,
    "advertencia": 13,
    "fehler": 17,
    "erreur": 17,
    "errore": 17,
    "kritisch": 21,
    "critique": 21,
}

WARNING = 13
ERROR = 17
FATAL = 21


def severity_name(number: int | None) -> str:
    """The plain word for an OpenTelemetry severity number: 17 is error."""
    if number is None or number != number:
        return "unknown"
    for floor, word in ((21, "fatal"), (17, "error"), (13, "warning"), (9, "info"), (5, "debug")):
        if number >= floor:
            return word
    return "trace"


@lru_cache(maxsize=10_000)
def attribute_column(key: str) -> str:
    """The column name of an attribute key: `http.status_code` is attr_http_status_code."""
    return ATTRIBUTE_PREFIX + re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")


def arrow_schema(columns: dict[str, tuple[str, str]] | None = None) -> pyarrow.Schema:
    """The columns as an Arrow schema (default: those of an event)."""
    import pyarrow as pa

    types = {
        "time": pa.timestamp("us"),
        "text": pa.string(),
        "int8": pa.int8(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "map": pa.map_(pa.string(), pa.string()),
    }
    return pa.schema([pa.field(name, types[short]) for name, (short, _) in (columns or COLUMNS).items()])


def origin(evidence: str, unit: int, units: int = 1) -> str:
    """Where a row came from, as people cite it: `3fa9c1d20b77:1204` or `3fa9c1d20b77!documents:17-19`."""
    return f"{evidence}:{unit}" if units <= 1 else f"{evidence}:{unit}-{unit + units - 1}"


_ORIGIN = re.compile(r"^(?P<evidence>[0-9a-f]{12}(?:!.+)?):(?P<unit>\d+)(?:-(?P<last>\d+))?$")


def parse_origin(text: str) -> tuple[str, int, int]:
    """Evidence, first unit and number of units of an origin; raises ParameterError where it is none."""
    match = _ORIGIN.match(text.strip())
    if not match:
        raise ParameterError(
            f"'{text}' is no origin.",
            "An origin looks like 3fa9c1d20b77:1204 or 3fa9c1d20b77!documents:17-19.",
            "Copy it from the last column of a table.",
        )
    unit = int(match["unit"])
    last = int(match["last"] or unit)
    return match["evidence"], unit, last - unit + 1


def frame(table: pandas.DataFrame) -> pandas.DataFrame:
    """A copy of a small engine result as people get it: times aware UTC, `origin` in place of its parts."""
    import pandas as pd

    out = table.copy()
    for column, kind in table.dtypes.items():
        if isinstance(kind, pd.DatetimeTZDtype):
            out[column] = out[column].dt.tz_convert("UTC")
        elif getattr(kind, "kind", "") == "M":
            out[column] = out[column].dt.tz_localize("UTC")
    if {"evidence", "unit"} <= set(out.columns):
        units = out["units"] if "units" in out.columns else [1] * len(out)
        out["origin"] = [
            origin(e, int(u), int(n)) for e, u, n in zip(out["evidence"], out["unit"], units, strict=True)
        ]
        out = out.drop(columns=[c for c in ("evidence", "unit", "units", "byte", "load") if c in out.columns])
    return out


def severity_of(given: int | str) -> int:
    """The OpenTelemetry number of a severity, given as a number or a word."""
    if isinstance(given, str):
        number = SEVERITY_WORDS.get(given.lower())
        if number is None:
            raise ParameterError(
                f"'{given}' is no severity.",
                "There are: trace, debug, info, warning, error, fatal.",
                "Use one of these.",
            )
        return number
    return int(given)
