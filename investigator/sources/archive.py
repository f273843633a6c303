"""An archive, zip or tar, also compressed: every member is read as a file of its own, and none is trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from investigator.sources import _tar
from investigator.sources._archives import walk
from investigator.sources._container import FILE, NoArchive
from investigator.sources._format import Head, Readable, Record, Records, Sure

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


def read(path: Path, content: Readable) -> Iterator[Record]:
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


FORMAT = Records(read, kind="record", text=False, listing=True, opened=True)
