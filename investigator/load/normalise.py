"""From a source's fields to events of the one schema: one SELECT, made once a source, run over every chunk.

The input is a relation named `rows` with unit, units, byte and one text column a key (f0, f1, ...).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from investigator.load import times, traces
from investigator.load.plan import INTERVAL, Plan
from investigator.load.roles import plain
from investigator.load.sql import filled, quote
from investigator.load.times import Style

_POD_TAIL = "-[0-9a-f]{6,10}-[a-z0-9]{5}$"
#: In capitals anywhere near the beginning; in small letters only in brackets; a letter only at the very beginning.
_LEVEL_WORDS = (
    r"\b(TRACE|VERBOSE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|ALERT|EMERG|PANIC|FEHLER|WARNUNG|ERREUR)\b",
    r"[\[(<|](trace|debug|info|notice|warn|warning|error|err|critical|crit|fatal|Debug|Info|Warning|Error|Fatal)[\])>|]",
    r"^([VDIWEF])\s+[\w.\[/-]",
)
#: Most messages hold none: that is told in one look.
_ANY_LEVEL = "|".join(f"(?:{words})" for words in _LEVEL_WORDS)


def select(plan: Plan) -> str:
    """The SELECT over `rows` that gives what differs from row to row, in the rows' order; `finished` adds the rest.

    Attributes come as a0, a1, ...
    """
    inner = f"SELECT {', '.join(columns(plan))} FROM {relation(plan)}"
    if plan.roles.numbers:
        return (
            f"SELECT * EXCLUDE (cell), cell.name AS name, cell.value AS value FROM ({inner}) "
            "WHERE cell.value IS NOT NULL"
        )
    return inner


def columns(plan: Plan) -> list[str]:
    """What `select` asks of each row, as expressions with their names."""
    rest = [key for key in plan.keys if key not in plan.roles.taken and key not in plan.roles.numbers]
    when = plan.role("time")
    time = times.sql(when, plan.style, year=plan.year, zone=plan.zone) if when else "NULL::TIMESTAMP"
    nanos = _nanos(plan)
    if when and nanos:
        time = f"({time} + to_microseconds(coalesce(try_cast({nanos} AS BIGINT), 0) // 1000))"
    if when and plan.also.get("time"):
        others = [
            times.sql(plan.column(k), s, year=plan.year, zone=plan.zone) for k, s in plan.also_styles.items()
        ]
        time = f"coalesce({', '.join([time, *others])})"
    if plan.wrapped and _inside(plan, "time"):
        # A wrapper without a time, such as docker compose: the line inside says it.
        time = f"coalesce({time}, {times.sql(_inside(plan, 'time')[0], Style('epoch'))})"
    found = [f"{time} AS time", "unit", "units", "byte"]
    if plan.interval:
        found += [
            f"{times.sql(plan.column(key), Style('iso')) if key in plan.keys else 'NULL::TIMESTAMP'} AS {key}"
            for key in INTERVAL
        ]
    seen = plan.role("observed_time")
    if seen and plan.observed:
        found.append(f"{times.sql(seen, plan.observed)} AS observed_time")
    for role in ("severity_number", "host", "trace_id", "span_id"):
        texts = [filled(plan.role(role))] if plan.role(role) else []
        texts += _inside(plan, role)
        if role == "trace_id":
            texts = traces.sql(texts, plan.role("body"), plan.traced)
        if texts:
            found.append(f"coalesce({', '.join(texts)}) AS {role}")
    if _severity_text(plan):
        found.append(f"{_severity_text(plan)} AS severity_text")
    if plan.role("service") or _inside(plan, "service"):
        found.append(f"{_service(plan)} AS service")
    if plan.roles.numbers:
        # A wide table of numbers: one event a cell.
        cells = ", ".join(
            f"{{'name': {quote(key)}, 'value': try_cast({plan.column(key)} AS DOUBLE)}}"
            for key in plan.roles.numbers
        )
        found.append(f"unnest([{cells}]) AS cell")
    elif plan.roles.kind == "metric":
        found += [
            f"{filled(plan.role('name'))} AS name",
            f"try_cast({plan.role('value')} AS DOUBLE) AS value",
        ]
    else:
        found.append(f"{_body(plan, rest)} AS body")
    whole = plan.roles.of.get("body") if plan.wrapped else None
    found += [
        f"{_only_json(plan.column(key)) if key == whole else plan.attribute(key)} AS a{i}"
        for i, key in enumerate(plan.kept)
    ]
    return found


def _nanos(plan: Plan) -> str | None:
    """The column of the nanoseconds beside an epoch of whole seconds, as log4j2 writes an instant."""
    before, _, last = plan.roles.of.get("time", "").rpartition(".")
    beside = (f"{before}.{word}" for word in ("nanoOfSecond", "nanos", "nanoseconds", "_nanoseconds"))
    found = next((key for key in beside if key in plan.keys), None)
    return plan.column(found) if found and last in ("epochSecond", "seconds", "_seconds") else None


def _body(plan: Plan, rest: Sequence[str]) -> str:
    kind = plan.roles.kind
    said = plan.role("body")
    if said:
        text = f"rtrim({said}, chr(10) || chr(13) || ' ')" if plan.trimmed else said
        if plan.wrapped:
            # A container's wrapper: the line itself is inside.
            inner = _inside(plan, "body")
            text = f"coalesce(rtrim({inner[0]}, chr(10) || chr(13) || ' '), {text})"
        # A line of a log that has no message says what happened by its other keys.
        pairs = _pairs(plan, [key for key in rest if key in plan.keys]) if kind == "log" else ""
        return f"coalesce(nullif({text}, ''), {pairs})" if pairs else f"coalesce({text}, '')"
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
    if kind == "access":
        last = {plain(key.rpartition(".")[2]): plan.column(key) for key in reversed(plan.keys)}
        path = _first(
            last, "uri", "requesturi", "path", "requestpath", "url", "httppath", "target", "request"
        )
        method = _first(last, "method", "requestmethod", "httpmethod", "verb")
        if path:
            return f"concat_ws(' ', {filled(method)}, coalesce({path}, ''))"
    return _pairs(plan, [key for key in plan.keys if key not in (plan.roles.of.get("time"),)]) or "''"


def _pairs(plan: Plan, keys: Sequence[str]) -> str:
    """The first sixteen of these keys with their values, as text; empty where there is none."""
    pairs = ", ".join(f"{quote(key + '=')} || nullif({plan.column(key)}, '')" for key in keys[:16])
    member = plan.source.rpartition("!")[2] if "!" in plan.source else ""
    said = f"left({quote(member + ': ') if member else quote('')} || concat_ws(' ', {pairs}), 300)"
    return said if pairs else ""


def _first(by_word: Mapping[str, str], *names: str) -> str | None:
    return next((by_word[name] for name in names if name in by_word), None)


def _severity_text(plan: Plan) -> str:
    column = plan.role("severity_text")
    found = [*([filled(column)] if column else []), *_inside(plan, "severity_text")]
    said = plan.role("body")
    if (
        said
        and plan.roles.kind == "log"
        and not plan.role("severity_number")
        and (not column or plan.unlevelled)
    ):
        found.append(level_in(said))
    found += [quote(plan.level)] if plan.level else []
    return f"coalesce({', '.join(found)})" if found else ""


def level_in(said: str) -> str:
    """The expression for the level that a message names near its beginning; which digits it holds makes no difference."""
    near = f"substr({said}, 1, 160)"
    each = ", ".join(f"nullif(regexp_extract({near}, '{words}', 1), '')" for words in _LEVEL_WORDS)
    return f"CASE WHEN regexp_matches({near}, '{_ANY_LEVEL}') THEN coalesce({each}) END"


def _service(plan: Plan) -> str:
    found = [filled(plan.role("service"))] if plan.role("service") else []
    if plan.roles.pod:
        found = [f"regexp_replace({found[0]}, '{_POD_TAIL}', '')"]
    found += _inside(plan, "service")
    found += [quote(plan.service)] if plan.service else []
    return f"coalesce({', '.join(found)})"


#: Where a message that is JSON itself holds what a row's own keys do not say: a key, or a key inside another.
_INSIDE: dict[str, tuple[tuple[str, ...], ...]] = {
    "time": (("@timestamp",), ("timestamp",), ("time",), ("ts",)),
    "body": (("message",), ("msg",), ("event",), ("body",), ("textPayload",), ("short_message",), ("log",)),
    "severity_text": (
        ("level",),
        ("log.level",),
        ("log", "level"),
        ("severity",),
        ("severity_text",),
        ("lvl",),
    ),
    "severity_number": (("severity_number",), ("severityNumber",)),
    "trace_id": (
        ("trace_id",),
        ("traceId",),
        ("trace.id",),
        ("trace", "id"),
        ("traceid",),
        ("dd", "trace_id"),
    ),
    "span_id": (("span_id",), ("spanId",), ("span.id",), ("span", "id"), ("spanid",), ("dd", "span_id")),
    "service": (("service.name",), ("service", "name"), ("service_name",), ("service",), ("app",)),
}
_KEYS_INSIDE = list(dict.fromkeys(path[0] for paths in _INSIDE.values() for path in paths))


def relation(plan: Plan) -> str:
    """The rows; where messages may be JSON, with what these hold for each role: read once for all that is asked of it."""
    said = plan.role("body")
    if not said or not plan.wrapped:
        return "rows"
    keys = ", ".join(f'"{key}": "VARCHAR"' for key in _KEYS_INSIDE)
    read = f"json_transform(CASE WHEN {_is_json(said)} THEN {said} END, {quote('{' + keys + '}')})"
    found = ", ".join(f"{_held(paths)} AS inside_{role}" for role, paths in _INSIDE.items())
    return f"(SELECT * EXCLUDE (inside), {found} FROM (SELECT *, {read} AS inside FROM rows))"


def _inside(plan: Plan, role: str) -> list[str]:
    """The column of what a message that is JSON says for a role; none where messages are no JSON."""
    return [f"inside_{role}"] if plan.role("body") and plan.wrapped and role in _INSIDE else []


def _held(paths: Sequence[Sequence[str]]) -> str:
    """The first of these places in a message that says something."""
    found = []
    for key, *inner in paths:
        place = f"struct_extract_at(inside, {_KEYS_INSIDE.index(key) + 1})"
        # An object is no word: ECS has log.level and service.name inside such.
        is_object = f"left({place}, 1) = '{{' AND json_valid({place})"
        value = f"{place}->>{quote('$.' + inner[0])}" if inner else place
        found.append(f"CASE WHEN {is_object if inner else f'NOT ({is_object})'} THEN {value} END")
    return f"coalesce({', '.join(found)})"


def _is_json(column: str) -> str:
    return f"left({column}, 1) = '{{' AND json_valid({column})"


def _only_json(column: str) -> str:
    return f"CASE WHEN {_is_json(column)} THEN rtrim({column}, chr(10) || chr(13) || ' ') END"
