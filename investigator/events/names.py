"""One thing, many names: spellings of an id that agree letter by letter, and other ids that a table holds beside it.

A spelling joins where letters and digits agree without case and separators: HB-0043255, hb0043255, "hb 0043255". Another
id joins where a column holds it beside the first one to one, over at least twenty rows. A row that names several ids of
one kind joins none of them; a column of consecutive numbers joins none, unless each is the id's own number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from investigator import re2

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
#: Names of names are looked for so many times.
ROUNDS = 3
#: A word of a message and what stands behind it; moments, sums and digests of contents are no names.
_WORD = r"""([A-Za-z_][A-Za-z_.-]*)["']?(?: ?[=:#] ?| )["']?([A-Za-z0-9][A-Za-z0-9._:/#-]*[A-Za-z0-9])"""
_NO_NAME = (
    "^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}:[0-9]{2}.*|[-+]?[0-9]+[.][0-9]+|[0-9.]+ms"
    "|[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9]{1,3}(?:[.][0-9]{1,3}){3}(?::[0-9]+)?)$"
)
#: A field that tells contents apart is no name either, whatever it holds.
_CONTENT = r"(?i)(?:^|[._-])(?:sha-?[0-9]*|md5|crc32c?|check_?sum|digest|e_?tag|[a-z]*hash|sum|signature)$"
_MARK = r"(?:\\?[-_:#/. ])"
#: What the pattern of an id is made of: letters as they are, marks, numbers, and letters that differ.
_PART = rf"[A-Za-z][A-Za-z_]*|{_MARK}|\[0-9\](?:\+|\{{[0-9]+\}})|\[A-Za-z\]\{{[0-9]+\}}"
#: Numbers without a word before them are ids from so many digits on, and then of just so many.
WIDTH = 9
_BETWEEN = "[-_:#/. ]?"


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

    def __str__(self) -> str:
        if self.number:
            return f"{self.other} is {self.example}: {self.source} holds its number in {self.key}, of {self.ids:,}"
        return f"{self.other} is {self.example}: {self.source} holds {self.key} beside it, one to one for {self.ids:,}"


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


def loosened(pattern: str) -> str | None:
    """A pattern that finds the ids of a kind in other spellings too; None where it is none that `written_as` makes.

    Case and separators are free, and numbers behind the first may be written as one with it.
    """
    if not re.fullmatch(f"(?:{_PART})+", pattern):
        return None
    kept = [part for part in re.findall(_PART, pattern) if not re.fullmatch(_MARK, part)]
    worded = kept[0][0].isalpha()
    if not any(part.startswith("[0-9]") for part in kept) or (worded and "[0-9]{" in pattern):
        return None
    if not worded and sum(map(int, re.findall(r"\{([0-9]+)\}", pattern))) < WIDTH:
        return None
    text, seen = "", False
    for number, part in enumerate(kept):
        mark = _BETWEEN if number else ""
        if part == "[0-9]+" and seen:
            text += f"(?:{mark}[0-9]+)?"
        elif part[0].isalpha():
            text += mark + _BETWEEN.join(f"(?i:{word})" for word in part.split("_") if word)
        else:
            text, seen = text + mark + part, seen or part.startswith("[0-9]")
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


def together(
    connection: Any, kinds: dict[str, str], apart: Sequence[str], files: list[str], columns: Sequence[str]
) -> Together:
    """One id for each thing in `found`, in whatever spelling or by whatever name it is written.

    `found` has the mentions of ids (id, id_kind, alias and these columns), as they are written; what is known by
    another name is put into `named` (written, folded, id, id_kind, via). Kinds that are `apart` are joined by spelling
    alone.
    """
    connection.execute(
        "CREATE TEMP TABLE named (written VARCHAR, folded VARCHAR, id VARCHAR, id_kind VARCHAR, via VARCHAR)"
    )
    out, joins = {}, []
    for kind, pattern in kinds.items():
        out[kind] = _spelled(connection, kind, pattern) if loosened(pattern) else pattern
    for kind in kinds:
        if kind not in apart:
            done: set[tuple[str, str]] = set()
            for turn in range(ROUNDS):  # what stands beside another name of a thing is one more
                found = [] if turn else _numbered(connection, kind, out[kind], files)
                found += _joined(connection, kind, files, list(out.values()))
                others = [one for one in found if (one[0].source, one[0].key) not in done]
                if not others:
                    break
                _named_in(connection, kind, sorted({pattern for _, pattern in others}), files, columns)
                joins += [join for join, _ in others]
                done |= {(join.source, join.key) for join, _ in others}
    return Together(out, tuple(joins), _changed(connection))


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
    (others,) = connection.execute(
        "SELECT count(*) FROM found WHERE id_kind = ? AND NOT regexp_matches(id, ?)", [kind, strict]
    ).fetchone()
    if not others:
        return pattern
    _table(connection)
    ways = connection.execute(
        "SELECT min(id), count(DISTINCT id) AS ids, bool_and(regexp_matches(id, ?)) AS own FROM found "
        "WHERE id_kind = ? AND kind IN ('log', 'access', 'audit', 'span', 'record') "
        "GROUP BY regexp_replace(regexp_replace(id, '[0-9]+', '0', 'g'), '0([^0-9A-Za-z]?)[A-Za-z]+', '0\\1a', 'g') "
        "ORDER BY ids DESC, min(id)",
        [strict, kind],
    ).fetchall()
    if ways and 2 * sum(ids for _, ids, own in ways if own) < ways[0][1]:
        pattern = written_as(ways[0][0])
        strict = f"^(?:{pattern})$"
    connection.execute(
        f"INSERT INTO named WITH each AS (SELECT DISTINCT id, {folded('id')} AS folded, regexp_matches(id, ?) AS own "
        "FROM found WHERE id_kind = ?), known AS (SELECT folded, min(id) AS id FROM each WHERE own GROUP BY folded "
        "HAVING count(*) = 1) SELECT each.id, each.folded, known.id, ?, 'spelling' FROM each JOIN known USING (folded) "
        "WHERE NOT own",
        [strict, kind, kind],
    )  # fmt: skip
    connection.execute(
        "DELETE FROM found WHERE id_kind = ? AND NOT regexp_matches(id, ?) AND id NOT IN "
        "(SELECT written FROM named WHERE id_kind = ?)",
        [kind, strict, kind],
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
    mixed = re.fullmatch(r"([A-Za-z][A-Za-z_]*[-_:/.])((?:[0-9]+[a-f]+|[a-f]+[0-9]+)[0-9a-f]*)", identifier)
    if mixed and len(mixed[2]) >= HEXADECIMAL and len(re.findall("[0-9]+|[a-f]+", mixed[2])) > 2:
        return re.escape(mixed[1]).replace("\\-", "-") + f"[0-9a-f]{{{len(mixed[2])}}}"
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


def _joined(connection: Any, kind: str, files: list[str], known: list[str]) -> list[tuple[Join, str]]:
    """Columns and fields that hold another name of a kind's things, each with the pattern of these names.

    What they hold is put into `named`. A column counts where it stands beside half of the ids of its source; sizes
    and sums (numbers of many widths), digests of contents and names that contain the id count never.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE beside AS WITH one AS (SELECT evidence, unit, min(id) AS id FROM found "
        f"WHERE id_kind = ? AND (kind = 'record' OR unit <= {LINES}) GROUP BY evidence, unit HAVING count(DISTINCT id) = 1), "
        "cells AS (SELECT evidence, unit, source, unnest(list_concat(map_entries(attributes), CASE WHEN kind <> 'record' THEN "
        "list_transform(regexp_extract_all(body, ?), x -> {'key': regexp_extract(x, ?, 1), 'value': regexp_extract(x, ?, 2)}) "
        "ELSE [] END)) AS cell FROM (SELECT evidence, unit, source, kind, body, attributes FROM read_parquet(?) "
        f"WHERE kind = 'record' OR (kind IN ('log', 'audit') AND unit <= {LINES})) SEMI JOIN one USING (evidence, unit)) "
        "SELECT one.id AS id, source, cell.key AS key, cell.value AS value FROM cells JOIN one USING (evidence, unit) "
        "WHERE regexp_matches(cell.value, '^[^\\s,;|]{5,48}$') AND regexp_matches(cell.value, '[0-9]') "
        "AND NOT regexp_matches(cell.value, ?) AND NOT regexp_matches(cell.key, ?) AND NOT contains("
        f"{folded('cell.value')}, {folded('one.id')})",
        [kind, _WORD, _WORD, _WORD, files, _NO_NAME, _CONTENT],
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
        if counted or min(ids, held) < SHARE * pairs or 2 * ids < whole.get(source, 0):
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
        out.append((Join(kind, source, key, ids, example, other), pattern))
    # What is the name of two things is the name of neither.
    connection.execute(
        "DELETE FROM named WHERE id_kind = ? AND folded IN (SELECT folded FROM named WHERE id_kind = ? "
        "GROUP BY folded HAVING count(DISTINCT id) > 1)",
        [kind, kind],
    )
    return out


def _numbered(connection: Any, kind: str, own: str, files: list[str]) -> list[tuple[Join, str]]:
    """Columns and fields that hold the numbers of a kind's things in another dress: padded, bare, parted, with another prefix.

    Where that is not the id itself, and nearly all that stands there is the number of one. What the pattern of the kind
    (`own`) took for an id there, a part of such a name, is none.
    """
    digits = "ltrim(regexp_replace({}, '[^0-9]', '', 'g'), '0')"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE dressed AS WITH known AS (SELECT digits, min(id) AS id FROM (SELECT DISTINCT id, "
        f"{digits.format('id')} AS digits FROM found WHERE id_kind = ?) WHERE len(digits) >= {DIGITS} GROUP BY digits "
        "HAVING count(*) = 1), "
        "cells AS (SELECT evidence, unit, source, unnest(list_concat(map_entries(attributes), CASE WHEN kind <> 'record' THEN "
        "list_transform(regexp_extract_all(body, ?), x -> {'key': regexp_extract(x, ?, 1), 'value': regexp_extract(x, ?, 2)}) "
        "ELSE [] END)) AS cell FROM (SELECT evidence, unit, source, kind, body, attributes FROM read_parquet(?) "
        f"WHERE kind = 'record' OR (kind IN ('log', 'audit') AND unit <= {LINES})) "
        "), "
        "each AS (SELECT DISTINCT source, cell.key AS key, cell.value AS value FROM cells ANTI JOIN "
        f"(SELECT evidence, unit, {folded('id')} AS folded FROM found WHERE id_kind = ?) f "
        f"ON cells.evidence = f.evidence AND cells.unit = f.unit AND {folded('cells.cell.value')} = f.folded "
        "WHERE regexp_matches(cell.value, '^[A-Za-z._:#/-]{0,12}[0-9](?:[._:#/-]?[0-9]){3,23}$')) "
        f"SELECT each.*, known.id FROM each LEFT JOIN known ON known.digits = {digits.format('each.value')}",
        [kind, _WORD, _WORD, _WORD, files, kind],
    )  # fmt: skip
    out = []
    for source, key, ids, example, other in connection.execute(
        "SELECT source, key, count(DISTINCT id), min(id), arg_min(value, id) FROM dressed GROUP BY source, key "
        f"HAVING count(DISTINCT id) >= {ROWS} AND count(DISTINCT value) FILTER (id IS NOT NULL) >= {SHARE} * count(DISTINCT value) "
        "AND count(DISTINCT id) = count(DISTINCT value) FILTER (id IS NOT NULL) ORDER BY key, source"
    ).fetchall():
        values = connection.execute(
            "SELECT value FROM dressed WHERE source = ? AND key = ? AND id IS NOT NULL ORDER BY value LIMIT ?",
            [source, key, SAMPLE],
        ).fetchall()
        pattern = shaped([value for (value,) in values])
        if pattern is None:
            continue
        connection.execute(
            f"INSERT INTO named SELECT DISTINCT value, {folded('value')}, id, ?, ? FROM dressed "
            "WHERE source = ? AND key = ? AND id IS NOT NULL",
            [kind, f"{source}: {key}", source, key],
        )
        _table(connection)
        connection.execute(
            "DELETE FROM found WHERE id_kind = ? AND source = ? AND id IN (SELECT DISTINCT regexp_extract(value, ?) "
            "FROM dressed WHERE source = ? AND key = ? AND id IS NOT NULL)",
            [kind, source, f"^(?:{own})", source, key],
        )
        out.append((Join(kind, source, key, ids, example, other, number=True), pattern))
    return out


def _named_in(
    connection: Any, kind: str, patterns: Sequence[str], files: list[str], columns: Sequence[str]
) -> None:
    """Add to `found` the events that name a kind's things by names of these shapes."""
    _table(connection)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE tokens AS SELECT *, " + folded("token") + " AS folded FROM ("
        f"SELECT {', '.join(columns)}, unnest(list_distinct(regexp_extract_all(concat_ws(' ', body, "
        "array_to_string(map_values(attributes), ' ')), ?))) AS token FROM read_parquet(?))",
        [rf"\b(?:{'|'.join(patterns)})\b", files],
    )
    given = ", ".join(f"t.{name}" for name in columns)
    connection.execute(
        f"INSERT INTO found SELECT DISTINCT n.id, n.id_kind, NULL::VARCHAR AS alias, {given} FROM tokens t "
        "JOIN (SELECT DISTINCT folded, id, id_kind FROM named WHERE id_kind = ?) n USING (folded) "
        "SEMI JOIN (SELECT t.source, t.name FROM tokens t LEFT JOIN (SELECT DISTINCT folded FROM named WHERE id_kind = ?) n "
        f"USING (folded) GROUP BY t.source, t.name HAVING count(n.folded) >= {KNOWN} * count(*)) w "
        "ON t.source IS NOT DISTINCT FROM w.source AND t.name IS NOT DISTINCT FROM w.name "
        "ANTI JOIN (SELECT id, evidence, unit FROM found WHERE id_kind = ?) f "
        "ON n.id = f.id AND t.evidence = f.evidence AND t.unit = f.unit",
        [kind, kind, kind],
    )  # fmt: skip
