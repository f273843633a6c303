"""Real log files of 118 formats that nobody here wrote: none crashes the load, and each file's units add up."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.incidents import DATA

FOLDER = DATA / "log_formats" / "lnav"


def run(*, quick: bool = False) -> list[Figure]:
    from investigator import load
    from investigator.errors import DataError
    from investigator.events.store import Store

    files = sorted(file for file in FOLDER.glob("logfile_*") if file.is_file())
    files = files[:20] if quick else files
    crashed: list[str] = []
    wrong: list[str] = []
    explained = timed = events = units = rejected = 0
    with tempfile.TemporaryDirectory() as place:
        for number, file in enumerate(files):
            store = Store(Path(place) / str(number))
            try:
                report = load.add(file, store=store, vault=Path(place) / "vault", load=1)
            except DataError as error:
                explained += 1
                print(f"  {file.name:<46} not read: {error.what}")
                continue
            except Exception as error:
                crashed.append(f"{file.name}: {type(error).__name__}: {error}")
                print(f"  {file.name:<46} CRASHED: {error}")
                continue
            source = report.sources[0]
            lines = _lines(file.read_bytes())
            whole = source.format in LINE_BASED
            if report.units.unexplained or (whole and report.units.total != lines):
                wrong.append(f"{file.name}: {report.units}, {lines} lines")
            timed += bool(source.first)
            events += report.events
            units += report.units.total
            rejected += report.units.rejected
            print(f"  {file.name:<46} {source.format:<16} {report.units}")
    total = len(files)
    return [
        Figure(
            "files that crash the load",
            str(len(crashed)),
            f"{total} files",
            "0",
            not crashed,
            "; ".join(crashed[:3]),
        ),
        Figure("files whose units don't add up", str(len(wrong)), "", "0", not wrong, "; ".join(wrong[:3])),
        Figure(
            "files with times understood",
            f"{timed} of {total}",
            "",
            "",
            None,
            f"{explained} refused with a reason",
        ),
        Figure("units rejected", f"{rejected:,} of {units:,}", "", "", None, f"{events:,} events"),
    ]


#: Formats in which a unit is a line.
LINE_BASED = ("access_log", "application_log", "jsonlines", "plain_text", "syslog", "syslog_5424")


def _lines(data: bytes) -> int:
    """Lines as an editor counts them: the last one also where it has no end."""
    if b"\n" not in data:
        return len(data.rstrip(b"\r").split(b"\r")) if data else 0
    return data.count(b"\n") + (0 if data.endswith(b"\n") else 1)


if __name__ == "__main__":
    for figure in run():
        print(figure)
