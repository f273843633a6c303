"""What lies in an archive: each member is taken out for as long as it is read, as evidence of its own inside another.

Nothing is ever written under a member's own name. The archive is kept as it came; an origin names the member
(`3fa9c1d20b77!logs/app.log:17`) and its source is called `export.zip/logs/app.log`, as in a folder; its bytes are taken out of the archive again when they are asked for. The
archive's own units are its members: taken, folders, hidden and empty ones, and those refused, each with its reason.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from investigator.errors import DataError
from investigator.events import schema
from investigator.events.store import Segment, Units
from investigator.load.content import Content
from investigator.load.evidence import Frozen, keep
from investigator.load.formats import formats, sureness
from investigator.load.members import Refused, seekable, unpacked_to_file
from investigator.load.options import Options
from investigator.load.report import SourceReport
from investigator.sources import _codecs
from investigator.sources._archives import walk
from investigator.sources._container import FILE, Member, NoArchive
from investigator.sources._format import Form, Records

if TYPE_CHECKING:
    from investigator.events.store import Staging

DEPTH_AT_MOST = 3

#: Loads one frozen file under a name: what loading does with every file.
Each = Callable[[Frozen, str, Options, Callable[[int], None], float], list[SourceReport]]


def format_of(form: Form, name: str, given: str | None, item: Frozen, content: Content) -> str:
    """The name of the format of archives that a file has, whose members are read; empty where it is another, or a
    document that only is packed as a zip."""
    records = form if isinstance(form, Records) else None
    if records and records.opened:
        return name
    if given is None:
        if not records or not records.members or content.codec:
            return ""
        with contextlib.suppress(NoArchive, OSError):
            if not any(member.name in records.members for member, _ in walk(item.path, None)):
                return _archive_of(content)
        return ""
    return "" if records and records.zipped else _archive_of(content)


def _archive_of(content: Content) -> str:
    head = content.head()
    known = ((n, m) for n, m in formats().items() if isinstance(m.FORMAT, Records) and m.FORMAT.opened)
    return next((name for name, module in known if sureness(name, module, head).share > 0), "")


def load(
    item: Frozen,
    name: str,
    form: str,
    options: Options,
    step: Callable[[int], None],
    started: float,
    each: Each,
) -> list[SourceReport]:
    """Load every member that can be read; gives the archive's own report first, then one a source."""
    known = [
        s
        for s in options.store.manifest().segments
        if s.format == form and s.sha256 == item.sha256 and s.inside == item.inside
    ]
    if known:
        why = "the same bytes" if known[0].source == name else f"the same bytes as {known[0].source}"
        return [SourceReport(name, form, why, state="already here")]
    if len(item.inside) >= DEPTH_AT_MOST:
        raise DataError(
            f"{name} is an archive inside an archive, {len(item.inside)} deep.",
            f"I open archives inside archives up to {DEPTH_AT_MOST} deep.",
            "Unpack it yourself and add what is in it.",
        )
    with seekable(item.path, name, options.vault) as path:
        _looked_through(path, item, name)
        # From here on something will be stored: the archive itself first, so that no event is without its evidence.
        sha256 = item.sha256
        if not item.inside:
            item.check()
            keep(item, options.vault, sha256)
            if item.copied:
                moved = options.vault / sha256
                path = moved if path == item.path else path
                item.path = moved
        return _members(path, item, name, form, options, step, started, each)


def _members(
    path: Path,
    item: Frozen,
    name: str,
    form: str,
    options: Options,
    step: Callable[[int], None],
    started: float,
    each: Each,
) -> list[SourceReport]:
    budget = item.budget or _codecs.Budget(name)
    content = Content(item.path, name=name, budget=budget, counted=not item.inside)
    reports: list[SourceReport] = []
    structural: dict[str, int] = {}
    refused: list[tuple[int, str, str]] = []
    total = passed = 0

    def count(kind: str) -> None:
        structural[kind] = structural.get(kind, 0) + 1

    def refuse(member: Member, reason: str) -> None:
        refused.append((member.unit, reason, member.name))
        reports.append(SourceReport(f"{name}/{member.name}", "", reason, state="not read"))

    for member, packed in walk(path, content):
        total += 1
        if member.reason:
            refuse(member, member.reason)
            continue
        if member.kind != FILE:
            count(member.kind)
            continue
        if not item.inside:
            step(passed)
        passed = min(passed + member.packed, item.size)
        try:
            if not content.codec and not item.inside:
                # What lies deeper came out of these same bytes: it counts once.
                budget.seen += member.packed
            with unpacked_to_file(member, packed, options.vault, budget, streamed=bool(content.codec)) as out:
                if not out.stat().st_size and not member.doubt:
                    count("empty")
                    reports.append(SourceReport(f"{name}/{member.name}", "", "it is empty", state="not read"))
                    continue
                inner = Frozen(
                    out,
                    item.original,
                    True,
                    out.stat().st_size,
                    item.stamp,
                    item.hashed,
                    inside=(*item.inside, member.name),
                    budget=budget,
                    outer=item,
                    modified=member.modified,
                    content_sha256=member.sha256,
                    doubt=member.doubt,
                )
                reports += each(
                    inner, f"{name}/{member.name}", options, lambda size: None, time.perf_counter()
                )
                count("member")
        except Refused as error:
            refuse(member, str(error))
        except DataError as error:
            refuse(member, error.what)
    law = Units(total, 0, 0, dict(sorted(structural.items())), len(refused))
    segment = _listed(item, name, form, options, law, refused, content)
    what = SourceReport(
        name,
        form,
        "its members are read one by one",
        0,
        law,
        doubt=segment.doubt,
        seconds=time.perf_counter() - started,
        state="opened",
    )
    return [what, *reports]


def _looked_through(path: Path, item: Frozen, name: str) -> None:
    """Go through all headers before anything is stored: an archive that lies is refused as a whole."""
    content = Content(item.path, name=name)
    try:
        for _ in walk(path, content):
            pass
    except NoArchive as error:
        raise DataError(
            f"{name} can't be taken: {error}.",
            "Nothing of it was stored.",
            "Unpack it yourself, where you trust it, and add what you need from it.",
        ) from None


def _listed(
    item: Frozen,
    name: str,
    form: str,
    options: Options,
    law: Units,
    refused: list[tuple[int, str, str]],
    content: Content,
) -> Segment:
    """Commit the archive as a source whose units are its members."""
    evidence = item.evidence
    segment = Segment(
        source=name,
        evidence=evidence,
        sha256=item.sha256,
        load=options.load,
        format=form,
        kind="record",
        rows=0,
        units=law,
        doubt=tuple(dict.fromkeys([*item.doubt, *content.doubt])),
        content_sha256=item.sha256 if not item.inside else "",
        content_bytes=item.size,
        inside=item.inside,
    )
    with options.store.writing() as staging:
        if refused:
            segment = replace(segment, rejects=_rejects(staging, segment, refused))
        staging.commit([segment])
    return segment


def _rejects(staging: Staging, segment: Segment, refused: list[tuple[int, str, str]]) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = f"{segment.load:06d}-{segment.sha256[:12]}-members-{uuid.uuid4().hex[:6]}.parquet"
    rows = [
        {
            "source": segment.source,
            "evidence": segment.evidence,
            "unit": unit,
            "byte": None,
            "length": 0,
            "reason": reason,
            "text": text,
            "load": segment.load,
        }
        for unit, reason, text in refused
    ]
    table = pa.Table.from_pylist(rows, schema=schema.arrow_schema(schema.REJECT_COLUMNS))
    pq.write_table(table, staging.file(name))
    return name
