"""Hours as French, Spanish, Portuguese, Italian, Dutch and Polish say them, and those of a German clock of 24 hours.

What names an hour there is a number elsewhere (`once`, `due`, `sei`), so each is an hour only between its own words:
`dix-neuf heures`, `las ocho de la tarde`, `às 15h`, `alle sei`, `acht uur`.
"""

from __future__ import annotations

import re

from investigator.natural_times.shape import Shape

_FRENCH = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt"
_SPANISH = "una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte"
_PORTUGUESE = "uma duas três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove vinte"
_ITALIAN = "una due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti"
_DUTCH = "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig"
_POLISH = "pierwszej drugiej trzeciej czwartej piątej szóstej siódmej ósmej dziewiątej dziesiątej jedenastej dwunastej trzynastej czternastej piętnastej szesnastej siedemnastej osiemnastej dziewiętnastej dwudziestej"
_GERMAN = "dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig"
#: The hours by their words; those past twenty are said with another word.
HOURS = {
    word: number
    for names in (_FRENCH, _SPANISH, _PORTUGUESE, _ITALIAN, _DUTCH, _POLISH)
    for number, word in enumerate(names.split(), 1)
} | {
    **{word: number for number, word in enumerate(_GERMAN.split(), 13)},
    "une": 1, "dezasseis": 16, "dezassete": 17, "dezanove": 19, "vingt et une": 21, "vingt-et-une": 21, "vingt-deux": 22,
    "vingt-trois": 23, "veintiuna": 21, "veintidós": 22, "veintitrés": 23, "vinte e uma": 21, "vinte e duas": 22,
    "vinte e três": 23, "ventuno": 21, "ventidue": 22, "ventitré": 23, "eenentwintig": 21, "tweeëntwintig": 22,
    "drieëntwintig": 23, "einundzwanzig": 21, "zweiundzwanzig": 22, "dreiundzwanzig": 23,
}  # fmt: skip
_MINUTES = {
    "demie": 30, "quart": 15, "media": 30, "cuarto": 15, "meia": 30, "quinze": 15, "trinta": 30, "mezza": 30, "mezzo": 30,
    "quarto": 15, "trente": 30, "treinta": 30, "trenta": 30, "dreißig": 30, "dreissig": 30, "fünfzehn": 15,
}  # fmt: skip


def _of(names: str, *more: str) -> str:
    return "|".join(sorted((*names.split(), *more), key=len, reverse=True))


_END = r"(?![^\W_]|[.,:]\d)"
#: What may follow an hour that is said without the word for it: the end of what is said, or another part of the time.
_ALONE = (
    r"(?=\s*(?:[,;!?)]|[:.](?!\d)|$)|\s*\n|\s+(?:en\s+punto|em\s+ponto|in\s+punto|d[aei]l?\s|hoy|hoje|oggi|mañana|amanhã|domani|hora|ora\b|y\s+(?:media|cuarto)"
    r"|menos|e\s+(?:meia|mezz[ao]|un\s+quarto)|o\b|ou\b|e\b|y\b|se\b|si\b|para|per\b))"
)
_AND = (
    r"(?:\s+(?:et|y|e|menos|moins\s+le|meno)\s+(?:(?:un|le)\s+)?(?P<more{0}>demie|quart|media|cuarto|meia|quinze|trinta|mezz[ao]|quarto|trente|treinta|trenta)"
    + _END
    + ")?"
)
#: Before a number of hours that is how long something took.
_NO_SPAN = "".join(
    f"(?<!{word} )" for word in ("dans", "depuis", "pendant", "y a", "les", "durant", "en", "de")
)
_AT = "(?:" + "|".join(f"(?<={word} )" for word in ("à", "avant", "vers", "pour", "dès")) + ")"
#: One hour, with what is before or after it.
SHAPE = Shape(
    r"(?i)(?:"
    rf"{_NO_SPAN}(?P<fr>{_of(_FRENCH, 'une', 'vingt-et-une', 'vingt-deux', 'vingt-trois')}|vingt\s+et\s+une|(?:{_AT}|(?=1[3-9]|2[0-3]))\d{{1,2}})\s?(?:heures?|h)(?!\s?\d){_AND.format(1)}{_END}"
    rf"|(?:(?:a|para)\s+)?las?\s+(?P<es>{_of(_SPANISH, 'veintiuna', 'veintidós', 'veintitrés')}|\d{{1,2}})(?:\s?(?:horas?|h){_END}|{_ALONE}){_AND.format(2)}(?:\s+en\s+punto)?"
    rf"|(?:à(?=\s+uma\b)|às|as(?=\s+\S+\s?h))\s+(?P<pt>{_of(_PORTUGUESE, 'dezasseis', 'dezassete', 'dezanove')}|vinte\s+e\s+(?:uma|duas|três)|\d{{1,2}})(?:\s?(?:horas?|h){_END}|{_ALONE}){_AND.format(3)}"
    rf"|(?:al)?l[e']\s*(?:ore\s+)?(?P<it>{_of(_ITALIAN, 'ventuno', 'ventidue', 'ventitré')}|\d{{1,2}})(?:\s?(?:ore|h){_END}|{_ALONE}){_AND.format(4)}"
    rf"|(?P<nl>{_of(_DUTCH, 'eenentwintig', 'tweeëntwintig', 'drieëntwintig')}|\d{{1,2}})\s+uur{_END}"
    rf"|(?:godzin[yąie]+\s+|godz\.?\s+)(?P<pl>{_of(_POLISH)}|\d{{1,2}}){_END}"
    rf"|(?P<de>{_of(_GERMAN, 'einundzwanzig', 'zweiundzwanzig', 'dreiundzwanzig')})\s+uhr(?:\s+(?P<more5>dreißig|dreissig|fünfzehn))?{_END}"
    r"|(?P<zone>\d{1,2})(?=\s*(?:UTC|GMT|zulu)(?![\w+-]))"
    r")"
)
#: Where such a time may begin.
BEGINS = rf"(?:{_of(_FRENCH, 'une')}|{_of(_DUTCH)}|{_of(_GERMAN, 'einundzwanzig', 'zweiundzwanzig', 'dreiundzwanzig')})\s+(?:heures?|uur|uhr)|las?\s|às?\s|as\s+\d|(?:al)?le\s|godz"


def hour_of(match: re.Match[str]) -> tuple[int, int, bool] | None:
    """Hour, minute, and whether it is one of a dial of twelve; None for what is no hour."""
    word = next(word for name, word in match.groupdict().items() if word and not name.startswith("more"))
    said = " ".join(word.lower().split())
    hour = int(said) if said.isdecimal() else HOURS.get(said, 24)
    if hour > 23:
        return None
    more = next((word for name, word in match.groupdict().items() if word and name.startswith("more")), "")
    minutes = _MINUTES.get(more.lower(), 0)
    if re.search(r"(?i)\b(?:menos|moins|meno)\b", match[0]):
        minutes = -minutes
    hour, minute = divmod(hour * 60 + minutes, 60)
    of_day = said.isdecimal() and len(said) == 2  # 08 is of a clock of 24 hours, and what has its word
    of_day = of_day or bool(match["zone"] or match["fr"] or re.search(r"(?i)h(?:oras?)?\b|\bore\b", match[0]))
    return hour, minute, 0 < hour <= 12 and not of_day
