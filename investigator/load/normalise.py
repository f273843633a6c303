"""From a source's fields to events of the one schema: one SELECT, made once a source, run over every chunk.

The input is a relation named `rows` with unit, units, byte and one text column a key (f0, f1, ...).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.load import naming, times, traces
from investigator.load.roles import Roles, plain
from investigator.load.times import Style

if TYPE_CHECKING:
    import pyarrow as pa

#: pino and bunyan count by tens; syslog and journald from 7 (debug) down to 0 (emergency).
_HOUR = 3_600_000_000
_INTERVAL = ("time_low", "time_high")
_PINO = {10: 1, 20: 5, 30: 9, 40: 13, 50: 17, 60: 21}
_SYSLOG = {0: 24, 1: 22, 2: 21, 3: 17, 4: 13, 5: 10, 6: 9, 7: 5}
_POD_TAIL = "-[0-9a-f]{6,10}-[a-z0-9]{5}$"
#: What glog, klog and logcat put in place of a word.
_LETTERS = {"T": 1, "V": 1, "D": 5, "I": 9, "N": 10, "W": 13, "E": 17, "C": 21, "F": 21}
#: In capitals anywhere near the beginning; in small letters only in brackets; a letter only at the very beginning.
_LEVEL_WORDS = (
    r"\b(TRACE|VERBOSE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|ALERT|EMERG|PANIC|FEHLER|WARNUNG|ERREUR)\b",
    r"[\[(<|](trace|debug|info|notice|warn|warning|error|err|critical|crit|fatal|Debug|Info|Warning|Error|Fatal)[\])>|]",
    r"^([VDIWEF])\s+[\w.\[/-]",
)


#: Names of durations that say their unit, and what makes milliseconds of them.
_DURATIONS = {
    **dict.fromkeys(("durationms", "durationmillis", "elapsedms"), 1),
    **dict.fromkeys(("durationus", "durationmicros", "durationmicro"), 1000),
    **dict.fromkeys(("durationns", "durationnanos", "durationnano"), 1_000_000),
}


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
    evidence: Callable[[], str]  # its name is its hash, which is made beside the reading
    load: int
    service: str  # what the service is where no key says it; empty for none
    constant: Mapping[str, str]
    levels: Mapping[str, int] = field(default_factory=dict)  # the source's own words for severities
    wrapped: bool = False  # the message may be JSON with the message inside
    trimmed: bool = False  # messages may end with a line end
    unlevelled: bool = False  # rows may lack the level that others have
    year_said: bool = False
    interval: bool = False  # time_low and time_high are said by the source
    year_why: str = ""
    year_first: int | None = None  # where it is not that of the last times, too
    year_turned: bool = False
    level: str = ""  # what a row without a level means
    traced: traces.Traced = field(default_factory=traces.Traced)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # further keys of a role, best first
    also_styles: Mapping[str, Style] = field(default_factory=dict)  # of the further times

    @property
    def columns(self) -> list[str]:
        """The attr_ columns, in order."""
        return list(dict.fromkeys(schema.attribute_column(self.named(key)) for key in self.attributes))

    def named(self, key: str) -> str:
        """What the attribute of a key is called: a span's parent and duration have one name wherever they are from."""
        if self.roles.kind == "span":
            return {self._parent: "parent_span_id", self._duration: "duration_ms"}.get(key, key)
        return key

    @property
    def _parent(self) -> str | None:
        return next(
            (key for key in self.keys if plain(key) in ("parentspanid", "parentid", "parentspan")), None
        )

    @property
    def _duration(self) -> str | None:
        """The key that becomes duration_ms: one that says its unit, or the duration beside a start and an end."""
        said = next((key for key in self.keys if plain(key) in _DURATIONS), None)
        if said is None and self._end is not None:
            said = next((key for key in self.keys if plain(key) == "duration"), self._end)
        return said

    @property
    def _end(self) -> str | None:
        starts = plain(self.roles.of.get("time", "")) == "starttimeunixnano"
        return next((key for key in self.keys if starts and plain(key) == "endtimeunixnano"), None)

    def attribute(self, key: str) -> str:
        """The relation's expression for the attribute of a key."""
        if self.roles.kind != "span" or key != self._duration:
            return self.column(key)
        divided = _DURATIONS.get(plain(key))
        if divided is None:
            start, end = self.column(self.roles.of["time"]), self.column(self._end or key)
            number, divided = f"(try_cast({end} AS BIGINT) - try_cast({start} AS BIGINT))", 1_000_000
        else:
            number = f"try_cast({self.column(key)} AS DOUBLE)"
        return self.column(key) if divided == 1 else f"({number} / {divided})::VARCHAR"

    def column(self, key: str) -> str:
        """The relation's column of a key."""
        return f"f{self.keys.index(key)}"

    def role(self, role: str) -> str | None:
        """What the relation says for a role; None where no key has it."""
        key = self.roles.of.get(role)
        if key is None:
            return None
        if role != "time" and self.also.get(role):
            return f"coalesce({', '.join(_text(self.column(one)) for one in (key, *self.also[role]))})"
        return self.column(key)


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
            for key in _INTERVAL
        ]
    seen = plan.role("observed_time")
    if seen and plan.observed:
        found.append(f"{times.sql(seen, plan.observed)} AS observed_time")
    for role in ("severity_number", "host", "trace_id", "span_id"):
        said = [_text(plan.role(role))] if plan.role(role) else []
        said += _inside(plan, role)
        if role == "trace_id":
            said = traces.sql(said, plan.role("body"), plan.traced)
        if said:
            found.append(f"coalesce({', '.join(said)}) AS {role}")
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
            f"{_text(plan.role('name'))} AS name",
            f"try_cast({plan.role('value')} AS DOUBLE) AS value",
        ]
    else:
        found.append(f"{_body(plan, rest)} AS body")
    whole = plan.roles.of.get("body") if plan.wrapped else None
    found += [
        f"{_only_json(plan.column(key)) if key == whole else plan.attribute(key)} AS a{i}"
        for i, key in enumerate(kept_keys(plan))
    ]
    return found


def _nanos(plan: Plan) -> str | None:
    """The column of the nanoseconds beside an epoch of whole seconds, as log4j2 writes an instant."""
    before, _, last = plan.roles.of.get("time", "").rpartition(".")
    beside = f"{before}.nanoOfSecond"
    return plan.column(beside) if last == "epochSecond" and beside in plan.keys else None


def quote(text: str) -> str:
    """A text as an SQL literal. Only names that the kit or a key gave come here; values stay in columns."""
    return "'" + text.replace("'", "''") + "'"


def _text(column: str | None) -> str:
    return f"nullif({column}, '')" if column else "NULL::VARCHAR"


def _body(plan: Plan, rest: Sequence[str]) -> str:
    kind = plan.roles.kind
    said = plan.role("body")
    if said:
        text = f"rtrim({said}, chr(10) || chr(13) || ' ')" if plan.trimmed else said
        if plan.wrapped:
            # A container's wrapper: the line itself is inside.
            inner = _inside(plan, "body")
            text = f"coalesce(rtrim({inner[0]}, chr(10) || chr(13) || ' '), {text})"
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
    if kind == "access":
        last = {plain(key.rpartition(".")[2]): plan.column(key) for key in reversed(plan.keys)}
        path = _first(
            last, "uri", "requesturi", "path", "requestpath", "url", "httppath", "target", "request"
        )
        method = _first(last, "method", "requestmethod", "httpmethod", "verb")
        if path:
            return f"concat_ws(' ', {_text(method)}, coalesce({path}, ''))"
    shown = [key for key in plan.keys if key not in (plan.roles.of.get("time"),)][:16]
    if not shown:
        return "''"
    pairs = ", ".join(f"{quote(key + '=')} || nullif({plan.column(key)}, '')" for key in shown)
    member = plan.source.rpartition("!")[2] if "!" in plan.source else ""
    return f"left({quote(member + ': ') if member else quote('')} || concat_ws(' ', {pairs}), 300)"


def _first(by_word: Mapping[str, str], *names: str) -> str | None:
    return next((by_word[name] for name in names if name in by_word), None)


def _severity_text(plan: Plan) -> str:
    column = plan.role("severity_text")
    found = [*([_text(column)] if column else []), *_inside(plan, "severity_text")]
    said = plan.role("body")
    if (
        said
        and plan.roles.kind == "log"
        and not plan.role("severity_number")
        and (not column or plan.unlevelled)
    ):
        found += [f"nullif(regexp_extract(substr({said}, 1, 160), '{w}', 1), '')" for w in _LEVEL_WORDS]
    found += [quote(plan.level)] if plan.level else []
    return f"coalesce({', '.join(found)})" if found else ""


def _severity_numbers(plan: Plan, table: pa.Table) -> pa.Array:
    """OpenTelemetry's 1 to 24 for each row: by number where there is one, by word, by an access log's status."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = table.num_rows
    by_number = by_word = by_status = None
    if "severity_number" in table.column_names:
        by_number = _looked_up(table["severity_number"], _otel)
    if "severity_text" in table.column_names:
        counted = _syslog if _priority(plan) else _pino
        own = {word.lower(): number for word, number in plan.levels.items()}
        by_word = _looked_up(
            table["severity_text"], lambda text: own.get(text.strip().lower()) or _word(text) or counted(text)
        )
    if plan.roles.kind == "access":
        by_status = _by_status(plan, table)
    found = [item for item in (by_number, by_word, by_status) if item is not None]
    if not found:
        return pa.nulls(rows, pa.int8())
    return found[0] if len(found) == 1 else pc.coalesce(*found)


#: What an answer's status is called, best first; then whatever has the word in it.
_STATUS = (
    "status",
    "scstatus",
    "downstreamstatus",
    "edgeresponsestatus",
    "statuscode",
    "responsecode",
    "httpstatuscode",
)


def _by_status(plan: Plan, table: pa.Table) -> pa.Array | None:
    """Severities from the first column that is called a status and holds such numbers."""
    named = [(plain(key), i) for i, key in enumerate(kept_keys(plan))]
    chosen = [i for word in _STATUS for name, i in named if name == word]
    for i in [*chosen, *(i for name, i in named if "status" in name and i not in chosen)]:
        found = _looked_up(table[f"a{i}"], _status)
        if found.null_count < len(found):
            return found
    return None


def _looked_up(column: pa.ChunkedArray, number: Callable[[str], int | None]) -> pa.Array:
    """A function of a text column, called once for each distinct text."""
    import pyarrow as pa

    encoded = column.combine_chunks().dictionary_encode()
    values = pa.array(
        [number(text) if text is not None else None for text in encoded.dictionary.to_pylist()], pa.int8()
    )
    return values.take(encoded.indices)


def _word(text: str) -> int | None:
    word = text.strip().strip("[]<>():").lower()
    return schema.SEVERITY_WORDS.get(word) or _LETTERS.get(text.strip())


def _whole(text: str) -> int | None:
    try:
        return int(float(text)) if len(text) < 12 else None
    except (ValueError, OverflowError):
        return None


def _otel(text: str) -> int | None:
    number = _whole(text)
    return number if number is not None and 1 <= number <= 24 else None


def _pino(text: str) -> int | None:
    number = _whole(text)
    if number is None or number < 10:
        return _SYSLOG.get(number) if number is not None else None
    return _PINO.get(number // 10 * 10)


def _syslog(text: str) -> int | None:
    number = _whole(text)
    return _SYSLOG[number % 8] if number is not None and 0 <= number <= 191 else None


def _status(text: str) -> int | None:
    number = _whole(text)
    if number is None or not 100 <= number < 1000:
        return None
    return 17 if number >= 500 else 13 if number >= 400 else 9


def _priority(plan: Plan) -> bool:
    key = plan.roles.of.get("severity_text", "").lower()
    return key in ("priority", "syslog_severity", "syslogpriority")


def _service(plan: Plan) -> str:
    found = [_text(plan.role("service"))] if plan.role("service") else []
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
    """The rows; where messages may be JSON, with what these hold: read once for all that is asked of it."""
    said = plan.role("body")
    if not said or not plan.wrapped:
        return "rows"
    keys = ", ".join(f'"{key}": "VARCHAR"' for key in _KEYS_INSIDE)
    read = f"json_transform(CASE WHEN {_is_json(said)} THEN {said} END, {quote('{' + keys + '}')})"
    return f"(SELECT *, {read} AS inside FROM rows)"


def _inside(plan: Plan, role: str) -> list[str]:
    """What a message that is JSON says for a role, as an expression; none where messages are no JSON."""
    if not plan.role("body") or not plan.wrapped or role not in _INSIDE:
        return []
    found = []
    for key, *inner in _INSIDE[role]:
        place = f"struct_extract_at(inside, {_KEYS_INSIDE.index(key) + 1})"
        # An object is no word: ECS has log.level and service.name inside such.
        is_object = f"left({place}, 1) = '{{' AND json_valid({place})"
        value = f"{place}->>{quote('$.' + inner[0])}" if inner else place
        found.append(f"CASE WHEN {is_object if inner else f'NOT ({is_object})'} THEN {value} END")
    return [f"coalesce({', '.join(found)})"]


def _is_json(column: str) -> str:
    return f"left({column}, 1) = '{{' AND json_valid({column})"


def _only_json(column: str) -> str:
    return f"CASE WHEN {_is_json(column)} THEN rtrim({column}, chr(10) || chr(13) || ' ') END"


def kept_keys(plan: Plan) -> list[str]:
    """The keys that go into the map of attributes."""
    if plan.roles.kind == "record":
        return list(plan.keys)
    kept = [key for key in plan.keys if key not in plan.roles.taken and key not in plan.roles.numbers]
    if plan.interval:
        kept = [key for key in kept if key not in _INTERVAL]
    if plan.wrapped and "body" in plan.roles.of:
        kept.append(plan.roles.of["body"])  # the message alone is shown: the rest of its JSON stays here
    if plan.roles.pod:
        kept.append(plan.roles.of["service"])  # its whole name says which copy of the service it was
    return kept


def finished(plan: Plan, table: pa.Table) -> pa.Table:
    """The events of one chunk in the schema's order of columns, sorted by time.

    Most logs are sorted as they are; the others are sorted here, after the times are known. Names, numbers of
    severity and the map of attributes are made of whole columns with numpy: the engine takes far longer for them,
    entry by entry.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = table.num_rows
    if rows > 1 and not _sorted(table["time"]):
        table = table.take(pc.sort_indices(table, [("time", "ascending"), ("unit", "ascending")]))
    table = table.combine_chunks()
    at = table["time"].combine_chunks().cast(pa.timestamp("us"))
    low, high = _width(plan, at)
    if all(key in table.column_names for key in _INTERVAL):
        low, high = (
            pc.coalesce(table[key].combine_chunks().cast(pa.timestamp("us")), own)
            for key, own in zip(_INTERVAL, (low, high), strict=True)
        )
    columns: dict[str, Any] = {
        "time": at,
        "time_low": low,
        "time_high": high,
        "source": _same(plan.source, rows),
        "kind": _same(plan.roles.kind, rows),
        "severity_number": _severity_numbers(plan, table),
        "evidence": _same(plan.evidence(), rows),
        "load": pa.repeat(pa.scalar(plan.load, pa.int64()), rows),
    }
    if plan.roles.kind not in ("record", "metric") and at.null_count:
        columns["kind"] = pc.if_else(at.is_null(), "record", plan.roles.kind)
    if plan.service and "service" not in table.column_names:
        columns["service"] = _same(plan.service, rows)
    if plan.roles.kind == "metric":
        columns["body"] = _same("", rows)
    else:
        columns["name"] = naming.names(table["body"].combine_chunks())
    columns["attributes"] = _attributes(plan, table)
    out, fields = [], []
    for wanted in schema.arrow_schema():
        column = columns.get(wanted.name)
        if column is None:
            column = table[wanted.name] if wanted.name in table.column_names else pa.nulls(rows, wanted.type)
        if wanted.name in ENCODED and not pa.types.is_dictionary(column.type):
            column = (
                column.cast(pa.string()).combine_chunks() if isinstance(column, pa.ChunkedArray) else column
            )
            column = column.cast(pa.string()).dictionary_encode()
        elif not pa.types.is_dictionary(column.type) and wanted.name != "attributes":
            column = column.cast(wanted.type)
        out.append(column)
        fields.append(pa.field(wanted.name, column.type))
    kept = kept_keys(plan)
    for name in plan.columns:
        parts = [
            table[f"a{kept.index(key)}"].combine_chunks()
            for key in plan.attributes
            if schema.attribute_column(plan.named(key)) == name and key in kept
        ]
        column = (
            pa.nulls(rows, pa.string()) if not parts else parts[0] if len(parts) == 1 else pc.coalesce(*parts)
        )
        out.append(column.cast(pa.string()))
        fields.append(pa.field(name, pa.string()))
    return pa.Table.from_arrays(out, schema=pa.schema(fields))


#: Columns in which the same values come again and again.
ENCODED = frozenset(("source", "kind", "severity_text", "service", "host", "name", "evidence"))


def _same(value: str, rows: int) -> pa.DictionaryArray:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(
        pa.repeat(pa.scalar(0, pa.int32()), rows), pa.array([value], pa.string())
    )


def _attributes(plan: Plan, table: pa.Table) -> pa.MapArray:
    """The map of attributes: each column is encoded once, and the map is made of their numbers."""
    import numpy as np
    import pyarrow as pa

    rows = table.num_rows
    kept = kept_keys(plan)
    columns = [table[f"a{i}"].combine_chunks().cast(pa.string()) for i in range(len(kept))]
    names = [*(plan.named(key) for key in kept), *plan.constant]
    present = [column.null_count < rows for column in columns] + [True] * len(plan.constant)
    columns += [pa.array([value] * rows, pa.string()) for value in plan.constant.values()]
    chosen = [i for i, there in enumerate(present) if there]
    if not chosen or not rows:
        empty = pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.string()))
        return pa.MapArray.from_arrays(pa.array(np.zeros(rows + 1, dtype=np.int32)), empty, empty)
    codes = np.zeros((rows, len(chosen)), dtype=np.int32)
    there = np.ones((rows, len(chosen)), dtype=bool)
    texts, base = [], 0
    for place, i in enumerate(chosen):
        encoded = columns[i].dictionary_encode()
        if encoded.null_count:
            there[:, place] = encoded.is_valid().to_numpy(zero_copy_only=False)
            codes[:, place] = encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)
        else:
            codes[:, place] = encoded.indices.to_numpy()
        codes[:, place] += base
        base += len(encoded.dictionary)
        texts.append(encoded.dictionary)
    which = np.broadcast_to(np.arange(len(chosen), dtype=np.int32)[None, :], there.shape)
    if there.all():
        picked, named = codes.ravel(), np.ascontiguousarray(which).ravel()
        offsets = np.arange(0, codes.size + 1, len(chosen), dtype=np.int32)
    else:
        picked, named = codes[there], which[there]
        offsets = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32)
    values = pa.DictionaryArray.from_arrays(pa.array(picked), pa.concat_arrays(texts))
    keys = pa.DictionaryArray.from_arrays(pa.array(named), pa.array([names[i] for i in chosen], pa.string()))
    return pa.MapArray.from_arrays(pa.array(offsets), keys, values)


def _sorted(times_: pa.ChunkedArray) -> bool:
    """Whether times never go back, and none is missing."""
    import numpy as np
    import pyarrow as pa

    if times_.null_count:
        return False
    numbers = times_.combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False)
    return bool((np.diff(numbers) >= 0).all())


def _width(plan: Plan, at: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The earliest and the latest that each time can have been."""
    import pyarrow as pa
    import pyarrow.compute as pc

    low, high = 0, plan.style.resolution - 1
    if plan.style.name not in ("none", "epoch") and not plan.style.zoned and not plan.zone:
        # Zones run from UTC-12 to UTC+14.
        low, high = low - 14 * _HOUR, high + 12 * _HOUR
    if plan.style.year_missing and not plan.year_said:
        low -= 365 * 24 * _HOUR
    whole = at.cast(pa.int64())
    early, late = pc.add(whole, pa.scalar(low, pa.int64())), pc.add(whole, pa.scalar(high, pa.int64()))
    if plan.zone and not plan.style.zoned and at.null_count < len(at):
        span = pc.min_max(whole).as_py()
        for start, length in times.folds(plan.zone, span["min"], span["max"]):
            # An hour that happened twice: it was the first or the second.
            first = pc.and_(pc.greater_equal(whole, start), pc.less(whole, start + length))
            second = pc.and_(pc.greater_equal(whole, start + length), pc.less(whole, start + 2 * length))
            late = pc.if_else(first, pc.add(late, length), late)
            early = pc.if_else(second, pc.subtract(early, length), early)
    if plan.style.label and at.null_count < len(at):
        span = pc.min_max(whole).as_py()
        for start, end, off in times.off_label(plan.style, span["min"], span["max"]):
            # "PST" in September: it is as written, or as meant.
            here = pc.and_(pc.greater_equal(whole, start), pc.less(whole, end))
            late = pc.if_else(here, pc.add(late, max(off, 0)), late)
            early = pc.if_else(here, pc.add(early, min(off, 0)), early)
    return early.cast(pa.timestamp("us")), late.cast(pa.timestamp("us"))


def in_range(table: pa.Table) -> pa.Table:
    """The same, without times before the year 1 or after 9999: a damaged digit makes them, and no clock shows them."""
    from datetime import datetime

    import pyarrow as pa
    import pyarrow.compute as pc

    low, high = (pa.scalar(edge, pa.timestamp("us")) for edge in (datetime.min, datetime(9999, 12, 30)))
    span = pc.min_max(table["time"])
    if span["min"].value is None or (span["min"].value >= low.value and span["max"].value <= high.value):
        return table
    good = pc.and_(pc.greater_equal(table["time"], low), pc.less_equal(table["time"], high))
    for name in ("time", "time_low", "time_high"):
        if name in table.column_names:
            kept = pc.if_else(good, table[name], pa.scalar(None, table.schema.field(name).type))
            table = table.set_column(table.column_names.index(name), name, kept)
    return table


def asks(plan: Plan) -> tuple[str, ...]:
    """What only a person can know of this source's times, and has not said: zone, year."""
    if "time" not in plan.roles.of or plan.style.name in ("none", "epoch"):
        return ()
    zone = ("zone",) if not plan.style.zoned and not plan.zone else ()
    return (*zone, *(("year",) if plan.style.year_missing and not plan.year_said else ()))


def doubts(plan: Plan) -> list[str]:
    """What is not certain about this source's times, in words."""
    out: list[str] = []
    if "time" not in plan.roles.of or plan.style.name in ("none", "epoch"):
        return out
    if not plan.style.zoned and not plan.zone:
        out.append("its times name no zone: read as UTC")
    elif not plan.style.zoned:
        out.append(f"its times name no zone: read as {plan.zone}, as you said")
    if plan.style.year_missing:
        said = ", as you said" if plan.year_said else f", {plan.year_why}" if plan.year_why else ""
        turned = f"{plan.year_first} and on to " if plan.year_turned and plan.year_first != plan.year else ""
        out.append(f"its times name no year: read as {turned}{plan.year}{said}")
    if plan.style.resolution >= 60_000_000:
        out.append("its times are to the minute")
    return out
