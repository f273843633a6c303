"""An archive, zip or tar, also compressed: every member is read as a file of its own, and none is trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources import _tar, _zip
from investigator.sources._container import FILE, Member, NoArchive
from investigator.sources._format import Head, Record, Records, Sure

EXAMPLE = b"PK\x05\x06" + b"\0" * 18  # an empty one: its own tests make whole ones

#: Zips that are a document or a program, by what is named at their beginning.
_DOCUMENTS = (
    b"[Content_Types].xml",
    b"mimetypeapplication/",
    b"META-INF/MANIFEST.MF",
    b"AndroidManifest.xml",
)


def sure(head: Head) -> Sure:
    """A zip that is no document, or a tar whose first header has the right sum."""
    if head.data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Sure(0.0 if any(mark in head.data for mark in _DOCUMENTS) else 0.95, "a zip")
    return Sure(0.95 if _tar.is_tar(head.data) else 0.0, "a tar")


def walk(path: Path, content: Any) -> Iterator[tuple[Member, Iterator[bytes]]]:
    """Each member with its packed bytes, in order; raises NoArchive for what can't be taken as a whole.

    A zip is told by its directory, so `path` must be it, uncompressed; a tar may be compressed, and then `content` is
    asked for its bytes.
    """
    with open(path, "rb") as stream:
        first = stream.read(4)
        if first in (b"PK\x03\x04", b"PK\x05\x06"):
            found, doubt = _zip.members(path)
            if doubt and content is not None:
                content.doubt.append(doubt)
            for member in found:
                yield member, iter(()) if member.open is None else member.open()
        elif content is not None and content.codec:
            yield from _tar.walk(_tar.Packed(content.unpacked()))
        else:
            stream.seek(0)
            yield from _tar.walk(_tar.Plain(stream, path.stat().st_size))


def read(path: Path, content: Any) -> Iterator[Record]:
    """One record a member: what it is, and why it was left out where it was."""
    try:
        for member, _ in walk(path, content):
            if member.reason:
                yield Record({}, member.unit, reject=member.reason, text=member.name)
            else:
                kind = "member" if member.kind == FILE else member.kind
                yield Record({}, member.unit, structural=kind, text=member.name)
    except NoArchive as error:
        yield Record({}, 1, reject=str(error), text=content.name)


FORMAT = Records(read, kind="record", text=False, listing=True)
