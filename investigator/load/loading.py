"""Load a file or a folder into a store: recognise, freeze, read, count, commit. All of a file, or nothing of it."""

from __future__ import annotations

import errno
import hashlib
import re
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from investigator import moment
from investigator.errors import DataError, ParameterError
from investigator.events import schema
from investigator.events.store import Segment, Staging, Store, Units
from investigator.load import archive, before, delays, folder, grown, normalise, seen, times, traces, years
from investigator.load.alike import Alike
from investigator.load.buffers import bounds
from investigator.load.clock import Clock
from investigator.load.content import Content
from investigator.load.cuts import Cuts, Found, cuts
from investigator.load.direct import ROWS_AT_ONCE, in_arrow
from investigator.load.evidence import COPIED_AT_MOST, KEEP, Frozen, frozen, keep, keep_tail
from investigator.load.heads import Heads
from investigator.load.recognise import form_of, formed, recognise
from investigator.load.report import LoadReport, SourceReport
from investigator.load.roles import Roles, assign
from investigator.load.split import Chunk, chunks
from investigator.look import shown_name
from investigator.sources import plain_text
from investigator.sources._format import ANSI, Head, JsonLines, Lines, Record, Records, flat

if TYPE_CHECKING:
    import duckdb

    from investigator.load.answers import Answers
    from investigator.load.declared import Declared

Progress = Callable[[int, int, str], None]
_Item = TypeVar("_Item")

EXAMPLES = 5  # rejects that a report shows
REJECTS_HELD = 20_000  # rejects held in memory before they are written
ROWS_A_FILE = 1_000_000
BATCH = 50_000  # records handed to the engine at once
KEYS_AT_MOST = 400  # keys of one source that are told apart; the rest stay as JSON
SAMPLE = 400
EVENT_BYTES_AT_MOST = 1 << 20  # of one event with the lines that joined it
MEMORY_LIMIT = "2GB"

_GENERIC = re.compile(
    r"^(?:app|application|access|error|log|logs|logfile|output|out|stdout|stderr|messages|syslog|data|export|events?|"
    r"all|console|system|server|main|trace|traces|metrics?|[0-9_.-]*|.*\d{2}[-_]\d{2}.*)$",
    re.IGNORECASE,
)


def add(
    path: Path | str,
    *,
    store: Store,
    vault: Path,
    load: int,
    name: str | None = None,
    zone: str | None = None,
    year: int | None = None,
    mapping: Mapping[str, str] | None = None,
    format: str | None = None,
    declared: Sequence[Declared] = (),
    answers: Answers | None = None,
    progress: Progress | None = None,
    copied_at_most: int = COPIED_AT_MOST,
    keep: str | None = None,
) -> LoadReport:
    """Load a file, or every file of a folder; gives what each was recognised as, and the law.

    `zone` and `year` are for times that name none; `mapping` tells what a column is ("Created on" -> "time");
    `format` forces a format by its name. `declared` are formats of one's own, which are recognised as the kit's are;
    `answers` say what zone and year the times of a source have, where nothing else does. `keep` is "copy" or "pointer": where the evidence lies; without it large files stay where
    they are. A file that can't be read at all is listed in the report, unless it is the only one: then DataError says
    why.
    """
    if zone:
        moment.zone(zone)
    if keep is not None and keep not in KEEP:
        raise ParameterError(
            f"'{keep}' is no way to keep evidence.",
            "copy: into the case. pointer: it stays where it is, with its hash.",
            "Leave it out to copy files up to 256 MB and point to larger ones.",
        )
    started = time.perf_counter()
    path = Path(path)
    files, left_out = folder.files(path)
    total = sum(folder.size(file) for file, _ in files)
    done = 0
    reports: list[SourceReport] = []
    options = _Options(
        store,
        Path(vault),
        load,
        zone,
        year,
        dict(mapping or {}),
        format,
        KEEP[keep] if keep else copied_at_most,
        tuple(declared),
        answers,
    )
    stamps = seen.Seen(store)
    for file, shown in files:
        label = shown_name(name) if name else shown

        def step(size: int, base: int = done, what: str = label) -> None:
            if progress:
                progress(base + size, max(total, 1), what)

        step(0)
        try:
            if here := stamps.segments(label, file):
                reports += [_already(segment, seen.UNCHANGED) for segment in _newest(here)]
            else:
                stamp = seen.stamp(file)
                found = _load_file(file, label, options, step)
                reports += found
                if all(report.state != "not read" for report in found):
                    stamps.note(label, file, stamp)
        except DataError as error:
            if path.is_file():
                raise
            reports.append(SourceReport(label, "", str(error.what), state="not read"))
        done += folder.size(file)
    stamps.save()
    if progress:
        progress(max(total, 1), max(total, 1), "done")
    return LoadReport(tuple(reports), time.perf_counter() - started, left_out=left_out)


def read(
    path: Path | str, *, pattern: str | None = None, format: str | None = None, **options: Any
) -> tuple[Store, LoadReport]:
    """The same without a case: into a temporary folder that goes when the process ends.

    `pattern` and `format` may be a format of one's own, as `case.add` takes it.
    """
    import atexit
    import shutil

    from investigator.load.declared import given_as

    own, named = given_as(pattern, format)
    options = {**options, "format": own.name if own else named, "declared": [own] if own else []}
    folder = Path(tempfile.mkdtemp(prefix="investigator-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store(folder / "events")
    report = add(path, store=store, vault=folder / "evidence", load=1, copied_at_most=0, **options)
    return store, report


@dataclass
class _Options:
    store: Store
    vault: Path
    load: int
    zone: str | None
    year: int | None
    mapping: dict[str, str]
    format: str | None
    copied_at_most: int
    declared: tuple[Declared, ...] = ()
    answers: Answers | None = None

    def here(self, name: str) -> list[Segment]:
        """What is there of a file by now, in the order of its content."""
        found = self.store.manifest().standing
        return [s for s in found if s.source == name or s.source.startswith(f"{name}!")]

    def of(self, source: str, form: Any) -> _Options:
        """With the zone and year of one source: as was said now, else as was answered before, else as its format knows."""
        told = self.answers.of(source) if self.answers else (None, None)
        zone = self.zone or told[0] or getattr(form, "zone", "") or None
        return replace(self, zone=zone, year=self.year or told[1])


@dataclass
class _Tally:
    """What one source (a file, or a table in it) brings, counted while it is read."""

    name: str
    member: str = ""
    kind: str = ""
    total: int = 0
    used: int = 0
    joined: int = 0
    rejected: int = 0
    structural: dict[str, int] = field(default_factory=dict)
    rejects: list[dict[str, Any]] = field(default_factory=list)  # not yet written
    examples: list[dict[str, Any]] = field(default_factory=list)
    rejects_file: str | None = None
    files: list[str] = field(default_factory=list)
    rows: int = 0
    file_begins: int = 0
    plan: normalise.Plan | None = None
    first: str | None = None
    last: str | None = None
    untimed: int = 0
    collected: int = 0  # rows that say only when they were collected
    delay: int | None = None  # the longest from a time to its collection, in microseconds
    latest: int | None = None  # the last time where none names its year, in microseconds
    clock: Clock = field(default_factory=Clock)
    parts: list[_Tally] = field(default_factory=list)  # of a mixed file: what each format brought

    @property
    def plans(self) -> list[normalise.Plan]:
        """How its fields became events; of a mixed file by each format."""
        found = [part.plan for part in self.parts] or [self.plan]
        return [plan for plan in found if plan is not None]

    @property
    def units(self) -> Units:
        return Units(self.total, self.used, self.joined, dict(sorted(self.structural.items())), self.rejected)

    def structure(self, kind: str, count: int) -> None:
        total = self.structural.pop(kind, 0) + count
        if total:
            self.structural[kind] = total

    def reject(self, unit: int, byte: int | None, length: int, reason: str, text: str) -> None:
        self.rejected += 1
        found = {
            "unit": int(unit),
            "byte": None if byte is None else int(byte),
            "length": int(length),
            "reason": reason,
            "text": text[:2000],
        }
        self.rejects.append(found)
        if len(self.examples) < EXAMPLES:
            self.examples.append(found)


def _load_file(file: Path, name: str, options: _Options, step: Callable[[int], None]) -> list[SourceReport]:
    started = time.perf_counter()
    try:
        with frozen(file, options.vault, copied_at_most=options.copied_at_most) as item:
            return _load_frozen(item, name, options, step, started)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DataError(
                f"The disk is full: {name} was not loaded.",
                "What was loaded before is there, and nothing half-written is left.",
                "Free some space and add it again.",
            ) from error
        raise DataError(
            f"{name} can't be read: {error.strerror or error}.", "", "Check the path and its permissions."
        ) from error


def _load_frozen(
    item: Frozen, name: str, options: _Options, step: Callable[[int], None], started: float
) -> list[SourceReport]:
    here = options.here(name)
    same = [s for s in here if s.sha256 == item.sha256 and s.inside == item.inside]
    if same and same[0].format != archive.FORMAT:
        return [_already(s) for s in _newest(here)]
    # What it is can be told while it is copied.
    first = item.path if item.copying is None else item.original
    content = Content(first, name=name, progress=step, budget=item.budget, modified=item.when)
    content.sound()
    told = recognise(content, given=options.format, declared=options.declared)
    content.path = item.path
    if not item.arrived():
        told = recognise(content, given=options.format, declared=options.declared)
    form_name, why, head = told
    if archive.is_one(form_name, options.format, item, content):
        return archive.load(item, name, options, step, started, _load_frozen)
    form = formed(form_of(form_name, options.declared), head)
    options = options.of(name, form)
    if form_name == "plain_text" and not form.share(head).share:
        form, why = plain_text.UNTIMED, "text without times"
    line_based = not isinstance(form, Records) or form.line_based
    known = before.tell(
        options.store.manifest().standing,
        name,
        item.path,
        options.vault,
        inside=item.inside,
        line_based=line_based,
    )
    if known.same:
        return [_already(s, known.why) for s in known.same]
    state = "changed" if here else "loaded"
    start, growth = 0, known if known.chain else None
    with options.store.writing() as staging:
        if growth is not None:
            if known.source != name:
                item.doubt += (f"it goes on in {name}: the same file, rotated or in an archive",)
            name, state = known.source, "grown"
            start = grown.resume(staging, list(known.chain), form_name, form, item.path, name)
            mine = {(s.source, s.evidence, s.load) for s in known.chain}
            here = [s for s in options.store.manifest().segments if (s.source, s.evidence, s.load) in mine]
            if not here:
                state, growth = "loaded", None  # it was too short to tell: it is read again as a whole
        return _read_into(
            staging,
            item,
            name,
            options,
            step,
            started,
            form_name,
            form,
            why,
            head,
            state,
            here,
            growth,
            start if growth is not None else 0,
        )


def _already(segment: Segment, why: str = "the same bytes") -> SourceReport:
    return SourceReport(segment.source, segment.format, why, state="already here", file=segment.file)


def _newest(segments: list[Segment]) -> list[Segment]:
    return list({segment.source: segment for segment in segments}.values())


def _read_into(
    staging: Staging,
    item: Frozen,
    name: str,
    options: _Options,
    step: Callable[[int], None],
    started: float,
    form_name: str,
    form: Any,
    why: str,
    head: Head,
    state: str,
    here: list[Segment],
    growth: before.Before | None,
    start: int,
) -> list[SourceReport]:
    """Read a frozen file, or its tail from `start`, and commit what it gives."""
    content = Content(
        item.path, name=name, start=start, progress=step, budget=item.budget, modified=item.when
    )
    if growth is not None:
        tail = keep_tail(content, options.vault)
        content = Content(options.vault / tail, name=name, progress=step)
        if isinstance(form, Records) and form.header:
            content.header = form.header(head.text)
    own = (lambda: tail[:12]) if growth is not None else (lambda: item.evidence)
    reader = _Reader(content, name, form_name, form, options, staging, own, head)
    tallies = reader.read()
    sha256 = tail if growth is not None else item.sha256
    item.check()
    if growth is not None:
        full_sha, full_size = growth.whole, growth.size
    else:
        full_sha = content.content_sha256 or item.content_sha256 or sha256
        full_size = content.plain_bytes or item.size
    segments = []
    for tally in tallies:
        member = f"!{tally.member}" if tally.member else ""
        doubt, replaces = [*item.doubt, *content.doubt], None
        same = [segment for segment in here if segment.source == f"{name}{member}"]
        if state == "changed" and same:
            listing = form_name in _LISTS or (isinstance(form, Records) and form.listing)
            if tally.plan is None or (tally.plan.roles.kind not in _SNAPSHOTS and not listing):
                doubt.append(before.anew(same, tally.first, None if item.inside else item.original))
            else:
                replaces = same[-1].evidence
        segments.append(
            Segment(
                source=f"{name}{member}",
                evidence=own() + member,
                sha256=sha256,
                load=options.load,
                format=form_name,
                continues=here[-1].evidence if growth is not None else None,
                replaces=replaces,
                content_sha256=full_sha,
                content_bytes=full_size,
                inside=item.inside if growth is None else (),
                modified=item.when,
                **_measured(tally, reader, options, doubt),
            )
        )
    if growth is None:
        keep(item, options.vault, sha256)
    staging.commit(segments)
    return [
        _report(
            segment,
            tally,
            why,
            _state(segment, grown=growth is not None),
            time.perf_counter() - started,
        )
        for segment, tally in zip(segments, tallies, strict=True)
    ]


def _state(segment: Segment, *, grown: bool) -> str:
    if segment.format == "binary":
        return "kept"
    return "newer snapshot" if segment.replaces else "grown" if grown else "loaded"


def _measured(tally: _Tally, reader: _Reader, options: _Options, doubt: list[str]) -> dict[str, Any]:
    """What reading gave, as a segment keeps it."""
    return {
        "kind": tally.plan.roles.kind if tally.plan else "record",
        "rows": tally.rows,
        "units": tally.units,
        "files": tuple(tally.files),
        "rejects": reader.finish_rejects(tally),
        "first": tally.first,
        "last": tally.last,
        "zone": options.zone or "UTC",
        "doubt": tuple(dict.fromkeys([*doubt, *_doubts(tally)])),
        "attributes": tuple(dict.fromkeys(column for plan in tally.plans for column in plan.columns)),
    }


def _report(segment: Segment, tally: _Tally, why: str, state: str, seconds: float) -> SourceReport:
    """What a report says of a segment."""
    return SourceReport(
        segment.source,
        segment.format,
        why,
        segment.rows,
        segment.units,
        segment.first,
        segment.last,
        segment.zone,
        segment.doubt,
        tuple((r["unit"], r["reason"], r["text"]) for r in tally.examples),
        seconds,
        state,
        tuple(dict.fromkeys(what for plan in tally.plans for what in normalise.asks(plan))),
        segment.file,
    )


#: Kinds of rows that say how things stand: a newer file of them takes the place of an older one.
_SNAPSHOTS = ("record",)
#: Formats that are one list: a newer file holds what the older one held.
_LISTS = ("json_records", "sqlite_tables", "prometheus_range", "slack_day", "git_log")


def _doubts(tally: _Tally) -> list[str]:
    if tally.plan is None:
        return []
    out = [
        text
        for plan in tally.plans
        for text in (
            *normalise.doubts(plan),
            *times.mislabelled(plan.style, tally.first, tally.last),
        )
    ]
    for part in (tally, *tally.parts):
        out += delays.doubts(part.collected, part.delay)
        if part.plan and (goes_back := part.clock.doubt(part.plan.roles.kind)):
            out.append(goes_back)
    if tally.untimed and tally.plan.roles.kind != "record":
        out.append(f"{tally.untimed:,} of its rows have no time that I understand")
    return out


class _Stage:
    """One thread of a pipeline: it does jobs in their order, and few wait, so memory stays flat."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._jobs: deque[Future[None]] = deque()

    def put(self, job: Callable[[], None]) -> None:
        """Hand over a job, when at most one is before it; raises what one before raised."""
        self.wait(1)
        self._jobs.append(self._pool.submit(job))

    def wait(self, left: int = 0) -> None:
        """Wait until at most so many are left."""
        while len(self._jobs) > left:
            self._jobs.popleft().result()

    def close(self) -> None:
        self._pool.shutdown(wait=True)


class _Reader:
    """Reads one file into staged Parquet files, counting every unit."""

    def __init__(
        self,
        content: Content,
        name: str,
        form_name: str,
        form: Any,
        options: _Options,
        staging: Staging,
        evidence: Callable[[], str],
        head: Head,
    ) -> None:
        self.head = head
        self.content, self.name, self.form_name, self.form = content, name, form_name, form
        self.options, self.staging, self._evidence = options, staging, evidence
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._shape: dict[str, Any] = {}
        self._alike = Alike()
        self._lines: Any = None
        self._damaged = False  # whether a block of JSON lines had some that are none
        self._samples: dict[str, list[str]] = {}
        self._heads: Heads | None = None
        self._cuts: Cuts | None = None
        self._writing = _Stage("write")
        self._files: dict[str, Any] = {}
        # Where it reads some lines of a mixed file: what every event says of itself, its lines' numbers in the whole,
        # and who takes what is rejected.
        self.constant: dict[str, str] = {}
        self.numbered: Callable[[Any], Any] | None = None
        self.rejected: Callable[[_Tally], None] | None = None

    @property
    def evidence(self) -> str:
        """The name of the evidence in every event: asked late, because the file is hashed while it is read."""
        return self._evidence()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect()
            for setting in (
                "TimeZone='UTC'",
                f"memory_limit='{MEMORY_LIMIT}'",
                "threads=1",
                f"temp_directory={normalise.quote(str(self.staging.folder / 'spill'))}",
            ):
                self._connection.execute(f"SET {setting}")
        return self._connection

    def read(self) -> list[_Tally]:
        try:
            return self._read()
        finally:
            self._writing.close()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _read(self) -> list[_Tally]:
        from investigator.load import mixed

        if isinstance(self.form, mixed.Mixed):
            found = mixed.read(self)
        elif isinstance(self.form, JsonLines):
            found = [self._json_lines()]
        elif isinstance(self.form, Lines):
            found = [self._text_lines()]
        else:
            found = self._records()
        self._writing.wait()
        for tally in found:
            self.write_rejects(tally)
        for file in self._files.values():
            file.close()
        return found

    # -- one JSON object a line --------------------------------------------------------------------------------

    def _json_lines(self) -> _Tally:
        tally = _Tally(self.name)
        # Keys and their first values come from the head of the whole file, also where this is only its tail.
        self._shape, self._samples = _headed(self.head)
        named = self.form.named(list(self._samples))
        self._samples = dict(zip(named, self._samples.values(), strict=True))
        for chunk in _ahead(chunks(self.content.blocks(), doubt=self.content.doubt)):
            self._count(tally, chunk)
            if len(chunk):
                self._json_chunk(tally, chunk)
        return tally

    def _json_chunk(self, tally: _Tally, chunk: Chunk) -> None:
        """Events of one chunk of JSON lines: those that are as lines before them by their places, others by the engine."""
        import pyarrow as pa

        plan, shape = tally.plan, self._shape
        quick = None
        if plan is not None and plan.keys == self._names(shape):
            quick = self._alike.read(chunk, _paths(shape))
        if quick is None:
            rows = self._json_lines_of(tally, chunk, ~chunk.blank)
        else:
            rows, done = quick
            rest = ~done & ~chunk.blank
            if rest.any():
                more = self._json_lines_of(tally, chunk, rest)
                if more is not None and tally.plan is not plan:
                    # They hold keys that are new: all that can be read is read as columns of one shape.
                    tally.plan, self._shape = plan, shape
                    known = done | np.isin(chunk.unit, more["unit"].to_numpy())
                    rows = self._json_lines_of(tally, chunk, known)
                elif more is not None and more.num_rows:
                    rows = pa.concat_tables([rows, more.select(rows.column_names)]).sort_by("unit")
        if rows is not None and tally.plan is not None:
            tally.used += rows.num_rows
            self._keep(tally, in_arrow(tally.plan, rows, self.connection))

    def _json_lines_of(self, tally: _Tally, chunk: Chunk, lines: Any) -> Any:
        """Rows of these lines, in one pass of the engine where every line is as its columns say; None of none.

        A line whose count of keys (`":`) is what its columns explain is complete. The others (nulls, lists of
        objects, and keys that the shape lacks) are looked at key by key, and the shape grows where it must.
        """
        import duckdb
        import pyarrow.compute as pc

        table = _table(chunk, lines)
        if not table.num_rows:
            return None
        connection = self.connection
        self._register(table)
        shape = self._shape
        checked: set[str] = set()
        try:
            if self._damaged:
                # Where one block had broken lines others have them: looking first costs less than failing first.
                checked.add("valid")
                self._reject_lines(tally, "NOT json_valid(text)", "'no JSON'")
                if not self._lines.num_rows:
                    return None
            for _ in range(12):
                try:
                    rows = connection.execute(_json_rows(shape)).to_arrow_table()
                    self._planned(tally, self._names(shape), rows)
                except duckdb.Error:
                    if "valid" in checked:
                        raise
                    # Something is no JSON: set it apart, line by line, and read the rest.
                    checked.add("valid")
                    self._damaged = self._reject_lines(tally, "NOT json_valid(text)", "'no JSON'")
                    continue
                if "object" not in checked and pc.any(rows["empty"]).as_py():
                    if "valid" not in checked:
                        # Where no column is asked for, the engine did not look whether it is JSON.
                        checked.add("valid")
                        self._reject_lines(tally, "NOT json_valid(text)", "'no JSON'")
                    checked.add("object")
                    self._reject_lines(tally, "json_type(text) <> 'OBJECT'", "'JSON, but no object'")
                    continue
                if pc.any(rows["gap"]).as_py():
                    connection.register("odd", rows.filter(rows["gap"]).select(["unit"]))
                    merged = _merged(
                        shape, self._exact_shape("(SELECT text FROM lines SEMI JOIN odd USING (unit))", 0)
                    )
                    connection.unregister("odd")
                    if merged != shape:
                        shape = merged
                        continue
                break
            self._shape = shape
            return rows
        finally:
            connection.unregister("lines")

    def _names(self, shape: dict[str, Any]) -> tuple[str, ...]:
        """What the leaves of a shape are called, in order."""
        return tuple(self.form.named([name for name, _ in _leaves(shape)]))

    def _register(self, table: Any) -> None:
        """Make `lines` of the engine the lines of a table, in batches that it can take one by one."""
        import pyarrow as pa

        self._lines = pa.Table.from_batches(table.to_batches(max_chunksize=ROWS_AT_ONCE), schema=table.schema)
        self.connection.register("lines", self._lines)

    def _reject_lines(self, tally: _Tally, condition: str, reason: str) -> bool:
        """Set apart the lines of which a condition holds, each as a reject with its reason; whether there were any."""
        import pyarrow as pa

        bad = self.connection.execute(
            f"SELECT unit, byte, length, {reason} AS why, left(text, 2000) AS said FROM lines WHERE {condition} ORDER BY unit"
        ).to_arrow_table()
        if not bad.num_rows:
            return False
        for row in bad.to_pylist():
            if len(tally.rejects) >= REJECTS_HELD:
                self.write_rejects(tally)
            tally.reject(row["unit"], row["byte"], row["length"], row["why"], row["said"].rstrip("\r\n"))
        # By their numbers: asking each line a second time would cost as much as the first.
        good = ~np.isin(self._lines["unit"].to_numpy(), bad["unit"].to_numpy())
        self._register(self._lines.filter(pa.array(good)))
        return True

    def _exact_shape(self, relation: str, depth: int) -> dict[str, Any]:
        """Every key of these texts, nested as they are, told by the engine.

        A container in which more than 400 keys turn up (ids as keys) stays one JSON text, so nothing is lost.
        """
        connection = self.connection
        counted = connection.execute(
            f"SELECT key, count(*) FROM (SELECT unnest(json_keys(text)) AS key FROM {relation} AS x) "
            f"GROUP BY key ORDER BY count(*) DESC, key"
        ).fetchall()
        if len(counted) > KEYS_AT_MOST:
            if depth:
                return {}
            self.content.doubt.append(f"it has {len(counted):,} keys: the rarest are only in the evidence")
            counted = counted[:KEYS_AT_MOST]
        shape: dict[str, Any] = {}
        for key, _ in sorted(counted):
            pointer = normalise.quote(_pointer(key))
            inner = f"(SELECT json_extract(x.text, {pointer}) AS text FROM {relation} AS x)"
            found = connection.execute(
                f"SELECT bool_and(json_type(text) IN ('OBJECT', 'NULL')), bool_or(json_type(text) = 'OBJECT') "
                f"FROM {inner} AS y WHERE text IS NOT NULL"
            ).fetchone()
            nested = bool(found and found[0] and found[1]) and depth < 6
            kept = (
                self._exact_shape(
                    f"(SELECT text FROM {inner} AS z WHERE json_type(text) = 'OBJECT')", depth + 1
                )
                if nested
                else None
            )
            shape[key] = kept or None
        return shape

    # -- lines by a pattern ------------------------------------------------------------------------------------

    def _text_lines(self) -> _Tally:
        tally = _Tally(self.name)
        form: Lines = self.form
        self._heads = Heads(form.pattern, form.groups, joins=form.joins, never_null=_NEVER_NULL)
        # Where each line is an event by itself, a pattern may be taken step by step.
        self._cuts = None if form.joins else cuts(form.pattern)
        held: tuple[Chunk, Any, Any] | None = None
        started = False
        blocks = chunks(self.content.blocks(), doubt=self.content.doubt)
        for chunk, starts, known in _ahead(self._begun(form, chunk) for chunk in blocks):
            self._count(tally, chunk)
            if not len(chunk):
                continue
            if held is not None:
                chunk = _joined(held[0], chunk)
                starts = np.concatenate([held[1], starts])
                known = None if known is None or held[2] is None else np.concatenate([held[2], known])
            held, started = self._pattern_chunk(tally, form, chunk, starts, known, started, last=False)
        if held is not None:
            self._pattern_chunk(tally, form, *held, started, last=True)
        return tally

    def _begun(self, form: Lines, chunk: Chunk) -> tuple[Chunk, Any, Any]:
        """A chunk, which of its lines begin an event, and what is known of these: the lengths of their heads, or all that
        the pattern captures."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if COLOURS in self.head.data:
            chunk.text = _uncoloured(chunk.text)
        if self._heads is not None and self._heads.worth:
            lengths = self._heads.lengths(chunk.text)
            return chunk, (lengths > 0) & ~chunk.blank, lengths
        found = self._cuts.find(*bounds(chunk.text), chunk.blank) if self._cuts is not None else None
        if found is not None:
            starts = found.fits.copy()
            rest = np.flatnonzero(~starts & ~chunk.blank)
            if len(rest):
                others = pc.match_substring_regex(chunk.text.take(pa.array(rest)), form.pattern)
                starts[rest] = others.to_numpy(zero_copy_only=False)
            return chunk, starts, found
        starts = pc.match_substring_regex(chunk.text, form.pattern).to_numpy(zero_copy_only=False)
        return chunk, starts & ~chunk.blank, None

    def _pattern_chunk(
        self, tally: _Tally, form: Lines, chunk: Chunk, starts: Any, known: Any, started: bool, *, last: bool
    ) -> tuple[tuple[Chunk, Any, Any] | None, bool]:
        import pyarrow as pa
        import pyarrow.compute as pc

        header = np.zeros(len(chunk), dtype=bool)
        if form.headers:
            header = (
                pc.match_substring_regex(chunk.text, form.headers).to_numpy(zero_copy_only=False) & ~starts
            )
            header &= ~chunk.blank
        held = None
        first = np.flatnonzero(starts)
        if form.joins and not last and len(first):
            # The last event may go on in the next chunk: it waits, unless it is long already.
            cut = int(first[-1])
            if int(chunk.length[cut:].sum()) < EVENT_BYTES_AT_MOST:
                held = (
                    _part(chunk, cut, len(chunk)),
                    starts[cut:],
                    None if known is None else known[cut:],
                )
                chunk = _part(chunk, 0, cut)
                starts, header, first = starts[:cut], header[:cut], first[:-1]
        tally.structure("header", int(header.sum()))
        other = ~starts & ~header & ~chunk.blank
        ends = _ends_of(form, chunk, first, header, other)
        for index in _outside(other, first, ends):
            reason = "not as the other lines are"
            if form.joins and (not len(first) or index < first[0]):
                reason = "no time at its beginning, and no event above it to join"
                if started and not form.continues:
                    reason = f"it goes on an event that is over {EVENT_BYTES_AT_MOST >> 20} MB already"
            elif form.joins:
                reason = "it begins no event, and goes on none"
            if len(tally.rejects) >= REJECTS_HELD:
                self.write_rejects(tally)
            text = chunk.text[int(index)].as_py().rstrip("\r\n")
            tally.reject(chunk.unit[index], chunk.byte[index], chunk.length[index], reason, text)
            other[index] = False
        if len(first):
            # The lines of an event lie side by side in one buffer: joining them copies nothing.
            _, offsets = bounds(chunk.text)
            low, high = offsets[first], offsets[ends]
            last_line = ends - 1
            while form.joins and bool((chunk.blank[last_line] & (last_line > first)).any()):
                last_line = np.where(chunk.blank[last_line] & (last_line > first), last_line - 1, last_line)
            if form.joins:
                # A blank line inside an event is part of it; those after its end are blank.
                joined = int((last_line - first).sum())
                tally.joined += joined
                tally.structure("blank", int(other.sum()) - joined)
            high = offsets[last_line + 1]
            data = chunk.text.buffers()[2]
            texts = _slices(data, low, np.minimum(high, low + EVENT_BYTES_AT_MOST))
            table = pa.table(
                {
                    "unit": chunk.unit[first],
                    "units": (last_line - first + 1).astype(np.int64),
                    "byte": chunk.byte[first],
                    "text": texts,
                }
            )
            if isinstance(known, Found):
                rows = self._cut(form, table, known, first, bounds(chunk.text)[0])
            else:
                rows = self._captured(form, table, None if known is None else known[first])
            tally.used += rows.num_rows
            self._events(tally, tuple(form.groups), rows)
        return held, started or bool(len(first))

    def _cut(self, form: Lines, table: Any, known: Found, first: Any, data: Any) -> Any:
        """Rows of what was captured of each event step by step, and by the engine of the others."""
        import pyarrow as pa

        fits = known.fits[first]
        columns = known.columns(data, first[fits], _NEVER_NULL)
        rows = table.select(["unit", "units", "byte"]).filter(pa.array(fits))
        for i, column in enumerate(columns):
            rows = rows.append_column(f"f{i}", column)
        if not fits.all():
            others = self._captured(form, table.filter(pa.array(~fits)), None)
            rows = pa.concat_tables([rows, others.cast(rows.schema)]).sort_by("unit")
        return rows

    def _captured(self, form: Lines, table: Any, lengths: Any) -> Any:
        """Rows of what the pattern captures of each event."""
        import pyarrow as pa

        groups, connection = form.groups, self.connection
        found = None
        if self._heads is not None and lengths is not None:
            texts = table["text"].combine_chunks()
            # What joins a line may be part of its head.
            several = np.flatnonzero(table["units"].to_numpy() > 1)
            if len(several):
                lengths = lengths.copy()
                lengths[several] = self._heads.lengths(texts.take(pa.array(several)))
            found = self._heads.columns(texts, lengths)
        if found is not None:
            rows = table.select(["unit", "units", "byte"])
            for i, column in enumerate(found):
                rows = rows.append_column(f"f{i}", column)
        else:
            pattern = (
                form.pattern.replace("(?P<body>.*)", "(?P<body>(?s:.*))") if form.joins else form.pattern
            )
            names = ", ".join(normalise.quote(group) for group in groups)
            # `-` is how access logs and syslog say nothing.
            columns = ", ".join(
                f'g."{group}" AS f{i}'
                if group in ("body", "time")
                else f"nullif(nullif(g.\"{group}\", ''), '-') AS f{i}"
                for i, group in enumerate(groups)
            )
            connection.register("lines", table)
            try:
                rows = connection.execute(
                    f"SELECT unit, units, byte, {columns} FROM (SELECT unit, units, byte, "
                    f"regexp_extract(text, {normalise.quote(pattern)}, [{names}]) AS g FROM lines)"
                ).to_arrow_table()
            finally:
                connection.unregister("lines")
        return rows

    # -- one record at a time ----------------------------------------------------------------------------------

    def _records(self) -> list[_Tally]:
        form: Records = self.form
        tallies: dict[str, _Tally] = {}
        batches: dict[str, list[Record]] = {}
        units: dict[str, int] = {}
        for record in form.read(self.content.path, self.content):
            tally = tallies.setdefault(record.member, _Tally(self.name, record.member, record.kind))
            if units.get(record.member) != record.unit:
                units[record.member] = record.unit
                tally.total += record.units
                if record.structural:
                    tally.structure(record.structural, record.units)
                elif record.reject:
                    tally.joined += record.units - 1
                    if len(tally.rejects) >= REJECTS_HELD:
                        self.write_rejects(tally)
                    tally.reject(record.unit, record.byte, record.length, record.reject, record.text)
                else:
                    tally.joined += record.units - 1
                    tally.used += 1
            if record.structural or record.reject:
                continue
            batch = batches.setdefault(record.member, [])
            batch.append(record)
            if len(batch) >= BATCH:
                self._batch(tally, batch)
                batches[record.member] = []
        for member, batch in batches.items():
            if batch:
                self._batch(tallies[member], batch)
        return list(tallies.values()) or [_Tally(self.name)]

    def _batch(self, tally: _Tally, batch: list[Record]) -> None:
        import pyarrow as pa

        keys = list(dict.fromkeys(key for record in batch for key in record.fields))
        if len(keys) > KEYS_AT_MOST:
            counts: dict[str, int] = {}
            for record in batch:
                for key in record.fields:
                    counts[key] = counts.get(key, 0) + 1
            keys = sorted(keys, key=lambda key: (-counts[key], key))[:KEYS_AT_MOST]
            self.content.doubt.append("it has more than 400 keys: the rarest are only in the evidence")
        columns: dict[str, Any] = {
            "unit": pa.array([record.unit for record in batch], pa.int64()),
            "units": pa.array([record.units for record in batch], pa.int64()),
            "byte": pa.array([record.byte for record in batch], pa.int64()),
        }
        for i, key in enumerate(keys):
            columns[f"f{i}"] = pa.array([_clean(record.fields.get(key)) for record in batch], pa.string())
        self._events(tally, tuple(keys), pa.table(columns))

    # -- what they share ---------------------------------------------------------------------------------------

    def _count(self, tally: _Tally, chunk: Chunk) -> None:
        tally.total += len(chunk) + len(chunk.long)
        tally.structure("blank", int(chunk.blank.sum()))
        for unit, byte, length, first in chunk.long:
            text = first.decode("utf-8", errors="backslashreplace")
            tally.reject(
                unit, byte, length, f"a line of {length / 1e6:.0f} MB; lines have at most 16 MB", text
            )

    def _events(self, tally: _Tally, keys: tuple[str, ...], rows: Any) -> None:
        """Keep the events of rows of fields."""
        plan = self._planned(tally, keys, rows)
        events = in_arrow(plan, rows, self.connection)
        if plan.style.year_missing:
            events, tally.plan, tally.latest = years.turned(
                events, plan, tally.latest, lambda other: in_arrow(other, rows, self.connection)
            )
        self._keep(tally, events)

    def _planned(self, tally: _Tally, keys: tuple[str, ...], rows: Any) -> normalise.Plan:
        """The plan for these keys, made from their rows where they are new."""
        plan = tally.plan
        if plan is None or plan.keys != keys:
            self.connection.register("rows", rows)
            try:
                plan = tally.plan = self._plan(tally, keys, plan)
            finally:
                self.connection.unregister("rows")
        return plan

    def _keep(self, tally: _Tally, table: Any) -> None:
        """Write events to the source's Parquet file, a row group a chunk, beside the reading of the next chunk."""
        import pyarrow.compute as pc

        plan = tally.plan
        assert plan is not None
        table, collected, delay = delays.filled(normalise.in_range(table), tally.delay)
        tally.collected, tally.delay = tally.collected + collected, delay
        if self.numbered is not None:
            table = self.numbered(table)
        low_high = pc.min_max(table["time"]).as_py()
        tally.clock.see(table["time"], table["unit"])
        if low_high["min"] is not None:
            low, high = (f"{low_high[end].isoformat()}+00:00" for end in ("min", "max"))
            tally.first = min(tally.first or low, low)
            tally.last = max(tally.last or high, high)
        tally.rows += table.num_rows
        tally.untimed += table["time"].null_count
        begins = not tally.file_begins or tally.rows - tally.file_begins > ROWS_A_FILE
        if begins:
            tally.file_begins = tally.rows
        self._writing.put(lambda: self._append(tally, plan, table, begins))

    def _append(self, tally: _Tally, plan: normalise.Plan, table: Any, begins: bool) -> None:
        import pyarrow.parquet as pq

        whole = normalise.finished(plan, table)
        if begins:
            tally.files.append(self._new_file(tally, "events"))
        name = tally.files[-1]
        if name not in self._files:
            self._files[name] = pq.ParquetWriter(
                self.staging.file(name),
                whole.schema,
                use_dictionary=[*normalise.ENCODED, _MAP_KEYS, *plan.columns],
                column_encoding=dict.fromkeys(_RISING, "DELTA_BINARY_PACKED"),
                write_statistics=["time", "unit", "severity_number", *normalise.ENCODED],
                store_schema=False,
                compression=_compression(whole),
                write_batch_size=1 << 16,
            )
        self._files[name].write_table(whole)

    def _plan(self, tally: _Tally, keys: tuple[str, ...], before: normalise.Plan | None) -> normalise.Plan:
        columns = ", ".join(f"f{i}" for i in range(len(keys))) or "NULL"
        some = self.connection.execute(f"SELECT {columns} FROM rows LIMIT {SAMPLE * 5}").fetchall()
        samples = {
            key: [*self._samples.get(key, ()), *(row[i] for row in some if row[i] not in (None, ""))][:SAMPLE]
            for i, key in enumerate(keys)
        }
        form = self.form
        if isinstance(form, Lines):
            roles = _line_roles(form, keys)
        else:
            mapping = {**form.roles, **self.options.mapping}
            roles = assign(keys, samples, kind=tally.kind or form.kind, mapping=mapping)
        said = samples.get(roles.of.get("body", ""), ())
        time_key = roles.of.get("time")
        declared, year_missing = _declared(form, samples.get(time_key or "", ()))
        style = times.style(
            samples.get(time_key, ()) if time_key else (), declared, year_missing=year_missing
        )
        also = self._also(keys, roles)
        level = keys.index(roles.of["severity_text"]) if "severity_text" in roles.of else None
        observed_key = roles.of.get("observed_time")
        observed = times.style(samples.get(observed_key, ())) if observed_key else None
        attributes = before.attributes if before else self._attribute_keys(keys, roles)
        ids = (roles.of.get("trace_id", ""), *also.get("trace_id", ()))
        member = f"!{tally.member}" if tally.member else ""
        year, year_why = (
            (before.year, before.year_why)
            if before is not None and before.style.year_missing
            else self._year(style, samples.get(time_key or "", ()))
        )
        return normalise.Plan(
            keys=keys,
            roles=roles,
            style=style,
            observed=observed,
            attributes=tuple(attributes),
            zone=self.options.zone,
            year=year,
            year_why=year_why,
            interval=isinstance(form, Records) and form.interval,
            source=f"{self.name}{member}",
            evidence=lambda: f"{self.evidence}{member}",
            load=self.options.load,
            service=_service_of(self.name, roles.kind) or form.service,
            constant={**(form.constant if isinstance(form, Lines) else {}), **self.constant},
            levels=form.levels,
            wrapped=(before is not None and before.wrapped)
            or any(text.lstrip().startswith("{") for text in said)
            or (isinstance(form, Lines) and any(re.search(r'[ \t]\{".*\}$', x) for x in self.head.lines)),
            unlevelled=level is not None and any(row[level] in (None, "") for row in some),
            trimmed=(before is not None and before.trimmed) or any(text[-1:].isspace() for text in said),
            year_said=self.options.year is not None,
            level=form.level if isinstance(form, (JsonLines, Records)) else "",
            traced=traces.told([*said, *self.head.lines], [v for key in ids for v in samples.get(key, ())]),
            also=also,
            also_styles={key: times.style(samples.get(key, ())) for key in also.get("time", ())},
        )

    def _also(self, keys: tuple[str, ...], roles: Roles) -> dict[str, tuple[str, ...]]:
        """The further keys of a role that some row needs, because it lacks the best one."""
        out = {}
        for role, others in roles.also.items():
            best = f"f{keys.index(roles.of[role])}"
            counts = ", ".join(
                f"count(*) FILTER (nullif({best}, '') IS NULL AND f{keys.index(key)} <> '')" for key in others
            )
            row = self.connection.execute(
                f"SELECT {counts} FROM (SELECT * FROM rows LIMIT {SAMPLE * 5})"
            ).fetchone()
            needed = tuple(key for key, count in zip(others, row or (), strict=True) if count)
            if needed:
                out[role] = needed
        return out

    def _attribute_keys(self, keys: tuple[str, ...], roles: Roles) -> list[str]:
        rest = [key for key in keys if key not in roles.taken and key not in roles.numbers]
        if not rest:
            return []
        counts = ", ".join(f"count(nullif(f{keys.index(key)}, ''))" for key in rest)
        row = self.connection.execute(f"SELECT count(*), {counts} FROM rows").fetchone()
        assert row is not None
        floor = max(row[0] * schema.ATTRIBUTE_SHARE_AT_LEAST, 1)
        ranked = sorted(
            ((count, key) for count, key in zip(row[1:], rest, strict=True) if count >= floor),
            key=lambda pair: (-pair[0], pair[1]),
        )
        return [key for _, key in ranked[: schema.ATTRIBUTE_COLUMNS_AT_MOST]]

    def _year(self, style: times.Style, values: Any) -> tuple[int | None, str]:
        """The year of the first times where they name none, and why: as said, else as `years` finds it."""
        if not style.year_missing:
            return None, ""
        if self.options.year:
            return self.options.year, ""
        written = years.written(self.content, moment.now())
        ends = years.ends(self.content, self.form.pattern) if isinstance(self.form, Lines) else []
        others = [s for s in self.options.store.manifest().segments if s.source != self.name]
        return years.chosen(style, values, ends, written, others)

    def write_rejects(self, tally: _Tally) -> None:
        """Write the rejects held so far, so that a file of nothing but rejects stays small in memory."""
        if not tally.rejects:
            return
        if self.rejected is not None:
            self.rejected(tally)
            return
        import pyarrow as pa
        import pyarrow.parquet as pq

        member = f"!{tally.member}" if tally.member else ""
        kept = {
            "source": f"{self.name}{member}",
            "evidence": f"{self.evidence}{member}",
            "load": self.options.load,
        }
        rows = [{**row, **kept} for row in tally.rejects]
        known = schema.arrow_schema(schema.REJECT_COLUMNS)
        if tally.rejects_file is None:
            tally.rejects_file = self._new_file(tally, "rejects")
            self._files[tally.rejects_file] = pq.ParquetWriter(self.staging.file(tally.rejects_file), known)
        self._files[tally.rejects_file].write_table(pa.Table.from_pylist(rows, schema=known))
        tally.rejects.clear()

    def _new_file(self, tally: _Tally, what: str) -> str:
        evidence, _, inside = self.evidence.partition("!")
        member = _slug(inside) + _slug(tally.member)
        return f"{self.options.load:06d}-{evidence}-{member}{what}-{uuid.uuid4().hex[:6]}.parquet"

    def finish_rejects(self, tally: _Tally) -> str | None:
        """The file of the units that could not be read; None where there are none."""
        return tally.rejects_file


#: The keys of the map of attributes, as Parquet names them. Its values are too many for one dictionary.
_MAP_KEYS, _MAP_VALUES = "attributes.key_value.key", "attributes.key_value.value"
#: Numbers that grow from row to row: their differences take a tenth of the room, and half the time to write.
_RISING = ("time", "time_low", "time_high", "unit", "byte")


def _compression(table: Any) -> dict[str, str]:
    """lz4 for each column, but for texts that it makes no smaller, such as hexadecimal ids."""
    import pyarrow as pa

    codec, found = pa.Codec("lz4"), {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        found[name] = "lz4"
        if column.type == pa.string() and column.null_count < len(column):
            some = column.combine_chunks().drop_null()[:_TRIED]
            _, ends, data = some.buffers()
            low, high = np.frombuffer(ends, np.int32)[[some.offset, some.offset + len(some)]].tolist()
            text = data[low:high]
            if len(text) and len(codec.compress(text)) > _SMALLER * len(text):
                found[name] = "none"
    found |= dict.fromkeys((_MAP_KEYS, _MAP_VALUES), "lz4")
    del found["attributes"]
    return found


_TRIED, _SMALLER = 2_000, 0.9

#: Groups of a pattern that are a text also where they are empty.
_NEVER_NULL = ("body", "time")
#: How a terminal's colours begin: they are no part of what a line says.
COLOURS = b"\x1b["


def _ends_of(form: Lines, chunk: Chunk, first: Any, header: Any, other: Any) -> Any:
    """Behind the last line of each event: the next event, a header, or a line that goes on none."""
    if not form.joins:
        return first + 1
    import pyarrow.compute as pc

    stops = header
    if form.continues:
        goes_on = pc.match_substring_regex(chunk.text, form.continues).to_numpy(zero_copy_only=False)
        stops = header | (other & ~goes_on)
    at = np.append(np.flatnonzero(stops), len(chunk))
    return np.minimum(np.append(first[1:], len(chunk)), at[np.searchsorted(at, first)])


def _outside(lines: Any, first: Any, ends: Any) -> Any:
    """Which of these lines lie in no event: between none's first line and its end."""
    if not lines.any():
        return ()
    step = np.zeros(len(lines) + 1, dtype=np.int64)
    step[first] += 1
    step[ends] -= 1
    return np.flatnonzero(lines & ~(np.cumsum(step[:-1]) > 0))


def _uncoloured(text: Any) -> Any:
    import pyarrow.compute as pc

    return pc.replace_substring_regex(text, ANSI, "")


def _declared(form: Any, values: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The time formats that a format declares for these values, and whether they name no year."""
    if isinstance(form, Lines):
        return form.time, form.year_missing
    yearless = sum(bool(re.match(r"\d\d-\d\d ", value)) for value in values) * 2 > len(values)
    return (form.time, True) if isinstance(form, Records) and form.time and yearless else ((), False)


def _line_roles(form: Lines, keys: tuple[str, ...]) -> Roles:
    """The groups of a line format are named as roles are, or as attributes."""
    names = {
        "time": "time",
        "level": "severity_text",
        "priority": "severity_text",
        "service": "service",
        "program": "service",
        "host": "host",
        "body": "body",
        "trace_id": "trace_id",
        "span_id": "span_id",
    }
    of: dict[str, str] = {}
    also: dict[str, tuple[str, ...]] = {}
    for key in keys:
        role = names.get(key)
        if role and role not in of:
            of[role] = key
        elif role:
            also[role] = (*also.get(role, ()), key)
    return Roles(of, form.kind, also=also)


def _service_of(name: str, kind: str) -> str:
    """The service that a log's own file name tells, where no key does: logs/scan.jsonl is scan's."""
    if kind not in ("log",):
        return ""
    stem = Path(name.partition("!")[0]).name.split(".", 1)[0]
    return "" if _GENERIC.match(stem) or len(stem) > 40 else stem


def _ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """The same items, each made while the one before it is worked on."""
    with ThreadPoolExecutor(1, thread_name_prefix="split") as pool:
        missing = object()
        coming = pool.submit(next, items, missing)
        while True:
            item = coming.result()
            if item is missing:
                return
            coming = pool.submit(next, items, missing)
            yield item  # type: ignore[misc]


def _table(chunk: Chunk, keep_rows: Any) -> Any:
    import pyarrow as pa

    columns = {"unit": chunk.unit, "byte": chunk.byte, "length": chunk.length}
    text = chunk.text
    if not bool(keep_rows.all()):
        which = np.flatnonzero(keep_rows)
        columns = {name: column[which] for name, column in columns.items()}
        text = text.take(pa.array(which))
    return pa.table({**columns, "text": text, "keys": _key_counts(text)})


def _key_counts(text: Any) -> Any:
    """How often `":` stands in each line: the number of its keys, where no string holds it."""
    data, offsets = bounds(text)
    # In pieces that stay in the processor's cache.
    found = []
    for low in range(0, len(data) - 1, _PIECE):
        piece = data[low : low + _PIECE + 1]
        found.append(np.flatnonzero((piece[:-1] == 34) & (piece[1:] == 58)) + low)
    marks = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
    return np.diff(np.searchsorted(marks, offsets)).astype(np.int32)


_PIECE = 1 << 18


def _headed(head: Head) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The shape of a file's first lines, and the values of their keys."""
    import json

    shape: dict[str, Any] = {}
    samples: dict[str, list[str]] = {}
    for line in head.lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            shape = _merged(shape, _shape_of(value, 0))
            for key, text in flat(value).items():
                if text:
                    samples.setdefault(key, []).append(text)
    return shape, samples


def _shape_of(value: dict[str, Any], depth: int) -> dict[str, Any]:
    return {
        key: (_shape_of(inner, depth + 1) if isinstance(inner, dict) and inner and depth < 6 else None)
        if inner is not None
        else _UNKNOWN
        for key, inner in value.items()
    }


#: A key that was only ever null: what it holds is not known yet.
_UNKNOWN: dict[str, Any] = {}


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both shapes: a key is a container where it is one in both, or in the one that knows."""
    out = dict(first)
    for key, inner in second.items():
        if key not in out or out[key] == _UNKNOWN:
            out[key] = inner
        elif inner == _UNKNOWN:
            continue
        elif out[key] is None or inner is None:
            out[key] = None
        else:
            out[key] = _merged(out[key], inner)
    return out


def _containers(shape: dict[str, Any], path: str = "j") -> list[str]:
    """The places of the structs inside; by position, because the engine knows no empty name and no case."""
    out: list[str] = []
    for position, inner in enumerate(shape.values(), 1):
        if inner:
            place = f"struct_extract_at({path}, {position})"
            out += [place, *_containers(inner, place)]
    return out


def _part(chunk: Chunk, low: int, high: int) -> Chunk:
    return Chunk(
        chunk.unit[low:high],
        chunk.byte[low:high],
        chunk.length[low:high],
        chunk.text.slice(low, high - low),
        chunk.blank[low:high],
        [],
    )


def _joined(first: Chunk, second: Chunk) -> Chunk:
    import pyarrow as pa

    return Chunk(
        np.concatenate([first.unit, second.unit]),
        np.concatenate([first.byte, second.byte]),
        np.concatenate([first.length, second.length]),
        pa.concat_arrays([first.text, second.text]),
        np.concatenate([first.blank, second.blank]),
        [],
    )


def _slices(data: Any, low: Any, high: Any) -> Any:
    """Texts that are slices of one buffer: neighbours share offsets where they touch, else they are copied."""
    import pyarrow as pa

    if len(low) and bool((high[:-1] == low[1:]).all()):
        offsets = np.append(low, high[-1:]).astype(np.int64)
        return pa.LargeStringArray.from_buffers(len(low), pa.py_buffer(offsets.tobytes()), data)
    view = memoryview(data)
    texts = [
        bytes(view[a:b]).decode("utf-8", errors="ignore")
        for a, b in zip(low.tolist(), high.tolist(), strict=True)
    ]
    return pa.array(texts, type=pa.large_string())


def _json_rows(shape: dict[str, Any]) -> str:
    """The query over `lines` for one column a leaf of the shape, and which lines hold other keys, or none of these."""
    leaves, inner = _leaves(shape), _containers(shape)
    columns = "".join(f", {path} AS f{i}" for i, (_, path) in enumerate(leaves))
    present = [f"(f{i} IS NOT NULL)::INTEGER" for i in range(len(leaves))]
    inside = "".join(f", ({path} IS NOT NULL)::INTEGER AS c{i}" for i, path in enumerate(inner))
    expected = " + ".join([*present, *(f"c{i}" for i in range(len(inner)))]) or "0"
    structure = normalise.quote(_structure(_typed(shape)) if shape else '{"": "VARCHAR"}')
    wanted = "".join(f", f{i}" for i in range(len(leaves)))
    return (
        f"SELECT unit, 1::BIGINT AS units, byte{wanted}, keys <> ({expected}) AS gap, ({expected}) = 0 AS empty FROM "
        f"(SELECT unit, byte, keys{columns}{inside} FROM "
        f"(SELECT unit, byte, keys, json_transform(text, {structure}) AS j FROM lines))"
    )


def _paths(shape: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The keys that lead to each leaf, in the order of `_leaves`."""
    out: list[tuple[str, ...]] = []
    for key, inner in shape.items():
        out += _paths(inner, (*path, key)) if inner else [(*path, key)]
    return out


def _structure(shape: Mapping[str, Any]) -> str:
    import json

    return json.dumps(shape, ensure_ascii=False)


def _typed(shape: dict[str, Any]) -> dict[str, Any]:
    return {key: _typed(inner) if inner else "VARCHAR" for key, inner in shape.items()}


def _leaves(shape: dict[str, Any], prefix: str = "", path: str = "j") -> list[tuple[str, str]]:
    """Each leaf's dotted name and its place in the struct."""
    out: list[tuple[str, str]] = []
    taken: set[str] = set()
    for position, (key, inner) in enumerate(shape.items(), 1):
        name = f"{prefix}.{key}" if prefix else key
        place = f"struct_extract_at({path}, {position})"
        for leaf in _leaves(inner, name, place) if inner else [(name, place)]:
            unique = leaf[0]
            while unique in taken:
                unique += "_"
            taken.add(unique)
            out.append((unique, leaf[1]))
    return out


def _pointer(key: str) -> str:
    """A key as a JSON pointer."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _clean(value: str | None) -> str | None:
    if value is None:
        return None
    text = value.replace("\0", "\\x00")
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")


def _slug(member: str) -> str:
    if not member:
        return ""
    return hashlib.sha256(member.encode()).hexdigest()[:8] + "-"
