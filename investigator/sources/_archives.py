"""Members of an archive, zip or tar, also compressed, in order; none of it is trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from investigator.sources import _tar, _zip
from investigator.sources._container import Member
from investigator.sources._format import Readable


def walk(path: Path, content: Readable | None) -> Iterator[tuple[Member, Iterator[bytes]]]:
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
