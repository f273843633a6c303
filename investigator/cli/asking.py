"""`inv search`, `around`, `timeline` and `find`: one's own question, in the terminal."""

from __future__ import annotations

import difflib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from investigator.cli.commands import _print
from investigator.cli.lines import LAYOUT, newest, say
from investigator.cli.raw_lines import named, raw_lines
from investigator.cli.shared import Root, app
from investigator.errors import KitError
from investigator.look import harmless

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.finding import Finding

#: Kinds of message, first lines and last lines that a search shows.
KINDS, FIRST, LAST = 8, 5, 3
#: A word that begins with a minus is not looked for, so no option of a search may be one letter.
_FREE: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
_PHRASE = re.compile(r"-?[\w.,'’]+(\s+[\w.,'’]+)+")
_KEYED = re.compile(r"(-?[A-Za-z_@][\w.@/-]*(?:!=|[:=]))([\w.,'’]+(?:\s+[\w.,'’]+)+)")
_AGO = re.compile(r"(\d+)\s*(s|m|min|h|d)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}

_SINCE = typer.Option(
    "--since", "-since", help="From then on: 09:50, '2026-06-17 09:50', or 2h before the last line."
)
_UNTIL = typer.Option("--until", "-until", help="Up to then.")
_JSON = typer.Option("--json", help="The answer as JSON.")
_CASE = typer.Option("--case", help="Id or folder; else the first word where it is one, else the newest.")


@app.command(context_settings=_FREE)
def search(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CASE] WORD...", help='Words, "two words", -without, key=value, took>500, /pattern/.'
        ),
    ] = None,
    since: Annotated[str, _SINCE] = "",
    until: Annotated[str, _UNTIL] = "",
    service: Annotated[str, typer.Option("--service", "-service", help="Of this service alone.")] = "",
    severity: Annotated[
        str, typer.Option("--severity", "-severity", help="Of this degree and above: warn.")
    ] = "",
    source: Annotated[str, typer.Option("--source", "-source", help="Of this file alone.")] = "",
    lines: Annotated[int, typer.Option("--lines", "-lines", help="Lines to show.")] = FIRST + LAST,
    as_json: Annotated[bool, _JSON] = False,
    case_id: Annotated[str | None, _CASE] = None,
    cases: Root = None,
) -> None:
    """The lines that say it: how many, since when, where, of which kinds; and what is near where there is none.

    All words must be there, capitals or not; "in quotation marks" they stand whole and side by side.

    inv search INC-2031 unrouted older_than --since 09:50

    inv search lane=unrouted -healthcheck --service matcher --severity warn

    inv search '/order \\d+ (lost|gone)/' 'took>500' lost OR gone
    """
    if words == ["-h"]:
        say(context.get_help())
        return
    case, rest = _case_and_words(words, case_id, cases, "search", "WORD")
    text = query(rest)
    window = _window(case, since, until)
    events = case.events(window=window) if window else case.events()
    params: dict[str, Any] = {"text": text}
    for name, given in (("service", service), ("severity", severity), ("source", source)):
        if given:
            params[name] = int(given) if name == "severity" and given.isdigit() else given
    finding = case.find.search(events, **params)
    if as_json:
        _json(finding.to_json())
        return
    _page(_searched(case, finding, max(lines, 0), window))
    if not finding.value or not finding.value.get("count"):
        close = difflib.get_close_matches(rest[0], _ids(cases), n=1, cutoff=0.8)
        if close and case_id is None and case.id != close[0]:
            say(f"There is a case {close[0]}; this looked in {case.id}.")


@app.command()
def around(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CASE] ORIGIN", help="Such as 56d1c349870c:4093, 56d1:4093, or app.log:4093."
        ),
    ] = None,
    lines: Annotated[int, typer.Option(help="Raw lines before and after.")] = 10,
    seconds: Annotated[float, typer.Option(help="How far others may be in time.")] = 5,
    as_json: Annotated[bool, _JSON] = False,
    case_id: Annotated[str | None, _CASE] = None,
    cases: Root = None,
) -> None:
    """A line by its origin: the raw lines before and after, what others said then, the same trace, the same ids.

    inv around 56d1c349870c:4093

    inv around INC-2031 app.log:4093 --lines 40 --seconds 30
    """
    case, rest = _case_and_words(words, case_id, cases, "around", "ORIGIN")
    if len(rest) != 1:
        raise KitError(
            f"One line can be shown at a time, and {len(rest)} were named.",
            "",
            f"Say: inv around {shlex.quote(rest[0])}",
        )
    found = case.evidence.around(rest[0], lines=lines, seconds=seconds)
    if as_json:
        _json(found.to_json())
        return
    origin = shlex.quote(found.data["origin"])
    _page(
        f"{found}\n\nMore of the file: inv around {named(case)} {origin} --lines {min(max(lines, 5) * 4, 1000)}"
    )


@app.command()
def timeline(
    case_id: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")
    ] = None,
    since: Annotated[str, _SINCE] = "",
    until: Annotated[str, _UNTIL] = "",
    text: Annotated[str, typer.Option(help="Only lines that match, as in inv search.")] = "",
    service: Annotated[str, typer.Option("--service", "-service", help="Of this service alone.")] = "",
    as_json: Annotated[bool, _JSON] = False,
    cases: Root = None,
) -> None:
    """How much each service wrote when, as blocks: one lane a service, its errors below it.

    inv timeline

    inv timeline INC-2031 --since 09:00 --until 10:00 --text "unsupported schema"
    """
    from investigator import moment
    from investigator.cli import blocks

    case = newest(case_id, cases)
    window = _window(case, since, until)
    whole = case.window
    if whole is None:
        raise KitError(
            "There is no event with a time, so there is no timeline.",
            "",
            f"Load some: inv add {case.id} FOLDER",
        )
    low, high = (window or (None, None))[0] or whole[0], (window or (None, None))[1] or whole[1]
    if low >= high:
        raise KitError(
            "There is no time between the two ends.",
            f"They are {moment.show(low, case.zone)} and {moment.show(high, case.zone)}.",
            "Give --since before --until.",
        )
    events = case.events(text=text) if text else case.events()
    if service:
        events = events.where(service=service)
    wide = shutil.get_terminal_size((100, 24)).columns
    found = blocks.lanes(events, low, high, columns=max(wide - blocks.LABEL - 12, 20))
    if as_json:
        _json(found.to_json())
        return
    place = moment.city(case.zone)
    if not found.lanes:
        say(f"Nothing was written from {moment.show(low, case.zone)} to {moment.show(high, case.zone)}.")
        return
    head = f"{case.id}: lines in each {moment.duration(timedelta(seconds=found.seconds))}, times of {place}"
    if text:
        head += f", of those that match {text}"
    start, end = (at.astimezone(moment.zone(case.zone)) for at in found.closer())
    foot = (
        "Each lane is drawn to its own highest block; no block is no line.\n"
        f"Closer: inv timeline {named(case)} --since '{start:%Y-%m-%d %H:%M}' --until '{end:%Y-%m-%d %H:%M}'\n"
        f"Lines: inv search {named(case)} WORD --since '{start:%Y-%m-%d %H:%M}'"
    )
    _page("\n".join([head, "", *blocks.drawn(found, moment.zone(case.zone)), "", foot]))


@app.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
def find(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME] [CASE] [VALUE...] [--parameter VALUE...]", help="An analysis; none lists them."
        ),
    ] = None,
    since: Annotated[str, _SINCE] = "",
    until: Annotated[str, _UNTIL] = "",
    rows: Annotated[int, typer.Option(help="Rows of the table to show.")] = 20,
    as_json: Annotated[bool, _JSON] = False,
    case_id: Annotated[str | None, _CASE] = None,
    cases: Root = None,
) -> None:
    """Any analysis by its name, with its parameters as options; without a name, the list of them.

    inv find

    inv find who_else --like DOC-4711

    inv find first_error INC-2031 --service indexer --since 09:00
    """
    from investigator import catalogue
    from investigator.performing import ANALYSES

    given = list(words or [])
    if given[:1] in (["-h"], ["--help"]):
        say(context.get_help())
        return
    if not given:
        for name in catalogue.names(ANALYSES):
            say(f"{name:<22} {catalogue.first_line(ANALYSES, name)}")
        say("\nWhat one takes: inv find NAME --help")
        return
    if case_id is None and len(given) > 1 and _is_case(given[0], cases):  # as search and around take it
        case_id = given.pop(0)
    name = given.pop(0).replace("-", "_")
    function = getattr(catalogue.load(ANALYSES, name, noun="analysis"), name)
    if {"-h", "--help"} & set(given):
        _manual(name, function)
        return
    plain, params = _options(given, function)
    if case_id is None and plain and _is_case(plain[0], cases):
        case_id = plain.pop(0)
    case = newest(case_id, cases)
    window = _window(case, since, until)
    events = case.events(window=window) if window else case.events()
    finding = getattr(case.find, name)(events, *plain, **params)
    if as_json:
        _json(finding.to_json())
        return
    _print(finding, rows=rows, case=case)


# -- what is asked ---------------------------------------------------------------------------------------------


def query(words: list[str]) -> str:
    """What a shell left of a search, as its text: an argument with a space in it was in quotation marks."""
    out = []
    for word in words:
        if re.match(r"--[A-Za-z]", word):
            raise KitError(
                f"There is no option {word}.",
                "There are: --since, --until, --service, --severity, --source, --lines, --json, --case, --cases.",
                f"To look for it as a word: '\"{word}\"'",
            )
        minus = "-" if word.startswith("-") else ""
        if _PHRASE.fullmatch(word) and not re.search(r"\b(AND|OR|NOT)\b", word):
            out.append(f'{minus}"{word.removeprefix(minus)}"')
        elif (match := _KEYED.fullmatch(word)) and not re.search(r"\b(AND|OR|NOT)\b", word):
            out.append(f'{match[1]}"{match[2]}"')
        else:
            out.append(word)
    return " ".join(out)


def _case_and_words(
    words: list[str] | None, case_id: str | None, cases: Path | None, command: str, what: str
) -> tuple[Case, list[str]]:
    """The case, and what is asked of it: the first word names the case where there is one of that name."""
    rest = list(words or [])
    if case_id is None and rest and _is_case(rest[0], cases):
        case_id = rest.pop(0)
    if not rest:
        there = f"{case_id} is the case, and nothing is asked of it." if case_id else "Nothing is asked."
        raise KitError(
            there,
            "",
            f"Say inv {command} {shlex.quote(case_id or '[CASE]')} {what}. Examples: inv {command} --help",
        )
    return newest(case_id, cases), rest


def _is_case(word: str, cases: Path | None) -> bool:
    from investigator.case.record import location

    return word in _ids(cases) or ("/" in word and location.is_case(Path(word)))


def _ids(cases: Path | None) -> list[str]:
    from investigator.case.record import folder

    return [path.name for path in folder.listing(cases)]


def _window(case: Case, since: str, until: str) -> tuple[datetime | None, datetime | None] | None:
    """From when to when; a clock alone is that of the last day that there are lines of."""
    if not since and not until:
        return None
    whole = case.window
    end = whole[1] if whole else case.now
    low = _moment(case, since, end) if since else None
    high = _moment(case, until, end) if until else None
    if low is not None and high is not None and low >= high:
        raise KitError(
            "There is no time between the two ends.",
            f"They are {since} and {until}.",
            "Give --since before --until.",
        )
    return low, high


def _moment(case: Case, text: str, end: datetime) -> datetime:
    from investigator import natural_times

    match = _AGO.fullmatch(text.strip())
    if match:
        return end - timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
    found = natural_times.parse(text, zone_name=case.zone, reference=end).low
    if found > end and re.fullmatch(r"\s*\d{1,2}:\d{2}(:\d{2})?\s*", text):
        found -= timedelta(days=1)  # 23:50, where the last line is from after midnight
    return found


def _options(words: list[str], function: Any) -> tuple[list[str], dict[str, Any]]:
    """Words without a name, and parameters by their names, each as what the analysis takes."""
    import inspect

    known = {
        name: str(parameter.annotation)
        for name, parameter in list(inspect.signature(function).parameters.items())[1:]
    }
    plain: list[str] = []
    params: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            plain.append(word)
            continue
        name, sign, value = word[2:].partition("=")
        name = name.replace("-", "_")
        kind = known.get(name, "")
        if not sign:
            following = next(rest, None)
            if following is None and "bool" not in kind:
                raise KitError(f"--{name} has no value.", "", f"Write --{name} VALUE.")
            value = "true" if following is None else following
        params[name] = _value(name, value, kind)
    return plain, params


def _value(name: str, text: str, kind: str) -> Any:
    """A value as the parameter takes it, by its annotation."""
    if "dict" in kind or text.startswith(("[", "{")):
        try:
            return json.loads(text)
        except ValueError as error:
            raise KitError(f"--{name} takes JSON: {error}.", f"It got {text}.", "Mend it.") from None
    if "list" in kind and "str |" not in kind:
        return [part.strip() for part in text.split(",") if part.strip()]
    if "bool" in kind and text.lower() in ("true", "yes", "false", "no"):
        return text.lower() in ("true", "yes")
    for word, make in (("int", int), ("float", float)):
        if word in kind:
            try:
                return make(text)
            except ValueError:
                continue
    if ("int" in kind or "float" in kind) and "str" not in kind:
        raise KitError(f"--{name} takes a number.", f"It got '{text}'.", f"Write --{name} 5.")
    return text


# -- what is said ----------------------------------------------------------------------------------------------


def _manual(name: str, function: Any, command: str = "find") -> None:
    import inspect

    say(f"inv {command} {name}\n")
    for knob, parameter in list(inspect.signature(function).parameters.items())[1:]:
        empty = parameter.default is inspect.Parameter.empty
        say(f"  --{knob:<20} {'needed' if empty else f'else {parameter.default}'}")
    say(f"\n{inspect.getdoc(function) or ''}")


def _searched(case: Case, finding: Finding, lines: int, window: Any) -> str:
    """A search as a terminal shows it: the answer, when, the kinds of message, the first and last lines, the doubts."""
    from investigator import moment
    from investigator.case import shown
    from investigator.cli import blocks
    from investigator.finding import readable
    from investigator.moment import localised

    value = finding.value or {}
    wide = shutil.get_terminal_size((120, 24)).columns
    out = [f"{case.id}: {finding.question}{_between(case, window)}", f"  {finding.said}"]
    bins = (value.get("bins") or {}).get("counts") or []
    if len(bins) > 1:
        counts = [(datetime.fromisoformat(at), n) for at, n in bins]
        text, low, high = blocks.spark(counts, value["bins"]["seconds"], max(wide - 44, 20))
        place = moment.zone(case.zone)
        shape = "%H:%M" if low.astimezone(place).date() == high.astimezone(place).date() else "%m-%d %H:%M"
        out.append(f"  {low.astimezone(place):{shape}} {text} {high.astimezone(place):{shape}}")
    if finding.table is not None and len(finding.table):
        names, cells, where = readable(finding.table.head(KINDS), finding.zone)
        out += ["", f"  kinds of message{f', times: {where}' if where else ''}"]
        table = shown.table(names, [[_cut(cell, wide // 2) for cell in row] for row in cells])
        out += [f"    {line}" for line in table.text.splitlines()]
        if value["kinds_in_all"] > KINDS:
            out.append(f"    and {value['kinds_in_all'] - KINDS:,} more kinds")
    if finding.evidence is not None and len(finding.evidence) and lines:
        out += ["", *_some(case, finding, lines, wide)]
    notes = [*finding.coverage.blind, *finding.coverage.gaps[:3], *finding.coverage.missing]
    out += [
        f"  · {localised(line, finding.zone)}" for line in notes if line.rstrip(".") not in finding.answer
    ]
    return "\n".join(out) + "\n" + raw_lines(case, finding)


def _some(case: Case, finding: Finding, lines: int, wide: int) -> list[str]:
    """The first lines and the last, each with the origin by which it is found again."""
    from investigator.case import shown
    from investigator.finding import readable

    rows = finding.evidence
    assert rows is not None
    last = lines * LAST // (FIRST + LAST) if len(rows) > lines else 0
    some = (
        rows if len(rows) <= lines else rows.iloc[[*range(lines - last), *range(len(rows) - last, len(rows))]]
    )
    some = some.assign(
        where=[
            s if isinstance(s, str) and s else o for s, o in zip(some["service"], some["source"], strict=True)
        ]
    )
    names, cells, where = readable(some[["time", "where", "body", "origin"]], finding.zone)
    taken = max(len(row[0]) + len(row[1]) + len(row[3]) for row in cells) + 12
    names[2] = "message"
    table = shown.table(names, [[a, b, _cut(c, max(wide - taken, 30)), d] for a, b, c, d in cells])
    text = [f"    {line}" for line in table.text.splitlines()]
    more = finding.evidence_count - len(some)
    head = f"  the lines{f', times: {where}' if where else ''}"
    if more > 0:
        text.insert(1 + len(some) - last, f"    ... {more:,} more ...")
    return [head, *text]


def _between(case: Case, window: Any) -> str:
    from investigator import moment

    if window is None:
        return ""
    low, high = (moment.show(end, case.zone) if end else "" for end in window)
    return f" {f'From {low}' if low else ''}{' ' if low and high else ''}{f'up to {high}' if high else ''}"


def _cut(text: str, width: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: max(width - 1, 1)] + "…"


def _json(data: Any) -> None:
    say(
        json.dumps(data, ensure_ascii=True, indent=1)
    )  # what is no ASCII is escaped, so it does nothing to a terminal


def _page(text: str) -> None:
    """Text in a pager where it is longer than the terminal is high, and there is one; else as it is."""
    shown = harmless(text, keep=LAYOUT)
    pager = shlex.split(os.environ.get("PAGER", "less"))
    small = shown.count("\n") + 1 < shutil.get_terminal_size().lines
    if small or not pager or not sys.stdout.isatty() or shutil.which(pager[0]) is None:
        say(text)
        return
    environment = {**os.environ, "LESSSECURE": "1", "LESS": os.environ.get("LESS", "FX")}
    done = subprocess.run(pager, input=shown.encode("utf-8", errors="replace"), env=environment, check=False)
    if done.returncode not in (0, 1, 2, 130, -13):
        say(text)
