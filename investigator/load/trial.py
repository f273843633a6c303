"""How a file would be read, before anything is stored: its first lines, each beside what it would become.

The file's beginning is loaded as it would be, by the same code, into a folder that is gone afterwards. What is shown is
therefore what a load gives: which format and why, the next best ones, times with their zone and doubt, joined lines,
and what could not be read with its reason.
"""

from __future__ import annotations

import html
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.errors import DataError
from investigator.events.store import Store
from investigator.load import adding
from investigator.load import folder as folders
from investigator.load.content import Content
from investigator.load.declared import Declared, given_as
from investigator.load.formats import form_of, formed
from investigator.load.ranking import Candidate, ranked
from investigator.load.recognise import recognise
from investigator.load.report import SourceReport
from investigator.load.split import chunks
from investigator.look import cut, harmless, shown_name, styled
from investigator.sources._format import Lines, Records

if TYPE_CHECKING:
    from investigator.load.answers import Answers

LINES = 20
READ_AT_MOST = 64 << 20  # of a format that is one value: it is read as a whole
_RUNNERS = 3
_SURE_ENOUGH = 0.05


@dataclass(frozen=True)
class Line:
    """One unit of a file: its number, its text, and what becomes of it."""

    unit: int
    raw: str
    what: str  # event, joins, blank, header, rejected
    why: str = ""  # of a rejected one the reason, of a joined one the unit that it joins
    events: tuple[dict[str, Any], ...] = ()
    member: str = ""


@dataclass(frozen=True)
class Trial:
    """A file's first lines beside what they would become. Nothing of it is stored."""

    name: str
    format: str
    why: str
    lines: tuple[Line, ...]
    runners: tuple[Candidate, ...] = ()
    sources: tuple[SourceReport, ...] = field(default=(), repr=False)
    looked: int = 0  # units that were read to tell

    @property
    def events(self) -> int:
        """How many events the lines give that are shown."""
        return sum(len(line.events) for line in self.lines)

    @property
    def rejected(self) -> tuple[Line, ...]:
        """Those of the lines shown that could not be read, each with its reason."""
        return tuple(line for line in self.lines if line.what == "rejected")

    def head(self) -> list[str]:
        """Which format and why, the next best, and what is not certain about times."""
        out = [f"{self.name}: read as {self.format}" + (f" ({self.why})" if self.why else "")]
        if self.runners:
            said = "; ".join(
                f"{one.name} {one.share:.0%}" + (f" ({one.why})" if one.why else "") for one in self.runners
            )
            out.append(f"next best: {said}")
        doubts = list(dict.fromkeys(doubt for source in self.sources for doubt in source.doubt))
        named = any("no zone" in doubt for doubt in doubts)
        timed = any(event.get("time") is not None for line in self.lines for event in line.events)
        if timed and not named:
            out.append("times name their zone, and are shown in UTC")
        elif self.events and not timed:
            out.append(
                "no time that I understand in any of these lines: say where it is with --pattern or --format"
            )
        out += doubts
        if any("zone" in source.asks for source in self.sources):
            out.append("where they are from is yours to say: --zone Europe/Berlin, or zone='Europe/Berlin'")
        return out

    def foot(self) -> str:
        """What became of the lines that are shown, counted."""
        counts = {what: sum(line.what == what for line in self.lines) for what in _WORDS}
        said = ", ".join(f"{number} {_WORDS[what]}" for what, number in counts.items() if number)
        shown = len(self.lines)
        more = f" of {self.looked:,} that were looked at" if self.looked > shown else ""
        return f"{shown} lines{more}: {said}, {self.events} events. Nothing was stored."

    def text(self, width: int = 110) -> str:
        """For a terminal: each line as it is, and under it what it becomes."""
        number = max((len(str(line.unit)) for line in self.lines), default=1)
        out = [*self.head(), ""]
        for line in self.lines:
            raw = _narrow(_plain(line.raw), width - number - 2)
            if line.what == "joins":
                out.append(
                    f"{'':>{number}}  ┊ {_narrow(raw, width - number - 24)}  (line {line.unit} joins {line.why})"
                )
                continue
            out.append(f"{line.unit:>{number}}  {raw}")
            if line.what == "rejected":
                out.append(f"{'':>{number}}  ✗ not read: {line.why}")
            elif line.what in ("blank", "header"):
                out.append(f"{'':>{number}}  - {line.what}: no event")
            for event in line.events[:3]:
                out.append(f"{'':>{number}}  → {_narrow(_said(event), width - number - 4)}")
            if len(line.events) > 3:
                out.append(f"{'':>{number}}  → and {len(line.events) - 3} events more")
        return "\n".join([*out, "", self.foot()])

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = []
        for line in self.lines:
            cells = [
                f"<td class='when'>{line.unit}</td><td><code>{html.escape(_shown(line.raw, 300))}</code></td>"
            ]
            if line.what == "event":
                event = line.events[0] if line.events else {}
                cells += [f"<td>{html.escape(_shown(text, 300))}</td>" for text in _cells(event)]
            else:
                said = {
                    "joins": f"joins line {line.why}",
                    "rejected": f"not read: {line.why}",
                    "blank": "blank: no event",
                    "header": "header: no event",
                }[line.what]
                cells.append(f"<td colspan='5' class='missing'>{html.escape(said)}</td>")
            rows.append("<tr>" + "".join(cells) + "</tr>")
        names = ("line", "as it is", "time (UTC)", "severity", "service", "body", "attributes")
        head = "".join(f"<th>{name}</th>" for name in names)
        above = "".join(f"<p>{html.escape(harmless(text))}</p>" for text in self.head())
        return styled(
            f"{above}<table class='numbers'><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
            f"<p>{html.escape(self.foot())}</p>"
        )


_WORDS = {
    "event": "begin an event",
    "joins": "join one",
    "blank": "blank",
    "header": "header",
    "rejected": "not read",
}


def trial(
    path: Path | str,
    *,
    lines: int = LINES,
    pattern: str | None = None,
    format: str | None = None,
    zone: str | None = None,
    year: int | None = None,
    mapping: dict[str, str] | None = None,
    declared: Sequence[Declared] = (),
    answers: Answers | None = None,
) -> Trial:
    """How the first lines of a file would be read; raises DataError where it can't be read at all."""
    path = Path(path)
    if not path.is_file():
        folders.files(path)
        raise DataError(f"{path} is a folder.", "What is tried is one file.", "Name one of its files.")
    own, named = given_as(pattern, format)
    candidates = [own, *declared] if own else list(declared)
    name, why, head = recognise(
        Content(path, name=path.name), given=own.name if own else named, declared=candidates
    )
    form = formed(form_of(name, candidates), head)
    if isinstance(form, Records) and form.opened:
        raise DataError(
            f"{path.name} is an archive.",
            "Each of its files is read as what it is.",
            "Try one of them: take it out first. Or add the archive, and see its report.",
        )
    records = form if isinstance(form, Records) else None
    if records and path.stat().st_size > READ_AT_MOST:
        raise DataError(
            f"{path.name} is read as {name}, as a whole, and is larger than {READ_AT_MOST >> 20} MB.",
            "A trial reads at most that much of it.",
            "Try it on a smaller export of the same kind, or add it.",
        )
    runners = [one for one in ranked(head, candidates) if one.name != name and one.share >= _SURE_ENOUGH]
    with tempfile.TemporaryDirectory(prefix="investigator-trial-") as place:
        folder = Path(place)
        source = path if records else _beginning(head.data, folder / "beginning", cut=not head.whole)
        store = Store(folder / "events")
        report = adding.add(
            source,
            store=store,
            vault=folder / "evidence",
            load=1,
            name=path.name,
            zone=zone,
            year=year,
            mapping=mapping,
            format=name,
            declared=candidates,
            answers=answers,
            copied_at_most=0,
        )
        events, rejects = _read(store)
        texts = _records(records, path, lines) if records else _texts(source)
    found = _lines(texts, events, rejects, lines)
    return Trial(
        shown_name(path.name),
        name,
        (form.why if isinstance(form, Lines) else "") or why,
        tuple(found),
        tuple(runners[:_RUNNERS]),
        report.sources,
        report.units.total,
    )


def _beginning(data: bytes, target: Path, *, cut: bool) -> Path:
    """The head as a file, without its last line where that is not whole."""
    end = data.rfind(b"\n") + 1 if cut else len(data)
    target.write_bytes(data[: end or len(data)])
    return target


def _texts(path: Path) -> list[tuple[str, int, int, str]]:
    """Member, unit, units and text of each line."""
    out = []
    for chunk in chunks(Content(path).blocks()):
        out += [
            ("", int(unit), 1, text.rstrip("\r\n"))
            for unit, text in zip(chunk.unit, chunk.text.to_pylist(), strict=True)
        ]
    return out


def _records(form: Records, path: Path, lines: int) -> list[tuple[str, int, int, str]]:
    """Member, unit, units and text of the first records."""
    out: list[tuple[str, int, int, str]] = []
    data: bytes | None = None
    for record in form.read(path, Content(path, name=path.name)):
        if out and out[-1][:2] == (record.member, record.unit):
            continue
        if len(out) >= lines:
            break
        text = record.text
        if not text and record.byte is not None and record.length and form.text:
            data = Content(path).all() if data is None else data
            text = data[record.byte : record.byte + record.length].decode("utf-8", errors="backslashreplace")
        if not text:
            text = json.dumps({k: v for k, v in record.fields.items() if v is not None}, ensure_ascii=False)
        out.append((record.member, record.unit, record.units, text.rstrip("\r\n")))
    return out


def _read(store: Any) -> tuple[dict[tuple[str, int], list[dict[str, Any]]], dict[tuple[str, int], str]]:
    """Events and reasons of rejects, by member and unit."""
    import pyarrow.parquet as pq

    events: dict[tuple[str, int], list[dict[str, Any]]] = {}
    names = ("time", "unit", "units", "kind", "severity_text", "service", "host", "name", "value", "body", "attributes",
             "evidence", "trace_id")  # fmt: skip
    for file in store.files():
        for row in pq.read_table(file, columns=list(names)).to_pylist():
            key = (row["evidence"].partition("!")[2], row["unit"])
            events.setdefault(key, []).append({**row, "attributes": dict(row["attributes"] or ())})
    rejects = {}
    for file in store.reject_files():
        for row in pq.read_table(file).to_pylist():
            rejects[(row["evidence"].partition("!")[2], row["unit"])] = row["reason"]
    return events, rejects


def _lines(
    texts: list[tuple[str, int, int, str]],
    events: dict[tuple[str, int], list[dict[str, Any]]],
    rejects: dict[tuple[str, int], str],
    wanted: int,
) -> list[Line]:
    out: list[Line] = []
    over: tuple[str, int, int] = ("", 0, 0)  # the member, unit and last unit of the event above
    for member, unit, _, text in texts[:wanted]:
        found = tuple(events.get((member, unit), ()))
        if found:
            over = (member, unit, unit + int(found[0]["units"]) - 1)
            out.append(Line(unit, text, "event", events=found, member=member))
        elif (member, unit) in rejects:
            out.append(Line(unit, text, "rejected", rejects[(member, unit)], member=member))
        elif member == over[0] and over[1] < unit <= over[2]:
            out.append(Line(unit, text, "joins", str(over[1]), member=member))
        else:
            out.append(Line(unit, text, "header" if text.strip() else "blank", member=member))
    return out


def _cells(event: dict[str, Any]) -> tuple[str, str, str, str, str]:
    at = event.get("time")
    when = at.isoformat(sep=" ", timespec="milliseconds") if at is not None else "no time"
    body = str(event.get("body") or "")
    if event.get("value") is not None:
        body = f"{event.get('name') or ''} {event['value']:g}".strip()
    attributes = {key: value for key, value in dict(event.get("attributes") or {}).items() if value != body}
    for key in ("host", "trace_id"):
        if event.get(key):
            attributes = {key: event[key], **attributes}
    shown = ", ".join(f"{key}={value}" for key, value in attributes.items() if value)
    return when, str(event.get("severity_text") or ""), str(event.get("service") or ""), body, shown


def _said(event: dict[str, Any]) -> str:
    when, severity, service, body, attributes = _cells(event)
    first = " | ".join(part for part in (when, severity, service, body.replace("\n", " ⏎ ")) if part)
    return _plain(f"{first}  {{{attributes}}}" if attributes else first)


def _plain(text: str) -> str:
    """Without what a terminal would obey."""
    return harmless(text, keep="\t").replace("\t", "    ")


def _shown(text: str, width: int) -> str:
    return _narrow(harmless(text, keep="\n\t"), width)


def _narrow(text: str, width: int) -> str:
    """A text as wide as there is room for; in a narrow terminal some of it all the same."""
    return cut(text, max(width, 20))
