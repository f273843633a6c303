"""Evidence as it came: copied once, hashed, read-only; large files stay where they are, by pointer and hash."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from investigator.errors import DataError
from investigator.events.store import Segment
from investigator.load.content import Content

if TYPE_CHECKING:
    from io import FileIO

    from investigator.sources._codecs import Budget

_Given = TypeVar("_Given")

#: Files above this stay where they are.
COPIED_AT_MOST = 256 << 20
#: Where evidence lies, as people say it: up to which size a file is copied into the case.
KEEP = {"copy": 1 << 62, "pointer": -1}
SMALL = 256 << 10
_COPY_BLOCK, SMALL_BLOCK = 256 << 10, 4 << 10
_COPY_AT_ONCE = 256 << 20
_HASH_BLOCK = 2 << 20


@dataclass
class Frozen:
    """A file as it was when it was added: a copy beside the vault, or the file itself where it is large.

    Its hash is made beside the reading; whoever asks for it waits.
    """

    path: Path
    original: Path
    copied: bool
    size: int
    stamp: tuple[int, int]
    hashed: Future[str]
    synced: Future[None] | None = None
    copying: Future[int] | None = None  # until it ends the copy is not whole
    inside: tuple[
        str, ...
    ] = ()  # the members that lead to it, where it lies in an archive: then the rest is that's
    outer: Frozen | None = None
    budget: Budget | None = None
    modified: str = ""
    content_sha256: str = ""  # of its own bytes, where the hash above is its archive's
    doubt: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        return self.hashed.result()

    def arrived(self) -> bool:
        """Wait until its copy is whole; whether the file is still as it was when copying began."""
        if self.copying is None:
            return True
        self.size = self.copying.result()
        return _stamp(self.original) == self.stamp

    @property
    def evidence(self) -> str:
        """How its events name it: 12 hex, and the members that lead to it."""
        return "!".join((self.sha256[:12], *self.inside))

    @property
    def when(self) -> str:
        """When it was written, as ISO: what its archive says, else the file's own time."""
        if self.inside:
            return self.modified
        return f"{datetime.fromtimestamp(self.stamp[1] / 1e9, UTC):%Y-%m-%dT%H:%M:%SZ}"

    def check(self) -> None:
        """Raise DataError where a file that stayed in place changed while it was read."""
        if self.outer is not None:
            self.outer.check()
        elif not self.copied and _stamp(self.original) != self.stamp:
            raise DataError(
                f"{self.original.name} changed while it was read.",
                "It is too large to be copied first, so nothing of it was stored.",
                "Add it again when nothing writes to it, or copy it and add the copy.",
            )


@contextlib.contextmanager
def frozen(path: Path, vault: Path, *, copied_at_most: int = COPIED_AT_MOST) -> Iterator[Frozen]:
    """The file, held still while it is read; a copy that was not kept is gone afterwards."""
    stamp = _stamp(path)
    small = stamp[0] <= SMALL
    pool = _waiting(os.getpid()) if small else ThreadPoolExecutor(3, thread_name_prefix="evidence")
    # To begin a thread takes longer than to copy or to hash a small file.
    submit = _at_once if small else pool.submit
    temporary = vault / f".incoming-{uuid.uuid4().hex[:12]}"
    jobs: list[Future[Any]] = []
    try:
        if stamp[0] > copied_at_most:
            jobs = [hashed := submit(_hash, path)]
            yield Frozen(path, path, False, stamp[0], stamp, hashed)
            return
        vault.mkdir(parents=True, exist_ok=True)
        # What it is can be told while it is copied. The disk may take its time: the file is read meanwhile, and kept
        # only when it is safe.
        copying = submit(_copied, open(path, "rb", buffering=0), temporary)  # noqa: SIM115 - closed there
        jobs = [
            copying,
            hashed := submit(_after, copying, _hash, temporary),
            synced := pool.submit(_after, copying, _sync, temporary),
        ]
        yield Frozen(temporary, path, True, stamp[0], stamp, hashed, synced, copying)
    finally:
        wait(jobs)
        if not small:
            pool.shutdown()
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(0o600)
            temporary.unlink()


@lru_cache(maxsize=1)
def _waiting(process: int) -> ThreadPoolExecutor:
    """The one thread of a process that waits for the disk, a small file at a time."""
    return ThreadPoolExecutor(1, thread_name_prefix="evidence")


def _at_once(job: Callable[..., _Given], *given: Any) -> Future[_Given]:
    """A job that is done here and now, as one that was handed to a thread."""
    out: Future[_Given] = Future()
    try:
        out.set_result(job(*given))
    except Exception as error:
        out.set_exception(error)
    return out


def _copied(opened: FileIO, target: Path) -> int:
    """Copy an open file; gives its size. By the system in one go where it can, which a disk may do without copying."""
    size = 0
    block = min(_COPY_BLOCK, max(os.fstat(opened.fileno()).st_size, SMALL_BLOCK))
    with opened as source, open(target, "wb", buffering=0) as stream:
        with contextlib.suppress(OSError, AttributeError):
            while count := os.copy_file_range(source.fileno(), stream.fileno(), _COPY_AT_ONCE):
                size += count
        # The rest, and what the system can't copy so: both files stand where it left them.
        buffer = memoryview(bytearray(block))
        while count := source.readinto(buffer):
            left = buffer[:count]
            while left:
                left = left[stream.write(left) :]
            size += count
    return size


def _hash(path: Path, size: int | None = None) -> str:
    """The hash of a file, or of its first bytes."""
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as stream:
        left = os.fstat(stream.fileno()).st_size if size is None else size
        buffer = memoryview(bytearray(min(_HASH_BLOCK, left)))
        while left > 0 and (count := stream.readinto(buffer[: min(left, _HASH_BLOCK)])):
            digest.update(buffer[:count])
            left -= count
    return digest.hexdigest()


def _after(copying: Future[int], job: Callable[[Path], _Given], path: Path) -> _Given:
    """Do a job when a copy is whole."""
    copying.result()
    return job(path)


def _sync(path: Path) -> None:
    with open(path, "rb") as stream:
        os.fsync(stream.fileno())


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def keep(item: Frozen, vault: Path, sha256: str) -> None:
    """Put it into the vault under its hash, read-only; of a large one the pointer. What lies in an archive is there."""
    if item.inside:
        return
    vault.mkdir(parents=True, exist_ok=True)
    if item.copied:
        target = vault / sha256
        if not target.exists():
            if item.synced is not None:
                item.synced.result()
            item.path.chmod(0o444)
            os.replace(item.path, target)
        return
    target = vault / f"{sha256}.pointer.json"
    pointer = {
        "path": str(item.original.resolve()),
        "size": item.size,
        "sha256": sha256,
        "modified_ns": item.stamp[1],
    }
    _write(target, json.dumps(pointer, indent=1).encode())


def keep_tail(content: Content, vault: Path) -> str:
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
    found, problem = pointed(vault, segment.sha256)
    if found is not None and not problem:
        return found
    raise DataError(
        f"The evidence of {segment.source} ({segment.evidence}) is not there: {problem}",
        f"It was looked for in {vault}.",
        "Put it back where it was, or add it again from where it is now.",
    )


#: Pointers that were found to hold, with the stamp of the file then: it is not hashed again while it has that stamp.
_HELD: dict[tuple[Path, str], tuple[int, int]] = {}


def pointed(vault: Path, sha256: str, *, anew: bool = False) -> tuple[Path | None, str]:
    """The file that evidence was left in, and what is wrong with it; empty where it is as it was.

    A log that only grew since still holds what it held. Hashed where its size or time differ, and always where `anew`.
    """
    try:
        said = json.loads((vault / f"{sha256}.pointer.json").read_text(encoding="utf-8"))
        path, size = Path(said["path"]), int(said["size"])
    except FileNotFoundError:
        return None, "there is neither a copy of it nor a pointer to it."
    except (OSError, ValueError, KeyError, TypeError):
        return None, "its pointer can't be read."
    if not path.is_file():
        return path, f"it was left in place at {path}, and is not there any more."
    now = _stamp(path)
    if not anew and now in ((size, said.get("modified_ns")), _HELD.get((path, sha256))):
        return path, ""
    if now[0] >= size and _hash(path, size) == sha256:
        _HELD[(path, sha256)] = now
        return path, ""
    return path, f"it was left in place at {path}, and was changed since it was added."


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
