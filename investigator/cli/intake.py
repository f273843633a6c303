"""The commands that take in what people bring: add, with a look at it first, and the answers that only they have."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from investigator.cli.lines import say
from investigator.cli.shared import Root, app, pair, progress
from investigator.errors import KitError

Zone = Annotated[str | None, typer.Option(help="Zone of times that name none, such as Europe/Berlin.")]
Year = Annotated[int | None, typer.Option(help="Year of times that name none.")]


@app.command()
def add(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="CASE PATH...",
            help="Id or folder of the case, then files, folders and http(s) URLs; - is pasted text. No case with --try.",
        ),
    ],
    zone: Zone = None,
    year: Year = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", "--map", help="A column's meaning: 'Created on=time'; may be repeated."),
    ] = None,
    pattern: Annotated[
        str | None,
        typer.Option(help=r"A format of your own: RE2 with named groups, '^(?P<time>\S+) (?P<body>.*)'."),
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="A YAML file that declares a format, or the name of one.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call the source.")] = None,
    keep: Annotated[
        str | None,
        typer.Option(
            metavar="[copy|pointer]",
            help="copy: into the case. pointer: it stays where it is. Without it files over 256 MB stay.",
        ),
    ] = None,
    look: Annotated[
        bool, typer.Option("--try", help="Only show how the first lines would be read; nothing is stored.")
    ] = False,
    lines: Annotated[int, typer.Option(help="How many lines --try shows.")] = 20,
    cases: Root = None,
) -> None:
    """Add evidence to a case: recognised, hashed, loaded, counted to the last line.

    inv add INC-2031 exports/

    inv add INC-2031 audit.csv --zone Europe/Berlin --column "Created on=time"

    inv add --try odd.log --pattern '^(?P<time>\\S+ \\S+) (?P<level>\\w+) (?P<body>.*)'

    inv add INC-2031 odd.log --format billing.yaml

    inv add INC-2031 export.zip

    inv add INC-2031 /var/log/big.log --keep pointer

    inv add INC-2031 https://host/app.log.gz
    """
    mapping = dict(pair(item) for item in column or []) or None
    how: dict[str, Any] = {
        "zone": zone, "year": year, "mapping": mapping, "pattern": pattern, "format": format,
    }  # fmt: skip
    if look:
        _try(words, how, lines, cases)
        return
    from investigator.case import Case

    case_id, paths = words[0], words[1:]
    if not paths:
        raise KitError(
            "There is nothing to add."
            if not Path(case_id).exists()
            else f"Into which case does {case_id} go?",
            "",
            f"Name the case, then files: inv add INC-2031 {case_id if Path(case_id).exists() else 'exports/'}",
        )
    case = Case.open(case_id, root=cases)
    for path in paths:
        label = re.sub(r"^(https?://)[^/]*@", r"\1", path)
        with progress(f"adding {'what was pasted' if path == '-' else Path(label).name}") as step:
            if path == "-":
                report = case.evidence.add_text(_pasted(), name=name or "", progress=step, **how)
            else:
                report = case.add(path, name=name, keep=keep, progress=step, **how)
        say_loaded(case, report, cases)
    say(f"Next: inv lab {case.id}")


@app.command()
def answer(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Id or folder of the case.")],
    sources: Annotated[
        list[str], typer.Argument(help="Names of sources, or patterns such as '*.log'.", metavar="SOURCE...")
    ],
    zone: Zone = None,
    year: Year = None,
    order: Annotated[
        str | None, typer.Option(help="How day and month stand in its dates: dmy, mdy or ymd.")
    ] = None,
    no_name: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="A column of it that holds no other name of a thing."),
    ] = None,
    apart: Annotated[
        bool, typer.Option("--apart", help="It is no newer or older export of another list: both count.")
    ] = False,
    day: Annotated[str | None, typer.Option(help="The day of its first clock: 2026-06-17.")] = None,
    taken: Annotated[
        str | None, typer.Option(help="When a table of ages was taken: 2026-06-17T09:14+02:00.")
    ] = None,
    cases: Root = None,
) -> None:
    """Say what a source's times leave out: the zone, the year, the day, the order of day and month. It is read again.

    The answer is kept with the case and used for the next file of the same source.

    inv answer INC-2031 app.log shop.csv --zone Europe/Berlin

    inv answer INC-2031 messages --year 2025

    inv answer INC-2031 export.csv --order dmy

    inv answer INC-2031 "export (1).csv" --apart

    inv answer INC-2031 payments.csv --no-name item

    inv answer INC-2031 console.log --day 2026-06-17

    inv answer INC-2031 pods.txt --taken 2026-06-17T09:14+02:00
    """
    from investigator.case import Case
    from investigator.case.evidence import answering

    told: dict[str, Any] = {"zone": zone, "year": year, "order": order, "day": day, "taken": taken}
    if not apart and no_name is None and all(value is None for value in told.values()):
        raise KitError(
            "There is no answer.",
            "",
            "Give --zone Europe/Berlin, --year 2025, --order dmy, --day 2026-06-17, --taken 2026-06-17T09:14+02:00, --no-name COLUMN, or --apart.",
        )
    case = Case.open(case_id, root=cases)
    for source in sources if apart else ():
        say(case.evidence.answer_apart(source))
    for source in sources if no_name is not None else ():
        say(case.evidence.answer_no_name(source, str(no_name)))
    if all(value is None for value in told.values()):
        return
    for source in sources:
        with progress(f"reading {source} again") as step:
            report = answering.answer(case.evidence, source, progress=step, **told)
        say(_text(case, report, cases))


def _try(words: list[str], how: dict[str, Any], lines: int, cases: Path | None) -> None:
    """Show how files would be read; by what a case knows, where the first word is one."""
    from investigator.load.trial import trial

    known: dict[str, Any] = {}
    paths = list(words)
    if len(paths) > 1 and not Path(paths[0]).exists():
        from investigator.case import Case
        from investigator.case.evidence import intake, told

        case = Case.open(paths.pop(0), root=cases)
        known = {"declared": intake.formats(case.evidence)[0], "answers": told.answers(case.evidence)}
    width = shutil.get_terminal_size((110, 24)).columns
    for path in paths:
        say(trial(path, lines=lines, **how, **known).text(max(width, 60)))


def _text(case: Any, report: Any, cases: Path | None, *, short: bool = False) -> str:
    """The report, with the lines for a terminal that answer its questions."""
    where = f" --cases {shlex.quote(str(cases))}" if cases else ""
    return str(
        report.in_short(
            whole=not short,
            zone=f"inv answer {case.id} {{quoted}} --zone {{zone}}{where}",
            year=f"inv answer {case.id} {{quoted}} --year {{year}}{where}",
            order=f"inv answer {case.id} {{quoted}} --order dmy{where}",
            apart=f"inv answer {case.id} {{quoted}} --apart{where}",
            day=f"inv answer {case.id} {{quoted}} --day 2026-06-17{where}",
            taken=f"inv answer {case.id} {{quoted}} --taken 2026-06-17T09:14+02:00{where}",
        )
    )


def say_loaded(case: Any, report: Any, cases: Path | None, *, short: bool = False) -> None:
    """The report, whole or `short`; on a terminal its questions are asked, elsewhere the lines that answer them are shown."""
    say(_text(case, report, cases, short=short))
    if not short:
        _say_joined(case, cases)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    most = 1 if short else ASKED_AT_MOST
    for source in report.asking("zone")[:most]:
        likely = next((zone for zone, names in report.likely.items() if source in names), "")
        such = f"likely {likely}" if likely else "such as Europe/Lisbon"
        question = f"{source}: where are its times from? ({such}; Enter leaves them as UTC)"
        if not _asked(question, partial(case.evidence.answer_zone, source)):
            break
    for source in report.asking("year")[:most]:
        question = f"{source}: of which year are its times? (Enter leaves what was read)"
        if not _asked(question, partial(_of_year, case, source)):
            break


#: So many columns with other names are shown one by one.
JOINED_AT_MOST = 3


def _say_joined(case: Any, cases: Path | None) -> None:
    """Which columns were taken for other names of the things in question, and the line that undoes one."""
    known = case.evidence.joins()
    if not known:
        return
    for _, _, said in known[:JOINED_AT_MOST]:
        say(f"One thing: {said}.")
    if len(known) > JOINED_AT_MOST:
        say(f"So are {len(known) - JOINED_AT_MOST} more columns; a path names all.")
    source, key, _ = known[0]
    where = f" --cases {shlex.quote(str(cases))}" if cases else ""
    say(f"Not so? inv answer {case.id} {shlex.quote(source)} --no-name {shlex.quote(key)}{where}")


#: Files that are asked for one by one; with more of them a pattern is less to type.
ASKED_AT_MOST = 5


def _of_year(case: Any, source: str, given: str) -> Any:
    return case.evidence.answer_year(source, int(given))


def _asked(question: str, answered: Callable[[str], Any]) -> bool:
    """Ask until there is an answer that holds, or none; whether there was one."""
    while True:
        say(f"\n{question}")
        given = sys.stdin.readline().strip()
        if not given:
            return False
        try:
            say(f"  read again: {answered(given).events:,} events")
            return True
        except KitError as error:
            say(error)
        except ValueError:
            say(f"'{given}' is no year.")


def _pasted() -> bytes:
    if sys.stdin.isatty():
        say("Paste it, then Ctrl-D on a line of its own.")
    return sys.stdin.buffer.read()
