"""What stands before the message of each line, beyond time and level: a thread, a logger, a process, a key and its value.

A format of any dated lines does not know it, the lines do: where every event of a file's beginning has the same parts
there, in the same order, they are fields, and the message is what comes after. A line further below that has them not
keeps its whole text. Where few lines speak for it, one part must be a level, or several be keys with their values. A part that is another in nearly each line, as an
id is that the message is about, is taken off only where a further part stands behind it, and never where a logger stands or between bars.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from investigator.sources._format import Head, Lines

LINES_AT_LEAST = 8
PARTS_AT_MOST = 8
DISTINCT_AT_MOST = 0.5  # of a part's values: more of them are what messages are about
SEVERAL_AT_LEAST = 0.7  # of messages that have several words
_WORDS = re.compile(r"[^\W\d_]{2,}.*\s.*\w|\w\s.*[^\W\d_]{2,}", re.S)
_BODY = "(?P<body>.*)"
_CAPITALS = (
    "TRACE|VERBOSE|DEBUG|FINE|CONFIG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|PANIC|ALERT|"
    "EMERG|TRC|DBG|INF|WRN|FTL"
)
#: What may come between a part and the next: a mark alone between spaces, or a colon, a bar behind it.
_THEN = r"[:|>,]?\s+(?:[-|:>–]+\s+)?"


@dataclass(frozen=True)
class _Part:
    """A kind of part: its names as groups, what it looks like, and whether it may end what stands before a message."""

    names: tuple[str, ...]
    pattern: str  # with {0}, {1} for the names
    ends: bool = True


#: In the order in which they are tried.
_PARTS = (
    _Part(("level",), rf"[\[<(]?(?P<{{0}}>{_CAPITALS})\b\s*[\]>)]?(?:\s*[:|>-]+)?\s+"),
    # In small letters it may be the first word of what is said, but for a mark behind it.
    _Part(("level",), rf"[\[<(]?(?P<{{0}}>(?i:{_CAPITALS}))\s*[\]>):|]+[\s:|-]*\s"),
    _Part(("thread",), r"\[(?P<{0}>[^\[\]\n]{{1,300}})\][:|>,]?\s*(?:[-|:>–]+\s+)?"),
    _Part(("thread",), rf"<(?P<{{0}}>[^<>\n]{{{{1,60}}}})>{_THEN}"),
    _Part(("thread",), rf"\((?P<{{0}}>[^()\n]{{{{1,60}}}})\){_THEN}"),
    _Part(
        ("program", "pid"), rf"(?P<{{0}}>[A-Za-z][\w./-]{{{{0,60}}}})\[(?P<{{1}}>\d{{{{1,10}}}})\]:?{_THEN}"
    ),
    _Part(("logger",), r"(?P<{0}>[A-Za-z_$][\w.$/@*-]{{0,99}})\s+[-|–]\s+"),
    _Part(("logger",), r"(?P<{0}>[A-Za-z_$][\w.$/@*-]{{0,99}})\s*:\s+"),
    _Part(("clock",), rf"(?P<{{0}}>\d\d:\d\d:\d\d(?:[.,]\d{{{{1,9}}}})?){_THEN}", ends=False),
    _Part(("thread",), rf"(?P<{{0}}>#?[0-9A-Fa-f]{{{{1,16}}}}){_THEN}", ends=False),
    _Part(("field",), r"(?P<{0}>[\w.$:/@-]{{1,60}}(?: [\w.$:/@-]{{1,30}}){{0,2}})?[ \t]*\|[ \t]*"),
)
_ID = re.compile(r"\d{2}|[-_#]\d")
_KEYED = re.compile(r"([A-Za-z_]\w{0,30})=(?:\"[^\"\n]*\"|[^\s\"]+)\s")
#: Keys that hold where it was said.
_BESIDE = frozenset(
    "thread logger level pid tid process module class file line func function component service host worker task node pod".split()
)
#: Keys that hold what is said.
_SAID = frozenset({"msg", "message", "event", "body", "text"})


def led(form: Lines, head: Head) -> Lines:
    """The format with the parts that stand before each message of this content; as it is where there are none."""
    if not form.led or not form.pattern.removesuffix("$").endswith(_BODY):
        return form
    shape = re.compile(form.pattern)
    found = [match for line in head.lines if (match := shape.match(line))]
    # A name that the format gives to what none of these lines has is free.
    idle = [name for name in ("thread", "pid") if name in form.groups and not any(m[name] for m in found)]
    lead, names = told([match["body"] for match in found], [g for g in form.groups if g not in idle])
    if not lead:
        return form
    pattern = form.pattern
    for name in idle:
        if name in names:
            pattern = pattern.replace(f"(?P<{name}>", f"(?P<{_free(name, [*names, *form.groups])}>")
    return replace(form, pattern=pattern.replace(_BODY, f"(?:{lead})?{_BODY}"))


def told(bodies: Sequence[str], taken: Sequence[str]) -> tuple[str, list[str]]:
    """The pattern of what stands before each of these messages, empty where nothing does; and all names that are taken."""
    whole = good = ""
    rest, names = list(bodies), list(taken)
    if len(bodies) < 2:
        return "", names
    keys = 0
    for _ in range(PARTS_AT_MOST):
        step = _next(rest, names)
        if step is None:
            break
        pattern, ends, rest, names = step
        whole += pattern
        keys += "=(?P<" in pattern
        good = whole if ends and _says(rest) else good
    if len(bodies) < LINES_AT_LEAST and "level" not in names and keys < 2:
        return "", list(taken)
    return good, names


def _says(messages: Sequence[str]) -> bool:
    """Whether these are messages still: words, and more than one in most; "ok" after "state: " is none."""
    several = sum(bool(_WORDS.search(message)) for message in messages)
    return several >= SEVERAL_AT_LEAST * len(messages)


def _next(bodies: Sequence[str], taken: Sequence[str]) -> tuple[str, bool, list[str], list[str]] | None:
    """The part that all of these texts begin with, as a pattern; whether it may be the last; what comes after; names."""
    for part in (_keyed(bodies), *_PARTS):
        if part is None:
            continue
        names = [_free(name, taken) for name in part.names]
        pattern = part.pattern.format(*names)
        shape = re.compile(pattern)
        found = [match for body in bodies if (match := shape.match(body)) and match.end() < len(body)]
        if len(found) < len(bodies):
            continue
        # What is another in nearly each line is before a message only where a further part stands behind it.
        said = {match[names[0]] for match in found}
        few = len(said) <= DISTINCT_AT_MOST * len(found) or names[0] == "level"
        if "=(?P<" in part.pattern and names[0] in _BESIDE:
            few = True
        elif part.names[0] in ("logger", "field") and not few and any(map(_ID.search, said)):
            return None  # neither who logs nor a mark, but what the message is about
        elif len(found) < LINES_AT_LEAST and names[0] == "logger":
            # Of few lines one that says a name and a message, or a state, has no other mark than its points.
            few = any("." in value.strip(".") for value in said) and not any(map(_ID.search, said))
        rest = [body[match.end() :] for body, match in zip(bodies, found, strict=True)]
        return pattern, part.ends and few, rest, [*taken, *names]
    return None


def _keyed(bodies: Sequence[str]) -> _Part | None:
    """A key with its value, where all begin with the same."""
    first = _KEYED.match(bodies[0])
    if first is None or first[1].lower() in _SAID:
        return None
    name = first[1].lower()
    value = r"\"[^\"\n]*\"|[^\s\"]+"
    return _Part((name,), rf"{first[1]}=(?P<{{0}}>{value})\s+(?:[-|:>]+\s+)?")


def _free(name: str, taken: Sequence[str]) -> str:
    """A group's name that no other has: thread, thread_2."""
    return next(one for one in (name, *(f"{name}_{n}" for n in range(2, 20))) if one not in taken)
