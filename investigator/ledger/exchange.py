"""A ledger as a file of JSON lines: to send to a colleague, and to merge from one."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any

from investigator.errors import LedgerError
from investigator.ledger.entry import ENVELOPE, Row, canonical

FORMAT = 1
_INTEGERS = ("seq", "happened_low", "happened_high", "known", "wall")


def write(path: Path, case_id: str, rows: list[Row]) -> None:
    """Every row as a line, after a line that names the case; the file is there whole or not at all."""
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        with open(new, "x", encoding="utf-8") as stream:
            stream.write(canonical({"ledger": case_id, "format": FORMAT, "entries": len(rows)}) + "\n")
            for row in rows:
                stream.write(canonical(_line(row)) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(new, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise LedgerError(
            f"I can't write the export {path}: {error.strerror or error}.",
            "What lay there before is untouched.",
            "Choose a folder that is there, is yours to write, and has room.",
        ) from None
    finally:
        new.unlink(missing_ok=True)


def _line(row: Row) -> dict[str, Any]:
    line: dict[str, Any] = {"entry": {name: getattr(row, name) for name in ENVELOPE}, "hash": row.hash}
    if row.content is not None:
        line |= {"salt": row.salt, "content": json.loads(row.content)}
    return line


def read(path: Path) -> tuple[str, list[Row]]:
    """The case and the rows of an export; nothing is believed before its hashes are."""
    try:
        # One after another by "\n": other characters that end lines may stand inside a text.
        with open(path, encoding="utf-8", newline="\n") as stream:
            header = _json(path, 1, stream.readline())
            if not isinstance(header.get("ledger"), str):
                raise _not_an_export(path, 1, "it names no case")
            if header.get("format") != FORMAT:
                raise LedgerError(
                    f"{path} is an export of format {header.get('format')}.",
                    f"This kit reads format {FORMAT}.",
                    "Update the kit: pip install --upgrade investigator.",
                )
            rows = [_row(path, number, line) for number, line in enumerate(stream, start=2)]
    except UnicodeDecodeError:
        raise _not_an_export(path, 1, "it is not UTF-8 text") from None
    except OSError as error:
        raise LedgerError(
            f"I can't read {path}: {error.strerror or error}.", "", "Correct the path."
        ) from None
    if len(rows) != header.get("entries"):
        raise LedgerError(
            f"{path} has {len(rows)} entries, and was written with {header.get('entries')}.",
            "It was cut off or changed on its way; nothing was taken from it.",
            "Ask for the export again.",
        )
    return header["ledger"], sorted(rows, key=lambda row: (row.replica, row.seq))


def _json(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise _not_an_export(path, number, f"it is {line[:60]!r}") from None
    if not isinstance(found, dict):
        raise _not_an_export(path, number, f"it is {line[:60]!r}")
    return found


def _row(path: Path, number: int, line: str) -> Row:
    found = _json(path, number, line)
    envelope, digest = found.get("entry"), found.get("hash")
    if not isinstance(envelope, dict) or set(envelope) != set(ENVELOPE) or not isinstance(digest, str):
        raise _not_an_export(path, number, "it is no entry")
    for name, value in envelope.items():
        wanted = (int,) if name in _INTEGERS else (str, type(None)) if name in ("about", "key") else (str,)
        if type(value) not in wanted:
            raise _not_an_export(path, number, f"its {name} is {value!r}")
    salt, content = found.get("salt"), found.get("content")
    if (salt is None) != (content is None) or not isinstance(salt, str | None):
        raise _not_an_export(path, number, "its content has no salt")
    return Row(**envelope, hash=digest, salt=salt, content=None if content is None else canonical(content))


def _not_an_export(path: Path, number: int, why: str) -> LedgerError:
    return LedgerError(
        f"{path}, line {number}, is not a line of a ledger's export: {why}.",
        "An export is a file of JSON lines that ledger.export_jsonl wrote.",
        "Ask for the export again, or give the path of a case.db.",
    )
