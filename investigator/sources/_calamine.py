"""The cells of a workbook, a line of JSON each row, to standard output: a process that may be stopped.

`python FILE_OF_THIS WORKBOOK`. Calamine holds a sheet as one rectangle, so a file of 1 KB may ask for gigabytes: it is
read with a bound on memory and processor time.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY = 2_000_000_000
SECONDS = 120


def main(path: str) -> None:
    """Write `[sheet, number of the row, {column: text}]` for each row that holds something; text alone is why a sheet, or
    all, can't be read."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # a system that has no such limits
    from python_calamine import CalamineError, CalamineWorkbook

    def say(*what: object) -> None:
        sys.stdout.write(json.dumps(what) + "\n")

    name = ""
    try:
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            top, left = sheet.start or (0, 0)
            for number, row in enumerate(sheet.iter_rows(), start=top + 1):
                texts = ((column, _text(value)) for column, value in enumerate(row, start=left))
                if cells := {str(column): text for column, text in texts if text.strip()}:
                    say(name, number, cells)
    except CalamineError as error:
        say(name, 0, str(error))


def _text(value: Any) -> str:
    """A cell as it is shown: a date, a date and a time, a time alone, a number without its empty decimals."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds" if value.microsecond else "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return str(value)


if __name__ == "__main__":
    main(sys.argv[1])
