"""Changes: what was deployed, switched, configured, migrated, scaled or renewed, as events tell it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.events import Events
from investigator.events.instants import aware, literal
from investigator.facts import skew, telling, traces
from investigator.facts.telling import KINDS, VERSION, places_in, saying

if TYPE_CHECKING:
    import pandas

#: A list of changes may be so far ahead of what the services themselves say; of so many changes this is asked.
AHEAD = timedelta(hours=6)
AHEAD_AT_MOST = 8
_TITLES = (
    "title",
    "note",
    "message",
    "description",
    "short description",
    "summary",
    "subject",
    "reason",
    "comment",
)


#: What is said of a list whose clock is ahead, behind a change's own words.
_CLOCKS = re.compile(r"; [^;]+ says [0-9:]{8} UTC, [^;]+ itself names that version from [0-9:]{8}$")


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

    Deploys and flags by their kind, and whatever says so (`telling.saying`), the last of each kind a component. A line
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
    near = saying(events, near, like=like)
    near = near.order_by([near.time.desc(), near.evidence, near.unit, near.body]).limit(telling.AT_MOST)
    rows = events.fetch(
        near.select(
            "time", "kind", "source", "service", "name", "body", "attributes", "evidence", "unit", "units"
        )
    )
    import pandas as pd

    places = telling.places_of(events)
    changes: list[Change] = []
    keep: list[bool] = []
    seen: set[tuple[str, str]] = set()
    for row in rows.itertuples(index=False):
        told = read(row, places)
        again = (told.component, str(row.name)) in seen and row.kind not in KINDS and not told.version
        seen.add((told.component, str(row.name)))
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


def read(row: Any, places: telling.Places) -> Change:
    """A row as a change of one of these places, where it names one."""
    time = aware(row.time)
    assert time is not None
    more = {str(k).lower(): str(v) for k, v in dict(row.attributes or {}).items() if str(v).strip()}
    body = traces._text(row.body).split("\n", 1)[0]
    version = next((more[key] for key in telling.VERSIONS if key in more), "") or _version(body)
    named, own = next((more[key] for key in telling.SYSTEMS if key in more), ""), traces._text(row.service)
    cells = {cell for key, cell in more.items() if key not in _TITLES}
    if row.kind in KINDS:
        title = " ".join([body, *(more[key] for key in _TITLES if key in more)])
        component = own or named or _titled(title, places) or _placed(cells, places)
        return Change(time, str(row.kind), component, _what(row, component, more), str(row.origin), version)
    component = named or _subject(body, own, places) or _placed(cells, places) or own
    # What starts says its class, such as OvenApplication: it is the one that speaks.
    if own and component.lower().startswith(own.lower()):
        component = own
    what = body
    if named and version and version not in body:
        what = f"{named} {version}" + (f", {body}" if body and named not in body else "")
    kind = _kind(body)
    if kind == "rollout" and (version or named):
        kind = "deploy"
    return Change(time, kind, component, what[:160], str(row.origin), version)


def _placed(cells: set[str], places: telling.Places) -> str:
    """The one place that cells name."""
    found = {place for cell in cells for place in places_in(cell, places.known)}
    return found.pop() if len(found) == 1 else ""


def _version(body: str) -> str:
    found = re.search(VERSION, body)
    return next((part for part in found.groups() if part), "") if found else ""


#: What stands beside a version and is no name of anything.
_WORDS = re.compile(
    r"(?i)^(versions?|releases?|builds?|tags?|images?|revisions?|rev|commits?|sha|with|to|at|of|is|from|by|on|in|the|a|an"
    r"|was|now|new|all|and|for|it|live|\w+ed|deploy(ment)?|roll-?(out|back)|succe\w+|complete|done|ok|config(uration)?|settings?|rules?|certificates?|service|prod(uction)?)$"
)
_NAME = r"([A-Za-z][\w/-]*\w(?:\.[A-Za-z][\w/-]*)*)"
#: Where a message says what was changed: the name before a version, or after what was done.
_NAMED = (
    re.compile(_NAME + r"(?:\s+(?:to|at|is|now|version|release|build))*[\s:=@#(]+$"),
    re.compile(r"(?i)\b(?:deploy(?:ment|ed)?|roll-?(?:ed )?(?:out|back)|release[ds]?|upgraded?|updated?|restart(?:ed)?"
               r"|installed|promoted|shipped|published|reloaded|migrated|enabled|disabled)\s+(?:of\s+|for\s+|image\s+)?" + _NAME),
)  # fmt: skip


def _subject(body: str, own: str, places: telling.Places) -> str:
    """What a message says was changed: the name before its version or after the deed, if it is a place; else who says
    it, if that works on things; else the place that it names; else that name, whatever it is."""
    version = re.search(VERSION, body)
    head = body
    if version:
        place = next(
            (version.start(n) for n in (1, 2) if n <= version.re.groups and version.group(n)), version.start()
        )
        head = body[:place]
    names = [
        name.rpartition("/")[2]
        for pattern, text in ((_NAMED[0], head if version else ""), (_NAMED[1], body))
        for name in pattern.findall(text)
    ]
    for name in names:
        if found := places_in(name, places.known):
            return found[0]
    for name in names:
        if not _WORDS.match(name) and (other := _in_another_form(name, places, heads=True)):
            return other
    after = [name for name in _NAMED[1].findall(body) if not _WORDS.match(name)]
    if own.lower() in places.working and not after:
        return own
    there = places_in(body, places.known)
    spoken = [place for place in there if place != own]
    words = () if spoken else re.findall(r"[A-Za-z][\w-]{2,}", body)
    spoken += [other for word in words if (other := _in_another_form(word, places)) and other != own]
    if spoken or there:
        return (spoken or there)[0]
    titled = _titled(body, places)
    return titled or next((name for name in names if not _WORDS.match(name)), "")


def _in_another_form(word: str, places: telling.Places, *, heads: bool = False) -> str:
    """The one place that is called by a word in the other number (ovens, of oven); with `heads` also the one whose name
    begins with it (kiln, of kiln-control)."""
    bare = word.lower().removesuffix("s")
    found = {
        name
        for low, name in places.known.items()
        if (len(bare) > 2 and low.removesuffix("s") == bare)
        or (heads and re.match(rf"{re.escape(word.lower())}[-_.]", low))
    }
    return found.pop() if len(found) == 1 else ""


def _titled(text: str, places: telling.Places) -> str:
    """The place that the title of a commit begins with: "retention: one notation" is of retention-runner, if that is one."""
    for word in re.findall(r"(?:^|\s)([A-Za-z][\w-]{2,})(?:\([^)]*\))?: ", text):
        if found := _in_another_form(word, places, heads=True):
            return found
    return ""


def words(what: str) -> str:
    """What a change says of itself, without what is said here of the clock of its list."""
    return _CLOCKS.sub("", what)


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


def known(events: Events, like: str = "") -> bool:
    """Whether anything that is loaded tells of a change, whenever."""
    if {source.kind for source in events.sources} & set(KINDS):
        return True
    table = traces.without_replaced(events, traces.whole(events))
    told = saying(events, table.filter(table.time.notnull()), like=like)
    return bool(len(events.engine.fetch(told.limit(1).select("time"))))


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


def rate(events: Events, until: datetime, like: str = "") -> dict[str, tuple[int, float]]:
    """How many changes each component had before a moment, and over how many days; "" is all of them."""
    table = traces.without_replaced(events, traces.whole(events))
    earlier = saying(events, table.filter(table.time.notnull() & (table.time < literal(until))), like=like)
    rows = events.engine.fetch(
        earlier.select("time", "kind", "service", "name", "body", "attributes", origin="unit")
        .order_by(["time", "origin"])
        .limit(20 * telling.AT_MOST)
    )
    if not len(rows):
        return {}
    places = telling.places_of(events)
    first = aware(rows["time"].min())
    assert first is not None
    days = max((until - first).total_seconds() / 86_400, 1 / 24)
    told = [read(row, places) for row in rows.itertuples(index=False)][::-1]
    new = without_echoes(told, list(rows["kind"])[::-1])
    counted = Counter(change.component for change, kept in zip(told, new, strict=True) if kept)
    # Where changes have a list of their own, what is usual is told by it.
    listed = int(rows["kind"].isin(KINDS).sum())
    return {**{name: (number, days) for name, number in counted.items()}, "": (listed or sum(new), days)}


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
