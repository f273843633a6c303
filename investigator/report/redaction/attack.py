"""The finished files, read as somebody would who wants to know what was taken out of them.

Every text is looked at as it stands and as it reads without its markup, its escapes, its percent signs, its base64 and
its compression, in whatever order these were put on; and with all marks between its letters taken away.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import functools
import gzip
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from investigator import secrets
from investigator.report.figure import worded
from investigator.report.redaction import personal

if TYPE_CHECKING:
    from investigator.report.redaction.redactor import Redactor

_DEEP = 3
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){8,}")
_RUN = re.compile(rb"[\x20-\x7e\xc3-\xf4\x80-\xbf]{6,}")
_WIDE = re.compile(rb"(?:[\x20-\x7e]\x00){6,}")
#: Tags within a line, which may stand in the middle of a word; the others begin something else.
_INLINE = re.compile(
    r"(?i)</?(?:a|b|br|code|em|i|mark|s|small|span|strong|sub|sup|tspan|u|wbr)\b[^<>]{0,400}>|<!--.*?-->"
)
_BETWEEN = re.compile(r"[\n\x1e<>]|\",[ \n]*\"")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([0-9a-fA-F]{4,6}) ?")
_MARKS = re.compile(r"[\W_]+")
_APART = "\n\n"
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
#: The library that draws, which the kit put there: two megabytes of base64 that hold nothing of a case.
_OURS = re.compile(r'(<script type="application/octet-stream" id="plotly-gzip">)[A-Za-z0-9+/=]*(</script>)')


@dataclass(frozen=True)
class Leak:
    """One thing that got through: its kind, in which file, where there, and how it was hidden."""

    kind: str
    file: str
    where: str
    how: str

    def __str__(self) -> str:
        return f"a {self.kind} in {self.file}, {self.where}{f' ({self.how})' if self.how else ''}"


def attack(redactor: Redactor, files: Mapping[str, bytes]) -> list[Leak]:
    """What the audience may not see and yet finds in these files, by name and content; an empty list is what is sent."""
    out: list[Leak] = []
    looked: set[str] = set()  # a page and its notebook say nearly the same
    wholes: list[tuple[str, str, str, str]] = []
    for name, data in files.items():
        text = _OURS.sub(r"\1\2", data.decode("utf-8", "replace"))
        for own in _own_words():
            text = text.replace(own, "")
        for view, how, seen in [
            (unquote_plus(name), "", set()),
            *((view, how, looked) for view, how in _views(text)),
        ]:
            pieces = [p for p in dict.fromkeys(_BETWEEN.split(worded(view))) if len(p) > 2 and p not in seen]
            seen.update(pieces)
            whole = _APART.join(pieces)
            out += [
                Leak(kind, name, _where(text, part) if seen is looked else "in its name", said)
                for kind, part, said in _found(redactor, view, how, pieces, whole)
            ]
            if not how.endswith("bytes"):
                wholes.append((name, text if seen is looked else "", how, whole))
    # The patterns are made ready once for all of them.
    for (name, text, how, whole), masked in zip(
        wholes, secrets.masks([whole for *_, whole in wholes]), strict=True
    ):
        if masked != whole:
            at = next((at for at, (one, two) in enumerate(zip(whole, masked, strict=False)) if one != two), 0)
            out.append(
                Leak("secret", name, _where(text, whole[at : at + 12]) if text else "in its name", how)
            )
    return list(dict.fromkeys(out))


def _found(
    redactor: Redactor, text: str, how: str, pieces: list[str], whole: str
) -> Iterator[tuple[str, str, str]]:
    """Kind, the text around it, and how it was hidden, of the pieces of a text; secrets are looked for apart."""
    binary, joined = how.endswith("bytes"), "across tags" in how
    hidden = redactor.hidden
    for piece in pieces:
        for start, stop, kind, _ in redactor.spans(piece):
            if binary and (stop - start < 6 or kind not in ("person", "customer", personal.MAIL)):
                continue
            if joined and kind == personal.HOST:
                continue  # the end of one sentence and the beginning of the next
            yield kind, piece[max(0, start - 8) : stop + 8], how
    if binary:
        return
    # What was taken out elsewhere, with all that stands between its letters taken away.
    squeezed = _MARKS.sub("", whole).casefold()
    for said, (kind, _) in redactor.replaced.items():
        bare = _MARKS.sub("", said).casefold()
        if kind in hidden and len(bare) >= 8 and not bare.isdigit() and bare in squeezed:
            yield kind, "", f"{how}, split".removeprefix(", ")
    if redactor.folder and redactor.folder in text:
        yield "path", redactor.folder, how


def _views(text: str, how: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """The text as it stands, with its escapes undone, without the tags within its lines, and what its base64 holds."""
    yield text, how
    plain, more = text, how
    for _ in range(3):  # what is escaped twice, and put into an address then
        before = plain
        plain = _UNSEEN.sub(
            "", _unescaped(unquote_plus(html.unescape(plain)) if "%" in plain else html.unescape(plain))
        )
        if plain == before:
            break
        more = f"{how}, escaped".removeprefix(", ")
    if plain != text:
        yield plain, more
    if "<" in plain:
        yield _INLINE.sub("", plain), f"{more}, across tags".removeprefix(", ")
    if depth >= _DEEP:
        return
    parts: list[str] = []
    for run in dict.fromkeys([*_BASE64.findall(text), *_BASE64.findall(plain)]):
        for inner, kind in _decoded(run):
            if kind == "text":
                parts.append(inner)
            else:
                yield inner, f"{how}, base64, bytes".removeprefix(", ")
    parts += [t for run in dict.fromkeys(_HEX.findall(plain)) for t in _as_text(bytes.fromhex(run))]
    if parts:
        yield from _views("\n".join(parts), f"{how}, base64".removeprefix(", "), depth + 1)


def _letter(match: re.Match[str]) -> str:
    number = int(match[1] or match[2] or match[3], 16)
    return chr(number) if 0 < number < 0x110000 else ""


def _unescaped(text: str) -> str:
    """The text with the escapes of JSON, of scripts and of style sheets undone."""
    if "\\" not in text:
        return text
    plain = text.replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t").replace("\\/", "/")
    return _ESCAPED.sub(_letter, plain).replace("\\\\", "\\")


@functools.lru_cache(maxsize=1)
def _own_words() -> tuple[str, ...]:
    """The page's own scripts and style, and the name of SVG, which are the kit's."""
    folder = Path(__file__).parents[1] / "page"
    return (
        *(path.read_text("utf-8").strip() for path in sorted(folder.glob("*.[jc]s*"))),
        "http://www.w3.org/",
    )


def _decoded(encoded: str) -> Iterator[tuple[str, str]]:
    """What a run of base64 holds: a text, what an archive or a compression holds, else the texts within the bytes."""
    plain = encoded.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4))
    except (ValueError, binascii.Error):
        return
    for unpacked in _unpacked(data):
        texts = _as_text(unpacked)
        if texts:
            yield from ((one, "text") for one in texts)
        elif len(unpacked) >= 12:
            runs = [m[0].decode("utf-8", "replace") for m in _RUN.finditer(unpacked)]
            runs += [m[0].decode("utf-16-le") for m in _WIDE.finditer(unpacked)]
            if runs:
                yield "\n".join(runs), "bytes"


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    if data[:2] == b"\x1f\x8b":
        try:
            yield gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return
    elif data[:1] == b"\x78":
        try:
            yield zlib.decompress(data)
        except zlib.error:
            return
    elif data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.infolist():
                    yield member.filename.encode() + b"\n" + archive.read(member)
        except (zipfile.BadZipFile, OSError, RuntimeError, zlib.error):
            return
    at = data.find(b"zTXt")  # a text that a PNG compresses
    while at >= 0:
        packed = data.find(b"\0\0", at)
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(data[packed + 2 :])
        at = data.find(b"zTXt", at + 4)


def _as_text(data: bytes) -> list[str]:
    """The bytes as text, where they are one."""
    for encoding in ("utf-8", "utf-16-le"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        shown = sum(c.isprintable() or c.isspace() for c in text)
        latin = sum(c < "\u0250" for c in text)
        if len(text) >= 4 and shown >= 0.95 * len(text) and latin >= 0.7 * len(text):
            return [text]
    return []


def _where(text: str, part: str) -> str:
    """Where that is: of a notebook its cell, of a page the heading above it, else the line."""
    place = text.find(part) if part else -1
    if place < 0:
        return "somewhere in it"
    before = text[:place]
    if text.startswith("{"):
        cell = before.count('"cell_type"')
        if cell:
            return f"cell {cell}"
        names = re.findall(r'"([\w-]+)": ', before)
        return f"under '{names[-1]}'" if names else "line 1"
    headings = re.findall(r"<h[1-6][^>]*>(.*?)</h[1-6]>", before, re.DOTALL)
    if headings:
        return f"under '{html.unescape(re.sub(r'<[^>]*>', '', headings[-1])).strip()[:60]}'"
    return f"line {before.count(chr(10)) + 1}"


def said(leaks: list[Leak], at_most: int = 4) -> str:
    """Where they are, in a sentence; never what they are."""
    shown = "; ".join(map(str, leaks[:at_most]))
    more = len(leaks) - at_most
    return f"{shown}; and {more} more" if more > 0 else shown
