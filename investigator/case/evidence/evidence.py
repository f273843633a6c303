"""The evidence of a case: the only thing that handles bytes. What was loaded, its events, and the bytes behind them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from investigator.case.evidence import loads
from investigator.case.record import location, trail
from investigator.case.record.record import Record
from investigator.errors import CaseError, KitError
from investigator.look import harmless

if TYPE_CHECKING:
    from investigator.events.events import Events
    from investigator.events.store import Manifest, Store
    from investigator.finding import Finding
    from investigator.load import LoadReport, Progress


#: So many events are indexed anew without being asked for: seconds.
ANEW_AT_MOST = 300_000


class Evidence:
    """The folder of a case: its vault of bytes and its store of events, told of by its record.

    `engine` is an address such as sc://host:15002 (default: embedded).
    """

    def __init__(self, folder: Path, record: Record, *, engine: str | None = None) -> None:
        self.folder, self.record = Path(folder), record
        self._address = engine
        #: The findings that this session made of it, in order; the trail in the record keeps them for everyone.
        self.asked: list[Finding] = []
        self._engine: Any = None
        self._opened: tuple[Manifest, Events] | None = None
        #: What was opened of this folder, by the last load that it shows; every moment of the case shares it.
        self._shared: list[tuple[Manifest, int | None, Events]] = []

    @property
    def store(self) -> Store:
        """The events on disk."""
        from investigator.events.store import Store

        return Store(self.folder / "events")

    @property
    def vault(self) -> Path:
        """The folder of the bytes, each file named by its hash."""
        return self.folder / "evidence"

    def at(self, record: Record) -> Self:
        """The same folder as that record tells of it: events only of what had been added by then."""
        other = type(self)(self.folder, record, engine=self._address)
        other._engine, other._shared = self._engine, self._shared
        return other

    @property
    def zone(self) -> str:
        """The case's zone, in which what is found in its events is shown."""
        return self.record.zone

    def manifest(self) -> Manifest:
        """What was loaded, as the record stood."""
        found = self.store.manifest()
        if self.record.as_of is None:
            return found
        until = loads.through(self.record, found)
        return dataclasses.replace(found, segments=tuple(s for s in found.segments if s.load <= until))

    def events(self, *, window: tuple[Any, Any] | None = None, **where: Any) -> Events:
        """Everything that was loaded, or less by `window`, `source`, `service`, `severity`, `kind`, `entity`."""
        manifest = self._with_its_kinds(self.store.manifest())
        if self._opened is None or self._opened[0] != manifest:
            through = loads.through(self.record, manifest) if self.record.as_of is not None else None
            self._opened = manifest, dataclasses.replace(self._open(manifest, through), of=self)
        events = self._opened[1]
        return events.where(window=window, **where) if window is not None or where else events

    def _open(self, manifest: Manifest, through: int | None) -> Events:
        """The events through a load, and the facts about them that were asked for: the same for every moment that has these."""
        from investigator.events.engine import engine_for, small
        from investigator.events.events import Events

        self._shared[:] = [one for one in self._shared if one[0] == manifest]
        for _, known, events in self._shared:
            if known == through:
                return events
        if self._engine is None or (self._engine.alone and not small(self.folder / "events")):
            self._engine = engine_for(self.folder / "events", self._address)
        opened = Events.open(self.folder / "events", manifest=manifest, engine=self._engine, through=through)
        self._shared.append((manifest, through, opened))
        return opened

    def _with_its_kinds(self, manifest: Manifest) -> Manifest:
        """The index built anew where ids were declared since: the same evidence gives the same answer by every door.

        A large case keeps its index until somebody asks for another: that takes minutes.
        """
        built, state = manifest.entities, self.record.state
        if built is None or self.record.as_of is not None or manifest.units.used > ANEW_AT_MOST:
            return manifest
        if (built.declared, list(built.refused)) == (state.kinds, sorted(state.no_names)):
            return manifest
        try:
            self.index()
        except (OSError, KitError):  # nobody may write here, or somebody does: then as it stands
            return manifest
        return self.store.manifest()

    def raw(self, origin: str) -> bytes:
        """The bytes behind an origin, as they came."""
        from investigator import load

        return load.raw(self.vault, self.store, origin)

    def add(
        self,
        path: Path | str,
        *,
        author: str | None = None,
        progress: Progress | None = None,
        fetched: dict[str, Any] | None = None,
        shown: str = "",
        **given: Any,
    ) -> LoadReport:
        """Load a path, and write the load into the record; `given` is handed on to `investigator.load.add`.

        `fetched` is where it came from, where that was no file; `shown` is what the record calls it. Ids are not
        indexed yet: `index` does that.
        """
        from investigator import load

        self.record.writable("add evidence")
        place = Path(path)
        if location.whole(place):
            raise CaseError(
                f"{harmless(place.name)} is a case, and no evidence.",
                "Its record and its index would be read as if a customer had sent them.",
                f"To look at it: inv triage {harmless(place.name)}   to bring two together: inv merge {self.record.id} {harmless(place.name)}",
            )
        report = load.add(
            path, store=self.store, vault=self.vault, load=self.next_load(), progress=progress, **given
        )
        said = {key: given[key] for key in ("zone", "year", "mapping") if given.get(key)}
        self.tell(author, harmless(shown or path), fetched=fetched, given=said)
        return report

    def keep(self, finding: Finding, seconds: float) -> None:
        """Keep that a check ran: in this session, and in the trail with its code, its answer and its verdict."""
        self.asked.append(finding)
        trail.keep(self.record, finding, seconds)

    def next_load(self) -> int:
        """The number of the next load."""
        return max((segment.load for segment in self.store.manifest().segments), default=0) + 1

    def tell(self, author: str | None, path: str, **more: dict[str, Any] | None) -> None:
        """One entry for each load that the record doesn't know yet, also one that a crash left behind.

        The newest says `more` of itself: `given` how it was to be read, `fetched` from where, `again` which sources.
        """
        from investigator.events.content import contents

        segments = self.store.manifest().segments
        for number in loads.unrecorded(self.record, self.store.manifest()):
            mine = [segment for segment in segments if segment.load == number]
            found, _ = contents(self.store.folder / "segments", mine)
            numbers = {place[1:]: content.number for place, content in found.items()}
            content = loads.content(number, mine, path, Path(path).name, numbers, self.store.folder)
            content |= loads.stepped_back(number, segments)
            if number == max(segment.load for segment in segments):
                content |= {name: what for name, what in more.items() if what}
                if more.get("again"):
                    content["text"] = f"read {path} again"
            self.record.append("load", content, author=author)
        self._opened = None

    def index(self, *, progress: Progress | None = None) -> None:
        """Build or extend the entity index for the case's kinds; asks nothing, may be interrupted and run again."""
        from investigator.events.entities import index

        self.record.writable("build the index")
        state = self.record.state
        index(self.store, state.kinds, about=state.about, refused=state.no_names, progress=progress)
        self._opened = None

    def forget(self) -> None:
        """Let go of what was opened: what lies on disk has changed under it."""
        self._shared.clear()
        self._opened = self._engine = None
