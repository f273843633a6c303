"""What people type to look for lines: words, phrases, fields and patterns, as a small frozen value.

    unrouted older_than          lines with both words, in any order, capitals or not, also inside longer words
    DOC-471                      a number at its edge is whole: not in DOC-4711; DOC-471* also there
    "connection refused"         these words side by side, whole
    unrouted OR lost             either
    -healthcheck                 lines without it (NOT healthcheck says the same)
    lane=unrouted  lane:rout     a field that is this, or has this in it; lane:* has any
    took>500  took>500ms         a field that is a number above this, written with this unit; severity>=warn
    /order \\d+ (lost|gone)/      a pattern (RE2); /.../i takes capitals as small letters

What a query asks is its text: it is plain JSON, and read again it is the same query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from investigator.errors import ParameterError

LONGEST, MOST = 1_000, 40
WORD, PHRASE, FIELD, PATTERN = "word", "phrase", "field", "pattern"
#: How a field is compared. `:` is "has in it", the others are what they are in arithmetic.
COMPARES = (">", ">=", "<", "<=")

_FIELD = re.compile(
    r"(?P<key>[A-Za-z_@][\w.@/-]*)(?P<op>!=|>=|<=|[:=<>])(?P<value>\"(?:\\.|[^\"\\])*\"(?=\s|$)|\S+)"
)
_PHRASE = re.compile(r'"((?:\\.|[^"\\])*)"(?=\s|$)')
_PATTERN = re.compile(r"/((?:\\.|[^/\\])+)/(i?)(?=\s|$)")
_PLAIN = re.compile(r"(?!(?:AND|OR|NOT)$)\w[\w.-]*")
_NUMBER = re.compile(r"(?P<number>[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?P<unit>[A-Za-zµ%]{0,8})")
_LINE = re.compile(r"[0-9a-f]{12}(!\S+)?:\d+(-\d+)?")
#: Words that stand for a degree of severity and so may be compared.
DEGREES = ("severity", "level")


@dataclass(frozen=True)
class Term:
    """One thing that is looked for. `kind` is word, phrase, field or pattern; `key` and `op` are those of a field."""

    kind: str
    text: str
    key: str = ""
    op: str = ""
    without: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.without else ''}{self.bare}"

    @property
    def bare(self) -> str:
        """It without the minus before it."""
        if self.kind == PATTERN:
            folded = self.text.startswith("(?i)")
            inner = self.text.removeprefix("(?i)")
            return (
                "/"
                + re.sub(r"(\\.)|/", lambda m: m[1] or r"\/", inner, flags=re.S)
                + ("/i" if folded else "/")
            )
        if self.kind == FIELD:
            plain = not re.search(r'[\s"\\]', self.text) and _FIELD.fullmatch(
                f"{self.key}{self.op}{self.text}"
            )
            return f"{self.key}{self.op}{self.text if plain else _quoted(self.text)}"
        return _quoted(self.text) if self.kind == PHRASE else self.text

    @property
    def number(self) -> float:
        """The number that a field is compared with."""
        return float(self._measure["number"])

    @property
    def unit(self) -> str:
        """The unit behind that number, such as ms; only what is written with the same one is compared."""
        return str(self._measure["unit"])

    @property
    def _measure(self) -> re.Match[str]:
        match = _NUMBER.fullmatch(self.text)
        assert match is not None, self.text
        return match


@dataclass(frozen=True)
class Query:
    """What is looked for: of each clause at least one term must be so."""

    clauses: tuple[tuple[Term, ...], ...]

    def __str__(self) -> str:
        return " ".join(" OR ".join(map(str, clause)) for clause in self.clauses)

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms, in order."""
        return tuple(term for clause in self.clauses for term in clause)


def asked(text: str) -> Query:
    """The query that a text says; raises ParameterError, in words, where it says none."""
    given = str(text)
    if len(given) > LONGEST:
        raise ParameterError(
            f"This search has {len(given):,} characters.",
            f"It may have {LONGEST:,}.",
            "Search for a part of it.",
        )
    if re.search(r"[\x00\ud800-\udfff]", given):
        raise ParameterError(
            "This search holds a character that no line can hold.",
            "",
            "Type the words instead of pasting them.",
        )
    clauses: list[list[Term]] = []
    either = without = False
    at = 0
    while True:
        at += len(given[at:]) - len(given[at:].lstrip())
        if at >= len(given):
            break
        end = next((n for n in range(at, len(given)) if given[n].isspace()), len(given))
        if given[at:end] in ("AND", "OR", "NOT"):
            word = given[at:end]
            if word == "OR" and (not clauses or either or without):
                raise _dangling("OR")
            either, without = either or word == "OR", word == "NOT" or (without and word != "AND")
            at = end
            continue
        minus = given[at] == "-" and end > at + 1
        term, at = _term(given, at + minus, end, without or minus)
        if either:
            clauses[-1].append(term)
        else:
            clauses.append([term])
        either = without = False
    if either or without:
        raise _dangling("OR" if either else "NOT")
    if not clauses:
        raise ParameterError(
            "This search is empty.",
            "A search is words, such as unrouted older_than.",
            'Also: "two words", -without, key=value, took>500, /pattern/.',
        )
    query = Query(tuple(map(tuple, clauses)))
    _checked(query)
    return query


def _term(text: str, at: int, end: int, without: bool) -> tuple[Term, int]:
    """The term that begins there, and where it ends."""
    if text[at] == '"':
        match = _PHRASE.match(text, at)
        if match is None:
            raise ParameterError(
                "A quotation mark opens and does not close, or something follows it at once.",
                f"It begins: {text[at : at + 40]}",
                'Write "two words" with a mark at both ends; inside it a mark is \\".',
            )
        return Term(PHRASE, _unquoted(match[1]), without=without), match.end()
    if match := _PATTERN.match(text, at):
        pattern = re.sub(r"\\(.)", lambda m: "/" if m[1] == "/" else m[0], match[1], flags=re.S)
        return Term(PATTERN, ("(?i)" if match[2] else "") + pattern, without=without), match.end()
    match = _FIELD.match(text, at)
    if match and (found := _field(match, without)):
        return found, match.end()
    word = text[at:end]
    inner = word.strip("*")  # a word is found inside longer ones anyway; a number is not, unless it is said
    if _PLAIN.fullmatch(inner) and not _numbered(inner):
        word = inner
    return Term(WORD, word, without=without), end


def _numbered(word: str) -> bool:
    return word[:1].isdigit() or word[-1:].isdigit()


def _field(match: re.Match[str], without: bool) -> Term | None:
    key, op, value = match["key"], match["op"], match["value"]
    quoted = value.startswith('"')
    if quoted and value.endswith('"') and len(value) > 1:
        value = _unquoted(value[1:-1])
    if op == "!=":
        op, without = "=", not without
    if op in COMPARES:
        if _NUMBER.fullmatch(value) or (key.lower() in DEGREES and value.isalpha()):
            return Term(FIELD, value, key, op, without)
        if value[:1].isdigit():
            raise ParameterError(
                f"'{match[0]}' compares with no number.",
                "A field is compared with a number, with a unit or without: took>500, took>500ms.",
                f"Write {key}{op} and a number; {key}:{value} finds it as text.",
            )
        return None  # List<String> is a word like any other
    # http://x and a::b are words, as is an error with nothing behind its colon.
    return None if not quoted and value[:1] in (":", "/", "=", "\\") else Term(FIELD, value, key, op, without)


def _checked(query: Query) -> None:
    if len(query.terms) > MOST:
        raise ParameterError(
            f"This search has {len(query.terms)} terms.", f"It may have {MOST}.", "Search for fewer at once."
        )
    brackets = any(len(clause) > 1 for clause in query.clauses)
    for term in query.terms:
        if term.kind == WORD and _LINE.fullmatch(term.text):
            raise ParameterError(
                f"'{term.text}' names a line, and no line speaks of its own place.",
                "",
                f"To see it: inv around {term.text}",
            )
        if term.kind == FIELD and _LINE.fullmatch(term.bare):
            raise ParameterError(f"'{term.bare}' names a line.", "", f"To see it: inv around {term.bare}")
        if term.kind == WORD and len(term.text) == 1 and ord(term.text) < 0x2E80:
            raise ParameterError(
                f"'{term.text}' is one character, and nearly every line has it.",
                "A word has at least two.",
                f'Give a longer word; or "{term.text}" in quotation marks, where it stands alone.',
            )
        if term.kind == PHRASE and not term.text.strip():
            raise ParameterError("There is nothing between the quotation marks.", "", "Put words there.")
        if brackets and term.kind == WORD and (term.text.startswith("(") or term.text.endswith(")")):
            raise ParameterError(
                "Brackets group nothing in a search.",
                "OR joins the two terms beside it: a OR b c is (a or b), and c.",
                'Leave them out; to look for a bracket itself write "(".',
            )


def _dangling(word: str) -> ParameterError:
    return ParameterError(
        f"{word} has nothing beside it.",
        "OR stands between two terms, NOT before one.",
        f'To look for the word itself write "{word}".',
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.S)
