"""Claims: what a finding says of a thing in a way that another finding, or a person, could say otherwise.

An analysis declares the properties that it states in `CLAIMS`, a tuple of `Property`: nobody has to know which
analyses speak of the same thing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What a thing's whereabouts can be, as people tell them apart; finer words mean one of these.
WHEREABOUTS = {
    "available": "available",
    "delivered": "available",
    "hidden": "hidden",
    "hidden by index": "hidden",
    "hidden by permission": "hidden",
    "hidden by tenant": "hidden",
    "hidden by soft delete": "hidden",
    "gone": "gone",
    "content missing": "gone",
    "never received": "never received",
}
PLACES = ("available", "hidden", "gone", "never received")

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Property:
    """One thing that an analysis states: of what, which property, and where it stands in the finding's value.

    `of` names the subject, with {fields} of the value, of the item, or of the check's parameters. `each` is a list in
    the value, of dictionaries or of plain values, which makes one claim an item; `is_` is what being in the list says.
    `words` are what the cells mean, for properties that are one of a few; others are numbers. `upto` is a path to what may come on top of a number, as
    what could not be judged; `less` one to what others may not count. `apart` are parameters under which the number means something else.
    """

    of: str
    name: str
    path: str = ""
    each: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    is_: str = ""
    upto: str = ""
    less: str = ""
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """That a property of a subject (its `name`) is one of `allowed`, or lies from `low` to `high`; `window` is what it was looked for in."""

    subject: str
    name: str
    window: str
    said: str
    allowed: frozenset[str] = frozenset()
    low: float = 0.0
    high: float = 0.0

    @property
    def key(self) -> tuple[str, str, str]:
        """What must be the same for two claims to speak of the same thing."""
        return self.subject, self.name, self.window

    def excludes(self, other: Claim) -> bool:
        """Whether both can't hold."""
        if self.key != other.key or bool(self.allowed) != bool(other.allowed):
            return False
        if self.allowed:
            return not self.allowed & other.allowed
        return self.low > other.high or other.low > self.high


def of_finding(finding: Mapping[str, Any], declared: tuple[Property, ...]) -> list[Claim]:
    """What a finding, as JSON, claims by the properties that its analysis declares; nothing where it could not tell."""
    value, check = finding.get("value"), finding.get("check") or {}
    if finding.get("verdict") == "inconclusive" or not isinstance(value, dict):
        return []
    params = check.get("params") or {}
    selection = {key: cell for key, cell in (check.get("selection") or {}).items() if key != "load"}
    out = []
    for one in declared:
        window = json.dumps([selection, {key: params[key] for key in one.apart if params.get(key)}], sort_keys=True)  # fmt: skip
        for item in _items(value, one):
            subject = _subject(one.of, item, value, params)
            found = one.is_ or _at(item, one.path)
            if not subject or found is None:
                continue
            claim = _claim(one, subject, window, found, value)
            if claim is not None:
                out.append(claim)
    return out


def _claim(one: Property, subject: str, window: str, found: Any, value: Mapping[str, Any]) -> Claim | None:
    if one.words or one.is_:
        meant = one.is_ or one.words.get(str(found), "")
        return Claim(subject, one.name, window, str(found), frozenset((meant,))) if meant else None
    number = found
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    more, less = (
        other if path and isinstance(other := _at(value, path), (int, float)) else 0
        for path in (one.upto, one.less)
    )
    low, high = number - less, number + more
    said = f"{low:,} to {high:,}" if low != high else f"{number:,}"
    return Claim(subject, one.name, window, said, low=low, high=high)


def _items(value: Mapping[str, Any], one: Property) -> Iterator[Mapping[str, Any]]:
    if not one.each:
        yield value
        return
    listed = _at(value, one.each)
    for item in listed if isinstance(listed, list) else []:
        yield item if isinstance(item, dict) else {"id": item}


def _at(value: Any, path: str) -> Any:
    for part in [part for part in path.split(".") if part]:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _subject(template: str, *places: Mapping[str, Any]) -> str:
    """The subject with its fields filled in; empty where one is not there."""
    lacking = []

    def fill(match: re.Match) -> str:
        for place in places:
            found = place.get(match[1])
            if isinstance(found, (str, int)) and str(found):
                return str(found)
        lacking.append(match[1])
        return ""

    out = _PLACE.sub(fill, template)
    return "" if lacking else out


# -- what people say -------------------------------------------------------------------------------------------------

_GONE = r"gone(?: for good)?|deleted|purged|destroyed|lost(?: for good)?"
_HIDDEN = r"hidden|only hidden"
_THERE = r"available|visible again|found again|searchable again"
_WHOLE = re.compile(
    rf"(?i)(?:is|was|are|were) (not |n't )?({_GONE}|{_HIDDEN}|{_THERE})(?:[.,;!]|$| and\b| but\b)"
)
_HURT = r"affected|hit"
_COUNT = re.compile(
    rf"(?i)^(?:(?:we (?:count|have)|there are|it is|that makes|in all|now|so)[:,]? )?([0-9][0-9,.]*) (\w+)(?: (?:are|were|have been))? (?:{_HURT})[.!]?$"
)


def of_words(text: str, *, ids: Mapping[str, str], kinds: tuple[str, ...], like: str) -> list[Claim]:
    """What a sentence of a person claims, where that is beyond doubt; nothing else.

    `<id> is gone`, for an id of a kind that the case knows; `412 documents are affected`, of the kind of the case and
    with nothing else in the sentence. What is hedged, partial, or asks, claims nothing.
    """
    out: list[Claim] = []
    window = json.dumps([{}, {}], sort_keys=True)
    line = " ".join(text.split())
    if "?" in line or re.search(r"(?i)\b(?:if|whether|maybe|perhaps|might|may|could|think|suspect|guess|seems?|probably|unless|not sure|would|either)\b", line):  # fmt: skip
        return out
    pattern = "|".join(f"(?:{one})" for one in ids.values())
    named = re.findall(rf"(?<![\w-])(?:{pattern})(?![\w-])", line) if pattern else []
    if len(set(named)) == 1:
        behind = line.split(named[0], 1)[1].lstrip()
        told = _WHOLE.match(behind)
        if told:
            meant = "gone" if re.fullmatch(f"(?i){_GONE}", told[2]) else "hidden" if re.fullmatch(f"(?i){_HIDDEN}", told[2]) else "available"  # fmt: skip
            allowed = frozenset((meant,)) if not told[1] else frozenset(PLACES) - {meant}
            said = f"not {told[2]}" if told[1] else told[2]
            out.append(Claim(named[0], "whereabouts", window, said, allowed))
    counted = _COUNT.match(line)
    if counted and like and counted[2].lower() in kinds:
        number = float(counted[1].replace(",", "").rstrip("."))
        out.append(Claim(f"those like {like}", "affected", window, f"{number:,.0f}", low=number, high=number))
    return out
