"""Values of findings within people's sentences: `{#12.affected}` is filled where it stands, and marked where it is not what it was.

On every screen of a case alike: in the story, a decision, an action, a guess, a line of the record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigator.case.reasoning import statements as stated
from investigator.case.shown import Shown, escape
from investigator.check import Expect
from investigator.finding import cell

if TYPE_CHECKING:
    from investigator.case.snapshot import Snapshot
    from investigator.ledger import Entry

_CLAIM = re.compile(r"\{#(\d+)(?:\.([A-Za-z0-9_.-]+))?\}")
_TAG = re.compile(r"(<[^<>]*>)")


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: words, or a value out of a finding, and why it is not what it was."""

    text: str
    drifted: str = ""


def pieces(snapshot: Snapshot, text: str) -> list[Piece]:
    """A text with each `{#12.affected}` filled from the finding that is pinned as #12, run again."""
    out, at = [], 0
    for match in _CLAIM.finditer(text):
        out += [Piece(text[at : match.start()]), _piece(snapshot, match)]
        at = match.end()
    return [piece for piece in [*out, Piece(text[at:])] if piece.text]


def drifted(snapshot: Snapshot, text: str) -> list[str]:
    """Every value within a text that is not what it was, and what it is now."""
    return [f"'{piece.text}': {piece.drifted}" for piece in pieces(snapshot, text) if piece.drifted]


def in_place(snapshot: Snapshot, made: Shown) -> Shown:
    """What a screen shows with its values filled; what is not as it was is marked there, in words too."""
    if not _CLAIM.search(made.markup) and not _CLAIM.search(made.text):
        return made

    def said(match: re.Match[str]) -> str:
        piece = _piece(snapshot, match)
        return f"{piece.text} [{piece.drifted}]" if piece.drifted else piece.text

    def marked(match: re.Match[str]) -> str:
        piece = _piece(snapshot, match)
        if not piece.drifted:
            return escape(piece.text)
        return f"<mark class='drifted'>{escape(piece.text)} <small>[{escape(piece.drifted)}]</small></mark>"

    markup = "".join(
        _CLAIM.sub((lambda m: escape(said(m))) if part.startswith("<") else marked, part)
        for part in _TAG.split(made.markup)
    )
    return Shown(_CLAIM.sub(said, made.text), markup)


def _piece(snapshot: Snapshot, match: re.Match[str]) -> Piece:
    entry = next((one for one in snapshot.state.pins if one.number == int(match[1])), None)
    if entry is None:
        return Piece(match[0], f"nothing is pinned as #{match[1]}")
    return _claimed(snapshot, entry, match[2] or "")


def _claimed(snapshot: Snapshot, entry: Entry, path: str) -> Piece:
    statement = stated.stands(snapshot, entry)
    if not path:
        why = statement.why or stated.SAID[statement.status]
        return Piece(statement.sentence, "" if statement.status in stated.HOLD else why)
    found = Expect(path, "==", None)
    then, now = found.found(statement.then), found.found(statement.finding)
    if then is None and now is None:
        return Piece(f"{{#{entry.number}.{path}}}", f"#{entry.number} has no value {path}")
    if statement.now is None:
        return Piece(cell(then), statement.why)
    if not Expect(path, "==", then).holds(statement.now):
        return Piece(cell(then), f"now {cell(now)}")
    return Piece(cell(now))
