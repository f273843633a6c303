"""From a source's fields to events of the one schema: one SELECT, made once a source, run over every chunk.

The input is a relation named `rows` with unit, units, byte and one text column a key (f0, f1, ...).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigator.events import mask, schema
from investigator.load import times
from investigator.load.roles import Roles
from investigator.load.times import Style

if TYPE_CHECKING:
    import pyarrow as pa

#: pino and bunyan count by tens; syslog and journald from 7 (debug) down to 0 (emergency).
_PINO = {10: 1, 20: 5, 30: 9, 40: 13, 50: 17, 60: 21}
_SYSLOG = {0: 24, 1: 22, 2: 21, 3: 17, 4: 13, 5: 10, 6: 9, 7: 5}
_POD_TAIL = "-[0-9a-f]{6,10}-[a-z0-9]{5}$"
_LEVEL_WORD = r"\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL)\b"


@dataclass(frozen=True)
class Plan:
    """How one source's fields become events."""

    keys: tuple[str, ...]
    roles: Roles
    style: Style
    observed: Style | None
    attributes: tuple[str, ...]  # keys that get a column of their own
    zone: str | None
    year: int | None
    source: str
    evidence: str
    load: int
    service: str  # what the service is where no key says it; empty for none
    constant: Mapping[str, str]

    @property
    def columns(self) -> list[str]:
        """The attr_ columns, in order."""
        return list(dict.fromkeys(schema.attribute_column(key) for key in self.attributes))

    def column(self, key: str) -> str:
        """The relation's column of a key."""
        return f"f{self.keys.index(key)}"

    def role(self, role: str) -> str | None:
        """The relation's column of a role; None where no key has it."""
        key = self.roles.of.get(role)
        return self.column(key) if key is not None else None


def select(plan: Plan, extra: Sequence[str] = ()) -> str:
    """The SELECT over `rows` that gives events without their attributes, in the rows' order.

    The attributes' own columns come with it, named a0, a1, ...: `finished` makes the map of them. `extra` are
    expressions over `rows` that come along.
    """
    rest = [key for key in plan.keys if key not in plan.roles.taken and key not in plan.roles.numbers]
    when = plan.role("time")
    time = times.sql(when, plan.style, year=plan.year, zone=plan.zone) if when else "NULL::TIMESTAMP"
    observed = plan.role("observed_time")
    seen = times.sql(observed, plan.observed) if observed and plan.observed else "NULL::TIMESTAMP"
    body = _body(plan, rest)
    inner = [
        f"{time} AS time",
        f"{seen} AS observed_time",
        f"{body} AS body",
        f"{_severity_text(plan)} AS severity_text",
        f"{_service(plan)} AS service",
        f"{_text(plan.role('host'))} AS host",
        f"{_text(plan.role('trace_id'))} AS trace_id",
        f"{_text(plan.role('span_id'))} AS span_id",
        *(f"nullif({plan.column(key)}, '') AS a{i}" for i, key in enumerate(kept_keys(plan))),
        *(f"{_attribute(plan, column)} AS {column}" for column in plan.columns),
        "unit",
        "units",
        "byte",
        *extra,
    ]
    if plan.roles.numbers:
        # A wide table of numbers: one event a cell.
        cells = ", ".join(
            f"{{'name': {quote(key)}, 'value': try_cast({plan.column(key)} AS DOUBLE)}}"
            for key in plan.roles.numbers
        )
        inner.append(f"unnest([{cells}]) AS cell")
        name, value = "cell.name", "cell.value"
    elif plan.roles.kind == "metric":
        inner += [
            f"{_text(plan.role('name'))} AS metric",
            f"try_cast({plan.role('value')} AS DOUBLE) AS number",
        ]
        name, value = "metric", "number"
    else:
        name, value = mask.sql("body"), "NULL::DOUBLE"
    low, high = _width(plan)
    kind = quote(plan.roles.kind)
    if plan.roles.kind not in ("record", "metric"):
        kind = f"CASE WHEN time IS NULL THEN 'record' ELSE {kind} END"
    outer = {
        "time": "time",
        "time_low": f"time{low}",
        "time_high": f"time{high}",
        "observed_time": "observed_time",
        "source": quote(plan.source),
        "kind": kind,
        "severity_number": f"({_severity_number(plan)})::TINYINT",
        "severity_text": "severity_text",
        "service": "service",
        "host": "host",
        "trace_id": "trace_id",
        "span_id": "span_id",
        "name": name,
        "body": "body" if plan.roles.kind != "metric" else "coalesce(body, '')",
        "value": value,
        "attributes": "NULL",
        "evidence": quote(plan.evidence),
        "unit": "unit",
        "units": "units",
        "byte": "byte",
        "load": f"{plan.load}::BIGINT",
    }
    assert list(outer) == list(schema.COLUMNS)
    where = " WHERE value IS NOT NULL" if plan.roles.numbers else ""
    outer.pop("attributes")
    leaves = [f"a{i}" for i in range(len(kept_keys(plan)))]
    columns = ", ".join(
        [
            *(f"{sql} AS {name}" for name, sql in outer.items()),
            *plan.columns,
            *leaves,
            *(item.rsplit(" AS ", 1)[1] for item in extra),
        ]
    )
    return f"SELECT * FROM (SELECT {columns} FROM (SELECT {', '.join(inner)} FROM rows)){where}"


def quote(text: str) -> str:
    """A text as an SQL literal. Only names that the kit or a key gave come here; values stay in columns."""
    return "'" + text.replace("'", "''") + "'"


def _text(column: str | None) -> str:
    return f"nullif({column}, '')" if column else "NULL::VARCHAR"


def _body(plan: Plan, rest: Sequence[str]) -> str:
    kind = plan.roles.kind
    said = plan.role("body")
    if said:
        text = f"rtrim({said}, chr(10) || chr(13) || ' ')"
        # A container's wrapper: the line itself is inside.
        inner = f"coalesce({said}->>'log', {said}->>'message', {said}->>'msg')"
        text = (
            f"CASE WHEN left({said}, 1) = '{{' AND json_valid({said}) "
            f"THEN coalesce(rtrim({inner}, chr(10) || chr(13) || ' '), {text}) ELSE {text} END"
        )
        return f"coalesce({text}, '')"
    by_word = {key.lower(): plan.column(key) for key in plan.keys}
    if kind == "deploy":
        service = plan.role("service")
        version = _first(by_word, "version", "build", "release", "tag", "image", "sha", "commit")
        before, why = (
            _first(by_word, "previous", "from"),
            _first(by_word, "note", "message", "description", "title"),
        )
        parts = [f"coalesce({column}, '') || ' '" for column in (service, version) if column]
        parts = ["trim(" + " || ".join(parts) + ")"] if parts else ["''"]
        parts += [f"coalesce(' (was ' || {before} || ')', '')"] if before else []
        parts += [f"coalesce(': ' || {why}, '')"] if why else []
        return f"trim({' || '.join(parts)})"
    if kind == "flag":
        flag = _first(
            by_word, "flag", "feature_flag", "featureflag", "flag_key", "flag_name", "toggle", "name"
        )
        low, high = (
            _first(by_word, "from", "old", "previous", "before"),
            _first(by_word, "to", "new", "value", "after"),
        )
        parts = [f"'flag ' || coalesce({flag}, '')"] if flag else ["'flag'"]
        parts += [f"coalesce(': ' || {low}, '')"] if low else []
        parts += [f"coalesce(' to ' || {high}, '')"] if high else []
        return " || ".join(parts)
    if kind == "metric":
        return "''"
    shown = [key for key in plan.keys if key not in (plan.roles.of.get("time"),)][:16]
    if not shown:
        return "''"
    pairs = ", ".join(f"{quote(key + '=')} || nullif({plan.column(key)}, '')" for key in shown)
    return f"left(concat_ws(' ', {pairs}), 300)"


def _first(by_word: Mapping[str, str], *names: str) -> str | None:
    return next((by_word[name] for name in names if name in by_word), None)


def _severity_text(plan: Plan) -> str:
    column = plan.role("severity_text")
    if column:
        return _text(column)
    if plan.roles.kind == "access":
        return "NULL::VARCHAR"
    said = plan.role("body")
    if said and plan.roles.kind == "log":
        return f"nullif(regexp_extract(substr({said}, 1, 160), '{_LEVEL_WORD}', 1), '')"
    return "NULL::VARCHAR"


def _severity_number(plan: Plan) -> str:
    words = schema.SEVERITY_WORDS
    by_word = (
        "CASE lower(trim(severity_text)) "
        + " ".join(f"WHEN {quote(w)} THEN {n}" for w, n in words.items())
        + " END"
    )
    # The common spellings first, as they are: the general reading costs a copy of every word.
    usual = (
        "info",
        "INFO",
        "error",
        "ERROR",
        "warn",
        "WARN",
        "warning",
        "WARNING",
        "debug",
        "DEBUG",
        "Info",
        "Error",
    )
    quick = " ".join(f"WHEN {quote(word)} THEN {words[word.lower()]}" for word in usual)
    by_word = f"CASE severity_text {quick} ELSE {by_word} END"
    if plan.roles.kind == "access":
        status = next(
            (schema.attribute_column(k) for k in plan.attributes if k.lower().startswith("status")), None
        )
        if status is None:
            return "9"
        number = f"try_cast({status} AS INTEGER)"
        return f"CASE WHEN {number} >= 500 THEN 17 WHEN {number} >= 400 THEN 13 WHEN {number} IS NOT NULL THEN 9 END"
    if plan.role("severity_text") is None:
        return by_word if plan.roles.kind == "log" else "NULL"
    number = "try_cast(severity_text AS INTEGER)"
    if _priority(plan):
        small = " ".join(f"WHEN {number} % 8 = {key} THEN {value}" for key, value in _SYSLOG.items())
    else:
        small = " ".join(f"WHEN {number} = {key} THEN {value}" for key, value in _PINO.items())
    return f"coalesce({by_word}, CASE {small} END)"


def _priority(plan: Plan) -> bool:
    return plan.roles.of.get("severity_text", "").lower() in ("priority", "syslog_severity", "severity")


def _service(plan: Plan) -> str:
    column = plan.role("service")
    fallback = quote(plan.service) if plan.service else "NULL::VARCHAR"
    if column is None:
        return fallback
    text = _text(column)
    if plan.roles.pod:
        text = f"regexp_replace({text}, '{_POD_TAIL}', '')"
    return f"coalesce({text}, {fallback})"


def kept_keys(plan: Plan) -> list[str]:
    """The keys that go into the map of attributes."""
    if plan.roles.kind == "record":
        return list(plan.keys)
    kept = [key for key in plan.keys if key not in plan.roles.taken and key not in plan.roles.numbers]
    if plan.roles.pod:
        kept.append(plan.roles.of["service"])  # its whole name says which copy of the service it was
    return kept


def finished(plan: Plan, table: pa.Table) -> pa.Table:
    """The events with the map of their attributes, in the schema's order of columns, and sorted by time.

    Most logs are sorted as they are; the others are sorted here, after the times are known.

    The map is made of whole columns with numpy: the engine's own, entry by entry, takes longer than all the rest.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    names = [*kept_keys(plan), *plan.constant]
    rows = table.num_rows
    if rows > 1 and not _sorted(table["time"]):
        table = table.take(pc.sort_indices(table, [("time", "ascending"), ("unit", "ascending")]))
    columns = [table[f"a{i}"].combine_chunks() for i in range(len(kept_keys(plan)))]
    columns += [pa.array([value] * rows, pa.string()) for value in plan.constant.values()]
    columns = [
        (c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c).cast(pa.string()) for c in columns
    ]
    if columns:
        there = np.stack([c.is_valid().to_numpy(zero_copy_only=False) for c in columns], axis=1)
        places = (np.arange(rows)[:, None] + rows * np.arange(len(columns))[None, :])[there]
        values = pa.concat_arrays(columns).take(pa.array(places))
        which = np.broadcast_to(np.arange(len(columns), dtype=np.int32)[None, :], there.shape)[there]
        keys = pa.DictionaryArray.from_arrays(pa.array(which), pa.array(names, pa.string())).cast(pa.string())
        offsets = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32)
        attributes = pa.MapArray.from_arrays(pa.array(offsets), keys, values)
    else:
        offsets = np.zeros(rows + 1, dtype=np.int32)
        attributes = pa.MapArray.from_arrays(
            pa.array(offsets), pa.array([], pa.string()), pa.array([], pa.string())
        )
    known = schema.arrow_schema()
    out = [
        attributes if field.name == "attributes" else table[field.name].cast(field.type) for field in known
    ]
    extra = [table[name].cast(pa.string()) for name in plan.columns]
    whole = pa.schema([*known, *(pa.field(name, pa.string()) for name in plan.columns)])
    return pa.Table.from_arrays([*out, *extra], schema=whole)


def _sorted(times_: pa.ChunkedArray) -> bool:
    """Whether times never go back, and none is missing."""
    import numpy as np
    import pyarrow as pa

    if times_.null_count:
        return False
    numbers = times_.combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False)
    return bool((np.diff(numbers) >= 0).all())


#: Columns in which the same values come again and again: a dictionary makes them small; for the others it is time lost.
DICTIONARY = (
    "source kind severity_text service host name evidence severity_number attributes.key_value.key "
    "attributes.key_value.value"
).split()


def _attribute(plan: Plan, column: str) -> str:
    keys = [key for key in plan.attributes if schema.attribute_column(key) == column]
    parts = [f"nullif({plan.column(key)}, '')" for key in keys if key in plan.keys] or ["NULL::VARCHAR"]
    return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def _width(plan: Plan) -> tuple[str, str]:
    """What to add to a time for the earliest and the latest that it can have been."""
    low, high = "", ""
    if plan.style.name not in ("none", "epoch") and not plan.style.zoned and not plan.zone:
        # Zones run from UTC-12 to UTC+14.
        low, high = " - INTERVAL 14 HOUR", " + INTERVAL 12 HOUR"
    if plan.style.resolution > 1:
        high += f" + INTERVAL {plan.style.resolution - 1} MICROSECOND"
    return low, high


def doubts(plan: Plan) -> list[str]:
    """What is not certain about this source's times, in words."""
    out: list[str] = []
    if "time" not in plan.roles.of or plan.style.name in ("none", "epoch"):
        return out
    if not plan.style.zoned and not plan.zone:
        out.append(
            "its times name no zone: read as UTC; add it again with zone='Europe/Berlin' or where it is from"
        )
    elif not plan.style.zoned:
        out.append(f"its times name no zone: read as {plan.zone}, as you said")
    if plan.style.year_missing:
        out.append(f"its times name no year: read as {plan.year}")
    if plan.style.resolution >= 60_000_000:
        out.append("its times are to the minute")
    return out
