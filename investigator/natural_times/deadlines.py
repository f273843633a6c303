"""The deadline that a text asks for: the times in it that are to come and that something must be done by.

A clock in a ticket is mostly of the past, or of an office's hours. What makes one a deadline stands around it: a word
before it (by, until, bis, spätestens), what is due or ends then, who needs it, or a later "by then". So each time of the
text is found first, and each is then judged by the clause it stands in. Where two are left, or one may be none, a person
is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from investigator import moment
from investigator.moment import MICROSECOND, Moment
from investigator.natural_times.hours import BEGINS
from investigator.natural_times.parsing import leading
from investigator.natural_times.shape import Shape
from investigator.natural_times.vocabulary import DAY, DAYS, HALVES, INSTANTS, MINUTE, NUMBERS, WEEKDAYS


@dataclass(frozen=True)
class Due:
    """A time that may be the deadline, the words it was read from, and whether the text leaves no doubt that it is one."""

    time: Moment
    text: str
    sure: bool = True


def _any(words: str, *, after: str = r"(?![\wÀ-ÿ])") -> Shape:
    return Shape(rf"(?i)(?<![\wÀ-ÿ])(?:{words}){after}")


#: Directly before a time: it is the end of something.
_UNTIL = Shape(
    r"(?i)(?<![\wÀ-ÿ])(?:by|until|till|til|before|prior\s+to|ahead\s+of|up\s+to|no(?:t)?\s+later\s+than|at\s+the\s+latest(?:\s+(?:by|at))?|latest|within|"
    r"bis(?:\s+(?:zum|spätestens|einschließlich))?|spätestens(?:\s+bis)?|vor|binnen|innerhalb|"
    r"avant|d['’]ici(?:\s+à)?|jusqu['’]à|au\s+plus\s+tard|antes\s+d(?:el?|[ao]s?)|hasta|a\s+más\s+tardar|entro|prima\s+d(?:i|el(?:le)?)|"
    r"fino\s+alle|al\s+più\s+tardi|até|o\s+mais\s+tardar|voor|uiterlijk)"
    r"(?:\s+(?:le|l[ao]s|el|il|alle|às|as|om|the|end\s+of|at|on|um|am|zum|dem|der|den|kommenden|about|around|close\s+of\s+business(?:\s+on)?|cob|"
    r"(?:its|their|our|your|ihr\w*|sein\w*|unser\w*)\s+(?:\w+\s+)?(?:close|end|deadline|closing|schluss|ende)\s*,?))*\s*[:,]?\s*$"
)
#: Between its day and its clock: heute bis 18 Uhr, demain avant midi.
_UNTIL_WITHIN = Shape(
    r"(?i)(?<=[\s,])(?:by|before|until|till|bis|spätestens|vor|avant|jusqu['’]|antes\s+d(?:el?|[ao]s?)|hasta|até|prima\s+d(?:i|elle)|entro|voor|uiterlijk|do|przed)\s+(?=\S)"
)
#: Directly before a time, behind a "not" or a "nothing": it is the end of what is allowed.
_NOT_PAST_IT = Shape(
    r"(?i)(?:\b(?:not|no|nothing|never|none|nobody|nicht|nichts|nie|keine?[nrs]?|niemand)\b|n't\b|\bcannot\b).*"
    r"\b(?:past|beyond|after|over|nach|über|later\s+than|longer\s+than|länger\s+als|später\s+als)(?:\s+(?:the|den|dem|der))?\s*$"
)
#: Directly before a time: it is a beginning, or the end of what nobody can meet.
_SINCE = Shape(
    r"(?i)(?<![\wÀ-ÿ])(?:since|from|after|between|than|seit|ab|nach|zwischen|von|depuis|dès|à\s+partir\s+de|après|desde|a\s+partir\s+d[aeo]s?|después\s+d(?:el?|[ao]s?)|depois\s+d[aeo]s?|dall[ae]|dopo|sinds|vanaf|na|od)(?:\s+(?:the|about|dem|der|um|etwa|l[ae]s?|el|o))*\s*$"
)
_NAMES = _any(
    r"deadline|due|cut[- ]?off|time\s+limit|(?:filing|submission|closing)\s+(?:date|time|window)|frist|\w*frist|fällig|abgabe\w*|last\s+(?:possible\s+)?(?:moment|chance|call)|letzte[rnm]?\s+(?:mögliche[rn]?\s+)?(?:moment|zeitpunkt|chance|aufruf|möglichkeit)|\w*schluss|\w*ende|stichtag|"
    r"\w*termin|latest|expir\w+|einlass|date\s+limite|échéance|délai|au\s+plus\s+tard|plazo|vencimiento|a\s+más\s+tardar|scadenza|"
    r"al\s+più\s+tardi|prazo|o\s+mais\s+tardar|uiterlijk"
)
#: Directly behind a time, also after a comma: that is the end.
_AT_LATEST = Shape(
    r"(?i)\s*,?\s*(?:at\s+the\s+(?:very\s+)?latest|spätestens|au\s+plus\s+tard|a\s+más\s+tardar|al\s+più\s+tardi|o\s+mais\s+tardar|uiterlijk|dernier\s+(?:carat|délai)|como\s+(?:muy\s+tarde|máximo)|no\s+máximo|impreterivelmente|najpóźniej|uiterlijk)"
)
_GRANTS = _any(r"gave|given|giv(?:e|es)|granted|grants?|extended|extends?|moved|moves?|set|sets|postponed|demand(?:s|ed)|asked|asks|"
               r"gab|gibt|gegeben|verlängert|verlegt|verschoben|gesetzt|setzt|gewährt|wants?|will|bittet")  # fmt: skip
_ENDS = _any(
    r"leaves?|departs?|sails?|goes\s+out|go\s+out|clos(?:e|es)|ends?|expires?|stops?|shuts?|lapses?|runs?\s+out|collects?|picks?\s+up|is\s+picked\s+up|"
    r"fährt|legt(?=.*\sab(?![a-zäöü]))|geht|gehen|holt|holen|abgeholt|schließt|schliesst|schließen|endet|enden|läuft\s+ab|läuft|verfällt|ablaufen|"
    r"sale[n]?|zarpa[n]?|cierra[n]?|vence[n]?|sai|saem|fecha(?=\s+às)|ferme|chiude|scade|vertrekt|sluit|verloopt|odpływa|odjeżdża|zamyka"
)
_STARTS = _any(
    r"starts?|begins?|opens?|takes?\s+off|arrives?|comes?|kommt|kommen|beginnt|beginnen|startet|starten|öffnet|fängt|legt|hebt|is|are|ist|sind"
)
#: Said of what is planned, or talked about then: nobody has to have anything by it.
_MEETS = _any(
    r"back|calls?|rings?|meets?|meeting|maintenance|update|release|zurück|ruft|rufen|besprechung|termin|wartung\w*|treffen|training|schulung|webinar|appointment|party|feier|visits?|"
    r"besuch\w*|rolls?\s+out|deploy\w*|migrat\w+|runs?|läuft"
)
_NEEDS = _any(
    r"must|(?:have|has|ve)\s+got|needs?|needed|have\s+to|has\s+to|should|shall|expects?|expected|requires?|required|wants?|wanted|awaits?|waits?|urgent|asap|please|kindly|pls|"
    r"is\s+to|are\s+to|(?:un)?less|otherwise|"
    r"muss|müssen|soll|sollen|brauch\w*|gebraucht|benötig\w*|erwarte[tn]?|verlang\w+|forder[tn]|dring\w*|bitte|sonst|"
    r"(?:vor|ab|ein|auf|nach|aus)zu[a-zäöüß]+en|zu\s+[a-zäöüß]+en|"
    # French, Spanish, Portuguese, Italian, Dutch, Polish
    r"doi(?:t|vent)|devons|exig\w+|faut|réclam\w+|attend(?:ent)?|besoin|sinon|impératif\w*|debe(?:n|mos)?|tien[ee]n?\s+que|tenemos\s+que|hay\s+que|necesita\w*|"
    r"piden?|urge\w*|si\s+no|deve(?:m|mos)?|tem(?:os)?\s+(?:que|de)|precisa\w*|pede[m]?|senão|caso\s+contrário|dev(?:e|ono|iamo)|serv(?:e|ono)|occorre|bisogna|vuole|vogliono|"
    r"chied(?:e|ono)|altrimenti|moet(?:en)?|nodig|eist|eisen|anders|musi\w*|potrzebuj\w*|żąda\w*|wymaga\w*|inaczej"
)
_PREFIX = r"hoch|ab|an|auf|ein|aus|weg|vor|zu|nach|um|zurück|fertig"
_PAST = _any(
    r"was|were|had|did|went|came|ran|took|told|sent|said|stood|saw|left|began|got|made|found|lost|kept|fell|wrote|knew|thought|been|seen|gone\s+since|missed|"
    r"couldn't|didn't|wasn't|weren't|used\s+to|[a-z]{2,}(?<!ne)(?<!spe)(?<!fe)(?<!se)(?<!exce)(?<!procee)ed|"
    r"war|waren|wurden?|hatten?|hatte|kam|kamen|lief|liefen|fiel|fielen|stand|standen|ging|gingen|sah|sahen|gab|blieb|begann|schrieb|fand|"
    # Verbs of German are written small, nouns are not.
    rf"(?-i:(?:{_PREFIX})?ge[a-zäöüß]{{2,}}(?:t|en)(?:e[nmrs]?)?)|(?-i:ver[a-zäöü]{{3,}}(?:sst|rt|cht))|(?-i:[a-zäöüß]{{3,}}iert)|erhalten|"
    r"(?-i:[a-zäöüß]{2,}(?:elte|erte|chte|ckte|kte|gte|lte|rte|mte|nte|ste|dete|tete)n?)"
)
#: What looks like a verb in the past and is a need, or an adjective.
_NOT_PAST = _any(r"scheduled|planned|booked|arranged|angesetzt|geplant\w*|vorgesehen|anberaumt|vereinbart|bedeutete|needed|required|expected|wanted|gebraucht|benötigt|erwartet|need|urgent|extended|signed|closed|genau\w*|gesamte\w*|gestern|heute|gegen\w*|"
                 r"gerade|geben|(?:reserv|garant|termin|dat|fix|prioris)iert|gehen|gericht\w*|genehmigung\w*|gesellschaft\w*|möchten?|könnten?|sollten?|müssten?|[a-zà-ÿ]{3,}[aei]nte|erste[nr]?|letzte[nrs]?|nächste[nr]?|rechte[nr]?|unsere|ihre|gelten|gelangen")  # fmt: skip
#: Before a participle that only says which one: "the corrected invoice".
_ARTICLE = Shape(r"(?i)\b(?:the|an?|our|your|their|this|that|these|those|all|any)\s+$")
_PASSIVE = Shape(r"(?i)\b(?:be|being|to\s+be|are|is|get)\s+(?:\w+\s+)?$")
_WILL_BE = _any(r"werden|wird")
_DONE = _any(r"haben?|hab|hat|hast|hattet?|hatten")
#: Beside these: bemerkt, entdeckt, erledigt.
_PERFECT = Shape(r"(?<!zu )\b(?:be|er|ent|emp|zer|miss)[a-zäöüß]{3,}t\b")
#: Behind these "every" says how often, and not which.
_DAY_AFTER = r"(?=\s+(?:other\s+|second\s+)?(?:…|\d|day|week|night|morning|noon|afternoon|evening|hour|month|quarter|mon|tue|wed|thu|fri|sat|sun))"
_TAG_AFTER = r"(?=\s+(?:…|\d|zweite[nr]?\s|tag|woche|nacht|morgen|mittag|abend|stunde|monat|quartal|werktag|arbeitstag|mon|die|mit|don|fre|sam|son))"
_DAILY = _any(rf"(?:every|each){_DAY_AFTER}|daily|always|usual(?:ly)?|normal(?:ly)?|hours|staffed|hotline|reachable|available|on\s+duty|täglich|jeden?{_TAG_AFTER}|immer|wochentags|werktags|"
              r"besetzt|geöffnet|erreichbar|öffnungszeiten|sprechzeiten|hotline|mondays|fridays|montags|freitags")  # fmt: skip
_HABIT = _any(
    rf"(?:every|each){_DAY_AFTER}|daily|always|täglich|jeden?{_TAG_AFTER}|immer|wochentags|werktags|mondays|fridays|montags|freitags"
)
_OTHER_DAY = Shape(
    r"(?i)(?<![\wÀ-ÿ])(?:next|following|coming|nächste[nrs]?|kommende[nrs]?|folgende[nrs]?|same)\s+(?:business\s+)?(?:day|week|month|year|tag|woche|monat|jahr|werktag|arbeitstag)(?![\wÀ-ÿ])|(?:working|business)\s+days?|werktage?n?"
)
_OURS_OPEN = Shape(
    r"(?i)\b(?:we|our|us|wir|unser\w*|you|your|ward|shop|praxis|desk|counter|library|office|büro)\b.{0,40}\b(?:open|closes?|shuts?|offen|schließen|schließt)\b"
)
_THEN = _any(
    r"by\s+then|until\s+then|till\s+then|before\s+then|before\s+that|by\s+that\s+time|after\s+that|beforehand|bis\s+dahin|vorher|davor|zuvor|danach|then|dann"
)
#: Said of how long somebody or something stays so, which nobody has to meet.
_AWAY = _any(
    r"leave|away|vacation|holidays?|out\s+of\s+office|ooo|absent|sick|travell?ing|closed|valid|parental|maternity|urlaub\w*|\w+ferien|ferien|abwesend|krank\w*|"
    r"elternzeit|verreist|unterwegs|geschlossen|gültig|auf\s+dienstreise|(?:my|our|meine|unsere)\s+(?:shift|schicht|dienst)|in\s+(?:a\s+)?meetings?|"
    r"(?:in|at)\s+(?:the|my|our)\s+(?:office|desk)|im\s+(?:büro|haus|dienst)|am\s+platz"
)
#: Somebody is somewhere, or so, until then: whether anything is due by it only a person knows.
_I_AM = Shape(
    r"(?i)\b(?:I(?:['’]m|\s+am|['’]ll\s+be|\s+will\s+be)|we(?:['’]re|\s+are|['’]ll\s+be|\s+will\s+be)|ich\s+bin|bin\s+ich|wir\s+sind|sind\s+wir)"
    r"\s+(?:\S+\s+){0,3}?(?:until|till|til|bis)\s*$"
)
#: What comes to harm from then on.
_SPOILS = _any(
    r"spoils?|perish\w*|thaws?|rots?|wilts?|goes\s+(?:off|bad)|melts?|too\s+late|verdirbt|verderben|tauen?|taut|verfault|welk\w*|stirbt|sterben|schmilzt|zu\s+spät"
)
#: What comes after something else.
_AFTERWARDS = Shape(
    r"(?i)^\W*(?:and\s+|und\s+)?(?:danach|anschließend|hinterher|after\s+that|afterwards?|thereafter)\b"
)
_MEASURE = Shape(
    r"(?i)\s*(?:minutes?|minuten|min\b|seconds?|sekunden|hours?\b|stunden|%|percent|prozent|rows|mb|gb|km|kg|:1\b)"
)
_OFFICE = Shape(
    r"(?i)close\s+of\s+business|\bcob\b|end\s+of\s+business|business\s+close|geschäftsschluss|dienstschluss|büroschluss|feierabend|end\s+of\s+(?:the\s+)?(?:working\s+)?day|\beod\b"
)
_HOURS = Shape(
    r"(?i)(\d{1,2})(?::(\d{2}))?\s*(?:am|uhr)?\s*(?:-|–|to|until|till|bis)\s*(\d{1,2})(?::(\d{2}))?\s*(pm|uhr)?"
)
#: Directly before a clock: something is then, or shall be.
_AT = Shape(r"(?i)(?<![\wÀ-ÿ])(?:at|for|um|für|gegen|around|about|at\s+around|alle|às|om)\s+$")
_CLOCK = Shape(r"(?i)\d\s*(?:[:h]\d\d|uhr\b|[ap]\.?m\b|h\b)")
_SENTENCE = Shape(r"[.!?](?=\s+[A-ZÄÖÜ\"(]|\s*$)|\n+")
_CLAUSE = Shape(
    r"(?i)[;,()]|\s+[-–—]\s+|\s+(?:but|because|while|although|which|that|since\s+the|aber|weil|während|obwohl|denn|doch)\s+|\s+(?:and|und)\s+(?=\w+\s+(?:\w+\s+){0,4}(?:is|are|must|has|have|need|was|were|ist|sind|muss|müssen|war|wurde))"
)
_OR = Shape(r"(?i)^\s*,?\s*(?:or|oder)\s+(?:was\s+it\s+|is\s+it\s+|war\s+es\s+|at\s+|by\s+|bis\s+|um\s+)*$")
#: Where a time may begin: at a number, or at a word that times are made of.
_START = Shape(
    r"(?i)(?<![\w.:/@#+-])(?=\d|half\b|quarter\b|twenty|(?:have|has|got|noch)\s+(?:only\s+|just\s+|nur\s+)?(?:an?\s|\d|half\s)|halb\b|viertel\b|dreiviertel\b|(?:mo|di|mi|do|fr|sa|so)[.,]{0,2}\s+\d|(?:in|within|binnen|innerhalb)\s+\S|(?:the\s+)?end\s+of\s|(?:month|quarter|year)[- ]end|(?:monats|quartals|jahres)ende|ende\s|next\s|this\s|nächste|kommenden\s|"
    rf"{BEGINS}|(?:{'|'.join(sorted({*NUMBERS, *DAYS, *HALVES, *INSTANTS, *WEEKDAYS, 'vormittag', 'the day'}, key=len, reverse=True))})(?![a-zà-ÿ])|"
    r"(?:mon|tue|wed|thu|fri|sat|sun|dien|mitt|donn|frei|sams|sonn|jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*\b)"
)
#: So much of a text is looked at: a ticket, and not a log that hangs on it.
LONGEST = 20_000


@dataclass
class _Found:
    """A time as it stands in the text, with its clause and sentence."""

    start: int
    stop: int
    time: Moment
    named: bool  # says its day
    clock: bool  # says its clock, or only its day
    otherwise: Moment | None = None  # on a day that the text around it may mean
    part: bool = False  # only a part of a day: by which clock of it only a person knows
    span: bool = False  # counted from when it was written: "in the next two hours"
    sentence: tuple[int, int] = (0, 0)
    clause: tuple[int, int] = (0, 0)


def deadlines(text: str, *, zone_name: str = "UTC", reference: datetime | None = None) -> list[Due]:
    """Every time of a text that something must be done by, in order; those of the past and of opening hours are none.

    `reference` is when it was written (default: the clock's), `zone_name` the zone of clocks that name none. A day alone
    is due when it ends. Those that may be none, or may be of two days, are not `sure`.
    """
    when = reference or moment.now()
    text = text[:LONGEST]
    found = _times(text, zone_name, when)
    _placed(text, found)
    _dated(text, found, zone_name, when)
    out: list[tuple[_Found, Due]] = []
    before: tuple[_Found, Due] | None = None
    for place, one in enumerate(found):
        verdict = _judged(text, one, found[place + 1 :], before, when)
        if verdict is None:
            continue
        if one.part or re.match(r"(?i)half\s+(?!past)", text[one.start : one.stop]):
            verdict = False  # half past it, or half an hour before it, by where the writer is from
        verdict = verdict and not _OTHER_DAY.search(
            text[one.clause[0] : one.start] + "|" + text[one.stop : one.clause[1]]
        )
        if one.otherwise is not None:
            out += [
                (one, Due(other.time, other.text, False))
                for other in _settled(
                    text,
                    replace(one, time=one.otherwise, named=True, otherwise=None),
                    sure=False,
                    zone_name=zone_name,
                    when=when,
                )
            ]
            verdict = False
        for due in _settled(text, one, sure=verdict, zone_name=zone_name, when=when):
            before = (one, due)
            out.append(before)
    return _told_apart(out)


def ahead(text: str, *, zone_name: str = "UTC", reference: datetime) -> list[tuple[datetime, str]]:
    """Every time of a text that was still to come when it was written, each with the sentence that it stands in."""
    text = text[:LONGEST]
    found = _times(text, zone_name, reference)
    _placed(text, found)
    _dated(text, found, zone_name, reference)
    out = []
    for one in found:
        at = (one.otherwise or one.time).written if one.clock else one.time.high
        if at > reference:
            out.append((at, text[slice(*one.sentence)].strip()))
    return out


def _times(text: str, zone_name: str, when: datetime) -> list[_Found]:
    out: list[_Found] = []
    offices = {match.start(): match.end() for match in _OFFICE.finditer(text)}
    position = 0
    for match in re.finditer(
        rf"{_START.pattern}|(?={_OFFICE.pattern.removeprefix('(?i)')})", text, re.IGNORECASE
    ):
        start = match.start()
        if start < position:
            continue
        if start in offices:
            close = _office_close(text, offices[start], out, zone_name, when)
            if out and out[-1].stop == close.start:
                out.pop()
            out.append(close)
            position = close.stop
            continue
        read = leading(text, zone_name=zone_name, reference=when, ahead=True, start=start)
        if read is None:
            continue
        time, stop, named = read
        stop = start + len(text[start:stop].rstrip(" ,.;"))
        after = text[stop:]
        if re.match(r"[-:/]\w|\.\d|\w", after) or _MEASURE.match(after):
            position = stop
            continue
        width = time.width
        days = sorted({at for _, at in time.readings})
        if len(days) > 1 and named and not timedelta(hours=22) <= width <= timedelta(hours=26):
            # 04/05 is April or May, IST is India or Ireland: the first and the last are kept, and a person is asked.
            clock = bool(_CLOCK.search(text[start:stop]))
            long = MINUTE if clock else DAY
            first, other = (
                replace(time, low=at, high=at + long - MICROSECOND, readings=()) for at in (days[0], days[-1])
            )
            out.append(_Found(start, stop, first, named, clock, other))
        elif width <= timedelta(minutes=35):
            span = any(doubt.startswith("counted from") for doubt in time.doubt)
            out.append(_Found(start, stop, time, named, True, span=span))
        elif width <= timedelta(hours=26) and (named or width >= timedelta(hours=22)):
            # A day, or a part of a named one: "by tomorrow morning".
            out.append(_Found(start, stop, time, named, False, part=width < timedelta(hours=22)))
        position = stop
    return out


def _office_close(text: str, stop: int, found: list[_Found], zone_name: str, when: datetime) -> _Found:
    """The close of business as a clock: at the hour that the text states, else at 17:00, of the day said beside it."""
    begin = next(match.start() for match in _OFFICE.finditer(text) if match.end() == stop)
    place = moment.zone(zone_name)
    day, start = when.astimezone(place).date(), begin
    between = re.match(r"\s*(?:,|on|of|am|next|this)?\s*", text[stop:])
    beside = leading(
        text, zone_name=zone_name, reference=when, ahead=True, start=stop + (between.end() if between else 0)
    )
    last = (
        found[-1] if found and not found[-1].clock and not text[found[-1].stop : begin].strip(" ,") else None
    )
    if beside and beside[2] and beside[0].width > timedelta(hours=20):
        day, stop = beside[0].written.astimezone(place).date(), beside[1]
    elif last:
        day, start = last.time.written.astimezone(place).date(), last.stop
    hours = next(
        (one for one in _HOURS.finditer(text) if one[4] or one[5] or one[2] or int(one[1]) < 12), None
    )
    hour, minute = (int(hours[3]), int(hours[4] or 0)) if hours else (17, 0)
    hour += 12 if hour < 8 else 0
    at = datetime(day.year, day.month, day.day, hour % 24, minute, tzinfo=place)
    doubt = (
        "the close of business as the text says its hours"
        if hours
        else "the close of business: read as 17:00"
    )
    words = text[start:stop]
    return _Found(
        start,
        stop,
        Moment(at, at + MINUTE - MICROSECOND, zone_name, (doubt, f"no zone: read as {zone_name}"), words),
        True,
        True,
    )


def _placed(text: str, found: list[_Found]) -> None:
    """Give each time its sentence and its clause; a mark within a time ends neither."""
    spans = [(one.start, one.stop) for one in found]

    def cuts(pattern: Shape) -> list[tuple[int, int]]:
        return [
            (match.start(), match.end())
            for match in pattern.finditer(text)
            if not any(low <= match.start() < high for low, high in spans)
        ]

    ends, parts = cuts(_SENTENCE), cuts(_CLAUSE)
    for one in found:
        low = max((stop for start, stop in ends if stop <= one.start), default=0)
        high = min((start for start, _ in ends if start >= one.stop), default=len(text))
        one.sentence = (low, high)
        low = max((stop for start, stop in parts if stop <= one.start), default=low)
        if re.fullmatch(r"(?i)\s*(?:on|at|by|am|um|bis)?\s*", text[max(low, one.sentence[0]) : one.start]):
            # "On Friday, 3 p.m., the tender closes": the time stands before its clause.
            high = min(
                (start for start, stop in parts if stop > one.stop + 2 and start >= one.stop + 2),
                default=high,
            )
            one.clause = (max(low, one.sentence[0]), min(high, one.sentence[1]))
            continue
        one.clause = (
            max(low, one.sentence[0]),
            min((start for start, _ in parts if start >= one.stop and start < high), default=high),
        )


def _dated(text: str, found: list[_Found], zone_name: str, when: datetime) -> None:
    """Give a clock without a day the day that its clause says: "Tomorrow the courier leaves at 17:30".

    Where a day of another clause, or of the sentence before, may be meant, both are kept.
    """
    for place, one in enumerate(found):
        if not one.clock or one.named:
            continue
        days = [
            other
            for other in found[:place]
            if not other.clock or (other.named and other.clause == one.clause)
        ][-1:]
        days += [other for other in found[place + 1 :] if not other.clock and other.clause == one.clause][:1]
        for day in days:
            between = text[min(day.stop, one.stop) : max(day.start, one.start)]
            if day.time.high < when or len(_SENTENCE.findall(between)) > 1:
                continue
            if day.clock and _PAST.search(between):
                continue
            said = (
                text[day.start : day.stop + (text[day.stop : day.stop + 1] == ".")]
                if not day.clock
                else f"{day.time.written.astimezone(moment.zone(day.time.zone)):%Y-%m-%d}"
            )
            read = leading(
                f"{said} {text[one.start : one.stop]}", zone_name=zone_name, reference=when, ahead=True
            )
            if read is None or read[0].width > timedelta(minutes=35):
                continue
            if read[0].low == one.time.low:
                one.time, one.named = read[0], True  # both ways it is the same
            elif day.clause == one.clause and not _has_been(text[day.clause[0] : day.start] + between):
                one.time, one.named = read[0], True
            elif not _PAST.search(text[day.clause[0] : day.clause[1]]) or day.sentence == one.sentence:
                one.otherwise = read[0]
            break


def _judged(
    text: str, one: _Found, later: list[_Found], before: tuple[_Found, Due] | None, when: datetime
) -> bool | None:
    """Whether a time is a deadline for sure (True), may be one (False), or is none (None)."""
    within = _UNTIL_WITHIN.search(text[one.start : one.stop])
    head = text[one.sentence[0] : one.start + (within.end() if within else 0)]
    clause = f"{text[one.clause[0] : one.start]} \N{HORIZONTAL ELLIPSIS} {text[one.stop : one.clause[1]]}"
    if one.time.high < when and (
        (one.named and one.time.high < when - timedelta(hours=24)) or _yesterday(text, one)
    ):
        return None
    until = (
        _UNTIL.search(head)
        or _NOT_PAST_IT.search(head)
        or _AT_LATEST.match(text[one.stop :])
        or re.match(r"(?i)(?:within|binnen|innerhalb)\b", text[one.start :])
    )
    if re.match(r"(?i)(?:have|has|got|noch)\b", text[one.start :]):
        return False  # how long somebody has, or something lasts: whether anything is due then only a person knows
    hence = re.search(r"(?i)\bfrom\s+(?:now|today)|left$|ab\s+(?:jetzt|heute)", text[one.start : one.stop])
    if before and one.sentence == before[0].sentence:
        joint = text[before[0].stop : one.start]
        if _OR.match(joint) or (
            not until and len(joint.split()) <= 6 and _wordless(clause) and not _SINCE.search(head)
        ):
            return before[1].sure
    if _SINCE.search(head) and not until:
        return False if one.time.low > when and (_SPOILS.search(clause) or _NAMES.search(clause)) else None
    needs, names, past = (
        _NEEDS.search(clause),
        _NAMES.search(clause),
        _past(clause, needs=bool(_NEEDS.search(clause))),
    )
    grants = _GRANTS.search(clause)
    to_come = one.time.low > when
    if not needs and (_AWAY.search(clause) or _AFTERWARDS.search(clause)):
        return None
    daily = _DAILY.search(clause) or _OURS_OPEN.search(clause)
    if hence or (to_come and one.named and _NOT_PAST_IT.search(head)):
        return True
    if past and to_come and one.named and until and not daily and _only_participles(clause):
        # What is to come has not been: "the list, corrected by tonight 23:00".
        return bool(_NEEDS.search(text[slice(*one.sentence)]) or grants or names)
    if past and not (to_come and one.named and (grants or names)):
        return False if needs and until and past != "sure" else None
    if daily and _HABIT.search(clause):
        return False if needs or until else None
    if daily and not needs:
        return False if names and to_come and not _DAILY.search(clause) else None
    if until and not to_come and not one.named and not needs and not names and _STARTS.search(clause):
        return None  # "everything until 09:14 is there"
    if until and not (needs or names) and _I_AM.search(head):
        return False
    if until or names:
        return True
    if _ENDS.search(clause) and to_come:
        return True
    if to_come and _points_back(text, one, later):
        return True
    if needs and to_come and one.clock:
        return not re.search(
            r"(?i)\b(?:call|ring|meet|phone|anruf|rückruf|melden|please|kindly|pls|bitte)", clause
        )
    if _STARTS.search(clause) and to_come and _NEEDS.search(text[one.sentence[0] : one.sentence[1]]):
        return False
    # A clock to come that a ticket names: better asked about than not seen, but for a number that holds both.
    mere = (
        daily
        or _MEETS.search(clause)
        or _AWAY.search(clause)
        or _AFTERWARDS.search(clause)
        or re.search(r"\d-\d{4}$", text[one.start : one.stop])
    )
    meant = one.named or _AT.search(head)
    return False if to_come and meant and one.clock and not mere else None


def _yesterday(text: str, one: _Found) -> bool:
    return bool(re.search(r"(?i)yesterday|gestern|\blast\b|letzten|ago\b", text[one.start : one.stop]))


def _wordless(clause: str) -> bool:
    return not any(pattern.search(clause) for pattern in (_PAST, _NEEDS, _STARTS, _DAILY, _DONE))


def _past(clause: str, *, needs: bool) -> str:
    """Whether a clause speaks of what has been: "sure", "maybe" beside a need, or "" for what is or will be."""
    for match in _PAST.finditer(clause):
        word = match[0]
        if _NOT_PAST.fullmatch(word) or _ARTICLE.search(clause[: match.start()]):
            continue
        if word.endswith("iert") and not _DONE.search(clause):
            continue  # "informiert" is present, "habe informiert" is past
        if needs:
            # "must be signed by": what is to be. "uploaded before": a part of the sentence that has been.
            directly = re.match(r"\s+(?:\w+\s+){0,2}\N{HORIZONTAL ELLIPSIS}", clause[match.end() :])
            if directly and word.lower().endswith("ed") and not _PASSIVE.search(clause[: match.start()]):
                return "maybe"
            continue
        if _PASSIVE.search(clause[: match.start()]) or (
            re.match(rf"(?:{_PREFIX})?ge", word.lower()) and _WILL_BE.search(clause)
        ):
            continue
        return "sure"
    return "sure" if not needs and _DONE.search(clause) and _PERFECT.search(clause) else ""


def _only_participles(clause: str) -> bool:
    """Whether what looks like the past may as well say what shall be: corrected, geprüft."""
    return all(
        re.fullmatch(r"(?i).*ed|\w*ge\w+(?:t|en)|ver\w+", match[0]) for match in _PAST.finditer(clause)
    )


def _has_been(words: str) -> bool:
    return any(
        not _NOT_PAST.fullmatch(match[0]) and not _PASSIVE.search(words[: match.start()])
        for match in _PAST.finditer(words)
    )


def _points_back(text: str, one: _Found, later: list[_Found]) -> bool:
    """Whether what follows says "by then" of this time, before another time stands."""
    stop = later[0].start if later else len(text)
    next_end = _SENTENCE.search(text, min(one.sentence[1] + 1, len(text)))
    reach = next_end.start() if next_end else len(text)
    return bool(_THEN.search(text[one.stop : min(stop, reach)]))


def _settled(text: str, one: _Found, *, sure: bool, zone_name: str, when: datetime) -> list[Due]:
    """The instants that a deadline can mean: of the day it names, else of today, or of tomorrow where that has passed."""
    low = max(one.clause[0], one.start - 40)
    whole = low == one.clause[0] or text[low - 1].isspace()
    words = " ".join(text[low : one.stop].split()[0 if whole else 1 :])  # no word is cut
    time = one.time
    place = moment.zone(time.zone if time.zone else zone_name)
    if not one.clock:
        end = time.low + (time.high - time.low) - MINUTE + MICROSECOND
        doubt = (*time.doubt, f"no clock: read as the end of that {'part of the day' if one.part else 'day'}")
        return [Due(Moment(end, end + MINUTE - MICROSECOND, time.zone, doubt, time.text), words, sure)]
    # A time "around" is due at its beginning; noon is an instant.
    at = time.written if time.width > MINUTE else time.low
    exact = Moment(at, at + MINUTE - MICROSECOND, time.zone, time.doubt, time.text, time.readings)
    said = text[one.start : one.stop]
    if (
        one.named
        and not one.span
        and re.search(r"(?i)\b(?:next|nächste[nr]?)\s", said)
        and not re.search(r"\d{4}|\d\.|\d(?:st|nd|rd|th)?\s+[A-Z][a-z]", said)
        and "oche" not in said
    ):
        away = (at.astimezone(place).date() - when.astimezone(place).date()).days
        if away < 7 - when.astimezone(place).weekday():
            return [Due(exact, words, False), Due(_shifted(exact, 7 * DAY), words, False)]
    if at >= when or one.named:
        if at < when:
            # Overdue, or another day was meant: a person knows.
            return [Due(replace(exact, doubt=(*exact.doubt, "it has passed")), words, False)]
        if not one.named and at.astimezone(place).hour >= 19 and said.strip().isdigit():
            # "by 7", said in the morning: this evening, or tomorrow morning.
            return [Due(exact, words, False), Due(_shifted(exact, DAY / 2), words, False)]
        if one.named and (at - when) >= 6 * DAY and _weekday_only(said):
            local = at.astimezone(place)
            if local.weekday() == when.astimezone(place).weekday() and at - 7 * DAY > when:
                return [Due(_shifted(exact, -7 * DAY), words, False), Due(exact, words, False)]
        return [Due(exact, words, sure)]
    afternoon = _shifted(exact, DAY / 2)
    dial = re.search(r"(?<![\d:])([1-9]|1[0-2])[:.]\d\d(?!\d)", said) and not re.search(
        r"(?i)[ap]\.?m\b|uhr", said
    )
    if dial and afternoon.low > when and 12 <= afternoon.low.astimezone(place).hour < 20:
        return [
            Due(
                replace(
                    afternoon, doubt=(*afternoon.doubt, "it has passed as written: read as the afternoon")
                ),
                words,
                sure,
            )
        ]
    tomorrow = _shifted(exact, DAY)
    return [
        Due(replace(exact, doubt=(*exact.doubt, "it has passed")), words, False),
        Due(replace(tomorrow, doubt=(*tomorrow.doubt, "read as tomorrow")), words, False),
    ]


def _weekday_only(said: str) -> bool:
    return bool(
        re.search(
            r"(?i)(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch",
            said,
        )
    ) and not re.search(r"\d\.|\d{4}|\d(?:st|nd|rd|th)?\s+[A-Z][a-z]|[A-Z][a-z]{2,8}\s+\d", said)


def _shifted(time: Moment, by: timedelta) -> Moment:
    """The same clock some days later, also over a change of the clocks."""
    place = moment.zone(time.zone)

    def later(at: datetime) -> datetime:
        return (at.astimezone(place).replace(tzinfo=None) + by).replace(tzinfo=place)

    low = later(time.low)
    return Moment(low, low + time.width, time.zone, time.doubt, time.text)


def _told_apart(out: list[tuple[_Found, Due]]) -> list[Due]:
    """Each instant once, the sure before the unsure; a day alone is gone where a clock of that day is due too."""
    clocks = [due for one, due in out if one.clock]
    kept: list[Due] = []
    for one, due in out:
        place = moment.zone(due.time.zone)
        if not one.clock and any(
            other.time.low.astimezone(place).date() == due.time.low.astimezone(place).date()
            for other in clocks
        ):
            continue
        same = next((other for other in kept if other.time.low == due.time.low), None)
        if same is None:
            kept.append(due)
        elif due.sure and not same.sure:
            kept[kept.index(same)] = due
    return kept
