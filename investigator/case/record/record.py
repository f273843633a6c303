"""The record of a case: the only thing that writes. What it says, as it stood at any moment, and one more line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator import moment, secrets
from investigator.case.record import mode, privileged
from investigator.case.record.state import State, fold
from investigator.errors import CaseError, ParameterError
from investigator.ledger import heads
from investigator.moment import Moment

if TYPE_CHECKING:
    from investigator.ledger import Entry, Ledger, Verification

#: What is written by the kit itself, each time anew, whatever cell runs.
_NO_CELL = ("load", "report", "erase")


class Record:
    """The entries of one case, and the state that they fold into; `as_of` shows them as they stood, and then nothing is written."""

    def __init__(self, ledger: Ledger, as_of: datetime | None = None, *, id: str = "") -> None:
        self._ledger, self.as_of = ledger, as_of
        #: The case's id, as its folder has it.
        self.id = id or ledger.case_id
        self._read: tuple[list[Entry], tuple[Any, ...]] | None = None
        self._hidden: tuple[list[Entry], tuple[Any, ...]] | None = None
        self._folded: tuple[tuple[Any, ...], State] | None = None

    # -- what it says ------------------------------------------------------------------------------------------

    def entries(self, kind: str | None = None) -> list[Entry]:
        """The entries in order; as they stood, where this is the record as of a time."""
        return [entry for entry in self._reading()[0] if kind is None or entry.kind == kind]

    def everything(self, kind: str | None = None) -> list[Entry]:
        """The entries as they are now, whatever time this is the record as of; also what is for the lawyer alone."""
        return self._ledger.entries(kind=kind)

    @property
    def state(self) -> State:
        """What the entries say, folded; to look at, never to change."""
        return self.standing()[1]

    def standing(self) -> tuple[list[Entry], State]:
        """The entries and the state that they fold into, both of one reading."""
        entries, mark = self._reading()
        if self._folded is None or self._folded[0] != mark:
            self._folded = (mark, fold(entries))
        return entries, self._folded[1]

    def _reading(self) -> tuple[list[Entry], tuple[Any, ...]]:
        # A report reads the record once: all of its page speaks of one state, whoever writes meanwhile.
        if not mode.reporting():
            return self._shown()
        if self._read is None:
            self._read = self._shown()
        return self._read

    def _shown(self) -> tuple[list[Entry], tuple[Any, ...]]:
        """The entries without the words that are for the lawyer alone."""
        entries, mark = self._ledger.standing(self.as_of)
        if self._hidden is None or self._hidden[1] != mark:
            self._hidden = (privileged.without(entries), mark)
        return list(self._hidden[0]), mark

    @property
    def zone(self) -> str:
        """The customer's time zone, IANA."""
        return self.state.zone

    @property
    def now(self) -> datetime:
        """The time this record is looked at: the clock's, or the moment that it is shown as of."""
        return self.as_of or moment.now()

    def at(self, when: datetime | str) -> Record:
        """The record exactly as it stood: entries known by then. Text is read in the customer's zone."""
        if isinstance(when, str):
            from investigator import natural_times

            when = natural_times.parse(when, zone_name=self.zone).high
        if when.tzinfo is None:
            raise ParameterError(
                f"{when.isoformat()} has no zone.", "", "Give an aware datetime or text such as 14:05."
            )
        return Record(self._ledger, when, id=self.id)

    def entry(self, which: Entry | str | int) -> Entry:
        """The entry of that number or id; raises CaseError where there is none."""
        wanted = getattr(which, "id", which)
        for entry in self.entries():
            if wanted in (entry.id, entry.number, f"#{entry.number}"):
                return entry
        raise CaseError(
            f"There is no entry {which}.",
            f"The record has {len(self.entries())}.",
            "See case.brief.record().",
        )

    def known(self, which: Entry | str | int, among: Mapping[str, Any], noun: str) -> str:
        """The id of an entry that is one of these: of the guesses, of the questions; raises CaseError otherwise."""
        identifier = self.entry(which).id
        if identifier not in among:
            raise CaseError(
                f"Entry {which} is no {noun}.", f"There are {len(among)}.", "See case.brief.record()."
            )
        return identifier

    def head(self) -> dict[str, tuple[int, str]]:
        """The last number and hash of every chain, as it stood."""
        return heads.of(self._reading()[0])

    def newest(self) -> dict[str, tuple[int, str]]:
        """The last number and hash of every chain now: one small question to the database."""
        return self._ledger.head()

    @property
    def where(self) -> str:
        """Where it lies, without a password."""
        return self._ledger.where

    @property
    def replica(self) -> str:
        """The chain that this copy writes; empty where it has not begun one."""
        return self._ledger.replica

    @property
    def own(self) -> set[str]:
        """The chains that this copy wrote; none where it is on a server, which several folders write to."""
        return self._ledger.own

    @property
    def unwritable(self) -> str:
        """Why nothing can be written here; empty where it can."""
        return self._ledger.unwritable

    # -- writing -----------------------------------------------------------------------------------------------

    def append(
        self,
        kind: str,
        content: dict[str, Any],
        *,
        author: str | None = None,
        happened: str | datetime | Moment | None = None,
        about: str | None = None,
        key: list[str] | None = None,
    ) -> Entry:
        """Put one entry into the record; `kind` and its fields as `investigator.ledger` lists them.

        What looks like a secret is masked. The same line of the same cell is written once; `key` names it otherwise,
        and an empty one says that whoever writes has looked already. A report writes nothing: it gives what is there.
        """
        content = secrets.masked(json.loads(json.dumps(content)))
        mode.wrote()
        if mode.reporting():
            saved = [
                e for e in self.entries(kind) if e.content and e.content.get("text") == content.get("text")
            ]
            if saved:
                return saved[-1].as_already()
            raise CaseError(
                f"This {kind} is not in the record, and a report writes nothing.",
                "Reports, walkthroughs and notebook tests show what was saved.",
                "Run the cell in JupyterLab first, or tag it `decision`.",
            )
        self.writable(f"add a {kind}")
        if isinstance(happened, str):
            from investigator import natural_times

            happened = natural_times.parse(happened, zone_name=self.zone)
        if key is None and kind not in _NO_CELL:
            key = mode.cell_key(kind, str(content.get("text", "")), str(content.get("code", "")), about or "")
        elif key == []:
            key = None
        return self._ledger.append(
            kind, content, author=author or mode.author(), happened=happened, about=about, key=key
        )

    def before(self, key: list[str]) -> Entry | None:
        """What the same line of the same cell wrote when it ran before; None where it did not."""
        found = self._ledger.keyed(key)
        if found is not None:
            mode.wrote()
        return found

    def writable(self, what: str) -> None:
        """Raises where nothing can be written: as of a time, in a case that may only be read, on a full disk."""
        if self.as_of is not None:
            raise CaseError(
                f"I can't {what}: this is the case as of {self.as_of.isoformat()}.",
                "What was known then can't change.",
                "Use the case itself.",
            )
        self._ledger.writable()

    # -- as a whole --------------------------------------------------------------------------------------------

    def erase(self, entry: str, *, reason: str, author: str, evidence: Iterable[str] = ()) -> Entry:
        """Destroy an entry's content for good; the chain still verifies. `evidence` is what went with it, by hash.

        Its bytes are gone from the disk once `scrub` was called.
        """
        return self._ledger.erase(entry, reason=reason, author=author, evidence=evidence, scrub=False)

    def scrub(self) -> None:
        """Remove the bytes that erased contents left on the disk."""
        self._ledger.scrub()

    def merge(self, other: Record | Path) -> int:
        """Take in what another copy of the record, or an export of it, has; gives how many entries were new."""
        return self._ledger.merge(other._ledger if isinstance(other, Record) else other)

    def export(self, path: Path) -> Path:
        """The record as a file of JSON lines."""
        return self._ledger.export_jsonl(path)

    def verify(self, head: str = "") -> Verification:
        """Recompute every hash; `head` is what was noted of its end earlier."""
        return self._ledger.verify(head=heads.read(head) if head else None)

    def close(self) -> None:
        """Let go of the database."""
        self._ledger.close()
