"""Which events tell a change: by their kind, by what they say and how seldom, and as a row of a list about places."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.entities import kind_of
from investigator.facts import traces
from investigator.facts.places import services_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

KINDS = ("deploy", "flag")
AT_MOST = 500
#: Kinds of event that may tell a change; a list of changes has so many rows at most.
_TELLING = ("log", "audit", "alert", "record", "message", "note")
_PEOPLE = ("message", "note")
#: Kinds of id that are of a call, and of no thing: a commit may look like one.
_PASSING = ("trace", "span", "request", "session", "customer")
LIST_AT_MOST = 5_000
#: What is said more often a day is the course of things: with a version or in set words, by any verb, as a row of a list.
ROUTINE, SELDOM, LISTED = 60, 4, 60
SEVERAL = 3
#: Of a source's rows so many name things: it is about these, and no list of changes.
ABOUT_THINGS = 0.3

#: A version, a tag or a commit, as it stands in a message: three numbers, or a word for it before.
VERSION = (
    r"(?i)(?:^|[\s=:@/'\"(,])(v?\d+\.\d+\.\d+(?:[-+.][0-9a-z]+)*|v\d+(?:\.\d+)+)(?:$|[\s,;:)'\"]|\.(?:\s|$))"
    r"|\b(?:version|release|rel|build|tag|image|revision|rev|ref|commit|sha)(?:[ =:#\"']|\sto\s)+\"?([\w./:-]*\d[\w.-]*)"
)
#: What says that something was put into use, turned on or off, or set anew, in seven languages.
DONE = (
    r"(?i)(?:\b(?:(?:re-?)?deploy(?:ed|ment|s|ing)?|released?|roll(?:ed)?[ -]?(?:out|back)|promoted?|shipped|published|(?:re-?|un)?install(?:ed|ation)?"
    r"|(?:up|down)graded?|updated?|(?:is|are|went|goes|now) live|live now|re-?load(?:ed)?|re-?start(?:ed)?|relaunched"
    r"|switched|flipped|toggled|turned (?:on|off)|enabled?|disabled?|(?:de)?activated?|merged|migrat(?:ed|ing|ion)|reverted|patched|hotfix(?:ed)?|applied|cut over"
    r"|now (?:on|at|running)|(?:now|jetzt|ahora|maintenant|ora|nu|agora):? v?\d+\.[\d.]*\d|(?:is|are) (?:now )?on the|(?:re-?)?set to|(?:is|went|goes|are) (?:up|out|on|in)|to v?\d[\w.]* now|up|live|active|loaded|start(?:ed|ing|s)?|booted"
    r"|listening on|in production|chang(?:ed?|ing)|replaced?|rotat(?:ed?|ion)|renewed|reissued|re-?read|read from|imported|refresh(?:ed)?|sync(?:ed|hroni[sz]ed)?"
    r"|scaled|resized|edited|modified|(?:re-?)?configured|adjusted|revoked?|grant(?:ed)?|succeeded|implemented|promotion|adopted|introduced|retired|provisioned|sighup"
    r"|failover|fail-over|(?:alter|create|drop|truncate) (?:\w+ )?(?:table|index|view|role|type|schema|database|policy|trigger))\b"
    r"|->|→|=>"
    r"|(?:^|[^a-z])(?:ausgerollt|eingespielt|geladen|aktiviert|aktiv|aktualisiert|installiert|umgestellt|umgeschaltet|umgezogen|gestartet|online|gehoben|geändert|getauscht"
    r"|erneuert|eingeschaltet|ausgeschaltet|freigegeben|spiele? .{0,30}ein"
    r"|desplegad[oa]|actualizad[oa]|activad[oa]|instalad[oa]|cambiad[oa]|renovad[oa]|en producción|déployée?|installée?|activée?|modifiée?|renouvelée?|basculée?"
    r"|mise? à jour|mise? en (?:service|production|ligne)|rilasciat[oa]|aggiornat[oa]|attivat[oa]|modificat[oa]|rinnovat[oa]"
    r"|uitgerold|bijgewerkt|geactiveerd|gewijzigd|vernieuwd|omgezet|implantad[oa]|atualizad[oa]|ativad[oa]|alterad[oa]|renovad[oa])(?:$|[^a-z]))"
)
#: What is done to things as well as to the parts of a platform: beside such a part alone.
_PART = (
    r"(?:bindings?|consumers?|subscriptions?|routes?|queues?|topics?|listeners?|rules?|polic(?:y|ies)|mappings?|partitions?|roles?|permissions?|credentials?|endpoints?"
    r"|backends?|upstreams?|limits?|quotas?|thresholds?|timeouts?|columns?|cron-?jobs?|jobs?|replicas?|servers?|nodes?|volumes?|disks?|index(?:es)?|certificates?|secrets?|keys?"
    r"|files?|lists?|tables?|plans?|programs?|versions?|settings?|flags?|templates?|\S+\.(?:conf|cfg|ya?ml|toml|ini|json|xml|properties))"
)
_HANDLED = (
    r"(?:removed|added|renamed|dropped|bound|unbound|moved|deleted|created?|successfulcreate|declared|lowered|raised|increased|decreased|extended|registered|mounted|taken (?:out|over|off)"
    r"|put in(?:to)?|swapped|cleared|reset|read)"
)
HANDLED = rf"(?i)\b{_PART}\b\W{{0,3}}(?:\S+ ){{0,3}}{_HANDLED}\b|\b{_HANDLED} (?:\S+ ){{0,2}}\W?{_PART}\b"
#: A version of two numbers counts where what was done with it stands beside it: `11.2 is on`, `4.18 ist draußen`.
SHORT = (
    r"(?i)(?:^|[\s=:v])\d+\.\d+ (?:(?:is|ist|está|est|è) (?:on|up|out|in|live|active|draußen|online|aktiv|en producción|en ligne)|up|live|active|"
    r"deployed|released|geladen|eingespielt|ausgerollt|start(?:ed|ing)?)(?:\b|$)"
    r"|\b(?:deployed|released|rolled out|upgraded to|updated to|starting|started)(?: \S+){0,2} v?\d+\.\d+(?:$|[\s,;:)]|\.(?:\s|$))"
)
#: What is said when something is changed, however often: certificates, jobs, scaling, migrations, configuration, switches.
SAID = (
    r"(?i)(?:^|[^a-z])(?:certificate (?:has )?(?:been |was )?(?:renewed|rotated|replaced|installed)"
    r"|migrat(?:ion|ed|ing)|schema (?:change|upgrade)d?|(?:config|configuration|settings?) (?:was )?(?:changed|reloaded|updated|applied)"
    r"|scaled (?:up|down|to|from)|(?:failover|fail-over|promoted to (?:leader|primary))"
    r"|(?:job|cron|batch|backup|maintenance) (?:was )?started|rolled (?:out|back)"
    r"|(?:flag|toggle|feature|switch|experiment|killswitch|config(?:uration)?|setting|parameter|option|limit|quota)s? .*(?:\bfrom \S+ to \S+|\S+ ?-> ?\S+|\d ?%))(?:[^a-z]|$)"
)
#: What stands in brackets, in quotes or behind a comma is about the change, and no word of whether it was made.
_ASIDE = r"\([^)]*\)|\"[^\"]*\"|\[[^\]]*\]|[,;–—].*$"
#: Not done, not yet, or only talked of; what may also stand in what the change is about counts before the deed alone.
NOT = (
    r"(?i)\b(?:fail(?:ed|ure|s|ing)?|abort(?:ed)?|reject(?:ed)?|pending|scheduled|planned|will|going to|tomorrow|tonight|should"
    r"|could|might|wait(?:s|ing)?|unable|can(?:no|')t|dry.run|postponed|not yet)\b|\?|^(?:\S+: )?(?:\S+ ){0,2}(?:before|after|since)\b"
)
#: What a job says that it will take, by its age and when: `undecided for 12 h: closed at 01:00`.
COMING = (
    r"(?i)\b(?:older|longer|more|later|after|beyond|past|over|for|within)\b(?: than)? \d+ ?(?:[smhdw]|min(?:ute)?s?|hours?|days?|weeks?|months?)\b.*\b(?:at|by|next|due|until|before)\b[ =:]*\d{1,2}:\d{2}\b"
    r"|\b(?:at|by|next|due)\b[ =:]*\d{1,2}:\d{2}\b.*\b(?:older|longer|more|after|beyond|over)\b(?: than)? \d+ ?(?:[smhdw]|min(?:ute)?s?|hours?|days?|weeks?|months?)\b"
)
#: In a cell of its own: not done yet or not done, or done elsewhere than in production.
NOT_STATE = (
    r"(?i)\b(?:status|state|result|outcome|phase|conclusion|success|implemented)\"?[=:] ?\"?(?:fail|err|plan|draft|pend|cancel|reject|sched|open|abort|queue"
    r"|running|wait|skip|denied|progress|false|no\b)"
    r"|\b(?:env|environment|stage)\"?[=:] ?\"?(?:stag|test|dev|qa|uat|sandbox|preview)"
)
#: What files of changes are called.
_LISTS = (
    r"(?i)change|deploy|release|flag|toggle|roll-?out|migrat|calendar|maint|setting|config|log-?book|commit|pull|merge"
    r"|\bgit\b|audit|wartung|änderung|aenderung|cambio|despliegue|changement|wijziging|rilasc"
)


def saying(events: Events, table: ir.Table, *, like: str = "") -> ir.Table:
    """The rows of a table of events that tell a change: of the kinds deploy and flag, and whatever says so.

    That is a message with a version that was put into use; any word for a change in what is said a few times a day at
    most; and a row about a place of a list of changes. What is said of a thing such as `like` is none, nor what failed,
    is to come, is asked, or was done to a place for tests.
    """
    if like:
        things = [events.indexed.get(traces.kind_known(events, like)) or kind_of(like)[1]]
    else:
        things = [pattern for kind, pattern in sorted(events.indexed.items()) if kind not in _PASSING]
    said, placed, lists = _speaking(events, like)
    some = table.kind.isin(KINDS)
    for column, names in (("name", {*said, *placed}), ("source", set(lists))):
        some = some | table[column].isin(sorted(names)) if names else some
    # Few rows are left; words are looked for in these alone.
    rows = events.engine.cache(table.filter(some & table.kind.isin((*KINDS, *_TELLING))))
    naming = rows.service.isin(sorted(set(places_of(events).known.values())))
    naming = naming | rows.body.re_search(named(events))
    listed = rows.body.re_search(DONE) | rows.body.re_search(HANDLED) | rows["source"].re_search(_LISTS)
    listed = (naming & listed) | _system(rows)
    told = rows.name.isin([*said, ""]) | (rows.name.isin([*placed, ""]) & naming)
    listing = rows.kind.isin(("log", "record", "audit", "note")) & rows["source"].isin([*lists, ""])
    told = told | (listing & listed)
    told = told & (rows.severity_number < schema.WARNING).fill_null(True)
    # A row of cells says in a cell whether it was made; words of its title are about what was.
    cells = (rows.kind == "record") | (rows.attributes.length() > 1).fill_null(False)
    told = told & (cells | ~rows.body.re_replace(_ASIDE, "").re_search(NOT)) & ~rows.body.re_search(NOT_STATE)
    told = told & ~rows.body.re_search(COMING)
    for pattern in things:
        told = told & ~rows.body.re_search(pattern)
    return rows.filter(rows.kind.isin(KINDS) | told.fill_null(False))


def _speaking(events: Events, like: str) -> tuple[list[str], list[str], list[str]]:
    """The kinds of message that tell a change by name, those that do where they name a place, and sources that may be
    lists of changes. Kept. Words are the same in every message of a kind, so one of each is searched, not all of them.
    """
    about = traces.kind_known(events, like) if like else ""
    key = f"telling changes {about} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        table = traces.without_replaced(events, traces.whole(events))
        rows = table.filter(table.kind.isin(_TELLING) & table.time.notnull() & table.name.notnull())
        grouped = rows.group_by(["source", "name", "kind"]).aggregate(
            line=rows.body.min().substr(0, 400), n=rows.count(), first=rows.time.min(), last=rows.time.max()
        )
        kinds = events.engine.cache(grouped)
        things = events.entities.filter(events.entities.id_kind == about) if about else events.entities
        sizes = kinds.group_by("source").aggregate(
            n=kinds.n.sum(), first=kinds["first"].min(), last=kinds["last"].max()
        )
        spoken = things.group_by("source").aggregate(m=things.unit.nunique())
        sizes = sizes.left_join(spoken, "source")
        quiet = (sizes.n <= LIST_AT_MOST) & (sizes.n * 24 <= LISTED * _hours(sizes))
        few = sizes.filter(quiet & (sizes.m.fill_null(0) <= ABOUT_THINGS * sizes.n))
        lists = events.engine.fetch(few.order_by("source").limit(AT_MOST))["source"]
        # What is said of things is no change, also where a key holds the id.
        kinds = kinds.anti_join(things, ["source", "name"])
        line, hours = kinds.line, _hours(kinds)
        done = line.re_search(DONE)
        set_words = (line.re_search(VERSION) & done) | line.re_search(SHORT) | line.re_search(SAID)
        people = kinds.kind.isin(_PEOPLE)
        said = (kinds.n * 24 <= ROUTINE * hours) & set_words
        # What is said a few times, each time of another number, is said of things.
        numbered = (kinds.n >= SEVERAL) & line.re_search(r"[A-Za-z]{2,}[-_/#:]?\d{3,}")
        seldom = (kinds.n * 24 <= SELDOM * hours) & (done | line.re_search(HANDLED)) & ~numbered
        found = events.engine.fetch(
            kinds.filter(said | seldom)
            .select("name", placed=seldom & ~said & people)
            .distinct()
            .order_by(["name", "placed"])
            .limit(20 * AT_MOST)
        )
        events.memo[key] = (
            sorted(set(found.loc[~found["placed"], "name"])),
            sorted(set(found.loc[found["placed"], "name"])),
            [str(name) for name in lists],
        )
    return events.memo[key]


def _hours(table: ir.Table) -> Any:
    return table["last"].delta(table["first"], unit="hour") + 24


#: Keys that name what was changed, where it is no place that writes.
SYSTEMS = (
    "service",
    "system",
    "component",
    "app",
    "application",
    "project",
    "module",
    "target",
    "host",
    "what",
    "product",
)


def _system(table: ir.Table) -> Any:
    """A row of a list of something that is named, of a version with a number in it."""
    import ibis

    def filled(key: str) -> Any:
        return table.attributes.get(key).notnull() & (table.attributes.get(key) != "")

    versions = (filled(key) & table.attributes.get(key).re_search(r"\d") for key in VERSIONS)
    return ibis.or_(*map(filled, SYSTEMS)) & ibis.or_(*versions)


VERSIONS = ("version", "release", "rel", "build", "tag", "image", "revision", "ref", "commit", "sha")


@dataclass(frozen=True)
class Places:
    """What places are called (services, and sources without folder and ending), by small letters; which of them work
    on things."""

    known: dict[str, str]
    working: frozenset[str]


def places_of(events: Events) -> Places:
    """The places of the events, kept."""
    key = f"names of places {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        served = services_of(events)
        stems = {source.name: stem(source.name) for source in events.sources}
        known = {name.lower(): name for name in (*stems.values(), *served) if len(name) > 1}
        about = set(_spoken_of(events))
        working = {stems[name] for name in about & set(stems)}
        working |= {service for service, sources in served.items() if about.issuperset(sources)}
        events.memo[key] = Places(known, frozenset(name.lower() for name in working))
    return events.memo[key]


def stem(source: str) -> str:
    """A source without its folder and ending."""
    return re.split(r"[/!]", source)[-1].partition(".")[0]


def _spoken_of(events: Events) -> list[str]:
    """The sources of which many lines name things."""
    table = traces.without_replaced(events, traces.whole(events))
    steps = table.filter(table.kind.isin(traces.STEP_KINDS))
    things = events.entities.group_by("source").aggregate(m=events.entities.unit.nunique())
    sizes = steps.group_by("source").aggregate(n=steps.count()).join(things, "source")
    found = events.engine.fetch(sizes.filter(sizes.m > ABOUT_THINGS * sizes.n).order_by("source"))
    return [str(name) for name in found["source"]]


#: What may stand behind the name of a place in a longer name: of a pod, a key, a host, a tool.
_BEHIND = r"(?:[-_./:@][\w./:@-]*|ctl)?"


def named(events: Events) -> str:
    """A pattern of the names of places, whole or with what makes a longer name of them."""
    names = sorted(places_of(events).known, key=lambda name: (-len(name), name))
    return rf"(?i)(?:^|[^\w.-])(?:{'|'.join(map(re.escape, names)) or '$^'}){_BEHIND}(?:$|[^\w-])"


def places_in(text: str, known: dict[str, str]) -> list[str]:
    """The places that a text names, in order; the longest name where two would fit."""
    out = []
    for word in re.findall(r"[\w.-]*\w", text.lower()):
        fits = [name for name in known if re.fullmatch(re.escape(name) + _BEHIND, word)]
        if fits:
            out.append(known[max(fits, key=len)])
    return list(dict.fromkeys(out))
