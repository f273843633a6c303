"""Other ids of the same thing, and things that came from it: read from the lines that name both.

An alias is an id of another kind that is never named together with a second thing of the first's kind. Copies,
versions and parts are ids of the same kind that a line names together with a word for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigator.events import entities, paths, schema
from investigator.events.customers import KINDS as PEOPLE

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
    """The aliases of an id, from the messages of its own events; the most often named first.

    Only kinds that the case has declared are looked for, in messages; ids that only an attribute holds are not seen.
    """
    kind = paths.kind_known(events, identifier)
    mine = events.indexed.get(kind) or entities.kind_of(identifier)[1]
    counted: dict[tuple[str, str], list[str]] = {}
    for row in own.itertuples(index=False):
        body = paths._text(row.body)
        for other, pattern in events.indexed.items():
            if other in (kind, entities.TRACE, *PEOPLE):
                continue
            for found in entities.found_in(body, [pattern]):
                origin = schema.origin(str(row.evidence), int(row.unit), int(row.units))
                counted.setdefault((other, found), []).append(origin)
    out = []
    ranked = sorted(counted.items(), key=lambda item: (-len(item[1]), item[0]))
    for (other, found), origins in ranked[: 2 * ALIASES_AT_MOST]:
        lines = paths.read(events, found, limit=LINES_AT_MOST)
        named = {i for body in lines["body"] for i in entities.found_in(paths._text(body), [mine])}
        if named == {identifier}:
            out.append(Alias(found, other, len(origins), origins[0]))
    return out[:ALIASES_AT_MOST]


def chain(events: Events, identifier: str, own: pandas.DataFrame) -> list[Link]:
    """Copies, versions and parts of a thing, and theirs, at most 20, in the order in which they are found."""
    kind = paths.kind_known(events, identifier)
    pattern = events.indexed.get(kind) or entities.kind_of(identifier)[1]
    if pattern == re.escape(identifier):
        return []
    links: dict[tuple[str, str, str], Link] = {}
    waiting, seen = [(identifier, own)], {identifier}
    while waiting and len(links) < CHAIN_AT_MOST:
        current, rows = waiting.pop(0)
        for row in rows.itertuples(index=False):
            body = paths._text(row.body)
            others = [i for i in entities.found_in(body, [pattern]) if i != current]
            relation = next((name for name, words in RELATIONS if others and words.search(body)), None)
            if relation is None or len(others) > 3:
                continue
            for other in others:
                key = (min(current, other), max(current, other), relation)
                origin = schema.origin(str(row.evidence), int(row.unit), int(row.units))
                links.setdefault(key, Link(current, other, relation, body.split("\n", 1)[0], origin))
                if other not in seen:
                    seen.add(other)
                    waiting.append((other, paths.read(events, other)))
    return list(links.values())[:CHAIN_AT_MOST]
