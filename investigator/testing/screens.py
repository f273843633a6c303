"""What a screen keeps."""

from __future__ import annotations

import hashlib
import inspect
import re
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.testing.made import AFFECTED, KINDS
from investigator.testing.worlds import HOSTILE

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.case.shown import Shown
    from investigator.case.snapshot import Snapshot

SCREENS = "investigator.case.brief"
#: What a check gives a screen for a parameter that it must have.
SCREEN_GIVEN: dict[str, Any] = {"section": "summary", "number": 1}
#: When the made cases were called in, and when they are looked at: a Friday.
CALLED = datetime(2026, 6, 19, 8, tzinfo=UTC)
LOOKED = CALLED + timedelta(hours=6)
#: What is in every text that was written after the call.
_LATER = "written-later"
#: How a deadline stands, in words.
_STANDS = re.compile(
    r"\d+ (?:d|h|min|s)(?: \d+)?(?: h)? left|passed [\d a-z]+? ago|met, [\d a-z]+? to spare|missed by [\d a-z]+|resolved [\d a-z]+? (?:before|after) it"
)
_ATTRIBUTES = {"class", "data-text", "onclick", "id", "title", "colspan", "rowspan", "scope", "open"}
_LIVE = ("a", "script", "img", "iframe", "object", "embed", "form", "input", "link", "meta", "base", "svg")
_HIDES = re.compile("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]")


def check_screen(name: str) -> None:
    """Everything that a screen keeps: it takes a snapshot and gives a Shown with something in it, also for an empty case.

    Text of people and of data is inert in it. It writes nothing and leaves files and record as they were, and says
    the same twice. As of an earlier moment nothing of later is in it. Where it says how the deadline stands, it says
    what `snapshot.deadline` says: with an office that closes before it, when the incident is over, and when it was
    taken up again.
    """
    from investigator import catalogue
    from investigator.moment import clock

    function = getattr(catalogue.load(SCREENS, name, noun="screen"), name, None)
    assert function is not None, f"{name}.py has no function {name}(snapshot)."
    assert catalogue.first_line(SCREENS, name), f"{name} has no docstring: its first line is the manual."
    given = _given(name, function)
    for world, case in _cases().items():
        with clock.held(LOOKED):
            before = _written(case)
            found = _shown(f"{name} on {world}", function, case.snapshot(), given)
            again = _shown(f"{name} on {world}", function, case.snapshot(), given)
            if _written(case) != before:
                _cases.cache_clear()
                raise AssertionError(f"{name} on {world} writes: a screen only reads.")
            assert (found.text, found.markup) == (again.text, again.markup), (
                f"{name} on {world} says something else the second time."
            )
            _inert(f"{name} on {world}", found)
            _one_deadline(f"{name} on {world}", case.snapshot(), found)
            then = _shown(f"{name} on {world} as of the call", function, case.snapshot().at(CALLED), given)
            assert _LATER not in then.text + then.markup, (
                f"{name} on {world} as of the call says what was written later: take everything from the snapshot."
            )


def _given(name: str, function: Any) -> dict[str, Any]:
    """What to call it with: its first parameter is the snapshot, every other has a default or a value here."""
    first, *others = inspect.signature(function).parameters.values()
    assert first.name == "snapshot", (
        f"The first parameter of {name} is {first.name}: a screen takes a snapshot."
    )
    needed = [one.name for one in others if one.default is inspect.Parameter.empty]
    unknown = [one for one in needed if one not in SCREEN_GIVEN]
    assert not unknown, (
        f"The parameter {unknown[0]} of {name} has no default, and testing.SCREEN_GIVEN has no value for it."
    )
    return {one: SCREEN_GIVEN[one] for one in needed}


def _shown(where: str, function: Any, snapshot: Snapshot, given: dict[str, Any]) -> Shown:
    from investigator.case.shown import Shown

    found = function(snapshot, **given)
    assert isinstance(found, Shown), f"{where} gives no Shown: build it from the parts in case/shown.py."
    assert found.text.strip() and found.markup.strip(), (
        f"{where} says nothing: say in one line what would fill it (shown.missing)."
    )
    return found


class _Tags(HTMLParser):
    """The elements of a page: their attributes, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing."


def _inert(where: str, found: Shown) -> None:
    """Nothing that people or data wrote has become markup, hides or turns what stands beside it."""
    page = _Tags()
    page.feed(found.markup)
    page.close()
    assert not page.open, f"{where} leaves <{page.open[-1]}> open."
    for tag, attributes in page.seen:
        strange = set(attributes) - _ATTRIBUTES
        assert tag not in _LIVE and not strange, (
            f"{where} has <{tag} {' '.join(sorted(strange))}>: put every text through shown.escape()."
        )
    assert "<b>bold" not in found.markup, f"{where} shows text as markup: put it through shown.escape()."
    hidden = _HIDES.search(found.markup)
    assert hidden is None, f"{where} has {hidden[0]!r} in its markup: put every text through shown.escape()."


def _one_deadline(where: str, snapshot: Snapshot, found: Shown) -> None:
    """How the deadline stands is said in the one way; a screen that looks back may say how it stood then."""
    said = {words.strip() for words in _STANDS.findall(found.text)}
    due = snapshot.deadline
    allowed = {due.stands(snapshot.now)} if due else set()
    for entry in snapshot.entries():
        then = snapshot.at(entry.known - timedelta(microseconds=1))
        if then.deadline and then.state.phase != "resolved":
            allowed.add(then.deadline.stands(then.now))
    assert said <= allowed, (
        f"{where} says of the deadline {sorted(said - allowed)}; snapshot.deadline says "
        f"{due.stands(snapshot.now) if due else 'that none is known'}."
    )


def _written(case: Case) -> tuple[Any, ...]:
    """All that a screen could change: the record, what this session asked, and every file of the case."""
    files = {
        str(path.relative_to(case.path)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(case.path.rglob("*"))
        if path.is_file() and not path.name.startswith("case.db")
    }
    return case.record.head(), len(case.entries()), len(case.evidence.asked), files


#: Where the made cases lie until this process ends.
_PLACES: list[tempfile.TemporaryDirectory[str]] = []


@cache
def _cases() -> dict[str, Case]:
    """Cases that every screen must answer on, made once."""
    _PLACES.append(tempfile.TemporaryDirectory())
    root = Path(_PLACES[-1].name)
    return {
        "an empty case": _begun(root / "empty"),
        "hostile texts": _hostile(root / "hostile"),
        "an incident that is over": _phases(root / "over", (4, "resolved")),
        "one that was taken up again": _phases(root / "again", (4, "resolved"), (5, "investigating")),
    }


def _begun(root: Path, **given: Any) -> Case:
    from investigator.case import Case
    from investigator.moment import clock

    root.mkdir(parents=True)
    with clock.held(CALLED):
        return Case.new("INC-1", root=root, author="ana", **given)


def _phases(root: Path, *phases: tuple[float, str]) -> Case:
    from investigator.moment import clock

    case = _begun(root, words="lost", deadline="today 18:00")
    for hours, phase in phases:
        with clock.held(CALLED + timedelta(hours=hours)):
            case.record.phase(phase, why=_LATER, author="ben")
    return case


def _hostile(root: Path) -> Case:
    """A case in which every text that people or data can write is HOSTILE; its office closes before its deadline."""
    import json

    from investigator.case.writing import shorthand
    from investigator.moment import clock

    text = f"{HOSTILE} {_LATER}"
    line = " ".join(text.split())
    case = _begun(
        root, words=HOSTILE, title=HOSTILE, contact=HOSTILE, deadline="2026-06-21 18:00", about=[AFFECTED]
    )
    log = root / "<b>bold<b>.jsonl"
    rows = [
        {"time": (CALLED + timedelta(seconds=n)).isoformat(), "level": "error", "service": text,
         "message": f"{text} {AFFECTED}: purge scheduled for 2026-06-19T18:00:00Z"}
        for n in range(40)
    ]  # fmt: skip
    log.write_text("".join(json.dumps(row) + "\n" for row in rows) + "broken {\n")
    with clock.held(LOOKED):
        shorthand.write(case.evidence, "office", "mon-fri 08:00-16:00", author="ana")
        case.record.declare(kinds=KINDS, author="ana")
        case.add(log, author="ana")
        write = case.record
        guess = write.guess(text, expect=text, author="ana")
        write.hold(guess, "for", text=text, author="ben")
        write.judge(write.guess(text, author="ana"), "ruled out", text, author="ben")
        write.pin(case.find.trace_entity(entity=AFFECTED), author="ana")
        write.claim(text, author="ana")
        write.decide(text, why=text, options=[text, "wait"], author="ben")
        write.answer(write.ask(text, who="dana", minutes=10, author="ana"), text, author="ben")
        write.ask(text, who=text, minutes=10, author="ana")
        write.action(text, owner=text, due=text, author="ana")
        write.prose("summary", text, author="ana")
        write.plan("A", text, [(text, 10, 30)], buffer=5, author="ana")
        write.phase("identified", why=text, author="ben")
        for verb in ("worse", "did", "heard", "told", "note"):
            write.note(text, verb=verb, who=(text,), author="ben")
        shorthand.write(case.evidence, "promise", f"{line} by 15:30", author="ana")
    return case
