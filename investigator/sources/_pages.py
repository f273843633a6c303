"""Which code page a text is in that is no UTF-8: told by its words, and doubted aloud.

Windows-1252 is read line by line, as `_text` does it. Another page is told where these words can't be of that one, and
each of them is a word in it: no sign stands inside, no capital behind a small letter, no two alphabets.
"""

from __future__ import annotations

import re
import unicodedata

#: The pages that are met, as Python calls them, and as people do.
NAMES = {
    "cp1252": "Windows-1252", "cp1250": "Windows-1250", "iso8859_2": "ISO 8859-2", "cp437": "code page 437",
    "cp850": "code page 850", "cp852": "code page 852", "cp1251": "Windows-1251", "koi8_r": "KOI8-R", "cp866": "code page 866",
    "iso8859_5": "ISO 8859-5", "cp1253": "Windows-1253", "cp932": "Shift-JIS", "euc_jp": "EUC-JP", "gb18030": "GB 18030",
    "big5": "Big5", "cp949": "Korean (code page 949)", "mac_roman": "Mac Roman",
}  # fmt: skip
_LATIN = frozenset(("mac_roman", "cp1252", "cp1250", "iso8859_2", "cp437", "cp850", "cp852"))
OFFSETS = "byte offsets are those of its text as UTF-8"
WORDS_AT_LEAST, WORDS_AT_MOST = 2, 400
BYTES_AT_LEAST = 8  # of one word that stands alone
_WIDE = frozenset(("cp932", "euc_jp", "gb18030", "big5", "cp949"))
_EAST = frozenset(("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH", "FULLWIDTH", "HANGUL"))
#: Bytes that no text has, and what says its own encoding.
_OTHER = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]|(?i:charset|encoding) ?= ?[\"']?\w")
#: Without what may be the second byte of a character.
_WORD = re.compile(rb"[^\x00-\x20\"',;:=<>()]*[\x80-\xff][^\x00-\x20\"',;:=<>()]*")
_LONG = re.compile(r"[^\W\d_\x00-\x7f]{4}")
#: Signs that stand inside of words, or right behind them.
_INSIDE, _BEHIND = frozenset("’·–—´‑\u00ad"), frozenset("°€™®©ªº²³£¥")
_SIGNS = frozenset(("Sm", "Sc", "Sk", "So", "No"))


def told(data: bytes) -> tuple[str, str] | None:
    """The page of a text by its beginning, and another that it may be in; None where it is UTF-8, Windows-1252, says
    itself what it is, or can't be told."""
    if data.isascii() or _OTHER.search(data):
        return None
    if any(_utf8(line) for line in data.split(b"\n") if not line.isascii()):
        return None
    words = list(dict.fromkeys(_WORD.findall(data)))[:WORDS_AT_MOST]
    alone = len(words) < WORDS_AT_LEAST and len(re.findall(rb"[\x80-\xff]", data)) < BYTES_AT_LEAST
    if not words or alone or _read(words, "cp1252") is not None:
        return None
    readings = {page: text for page in NAMES if (text := _read(words, page)) is not None}
    if not readings:
        return None
    if "mac_roman" in readings and b"\n" not in data and b"\r" in data:
        return "mac_roman", ""  # whose lines end so
    from charset_normalizer import from_bytes

    found = from_bytes(b" ".join(words), cp_isolation=list(readings), threshold=0.6)
    order = [one.encoding for one in found if one.encoding in readings] or list(readings)
    others = [page for page in order[1:] if readings[page] != readings[order[0]]]
    return order[0], others[0] if others else ""


#: The characters of UTF-8 that was read as Windows-1252 or Latin-1: a first byte, and those that go on.
_ON = "".join(chr(code) for code in range(0x80, 0xC0)) + "".join(
    bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
)
_AGAIN = re.compile(f"[\u00c2-\u00df][{_ON}]|[\u00e0-\u00ef][{_ON}]{{2}}|[\u00f0-\u00f4][{_ON}]{{3}}")
TWICE = "its letters were encoded twice (\u00c3\u00bc for \u00fc): read as they were meant"


def twice(text: str) -> bool:
    """Whether all that is not ASCII in a text is UTF-8 that was taken for another code page and encoded again."""
    found = {match[0] for match in _AGAIN.finditer(text)}
    return len(found) >= WORDS_AT_LEAST and _AGAIN.sub("", text).isascii() and once(text) != text


def once(text: str) -> str:
    """A text with what was encoded twice as it was meant."""
    return _AGAIN.sub(_meant, text)


def _meant(found: re.Match[str]) -> str:
    try:
        return b"".join(
            bytes([ord(sign)]) if ord(sign) < 0x100 else sign.encode("cp1252") for sign in found[0]
        ).decode("utf-8")
    except UnicodeError:
        return found[0]


class Again:
    """Turns the blocks of a text that was encoded twice into texts."""

    def __init__(self) -> None:
        self._inner = Decoder("utf-8")

    def decode(self, block: bytes, final: bool = False) -> str:
        """The whole lines that there are by now; at last what is left."""
        return once(self._inner.decode(block, final))


def doubt(page: str, other: str) -> str:
    """What is said of a text that was read in a page."""
    or_else = f" {NAMES[other]} fits them too." if other else ""
    return f"it is no UTF-8: read as {NAMES[page]}, which fits its words; in another code page they have other letters.{or_else} Its {OFFSETS}"


class Decoder:
    """Turns the blocks of a text in a page into texts; a line that is UTF-8 stays as it is."""

    def __init__(self, page: str) -> None:
        self._page, self._rest = page, b""

    def decode(self, block: bytes, final: bool = False) -> str:
        """The whole lines that there are by now; at last what is left."""
        data = self._rest + block
        cut = len(data) if final else data.rfind(b"\n") + 1
        self._rest = data[cut:]
        return "\n".join(
            line.decode("utf-8" if line.isascii() or _utf8(line) else self._page, "backslashreplace")
            for line in data[:cut].split(b"\n")
        )


def _utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read(words: list[bytes], page: str) -> str | None:
    """These words in a page; None where one of them is none in it."""
    try:
        texts = [word.decode(page) for word in words]
    except UnicodeDecodeError:
        return None
    return " ".join(texts) if all(_a_word(text, page) for text in texts) else None


def _a_word(text: str, page: str) -> bool:
    if page in _LATIN and _LONG.search(text):
        return False
    for one, two in zip(text, f"{text[1:]} ", strict=True):
        if (
            unicodedata.category(one) == "Cc" or "\u3130" <= one <= "\u318f"
        ):  # a part of a syllable is no word
            return False
        if (one < "\x80" and two < "\x80") or not one.isalpha():
            continue
        if one.islower() and two.isupper():
            return False
        if two.isalpha() and _alphabet(one) != _alphabet(two):
            return False
        if two > "\x7f" and unicodedata.category(two) in _SIGNS and two not in _BEHIND:
            return False
    inner = re.findall(r"[^\W\d_]([^\x00-\x7f])(?=[^\W\d_])", text)
    return page in _WIDE or all(sign.isalpha() or sign in _INSIDE for sign in inner)


def _alphabet(letter: str) -> str:
    name = unicodedata.name(letter, "?").partition(" ")[0]
    return "EAST" if name in _EAST else name
