"""What archives share: a member, the name it is called by, and what no member may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from investigator.look import shown_name

MEMBERS_AT_MOST = 50_000

FOLDER, HIDDEN, FILE = "folder", "hidden", "file"
_DRIVE = re.compile(r"^[A-Za-z]:")


class NoArchive(Exception):
    """The archive can't be taken, and why."""


@dataclass
class Member:
    """One thing in an archive. `open` gives its packed bytes; they can be asked for again."""

    unit: int
    name: str  # as it is shown: harmless, short, and no other member's
    kind: str = FILE
    reason: str = ""  # why it can't be taken
    size: int = 0  # unpacked, as the archive says
    packed: int = 0  # bytes that it takes in the archive
    modified: str = ""  # ISO; without a zone where the archive names none
    codec: str = ""  # how its bytes are packed; empty for as they are
    crc: int | None = None
    open: Callable[[], Iterator[bytes]] | None = None
    doubt: tuple[str, ...] = ()
    sha256: str = ""  # of its bytes, once they were taken out


def named(raw: bytes, *, utf8: bool = True) -> tuple[str, str]:
    """A member's name as it is shown, and why such a name is refused; bytes that are no UTF-8 are shown as \\xNN."""
    text = raw.decode("utf-8", errors="surrogateescape") if utf8 else _decoded(raw)
    name = text.replace("\\", "/")
    kept = "/".join(part for part in name.split("/") if part not in ("", "."))
    shown = shown_name(kept) or "(no name)"
    if not name.strip("/"):
        return shown, "it has no name"
    if "\0" in name:
        return shown, "its name holds a NUL byte"
    if name.startswith("/") or _DRIVE.match(name):
        return shown, "its name is a path from the root: it would be written outside"
    if ".." in name.split("/"):
        return shown, "its name leads out of the archive (..)"
    return shown, ""


def _decoded(raw: bytes) -> str:
    """Names of old zips: UTF-8 where it is that, else the alphabet of DOS."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def hidden(name: str) -> bool:
    """Whether it is what systems put beside files: .DS_Store, __MACOSX/, any dotfile."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


class Names:
    """Gives each member a name of its own: the second app.log is app.log#2."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def own(self, name: str) -> tuple[str, bool]:
        """The name, and whether another member had it before."""
        count = self._taken.get(name, 0) + 1
        self._taken[name] = count
        if count == 1:
            return name, False
        other, _ = self.own(f"{name}#{count}")
        return other, True
