"""Ids by their shape: which kinds of id the messages and attributes hold, though nobody has declared them.

A shape that is an id whatever stands beside it: a uuid, hex of 24 or 40 digits, a ULID, a prefix and a number (DOC-4711,
INV_2024_0001). A bare number is one only beside a word that says what it is (order=123, "orderId": 123).
Of each kind of message only a few examples are looked at; how often a pattern is there is counted over all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from investigator.events import entities

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: Kinds of message that are looked at, and patterns that are counted.
MESSAGES_AT_MOST = 5_000
PATTERNS_AT_MOST = 24
KEYS_AT_MOST, NOUNS_AT_MOST = 300, 16
#: A shape of which there are not so many different ids is a name or a version, no kind of thing.
DIFFERENT_AT_LEAST = 3

_UUID = re.compile(rf"\b{entities.UUID}\b")
_HEX = re.compile(r"\b(?:[0-9a-f]{40}|[0-9a-f]{24})\b")
_HEX_32 = re.compile(r"([A-Za-z_.-]{0,20})[\s\"'=:/-]{0,4}\b([0-9a-f]{32})\b")
_ULID = re.compile(rf"\b{entities.ULID}\b")
_PREFIXED = re.compile(r"(?<![\w./:-])[A-Z][A-Z_]{1,9}[-_#][0-9]{2,20}(?:[-_][0-9]{2,20}){0,3}(?![\w-])")
_LOWER = re.compile(r"(?<![\w./:-])[a-z]{2,12}[-_#][0-9]{3,20}(?![\w.-])")
_PAIR = re.compile(r'(?<![\w.-])"?([A-Za-z][A-Za-z_.-]{1,30}?)"?\s*[=:#]\s*"?([0-9]{2,20})\b(?![.:%-])')
#: What a number beside it names; a word with `id` after it is one, too, unless it is the machine's own.
_NOUNS = (
    "order document doc customer user invoice ticket account payment request shipment product session transaction message "
    "batch tenant booking contract claim case job article item parcel delivery subscription member client filing report"
).split()
_OURS = (
    "pid tid thread process proc uid gid port status code line lineno size bytes length count duration elapsed ms attempt "
    "retry retries version build offset partition page limit timeout seq sequence index level priority exit event kernel "
    "worker cpu core host node zone shard slot"
).split()
#: Words that stand before a number with a dash and are no prefix of an id.
_NO_PREFIX = re.compile(
    r"(?i)^(?:utf|iso|sha|md|rfc|http|tls|ssl|aes|rsa|cve|gmt|utc|base|int|uint|float|ipv|ec|es|hs|rs|win|ms|us|kb)[-_#]"
)


@dataclass(frozen=True)
class Shape:
    """One kind of id as found: a name and pattern to declare, how many events name one, how many ids, and examples."""

    kind: str
    pattern: str
    events: int
    ids: int
    examples: tuple[str, ...]
    sources: tuple[str, ...]
    declared: bool


def found_in(text: str) -> list[tuple[str, str]]:
    """The kinds and patterns of the ids in a text, by their shapes."""
    out: list[tuple[str, str]] = []
    taken = text
    for pattern in (_UUID, _ULID, _HEX):
        for match in pattern.finditer(taken):
            if not match[0].isdecimal() and re.search("[a-zA-Z]", match[0]):
                out.append(entities.kind_of(match[0]))
        taken = pattern.sub(" ", taken)
    for match in _HEX_32.finditer(taken):
        # A trace id is known by its column.
        if re.search("[a-f]", match[2]) and not re.search("(?i)trace|span", match[1]):
            out.append(("hex", "[0-9a-f]{32}"))
    taken = _HEX_32.sub(" ", taken)
    for pattern in (_PREFIXED, _LOWER):
        for match in pattern.finditer(taken):
            if not _NO_PREFIX.match(match[0]):
                out.append(entities.kind_of(match[0]))
    for match in _PAIR.finditer(taken):
        word = _noun(match[1])
        if word:
            out.append((word, entities.beside(word)))
    return out


def _noun(key: str) -> str | None:
    """What a key says its number is of: orderId, order_no and order are all `order`; None for the machine's own."""
    bare = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower().replace("-", "_").rpartition(".")[2]
    match = re.fullmatch(r"([a-z_]+?)_?(id|no|nr|number|key)?", bare)
    if not match:
        return None
    word = match[1].strip("_")
    last = word.rpartition("_")[2]
    if last in _OURS or not word:
        return None
    return word if word in _NOUNS or (match[2] == "id" and len(word) > 2) else None


def proposed(events: Events) -> list[Shape]:
    """The kinds of id in the selected events, those that most events name first; declared ones say so."""
    said = _texts(events)
    candidates = Counter(found for text in _examples(events, said) for found in dict.fromkeys(found_in(text)))
    patterns: dict[str, str] = {}
    for (kind, pattern), _ in sorted(candidates.items(), key=lambda item: (-item[1], item[0])):
        if pattern in patterns.values() or len(patterns) >= PATTERNS_AT_MOST:
            continue
        free = kind
        number = 2
        while free in patterns:
            free, number = f"{kind}_{number}", number + 1
        patterns[free] = pattern
    declared = {pattern: kind for kind, pattern in events.indexed.items()}
    counted = _counted(events, said, patterns)
    out = [
        Shape(
            declared.get(pattern, kind),
            pattern,
            *counted[kind][:2],
            counted[kind][2],
            counted[kind][3],
            pattern in declared,
        )
        for kind, pattern in patterns.items()
        if counted[kind][1] >= DIFFERENT_AT_LEAST or pattern in declared
    ]
    return sorted(out, key=lambda shape: (-shape.events, shape.kind))


def _texts(events: Events) -> ir.Table:
    """What events say, and their attributes: values as they are, numbers with the key that says what they are."""
    import ibis

    table = events.table.filter(events.table.kind != "metric")
    listed = table.select(key=table.attributes.keys().unnest())
    counted = listed.group_by("key").aggregate(n=listed.count())
    keys = events.engine.fetch(counted.order_by([counted.n.desc(), counted.key]).limit(KEYS_AT_MOST))["key"]
    text = ibis.coalesce(table.body, "") + " " + ibis.coalesce(table.attributes.values().join(" "), "")
    for key in [key for key in map(str, keys) if _noun(key)][:NOUNS_AT_MOST]:
        text = text + ibis.coalesce(
            ibis.literal(f" {key}=") + table.attributes.get(key, ibis.null("string")), ""
        )
    return table.select("source", "name", text=text)


def _examples(events: Events, said: ir.Table) -> Iterable[str]:
    """Two texts of each kind of message of each source."""
    each = said.group_by(["source", "name"]).aggregate(
        n=said.count(), one=said.text.min(), other=said.text.max()
    )
    each = each.order_by([each.n.desc(), each["source"], each.name]).limit(MESSAGES_AT_MOST)
    for row in events.engine.fetch(each).itertuples(index=False):
        yield from dict.fromkeys(str(text)[:4000] for text in (row.one, row.other) if text is not None)


def _counted(
    events: Events, said: ir.Table, patterns: dict[str, str]
) -> dict[str, tuple[int, int, tuple[str, ...], tuple[str, ...]]]:
    """How many events name an id of each pattern, how many different ones, some of them, and the sources."""
    if not patterns:
        return {}
    found = {}
    for place, pattern in enumerate(patterns.values()):
        group = 1 if entities.keyed(pattern) else 0
        found[f"x{place}"] = said.text.re_extract(entities.whole_word(pattern), group).nullif("")
    rows = said.select("source", **found)
    asked: dict[str, Any] = {}
    for name in found:
        column = rows[name]
        asked |= {f"{name}_n": column.count(), f"{name}_ids": column.nunique()}
        asked |= {f"{name}_low": column.min(), f"{name}_high": column.max()}
    # One pass: the text of an event is put together once for all patterns.
    frame = events.engine.fetch(rows.group_by("source").aggregate(**asked).order_by("source"))
    out = {}
    for place, (kind, pattern) in enumerate(patterns.items()):
        own = frame[frame[f"x{place}_n"] > 0]
        before = f"{kind}=" if entities.keyed(pattern) else ""
        ends = [*own[f"x{place}_low"], *own[f"x{place}_high"]]
        examples = tuple(dict.fromkeys(f"{before}{end}" for end in ends))[:4]
        ids = int(own[f"x{place}_ids"].max()) if len(own) else 0
        out[kind] = (int(own[f"x{place}_n"].sum()), ids, examples, tuple(map(str, own["source"])))
    return out
