"""One thing, many names: spellings of an id that agree letter by letter, and other ids that a table holds beside it.

A spelling joins where letters and digits agree without case and separators: HB-0043255, hb0043255, "hb 0043255". Another
id joins where a column holds it beside the first one to one, over at least twenty rows. A row that names several ids of
one kind joins none of them; a column of consecutive numbers joins none, unless each is the id's own number.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from investigator import re2
from investigator.events import counters

#: A column is another name of a thing from so many rows on, and where so many of its values are.
ROWS, SHARE = 20, 0.98
#: So many lines of a log are read for what they hold beside an id; tables are read whole.
LINES = 5_000
#: Of the texts of a shape that a kind of message holds, so many must be known names before any of them is one.
KNOWN = 0.5
SAMPLE = 2_000
#: So many numbers in a row are no date and no address.
ROW = 5
#: A number of fewer digits is no number of a thing.
DIGITS = 4
#: Figures and letters in turn are hexadecimal from so many on.
HEXADECIMAL = 6
#: So many things have one name only.
TRIED = 0.6
#: So many rows that say otherwise are no mistake.
BESIDE = 3
#: Names of names are looked for so many times.
ROUNDS = 3
#: A word of a message and what stands behind it; moments, sums and digests of contents are no names.
#: What stands behind a word holds a figure: in "lifted crate_no=17" the first word says nothing of the second.
_WORD = (
    r"""([A-Za-z_][A-Za-z_.-]*)["']?(?: ?[=:#] ?| )["'\[(]?"""
    r"""((?:[A-Za-z][A-Za-z._:/#-]*)?[0-9](?:[A-Za-z0-9_._:/#-]*[A-Za-z0-9])?)"""
)
_FIRST = (
    r"""^[\["'(]*((?:[A-Za-z][A-Za-z._:/#-]*)?[0-9](?:[A-Za-z0-9._:/#-]*[A-Za-z0-9])?)(?:$|[^A-Za-z0-9=])"""
)
#: What a message holds behind a word, by the word; and what it begins with, by nothing.
_SAID = (
    "CASE WHEN kind <> 'record' THEN list_append(list_transform(regexp_extract_all(body, ?), x -> "
    "{'key': regexp_extract(x, ?, 1), 'value': regexp_extract(x, ?, 2)}), {'key': '', 'value': regexp_extract(body, ?, 1)}) "
    "ELSE [] END"
)
_NO_NAME = (
    "^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}:[0-9]{2}.*|[-+]?[0-9]+[.][0-9]+|[0-9.]+ms"
    "|[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9]{1,3}(?:[.][0-9]{1,3}){3}(?::[0-9]+)?)$"
)
#: A field that tells contents apart is no name either, whatever it holds.
_CONTENT = (
    r"(?i)(?:^|[._-])(?:sha-?[0-9]*|md5|crc32c?|check_?sum|digest|e_?tag|[a-z]*hash|sum|signature"
    r"|bytes|size|length|len|count|amount|total|price|weight|ms|millis|seconds|duration|took(?:_ms)?)$"
)
_MARK = r"(?:\\?[-_:#/. ])"
#: What the pattern of an id is made of: letters as they are, marks, numbers, and letters that differ.
_PART = rf"[A-Za-z][A-Za-z_]*|{_MARK}|\[0-9\](?:\+|\{{[0-9]+\}})|\[A-Za-z\]\{{[0-9]+\}}"
#: Classes of figures and letters, just so many of each.
_FIGURED = r"(?:\[[0-9A-Za-z-]*[A-Za-z][0-9A-Za-z-]*\]\{[0-9]{2,}\}|\[0-9\]|\[0-7\])+"
#: Numbers without a word before them are ids from so many digits on, and then of just so many.
WIDTH = 9
_BETWEEN, _CLOSE = "[-_:#/. ]?", "[-_:#/.]?"


@dataclass(frozen=True)
class Join:
    """A column that holds another id of the same things: where, and over how many of them."""

    kind: str
    source: str
    key: str
    ids: int
    example: str  # an id, and the same thing's other name
    other: str
    number: bool = False  # joined by the number in it, not by a row that holds both
    leads: tuple[str, ...] = ()  # numbers of rows are names only behind these words

    @property
    def place(self) -> str:
        """The source and the column, as they are refused."""
        return f"{self.source}: {self.key}"

    def __str__(self) -> str:
        if self.number:
            where = f"in {self.key}" if self.key else "where its messages begin"
            return f"{self.other} is {self.example}: {self.source} holds its number {where}, of {self.ids:,}"
        what = self.key or "what its messages begin with"
        return f"{self.other} is {self.example}: {self.source} holds {what} beside it, one to one for {self.ids:,}"


@dataclass(frozen=True)
class Learned:
    """The others of an id's kind: a pattern that says who they are, or all of them where only their place does."""

    asked: str
    id: str  # as the data write it
    pattern: str
    source: str
    key: str
    values: tuple[str, ...] = ()  # none where the pattern tells

    @property
    def place(self) -> str:
        """The source and the column, as they are refused."""
        return f"{self.source}: {self.key}"

    def __str__(self) -> str:
        others = f"others like it stand in {self.source}" + (f" as {self.key}" if self.key else "")
        if self.asked == self.id:
            return f"{self.id} is an id: {others}"
        return f"{self.asked} is {self.id}: {others}"


@dataclass(frozen=True)
class Together:
    """The patterns of kinds as the data write them, what holds other names, and whether there are any."""

    patterns: dict[str, str]
    joins: tuple[Join, ...]
    anew: bool  # a later load could join more of them


def fold(text: str) -> str:
    """An id without case and separators: what two spellings of it share."""
    return re.sub("[^a-z0-9]", "", text.lower())


def folded(expression: str) -> str:
    """The same in SQL, of an expression."""
    return f"regexp_replace(lower({expression}), '[^a-z0-9]', '', 'g')"


#: So many ids of a kind are written in another case, at least, where that is how a source writes them.
CASED = 5


def loosened(pattern: str) -> str | None:
    """A pattern that finds the ids of a kind in other spellings too; None where it is none that `written_as` makes.

    Case and separators are free, and numbers behind the first may be written as one with it. Of ids whose letters are
    figures (a ULID) the case alone is.
    """
    if re.fullmatch(_FIGURED, pattern):
        return f"(?i:{pattern})"
    if figured := re.fullmatch(rf"([A-Za-z][A-Za-z_]*){_MARK}(\[0-9A-F\]\{{[0-9]+\}})", pattern):
        return rf"(?i:{figured[1]}{_BETWEEN}{figured[2]})"
    if not re.fullmatch(f"(?:{_PART})+", pattern):
        return None
    kept = [part for part in re.findall(_PART, pattern) if not re.fullmatch(_MARK, part)]
    worded = kept[0][0].isalpha()
    if not any(part.startswith("[0-9]") for part in kept) or (worded and "[0-9]{" in pattern):
        return None
    if not worded and sum(map(int, re.findall(r"\{([0-9]+)\}", pattern))) < WIDTH:
        return None
    return _loose(kept, _BETWEEN, _BETWEEN)


def searched(pattern: str, asked: str = "") -> str:
    """The pattern by which the ids of a kind are looked for in a text, in other spellings too.

    Who parts a number from the next one by a space does so before the first as well: in "INV2026001004 426" the last is
    none. But for who asks so: then numbers of about so many figures are looked for as well.
    """
    kept = [part for part in re.findall(_PART, pattern) if not re.fullmatch(_MARK, part)]
    loose = loosened(pattern)
    if loose is None or sum(part.startswith("[0-9]") for part in kept) < 2 or not kept[0][0].isalpha():
        return loose or pattern
    ways = [_loose(kept, " ", _BETWEEN), _loose(kept, _CLOSE, _CLOSE)]
    if re.match("[A-Za-z_]+[0-9]", asked) and " " in asked:
        widths = [(max(len(run) - 1, 1), len(run) + 1) for run in re.findall("[0-9]+", asked)]
        exact = iter(f"[0-9]{{{low},{high}}}" for low, high in widths)
        ways.insert(0, f"(?i:{re.sub(re.escape('[0-9]+'), lambda _: next(exact), pattern)})")
    return f"(?:{'|'.join(ways)})"


def _loose(kept: Sequence[str], first: str, mark: str) -> str:
    """The parts of a pattern with one mark before the first number, and another between all others."""
    text, seen = "", False
    for number, part in enumerate(kept):
        figures = part.startswith("[0-9]")
        # A number between letters has its ends: it may be written in groups, "PX 000007 645 DE".
        if part == "[0-9]+" and 0 < number < len(kept) - 1 and kept[number - 1][0].isalpha():
            part = "[0-9]+(?: [0-9]+){0,5}" if not kept[number + 1].startswith("[0-9]") else part
        between = "" if not number else first if figures and not seen else mark
        if part == "[0-9]+" and seen:
            text += f"(?:{mark}[0-9]+)?"
        elif part[0].isalpha():
            text += between + mark.join(f"(?i:{word})" for word in part.split("_") if word)
        else:
            text, seen = text + between + part, seen or figures
    return text


def shaped(values: Sequence[str]) -> str | None:
    """The pattern of texts of one shape, in any case; None where they are of several or say nothing."""
    shapes: dict[str, list[list[str]]] = {}
    for value in values:
        runs = re.findall(r"[A-Za-z0-9]+|[^A-Za-z0-9]+", value)
        shapes.setdefault("|".join("x" if run[0].isalnum() else run for run in runs), []).append(runs)
    most = max(shapes.values(), key=len, default=[])
    if len(most) < SHARE * len(values):
        return None
    out = ""
    for column in zip(*most, strict=True):
        least, longest = min(map(len, column)), max(map(len, column))
        if not column[0][0].isalnum():
            out += re.escape(column[0])
        elif len(set(column)) == 1:
            out += f"(?i:{column[0]})"
        else:
            among = next(
                known
                for known in ("[0-9]", "[0-9a-fA-F]", "[0-9A-Za-z]")
                if all(re.fullmatch(f"{known}+", run) for run in column)
            )
            out += f"{among}{{{least},{longest}}}"
    return out


def parted_or_not(pattern: str) -> str:
    """A pattern of `shaped` that is found with other marks between its parts too, or with none."""
    parts = re.findall(r"\[[^]]*\](?:\{[0-9,]+\})?|\(\?i:[^)]*\)|\\?.", pattern)
    return "".join(_BETWEEN if re.fullmatch(_MARK, part) else part for part in parts)


def together(
    connection: Any,
    kinds: dict[str, str],
    apart: Sequence[str],
    files: list[str],
    columns: Sequence[str],
    *,
    places: Mapping[str, Learned] | None = None,
    refused: Collection[str] = (),
) -> Together:
    """One id for each thing in `found`, in whatever spelling or by whatever name it is written.

    `found` has the mentions of ids (id, id_kind, alias and these columns), as they are written; what is known by
    another name is put into `named` (written, folded, id, id_kind, via). Kinds that are `apart` are joined by spelling
    alone. Of kinds in `places` it is known where they stand. What is `refused` (source: column) joins nothing.
    """
    connection.execute(
        "CREATE TEMP TABLE named (written VARCHAR, folded VARCHAR, id VARCHAR, id_kind VARCHAR, via VARCHAR)"
    )
    out, joins = {}, []
    for kind, pattern in kinds.items():
        place = (places or {}).get(kind)
        if place is not None and place.asked != place.id:
            _table(connection)
            connection.execute(
                "INSERT INTO named VALUES (?, ?, ?, ?, 'asked')",
                [place.asked, fold(place.asked), place.id, kind],
            )
        if place is not None and place.values:
            _placed(connection, kind, place, files, columns)
        elif place is not None and place.asked != place.id:
            _named_in(connection, kind, _as_asked(place), files, columns)
        out[kind] = pattern if place and place.values else _spelled(connection, kind, pattern)
    for kind in kinds:
        if kind not in apart:
            done: set[tuple[str, str]] = set()
            for turn in range(ROUNDS):  # what stands beside another name of a thing is one more
                found = [] if turn else _numbered(connection, kind, out[kind], files, refused)
                found += _joined(connection, kind, files, list(out.values()), refused)
                others = [one for one in found if (one[0].source, one[0].key) not in done]
                if not others:
                    break
                shapes = {pattern for join, pattern in others if not join.leads}
                if shapes:
                    _named_in(connection, kind, sorted(shapes), files, columns)
                for join, pattern in others:
                    if join.leads:
                        _named_in(connection, kind, [pattern], files, columns, join.leads)
                joins += [join for join, _ in others]
                done |= {(join.source, join.key) for join, _ in others}
    return Together(out, tuple(joins), _changed(connection))


def _placed(connection: Any, kind: str, place: Learned, files: list[str], columns: Sequence[str]) -> None:
    """The mentions of a kind of which only its place says who they are."""
    import pyarrow as pa

    connection.register("values_there", pa.table({"value": pa.array(place.values, pa.string())}))
    connection.execute(
        f"INSERT INTO named SELECT value, {folded('value')}, value, ?, ? FROM values_there",
        [kind, f"{place.source}: {place.key}"],
    )
    connection.unregister("values_there")
    _named_in(connection, kind, [place.pattern, *_as_asked(place)], files, columns)


def _as_asked(place: Learned) -> list[str]:
    """How people write it, where no machine does."""
    return [re.escape(place.asked)] if place.asked != place.id else []


def forgotten(connection: Any) -> None:
    """What was found is dropped, to be found anew."""
    connection.execute(f"DROP {'TABLE' if _changed(connection) else 'VIEW'} found")
    connection.execute("DROP TABLE named")


def _changed(connection: Any) -> bool:
    return bool(
        connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'found'").fetchone()[0]
    )


def _table(connection: Any) -> None:
    """Make `found` a table that can be changed; until then it is read from its files."""
    if not _changed(connection):
        connection.execute("CREATE TEMP TABLE held AS SELECT * FROM found")
        connection.execute("DROP VIEW found")
        connection.execute("ALTER TABLE held RENAME TO found")


def _spelled(connection: Any, kind: str, pattern: str) -> str:
    """Join what `found` holds of a kind by spelling; gives the pattern in which its ids are written.

    That is the kind's own, where machines write it about as often as any; else the one in which they write most ids.
    """
    strict = f"^(?:{pattern})$"
    others, cased = connection.execute(
        "SELECT count(*) FILTER (NOT regexp_matches(id, ?)), count(DISTINCT id) > count(DISTINCT lower(id)) FROM found "
        "WHERE id_kind = ?",
        [strict, kind],
    ).fetchone()
    if (not others and not cased) or (others and not loosened(pattern)):
        return pattern
    _table(connection)
    if not others:
        return _to_own(connection, kind, pattern)
    if re.fullmatch(_FIGURED, pattern):
        if (
            2 * others
            > connection.execute("SELECT count(*) FROM found WHERE id_kind = ?", [kind]).fetchone()[0]
        ):
            pattern = re.sub(r"\[[^]]*\]", lambda match: match[0].swapcase(), pattern)
        return _to_own(connection, kind, pattern)
    ways = connection.execute(
        "SELECT min(id), count(DISTINCT id) AS ids, bool_and(regexp_matches(id, ?)) AS own FROM found "
        "WHERE id_kind = ? AND kind IN ('log', 'access', 'audit', 'span', 'record') "
        "GROUP BY regexp_replace(regexp_replace(id, '[0-9]+', '0', 'g'), '0([^0-9A-Za-z]?)[A-Za-z]+', '0\\1a', 'g') "
        "ORDER BY ids DESC, min(id)",
        [strict, kind],
    ).fetchall()
    if ways and 2 * sum(ids for _, ids, own in ways if own) < ways[0][1]:
        pattern = written_as(ways[0][0])
    return _to_own(connection, kind, pattern)


def _to_own(connection: Any, kind: str, pattern: str) -> str:
    """Put what is written otherwise under the id as the pattern writes it; gives the pattern."""
    strict = f"^(?:{pattern})$"
    # Two that differ in case alone are one, as it is written most often; two that are parted otherwise may be two things.
    connection.execute(
        f"INSERT INTO named WITH each AS (SELECT id, {folded('id')} AS folded, regexp_matches(id, ?) AS own, count(*) AS n "
        "FROM found WHERE id_kind = ? GROUP BY id), known AS (SELECT folded, arg_max(id, (n, id)) AS id FROM each WHERE own "
        "GROUP BY folded HAVING count(DISTINCT lower(id)) = 1) SELECT each.id, each.folded, known.id, ?, 'spelling' "
        "FROM each JOIN known USING (folded) WHERE each.id <> known.id AND (NOT own OR lower(each.id) = lower(known.id))",
        [strict, kind, kind],
    )  # fmt: skip
    # Where a source writes them in another case, one that no other source names is a thing, too.
    other_case = f"(?i:{strict})"
    joined, of = connection.execute(
        "SELECT count(DISTINCT id) FILTER (id IN (SELECT written FROM named WHERE id_kind = ?)), count(DISTINCT id) FROM found "
        "WHERE id_kind = ? AND NOT regexp_matches(id, ?) AND regexp_matches(id, ?)",
        [kind, kind, strict, other_case],
    ).fetchone()
    connection.execute(
        "DELETE FROM found WHERE id_kind = ? AND NOT regexp_matches(id, ?) AND id NOT IN "
        "(SELECT written FROM named WHERE id_kind = ?)",
        [kind, other_case if joined >= CASED and 2 * joined >= of else strict, kind],
    )
    for column, where in (("id", "found.id_kind = n.id_kind"), ("alias", "found.id_kind <> n.id_kind")):
        connection.execute(
            f"UPDATE found SET {column} = n.id FROM (SELECT written, id, id_kind FROM named WHERE id_kind = ?) n "
            f"WHERE {where} AND found.{column} = n.written",
            [kind],
        )
    return pattern


def written_as(identifier: str) -> str:
    """The pattern of ids that are written as this one is, whatever their numbers, and the letters behind a number.

    Without a letter before the first number its numbers have just so many digits, but for long rows of them. What is
    behind a prefix and mixes figures with letters up to f is hexadecimal as a whole.
    """
    mixed = re.fullmatch(
        r"([A-Za-z][A-Za-z_]*[-_:/.]|[A-Za-z_]*[g-zG-Z])((?:[0-9]+[a-f]+|[a-f]+[0-9]+)[0-9a-f]*)", identifier
    )
    if mixed and len(mixed[2]) >= HEXADECIMAL and len(re.findall("[0-9]+|[a-f]+", mixed[2])) > 2:
        return re.escape(mixed[1]).replace("\\-", "-") + f"[0-9a-f]{{{len(mixed[2])}}}"
    # In capitals letters and figures in turn are common: three letters up to F are hardly there by chance.
    mixed = re.fullmatch(r"([A-Z]{2,}[-_:/.])((?=.*[0-9].*)(?:[0-9]*[A-F]+[0-9]*)+)", identifier)
    if mixed and len(mixed[2]) >= HEXADECIMAL and len(re.findall("[A-F]", mixed[2])) > 2:
        return re.escape(mixed[1]).replace("\\-", "-") + f"[0-9A-F]{{{len(mixed[2])}}}"
    runs = re.findall("[0-9]+|[A-Za-z_]+|[^0-9A-Za-z_]", identifier)
    bare = runs[0].isdecimal()
    many = sum(run.isdecimal() for run in runs) >= ROW
    out = ""
    for place, run in enumerate(runs):
        if run.isdecimal():
            out += "[0-9]+" if not bare or many else f"[0-9]{{{len(run)}}}"
        elif run.isascii() and run.isalpha() and any(one.isdecimal() for one in runs[:place]):
            out += f"[A-Za-z]{{{len(run)}}}"
        else:
            out += re.escape(run).replace("\\-", "-")
    return out


def _joined(
    connection: Any, kind: str, files: list[str], known: list[str], refused: Collection[str] = ()
) -> list[tuple[Join, str]]:
    """Columns and fields that hold another name of a kind's things, each with the pattern of these names.

    What they hold is put into `named`. A column counts where it stands beside half of the ids of its source; sizes
    and sums (numbers of many widths), digests of contents and names that contain the id count never.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE beside AS WITH one AS (SELECT evidence, unit, min(id) AS id FROM found "
        f"WHERE id_kind = ? AND (kind = 'record' OR unit <= {LINES}) GROUP BY evidence, unit HAVING count(DISTINCT id) = 1), "
        f"cells AS (SELECT evidence, unit, source, unnest(list_concat(map_entries(attributes), {_SAID})) AS cell FROM (SELECT evidence, unit, source, kind, body, attributes FROM read_parquet(?) "
        f"WHERE kind = 'record' OR (kind IN ('log', 'audit') AND unit <= {LINES})) SEMI JOIN one USING (evidence, unit)) "
        "SELECT one.id AS id, source, cell.key AS key, cell.value AS value FROM cells JOIN one USING (evidence, unit) "
        "WHERE regexp_matches(cell.value, '^[^\\s,;|]{5,48}$') AND regexp_matches(cell.value, '[0-9]') "
        "AND NOT regexp_matches(cell.value, ?) AND NOT regexp_matches(cell.key, ?) AND NOT contains("
        f"{folded('cell.value')}, {folded('one.id')})",
        [kind, _WORD, _WORD, _WORD, _FIRST, files, _NO_NAME, _CONTENT],
    )  # fmt: skip
    digits = "ltrim(regexp_replace({}, '[^0-9]', '', 'g'), '0')"
    columns = connection.execute(
        "SELECT source, key, count(DISTINCT id) AS ids, count(DISTINCT value) AS held, count(DISTINCT (id, value)) AS pairs, "
        "bool_and(regexp_matches(value, '^[0-9]+$')) AS plain, bool_and(" + digits.format("value") + " = " + digits.format("id") + ") AS same, "
        "max(try_cast(value AS HUGEINT)) - min(try_cast(value AS HUGEINT)) AS wide, min(id) AS example, arg_min(value, id) AS other, "
        "max(len(value)) - min(len(value)) AS widths FROM beside GROUP BY source, key "
        f"HAVING count(DISTINCT id) >= {ROWS} ORDER BY key, source"
    ).fetchall()  # fmt: skip
    if not columns:
        return []
    whole = dict(
        connection.execute(
            "SELECT source, count(DISTINCT id) FROM found WHERE id_kind = ? AND (kind = 'record' OR unit <= "
            f"{LINES}) GROUP BY source",
            [kind],
        ).fetchall()
    )
    out = []
    for source, key, ids, held, pairs, plain, same, wide, example, other, widths in columns:
        counted = plain and not same and (widths or (wide is not None and wide < 3 * held))
        # A thing may have another name for each time that it is tried; a name is that of one thing alone.
        if held < SHARE * pairs or ids < TRIED * pairs or 2 * ids < whole.get(source, 0):
            continue
        leads = _referred(connection, source, key) if counted else ()
        if (counted and not leads) or f"{source}: {key}" in refused:
            continue
        sample = connection.execute(
            "SELECT DISTINCT value FROM beside WHERE source = ? AND key = ? ORDER BY value LIMIT ?",
            [source, key, SAMPLE],
        ).fetchall()
        pattern = shaped([value for (value,) in sample])
        if pattern is None or any(re2.whole(own, other) for own in known):  # ids of a kind stay themselves
            continue
        connection.execute(
            f"INSERT INTO named SELECT DISTINCT value, {folded('value')}, id, ?, ? FROM beside WHERE source = ? AND key = ?",
            [kind, f"{source}: {key}", source, key],
        )
        out.append((Join(kind, source, key, ids, example, other, leads=leads), pattern))
    # What is the name of two things is the name of neither.
    connection.execute(
        "DELETE FROM named WHERE id_kind = ? AND folded IN (SELECT folded FROM named WHERE id_kind = ? "
        "GROUP BY folded HAVING count(DISTINCT id) > 1)",
        [kind, kind],
    )
    return [(join, pattern) for join, pattern in out if _holds(connection, join)]


def _holds(connection: Any, join: Join) -> bool:
    """Whether most names of a column are left, where another one holds them beside other things: a place that was
    given away again names whoever has it now."""
    left = connection.execute(
        "SELECT count(DISTINCT id) FROM named WHERE id_kind = ? AND via = ?", [join.kind, join.place]
    ).fetchone()
    if 2 * int(left[0]) >= join.ids:
        return True
    connection.execute("DELETE FROM named WHERE id_kind = ? AND via = ?", [join.kind, join.place])
    return False


def _referred(connection: Any, source: str, key: str) -> tuple[str, ...]:
    """By which words other sources call the numbers of a column: where they call them alike, and hold hardly others.

    A number of a row is a name only so; sizes and counts are referred to by nobody.
    """
    rows = connection.execute(
        "SELECT c.source, c.key FROM cells c LEFT JOIN (SELECT DISTINCT value FROM beside WHERE source = ? AND key = ?) b "
        "ON c.v = b.value WHERE c.source <> ? GROUP BY c.source, c.key HAVING count(DISTINCT b.value) >= "
        f"greatest({ROWS}, {SHARE} * count(DISTINCT c.v)) ORDER BY c.source, c.key",
        [source, key, source],
    ).fetchall()
    own = _stem(key) or _stem(re.split("[/!]", source)[-1].rsplit(".", 1)[0])
    alike = sorted({other for place, other in rows if (_stem(other) or _stem(place)) == own})
    return (*alike, key) if alike else ()


def _stem(word: str) -> str:
    """What a column or a table is called after: invoice_no, invoiceId and invoices are of invoices."""
    text = re.sub("[^a-z]", "", word.lower())
    return re.sub("(?:number|num|no|nr|id|key|pk|ref|code)$", "", text).removesuffix("s")


#: The number of an id, all its figures together; and its groups of figures in any order, years with two.
_FIGURES = "ltrim(regexp_replace({}, '[^0-9]', '', 'g'), '0')"
_GROUPS = "list_sort(list_transform(regexp_extract_all({}, '[0-9]+'), x -> ltrim(x, '0')))"
_DATED = (
    "list_sort(list_transform(regexp_extract_all({}, '[0-9]+'), "
    "x -> regexp_replace(ltrim(x, '0'), '^(?:19|20)([0-9][0-9])$', '\\1')))"
)


def _numbered(
    connection: Any, kind: str, own: str, files: list[str], refused: Collection[str] = ()
) -> list[tuple[Join, str]]:
    """Columns and fields that hold the numbers of a kind's things in another dress: padded, bare, parted, in another
    order, with another prefix, or as a part of a longer one.

    Where that is not the id itself, and nearly all that stands there is the number of one. What the pattern of the kind
    (`own`) took for an id there, a part of such a name, is none.
    """
    ways = (
        f"[struct_pack(way := 'figures', says := {_FIGURES.format('v')})]",
        f"CASE WHEN len({_GROUPS.format('v')}) > 1 THEN [struct_pack(way := 'groups', says := array_to_string({_GROUPS.format('v')}, '/')), struct_pack(way := 'dated', says := array_to_string({_DATED.format('v')}, '/'))] ELSE [] END",
    )
    parts = (
        "CASE WHEN len(regexp_extract_all(v, '[0-9]+')) BETWEEN 2 AND 4 THEN list_transform(range(1, len(regexp_extract_all(v, '[0-9]+')) + 1), "
        "i -> struct_pack(way := 'part ' || i, says := ltrim(regexp_extract_all(v, '[0-9]+')[i], '0'))) ELSE [] END"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE cells AS SELECT evidence, unit, source, kind, time, cell.key AS key, cell.value AS v FROM ("
        f"SELECT evidence, unit, source, kind, time, unnest(list_concat(map_entries(attributes), {_SAID})) AS cell FROM (SELECT evidence, unit, source, kind, time, body, attributes FROM read_parquet(?) "
        f"WHERE kind = 'record' OR (kind IN ('log', 'audit') AND unit <= {LINES}))) WHERE "
        "regexp_matches(cell.value, '^[A-Za-z._:#/-]{0,12}[0-9](?:[._:#/-]?[A-Za-z]{0,4}[._:#/-]?[0-9]){3,23}(?:[._:#/-]?[A-Za-z]{1,4})?$')",
        [_WORD, _WORD, _WORD, _FIRST, files],
    )
    # Without its year, without the number of its kind: some of the groups of an id, where they tell it from all others.
    some = ", ".join(
        f"CASE WHEN len(l) = {many} THEN struct_pack(way := 'some {chosen}', says := array_to_string(list_sort("
        f"list_transform({list(chosen)}, i -> ltrim(l[i], '0'))), '/')) END"
        for many in (2, 3, 4)
        for number in range(1, many)
        for chosen in itertools.combinations(range(1, many + 1), number)
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE each AS SELECT DISTINCT source, kind, key, v FROM cells ANTI JOIN "
        f"(SELECT evidence, unit, {folded('id')} AS folded FROM found WHERE id_kind = ?) f "
        f"ON cells.evidence = f.evidence AND cells.unit = f.unit AND {folded('cells.v')} = f.folded",
        [kind],
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE known AS SELECT way, says, min(id) AS id FROM (SELECT id, "
        f"unnest(list_concat({ways[0]}, {ways[1]}, list_filter([{some}], x -> x IS NOT NULL)), recursive := true) FROM ("
        "SELECT DISTINCT id, id AS v, regexp_extract_all(id, '[0-9]+') AS l FROM found WHERE id_kind = ?)) "
        f"WHERE len(regexp_replace(says, '[^0-9]', '', 'g')) >= {DIGITS} GROUP BY way, says HAVING count(*) = 1",
        [kind],
    )
    dressed = (
        "CREATE OR REPLACE TEMP TABLE dressed AS WITH "
        f"told AS (SELECT source, key, v, unnest(list_concat({ways[0]}, {ways[1]}, {parts}), recursive := true) FROM each) "
        "SELECT DISTINCT told.source, told.key, told.v AS value, told.way || ', ' || known.way AS way, known.id FROM told JOIN known "
        "ON known.says = told.says AND CASE WHEN told.way LIKE 'part %' THEN known.way = 'figures' ELSE known.way LIKE 'some %' OR "
        "known.way = told.way END"
    )
    connection.execute(dressed)
    others = _contradicted(connection, kind)
    places = [
        row
        for row in _held(connection, kind)
        if f"{row[0]}: {row[1]}" not in refused and _stem(row[1]) not in others
    ]
    places = _but_counters(connection, kind, places)
    stems = {_stem(key) for _, key, *_ in places} - {""}
    if _of_column_alone(connection, places):
        # What is called like such a column, and holds its numbers, is the same.
        connection.execute(dressed)
        more = [
            row
            for row in _held(connection, kind)
            if f"{row[0]}: {row[1]}" not in refused and _stem(row[1]) in stems
        ]
        places = [*more, *(row for row in places if row[:2] not in {one[:2] for one in more})]
    out: list[tuple[Join, str]] = []
    for source, key, way, ids, example, other in places:
        pattern = _named_by_number(connection, kind, own, source, key, way)
        if pattern is not None:
            out.append((Join(kind, source, key, ids, example, other, number=True), pattern))
    return out


def _but_counters(connection: Any, kind: str, places: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The places but those that hold the numbers of things as any counter would; what is called like another is as it is."""
    if not places:
        return []
    called = {_stem(kind), *map(_stem, counters.holding(connection, kind))} - {""}
    words = {
        row[:2]: _stem(row[1]) or _stem(re.split("[/!]", row[0])[-1].rsplit(".", 1)[0]) for row in places
    }
    doubtful = {
        row[:2] for row in places if counters.by_itself(connection, kind, row, named=words[row[:2]] in called)
    }
    sure = {words[row[:2]] for row in places if row[:2] not in doubtful} - {""}
    return [row for row in places if row[:2] not in doubtful or words[row[:2]] in sure]


def _held(connection: Any, kind: str) -> list[tuple[Any, ...]]:
    """Columns, fields and words that hold the numbers of a kind's things: source, key, way, how many, an id, its number.

    Nearly all that stand there are known; or nearly all that are known stand there, and others that only it knows.
    """
    rows = connection.execute(
        "WITH whole AS (SELECT source, key, count(*) AS held FROM each GROUP BY source, key) "
        "SELECT source, key, way, count(DISTINCT id) AS ids, min(id), arg_min(value, id) FROM dressed JOIN whole USING (source, key) "
        f"GROUP BY source, key, way, held HAVING ids >= {ROWS} AND (count(DISTINCT value) >= {SHARE} * held "
        f"OR (ids >= {SHARE} * (SELECT count(DISTINCT id) FROM found WHERE id_kind = ?) AND count(DISTINCT value) >= {KNOWN} * held)) "
        "AND (way LIKE 'part %' OR ids = count(DISTINCT value)) ORDER BY key, source, ids DESC, way",
        [kind],
    ).fetchall()
    first: dict[tuple[Any, Any], tuple[Any, ...]] = {}
    for row in rows:
        first.setdefault(row[:2], row)
    return list(first.values())


def _of_column_alone(connection: Any, places: Sequence[tuple[Any, ...]]) -> bool:
    """Whether tables hold numbers of things that nothing names whole: these are `known` as the table writes them."""
    before = connection.execute("SELECT count(*) FROM known").fetchone()[0]
    for source, key, way, *_ in places:
        told, _, known = way.partition(", ")
        if told == "figures":
            connection.execute(
                f"INSERT INTO known SELECT ?, says, min(v) FROM (SELECT {_FIGURES.format('v')} AS says, v FROM each "
                f"WHERE source = ? AND key = ? AND kind = 'record') WHERE len(says) >= {DIGITS} "
                "AND says NOT IN (SELECT says FROM known WHERE way = ?) GROUP BY says",
                [known, source, key, known],
            )
    return bool(connection.execute("SELECT count(*) FROM known").fetchone()[0] > before)


def _named_by_number(connection: Any, kind: str, own: str, source: str, key: str, way: str) -> str | None:
    """Put what stands in a place into `named`, each as the thing whose number it is; the pattern of these, if any."""
    given = [source, key, way]
    values = connection.execute(
        "SELECT value FROM dressed WHERE source = ? AND key = ? AND way = ? ORDER BY value LIMIT ?",
        [*given, SAMPLE],
    ).fetchall()
    pattern = shaped([value for (value,) in values])
    if pattern is None:
        return None
    connection.execute(
        f"INSERT INTO named SELECT DISTINCT value, {folded('value')}, id, ?, ? FROM dressed "
        "WHERE source = ? AND key = ? AND way = ?",
        [kind, f"{source}: {key}", *given],
    )
    written = {value for (value,) in values}
    parted = [re.fullmatch("([^0-9]*)([0-9]+)", value) for value in written]
    if len({one[1] if one else None for one in parted}) == 1 and (first := parted[0]):
        # The beginning of a long log was read: further on stand the numbers of the others, written alike.
        numbers = [one[2] for one in parted if one]
        padded = len(set(map(len, numbers))) == 1 and any(number[0] == "0" for number in numbers)
        connection.execute(
            f"INSERT INTO named SELECT value, {folded('value')}, id, ?, ? FROM (SELECT ? || lpad(says, CAST(greatest(?, len(says)) AS INTEGER), '0') "
            "AS value, id FROM known WHERE way = ?) k WHERE NOT EXISTS (SELECT 1 FROM named n WHERE n.written = k.value AND n.id_kind = ?)",
            [
                kind,
                f"{source}: {key}",
                first[1],
                len(numbers[0]) if padded else 1,
                way.partition(", ")[2],
                kind,
            ],
        )
    _table(connection)
    connection.execute(
        "DELETE FROM found WHERE id_kind = ? AND source = ? AND id IN (SELECT DISTINCT regexp_extract(value, ?) "
        "FROM dressed WHERE source = ? AND key = ? AND way = ?)",
        [kind, source, f"^(?:{own})", *given],
    )
    return pattern


def _contradicted(connection: Any, kind: str) -> set[str]:
    """What is called so is the number of something else, counted alike: rows name another of the things beside it."""
    rows = connection.execute(
        "SELECT c.key FROM cells c JOIN dressed d ON c.source = d.source AND c.key = d.key AND c.v = d.value "
        "JOIN (SELECT evidence, unit, min(id) AS id FROM found WHERE id_kind = ? GROUP BY evidence, unit "
        "HAVING count(DISTINCT id) = 1) f ON c.evidence = f.evidence AND c.unit = f.unit "
        f"WHERE d.id <> f.id AND NOT contains({folded('d.value')}, {folded('f.id')}) "
        f"GROUP BY c.key HAVING count(*) >= {BESIDE}",
        [kind],
    ).fetchall()
    return {_stem(key) for (key,) in rows} - {""}


def _named_in(
    connection: Any,
    kind: str,
    patterns: Sequence[str],
    files: list[str],
    columns: Sequence[str],
    leads: Sequence[str] = (),
) -> None:
    """Add to `found` the events that name a kind's things by names of these shapes, anywhere or behind these words."""
    _table(connection)
    patterns = [parted_or_not(pattern) for pattern in patterns]
    found = rf"(?:[A-Za-z_][A-Za-z_.-]*[\"']?(?: ?[=:#] ?| )[\"'\[(]?)?\b(?:{'|'.join(patterns)})\b"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE tokens AS SELECT *, {folded('token')} AS folded FROM (SELECT * EXCLUDE (said), "
        "regexp_extract(said, ?, 1) AS lead, regexp_extract(said, ?, 2) AS token FROM ("
        f"SELECT {', '.join(columns)}, unnest(list_distinct(regexp_extract_all(concat_ws(chr(10), body, "
        "array_to_string(list_transform(map_entries(attributes), e -> e.key || '=' || coalesce(e.value, '')), chr(10))), ?))) AS said "
        "FROM read_parquet(?))) WHERE len(?) = 0 OR list_contains(?, regexp_extract(lead, '^[A-Za-z_.-]*'))",
        [
            f"^(.*?)({'|'.join(patterns)})$",
            f"^(.*?)({'|'.join(patterns)})$",
            found,
            files,
            list(leads),
            list(leads),
        ],
    )
    given = ", ".join(f"t.{name}" for name in columns)
    connection.execute(
        f"INSERT INTO found SELECT DISTINCT n.id, n.id_kind, NULL::VARCHAR AS alias, {given} FROM tokens t "
        "JOIN (SELECT DISTINCT folded, id, id_kind FROM named WHERE id_kind = ?) n USING (folded) "
        "SEMI JOIN (SELECT t.source, t.name, t.lead FROM tokens t LEFT JOIN (SELECT DISTINCT folded FROM named WHERE id_kind = ?) n "
        f"USING (folded) GROUP BY t.source, t.name, t.lead HAVING count(n.folded) >= {KNOWN} * count(*)) w "
        "ON t.source IS NOT DISTINCT FROM w.source AND t.name IS NOT DISTINCT FROM w.name AND t.lead IS NOT DISTINCT FROM w.lead "
        "ANTI JOIN (SELECT id, evidence, unit FROM found WHERE id_kind = ?) f "
        "ON n.id = f.id AND t.evidence = f.evidence AND t.unit = f.unit",
        [kind, kind, kind],
    )  # fmt: skip
