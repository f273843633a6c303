"""Evidence as it came: copied once, hashed, read-only; large files stay where they are, by pointer and hash."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from investigator.errors import DataError, ParameterError
from investigator.events import schema
from investigator.events.store import Segment, Store
from investigator.load.content import Content
from investigator.load.split import chunks

#: Files above this stay where they are.
COPIED_AT_MOST = 256 << 20
_BLOCK = 8 << 20


@dataclass
class Frozen:
    """A file as it was when it was added: a copy beside the vault, or the file itself where it is large."""

    path: Path
    original: Path
    copied: bool
    sha256: str
    size: int


@contextlib.contextmanager
def frozen(path: Path, vault: Path, *, copied_at_most: int = COPIED_AT_MOST) -> Iterator[Frozen]:
    """The file, held still while it is read; a copy that was not kept is gone afterwards."""
    size = path.stat().st_size
    if size > copied_at_most:
        yield Frozen(path, path, False, "", size)
        return
    vault.mkdir(parents=True, exist_ok=True)
    temporary = vault / f".incoming-{uuid.uuid4().hex[:12]}"
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as source, open(temporary, "wb") as target:
            size = 0
            while block := source.read(_BLOCK):
                digest.update(block)
                target.write(block)
                size += len(block)
            target.flush()
            os.fsync(target.fileno())
        yield Frozen(temporary, path, True, digest.hexdigest(), size)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(0o600)
            temporary.unlink()


def keep(item: Frozen, vault: Path, sha256: str) -> None:
    """Put it into the vault under its hash, read-only; of a large one the pointer."""
    vault.mkdir(parents=True, exist_ok=True)
    if item.copied:
        target = vault / sha256
        if not target.exists():
            item.path.chmod(0o444)
            os.replace(item.path, target)
        return
    target = vault / f"{sha256}.pointer.json"
    text = json.dumps({"path": str(item.original.resolve()), "size": item.size, "sha256": sha256}, indent=1)
    _write(target, text.encode())


def keep_tail(item: Frozen, content: Content, vault: Path) -> str:
    """Keep only what a grown file gained, as evidence of its own; gives its hash."""
    vault.mkdir(parents=True, exist_ok=True)
    temporary = vault / f".incoming-{uuid.uuid4().hex[:12]}"
    digest = hashlib.sha256()
    try:
        with open(temporary, "wb") as target:
            for block in content.blocks():
                digest.update(block)
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        temporary.chmod(0o444)
        final = vault / digest.hexdigest()
        if not final.exists():
            os.replace(temporary, final)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
    return digest.hexdigest()


def place(vault: Path, segment: Segment) -> Path:
    """Where a segment's evidence lies; raises DataError where it is gone."""
    path = vault / segment.sha256
    if path.is_file():
        return path
    pointer = vault / f"{segment.sha256}.pointer.json"
    try:
        target = Path(json.loads(pointer.read_text(encoding="utf-8"))["path"])
    except (OSError, ValueError, KeyError):
        target = pointer
    if target.is_file() and target != pointer:
        return target
    raise DataError(
        f"The evidence of {segment.source} ({segment.evidence}) is not there.",
        f"It was looked for in {vault}.",
        "Restore it from where it came, or verify the case: inv verify CASE",
    )


def raw(vault: Path | str, store: Store, origin: str) -> bytes:
    """The bytes behind an origin, as they were in the evidence; of a database's row its JSON."""
    evidence, unit, units = schema.parse_origin(origin)
    found = [segment for segment in store.manifest().segments if segment.evidence == evidence]
    if not found:
        known = ", ".join(sorted({segment.evidence for segment in store.manifest().segments})[:5])
        raise ParameterError(
            f"No evidence {evidence} was loaded here.",
            f"There are: {known}.",
            "Copy the origin from a table.",
        )
    segment = found[0]
    path = place(Path(vault), segment)
    return _units(path, segment, unit, units)


def _units(path: Path, segment: Segment, unit: int, units: int) -> bytes:
    from investigator import catalogue
    from investigator.sources._format import Records

    form = catalogue.load("investigator.sources", segment.format, noun="source").FORMAT
    content = Content(path, name=segment.source)
    if isinstance(form, Records):
        member = segment.evidence.partition("!")[2]
        for record in form.read(path, content):
            if record.unit == unit and record.member == member:
                if record.byte is not None and record.length:
                    return _slice(path, segment.source, record.byte, record.length)
                shown = record.text or json.dumps(record.fields, ensure_ascii=False)
                return shown.encode()
        raise ParameterError(f"{segment.source} has no unit {unit}.", "", "Copy the origin from a table.")
    first: int | None = None
    length = 0
    for chunk in chunks(content.blocks()):
        for long_unit, byte, size, _ in chunk.long:
            if long_unit == unit:
                return _slice(path, segment.source, byte, size)
        if not len(chunk) or chunk.unit[-1] < unit:
            continue
        start = int(unit - chunk.unit[0]) if first is None else 0
        if first is None:
            first = int(chunk.byte[start])
        wanted = min(len(chunk), start + units)
        length += int(chunk.length[start:wanted].sum())
        units -= wanted - start
        unit += wanted - start
        if units <= 0:
            break
    if first is None:
        raise ParameterError(f"{segment.source} has no unit {unit}.", "", "Copy the origin from a table.")
    return _slice(path, segment.source, first, length)


def _slice(path: Path, name: str, byte: int, length: int) -> bytes:
    kept, at = [], 0
    for block in Content(path, name=name).blocks():
        low, high = max(byte - at, 0), min(byte + length - at, len(block))
        if low < high:
            kept.append(block[low:high])
        at += len(block)
        if at >= byte + length:
            break
    return b"".join(kept)


def _write(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        with open(temporary, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
