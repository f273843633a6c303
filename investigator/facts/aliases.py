"""Other ids of the same thing, and things that came from it: read from the lines that name both.

An alias is an id of another kind that is never named together with a second thing of the first's kind. Copies,
versions and parts are ids of the same kind that a line names together with a word for it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigator.events import entities, schema
from investigator.facts import traces
from investigator.facts.customers import KINDS as PEOPLE

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

ALIASES_AT_MOST = 5
CHAIN_AT_MOST = 20
#: Lines of an alias that are read to see whether it is this thing's alone.
LINES_AT_MOST = 500

RELATIONS = (
    ("version", re.compile(r"(?i)(?<![\w-])(?:versions?|version_of|replaces?|replaced|supersedes?|superseded|revision|revises)(?![\w-])")),
    ("copy", re.compile(r"(?i)(?<![\w-])(?:cop(?:y|ied|ies)|copy_of|cloned?|duplicated?)(?![\w-])")),
    ("part", re.compile(r"(?i)(?<![\w-])(?:parent|parent_id|child|children|attachment|attached|part of|split|merged?|page of|contained in)(?![\w-])")),
)  # fmt: skip


@dataclass(frozen=True)
class Alias:
    """Another id of the same thing, and the line that says so."""

    id: str
    kind: str
    lines: int  # lines that name both
    origin: str


@dataclass(frozen=True)
class Link:
    """Two ids of one kind in a line that says how they belong together."""

    one: str
    other: str
    relation: str
    said: str
    origin: str


def aliases(events: Events, identifier: str, own: pandas.DataFrame) -> list[Alias]:
    """The aliases of an id, from the lines and attributes of its own events; the most often named first.

    Only kinds that the case has declared are looked for. What is named with a second thing of this kind, such as a
    batch or a customer, is no other name of it: `shared` tells these.
    """
    return [alias for alias, others in _beside(events, identifier, own) if not others][:ALIASES_AT_MOST]


def shared(events: Events, identifier: str, own: pandas.DataFrame) -> list[tuple[Alias, int]]:
    """Ids that stand beside it, and with how many others of its kind they do: no aliases."""
    return [(alias, others) for alias, others in _beside(events, identifier, own) if others][:ALIASES_AT_MOST]


def _beside(events: Events, identifier: str, own: pandas.DataFrame) -> list[tuple[Alias, int]]:
    """Ids of other kinds that stand beside it, most often first, and with how many others of its kind each does."""
    key = f"beside {identifier} {json.dumps(events.selection, sort_keys=True)}"
    if key in events.memo:
        return events.memo[key]
    kind = traces.kind_known(events, identifier)
    mine = {kind: events.indexed.get(kind) or entities.kind_of(identifier)[1]}
    wanted = {k: p for k, p in events.indexed.items() if k not in (kind, entities.TRACE, *PEOPLE)}
    counted: dict[tuple[str, str], list[str]] = {}
    for row in own.itertuples(index=False):
        body = traces._text(row.body)
        origin = schema.origin(str(row.evidence), int(row.unit), int(row.units))
        named = {
            (other, found) for other, p in wanted.items() for found in entities.found_in(body, {other: p})
        }
        written = traces._text(getattr(row, "alias", None))
        if written:  # only an attribute names it
            named |= {(other, written) for other in wanted if entities.is_indexed(events, written) == other}
        for pair in named:
            counted.setdefault(pair, []).append(origin)
    out = []
    ranked = sorted(counted.items(), key=lambda item: (-len(item[1]), item[0]))
    for (other, found), origins in ranked[: 2 * ALIASES_AT_MOST]:
        lines = traces.read(events, found, limit=LINES_AT_MOST)
        things = {i for body in lines["body"] for i in entities.found_in(traces._text(body), mine)}
        if "alias" in lines.columns:
            told = {traces._text(i) for i in lines["alias"]} - {""}
            things |= {i for i in told if entities.is_indexed(events, i) == kind}
        out.append((Alias(found, other, len(origins), origins[0]), len(things - {identifier})))
    events.memo[key] = out
    return out


def chain(events: Events, identifier: str, own: pandas.DataFrame) -> list[Link]:
    """Copies, versions and parts of a thing, and theirs, at most 20, in the order in which they are found."""
    kind = traces.kind_known(events, identifier)
    pattern = events.indexed.get(kind) or entities.kind_of(identifier)[1]
    if pattern == re.escape(identifier):
        return []
    links: dict[tuple[str, str, str], Link] = {}
    waiting, seen = [(identifier, own)], {identifier}
    while waiting and len(links) < CHAIN_AT_MOST:
        current, rows = waiting.pop(0)
        for row in rows.itertuples(index=False):
            body = traces._text(row.body)
            others = [i for i in entities.found_in(body, {kind: pattern}) if i != current]
            relation = next((name for name, words in RELATIONS if others and words.search(body)), None)
            if relation is None or len(others) > 3:
                continue
            for other in others:
                key = (min(current, other), max(current, other), relation)
                origin = schema.origin(str(row.evidence), int(row.unit), int(row.units))
                links.setdefault(key, Link(current, other, relation, body.split("\n", 1)[0], origin))
                if other not in seen:
                    seen.add(other)
                    waiting.append((other, traces.read(events, other)))
    return list(links.values())[:CHAIN_AT_MOST]
