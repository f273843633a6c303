"""Words that are there and look like one that is not: near spellings, by what messages, fields and ids say."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from investigator.asked import FIELD, PATTERN, Term
from investigator.events import schema
from investigator.events.searched import COLUMNS

if TYPE_CHECKING:
    from investigator.events.events import Events

#: One message of each of so many kinds is looked at, the most frequent first, and ids of so many rows of the index.
KINDS, IDS = 5_000, 200_000
NEAR, ALIKE = 3, 0.72
_WORD = re.compile(r"[^\W_][\w.-]*[^\W_]|[^\W_]")


def keys(events: Events) -> dict[str, int]:
    """The names of attributes there are, each with how many events have it."""
    known = events.memo.get(("keys", str(events.selection)))
    if known is None:
        table = events.table
        joined = table.select(names=table.attributes.keys().join("\n"))
        counted = joined.group_by("names").aggregate(n=joined.count())
        known = {}
        frame = events.engine.fetch(counted.order_by([counted.n.desc(), counted["names"]]).limit(KINDS))
        for row in frame.itertuples(index=False):
            for name in str(row.names or "").split("\n"):
                if name:
                    known[name] = known.get(name, 0) + int(row.n)
        events.memo[("keys", str(events.selection))] = known
    return dict(known)


def words(events: Events) -> list[str]:
    """Words of messages, the most frequent kinds first; then services, names of metrics and of attributes. Kept."""
    key = ("words", str(events.selection))
    if key not in events.memo:
        events.memo[key] = _words(events)
    return list(events.memo[key])


def _words(events: Events) -> list[str]:
    table = events.table
    grouped = table.group_by("name").aggregate(n=table.count(), body=table.body.min())
    frame = events.engine.fetch(grouped.order_by([grouped.n.desc(), grouped.name]).limit(KINDS))
    found: dict[str, None] = {}
    for row in frame.itertuples(index=False):
        for text in (row.body, row.name):
            for word in _WORD.findall(str(text)[:2_000]) if isinstance(text, str) else ():
                found.setdefault(word)
                for part in re.split(r"[_.-]", word):
                    found.setdefault(part)
    services = table.select("service", "host").distinct().order_by(["service", "host"]).limit(KINDS)
    for pair in events.engine.fetch(services).itertuples(index=False):
        for text in pair:
            if isinstance(text, str):
                found.setdefault(text)
    for name in keys(events):
        found.setdefault(name)
    return [word for word in found if len(word) > 1 and not re.fullmatch("[0-9a-f]{12}", word)]


def ids(events: Events, text: str) -> list[str]:
    """Ids of the index that begin as this one does and are near it."""
    start = re.match(r"[^\W\d_]+[-_:/]?", text)
    if not events.indexed or start is None or not any(map(str.isdigit, text)):
        return []
    rows = events.entities
    near = rows.filter(
        rows.id.startswith(start[0]) & (rows.id.length().between(len(text) - 1, len(text) + 1))
    )
    frame = events.engine.fetch(near.select("id").distinct().order_by("id").limit(IDS))
    return [str(value) for value in frame["id"]]


def near_ids(events: Events, text: str) -> list[str]:
    """Ids that are there and are spelt nearly as one that is not, nearest first, at most three."""
    return _close(text, ids(events, text))


def near(events: Events, terms: tuple[Term, ...]) -> list[str]:
    """What could have been meant, as terms to search for, nearest first; for each term at most three."""
    out: list[str] = []
    known: list[str] | None = None
    for term in terms:
        if term.without or term.kind == PATTERN:
            continue
        if term.kind == FIELD:
            if term.key.lower() in COLUMNS:
                continue
            names = [*keys(events), *schema.COLUMNS]
            if term.key not in names:
                inner = [name for name in names if name.lower().endswith(f".{term.key.lower()}")]
                close = inner[:NEAR] or _close(term.key, names)
                out += [Term(FIELD, term.text, name, term.op).bare for name in close]
            continue
        if known is None:
            known = words(events)
        for word in [term.text] if len(term.text.split()) == 1 else term.text.split():
            out += _close(word, [*ids(events, word), *known])
    return list(dict.fromkeys(out))


def _close(word: str, among: list[str]) -> list[str]:
    """The nearest of these words, without regard to capitals; never the word itself."""
    small: dict[str, str] = {}
    for each in among:
        small.setdefault(each.lower(), each)
    own = small.pop(word.lower(), None)
    found = difflib.get_close_matches(word.lower(), list(small), n=NEAR, cutoff=ALIKE)
    return ([own] if own and own != word else []) + [small[each] for each in found]


def sampled(events: Events) -> Any:
    """A word that is known to be there, by which a search can be tried; None where no message has one."""
    table = events.table.filter(events.table.body.length() > 2)
    frame = events.engine.fetch(table.select("body").order_by("body").limit(20))
    for body in frame["body"]:
        for word in sorted(re.findall(r"[A-Za-z]{3,}", str(body)), key=lambda w: (-len(w), w)):
            if word not in ("AND", "NOT"):
                return word
    return None
