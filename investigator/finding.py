"""A finding: one question, one sentence, and the events behind it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from investigator.check import Check
from investigator.errors import ParameterError
from investigator.look import escape, styled
from investigator.moment import city, localised
from investigator.moment import zone as zone_named
from investigator.plain import missing, plain

if TYPE_CHECKING:
    import pandas

Verdict = Literal["found", "absent", "inconclusive"]

#: What comes before the reason why an absence proves nothing.
LOADING = (
    "Something is being loaded just now: what it brings is not looked at yet. Ask again when it is there."
)
NO_PROOF = " That is no proof: "
#: A finding carries at most so many rows of evidence, plus the count and the selection for the rest.
EVIDENCE_AT_MOST = 200
#: A column whose cells all have so few characters is not wrapped.
NARROW = 19


@dataclass(frozen=True)
class Coverage:
    """What a finding looked at, and what it would not have seen.

    `sources` are the names it read; `window` is (from, to) as ISO text or None; `gaps` are sentences on silences and
    missing sources; `control` says whether the same question found something known to be there (None: not tried);
    `blind` are sentences on what it could not have seen; `missing` names, per missing source, the one line that
    says what to load.
    """

    sources: tuple[str, ...] = ()
    window: tuple[str | None, str | None] = (None, None)
    gaps: tuple[str, ...] = ()
    control: bool | None = None
    blind: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether sources were there, without gaps and without anything missing."""
        return bool(self.sources) and not self.gaps and not self.missing

    @property
    def caveat(self) -> str:
        """Why nothing found here proves nothing, in words; empty where it would have been seen."""
        if not self.sources:
            return "no source was looked at"
        if self.control is None:
            return "nothing known to be there was searched for in the same way"
        if not self.control:
            return "the same search does not find what is known to be there either"
        reasons = [text.rstrip(".") for text in (*self.gaps, *self.missing)]
        more = f", and {len(reasons) - 1} more" if len(reasons) > 1 else ""
        return f"{reasons[0]}{more}" if reasons else ""

    def to_json(self) -> dict[str, Any]:
        return {
            "sources": list(self.sources),
            "window": list(self.window),
            "gaps": list(self.gaps),
            "control": self.control,
            "blind": list(self.blind),
            "missing": list(self.missing),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Coverage:
        low, high = data.get("window") or (None, None)
        return cls(
            tuple(data.get("sources", ())),
            (low, high),
            tuple(data.get("gaps", ())),
            data.get("control"),
            tuple(data.get("blind", ())),
            tuple(data.get("missing", ())),
        )


@dataclass(frozen=True, eq=False)
class Finding:
    """The answer to one question, with what it rests on.

    `answer` is one sentence, also when there is nothing. `value` is plain JSON, what a check compares. `table` is a
    small DataFrame or None. `evidence` holds at most 200 rows of events, each with its `origin`; `evidence_count`
    is how many there are in all. `verdict` is found, absent or inconclusive: only an absent with a passed control
    and whole coverage may refute anything. `check` is how to find it again.
    """

    question: str
    answer: str
    value: Any = None
    table: pandas.DataFrame | None = field(default=None, repr=False)
    evidence: pandas.DataFrame | None = field(default=None, repr=False)
    verdict: Verdict = "found"
    coverage: Coverage = field(default_factory=Coverage, repr=False)
    evidence_count: int = -1
    check: Check | None = field(default=None, repr=False)
    zone: str = field(default="UTC", repr=False)  # in which people see its times; what is kept stays UTC
    over: str = field(default="", repr=False)  # what it was asked of, and by which code, as a hash

    def __post_init__(self) -> None:
        if self.verdict not in ("found", "absent", "inconclusive"):
            raise ParameterError(
                f"'{self.verdict}' is no verdict.",
                "There are: found, absent, inconclusive.",
                "Use one of these.",
            )
        if not self.question.strip() or not self.answer.strip():
            raise ParameterError(
                "A finding needs a question and an answer.",
                "An analysis answers also when there is nothing.",
                'Say so in one sentence, such as "No errors in this window."',
            )
        object.__setattr__(self, "value", plain(self.value))
        if self.evidence is not None:
            if "origin" not in self.evidence.columns:
                raise ParameterError(
                    "Evidence needs an origin in every row.",
                    f"The columns are: {', '.join(map(str, self.evidence.columns))}.",
                    "Take the rows from events.fetch(...), which adds it.",
                )
            count = self.evidence_count if self.evidence_count >= 0 else len(self.evidence)
            object.__setattr__(self, "evidence", self.evidence.head(EVIDENCE_AT_MOST))
            object.__setattr__(self, "evidence_count", count)
        elif self.evidence_count < 0:
            object.__setattr__(self, "evidence_count", 0)

    def with_check(self, check: Check) -> Finding:
        """The same finding, knowing the check that makes it again."""
        return replace(self, check=check)

    def proved(self) -> Finding:
        """The same finding, inconclusive where it says absent and would not have seen it; the answer says why.

        Would we have seen it? Only where the same search finds what is known to be there, in the same sources and
        window, and no source is silent, cut off, unread or missing. Every analysis goes through here.
        """
        if self.verdict != "absent" or self.may_refute:
            return self
        answer = f"{self.answer}{NO_PROOF}{self.coverage.caveat}."
        return replace(self, verdict="inconclusive", answer=answer)

    def while_loading(self) -> Finding:
        """The same finding, asked while something is being loaded: what that brings is not in it."""
        coverage = replace(self.coverage, gaps=(*self.coverage.gaps, LOADING))
        return replace(self, coverage=coverage).proved()

    def since(self, then: Finding) -> Finding:
        """The same finding beside what it said before: what it looked at then and can't now is missing."""
        lost = sorted(set(then.coverage.sources) - set(self.coverage.sources))
        if not lost:
            return self
        named = ", ".join(lost[:4]) + (f" and {len(lost) - 4} more" if len(lost) > 4 else "")
        line = (
            f"{named} {'were' if len(lost) > 1 else 'was'} looked at before, and not now: inv add CASE PATH."
        )
        coverage = replace(self.coverage, missing=(*self.coverage.missing, line))
        return replace(self, coverage=coverage).proved()

    def in_zone(self, zone: str) -> Finding:
        """The same finding, its times shown in a zone such as Europe/Berlin."""
        return replace(self, zone=zone)

    @property
    def evidence_sources(self) -> list[str]:
        """The sources of the rows behind the answer."""
        if self.evidence is None or "source" not in self.evidence.columns:
            return []
        return sorted(set(map(str, self.evidence["source"])))

    @property
    def said(self) -> str:
        """The answer with its times in the finding's zone."""
        return localised(self.answer, self.zone)

    @property
    def may_refute(self) -> bool:
        """Whether its absence counts: nothing found, the control passed, the coverage whole."""
        return self.verdict == "absent" and self.coverage.control is True and self.coverage.whole

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, read back by `from_json`: what the record keeps of a pinned finding."""
        return {
            "question": self.question,
            "answer": self.answer,
            "value": self.value,
            "table": _records(self.table),
            "evidence": _records(self.evidence),
            "evidence_count": self.evidence_count,
            "verdict": self.verdict,
            "coverage": self.coverage.to_json(),
            "check": self.check.to_json() if self.check else None,
            "over": self.over,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Finding:
        """A finding as it was kept; times in its tables are ISO text."""
        import pandas as pd

        def table(records: dict[str, Any] | None) -> Any:
            return None if records is None else pd.DataFrame(records["rows"], columns=records["columns"])

        return cls(
            question=data["question"],
            answer=data["answer"],
            value=data.get("value"),
            table=table(data.get("table")),
            evidence=table(data.get("evidence")),
            verdict=data.get("verdict", "found"),
            coverage=Coverage.from_json(data.get("coverage", {})),
            evidence_count=data.get("evidence_count", -1),
            check=Check.from_json(data["check"]) if data.get("check") else None,
            over=str(data.get("over") or ""),
        )

    def __repr__(self) -> str:
        return f"{self.said} [{self.verdict}]"

    def _repr_html_(self) -> str:
        parts = [
            f"<div class='finding verdict-{self.verdict}'>",
            f"<p class='question'>{escape(self.question)}</p>",
            f"<p class='answer'>{escape(self.said)} <span class='verdict'>{self.verdict}</span></p>",
        ]
        if self.table is not None and len(self.table):
            parts.append(table_html(self.table, zone=self.zone))
        blind, gaps = (
            escape(localised(" ".join(notes), self.zone))
            for notes in (self.coverage.blind, self.coverage.gaps)
        )
        if blind:
            parts.append(f"<p class='not-seen'>Not seen: {blind}</p>")
        if (
            gaps and self.verdict == "found"
        ):  # what was found stands whatever the gaps: they need no second line
            number = len(self.coverage.gaps)
            name = f"{number} gap{'s' if number > 1 else ''} in the sources"
            parts.append(f"<details class='fold'><summary>{name}</summary><p>{gaps}</p></details>")
        elif gaps:
            parts.append(f"<p class='not-seen'>Gaps in the sources: {gaps}</p>")
        parts += [f"<p class='missing'>{escape(line)}</p>" for line in self.coverage.missing]
        if self.evidence is not None and len(self.evidence):
            shown = f"{len(self.evidence):,} of {self.evidence_count:,}"
            parts.append(
                f"<details class='fold'><summary>the evidence ({shown} rows)</summary>"
                f"{table_html(_readable_columns(self.evidence), limit=50, zone=self.zone)}</details>"
            )
        parts.append("</div>")
        return styled("".join(parts))


def cell(value: Any) -> str:
    """A table's cell as people read it: times to the second in UTC, numbers with thousands, nothing for missing."""
    if isinstance(value, str):
        return value
    if type(value).__name__ in ("bool", "bool_"):  # numpy's too
        return "yes" if value else "no"
    if value is None or (
        not isinstance(value, (list, tuple, dict, set)) and not hasattr(value, "shape") and missing(value)
    ):
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC" if value.tzinfo else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, int) or (hasattr(value, "dtype") and getattr(value.dtype, "kind", "") in "iu"):
        return f"{int(value):,}"
    if isinstance(value, float) or (hasattr(value, "dtype") and getattr(value.dtype, "kind", "") == "f"):
        return f"{float(value):,.4g}" if abs(float(value)) < 1e5 else f"{float(value):,.0f}"
    if isinstance(value, dict):
        return ", ".join(f"{key}={cell(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple, set)):
        return ", ".join(cell(item) for item in value)
    return str(value)


def table_html(table: pandas.DataFrame, *, limit: int = 200, zone: str = "UTC") -> str:
    """A DataFrame as a plain escaped HTML table, times in a zone. Ids and years keep no thousands mark."""
    names, rows, where = readable(table.head(limit), zone)
    # A time, an id or a number stays on one line; only words go over several.
    narrow = [max((len(row[place]) for row in rows), default=0) <= NARROW for place in range(len(names))]
    marks = [" class='when'" if short else "" for short in narrow]
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    differs = (
        [mark != "same" for mark in table["mark"].head(limit)]
        if "mark" in table.columns
        else [False] * len(rows)
    )
    body = "".join(
        f"<tr{' class=differs' if other else ''}>"
        + "".join(f"<td{mark}>{escape(text)}</td>" for text, mark in zip(row, marks, strict=True))
        + "</tr>"
        for row, other in zip(rows, differs, strict=True)
    )
    more = len(table) - limit
    foot = f"<p class='more'>and {more:,} more rows</p>" if more > 0 else ""
    caption = f"<caption>times: {escape(where)}</caption>" if where else ""
    return (
        f"<table class='numbers'>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{foot}"
    )


def readable(table: pandas.DataFrame, zone: str = "UTC") -> tuple[list[str], list[list[str]], str]:
    """A table's headings and cells as people read them, and what its times are: their day, where all share it, and zone.

    Times are in a zone, to the second; a day that all share stands above the table and not in each cell.
    """
    place = zone_named(zone)
    times = [name for name in table.columns if getattr(table[name].dtype, "kind", "") == "M"]
    local = {
        name: [value.astimezone(place) if value == value and value.tzinfo else value for value in table[name]]
        for name in times
    }
    days = {value.date() for values in local.values() for value in values if value == value}
    one_day = len(days) == 1
    shape = "%H:%M:%S" if one_day else "%Y-%m-%d %H:%M:%S"
    where = f"{next(iter(days))} {city(zone)}" if one_day else city(zone)
    names = [str(name) for name in table.columns]
    columns = [
        [value.strftime(shape) if value == value else "" for value in local[name]]
        if name in local
        else [localised(cell(value), zone) if name in _OURS else cell(value) for value in table[name]]
        for name in table.columns
    ]
    return names, [list(row) for row in zip(*columns, strict=True)], where if days else ""


#: Columns whose text the kit wrote; what a source wrote stays as it wrote it.
_OURS = frozenset(("note", "silent", "next", "says", "why"))


def _readable_columns(evidence: pandas.DataFrame) -> pandas.DataFrame:
    """What of the evidence's columns says something to people; all of them stay in `evidence`."""
    shown = ["time", "source", "service", "severity_number", "body", "name", "value", "origin"]
    if "body" in evidence.columns and evidence["body"].fillna("").ne("").any():
        shown.remove("name")  # the hash of the body's kind
    there = [n for n in shown if n in evidence.columns and evidence[n].notna().any()]
    return evidence[there] if "origin" in there and len(there) > 2 else evidence


def _records(table: pandas.DataFrame | None) -> dict[str, Any] | None:
    if table is None:
        return None
    rows = [[_json_cell(value) for value in row] for row in table.itertuples(index=False, name=None)]
    return {"columns": [str(name) for name in table.columns], "rows": rows}


def _json_cell(value: Any) -> Any:
    try:
        out = plain(value)
        json.dumps(out)
        return out
    except (ParameterError, TypeError, ValueError):
        return str(value)
