"""What tells a person or a machine by its shape: mail, phone, card, social security number, address on the net, host.

Each has a shape that its issuer gave it, and most have something that keeps a number of a log from being one: check
digits, a prefix, a word nearby. Names have none; those come from the case (`names`).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

MAIL, PHONE, CARD, SSN, ADDRESS, HOST = "mail", "phone", "card", "ssn", "address", "host"
KINDS = frozenset((MAIL, PHONE, CARD, SSN, ADDRESS, HOST))

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_SSN = re.compile(r"(?<![\w.-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-]|\.\d)")
_BARE_SSN = re.compile(
    r"(?i)\b(?:ssn|social security)[^\d\n]{0,30}((?!000|666|9)\d{3}[ .]?\d{2}[ .]?\d{4})(?![\w-])"
)
_CARD = re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){11,18}(?![\w-]|\.\d)")
_V4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_V6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3}(?![\w:])")
_PHONE = re.compile(
    r"(?<![\w.:/@#=+-])(?:\+|\()?\d(?:[ ().\-/]{0,2}\d){6,16}(?: ?(?:x|ext\.?) ?\d{1,6})?(?![\w:%]|[-/.]\d)"
)
_EXTENSION = re.compile(r" ?(?:x|ext\.?) ?\d{1,6}$")
_CALLED = re.compile(
    r"(?i)(?<!\w)(?:tel(?:e(?:ph|f)on[oe]?)?|phone|mobile?|mobil|cell|desk|office|fax|call|ring|handy|rufnummer|durchwahl|"
    r"contact|reach|dial|sms|whats\s?app)(?!\w)"
)
_PAID = re.compile(
    r"(?i)(?<!\w)(?:cards?|visa|mastercard|amex|credit|debit|pan|karte\w*|carte|tarjeta)(?!\w)"
)
#: Top-level domains that people meet, without those that are rather the end of a file's name or a word of a program.
_TOP = frozenset(
    "com net org edu gov mil int info biz io dev app ai co eu uk de fr es nl be ch se no dk fi ie pt cz hu ro gr ru ua tr us ca "
    "mx br ar cl au nz jp cn kr sg hk tw th vn ph za ng ke eg il ae sa ir pk bd lk lu li ee lv lt sk si hr bg xyz cloud club".split()
)
_TOKEN = re.compile(
    r"(?i)(https?://)?(?<![\w@.-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})(?![\w-]|\.\w|\()"
)


def found(text: str, kinds: frozenset[str] = KINDS) -> Iterator[tuple[int, int, str]]:
    """Where in a text a thing of these kinds stands: start, stop, kind. They may overlap; the first named is the surer."""
    if not any(mark in text for mark in "@.:") and sum(map(str.isdigit, text)) < 7:
        return
    for match in _MAIL.finditer(text):
        yield *match.span(), MAIL
    for match in _SSN.finditer(text):
        yield *match.span(), SSN
    for match in _BARE_SSN.finditer(text):
        yield *match.span(1), SSN
    for match in _CARD.finditer(text):
        if _card(match[0], text, match.start()):
            yield *match.span(), CARD
    for match in _V4.finditer(text) if ADDRESS in kinds else ():
        octets = match[0].split(".")
        if all(int(one) < 256 for one in octets) and octets[0] not in ("0", "127"):
            yield *match.span(), ADDRESS
    for match in _V6.finditer(text) if ADDRESS in kinds else ():
        if match[0].count(":") >= 2 and (
            re.search(r"[A-Fa-f]", match[0]) or "::" in match[0] or match[0].count(":") == 7
        ):
            try:
                if not ipaddress.IPv6Address(match[0]).is_loopback and len(match[0]) > 4:
                    yield *match.span(), ADDRESS
            except ValueError:
                continue
    for match in _PHONE.finditer(text):
        if _phone(match[0], text, match.start(), match.end()):
            yield *match.span(), PHONE
    for match in _TOKEN.finditer(text) if HOST in kinds else ():
        parts = match[2].lower().split(".")
        reverse = parts[0] in ("com", "org", "net", "java", "javax", "io", "de") and not match[1]
        known = parts[-1] in _TOP or match[1] or parts[0] == "www"
        if known and not reverse and len(parts[-2]) > 1 and not parts[-2].isdigit():
            yield *match.span(2), HOST


def _card(said: str, text: str, at: int) -> bool:
    """Luhn's check and an issuer's prefix (ISO/IEC 7812); of other lengths than 15 and 16 also a word for it nearby."""
    digits = re.sub(r"\D", "", said)
    issued = digits[0] in "4" or digits[:2] in (
        *("30", "34", "35", "36", "37", "38", "50", "51", "52", "53", "54", "55", "56", "57", "58", "60", "62"),
        *("63", "64", "65", "67"),
    ) or "2221" <= digits[:4] <= "2720"  # fmt: skip
    total = sum(sum(divmod(int(one) * (1 + place % 2), 10)) for place, one in enumerate(reversed(digits)))
    if not issued or total % 10 or len(set(digits)) < 2:
        return False
    return len(digits) in (15, 16) or bool(_PAID.search(text[max(0, at - 60) : at + len(said) + 30]))


def _phone(said: str, text: str, start: int, stop: int) -> bool:
    """A plus, a leading 00 or an area in brackets; else three groups or more that are no date; else a word nearby."""
    plain = _EXTENSION.sub("", said)
    digits = re.sub(r"\D", "", plain)
    groups = [part for part in re.split(r"\D+", plain) if part]
    if not 7 <= len(digits) <= 15 or plain.count("(") != plain.count(")") or len(set(digits)) < 3:
        return False
    if re.match(r"\+\d", plain) or (re.match(r"\(\+?\d{1,5}\)", plain) and len(groups) > 1):
        return True
    if plain.startswith("00") and len(groups) > 1 and len(digits) >= 9:
        return True
    if len(groups) >= 3 and (
        len(groups[0]) == 4 or (len(groups[-1]) == 4 and all(len(g) <= 2 for g in groups[:-1]))
    ):
        if re.match(r"(?:19|20)\d\d", groups[0]) or re.match(r"(?:19|20)\d\d", groups[-1]):
            return False  # a date
    joined = len(groups) == 1
    said_so = bool(_CALLED.search(text[max(0, start - 24) : start]) or _CALLED.search(text[stop : stop + 12]))
    if said_so:
        return not joined or len(digits) >= 9
    if said != plain and len(groups) >= 2:
        return True  # an extension
    marks = set(re.sub(r"[\d()]", "", plain))
    sizes = [len(g) for g in groups]
    return (
        marks in ({"-"}, {"."})
        and len(groups) >= 3
        and all(2 <= size <= 4 for size in sizes)
        and len(digits) >= 9
        and not (marks == {"."} and len(groups) == 4 and max(sizes) <= 3)
    )
