"""Whether a small file that says no kind of its own is what people wrote: somebody's sentences, or who said what."""

from __future__ import annotations

import re
from collections.abc import Sequence

from investigator.events.mask import masked
from investigator.load.roles import plain

#: A file of so many rows at most; there are so many notes at most, each of so many sentences.
ROWS_AT_MOST, NOTES_AT_MOST, SENTENCES_AT_LEAST = 60, 3, 2
#: A key that says who speaks; and one that may as well say who does it, beside what was said or what is done.
_WHO = re.compile(r"^(?:user|author|from|sender|nick|speaker|poster)(?:name)?$")
_DOES = re.compile(r"^(?:by|who|person)$")
_SAYS = re.compile(r"^(?:messages?|msg|text|said|says|words|nachricht|mensaje|mensagem|messaggio|bericht)$")
#: Where a sentence ends, and some words of letters in a row.
_END = re.compile(r"(?<=[.!?])[\"'”)]?\s+")
_WORDS = re.compile(r"(?:[^\W\d_][\w'’-]*[,;:.!?]*(?:\s+|$)){3}")
#: A line that begins with a clock: one of several in a list of what was when.
_LED = re.compile(r"^\W*\d{1,2}[:.h]\d\d\b", re.M)
#: What programs write: a pair, a level, a stack, a request.
_RUNS = re.compile(
    r"\b[\w.]+=\S|\b(?:DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|TRACE)\b|^\s*at \S+\(|\b(?:GET|POST|PUT) /|[{}<>]",
    re.M,
)


def kind_of(
    keys: Sequence[str], taken: set[str], said: Sequence[str], levels: Sequence[str], *, body: str = ""
) -> str:
    """`ticket` for a few texts of sentences, `message` for rows of who, when and words alone; empty for all else.

    `body` is the key of the words: who does what, and when, is a list of changes.
    """
    if not 1 <= len(said) <= ROWS_AT_MOST or levels or any(map(_RUNS.search, said)):
        return ""
    if len(said) <= NOTES_AT_MOST and all(map(_is_note, said)):
        return "ticket"
    rest = [plain(key) for key in keys if key not in taken]
    worded = sum(bool(_WORDS.search(text)) for text in said)
    different = len({masked(text) for text in said}) == len(said)
    who = rest[0] if len(rest) == 1 else ""
    alone = bool(_WHO.match(who) or (_DOES.match(who) and _SAYS.match(plain(body))))
    return "message" if alone and different and 2 * worded > len(said) else ""


def _is_note(text: str) -> bool:
    """Whether sentences make most of a text of some lines."""
    _, _, rest = text.strip().partition("\n")
    parts = [part for part in _END.split(text.strip()) if _WORDS.search(part)]
    whole = [part for part in parts if part[-1] in ".!?\"'”)"]
    return len(whole) >= SENTENCES_AT_LEAST and 2 * sum(map(len, whole)) > len(rest) and not _LED.search(rest)
