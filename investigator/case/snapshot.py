"""The case at one moment: what a screen, a guess or a sentence is made from. It is read, and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.case.evidence import loads
from investigator.case.evidence.evidence import Evidence
from investigator.case.record import privileged
from investigator.case.record.deadline import Deadline
from investigator.case.record.retracted import taken_back
from investigator.case.record.state import State
from investigator.errors import KitError
from investigator.performing import perform

if TYPE_CHECKING:
    from investigator.events.events import Events
    from investigator.events.store import Manifest
    from investigator.finding import Finding
    from investigator.ledger import Entry
    from investigator.load.zoning import Named


@dataclass(frozen=True)
class Snapshot:
    """What was known at `now`: the entries, the state that they fold into, the events, and what this session asked.

    `as_of` is the moment that was asked for; None where this is the case as it is now.
    """

    state: State
    now: datetime
    asked: tuple[Finding, ...]
    _entries: tuple[Entry, ...]
    _evidence: Evidence

    @classmethod
    def of(cls, evidence: Evidence) -> Snapshot:
        """The case as its evidence and its record stand."""
        entries, state = evidence.record.standing()
        return cls(state, evidence.record.now, tuple(evidence.asked), tuple(entries), evidence)

    @property
    def id(self) -> str:
        """The id, as text."""
        return self._evidence.record.id

    @property
    def as_of(self) -> datetime | None:
        """The moment that the case is shown as of; None where it is the case as it is."""
        return self._evidence.record.as_of

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
        return self.state.about[0] if self.state.about else ""

    @property
    def deadline(self) -> Deadline | None:
        """The deadline and how it stands; None where none is known."""
        return self.state.deadline

    @property
    def own(self) -> set[str]:
        """The chains of the record that this copy wrote."""
        return self._evidence.record.own

    def entries(self, kind: str | None = None) -> list[Entry]:
        """The record in order."""
        return [entry for entry in self._entries if kind is None or entry.kind == kind]

    def privileged(self) -> list[Entry]:
        """What is for the lawyer alone, with its words; nothing else shows them."""
        here = {entry.id for entry in self._entries if privileged.marked(entry)}
        gone = taken_back(self._entries)
        return [
            entry
            for entry in self._evidence.record.everything("note")
            if entry.id in here - gone and entry.content
        ]

    def events(self, *, window: tuple[Any, Any] | None = None, **where: Any) -> Events:
        """Everything that was loaded, or less by `window`, `source`, `service`, `severity`, `kind`, `entity`."""
        return self._evidence.events(window=window, **where)

    def manifest(self) -> Manifest:
        """What was loaded."""
        return self._evidence.manifest()

    def zone_named(self) -> Named | None:
        """The zone that plans, calendars and people name in what was loaded; None where none does, or several."""
        from investigator.load import zoning

        return zoning.zone_named(self._evidence.store)

    def head(self) -> dict[str, tuple[int, str]]:
        """The last number and hash of every chain of the record."""
        return self._evidence.record.head()

    def notices(self) -> list[tuple[str, str]]:
        """What to know of this copy: that it can only be read, that colleagues' evidence is elsewhere."""
        return loads.notices(self._evidence.record, self._evidence.store.manifest())

    def once(self, analysis: str, **params: object) -> Finding | None:
        """An analysis on all of the events, run once for a page; None where it can't answer here."""
        events = self.events()
        key = f"once {analysis} {sorted((name, str(value)) for name, value in params.items())}"
        if key not in events.memo:
            try:
                events.memo[key] = perform(analysis, events, dict(params))
            except KitError:
                events.memo[key] = None
        return events.memo[key]

    def at(self, when: datetime | str) -> Snapshot:
        """The case exactly as it stood: entries known by then, and only evidence that had been added."""
        return Snapshot.of(self._evidence.at(self._evidence.record.at(when)))
