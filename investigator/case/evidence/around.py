"""Around a line: the raw lines of its file, what others said in the same seconds, the same trace, the same ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import shown
from investigator.case.shown import Shown, escape
from investigator.errors import ParameterError
from investigator.events import schema
from investigator.events.instants import aware, literal
from investigator.look import harmless, shown_name

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.case.evidence.evidence import Evidence
    from investigator.events.events import Events
    from investigator.events.store import Segment

#: Lines of others, of a trace, of an id; and ids, that are shown. All are counted.
OTHERS, TRACE, OF_ID, IDS = 12, 20, 8, 3
#: An evidence is named by so many of its first characters, or more.
SHORTEST = 4
#: A time that is less sure than this is no moment that others can be held against.
SURE = timedelta(minutes=15)
_COLUMNS = ("time", "source", "service", "body", "evidence", "unit", "units")
_NUMBER = re.compile(r"(?P<first>\d[\d,]*)(?:-(?P<last>\d+))?")


@dataclass(frozen=True)
class Line:
    """A line of the evidence that somebody named: where it lies, and how people cite it."""

    segment: Segment
    unit: int
    units: int

    @property
    def origin(self) -> str:
        return schema.origin(self.segment.evidence, self.unit, self.units)


@dataclass(frozen=True)
class Around:
    """A line and what is around it: text in a terminal, HTML in a notebook, `data` as plain JSON."""

    data: dict[str, Any]
    shown: Shown

    def to_json(self) -> dict[str, Any]:
        return self.data

    def __str__(self) -> str:
        return self.shown.text

    def __repr__(self) -> str:
        return self.shown.text

    def _repr_html_(self) -> str:
        return self.shown._repr_html_()


def resolved(evidence: Evidence, text: str) -> Line:
    """The line that an origin names: 3fa9c1d20b77:1204, the beginning of it (3fa9:1204), or a file's name (app.log:1204)."""
    given = str(text).strip()
    head, colon, tail = given.rpartition(":")
    number = _NUMBER.fullmatch(tail)
    segments = _standing(evidence)
    if not colon or not head or number is None:
        near = f" such as {next(iter(segments)).evidence}:1" if segments else ""
        raise ParameterError(
            f"'{harmless(given)}' names no line.",
            f"A line is named by its origin,{near or ' such as 3fa9c1d20b77:1204'}, or by its file, app.log:1204.",
            "Copy it from the last column of a table.",
        )
    unit = int(number["first"].replace(",", ""))
    last = int(number["last"] or unit)
    found = _named(segments, head)
    if not found:
        known = ", ".join(f"{s.evidence} ({shown_name(s.source)})" for s in segments[:5])
        more = f" and {len(segments) - 5} more" if len(segments) > 5 else ""
        raise ParameterError(
            f"No evidence here begins with '{harmless(head)}', and no file has that name.",
            f"There are: {known or 'none'}{more}.",
            "Copy the origin from a table; inv list shows the other cases.",
        )
    if len({s.evidence for s in found}) > 1:
        raise ParameterError(
            f"'{harmless(head)}' may be any of {len({s.evidence for s in found})} pieces of evidence.",
            "They are: " + ", ".join(f"{s.evidence} ({shown_name(s.source)})" for s in found[:5]) + ".",
            f"Give more of it, or name the one you mean: {found[-1].evidence}:{tail}",
        )
    if unit < 1 or last < unit:
        raise ParameterError(
            f"{harmless(shown_name(found[0].source))} has no line {tail}.",
            "Lines are counted from 1.",
            "Correct it.",
        )
    return Line(found[0], unit, last - unit + 1)


def _standing(evidence: Evidence) -> list[Segment]:
    """The segments whose readings stand, as of the case's time; the newest reading of each evidence."""
    return list(evidence.manifest().standing)


def _named(segments: list[Segment], head: str) -> list[Segment]:
    exact = [s for s in segments if s.evidence == head]
    if exact:
        return exact
    if re.fullmatch(rf"[0-9a-f]{{{SHORTEST},12}}(!.*)?", head):
        begin, mark, member = head.partition("!")
        near = [
            s
            for s in segments
            if s.evidence[:12].startswith(begin) and (not mark or s.evidence[12:] == f"!{member}")
        ]
        # Of a file that has parts, the file itself is meant where no part is named.
        near = [s for s in near if len(s.evidence) == 12] or near if not mark else near
        if near:
            return near
    return [s for s in segments if s.source == head] or [s for s in segments if s.source.endswith(f"/{head}")]


def around(
    evidence: Evidence, origin: str, *, zone: str = "UTC", lines: int = 10, seconds: float = 5
) -> Around:
    """The line of an origin among its neighbours, times shown in a zone: see `Case.around`."""
    from investigator.load.nearby import nearby

    if not 0 <= lines <= 1_000:
        raise ParameterError(
            f"{lines} lines can't be shown.", "It may be from 0 to 1,000.", "Say --lines 40."
        )
    if not 0 <= seconds <= 86_400:
        raise ParameterError(
            f"{seconds:g} seconds are no neighbourhood.", "It may be from 0 to 86,400.", "Say --seconds 30."
        )
    line = resolved(evidence, origin)
    events = evidence.events()
    event = _event(events, line)
    unit, units = (line.unit, line.units)
    if event is not None and line.units == 1:
        unit, units = int(event["unit"]), int(event["units"])
    byte = None if event is None or event["byte"] != event["byte"] else event["byte"]
    raw = nearby(
        evidence.vault, line.segment, unit, units, around=lines, byte=None if byte is None else int(byte)
    )
    whole = Line(line.segment, unit, units)
    data: dict[str, Any] = {
        "origin": whole.origin,
        "source": line.segment.source,
        "lines": [{"number": each.number, "text": each.text, "own": each.own} for each in raw],
        "event": None,
        "unread": None,
    }
    if event is None:
        data["unread"] = _unread(events, line)
    else:
        data["event"] = {
            "time": _iso(event["time"]),
            "service": _text(event["service"]),
            "severity": _text(event["severity_text"]),
            "body": _text(event["body"]),
            "trace_id": _text(event["trace_id"]),
            "attributes": {str(k): v for k, v in dict(event["attributes"] or {}).items()},
        }
        data |= _neighbours(events, event, whole, seconds)
    return Around(data, _shown(zone, data, whole, seconds))


def _event(events: Events, line: Line) -> dict[str, Any] | None:
    """The event that the line is, or is part of; None where it is none."""
    table = events.table
    rows = table.filter(
        (table.evidence == line.segment.evidence)
        & (table.unit <= line.unit)
        & (table.unit + table.units > line.unit)
    )
    found = events.engine.fetch(rows.order_by([rows.unit.desc(), rows.load.desc()]).limit(1))
    return None if not len(found) else dict(found.iloc[0])


def _unread(events: Events, line: Line) -> str | None:
    if events.rejects is None:
        return None
    rows = events.rejects
    rows = rows.filter((rows.evidence == line.segment.evidence) & (rows.unit == line.unit))
    found = events.engine.fetch(rows.select("reason").limit(1))
    return str(found["reason"].iloc[0]) if len(found) else None


def _neighbours(events: Events, event: dict[str, Any], line: Line, seconds: float) -> dict[str, Any]:
    table = events.table
    own = (table.evidence == line.segment.evidence) & (table.unit == line.unit)
    out: dict[str, Any] = {"others": None, "trace": None, "ids": []}
    low, high = aware(event["time_low"]), aware(event["time_high"])
    at = aware(event["time"])
    if low and high and at and high - low <= SURE:
        reach = timedelta(seconds=seconds)
        rows = table.filter(
            (table.time >= literal(low - reach))
            & (table.time <= literal(high + reach))
            & (table["source"] != line.segment.source)
        )
        counted = events.engine.fetch(rows.group_by("source").aggregate(n=rows.count()).order_by("source"))
        out["others"] = {
            "count": int(counted["n"].sum()) if len(counted) else 0,
            "sources": {str(r.source): int(r.n) for r in counted.itertuples(index=False)},
            "lines": _nearest(events, rows, at, OTHERS),
        }
    trace = _text(event["trace_id"])
    if trace:
        rows = table.filter((table.trace_id == trace) & ~own)
        out["trace"] = {
            "id": trace,
            "count": int(events.fetch(rows.count())),
            "lines": _nearest(events, rows, at, TRACE),
        }
    mentioned = events.entities
    here = mentioned.filter((mentioned.evidence == line.segment.evidence) & (mentioned.unit == line.unit))
    if trace:
        here = here.filter(here.id != trace)
    ids = [
        str(one) for one in events.engine.fetch(here.select("id").distinct().order_by("id").limit(20))["id"]
    ]
    if ids:
        every = mentioned.filter(mentioned.id.isin(ids))
        counts = events.engine.fetch(every.group_by("id").aggregate(n=every.count()).order_by("id"))
        for n, one in sorted((int(r.n), str(r.id)) for r in counts.itertuples(index=False))[:IDS]:
            rows = mentioned.filter(
                (mentioned.id == one)
                & ~((mentioned.evidence == line.segment.evidence) & (mentioned.unit == line.unit))
            )
            out["ids"].append({"id": one, "count": n, "lines": _nearest(events, rows, at, OF_ID)})
    return out


def _nearest(events: Events, rows: ir.Table, at: datetime | None, most: int) -> list[dict[str, Any]]:
    """The rows nearest to a time on both its sides, in order of time; the first where no time is known."""
    import pandas as pd

    order = [rows[name] for name in ("time", "evidence", "unit", "body")]
    if at is None:
        found = events.fetch(rows.order_by(order).limit(most).select(*_COLUMNS))
    else:
        later, earlier = rows.filter(rows.time >= literal(at)), rows.filter(rows.time < literal(at))
        back = [earlier[name].desc() for name in ("time", "evidence", "unit", "body")]
        after = events.fetch(
            later.order_by([later[n] for n in ("time", "evidence", "unit", "body")])
            .limit(most)
            .select(*_COLUMNS)
        )
        before = events.fetch(earlier.order_by(back).limit(most).select(*_COLUMNS))
        half = most // 2
        first = min(len(before), max(half, most - len(after)))
        found = (
            pd.concat([before.head(first)[::-1], after.head(most - first)])
            if len(before)
            else after.head(most)
        )
    return [
        {
            "time": _iso(row.time),
            "source": str(row.source),
            "service": _text(row.service),
            "body": _text(row.body),
            "origin": str(row.origin),
        }
        for row in found.itertuples(index=False)
    ]


# -- how it looks ----------------------------------------------------------------------------------------------


def _shown(zone: str, data: dict[str, Any], line: Line, seconds: float) -> Shown:
    event = data["event"]
    number = (
        f"line {line.unit:,}" if line.units == 1 else f"lines {line.unit:,} to {line.unit + line.units - 1:,}"
    )
    head = [f"{shown_name(data['source'])}, {number}"]
    if event and event["time"]:
        head.append(moment.show(datetime.fromisoformat(event["time"]), zone, seconds=True))
    head += [event[name] for name in ("service", "severity") if event and event[name]]
    parts = [shown.paragraph(" · ".join(head)), _raw(data["lines"])]
    if event is None:
        why = data["unread"]
        words = (
            f"This line could not be read: {why}."
            if why
            else "This line is no event: a blank line, a header or a comment."
        )
        parts.append(shown.missing(words))
    others = data.get("others")
    if others is not None:
        about = f"{seconds:g} s before and after"
        if others["count"]:
            said = ", ".join(
                f"{shown_name(name)} {n:,}"
                for name, n in sorted(others["sources"].items(), key=lambda pair: -pair[1])[:5]
            )
            more = len(others["sources"]) - 5
            named = said + (f" and {more} more" if more > 0 else "")
            parts.append(
                shown.paragraph(
                    f"Elsewhere in the same seconds ({about}): {_lines(others['count'])}, {named}."
                )
            )
            parts.append(_table(zone, others["lines"]))
        else:
            parts.append(shown.missing(f"Elsewhere nothing was written in the same seconds ({about})."))
    elif event is not None:
        words = "It has no time" if not event["time"] else "Its time is not known to the quarter of an hour"
        parts.append(shown.missing(f"{words}, so there are no same seconds."))
    trace = data.get("trace")
    if trace is not None:
        parts.append(shown.paragraph(f"The same trace ({trace['id']}): {_lines(trace['count'], 'other')}."))
        if trace["lines"]:
            parts.append(_table(zone, trace["lines"]))
    for one in data.get("ids", ()):
        parts.append(shown.paragraph(f"{one['id']}: {_lines(one['count'])} in all."))
        if one["lines"]:
            parts.append(_table(zone, one["lines"]))
    text = harmless("\n\n".join(part.text for part in parts if part.text), keep="\n\t")
    return Shown(text, "".join(part.markup for part in parts))


def _lines(number: int, word: str = "") -> str:
    return f"{number:,} {word + ' ' if word else ''}line{'' if number == 1 else 's'}"


def _raw(lines: list[dict[str, Any]]) -> Shown:
    """Raw lines with their numbers, the one that was asked for marked; inert."""
    width = max((len(str(each["number"])) for each in lines), default=1)
    text = []
    for each in lines:
        first, *rest = harmless(each["text"], keep="\n\t").split("\n")
        text.append(f"{'>' if each['own'] else ' '} {each['number']:>{width}}  {first}")
        text += [f"  {'':>{width}}  {more}" for more in rest]
    whole = "\n".join(text)
    return Shown(whole, f"<pre>{escape(whole)}</pre>")


def _table(zone: str, lines: list[dict[str, Any]]) -> Shown:
    times = [
        datetime.fromisoformat(each["time"]).astimezone(moment.zone(zone)) if each["time"] else None
        for each in lines
    ]
    one_day = len({time.date() for time in times if time}) == 1
    shape = "%H:%M:%S" if one_day else "%Y-%m-%d %H:%M:%S"
    rows = [
        [
            time.strftime(shape) + f".{time.microsecond // 1000:03d}" if time else "",
            shown_name(each["service"] or each["source"]),
            _cut(each["body"]),
            each["origin"],
        ]
        for time, each in zip(times, lines, strict=True)
    ]
    return shown.table([f"time ({moment.city(zone)})", "where", "message", "origin"], rows)


def _cut(text: str, width: int = 110) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= width else line[: width - 1] + "…"


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _iso(value: Any) -> str | None:
    instant = aware(value)
    return instant.isoformat() if instant else None
