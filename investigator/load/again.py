"""Read evidence again that is there already: under a zone that somebody knows now, or with a format of their own.

The evidence stays as it is. What it gives now takes the place of what it gave before, under a load of its own, so that
the case as of an earlier time still shows what was read then. Reading it again the same way adds nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from investigator import moment
from investigator.errors import DataError, ParameterError
from investigator.events.store import Segment, Staging, Store
from investigator.load import copied, threads
from investigator.load.answers import Answers, matches
from investigator.load.beside import beside
from investigator.load.content import Content
from investigator.load.evidence import place
from investigator.load.formats import form_of, formed, holds_no_events, skipped
from investigator.load.members import taken_out
from investigator.load.options import Options, Progress
from investigator.load.reading import file
from investigator.load.reading.reader import Reader
from investigator.load.report import LoadReport, SourceReport
from investigator.load.threads import Told
from investigator.sources._format import Head, Records

if TYPE_CHECKING:
    from investigator.load.declared import Declared


def sources(store: Store, which: str) -> list[str]:
    """The files of a store that a name or pattern means; raises ParameterError where there is none."""
    known = list(dict.fromkeys(s.file for s in store.manifest().standing if not holds_no_events(s.format)))
    found = [name for name in known if name == which] or [name for name in known if matches(which, name)]
    if not found:
        import difflib

        near = difflib.get_close_matches(which, known, n=1)
        raise ParameterError(
            f"There is no source '{which}'.",
            f"There are: {', '.join(known[:12]) or 'none'}.",
            f"Did you mean '{near[0]}'?" if near else "Name one of them, or a pattern such as '*.log'.",
        )
    return found


def again(
    names: Sequence[str],
    *,
    store: Store,
    vault: Path,
    load: int,
    zone: str | None = None,
    year: int | None = None,
    order: str | None = None,
    mapping: dict[str, str] | None = None,
    format: str | None = None,
    declared: Sequence[Declared] = (),
    answers: Answers | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Read these files of a store again from their evidence; gives the report of what they are now.

    Without a `format` each is read as it was. All files or none: what can't be read leaves everything as it was.
    """
    if zone:
        moment.zone(zone)
    started = time.perf_counter()
    options = Options(
        store, Path(vault), load, zone, year, dict(mapping or {}), format, 0, tuple(declared), answers, order
    )
    with store.writing() as staging:
        segments: list[Segment] = []
        reports: list[SourceReport] = []
        for number, name in enumerate(names):
            if progress:
                progress(number, len(names), name)
            for segment, report in _file(name, options, staging):
                segments.append(segment)
                reports.append(report)
        staging.commit(segments)
    apart = set((answers or Answers()).apart.items())
    newer: tuple[Told | copied.Copied, ...] = threads.found(store, load, apart)
    newer = (*newer, *copied.found(store, load, apart))
    if progress:
        progress(len(names), len(names), "done")
    return LoadReport(tuple(reports), time.perf_counter() - started, notes=tuple(skipped()), updates=newer)


def _file(name: str, options: Options, staging: Staging) -> list[tuple[Segment, SourceReport]]:
    """One file: its evidence from the first piece to the last, as it was added."""
    here = [s for s in options.store.manifest().standing if s.file == name]
    pieces: dict[tuple[str, tuple[str, ...]], list[Segment]] = {}
    for segment in here:
        pieces.setdefault((segment.sha256, segment.inside), []).append(segment)
    head: Head | None = None
    ends: dict[str, int] = {}
    out = []
    for segments in pieces.values():
        first = segments[0]
        began = ends.get(first.continues or "", 0)
        ends[first.evidence] = first.content_bytes
        with taken_out(place(options.vault, first), first.inside, options.vault) as path:
            if head is None or not first.continues:
                head = Content(path, name=name).head()
            given = _Given(options, first, head)
            content = Content(path, name=name, modified=first.modified)
            content.beside = beside(name, None, options.store, options.vault)
            if any(s.continues == first.evidence for s in here):
                content = _until(content, first.content_bytes - began, staging)
            if first.continues and isinstance(given.form, Records) and given.form.header:
                content.header = given.form.header(head.text)
            out += _piece(name, content, segments, given, head, staging)
    return out


class _Given:
    """How a piece is read: as it was, unless another format was named."""

    def __init__(self, options: Options, segment: Segment, head: Head) -> None:
        self.name = options.format or segment.format
        self.form = formed(form_of(self.name, options.declared), head)
        self.options = options.of(segment.source, self.form, head)


def _piece(
    name: str,
    content: Content,
    segments: list[Segment],
    given: _Given,
    head: Head,
    staging: Staging,
) -> list[tuple[Segment, SourceReport]]:
    started = time.perf_counter()
    first = segments[0]
    evidence = first.evidence.removesuffix(f"!{first.member}") if first.member else first.evidence
    reader = Reader(content, name, given.form, given.options, staging, lambda: evidence, head)
    tallies = {tally.member: tally for tally in file.read(reader)}
    before = {segment.member: segment for segment in segments}
    if set(tallies) != set(before):
        raise DataError(
            f"{name} can't be read as {given.name}: it has other parts then.",
            f"It was read as {segments[0].format}.",
            "Add it under another name: case.add(path, name='...').",
        )
    out = []
    for member, tally in tallies.items():
        segment = replace(
            before[member],
            load=given.options.load,
            format=given.name,
            supersedes=before[member].load,
            told_in="",
            **tally.measured(given.options.zone, content.doubt),
        )
        seconds = time.perf_counter() - started
        out.append((segment, tally.report(segment, "as you said", "read again", seconds)))
    return out


def _until(content: Content, length: int, staging: Staging) -> Content:
    """The content up to a length: what came after it, of a file that was cut within an event, is in its next piece."""
    size = sum(len(block) for block in content.blocks())
    if size <= length or not length:
        return Content(content.path, name=content.name)
    target = staging.file(f"until-{length}.part")
    left = length
    with open(target, "wb") as stream:
        for block in content.blocks():
            stream.write(block[:left])
            left -= len(block)
            if left <= 0:
                break
    return Content(target, name=content.name)
