"""Find the team's profile and read it: every mistake names file and line."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from investigator import moment, written
from investigator.errors import DataError, KitError
from investigator.events import entities
from investigator.facts import process
from investigator.load.declared import Declared, of_file, of_written
from investigator.profile import commands

FILE = "investigator.yaml"
VARIABLE = "INVESTIGATOR_PROFILE"
KEYS = ("systems", "ids", "lifecycle", "zones", "contacts", "retention", "formats")
SYSTEM = ("fetch", "sources", "retention", "zone", "contact", "note")
_UNITS = {
    **dict.fromkeys(("min", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks"), timedelta(weeks=1)),
    **dict.fromkeys(("y", "year", "years"), timedelta(days=365)),
}


@dataclass(frozen=True)
class System:
    """Where some of the evidence comes from: how to fetch it, what its files are called, how long it is kept."""

    name: str
    fetch: str = ""
    sources: tuple[str, ...] = ()
    retention: timedelta | None = None
    zone: str = ""
    contact: str = ""
    note: str = ""


@dataclass(frozen=True)
class Profile:
    """What a team wrote down once."""

    path: Path
    systems: tuple[System, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    lifecycle: str = ""  # the expected course, as YAML
    zones: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[Declared, ...] = ()
    sha256: str = ""


def find(start: Path | None = None) -> Path | None:
    """The profile's file: as INVESTIGATOR_PROFILE says, else the nearest upward from here; None where there is none."""
    named = os.environ.get(VARIABLE)
    if named:
        path = Path(named).expanduser()
        if path.is_dir():
            path = path / FILE
        if not path.is_file():
            raise DataError(
                f"There is no {path}, which {VARIABLE} names.",
                "",
                f"Correct it, or unset it: unset {VARIABLE}",
            )
        return path
    place = (start or Path.cwd()).resolve()
    return next((folder / FILE for folder in (place, *place.parents) if (folder / FILE).is_file()), None)


def found(start: Path | None = None) -> tuple[Profile | None, str]:
    """The profile, and what is wrong with it where it can't be read: a mistake in it stops nobody."""
    try:
        path = find(start)
        return (read(path) if path else None), ""
    except KitError as error:
        return None, f"The team's profile is left out: {error}"


def read(path: Path | str) -> Profile:
    """A profile from its file; DataError names file and line."""
    path = Path(path)
    document = written.read_file(path)
    document.only(KEYS)
    ids = document.pairs("ids")
    for kind, pattern in ids.items():
        try:
            entities.check_kinds({kind: pattern})
            if re.fullmatch(pattern, ""):
                raise DataError(
                    f"the pattern of '{kind}' matches nothing at all too.", "", "Say what an id has."
                )
        except KitError as error:
            raise document.mistake(error.what, error.there_is, error.do, "ids", kind) from None
    zones = document.pairs("zones")
    zones = {source: _zone(document, name, "zones", source) for source, name in zones.items()}
    contacts = document.pairs("contacts")
    retention = {
        name: _duration(document, text, "retention", name)
        for name, text in document.pairs("retention").items()
    }
    systems = _systems(document, retention)
    known = [system.name for system in systems]
    for name in retention:
        if name not in known:
            raise document.mistake(
                f"there is no system '{name}' that is kept so long.",
                f"There are: {', '.join(known) or 'none'}.",
                "Write it under systems, or correct its name.",
                "retention",
                name,
            )
    for system in systems:
        for source in system.sources if system.zone else ():
            zones.setdefault(source, system.zone)
    return Profile(
        path,
        systems,
        ids,
        _lifecycle(document),
        zones,
        contacts,
        _formats(document, path.parent),
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _systems(document: written.Written, retention: Mapping[str, timedelta]) -> tuple[System, ...]:
    given = document.at("systems")
    if given is None:
        return ()
    if not isinstance(given, dict):
        raise document.mistake(
            "'systems' must be names with what is known of each.",
            "",
            "Write: orders: {fetch: ...}",
            "systems",
        )
    out = []
    for name, value in given.items():
        path: tuple[str, ...] = ("systems", name)
        if value is None or isinstance(value, str):
            out.append(System(name, _fetch(document, value or "", *path), retention=retention.get(name)))
            continue
        document.only(SYSTEM, *path)
        kept = document.text(*path, "retention")
        zone = document.text(*path, "zone")
        out.append(
            System(
                name,
                _fetch(document, document.text(*path, "fetch"), *path, "fetch"),
                tuple(document.texts(*path, "sources")),
                _duration(document, kept, *path, "retention") if kept else retention.get(name),
                _zone(document, zone, *path, "zone") if zone else "",
                document.text(*path, "contact"),
                document.text(*path, "note"),
            )
        )
    return tuple(out)


def _fetch(document: written.Written, text: str, *path: str) -> str:
    problem = commands.mistake(text)
    if problem:
        raise document.mistake(problem, f"There are: {', '.join(commands.PLACES)}.", "", *path)
    return text.strip()


def length(text: str) -> timedelta | None:
    """A length of time such as 36h or 7d; None where it is none."""
    match = re.fullmatch(r"\s*([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([a-z]+)\s*", text.lower())
    if not match or match[2] not in _UNITS or not float(match[1]):
        return None
    try:
        return float(match[1]) * _UNITS[match[2]]
    except OverflowError:
        return None


def _duration(document: written.Written, text: str, *path: str) -> timedelta:
    found = length(text)
    if found is None:
        raise document.mistake(f"'{text}' is no length of time.", "", "Write it as 36h, 7d, 4w or 1y.", *path)
    return found


def _zone(document: written.Written, name: str, *path: str) -> str:
    try:
        return moment.zone(name).key
    except KitError as error:
        raise document.mistake(error.what, error.there_is, error.do, *path) from None


def _lifecycle(document: written.Written) -> str:
    import yaml

    given = document.at("lifecycle")
    if given is None:
        return ""
    text = given if isinstance(given, str) else yaml.safe_dump(given, sort_keys=False, allow_unicode=True)
    try:
        process.check(text)
    except KitError as error:
        raise document.mistake(error.what, error.there_is, error.do, "lifecycle") from None
    return text


def _formats(document: written.Written, folder: Path) -> tuple[Declared, ...]:
    given = document.at("formats")
    if given is None:
        return ()
    if not isinstance(given, list):
        raise document.mistake(
            "'formats' must be a list.",
            "Each is a file, or what such a file says.",
            "Write: - billing.yaml",
            "formats",
        )
    out: list[Declared] = []
    for i, item in enumerate(given):
        if isinstance(item, dict):
            form = of_written(document, "formats", i)
        else:
            path = folder / document.text("formats", i)
            if not path.is_file():
                raise document.mistake(
                    f"there is no {path}.", "", "Its place is told from the profile's.", "formats", i
                )
            form = of_file(path)
        if any(form.name == other.name for other in out):
            raise document.mistake(f"two formats are named '{form.name}'.", "", "Rename one.", "formats", i)
        out.append(form)
    return tuple(out)
