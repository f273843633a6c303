"""What a reader of a page may not see, under names of ours that stay the same in all pages of a case.

A pseudonym is made from the value and a key of the case (HMAC, RFC 2104, with SHA-256): the same value has the same one in
every page, and nobody without the key can try out whose it is. The key lies in the case's folder and is in no page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import os
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator import secrets
from investigator.errors import ParameterError
from investigator.report.redaction import names as naming
from investigator.report.redaction import personal
from investigator.report.redaction.names import CUSTOMER, PERSON, Names

if TYPE_CHECKING:
    from investigator.case import Case

#: Who reads, and what they may not see beside secrets, numbers of cards and of people, mail addresses and telephones.
AUDIENCES = {
    "engineering": frozenset(),
    "executive": frozenset((PERSON, personal.ADDRESS, personal.HOST)),
    "customer": frozenset((PERSON, CUSTOMER, personal.ADDRESS, personal.HOST)),
    "training": frozenset((PERSON, CUSTOMER, personal.ADDRESS, personal.HOST)),
}
_ALWAYS = frozenset((personal.MAIL, personal.PHONE, personal.CARD, personal.SSN))
_KEY_FILE = "redaction.key"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TAG = re.compile(r"(<!--.*?-->|<[A-Za-z/!?](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)", re.DOTALL)
_VALUE = re.compile(r"(=\s*)(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_MARKUP = {"text/html", "image/svg+xml"}
_PICTURES = {"image/png", "image/jpeg"}
_MIME = re.compile(r"(?:text|image|application|audio|video|multipart)/[\w.+-]+$")
_SMALL = 5
#: What may stand inside a word and is not seen there: a break of the line in a label, and signs without width.
_UNSEEN = re.compile("<br ?/?>|[\u00ad\u200b-\u200f\u2060\ufeff]")
Span = tuple[int, int, str, str]


@dataclass
class Redactor:
    """Replaces in texts, in HTML and in notebooks what its audience may not see, and remembers what that was."""

    audience: str
    key: bytes
    names: Names
    folder: str = ""
    case: str = ""
    #: What was replaced: its kind, and by what.
    replaced: dict[str, tuple[str, str]] = field(default_factory=dict)
    pictures: int = 0

    @property
    def hidden(self) -> frozenset[str]:
        """The kinds of thing that this audience may not see."""
        return _ALWAYS | AUDIENCES[self.audience]

    # -- a text ------------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """The text with secrets masked, and what the audience may not see under a pseudonym."""
        return self._named(secrets.mask(self._placed(text)))

    def texts(self, texts: Iterable[str]) -> dict[str, str]:
        """The same for many at once: the rules for secrets are prepared once for all of them."""
        wanted = [one for one in dict.fromkeys(texts) if len(one) > 2]
        placed = [self._placed(one) for one in wanted]
        return {one: self._named(said) for one, said in zip(wanted, secrets.masks(placed), strict=True)}

    def _placed(self, text: str) -> str:
        return text.replace(self.folder, self.case) if self.folder else text

    def spans(self, text: str) -> list[Span]:
        """What the audience may not see of a text, apart and in order: start, stop, kind, whose."""
        hidden = self.hidden
        found = [
            (start, stop, kind, text[start:stop].casefold())
            for start, stop, kind in personal.found(text, hidden)
            if kind in hidden
        ]
        found += [
            (a, b, name.kind, name.whole) for a, b, name in self.names.found(text) if name.kind in hidden
        ]
        out: list[Span] = []
        for one in sorted(found, key=lambda one: (one[0], -one[1])):
            if not out or one[0] >= out[-1][1]:
                out.append(one)
        return out

    def _named(self, text: str) -> str:
        out, at = [], 0
        spans = self.spans(text)
        if "<br" in text or _UNSEEN.search(text):
            spans = self._across(text, spans)
        for start, stop, kind, whose in spans:
            shown = self.pseudonym(kind, whose)
            self.replaced[text[start:stop]] = (kind, shown)
            out += [text[at:start], shown]
            at = stop
        return "".join([*out, text[at:]]) if out else text

    def _across(self, text: str, spans: list[Span]) -> list[Span]:
        """Also what a break of the line, or a sign that nobody sees, stands in the middle of."""
        kept: list[int] = []
        at = 0
        for cut in [*_UNSEEN.finditer(text), None]:
            kept += range(at, cut.start() if cut else len(text))
            at = cut.end() if cut else at
        joined = self.spans("".join(text[place] for place in kept))
        more = [
            (kept[a], kept[b - 1] + 1, kind, whose) for a, b, kind, whose in joined if kind != personal.HOST
        ]
        out: list[Span] = []
        for one in sorted({*spans, *more}, key=lambda one: (one[0], -one[1])):
            if not out or one[0] >= out[-1][1]:
                out.append(one)
        return out

    def pseudonym(self, kind: str, value: str) -> str:
        """The name of ours for a value: its kind and five signs, the same for the same key."""
        digest = hmac.new(self.key, f"{kind}\0{value.casefold()}".encode(), hashlib.sha256).digest()
        number = int.from_bytes(digest[:4], "big")
        return f"{kind}-" + "".join(_LETTERS[(number >> shift) & 31] for shift in (0, 5, 10, 15, 20))

    # -- markup, notebooks, values -----------------------------------------------------------------------------

    def markup(self, text: str) -> str:
        """HTML or SVG with its texts and the values of its attributes redacted, its tags as they were."""
        parts = _TAG.split(text)
        words = self.texts(html.unescape(part) for part in parts[::2])
        for place, part in enumerate(parts):
            if place % 2 == 0:
                plain = html.unescape(part)
                said = words.get(plain, plain)
                parts[place] = part if said == plain else html.escape(said, quote=False)
            elif part.startswith("<!--"):
                parts[place] = ""
            elif "=" in part:
                parts[place] = _VALUE.sub(self._attribute, part)
        return "".join(parts)

    def _attribute(self, match: re.Match[str]) -> str:
        quote = match[2][0] if match[2][0] in "\"'" else ""
        plain = html.unescape(match[2][1:-1] if quote else match[2])
        said = self._named(self._placed(plain))
        if len(plain) > 7:
            said = secrets.mask(said)
        return match[0] if said == plain else f'{match[1]}"{html.escape(said)}"'

    def value(self, value: Any) -> Any:
        """JSON with every text in it redacted: keys, values, HTML, SVG; pictures without what is written beside them."""
        held: list[str] = []
        marked: list[str] = []
        _collect(value, held, marked)
        # The patterns are made ready once for all: what markup says is known by the time that it is asked for.
        said = {html.unescape(part): None for text in marked for part in _said(text)}
        secrets.masks([self._placed(part) for part in (*said, *held) if len(part) > 2])
        words = self.texts(held)
        return self._each(value, words, "")

    def _each(self, value: Any, words: dict[str, str], kind: str) -> Any:
        if isinstance(value, dict):
            return {
                (name if _MIME.match(str(name)) else words.get(name, name)): self._each(
                    part, words, str(name)
                )
                for name, part in value.items()
            }
        if isinstance(value, (list, tuple)):
            if kind in _MARKUP | _PICTURES and all(isinstance(part, str) for part in value):
                return self._each("".join(value), words, kind)
            return [self._each(part, words, kind) for part in value]
        if not isinstance(value, str) or kind == "bdata":
            return value
        if kind in _MARKUP:
            return self.markup(value)
        if kind in _PICTURES:
            self.pictures += 1
            return bare_picture(value)
        if "&" in value and ";" in value:
            plain = html.unescape(value)
            said = words.get(plain, plain)
            if said != plain:
                return html.escape(said, quote=False)
        return words.get(value, value)

    def warnings(self) -> list[str]:
        """What a person must judge: so few that others may tell who is meant, and what no rule can read."""
        out = []
        for kind, plural in ((CUSTOMER, "customers"), (PERSON, "people")):
            few = {shown for was, shown in self.replaced.values() if was == kind}
            if 0 < len(few) < _SMALL:
                noun = f"{kind} stands" if len(few) == 1 else f"{plural} stand"
                out.append(
                    f"Only {len(few)} {noun} under a name of ours: who knows of the incident may tell who that is."
                )
        if self.pictures:
            out.append("Nothing reads what a picture shows: look at each before you send it.")
        if self.names.short and CUSTOMER in self.hidden:
            out.append(
                f"{self.names.short} ids of customers are numbers of one to four digits, which nothing tells from others: look for them."
            )
        return out


def of(case: Case, audience: str) -> Redactor:
    """What redacts a case's pages for an audience; raises ParameterError where there is none of that name."""
    if audience not in AUDIENCES:
        raise ParameterError(
            f"There is no audience '{audience}'.",
            f"There are: {', '.join(AUDIENCES)}.",
            "Choose one of them.",
        )
    hidden = AUDIENCES[audience]
    known = Names()
    if PERSON in hidden or CUSTOMER in hidden:
        snapshot = case.snapshot()
        own: list[str] = []
        if audience == "customer":
            own = [one for one in (*naming.contact_of(snapshot.state.contact), *_theirs(snapshot)) if one]
        known = naming.of(snapshot, own, people=PERSON in hidden, customers=CUSTOMER in hidden)
    return Redactor(audience, _key(case.path), known, str(Path(case.path).resolve()), case.id)


def _theirs(snapshot: Any) -> list[str]:
    """The id of the customer whose case it is: as the call names it, else whose the id in question is."""
    call = (snapshot.state.call.content or {}) if snapshot.state.call else {}
    named = [str(call["customer"])] if call.get("customer") else []
    theirs = [re.compile(kind) for name, kind in snapshot.state.kinds.items() if name in naming.KINDS]
    named += [one for one in snapshot.state.about if any(kind.fullmatch(one) for kind in theirs)]
    if named:
        return named
    harm = snapshot.once("harm", like=snapshot.about) if snapshot.about else None
    told = str((harm.value or {}).get("customer") or "") if harm is not None else ""
    return [told] if told else []


def _key(folder: Path) -> bytes:
    """The case's key, made when first asked for; readable by its owner alone."""
    place = folder / _KEY_FILE
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return place.read_bytes()
    with os.fdopen(handle, "wb") as file:
        key = os.urandom(32)
        file.write(key)
    return key


def _collect(value: Any, out: list[str], marked: list[str], kind: str = "") -> None:
    """The texts of a value, its keys among them; its markup apart."""
    if isinstance(value, dict):
        for name, part in value.items():
            out.append(str(name))
            _collect(part, out, marked, str(name))
    elif isinstance(value, (list, tuple)):
        for part in value:
            _collect(part, out, marked, kind)
    elif isinstance(value, str) and kind in _MARKUP:
        marked.append(value)
    elif isinstance(value, str) and kind not in _PICTURES | {"bdata"}:
        out.append(value)
        if "&" in value and ";" in value:
            out.append(html.unescape(value))


def _said(markup: str) -> Iterator[str]:
    """What stands in markup: its texts, and the values of its attributes."""
    for place, part in enumerate(_TAG.split(markup)):
        if place % 2 == 0:
            yield part
        elif "=" in part:
            yield from (match[2].strip("\"'") for match in _VALUE.finditer(part) if len(match[2]) > 7)


def bare_picture(encoded: str) -> str:
    """A PNG or JPEG in base64 with nothing in it but what is drawn: no texts, no camera, no place."""
    try:
        data = base64.b64decode(encoded)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            data = _bare_png(data)
        elif data.startswith(b"\xff\xd8"):
            data = _bare_jpeg(data)
    except (ValueError, struct.error, IndexError):
        return encoded
    return base64.b64encode(data).decode("ascii")


def _bare_png(data: bytes) -> bytes:
    out, at = [data[:8]], 8
    while at + 12 <= len(data):
        size = struct.unpack(">I", data[at : at + 4])[0] + 12
        if data[at + 4 : at + 8] in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"sRGB", b"pHYs"):
            out.append(data[at : at + size])
        if data[at + 4 : at + 8] == b"IEND":
            break
        at += size
    return b"".join(out)


def _bare_jpeg(data: bytes) -> bytes:
    out, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        size = struct.unpack(">H", data[at + 2 : at + 4])[0] + 2
        if not (0xE1 <= data[at + 1] <= 0xED or data[at + 1] in (0xEF, 0xFE)):
            out.append(data[at : at + size])
        at += size
    return b"".join([*out, data[at:]])
