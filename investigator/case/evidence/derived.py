"""The events of a case, read from its evidence once more beside it, and held against those that lie in it."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case.evidence import intake, told
from investigator.errors import KitError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.events.store import Segment, Store


@dataclass(frozen=True)
class Derived:
    """How many sources came out the same, which came out otherwise, and which could not be read again, and why."""

    same: int
    otherwise: tuple[str, ...]
    unread: tuple[tuple[str, str], ...]


def derive(evidence: Evidence) -> Derived:
    """Read all that stands again, as it was said to be read, into a folder of its own; nothing of the case changes."""
    from investigator.events.content import Content, contents
    from investigator.events.store import Store
    from investigator.load.formats import holds_no_events

    manifest = evidence.store.manifest()
    files = list(dict.fromkeys(s.file for s in manifest.standing if not holds_no_events(s.format)))
    had = told.how_read(evidence)
    groups: dict[str, list[str]] = {}
    for name in files:
        groups.setdefault(json.dumps(had.get(name, {}), sort_keys=True), []).append(name)
    here, _ = contents(evidence.store.folder / "segments", manifest.standing)
    before = {
        (s.source, s.evidence): here.get((s.load, s.source, s.evidence), Content(0, ""))
        for s in manifest.standing
    }
    same, otherwise, unread = 0, [], []
    with tempfile.TemporaryDirectory(prefix="investigator-") as folder:
        store = Store(Path(folder) / "events")
        with store.writing() as staging:
            staging.write(manifest)
        for said, names in groups.items():
            found, failed = _read(evidence, store, names, json.loads(said))
            unread += failed
            after, _ = contents(store.folder / "segments", found)
            for segment in found:
                now = after.get((segment.load, segment.source, segment.evidence), Content(0, ""))
                if now == before[segment.source, segment.evidence]:
                    same += 1
                else:
                    otherwise.append(segment.source)
    return Derived(same, tuple(otherwise), tuple(unread))


def _read(
    evidence: Evidence, store: Store, names: list[str], said: dict[str, Any]
) -> tuple[list[Segment], list[tuple[str, str]]]:
    """The segments that these files give now; one by one where they can't be read together."""
    from investigator.load import again

    load = max((s.load for s in store.manifest().segments), default=0) + 1
    declared, _ = intake.formats(evidence)
    try:
        again.again(
            names,
            store=store,
            vault=evidence.vault,
            load=load,
            declared=declared,
            answers=told.answers(evidence),
            **said,
        )
    except KitError as error:
        if len(names) == 1:
            return [], [(names[0], error.what)]
        found: list[Segment] = []
        failed: list[tuple[str, str]] = []
        for name in names:
            some, why = _read(evidence, store, [name], said)
            found, failed = found + some, failed + why
        return found, failed
    return [s for s in store.manifest().segments if s.load == load], []
