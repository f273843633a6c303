"""A case's events on disk: Parquet segments and a manifest, written whole or not at all.

    events/
      manifest.json          what lies here, replaced atomically
      segments/*.parquet     normalised events, one or more files a load
      rejects/*.parquet      units that could not be read
      entities/*.parquet     the entity index, one compacted file sorted by kind and id, and the first times made from it

Everything here is derived from evidence and can be rebuilt from it at will. One writer at a time (a file lock);
readers need no lock: they see the manifest before a commit or after it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from investigator.errors import CaseError, DataError
from investigator.events import mask, schema


@dataclass(frozen=True)
class Units:
    """The conservation law of one load: total = used + joined + structural + rejected.

    `structural` counts blank lines, headers and comments by kind.
    """

    total: int = 0
    used: int = 0
    joined: int = 0
    structural: dict[str, int] = field(default_factory=dict)
    rejected: int = 0

    @property
    def unexplained(self) -> int:
        """Units that went missing: 0, or the load is refused."""
        return self.total - self.used - self.joined - sum(self.structural.values()) - self.rejected

    def __add__(self, other: Units) -> Units:
        kinds = {*self.structural, *other.structural}
        return Units(
            self.total + other.total,
            self.used + other.used,
            self.joined + other.joined,
            {kind: self.structural.get(kind, 0) + other.structural.get(kind, 0) for kind in sorted(kinds)},
            self.rejected + other.rejected,
        )

    def __str__(self) -> str:
        parts = [f"{self.total:,} units = {self.used:,} used"]
        if self.joined:
            parts.append(f"{self.joined:,} joined into others")
        parts += [f"{count:,} {kind}" for kind, count in self.structural.items() if count]
        parts.append(f"{self.rejected:,} rejected")
        text = " + ".join(parts)
        return text if self.unexplained == 0 else f"{text} + {self.unexplained:,} UNEXPLAINED"


def file_seal(path: Path) -> str:
    """A file's bytes as one number. Raises OSError where it can't be read."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:32]


@dataclass(frozen=True)
class Segment:
    """What one load of one source brought: its files, its span, its units."""

    source: str
    evidence: str  # 12 hex, and !member inside an archive or a database
    sha256: str  # of the evidence file's bytes, whole
    load: int
    format: str  # name of the file in sources/ that read it
    kind: str  # the kind most of its events have
    rows: int
    units: Units
    files: tuple[str, ...] = ()  # below segments/
    rejects: str | None = None  # below rejects/
    first: str | None = None  # ISO, UTC, of the events' time
    last: str | None = None
    zone: str = "UTC"
    doubt: tuple[str, ...] = ()  # in words: what about times or bytes is not certain
    attributes: tuple[str, ...] = ()  # attr_ columns in its files
    continues: str | None = None  # evidence of which this is the tail
    replaces: str | None = None  # evidence of which this is a newer snapshot
    content_sha256: str = ""  # of the uncompressed content, for telling a grown file
    content_bytes: int = 0
    modified: str = ""  # when the file was written, as ISO: for what says no time itself, such as an image
    inside: tuple[str, ...] = ()  # the members of an archive that lead to it, from the outermost
    supersedes: int | None = None  # the load whose reading of the same evidence this one takes the place of
    replaced_by: str = ""  # the source that was found to be a newer export of it, under another name
    told_in: str = (
        ""  # the source in which a newer version of its thread lies: here is what that does not tell
    )
    entry: str = ""  # the record's entry that tells of its load, where merging gave it another number
    seals: dict[str, str] = field(default_factory=dict)  # each of its files, by name: its bytes as one number

    def __post_init__(self) -> None:
        if self.units.unexplained:
            raise DataError(
                f"{self.source}: {self.units.unexplained:,} of {self.units.total:,} units are unexplained.",
                str(self.units),
                "This is a mistake in the kit, not in your file: nothing was stored. Please report it.",
            )

    @property
    def member(self) -> str:
        """The part of its file that it is, such as a table; empty where it is all of it."""
        inside = "".join(f"!{name}" for name in self.inside)
        return self.evidence[12:].removeprefix(inside).removeprefix("!")

    @property
    def file(self) -> str:
        """The name of the file that it was read from; inside an archive, with the archive's."""
        return self.source.removesuffix(f"!{self.member}") if self.member else self.source

    def paths(self, folder: Path) -> dict[str, Path]:
        """Its files by name, in a store's folder. A file is written once: whoever writes another gives it another name."""
        rejects = {self.rejects: folder / "rejects" / self.rejects} if self.rejects else {}
        return {name: folder / "segments" / name for name in self.files} | rejects

    @cached_property
    def text(self) -> str:
        """It as JSON, on one line; made once, because a case of thousands of files writes its manifest as often."""
        held = {item.name: getattr(self, item.name) for item in fields(self)}
        return json.dumps({**held, "units": vars(self.units)}, ensure_ascii=False)


@dataclass(frozen=True)
class EntityIndex:
    """The state of the entity index: which kinds it holds, and through which load."""

    file: str
    kinds: dict[str, str]  # kind -> RE2 pattern
    loads: tuple[int, ...]
    rows: int
    firsts: str = ""  # the file with one row for each id and kind of message; empty in stores from before it
    shared: str = ""  # the file with the ids that several sources saw; empty in stores from before it
    names: str = ""  # the file with other names of ids; empty where each is written in one way
    declared: dict[str, str] = field(default_factory=dict)  # the kinds as they were asked for
    joins: tuple[str, ...] = ()  # which columns hold other names, in sentences
    anew: bool = False  # ids are written in several ways: the next load builds it anew
    places: tuple[str, ...] = ()  # these columns, each as source: column
    refused: tuple[str, ...] = ()  # columns of which somebody said that they hold no other name
    seal: str = ""  # of its files and of what is said here; empty in stores from before it

    def sealed(self, folder: Path) -> str:
        """What its files and these words are as one number. Raises OSError where one can't be read."""
        whole = hashlib.sha256()
        for name in self.files:
            with open(folder / Path(name).name, "rb") as stream:
                whole.update(hashlib.file_digest(stream, "sha256").digest())
        said = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "seal"}
        whole.update(json.dumps(said, sort_keys=True).encode())
        return whole.hexdigest()[:32]

    @property
    def files(self) -> list[str]:
        """All its files, below entities/."""
        return [name for name in (self.file, self.firsts, self.shared, self.names) if name]


@dataclass(frozen=True)
class Manifest:
    """What lies in a store."""

    segments: tuple[Segment, ...] = ()
    entities: EntityIndex | None = None
    schema_version: int = schema.VERSION
    mask_version: int = mask.VERSION

    @property
    def units(self) -> Units:
        """The conservation law over all loads; evidence that was read again counts once."""
        return sum((segment.units for segment in self.standing), Units())

    @cached_property
    def standing(self) -> tuple[Segment, ...]:
        """The segments without those whose evidence was read again: under another zone, with another format."""
        again = {(s.source, s.evidence, s.supersedes) for s in self.segments if s.supersedes is not None}
        return tuple(s for s in self.segments if (s.source, s.evidence, s.load) not in again)

    @cached_property
    def current(self) -> tuple[Segment, ...]:
        """The segments that stand, without the snapshots that a later load replaced."""
        found = self.standing
        replaced = {(segment.source, segment.replaces) for segment in found if segment.replaces}
        sources = {segment.source for segment in found}
        return tuple(
            s for s in found if (s.source, s.evidence) not in replaced and s.replaced_by not in sources
        )


#: What was last read of a few manifests, and of which file: each is replaced whole, and never changed in place.
_KNOWN: dict[Path, tuple[tuple[int, int, int], Manifest]] = {}


class Store:
    """A folder of normalised events. Made on the first commit."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.pending: Manifest | None = None  # with what is in its place, and is written down a little later

    @property
    def path(self) -> Path:
        return self.folder / "manifest.json"

    def manifest(self) -> Manifest:
        """What lies here now; an empty manifest where nothing was loaded yet."""
        if self.pending is not None:
            return self.pending
        try:
            with open(self.path, "rb") as stream:
                seen = _stamp(stream.fileno())
                known = _KNOWN.get(self.path)
                if known and known[0] == seen:
                    return known[1]
                data = stream.read()
        except FileNotFoundError:
            return Manifest()
        found = self._parsed(data)
        _remember(self.path, seen, found)
        return found

    def _parsed(self, text: bytes) -> Manifest:
        try:
            data = json.loads(text.decode("utf-8"))
            if data["schema_version"] > schema.VERSION:
                raise CaseError(
                    f"{self.path} was written by a newer kit (schema {data['schema_version']}).",
                    f"This one knows schema {schema.VERSION}.",
                    "Upgrade investigator, or rebuild the events from evidence with this one.",
                )
            if strange := sorted(data.keys() - {"schema_version", "mask_version", "entities", "segments"}):
                raise ValueError(f"it has {strange[0]!r}, which no list of events has")
            return Manifest(
                tuple(_segment(item) for item in data["segments"]),
                _entities(data.get("entities")),
                data["schema_version"],
                data["mask_version"],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CaseError(
                f"{self.path} can't be read: {error}.",
                "Events are derived; the evidence beside them is untouched.",
                "Delete the events folder and add the evidence again, or restore it from a copy.",
            ) from error

    def files(self, manifest: Manifest | None = None) -> list[str]:
        """The Parquet files of all segments, as absolute paths."""
        manifest = manifest or self.manifest()
        return [
            str(self.folder / "segments" / name) for segment in manifest.segments for name in segment.files
        ]

    def reject_files(self, manifest: Manifest | None = None) -> list[str]:
        """The Parquet files of rejected units, as absolute paths."""
        manifest = manifest or self.manifest()
        return [str(self.folder / "rejects" / s.rejects) for s in manifest.standing if s.rejects]

    @property
    def loading(self) -> bool:
        """Whether another process is loading into it now."""
        from filelock import FileLock, Timeout

        path = self.folder / ".lock"
        if not path.exists():
            return False
        try:
            with FileLock(str(path)).acquire(timeout=0):
                return False
        except Timeout:
            return True
        except OSError:  # a folder that may only be read: nobody loads into it from here
            return False

    @contextlib.contextmanager
    def writing(self, *, wait: float = 60.0) -> Iterator[Staging]:
        """A staging folder under the store's lock; what is not committed is gone afterwards."""
        from filelock import FileLock, Timeout

        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self.folder / ".lock"))
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            raise CaseError(
                f"Another process is loading into {self.folder}.",
                f"I waited {wait:.0f} seconds.",
                "Wait for it to end and try again; what it stores will be there.",
            ) from None
        try:
            for left in self.folder.glob(".staging-*"):  # of a process that was killed
                shutil.rmtree(left, ignore_errors=True)
            staging = Staging(self, self.folder / f".staging-{uuid.uuid4().hex[:12]}")
            staging.folder.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging.folder, ignore_errors=True)
        finally:
            lock.release()

    def add(self, staging: Staging, after: Manifest) -> None:
        """Write down what a load added; its files are in their places."""
        staging.write(after)


class Together(Store):
    """A store for the many files of one load: what each brings is there for the next one, and is committed with others.

    It holds the store's lock from a first file to the commit: after a hundred sources, or two seconds.
    """

    SOURCES, SECONDS = 100, 2.0

    def __init__(self, store: Store) -> None:
        super().__init__(store.folder)
        self._held = contextlib.ExitStack()
        self._staging: Staging | None = None
        self._depth = 0
        self._begun = 0.0
        self._added: list[Segment] = []

    @contextlib.contextmanager
    def writing(self, *, wait: float = 60.0) -> Iterator[Staging]:
        """The staging folder of all files; what one of them did not commit is gone afterwards."""
        if self._staging is None:
            self._staging = self._held.enter_context(super().writing(wait=wait))
        self._depth += 1
        try:
            yield self._staging
        finally:
            self._depth -= 1
            for left in self._staging.folder.iterdir() if not self._depth else ():
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        due = len(self._added) >= self.SOURCES or time.monotonic() - self._begun > self.SECONDS
        if due and not self._depth:
            self.commit()

    def add(self, staging: Staging, after: Manifest) -> None:
        """Keep in mind what a file added."""
        if not self._added:
            self._begun = time.monotonic()
        self._added += after.segments[len(self.manifest().segments) :]
        self.pending = after

    def commit(self) -> None:
        """Write down what was added; where that fails, take it away again and raise CaseError."""
        after, staging, added = self.pending, self._staging, self._added
        self._staging, self._added = None, []
        try:
            if after is not None and staging is not None:
                staging.write(after)
        except OSError as error:
            for segment in added:
                for name in segment.files:
                    (self.folder / "segments" / name).unlink(missing_ok=True)
                if segment.rejects:
                    (self.folder / "rejects" / segment.rejects).unlink(missing_ok=True)
            raise CaseError(
                f"What was read could not be written down: {error.strerror or error}.",
                f"The last {len(added):,} sources are not loaded; what was loaded before is there.",
                "See that there is space and that the folder can be written to, and add them again.",
            ) from error
        finally:
            self.pending = None
            self._held.close()


class Staging:
    """Where a load writes before it is committed."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder

    def file(self, name: str) -> Path:
        """A path to write a Parquet file to; give the same name to a Segment."""
        return self.folder / name

    def commit(self, segments: list[Segment]) -> Manifest:
        """Move the segments' files into place and add them to the manifest, all or nothing.

        Where evidence was read again the index holds what it was read as before: it is built anew.
        """
        before = self.store.manifest()
        for segment in segments:
            for name in segment.files:
                self._place(name, "segments")
            if segment.rejects:
                self._place(segment.rejects, "rejects")
        again = any(segment.supersedes is not None for segment in segments)
        new = tuple(map(self._sealed, segments))
        after = Manifest((*before.segments, *new), None if again else before.entities)
        if again:
            self.write(after)
            self.drop(before.entities)
        else:
            self.store.add(self, after)
        return after

    def drop(self, index: EntityIndex | None) -> None:
        """Remove an index that no manifest names any more: it would keep what somebody erases."""
        for name in index.files if index else ():
            (self.store.folder / "entities" / name).unlink(missing_ok=True)

    def commit_entities(self, index: EntityIndex) -> Manifest:
        """Put a new entity index in place of the one before."""
        before = self.store.manifest()
        for name in index.files:
            self._place(name, "entities")
        after = Manifest(before.segments, index)
        self.write(after)
        if before.entities and before.entities.file != index.file:
            self.drop(before.entities)
        return after

    def write(self, manifest: Manifest) -> None:
        """Replace the manifest atomically; files that are new in it are sealed."""
        manifest = replace(manifest, segments=tuple(map(self._sealed, manifest.segments)))
        entities = json.dumps(asdict(manifest.entities) if manifest.entities else None, ensure_ascii=False)
        segments = ",\n".join(segment.text for segment in manifest.segments)
        temporary = self.folder / "manifest.json"
        with open(temporary, "w", encoding="utf-8") as stream:
            stream.write(
                f'{{"schema_version": {manifest.schema_version}, "mask_version": {manifest.mask_version},\n'
                f'"entities": {entities},\n"segments": [\n{segments}\n]}}\n'
            )
            stream.flush()
            os.fsync(stream.fileno())
            seen = _stamp(stream.fileno())
        os.replace(temporary, self.store.path)
        self.store.pending = None
        _remember(self.store.path, seen, manifest)

    def _sealed(self, segment: Segment) -> Segment:
        there = segment.paths(self.store.folder)
        if set(there) == set(segment.seals):
            return segment
        new = {n: file_seal(path) for n, path in there.items() if n not in segment.seals and path.is_file()}
        seals = {name: seal for name, seal in (segment.seals | new).items() if name in there}
        return replace(segment, seals=seals)

    def _place(self, name: str, room: str) -> None:
        target = self.store.folder / room
        target.mkdir(exist_ok=True)
        os.replace(self.folder / name, target / name)


def _stamp(file: int) -> tuple[int, int, int]:
    stat = os.fstat(file)
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _remember(path: Path, seen: tuple[int, int, int], manifest: Manifest) -> None:
    _KNOWN[path] = (seen, manifest)
    while len(_KNOWN) > 8:
        _KNOWN.pop(next(iter(_KNOWN)), None)


def _segment(item: dict[str, Any]) -> Segment:
    lists = {key: tuple(item.get(key, ())) for key in ("files", "doubt", "attributes", "inside")}
    return Segment(**{**item, **lists, "units": Units(**item["units"])})


def _entities(item: dict[str, Any] | None) -> EntityIndex | None:
    return (
        EntityIndex(
            **{
                **item,
                "loads": tuple(item["loads"]),
                **{name: tuple(item.get(name, ())) for name in ("joins", "places", "refused")},
            }
        )
        if item
        else None
    )
