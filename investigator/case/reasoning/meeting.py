"""The hour after an incident: who was there corrects the page first, then what is open is talked through, then two questions.

What people say is taken in as it came, beside the entry that it is about; what they answer at the end is kept without
who said it. (Calibration before a meeting: Howie, the post-incident guide, Jeli 2021.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from investigator import moment
from investigator.case.reasoning import story, unanswered
from investigator.case.reasoning.contradictions import contradictions
from investigator.case.reasoning.turns import turns
from investigator.case.record.retracted import taken_back
from investigator.errors import CaseError, ParameterError

if TYPE_CHECKING:
    from investigator.case.record.record import Record
    from investigator.case.snapshot import Snapshot
    from investigator.ledger import Entry

CORRECTS = "corrects"
MINUTES, ENDS, LEAST = 60, 5, 5
#: The two questions at the end: the name under which the answers are kept, and the question.
QUESTIONS = (
    ("clearer", "What is clearer to you than it was before?"),
    ("unsaid", "What was not said, or is still not clear?"),
)
NOBODY, SOMEBODY = "the meeting", "somebody"
#: Entries that the kit writes, whoever ran it.
_WRITTEN_BY_ITSELF = ("load", "check", "report", "scratch")
_NUMBER = re.compile(r"#(\d{1,7})\b[:,.]?\s*")
_WHO = re.compile(r"(?:From:\s*)?(?P<who>[^\W\d][\w.' -]{0,40}?)(?:\s*<[^>]*>)?\s*:\s*(?P<rest>.*)")
_FROM = re.compile(r"(?i)from:\s*\"?(?P<who>[^<\"]{1,60}?)\"?\s*(?:<[^>]*>)?\s*")
_MAIL_HEAD = re.compile(r"(?i)(?:to|cc|date|sent|subject|reply-to):\s")
_MARK = re.compile(r"(?:[-*•]|\d{1,2}[.)])\s+")
WORDS_AT_LEAST = 3


@dataclass(frozen=True)
class Part:
    """So many minutes of the hour: from which minute, for what, and what is talked about."""

    at: int
    minutes: int
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """What came in: the entries that were written, and the lines that are no correction, as they stand."""

    entries: tuple[Entry, ...]
    left: tuple[str, ...]


def participants(snapshot: Snapshot) -> list[str]:
    """Who wrote in the record, was asked, or did something: those whose view the page needs."""
    known: dict[str, None] = {}
    for entry in snapshot.entries():
        if entry.kind in _WRITTEN_BY_ITSELF or entry.author == NOBODY:
            continue
        content = entry.content or {}
        if content.get("verb") == CORRECTS:  # as a mail names them, which may be otherwise
            continue
        for name in (entry.author, *(content.get("who") or ())):
            known.setdefault(str(name).lstrip("@"))
    full = [name.split()[0] for name in known if " " in name.strip()]
    # Ivo is Ivo Brandt where one alone is called so.
    return [name for name in known if name and full.count(name) != 1]


def invitation(snapshot: Snapshot) -> str:
    """The words that go out with the interim page."""
    return "\n".join(
        (
            f"To: {', '.join(participants(snapshot)) or 'everybody who was there'}",
            f"Subject: {snapshot.id}: is this how it was?",
            "",
            f"Attached is the interim page of {snapshot.id}, {snapshot.title}. Before we meet for {MINUTES} minutes:",
            "what in it is wrong, what is missing, and what did you see, expect or do that is not in it?",
            "Answer with a line each, the number of the entry in front, such as: #12 it was 14:20, not 14:32",
            "A line without a number stands beside the page. Why somebody did not do something is no question of ours.",
        )
    )


def take(record: Record, text: str, *, page: Entry, who: str = "") -> Taken:
    """Corrections out of a text: of each `#12 ...` a note about that entry, of other sentences one about the page.

    Who says it is `who`, else the mail's sender, or the name before a colon where that is one of who was there or `#12` follows. Quoted
    lines and a mail's head are left out; so is what has too few words to be a sentence, which is given back.
    """
    there = {entry.number: entry for entry in record.entries()}
    names = {str(entry.author).lower() for entry in there.values()}
    names |= {
        str(one).lstrip("@").lower()
        for entry in there.values()
        for one in (entry.content or {}).get("who") or ()
    }
    made: list[Entry] = []
    left: list[str] = []
    for speaker, said in _said(text, names, who):
        number = _NUMBER.match(said)
        about = there.get(int(number[1])) if number else None
        words = said[number.end() :] if number and about else said
        if len(words.split()) < WORDS_AT_LEAST and about is None:
            left.append(said)
            continue
        content = {"text": words or said, "verb": CORRECTS}
        if speaker:
            content["who"] = [speaker]  # type: ignore[assignment]
        made.append(
            record.append(
                "note", content, about=(about or page).id, key=[CORRECTS, (about or page).id, speaker, words]
            )
        )
    return Taken(tuple(made), tuple(left))


def corrections(snapshot: Snapshot) -> list[tuple[Entry, bool]]:
    """Each correction, and whether somebody has answered it: with a line about it."""
    entries = snapshot.entries()
    gone = taken_back(entries)
    answered = {entry.about for entry in entries if entry.id not in gone and entry.about}
    return [
        (entry, entry.id in answered)
        for entry in entries
        if entry.id not in gone and not entry.erased and (entry.content or {}).get("verb") == CORRECTS
    ]


def settle(record: Record, number: int, how: str) -> Entry:
    """Answer a correction: what became of it. Raises CaseError where the entry is none."""
    entry = record.entry(number)
    if (entry.content or {}).get("verb") != CORRECTS:
        there = [f"#{e.number}" for e in record.entries("note") if (e.content or {}).get("verb") == CORRECTS]
        raise CaseError(
            f"#{number} is no correction.", f"There are: {', '.join(there) or 'none'}.", "Name one of these."
        )
    return record.append("note", {"text": how or "taken in"}, about=entry.id)


def plan(snapshot: Snapshot) -> tuple[list[Part], list[str]]:
    """The hour from what the record leaves open, in parts whose minutes make sixty; and what has no room in it."""
    middle = [(title, items) for title, items in (
        ("What was corrected and is not settled", [_named(e) for e, settled in corrections(snapshot) if not settled]),
        ("What can't both be so", [str(one) for one in contradictions(snapshot).lines]),
        ("Where it turned: what did you see, what did you expect?", list(_turned(snapshot))),
        ("What nobody has written yet", [part.prompt for part in story.parts(snapshot) if part.gap and part.section in _ASKED]),
        ("What is not put back, not done, or nobody's", [one.text for one in unanswered.questions(snapshot)]),
    ) if items]  # fmt: skip
    room = (MINUTES - 2 * ENDS) // LEAST
    kept: list[tuple[str, list[str]]] = [(title, []) for title, _ in middle]
    waiting = [list(items) for _, items in middle]
    while room and any(waiting):  # one of each before a second of any
        for (_, mine), rest in zip(kept, waiting, strict=True):
            if rest and room:
                mine.append(rest.pop(0))
                room -= 1
    spare = room * LEAST
    out = [Part(0, ENDS, "What this is for", (_OPENING,))]
    for title, items in kept:
        if items:
            out.append(Part(out[-1].at + out[-1].minutes, len(items) * LEAST, title, tuple(items)))
    if spare:
        out.append(
            Part(
                out[-1].at + out[-1].minutes,
                spare,
                "What went well, and what only went well by luck",
                (_FREE,),
            )
        )
    out.append(
        Part(MINUTES - ENDS, ENDS, "Two questions, answered on paper", tuple(text for _, text in QUESTIONS))
    )
    return out, [item for rest in waiting for item in rest]


_OPENING = (
    "To understand how it looked from where each of us stood. Nobody answers for what is known only now."
)
_FREE = "What would you want to happen again the same way?"
#: Parts of the story that people alone can tell.
_ASKED = ("surprise", "lucky", "detection", "process", "organisation")


def keep(record: Record, answers: Mapping[str, Iterable[str]]) -> list[Entry]:
    """The answers to the two questions, all of one question in one entry, in the order of the alphabet, without who said it.

    A name of somebody of the record in an answer becomes 'somebody'. Raises ParameterError where there is none.
    """
    if not any(list(some) for some in answers.values()):
        raise ParameterError(
            "No answer was given.",
            f"The questions are: {' '.join(asked for _, asked in QUESTIONS)}",
            "Write one answer a line, below its question.",
        )
    names = {
        str(n).lstrip("@")
        for e in record.entries()
        for n in (e.author, *((e.content or {}).get("who") or ()))
    }
    hidden = re.compile(
        "|".join(rf"@?\b{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True) if name)
        or r"(?!)",
        re.I,
    )
    made = []
    for name, _ in QUESTIONS:
        said = sorted(
            {" ".join(hidden.sub(SOMEBODY, one).split()) for one in answers.get(name, ())} - {""},
            key=str.lower,
        )
        if said:
            before = record.state.prose.get(name)
            held = (
                str((before.content or {})["text"]).split("\n")
                if before is not None and before.content
                else []
            )
            said = sorted({*held, *said}, key=str.lower)
            made.append(
                record.append("prose", {"section": name, "text": "\n".join(said)}, author=NOBODY, key=[])
            )
    return made


def answered(text: str) -> dict[str, list[str]]:
    """Answers as people wrote them down: a line each below the question, or below its number or name."""
    out: dict[str, list[str]] = {name: [] for name, _ in QUESTIONS}
    below = QUESTIONS[0][0]
    for raw in text.splitlines():
        line = raw.strip().lstrip("#").strip()
        head = next(
            (
                name
                for n, (name, asked) in enumerate(QUESTIONS, 1)
                if line.lower().rstrip(":.?") in (str(n), name, asked.lower().rstrip("?"))
            ),
            "",
        )
        if head:
            below = head
        elif line:
            out[below].append(_MARK.sub("", line, count=1))
    return out


def _said(text: str, names: set[str], who: str) -> Iterator[tuple[str, str]]:
    """(who, what) of each thing that a text says: a paragraph, or a line that begins with a number or a mark."""
    speaker, held = who, ""
    for raw in [*text.splitlines(), ""]:
        line = raw.strip()
        sender = _FROM.fullmatch(line)
        if sender or not line or line.startswith(">") or line == "--" or _MAIL_HEAD.match(line):
            if held:
                yield speaker, held
            held = ""
            if sender and not who:
                speaker = sender["who"].strip()
            continue
        named = _WHO.fullmatch(line)
        begins = bool(_NUMBER.match(line) or _MARK.match(line))
        if named and not who and (named["who"].lower().lstrip("@") in names or _NUMBER.match(named["rest"])):
            if held:
                yield speaker, held
            speaker, held = named["who"], named["rest"]
            continue
        line = _MARK.sub("", line, count=1) if _MARK.match(line) else line
        if begins and held:
            yield speaker, held
            held = ""
        held = f"{held} {line}".strip()


def _turned(snapshot: Snapshot) -> Iterator[str]:
    """Where people changed their mind or decided, the longest waits first: how long nothing had moved before it."""
    found = turns(snapshot)
    waits = {two.number: two.entries[0].known - one.entries[-1].known for one, two in pairwise(found)}
    for turn in sorted(found[1:], key=lambda one: (-waits[one.number], one.number)):
        told = next((e for e in turn.entries if e.kind in ("guess", "decision")), None)
        if told is not None:
            at = moment.show(told.happened[0], snapshot.zone, day=False)
            yield f"{at}, after {moment.duration(waits[turn.number])}: {_named(told)}"


def _named(entry: Entry) -> str:
    content = entry.content or {}
    who = ", ".join(content.get("who") or ()) or entry.author
    text = str(content.get("why") or content.get("text", ""))
    return f"#{entry.number} {who}: {text[:160]}"


def page_of(record: Record) -> Entry:
    """The interim page that went out last. Raises CaseError where none did."""
    found = [
        entry for entry in record.entries("report") if (entry.content or {}).get("template") == "postmortem"
    ]
    if not found:
        raise CaseError("No interim page has gone out.", "", f"Make it: inv meeting {record.id} --send")
    return found[-1]
