"""`inv paste`: what lies in the clipboard, or comes on standard input, into the record."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import Annotated

import typer

from investigator.cli.lines import given, meant, say
from investigator.cli.shared import Root, app
from investigator.errors import KitError

#: What reads the clipboard, in the order in which it is tried.
READERS = (
    ("pbpaste",),
    ("wl-paste", "--no-newline"),
    ("xclip", "-selection", "clipboard", "-o"),
    ("xsel", "--clipboard", "--output"),
    ("powershell.exe", "-NoProfile", "-Command", "Get-Clipboard"),
)


@app.command()
def paste(
    case_id: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Id or folder; without it the one that is open.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take it in without asking.")] = False,
    cases: Root = None,
) -> None:
    """A copied thread, log lines or a table into the record: looked at first, one undo takes all of it back.

    inv paste                 (from the clipboard)

    inv paste < thread.txt
    """
    case = meant(case_id, cases, lambda one: f"inv paste {one}")
    piped = not sys.stdin.isatty()
    found = case.record.paste(given() if piped else _clipboard())
    if not (yes or piped or found.already):
        say(found)
        if input("\nEnter takes it in; anything else leaves it out: ").strip():
            say("Left out: nothing was written.")
            return
    elif not found.already:
        say(found)
        say()
    say(found.keep(undo=f"inv note --case {case.id} undo #{{}}"))


def _clipboard() -> str:
    """The text in the clipboard; where no reader is there, what is pasted into the terminal."""
    for command in READERS:
        if shutil.which(command[0]) is None:
            continue
        try:
            done = subprocess.run(command, capture_output=True, timeout=5, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        text = done.stdout.decode("utf-8", errors="replace")
        if text.strip():
            return text
    say("Paste here, then Ctrl-D on a line of its own.")
    text = given()
    if not text.strip():
        raise KitError("Nothing was pasted.", "", "Copy a thread or lines first, or: inv paste < thread.txt")
    return text
