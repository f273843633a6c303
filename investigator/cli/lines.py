"""What every command says and looks for: a line to the terminal, a line for the record, the case that is meant.

Nothing heavy is imported: a note is written within half a second.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from investigator.errors import KitError, MomentError, ParameterError
from investigator.look import harmless

#: So many cases are looked at whether they are open, those that were written to last.
RECENT = 6
#: What lays out a text and stays.
LAYOUT = "\n\t"


def say(text: object = "") -> None:
    """One line or more to standard output; what data could do to a terminal is written out."""
    sys.stdout.write(f"{harmless(text, keep=LAYOUT)}\n")
    sys.stdout.flush()


def given() -> str:
    """What comes on standard input, in whatever encoding it is: marks at its beginning tell, else UTF-8, else Windows'."""
    raw = getattr(sys.stdin, "buffer", None)
    if raw is None:
        return sys.stdin.read()
    data = raw.read()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return str(data.decode("utf-16", "replace"))
    try:
        return str(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return str(data.decode("cp1252", "replace"))


def note(words: str, case_id: str | None = None, cases: Path | None = None) -> None:
    """Write a line: its verb first, where it has one."""
    from investigator.case.record.line import ALSO_WORDS, parted
    from investigator.case.writing import shorthand

    verb, rest = parted(words)
    case = meant(case_id, cases, lambda one: f"inv note --case {one} {shlex.quote(words)}")
    try:
        say(shorthand.write(case.evidence, verb, rest, undo="inv note undo"))
    except (ParameterError, MomentError) as error:
        if verb not in ALSO_WORDS or rest.lstrip().startswith("#") or "|" in rest:
            raise
        # "plan is to wait": nothing that somebody writes down is lost for not being what its first word is for.
        say(shorthand.write(case.evidence, "note", words, undo="inv note undo"))
        say(f"kept as a note; as '{verb}': {error.what} {error.do}")


def meant(case_id: str | None, cases: Path | None, again: Callable[[str], str]) -> Any:
    """The case that something is written into; raises KitError where it names none and two are open, so that none goes astray.

    `again` is how it is said with the id of a case.
    """
    from investigator.case import Case
    from investigator.case.record import folder

    if case_id is None and (at_hand := os.environ.get("INVESTIGATOR_CASE")):
        case_id = at_hand
    if case_id is not None:
        return Case.open(case_id, root=cases)
    recent = [path for path in by_age(folder.listing(cases)) if not _triage(path)][:RECENT]
    open_ = [case for case in map(Case.open, recent) if case.state.phase != "resolved"]
    if len(open_) > 1:
        raise KitError(
            "Which case is that for? Nothing was written down.",
            f"Open are: {'; '.join(f'{case.id} ({case.title[:50]})' for case in open_)}.",
            f"Say it again with its id: {again(open_[0].id)}",
        )
    return open_[0] if open_ else newest(None, cases)


def _triage(path: Path) -> bool:
    """Whether a case was made on the side by `inv triage`: it is never the one at hand while there is another."""
    return path.name.startswith("TRIAGE-")


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
    """Cases by when they were last written to, the newest first; those of a triage after all others."""
    from investigator.case.record import location

    return sorted(paths, key=lambda path: (_triage(path), -location.touched(path), path.name))
