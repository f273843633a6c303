"""A first profile from a folder of samples: systems seen, shapes of ids with their counts, zones that are missing.

What can't be told from samples is left as a line to fill in; what was guessed says from what.
"""

from __future__ import annotations

import contextlib
import os
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from investigator.errors import DataError, KitError
from investigator.events import entities
from investigator.load.answers import family
from investigator.load.folder import files as files_of
from investigator.load.trial import Trial, trial
from investigator.profile.reading import FILE, read

FILES_AT_MOST = 200
LINES_LOOKED_AT = 400
_ID = re.compile(rf"\b(?:{entities.UUID}|[A-Za-z][A-Za-z_]{{1,15}}[-_#][0-9]{{1,20}})\b")
#: What looks like an id and is the name of a norm, a thread or a size.
_NO_ID = re.compile(
    r"^(?:utf|sha|iso|rfc|md|http|tls|ssl|aes|base|x|v|thread|worker|pool|exec|nio|main|line|step|node|host|pod|python|"
    r"java|utc|gmt|cve|port|page|part|size|time|day|in|at|to|on|up|of)$",
    re.IGNORECASE,
)


@dataclass
class Seen:
    """What a folder of samples shows."""

    systems: dict[str, list[str]] = field(default_factory=dict)  # name -> files
    formats: dict[str, str] = field(default_factory=dict)  # name -> format
    ids: dict[str, tuple[str, int, str]] = field(
        default_factory=dict
    )  # kind -> pattern, how many, an example
    unzoned: list[str] = field(default_factory=list)  # files whose times name no zone
    unread: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        out = []
        for name, files in self.systems.items():
            what = files[0] if len(files) == 1 else f"{len(files)} files"
            out.append(f"{name}: {what}, read as {self.formats[name]}")
        for kind, (pattern, number, example) in self.ids.items():
            out.append(f"ids of kind {kind}: {number:,} different, such as {example} ({pattern})")
        if self.unzoned:
            out.append(f"times without a zone: {', '.join(self.unzoned[:6])}")
        out += self.unread[:6]
        return "\n".join(out)


def look(folder: Path, *, progress: Callable[[int, int, str], None] | None = None) -> Seen:
    """What the beginnings of a folder's files show."""
    seen = Seen()
    found: dict[tuple[str, str], dict[str, None]] = {}
    files, _ = files_of(Path(folder))
    for number, (path, shown) in enumerate(files[:FILES_AT_MOST]):
        if progress:
            progress(number, len(files), shown)
        try:
            tried = trial(path, lines=LINES_LOOKED_AT)
        except KitError as error:
            seen.unread.append(f"not looked into: {error.what}")
            continue
        name = re.sub(r"[^\w-]+", "-", family(shown).rpartition("/")[2]).strip("-") or "files"
        seen.systems.setdefault(name, []).append(shown)
        seen.formats.setdefault(name, tried.format)
        if any("zone" in source.asks for source in tried.sources):
            seen.unzoned.append(shown)
        _ids(tried, found)
    if len(files) > FILES_AT_MOST:
        seen.unread.append(f"{len(files) - FILES_AT_MOST:,} more files were not looked into")
    for (kind, pattern), ids in sorted(found.items(), key=lambda item: -len(item[1])):
        if len(ids) > 1 and kind not in seen.ids:
            seen.ids[kind] = (pattern, len(ids), next(iter(ids)))
    return seen


def _ids(tried: Trial, found: dict[tuple[str, str], dict[str, None]]) -> None:
    for line in tried.lines:
        for event in line.events:
            text = " ".join([str(event["body"] or ""), *map(str, event["attributes"].values())])
            for match in _ID.finditer(text):
                prefix = re.match(r"[A-Za-z_]+", match[0])
                if prefix and _NO_ID.match(prefix[0].rstrip("_")) and "-" not in match[0][9:]:
                    continue
                kind, pattern = entities.kind_of(match[0])
                if kind not in (entities.TRACE, "id"):
                    found.setdefault((kind, pattern), {}).setdefault(match[0])


def text(seen: Seen, answers: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """The profile as it is written; `answers` are zones, fetch, retention and contacts that somebody gave."""
    given = answers or {}
    fetch, kept = given.get("fetch", {}), given.get("retention", {})
    out = [
        "# The team's profile: what is the same in every incident. Every key may be left out.",
        "# Commands are printed ready to copy by `inv fetch-list CASE`, with {start} {end} {window} {id} filled in; never run.",
        "",
    ]
    if seen.systems:
        out.append("systems:")
        for name, files in seen.systems.items():
            out.append(f"  {_quoted(name)}:  # {seen.formats[name]}")
            said = fetch.get(name, "")
            out.append(
                f"    fetch: {_quoted(said)}"
                if said
                else "    # fetch: kubectl logs ... --since-time={start}"
            )
            out.append(f"    sources: [{', '.join(_quoted(one) for one in _sources(name, files))}]")
            out.append(f"    retention: {_quoted(kept[name])}" if kept.get(name) else "    # retention: 7d")
    else:
        out += [
            "# systems:",
            "#   orders:",
            "#     fetch: kubectl logs deploy/orders --since-time={start} | grep {id}",
            "#     sources: ['orders*.log']",
            "#     retention: 7d",
        ]
    out.append("")
    if seen.ids:
        out.append("ids:")
        out += [
            f"  {_quoted(kind)}: {_quoted(pattern)}  # {number:,} different in the samples, such as {example}"
            for kind, (pattern, number, example) in seen.ids.items()
        ]
    else:
        out.append("# ids: {document: 'DOC-[0-9]+'}")
    out.append("")
    zone = given.get("zones", {}).get("*", "")
    if seen.unzoned and zone:
        out.append("zones:")
        out += [
            f"  {_quoted(name)}: {_quoted(zone)}"
            for name in dict.fromkeys(_shared(one) for one in seen.unzoned)
        ]
    elif seen.unzoned:
        out.append("# zones:  # where the times are from that name none")
        out += [f"#   {_quoted(_shared(name))}: Europe/Berlin" for name in seen.unzoned]
    else:
        out.append("# zones: {'*.log': Europe/Berlin}")
    contacts = given.get("contacts", {})
    out += ["", "contacts:" if contacts else "# contacts: {dana: '+49 30 1234'}"]
    out += [f"  {_quoted(name)}: {_quoted(reach)}" for name, reach in contacts.items()]
    out += [
        "",
        "# lifecycle:  # the expected way of a document; learned from the healthy ones where it is left out",
        "#   - received: upload / received",
        "#   - indexed: {in: indexer, says: indexed document, within: 5 min}",
        "",
        "# formats: [formats/billing.yaml]  # formats of your own",
        "",
    ]
    return "\n".join(out)


def write(path: Path, content: str, *, force: bool = False) -> Path:
    """Write a profile whole or not at all, after it was read as one; an existing file only with `force`."""
    path = Path(path)
    if path.is_dir():
        path = path / FILE
    if path.exists() and not force:
        raise DataError(
            f"There is a profile already: {path}.",
            "It is not overwritten.",
            "Edit it, or say --force to make it anew.",
        )
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with open(temporary, "w", encoding="utf-8") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        read(temporary)
        if force:
            os.replace(temporary, path)
        else:
            try:
                os.link(temporary, path)  # fails where somebody made one meanwhile
            except FileExistsError:
                raise DataError(f"There is a profile already: {path}.", "", "Look at it first.") from None
            except OSError:
                os.replace(temporary, path)
    except OSError as error:
        raise DataError(
            f"{path} can't be written: {error.strerror}.", "", "Check the folder and its permissions."
        ) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
    return path


def _sources(name: str, files: list[str]) -> list[str]:
    return sorted({_shared(one) for one in files})


def _shared(name: str) -> str:
    """A pattern that the later files of a log match too: app-2026-06-17.log and app.log.1 are app*."""
    bare = name.rpartition("/")[2]
    stem = family(bare)
    return bare if bare.lower() == stem or not bare.lower().startswith(stem) else f"{bare[: len(stem)]}*"


def _quoted(value: str) -> str:
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*", value) and value.lower() not in (
        "yes", "no", "on", "off", "true", "false", "null", "y", "n",
    )  # fmt: skip
    return value if plain else "'" + " ".join(value.splitlines()).replace("'", "''") + "'"
