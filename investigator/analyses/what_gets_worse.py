"""What gets worse while people look: purges, expiries and rollouts that are announced."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.analyses import _say as say
from investigator.events.instants import instant, literal
from investigator.facts import traces
from investigator.facts.coverage import coverage_of
from investigator.facts.difference import left_at
from investigator.facts.places import place_of
from investigator.facts.planned import FINAL, RUNS, ahead, planned
from investigator.facts.telling import places_in, places_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

#: What takes away or spreads, by the words that jobs use for it. RE2 syntax.
WORSE = {
    "purge": r"(?i)\b(purg(e|es|ed|ing)|vacuum\w*|clean-?up|garbage|orphans?|evict\w*|wip(e|es|ing)|shred\w*)\b",
    "expiry": r"(?i)\b(retention|expir(e|es|ed|ing|y)|ttl|soft-?delete\w*|rotat(e|es|ed|ing|ion))\b",
    "rollout": r"(?i)\b(roll-?out|rolling (out|update)|canary|ramp(ing|ed)?[ -]up)\b",
}
#: A time of day that a message announces, in whatever words, and from how many announcements on it is believed.
AT = re.compile(
    r"(?i)\b(?:at|by|next|due|until|before|on)\b[ =:]*\"?(\d{1,2}:\d{2})(?::\d{2})?(?: ?([ap])\.?m\b|Z\b|\b)"
)
REPEATED = 2
#: Kinds whose entries people wrote, with the time at which something is, was or will be.
WRITTEN = ("note",)
PAUSED = re.compile(r"(?i)\b(paused|suspended|stopped|cancell?ed|disabled|aborted|halted)\b")
STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?")
CLOCK = re.compile(
    r"\b\d{1,2}:\d{2}(?::\d{2})?(?:Z\b| ?[AaPp]\.?[Mm]\b| ?\(?[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\)?)"
)
#: A date in words with its clock, as headers and mails write it: no time of today.
DATED = re.compile(
    r"(?i)\b\d{1,2}[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -]\d{2,4}[ :]\d{1,2}:\d{2}(?::\d{2})?(?: GMT| UTC)?"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* +\d{1,2}(?:,? +\d{4})? +\d{1,2}:\d{2}(?::\d{2})?(?: [A-Z]{3,4}\b)?(?: \d{4}\b)?"
)
NUMBER = re.compile(r"(?<![\w.:/-])\d+(?:\.\d+)?(?![\w.:/-])")
KINDS_AT_MOST, NAMES = 60, 2_000
EACH = 100
#: Jobs that only run next: so many are named.
RUNS_AT_MOST = 3
#: What is said as often as this, so many times or more, and names no time to come is how things are, and no job.
OFTEN, MANY = timedelta(minutes=10), 20


def what_gets_worse(events: Events, *, after: str | None = None, like: str = "") -> Finding:
    """Purges, expiries and rollouts that the window speaks of: when the next one is due, and how its number grows.

    Times are read from messages and attributes, as ISO 8601 or as `18:00 (Berlin)`; `after` is the time from which
    they count as coming (default: the last event, or now where some lie ahead). A job that was paused later says so.
    With `like`, an affected id, each says whether it is at a place where such things were or would have gone (`near`).
    Jobs are read from crontabs, timers, CronJobs and lists of jobs, too; a small file of which every time lies ahead is
    a plan. `value`: after, next, items
    [{sort, step, what, next, number {name, first, last, per_hour, hours}, count, last_seen, paused, maybe, near}],
    runs [{what, next}]: where nothing is due, the jobs that run next and of which nothing says what they take.

    Method: the last announced due time of each kind of message, and the slope of the number that it names between first
    and last. Limits: what deletes or expires without announcing it is not seen. Example:
    `case.find.what_gets_worse(after="2026-06-17T12:00:00+00:00")`.
    """
    question = "What gets worse while we look?"
    value: dict[str, Any] = {"after": None, "next": None, "items": [], "runs": []}
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so nothing is known to come.", say.LOAD["any"], value=value
        )
    table = events.table.filter(
        events.table.time.notnull() & ~events.table.kind.isin(("record", "metric", "access"))
    )
    table = table.mutate(step=place_of(table))
    # What a calendar holds may lie ahead of all that has happened.
    written = table.kind.isin(WRITTEN) | table["source"].isin(ahead(events))
    happened, last = events.engine.fetch(
        table.aggregate(happened=table.time.max(where=~written), last=table.time.max())
    ).iloc[0]
    latest = say.aware(happened) or say.aware(last)
    if latest is None:
        answer = "No event here has a time, so nothing is known to come."
        return say.unanswered(question, answer, say.LOAD["log"], value=value, coverage=coverage_of(events))
    # Where an export holds what is still to come, the last that has happened is now.
    start: datetime = instant(after) if after else min(latest, moment.now())
    value["after"] = start.isoformat()
    flags = _rollouts(events, table, start)
    jobs = _jobs(events, table, start)
    items = jobs + _announced(events, table, start, {(item["step"], item["what"]) for item in jobs}) + flags
    plans = _planned(events, start)
    items += [item for item in plans if item["sort"] != RUNS]
    items.sort(
        key=lambda item: (
            item["paused"] is not None,
            item["next"] is None,
            item["next"] or "",
            item["step"],
            item["what"],
        )
    )
    asked = str(like or "").strip()
    near = {name.lower() for among in left_at(events, asked).values() for name in among}
    for item in items:
        said = {place.lower() for place in places_in(item["what"], places_of(events).known)}
        item["near"] = bool(near & {item["step"].lower(), *said}) if near else None
    value["items"] = [{key: item[key] for key in item if key != "rows"} for item in items]
    due = [item for item in items if item["next"] and not item["paused"] and not item["maybe"]]
    value["next"] = due[0]["next"] if due else None
    runs = [] if due else [item for item in plans if item["sort"] == RUNS][:RUNS_AT_MOST]
    value["runs"] = [{"what": item["what"], "next": item["next"]} for item in runs]
    also = "".join(f" {item['what']!r} at {say.at(datetime.fromisoformat(item['next']))}," for item in runs)
    also = f" Jobs of which nothing says what they take run next:{also.rstrip(',')}." if runs else ""
    coverage = coverage_of(
        events,
        control=True,
        blind=("Only what messages announce is seen; a job that says nothing in advance is not.",),
    )
    if not items:
        looked = int(events.engine.fetch(table.count()))
        answer = (
            f"Nothing that gets worse is announced up to {say.at(latest)}: {say.count(looked, 'message')} of "
            f"{say.count(len(events.sources), 'source')} were searched for a time to come, a purge, an expiry or a rollout; {_lists(events)}.{also}"
        )
        # Nothing announced is not nothing coming: without a list of jobs this is never certain.
        return Finding(question, answer, value=value, verdict="inconclusive", coverage=coverage)
    import pandas as pd

    evidence = pd.concat([item["rows"] for item in items]).drop(
        columns=["attributes", "name", "kind"], errors="ignore"
    )
    evidence = evidence.sort_values(["time", "origin"]).drop_duplicates("origin").reset_index(drop=True)
    columns = ["sort", "step", "what", "next", "number", "count", "last seen", "held by"]
    shown = [
        (
            i["sort"],
            i["step"],
            i["what"],
            i["next"],
            _trend(i["number"]),
            i["count"],
            i["last_seen"],
            i["paused"] or i["maybe"] or ("nothing seen" if i["next"] else ""),
        )
        for i in items
    ]
    # A mention without a time, or without a hand that holds it, says nothing of what comes.
    told = due or flags or any(item["paused"] and item["next"] for item in items)
    return Finding(
        question,
        _answer(items, due, start, "that time" if after else "the last event", asked) + also,
        value=value,
        table=say.table(columns, shown),
        evidence=evidence,
        verdict="found" if told else "inconclusive",
        coverage=coverage,
    )


def _answer(
    items: list[dict[str, Any]], due: list[dict[str, Any]], start: datetime, since: str, like: str
) -> str:
    if due:
        top = due[0]
        when = datetime.fromisoformat(top["next"])
        grows = f"; {_trend(top['number'])}" if top["number"] else ""
        first = next((item for item in due if item["near"]), None)
        where = ""
        if top["near"]:
            where = f" That is where {like} was."
        elif first:
            at = say.at(datetime.fromisoformat(first["next"]))
            where = f" Where {like} was, {first['step']} comes first: {say.quote(first['what'])} at {at}."
        return f"{top['step']} says {say.quote(top['what'])}: due at {say.at(when)}, {say.span(when - start)} after {since}{grows}.{where}"
    held = next((item for item in items if item["paused"] and item["next"]), None)
    if held:
        return f"Nothing is due: {held['step']} {say.quote(held['what'])} is held by {say.quote(held['paused'])}."
    top = items[0]
    grows = f"; {_trend(top['number'])}" if top["number"] else ""
    seen = f"{say.count(len(items), 'mention', 'kinds of mention')}, such as {top['step']} {say.quote(top['what'])}"
    return f"No time is announced for what takes away or spreads: {seen}{grows}."


def _lists(events: Events) -> str:
    """The sources that say what runs when, in words."""
    lists = events.table.filter(events.table.time.isnull() & events.table.kind.isin(("note", "record")))
    found = events.engine.fetch(lists.select("source").distinct().order_by("source").limit(50))["source"]
    return (
        f"{say.listed(map(str, found))} for jobs"
        if len(found)
        else "no crontab, timer or list of jobs is loaded"
    )


def _trend(number: dict[str, Any] | None) -> str:
    if not number:
        return ""
    way = (
        "grew"
        if number["last"] > number["first"]
        else "fell"
        if number["last"] < number["first"]
        else "stayed"
    )
    if way == "stayed":
        return f"{number['name']} stayed at {number['last']:,g}"
    lately = (
        f" ({abs(number['per_hour']):,.2g} an hour in the last {say.span(timedelta(hours=number['hours']))})"
    )
    hourly = lately if number["per_hour"] else " (not lately)"
    return f"{number['name']} {way} from {number['first']:,g} to {number['last']:,g}{hourly}"


def _jobs(events: Events, table: Any, start: datetime) -> list[dict[str, Any]]:
    """One item for each kind of message that speaks of a job, with its last hundred mentions."""
    import ibis

    items = []
    machine = table.filter(
        table.kind.isin(("log", "audit", "alert", "span")) & (table.time <= literal(start))
    )
    # Words are the same in every message of a kind, so one of each is searched, not all of them.
    kinds = events.engine.cache(machine.group_by(["step", "name"]).aggregate(example=machine.body.min()))
    for sort, pattern in WORSE.items():
        speaking = (
            kinds.filter(kinds.example.re_search(pattern)).order_by(["step", "name"]).limit(KINDS_AT_MOST)
        )
        names = sorted(set(events.engine.fetch(speaking)["name"]))
        if not names:
            continue
        found = machine.filter(machine.name.isin(names))
        order = [found.time.desc(), found.evidence, found.unit, found.body]
        group = ibis.window(group_by=[found.step, found.name])
        ranked = found.mutate(
            back=ibis.row_number().over(ibis.window(group_by=[found.step, found.name], order_by=order)),
            n=found.count().over(group),
        )
        near = ranked.filter(ranked.back < EACH)
        near = near.order_by([near.time.desc(), near.evidence, near.unit, near.body]).limit(
            KINDS_AT_MOST * EACH
        )
        rows = events.fetch(
            near.select(
                "time", "step", "source", "name", "body", "n", "attributes", "evidence", "unit", "units"
            )
        )
        for (step, _), part in rows.groupby(["step", "name"], sort=True):
            part = part.sort_values(["time", "origin"])
            item = _item(sort, str(step), part, start)
            if item["next"] or len(part) < MANY or part.time.max() - part.time.min() >= len(part) * OFTEN:
                items.append(item)
    stops = [item for item in items if PAUSED.search(item["what"])]
    going = [item for item in items if item not in stops]
    for item in going:
        later = [
            s
            for s in stops
            if s["sort"] == item["sort"] and s["step"] == item["step"] and s["last_seen"] > item["last_seen"]
        ]
        if later:
            item["paused"] = max(later, key=lambda s: s["last_seen"])["what"]
    # A job that only says it is done with nothing ahead is no threat; keep what is announced, or recent.
    ahead = [item for item in going if item["next"] or (item["number"] and item["number"]["per_hour"])]
    return ahead or going[:KINDS_AT_MOST]


def _announced(
    events: Events, table: Any, start: datetime, known: set[tuple[str, str]]
) -> list[dict[str, Any]]:
    """Kinds of message that say again and again when something happens next, and what it will take, in any words.

    Believed where each names a time to come, as seen from its own, no two the same, and a number beside it; a person's
    word needs no number, and what a calendar or a log calls final (`FINAL`) is believed at once.
    """
    import ibis

    said = table.filter(
        table.kind.isin(("log", "audit", "alert", "span", "message", "mail")) & (table.time <= literal(start))
    )
    # Words are the same in every message of a kind, so one of each is searched, not all of them.
    kinds = said.group_by(["step", "name"]).aggregate(example=said.body.min())
    speaking = kinds.filter(kinds.example.re_search(AT.pattern)).select("name").distinct()
    names = [str(name) for name in events.engine.fetch(speaking.order_by("name").limit(NAMES))["name"]]
    said = said.filter(said.name.isin(names) if len(names) < NAMES else said.body.re_search(AT.pattern))
    order = [said.time.desc(), said.evidence, said.unit, said.body]
    window = ibis.window(group_by=[said.step, said.name], order_by=order)
    ranked = said.mutate(
        back=ibis.row_number().over(window), n=said.count().over(ibis.window(group_by=[said.step, said.name]))
    )
    final = ~ranked.kind.isin(traces.PEOPLE_KINDS) & ranked.body.re_search(FINAL)
    near = ranked.filter((ranked.back < 6) & ((ranked.n >= REPEATED) | final)).order_by(
        [ranked.time.desc(), ranked.evidence, ranked.unit, ranked.body]
    )
    rows = events.fetch(
        near.select(
            "time", "step", "source", "kind", "name", "body", "n", "attributes", "evidence", "unit", "units"
        ).limit(KINDS_AT_MOST * EACH)
    )
    out = []
    for (step, _), part in rows.groupby(["step", "name"], sort=True):
        part = part.sort_values(["time", "origin"])
        times = [
            _next(traces._text(row.body), row.time.to_pydatetime()) for row in part.itertuples(index=False)
        ]
        what = AT.sub(" ", traces._text(part.iloc[-1]["body"]))
        counted = NUMBER.search(what) or re.search(r"=\d+\b", what)
        counted = counted or part["kind"].isin(traces.PEOPLE_KINDS).all() or re.search(FINAL, what)
        last = times[-1]
        if last is None or None in times or not counted or last <= start:
            continue
        # The same time again and again is that of one coming: believed where it will take ever other numbers.
        if len(set(times)) < len(times) and not (_number(part) or {"per_hour": 0})["per_hour"]:
            continue
        item = _item("announced", str(step), part, start) | {"next": last.isoformat()}
        if (item["step"], item["what"]) not in known:
            out.append(item)
    return out


def _planned(events: Events, start: datetime) -> list[dict[str, Any]]:
    """Jobs of a crontab, entries of a calendar and sentences of people whose time lies ahead, and which take or close."""
    found, rows = planned(events, start)
    return [
        _item(one.sort, str(rows.iloc[one.row]["step"]), rows.iloc[[one.row]], start)
        | {"what": one.what.split("\n", 1)[0][:300], "next": one.next.isoformat(), "maybe": one.maybe}
        for one in found
    ]


def _next(text: str, time: datetime) -> datetime | None:
    """The next time of day that a message names, as seen from its own time, in UTC."""
    match = AT.search(text)
    if match is None:
        return None
    hour, minute = map(int, match[1].split(":"))
    if match[2]:
        hour = hour % 12 + 12 * (match[2].lower() == "p")
    if hour > 23 or minute > 59:
        return None
    due = time.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return due if due > time else due + timedelta(days=1)


def _item(sort: str, step: str, part: Any, start: datetime) -> dict[str, Any]:
    last = part.iloc[-1]
    times = _times(last, start)
    return {
        "sort": sort,
        "step": step,
        "what": traces._text(last["body"]).split("\n", 1)[0][:300],
        "next": min(times).isoformat() if times else None,
        "number": _number(part) if len(part) > 1 else None,
        "count": int(last["n"]),
        "last_seen": say.iso(last["time"]),
        "paused": None,
        "maybe": "",
        "rows": part.drop(columns=["n"]),
    }


def _times(row: Any, start: datetime) -> list[datetime]:
    """The coming times that a message or its attributes name."""
    from investigator.errors import MomentError
    from investigator.natural_times import parse

    said = " ".join([traces._text(row["body"]), *map(str, dict(row["attributes"] or {}).values())])
    out = []
    for text in STAMP.findall(said):
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            continue
        out.append(time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC))
    said = STAMP.sub(" ", said)
    for pattern, days in ((DATED, 0), (CLOCK, 1)):
        for text in pattern.findall(said):
            try:
                time = parse(text, reference=start).low
            except MomentError:
                continue
            out.append(time if time > start else time + timedelta(days=days))
        said = pattern.sub(" ", said)
    return [time for time in out if time > start]


def _number(part: Any) -> dict[str, Any] | None:
    """The number in these messages that moved most, first against last, and its pace over the last few."""
    series: dict[int, list[tuple[datetime, float]]] = {}
    names: dict[int, str] = {}
    for row in part.itertuples(index=False):
        body = STAMP.sub(" ", traces._text(row.body).split("\n", 1)[0])
        for place, match in enumerate(NUMBER.finditer(body)):
            time = say.aware(row.time)
            assert time is not None
            series.setdefault(place, []).append((time, float(match.group(0))))
            words = (
                re.findall(r"[A-Za-z_]+", body[match.end() :])[:2]
                or re.findall(r"[A-Za-z_]+", body[: match.start()])[-1:]
            )
            names[place] = " ".join(words) or "number"
    best: dict[str, Any] | None = None
    for place, points in series.items():
        if len(points) < 2:
            continue
        first, last = points[0][1], points[-1][1]
        near = points[-6:]
        hours = (near[-1][0] - near[0][0]).total_seconds() / 3600
        pace = round((near[-1][1] - near[0][1]) / hours, 3) if hours > 0 else 0.0
        found = {
            "name": names[place],
            "first": first,
            "last": last,
            "per_hour": pace,
            "hours": round(hours, 3),
        }
        if best is None or abs(last - first) > abs(best["last"] - best["first"]):
            best = found
    return best


def _rollouts(events: Events, table: Any, start: datetime) -> list[dict[str, Any]]:
    """Flags that were last set to a share between nothing and all: a rollout in progress."""
    flags = table.filter((table.kind == "flag") & (table.time <= literal(start)))
    flags = flags.order_by([flags.time, flags.evidence, flags.unit, flags.body]).limit(5_000)
    rows = events.fetch(
        flags.select("time", "step", "source", "name", "body", "attributes", "evidence", "unit", "units")
    )
    latest: dict[str, Any] = {}
    for position, row in enumerate(rows.itertuples(index=False)):
        more = {str(k): str(v) for k, v in dict(row.attributes or {}).items()}
        latest[more.get("flag") or str(row.name)] = (position, row, more)
    out = []
    for flag, (position, row, more) in sorted(latest.items()):
        share = re.search(r"(\d+(?:\.\d+)?) ?%", more.get("to") or traces._text(row.body).rsplit("->", 1)[-1])
        if not share or not 0 < float(share[1]) < 100:
            continue
        known = more.get("flag") is not None
        out.append(
            {
                "sort": "rollout",
                "step": str(row.step),
                "what": f"{flag} at {share[0]}" if known else traces._text(row.body),
                "next": None,
                "number": None,
                "count": 1,
                "last_seen": say.iso(row.time),
                "paused": None,
                "maybe": "",
                "rows": rows.iloc[[position]],
            }
        )
    return out
