"""What the page of the live table may ask of the engine: a closed list of questions, each looked at before it runs.

The page sends no SQL, no name of a column that is not on a list and no code; what it sends is checked here, and
anything else is refused in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case.current import of_events
from investigator.case.marks import marks
from investigator.case.marks import window as window_of
from investigator.case.record import entries
from investigator.errors import KitError, ParameterError
from investigator.events import schema
from investigator.events.instants import aware, instant
from investigator.facts import overview, paging, spelled
from investigator.look import cut, harmless
from investigator.performing import perform

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.case.evidence.evidence import Evidence
    from investigator.events.events import Events
    from investigator.finding import Finding
    from investigator.ledger import Entry

#: Rows a request, characters of a cell, rows that are pinned or copied at once.
ROWS, CELL, CHOSEN = 200, 300, 200
STORY = 60
#: So much of what was found stands in a question about it.
WHAT_AT_MOST = 160
_COLUMNS = ("kind", "source", "host", "name", "trace_id")


class Asking:
    """Answers to what one live table asks, over the events that it was opened on."""

    def __init__(self, events: Events) -> None:
        self.events = events
        self.case: Case | None = of_events(events)
        self.zone = self.case.zone if self.case is not None else "UTC"
        self._held: tuple[str, Events] = ("", events)
        self._answers: dict[str, Callable[[dict[str, Any]], Any]] = {
            "start": self._start,
            "overview": self._overview,
            "rows": self._rows,
            "kinds": self._kinds,
            "line": self._line,
            "copy": self._copy,
            "pin": self._pin,
            "guess": self._guess,
            "ask_about": self._ask_about,
            "pin_search": self._pin_search,
            "use_window": self._use_window,
            "compare": self._compare,
        }

    def answer(self, asked: Any) -> dict[str, Any]:
        """The answer to one message of the page: {"answer": ...}, or {"sorry": a sentence}."""
        try:
            if not isinstance(asked, dict) or asked.get("ask") not in self._answers:
                raise ParameterError(
                    "The page asked something that is no question of this table.",
                    f"There are: {', '.join(self._answers)}.",
                    "Run the cell again.",
                )
            return {"answer": self._answers[asked["ask"]](asked)}
        except KitError as error:
            return {"sorry": harmless(str(error))}
        except Exception as error:  # a sentence, never a page that waits for ever
            return {
                "sorry": f"This could not be answered: {harmless(type(error).__name__)}. Run the cell again."
            }

    # -- what is selected --------------------------------------------------------------------------------------

    def _selected(self, asked: dict[str, Any], *, timed: bool = True) -> Events:
        """The events of what stands in the page's search and its two times."""
        text = _text(asked, "text", 1_000)
        low, high = (self._time(asked, name) for name in ("from", "to")) if timed else (None, None)
        if low and high and low >= high:
            raise ParameterError("There is no time between the two ends.", "", "Give an earlier From.")
        key = f"{text}|{low}|{high}"
        if self._held[0] != key:
            found = self.events
            if low or high:
                found = found.where(window=(low, high))
            if text:
                found = found.where(text=text)
            self._held = (key, found)
        return self._held[1]

    def _time(self, asked: dict[str, Any], name: str) -> datetime | None:
        text = _text(asked, name, 60)
        if not text:
            return None
        if text.endswith("Z") or "T" in text:
            found: datetime = instant(text)
            return found
        from investigator import natural_times

        span = self.events.span() if "span" not in self.events.memo else self.events.memo["span"]
        self.events.memo["span"] = span
        low = natural_times.parse(text, zone_name=self.zone, reference=span[1] if span else None).low
        return low

    # -- looking -----------------------------------------------------------------------------------------------

    def _start(self, _: dict[str, Any]) -> dict[str, Any]:
        """What there is, where its story lies, and what happened and was known when."""
        whole = self.events.span()
        low, high = whole or (None, None)
        if whole and self.case is not None and not self.events.selection.get("window"):
            wanted = window_of(self.case.snapshot())
            if wanted:
                low, high = overview.story_window(self.events, *wanted)
        elif whole:
            low, high = overview.story_window(self.events, *whole)
        keys = sorted(spelled.keys(self.events).items(), key=lambda pair: (-pair[1], pair[0]))
        return {
            "total": paging.ladder(self.events).total,
            "first": paging.before(self.events, low) if low else 0,
            "zone": self.zone,
            "city": moment.city(self.zone),
            "window": [_iso(low), _iso(high)],
            "whole": [_iso(end) for end in whole] if whole else [None, None],
            "columns": [*_COLUMNS, *(key for key, _ in keys[:60])],
            "marks": marks(self.case.snapshot()) if self.case is not None else [],
            "story": self._story(),
            "writes": self.case is not None and self.case.evidence.record.as_of is None,
            "has_case": self.case is not None,
        }

    def _story(self) -> list[dict[str, str]]:
        """What was written down, by when it happened and when it was known."""
        if self.case is None:
            return []
        out = []
        for entry in self.case.entries():
            words = str((entry.content or {}).get("text", ""))
            if entry.kind not in ("call", "note", "decision", "phase", "pin", "guess") or not words:
                continue
            out.append(
                {
                    "happened": _iso(entry.happened[0]),
                    "known": _iso(entry.known),
                    "text": words[:CELL],
                    "kind": entry.kind,
                }
            )
        return out[-STORY:]

    def _overview(self, asked: dict[str, Any]) -> dict[str, Any]:
        low, high = self._time(asked, "low"), self._time(asked, "high")
        if low is None or high is None or low >= high:
            raise ParameterError("There is no time between the two ends.", "", "Press Whole.")
        if high - low < timedelta(milliseconds=50):
            raise ParameterError("It goes no closer than this.", "", "Zoom out.")
        found = overview.overview(self._selected(asked, timed=False), low, high)
        for lane in found["lanes"]:
            lane["name"] = harmless(lane["name"])
        return {
            **found,
            "idle": [harmless(name) for name in found["idle"]],
            "single": [
                [lane, at, degree, harmless(text), origin]
                for lane, at, degree, text, origin in found["single"]
            ],
        }

    def _rows(self, asked: dict[str, Any]) -> dict[str, Any]:
        events = self._selected(asked)
        order = asked.get("order") or "time"
        if order not in paging.ORDERS:
            raise ParameterError(
                "The table can't be ordered by that.",
                f"There are: {', '.join(paging.ORDERS)}.",
                "Use one of these.",
            )
        first, count = _whole(asked, "first", 10**12), min(_whole(asked, "count", 10**6), ROWS)
        more = self._more(asked)
        columns = ["time", "source", "service", "severity_number", "body", "name", "value"]
        columns += [name for name in more if name in schema.COLUMNS]
        if any(name not in schema.COLUMNS for name in more):
            columns.append("attributes")
        frame = paging.page(events, first, count, order=order, down=bool(asked.get("down")), columns=columns)
        total = paging.ladder(events).total
        reach = paging.reach(events, order)
        said = self._near(asked) if not total else ""
        if reach < total:
            said = f"Ordered by {order.removesuffix('_number')} the first {reach:,} of {total:,} lines are shown: search for fewer."
        return {
            "total": reach,
            "count": total,
            "said": said,
            "first": first,
            "rows": [self._row(row, more) for row in frame.to_dict("records")],
        }

    def _near(self, asked: dict[str, Any]) -> str:
        """Where nothing matches: where was looked, and what is near."""
        text = _text(asked, "text", 1_000)
        if not text:
            return "There is no line in this time."
        low, high = self._time(asked, "from"), self._time(asked, "to")
        events = self.events.where(window=(low, high)) if low or high else self.events
        return harmless(perform("search", events, {"text": text}).in_zone(self.zone).said)

    def _more(self, asked: dict[str, Any]) -> list[str]:
        given = asked.get("columns") or []
        if (
            not isinstance(given, list)
            or len(given) > 12
            or not all(isinstance(name, str) and len(name) < 200 for name in given)
        ):
            raise ParameterError("At most 12 more columns can be shown.", "", "Take some away.")
        known = {*_COLUMNS, *spelled.keys(self.events)}
        return [name for name in given if name in known]

    def _row(self, row: dict[str, Any], more: list[str]) -> dict[str, Any]:
        held = dict(row.get("attributes") or {})
        number = row["severity_number"]
        return {
            "origin": row["origin"],
            "time": self._shown(row["time"]),
            "at": _iso(aware(row["time"])),
            "where": _cell(row["service"]) or _cell(row["source"]),
            "by": "service" if _cell(row["service"]) else "source",
            "severity": schema.severity_name(int(number)) if number == number and number else "",
            "body": _cell(row["body"]) or _metric(row),
            "more": [_cell(row[name] if name in row else held.get(name)) for name in more],
        }

    def _shown(self, value: Any) -> str:
        at = aware(value)
        if at is None:
            return ""
        local = at.astimezone(moment.zone(self.zone))
        return f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03d}"

    def _kinds(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = overview.kinds(self._selected(asked))
        for kind in found["kinds"]:
            kind["message"] = harmless(kind["message"])
        return found

    def _line(self, asked: dict[str, Any]) -> dict[str, Any]:
        origin = _text(asked, "origin", 400)
        evidence, unit, _ = schema.parse_origin(origin)
        table = self.events.table
        rows = self.events.engine.fetch(
            table.filter((table.evidence == evidence) & (table.unit == unit))
            .order_by(["load", "byte", "name"])
            .limit(1)
        )
        facts = {} if not len(rows) else dict(rows.iloc[0]["attributes"] or {})
        out: dict[str, Any] = {
            "origin": origin,
            "command": "",
            "facts": [[harmless(k), _cell(v)] for k, v in list(facts.items())[:80]],
            "raw": [],
            "near": "",
        }
        if self.case is not None:
            found = self.case.evidence.around(origin, lines=5, seconds=5)
            out["command"] = f"inv around {self.case.id} {origin}"
            out["raw"] = [
                [line["number"], harmless(line["text"][:2_000], keep="\n\t"), line["own"]]
                for line in found.data["lines"]
            ]
            out["near"] = str(found)[:20_000]
        elif len(rows):
            out["raw"] = [[unit, harmless(str(rows.iloc[0]["body"])[:2_000], keep="\n\t"), True]]
        return out

    def _copy(self, asked: dict[str, Any]) -> dict[str, Any]:
        rows = self._chosen(asked)
        lines = [
            "\t".join(
                [
                    self._shown(row.time),
                    _cell(row.service) or _cell(row.source),
                    _cell(row.body, 4_000),
                    row.origin,
                ]
            )
            for row in rows
        ]
        return {"text": "\n".join(lines), "count": len(lines)}

    def _chosen(self, asked: dict[str, Any]) -> list[Any]:
        given = asked.get("origins")
        if not isinstance(given, list) or not given or len(given) > CHOSEN:
            raise ParameterError(
                f"From 1 to {CHOSEN} lines can be taken at once.", "", "Mark them with the space bar."
            )
        wanted = [schema.parse_origin(str(one)[:400]) for one in given]
        table = self.events.table
        rows = table.filter(
            table.evidence.isin({e for e, *_ in wanted}) & table.unit.isin({u for _, u, _ in wanted})
        )
        names = ("time", "source", "service", "body", "evidence", "unit", "units")
        frame = self.events.fetch(rows.order_by([rows[name] for name in schema.ORDER]).select(*names))
        return [row for row in frame.itertuples(index=False) if row.origin in set(given)]

    # -- writing -----------------------------------------------------------------------------------------------

    def _writable(self) -> Case:
        if self.case is None:
            raise ParameterError(
                "These events are of no case, so nothing can be written down.",
                "",
                "Open a case: case = inv.Case.open('INC-2031')",
            )
        self.case.evidence.record.writable("write this down")
        return self.case

    def _pin(self, asked: dict[str, Any]) -> dict[str, Any]:
        case = self._writable()
        sentence = _text(asked, "sentence", 2_000)
        rows = self._chosen(asked)
        origins = [row.origin for row in rows]
        words = sentence or " / ".join(_cell(row.body, 120) for row in rows[:3])
        entry = case.evidence.record.append(
            "note",
            {"text": words, "origins": origins},
            happened=rows[0].time.to_pydatetime() if rows and rows[0].time == rows[0].time else None,
        )
        return {"said": f"Written down as #{entry.number}: {harmless(words[:120])}"}

    def _guess(self, asked: dict[str, Any]) -> dict[str, Any]:
        from investigator.case.reasoning.guesses import guess

        record = self._writable().evidence.record
        rows = self._chosen(asked)
        words = _text(asked, "sentence", 2_000) or f"{_cell(rows[0].body, 160)}: it may be this"
        entry = guess(
            record, words, why=f"from {_cell(rows[0].body, 300)}", origins=[row.origin for row in rows]
        )
        return {"said": f"A guess, #{entry.number}: {harmless(words[:120])}"}

    def _ask_about(self, asked: dict[str, Any]) -> dict[str, Any]:
        evidence = self._writable().evidence
        rows = self._chosen(asked)
        entry = questioned(evidence, asked, _cell(rows[0].body, 300), origins=[row.origin for row in rows])
        return {
            "said": f"Asked, #{entry.number}: {harmless(str((entry.content or {}).get('text', ''))[:160])}"
        }

    def _pin_search(self, asked: dict[str, Any]) -> dict[str, Any]:
        case = self._writable()
        text = _text(asked, "text", 1_000)
        low, high = self._time(asked, "from"), self._time(asked, "to")
        events = self.events.where(window=(low, high)) if low or high else self.events
        finding = case.find.search(events, text=text)
        return self._pinned(case, finding, _text(asked, "sentence", 2_000))

    def _pinned(self, case: Case, finding: Finding, sentence: str) -> dict[str, Any]:
        entry = case.record.pin(finding, sentence)
        return {"said": f"Pinned as #{entry.number}: {harmless(str((entry.content or {}).get('text', '')))}"}

    def _use_window(self, asked: dict[str, Any]) -> dict[str, Any]:
        case = self._writable()
        low, high = self._time(asked, "from"), self._time(asked, "to")
        if low is None or high is None or low >= high:
            raise ParameterError("A window has two ends.", "", "Drag over the timeline, or fill From and To.")
        entry = entries.declare(case.evidence.record, window=(low, high))
        return {
            "said": f"The case's window is now {moment.show(low, self.zone)} to {moment.show(high, self.zone)} (#{entry.number})."
        }

    def _compare(self, asked: dict[str, Any]) -> dict[str, Any]:
        low, high = self._time(asked, "from"), self._time(asked, "to")
        if low is None or high is None or low >= high:
            raise ParameterError("A window has two ends.", "", "Drag over the timeline, or fill From and To.")
        events = self.events.where(window=(low - (high - low), high))
        params = {"onset": low.isoformat(), "baseline_hours": (high - low).total_seconds() / 3600}
        if self.case is not None:
            finding = self.case.find.what_changed(events, **params)
        else:
            finding = perform("what_changed", events, params)
        changes = [
            [
                harmless(str(change.get("place") or change.get("field") or "")),
                harmless(str(change.get("example") or change.get("value") or ""))[:160],
                change.get("there"),
                change.get("here"),
            ]
            for change in (finding.value or {}).get("changes", [])[:12]
        ]
        return {"said": harmless(finding.in_zone(self.zone).said), "changes": changes}


def questioned(evidence: Evidence, asked: dict[str, Any], what: str, **given: Any) -> Entry:
    """A question to somebody about what was found or a line."""
    who = _text(asked, "who", 100).lstrip("@").strip()
    if not who:
        raise ParameterError("Nobody is named.", "", "Name who is asked, such as @ana.")
    question = _text(asked, "sentence", 2_000) or "What is this?"
    return entries.ask(evidence.record, f"{question} ({cut(what, WHAT_AT_MOST)})", who=who, **given)


def _text(asked: dict[str, Any], name: str, most: int) -> str:
    given = asked.get(name)
    if given is None:
        return ""
    if not isinstance(given, str) or len(given) > most:
        raise ParameterError(
            f"The page sent a {name} that is no text of at most {most:,} characters.",
            "",
            "Run the cell again.",
        )
    return given.strip()


def _whole(asked: dict[str, Any], name: str, most: int) -> int:
    given = asked.get(name)
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= most:
        raise ParameterError(f"The page sent a {name} that is no number.", "", "Run the cell again.")
    return given


def _cell(value: Any, most: int = CELL) -> str:
    if value is None or value != value:
        return ""
    return harmless(str(value)[:most])


def _metric(row: dict[str, Any]) -> str:
    """A number that somebody measured, in words: its name and it."""
    value = row["value"]
    return "" if value is None or value != value else f"{_cell(row['name'])} {value:,.6g}"


def _iso(value: datetime | None) -> str:
    return value.isoformat() if value else ""
