"""Times as DuckDB reads them: ISO in its many shapes, epochs, and declared strptime formats; naive UTC out.

The style of a column is told from its first values; a value of another style still falls through to the general
reading, so that one odd line costs nothing but time.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from investigator import moment, zones
from investigator.load import spelled
from investigator.sources import _calendars
from investigator.sources._dates import WITHOUT_YEAR

_ISO = re.compile(
    r"^\d{4}[-/]\d{2}[-/]\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,:]\d{1,9})?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?:\s+UTC)?"
    r"(?:\s+m=[+-]?[\d.]+)?$"
)
_EPOCH = re.compile(r"^\d{9,19}(?:\.\d+)?$")
_APACHE = re.compile(r"^\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}$")
_DAY_FIRST = re.compile(r"^\d{1,2}\.\d{1,2}\.\d{4}[ ,T]+\d{1,2}:\d{2}(?::\d{2})?$")


_WORDED = re.compile(r"^(\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,:]\d{1,9})?)?) ?([A-Z]{2,5})$")

#: Minutes from UTC of zones that people write as a word, where the word means one thing alone: CST, IST and BST don't.
WORDS = zones.ONE_MEANING


@dataclass(frozen=True)
class Style:
    """How a column of times is written. `zoned` is whether it names its zone; `digits` its finest unit, in seconds."""

    name: str  # iso, epoch, apache, day_first, formats, none
    zoned: bool = True
    resolution: int = 1  # microseconds
    formats: tuple[str, ...] = ()
    year_missing: bool = False
    label: str = ""  # the one zone word that all use
    spelling: spelled.Spelling | None = None  # where texts are made ISO before they are read
    dated: spelled.Spelling | None = None  # what tells the order of dates that formats read


#: A date of three short numbers, the year's first: only its place tells it from a day.
_SHORT_YEAR = re.compile(r"%y([/.-])%m[/.-]%d")
_SHORT_YEARS = {"dmy": r"%d\1%m\1%y", "mdy": r"%m\1%d\1%y"}


def style(
    values: Sequence[str],
    formats: tuple[str, ...] = (),
    *,
    year_missing: bool = False,
    name: str = "",
    order: str = "",
    near: Sequence[tuple[datetime, datetime]] = (),
) -> Style:
    """The style of a column from some of its values.

    `name` is what it is called, `order` how day and month stand where somebody said it, `near` when other sources are.
    """
    found = [value.strip() for value in values if value and value.strip()]
    if not found:
        return Style("none")
    foreign = _calendars.told(found)
    if formats and not foreign and sum(bool(_ISO.match(v)) for v in found) < len(found) / 2:
        zoned = all("%z" in item for item in formats)
        finest = min(_resolution(value) if ":" in value else 1_000_000 for value in found)
        short = any(_SHORT_YEAR.search(item) for item in formats)
        dated = spelled.told(found, name=name, order=order, near=near) if short else None
        if dated and dated.unsure:
            dated = replace(dated, order="ymd")  # as its format says, where nothing says more
        elif dated and dated.order in ("dmy", "mdy"):
            formats = tuple(_SHORT_YEAR.sub(_SHORT_YEARS[dated.order], item) for item in formats)
        return Style("formats", zoned, min(finest, 60_000_000), formats, year_missing, dated=dated)
    plain = None if foreign else _plain(found, name)
    if plain is not None:
        return plain
    spelling = spelled.told(found, name=name, order=order, near=near)
    if spelling is None:
        return Style(
            "epoch" if sum(bool(_EPOCH.match(v)) for v in found) > len(found) / 2 else "iso", True, 1
        )
    forms = WITHOUT_YEAR if spelling.yearless else ()
    return Style(
        "formats" if spelling.yearless else "iso",
        spelling.zoned,
        spelling.resolution,
        forms,
        spelling.yearless,
        spelling=spelling,
    )


def _plain(found: Sequence[str], name: str) -> Style | None:
    """The style of values that the engine reads as they are; None where some of them are times of another kind."""
    zone = spelled.zone_of(name)
    # A word that is no zone may say which half of the day it is.
    worded = [m for m in (_WORDED.match(value) for value in found) if m and m[2] in zones.LABELS | WORDS]
    if len(worded) >= len(found) / 2 and any(match[2] not in ("UTC", "GMT") for match in worded):
        if _odd(found, _WORDED, _ISO):
            return None
        known = all(match[2] in WORDS for match in worded)
        words = {match[2] for match in worded}
        label = words.pop() if known and len(words) == 1 else ""
        return Style("worded", known, min(_resolution(match[1]) for match in worded), label=label)
    matches = [match for match in (_ISO.match(value) for value in found) if match]
    if len(matches) >= len(found) / 2:
        zoned = sum(bool(match.group(1)) for match in matches) > len(matches) / 2
        if _odd(found, _ISO) or (not zoned and zone is not None):
            return None
        return Style("iso", zoned, max(_resolution(match.group(0)) for match in matches))
    epochs = [value for value in found if _EPOCH.match(value)]
    if len(epochs) >= len(found) / 2:
        if _odd(found, _EPOCH) or spelled.unit_of(epochs, name) not in (None, *_UNIX):
            return None
        # The coarsest value tells nothing: 12.0 and 12 are written by the same clock. The finest does.
        return Style("epoch", True, min(_epoch_resolution(value) for value in epochs))
    for shape, plain in (
        (_APACHE, Style("apache", True, 1_000_000)),
        (_DAY_FIRST, Style("day_first", False, 60_000_000)),
    ):
        if sum(bool(shape.match(value)) for value in found) >= len(found) / 2 and zone is None:
            return None if _odd(found, shape) else plain
    return None


#: Epochs that the engine reads by their size.
_UNIX = ("seconds", "milliseconds", "microseconds", "nanoseconds")


def _odd(found: Sequence[str], *shapes: re.Pattern[str]) -> bool:
    """Whether some of these are times, though they are of none of these shapes."""
    rest = {value for value in found if not any(shape.match(value) for shape in shapes)}
    return any(spelled.parse(value) is not None for value in rest)


def is_time(values: Sequence[str], name: str = "") -> bool:
    """Whether most of these values are times that can be read, epochs included."""
    found = [value.strip() for value in values if value and value.strip()]
    hits = sum(
        bool(_ISO.match(v) or _EPOCH.match(v) or _APACHE.match(v) or _DAY_FIRST.match(v)) for v in found
    )
    return bool(found) and (hits >= len(found) * 0.6 or spelled.told(found, name=name) is not None)


def has_clock(values: Sequence[str]) -> bool:
    """Whether most of these values are written with a day and a clock; or some, and the others count since 1970."""
    found = [value.strip() for value in values if value and value.strip()]
    hits = sum(
        bool((said := spelled.parse(value)) and said.clock and all(day[0] for _, day in said.dates))
        for value in found
        if not value.isdigit()
    )
    if found and 2 <= hits < len(found) * 0.6 and hits >= len(found) * 0.1:
        hits += sum(bool(spelled.by_size(value)) for value in found)
    return bool(found) and hits >= len(found) * 0.6


def counts(values: Sequence[str], name: str) -> bool:
    """Whether these numbers can be told to be times, whatever they are called."""
    found = [v.strip().replace(",", ".") for v in values if v and v.strip()]
    unit = spelled.unit_of(found, name)
    if unit != "days":
        return unit is not None
    # Days of a spreadsheet with their clock have many places behind the point, and lie together.
    at = [float(v) for v in found]
    fine = sum(len(v.partition(".")[2]) >= 6 for v in found)
    # Those that somebody typed lie at whole minutes, in a column that is called a beginning or an end.
    typed = _ENDS.search(name) is not None and all(abs(a * 1440 - round(a * 1440)) < 0.02 for a in at)
    typed = typed and any(a % 1 for a in at)
    return (fine >= 0.8 * len(found) or typed) and max(at) - min(at) < 400


_ENDS = re.compile(
    r"(?i)(?:^|[^a-z])(?:begin|beginn|start|anfang|end|ende|from|until|von|ab|bis|début|debut|fin|inicio|início|inizio|fine|open(?:ed)?|closed?|einde|kommt|geht)(?:[^a-z]|$)"
)


def far(numbers: Sequence[str], dates: Sequence[str]) -> bool:
    """Whether numbers that could be times lie far from the dates beside them: they count something else."""
    at = [when for v in dates if (said := spelled.parse(v)) and (when := said.about()) is not None]
    unit = spelled.unit_of(list(numbers)) or next(
        (u for u in _UNIX if len(numbers[0].partition(".")[0]) in _LENGTHS[u]), ""
    )
    counted = [when for v in numbers if unit and (when := spelled.counted(v, unit))]
    if not at or not counted:
        return bool(at)
    day = timedelta(days=2)
    return (
        max(counted) < min(at) - day
        or min(counted) > max(at) + day
        or (max(counted) - min(counted) > 100 * (max(at) - min(at)) + timedelta(days=30))
    )


_LENGTHS = {"seconds": (9, 10), "milliseconds": (12, 13), "microseconds": (15, 16), "nanoseconds": (18, 19)}


def sql(column: str, found: Style, *, year: int | None = None, zone: str | None = None) -> str:
    """The time of a text column as a naive UTC TIMESTAMP, NULL where it is none."""
    general = _iso(column)
    if found.name == "none":
        return "NULL::TIMESTAMP"
    if found.name == "epoch":
        return f"coalesce({_epoch(column)}, {general})"
    if found.name == "apache":
        local = f"try_strptime(substr({column}, 1, 20), '%d/%b/%Y:%H:%M:%S')"
        sign = f"CASE WHEN substr({column}, 22, 1) = '-' THEN 1 ELSE -1 END"
        minutes = f"(try_cast(substr({column}, 23, 2) AS INTEGER) * 60 + try_cast(substr({column}, 25, 2) AS INTEGER))"
        return f"({local} + to_minutes({sign} * {minutes}))"
    if found.name == "day_first":
        base = f"replace({column}, ',', '')"
        text = f"coalesce(try_strptime({base}, ['%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M', '%d.%m.%YT%H:%M']), {general})"
    elif found.name == "worded":
        cases = " ".join(f"WHEN '{word}' THEN {minutes}" for word, minutes in WORDS.items())
        word = f"regexp_extract({column}, '([A-Z]+)\\s*$', 1)"
        bare = _iso(f"regexp_replace({column}, '\\s*[A-Z]+\\s*$', '')")
        text = f"({bare} - to_minutes(coalesce(CASE {word} {cases} END, 0)))"
    elif found.name == "formats":
        spaced = (
            f"CASE WHEN contains({column}, '  ') OR contains({column}, ', ') "
            f"THEN regexp_replace({column}, ',? +', ' ', 'g') ELSE {column} END"
            if any("," not in f for f in found.formats)
            else column
        )
        dated = f"'{int(year or 1970)} ' || ({spaced})" if found.year_missing else spaced
        listing = ", ".join("'" + item.replace("'", "''") + "'" for item in found.formats)
        text = f"coalesce(try_strptime({dated}, [{listing}]), {general})"
        return f"({text})::TIMESTAMP" if found.zoned else _moved(column, text, zone, mixed=False)
    else:
        text = _iso(column)
    # A word that may mean several zones names none.
    return _moved(column, text, zone, mixed=found.name != "worded" or found.zoned)


#: What names its own zone, or is an epoch, in the spelling of a whole column.
NAMED = r"[A-Za-z]\s*$|:\d\d(?:[.,:]\d+)?\s*[+-]\d{2}(?::?\d{2})?\s*$|^\d{9,}(?:\.\d+)?$|m=[+-]"


def _moved(column: str, text: str, zone: str | None, *, mixed: bool = True) -> str:
    """A time with what names no zone put where that zone's clocks say it; what names one stays."""
    if not zone or zone == "UTC":
        return text
    place = moment.zone(zone)
    if isinstance(place, moment.Fixed):
        moved = f"({text} - to_minutes({round(place.away.total_seconds() / 60)}))"
    else:
        name = place.key.replace("'", "''")
        moved = f"(timezone('UTC', timezone('{name}', {text})))"
    return f"CASE WHEN regexp_matches({column}, '{NAMED}') THEN {text} ELSE {moved} END" if mixed else moved


#: What DuckDB doesn't take as people write it, in order: Go's clock, slashes, commas, minutes alone, long fractions,
#: offsets without a colon, the word UTC.
_MENDS = (
    (r"\s+m=.*$", ""),
    (r"^(\d{4})/(\d{2})/", r"\1-\2-"),
    (r"(:\d{2}:\d{2})[,:](\d{1,9})", r"\1.\2"),
    (r"^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2})(\s*(?:Z|UTC|[+-]\d{2}:?\d{2}))?$", r"\1:00\2"),
    (r"(\.\d{6})\d+", r"\1"),
    (r"\s*([+-]\d{2}):?(\d{2})(?:\s+(?:UTC|GMT))?$", r"\1:\2"),
    (r"\s*(?:UTC|GMT)$", "+00"),
    (r"\s+Z$", "Z"),
)


def _iso(column: str) -> str:
    """ISO text as naive UTC: straight for what ends in Z, through the aware type for offsets, mended where it must be.

    A cast to TIMESTAMP ignores an offset, so only text without one may take it.
    """
    straight = f"CASE WHEN suffix({column}, 'Z') THEN try_cast({column} AS TIMESTAMP) END"
    # log4j and Python write a comma before milliseconds: what is as long as that names no zone.
    comma = (
        f"CASE WHEN strlen({column}) = 23 AND {column}[20] = ',' "
        f"THEN try_cast({column}[:19] || '.' || {column}[21:] AS TIMESTAMP) END"
    )
    # An offset behind a blank is no zone to the engine, which looks for its name among all, a quarter of a millisecond.
    aware = (
        f"CASE WHEN NOT regexp_matches({column}, '\\s[+-]\\d') "
        f"THEN make_timestamp(epoch_us(try_cast({column} AS TIMESTAMPTZ))) END"
    )
    text = column
    for pattern, replacement in _MENDS:
        text = f"regexp_replace({text}, '{pattern}', '{replacement}')"
    return (
        f"coalesce({straight}, {comma}, {aware}, make_timestamp(epoch_us(try_cast({text} AS TIMESTAMPTZ))))"
    )


def _epoch(column: str) -> str:
    number = f"try_cast({column} AS DOUBLE)"
    whole = f"try_cast({column} AS HUGEINT)"
    return (
        f"CASE WHEN {number} IS NULL THEN NULL "
        f"WHEN {number} >= 1e17 THEN make_timestamp(({whole} // 1000)::BIGINT) "
        f"WHEN {number} >= 1e14 THEN make_timestamp({whole}::BIGINT) "
        f"WHEN {number} >= 1e11 THEN make_timestamp(round({number} * 1000)::BIGINT) "
        f"WHEN {number} >= 1e8 THEN make_timestamp(round({number} * 1e6)::BIGINT) END"
    )


def off_label(found: Style, first: int, last: int) -> list[tuple[int, int, int]]:
    """Where the one zone word that all times name is not what clocks at its place say: from, to, by how much it is off.

    In UTC microseconds. A log that says PST all summer is written by the clock on the wall, or by a fixed one: the time
    as meant is so much later than as written.
    """
    homes = zones.LABELS.get(found.label, ())
    if len(homes) != 1 or homes[0][1] == "UTC" or last - first > 60 * 366 * 86_400_000_000:
        return []
    minutes, place = homes[0]
    said = minutes * 60_000_000
    out: list[tuple[int, int, int]] = []
    for year in range(_year_of(first), _year_of(last) + 1):
        for start, end, offset in _offsets_of(place, year):
            if offset != said and start <= last and end > first:
                out.append((start, end, said - offset))
    return out


def mislabelled(found: Style, first: str | None, last: str | None) -> list[str]:
    """A doubt, in words, where the zone word that all times name is not kept at its place in that part of the year."""
    if not found.label or not first or not last:
        return []
    low, high = (round(datetime.fromisoformat(text).timestamp() * 1e6) for text in (first, last))
    off = off_label(found, low, high)
    if not off:
        return []
    place = moment.city(zones.LABELS[found.label][0][1])
    hours = moment.duration(timedelta(microseconds=abs(off[0][2])))
    return [
        f"they say {found.label} where clocks in {place} don't: read as written; as likely meant they are "
        f"{hours} {'later' if off[0][2] > 0 else 'earlier'}, and the interval of each holds both"
    ]


@lru_cache(maxsize=64)
def _offsets_of(zone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """How far clocks are from UTC in the parts of a year: from, to (UTC microseconds), offset in microseconds."""
    place = moment.zone(zone)
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    out: list[tuple[int, int, int]] = []
    at = start
    began, offset = start, start.astimezone(place).utcoffset() or timedelta(0)
    while at < end:
        following = min(at + timedelta(days=1), end)
        now = following.astimezone(place).utcoffset() or timedelta(0)
        if now != offset:
            low, high = at, following
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (
                    (middle, high) if middle.astimezone(place).utcoffset() == offset else (low, middle)
                )
            turn = datetime.fromtimestamp(round(high.timestamp()), UTC)
            out.append((_micro(began), _micro(turn), _length(offset)))
            began, offset = turn, now
        at = following
    out.append((_micro(began), _micro(end), _length(offset)))
    return tuple(out)


def _micro(when: datetime) -> int:
    return round(when.timestamp()) * 1_000_000


def _length(span: timedelta) -> int:
    return round(span.total_seconds()) * 1_000_000


def folds(zone: str, first: int, last: int) -> list[tuple[int, int]]:
    """The hours that happen twice between two UTC microseconds: where each begins first, and how long it is."""
    years = range(_year_of(first), _year_of(last) + 1)
    out = []
    for year in years if len(years) <= 60 else ():
        for (_, turn, before), (_, _, after) in itertools.pairwise(_offsets_of(zone, year)):
            length = before - after
            if length > 0 and turn - length <= last and turn + length > first:
                out.append((turn - length, length))
    return out


def gaps(zone: str, first: int, last: int) -> list[tuple[int, int]]:
    """The hours that clocks jump over between two UTC microseconds: the wall clock at which each begins, and its length."""
    years = range(_year_of(first), _year_of(last) + 1)
    out = []
    for year in years if len(years) <= 60 else ():
        parts = _offsets_of(zone, year)
        for (_, turn, before), (_, _, after) in itertools.pairwise(parts):
            if after > before and first - 86_400_000_000 <= turn <= last + 86_400_000_000:
                out.append((turn + before, after - before))
    return out


def _year_of(microseconds: int) -> int:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)).year


def _resolution(text: str) -> int:
    match = re.search(r"\d{1,2}:\d{2}(:\d{2})?([.,:]\d+)?", text)
    if not match:
        return 86_400_000_000
    if not match.group(1):
        return 60_000_000
    digits = len(match.group(2) or "") - 1
    return 1_000_000 if digits < 1 else 10 ** max(6 - digits, 0)


def _epoch_resolution(text: str) -> int:
    whole, _, fraction = text.partition(".")
    if len(whole) >= 16:
        return 1
    if len(whole) >= 12:
        return 1000
    return 10 ** max(6 - len(fraction), 0) if fraction else 1_000_000
