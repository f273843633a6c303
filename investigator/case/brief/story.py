"""The story in front of a postmortem: one printed page."""

from __future__ import annotations

from investigator.case import shown
from investigator.case.reasoning import story as telling
from investigator.case.shown import Shown, escape
from investigator.case.snapshot import Snapshot


def story(snapshot: Snapshot) -> Shown:
    """What the system does, what broke, what was believed, done and found untouched, and what we take from it.

    Where nobody wrote a part the record tells it. What is still missing stands below in one grey line, for who
    writes; a released page leaves these out.
    """
    # What people wrote of what broke stands on top of the page already.
    told = [part for part in telling.parts(snapshot) if part.section != "summary" or part.by != "people"]
    written = [part for part in told if not part.gap]
    gaps = [part for part in told if part.gap]
    out = [shown.wrapped("part", _heading(part.heading), _text(part.text)) for part in written]
    if gaps:
        named = "; ".join(part.heading for part in gaps)
        out.append(shown.missing(f"Not written yet: {named}. Write them: inv postmortem --edit"))
    return shown.wrapped("story", *out)


def _heading(text: str) -> Shown:
    return Shown(text.upper(), f"<h3>{escape(text)}</h3>")


def _text(text: str) -> Shown:
    lines = [line.strip().lstrip("-* ").strip() for line in text.split("\n") if line.strip()]
    return shown.paragraph(lines[0]) if len(lines) == 1 else shown.bullets(lines)
