"""investigator, or inv for short: the kit in a terminal. The only place that prints and exits.

A line for the record is written at once, without the libraries that all other commands load: half a second is what
somebody has who is in the middle of something else.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any

from investigator.errors import KitError, MomentError, ParameterError
from investigator.look import harmless

#: What lays out a text and stays.
LAYOUT = "\n\t"

__all__ = ["main"]


def say(text: object = "") -> None:
    """One line or more to standard output; what data could do to a terminal is written out."""
    sys.stdout.write(f"{harmless(text, keep=LAYOUT)}\n")
    sys.stdout.flush()


def note(words: str, case_id: str | None = None, cases: Path | None = None) -> None:
    """Write a line: its verb first, where it has one."""
    from investigator.case.record.line import ALSO_WORDS, parted
    from investigator.case.writing import shorthand

    verb, rest = parted(words)
    case = newest(case_id, cases)
    try:
        say(shorthand.write(case, verb, rest, undo="inv note undo"))
    except (ParameterError, MomentError) as error:
        if verb not in ALSO_WORDS or rest.lstrip().startswith("#") or "|" in rest:
            raise
        # "plan is to wait": nothing that somebody writes down is lost for not being what its first word is for.
        say(shorthand.write(case, "note", words, undo="inv note undo"))
        say(f"kept as a note; as '{verb}': {error.what} {error.do}")


def newest(case_id: str | None, cases: Path | None) -> Any:
    """The case of that id or folder; without one the case that was written to last."""
    from investigator.case import Case
    from investigator.case.record import folder

    if case_id is not None:
        return Case.open(case_id, root=cases)
    found = by_age(folder.listing(cases))
    if not found:
        raise KitError(
            f"There is no case in {folder.root(cases)}.",
            "",
            'Make one: inv new INC-1 --title "..."   or try: inv demo',
        )
    return Case.open(found[0])


def by_age(paths: list[Path]) -> list[Path]:
    """Cases by when they were last written to, the newest first."""
    from investigator.case.record import location

    return sorted(paths, key=lambda path: (-location.touched(path), path.name))


#: Files beside `commands` that add commands to the same app.
MORE = ("intake", "lead", "paste", "sharing", "team")


def main() -> None:
    """The entry point: errors of the kit are three beats on standard error and exit code 2."""
    try:
        given = sys.argv[1:]
        # Options of a note are rare, and are left to the commands, which know them.
        if given[:1] == ["note"] and len(given) > 1 and not any(word.startswith("-") for word in given):
            gc.disable()  # nothing here lives long enough to be worth a look, and looking takes a sixth of the time
            note(" ".join(given[1:]))
            # The line is on disk. Taking a hundred modules down in order would cost a fifth of the half second.
            sys.stdout.flush()
            os._exit(0)
        else:
            __getattr__("app")(standalone_mode=True)
    except KitError as error:
        beats = "\n".join(part for part in (error.what, error.there_is, error.do) if part)
        sys.stderr.write(f"{harmless(beats, keep=LAYOUT)}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. What was acknowledged is kept; run the same command again to go on.\n")
        sys.exit(130)


def __getattr__(name: str) -> Any:
    if name == "app":
        from importlib import import_module

        from investigator.cli.commands import app

        for more in MORE:
            import_module(f"investigator.cli.{more}")  # each adds its commands
        return app
    raise AttributeError(f"module 'investigator.cli' has no attribute '{name}'")
