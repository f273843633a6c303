"""A chat as people copy it: who said what, and when, from Slack, Teams, Discord, WhatsApp, Zoom, IRC or plain `name: text`.

A message has a head, on its own line or before its words, and lines up to the next head. Heads differ by client and
language, so each is a pattern of its own; what is read as a clock and as a day stays text until somebody knows the day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from investigator import months
from investigator.sources._spellings import HALVES, parse

_HALF = "|".join(
    r"\.?\s?".join(word) + r"\.?" if len(word) == 2 else word for word in HALVES if not word.isascii()
)
CLOCK = rf"(?:(?:{_HALF})\s?)?\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?:\s?(?:[AaPp]\.?\s?[Mm]\.?|{_HALF})(?![^\W\d_]))?"
_WORD = r"[A-Za-zÀ-ÿ]{3,10}"
_NEAR = r"[Tt]oday|[Yy]esterday|[Hh]eute|[Gg]estern|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)|[A-Z][a-zé]+day|[A-Z][a-z]+tag|Mittwoch"
DAY = (
    r"(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{4}\. ?\d{1,2}\. ?\d{1,2}\.?|\d{4} ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일]|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    rf"|(?:(?:{_NEAR}|Mo|Di|Mi|Do|Fr|Sa|So)\.?,? )?{_WORD}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?(?![\d:])"
    rf"|(?:(?:{_NEAR}|Mo|Di|Mi|Do|Fr|Sa|So)\.?,? )?\d{{1,2}}(?:st|nd|rd|th|\.)? {_WORD}\.?(?:,? \d{{4}})?(?![\d:])"
    rf"|{_NEAR})"
)
#: A name: up to five words that begin like names do, none of them a sentence.
NAME = r"[^\W\d_][\w.'’()\-]*(?:\s[\w.'’()|\-]+){0,4}"
_EDITED = r"(?i:edited|bearbeitet|modifié|editado|editada|modificato|bewerkt|edytowane|изменено)"
_WHEN = (
    rf"(?:(?P<day>{DAY})(?:,? (?:at|um|à|às|alle|om|klo|kl\.?)|,|\s*\|\s*{_EDITED})?\s+)?(?P<clock>{CLOCK})"
)
_TAIL = rf"(?:,?\s+\(?{_EDITED}\)?)?"

#: Spaces that clients put between a clock and its half of the day.
_SPACES = str.maketrans("\t\u00a0\u202f\u2009", "    ")

#: Heads with the words on the same line.
_INLINE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^\[{_WHEN}\]\s*<?(?P<who>{NAME})>?\s*:\s(?P<text>.*)$",  # WhatsApp on a phone, many exports
        rf"^{_WHEN}\s+-\s+(?P<who>{NAME}):\s(?P<text>.*)$",  # WhatsApp elsewhere
        rf"^{_WHEN}\s+From\s+(?P<who>.+?)\s+to\s+.+?:\s*(?P<text>.*)$",  # Zoom
        rf"^\[?{_WHEN}\]?\s*<(?:[@%~&]|\+(?!\d))?(?P<who>[^\s<>]+)>\s(?P<text>.*)$",  # IRC
        rf"^\[?{_WHEN}\]?,?\s+@?(?P<who>{NAME})\s?:\s(?P<text>.*)$",
        r"^<(?:[@%~&]|\+(?!\d))?(?P<who>[^\s<>]+)>\s(?P<text>.*)$",  # IRC without times
    )
)
#: Heads on a line of their own: the words follow.
_OWN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^\[{_WHEN}\]\s+(?P<who>{NAME})\s*:?$",  # Teams
        rf"^(?P<who>{NAME}?)(?::[\w+\-]+:|\s*\(\w+/\w+\)|\s+APP)*,?\s+[—–-]?\s*\[?{_WHEN}\]?:?{_TAIL}$",  # Slack, Discord, Telegram
    )
)
#: What a name may be where the shape of its head tells that one stands there: a number, an address, signs, several words.
_ANY = r"\S(?:.{0,58}?\S)?"
_LOOSE_INLINE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^\[{_WHEN}\]\s*<?(?P<who>{_ANY})>?\s*:\s(?P<text>.*)$",
        rf"^{_WHEN}\s+-\s+(?P<who>{_ANY}):\s(?P<text>.*)$",
        rf"^{_WHEN}\s+From\s+(?P<who>.+?)\s+to\s+.+?:\s*(?P<text>.*)$",
        rf"^\[?{_WHEN}\]?\s*<(?:[@%&]|\+(?!\d))?(?P<who>[^<>]{{1,60}})>\s(?P<text>.*)$",
        rf"^\[?{_WHEN}\]?\s+(?P<who>{_ANY}):\s(?P<text>.*)$",
        r"^<(?:[@%&]|\+(?!\d))?(?P<who>[^<>]{1,60})>\s(?P<text>.*)$",
    )
)
_LOOSE_OWN = (
    re.compile(rf"^\[{_WHEN}\]\s+(?P<who>{_ANY})$"),
    re.compile(rf"^(?P<who>{_ANY})(?P<tail>,?\s+[—–-]?\s*\[?{_WHEN}\]?:?{_TAIL})$"),
)
#: Heads that no words are written like, whoever speaks: brackets around the time, a sign between it and the name.
_STRONG = ((0, 0), (0, 1), (0, 3), (1, 0))
_NAME_ALONE = re.compile(rf"^(?P<who>{NAME})(?:\s?:[\w+\-]+:|\s+APP)*$")
_CLOCK_ALONE = re.compile(rf"^(?:APP\s+)?\[?{_WHEN}\]?{_TAIL}$")
_DAY_ALONE = re.compile(rf"^[\s\-–—]*(?P<day>{DAY})[\s\-–—]*$")
#: The last resort, only where nearly every line has it: a name, a colon, words.
_COLON = re.compile(r"^@?(?P<who>[^\W\d_][\w.'’\-]*(?:\s[A-Z][\w.'’\-]*){0,2}):\s(?P<text>\S.*)$")
#: What clients write between messages and nobody said.
_NOISE = re.compile(
    r"^(?:\d+ (?:repl(?:y|ies)|Antwort(?:en)?)|Also sent to .*|replied to a thread.*|View thread|Last reply .*|New|\(edited\)|Edited|\+?\d+|:[\w+\-]+:(?: ?\d+)?|Reply|React|Seen by .*|Gesehen von .*|has joined.*|Today|Heute)$",
    re.IGNORECASE,
)
_CLOCKED = re.compile(r"\d[:.]\d{2}")
_LEVEL = re.compile(r"^(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|ERR|INF|WRN|DBG)$")
_HEADER = re.compile(
    r"^(?:From|To|Cc|Bcc|Subject|Date|Sent|Von|An|Betreff|Datum|https?|Traceback|Caused by|Error|Note)$"
)


@dataclass(frozen=True)
class Said:
    """One message: who, the words, the clock and the day as they stand there (empty where none does), and its lines."""

    who: str
    text: str
    clock: str = ""
    day: str = ""
    line: int = 0
    lines: int = 1


def messages(text: str) -> list[Said]:
    """The messages of a pasted chat, in order; none where it doesn't look like one.

    It is one when at least two heads are found, or one and the text begins with it; `name: text` alone counts only
    where most lines have it, by at least two names or twice the same.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES).split("\n")
    found = _headed(lines)
    if found:
        return found
    return _by_colon(lines)


@dataclass(frozen=True)
class _Head:
    """A head of a message: who, when as it stands there, what words stand beside it."""

    who: str
    clock: str = ""
    day: str = ""
    text: str = ""


class _Thread:
    """The shapes that the heads of one thread have: told from those with plain names, then held for all names.

    A shape is where name, time and words stand, and how the time and what parts it from the name are written.
    """

    def __init__(self, lines: list[str]) -> None:
        self._lines = [line.strip().lstrip("‎‏​") for line in lines]
        plain: dict[tuple[object, ...], list[bool]] = {}
        loose: dict[tuple[object, ...], list[bool]] = {}
        for number, line in enumerate(self._lines):
            apart = number == 0 or not self._lines[number - 1]
            if strict := self._strict(line):
                if (key := self._loosely(line, strict[0], strict[1])) is not None:
                    plain.setdefault(key[0], []).append(apart)
                continue
            for shape in [*((0, i) for i in range(len(_LOOSE_INLINE))), *((1, i) for i in range(2))]:
                if (key := self._loosely(line, *shape)) is not None:
                    loose.setdefault(key[0], []).append(apart)
                    break
        self._apart: dict[tuple[object, ...], bool] = {key: all(found) for key, found in plain.items()}
        for form, found in loose.items():
            if form not in self._apart and form[:2] in _STRONG and len(found) > 1:
                self._apart[form] = all(found)
        own = [one for line in self._lines if (one := self._strict(line)) and one[0] == 1]
        strong = sum(not (place and _bare(head)) for _, place, head in own)
        self._marked = strong > 1 or len(self.pairs()) > 1
        self._longer = self._long_names()
        leads = [_DAYED.match(line) for line in self._lines if line]
        self._dated = all(lead is not None and lead["day"] for lead in leads)

    def _strict(self, line: str) -> tuple[int, int, re.Match[str]] | None:
        if not _may_begin(line):
            return None
        for i, shape in enumerate(_INLINE):
            if m := shape.match(line):
                return (0, i, m) if _is_name(m["who"]) and _dated(m) else None
        for i, shape in enumerate(_OWN):
            if (m := shape.match(line)) and _is_name(m["who"]) and _dated(m):
                return 1, i, m
        return None

    def _loosely(self, line: str, kind: int, place: int) -> tuple[tuple[object, ...], re.Match[str]] | None:
        """The shape of a head whatever its name is, and what it says."""
        if not _may_begin(line):
            return None
        m = (_LOOSE_OWN if kind else _LOOSE_INLINE)[place].match(line)
        if m is None or _LEVEL.match(m["who"].split(" ")[0]) or not _dated(m):
            return None
        beside = m["tail"] if kind and place else line[: m.start("who")]
        if kind and place and not _GAP.match(beside):
            return None  # words may end with a time, too
        return (kind, place, re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", beside))), m

    def _long_names(self) -> dict[str, str]:
        """Names with a colon in them: where all that a name says begins alike, and with a colon, that is part of it."""
        said: dict[str, list[str]] = {}
        for number in range(len(self._lines)):
            head = self._at(number)
            if head is not None and head.text:
                said.setdefault(head.who, []).append(head.text)
        out = {}
        for who, texts in said.items():
            begins = {text.split(": ", 1)[0] if ": " in text[:42] else "" for text in texts}
            if len(texts) > 1 and len(begins) == 1 and (more := begins.pop()):
                out[who] = f"{who}: {more}"
        return out

    def head(self, number: int) -> _Head | None:
        """The head that a line is; None where it is none."""
        found = self._at(number)
        if found is None or found.who not in self._longer:
            return found
        whole = self._longer[found.who]
        return replace(
            found, who=whole, text=found.text.removeprefix(whole.removeprefix(found.who)[2:] + ": ")
        )

    def _at(self, number: int) -> _Head | None:
        if number >= len(self._lines):
            return None
        line = self._lines[number]
        if _NOISE.match(line) or self._app(line):
            return None
        found = self._strict(line)
        if found and found[:2] == (1, 1) and self._marked and _bare(found[2]):
            return (
                None  # where heads have a sign or a gap before the clock, words that end with one are words
            )
        m = found[2] if found else None
        if m is None or (found is not None and not found[0] and ": " in m["who"]):
            for kind, place, *_ in self._apart:
                told = self._loosely(line, int(str(kind)), int(str(place)))
                apart = number == 0 or not self._lines[number - 1]
                if told is not None and told[0] in self._apart and (apart or not self._apart[told[0]]):
                    m = told[1]
                    break
        if m is None:
            return None
        group = m.groupdict()
        return _Head(
            _person(m["who"]), group.get("clock") or "", group.get("day") or "", group.get("text") or ""
        )

    def _app(self, line: str) -> bool:
        """Whether a line is what Slack puts below the name of a machine, and no head of somebody called so."""
        return line.startswith("APP ") and bool(_CLOCK_ALONE.match(line))

    def nobody(self, number: int) -> bool:
        """Whether a line begins as the thread's heads do, and names nobody: what the client writes of itself."""
        line = self._lines[number]
        for key in self._apart:
            if key[0] == 0 and key[1] in _LEADS:
                lead = _LEADS[int(str(key[1]))].match(line)
                if (
                    lead
                    and (key[1] != 4 or self._dated)
                    and re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", lead[0])) == key[2]
                ):
                    return True
        return False

    def pairs(self) -> list[tuple[int, str, bool]]:
        """Lines that are a plain name with a clock alone below: their number, the clock's shape, a blank line above."""
        out = []
        for number, line in enumerate(self._lines[:-1]):
            below = self._lines[number + 1]
            clock = _CLOCK_ALONE.match(below) if _CLOCKED.search(below) else None
            if clock is None:
                continue
            name = _NAME_ALONE.match(line)
            apart = number == 0 or not self._lines[number - 1]
            # Any name stands there where a blank line is above it, and a day beside the clock below.
            any_name = clock["day"] and apart and 0 < len(line) <= 60 and not _CLOCK_ALONE.match(line)
            if (name and _is_name(name["who"])) or any_name:
                out.append((number, re.sub(r"\d+", "0", clock["clock"]), apart))
        return out


def _may_begin(line: str) -> bool:
    """Whether a line may be a head of any client: all but one have a clock, and that one begins with a bracket."""
    return line[:1] == "<" or _CLOCKED.search(line) is not None


def _bare(head: re.Match[str]) -> bool:
    """Whether nothing but a space stands between a name and its clock."""
    return not head["day"] and not _GAP.match(head.string[head.end("who") :])


#: What stands between a name and the time beside it, and mostly not between words and a time.
_GAP = re.compile(r",|:[\w+\-]+:|\s*\(\w+/\w+\)|\s+APP\b|\s+[—–\[-]|\s{2,}")
_STAMPED = re.compile(rf"^\[{_WHEN}\]\s*")
_DASHED = re.compile(rf"^{_WHEN}\s+-\s+")
#: What a message goes on with may begin so, too: it is a line's own beginning where every line begins with a day.
_DAYED = re.compile(rf"^\[?{_WHEN}\]?\s+")
#: How a line begins that is a head of each inline shape, and may name nobody.
_LEADS = {0: _STAMPED, 1: _DASHED, 4: _DAYED}


def _headed(lines: list[str]) -> list[Said]:
    out: list[Said] = []
    words: list[str] = []
    day = ""
    loose = 0  # lines before any head
    thread = _Thread(lines)
    pairs = thread.pairs()
    clocks = {shape for _, shape, _ in pairs} if len(pairs) > 1 else set()
    all_apart = all(apart for _, _, apart in pairs)

    def close(until: int) -> None:
        if out and (words or not out[-1].text):
            said = "\n".join([*([out[-1].text] if out[-1].text else []), *words]).strip()
            out[-1] = replace(out[-1], text=said, lines=max(1, until - out[-1].line + 1))
        words.clear()

    number = 0
    while number < len(lines):
        line = lines[number].strip()
        number += 1
        if not line or line in ("​", "‎"):
            if words:
                words.append("")
            continue
        line = line.lstrip("‎‏​")
        alone = _DAY_ALONE.match(line)
        if alone and not _is_day(alone["day"]):
            alone = None
        if alone and not (out and _follows_words(lines, number, thread)):
            close(number - 1)
            day = alone["day"]
            continue
        if (head := thread.head(number - 1)) is not None:
            close(number - 1)
            day = head.day or day
            out.append(Said(head.who, "", head.clock, day, number))
            if head.text:
                words.append(head.text)
            continue
        if thread.nobody(number - 1):
            close(number - 1)
            continue
        after = lines[number].strip() if number < len(lines) else ""
        name = _NAME_ALONE.match(line)
        clock = _CLOCK_ALONE.match(after)
        plainly = bool(name and clock and _names(name["who"], lines[number], out, words))
        apart = number == 1 or not lines[number - 2].strip()
        shaped = clock and re.sub(r"\d+", "0", clock["clock"]) in clocks and (apart or not all_apart)
        if clock and (
            plainly
            or (shaped and len(line) <= 60 and not _CLOCK_ALONE.match(line) and (not out or any(words)))
        ):
            close(number - 1)
            day = clock["day"] or day
            out.append(Said(_person(name["who"] if name else line), "", clock["clock"], day, number))
            number += 1
            continue
        clock = _CLOCK_ALONE.match(line)
        if clock and out:  # the same person goes on
            close(number - 1)
            day = clock["day"] or day
            out.append(Said(out[-1].who, "", clock["clock"], day, number))
            continue
        if _NOISE.match(line):
            continue
        if not out:
            loose += 1
        words.append(lines[number - 1].rstrip())
    close(len(lines))
    heads = len(out)
    kept = [said for said in out if said.text]
    if heads >= 2 and loose <= heads:
        return kept
    return kept if heads == 1 and loose == 0 else []


def _names(who: str, clock: str, out: list[Said], words: list[str]) -> bool:
    """Whether a line before a clock is who speaks next, and not the last word of the one before."""
    if not _is_name(who) or (out and not any(words)):
        return False  # a head has words
    spoke = _person(who) in {said.who for said in out}
    return not out or spoke or clock[:1] == " " or who[:1].isupper() or (bool(words) and not words[-1])


def _follows_words(lines: list[str], number: int, thread: _Thread) -> bool:
    """Whether what follows is not a head: then a line that reads like a day is part of what was said."""
    at = next((at for at in range(number, min(number + 3, len(lines))) if lines[at].strip()), None)
    if at is None:
        return False
    shapes = (*_INLINE, *_OWN, _NAME_ALONE)
    return thread.head(at) is None and not any(shape.match(lines[at].strip()) for shape in shapes)


def _by_colon(lines: list[str]) -> list[Said]:
    full = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    heads = [(number, m) for number, line in full if (m := _COLON.match(line)) and _is_name(m["who"])]
    names = {m["who"] for _, m in heads}
    if len(heads) < 2 or len(heads) < 0.6 * len(full) or len(names) > 0.7 * len(heads) + 1:
        return []
    if full[0][0] != heads[0][0]:
        return []
    begins = dict(heads)
    out: list[Said] = []
    for number, line in full:
        if number in begins:
            out.append(Said(_person(begins[number]["who"]), begins[number]["text"], line=number))
        else:
            out[-1] = replace(out[-1], text=f"{out[-1].text}\n{line}", lines=number - out[-1].line + 1)
    return out


def unsaid(line: str) -> tuple[str, str, str] | None:
    """The day, the clock and the words of a line that begins as a chat's do: what the client writes of itself."""
    line = line.translate(_SPACES).strip().lstrip("‎‏​")
    dayed = _DAYED.match(line)
    head = _STAMPED.match(line) or _DASHED.match(line) or (dayed if dayed and dayed["day"] else None)
    words = line[head.end() :].lstrip("‎‏​ ") if head else ""
    return (head["day"] or "", head["clock"], words) if head and words else None


def names_a_day(line: str) -> bool:
    """Whether a line is a day alone, as clients put between messages."""
    found = _DAY_ALONE.match(line.strip())
    return bool(found) and _is_day(found["day"])  # type: ignore[index]  # bool(found) says so


def _dated(head: re.Match[str]) -> bool:
    """Whether what stands for the day of a head is one: `hall 2 since 9:58` names none."""
    day = head.groupdict().get("day")
    return not day or _is_day(day)


def _is_day(text: str) -> bool:
    return _date(text, date(2000, 1, 1)) is not None


#: What stands behind a clock and is nobody.
_OF_CLOCK = re.compile(r"(?i)(?:uhr|uur|h|hrs?|heures?|horas?|o['’]clock)(?:\s*\([^)]*\))?$")


def _is_name(who: str) -> bool:
    words = who.split()
    return (
        bool(words)
        and not _LEVEL.match(words[0])
        and not _OF_CLOCK.match(who.strip())
        and not _HEADER.match(who.strip())
        and len(who) <= 60
    )


def _person(who: str) -> str:
    return re.sub(r"\s*(?:\(\w+/\w+\)|:[\w+\-]+:)$", "", who.strip()).strip()


# -- when ------------------------------------------------------------------------------------------------------------

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TAGE = ("mon", "die", "mit", "don", "fre", "sam", "son")
#: A clock that goes back by less is a message that came in between; by more it is another day.
BACK = timedelta(hours=6)


def times(found: list[Said], now: datetime) -> list[tuple[datetime, datetime] | None]:
    """Each message's time as an interval of naive local times (low, up to the minute's or second's end); None without.

    `now` is the local time at which it is pasted, naive: nothing was said after it. A day that is named counts for what
    follows; without one the last message is the latest that is not after now, and the others go back from there.
    """
    clocks = [_clock(said.clock) for said in found]
    named = [_date(said.day, now.date()) if said.day else None for said in found]
    days: list[date | None] = list(named)
    # Forward from a named day, over midnight where the clock falls back far.
    today: date | None = None
    before: time | None = None
    given = ""
    for at, said in enumerate(found):
        if named[at] is not None and said.day != given:
            today, before, given = named[at], None, said.day
        clock = clocks[at]
        if clock is None or today is None:
            continue
        if before is not None and _minutes(before) - _minutes(clock) > BACK.total_seconds() / 60:
            today += timedelta(days=1)
        days[at], before = today, clock
    # Backward from now for what has no day.
    later = now
    for at in range(len(found) - 1, -1, -1):
        clock = clocks[at]
        if clock is None:
            continue
        day = days[at]
        if day is None:
            moment = datetime.combine(later.date(), clock)
            while moment > later + (timedelta(minutes=1) if later == now else BACK):
                moment -= timedelta(days=1)
            days[at] = moment.date()
        later = min(later, datetime.combine(days[at] or later.date(), clock))
    out: list[tuple[datetime, datetime] | None] = []
    for at, said in enumerate(found):
        clock, day = clocks[at], days[at]
        if clock is None or day is None:
            out.append(None)
            continue
        low = datetime.combine(day, clock)
        exact = re.search(r"\d{1,2}[:.]\d{2}[:.]\d{2}", said.clock)
        out.append((low, low + timedelta(seconds=1 if exact else 60) - timedelta(microseconds=1)))
    return out


def _minutes(clock: time) -> float:
    return clock.hour * 60 + clock.minute


def _clock(text: str) -> time | None:
    said = parse(f"2000-01-01 {text}")
    if said is None or said.clock is None or said.clock[0] > 23 or said.clock[2] > 59:
        return None
    return time(*said.clock[:3])


def _date(text: str, today: date) -> date | None:
    """A day as a client writes it; without a year the latest that is not after today. Day before month, if in doubt."""
    said = text.lower().strip()
    if said in ("today", "heute"):
        return today
    if said in ("yesterday", "gestern"):
        return today - timedelta(days=1)
    for names in (_DAYS, _TAGE):
        if said[:3] in names and re.fullmatch(r"[a-z]+\.?", said):
            return today - timedelta(days=(today.weekday() - names.index(said[:3])) % 7)
    try:
        if found := re.match(r"^(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?$", said):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := re.match(r"^(\d{1,2})([./-])(\d{1,2})[./-](\d{2,4})$", said):
            one, two, year = int(found[1]), int(found[3]), int(found[4])
            year += 2000 if year < 100 else 0
            swap = two > 12 or (found[2] == "/" and one <= 12 and date(year, two, one) > today)
            return date(year, one, two) if swap else date(year, two, one)
        number = re.search(r"\b(\d{1,2})(?:st|nd|rd|th|\.)?(?![\d:])", said)
        named = [
            at
            for word in re.findall(_WORD, text)
            if (at := months.number(word)) and word[:3].lower() not in (*_DAYS, "son")
        ]
        if not named or not number:
            return None
        if year_said := re.search(r"\b(\d{4})\b", said):
            return date(int(year_said[1]), named[-1], int(number[1]))
        here = date(today.year, named[-1], int(number[1]))
        return here if here <= today else date(today.year - 1, named[-1], int(number[1]))
    except ValueError:
        return None
