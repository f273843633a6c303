"""One line, one entry: an optional time, then words with @who, #id and `by 14:30` among them.

    did 14:05 paused purge @dana
    ask @ana rows in documents for the 40? 10m
    think indexer 2.3.1 dropped them | expect: healthy before 09:14

What can't be matched to what the case knows (a new name, an unknown number, a time to come) is taken, and said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from investigator import moment, natural_times, zones
from investigator.case.record.model import SIDES
from investigator.errors import MomentError, ParameterError
from investigator.moment import Moment

#: Each verb with what it writes down, and an example.
VERBS = {
    "note": ("Something worth keeping.", "note the customer sees the 41st document"),
    "did": ("Something that was done.", "did 14:05 paused purge @dana"),
    "heard": ("What somebody told us; with #12 the answer to that question.", "heard #12 40 rows, all there"),
    "told": ("What we told somebody.", "told @jonas next update 14:30"),
    "ask": ("A question to a person, with minutes to answer.", "ask @ana rows in documents for the 40? 10m"),
    "think": ("A guess, and what we should see if it is so.",
              "think indexer 2.3.1 dropped them | expect: healthy before 09:14"),
    "decide": ("A decision, between what, and why.",
               "decide pause the purge | options: pause; let it run | why: it deletes them at 18:00"),
    "object": ("What speaks against a decision; both stay.", "object #22 it loses the last hour"),
    "agree": ("Says yes to a decision.", "agree #22"),
    "for": ("What speaks for a guess: the last finding, an entry, or words.", "for #7 #12"),
    "against": ("What speaks against a guess; without a number against the one that we follow.",
                "against #7 healthy ones have schema 3 too"),
    "act": ("We act on a guess; that does not confirm it.", "act #7 the rollback costs nothing"),
    "park": ("A guess that nobody follows now; that does not refute it.", "park #7 no search is slow | why: ranking was off"),
    "reopen": ("A guess that is open again.", "reopen #7 it came back after the rollback"),
    "ruleout": ("A guess that can't be so; it stays, with the reason.", "ruleout #7 it was clean at the first try"),
    "confirm": ("A guess that is so; says what is untested, and goes ahead with a reason.",
                "confirm #7 all 412 have schema 3"),
    "pin": ("The last finding, or its sentence in your words; for or against a guess.",
            "pin for #7 {affected} documents are hidden"),
    "contact": ("Who else can be reached at the customer's.", "contact Petra Alt, customs agent, +49 40 5550 160"),
    "promise": ("Something that the customer gets by a time; `did #12` or `told #12` keeps it.",
                "promise you get the list of all 40 by 16:00"),
    "claim": ("A sentence for the status; {#12.affected} is filled by that pin's check.", "claim {#12.affected} are hidden"),
    "draft": ("A text for the customer, held against the gates.", "draft {#12}; you hear from us by 14:40"),
    "approve": ("Approves a draft as it is now; lapses when what it stands on changes.", "approve #31"),
    "sent": ("A draft went out; what stops it needs a reason.", "sent #31 | anyway: they asked on the phone"),
    "plan": ("A way to serve the deadline in steps, usual/bad minutes; or `plan A started`, `done 2`, `dropped`.",
             "plan A export by hand | steps: query 10/30, export 20/60, check 5/10 | buffer 15m"),
    "deadline": ("By when they need it, from here on.", "deadline tomorrow 12:00 | why: the office extended it"),
    "office": ("When the office that must have it is open.", "office mon-fri 08:00-16:00 | closed: 2026-12-25"),
    "zone": ("The customer's zone, in which times that name none are read, the deadline's too.", "zone Europe/Berlin"),
    "clock": ("A clock of the law or a contract beside the deadline: since when, how long or by when, and who keeps it; `did #12` keeps it.",
              "clock 09:15 privacy authority, 72 h @pia"),
    "lead": ("Hands over who leads; they say `accept`.", "lead @ana"),
    "accept": ("Takes the lead that was handed to you, and says what is new since your last line.", "accept"),
    "privileged": ("For the lawyer alone: no other screen or page shows the words.", "privileged counsel thinks that it must be reported"),
    "legalhold": ("A lawyer's hold: nothing is erased while it stands; `legalhold lifted` ends it.", "legalhold matter 12 of Ito & Kaya"),
    "worse": ("What gets worse while we look, by when, and whose it is.", "worse old exports are deleted by 18:00 @pia"),
    "undo": ("Takes your last entry back, or #17, and says why.", "undo #17 the log was cut off"),
}  # fmt: skip

#: Another word for a verb, as the screens call what it writes down.
SAME = {"guess": "think"}
#: Who writes, when it happened, and what names the write.
Given = dict[str, Any]

_CLOCK = r"(?:\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]m\b)?|\d{1,2}\s?[ap]m\b)"
_DAY = r"today|yesterday|tomorrow|\d{4}-\d{2}-\d{2}|(?:last )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_ZONE = (
    rf"\s?(?:UTC|GMT)[+-]\d{{1,2}}\b|\s?(?:{'|'.join(sorted(zones.LABELS, key=len, reverse=True))})\b"
    r"|\s?[+-]\d{2}:?\d{2}\b|\s[A-Z]\w+(?:/[A-Z]\w+)+"
)
_BY = re.compile(
    rf"\b(?:by|next (?:word|update|status|mail|call|message)(?: at| by)?) ((?i:(?:{_DAY})[ T])?{_CLOCK}(?:{_ZONE})?)(?=[\s,;.!?]|$)"
)
_WHO = re.compile(r"(?<![\w.])@(\w[\w.-]*\w|\w)")
_LAST_WHO = re.compile(r"(?:\s+@[\w.-]*\w)+\s*$")
_ID = re.compile(r"(?<![\w&])#(\w[\w.:/-]*\w|\w)")
_MINUTES = re.compile(r"\s+(\d{1,3})\s?(?:m|min|minutes)\s*$")
#: The parts that a line may have after a bar; a colon after `buffer` may be left out.
_PARTS = {
    "plan": "steps|buffer|why",
    "office": "closed",
    "sent": "anyway",
    "decide": "why|options|instead of|chose",
}
_NUMBERS = re.compile(r"^(?:#\d+[\s,]*)+")
#: How a guess stands after each of these.
JUDGED = {
    "act": "acting on",
    "park": "parked",
    "reopen": "open",
    "ruleout": "ruled out",
    "confirm": "confirmed",
}
#: Verbs of what happened: where a day alone stands first, its clock is missing.
_HAPPENED = ("note", "did", "heard", "told")
#: Verbs that need no words.
_WORDLESS = ("pin", "undo", "approve", "sent", "agree", "object", "accept")
#: Verbs that are also how an ordinary sentence begins: what does not read as one of them is a note.
ALSO_WORDS = (
    "plan",
    "office",
    "deadline",
    "object",
    "agree",
    "approve",
    "sent",
    "claim",
    "draft",
    "promise",
    "zone",
    "clock",
    "lead",
    "accept",
)


#: Verbs that also begin an ordinary sentence: in a terminal they are verbs only before a number.
_ZONE_NAME = re.compile(r"(?i)UTC|[A-Z]\w+(?:/[\w+-]+){1,2}")
_COMMON = ("for", "against", "act", "reopen", "confirm")


def parted(words: str) -> tuple[str, str]:
    """The verb of a line from a terminal and the rest; a line that begins with no verb is a note."""
    verb, _, rest = words.strip().partition(" ")
    verb = SAME.get(verb, verb)
    if verb not in VERBS or (verb in _COMMON and not rest.lstrip().startswith("#")):
        return "note", words
    if verb == "zone" and not _ZONE_NAME.fullmatch(rest.strip()):
        return "note", words  # zone 4 of the yard
    if (verb == "lead" and not rest.lstrip().startswith("@")) or (verb == "accept" and rest.strip()):
        return "note", words  # lead time is three days
    return verb, rest


@dataclass(frozen=True)
class Line:
    """A line as understood: its text, when it happened, whom and what it names, and what was doubtful."""

    verb: str
    text: str
    happened: Moment | None = None
    who: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()
    due: Moment | None = None
    minutes: int | None = None
    parts: dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def understood(verb: str, given: str, *, zone: str = "UTC", now: datetime | None = None) -> Line:
    """What a line says. Raises ParameterError for a verb that there is not, or a line without words."""
    if verb not in VERBS:
        raise ParameterError(
            f"There is no shorthand '{verb}'.",
            f"There are: {', '.join(VERBS)}.",
            f"Such as: {VERBS['did'][1]}",
        )
    now = now or moment.now()
    text, doubts = given.strip(), []
    happened = None
    begins = (
        natural_times.Beginning()
        if verb in ("deadline", "office", "zone")
        else natural_times.beginning(text, zone_name=zone, reference=now)
    )
    if begins.time:
        happened, lead, text = begins.time, text[: begins.stop].strip(" :,;[]()"), text[begins.stop :]
    elif begins.refused and (verb in _HAPPENED or not begins.clockless):
        doubts.append(f"{begins.refused.rstrip('.')}: kept as words, and the time of the line is now")
    if happened:
        doubts += [doubt for doubt in happened.doubt if not doubt.startswith("no zone")]
    if happened and happened.low > now + timedelta(minutes=1):
        doubts.append(
            f"that is {moment.duration(happened.low - now)} from now; for the day before write "
            f"`yesterday {lead}`"
        )
    chose = _LAST_WHO.search(text) if verb == "decide" and "|" in text else None
    text = text[: chose.start()] if chose else text
    names = _PARTS.get(verb, "expect|why|sure|anyway")
    cut = re.split(rf"\s*\|\s*({names})(?:\s*:|(?<=buffer)\s)\s*", text, flags=re.IGNORECASE)
    text, parts = cut[0].strip(), dict(zip((name.lower() for name in cut[1::2]), cut[2::2], strict=True))
    minutes = None
    if verb == "ask":
        found = _MINUTES.search(text)
        if found:
            minutes, text = int(found[1]), text[: found.start()].strip()
    due = None
    by = _BY.search(text)
    if by:
        try:
            due = _time(by[1], zone, now)
        except MomentError as error:
            doubts.append(f"{error.what.rstrip('.')}: kept as words")
    who = tuple(dict.fromkeys(_WHO.findall(f"{text} {chose[0] if chose else ''}")))
    marks = list(dict.fromkeys(_ID.findall(text)))
    if verb == "ask":
        text = " ".join(_WHO.sub("", text).split())
    elif verb in ("for", "against"):
        text = _NUMBERS.sub("", text)
    elif verb in ("heard", "undo", "approve", "sent", "agree", "object", *JUDGED):
        text = re.sub(r"^#\d+\s*", "", text)
    if not text and verb not in (*_WORDLESS, *SIDES, *JUDGED):
        raise ParameterError(f"A line for '{verb}' needs words.", "", f"Such as: {VERBS[verb][1]}")
    return Line(
        verb,
        text,
        happened,
        who,
        tuple(int(mark) for mark in marks if mark.isdecimal()),
        tuple(mark for mark in marks if not mark.isdecimal()),
        due,
        minutes,
        {name: value.strip() for name, value in parts.items()},
        tuple(doubts),
    )


def _time(text: str, zone: str, now: datetime) -> Moment:
    return natural_times.parse(text, zone_name=zone, reference=now)
