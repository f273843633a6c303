"""What is planned to take away, close or hand over: jobs of a crontab or a list, entries of a calendar, and what people
say of a time to come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import natural_times
from investigator.errors import KitError
from investigator.events.instants import aware, literal
from investigator.facts import schedules, traces
from investigator.facts.coverage import unzoned
from investigator.facts.places import place_of

if TYPE_CHECKING:
    from investigator.events.events import Events

#: What takes something away for good, or hands it on so that it can't be called back, in the words of twelve languages.
TAKES = (
    r"(?i)\b(?:is|are|will be|gets?|get|been) (?:locked|closed|voided|cancell?ed|discarded|committed|transmitted|released|deleted|"
    r"dropped|frozen|archived|destroyed|purged|removed|sealed|returned|forfeited|withdrawn|erased|overwritten|scrapped|shredded|"
    r"posted|handed (?:over|on|in|to)|auctioned|sold|disposed)\b"
    r"|\bhanded (?:over )?to\b|\bno (?:\w+ ){1,3}can be \w+|\bcan no longer be\b|\bnothing can be \w+ any ?more\b"
    r"|\b(?:locks|voids|cancels|commits|transmits|discards?|laps(?:es?|ing)|forfeits?|releases|purg(?:es?|ing)|deletes?|deleting|drops|freezes"
    r"|shreds?|wipes?|erases?|forgets?|destroys?|scraps|prunes?|trims?|truncates?|expir(?:es?|ing|y)|reap(?:s|er|ing)?|sweep(?:s|er)?|retention"
    r"|orphans?|vacuum|overwrites?|hand-?over|hands? .{1,40} (?:over|on|to)|dispos(?:es?|al)|incinerat\w+|pulp(?:s|ed))\b"
    r"|\b(?:cut-?off|for good|irrevocabl[ey]|final(?:ly)?|no way back|only the last|nobody (?:owns|claims|claimed)|unclaimed)\b"
    r"|\b(?:cannot|can't|can not|never) be (?:called back|undone|reversed|recalled|restored|recovered|reopened|brought back)\b"
    r"|--?(?:keep|older|purge|delete|discard|drop|forget|expire|remove|prune|void|lock|commit|cancel)\b"
    r"|\bauto-? ?(?:cancel|delet|purg|clos|expir|void|lock|submit)\w*|\b(?:empties|emptied|trash|recycle bin|clean-?up|wip(?:es?|ing))\b"
    # What becomes of what is not there by then: "what is not live by then is replaced", "later ones next week".
    r"|\b(?:what(?:ever)?|who(?:ever)?|anything|everything|those|all)\b(?: that| who)? (?:(?:is|are|has|have|does|do)(?: not|n['’]t)|(?:is|are) still (?:open|missing|un\w+))\b"
    r"|\blater (?:\w+ ){1,3}(?:next|tomorrow|wait)\b|\b(?:the rest|others|remaining \w+) (?:must |has to |have to )?waits?\b"
    r"|\blast \w+ (?:leaves|departs|goes|runs|sails|flies)\b"
    r"|(?:^|[^a-z])(?:was (?:bis dahin|dann|noch) (?:noch )?nicht|ce qui n['’](?:est|a) pas|lo que no (?:est[eéaá]|ha)|ciò che non|quello che non|wat (?:dan|er|nog) (?:nog )?niet|o que não)(?:$|[^a-z])"
    # German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish, Danish
    r"|(?:^|[^a-z])(?:verw(?:e|i)rf(?:t|en)|verworfen|endgültig|unwiderruflich|übermittelt|papierkorb|aufbewahrung\w*|supprim\w+|efface\w*|"
    r"d[ée]fi?nitiv(?:ement|amente)|definitief|downgrad\w+|d[ée]class\w+|clôtur\w+|scell\w+|ne (?:peut|pourra|peuvent|pourront) plus|annul[eéai]\w*|périm\w+|détrui\w+|rétention|corbeille|vidage|"
    r"borra\w*|elimin[aoe]\w*|caduca\w*|vence[nr]?|descart\w+|retenci[oó]n|papelera|vaciad[oa]|anul[ae]\w*|cancella\w*|scad(?:e|ono|uti)|distrugg\w+|"
    r"scart\w+|cestino|svuota\w*|verwijder\w*|vervalt|vervallen|opgeschoond|prullenbak|apaga\w*|exclui\w*|retenção|lixeira|esvazia\w*|"
    r"usu(?:wa|nię)\w*|kasuj\w*|skasowan\w*|anul(?:uj|owan)\w*|zablokowan\w*|blokad\w*|przepad\w*|wygas\w*|czyszczeni\w*|"
    r"rader(?:as|ar|ing)|gallr\w+|makuler\w+|spärr\w*|slett(?:es|er)|udløber|spærr\w*)(?:$|[^a-z])"
    # As parts of longer words: Löschlauf, Sperrfrist.
    r"|lösch|loesch|verfrist|nicht mehr (?:ge|ver|zurück)|sperr(?:t|en|ung|lauf|frist)|storn[io]|verf[aä]ll|vernicht|bereinig|aussonder|entsorg|vernietig|削除|破棄|消去|失効|取消|抹消"
)
#: Of a machine's or a calendar's word this is enough, too.
FINAL = TAKES + r"|\bcloses\b"
#: A command is called by what it does: drop-unpaid, lock_accounts.
DOES = re.compile(
    r"(?i)(?:^|[\s/])(?:purge|drop|delete|remove|discard|expire|prune|lock|void|cancel|wipe|erase|shred|destroy|archive|retire|close|"
    r"submit|transmit|release|settle|forfeit|lapse|evict)(?=[-_. ][a-z])"
)
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
#: A job of which nothing says what it takes is named where it runs as seldom as this.
SELDOM = timedelta(hours=1)
#: Kinds whose time is when somebody spoke.
SAYING = ("message", "mail")
#: Why what is announced may take nothing.
ONLY_CLOSES = "it only says that something closes"
#: The sort of such a job.
RUNS = "runs"
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
    """What is planned after a moment, the soonest first, and the rows that say so; also what only runs then (`RUNS`)."""
    rows = _rows(events, start)
    zones = {source.name: source.zone for source in events.sources}
    workers = None
    common = _common(rows)
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
            idle = IDLE.search(_apart(said))
            takes = not idle and bool(
                re.search(TAKES, _apart(said))
                or re.search(TAKES, said)
                or DOES.search(more.get("command", ""))
            )
            if not takes and workers is None:
                workers = _workers(events)
            takes = takes or _works(more.get("command", ""), (workers or set()) - common)
            when = _following(schedule, start, zone, time)
            if when is None or (idle and not takes):
                continue
            later = _following(schedule, when, zone, time)
            if takes or later is None or later - when >= SELDOM:
                out.append(Planned(place, when, text, "scheduled" if takes else RUNS))
        elif time and time > start:
            # What people said lies ahead by a clock that is not theirs alone.
            if row.kind in SAYING or _DUE.search(text):
                continue
            if (final := re.search(FINAL, text)) or re.search(CLOSES, text):
                out.append(Planned(place, time, text, "announced", "" if final else ONLY_CLOSES))
        elif time and time <= start:
            out += [
                Planned(place, when, said, "announced", "" if re.search(TAKES, said) else ONLY_CLOSES)
                for when, said in _said(text, time, zone)
                if when > start and not IDLE.search(said)
            ]
    return sorted(out, key=lambda one: (one.next, one.what)), rows


def _schedule(cells: dict[str, str]) -> tuple[str, str]:
    """The schedule in the cells of a row of a list of jobs, with its zone; empty where none is one."""
    # `clock` is when somebody spoke, of a day that is not known.
    told = [
        found for key, cell in cells.items() if key != "clock" and (found := schedules.fields_of(cell))[0]
    ]
    zone = next(
        (cell for key, cell in cells.items() if re.search(r"(?i)(?:^|\W|_)(?:time-?_?zone|tz)$", key)), ""
    )
    return (told[0][0], told[0][1] or zone) if told else ("", "")


def ahead(events: Events) -> list[str]:
    """Small sources of which every time, by a clock that is known, lies behind all that the others tell: a plan, whatever it
    looks like."""
    bare = unzoned(events)
    timed = [one for one in events.sources if one.kind != "note"]
    small = {
        one.name
        for one in timed
        if one.kind in ("log", "message") and one.rows <= MOST and one.name not in bare
    }
    end = max((one.last for one in timed if one.last and one.name not in small), default=None)
    return sorted(one.name for one in timed if one.name in small and end and one.first and one.first > end)


def _rows(events: Events, start: datetime) -> Any:
    """Rows of plans and calendars, and what people said with a word for taking in it."""
    table = events.table
    people = table.kind.isin(traces.PEOPLE_KINDS)
    speaking = table.body.re_search(TAKES) | table.body.re_search(CLOSES)
    wanted = people & (speaking | table.attributes.get("schedule").notnull()).fill_null(False)
    # A list of jobs, or a calendar, has few rows; a job has no time of its own, an entry one that lies ahead.
    sizes = table.group_by("source").aggregate(n=lambda t: t.count())
    lists = events.engine.fetch(sizes.filter(sizes.n <= MOST).order_by("source").limit(MOST))["source"]
    if len(lists):
        few = table["source"].isin(sorted(lists))
        wanted = wanted | (
            few & (table.time > literal(start)) & (speaking | table.body.re_search(FINAL))
        ).fill_null(False)
        jobs = (table.kind == "record") & few & table.time.isnull()
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
_DUE = re.compile(
    r"(?i)\b(?:dead-?lines?|\w*frist|fecha límite|plazo|date limite|scadenza)\b"
    r"|\b(?:must|(?:have|has|had|need|needs|ought|are|is|am) to)\b (?:\w+ ){0,2}(?:hand|submit|file|send|give|deliver|certify|show|present|report)\b"
)


def _said(text: str, time: datetime, zone: str) -> list[tuple[datetime, str]]:
    """Times to come of a text, each with its sentence, where that has a word for taking or closing."""
    try:
        found = natural_times.ahead(text, zone_name=zone, reference=time)
    except KitError:
        return []
    return [
        (when, said)
        for when, said in found
        if (re.search(TAKES, said) or re.search(CLOSES, said)) and not _DUE.search(_whole(said, text))
    ]


def _whole(said: str, text: str) -> str:
    """What is said in a line, with the end of the line above it where a sentence goes on from there."""
    before, found, _ = text.partition(said)
    goes_on = found and before.endswith("\n") and not re.search(r"[.!?:;]\s*$|\n\s*\n$", before)
    return f"{before.rstrip().rpartition(chr(10))[2]} {said}" if goes_on else said


def _apart(said: str) -> str:
    """The words of a command's name, one by one: purge_old, purgeOld."""
    return re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])|_", " ", said)


def _common(rows: Any) -> set[str]:
    """Words that stand before each of several jobs, such as the user who runs them: they tell none from another."""
    commands = [str(dict(more or {}).get("command", "")) for more in rows["attributes"]]
    words = [set(_words(command)) for command in commands if command]
    return set.intersection(*words) if len(words) > 1 else set()


def _words(command: str) -> list[str]:
    return [match[1].lower() for word in command.split() if (match := _LAST_WORD.search(word))]


def _workers(events: Events) -> set[str]:
    """Places whose own lines say that they take things away, in small letters, by their last name."""
    table = events.table.filter(events.table.kind.isin(traces.STEP_KINDS))
    taking = table.body.re_search(
        r"(?i)\b(?:removed|deleted|purged|discarded|dropped|voided|cancell?ed|expired|erased)\b"
        r"|(?:^|[^a-z])(?:gelöscht|löscht|geloescht|verworfen|storniert|gesperrt|supprime|supprimée?s?|annulée?s?|borra|borrad[oa]s?|"
        r"elimina|eliminad[oa]s?|eliminat[oaie]|cancellat[oaie]|verwijderd?|verwijdert|apaga|apagad[oa]s?|excluíd[oa]s?|usuwa|usunięt\w+|"
        r"skasowan\w+|anulowan\w+|raderad|raderar|slettet|sletter)(?:$|[^a-z])|削除|破棄"
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
    return any(word in workers for word in _words(command))
