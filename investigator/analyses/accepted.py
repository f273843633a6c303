"""Whether those that had to be there by a time were accepted, and when."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events.instants import aware, instant
from investigator.facts import statements, traces
from investigator.facts.coverage import coverage_of
from investigator.facts.harmed import hurt, with_expected
from investigator.finding import Finding
from investigator.moment import duration

if TYPE_CHECKING:
    from investigator.events.events import Events
    from investigator.facts.comparison import Comparison

#: Words of who takes something: an office, a bank, a customer. What a machine of the own house says on the way is left
#: out by its place in a healthy one's trace.
ACCEPTED = re.compile(
    r"(?i)(?<![\w-])(?:accepted|acknowledged|approved|granted|cleared|confirmed|angenommen|akzeptiert|genehmigt|bestätigt)(?![\w-])"
)
REFUSED = re.compile(
    r"(?i)(?<![\w-])(?:refused|rejected|declined|denied|not (?:yet )?(?:accepted|approved|granted)|abgelehnt|(?:ab|zurück)gewiesen|verweigert|"
    # What was accepted and taken back is not accepted any more.
    r"revoked|withdrawn|retracted|rescinded|annulled|reversed|cancell?ed|voided|widerrufen|zurückgenommen|zurückgezogen|storniert|aufgehoben)(?![\w-])"
)
#: Of what only was tried. RE2.
TRIED = r"(?i)\b(dry[ _-]?run|(test|trial)[ _-]?(run|mode|only|submission)|(mode|env|environment|stage|system|kind|type)=(test|sandbox|staging|preview|trial|simulation|dry)|simulated|simulation|probelauf|testlauf|testmodus)\b"
#: Directly before: something about the thing is accepted, and not the thing.
OF_ELSE = re.compile(
    r"(?i)\b(?:alerts?|alarms?|pagers?|pages?|incidents?|changes?|chg|deploy\w*|releases?|roll-?outs?|(?:pull|merge) requests?|access|log-?ins?|sessions?|"
    r"connections?|störung(?:en)?|änderung(?:en)?)\b[^.;]{0,60}$"
)
#: Directly behind: it is taken in on the way, and not by whom it had to reach.
ON_THE_WAY = re.compile(
    r"(?i)^\s*(?:\S+\s+){0,3}?(?:for|into|to|in|zur|zum|für|in)\s+(?:the\s+|die\s+|den\s+|der\s+)?(?:re-?)?"
    r"(?:index\w*|process\w*|deliver\w*|sending|print(?:ing)?|routing|scan(?:ning)?|conversion|render\w*|queu\w*|retry|transport|upload|import|export|"
    r"replay|validation|review|transfer|verarbeitung|zustellung|warteschlange|druck|versand|prüfung|weiterleitung)\b"
)
IDS_AT_MOST = 5_000


def accepted(events: Events, *, like: str, by: str | None = None, ids: list[str] | None = None) -> Finding:
    """How many of the affected were accepted by whom they had to reach, how many in time, refused, or neither.

    `by` is when they had to be there (ISO text with its offset), `ids` which (default: those affected like `like`).
    `value`: asked, accepted, in_time, late, unclear (accepted on a day, nobody knows at what time), refused, open, each
    with its ids; last (the last acceptance), by, said_by (sources).

    Method: the last line or row after it was affected that says accepted, refused or taken back, in a step that a
    healthy one does not have before the one that was missing; what says of itself that it was a trial counts for nothing.
    Limits: who accepts is not judged, but for what is taken in on the way ("accepted for indexing") and what is
    accepted about a thing (an alert, a change); an acceptance in other words is not seen. Example: `case.find.accepted(like="DOC-4711", by="2026-06-17T18:00:00+02:00")`.
    """
    like = str(like or "").strip()
    question = "Was what had to be there accepted, and when?"
    value: dict[str, Any] = {"asked": 0, "accepted": 0, "by": None, "last": None, "said_by": []} | {
        name: [] for name in ("in_time", "late", "unclear", "refused", "open")
    }
    if not like:
        return say.unanswered(question, "No id was named.", say.LOAD["entity"], value=value)
    if not events.sources:
        return say.unanswered(
            question,
            "Nothing is loaded, so nothing says that anything was accepted.",
            say.LOAD["any"],
            value=value,
        )
    due = instant(by) if by else None
    found = with_expected(events, like)
    rows = traces.mentions_of_kind(events, like)
    since: dict[str, datetime] = {}
    if found.difference is not None and found.difference.expected is not None:
        these = events.engine.fetch(
            hurt(events, like, rows, found.difference).order_by(["at", "id"]).limit(100_000)
        )
        since = {
            str(i): at
            for i, at in ((i, say.aware(at)) for i, at in zip(these["id"], these["at"], strict=True))
            if at
        }
    wanted = sorted({str(one) for one in ids} if ids else set(since) or {like})[:IDS_AT_MOST]
    told = _told(events, rows, wanted, since, found)
    value |= _judged(told, wanted, due) | {"asked": len(wanted), "by": due.isoformat() if due else None}
    answered = [one for one in told.values() if one[0]]
    value["accepted"] = len(answered)
    value["said_by"] = sorted({source for _, _, _, source, _ in told.values()})
    value["last"] = say.iso(max((high for _, _, high, _, _ in answered), default=None))
    if not told:
        return say.unanswered(
            question,
            f"Nothing that is loaded says that {like}{' or another of them' if len(wanted) > 1 else ''} was accepted.",
            "Load what says it: the answers of whoever it went to, as a list with an id and a time for each.",
            value=value,
            coverage=coverage_of(events),
        )
    keys = [key for _, _, _, _, key in told.values()]
    columns = ("time", "id", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    units = sorted({unit for _, unit in keys})
    shown = rows.filter(
        rows.evidence.isin(sorted({e for e, _ in keys})) & rows.unit.isin(units) & rows.id.isin(wanted)
    )
    evidence = shown.order_by([shown.time, shown.evidence, shown.unit, shown.id]).limit(200)
    return Finding(
        question,
        _answer(value, due),
        value=value,
        table=say.table(
            ["id", "says", "time", "by"],
            [
                (one, "accepted" if yes else "refused", high, source)
                for one, (yes, _, high, source, _) in sorted(told.items())
            ],
        ),
        evidence=events.fetch(evidence.select(*columns)),
        evidence_count=len(told),
        coverage=coverage_of(events, control=True),
    )


Told = tuple[bool, datetime, datetime, str, tuple[str, int]]


def _told(
    events: Events, rows: Any, wanted: list[str], since: dict[str, datetime], found: Comparison
) -> dict[str, Told]:
    """By id the last that says accepted or refused: which, from when to when it was, the source, the unit."""
    before = _before(found)
    said: dict[tuple[str, str], bool] = {}
    bodies = {activity: told.body for activity, told in traces.examples(events, found.entity).items()}
    rows = rows.filter(~rows.body.fill_null("").re_search(TRIED))
    rows_ = rows.filter(rows.id.isin(wanted) & (rows.kind == "record") & rows.time.notnull())
    each = rows_.group_by(["step", "name"]).aggregate(body=rows_.body.min()).order_by(["step", "name"])
    for row in events.engine.fetch(each).itertuples(index=False):
        bodies.setdefault((str(row.step), str(row.name)), str(row.body or ""))
    for activity, body in bodies.items():
        says = None if activity in before else _says(body)
        if says is not None:
            said[activity] = says
    if not said:
        return {}
    kept = rows.filter(
        rows.id.isin(wanted)
        & rows.kind.isin((*traces.STEP_KINDS, "record"))
        & rows.time.notnull()
        & rows.name.isin(sorted({name for _, name in said}))
    )
    frame = (
        events.engine.fetch(
            kept.select("id", "time", "time_low", "time_high", "source", "step", "name", "evidence", "unit")
            .order_by(["time", "evidence", "unit", "id"])
            .limit(200_000)
        )
        if {"time_low", "time_high"} <= set(kept.columns)
        else _with_doubt(events, kept)
    )
    out: dict[str, Told] = {}
    for row in frame.itertuples(index=False):
        says = said.get((str(row.step), str(row.name)))
        low, high = aware(row.time_low) or aware(row.time), aware(row.time_high) or aware(row.time)
        if says is None or low is None or high is None:
            continue
        if str(row.id) in since and high < since[str(row.id)]:
            continue
        out[str(row.id)] = (says, low, high, str(row.source), (str(row.evidence), int(row.unit)))
    return out


def _with_doubt(events: Events, kept: Any) -> Any:
    """The rows with the interval that each time must lie in, which the index of ids may not keep."""
    table = events.table
    doubt = table.select("evidence", "unit", low_="time_low", high_="time_high", at_="time").distinct()
    slim = kept.select("id", "time", "source", "step", "name", "evidence", "unit")
    joined = slim.left_join(doubt, ["evidence", "unit", slim.time == doubt.at_])
    joined = joined.select(
        "id", "time", "source", "step", "name", "evidence", "unit", time_low="low_", time_high="high_"
    )
    return events.engine.fetch(joined.order_by(["time", "evidence", "unit", "id"]).limit(200_000))


def _before(found: Comparison) -> set[tuple[str, str]]:
    """What a healthy one went through before the step that the affected lack: an acceptance there is no answer to it."""
    expected = found.difference.expected if found.difference is not None else None
    if expected is None:
        return set()
    out: set[tuple[str, str]] = set()
    for step in found.healthy:
        if step.activity == expected.activity:
            return out
        out.add(step.activity)
    return out


def _says(body: str) -> bool | None:
    """Whether a message says accepted (True), refused (False), or neither."""
    text = body[:2_000]
    if REFUSED.search(text):
        return False
    for match in ACCEPTED.finditer(text):
        if OF_ELSE.search(text[: match.start()]) or ON_THE_WAY.search(text[match.end() :]):
            continue
        before = text[max(0, match.start() - 24) : match.start()]
        if not statements.INTENDED.search(before) and not statements.NEGATED.search(before):
            return True
    return None


def _judged(told: dict[str, Told], wanted: list[str], due: datetime | None) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {name: [] for name in ("in_time", "late", "unclear", "refused", "open")}
    for one in wanted:
        if one not in told:
            out["open"].append(one)
            continue
        yes, low, high, _, _ = told[one]
        late = due is not None and low > due
        unsure = due is not None and not late and _whole(low, high) > due
        out["refused" if not yes else "late" if late else "unclear" if unsure else "in_time"].append(one)
    return out


def _whole(low: datetime, high: datetime) -> datetime:
    """The end of a time, to the second that it was written to: 18:00:00 is not after 18:00."""
    return low if (high - low).total_seconds() <= 1 else high


def _answer(value: dict[str, Any], due: datetime | None) -> str:
    asked, last = value["asked"], value["last"]
    names = (
        ("in_time", "in time" if due else "so"),
        ("late", "too late"),
        ("unclear", "on the day, at no known time"),
    )
    parts = [f"{len(value[key]):,} {word}" for key, word in names if value[key]]
    text = f"{value['accepted']:,} of {asked:,} {'was' if asked == 1 else 'were'} accepted"
    text += f" ({', '.join(parts)})" if due and parts else ""
    if last:
        at = datetime.fromisoformat(last).astimezone(UTC)
        text += f", the last {say.at(at)}"
        if due and not value["unclear"] and not value["late"] and not value["open"] and not value["refused"]:
            spare = due - at
            text += f", {duration(spare)} before it had to be there" if spare > timedelta(seconds=1) else ""
    for key, word in (("refused", "refused"), ("open", "not known of")):
        if value[key]:
            text += f"; {len(value[key]):,} {word}: {say.listed(value[key])}"
    return f"{text}; {say.listed(value['said_by'])} {'say' if len(value['said_by']) > 1 else 'says'} so."


def example() -> list[dict[str, object]]:
    """Three that were skipped and accepted afterwards, beside three that were not skipped."""
    rows: list[dict[str, object]] = []
    for n in range(6):
        one = f"DOC-{2000 + n}"
        rows.append({"time": f"2026-03-04T09:3{n}:10Z", "source": "intake", "body": f"took in {one}"})
        did = f"skipped {one}" if n < 3 else f"listed {one}"
        rows.append({"time": f"2026-03-04T09:3{n}:20Z", "source": "lister", "body": did})
        if n < 3:
            rows.append({"time": f"2026-03-04T10:3{n}:00Z", "source": "office", "body": f"accepted {one}"})
    return rows
