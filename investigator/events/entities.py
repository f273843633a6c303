"""The entity index: one row for each mention of an id, sorted by kind and id, so that a trace is one short read.

Ids are found in attributes and inside messages, by the kinds that a case declares (a name and an RE2 pattern),
and trace ids by their column. The index is built after a load returns, segment by segment, and is used only when
it covers every load; until then a trace scans the events, and says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from investigator import re2
from investigator.errors import ParameterError
from investigator.events import learning, names, schema
from investigator.events.store import EntityIndex, Manifest, Staging, Store

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.engine import Engine

#: The kind that is always there: trace ids, from their own column.
TRACE = "trace"
TRACE_PATTERN = "[0-9a-f]{16,32}"

UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

#: Shapes of ids that say what they are by their length: MongoDB's, git's, and ones that sort by time.
OBJECT_ID, SHA1, ULID = "[0-9a-f]{24}", "[0-9a-f]{40}", "[0-7][0-9A-HJKMNP-TV-Z]{25}"
#: A prefix and numbers: DOC-4711, INV_2024_0001.
PREFIXED = re.compile(
    r"([A-Za-z][A-Za-z_]{0,15}?)([-_:#/]|[ .](?=[0-9]*[0-9]{2})|(?=[0-9]{4}))([0-9]{1,20})((?:[-_/. ][0-9]{1,20}){0,3})"
)
#: What an id may be written with, of any trade.
_WRITTEN = re.compile(r"[0-9A-Za-z]+(?:[-_:#/. ][0-9A-Za-z]+){0,9}")
#: What a number is, beside it: order=123, "orderId": 123.
NUMBER = "([0-9]{1,20})"
#: So many letters in front of a number are no word.
LETTERS = 3
PEOPLE = (
    "customer",
    "tenant",
    "account",
    "organisation",
    "organization",
    "client",
    "shop",
    "merchant",
    "user",
)

_WORDS = {
    "DOC": "document",
    "CUST": "customer",
    "ORD": "order",
    "REQ": "request",
    "INV": "invoice",
    "FIL": "filing",
    "USR": "user",
    "PAY": "payment",
}


def kind_of(identifier: str) -> tuple[str, str]:
    """The kind and pattern of the ids shaped like this one: DOC-4711 is ("document", "DOC-[0-9]+").

    A uuid and a hex trace id have general shapes; a prefix with a number generalises over the number; anything else
    is its own kind with itself as pattern.
    """
    text = identifier.strip()
    if not text:
        raise ParameterError(
            "An empty text is no id.", "", "Give an id as it is written in the logs, such as DOC-4711."
        )
    if re.fullmatch(UUID, text):
        return "uuid", UUID
    for kind, pattern in (("object", OBJECT_ID), ("sha1", SHA1), ("ulid", ULID), (TRACE, TRACE_PATTERN)):
        if re.fullmatch(pattern, text) and not text.isdecimal():
            return kind, pattern
    match = PREFIXED.fullmatch(text)
    if match:
        prefix = match[1]
        return _WORDS.get(prefix.upper(), prefix.lower()), names.written_as(text)
    match = re.fullmatch(r"([A-Za-z][A-Za-z_]{0,30})=[0-9]{1,20}", text)
    if match:
        return match[1].lower(), beside(match[1].lower())
    if re.fullmatch(ULID, text.upper()):
        return "ulid", ULID.replace("A-HJKMNP-TV-Z", "a-hjkmnp-tv-z")
    general = names.written_as(text)
    # Numbers, letters and marks in one word, with digits enough: other things of its kind are written so.
    long = len(re.findall("[0-9]+", text)) >= names.ROW
    hexadecimal = "[0-9a-f]{" in general or "[0-9A-F]{" in general
    if _WRITTEN.fullmatch(text) and (
        hexadecimal or (sum(map(str.isdecimal, text)) >= 4 and (long or names.loosened(general)))
    ):
        word = re.match("[A-Za-z]+", text)
        return (word[0].lower() if word else "number"), general
    return "id", re.escape(text)


def noun_of(kind: str) -> str:
    """What people call things of a kind: its word; "id" where it is but the letters in front of their numbers, such as od."""
    return (
        kind if len(kind) > LETTERS and re.search("[aeiouy]", kind) and kind not in ("uuid", "ulid") else "id"
    )


def beside(word: str) -> str:
    """The pattern of numbers that stand beside a word for what they are: order=123, "orderId": 123, order_no:123."""
    return rf'(?i:{re.escape(word)}(?:[_.-]?(?:id|no|nr|number|key))?)"?\s*[=:#]\s*"?{NUMBER}'


def keyed(pattern: str) -> bool:
    """Whether a kind's pattern has a group: then that is the number, and the id is written kind=number."""
    return len(re2.groups(pattern)) == 1


def check_kinds(kinds: dict[str, str]) -> dict[str, str]:
    """The kinds, each pattern proved to compile as RE2 would take it (no look-around, no back reference)."""
    for kind, pattern in kinds.items():
        if problem := re2.refused(pattern):
            raise ParameterError(
                f"The pattern of kind '{kind}' is '{pattern}', which RE2 refuses: {problem}.",
                "A pattern is RE2 syntax, such as DOC-[0-9]+: it can't hang, and has no look-ahead and no back references.",
                "Correct it where the case declares its kinds.",
            )
    return kinds


def index(
    store: Store,
    kinds: dict[str, str],
    *,
    about: Sequence[str] = (),
    refused: Collection[str] = (),
    progress: Callable[[int, int, str], None] | None = None,
    memory_limit: str = "2GB",
) -> Manifest:
    """Build or extend a store's entity index for these kinds and all its loads; returns the new manifest.

    `about` are the ids in question: where the shape of one says nothing, the others of its kind are learned from where
    it stands (`events/learning.py`). `refused` are columns (source: column) of which somebody said that they hold no
    other name.

    Only loads that the index lacks are read, unless the kinds changed, or ids are written in several ways: what a new
    load says can join more of them then. Interrupted, the earlier index stays. What is written otherwise than most ids
    of its kind stands under the id as most are written (`events/names.py`).
    """
    import duckdb

    check_kinds(kinds)
    with store.writing() as staging:
        manifest = store.manifest()
        before = manifest.entities
        same = before is not None and before.declared == kinds and before.refused == tuple(sorted(refused))
        keep = before if same and before is not None and not before.anew else None
        if before is not None and same:
            if {segment.load for segment in manifest.standing} <= set(before.loads):
                return manifest
        connection = duckdb.connect()
        connection.execute("SET TimeZone='UTC'")
        connection.execute(f"SET memory_limit='{memory_limit}'")
        connection.execute(f"SET temp_directory='{_quoted(staging.folder / 'spill')}'")
        connection.execute("SET preserve_insertion_order=false")
        asked = {kind_of(one)[0]: one for one in about if one.strip()}
        asked = {kind: one for kind, one in asked.items() if kinds.get(kind) == kind_of(one)[1]}
        made = _built(connection, store, staging, manifest, kinds, asked, refused, keep, progress)
        if made is None:
            made = _built(connection, store, staging, manifest, kinds, asked, refused, None, progress)
        connection.close()
        assert made is not None
        return staging.commit_entities(made)


def _built(
    connection: Any,
    store: Store,
    staging: Staging,
    manifest: Manifest,
    kinds: dict[str, str],
    asked: dict[str, str],
    refused: Collection[str],
    keep: EntityIndex | None,
    progress: Callable[[int, int, str], None] | None,
) -> EntityIndex | None:
    """An index in the staging folder; None where one cannot be kept, because new loads write ids in other ways."""
    import uuid

    fresh = [s for s in manifest.standing if keep is None or s.load not in keep.loads]
    work = [str(store.folder / "segments" / file) for segment in fresh for file in segment.files]
    declared, places = dict(kinds), dict[str, names.Learned]()
    parts = _mentioned(connection, staging, work, kinds, progress, asked)
    for kind, cut in _unknown(connection, parts, work, kinds, asked):
        found = learning.learned(connection, asked[kind], work, kind_of, longer=cut)
        if found is not None and found.place not in refused:
            places[kind], kinds = found, {**kinds, kind: found.pattern}
    if places:
        if keep:
            return None
        apart_from = {kind for kind, place in places.items() if place.values}
        parts = _mentioned(
            connection,
            staging,
            work,
            {kind: _NEVER if kind in apart_from else pattern for kind, pattern in kinds.items()},
            progress,
            asked,
        )
    stem = f"{uuid.uuid4().hex[:12]}.parquet"
    target, called = staging.file(f"entities-{stem}"), staging.file(f"names-{stem}")
    columns = ", ".join(schema.ENTITY_COLUMNS)
    together = names.Together(dict(kinds), (), False)
    if parts:
        listing = ", ".join(f"'{_quoted(part)}'" for part in parts)
        connection.execute(f"CREATE TEMP VIEW found AS SELECT {columns} FROM read_parquet([{listing}])")
        apart = [kind for kind, pattern in kinds.items() if kind in PEOPLE or keyed(pattern)]
        rest = [name for name in schema.ENTITY_COLUMNS if name not in ("id", "id_kind", "alias")]
        together = names.together(connection, kinds, apart, work, rest, places=places, refused=refused)
        if keep and together.anew:
            names.forgotten(connection)
            return None
        held = "SELECT DISTINCT * FROM found" if together.anew else "SELECT * FROM found"
        kept = f" UNION ALL SELECT {columns} FROM read_parquet('{_quoted(store.folder / 'entities' / keep.file)}')" if keep else ""  # fmt: skip
        connection.execute(
            f"COPY (SELECT * FROM ({held}{kept}) ORDER BY id_kind, id, time, evidence, unit) "
            f"TO '{_quoted(target)}' (FORMAT parquet, ROW_GROUP_SIZE 61440, COMPRESSION lz4)"
        )
        connection.execute(f"COPY named TO '{_quoted(called)}' (FORMAT parquet)")
    elif keep:
        import shutil

        shutil.copy(store.folder / "entities" / keep.file, target)
    else:
        import pyarrow.parquet as pq

        pq.write_table(schema.arrow_schema(schema.ENTITY_COLUMNS).empty_table(), target)
    firsts, shared = staging.file(f"firsts-{stem}"), staging.file(f"shared-{stem}")
    connection.execute(
        f"COPY ({_FIRSTS_SQL}) TO '{_quoted(firsts)}' (FORMAT parquet, COMPRESSION lz4)", [str(target)]
    )
    _shared(connection, firsts, shared)
    found = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(target)]).fetchone()
    if progress:
        progress(len(work) + 1, len(work) + 1, "finding ids")
    made = EntityIndex(
        target.name,
        {**together.patterns, TRACE: TRACE_PATTERN},
        tuple(sorted({segment.load for segment in manifest.segments})),
        int(found[0]) if found else 0,
        firsts.name,
        shared.name,
        names=called.name if together.anew else "",
        declared=declared,
        refused=tuple(sorted(refused)),
        joins=(*map(str, places.values()), *map(str, together.joins)),
        places=(*(one.place for one in places.values()), *(one.place for one in together.joins)),
        anew=together.anew
        or bool(places)
        or any(kinds[kind] == re.escape(one) for kind, one in asked.items()),
    )
    return replace(made, seal=made.sealed(target.parent))


#: Matches nothing: of a kind whose place tells who they are.
_NEVER = "[^\\x00-\\x{10FFFF}]"


def _mentioned(
    connection: Any,
    staging: Staging,
    work: list[str],
    kinds: dict[str, str],
    progress: Callable[[int, int, str], None] | None,
    asked: dict[str, str] | None = None,
) -> list[str]:
    """Files with the mentions of these kinds, one for each large file of events, or for many small ones."""
    loose = {kind: names.searched(pattern, (asked or {}).get(kind, "")) for kind, pattern in kinds.items()}
    parts: list[str] = []
    done = 0
    for files in _together(work):
        part = staging.file(f"part-{done}.parquet")
        connection.execute(
            f"COPY ({_mentions_sql(loose)}) TO '{_quoted(part)}' (FORMAT parquet)", _values(files, loose)
        )
        parts.append(str(part))
        done += len(files)
        if progress:
            progress(done, len(work) + 1, "finding ids")
    return parts


#: So many small files, of so many bytes, are asked together: to put the question takes longer than to answer it.
FILES_AT_ONCE, BYTES_AT_ONCE = 200, 4 << 20


def _together(files: list[str]) -> Iterator[list[str]]:
    some: list[str] = []
    size = 0
    for file in files:
        own = os.path.getsize(file)
        if some and (size + own > BYTES_AT_ONCE or len(some) == FILES_AT_ONCE):
            yield some
            some, size = [], 0
        some.append(file)
        size += own
    if some:
        yield some


def _unknown(
    connection: Any, parts: list[str], work: list[str], kinds: dict[str, str], asked: dict[str, str]
) -> list[tuple[str, bool]]:
    """Kinds of which hardly another id was found than the one that is asked about, or not even that; or a part of it."""
    out = []
    for kind, one in asked.items() if parts else ():
        if kind in PEOPLE or keyed(kinds[kind]):
            continue
        ids, own = connection.execute(
            f"SELECT count(DISTINCT id), count(*) FILTER ({names.folded('id')} = ?) FROM read_parquet(?) WHERE id_kind = ?",
            [names.fold(one), parts, kind],
        ).fetchone()
        if not own or ids < names.ROWS:
            out.append((kind, False))
        elif _cut(connection, parts, work, kind, one):
            out.append((kind, True))
    return out


def _cut(connection: Any, parts: list[str], work: list[str], kind: str, asked: str) -> bool:
    """Whether the machines that name an id name only longer ones, of which it is the beginning: MP-17 of MP-17-26."""
    rows = connection.execute(
        "SELECT e.body, e.attributes FROM read_parquet(?) e SEMI JOIN (SELECT evidence, unit FROM read_parquet(?) WHERE "
        f"id_kind = ? AND {names.folded('id')} = ? AND kind IN ('log', 'access', 'audit', 'span', 'record') "
        f"ORDER BY evidence, unit LIMIT {CUT_AT_MOST}) m ON e.evidence = m.evidence AND e.unit = m.unit",
        [work, parts, kind, names.fold(asked)],
    ).fetchall()
    own = re.compile(
        rf"{'[^0-9A-Za-z]?'.join(map(re.escape, names.fold(asked)))}(?P<more>[-_/.:][A-Z]{{0,3}}[0-9]|-[A-Z]\b)?",
        re.I,
    )
    said = [
        m
        for body, held in rows
        for text in (body or "", *dict(held or {}).values())
        for m in own.finditer(text or "")
    ]
    return bool(said) and sum(bool(match["more"]) for match in said) > 0.5 * len(said)


def whole_word(pattern: str) -> str:
    """The pattern of a kind as it is looked for in a text: DOC-471 is not in DOC-4711, nor x/y in ax/y.

    RE2 has no look-around. Beside a word character the edge of a word is a boundary; beside a literal that is none
    (the dot of ../../x) the same edge is where there is no boundary.
    """
    first = re.match(r"\\?[^A-Za-z0-9_\\\[(.^]", pattern)
    last = re.search(r"(?:(?<!\\)(?:\\\\)*\\[^A-Za-z0-9_]|[^A-Za-z0-9_\\\])}+*?.$])$", pattern)
    before, after = (r"\B" if edge else r"\b" for edge in (first or re.match(r"\\[\\\[(.^]", pattern), last))
    return f"{before}(?:{pattern}){after}"


def as_word(text: str) -> str:
    """A pattern that finds an id as a whole word: DOC-471 is not in DOC-4711. RE2 syntax, the same everywhere."""
    return f"(^|[^A-Za-z0-9_])({re.escape(text)})($|[^A-Za-z0-9_])"


#: So many events of an id are looked at for whether it goes on in them.
CUT_AT_MOST = 50
#: As `traces.first_times` computes it where this is not there.
_FIRSTS_SQL = (
    "SELECT id, id_kind, coalesce(service, source) AS step, name, min(time) AS time, max(time) AS last, count(*) AS n, "
    "min(source) AS told_by, max(source) AS also_by FROM read_parquet(?) WHERE time IS NOT NULL AND kind IN "
    f"({', '.join(repr(kind) for kind in schema.STEP_KINDS)}) GROUP BY id, id_kind, step, name ORDER BY id_kind, id, time, step, name"
)


#: So many ids of a kind are kept to compare clocks by; an id that one source names oftener is no request and no document.
SHARED_AT_MOST = 2_000
OFTEN = 20


def _shared(connection: Any, firsts: Any, target: Any) -> None:
    """Which sources saw the same ids, and when first and last: of a sample of ids that is the same every time."""
    row = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(firsts)]).fetchone()
    rows = int(row[0]) if row else 0
    below = f"{min(int(400_000 / max(rows, 1) * 16**8), 16**8 - 1):08x}"
    connection.execute(
        "COPY (WITH each AS (SELECT id, id_kind, told_by AS source, min(time) AS first, max(last) AS last, "
        "sum(n)::BIGINT AS n FROM read_parquet(?) WHERE told_by = also_by AND substr(md5(id), 1, 8) <= ? "
        "GROUP BY id, id_kind, told_by), "
        f"seen AS (SELECT id, id_kind FROM each GROUP BY id, id_kind HAVING count(*) > 1 AND max(n) <= {OFTEN}), "
        "chosen AS (SELECT *, row_number() OVER (PARTITION BY id_kind ORDER BY md5(id), id) AS place FROM seen) "
        f"SELECT each.* FROM each JOIN chosen USING (id, id_kind) WHERE place <= {SHARED_AT_MOST} "
        f"ORDER BY id_kind, id, source) TO '{_quoted(target)}' (FORMAT parquet, COMPRESSION lz4)",
        [str(firsts), below],
    )


def _mentions_sql(kinds: dict[str, str]) -> str:
    """One row for each id that an event names. Where it names one of each of two kinds, each is there beside the other.

    No id goes over from one field into the next: fields are parted by what none is written with.
    """
    rest = ", ".join(name for name in schema.ENTITY_COLUMNS if name not in ("id", "id_kind", "alias"))
    lists, structs = [], []
    places = {kind: place for place, kind in enumerate(kinds)}
    for kind, place in places.items():
        where = "pairs" if keyed(kinds[kind]) else "text"
        found = f"list_distinct(regexp_extract_all({where}, ?{', 1' if keyed(kinds[kind]) else ''}))"
        if keyed(kinds[kind]):
            found = f"list_transform({found}, x -> {_literal(kind + '=')} || x)"
        lists.append(f"{found} AS l{place}")
        others = (
            []
            if kind in PEOPLE
            else [i for other, i in places.items() if other != kind and other not in PEOPLE]
        )
        beside = ", ".join(f"CASE WHEN len(l{i}) = 1 THEN l{i}[1] END" for i in others)
        alias = (
            f"CASE WHEN len(l{place}) = 1 THEN coalesce({beside}, NULL) END" if others else "NULL::VARCHAR"
        )
        structs.append(
            f"list_transform(l{place}, x -> {{'id': x, 'id_kind': {_literal(kind)}, 'alias': ({alias})::VARCHAR}})"
        )
    trace = f"CASE WHEN trace_id <> '' THEN [{{'id': trace_id, 'id_kind': '{TRACE}', 'alias': NULL::VARCHAR}}] ELSE [] END"
    pairs = (
        ", concat_ws(chr(10), body, array_to_string(list_transform(map_entries(attributes), "
        "e -> e.key || '=' || coalesce(e.value, '')), chr(10))) AS pairs"
        if any(keyed(pattern) for pattern in kinds.values())
        else ""
    )
    named = ", ".join(["*", *lists])
    whole = structs[0] if structs else ""
    for struct in structs[1:]:
        whole = f"list_concat({whole}, {struct})"
    whole = f"list_concat({trace}, {whole})" if whole else trace
    return (
        f"SELECT u.id AS id, u.id_kind AS id_kind, u.alias AS alias, {rest} FROM ("
        f"SELECT {rest}, unnest({whole}) AS u FROM ("
        f"SELECT {named} FROM (SELECT {rest}, trace_id, "
        f"concat_ws(chr(10), body, array_to_string(map_values(attributes), chr(10))) AS text{pairs} "
        "FROM read_parquet(?))))"
    )  # fmt: skip


def _literal(text: str) -> str:
    """A kind's name, which the case declared, as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _values(files: list[str], kinds: dict[str, str]) -> list[Any]:
    return [*(whole_word(pattern) for pattern in kinds.values()), files]


def _quoted(path: Any) -> str:
    return str(path).replace("'", "''")


class Indexed(Protocol):
    """What ids are looked up in: events, and what the index holds of them. `Events` is one."""

    @property
    def table(self) -> ir.Table: ...

    @property
    def entities(self) -> ir.Table: ...

    @property
    def indexed(self) -> dict[str, str]: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def names(self) -> ir.Table | None: ...

    @property
    def memo(self) -> dict[Any, Any]: ...


def named(events: Indexed, text: str) -> str:
    """The id of a thing that is asked for in another spelling or by another name; the text itself where it is none.

    What a message says as it is written here stays so; else letters and digits must agree with one id of the index, or
    with a name that a table holds beside one.
    """
    text = text.strip()
    key = ("named", text)
    if key not in events.memo:
        events.memo[key] = _named(events, text)
    return str(events.memo[key])


def _named(events: Indexed, text: str) -> str:
    own = names.fold(text)
    kinds = [kind for kind in events.indexed if kind != TRACE and not keyed(events.indexed[kind])]
    if not own or not kinds or is_indexed(events, text) == TRACE:
        return text
    rows = events.entities
    likely = [
        kind
        for kind in kinds
        if re2.whole(names.loosened(events.indexed[kind]) or events.indexed[kind], text)
    ]
    found: list[str] = []
    if likely:
        same = rows.filter(rows.id_kind.isin(likely))
        if len(events.engine.fetch(same.filter(same.id == text).select("id").limit(1))):
            return text
        alike = same.id.lower().re_replace("[^a-z0-9]", "") == own
        found = [
            str(one) for one in events.engine.fetch(same.filter(alike).select("id").distinct().limit(2))["id"]
        ]
    if not found and events.names is not None:
        called = events.names.filter(events.names.folded == own).select("id").distinct().limit(2)
        found = [str(one) for one in events.engine.fetch(called)["id"]]
    return found[0] if len(found) == 1 else text


def written(events: Indexed, identifier: str) -> list[str]:
    """The other spellings and names of an id that messages and tables have, each once."""
    if events.names is None:
        return []
    rows = events.names.filter(events.names.id == identifier)
    frame = events.engine.fetch(rows.select("written").distinct().order_by("written").limit(20))
    return [str(one) for one in frame["written"]]


def is_indexed(events: Indexed, identifier: str) -> str | None:
    """The kind under which the index holds ids of this shape; None where a trace must scan.

    Hex of a trace id's length that no event has as its trace id may be something else, written in messages.
    """
    for kind, pattern in events.indexed.items():
        if kind == TRACE or (keyed(pattern) and not identifier.startswith(f"{kind}=")):
            continue
        if re2.whole(pattern, identifier):
            return kind
    if TRACE in events.indexed and re.fullmatch(TRACE_PATTERN, identifier):
        key = f"trace id {identifier}"
        if key not in events.memo:
            rows = events.entities.filter(
                (events.entities.id_kind == TRACE) & (events.entities.id == identifier)
            )
            events.memo[key] = len(events.engine.fetch(rows.select("id").limit(1))) > 0
        return TRACE if events.memo[key] else None
    return None


def indexed(events: Indexed, identifier: str) -> ir.Table:
    """What the index holds of an id."""
    return events.entities.filter(events.entities.id == identifier)


def mentions(events: Indexed, identifier: str) -> ir.Table:
    """Every event that mentions an id, as an expression with the entity index's columns.

    Read from the index where it holds ids of this shape, else found by scanning bodies, attributes and trace ids.
    """
    import ibis

    if is_indexed(events, identifier):
        return indexed(events, identifier)
    table = events.table
    kind, own = kind_of(identifier)
    pattern = own.replace(NUMBER, identifier.partition("=")[2] + r"\b") if keyed(own) else as_word(identifier)
    plain = "" if keyed(own) else identifier
    text = table.attributes.values().join(" ")
    found = table.filter(
        (table.body.contains(plain) & table.body.re_search(pattern))
        | (text.contains(plain) & text.re_search(pattern))
        | (table.trace_id == identifier)
        | (table.span_id == identifier)
    )
    rest = [name for name in schema.ENTITY_COLUMNS if name not in ("id", "id_kind", "alias")]
    return found.select(
        id=ibis.literal(identifier),
        id_kind=ibis.literal(kind),
        alias=ibis.null("string"),
        **{name: found[name] for name in rest},
    )


def ids(events: Indexed, kind: str) -> ir.Table:
    """Every id of a kind with its first and last time and number of mentions, as an expression.

    Columns: id, first, last, mentions. Needs the kind to be indexed; `kinds_known` says which are.
    """
    if kind not in events.indexed:
        raise ParameterError(
            f"This case has no index of kind '{kind}'.",
            f"It has: {', '.join(events.indexed) or 'none'}.",
            "Declare it with case.record.declare(kinds={kind: pattern}), or give one of these.",
        )
    rows = events.entities.filter(events.entities.id_kind == kind)
    return rows.group_by("id").aggregate(first=rows.time.min(), last=rows.time.max(), mentions=rows.count())


def written_in(text: str, pattern: str) -> list[str]:
    """What of a text is an id of a kind, as it is written there, in order, each once."""
    return list(dict.fromkeys(said for said, _ in re2.found(whole_word(pattern), text)))


def found_in(text: str, patterns: Mapping[str, str]) -> list[str]:
    """The ids of these kinds (kind -> pattern) in a text, in order, each once."""
    out: dict[str, None] = {}
    for kind, pattern in patterns.items():
        for said, number in re2.found(whole_word(pattern), text):
            out.setdefault(f"{kind}={number}" if keyed(pattern) else said)
    return list(out)
