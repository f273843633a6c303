"""The ledger itself: what can be added to the record, read from it, and checked."""

from __future__ import annotations

import secrets
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.errors import LedgerError
from investigator.ledger import entry as form
from investigator.ledger import exchange, kinds
from investigator.ledger.entry import Entry, Row, Verification
from investigator.ledger.fold import replaced
from investigator.ledger.kept import Kept
from investigator.ledger.place import place
from investigator.ledger.verify import problems

if TYPE_CHECKING:
    from investigator.ledger.store import Store


class Ledger:
    """The record of one case, in a SQLite file or a PostgreSQL schema: add, read, verify, merge, erase."""

    def __init__(self, store: Store) -> None:
        self._store, self._record = store, Kept()

    @classmethod
    def create(cls, url_or_path: str | Path, *, case_id: str) -> Ledger:
        """A new, empty ledger for a case; never over something that is there."""
        from investigator.ledger.store import Store

        form.line(case_id, "case id")
        return cls(Store.create(place(url_or_path), case_id=case_id, now=moment.now()))

    @classmethod
    def open(cls, url_or_path: str | Path, *, read_only: bool = False) -> Ledger:
        """The ledger that lies there. Nothing in it is run; a newer kit's ledger can be read and not written."""
        from investigator.ledger.store import Store

        return cls(Store(place(url_or_path), read_only=read_only))

    # -- what it is ---------------------------------------------------------------------

    @property
    def case_id(self) -> str:
        """The case that this is the record of; every chain begins with it."""
        return self._store.case_id

    @property
    def unwritable(self) -> str:
        """Why nothing can be written here; empty where it can."""
        return str(self._store.unwritable()) if self._store.read_only else ""

    def writable(self) -> None:
        """Raises LedgerError where nothing can be written here."""
        if self._store.read_only:
            raise self._store.unwritable()

    @property
    def replica(self) -> str:
        """The chain that this copy writes; empty where it has not begun one."""
        with self._store.reading() as connection:
            tail = self._store.tail(connection)
        return tail.replica if tail else ""

    @property
    def own(self) -> set[str]:
        """The chains that were written in this file, also before it was copied here; none on a server."""
        with self._store.reading() as connection:
            return self._store.own(connection)

    @property
    def where(self) -> str:
        """Where it lies, without a password."""
        return str(self._store.place)

    def __repr__(self) -> str:
        return f"Ledger of {self.case_id} at {self.where}"

    def __len__(self) -> int:
        with self._store.reading() as connection:
            return sum(seq for seq, _ in self._store.heads(connection).values())

    def close(self) -> None:
        """Let go of the database. SQLite then folds its log into the one file."""
        self._record.forget()
        self._store.engine.dispose()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- adding -------------------------------------------------------------------------

    def append(
        self,
        kind: str,
        content: Mapping[str, Any],
        *,
        author: str,
        happened: datetime | moment.Moment | tuple[Any, ...] | None = None,
        about: str | None = None,
        key: str | Iterable[str] | None = None,
    ) -> Entry:
        """Add an entry; when this returns it is on disk.

        `happened` is an aware datetime, (low, high), (low, high, zone) or a Moment; default: when it was
        known. `key` names the cell that writes (notebook, cell, text): a second time nothing is added, and
        the earlier entry comes back with `already` set.
        """
        text = form.content_text(content, kind)
        kinds.check(kind, content, about)
        if kind == "erase":
            raise LedgerError(
                "An erase entry destroys content, so it is not written by hand.",
                "",
                "Use ledger.erase(id, ...).",
            )
        form.line(author, "author")
        if about is not None:
            form.line(about, "about")
        told = form.when(happened)
        digest = None if key is None else form.key_digest(self.case_id, key)
        tried: list[Row] = []

        def job(connection: Any) -> Entry:
            if tried and self._store.is_there(connection, tried[-1]):
                number = self._store.number(connection, tried[-1].order)
                return form.as_entry(tried[-1], number=number, erased=False)
            if digest is not None:
                earlier = self._store.with_key(connection, digest)
                if earlier is not None:
                    return self._entry(connection, earlier, already=True)
            row, total = self._next(connection, kind, text, author, told, about, digest, replaced(content))
            tried.append(row)
            number = total or self._store.number(connection, row.order) + 1
            self._store.add(connection, row, last=True)
            return form.as_entry(row, number=number, erased=False)

        return self._store.write(job)

    def _next(
        self,
        connection: Any,
        kind: str,
        text: str,
        author: str,
        told: form.Happened | None,
        about: str | None,
        key: str | None,
        replaced: list[str],
    ) -> tuple[Row, int]:
        """The row that comes next in this copy's chain, and its number; 0 where that takes counting."""
        now = moment.now()
        last = self._store.tail(connection)
        if last is None:
            self._store.begin_replica(connection, secrets.token_hex(4), now)
            last = self._store.tail(connection)
            assert last is not None
        # After the one before it here, and after those that it speaks of, whose clock may have been ahead.
        spoken = [form.split_id(name) for name in (about, *replaced) if name and form.is_id(name)]
        earlier = self._store.known_of(connection, spoken)
        if last.known is not None:
            earlier.append(last.known)
        known = max([form.to_microseconds(now), *(count + 1 for count in earlier)])
        low, high = (known, known) if told is None else map(form.to_microseconds, told[:2])
        salt = secrets.token_hex(16)
        envelope: dict[str, Any] = {
            "replica": last.replica,
            "seq": last.seq + 1,
            "kind": kind,
            "author": author,
            "about": about,
            "happened_low": low,
            "happened_high": high,
            "zone": told.zone if told else "UTC",
            "known": known,
            "wall": form.to_microseconds(moment.clock.wall()),
            "key": key,
            "content_hash": form.content_hash(salt, text),
            "previous": last.hash or form.beginning(self.case_id),
        }
        row = Row(**envelope, hash=form.envelope_hash(envelope), salt=salt, content=text)
        return row, last.total + 1 if last.known is not None and last.later == 0 else 0

    def erase(
        self, entry_id: str, *, reason: str, author: str, evidence: Iterable[str] = (), scrub: bool = True
    ) -> Entry:
        """Destroy an entry's content, in the file and its log; the entry stays, and the chain still verifies.

        `evidence` names, by their hashes, the bytes that went with it. Gives the entry that says so. What quotes the content
        elsewhere is the case's matter. Erasing again clears the bytes again, where a reader kept them the first time.
        Who erases several leaves `scrub` to the end.
        """
        replica, seq = form.split_id(entry_id)
        kinds.check("erase", {"text": reason}, entry_id)
        gone = sorted(set(evidence))
        text = form.content_text({"text": reason} | ({"evidence": gone} if gone else {}), "erase")
        form.line(author, "author")

        def job(connection: Any) -> Entry:
            if self._store.row(connection, replica, seq) is None:
                raise LedgerError(
                    f"There is no entry {entry_id} to erase.",
                    f"The record of {self.case_id} has {self._count(connection)}.",
                    "Take the id from ledger.entries().",
                )
            row = self._store.eraser_of(connection, entry_id)
            already = row is not None
            if row is None:
                row, _ = self._next(connection, "erase", text, author, None, entry_id, None, [])
                self._store.add(connection, row)
            self._store.delete_contents(connection, [(replica, seq)])
            return self._entry(connection, row, already=already)

        written = self._store.write(job)
        self._record.forget()
        if scrub:
            self._store.scrub()
        return written

    def scrub(self) -> None:
        """Remove the bytes that erased contents left in the file and its log; raises LedgerError where they stay."""
        self._store.scrub()

    # -- reading ------------------------------------------------------------------------

    def entries(
        self,
        *,
        kind: str | Iterable[str] | None = None,
        about: str | None = None,
        as_of: datetime | None = None,
        author: str | None = None,
    ) -> list[Entry]:
        """Entries in the one total order (known, replica, seq); with `as_of` only those known by then."""
        if as_of is not None and as_of.tzinfo is None:
            raise LedgerError(
                f"`as_of` is {as_of.isoformat()}, without a zone.",
                "",
                "Give an aware datetime, such as one in UTC.",
            )
        found, _ = self.standing(as_of)
        kinds = [kind] if isinstance(kind, str) else None if kind is None else set(kind)
        return [
            entry
            for entry in found
            if (kinds is None or entry.kind in kinds)
            and (about is None or entry.about == about)
            and (author is None or entry.author == author)
        ]

    def standing(self, as_of: datetime | None = None) -> tuple[list[Entry], tuple[Any, ...]]:
        """All entries as they stood then, and a mark: two readings with one mark hold the same.

        Only what came since the last reading is read.
        """
        found, mark = self._record.read(self._store)
        if as_of is None:
            return list(found), mark
        until = form.to_microseconds(as_of)
        found = found[: bisect_right(found, until, key=lambda entry: entry.order[0])]
        return found, (*mark, len(found))

    def keyed(self, key: str | Iterable[str]) -> Entry | None:
        """The entry that was written with that key, `already` set; None where there is none."""
        with self._store.reading() as connection:
            earlier = self._store.with_key(connection, form.key_digest(self.case_id, key))
            return None if earlier is None else self._entry(connection, earlier, already=True)

    def entry(self, entry_id: str) -> Entry:
        """The entry of that id."""
        replica, seq = form.split_id(entry_id)
        with self._store.reading() as connection:
            row = self._store.row(connection, replica, seq)
            if row is None:
                raise LedgerError(
                    f"There is no entry {entry_id}.",
                    f"The record of {self.case_id} has {self._count(connection)}.",
                    "Take the id from ledger.entries().",
                )
            return self._entry(connection, row)

    def head(self) -> dict[str, tuple[int, str]]:
        """The last number and hash of every chain: kept elsewhere, it shows a record that was cut."""
        with self._store.reading() as connection:
            return self._store.heads(connection)

    def verify(self, *, head: Mapping[str, Any] | None = None) -> Verification:
        """Recompute every hash; `head` is what `head()` gave earlier, to notice missing last entries."""
        try:
            with self._store.reading() as connection:
                found = self._store.damage(connection)
                rows = self._store.rows(connection)
                orphans = self._store.orphans(connection)
        except LedgerError as error:
            return Verification(False, 0, [str(error)])
        found += problems(self.case_id, rows, head=head)
        found += [f"There is content for {name}, and no such entry." for name in orphans]
        return Verification(not found, len(rows), found)

    # -- between copies -----------------------------------------------------------------

    def merge(self, other: Ledger | str | Path) -> int:
        """Take in what another copy has (a ledger, its path, an export); gives how many entries were new.

        A union: order doesn't matter, and twice changes nothing. An erasure on either side wins. A record
        that doesn't verify is refused, and so are two different entries in one place of a chain.
        """
        case_id, rows, said = _of(other)
        if case_id != self.case_id:
            raise LedgerError(
                f"{said} is the record of {case_id}, and this is {self.case_id}.",
                "Two cases don't become one by merging.",
                "Give a copy of the same case.",
            )
        broken = problems(case_id, rows)
        if broken:
            raise LedgerError(
                f"{said} doesn't verify, so nothing was taken from it: {broken[0]}",
                f"There are {len(broken)} such problems." if len(broken) > 1 else "",
                "Ask for another copy of it.",
            )

        def job(connection: Any) -> tuple[int, bool]:
            mine = {(row.replica, row.seq): row for row in self._store.rows(connection)}
            for row in rows:
                here = mine.get((row.replica, row.seq))
                if here is not None and here.hash != row.hash:
                    raise _forked(here, row, self.where, said)
            new = [row for row in rows if (row.replica, row.seq) not in mine]
            self._store.insert(connection, new)
            erased = self._store.erased(connection)
            empty = {place for place, row in mine.items() if row.content is None} | {
                (r.replica, r.seq) for r in new
            }
            self._store.insert_contents(
                connection, [row for row in rows if (row.replica, row.seq) in empty and row.id not in erased]
            )
            gone = [place for place, row in mine.items() if row.content is not None and row.id in erased]
            self._store.delete_contents(connection, gone)
            return len(new), bool(gone)

        added, gone = self._store.write(job)
        self._record.forget()
        if gone:
            self._store.scrub()
        return added

    def export_jsonl(self, path: str | Path) -> Path:
        """The whole record as JSON lines, to send and to merge; written whole or not at all."""
        verified = self.verify()
        if not verified.ok:
            raise LedgerError(
                f"This record doesn't verify, so nobody could merge its export: {verified.problems[0]}",
                "",
                "Run verify, and take what was changed from another copy.",
            )
        with self._store.reading() as connection:
            rows = self._store.rows(connection)
        exchange.write(Path(path), self.case_id, rows)
        return Path(path)

    # -- within -------------------------------------------------------------------------

    def _entry(self, connection: Any, row: Row, *, already: bool = False) -> Entry:
        number = self._store.number(connection, row.order)
        erased = self._store.eraser_of(connection, row.id) is not None
        return form.as_entry(row, number=number, erased=erased, already=already)

    def _count(self, connection: Any) -> str:
        heads = self._store.heads(connection)
        return (
            ", ".join(f"{replica}-1 to {replica}-{seq}" for replica, (seq, _) in heads.items())
            or "no entries"
        )


def _of(other: Ledger | str | Path) -> tuple[str, list[Row], str]:
    """The case, the rows and the name of another copy."""
    if not isinstance(other, Ledger):
        if str(other).endswith(".jsonl"):
            return *exchange.read(Path(other)), str(other)
        with Ledger.open(other, read_only=True) as opened:
            return _of(opened)
    with other._store.reading() as connection:
        return other.case_id, other._store.rows(connection), other.where


def _forked(here: Row, there: Row, where: str, said: str) -> LedgerError:
    def told(row: Row) -> str:
        known = form.from_microseconds(row.known).isoformat()
        return f"{row.kind} by {row.author}, known {known}, hash {row.hash[:12]}"

    return LedgerError(
        f"The chain is forked at {here.id}: {where} has a {told(here)}; {said} has a {told(there)}.",
        "One of them was written on a restored backup or a cloned machine; nothing was merged.",
        "Keep both files; write the entries of the shorter one again, as notes.",
    )
