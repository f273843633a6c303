"""The times in a document that people wrote: its headings, list items, table rows and lines that begin with a time.

A heading in a timeline seldom says all: the zone stands above ("All times in PST"), the day in an earlier heading or
in the title, the year in a table's head. Each time is read with what stands around it, and says what it took from where.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from investigator import moment, natural_times, zones
from investigator.moment import Moment

#: What stands before the words of a line: a heading (`#`, `=`, `h2.`), a list item, a table's bar, a quote.
_LEAD = re.compile(
    r"^\s*(?:(#{1,6}|={1,6}(?=\s.*\w)|h[1-6]\.)\s+|([-*+\u2022]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?|(\|{1,2})\s*|>\s*)?"
)
_TITLES = ("#", "=", "h1.")
_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
MARKUP = re.compile(r"\*\*|__|`")
#: "All times in PST", "Timeline (all times UTC)", "times are local to Berlin", "Time (PT)"
_STATES = re.compile(
    r"(?i)\btime(?:s|stamps?)?\b[^.\n()]{0,24}?(?:\bin\b|\bare\b|:|\()?\s*(?:\bthe\b\s*)?$|timeline\s*\(\s*$"
)
#: "(local, Vienna)", "(Ortszeit Berlin)", "(alle Zeiten MEZ)": a bracket that says so of all times.
IN_BRACKETS = re.compile(
    r"(?i)\([^()]{0,20}?\b(?:local(?: times?)?|(?:all )?times?(?: are)?|ortszeit|lokalzeit|(?:alle )?(?:uhr)?zeiten|"
    r"heures?(?: locales?)?|hora(?:s| local)?|or[ae](?: locali?)?|horário|(?:lokale )?tijd(?:en)?|lokal tid)\b[\s,:]*"
    r"(?:(?:in|of|de|di|van|är|sind|von)\s+)?([^()]{2,30})\)"
)
ZONE = re.compile(
    r"(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?"
    r"|\b(?:" + "|".join(sorted((*zones.LABELS, "PT", "ET", "CT", "MT"), key=len, reverse=True)) + r")\b"
    r"|\b[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)+|\b(?:Pacific|Eastern|Mountain|Central(?:\s+European)?|[A-Z][a-z]+)\s+(?:local\s+)?[Tt]ime\b"
    r"|\b(?:Pacific|Eastern|Mountain|Central|Zulu)\b"
)
_OF_DAY = re.compile(
    r"(?i)\b(?:events?|everything|all)\b[^.\n]{0,40}\b(?:happened|took place|occurred|are|were)\b[^.\n]{0,12}\bon\s+"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_A_YEAR = re.compile(r"(?:19|20)\d\d")  # also as a part of more digits
#: How a document calls the part that tells what happened when: a short line that begins with such words.
_TIMELINE = re.compile(
    r"(?i)^(?:\d+\.?\s+|=+\s+)?(?:(?:the|full|short|incident|event|detailed)\s+)*(?:time ?line|chronology|sequence of events|"
    r"what happened|zeit(?:leiste|achse|linie)|(?:zeitlicher )?(?:ab|ver)lauf|chronolog(?:ie|ía)|cronolog[ií]a|"
    r"linha do tempo|línea de tiempo|tijdlijn|tidslinje)\b(?:[^.!?]|(?<=\d)\.){0,50}\.?$"
)
#: A table's column of times.
_WHEN = re.compile(
    r"(?i)^(?:(?:start|local|utc)\s+)?(?:time|when|clock|(?:uhr)?zeit(?:punkt)?|heure|hora|ora|tijd|tid)\b"
)
#: What a bracket at the beginning of a line holds.
_BRACKET = re.compile(r"[\[(]([^\[\]()]{3,60})[\])]\s*(?:[:|,-]\s*)?")
CELLS_AT_MOST = 3  # of a table's row that its time may take: a day, a clock, a zone
_AFTER = re.compile(r"^[\s:|,.;*_)\]\u2013\u2014-]+")
_OUT_OF_ORDER = timedelta(hours=6)


@dataclass(frozen=True)
class Heading:
    """A time that a document names: at which line, the line's text, the time, and what the line says happened."""

    line: int
    text: str
    when: Moment
    what: str
    kind: str = "heading"  # or item, row, line


def headings(text: str, *, zone_name: str = "UTC", reference: datetime | None = None) -> list[Heading]:
    """Every heading, list item, table row and line that begins with a time, in order, as moments.

    The zone is the line's own, else the last that the text states, else `zone_name`; the day is the line's own, else
    the one that the text states, else that of the line before, of the section's or table's head, or the title's, else the
    reference's. A line that names a day alone, above lines that name none, is their head, and no entry. A clock that
    goes back by six hours or more has passed midnight. What was taken from elsewhere is said in `doubt`.
    """
    when = reference or moment.now()
    lines = _plain(text)
    stated = _zones_stated(lines)
    title_day, title_why = _title_day(lines, zone_name, when)
    day_stated = _day_stated(lines, zone_name, when)
    years = _years(lines)
    out: list[Heading] = []
    day, day_from = day_stated or title_day, "as the text says" if day_stated else title_why
    last: datetime | None = None
    rolled = 0
    told = 0  # the line of the last section that tells what happened when
    kinds = {number: kind for number, kind, _ in lines}
    below = _under_a_day(lines)  # all lines are of the day in the first
    for number, kind, words in lines:
        if _TIMELINE.match(words):
            told = number
        elif kind == "heading":
            told = 0
        if kind == "title":
            continue
        said, why = _zone_of(stated, number)
        year = max((n for n in years if n <= number), default=min(years, default=0))
        anchor = _anchor(day, years.get(year), when, zone_name, said)

        def leading(
            text: str, anchor: datetime = anchor, said: list[zones.NamedZone] = said
        ) -> tuple[Moment, int, bool] | None:
            return natural_times.leading(text, zone_name=zone_name, reference=anchor, default=tuple(said))

        whole = words
        words, reach = _reach(kind, whole, leading, told=bool(told) or below)
        found = leading(words[:reach]) if kind != "head" else None
        if found is None:
            if kind in ("heading", "head") or told == number:
                head_day = day_in(words, zone_name, when)
                day, day_from = (head_day, f"the day of line {number}") if head_day else (day, day_from)
                rolled, last = (0, None) if head_day else (rolled, last)
            continue
        read, stop, named = found
        rest = _AFTER.sub("", words[stop:]).strip(" |")
        if not below and not _stands_alone(kind, words, stop, told=bool(told)):
            alone = kinds.get(number - 1, "") != "line"
            if kind == "line" and alone and named and not rest and not _CLOCK.search(words):
                # The day of the entries below it.
                day = read.written.astimezone(moment.zone(read.zone)).date()
                day_from, rolled, last = f"the day of line {number}", 0, None
            continue
        doubt = [item for item in read.doubt if not (said and item.startswith("no zone"))]
        if said and not _has_zone(words[:stop]):
            doubt.append(why)
        if not named:
            own = day or when.astimezone(moment.zone(zone_name)).date()
            doubt.append(
                f"no day: read as {day:%Y-%m-%d}, {day_from}"
                if day
                else "no day: read as the day of the reference"
            )
            read = _on(own + timedelta(days=rolled), words[:reach], zone_name, said) or read
            if last is not None and last - read.written >= _OUT_OF_ORDER:
                rolled += 1
                read = _on(own + timedelta(days=rolled), words[:reach], zone_name, said) or read
                doubt.append("its clock went back over midnight: read as the day after")
        else:
            rolled = 0
            local = read.written.astimezone(moment.zone(read.zone)) if read.zone else read.written
            own = local.date()
            if day_stated is None or own > day_stated:
                day, day_from = own, f"the day of line {number}"
        if out and not named and _day_alone(out[-1]):
            out.pop()
        last = read.written
        out.append(Heading(number, whole, replace(read, doubt=tuple(dict.fromkeys(doubt))), rest, kind))
    return out


def timeline(text: str) -> bool:
    """Whether a document has a part that is called a timeline, or the like, or a table with a column of times."""
    return any(
        _TIMELINE.match(words)
        or (kind == "head" and any(_WHEN.match(cell.strip()) for cell in words.split("|")))
        for _, kind, words in _plain(text)
    )


def under_a_day(text: str) -> bool:
    """Whether lines that begin with a clock, at least three and four in five, stand below a first line that names their day."""
    return _under_a_day(_plain(text))


def _under_a_day(lines: list[tuple[int, str, str]]) -> bool:
    first, *rest = lines or [(0, "", "")]
    clocked = sum(bool(_CLOCK_FIRST.match(words)) for _, _, words in rest)
    if clocked < CLOCKS_AT_LEAST or clocked < 0.8 * len(rest) or _CLOCK.search(first[2]):
        return False
    return day_in(first[2], "UTC", moment.now()) is not None


def _reach(
    kind: str, words: str, leading: Callable[[str], tuple[Moment, int, bool] | None], *, told: bool
) -> tuple[str, int]:
    """The words of a line, its time without a bracket; and how far its time may reach: cells that are times as a whole."""
    if kind == "row":
        cells = words.split("|")
        for number in range(CELLS_AT_MOST, 1, -1):
            text = "|".join(cells[:number]).rstrip()
            found = leading(text) if len(cells) >= number and cells[number - 1].strip() else None
            if found and found[1] == len(text):
                return words, len(text)
        return words, len(cells[0])
    bracket = _BRACKET.match(words) if told or kind != "line" else None
    found = leading(bracket[1]) if bracket else None
    if bracket and found and found[1] == len(bracket[1].rstrip()):
        words = f"{bracket[1].rstrip()}: {words[bracket.end() :]}"
    return words, len(words)


def _day_alone(entry: Heading) -> bool:
    """Whether an entry names a day, and nothing else."""
    return not entry.what and not _CLOCK.search(entry.text)


def _plain(text: str) -> list[tuple[int, str, str]]:
    """The lines that people wrote, without code blocks and markup: number, kind (title, heading, item, head of a table, row, line), words."""
    out: list[tuple[int, str, str]] = []
    fenced, titled = False, False
    every = text.splitlines()
    for number, line in enumerate(every, 1):
        if _FENCE.match(line):
            fenced = not fenced
            continue
        if (
            fenced
            or not line.strip()
            or _RULE.match(line)
            or (line.startswith(("    ", "\t")) and not line.strip().startswith(("-", "*", "+")))
        ):
            continue
        lead = _LEAD.match(line)
        assert lead is not None
        kind = "heading" if lead[1] else "item" if lead[2] else "row" if lead[3] else "line"
        if kind == "heading" and lead[1] in _TITLES and not titled:
            kind, titled = "title", True
        if kind == "row" and number < len(every) and _RULE.match(every[number]) and "-" in every[number]:
            kind = "head"
        if lead[3] == "||":
            kind = "head"
        words = MARKUP.sub("", line[lead.end() :]).strip()
        out.append((number, kind, words))
    return out  # fmt: skip


def _zones_stated(lines: list[tuple[int, str, str]]) -> list[tuple[int, list[zones.NamedZone], str]]:
    """Where the text states the zone of its times: line, zones, the words."""
    out = []
    before = ""
    for number, kind, words in lines:
        # A sentence goes on over the end of a line.
        whole = f"{before} {words}" if kind == "line" and before else words
        told = IN_BRACKETS.search(words)
        zone = zones.named(told[1]) if told and kind != "row" else None
        if zone is not None:
            out.append((number, [zone], f"zone as line {number} states: {zone.text}"))
            before = ""
            continue
        for match in ZONE.finditer(whole):
            if match.end() <= len(whole) - len(words):
                continue
            if not (kind == "head" or _TIMELINE.match(words) or _STATES.search(whole[: match.start()])):
                continue
            found = [zones.named(match[0]) or zones.named(f"{match[0]} time")]
            more = re.match(r"\s*\(([^()]{1,40})\)", whole[match.end() :])
            if more:
                found.append(zones.named(more[1]))
            known = [one for one in found if one is not None]
            if known:
                out.append(
                    (number, known, f"zone as line {number} states: {' '.join(one.text for one in known)}")
                )
                break
        before = words if kind == "line" and not words.endswith((".", ":", "!", "?")) else ""
    return out


def _zone_of(
    stated: list[tuple[int, list[zones.NamedZone], str]], number: int
) -> tuple[list[zones.NamedZone], str]:
    above = [item for item in stated if item[0] <= number] or stated[:1]
    return (above[-1][1], above[-1][2]) if above else ([], "")


def _title_day(lines: list[tuple[int, str, str]], zone_name: str, when: datetime) -> tuple[date | None, str]:
    """The day of the title, else the first that a sentence names with its year."""
    for wanted, why in (("title", "the day of the title"), ("line", "the first day that the text names")):
        for _, kind, words in lines:
            found = day_in(words, zone_name, when) if kind == wanted else None
            if found:
                return found, why
    return None, ""


def _day_stated(lines: list[tuple[int, str, str]], zone_name: str, when: datetime) -> date | None:
    for _, kind, words in lines:
        match = _OF_DAY.search(words) if kind == "line" else None
        found = day_in(words[match.end() :], zone_name, when) if match else None
        if found:
            return found
    return None


#: Where a day may begin in a line; of numbers between bars only one that tells day from month.
_DAY_BEGINS = re.compile(
    r"(?<![\w/-])(?=\d{4}-\d|\d{1,2}(?:[ .]|er |º )|[A-Z][a-z]{2,8}\.? \d|(?:1[3-9]|2\d|3[01])/\d{1,2}/\d{4}|\d{1,2}/(?:1[3-9]|2\d|3[01])/\d{4})"
)


def day_in(words: str, zone_name: str, when: datetime) -> date | None:
    """The day that a text begins with, or that stands in it with its year."""
    if not _A_YEAR.search(words):
        return None
    places = [
        0,
        *(match.start() for match in re.finditer(_DAY_BEGINS, words)),
    ]
    for place in places:
        found = natural_times.leading(words[place:], zone_name=zone_name, reference=when)
        if found and found[2] and _YEAR.search(words[place : place + found[1]]):
            return found[0].written.astimezone(moment.zone(found[0].zone)).date()
    return None  # fmt: skip


def _years(lines: list[tuple[int, str, str]]) -> dict[int, int]:
    """The years that stand in titles, headings, tables' heads and dates: line and year."""
    out: dict[int, int] = {}
    for number, kind, words in lines:
        match = _YEAR.search(words)
        if match and (
            kind in ("title", "heading", "head")
            or (kind in ("row", "line", "item") and re.search(r"[-/(.]|\b[A-Z][a-z]{2}", words))
        ):
            out.setdefault(number, int(match[1]))
    return out  # fmt: skip


def _anchor(
    day: date | None, year: int | None, when: datetime, zone_name: str, said: list[zones.NamedZone]
) -> datetime:
    """What a time without day or year is read against: noon of the last known day, else the year that stands above."""
    if day is None and year:
        try:
            day = when.date().replace(year=year) if year != when.year else None
        except ValueError:
            day = date(year, 6, 30)
    if day is None:
        # People write of what was: of the days without a year, those of the last twelve months.
        return when - timedelta(days=182)
    return datetime(day.year, day.month, day.day, 12, tzinfo=moment.zone(zone_name)).astimezone(UTC)


#: Lines below a line with their day, which begin with a clock.
_CLOCK_FIRST = re.compile(
    r"(?i)(?:(?:kl\.?|klo|klokken|ore|godz\.?|um|om|à|a las|às)\s+)?[\[(]?\d{1,2}(?:[:.h]\d{2}(?![.\d]*[./-]\d)|h(?=\s*[:\u2013\u2014-]\s))"
)
CLOCKS_AT_LEAST = 3
#: A clock among the words of a time.
_CLOCK = re.compile(r"\d\s*(?::|h\d|[ap]\.?m|uhr)", re.IGNORECASE)


def _stands_alone(kind: str, words: str, stop: int, *, told: bool) -> bool:
    """Whether the time at the start of a line dates it, rather than being a word of its sentence.

    Where the text says that it tells what happened when (`told`), a clock before a sentence of its own does.
    """
    day_only = not _CLOCK.search(words[:stop])
    if kind in ("heading", "row"):
        return True
    after = words[stop:].lstrip("*_ ")
    if kind == "item":
        return not day_only or after[:1] in ("", ":", "-", "\u2013", "\u2014")
    return not day_only and (
        after[:1] in ("", ":", "-", "\u2013", "\u2014", "|")
        or words[stop : stop + 1] in ("\t",)
        or (told and (after[:1].isupper() or after[:1] in "\"'\u201c\u201e"))
    )


def _on(day: date, words: str, zone_name: str, said: list[zones.NamedZone]) -> Moment | None:
    """The time that a line begins with, on a day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=moment.zone(zone_name)).astimezone(UTC)
    found = natural_times.leading(words, zone_name=zone_name, reference=noon, default=tuple(said))
    return found[0] if found else None


def _has_zone(words: str) -> bool:
    return bool(ZONE.search(words)) or bool(re.search(r"\d\s?Z\b|\d[+-]\d{2}:?\d{2}\b", words))
