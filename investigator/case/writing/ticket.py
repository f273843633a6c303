"""The ticket that lies among the files: what somebody wrote to whoever looks, and the things that it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

#: A ticket is no longer; so many files are opened for one; so much of each, and of all, is searched for what it names.
LONGEST, FILES, SEARCHED, OF_ALL = 40_000, 300, 4_000_000, 64_000_000
#: A line of a ticket that no other file has is longer.
SENTENCE = 60
#: What names one thing stands in the other files a few times; a code or a year stands there often.
OFTEN = 300
#: A word with digits, whatever marks it has: DOC-4711, LD/2026/004636.
_NAMED = re.compile(r"(?<![\w./-])[^\W_](?:[\w./#:-]*\w)?")
#: Letters with numbers in groups behind them: C0217 26 841304.
_GROUPED = re.compile(r"(?<![\w./-])[A-Z][A-Z0-9-]*\d(?: \d{2,}(?!\w)){1,3}")
_PARTS, MARK = re.compile(r"[^\W\d_]+|\d+"), r"[-_/.:# ]?"
#: Some words and the end of a sentence.
_SPOKEN = re.compile(r"(?:[^\W\d_]{2,}[,;:]? ){3}[^\n]*[.?!]")
_MAIL = re.compile(
    rb"(?im)^(?:from|von|date|datum|sent|gesendet):.*\n(?:[^\n]+\n){0,8}(?:subject|betreff|to|an|date|datum):"
)
#: A day, a clock, a host or an amount, or a short number.
_NO_ID = re.compile(
    r"\d{1,4}|\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./](?:\d\d){1,2}|\d{1,2}[:.h]\d\d.*|\d{1,3}(?:[.,]\d{3})+|https?:.*"
)


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, those of folders included, hidden ones apart."""
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in found if one.is_file() and not one.name.startswith("."))


def ticket_in(paths: Iterable[Path]) -> str:
    """The words of the one ticket or mail among these files; nothing where there is none, or more than one."""
    from investigator.errors import KitError
    from investigator.events import schema
    from investigator.load.content import Content
    from investigator.load.recognise import form_of, recognise
    from investigator.sources._mail import as_pasted

    found = []
    for path in islice(files_of(paths), FILES):
        if path.stat().st_size > LONGEST or not _addressed(path.read_bytes()):
            continue
        try:
            name, _, head = recognise(Content(path))
        except KitError:
            continue
        if form_of(name).kind in schema.LETTER_KINDS:
            found.append(as_pasted(head.data) or head.text)
    return found[0] if len(found) == 1 else ""


def _addressed(data: bytes) -> bool:
    """Whether this may be a ticket at all: a mail's head, or whole words below the time at which somebody wrote them."""
    from investigator.natural_times import head_time

    if _MAIL.search(data):
        return True
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    return bool(_SPOKEN.search(text)) and head_time(text.splitlines()) is not None


def named_in(words: str, paths: Iterable[Path]) -> list[str]:
    """The ids that the words name and these files know, in the order of the words and as they spell them.

    The same letters and numbers with other marks between them are the same id: LD/2026/004636 and LD2026004636.
    """
    said = dict.fromkeys(
        word
        for word in (*_GROUPED.findall(words), *_NAMED.findall(_GROUPED.sub("", words)))
        if sum(map(str.isdigit, word)) > 2 and not _NO_ID.fullmatch(word)
    )
    if not said:
        return []
    any_of = re.compile(
        rf"(?i)\b(?:{'|'.join(MARK.join(_PARTS.findall(word)) for word in sorted(said, key=len, reverse=True))})\b"
    )
    own = [line.strip() for line in words.splitlines() if len(line.strip()) > SENTENCE]  # the ticket itself
    count, left = Counter[str](), OF_ALL
    for path in islice(files_of(paths), FILES):
        with path.open("rb") as file:
            text = file.read(min(SEARCHED, left)).decode("utf-8", errors="replace")
        left -= len(text)
        if not any(line in text for line in own):
            count.update(_folded(found[0]) for found in any_of.finditer(text))
        if left <= 0:
            break
    return [word for word in said if 0 < count[_folded(word)] <= OFTEN]


def _folded(word: str) -> str:
    return "".join(_PARTS.findall(word)).lower()
