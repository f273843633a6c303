"""investigator, or inv for short: the kit in a terminal. The only place that prints and exits.

A line for the record is written at once, without the libraries that all other commands load: half a second is what
somebody has who is in the middle of something else.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from typing import Any

from investigator.cli.lines import LAYOUT, note
from investigator.errors import KitError
from investigator.look import harmless

__all__ = ["main"]


#: What a disk says that has no room, or may not be written.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)
#: Files beside `commands` that add commands to the same app.
MORE = (
    "again",
    "asking",
    "intake",
    "lead",
    "library",
    "pages",
    "paste",
    "people",
    "sharing",
    "showing",
    "team",
)


def main() -> None:
    """The entry point: errors of the kit are three beats on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # what a terminal can't show is written out
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
    except OSError as error:
        nowhere = "No usable temporary directory" in str(error)  # Python's own words, with another number
        if error.errno not in NO_ROOM and not nowhere:
            raise
        where = harmless(str(error.filename or "a file of the case"), keep="")
        why = "no disk takes a temporary file" if nowhere else error.strerror
        sys.stderr.write(
            f"I can't write {where}: {why}.\nWhat was acknowledged before is kept, and nothing is half-made.\n"
            "Make room, or give a folder that is yours to write: --cases FOLDER\n"
        )
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
