"""Templates of messages: which kinds of message are one but for their variable parts.

Every line has a name already, 12 hex of its text with all words that hold a digit masked (`events/mask.py`). A
template joins names: the header that a source's lines share is taken off, dates, paths, host names and quoted parts
are masked too, and forms of one length that differ in words where variables stand are put together. It works on one
example a name, so that all lines count and a million cost what a hundred do; nothing is drawn at random, and the
order of lines changes nothing.

After SLCT (Vaarandi 2003) in masking first, IPLoM (Makanju et al. 2009) in comparing forms of one length, and Brain
(Yu et al. 2023) in telling constants from variables by how many words stand at a place.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

VARIABLE = "<*>"
#: So much of a message is looked at.
LENGTH = 1_000
#: An item that so many of a source's forms begin with is its header.
HEADER = 0.95
HEADER_ITEMS = 12
HEADER_FORMS = 8

#: So many different words make a place variable: anywhere, and behind a word or mark that announces a value. Two
#: words at a place are two messages more often than one variable (opened and closed); between four and eight, and two
#: and three, little changes (benchmarks/RESULTS.md).
ANYWHERE, ANNOUNCED = 5, 3

_MASKS = (
    # A date in words: Sun Jul 10, Monday, 04 December
    re.compile(
        r"(?i)\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[, ]+(?:\d{1,2}\s+)?)?"
        r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
        r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?\s+(?=\d)"
    ),
    # A path with two parts or more
    re.compile(r"(?<![\w.>])(?:[A-Za-z]:)?(?:[/\\][\w.$@%+~*-]+){2,}[/\\]?(?:\?[^\s\"']*)?"),
    # A dotted name of three parts or more: a host, a class
    re.compile(r"(?<![\w.])[A-Za-z_$][\w$-]*(?:\.[\w$-]+){2,}(?![\w.])"),
    # A mail address
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    # Hexadecimal without digits is rare; what holds a digit is a variable
    re.compile(r"[A-Za-z0-9_.:+/%@#$<>*-]*[0-9][A-Za-z0-9_.:+/%@#$<>*-]*"),
)
_EMPTY = re.compile(r"(?<=\s)\(\)(?=\s|$)|(?<=\s)\[\](?=\s|$)")
_RUN = re.compile(r"<\*>(?:[ ,]*<\*>)+")
_TOKEN = re.compile(r"<\*>|[\w$.@/\\*'-]+|[^\w\s]")
_LEVEL = re.compile(
    r"(?i)(?:trace|debug|info|notice|warn(?:ing)?|err(?:or)?|fatal|crit(?:ical)?|severe|[vdiwef])(?=[\s:\]|])"
)
_HEADER_ITEMS = (
    ("level", _LEVEL),
    ("value", re.compile(r"<\*>(?=[\s:,|]|$)")),
    ("bracket", re.compile(r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]")),
    ("name", re.compile(r"[\w.$()/-]+(?:\[[^\]]*\])?:(?=\s)")),
    ("mark", re.compile(r"(?:-{1,2}|:|\||,)(?=\s|$)")),
    ("dotted", re.compile(r"[A-Za-z_]\w*(?:\.\w+)+(?=\s)")),
)  # fmt: skip
_ANNOUNCES = frozenset("= : ( [ \" ' # @".split()) | frozenset(
    "for from to by of at in on as with user host name id class file path type key queue topic table service job"
    " client server node worker process thread".split()
)


@dataclass(frozen=True)
class Template:
    """One template: its id, its text with <*> for each variable part, and the names of the lines that are it."""

    id: str
    text: str
    names: tuple[str, ...]


def masked(body: str) -> str:
    """The first line of a message with its variable parts masked."""
    text = body.split("\n", 1)[0][:LENGTH]
    for pattern in _MASKS:
        text = pattern.sub(VARIABLE + " " if pattern is _MASKS[0] else VARIABLE, text)
    return _EMPTY.sub(lambda match: f"{match[0][0]}{VARIABLE}{match[0][1]}", text)


def mined(examples: Iterable[tuple[str, str, str, int]]) -> list[Template]:
    """The templates of named messages: (source, name, an example, how many lines). Sorted by text.

    Names are joined within and across sources; equal input in any order gives equal templates.
    """
    by_source: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for source, name, body, _ in sorted(examples):
        by_source[source].append((name, masked(body)))
    forms: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for _, lines in sorted(by_source.items()):
        for name, text in _without_header(lines):
            forms[tuple(_TOKEN.findall(_RUN.sub(VARIABLE, text)))].add(name)
    groups = _joined(forms)
    out = []
    for form, names in groups.items():
        text = spelled(form)
        out.append(
            Template(
                hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:12], text, tuple(sorted(names))
            )
        )
    return sorted(out, key=lambda template: template.text)


def spelled(form: tuple[str, ...]) -> str:
    """A form as people read it: no blank before a mark that follows, none after one that opens."""
    text = " ".join(form)
    text = re.sub(r" ([,;:.)\]}!?%])", r"\1", text)
    return re.sub(r"([(\[{]) ", r"\1", re.sub(r" ?= ?", "=", text))


def _without_header(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The lines of a source without the items that nearly all of them begin with."""
    rest = dict(lines)
    if len(rest) < HEADER_FORMS:
        return lines
    for _ in range(HEADER_ITEMS):
        counted: Counter[str] = Counter()
        cut: dict[str, dict[str, str]] = defaultdict(dict)
        for name, text in rest.items():
            for item, pattern in _HEADER_ITEMS:
                match = pattern.match(text)
                if match and match.end() < len(text):
                    counted[item] += 1
                    cut[item][name] = text[match.end() :].lstrip()
                    break
        if not counted:
            break
        item, number = min(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        if number < HEADER * len(rest):
            break
        rest |= cut[item]
    return sorted(rest.items())


def _joined(forms: Mapping[tuple[str, ...], set[str]]) -> dict[tuple[str, ...], set[str]]:
    """Forms of one length that differ at one place, where enough different words stand, become one."""
    by_length: dict[int, dict[tuple[str, ...], set[str]]] = defaultdict(dict)
    for form, names in forms.items():
        by_length[len(form)][form] = set(names)
    out: dict[tuple[str, ...], set[str]] = {}
    for length, group in sorted(by_length.items()):
        while True:
            families: dict[tuple[int, tuple[str, ...]], list[tuple[str, ...]]] = defaultdict(list)
            for form in group:
                for place in range(length):
                    if _may_vary(form, place):
                        families[(place, (*form[:place], VARIABLE, *form[place + 1 :]))].append(form)
            ready = [
                (len(members), place, joint)
                for (place, joint), members in families.items()
                if len({m[place] for m in members} - {VARIABLE}) >= _enough(joint, place)
                or (len(members) > 1 and joint in group)
            ]
            if not ready:
                break
            _, place, joint = min(ready, key=lambda item: (-item[0], item[1], item[2]))
            together: set[str] = set()
            for member in families[(place, joint)]:
                together |= group.pop(member, set())
            group[joint] = group.get(joint, set()) | together
        out |= group
    return out


def _may_vary(form: tuple[str, ...], place: int) -> bool:
    """Whether a word could be a variable: not the first word, no mark, and something constant is left beside it."""
    word = form[place]
    if word == VARIABLE:
        return True
    if not re.match(r"[\w/$\\]", word):
        return False
    constants = sum(1 for other in form if other != VARIABLE and re.match(r"\w", other))
    return constants > 1 and any(re.match(r"\w", other) for other in form[:place])


def _enough(joint: tuple[str, ...], place: int) -> int:
    before = joint[place - 1].lower() if place else ""
    return ANNOUNCED if before in _ANNOUNCES else ANYWHERE


def pattern(text: str) -> str:
    """A template's text as an RE2 pattern over a message, one group for each variable part, as many as fit."""
    out, groups = [], 0
    for part in re.split(r"(<\*>)", text):
        if part == VARIABLE:
            groups += 1
            out.append("(.*?)" if groups <= GROUPS else ".*?")
        else:
            out.append(r"\s*".join(re.escape(token) for token in _TOKEN.findall(part)))
    return r"\s*".join(piece for piece in out if piece) + r"\s*$"


#: Variable parts of a template whose values are told.
GROUPS = 4

_TYPES = (
    ("nothing", re.compile(r"")),
    ("number", re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")),
    ("number with unit", re.compile(r"-?[0-9]+(?:\.[0-9]+)?\s?(?:ms|us|ns|s|sec|min|h|B|KB|MB|GB|KiB|MiB|GiB|%)")),
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("address", re.compile(r"/?[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}")),
    ("hex", re.compile(r"(?:0x)?[0-9a-fA-F]{6,}")),
    ("time", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}.*)?")),
    ("path", re.compile(r"(?:[A-Za-z]:)?[/\\].*")),
    ("id", re.compile(r"[A-Za-z_]+[-_:#/][A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]*")),
    ("host or class", re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)+")),
    ("word", re.compile(r"[^\W\d_]+")),
)  # fmt: skip


def typed(values: Iterable[str]) -> str:
    """What kind of thing the values of a variable part are: the first type that all are; else text."""
    distinct = sorted(set(values))
    for name, shape in _TYPES:
        if distinct and all(shape.fullmatch(value) for value in distinct):
            return name
    return "text"
