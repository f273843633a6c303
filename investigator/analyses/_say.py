"""How findings speak: times in UTC, numbers with their noun, quotes of one line, and what to load."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.events.instants import aware as aware
from investigator.finding import Coverage, Finding
from investigator.moment import duration, show

if TYPE_CHECKING:
    import pandas

#: Per kind of source that may be missing: the line that says what to load.
LOAD = {
    "any": "Nothing is loaded: inv add CASE PATH, with any logs, exports or lists that there are.",
    "log": "No logs loaded: inv add CASE logs/, with what the services wrote.",
    "access": "No access log loaded: inv add CASE access.log, from the web server or the load balancer.",
    "audit": "No audit trail loaded: inv add CASE audit.csv, with who changed which row when.",
    "record": "No table of records loaded: inv add CASE documents.sqlite, or a CSV export with a row for each id.",
    "deploy": "No deploys loaded: inv add CASE deploys.json (a list with service, version, at), "
    "or git log --format='%H|%aI|%an|%s' > git.log and inv add CASE git.log.",
    "flag": "No feature flags loaded: inv add CASE flags.json (a list with flag, from, to, at).",
    "metric": "No metrics loaded: inv add CASE metrics.json, the answer of a Prometheus range query.",
    "span": "No spans loaded: inv add CASE traces.json, an OTLP or Zipkin export of the minutes around the onset.",
    "customer": "No customer is known for these ids: load a table that holds both, or say how customers are written: "
    "case.record.declare(kinds={'customer': PATTERN}).",
    "entity": "No id is named: give one as it is written in the logs, as entity=...",
    "onset": "No onset is known: give one, such as onset='2026-06-17T07:14:00+00:00', or look at rate_change.",
}


def at(value: Any, *, day: bool = True) -> str:
    """A time in a sentence, to the second: 2026-06-17 07:14:07 UTC."""
    instant = aware(value)
    return "at no known time" if instant is None else show(instant, day=day, seconds=True)


def iso(value: Any) -> str | None:
    """A time in a value: ISO text in UTC, or None."""
    instant = aware(value)
    return instant.isoformat() if instant else None


def count(number: int, noun: str, many: str = "") -> str:
    """A number with its noun: 1 event, 1,204 events."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


#: What stands before a message and says nothing about it: its clock, the ids of its request and span.
_HEAD = re.compile(
    r"^[\[(]?(?:\d{4}-\d{2}-\d{2}[T ])?\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?[\])]?[ ,:|-]+(?=\S)"
)
_IDS = re.compile(r"(?i)\b(?:trace|span|request|correlation)[ _-]?id\s*[:=]\s*[\w-]+\s*")


def message(text: Any) -> str:
    """The first line of a message without what only places it: its clock, the ids of its request and span."""
    line = "" if text is None or text != text else str(text).split("\n", 1)[0].strip()
    bare = _IDS.sub("", _HEAD.sub("", line))
    return " ".join(bare.split()) if re.search(r"\w", bare) else line


def quote(text: Any, width: int = 90) -> str:
    """The first line of a message in quotes, without its clock and the ids of its request, shortened."""
    line = message(text)
    return f"'{line if len(line) <= width else line[: width - 1].rstrip() + '…'}'"


def listed(items: Iterable[str], *, most: int = 4) -> str:
    """Names in a sentence: a, b and c; or a, b, c, d and 3 more."""
    names = list(items)
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def span(delta: timedelta) -> str:
    """How long, in the two units that matter; milliseconds below a second."""
    seconds = delta.total_seconds()
    return f"{seconds * 1000:.0f} ms" if 0 <= seconds < 1 else duration(delta)


def unanswered(
    question: str, answer: str, *missing: str, value: Any = None, coverage: Coverage | None = None
) -> Finding:
    """A finding that could not be made for want of a source or a parameter, with the lines that say what to load."""
    from dataclasses import replace

    whole = coverage or Coverage()
    return Finding(
        question,
        answer,
        value=value,
        verdict="inconclusive",
        coverage=replace(whole, missing=(*whole.missing, *missing)),
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pandas.DataFrame:
    """A small table of at most 200 rows; times aware UTC."""
    import pandas as pd

    out = pd.DataFrame(list(rows)[:200], columns=list(columns))
    for name in out.columns:
        if name in (
            "time",
            "first",
            "last",
            "next",
            "onset",
            "until",
            "when",
            "healthy when",
            "this when",
            "last seen",
        ):
            # One by one: a column may mix datetimes, ISO text with and without fractions, and nothing.
            out[name] = pd.to_datetime(
                [pd.Timestamp(v) if v is not None else pd.NaT for v in out[name]], utc=True
            )
    return out


def rounded(number: float) -> float:
    """A number by the four digits that matter."""
    return float(f"{number:.4g}")
