"""The index of a library: SQLite's FTS5 over its files, derived from them and made again at will, never the truth.

It lies in this machine's cache and not in the folder, so nobody's git brings one. Whether it still fits is asked of the
file system: a file whose size or time differs is read again, one that is gone is forgotten. Ranking is BM25 (Robertson
and Zaragoza 2009) over fields with weights, as FTS5 counts it; ideas (words.py) are a field of their own.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from investigator.errors import KitError
from investigator.library import words
from investigator.library.incident import BYTES_AT_MOST, Incident, read, text_of
from investigator.look import shown_name

VERSION = 1
SUFFIX = ".json"
#: From so many incidents on, common words are counted once, and again when more than one file in so many changed.
LARGE = 500
SHARE = 50
#: The fields that are searched, and what a word in each counts: set on one half of the public postmortems that
#: benchmarks/library.py measures, where every weight from half to twice finds the same.
FIELDS: dict[str, float] = {
    "title": 3.0,
    "symptoms": 2.0,
    "summary": 2.0,
    "causes": 1.0,
    "factors": 1.0,
    "services": 1.0,
    "messages": 1.5,
    "rest": 0.7,
    "ideas": 1.0,
}


class Index:
    """What the files of a folder hold, ready to be searched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._db = _opened(folder)
        self._stamp: tuple[int, int] | None = None

    def refresh(self) -> None:
        """Take in what changed in the folder since it was looked at last."""
        self._stamp = _stamp(self.folder)
        there = dict(_files(self.folder))
        known = {
            name: (size, time) for name, size, time in self._db.execute("SELECT name, size, time FROM file")
        }
        changed = sorted(name for name, mark in there.items() if known.get(name) != mark)
        gone = sorted(known.keys() - there.keys())
        if not changed and not gone:
            return
        with self._db:
            # A name that is gone first: what it held may be in a file that was renamed.
            self._forget(gone + changed)
            for name in changed:
                self._take(name, there[name])
            if len(changed) + len(gone) > len(there) // SHARE:
                self._count_words()

    def refresh_if_touched(self) -> None:
        """The same, where the folder itself says that files came or went."""
        if self._stamp != _stamp(self.folder):
            self.refresh()

    def _count_words(self) -> None:
        """Write down in how many incidents each stem stands: of a common one FTS5 would count that at each question."""
        self._db.execute("DELETE FROM counted")
        if self.count() >= LARGE:
            self._db.execute("INSERT INTO counted SELECT term, doc FROM vocabulary")

    def put(self, name: str, incident: Incident) -> None:
        """Take in one file that was just written."""
        about = (self.folder / name).stat()
        with self._db:
            self._forget([name])
            self._keep(name, (about.st_size, about.st_mtime_ns), incident, "")
        self._stamp = _stamp(self.folder)

    def drop(self, name: str) -> None:
        """Forget one file that was just removed."""
        with self._db:
            self._forget([name])
        self._stamp = _stamp(self.folder)

    def _take(self, name: str, mark: tuple[int, int]) -> None:
        try:
            incident = read_file(self.folder / name)
        except KitError as error:
            self._keep(name, mark, None, json.dumps([error.what, error.there_is, error.do]))
        else:
            self._keep(name, mark, incident, "")

    def _keep(self, name: str, mark: tuple[int, int], incident: Incident | None, problem: str) -> None:
        row = self._db.execute(
            "INSERT INTO file(name, size, time, id, low, title, date, sha, problem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                name, *mark, incident.id if incident else "", incident.id.lower() if incident else "",
                incident.title if incident else "", incident.date if incident else "",
                incident.sha256 if incident else "", problem,
            ),
        ).lastrowid  # fmt: skip
        if incident is None:
            return
        texts = fields_of(incident)
        self._db.execute(
            f"INSERT INTO words(rowid, {', '.join(FIELDS)}) VALUES (?{', ?' * len(FIELDS)})",
            (row, *(texts[name] for name in FIELDS)),
        )
        self._db.executemany(
            "INSERT INTO shape(sort, value, row) VALUES (?, ?, ?)",
            [(sort, value, row) for sort, value in shapes_of(incident)],
        )

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            found = self._db.execute("SELECT row FROM file WHERE name = ?", (name,)).fetchone()
            if found:
                self._db.execute("DELETE FROM words WHERE rowid = ?", found)
                self._db.execute("DELETE FROM shape WHERE row = ?", found)
                self._db.execute("DELETE FROM file WHERE row = ?", found)

    # What is asked

    def count(self) -> int:
        """How many incidents there are."""
        return int(self._db.execute("SELECT count(*) FROM words_docsize").fetchone()[0])

    def problems(self) -> list[tuple[str, str, str]]:
        """Each file that could not be taken, in three beats; also those that say the id of another."""
        told = [
            tuple(json.loads(text))
            for (text,) in self._db.execute("SELECT problem FROM file WHERE problem != '' ORDER BY name")
        ]
        for low, _ in self._db.execute(
            "SELECT low, count(*) FROM file WHERE id != '' GROUP BY low HAVING count(*) > 1 ORDER BY low"
        ):
            names = [
                n for (n,) in self._db.execute("SELECT name FROM file WHERE low = ? ORDER BY name", (low,))
            ]
            told.append(
                (
                    f"{' and '.join(shown_name(name) for name in names)} both hold the incident {low}.",
                    "Both are searched; a command that names it takes the file of that name.",
                    'Keep one, or give the other an id of its own: the line with "id", and the name of the file.',
                )
            )
        return told

    def name_of(self, id: str) -> str:
        """The file that holds an incident of that id (case aside); empty where none does."""
        low = id.lower()
        found = [n for (n,) in self._db.execute("SELECT name FROM file WHERE low = ? ORDER BY name", (low,))]
        return next((name for name in found if name.lower() == low + SUFFIX), found[0] if found else "")

    def name_of_source(self, sha256: str) -> str:
        """The file that was made from a document of that hash; empty where none was."""
        found = self._db.execute(
            "SELECT name FROM file WHERE sha = ? AND sha != '' ORDER BY name", (sha256,)
        ).fetchone()
        return str(found[0]) if found else ""

    def listing(self) -> list[tuple[str, str, str, str]]:
        """Name of the file, id, title and date of each incident, the newest first, those without a day last."""
        return self._db.execute(
            "SELECT name, id, title, date FROM file WHERE id != '' ORDER BY date = '', date DESC, low"
        ).fetchall()

    def names(self, rows: Iterable[int]) -> dict[int, str]:
        """The files of rows."""
        wanted = list(rows)
        marks = ", ".join("?" * len(wanted))
        return dict(self._db.execute(f"SELECT row, name FROM file WHERE row IN ({marks})", wanted))

    def ranked(self, match: str, at_most: int) -> list[tuple[int, float]]:
        """Rows and how well each fits an FTS5 expression, the best first."""
        weights = ", ".join(str(weight) for weight in FIELDS.values())
        return [
            (row, -score)
            for row, score in self._db.execute(
                f"SELECT rowid, bm25(words, {weights}) AS fit FROM words WHERE words MATCH ? ORDER BY fit, rowid LIMIT ?",
                (match, at_most),
            )
        ]

    def known(self, stems: Iterable[str]) -> dict[str, int]:
        """In how many incidents each stem stands, or stood when a large library was counted; those in none are left out."""
        out = {}
        for stem in stems:
            found = (
                self._db.execute("SELECT doc FROM counted WHERE term = ?", (stem,)).fetchone()
                or self._db.execute("SELECT doc FROM vocabulary WHERE term = ?", (stem,)).fetchone()
            )
            if found:
                out[stem] = int(found[0])
        return out

    def like(self, word: str, at_most: int = 400) -> list[str]:
        """Stems of the library that begin as a word does."""
        low = word[:3]
        return [
            term
            for (term,) in self._db.execute(
                "SELECT term FROM vocabulary WHERE term >= ? AND term < ? LIMIT ?",
                (low, low + "\uffff", at_most),
            )
        ]

    def shaped(self, sort: str, values: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Each value of that sort with the rows that have it."""
        for value in values:
            for (row,) in self._db.execute(
                "SELECT row FROM shape WHERE sort = ? AND value = ?", (sort, value)
            ):
                yield value, row

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def fields_of(incident: Incident) -> dict[str, str]:
    """What is searched of an incident, by field."""
    texts = {
        "title": incident.title,
        "symptoms": "\n".join(incident.symptoms),
        "summary": "\n".join(incident.summary),
        "causes": "\n".join(incident.causes),
        "factors": "\n".join(incident.factors),
        "services": " ".join(incident.services),
        "messages": "\n".join((*incident.messages, incident.step)),
        "rest": "\n".join((*incident.rest, *incident.resolution, *(one.text for one in incident.actions))),
    }
    said = words.stems().of(words.split("\n".join(texts.values())))
    return {**texts, "ideas": " ".join(words.ideas(said))}


def shapes_of(incident: Incident) -> list[tuple[str, str]]:
    """What an incident has in common with others, apart from its words: sort and value."""
    out = [("kind", name) for name in incident.broke]
    out += [
        ("message", one) for one in dict.fromkeys(shaped_message(text) for text in incident.messages) if one
    ]
    if incident.step:
        out.append(("step", shaped_message(incident.step)))
    return out


def shaped_message(text: str) -> str:
    """A message as it is compared: its words in lower case, what varies left out."""
    return " ".join(word for word in words.split(text) if word)[:160]


def read_file(path: Path) -> Incident:
    """The incident of a file. Raises DataError that names it."""
    return read(text_of(path, BYTES_AT_MOST), shown_name(path.name))


def _files(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """The files of the library, with size and time; links and what is no file are not of it."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(SUFFIX) and not entry.name.startswith("."):
                    about = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(about.st_mode):
                        yield entry.name, (about.st_size, about.st_mtime_ns)
    except FileNotFoundError:
        return


def _stamp(folder: Path) -> tuple[int, int] | None:
    try:
        about = folder.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_ino


def _opened(folder: Path) -> sqlite3.Connection:
    """The index in the cache, made anew where it is of another version or damaged; in memory where there is no cache."""
    place = _place(folder)
    for _ in range(2):
        if place is None:
            break
        try:
            return _prepared(sqlite3.connect(place, timeout=10, check_same_thread=False))
        except sqlite3.DatabaseError:
            with contextlib.suppress(OSError):
                place.unlink(missing_ok=True)
    return _prepared(sqlite3.connect(":memory:", check_same_thread=False))


def _place(folder: Path) -> Path | None:
    mark = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "investigator" / "library"
        base.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, RuntimeError):
        return None
    return base / f"{mark}-{VERSION}-{words.version()}.sqlite"


def _prepared(db: sqlite3.Connection) -> sqlite3.Connection:
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")  # what is lost is read again from the files
    db.execute("PRAGMA cache_size = -65536")
    with db:
        db.execute(
            "CREATE TABLE IF NOT EXISTS file (row INTEGER PRIMARY KEY, name TEXT UNIQUE, size INTEGER, time INTEGER, "
            "id TEXT, low TEXT, title TEXT, date TEXT, sha TEXT, problem TEXT)"
        )
        db.execute("CREATE INDEX IF NOT EXISTS by_id ON file(low)")
        db.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5({', '.join(FIELDS)}, tokenize = '{words.TOKENIZER}')"
        )
        db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(words, row)")
        db.execute("CREATE TABLE IF NOT EXISTS counted (term TEXT PRIMARY KEY, doc INTEGER) WITHOUT ROWID")
        db.execute("CREATE TABLE IF NOT EXISTS shape (sort TEXT, value TEXT, row INTEGER)")
        db.execute("CREATE INDEX IF NOT EXISTS by_shape ON shape(sort, value)")
        db.execute("CREATE INDEX IF NOT EXISTS shape_of ON shape(row)")
    db.execute("SELECT count(*) FROM words_docsize").fetchone()
    return db
