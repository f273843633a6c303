"""One entry of the record, what its hash covers, and what its content may be."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from investigator.errors import LedgerError
from investigator.moment import MICROSECOND, Moment

CONTENT_LIMIT = 1_000_000
DEPTH_LIMIT = 100
TEXT_LIMIT = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(r"(?P<replica>[0-9a-f]{8})-(?P<seq>[1-9][0-9]{0,17})")


class Happened(NamedTuple):
    """When it happened: an interval in UTC, and the zone it was told in."""

    low: datetime
    high: datetime
    zone: str = "UTC"

    @property
    def moment(self) -> Moment:
        """The same as a Moment, to compare and to show."""
        return Moment(self.low, self.high, self.zone)


class Entry:
    """One line of the record: who said what about what, when it happened and when it was known.

    `id` is the same in every copy; `number` is this copy's own count in the total order. `key` is a digest of
    the key that was given. `content` is None once erased. Two are equal where hash and content are.

    Held as it is stored and put into words when asked: a record of a hundred thousand entries is read in a second.
    """

    __slots__ = ("_content", "_raw", "already", "erased", "number")

    number: int
    erased: bool
    already: bool

    def __init__(self, raw: tuple[Any, ...], *, number: int, erased: bool, already: bool = False) -> None:
        # In the order of `SHOWN`.
        self._raw, self.number, self.erased, self.already = raw, number, erased, already
        self._content: Any = _UNREAD

    @property
    def id(self) -> str:
        """The id that is the same in every copy."""
        return f"{self._raw[0]}-{self._raw[1]}"

    @property
    def replica(self) -> str:
        """The chain that it is in."""
        return self._raw[0]

    @property
    def seq(self) -> int:
        """Its place in its chain, counted from 1."""
        return self._raw[1]

    @property
    def kind(self) -> str:
        """What it is: note, guess, pin, as `investigator.ledger.KINDS` lists them."""
        return self._raw[2]

    @property
    def author(self) -> str:
        """Who wrote it."""
        return self._raw[3]

    @property
    def about(self) -> str | None:
        """The entry or the thing that it speaks of."""
        return self._raw[4]

    @property
    def happened(self) -> Happened:
        """When it happened: an interval in UTC, and the zone it was told in."""
        with _readable(self):
            return Happened(from_microseconds(self._raw[5]), from_microseconds(self._raw[6]), self._raw[7])

    @property
    def known(self) -> datetime:
        """When it was known here: later than that of every entry before it in its chain."""
        with _readable(self):
            return from_microseconds(self._raw[8])

    @property
    def wall(self) -> datetime:
        """What the machine's clock said."""
        with _readable(self):
            return from_microseconds(self._raw[9])

    @property
    def key(self) -> str | None:
        """The digest of the key that names the cell which wrote it."""
        return self._raw[10]

    @property
    def previous(self) -> str:
        """The hash of the entry before it in its chain."""
        return self._raw[11]

    @property
    def hash(self) -> str:
        """The hash over all but the content, the hash before it included."""
        return self._raw[12]

    @property
    def content(self) -> dict[str, Any] | None:
        """What it says; None once erased."""
        if self._content is _UNREAD:
            text = None if self.erased else self._raw[13]
            try:
                self._content = None if text is None else json.loads(text)
            except (ValueError, TypeError, RecursionError) as error:
                raise _unreadable(self, error) from None
        return self._content

    @property
    def says(self) -> bool:
        """Whether there is a content."""
        return not self.erased and self._raw[13] is not None

    @property
    def latest(self) -> int:
        """The latest that it can have happened, in microseconds since 1970: to compare many."""
        return self._raw[6]

    @property
    def order(self) -> tuple[int, str, int]:
        """Where it stands in the one total order."""
        return (self._raw[8], self._raw[0], self._raw[1])

    def mentions(self, word: str) -> bool:
        """Whether its stored text has a word; the content stays unread."""
        return self.says and word in str(self._raw[13])

    def saying(self, text: str) -> Entry:
        """The same with another stored text, to be shown in place of it."""
        return Entry((*self._raw[:13], text, *self._raw[14:]), number=self.number, erased=self.erased)

    def as_already(self) -> Entry:
        """The same, marked as one that had been written before."""
        return Entry(self._raw, number=self.number, erased=self.erased, already=True)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        mine, theirs = self._raw, other._raw
        return mine[:13] == theirs[:13] and self.erased == other.erased and self.content == other.content

    def __hash__(self) -> int:
        return hash(self._raw[12])

    def __repr__(self) -> str:
        return f"Entry(#{self.number} {self.id}, {self.kind} by {self.author}, {self.content!r})"


_UNREAD = object()


@contextmanager
def _readable(entry: Entry) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, OverflowError) as error:
        raise _unreadable(entry, error) from None


def _unreadable(entry: Entry, error: Exception) -> LedgerError:
    return LedgerError(
        f"Entry {entry.id} can't be read: {error}.",
        "Its row was changed from outside.",
        "Run verify, then take the entry from another copy of this case.",
    )


@dataclass(frozen=True)
class Verification:
    """Whether the record is whole: how many entries, and a sentence for each problem."""

    ok: bool
    entries: int
    problems: list[str]

    def __str__(self) -> str:
        if self.ok:
            return f"The record is whole: {self.entries:,} entries, every hash recomputed."
        return "\n".join(self.problems)


class Row(NamedTuple):
    """An entry as it is stored: the chained envelope, its hash, and the content kept apart from it.

    Times are microseconds since 1970 UTC: exact, and in the same order in every database.
    """

    replica: str
    seq: int
    kind: str
    author: str
    about: str | None
    happened_low: int
    happened_high: int
    zone: str
    known: int
    wall: int
    key: str | None
    content_hash: str
    previous: str
    hash: str
    salt: str | None
    content: str | None

    @property
    def id(self) -> str:
        """The id that is the same in every copy."""
        return f"{self.replica}-{self.seq}"

    @property
    def order(self) -> tuple[int, str, int]:
        """Where it stands in the one total order."""
        return (self.known, self.replica, self.seq)


ENVELOPE = Row._fields[: Row._fields.index("hash")]
#: What goes with a row and may be destroyed.
CONTENT = ("replica", "seq", "salt", "content")
#: What people see of a row; the salt and the content's hash are for who verifies.
SHOWN = (*(name for name in ENVELOPE if name != "content_hash"), "hash", "content")


def canonical(value: Any) -> str:
    """JSON with one spelling: sorted keys, no blanks, ASCII only (so that any text survives any database)."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False, default=repr
    )


def envelope_hash(envelope: Mapping[str, Any]) -> str:
    """The hash of an entry: over everything but the content, the hash before it included."""
    named = {name: envelope[name] for name in ENVELOPE}
    return hashlib.sha256(b"ledger entry 1\n" + canonical(named).encode()).hexdigest()


def content_hash(salt: str, text: str) -> str:
    """The hash of a content with its salt, which goes with it: nobody can test guesses against the hash."""
    return hashlib.sha256(f"{salt}\n{text}".encode("utf-8", "surrogateescape")).hexdigest()


def beginning(case_id: str) -> str:
    """What the first entry of every chain has as its previous hash: it binds the chain to its case."""
    return hashlib.sha256(f"ledger of {case_id}".encode()).hexdigest()


def key_digest(case_id: str, key: str | Iterable[str]) -> str:
    """The digest of an idempotency key.

    A key holds a cell's text, and that may hold a password; the envelope is kept for ever, so it holds a
    digest. It is not salted by entry, because the cell that is run again, also in another copy, must be found
    again: who can guess the whole text of the cell can confirm the guess.
    """
    parts = [key] if isinstance(key, str) else [str(part) for part in key]
    return hashlib.sha256(canonical([case_id, *parts]).encode()).hexdigest()[:32]


def to_microseconds(instant: datetime) -> int:
    """An aware instant as microseconds since 1970 UTC."""
    return (instant - _EPOCH) // MICROSECOND


def from_microseconds(count: int) -> datetime:
    """Microseconds since 1970 as an aware instant in UTC."""
    return _EPOCH + timedelta(microseconds=count)


def is_id(text: str) -> bool:
    """Whether a text is an entry's id."""
    return _ID.fullmatch(text) is not None


def split_id(entry_id: str) -> tuple[str, int]:
    """The replica and sequence number in an id, such as 1f0c2d3e-17."""
    match = _ID.fullmatch(entry_id) if isinstance(entry_id, str) else None
    if match is None:
        raise LedgerError(
            f"{entry_id!r} is no entry's id.",
            "An id is eight hex digits and a number, such as 1f0c2d3e-17.",
            "Take it from entry.id.",
        )
    return match["replica"], int(match["seq"])


def when(happened: datetime | Moment | tuple[Any, ...] | None) -> Happened | None:
    """What was given as `happened`, as an interval in UTC with its zone."""
    if happened is None:
        return None
    if isinstance(happened, Moment):
        happened = (happened.low, happened.high, happened.zone)
    if isinstance(happened, datetime):
        happened = (happened, happened)
    if not isinstance(happened, tuple | list) or len(happened) not in (2, 3):
        raise LedgerError(
            f"`happened` is {happened!r}, which is no time.",
            "It takes an aware datetime, (low, high), (low, high, zone) or a Moment.",
            "Read words with investigator.natural_times.parse.",
        )
    low, high, zone = happened if len(happened) == 3 else (*happened, "UTC")
    for value in (low, high):
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise LedgerError(
                f"`happened` has {value!r}, which is not a time with a zone.",
                "Two machines would read it differently.",
                "Give an aware datetime, such as datetime(..., tzinfo=UTC).",
            )
    if high < low:
        raise LedgerError(
            f"`happened` ends ({high.isoformat()}) before it starts ({low.isoformat()}).", "", "Swap the two."
        )
    return Happened(low.astimezone(UTC), high.astimezone(UTC), line(zone, "zone"))


def line(value: Any, name: str) -> str:
    """A short text for the envelope, or an error: it is kept for ever, so it names and never quotes."""
    if not isinstance(value, str) or not value.strip():
        raise LedgerError(f"An entry needs its {name} as text; it is {value!r}.", "", f"Give the {name}.")
    if len(value) > TEXT_LIMIT:
        raise LedgerError(
            f"The {name} has {len(value):,} characters; the record's envelope takes {TEXT_LIMIT}.",
            "The envelope is never erased, so it only names things.",
            "Put the text into the content.",
        )
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise LedgerError(
            f"The {name} {value!r} has control characters or broken text.", "", "Write it on one line."
        )
    return value


def content_text(content: Any, kind: str) -> str:
    """The content as the JSON text that is stored, or an error that says which part is not JSON."""
    if not isinstance(content, Mapping):
        raise LedgerError(
            f"The content of a {kind} is {type(content).__name__}.",
            "An entry's content is a dict of JSON: text, numbers, true, false, null, lists, dicts.",
            'Give a dict, such as {"text": "..."}.',
        )
    text = canonical(_plain(content, "content", 0))
    if len(text) > CONTENT_LIMIT:
        raise LedgerError(
            f"The content of this {kind} has {len(text):,} bytes.",
            f"An entry takes at most {CONTENT_LIMIT:,}.",
            "Add the data as evidence, and write its name into the entry.",
        )
    return text


def _plain(value: Any, where: str, depth: int) -> Any:
    if depth > DEPTH_LIMIT:
        raise LedgerError(
            f"{where[:80]}... is nested deeper than {DEPTH_LIMIT} levels, or contains itself.",
            "",
            "Write it flatter, or as text.",
        )
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise LedgerError(
                f"{where} is {value}, which JSON doesn't have.", "", "Write None, or say it as text."
            )
        return float(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise LedgerError(
                    f"{where} has the key {key!r}, which is no text.",
                    "An id such as 0012 must stay as it was written.",
                    "Write every key as text.",
                )
        return {key: _plain(part, f"{where}[{key!r}]", depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part, f"{where}[{place}]", depth + 1) for place, part in enumerate(value)]
    raise LedgerError(
        f"{where} is a {type(value).__name__}, which is not JSON.",
        "An entry holds text, numbers, true, false, null, lists and dicts; nothing is pickled.",
        "Write it as text: a time with .isoformat(), a path with str(), a number with .item().",
    )


def as_entry(row: Row, *, number: int, erased: bool, already: bool = False) -> Entry:
    """The entry that people hold, from the row as stored."""
    raw = tuple(getattr(row, name) for name in SHOWN)
    return Entry(raw, number=number, erased=erased, already=already)
