"""The case: open it, add what there is, ask, look, and write down what was said, decided and done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import marks, moved, shelves
from investigator.case.record import folder, location
from investigator.case.record.record import Record
from investigator.case.record.state import State
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot
from investigator.case.watching import Watching
from investigator.case.writing.evidence_door import EvidenceDoor
from investigator.case.writing.record_door import RecordDoor
from investigator.catalogue import Shelf
from investigator.errors import CaseError
from investigator.moment import Moment

if TYPE_CHECKING:
    from investigator.case.customer.customer import Customer
    from investigator.case.evidence.verify import Verified
    from investigator.case.recovery.recovery import Recovery
    from investigator.case.writing.status import Status
    from investigator.events.events import Events
    from investigator.ledger import Entry
    from investigator.load import LoadReport, Progress

#: The case that this process opened last: the one at hand.
opened: list[Case] = []


class Case:
    """One incident on disk: its evidence, its events, its record. Made by `Case.new`, opened by `Case.open`."""

    def __init__(self, evidence: EvidenceDoor) -> None:
        #: Its bytes and its events, with what can be done with them.
        self.evidence = evidence

    # -- making and opening ------------------------------------------------------------------------------------

    @classmethod
    def new(
        cls,
        id: str,
        *,
        title: str = "",
        words: str = "",
        contact: str = "",
        deadline: str | Moment | None = None,
        zone: str = "UTC",
        root: Path | str | None = None,
        author: str | None = None,
        about: list[str] | None = None,
        happened: datetime | None = None,
        ledger: str | None = None,
    ) -> Case:
        """A new case with the call as its first entry. Only an id is needed; the customer's words are what matters.

        `deadline` is text such as "today 18:00 Berlin"; `zone` the customer's IANA zone; `about` the ids in question;
        `ledger` is where a team keeps the record: env:NAME or keyring:SERVICE/USER of a PostgreSQL URL, or one without
        a password (default: SQLite in the case's folder).
        """
        from investigator.case.writing import call

        made = call.begin(
            id,
            title=title,
            words=words,
            contact=contact,
            deadline=deadline,
            zone=zone,
            root=root,
            author=author,
            about=about,
            happened=happened,
            ledger=ledger,
        )
        return cls._at_hand(made)

    @classmethod
    def open(
        cls,
        which: Path | str = "sample",
        *,
        root: Path | str | None = None,
        engine: str | None = None,
        as_of: datetime | str | None = None,
    ) -> Case:
        """A case by its id or its folder; `sample` is the bundled incident, made when first asked for.

        `engine` is an address such as sc://host:15002 (default: embedded). Opening runs no code from the case.
        """
        from investigator.ledger import Ledger

        if str(which) == "sample":
            from investigator.case.sample import sample_case

            path = sample_case()
        else:
            path = folder.find(which, root)
        record = Record(Ledger.open(location.place(path), read_only=location.sealed(path)), id=path.name)
        case = cls._at_hand(EvidenceDoor(path, record, engine=engine))
        return case.as_of(as_of) if as_of is not None else case

    @classmethod
    def join(cls, id: str, record: str, *, root: Path | str | None = None) -> Case:
        """A folder here for a case whose record is with the team: `record` as for `ledger` in `Case.new`."""
        path = folder.root(root) / (name := folder.check_id(id))
        if location.is_case(path):
            raise CaseError(f"There is a case {name} already, in {path}.", "", f"Open it: inv lab {name}")
        ledger = folder.made(path, lambda: location.join(path, record, name))
        return cls._at_hand(EvidenceDoor(path, Record(ledger, id=name)))

    @classmethod
    def _at_hand(cls, evidence: EvidenceDoor) -> Case:
        case = cls(evidence)
        opened[:] = [case]
        return case

    # -- what it is --------------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The id, as text."""
        return self.path.name

    def entries(self, kind: str | None = None) -> list[Entry]:
        """The record in order; as it stood, where this is a case as of a time."""
        return self.evidence.record.entries(kind)

    @property
    def state(self) -> State:
        """What the entries say, folded; to look at, never to change."""
        return self.evidence.record.state

    @property
    def path(self) -> Path:
        """The folder."""
        return self.evidence.folder

    @property
    def record(self) -> RecordDoor:
        """What is written down, and the verbs that write: `case.record.note('...')`."""
        return RecordDoor(self.evidence)

    def snapshot(self) -> Snapshot:
        """The case as it stands at this moment: what screens are made from."""
        return Snapshot.of(self.evidence)

    @property
    def title(self) -> str:
        """The title in the customer's words."""
        return self.state.title or self.id

    @property
    def zone(self) -> str:
        """The customer's time zone, IANA."""
        return self.state.zone

    @property
    def about(self) -> str:
        """The id in question; empty where none was named."""
        ids = self.state.about
        return ids[0] if ids else ""

    @property
    def now(self) -> datetime:
        """The time this case is looked at: the clock's, or the moment that it is shown as of."""
        return self.evidence.record.now

    def as_of(self, when: datetime | str) -> Case:
        """The case exactly as it stood: entries known by then, and only evidence that had been added."""
        return Case(self.evidence.at(self.evidence.record.at(when)))

    def then(self, entry: Entry | str | int) -> Case:
        """The case just before an entry, such as a decision: exactly what was known at that moment."""
        return self.as_of(self.evidence.record.entry(entry).known - moment.MICROSECOND)

    # -- evidence and events -----------------------------------------------------------------------------------

    def add(
        self,
        path: Any,
        *,
        name: str | None = None,
        zone: str | None = None,
        year: int | None = None,
        mapping: dict[str, str] | None = None,
        format: str | None = None,
        pattern: str | None = None,
        keep: str | None = None,
        progress: Progress | None = None,
        author: str | None = None,
        index: bool = True,
    ) -> LoadReport:
        """Load a file, a folder, an http(s) URL or a DataFrame; gives the report with the law of units.

        Units in = used + joined + structural + rejected. Loading the same again adds nothing, a grown file adds its
        tail. `zone` and `year` are for times that name none; `mapping` tells what a column is. `format` is the name of
        one, or a YAML file that declares one; `pattern` is RE2 with named groups: either is kept with the case and
        used again by itself. `keep` is "copy" or "pointer" (the file stays where it is, with its hash); without it files
        over 256 MB stay. Then ids are indexed; interrupted there, the load stays and `case.evidence.index()` goes on.
        """
        from investigator.case.evidence import intake

        return intake.add(
            self.evidence,
            path,
            name=name,
            zone=zone,
            year=year,
            mapping=mapping,
            format=format,
            pattern=pattern,
            keep=keep,
            progress=progress,
            author=author,
            index=index,
        )

    def events(self, *, window: tuple[Any, Any] | None = None, **where: Any) -> Events:
        """Everything that was loaded, or less by `window`, `source`, `service`, `severity`, `kind`, `entity`, `text`."""
        return self.evidence.events(window=window, **where)

    @property
    def window(self) -> tuple[datetime, datetime] | None:
        """The window that views show: as declared, else the 24 hours of events up to the last; None without times."""
        return marks.window(self.snapshot())

    @cached_property
    def find(self) -> Shelf:
        """Analyses on this case's events; each that runs is kept in the trail."""
        return shelves.find(self.evidence)

    @cached_property
    def show(self) -> Shelf:
        """Views of this case's events in its window and zone."""
        return shelves.show(self.evidence)

    @cached_property
    def brief(self) -> Shelf:
        """Screens of this case as it stands, such as `case.brief.read_in()`; on its own it lists them."""
        return shelves.brief(self.evidence)

    def onset(self) -> datetime | None:
        """When it started: as declared, else the first event that only the affected have, else the first change."""
        return marks.onset(self.snapshot())

    def verify(self, head: str = "", *, deep: bool = False) -> Verified:
        """Whether all is as it was: the chain, the evidence's hashes, the law of every load, the reports.

        `head` is one that was noted earlier: it shows a record that was cut at its end. `deep` also reads the evidence
        again, which takes as long as adding it did, and compares.
        """
        from investigator.case.evidence.verify import verify

        return verify(self.evidence, head, deep=deep)

    def watch(self, show: Callable[[], Shown] | None = None) -> Watching:
        """The last lines of everybody, renewed as they come; or what `show` gives, such as `case.watch(case.card)`."""
        return Watching(self.evidence.record, show or self.brief.news)

    def card(self) -> Shown:
        """Where are we: the words, the clock to the deadline, the working guess, minutes since anything new."""
        return self.brief.card()

    def status(self) -> Status:
        """What we know, do and need, proposed from the record: strike lines by number, add some, copy, send."""
        from investigator.case.writing.status import status

        return status(self.evidence)

    def recovery(self) -> Recovery:
        """What must come back and how it stands: the list, one first, the rest, the count from another source."""
        from investigator.case.recovery.recovery import Recovery

        return Recovery(self.evidence)

    def customer(self) -> Customer:
        """For the person on the phone: what was promised, said and heard, what to ask, and what may be said now."""
        from investigator.case.customer.customer import Customer

        return Customer(self.evidence)

    def __repr__(self) -> str:
        return f"Case {self.id}: {self.title} ({self.state.phase})"

    def _repr_html_(self) -> str:
        return self.card()._repr_html_()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise moved.error(name, self)
