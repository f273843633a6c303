"""A query as a condition on events: the same lines on every engine.

Words, phrases and fields are compared in small letters, and a number at the edge of a word is whole. A word is looked for in what a line says: its message, the
names and values of its attributes, its service, host, word of severity and name of a metric; a trace or an id by its
beginning. The name of the file is no part of a line: ask for it with source:NAME. Patterns are RE2's, and checked
before any line is looked at; `^` and `$` are the ends of a line of the message, `.` is no end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from investigator import re2
from investigator.asked import COMPARES, DEGREES, FIELD, PATTERN, WORD, Query, Term, asked
from investigator.errors import ParameterError
from investigator.events import schema

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Keys that are columns of an event, by the words that people use for them.
COLUMNS = {
    **{name: name for name in ("source", "kind", "service", "host", "trace_id", "span_id", "name", "body")},
    "severity": "severity_text",
    "level": "severity_text",
    "trace": "trace_id",
    "span": "span_id",
    "message": "body",
    "msg": "body",
    "file": "source",
}
#: A trace or a hash is found by so many of its first characters, or more.
BEGINNING = 6
_HASH = "^[0-9a-f]{12}$"  # the name of a line's kind; the name of a metric is a word
_EDGE = r"[^\\p{L}\\p{N}_]".replace("\\\\", "\\")
#: What stands between a key and its value in a message: lane=x, lane: x, "lane":"x".
_BETWEEN = r"[\"']?\s*[=:]\s*[\"']?"


def condition(query: Query | str, table: ir.Table, *, message: bool = False) -> Any:
    """Whether a line is one of those asked for, as an Ibis expression over `table`; `message` looks in the body alone."""
    given = asked(query) if isinstance(query, str) else query
    for term in given.terms:
        if term.kind == PATTERN:
            check_pattern(term.text)
    return reduce(
        and_, [reduce(or_, [_one(term, table, message) for term in clause]) for clause in given.clauses]
    )


def _one(term: Term, table: ir.Table, message: bool) -> Any:
    found = term_condition(term, table, message=message)
    return ~found.fill_null(False) if term.without else found


def term_condition(term: Term, table: ir.Table, *, message: bool = False) -> Any:
    """Whether a line has a term, whether it is asked for or asked to be without."""
    if term.kind == FIELD:
        return _field(term, table, message)
    if term.kind == PATTERN:
        pattern = f"(?m-s:{term.text})"
        return _anywhere(table, lambda text: text.re_search(pattern), message)
    if term.kind == WORD:
        word, whole = _number_edges(term.text)
        small = _small(word)
        if whole:
            alternatives = _anywhere(
                table, lambda text: text.lower().contains(small) & text.lower().re_search(whole), message
            )
        else:
            alternatives = _anywhere(table, lambda text: text.lower().contains(small), message)
        return alternatives if message else alternatives | _begins(table, word)
    pattern = _edged(r"\s+".join(re.escape(part) for part in term.text.lower().split()), term.text.strip())
    longest = _small(max(term.text.split(), key=len))
    alternatives = _anywhere(
        table, lambda text: text.lower().contains(longest) & text.lower().re_search(pattern), message
    )
    return alternatives if message else alternatives | _begins(table, term.text.strip())


def _number_edges(text: str) -> tuple[str, str]:
    """A word without its stars, and a pattern where a number at its edge must be whole; a hash may go on."""
    word = text.strip("*") or text
    if re.fullmatch("(?=.*[a-f])(?=.*[0-9])[0-9a-f]{6,}", word):
        return word, ""
    before = "(^|[^0-9])" if word[0].isdigit() and not text.startswith("*") else ""
    after = "($|[^0-9])" if word[-1].isdigit() and not text.endswith("*") else ""
    return word, f"{before}{re.escape(word.lower())}{after}" if before or after else ""


def _small(text: str) -> Any:
    """A text in small letters, as the engine makes them of lines."""
    import ibis

    return ibis.literal(text).lower()


def _anywhere(table: ir.Table, has: Callable[[Any], Any], message: bool) -> Any:
    """Whether any text of a line has something: first those that cost least."""
    if message:
        return has(table.body)
    name = has(table.name) & ~table.name.re_search(_HASH)
    attributes = table.attributes
    return (
        has(table.body)
        | has(table.service)
        | has(table.severity_text)
        | has(table.host)
        | name
        | has(attributes.values().join("\n"))
        | has(attributes.keys().join("\n"))
    )


def _begins(table: ir.Table, text: str) -> Any:
    """Whether a trace, a span or the name of a line's kind begins so."""
    import ibis

    if len(text) < BEGINNING or not re.fullmatch(r"[\w:-]+", text, flags=re.A):
        return ibis.literal(False)
    small = text.lower()
    return (
        table.trace_id.startswith(small) | table.span_id.startswith(small) | table.name.startswith(small)
        if small == text
        else table.trace_id.lower().startswith(small) | table.span_id.lower().startswith(small)
    )


def _edged(pattern: str, text: str) -> str:
    """A pattern that is found as a whole: beside a letter, a digit or _ of its edges stands none."""
    before = rf"(^|{_EDGE})" if _wordlike(text[:1]) else ""
    after = rf"($|{_EDGE})" if _wordlike(text[-1:]) else ""
    return f"{before}{pattern}{after}"


def _wordlike(character: str) -> bool:
    return character.isalnum() or character == "_"


# -- fields ----------------------------------------------------------------------------------------------------


def _field(term: Term, table: ir.Table, message: bool) -> Any:
    key = term.key.lower()
    if term.op in COMPARES:
        return _compared(term, table, message)
    if term.text == "*":
        return has_key(term.key, table, message=message)
    column = COLUMNS.get(key)
    if column == "body":
        return _said(term, table.body)
    inside = _inside(term, table.body)
    if message:
        return inside
    found = _said(term, table.attributes.get(term.key)) | inside
    if column is not None:
        found = found | _said(term, table[column])
    degree = schema.SEVERITY_WORDS.get(term.text.lower()) if key in DEGREES else None
    if degree is not None:
        # "error" is also what the source calls ERR: the four steps of OpenTelemetry that are one degree.
        first = (degree - 1) // 4 * 4 + 1
        found = found | table.severity_number.between(first, first + 3)
    return found


def _said(term: Term, text: Any) -> Any:
    """Whether a column is a field's value, or has it in it as a word would be found."""
    if term.op == "=":
        return text.lower() == _small(term.text)
    word, whole = _number_edges(term.text)
    found = text.lower().contains(_small(word))
    return found & text.lower().re_search(whole) if whole else found


def _inside(term: Term, body: Any) -> Any:
    """Whether a message says a field in one of the usual ways: lane=unrouted, lane: unrouted, "lane":"unrouted"."""
    if term.op == "=":
        word = term.text
        value = rf"{re.escape(word.lower())}\.?($|[^\p{{L}}\p{{N}}_.-])"
    else:
        word, whole = _number_edges(term.text)
        before = r"([^\s\"',;]*[^0-9\s\"',;])?" if whole.startswith("(^|") else r"[^\s\"',;]*"
        value = f"{before}{re.escape(word.lower())}{'($|[^0-9])' if whole.endswith('[^0-9])') else ''}"
    small = body.lower()
    return (
        small.contains(_small(term.key))
        & small.contains(_small(word))
        & small.re_search(_keyed(term.key) + value)
    )


def _keyed(key: str) -> str:
    return rf"(^|[^\p{{L}}\p{{N}}_.-]){re.escape(key.lower())}{_BETWEEN}"


def has_key(key: str, table: ir.Table, *, message: bool = False) -> Any:
    """Whether a line has a field of that name at all."""
    small = table.body.lower()
    found = small.contains(_small(key)) & small.re_search(_keyed(key))
    if COLUMNS.get(key.lower()) == "body":
        return table.body != ""
    if message:
        return found
    column = COLUMNS.get(key.lower())
    there = table.attributes.get(key).notnull()
    if key.lower() == "value":
        there = there | table.value.notnull()
    return found | there if column is None else found | there | table[column].notnull()


#: A number, and what may stand behind it where it has no unit: what is written as 97ms is no 97.
_DIGITS = r"([-+]?[0-9]+(?:\.[0-9]+)?)"
_BARE = r"\.?(?:$|[^\p{L}\p{N}_.%])"


def numbers(term: Term, table: ir.Table, *, message: bool = False) -> list[Any]:
    """The numbers that a line has for a field, each null where it has none: in its columns, attributes and message."""
    if term.key.lower() in DEGREES and term.text.isalpha():
        return [table.severity_number.cast("float64")]
    unit = re.escape(term.unit.lower())
    after = rf"\s?{unit}(?:$|[^\p{{L}}\p{{N}}_])" if unit else _BARE
    small = table.body.lower()
    said = small.contains(_small(term.key)).ifelse(
        small.re_extract(_keyed(term.key) + _DIGITS + after, 2), ""
    )
    out = [said.nullif("").try_cast("float64")]
    if message:
        return out
    held = table.attributes.get(term.key)
    if unit:
        out.append(held.lower().re_extract(rf"^{_DIGITS}\s?{unit}$", 1).nullif("").try_cast("float64"))
        return out
    out.append(held.try_cast("float64"))
    if term.key.lower() == "value":
        out.append(table.value)
    if term.key.lower() in DEGREES:
        out.append(table.severity_number.cast("float64"))
    return out


def written(key: str, table: ir.Table) -> Any:
    """What a line has for a field as text: its attribute, else what stands behind the key in its message."""
    small = table.body.lower()
    said = small.re_extract(_keyed(key) + r"([^\s\"',;]+)", 2).nullif("")
    return table.attributes.get(key).coalesce(said)


def _compared(term: Term, table: ir.Table, message: bool) -> Any:
    limit: float
    if term.text.isalpha():
        degree = schema.SEVERITY_WORDS.get(term.text.lower())
        if degree is None:
            raise ParameterError(
                f"'{term.text}' is no severity.",
                "There are: trace, debug, info, warning, error, fatal.",
                f"Write {term.key}{term.op}error, or a number from 1 to 24.",
            )
        limit = float((degree - 1) // 4 * 4 + (4 if term.op in (">", "<=") else 1))
    else:
        limit = term.number
    compare = {
        ">": lambda n: n > limit,
        ">=": lambda n: n >= limit,
        "<": lambda n: n < limit,
        "<=": lambda n: n <= limit,
    }[term.op]
    return reduce(or_, [compare(number) for number in numbers(term, table, message=message)])


# -- patterns --------------------------------------------------------------------------------------------------

_PROBES = ("", "a", "A1 b_2", "x=1, y: 'z' (0.5) /w-v", "\t- \n.")


def check_pattern(pattern: str) -> None:
    """Refuse, in words, what RE2 does not take, and what is found where there is nothing: it would be in every line."""
    import pyarrow as pa
    import pyarrow.compute as pc

    shown, whole = pattern.removeprefix("(?i)"), f"(?m-s:{pattern})"
    problem = re2.refused(whole)
    if problem:
        raise ParameterError(
            f"The pattern /{shown}/ can't be used: {problem}.",
            "Patterns are RE2's, which take no longer the worse they are written: no looking ahead or behind, no back references.",
            'Mend it, or search for words: lost OR gone, "two words", -without.',
        )
    probes = pa.array(_PROBES, pa.large_string())
    found = pc.match_substring_regex(probes, whole)
    without = pc.replace_substring_regex(probes, whole, "")
    if pc.any(pc.and_(found, pc.equal(probes, without))).as_py():  # what was found there has no width
        raise ParameterError(
            f"The pattern /{shown}/ is also found where there is nothing, so it is in every line.",
            "A pattern has to take at least one character.",
            "Write + for *, or add a word that must be there.",
        )
