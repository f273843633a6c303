"""What a load brought, and the law: units in = used + joined into others + structural + rejected."""

from __future__ import annotations

import html
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from investigator.events.store import Units
from investigator.load.threads import Told
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
        Update | Told, ...
    ] = ()  # newer exports of lists, and newer versions of threads, that are here
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
        for name in self.asking("order"):
            answer = order.format(source=name, quoted=shlex.quote(name))
            out.append(f"{name}: nothing tells day from month. Day first? {answer}")
        for what, line, question in (
            ("day", day, "clocks without a day. Of which day is the first?"),
            ("taken", taken, "it says how old things are. When was that?"),
        ):
            for name in self.asking(what):
                out.append(f"{name}: {question} {line.format(source=name, quoted=shlex.quote(name))}")
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

    def in_short(self, **answers: str) -> str:
        """One line for all that was read without doubt, one for each doubt, and at most two questions."""
        if not self.sources:
            return "There was nothing to load."
        quiet = ("already here", "opened")
        doubted = [
            s
            for s in self.sources
            if s.state not in quiet and (s.doubt or s.rejected or s.state in ("kept", "not read"))
        ]
        lists = [s for s in doubted if not s.rejected and len(s.doubt) == 1 and _TIMELESS in s.doubt[0]]
        doubted = [s for s in doubted if s not in lists]
        sure = [s for s in self.sources if s not in (*doubted, *lists) and s.state not in quiet]
        events = sum(source.events for source in sure)
        out = []
        if sure:
            out.append(
                f"Read without doubt: {len(sure):,} {'source' if len(sure) == 1 else 'sources'}, {events:,} events."
            )
        if lists:
            names, many = (
                _listed([source.source for source in lists]),
                "a list" if len(lists) == 1 else "lists",
            )
            out.append(f"{names}: {many} without times, {sum(source.events for source in lists):,} rows.")
        again = sum(source.state == "already here" for source in self.sources)
        if again:
            out.append(f"Already here: {again:,}.")
        out += [f"{source.source}: {_doubted(source)}" for source in doubted[:DOUBTS]]
        if len(doubted) > DOUBTS:
            out.append(f"and {len(doubted) - DOUBTS:,} more with a doubt")
        asked = self.questions(**answers)
        out += [*self.notes, *asked[:QUESTIONS]]
        if len(asked) > QUESTIONS:
            out.append(
                f"and {len(asked) - QUESTIONS:,} more {'question' if len(asked) == QUESTIONS + 1 else 'questions'}"
            )
        return "\n".join(out)

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
        said.append(f"{self.units}  ({self.events:,} events, {self.seconds:.1f} s)")
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


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


#: Sources with a doubt, and questions, that a first screen shows.
DOUBTS, QUESTIONS = 8, 2


def _doubted(source: SourceReport) -> str:
    """The one thing to know of a source that was not read without doubt."""
    if source.state in ("kept", "not read"):
        return _line(source)
    parts = list(source.doubt)
    if source.rejected:
        unit, reason, _ = source.rejected[0]
        lost = source.units.rejected
        parts.insert(
            0,
            f"{lost:,} {'line' if lost == 1 else 'lines'} could not be read, the first is line {unit:,}: {reason}",
        )
    more = f" (and {len(parts) - 1} more)" if len(parts) > 1 else ""
    return f"{parts[0]}{more}"


#: States whose line says why by itself.
_SAY_WHY = ("already here", "not read", "kept", "opened")


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
        text += f", {source.first[:19].replace('T', ' ')} to {source.last[:19].replace('T', ' ')} UTC"
    return text if source.state == "loaded" else f"{source.state}: {text}"
