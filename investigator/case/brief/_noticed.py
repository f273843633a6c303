"""Who noticed first: an alert, a message, somebody's entry, the call. Each by what was loaded or written down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from investigator.case.record import promises
from investigator.case.snapshot import Snapshot
from investigator.events.instants import aware
from investigator.facts import comparison, traces

#: A case that is typed so long after the last that was loaded was not typed while somebody called.
TYPED_LATER = timedelta(days=1)
#: Words of a machine that calls people. RE2.
ALERTING = r"\b(ALERT|ALARM|[Aa]lert(ed|ing| (fired|sent|raised|triggered|firing))|[Pp]aged|FIRING)\b"
#: Who sends a mail and is nobody: a system that watches, or that only sends.
_MACHINE = re.compile(
    r"(?i)(?:^|[\s<])(?:[\w.+-]*[._+-])?(?:alerts?|alarms?|alerting|monitor(?:ing)?|watchdog|no-?reply|donotreply|do-not-reply|mailer-daemon|"
    r"nagios|icinga|zabbix|grafana|prometheus|alertmanager|pagerduty|opsgenie|datadog|sentry|uptime|pingdom|statuspage|cron(?:tab)?|"
    r"alarme|meldungen|überwachung|ueberwachung|störmeldung(?:en)?)(?:[._+-][\w.+-]*)?@"
)
ROWS_AT_MOST = 500


@dataclass(frozen=True)
class Notice:
    """That somebody noticed: who, when (None where nobody knows), and by what it is known."""

    who: str
    when: datetime | None
    by: str


def first_notice(snapshot: Snapshot) -> Notice | None:
    """The first that anything tells of; None where nothing does."""
    call = _call(snapshot)
    found = [*_messages(snapshot), *_alerts(snapshot), *_entries(snapshot, call)]
    if call is not None and (call.when is not None or not found):
        found.append(call)
    timed = sorted((n for n in found if n.when is not None), key=lambda n: n.when or snapshot.now)
    if not timed:
        return found[0] if found else None
    return timed[0]


def _call(snapshot: Snapshot) -> Notice | None:
    """That the customer called, where the call names a contact or has their words; typed much later, at no known time."""
    state = snapshot.state
    call = state.call
    content: dict[str, Any] = (call.content if call else None) or {}
    spoken = str(content.get("words") or "").strip() not in ("", str(content.get("title") or "").strip())
    if call is None or not (state.contact or spoken):
        return None
    last = max((s.last for s in snapshot.events().sources if s.last), default=None)
    typed = call.happened[0] == call.known or call.happened.high == call.known
    when = None if typed and last and call.happened[0] - last > TYPED_LATER else call.happened[0]
    return Notice(
        "by a machine's message" if _MACHINE.search(state.contact) else "by the customer",
        when,
        f"the call (#{call.number}){', as it was taken down' if typed else ''}",
    )


def _entries(snapshot: Snapshot, call: Notice | None) -> list[Notice]:
    """What people wrote of before the call: that the customer said it, or that they saw it on one of these things."""
    state = snapshot.state
    known, ids = promises.names(state), {*state.about, *_hurt(snapshot)}
    out = []
    for note in state.notes:
        content: dict[str, Any] = note.content or {}
        verb, when = content.get("verb"), note.happened[0]
        if state.call is not None and when >= state.call.happened[0]:
            continue
        if promises.with_customer(state, note, known) == "in":
            out.append(Notice("by the customer", when, f"#{note.number}"))
        elif verb in (None, "did", "heard", "seen") and (ids & set(_words(str(content.get("text", ""))))):
            who = str(content["who"][0]) if content.get("who") else note.author
            out.append(Notice(f"by {who}", when, f"#{note.number}"))
    return out


def _words(text: str) -> list[str]:
    return [word.strip(".,;:!?()'\"") for word in text.split()]


def _hurt(snapshot: Snapshot) -> dict[str, datetime]:
    """When each of the affected was hurt."""
    finding = snapshot.once("harm", like=snapshot.about) if snapshot.about else None
    if finding is None or finding.verdict != "found":
        return {}
    return {i: datetime.fromisoformat(at) for i, (at, _) in finding.value["items"].items() if at}


def _messages(snapshot: Snapshot) -> list[Notice]:
    """The first mail, ticket or message that names an affected one after it was hurt."""
    hurt = _hurt(snapshot)
    if not hurt:
        return []
    events = snapshot.events()
    rows = traces.mentions_of_kind(events, snapshot.about)
    people = rows.filter(rows.kind.isin(traces.PEOPLE_KINDS) & rows.time.notnull())
    found = events.engine.fetch(
        people.select("id", "time", "source", "kind", "evidence", "unit")
        .order_by(["time", "evidence", "unit", "id"])
        .limit(ROWS_AT_MOST)
    )
    for row in found.itertuples(index=False):
        when = aware(row.time)
        if when is not None and str(row.id) in hurt and when >= hurt[str(row.id)]:
            who = _writer(snapshot, str(row.evidence), int(row.unit))
            return [Notice(f"by {who}" if who else f"by a {row.kind}", when, f"{row.kind} in {row.source}")]
    return []


def _writer(snapshot: Snapshot, evidence: str, unit: int) -> str:
    """Who wrote it; `the customer` where it is whom the case has as their contact."""
    events = snapshot.events()
    table = events.table
    rows = events.engine.fetch(
        table.filter((table.evidence == evidence) & (table.unit == unit)).select("attributes").limit(1)
    )
    held = dict(rows["attributes"].iloc[0] or {}) if len(rows) else {}
    name = next(
        (str(held[key]) for key in ("from", "author", "user", "sender", "reporter") if held.get(key)), ""
    )
    known = promises.names(snapshot.state)
    if any(word in known for word in promises.words_of(name)):
        return "the customer"
    return name.split("<")[0].strip() or name


def _alerts(snapshot: Snapshot) -> list[Notice]:
    """The first alert from the onset on that names the place where it went wrong, or an affected one."""
    hurt = _hurt(snapshot)
    if not hurt:
        return []
    events, start = snapshot.events(), min(hurt.values())
    difference = comparison.compare(events, snapshot.about).difference
    steps = [s for s in (difference.instead, difference.expected) if s is not None] if difference else []
    places = {step.activity[0].lower() for step in steps if step.activity[0]}
    table = events.table
    calling = table.filter(
        table.time.notnull()
        & (table.time >= start.replace(tzinfo=None))
        & (
            (table.kind == "alert")
            | table.body.re_search(ALERTING)
            | table.severity_text.upper().isin(("ALERT", "ALARM"))
        )
    )
    found = events.engine.fetch(
        calling.select("time", "source", "service", "body", "evidence", "unit")
        .order_by(["time", "evidence", "unit"])
        .limit(ROWS_AT_MOST)
    )
    for row in found.itertuples(index=False):
        words = {word.lower() for word in _words(f"{row.body or ''} {row.service or ''}")}
        when = aware(row.time)
        if when is not None and (words & places or words & {i.lower() for i in hurt}):
            return [Notice("by an alert", when, str(row.source))]
    return []
