"""A file that has grown: the old prefix proved by its hash, and where reading goes on.

What was last when a file was first added may not have been whole: a line cut in the middle, an event whose stack
trace was still being written. Such a last unit is taken back first: the earlier segment ends before it, its law
counts only what stays, and the tail begins with it. So nothing counts twice, and the law holds at every step, also
after a crash between the two.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from investigator import re2
from investigator.events.store import Manifest, Segment, Staging, Units
from investigator.load.content import Content
from investigator.load.formats import formats, formed
from investigator.sources import _pages
from investigator.sources._format import Form, Head, Lines, Records


@dataclass(frozen=True)
class Growth:
    """A content against an earlier length of it: hash of that much, hash of all, and its size."""

    prefix: str
    whole: str
    size: int


def compare(path: Path, length: int) -> Growth:
    """Hashes of a content's first `length` bytes and of all of it, uncompressed."""
    whole = hashlib.sha256()
    prefix, position = "", 0
    for block in Content(path).unpacked():
        if not prefix and position + len(block) >= length:
            partial = whole.copy()
            partial.update(block[: length - position])
            prefix = partial.hexdigest()
        whole.update(block)
        position += len(block)
    return Growth(prefix or whole.hexdigest(), whole.hexdigest(), position)


def resume(staging: Staging, here: list[Segment], form_name: str, form: Form, path: Path, name: str) -> int:
    """The byte at which the tail begins; takes back from the earlier segments what was not whole.

    Where the file is now recognised as something else than its beginning was, all of it is taken back.
    """
    last = here[-1]
    end = last.content_bytes
    if (
        any(segment.format != form_name for segment in here)
        or any("CR alone" in d or "UTF-16" in d or _pages.OFFSETS in d for s in here for d in s.doubt)
        or _otherwise(form_name, form, path, name, end)
    ):
        _write(staging, [(segment, None) for segment in here])
        return 0
    begins = next((s.content_bytes for s in reversed(here[:-1]) if s.evidence == last.continues), 0)
    unit, byte = _last_event(staging, last)
    covers = last.units.total
    whole = _ends_line(path, name, end)
    quoted = isinstance(form, Records) and form.quoted
    open_event = unit and (
        (isinstance(form, Lines) and form.joins and _goes_on(path, name, end, form))
        or (isinstance(form, Records) and form.goes_on)
    )
    if whole and not open_event and not (quoted and _open_quote(path, name, end)):
        return end
    if open_event or (unit and unit[0] + unit[1] - 1 >= covers):
        assert unit is not None
        start, keep = begins + byte, unit[0] - 1
    else:
        start, keep = _last_line(path, name, begins, end), covers - 1
        if quoted:
            rejected = _last_reject(staging, last)
            if rejected and rejected[0] == covers:
                start = begins + rejected[1]
    if keep <= 0:
        _write(staging, [(last, None)])
        return start if last.continues else 0
    _write(staging, [(last, _until(staging, last, keep, start, path))])
    return start


def _until(staging: Staging, segment: Segment, keep: int, end: int, path: Path) -> Segment:
    """A segment that ends after its unit `keep`, and at byte `end` of the content."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'")
    store = staging.store

    def counted(room: str, names: tuple[str, ...], what: str) -> tuple[Any, ...]:
        if not names:
            return (0,) * (what.count(",") + 1)
        paths = [str(store.folder / room / name) for name in names]
        row = connection.execute(
            f"SELECT {what} FROM read_parquet(?, union_by_name=true) WHERE unit > ?", [paths, keep]
        )
        return row.fetchone() or (0,)

    rows, used = counted("segments", segment.files, "count(*), count(DISTINCT unit)")
    (rejected,) = counted("rejects", (segment.rejects,) if segment.rejects else (), "count(*)")
    joined = 0
    if used:
        paths = [str(store.folder / "segments" / name) for name in segment.files]
        found = connection.execute(
            "SELECT sum(units - 1) FROM (SELECT unit, any_value(units) AS units FROM "
            "read_parquet(?, union_by_name=true) WHERE unit > ? GROUP BY unit)",
            [paths, keep],
        ).fetchone()
        joined = int(found[0]) if found else 0
    gone = segment.units.total - keep - used - joined - rejected
    structural = dict(segment.units.structural)
    for kind in ("blank", *sorted(structural)):
        taken = min(structural.get(kind, 0), gone)
        if taken:
            structural[kind] -= taken
            gone -= taken
    before = segment.units
    law = Units(
        keep, before.used - used, before.joined - joined, {k: n for k, n in structural.items() if n},
        before.rejected - rejected,
    )  # fmt: skip
    files = tuple(_filtered(connection, staging, "segments", name, keep) for name in segment.files)
    rejects = (
        _filtered(connection, staging, "rejects", segment.rejects, keep)
        if segment.rejects and rejected
        else segment.rejects
    )
    low, high = None, None
    if law.used:
        paths = [str(store.folder / "segments" / name) for name in files]
        span = connection.execute(
            "SELECT min(time), max(time) FROM read_parquet(?, union_by_name=true)", [paths]
        ).fetchone()
        low, high = span or (None, None)
    connection.close()
    grown = compare(path, end)
    return replace(
        segment,
        rows=segment.rows - int(rows),
        units=law,
        files=files,
        rejects=rejects,
        first=f"{low.isoformat()}+00:00" if low else None,
        last=f"{high.isoformat()}+00:00" if high else None,
        content_sha256=grown.prefix,
        content_bytes=end,
    )


def _filtered(connection: Any, staging: Staging, room: str, name: str, keep: int) -> str:
    """A file without its units after `keep`; the file itself where there are none."""
    folder = staging.store.folder / room
    path = str(folder / name)
    found = connection.execute("SELECT count(*) FROM read_parquet(?) WHERE unit > ?", [path, keep]).fetchone()
    if not found or not found[0]:
        return name
    fresh = f"{name.removesuffix('.parquet')}-{uuid.uuid4().hex[:6]}.parquet"
    target = str(staging.file(fresh)).replace("'", "''")
    connection.execute(
        f"COPY (SELECT * FROM read_parquet(?) WHERE unit <= ?) TO '{target}' (FORMAT parquet)", [path, keep]
    )
    os.replace(staging.file(fresh), folder / fresh)
    return fresh


def _write(staging: Staging, changed: list[tuple[Segment, Segment | None]]) -> None:
    """Put changed segments in place of theirs, or leave them out. The index held what is gone: it is built again."""
    manifest = staging.store.manifest()
    by_evidence = {(s.source, s.evidence, s.load): new for s, new in changed}
    segments = []
    for segment in manifest.segments:
        key = (segment.source, segment.evidence, segment.load)
        new = by_evidence.get(key, segment)
        if new is not None:
            segments.append(new)
    staging.write(Manifest(tuple(segments), None))
    staging.drop(manifest.entities)


def _last_event(staging: Staging, segment: Segment) -> tuple[tuple[int, int] | None, int]:
    """Unit, number of units and byte of the event that comes last in its file."""
    import duckdb

    if not segment.files:
        return None, 0
    paths = [str(staging.store.folder / "segments" / name) for name in segment.files]
    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT unit, units, byte FROM read_parquet(?, union_by_name=true) ORDER BY unit DESC LIMIT 1",
            [paths],
        ).fetchone()
    return ((int(row[0]), int(row[1])), int(row[2] or 0)) if row else (None, 0)


def _last_reject(staging: Staging, segment: Segment) -> tuple[int, int] | None:
    import duckdb

    if not segment.rejects:
        return None
    path = str(staging.store.folder / "rejects" / segment.rejects)
    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT unit, byte FROM read_parquet(?) ORDER BY unit DESC LIMIT 1", [path]
        ).fetchone()
    return (int(row[0]), int(row[1])) if row else None


def _window(path: Path, name: str, low: int, high: int) -> bytes:
    """Some bytes of the content."""
    kept, at = [], 0
    for block in Content(path, name=name).blocks():
        a, b = max(low - at, 0), min(high - at, len(block))
        if a < b:
            kept.append(block[a:b])
        at += len(block)
        if at >= high:
            break
    return b"".join(kept)


def _otherwise(form_name: str, form: Form, path: Path, name: str, end: int) -> bool:
    """Whether what was there was read in another way: in few lines, what stands before each message can't be told."""
    module = formats().get(form_name)
    if module is None or not isinstance(form, Lines):
        return False
    head = Content(path, name=name).head()
    if end >= len(head.data):
        return False
    text = head.data[:end].decode("utf-8", errors="backslashreplace")
    before = formed(module.FORMAT, Head(head.data[:end], text, head.name, True))
    return isinstance(before, Lines) and before.pattern != form.pattern


def _ends_line(path: Path, name: str, end: int) -> bool:
    return end == 0 or _window(path, name, end - 1, end) == b"\n"


def _last_line(path: Path, name: str, begins: int, end: int) -> int:
    """Where the line begins that ends, unfinished, at `end`."""
    width = 64 << 10
    while True:
        low = max(begins, end - width)
        found = _window(path, name, low, end).rfind(b"\n")
        if found >= 0 or low == begins:
            return low + found + 1
        width *= 8


def _goes_on(path: Path, name: str, end: int, form: Lines) -> bool:
    """Whether what follows belongs to the event above it."""
    tail = _window(path, name, end, end + (1 << 20))
    for line in tail.split(b"\n"):
        if line.strip():
            text = line.decode("utf-8", errors="backslashreplace")
            header = form.headers and re2.matches(form.headers, [text])[0]
            return not form.beginnings([text])[0] and not header
    return False


def _open_quote(path: Path, name: str, end: int) -> bool:
    """Whether a quoted cell was still open: an odd number of quotes so far."""
    count, at = 0, 0
    for block in Content(path, name=name).blocks():
        count += block[: max(end - at, 0)].count(b'"')
        at += len(block)
        if at >= end:
            break
    return count % 2 == 1
