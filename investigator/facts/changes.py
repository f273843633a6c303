"""Changes: what was deployed, switched, configured, migrated, scaled or renewed, as events tell it."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.entities import kind_of
from investigator.events.events import Events
from investigator.events.instants import aware, literal
from investigator.facts import skew, traces
from investigator.facts.places import services_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

KINDS = ("deploy", "flag")
#: A list of changes may be so far ahead of what the services themselves say; of so many changes this is asked.
AHEAD = timedelta(hours=6)
AHEAD_AT_MOST = 8
AT_MOST = 500

#: A version, a tag or a commit, as it stands in a message: three numbers, or a word for it before.
VERSION = (
    r"(?i)(?:^|[\s=:@/'\"(,])(v?\d+\.\d+\.\d+(?:[-+.][0-9a-z]+)*|v\d+(?:\.\d+)+)(?:$|[\s,;:)'\"]|\.(?:\s|$))"
    r"|\b(?:version|release|build|tag|image|revision|rev|commit|sha)(?:[ =:#\"']|\sto\s)+\"?([\w./:-]*\d[\w.-]*)"
)
#: What says that something was put into use, turned on or off, or set anew; beside a version.
DONE = (
    r"(?i)\b(deploy(ed|ment|s|ing)?|released?|roll(ed)?[ -]?(out|back)|promoted|shipped|published|installed"
    r"|(up|down)graded?|updated?|(is|are|went|goes|now) live|live now|reload(ed)?|restarted|relaunched|started with"
    r"|switched|enabled|disabled|(de)?activated|merged|migrated|reverted|patched|hotfix(ed)?|applied|cut over"
    r"|now (on|at|running)|set to|(is|went|goes|are) (up|out|on|in)|to v?\d[\w.]* now|up|live|active|loaded|start(ed|ing|s)?|booted|in production"
    r"|ausgerollt|eingespielt|geladen|aktiviert|aktiv|aktualisiert|installiert|umgestellt|gestartet|online|spiele? .{0,30}ein"
    r"|desplegad[oa]|actualizad[oa]|activad[oa]|instalad[oa]|en producción|déployée?|installée?|activée?|mise? à jour|mise? en (service|production|ligne)"
    r"|rilasciat[oa]|aggiornat[oa]|attivat[oa]|uitgerold|bijgewerkt|geactiveerd|implantad[oa]|atualizad[oa]|ativad[oa])(?:\b|$)"
)
#: A set of rules or the like by its number: `rules v42`, `regelpaket=2026.3`, `fee table 7`.
PACKAGE = (
    r"(?i)(?:^|[^a-z])\w*(?:pakete?|packages?|rules?|rule ?set|regelwerk|model|template|profile|policy|schema|config|tariffs?|fee table|price list"
    r"|catalog(?:ue)?|mapping|reglas|règles|regole|regels|regras)[ =:]+\"?v?\d[\w.-]*"
)
#: A version of two numbers counts where what was done with it stands beside it: `11.2 is on`, `4.18 ist draußen`.
SHORT = (
    r"(?i)(?:^|[\s=:v])\d+\.\d+ (?:(?:is|ist|está|est|è) (?:on|up|out|in|live|active|draußen|online|aktiv|en producción|en ligne)|up|live|active|"
    r"deployed|released|geladen|eingespielt|ausgerollt|start(?:ed|ing)?)(?:\b|$)"
    r"|\b(?:deployed|released|rolled out|upgraded to|updated to|starting|started)(?: \S+){0,2} v?\d+\.\d+(?:$|[\s,;:)]|\.(?:\s|$))"
)
#: What is seldom done to the parts of a platform; where it is said a few times a day at most.
SELDOM = (
    r"(?i)\b(?:bindings?|consumers?|subscriptions?|routes?|queues?|topics?|listeners?|rules?|polic(?:y|ies)|mappings?|partitions?|roles?|permissions?|grants?|"
    r"credentials?|endpoints?|backends?|upstreams?|limits?|quotas?|thresholds?|timeouts?|columns?)\b\W{0,3}(?:\S+ ){0,3}"
    r"(?:was |were |is |has been )?(?:removed|added|renamed|dropped|changed|replaced|bound|unbound|moved|deleted|modified|edited|revoked|granted|declared|lowered|raised)\b"
    r"|\b(?:removed|added|renamed|dropped|changed|replaced|unbound|moved|revoked|lowered|raised) (?:\S+ ){0,2}"
    r"(?:binding|consumer|subscription|route|queue|topic|listener|rule|policy|mapping|partition|permission|endpoint|backend|limit|quota|threshold|timeout|column)s?\b"
    r"|\b(?:refresh(?:ed)?|re-?import(?:ed)?|re-?load(?:ed)?)\b"
)
SELDOM_A_DAY = 3
#: A switch by its name with what it is now.
SWITCHED = (
    r"(?i)\b(flag|toggle|feature|switch|experiment|killswitch|config(uration)?|setting|parameter|option|limit|quota)s?\b"
    r".*(\b(on|off|enabled|disabled|true|false)\b|\bfrom \S+ to \S+|\S+ ?-> ?\S+|\d ?%)"
)
#: Not done, not yet, or only talked of.
NOT = (
    r"(?i)\b(fail(ed|ure|s|ing)?|abort(ed)?|reject(ed)?|pending|scheduled|planned|will|going to|tomorrow|tonight|should"
    r"|could|might|waiting|unable|can(no|')t|before|after|since|dry.run)\b|\?"
)
#: Rows of a list of changes that no format knows: a version, of something that is named.
_SYSTEMS = (
    "service",
    "system",
    "component",
    "app",
    "application",
    "module",
    "target",
    "host",
    "what",
    "product",
)
_VERSIONS = ("version", "release", "build", "tag", "image", "revision", "commit", "sha")
_TITLES = ("title", "note", "message", "description", "summary", "subject", "reason", "comment")
#: Kinds of event that may tell a change; a list of changes has so many rows at most.
_TELLING = ("log", "audit", "alert", "record", "message")
LIST_AT_MOST = 5_000
#: What is said more often a day is no change but the course of things.
ROUTINE = 60

#: What a log line says when something is changed: certificates, jobs, scaling, migrations, configuration. That a
#: call failed, whatever for, is what a change leads to.
SAID = (
    r"(?i)(^|[^a-z])(certificate (has )?(been |was )?(renewed|rotated|replaced|installed)"
    r"|migrat(ion|ed|ing)|schema (change|upgrade)d?|(config|configuration|settings?) (was )?(changed|reloaded|updated|applied)"
    r"|scaled (up|down|to|from)|(failover|fail-over|promoted to (leader|primary))"
    r"|(job|cron|batch|backup|maintenance) (was )?started|rolled (out|back))([^a-z]|$)"
)


@dataclass(frozen=True)
class Change:
    """One change: when, what kind, of which component, in words, and the row that tells it."""

    time: datetime
    kind: str
    component: str
    what: str
    origin: str
    version: str = ""


def before(
    events: Events, moment: datetime, hours: float, *, like: str = ""
) -> tuple[list[Change], pandas.DataFrame]:
    """The changes in so many hours before a moment, the latest first, and their rows.

    Deploys and flags by their kind; of log lines those that say so (`SAID`), the first of each kind a service. A line
    that names a thing such as `like` tells what was done to it, and is no change. What a list says to have been
    deployed after the moment though the service itself named that version before is among them, at that time: the
    list's clock is ahead.
    """
    table = traces.without_replaced(events, traces.whole(events))
    low = moment - timedelta(hours=hours)
    # A change that may have been before the moment stays in: its interval counts, not its middle.
    near = table.filter(
        (table.time_low.coalesce(table.time) <= literal(moment)) & (table.time >= literal(low))
    )
    near = saying(
        events,
        near,
        like=events.indexed.get(traces.kind_known(events, like)) or kind_of(like)[1] if like else "",
    )
    near = near.order_by([near.time.desc(), near.evidence, near.unit, near.body]).limit(AT_MOST)
    rows = events.fetch(
        near.select(
            "time", "kind", "source", "service", "name", "body", "attributes", "evidence", "unit", "units"
        )
    )
    import pandas as pd

    known = places_of(events)
    changes: list[Change] = []
    keep: list[bool] = []
    seen: set[tuple[str, str]] = set()
    for row in rows.itertuples(index=False):
        told = read(row, known)
        again = (str(row.service), str(row.name)) in seen and row.kind not in KINDS and not told.version
        seen.add((str(row.service), str(row.name)))
        keep.append(not again)
        if not again:
            changes.append(told)
    rows = rows.loc[keep]
    new = without_echoes(changes, list(rows["kind"]))
    rows = rows.loc[new]
    changes = [told for told, kept in zip(changes, new, strict=True) if kept]
    early, more_rows = _ahead(events, table, moment, hours)
    if early:
        rows = pd.concat([more_rows, rows])
    return [*early, *changes], rows.drop(columns=["attributes", "name"]).reset_index(drop=True)


def without_echoes(changes: list[Change], kinds: list[str]) -> list[bool]:
    """Which of the changes, the latest first, are new: a worker that starts with the version released last is not."""
    running: dict[str, str] = {}
    out = []
    for told, kind in zip(reversed(changes), reversed(kinds), strict=True):
        place = told.component.lower()
        out.append(kind in KINDS or not told.version or running.get(place) != told.version)
        running[place] = told.version or running.get(place, "")
    return out[::-1]


def saying(events: Events, table: ir.Table, *, like: str = "") -> ir.Table:
    """The rows of a table of events that tell a change: of the kinds deploy and flag, and whatever says so (a message
    with a version that was put into use, a switch, a list of versions), unless it says so all day. `like` is a
    pattern of ids: what is said of one is no change."""
    import ibis

    names, lists = _speaking(events)
    told = table.name.isin(names) & table.kind.isin(_TELLING) if names else ibis.literal(False)
    if lists:
        told = told | table["source"].isin(lists) & table.kind.isin(("log", "record")) & _listed(table)
    calm = (table.severity_number < schema.WARNING).fill_null(True)
    told = told & calm
    if like:
        told = told & ~table.body.re_search(like)
    return table.filter(table.kind.isin(KINDS) | told.fill_null(False))


def _speaking(events: Events) -> tuple[list[str], list[str]]:
    """The kinds of message that tell a change, by name, and the sources that may be lists of changes. Kept.

    Words are the same in every message of a kind, so one of each is searched, not all of them.
    """
    key = f"telling changes {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        table = traces.without_replaced(events, traces.whole(events))
        rows = table.filter(table.kind.isin(_TELLING) & table.time.notnull() & table.name.notnull())
        grouped = rows.group_by(["source", "name", "kind"]).aggregate(
            line=rows.body.min().substr(0, 400), n=rows.count(), first=rows.time.min(), last=rows.time.max()
        )
        kinds = events.engine.cache(grouped)
        hours = kinds["last"].delta(kinds["first"], unit="hour") + 24
        line = kinds.line
        versioned = line.re_search(VERSION) & line.re_search(DONE)
        packed = (line.re_search(PACKAGE) & line.re_search(DONE)) | line.re_search(SHORT)
        spoken = versioned | packed | line.re_search(SAID)
        switched = (kinds.kind != "message") & line.re_search(SWITCHED) & line.re_search(DONE)
        seldom = (kinds.kind != "message") & (kinds.n * 24 <= SELDOM_A_DAY * hours) & line.re_search(SELDOM)
        told = kinds.filter(
            (kinds.n * 24 <= ROUTINE * hours) & (spoken | switched | seldom) & ~line.re_search(NOT)
        )
        found = events.engine.fetch(told.order_by(["name", "source", "kind"]).limit(20 * AT_MOST))
        sizes = kinds.group_by("source").aggregate(n=kinds.n.sum())
        few = events.engine.fetch(sizes.filter(sizes.n <= LIST_AT_MOST).order_by("source").limit(AT_MOST))
        events.memo[key] = (sorted(set(found["name"])), [str(name) for name in few["source"]])
    return events.memo[key]


def _listed(table: ir.Table) -> Any:
    """A row of a list of versions: of something that is named, a version with a number in it."""
    import ibis

    return ibis.or_(*(_filled(table.attributes.get(key)) for key in _SYSTEMS)) & ibis.or_(
        *(
            _filled(table.attributes.get(key)) & table.attributes.get(key).re_search(r"\d")
            for key in _VERSIONS
        )
    )


def _filled(cell: Any) -> Any:
    return cell.notnull() & (cell != "")


def places_of(events: Events) -> dict[str, str]:
    """What places are called, by small letters: services, and sources without their folder and ending."""
    stems = [re.split(r"[/!]", source.name)[-1].partition(".")[0] for source in events.sources]
    return {name.lower(): name for name in (*stems, *services_of(events)) if len(name) > 1}


def read(row: Any, known: dict[str, str]) -> Change:
    """A row as a change; `known` are the names of places, in small letters."""
    time = aware(row.time)
    assert time is not None
    more = {str(k).lower(): str(v) for k, v in dict(row.attributes or {}).items() if str(v).strip()}
    body = traces._text(row.body).split("\n", 1)[0]
    version = next((more[key] for key in _VERSIONS if key in more), "") or _version(body)
    if row.kind in KINDS:
        component = traces._text(row.service) or next((more[key] for key in _SYSTEMS if key in more), "")
        component = component or _titled(
            " ".join([body, *(more[key] for key in _TITLES if key in more)]), known
        )
        return Change(time, str(row.kind), component, _what(row, component, more), str(row.origin), version)
    named = next((more[key] for key in _SYSTEMS if key in more), "")
    component, own = named or _subject(body, known), traces._text(row.service)
    # What starts says its class, such as OvenApplication: it is the one that speaks.
    if not component or (own and component.lower().startswith(own.lower())):
        component = own or component
    what = body
    if named and version and version not in body:
        what = f"{named} {version}" + (f", {body}" if body and named not in body else "")
    kind = _kind(body)
    if kind == "rollout" and (version or named):
        kind = "deploy"
    return Change(time, kind, component, what[:160], str(row.origin), version)


def _version(body: str) -> str:
    found = re.search(VERSION, body)
    return next((part for part in found.groups() if part), "") if found else ""


#: What stands beside a version and is no name of anything.
_WORDS = re.compile(
    r"(?i)^(versions?|releases?|builds?|tags?|images?|revisions?|rev|commits?|sha|with|to|at|of|is|from|by|on|in|the|a|an"
    r"|was|now|new|all|and|for|it|live|\w+ed|deploy(ment)?|roll-?(out|back)|succe\w+|complete|done|ok)$"
)
_NAME = r"([A-Za-z][\w/-]*\w(?:\.[A-Za-z][\w/-]*)*)"
#: Where a message says what was changed: the name before a version, or after what was done.
_NAMED = (
    re.compile(_NAME + r"(?:\s+(?:to|at|is|now|version|release|build))*[\s:=@#(]+$"),
    re.compile(r"(?i)\b(?:deploy(?:ment|ed)?|roll-?(?:ed )?(?:out|back)|release[ds]?|upgraded?|updated?|restart(?:ed)?"
               r"|installed|promoted|shipped|published|reloaded|migrated|enabled|disabled)\s+(?:of\s+|for\s+|image\s+)?" + _NAME),
)  # fmt: skip


def _subject(body: str, known: dict[str, str]) -> str:
    """What a message says was changed: the name before its version or after the deed, else the one place that it names."""
    version = re.search(VERSION, body)
    head = body
    if version:
        place = next(
            (version.start(n) for n in (1, 2) if n <= version.re.groups and version.group(n)), version.start()
        )
        head = body[:place]
    for pattern, text in ((_NAMED[0], head if version else ""), (_NAMED[1], body)):
        for name in pattern.findall(text):
            plain = name.rpartition("/")[2]
            if plain.lower() in known or not _WORDS.match(plain):
                return known.get(plain.lower(), plain)
    there = sorted({word.lower() for word in re.findall(r"[\w.-]*\w", body)} & set(known))
    return known[there[0]] if len(there) == 1 else ""


def _titled(text: str, known: dict[str, str]) -> str:
    """The place that the title of a commit begins with: "retention: one notation" is of retention-runner, if that is one."""
    for word in re.findall(r"(?:^|\s)([A-Za-z][\w-]{2,})(?:\([^)]*\))?: ", text):
        found = {
            name
            for low, name in known.items()
            if low == word.lower() or re.match(rf"{re.escape(word.lower())}[-_.]", low)
        }
        if len(found) == 1:
            return found.pop()
    return ""


def _ahead(
    events: Events, table: Any, moment: datetime, hours: float
) -> tuple[list[Change], pandas.DataFrame]:
    """Deploys that a list puts after a moment, and whose version the service itself named before it: at that time."""
    late = table.filter(
        (table.kind == "deploy") & (table.time > literal(moment)) & (table.time <= literal(moment + AHEAD))
    )
    late = late.order_by([late.time, late.evidence, late.unit]).limit(AHEAD_AT_MOST)
    rows = events.fetch(
        late.select(
            "time", "kind", "source", "service", "name", "body", "attributes", "evidence", "unit", "units"
        )
    )
    out: list[Change] = []
    keep: list[bool] = []
    for row in rows.itertuples(index=False):
        more = {str(k).lower(): str(v) for k, v in dict(row.attributes or {}).items()}
        component = traces._text(row.service) or more.get("service") or more.get("component") or ""
        first = _named_first(events, table, component, more.get("version", ""), moment, hours)
        keep.append(first is not None)
        if first is not None:
            recorded = aware(row.time)
            assert recorded is not None
            what = (
                f"{_what(row, component, more)}; {row.source} says {recorded:%H:%M:%S} UTC, {component} itself "
                f"names that version from {first:%H:%M:%S}"
            )
            out.append(Change(first, str(row.kind), component, what, str(row.origin)))
    return out, rows.loc[keep]


def _named_first(
    events: Events, table: Any, component: str, version: str, moment: datetime, hours: float
) -> datetime | None:
    """When a service first named a version, where that was in these hours; a bare number names none."""
    if not component or not re.fullmatch(r"v?[0-9]+(\.[0-9A-Za-z]+)+([-+][0-9A-Za-z.-]+)?", version):
        return None
    own = table.filter(
        ((table.service == component) | (table["source"] == component)) & (table.kind == "log")
    )
    own = own.filter(own.body.re_search(rf"(^|[^0-9.]){re.escape(version)}($|[^0-9.])"))
    first = aware(events.engine.fetch(own.aggregate(first=own.time.min()))["first"].iloc[0])
    if first is None or not moment - timedelta(hours=hours) <= first <= moment:
        return None
    return first


def known(events: Events) -> bool:
    """Whether anything that is loaded tells of a change, whenever."""
    if {source.kind for source in events.sources} & set(KINDS):
        return True
    table = traces.without_replaced(events, traces.whole(events))
    return bool(
        len(events.engine.fetch(saying(events, table.filter(table.time.notnull())).limit(1).select("time")))
    )


def unsure(events: Events, moment: datetime, rows: pandas.DataFrame) -> tuple[str, ...]:
    """What of these changes may have come after the moment instead, because two clocks tell it, in sentences."""
    told = [source.name for source in events.sources if source.kind in schema.STEP_KINDS]
    return skew.against(
        events,
        moment,
        [
            (str(source), time)
            for source, at in zip(rows["source"], rows["time"], strict=True)
            if (time := aware(at)) is not None
        ],
        told,
        what="Whether what {source} tells came before the onset rests on two clocks",
    )


def rate(events: Events, until: datetime) -> dict[str, tuple[int, float]]:
    """How many changes each component had before a moment, and over how many days; "" is all of them."""
    table = traces.without_replaced(events, traces.whole(events))
    earlier = saying(events, table.filter(table.time.notnull() & (table.time < literal(until))))
    rows = events.engine.fetch(
        earlier.select("time", "kind", "service", "name", "body", "attributes", origin="unit")
        .order_by(["time", "origin"])
        .limit(20 * AT_MOST)
    )
    if not len(rows):
        return {}
    known = places_of(events)
    first = aware(rows["time"].min())
    assert first is not None
    days = max((until - first).total_seconds() / 86_400, 1 / 24)
    counted = Counter(read(row, known).component for row in rows.itertuples(index=False))
    return {**{name: (number, days) for name, number in counted.items()}, "": (len(rows), days)}


def _kind(body: str) -> str:
    for kind, words in (
        ("certificate", "certificate"),
        ("migration", "migrat|schema"),
        ("scaling", "scaled|failover|fail-over|promoted"),
        ("configuration", "config|setting"),
        ("job", "job|cron|batch|backup|maintenance"),
    ):
        if re.search(words, body, re.IGNORECASE):
            return kind
    return "rollout"


def _what(row: Any, component: str, more: dict[str, str]) -> str:
    if more.get("flag"):
        move = f": {more.get('from', '?')} to {more['to']}" if more.get("to") else ""
        return f"{more['flag']}{move}"
    if component and more.get("version"):
        note = next((more[key] for key in _TITLES if key in more), "")
        return f"{component} {more['version']}" + (f", {note}" if note else "")
    title = next((more[key] for key in _TITLES if key in more), "")
    line = traces._text(row.body).split("\n", 1)[0]
    # A commit is known by its title, not by its hash.
    if title and title not in line and re.fullmatch(r"[0-9a-f]{7,40}|\S*", line):
        line = f"{line}, {title}" if line and not re.fullmatch(r"[0-9a-f]{7,40}", line) else title
    return line[:160] or component or str(row.kind)
