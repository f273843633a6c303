"""What a load brought, and the law: units in = used + joined into others + structural + rejected."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from investigator.events.store import Units


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
    state: str = "loaded"  # loaded, already here, grown, newer snapshot, opened, kept, not read


@dataclass(frozen=True)
class LoadReport:
    """A line a source, and the law over all of them."""

    sources: tuple[SourceReport, ...]
    seconds: float = 0.0

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

    def __str__(self) -> str:
        if not self.sources:
            return "There was nothing to load."
        wide = max(len(source.source) for source in self.sources)
        kind = max(len(source.format) for source in self.sources)
        lines = []
        for source in self.sources:
            what = _line(source)
            lines.append(f"{source.source:<{wide}}  {source.format:<{kind}}  {what}")
            lines += [f"{'':<{wide}}    {doubt}" for doubt in source.doubt]
            for unit, reason, text in source.rejected[:3]:
                lines.append(f"{'':<{wide}}    line {unit:,}: {reason}: {text[:80]!r}")
        lines.append(f"{self.units}  ({self.events:,} events, {self.seconds:.1f} s)")
        return "\n".join(lines)

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
        return (
            f"<table class='numbers'><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
            f"<p>{html.escape(str(self.units))}</p>"
        )


def _members(units: Units) -> str:
    """An archive's own law, in words: 12 members, 9 read, 2 folders, 1 refused."""
    words = {"member": "read", "folder": "folders", "hidden": "hidden files", "empty": "empty files"}
    parts = [f"{count:,} {words.get(kind, kind)}" for kind, count in units.structural.items() if count]
    if units.rejected:
        parts.append(f"{units.rejected:,} refused")
    return f"{units.total:,} members = {' + '.join(parts) or 'none'}"


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
