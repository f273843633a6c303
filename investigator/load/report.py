"""What a load brought, and the law: units in = used + joined into others + structural + rejected."""

from __future__ import annotations

import html
import re
import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from investigator.events.store import Units
from investigator.load.copied import Copied
from investigator.load.threads import Told
from investigator.load.undated import Day
from investigator.load.updates import Update
from investigator.load.zoning import Proposal
from investigator.look import styled


@dataclass(frozen=True)
class SourceReport:
    """One source: what it was recognised as and why, what it gave, what could not be read."""

    source: str
    format: str
    why: str
    events: int = 0
    units: Units = field(default_factory=Units)
    first: str | None = None
    last: str | None = None
    zone: str = "UTC"
    doubt: tuple[str, ...] = ()
    rejected: tuple[tuple[int, str, str], ...] = ()  # unit, reason, text of the first few
    seconds: float = 0.0
    state: str = "loaded"  # loaded, already here, grown, newer snapshot, opened, kept, read again, not read
    asks: tuple[str, ...] = ()  # what only a person can know of it: zone, year
    file: str = ""  # the file that it lies in, where that is not all of it


@dataclass(frozen=True)
class LoadReport:
    """A line a source, and the law over all of them."""

    sources: tuple[SourceReport, ...]
    seconds: float = 0.0
    notes: tuple[str, ...] = ()  # what was left out of what is known: a declared format, a profile
    left_out: tuple[str, ...] = ()  # of a folder: what in it is no file, or hidden
    zones: Mapping[str, Proposal] = field(default_factory=dict)  # by source, what the others tell of its zone
    updates: tuple[
        Update | Told | Copied, ...
    ] = ()  # newer exports of lists, newer versions of threads, and files that came again, that are here
    days: Mapping[str, Day] = field(default_factory=dict)  # by source, what tells the day of its clocks
    ahead: Mapping[str, str] = field(
        default_factory=dict
    )  # by source, the least offset that fits its last line

    @property
    def _told(self) -> set[str]:
        """The files whose zone the other sources tell."""
        return {one.file or one.source for one in self.sources if one.source in self.zones}

    @property
    def likely(self) -> dict[str, list[str]]:
        """The files whose zone the other sources tell, by that zone."""
        out: dict[str, list[str]] = {}
        for one in self.sources:
            if one.source in self.zones and "zone" in one.asks:
                names = out.setdefault(self.zones[one.source].offset, [])
                if (one.file or one.source) not in names:
                    names.append(one.file or one.source)
        return out

    def _why(self, names: list[str]) -> str:
        """What tells the zone of these files: the first of what tells most."""
        told = [
            self.zones[one.source].why
            for one in self.sources
            if one.source in self.zones and (one.file or one.source) in names
        ]
        return max(told, key=len)

    @property
    def units(self) -> Units:
        """The law over what was loaded now."""
        return sum((source.units for source in self.sources), Units())

    @property
    def events(self) -> int:
        """How many events came in."""
        return sum(source.events for source in self.sources)

    @property
    def unread(self) -> tuple[SourceReport, ...]:
        """Files that could not be read at all, each with its reason."""
        return tuple(source for source in self.sources if source.state == "not read")

    def asking(self, what: str) -> list[str]:
        """The files of which only a person can know that: their `zone`, or their `year`."""
        return list(dict.fromkeys(s.file or s.source for s in self.sources if what in s.asks))

    def _alike(self, what: str) -> list[list[str]]:
        """The files of which that is asked, those together that were recognised by the same signs."""
        out: dict[tuple[str, str], list[str]] = {}
        for one in self.sources:
            if what in one.asks and not (what == "day" and one.source in self.days):
                names = out.setdefault((one.format, re.sub(r"\d+", "0", one.why)), [])
                if (one.file or one.source) not in names:
                    names.append(one.file or one.source)
        return list(out.values())

    def questions(
        self,
        zone: str = "case.evidence.answer_zone({source!r}, {zone!r})",
        year: str = "case.evidence.answer_year({source!r}, {year})",
        order: str = "case.evidence.answer_order({source!r}, 'dmy')",
        apart: str = "case.evidence.answer_apart({source!r})",
        day: str = "case.evidence.answer_day({source!r}, '2026-06-17')",
        taken: str = "case.evidence.answer_taken({source!r}, '2026-06-17T09:14+02:00')",
    ) -> list[str]:
        """What to ask a person, each with the line that answers it; nothing where all is known.

        A zone that the others tell is proposed for all that share it, with what tells it.
        """
        out = []
        for update in self.updates:
            line = apart.format(source=update.newer, quoted=shlex.quote(update.newer))
            out.append(f"{update} {update.asks} {line}")
        for offset, names in self.likely.items():
            quoted = " ".join(shlex.quote(name) for name in names)
            answer = zone.format(source=names[0] if len(names) == 1 else names, quoted=quoted, zone=offset)
            whose = "its" if len(names) == 1 else "their"
            out.append(
                f"{_listed(names)}: no zone in {whose} times. {self._why(names)}: likely {offset}. {answer}"
            )
        for what, line, question in (
            ("order", order, "nothing tells day from month. Day first?"),
            ("day", day, "clocks without a day. Of which day is the first?"),
            ("taken", taken, "ages instead of times. When were they taken?"),
        ):
            if what == "day":
                out += self._days(line)
            for names in self._alike(what):
                # One answer is for all that are alike; a day is each one's.
                mine = names[:1] if what == "day" else names
                quoted = " ".join(shlex.quote(name) for name in mine)
                answer = line.format(source=mine[0] if len(mine) == 1 else mine, quoted=quoted)
                answer += ", and so on for each" if len(mine) < len(names) else ""
                out.append(f"{_listed(names)}: {question} {answer}")
        for what, line in (("zone", zone), ("year", year)):
            names = [name for name in self.asking(what) if what != "zone" or name not in self._told]
            if not names:
                continue
            shown = _listed(names)
            last = next((s.last for s in self.sources if what in s.asks and s.last), None) or "2026"
            # A year may be all files' own; a zone is each one's.
            which = names[0] if len(names) == 1 or what == "zone" else "*"
            asked = "Where is it from" if len(names) == 1 else "Where are they from"
            if what == "year":
                asked = f"Another year than {last[:4]}"
            answer = line.format(
                source=which, quoted=shlex.quote(which), year=int(last[:4]) - 1, zone="AREA/CITY"
            )
            if what == "zone":
                later = {one.file or one.source: self.ahead.get(one.source) for one in self.sources}
                east = [name for name in names if later[name]][:3]
                said = [f"In UTC {name} would end in the future: {later[name]} at least." for name in east]
                asked = " ".join([*said, asked])
                answer += ", and so on for each" if len(names) > 1 else ""
            out.append(
                f"{shown}: no {what} in {'its' if len(names) == 1 else 'their'} times. {asked}? {answer}"
            )
        return out

    def _days(self, line: str) -> list[str]:
        """The day that is proposed for files whose clocks name none, by what tells it."""
        told: dict[Day, list[str]] = {}
        for one in self.sources:
            if one.source in self.days and (one.file or one.source) not in (
                names := told.setdefault(self.days[one.source], [])
            ):
                names.append(one.file or one.source)
        out = []
        for found, names in told.items():
            quoted = " ".join(map(shlex.quote, names))
            answer = line.replace("2026-06-17", found.day).format(
                source=names[0] if len(names) == 1 else names, quoted=quoted
            )
            out.append(
                f"{_listed(names)}: clocks without a day. {found.why[:1].upper()}{found.why[1:]}: the first likely {found.day}. {answer}"
            )
        return out

    def in_short(self, *, whole: bool = False, **answers: str) -> str:
        """One line for all that was read without doubt, one for each doubt with all whose it is, then the questions.

        Of doubts and questions the first few; `whole`: all, with what could not be read, what was left out, and the law.
        """
        if not self.sources:
            return "There was nothing to load."
        quiet = ("already here", "opened")
        loud = [s for s in self.sources if s.state not in quiet or s.rejected or s.doubt]
        lists = [s for s in loud if not s.rejected and len(s.doubt) == 1 and _TIMELESS in s.doubt[0]]
        doubted = [s for s in loud if s not in lists and (s.doubt or s.rejected or s.state in _UNREAD)]
        sure = [s for s in loud if s not in (*doubted, *lists)]
        out = []
        if sure:
            count = f"{len(sure):,} {'source' if len(sure) == 1 else 'sources'}"
            out.append(f"Read without doubt: {count}, {sum(source.events for source in sure):,} events.")
            out += [f"  {_summed(sure)}"] if whole else []
        if lists:
            names, many = _listed([s.source for s in lists]), "a list" if len(lists) == 1 else "lists"
            out.append(f"{names}: {many} without times, {sum(source.events for source in lists):,} rows.")
            out += [f"  Is one of the columns a time? {_COLUMN}"] if whole else []
        again = sum(source.state == "already here" for source in self.sources)
        if again and not whole:
            out.append(f"Already here: {again:,}.")
        whose: dict[str, list[str]] = {}
        for source in (*doubted, *(s for s in self.sources if whole and s.state == "already here")):
            for doubt in _doubts(source, whole):
                whose.setdefault(doubt, []).append(source.source)
        doubts = [f"{_listed(names)}: {doubt}" for doubt, names in whose.items()]
        asked = self.questions(**answers)
        if not whole:
            doubts, asked = _first(doubts, DOUBTS, "doubt"), _first(asked, QUESTIONS, "question")
        out += [*doubts, *self.notes]
        if whole:
            out += [f"left out: {'; '.join(self.left_out)}"] if self.left_out else []
            out.append(self._law)
        return "\n".join([*out, *asked])

    @property
    def _law(self) -> str:
        return f"{self.units}  ({self.events:,} events, {self.seconds:.1f} s)"

    def __str__(self) -> str:
        return self.text()

    def text(self, **answers: str) -> str:
        """The report for a terminal; `zone` and `year` are the lines that answer its questions."""
        if not self.sources:
            return "There was nothing to load."
        wide = max(len(source.source) for source in self.sources)
        kind = max(len(source.format) for source in self.sources)
        said = []
        for source in self.sources:
            what = _line(source)
            why = f"; {source.why}" if source.why and source.state not in _SAY_WHY else ""
            said.append(f"{source.source:<{wide}}  {source.format:<{kind}}  {what}{why}")
            said += [f"{'':<{wide}}    {doubt}" for doubt in source.doubt]
            for unit, reason, text in source.rejected[:3]:
                said.append(f"{'':<{wide}}    line {unit:,}: {reason}: {text[:80]!r}")
        if self.left_out:
            said.append(f"left out: {'; '.join(self.left_out)}")
        said.append(self._law)
        return "\n".join([*said, *self.notes, *self.questions(**answers)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = []
        for source in self.sources:
            notes = [
                *source.doubt,
                *(f"line {u:,}: {reason}: {text[:80]!r}" for u, reason, text in source.rejected[:3]),
            ]
            cells = [source.source, f"{source.format} ({source.why})", _line(source), " · ".join(notes)]
            rows.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
        head = "<tr><th>source</th><th>read as</th><th>what it gave</th><th>to know</th></tr>"
        return styled(
            f"<table class='numbers'><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
            f"<p>{html.escape(str(self.units))}</p>"
            + "".join(f"<p>{html.escape(question)}</p>" for question in (*self.notes, *self.questions()))
            + (f"<p>left out: {html.escape('; '.join(self.left_out))}</p>" if self.left_out else "")
        )


#: Of a table that holds nothing like a time: the whole report says how to name one, a first screen need not.
_TIMELESS = "--column COLUMN=time"
_COLUMN = f"inv add FILE {_TIMELESS}"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


#: Sources with a doubt, and questions, that a first screen shows.
DOUBTS, QUESTIONS = 8, 2


def _summed(sources: list[SourceReport]) -> str:
    """As what they were read, and from when to when."""
    formats = Counter(source.format for source in sources).most_common()
    first = min((s.first for s in sources if s.first), default="")
    last = max((s.last for s in sources if s.last), default="")
    said = ", ".join(f"{count:,} {name}" for name, count in formats)
    return said + (f"; {_plain(first)} to {_plain(last)} UTC" if first and last else "")


def _plain(time: str) -> str:
    return time[:19].replace("T", " ")


def _first(lines: list[str], most: int, noun: str) -> list[str]:
    more = len(lines) - most
    return lines if more <= 0 else [*lines[:most], f"and {more:,} more {noun}{'' if more == 1 else 's'}"]


def _doubts(source: SourceReport, whole: bool) -> list[str]:
    """What to know of a source that was not read without doubt; in short of what could not be read the first line."""
    if source.state in (*_UNREAD, "already here"):
        return [_line(source)]
    parts = list(source.doubt)
    if source.rejected:
        lines = [f"line {unit:,}: {reason}" for unit, reason, _ in source.rejected]
        if whole:
            lines = [
                f"{line}: {text[:80]!r}" for line, (_, _, text) in zip(lines, source.rejected, strict=True)
            ]
        lost = source.units.rejected
        count = f"{lost:,} {'line' if lost == 1 else 'lines'} could not be read"
        parts.insert(0, "\n  ".join([count, *lines[:3]]) if whole else f"{count}, the first is {lines[0]}")
    return parts


#: States whose line says why by itself.
_UNREAD = ("kept", "not read")
_SAY_WHY = ("already here", "opened", *_UNREAD)


def _members(units: Units) -> str:
    """An archive's own law, in words: 12 members, 9 read, 2 folders, 1 refused."""
    words = {"member": "read", "folder": "folder", "hidden": "hidden file", "empty": "empty file"}
    parts = [
        f"{count:,} {words.get(kind, kind)}{'' if count == 1 or kind == 'member' else 's'}"
        for kind, count in units.structural.items()
        if count
    ]
    if units.rejected:
        parts.append(f"{units.rejected:,} refused")
    return f"{units.total:,} member{'' if units.total == 1 else 's'} = {' + '.join(parts) or 'none'}"


def _line(source: SourceReport) -> str:
    if source.state == "already here":
        return f"already here: {source.why}"
    if source.state == "kept":
        return f"kept as evidence, not read: {source.why}"
    if source.state == "opened":
        return f"an archive: {_members(source.units)}"
    if source.state == "not read":
        return f"not read: {source.why}"
    text = f"{source.events:,} events from {source.units}"
    if source.first and source.last:
        text += f", {_plain(source.first)} to {_plain(source.last)} UTC"
    return text if source.state == "loaded" else f"{source.state}: {text}"
