"""What is planned to take away, close or hand over: jobs of a crontab or a list, entries of a calendar, and what people
say of a time to come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import natural_times
from investigator.errors import KitError
from investigator.events.instants import aware
from investigator.facts import schedules, traces
from investigator.facts.places import place_of

if TYPE_CHECKING:
    from investigator.events.events import Events

#: What takes something away for good, or hands it on so that it can't be called back, in the words of seven languages.
TAKES = (
    r"(?i)\b(?:is|are|will be|gets?|get|been) (?:locked|closed|voided|cancell?ed|discarded|committed|transmitted|released|deleted|"
    r"dropped|frozen|archived|destroyed|purged|removed|sealed|returned|forfeited|withdrawn|erased|overwritten|scrapped|shredded|"
    r"posted|handed (?:over|on|in)|auctioned|sold|disposed)\b"
    r"|\b(?:locks|voids|cancels|commits|transmits|discards?|laps(?:es?|ing)|forfeits?|releases|purg(?:es?|ing)|deletes?|deleting|drops|freezes"
    r"|shreds?|wipes?|erases?|forgets?|destroys?|scraps|prunes?|trims?|truncates?|expir(?:es?|ing|y)|reap(?:s|er|ing)?|sweep(?:s|er)?|retention"
    r"|orphans?|vacuum|overwrites?|hand-?over|hands? .{1,40} (?:over|on|to)|dispos(?:es?|al)|incinerat\w+|pulp(?:s|ed))\b"
    r"|\b(?:cut-?off|for good|irrevocabl[ey]|final(?:ly)?|no way back|only the last|nobody (?:owns|claims|claimed)|unclaimed)\b"
    r"|\b(?:cannot|can't|can not|never) be (?:called back|undone|reversed|recalled|restored|recovered|reopened|brought back)\b"
    r"|--?(?:keep|older|purge|delete|discard|drop|forget|expire|remove|prune|void|lock|commit|cancel)\b"
    # German, French, Spanish, Italian, Dutch, Portuguese
    r"|(?:^|[^a-z])(?:gelöscht|löscht|löschen|loeschen|verw(?:e|i)rf(?:t|en)|verworfen|verfällt|verfallen|gesperrt|storniert|stornieren|entsorg\w+|"
    r"vernicht\w+|endgültig|unwiderruflich|übermittelt|bereinig\w+|aussonder\w+|supprim\w+|efface\w*|clôtur\w+|annul[eéai]\w*|périm\w+|détrui\w+|"
    r"borra\w*|elimin[aoe]\w*|caduca\w*|vence[nr]?|descart\w+|cancella\w*|scad(?:e|ono|uti)|distrugg\w+|scart\w+|"
    r"verwijder\w*|vervalt|vervallen|vernietig\w*|opgeschoond|apaga\w*|exclui\w*|descarta\w*)(?:$|[^a-z])"
)
#: Of a machine's or a calendar's word this is enough, too.
FINAL = TAKES + r"|\bcloses\b"
#: What ends: of a person's word it may be the day's course, and is said as one that may take.
CLOSES = (
    r"(?i)\b(?:clos(?:e|es|ing)|shuts?|locked|sealed|submitted|transmitted|posted|goes out|go out|sent out|printed|picked up|deadline|"
    r"cut off|freeze|swapped|switched off|turned off)\b"
    r"|(?:^|[^a-z])(?:macht .{0,80}\bzu|schlie(?:ß|ss)t|geschlossen|dicht|fristende|versendet|verschickt|abgeholt|abgeschaltet|ferme|fermé\w*|"
    r"cierra\w*|se cierra|chiude|chiuso|sluit|gesloten|fecha|encerra\w*)(?:$|[^a-z])"
)
#: What is tidied so is no thing that anybody asks about.
IDLE = re.compile(r"(?i)\b(?:cache\w*|tmp|temp|logs?|logrotate|swap|inodes?|disk|heartbeat)\b")
MOST = 200
#: What a row of a list of jobs holds: fields of a crontab, or a clock.
TIMED = r"(?:[\d*/,-]+\s+){4}|@(?:daily|hourly|weekly|monthly|midnight)|\d{1,2}[:.h]\d{2}"
_LAST_WORD = re.compile(r"([^\s/\\]+?)(?:\.(?:sh|py|pl|rb|exe|jar|php))?$")


@dataclass(frozen=True)
class Planned:
    """One thing to come: its row, when, in whose words, and whether it may be none."""

    row: int
    next: datetime
    what: str
    sort: str
    maybe: str = ""  # why it may take nothing


def planned(events: Events, start: datetime) -> tuple[list[Planned], Any]:
    """What is planned after a moment, the soonest first, and the rows that say so."""
    rows = _rows(events, start)
    zones = {source.name: source.zone for source in events.sources}
    workers = None
    out: list[Planned] = []
    for place, row in enumerate(rows.itertuples(index=False)):
        text, more = traces._text(row.body), {str(k): str(v) for k, v in dict(row.attributes or {}).items()}
        time = aware(row.time) if row.time == row.time else None
        schedule, named = _schedule(more) if row.kind == "record" else (more.get("schedule", ""), "")
        zone = (
            named
            or schedules.fields_of(more.get("schedule", ""))[1]
            or more.get("zone")
            or zones.get(str(row.source))
            or "UTC"
        )
        if schedule:
            said = " ".join(more.get(key, "") for key in ("command", "comment", "summary", "description"))
            said = text + " ".join(more.values()) if row.kind == "record" else said
            takes = re.search(TAKES, said) and not IDLE.search(said)
            if not takes and workers is None:
                workers = _workers(events)
            if not takes and not _works(more.get("command", ""), workers or set()):
                continue
            when = _following(schedule, start, zone, time)
            if when:
                out.append(Planned(place, when, text, "scheduled"))
        elif row.kind == "note" and time and time > start:
            if re.search(FINAL, text):
                out.append(Planned(place, time, text, "announced"))
        elif time and time <= start:
            out += [
                Planned(
                    place,
                    when,
                    said,
                    "announced",
                    "" if re.search(TAKES, said) else "it only says that something closes",
                )
                for when, said in _said(text, time, zone)
                if when > start and not IDLE.search(said)
            ]
    return sorted(out, key=lambda one: (one.next, one.what)), rows


def _schedule(cells: dict[str, str]) -> tuple[str, str]:
    """The schedule in the cells of a row of a list of jobs, with its zone; empty where none is one."""
    told = [found for cell in cells.values() if (found := schedules.fields_of(cell))[0]]
    zone = next(
        (cell for key, cell in cells.items() if re.search(r"(?i)(?:^|\W|_)(?:time-?_?zone|tz)$", key)), ""
    )
    return (told[0][0], told[0][1] or zone) if told else ("", "")


def _rows(events: Events, start: datetime) -> Any:
    """Rows of plans and calendars, and what people said with a word for taking in it."""
    table = events.table
    people = table.kind.isin(traces.PEOPLE_KINDS)
    speaking = table.body.re_search(TAKES) | table.body.re_search(CLOSES)
    wanted = people & (speaking | table.attributes.get("schedule").notnull()).fill_null(False)
    # A list of jobs has few rows, and none has a time of its own.
    sizes = table.filter(table.kind == "record").group_by("source").aggregate(n=lambda t: t.count())
    lists = events.engine.fetch(sizes.filter(sizes.n <= MOST).order_by("source").limit(MOST))["source"]
    if len(lists):
        jobs = (table.kind == "record") & table["source"].isin(sorted(lists)) & table.time.isnull()
        wanted = wanted | (jobs & table.body.re_search(TIMED).fill_null(False))
        wanted = wanted | (jobs & table.attributes.get("spec.schedule").notnull())
    wanted = table.filter(wanted)
    wanted = wanted.mutate(step=place_of(wanted), n=1)
    wanted = wanted.order_by([wanted.time.desc(), wanted.evidence, wanted.unit, wanted.body]).limit(MOST)
    return events.fetch(
        wanted.select(
            "time", "step", "source", "kind", "name", "body", "n", "attributes", "evidence", "unit", "units"
        )
    )


def _following(schedule: str, start: datetime, zone: str, first: datetime | None) -> datetime | None:
    try:
        return schedules.following(schedule, start, zone, first=first)
    except KitError:  # no zone of that name
        return schedules.following(schedule, start, "UTC", first=first)


#: What is to be handed in by a time is the deadline; it takes nothing away.
_DUE = re.compile(r"(?i)\b(?:dead-?lines?|\w*frist|fecha límite|plazo|date limite|scadenza)\b")


def _said(text: str, time: datetime, zone: str) -> list[tuple[datetime, str]]:
    """Times to come of a text, each with its sentence, where that has a word for taking or closing."""
    try:
        found = natural_times.ahead(text, zone_name=zone, reference=time)
    except KitError:
        return []
    return [
        (when, said)
        for when, said in found
        if (re.search(TAKES, said) or re.search(CLOSES, said)) and not _DUE.search(said)
    ]


def _workers(events: Events) -> set[str]:
    """Places whose own lines say that they take things away, in small letters, by their last name."""
    table = events.table.filter(events.table.kind.isin(traces.STEP_KINDS))
    taking = table.body.re_search(
        r"(?i)\b(?:removed|deleted|purged|discarded|dropped|voided|cancell?ed|expired|erased|gelöscht|verworfen|supprimé|eliminado)\b"
    )
    rows = events.fetch(
        table.filter(taking.fill_null(False)).select("service", "source").distinct().limit(MOST)
    )
    names = {
        str(name)
        for row in rows.itertuples(index=False)
        for name in (row.service, row.source)
        if isinstance(name, str)
    }
    return {re.split(r"[/!]", name)[-1].partition(".")[0].lower() for name in names}


def _works(command: str, workers: set[str]) -> bool:
    """Whether a command is one of them: /opt/x/bin/reaper is reaper."""
    words = [match[1].lower() for word in command.split() if (match := _LAST_WORD.search(word))]
    return any(word in workers for word in words)
