"""Anything that holds no events: a PDF, a document, a program, an unknown binary. Kept as evidence, not read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from investigator.sources._format import Head, Readable, Record, Records, Sure
from investigator.sources._text import is_text

EXAMPLE = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"

#: What binary files begin with, and what they are.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"MSCF", "a cabinet archive"),
    (b"\xca\xfe\xba\xbe", "a Java class"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"\x0a\x0d\x0d\x0a", "a capture of network packets"),
    (b"\xd4\xc3\xb2\xa1", "a capture of network packets"),
    (b"\xa1\xb2\xc3\xd4", "a capture of network packets"),
    (b"JAVA PROFILE", "a heap dump"),
    (b"ElfFile\0", "a Windows event log (.evtx)"),
    (b"LPKSHHRH", "a journal of systemd"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"\x1a\x45\xdf\xa3", "a video"),
    (b"BM", "a bitmap"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\x01\0", "an icon"),
    (b"wOFF", "a font"),
    (b"PK\x03\x04", "a document or a program in a zip"),
)
#: How to get at the events in some of them.
HOW = {
    "a Windows event log (.evtx)": "evtx_dump -o jsonl gives lines that I read",
    "a journal of systemd": "journalctl --file FILE -o json gives lines that I read",
    "a 7z archive": "unpack it and add what is in it",
    "a rar archive": "unpack it and add what is in it",
    "a cabinet archive": "unpack it and add what is in it",
}
_SHORT = (b"MZ", b"BM", b"\0\0\x01\0", b"ID3", b"OggS", b"MSCF")  # text may begin so too
_CONTROL = bytes((*range(9), *range(14, 27), 28, 29, 30, 31))


def seems(data: bytes) -> str:
    """What a binary content seems to be, by how it begins; empty for text."""
    for magic, name in MAGIC:
        if data.startswith(magic) and (magic not in _SHORT or _binary(data)):
            return name
    if data[4:8] == b"ftyp":
        return "a video or an image"
    return (
        "a compressed file in a compressed file"
        if _packed(data)
        else "a binary file"
        if _binary(data)
        else ""
    )


def _packed(data: bytes) -> bool:
    from investigator.sources._codecs import told

    return bool(told(data[:16]))


def _binary(data: bytes) -> bool:
    some = data[:8192]
    if not some or some[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    if (len(some) - len(some.translate(None, _CONTROL))) / len(some) <= 0.1:
        return False
    return not is_text(data)


def sure(head: Head) -> Sure:
    """Only where nothing else knows it: what it seems to be."""
    found = seems(head.data)
    return Sure(0.3 if found else 0.0, found)


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One unit that carries no event: the file as a whole."""
    found = seems(content.head().data)
    if found in HOW:
        content.doubt.append(HOW[found])
    yield Record({}, 1, structural="kept, not read", byte=0, length=1 << 62, text=found)


FORMAT = Records(read, kind="record", text=False, kept=True)
