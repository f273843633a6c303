"""What kind of thing an id is whose shape says nothing: learned from the places in which the data hold it.

A locator of six letters, a plain number, a number that the ticket wrote without its year: the column, the field or the
word in front of it holds the others of its kind. They are looked for only where the id is no member of a known kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from investigator import re2
from investigator.events import names
from investigator.events.names import Learned

#: So many values of a place are looked at for what shape they have; so many rows for where the id is.
VALUES_AT_MOST, ROWS_AT_MOST = 200_000, 400
#: A number that stands for a thing in another dress has so many digits without the zeros in front.
DIGITS = 4
#: What an id is made of where nothing but the place says so.
_TOKEN = r"[A-Za-z0-9](?:[A-Za-z0-9_._:/#-]*[A-Za-z0-9])?"
_IN_FRONT = re.compile(r"([A-Za-z_][A-Za-z_.-]*)([\"']?(?: ?[=:#] ?| )[\"'\[(]?)$")
#: A place is named by its field; in a message by the word in front, or by nothing where the id is the first.
Place = tuple[str, str, str]  # the source, "field" or "word", and which


def learned(
    connection: Any,
    asked: str,
    files: Sequence[str],
    kind_of: Callable[[str], tuple[str, str]],
    *,
    longer: bool = False,
) -> Learned | None:
    """Who else is of the kind of `asked`; None where nothing holds it, or several things that it could be.

    `longer` looks only for what begins with it and goes on.
    """
    wanted = _groups(asked)
    number = max((one for one in wanted if one.isdigit()), key=len, default="")
    core = number if len(number) >= DIGITS - 1 else names.fold(asked)
    if len(core) < DIGITS - 1:
        return None
    rows = connection.execute(
        "SELECT source, body, attributes FROM read_parquet(?) WHERE contains(lower(concat_ws(' ', body, "
        f"array_to_string(map_values(attributes), ' '))), ?) LIMIT {ROWS_AT_MOST}",
        [list(files), core],
    ).fetchall()
    levels: dict[str, int] = {}
    found: dict[str, Counter[Place]] = {}
    for source, body, attributes in rows:
        for token, place in _tokens(str(source), body or "", dict(attributes or {})):
            if token not in levels:
                own, text = names.fold(asked), names.fold(token)
                fits = not longer or (text.startswith(own) and text != own)
                levels[token] = agreement(asked, token) if fits else 0
            if levels[token]:
                found.setdefault(token, Counter())[place] += 1
    # Letter by letter and group by group are one thing; what agrees in its number alone counts where nothing else does.
    for least, most in ((3, 4), (2, 2), (1, 1)):
        some = {token: places for token, places in found.items() if least <= levels[token] <= most}
        ranked = sorted(some, key=lambda one: (-levels[one], -len({place[0] for place in some[one]}), one))
        if some and all(agreement(ranked[0], token) >= 3 for token in ranked):
            told = _of_places(connection, asked, ranked, some, files, kind_of)
            if told is not None:
                return told
    return None


def agreement(asked: str, token: str) -> int:
    """How surely a text is an id as it was asked for: 4 letter by letter, 3 group by group, 2 by all numbers, 1 by some.

    Zeros in front are free, a year has two or four digits, and groups may stand in another order.
    """
    if names.fold(asked) == names.fold(token):
        return 4
    one, other = Counter(_groups(asked)), Counter(_groups(token))
    if not any(part.isdigit() and len(part) >= DIGITS for part in one):
        return 0
    if _less(one, other).total() == _less(other, one).total() == 0:
        return 3
    letters = [{part for part in groups if not part.isdigit()} for groups in (one, other)]
    if letters[0] and letters[1] and not (letters[0] <= letters[1] or letters[1] <= letters[0]):
        return 0
    one, other = (Counter({part: n for part, n in some.items() if part.isdigit()}) for some in (one, other))
    left, right = _less(one, other), _less(other, one)
    if left.total() == right.total() == 0:
        return 2
    return int(max(one, key=len) in other and not (left and right))


def _less(one: Counter[str], other: Counter[str]) -> Counter[str]:
    """What of the one the other has not; a year may have two or four digits."""
    left, right = one - other, other - one
    for part in list(left):
        years = [part[2:]] if re.fullmatch("(?:19|20)[0-9]{2}", part) else [f"19{part}", f"20{part}"]
        known = next((year for year in years if right[year.lstrip("0")]), None)
        if known is not None:
            left[part] -= 1
            right[known.lstrip("0")] -= 1
    return +left


def _groups(text: str) -> list[str]:
    """Letters and numbers of an id, without zeros in front."""
    return [one.lstrip("0") if one.isdigit() else one for one in re.findall("[0-9]+|[a-z]+", text.lower())]


def _tokens(source: str, body: str, attributes: dict[str, str]) -> Iterator[tuple[str, Place]]:
    """What may be an id in an event, and where it stands."""
    for key, value in attributes.items():
        if value and re.fullmatch(_TOKEN, value):
            yield value, (source, "field", key)
    line = body.split("\n", 1)[0]
    for match in re.finditer(_TOKEN, line):
        before = _IN_FRONT.search(line[: match.start()])
        if before or not line[: match.start()].strip("[(\"' "):
            yield match[0], (source, "word", before[1] if before else "")


def _of_places(
    connection: Any,
    asked: str,
    ranked: list[str],
    found: dict[str, Counter[Place]],
    files: Sequence[str],
    kind_of: Callable[[str], tuple[str, str]],
) -> Learned | None:
    """The others that stand where this one does: in the best spelling, or in another one where more of them stand."""
    chosen: tuple[str, Place] | None = None
    held: dict[tuple[str, Place], list[str]] = {}
    shapes: dict[tuple[str, Place], str] = {}
    for token in ranked:
        for place in sorted(found[token]):
            values = _values(connection, place, files)
            shape = names.shaped(values) if len(values) >= names.ROWS and token in values else None
            if shape is not None and 2 * sum(map(_tells, values)) >= len(values):
                held[token, place], shapes[token, place] = values, shape
        own = [one for one in held if one[0] == token]
        if not own:
            continue
        widest = max(own, key=lambda one: (one[1][1] == "field", len(held[one])))
        if chosen is None or _wider(held[widest], held[chosen]):
            chosen = widest
    if chosen is None:
        return None
    token, place = chosen
    values, shape = held[chosen], shapes[chosen]
    _, pattern = kind_of(token)
    if pattern != re.escape(token) and sum(re2.matches(f"^(?:{pattern})$", values)) >= names.SHARE * len(
        values
    ):
        return Learned(asked, token, pattern, place[0], place[2])
    same = [some for (one, _), some in held.items() if one == token]
    fits = f"^(?:{shape})$"
    known = {value for some in same for value, fit in zip(some, re2.matches(fits, some), strict=True) if fit}
    return Learned(asked, token, shape, place[0], place[2], tuple(sorted(known)))


def _wider(values: Sequence[str], chosen: Sequence[str]) -> bool:
    """Whether a place holds nearly all that the chosen one holds, in another spelling, and clearly more."""
    one, other = ({tuple(sorted(_groups(value))) for value in some} for some in (values, chosen))
    return len(one) * names.SHARE > len(other) and len(one & other) >= names.SHARE * len(other)


def _tells(value: str) -> bool:
    """Whether a text looks like an id at all: with a figure in it, or in capitals alone."""
    return any(map(str.isdecimal, value)) or (value.isupper() and len(value) >= DIGITS)


def _values(connection: Any, place: Place, files: Iterable[str]) -> list[str]:
    source, kind, key = place
    if kind == "field":
        value, given = "attributes[?]", [key]
    else:
        lead = rf"\b{re.escape(key)}[\"']?(?: ?[=:#] ?| )[\"'\[(]?" if key else r"^[\[(\"' ]*"
        value, given = "regexp_extract(body, ?, 1)", [f"{lead}({_TOKEN})"]
    rows = connection.execute(
        f"SELECT DISTINCT held FROM (SELECT {value} AS held FROM read_parquet(?) WHERE source = ?) "
        f"WHERE regexp_full_match(held, ?) ORDER BY held LIMIT {VALUES_AT_MOST}",
        [*given, list(files), source, _TOKEN],
    ).fetchall()
    return [str(value) for (value,) in rows]
