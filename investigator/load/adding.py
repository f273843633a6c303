"""Load a file or a folder into a store: recognise, freeze, read, count, commit. All of a file, or nothing of it."""

from __future__ import annotations

import atexit
import errno
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from investigator import moment, re2
from investigator.errors import DataError, ParameterError
from investigator.events.store import Segment, Staging, Store, Together
from investigator.load import (
    afar,
    archive,
    before,
    copied,
    fingerprints,
    folder,
    grown,
    threads,
    undated,
    updates,
    zoning,
)
from investigator.load.answers import Answers
from investigator.load.beside import beside
from investigator.load.content import Content
from investigator.load.declared import Declared, given_as
from investigator.load.evidence import COPIED_AT_MOST, KEEP, Frozen, frozen, keep, keep_tail
from investigator.load.formats import form_of, formed, opened, skipped
from investigator.load.options import Options, Progress
from investigator.load.reading import file
from investigator.load.reading.reader import Reader
from investigator.load.recognise import recognise
from investigator.load.report import LoadReport, SourceReport
from investigator.load.tally import Tally
from investigator.look import shown_name
from investigator.sources._format import Form, Head, Lines, Records


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
    `answers` say what zone and year the times of a source have, where nothing else does. `keep` is "copy" or "pointer":
    where the evidence lies; without it large files stay where they are. A file that can't be read at all is listed in the
    report, unless it is the only one: then DataError says why.
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
    total = sum(folder.size(each) for each, _ in files)
    done = 0
    reports: list[SourceReport] = []
    together = Together(store)
    options = Options(
        together,
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
    stamps = fingerprints.Fingerprints(store)
    try:
        for number, (each, shown) in enumerate(files):
            if len(files) >= MANY and number % MANY == 0:
                _look_ahead([file for file, _ in files[number : number + MANY]])
            label = shown_name(name) if name else shown

            def step(size: int, base: int = done, what: str = label) -> None:
                if progress:
                    progress(base + size, max(total, 1), what)

            step(0)
            try:
                if here := stamps.segments(label, each):
                    reports += [_already(segment, fingerprints.UNCHANGED) for segment in _newest(here)]
                else:
                    stamp = fingerprints.stamp(each)
                    found = _load_file(each, label, options, step)
                    reports += found
                    if all(report.state != "not read" for report in found):
                        stamps.note(label, each, stamp)
            except DataError as error:
                if path.is_file():
                    raise
                reports.append(SourceReport(label, "", str(error.what), state="not read"))
            done += folder.size(each)
    finally:
        together.commit()  # also where somebody stops it: what was read whole stays
    re2.KNOWN.take(())
    stamps.save()
    if progress:
        progress(max(total, 1), max(total, 1), "done")
    report = LoadReport(afar.doubted(store, reports), notes=tuple(skipped()), left_out=left_out)
    asked = [one.source for one in report.sources if "zone" in one.asks]
    told, later = zoning.proposed(store, asked), zoning.ahead(store, asked)
    apart = set((answers or Answers()).apart.items())
    dayless = [one.source for one in report.sources if "day" in one.asks]
    days = undated.proposed(store, vault, dayless) if dayless else {}
    newer: tuple[updates.Update | threads.Told | copied.Copied, ...] = updates.found(store, load, apart)
    newer = (*newer, *threads.found(store, load, apart), *copied.found(store, load, apart))
    return replace(
        report, zones=told, ahead=later, days=days, updates=newer, seconds=time.perf_counter() - started
    )


#: So many files are looked at together, where a folder holds as many.
MANY, LOOKED_AT = 100, 1 << 16


def _look_ahead(files: list[Path]) -> None:
    """Let patterns be looked for in the first lines of small files together: their readers ask for them one by one."""
    lines: list[str] = []
    for each in files:
        try:
            if 0 < folder.size(each) <= LOOKED_AT:
                lines += Content(each).head().lines
        except DataError:
            continue  # whoever reads it says so
    re2.KNOWN.take(lines)


def read(
    path: Path | str,
    *,
    pattern: str | None = None,
    format: str | None = None,
    name: str | None = None,
    zone: str | None = None,
    year: int | None = None,
    mapping: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    progress: Progress | None = None,
) -> tuple[Store, LoadReport]:
    """The same without a case: into a temporary folder that goes when the process ends.

    `pattern` and `format` may be a format of one's own, as `case.add` takes it.
    """
    own, named = given_as(pattern, format)
    place = Path(tempfile.mkdtemp(prefix="investigator-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    store = Store(place / "events")
    report = add(
        path,
        store=store,
        vault=place / "evidence",
        load=1,
        name=name,
        zone=zone,
        year=year,
        mapping=mapping,
        format=own.name if own else named,
        declared=[own] if own else [],
        answers=answers,
        progress=progress,
        copied_at_most=0,
    )
    return store, report


def _load_file(path: Path, name: str, options: Options, step: Callable[[int], None]) -> list[SourceReport]:
    started = time.perf_counter()
    try:
        with frozen(path, options.vault, copied_at_most=options.copied_at_most) as item:
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
    item: Frozen, name: str, options: Options, step: Callable[[int], None], started: float
) -> list[SourceReport]:
    here = options.known.named(name)
    same = [s for s in here if s.sha256 == item.sha256 and s.inside == item.inside]
    if same and not opened(same[0].format):
        return [_already(s) for s in _newest(here)]
    # What it is can be told while it is copied.
    first = item.path if item.copying is None else item.original
    content = Content(first, name=name, progress=step, budget=item.budget, modified=item.when)
    content.sound()
    told = recognise(content, given=options.format, declared=options.declared)
    content.path = item.path
    if not item.arrived():
        told = recognise(content, given=options.format, declared=options.declared)
    name_of_form, why, head = told
    form = form_of(name_of_form, options.declared)
    if members := archive.format_of(form, name_of_form, options.format, item, content):
        return archive.load(item, name, members, options, step, started, _load_frozen)
    form = formed(form, head)
    if isinstance(form, Lines) and form.why:
        why = form.why
    job = _Job(item, name, options.of(name, form, head), step, started, name_of_form, form, why, head)
    known = before.tell(
        options.known,
        name,
        item.path,
        options.vault,
        inside=item.inside,
        line_based=not isinstance(form, Records) or form.line_based,
    )
    if known.same:
        return [_already(s, known.why) for s in known.same]
    with options.store.writing() as staging:
        return job.goes_on(staging, known) if known.chain else job.read(staging, here)


@dataclass(frozen=True)
class _Job:
    """A frozen file, what it was recognised as, and how it is to be read."""

    item: Frozen
    name: str
    options: Options
    step: Callable[[int], None]
    started: float
    format: str
    form: Form
    why: str
    head: Head

    def read(self, staging: Staging, here: list[Segment]) -> list[SourceReport]:
        """Read the whole file, and commit what it gives; `here` is what is known under its name."""
        item, vault = self.item, self.options.vault
        content = self._content()
        tallies, name = self._tallies(content, staging, lambda: item.evidence)
        sha256 = item.sha256
        item.check()
        segments = []
        for tally in tallies:
            doubt, replaces = [*item.doubt, *content.doubt], None
            same = [segment for segment in here if segment.source == f"{self.name}{tally.inside}"]
            if same and self._snapshot(tally):
                replaces = same[-1].evidence
            elif same and not (tally.plan and tally.plan.roles.kind == "message"):
                doubt.append(before.anew(same, tally.first, None if item.inside else item.original))
            segments.append(
                Segment(
                    source=f"{self.name}{tally.inside}",
                    evidence=item.evidence + tally.inside,
                    sha256=sha256,
                    load=self.options.load,
                    format=name,
                    replaces=replaces,
                    content_sha256=content.content_sha256 or item.content_sha256 or sha256,
                    content_bytes=content.plain_bytes or item.size,
                    inside=item.inside,
                    modified=item.when,
                    **tally.measured(self.options.zone, doubt),
                )
            )
        keep(item, vault, sha256)
        return self._committed(staging, segments, tallies, "loaded")

    def goes_on(self, staging: Staging, known: before.Before) -> list[SourceReport]:
        """Read what a known file gained, and commit that; where it was too short to tell, read it again as a whole."""
        chain = list(known.chain)
        mine = {(s.source, s.evidence, s.load) for s in chain}
        job = self
        if known.source != self.name:
            again = f"it goes on in {self.name}: the same file, rotated or in an archive"
            self.item.doubt += (again,)
            job = replace(self, name=known.source)
        start = grown.resume(staging, chain, self.format, self.form, self.item.path, job.name)
        segments = self.options.store.manifest().segments
        here = [s for s in segments if (s.source, s.evidence, s.load) in mine]
        return job._tail(staging, known, here[-1], start) if here else job.read(staging, [])

    def _tail(self, staging: Staging, known: before.Before, last: Segment, start: int) -> list[SourceReport]:
        item, vault = self.item, self.options.vault
        tail = keep_tail(self._content(start), vault)
        content = Content(vault / tail, name=self.name, progress=self.step)
        if isinstance(self.form, Records) and self.form.header:
            content.header = self.form.header(self.head.text)
        tallies, _ = self._tallies(content, staging, lambda: tail[:12])
        item.check()
        segments = [
            Segment(
                source=f"{self.name}{tally.inside}",
                evidence=tail[:12] + tally.inside,
                sha256=tail,
                load=self.options.load,
                format=self.format,
                continues=last.evidence,
                content_sha256=known.whole,
                content_bytes=known.size,
                modified=item.when,
                **tally.measured(self.options.zone, [*item.doubt, *content.doubt]),
            )
            for tally in tallies
        ]
        return self._committed(staging, segments, tallies, "grown")

    def _content(self, start: int = 0) -> Content:
        item = self.item
        content = Content(
            item.path,
            name=self.name,
            start=start,
            progress=self.step,
            budget=item.budget,
            modified=item.when,
        )
        original = None if item.inside else item.original
        content.beside = beside(self.name, original, self.options.store, self.options.vault)
        return content

    def _tallies(
        self, content: Content, staging: Staging, evidence: Callable[[], str]
    ) -> tuple[list[Tally], str]:
        def reader() -> Reader:
            return Reader(content, self.name, self.form, self.options, staging, evidence, self.head)

        return file.read_whole(reader, self.format)

    def _snapshot(self, tally: Tally) -> bool:
        """Whether this says how things stand, or is a list that holds what the older one held: it takes its place."""
        listing = isinstance(self.form, Records) and self.form.listing
        kind = tally.plan.roles.kind if tally.plan is not None else ""
        return kind in _SNAPSHOTS or (listing and kind not in ("", "message"))

    def _committed(
        self, staging: Staging, segments: list[Segment], tallies: list[Tally], state: str
    ) -> list[SourceReport]:
        staging.commit(segments)
        seconds = time.perf_counter() - self.started
        kept = isinstance(self.form, Records) and self.form.kept
        out = []
        for segment, tally in zip(segments, tallies, strict=True):
            what = "kept" if kept else "newer snapshot" if segment.replaces else state
            out.append(tally.report(segment, self.why, what, seconds))
        return out


#: Kinds of rows that say how things stand: a newer file of them takes the place of an older one.
_SNAPSHOTS = ("record",)


def _already(segment: Segment, why: str = "the same bytes") -> SourceReport:
    return SourceReport(segment.source, segment.format, why, state="already here", file=segment.file)


def _newest(segments: list[Segment]) -> list[Segment]:
    return list({segment.source: segment for segment in segments}.values())
