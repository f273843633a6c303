"""What lies in an archive: each member is taken out for as long as it is read, as evidence of its own inside another.

Nothing is ever written under a member's own name. The archive is kept as it came; an origin names the member
(`3fa9c1d20b77!logs/app.log:17`) and its source is called `export.zip/logs/app.log`, as in a folder; its bytes are taken out of the archive again when they are asked for. The
archive's own units are its members: taken, folders, hidden and empty ones, and those refused, each with its reason.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.errors import DataError
from investigator.events import schema
from investigator.events.store import Segment, Units
from investigator.load.content import Content
from investigator.load.evidence import Frozen, keep
from investigator.load.report import SourceReport
from investigator.sources import _codecs, archive
from investigator.sources._container import FILE, Member, NoArchive

if TYPE_CHECKING:
    from investigator.events.store import Staging

FORMAT = "archive"
DEPTH_AT_MOST = 3
_SLACK = {"users.json", "channels.json", "groups.json", "dms.json", "mpims.json", "integration_logs.json"}

#: Loads one frozen file under a name: what loading does with every file.
Each = Callable[[Frozen, str, Any, Callable[[int], None], float], list[SourceReport]]


def is_one(form: str, given: str | None, item: Frozen, content: Content) -> bool:
    """Whether a file is an archive whose members are read, and not a format that only is packed as a zip."""
    if form == "slack_export" and not content.codec and given is None:
        with contextlib.suppress(NoArchive, OSError):
            return not any(member.name in _SLACK for member, _ in archive.walk(item.path, None))
    if given is None or form not in ("excel", "slack_export"):
        return form == FORMAT or (given is not None and archive.sure(content.head()).share > 0)
    return False


def load(
    item: Frozen,
    name: str,
    options: Any,
    step: Callable[[int], None],
    started: float,
    each: Each,
) -> list[SourceReport]:
    """Load every member that can be read; gives the archive's own report first, then one a source."""
    known = [
        s
        for s in options.store.manifest().segments
        if s.format == FORMAT and s.sha256 == item.sha256 and s.inside == item.inside
    ]
    if known:
        why = "the same bytes" if known[0].source == name else f"the same bytes as {known[0].source}"
        return [SourceReport(name, FORMAT, why, state="already here")]
    if len(item.inside) >= DEPTH_AT_MOST:
        raise DataError(
            f"{name} is an archive inside an archive, {len(item.inside)} deep.",
            f"I open archives inside archives up to {DEPTH_AT_MOST} deep.",
            "Unpack it yourself and add what is in it.",
        )
    with _seekable(item.path, name, options.vault) as path:
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
        return _members(path, item, name, options, step, started, each)


def _members(
    path: Path,
    item: Frozen,
    name: str,
    options: Any,
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

    for member, packed in archive.walk(path, content):
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
            with _taken_out(member, packed, options.vault, budget, streamed=bool(content.codec)) as out:
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
        except _Refused as error:
            refuse(member, str(error))
        except DataError as error:
            refuse(member, error.what)
    law = Units(total, 0, 0, dict(sorted(structural.items())), len(refused))
    segment = _listed(item, name, options, law, refused, content)
    what = SourceReport(
        name,
        FORMAT,
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
        for _ in archive.walk(path, content):
            pass
    except NoArchive as error:
        raise DataError(
            f"{name} can't be taken: {error}.",
            "Nothing of it was stored.",
            "Unpack it yourself, where you trust it, and add what you need from it.",
        ) from None


class _Refused(Exception):
    """One member can't be read, and why."""


@contextlib.contextmanager
def _taken_out(
    member: Member, packed: Iterator[bytes], vault: Path, budget: _codecs.Budget, *, streamed: bool
) -> Iterator[Path]:
    """A member's bytes in a file without its name, which is gone afterwards.

    `streamed` says that they come out of a compressed stream, which counts them itself.
    """
    vault.mkdir(parents=True, exist_ok=True)
    target = vault / f".incoming-{uuid.uuid4().hex[:12]}"
    room = shutil.disk_usage(vault).free // 2
    doubt: list[str] = []
    try:
        size = check = 0
        digest = hashlib.sha256()
        with open(target, "wb") as stream:
            for block in _unpacked(member, packed, doubt, budget, streamed):
                size += len(block)
                if member.crc is not None and size > member.size:
                    raise _Refused(f"it is longer than the {member.size:,} bytes that its header says")
                if size > room:
                    raise _Refused(
                        f"it unpacks to more than half of the free space on the disk ({room:,} bytes)"
                    )
                check = zlib.crc32(block, check)
                digest.update(block)
                stream.write(block)
        if member.crc is not None and not doubt:
            if size != member.size:
                raise _Refused(f"its header says {member.size:,} bytes, and there are {size:,}")
            if check != member.crc:
                raise _Refused("its bytes are not what was packed: the checksum differs")
        member.doubt, member.sha256 = (*member.doubt, *doubt), digest.hexdigest()
        yield target
    finally:
        with contextlib.suppress(FileNotFoundError):
            target.unlink()


def _unpacked(
    member: Member, packed: Iterator[bytes], doubt: list[str], budget: _codecs.Budget, streamed: bool
) -> Iterator[bytes]:
    try:
        if member.codec and member.open is not None:
            yield from _codecs.plain(member.codec, member.open, doubt, budget, counted=False)
            return
        for block in packed:
            if not streamed:
                budget.take(len(block))
            yield block
    except NoArchive as error:
        raise _Refused(str(error)) from None


@contextlib.contextmanager
def _seekable(path: Path, name: str, vault: Path) -> Iterator[Path]:
    """The archive as a file that can be read at any place: itself, or a zip that was compressed once more."""
    content = Content(path, name=name)
    if not content.codec or not content.head().data.startswith(b"PK"):
        yield path
        return
    vault.mkdir(parents=True, exist_ok=True)
    target = vault / f".incoming-{uuid.uuid4().hex[:12]}"
    try:
        with open(target, "wb") as stream:
            for block in content.unpacked():
                stream.write(block)
        yield target
    finally:
        target.unlink(missing_ok=True)


def _listed(
    item: Frozen,
    name: str,
    options: Any,
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
        format=FORMAT,
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
            import dataclasses

            segment = dataclasses.replace(segment, rejects=_rejects(staging, segment, refused))
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


@contextlib.contextmanager
def taken_out(path: Path, inside: tuple[str, ...], vault: Path) -> Iterator[Path]:
    """A member's bytes, out of the archive at `path`, through as many archives as it lies in."""
    if not inside:
        yield path
        return
    budget = _codecs.Budget(path.name)
    budget.seen = path.stat().st_size
    with _seekable(path, path.name, vault) as seekable:
        content = Content(path, name=path.name, budget=budget, counted=False)
        for member, packed in archive.walk(seekable, content):
            if member.name == inside[0] and member.kind == FILE and not member.reason:
                streamed = bool(content.codec)
                with (
                    _taken_out(member, packed, vault, budget, streamed=streamed) as out,
                    taken_out(out, inside[1:], vault) as found,
                ):
                    yield found
                return
    raise DataError(
        f"There is no {inside[0]} in {path.name} any more.",
        "The archive is not what it was when it was added.",
        "Verify the case: inv verify CASE",
    )
