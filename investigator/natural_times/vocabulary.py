"""The words of natural-language times: days, months, parts of a day, clocks, zones.

English and German whole; of French, Spanish, Italian, Portuguese and Dutch the days, noon, and what beside a clock says
which half of the day is meant.
"""

from __future__ import annotations

import re
from datetime import timedelta

from investigator import months, zones
from investigator.natural_times import feasts
from investigator.natural_times.hours import SHAPE as HOUR
from investigator.natural_times.shape import Shape

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|maerz|mär|mrz|apr(?:il)?|may|mai|june?|juni|july?|juli|"
    r"aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)(?![a-zäöü])\.?"
)
_FOREIGN = "|".join(sorted(set(months.WRITTEN), key=len, reverse=True))
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "mon montag lundi lunes lunedì segunda-feira maandag", "tue dienstag mardi martes martedì terça-feira dinsdag",
            "wed mittwoch mercredi miércoles mercoledì quarta-feira woensdag", "thu donnerstag jeudi jueves giovedì quinta-feira donderdag",
            "fri freitag vendredi viernes venerdì sexta-feira vrijdag", "sat samstag samedi sábado sabato zaterdag",
            "sun sonntag dimanche domingo domenica zondag",
        )
    )
    for name in names.split()
}  # fmt: skip
#: Days that have a name of their own, however their apostrophe is written.
FEAST = "|".join(
    name.replace("'", "['’]").replace("st s", r"st\.?\s+s").replace(" ", r"\s+") for name in feasts.NAMES
)
_WEEKDAY = (
    r"(?:mon(?:day|tag)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|"
    r"dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|"
    + "|".join(name for name in WEEKDAYS if len(name) > 3 and not name.endswith("tag"))
    # Freitagabend, Donnerstagmittag: the part of the day is read by itself.
    + r")(?:(?![a-zà-ÿ])\.?|(?=(?:früh|morgen|vormittag|mittag|nachmittag|abend|nacht)(?![a-zäöü])))"
)
#: Words for a day, in days from the reference.
DAYS = {
    "today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "heute": 0, "gestern": -1, "vorgestern": -2, "morgen": 1,
    "the day before yesterday": -2, "day before yesterday": -2, "übermorgen": 2, "the day after tomorrow": 2,
    "day after tomorrow": 2,
    "aujourd'hui": 0, "aujourd’hui": 0, "demain": 1, "après-demain": 2, "hoy": 0, "mañana": 1, "pasado mañana": 2, "ayer": -1,
    "oggi": 0, "domani": 1, "dopodomani": 2, "ieri": -1, "hoje": 0, "amanhã": 1, "depois de amanhã": 2, "ontem": -1,
    "vandaag": 0, "overmorgen": 2, "gisteren": -1,
}  # fmt: skip
_NOONS = ("midi", "mediodía", "mezzogiorno", "meio-dia")
_MIDNIGHTS = ("minuit", "medianoche", "mezzanotte", "meia-noite", "middernacht")
_BEFORE_NOON = ("du matin", "de la mañana", "del mattino", "di mattina", "da manhã", "'s ochtends")
_AFTER_NOON = (
    "cet après-midi", "de l'après-midi", "ce soir", "du soir", "de la tarde", "esta tarde", "de la noche", "esta noche",
    "stasera", "di sera", "del pomeriggio", "da tarde", "desta tarde", "da noite", "esta noite", "vanmiddag", "vanavond",
    "'s middags", "'s avonds",
)  # fmt: skip
#: Parts of a day, in hours from its midnight, as wide as people use the word.
PARTS = {
    "early morning": (4, 9), "early hours": (0, 6), "small hours": (0, 6), "mid-morning": (8, 11), "mid morning": (8, 11),
    "late morning": (9.5, 12.5), "morning": (5, 12), "noon": (11.75, 12.25), "midday": (11, 14),
    "early afternoon": (12, 15), "mid afternoon": (13, 16.5), "mid-afternoon": (13, 16.5), "late afternoon": (15, 18.5),
    "afternoon": (12, 18), "early evening": (17, 20), "late evening": (20, 24), "evening": (17, 24),
    "late night": (21, 28), "night": (20, 30), "tonight": (17, 30), "midnight": (-0.25, 0.25),
    "end of day": (16, 24), "eod": (16, 24), "start of day": (6, 10), "lunchtime": (11, 14), "lunch": (11, 14),
    "früh": (4, 9), "frühmorgens": (4, 9), "morgens": (5, 12), "vormittag": (9, 12), "vormittags": (9, 12),
    "mittag": (11.75, 12.25), "mittags": (11.75, 12.25), "nachmittag": (12, 18), "nachmittags": (12, 18),
    "abend": (17, 24), "abends": (17, 24), "nacht": (20, 30), "nachts": (20, 30), "mitternacht": (-0.25, 0.25),
    **dict.fromkeys(_NOONS, (11.75, 12.25)), **dict.fromkeys(_MIDNIGHTS, (-0.25, 0.25)),
    **dict.fromkeys(_BEFORE_NOON, (4, 12)), **dict.fromkeys(_AFTER_NOON, (12, 24)),
}  # fmt: skip
#: Parts of a day that are those of the day on which it is said.
OF_TODAY = frozenset(("tonight", "ce soir", "cet après-midi", "esta tarde", "esta noche", "desta tarde", "esta noite",
                      "stasera", "vanmiddag", "vanavond"))  # fmt: skip
#: Parts of a day that people mean as an instant, and its hour.
INSTANTS = {"noon": 12, "midday": 12, "mittag": 12, "mittags": 12, "midnight": 0, "mitternacht": 0,
            **dict.fromkeys(_NOONS, 12), **dict.fromkeys(_MIDNIGHTS, 0)}  # fmt: skip
#: What a part of a day beside a clock of twelve hours makes of it: a morning's, an evening's, a night's.
HALVES = {
    name: half
    for half, names in (
        ("a", "early morning|early hours|small hours|mid-morning|mid morning|late morning|morning|früh|frühmorgens|morgens|"
              "vormittag|vormittags|start of day"),
        ("p", "early afternoon|mid afternoon|mid-afternoon|late afternoon|afternoon|early evening|late evening|evening|"
              "tonight|nachmittag|nachmittags|abend|abends|end of day|eod"),
        ("n", "late night|night|nacht|nachts"),
        ("a", "|".join(_BEFORE_NOON)),
        ("p", "|".join(_AFTER_NOON)),
    )
    for name in names.split("|")
}  # fmt: skip
_PART = "|".join(sorted((name.replace(" ", r"\s+") for name in PARTS), key=len, reverse=True))
#: The hours in words.
NUMBERS = {
    word: number
    for number, words in enumerate(
        ("one ein eins", "two zwei", "three drei", "four vier", "five fünf", "six sechs", "seven sieben", "eight acht",
         "nine neun", "ten zehn", "eleven elf", "twelve zwölf"), 1,
    )
    for word in words.split()
}  # fmt: skip
#: How many of a unit; those of NUMBERS are hours of a dial, too.
AMOUNTS = NUMBERS | {
    word: amount
    for words, amount in (
        ("thirteen dreizehn", 13), ("fourteen vierzehn", 14), ("fifteen fünfzehn", 15), ("sixteen sechzehn", 16),
        ("seventeen siebzehn", 17), ("eighteen achtzehn", 18), ("nineteen neunzehn", 19), ("twenty zwanzig", 20),
        ("twenty-five fünfundzwanzig", 25), ("thirty dreißig dreissig", 30), ("thirty-five fünfunddreißig", 35),
        ("forty vierzig", 40), ("forty-five fünfundvierzig", 45), ("fifty fünfzig", 50), ("fifty-five fünfundfünfzig", 55),
        ("ninety neunzig", 90), ("anderthalb eineinhalb", 1.5), ("zweieinhalb", 2.5), ("dreieinhalb", 3.5),
    )
    for word in words.split()
}  # fmt: skip
#: How many, also in the words of more languages.
COUNTED = AMOUNTS | {
    word: number
    for number, words in (
        (0.5, "half halbe demi media mezza halv"), (1, "a an eine einer un une una uno en ett et"),
        (2, "deux dos due dois duas twee två to"), (3, "trois tres tre três drie"), (4, "quatre cuatro quattro quatro vier fyra"),
        (5, "cinq cinco cinque vijf fem"), (10, "dix diez dieci dez tien tio ti"),
        (15, "quinze quince quindici vijftien"), (20, "vingt veinte venti vinte twintig"),
        (30, "trente treinta trenta trinta dertig"),
    )
    for word in words.split()
}  # fmt: skip
#: Words for a unit of time in the same languages, and how many seconds it has.
SECONDS = {
    word: size
    for size, words in (
        (1, "s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos secondi sekunder"),
        (60, "m min mins minute minutes minuten minuto minutos minuti minuut minuter minutter мин"),
        (3600, "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur timme timmar time timer ч"),
        (86_400, "d day days tag tage tagen jour jours j día días dia dias giorno giorni dag dagen dagar"),
    )
    for word in words.split()
}  # fmt: skip
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400, "q": 900, "v": 900}
#: The end of a word; "now-deleted" is another word than "now".
_EDGE = r"(?![A-Za-zÀ-ÿ0-9]|-[A-Za-zÀ-ÿ])"
_NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))
_HOUR = rf"({_NUMBER}|\d{{1,2}})"
_AMOUNT = "|".join(sorted(AMOUNTS, key=len, reverse=True))
_MANY = rf"((?:{_NUMBER})\s+and\s+a\s+half|the(?=\s+hour)|half\s+an?|an?|eine[rm]?\s+halben|eine[rm]?|\d{{1,4}}(?:[.,]\d)?|{_AMOUNT})(?:(?<=\d)\s*|\s+)"
_UNIT = (
    r"((?:drei)?viertel\s?stunden?|quarters?\s+of\s+an\s+hour|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|h|days?|weeks?|sek(?:unden?)?|minuten?|std|stunden?|tage?n?|wochen?|[smdwt])"
    r"(?![A-Za-zÀ-ÿ])\.?"
)
_SPAN = rf"{_MANY}{_UNIT}(?:\s*(?:and\s+|und\s+)?(?:(a\s+half)|{_MANY}{_UNIT}))?"
#: "two hours before that", "eine Stunde vorher": so much before a time that stands before it.
SOONER = Shape(rf"(?i){_SPAN}\s+(?:before\s+(?:that|then|it)\b|earlier\b|vorher\b|davor\b|zuvor\b|früher\b)")
_ROUGHLY = (
    r"(?:(?:about|around|exactly|genau|roughly|nearly|almost|etwa|ungefähr|rund|gut|knapp|fast|ca\.?)\s+)?"
)
_DAYS = "|".join(
    sorted((name.replace(" ", r"\s+") for name in DAYS if name != "tonight"), key=len, reverse=True)
)
#: Before 16.30: it is a clock, and no amount; and what stands behind it then.
_BEFORE_CLOCK = "|".join(
    f"(?<={word} )" for word in ("by", "at", "um", "bis", "vor", "before", "until", "till", "gegen")
)
#: Before a feast that is a day; behind other words it may be a kind of thing: "the Black Friday mailer".
_BEFORE_FEAST = "|".join(
    rf"(?<={word}\s)" for word in ("by", "before", "until", "till", "on", "at", "bis", "vor", "an", "am", "zu", "spätestens", "latest", "of", "for", "für", "und", "and", "zum", "is", "ist")
)  # fmt: skip
_NO_FEAST = "".join(
    f"(?<!{word} )"
    for word in ("black", "good", "cyber", "ash", "palm", "whit", "easter", "maundy", "shrove")
)
_NO_MEASURE = r"(?:today|tomorrow|tonight|heute|morgen|this|the|or|and|oder|und|with|without|mit|ohne|for|für|sharp|pünktlich|at|on|am|if|when|we|they|wir|sie|muss|müssen|sein|da)\b"
#: What a text is made of, tried in this order at each place.
WORDS: tuple[tuple[str, Shape], ...] = tuple(
    (name, Shape(pattern, re.IGNORECASE))
    for name, pattern in (
        ("iso", r"((?:19|20)\d{2})(0[1-9]|1[0-2])([0-3]\d)(?:([T-])(?=\d{4})|(?=\s|$))"),
        ("iso", r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(T)(?=\d)|(?!\d))"),
        ("named", rf"({MONTH})\s*(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,?\s*(\d{{4}})(?![\d:]))?"),
        ("named_after", rf"(\d{{1,2}})(?:st|nd|rd|th)?\.?[\s/-]*(?:of\s+)?({MONTH})(?:[\s,/-]*(\d{{4}})(?![\d:]))?"),
        ("named_after", rf"(\d{{1,2}})(?:er|º|ª|\.)?\s+(?:de\s+|d[’'])?({_FOREIGN})(?![^\W\d_])\s+(?:de\s+|del\s+)?(\d{{4}})(?![\d:])"),
        ("clock", rf"(?:{_BEFORE_CLOCK})([01]?\d|2[0-3])\.(1[3-9]|[2-5]\d)()()()(?!\.?\d)(?=\s*[.,;:!?)]|\s*$|\s+{_NO_MEASURE})"),
        ("dotted", r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2}(?![\d:]))?(?!\d)"),
        ("slashed", r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?![\d/])"),
        ("ago", rf"{_ROUGHLY}{_SPAN}\s+(?:ago|back(?!\s+(?:to|in|up|on|at|from|online)\b))" + _EDGE),
        ("ago", rf"(?:since|seit)\s+{_ROUGHLY}{_SPAN}"),
        ("ago", rf"vor\s+{_ROUGHLY}{_SPAN}"),
        ("hence", rf"(?:in|within(?:\s+the\s+next)?|binnen|innerhalb(?:\s+von|\s+der\s+nächsten)?)\s+{_ROUGHLY}{_SPAN}"),
        ("hence", rf"(?:have|has|got|noch)\s+(?:only\s+|just\s+|nur\s+)?{_SPAN}(?=\s*(?:[.,;:!]|$)|\s+(?:to|um|zum)\s)"),
        ("hence", rf"{_SPAN}\s+(?:left|(?:left\s+)?from\s+(?:now|today)|ab\s+(?:jetzt|heute))" + _EDGE),
        ("last_day", rf"(?:(?:the\s+)?end\s+of\s+(?:the\s+|this\s+)?(month|quarter|year|week|{MONTH})|(month|quarter|year)[- ]end|(monats|quartals|jahres)ende|"
                     rf"ende\s+(?:(?:des|der|dieses|dieser|diesen)\s+)?(monats|quartals|jahres|woche|{MONTH}))" + _EDGE),
        ("now", r"(?:just\s+now|right\s+now|now|jetzt)" + _EDGE),
        ("last_night", r"last\s+night" + _EDGE),
        ("feast", rf"(?:{_BEFORE_FEAST})({FEAST})" + _EDGE),
        ("feast", rf"({FEAST})(?=\s*,?\s*(?:at|um|by|bis)?\s*\d)"),
        ("weekday", rf"(?:{_NO_FEAST})(?:(last|this|next|past|next\s+week(?:\s+on)?|letzten|vorigen|diesen|kommenden|nächsten|nächste\s+woche)\s+)?({_WEEKDAY}|(?:mo|di|mi|do|fr|sa|so)(?=[.,]{{0,2}}\s+\d)\.?)(\s+next\s+week|\s+(?:nächster|kommender)\s+woche|\s+in\s+einer\s+woche)?"),
        ("of_month", r"(\d{1,2})(?:st|nd|rd|th)" + _EDGE),
        ("of_month", rf"(?:dia|día|le|il|den|lo)\s+(\d{{1,2}})(?!\.?\s*{MONTH})(?=\s*(?:[,;!?)]|[:.](?!\d)|$|(?:à|alle|a\s+las|às|avant|antes|prima|até|hasta|om|voor)\s))"),
        ("of_month", r"(?<=am\s)(\d{1,2})\.(?!\d)|(?<=(?:zum|den|dem)\s)(\d{1,2})\.(?!\d)"),
        ("day", rf"(?<!\bla )(?:d[eio]\s+|d[’'])?({_DAYS})" + _EDGE),
        ("hour", HOUR.pattern.removeprefix("(?i)")),
        ("worded", rf"(half|quarter|five|ten|twenty|twenty-five)\s+(past|to)\s+{_HOUR}(?:\s*(?:uhr|o'?clock))?" + _EDGE),
        ("worded", rf"(\d{{1,2}})\s+(past)\s+{_HOUR}(?:\s*o'?clock)?" + _EDGE),
        ("british", rf"half\s+({_NUMBER})" + _EDGE),
        ("worded", rf"(viertel|fünf|zehn|zwanzig)\s+(nach|vor)\s+{_HOUR}(?:\s*uhr)?" + _EDGE),
        ("worded", rf"(fünf|zehn)\s+((?:nach|vor)\s+halb)\s+{_HOUR}(?:\s*uhr)?" + _EDGE),
        ("worded", rf"()(halb|drei\s?viertel)\s+{_HOUR}(?:\s*uhr)?" + _EDGE),
        ("worded", rf"()()({_NUMBER})\s*(?:uhr|o'?clock)" + _EDGE),
        ("part", rf"(?:in\s+the\s+|in\s+der\s+|at\s+|this\s+|the\s+|am\s+|diesen\s+|al?\s+|à\s+|ao\s+)?({_PART})" + _EDGE),
        ("clock", r"(\d{1,2})(?::|\s?h\s?)(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([ap])\.?m\b\.?|uhr\b|h(?:rs?)?(?![a-z]))?(?!\d)"),
        ("clock", r"(\d{1,2})\.(\d{2})()()()\s*(?:uhr|uur|h)\b"),
        ("clock", r"(?:kl\.?|klo|klokken|ore|godz\.?|om)\s+(\d{1,2})[.:](\d{2})()()()(?:\s*uur\b)?(?![\d.])"),
        ("clock", r"(\d{1,2})\s*uhr\s*([0-5]\d)()()()(?![\d:.])"),
        ("clock", r"(\d{1,2})\.(\d{2})()()\s*([ap])\.?m\b\.?"),
        ("clock", r"(\d{2})(\d{2})()()()\s*(?:h|hrs?|hours|uhr)" + _EDGE),
        ("clock", r"(\d{1,2})()()()\s*([ap])\.?m\b\.?"),
        ("clock", rf"({_NUMBER})()()()\s*([ap])\.?m\b\.?"),
        ("clock", r"(\d{1,2})()()()()\s*(?:uhr|o'?clock)" + _EDGE),
        ("clock", r"(\d{2})()()()()\s*(?:h|hrs)(?![A-Za-zÀ-ÿ0-9]|\s+(?:later|after|long|später|danach|lang))"),
        ("clock", r"(?:(?<=à )|(?<=às )|(?<=avant ))(\d)()()()()\s*h(?![A-Za-zÀ-ÿ0-9])"),
        ("compact", r"([01]\d|2[0-3])([0-5]\d)()()()(?![\d:./-])"),
        ("zulu", r"(?:Z|zulu)(?![A-Za-z])"),
        ("until", r"(?:antes\s+d(?:el?|as?|os?)|até(?:\s+[oa]s?)?|hasta(?:\s+el)?|avant|jusqu['’](?=[àa])|prima\s+d(?:i|el(?:le|l['’])?|elle)|entro(?:\s+il|\s+le)?|fino(?=\s+al)|voor|uiterlijk|do(?=\s+(?:godz|\d)))" + _EDGE),
        ("offset", r"(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?(?![\d:])"),
        ("sign", r"[+-]\d{2}(?::?\d{2})?(?![\d:])"),
        ("before", r"(?:shortly|just|right|kurz)\s+(?:before|vor)" + _EDGE),
        ("after", r"(?:shortly|just|right|kurz)\s+(?:after|nach)" + _EDGE),
        ("around", r"(?:~|≈|ca\.?|circa|approx(?:imately)?\.?|about|around|roughly|gegen|etwa|some\s+time\s+around|sometime\s+around)(?![a-z])"),
        ("from", r"(?:between|from|von|zwischen)" + _EDGE),
        ("to", r"(?:-|\u2013|\u2014|\u2192|(?:to|until|till|and|bis|und)" + _EDGE + ")"),
        ("filler", r"(?:[,;|@]|kl\.|(?:kl|at|on|the|of|um|am|den|dem|der|uhr|in|à|punkt|exactly|genau|alle|a\s+las?|às|om|le|el)" + _EDGE + ")"),
        ("number", rf"(\d{{1,2}}|{_NUMBER})(?![\d:/A-Za-zÀ-ÿ]|\.\d)"),
    )
)  # fmt: skip
#: Names of zones, as they are written: an abbreviation in capitals, an IANA name, one in brackets, "Pacific Time".
LABEL = Shape(
    rf"(?:{'|'.join(sorted((*zones.LABELS, 'PT', 'ET', 'CT', 'MT'), key=len, reverse=True))})(?![A-Za-z0-9])"
)
IANA = Shape(r"[A-Z][A-Za-z_]+(?:/[A-Za-z][A-Za-z0-9_+-]+)+")
BRACKET = Shape(r"\(([^()]{1,60})\)")
TIME_OF = Shape(r"((?:[A-Z][A-Za-z]+\s+){1,3})(?:local\s+)?[Tt]ime(?![a-z])")
#: "17:00 Kyiv", "noon Eastern": a zone without the word, behind a clock and at the end of what is said.
BEHIND_CLOCK = Shape(r"(?i)(?:\d|[ap]\.?m\.?|noon|midday|midnight|o'clock|uhr|mittag|mitternacht)[\s,]*$")
BARE = Shape(
    r"((?:Eastern|Central|Mountain|Pacific)(?=\s+[a-z(])|[A-ZÄÖÜ][\wÀ-ÿ]+(?:[ ][A-Z][a-z]+)?(?=\s*(?:[.,;:!?)\n]|$)))"
)
LOCAL = Shape(r"(?:(?:local|our)\s+time|(?:unserer|hiesiger)\s+(?:orts)?zeit)(?![a-zäöüß])", re.IGNORECASE)
#: Of the place that the words before it name: "the London desk needs it by 2 pm their time".
THEIRS = Shape(
    r"(?i)(?:(?:in\s+)?their(?:\s+local)?\s+time|(?:nach\s+)?(?:deren|dortiger|ihrer)\s+(?:orts)?zeit|ortszeit(?:\s+dort)?)(?![\wÀ-ÿ])"
)
#: "Londoner Zeit", "Pariser Zeit": the place, as far as its name stands in the word.
OF_CITY = Shape(r"([A-ZÄÖÜa-zäöüß][a-zäöüß]+?)er\s+Zeit(?![a-zäöüß])")
CITY = Shape(r"[A-Za-z][A-Za-z_]+(?:[ _][A-Za-z]+){0,2}")
DASH = Shape("-")
LEAD_IN = Shape(r"[\s,|*_`]*")
