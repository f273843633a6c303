"""The commands of the team's profile: make it, and what it tells to fetch."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from investigator.cli.lines import newest, say
from investigator.cli.shared import Root, app, progress
from investigator.errors import KitError


@app.command()
def init(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="A folder of samples to look at: systems, ids, zones."),
    ] = None,
    output: Annotated[Path, typer.Option(help="Where to write it.")] = Path("investigator.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Make it anew where there is one.")] = False,
    ask: Annotated[bool, typer.Option(help="Ask a few questions, on a terminal.")] = True,
) -> None:
    """Make the team's profile: systems and how to fetch from each, kinds of ids, zones, contacts. All of it is optional.

    inv init

    inv init samples/
    """
    from investigator.profile import making

    target = output / making.FILE if output.is_dir() else output
    if target.exists() and not force:
        raise KitError(
            f"There is a profile already: {target}.",
            "It is not overwritten.",
            "Edit it, or say --force to make it anew.",
        )
    seen = making.Seen()
    if folder is not None:
        with progress(f"looking at {folder.name}") as step:
            seen = making.look(folder, progress=step)
        say(seen)
        say()
    answers = _asked(seen) if ask and sys.stdin.isatty() and sys.stdout.isatty() else {}
    path = making.write(target, making.text(seen, answers), force=force)
    say(f"Wrote {path}. Look at it, fill in what is missing, and keep it in the team's repository.")
    say('Next: inv new INC-1 --title "..."      and: inv fetch-list INC-1')


@app.command("fetch-list")
def fetch_list(
    case_id: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")
    ] = None,
    cases: Root = None,
) -> None:
    """What to fetch from where, what expires first on top, each with its command ready to copy. Nothing is run.

    inv fetch-list INC-2031
    """
    say(newest(case_id, cases).brief.fetch_list())


def _asked(seen: object) -> dict[str, dict[str, str]]:
    """A few questions; Enter leaves each open."""
    from investigator import moment
    from investigator.profile import commands, making, reading

    assert isinstance(seen, making.Seen)
    out: dict[str, dict[str, str]] = {"fetch": {}, "retention": {}, "zones": {}, "contacts": {}}
    if seen.unzoned:
        while zone := _line(
            f"Where are times from that name no zone, as in {seen.unzoned[0]}? (Europe/Berlin)"
        ):
            try:
                out["zones"]["*"] = moment.zone(zone).key
                break
            except KitError as error:
                say(error)
    for name in list(seen.systems)[:12]:
        question = f"How do you fetch from {name}? A command with {{start}} {{end}} {{id}}"
        while (fetch := _line(question)) and (problem := commands.mistake(fetch)):
            say(problem)
        while (kept := _line(f"How long does {name} keep it? (7d)")) and not reading.length(kept):
            say(f"'{kept}' is no length of time: 36h, 7d, 4w or 1y.")
        out["fetch"] |= {name: fetch} if fetch else {}
        out["retention"] |= {name: kept} if kept else {}
    if who := _line("Who is asked first, and how to reach them? (dana: +49 30 1234)"):
        name, _, reach = who.partition(":")
        out["contacts"][name.strip()] = reach.strip() or name.strip()
    return out


def _line(question: str) -> str:
    say(f"{question} [Enter: later]")
    return sys.stdin.readline().strip()
