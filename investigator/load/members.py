"""What is taken out of archives: each member's bytes lie in a file without its name for as long as they are read."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path

from investigator.errors import DataError
from investigator.load.content import Content
from investigator.sources import _codecs
from investigator.sources._archives import walk
from investigator.sources._container import FILE, Member, NoArchive


class Refused(Exception):
    """One member can't be read, and why."""


@contextlib.contextmanager
def unpacked_to_file(
    member: Member, packed: Iterator[bytes], vault: Path, budget: _codecs.Budget, *, streamed: bool
) -> Iterator[Path]:
    """A member's bytes in a file without its name, which is gone afterwards.

    `streamed` says that they come out of a compressed stream, which counts them itself.
    """
    vault.mkdir(parents=True, exist_ok=True)
    target = vault / f".incoming-{uuid.uuid4().hex[:12]}"
    room = shutil.disk_usage(vault).free // 2
    doubt: list[str] = []
    try:
        size = check = 0
        digest = hashlib.sha256()
        with open(target, "wb") as stream:
            for block in _unpacked(member, packed, doubt, budget, streamed):
                size += len(block)
                if member.crc is not None and size > member.size:
                    raise Refused(f"it is longer than the {member.size:,} bytes that its header says")
                if size > room:
                    raise Refused(
                        f"it unpacks to more than half of the free space on the disk ({room:,} bytes)"
                    )
                check = zlib.crc32(block, check)
                digest.update(block)
                stream.write(block)
        if member.crc is not None and not doubt:
            if size != member.size:
                raise Refused(f"its header says {member.size:,} bytes, and there are {size:,}")
            if check != member.crc:
                raise Refused("its bytes are not what was packed: the checksum differs")
        member.doubt, member.sha256 = (*member.doubt, *doubt), digest.hexdigest()
        yield target
    finally:
        with contextlib.suppress(FileNotFoundError):
            target.unlink()


def _unpacked(
    member: Member, packed: Iterator[bytes], doubt: list[str], budget: _codecs.Budget, streamed: bool
) -> Iterator[bytes]:
    try:
        if member.codec and member.open is not None:
            yield from _codecs.plain(member.codec, member.open, doubt, budget, counted=False)
            return
        for block in packed:
            if not streamed:
                budget.take(len(block))
            yield block
    except NoArchive as error:
        raise Refused(str(error)) from None


@contextlib.contextmanager
def seekable(path: Path, name: str, vault: Path) -> Iterator[Path]:
    """The archive as a file that can be read at any place: itself, or a zip that was compressed once more."""
    content = Content(path, name=name)
    if not content.codec or not content.head().data.startswith(b"PK"):
        yield path
        return
    vault.mkdir(parents=True, exist_ok=True)
    target = vault / f".incoming-{uuid.uuid4().hex[:12]}"
    try:
        with open(target, "wb") as stream:
            for block in content.unpacked():
                stream.write(block)
        yield target
    finally:
        target.unlink(missing_ok=True)


@contextlib.contextmanager
def taken_out(path: Path, inside: tuple[str, ...], vault: Path) -> Iterator[Path]:
    """A member's bytes, out of the archive at `path`, through as many archives as it lies in."""
    if not inside:
        yield path
        return
    budget = _codecs.Budget(path.name)
    budget.seen = path.stat().st_size
    with seekable(path, path.name, vault) as whole:
        content = Content(path, name=path.name, budget=budget, counted=False)
        for member, packed in walk(whole, content):
            if member.name == inside[0] and member.kind == FILE and not member.reason:
                streamed = bool(content.codec)
                with (
                    unpacked_to_file(member, packed, vault, budget, streamed=streamed) as out,
                    taken_out(out, inside[1:], vault) as found,
                ):
                    yield found
                return
    raise DataError(
        f"There is no {inside[0]} in {path.name} any more.",
        "The archive is not what it was when it was added.",
        "Verify the case: inv verify CASE",
    )
