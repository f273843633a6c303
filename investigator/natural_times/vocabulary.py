"""The words of natural-language times, in English and German: days, months, parts of a day, clocks, zones."""

from __future__ import annotations

import re
from datetime import timedelta

from investigator import zones

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
_MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|mär|mrz|apr(?:il)?|may|mai|june?|juni|july?|juli|"
    r"aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)(?![a-zäöü])\.?"
)
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("mon montag", "tue dienstag", "wed mittwoch", "thu donnerstag", "fri freitag", "sat samstag", "sun sonntag")
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY = (
    r"(?:mon(?:day|tag)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|"
    r"dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)(?![a-z])\.?"
)
#: Words for a day, in days from the reference.
DAYS = {
    "today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "heute": 0, "gestern": -1, "vorgestern": -2, "morgen": 1,
    "the day before yesterday": -2, "day before yesterday": -2,
}  # fmt: skip
#: Parts of a day, in hours from its midnight, as wide as people use the word.
PARTS = {
    "early morning": (4, 9), "early hours": (0, 6), "small hours": (0, 6), "mid-morning": (8, 11), "mid morning": (8, 11),
    "late morning": (9.5, 12.5), "morning": (5, 12), "noon": (11.75, 12.25), "midday": (11, 14),
    "early afternoon": (12, 15), "mid afternoon": (13, 16.5), "mid-afternoon": (13, 16.5), "late afternoon": (15, 18.5),
    "afternoon": (12, 18), "early evening": (17, 20), "late evening": (20, 24), "evening": (17, 24),
    "late night": (21, 28), "night": (20, 30), "tonight": (17, 30), "midnight": (-0.25, 0.25),
    "end of day": (16, 24), "eod": (16, 24), "start of day": (6, 10), "lunchtime": (11, 14), "lunch": (11, 14),
}  # fmt: skip
_PART = "|".join(sorted((name.replace(" ", r"\s+") for name in PARTS), key=len, reverse=True))
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_EDGE = r"(?![A-Za-z0-9])"
#: What a text is made of, tried in this order at each place.
WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("iso", r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(T)(?=\d)|(?!\d))"),
        ("named", rf"({_MONTH})\s*(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,?\s*(\d{{4}})(?![\d:]))?"),
        ("named_after", rf"(\d{{1,2}})(?:st|nd|rd|th)?\.?[\s/-]*(?:of\s+)?({_MONTH})(?:[\s,/-]*(\d{{4}})(?![\d:]))?"),
        ("dotted", r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2}(?![\d:]))?(?!\d)"),
        ("slashed", r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?![\d/])"),
        ("ago", r"(?:about\s+|around\s+|roughly\s+)?(half\s+an|an?|\d{1,4}(?:\.\d)?)\s*(s|m|h|d|w)(?:ec(?:ond)?s?|in(?:ute)?s?|(?:ou)?rs?|ays?|eeks?)?\s+ago" + _EDGE),
        ("ago", r"vor\s+(\d{1,4})\s*(s|m|h|t)(?:ekunden?|inuten?|in\.?|tunden?|agen?)" + _EDGE),
        ("now", r"(?:just\s+now|right\s+now|now|jetzt)" + _EDGE),
        ("last_night", r"last\s+night" + _EDGE),
        ("weekday", rf"(?:(last|this|next|past)\s+)?({_WEEKDAY})"),
        ("day", r"(the\s+day\s+before\s+yesterday|day\s+before\s+yesterday|today|tomorrow|yesterday|heute|gestern|vorgestern|morgen)" + _EDGE),
        ("part", rf"(?:in\s+the\s+|this\s+|the\s+)?({_PART})" + _EDGE),
        ("clock", r"(\d{1,2})(?::|h)(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([ap])\.?m\b\.?|uhr\b)?(?!\d)"),
        ("clock", r"(\d{1,2})\.(\d{2})()()()(?=\s*uhr\b)"),
        ("clock", r"(\d{1,2})()()()\s*([ap])\.?m\b\.?"),
        ("clock", r"(\d{1,2})()()()()\s*(?:uhr|o'?clock)\b"),
        ("zulu", r"Z(?![A-Za-z])"),
        ("offset", r"(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?(?![\d:])"),
        ("sign", r"[+-]\d{2}(?::?\d{2})?(?![\d:])"),
        ("before", r"(?:shortly|just|right|kurz)\s+(?:before|vor)" + _EDGE),
        ("after", r"(?:shortly|just|right|kurz)\s+(?:after|nach)" + _EDGE),
        ("around", r"(?:~|≈|ca\.?|circa|approx(?:imately)?\.?|about|around|roughly|gegen|etwa|some\s+time\s+around|sometime\s+around)(?![a-z])"),
        ("from", r"(?:between|from|von|zwischen)" + _EDGE),
        ("to", r"(?:-|\u2013|\u2014|\u2192|to" + _EDGE + r"|until" + _EDGE + r"|till" + _EDGE + r"|and" + _EDGE + r"|bis" + _EDGE + r"|und" + _EDGE + r")"),
        ("filler", r"(?:,|;|\||at" + _EDGE + r"|on" + _EDGE + r"|the" + _EDGE + r"|of" + _EDGE + r"|um" + _EDGE + r"|am" + _EDGE + r"|uhr" + _EDGE + r"|in" + _EDGE + r")"),
        ("number", r"(\d{1,2})(?![\d:./])"),
    )
)  # fmt: skip
#: Names of zones, as they are written: an abbreviation in capitals, an IANA name, one in brackets, "Pacific Time".
LABEL = re.compile(
    rf"(?:{'|'.join(sorted((*zones.LABELS, 'PT', 'ET', 'CT', 'MT'), key=len, reverse=True))})(?![A-Za-z0-9])"
)
IANA = re.compile(r"[A-Z][A-Za-z_]+(?:/[A-Za-z][A-Za-z0-9_+-]+)+")
BRACKET = re.compile(r"\(([^()]{1,60})\)")
TIME_OF = re.compile(r"((?:[A-Z][A-Za-z]+\s+){1,3})(?:local\s+)?[Tt]ime(?![a-z])")
LOCAL = re.compile(r"(?:local|our)\s+time(?![a-z])", re.IGNORECASE)
CITY = re.compile(r"[A-Za-z][A-Za-z_]+(?:[ _][A-Za-z]+){0,2}")
DASH = re.compile("-")
LEAD_IN = re.compile(r"[\s,|*_`]*")
