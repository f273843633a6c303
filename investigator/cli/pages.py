"""The commands for pages that leave the house: in review, approved, released, compared."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import Annotated, Any

import typer

from investigator.cli.lines import newest, say
from investigator.cli.shared import Root, app, progress

CaseId = Annotated[str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")]


@app.command()
def release(
    case_id: CaseId = None,
    audience: Annotated[
        str, typer.Option(help="Who reads it: engineering, executive, customer or training.")
    ] = "engineering",
    review: Annotated[
        bool, typer.Option("--review", help="Make the page that others look at first.")
    ] = False,
    comment: Annotated[str, typer.Option(help="A comment on the page that is in review.")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="Approve the page that is in review.")] = False,
    anyway: Annotated[str, typer.Option(help="Release without an approval, with the reason.")] = "",
    compare: Annotated[
        bool, typer.Option("--compare", help="What the last two versions state differently.")
    ] = False,
    cases: Root = None,
) -> None:
    """Let a postmortem leave the house: reviewed, approved by somebody else, frozen, its hash in the record.

    inv release INC-2031 --review

    inv release INC-2031 --approve

    inv release INC-2031 --audience customer
    """
    from investigator.report import release as releasing

    case = newest(case_id, cases)
    if compare:
        _compare(case, audience)
    elif comment:
        say(f"#{releasing.comment(case, comment, audience).number} stands beside the page.")
    elif approve:
        say(
            f"#{releasing.approve(case, audience).number} approves it. Next: inv release {case.id} --audience {audience}"
        )
    elif review:
        with progress("rendering postmortem") as step:
            entry = releasing.review(case, audience, progress=step)
        say(case.path / str((entry.content or {})["path"]))
        say(
            f"In review as #{entry.number}. Next, somebody else: inv release {case.id} --approve --audience {audience}"
        )
    else:
        with progress("rendering postmortem") as step:
            made = releasing.release(case, audience, anyway=anyway, progress=step)
        say(made)


@app.command()
def board(
    case_id: CaseId = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Write them anew with each line, until Ctrl-C.")
    ] = False,
    cases: Root = None,
) -> None:
    """Pages for those without Jupyter: care, a manager, a lawyer; read-only, redacted, renewing themselves.

    inv board INC-2031 -f
    """
    import time

    from investigator.report import board as boards

    case = newest(case_id, cases)
    for path in boards.write(case):
        say(path)
    head, written = case.evidence.record.newest(), time.monotonic()
    while follow:
        time.sleep(2)
        now = case.evidence.record.newest()
        if now != head or time.monotonic() - written > boards.SECONDS:
            boards.write(case)
            head, written = now, time.monotonic()


def _compare(case: Any, audience: str) -> None:
    from investigator.report import release as releasing

    found = [e for e in releasing.released(case) if (e.content or {}).get("audience") == audience]
    if len(found) < 2:
        say(
            f"{len(found) or 'No'} version for {audience} {'was' if len(found) == 1 else 'were'} released; two are compared."
        )
        return
    for line in releasing.compared(*found[-2:]) or ["Both state the same."]:
        say(line)


def edit(case: Any) -> None:
    """The story as Markdown in the case's folder: taken in where it was changed, written anew, opened in an editor."""
    from investigator.case.writing import story_file

    path = case.path / story_file.NAME
    if path.exists():
        _take_in(case, path)
    path = story_file.write(case.snapshot(), case.path)
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor or not sys.stdin.isatty():
        say(path)
        say("Write in it, then run the same command again: what you changed goes into the record.")
        return
    subprocess.run([*shlex.split(editor), str(path)], check=False)
    _take_in(case, path)


def _take_in(case: Any, path: Any) -> None:
    from investigator.case.writing import story_file

    taken = story_file.take_in(case.evidence.record, path)
    for heading in taken:
        say(f"In the record: {heading}")
