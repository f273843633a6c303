"""The story in front of a postmortem: one printed page."""

from __future__ import annotations

from investigator.case import shown
from investigator.case.reasoning import story as telling
from investigator.case.shown import Shown, escape
from investigator.case.snapshot import Snapshot


def story(snapshot: Snapshot) -> Shown:
    """What the system does, what broke, what was believed, done and found untouched, and what we take from it.

    Where nobody wrote a part the record tells it. What is still missing stands below in one grey line, for who
    writes; a released page leaves these out. A value whose finding changed since is marked where it stands.
    """
    # What people wrote of what broke stands on top of the page already.
    told = [part for part in telling.parts(snapshot) if part.section != "summary" or part.by != "people"]
    written = [part for part in told if not part.gap]
    gaps = [part for part in told if part.gap]
    out = [shown.wrapped("part", _heading(part.heading), _text(snapshot, part.text)) for part in written]
    if gaps:
        named = "; ".join(part.heading for part in gaps)
        out.append(shown.missing(f"Not written yet: {named}. Write them: inv postmortem --edit"))
    return shown.wrapped("story", *out)


def _heading(text: str) -> Shown:
    return Shown(text.upper(), f"<h3>{escape(text)}</h3>")


def _text(snapshot: Snapshot, text: str) -> Shown:
    lines = [line.strip().lstrip("-* ").strip() for line in text.split("\n") if line.strip()]
    items = [_line(snapshot, line) for line in lines]
    if len(items) == 1:
        return Shown(items[0].text, f"<p>{items[0].markup}</p>")
    return Shown(
        "\n".join(f"- {item.text}" for item in items),
        f"<ul>{''.join(f'<li>{item.markup}</li>' for item in items)}</ul>",
    )


def _line(snapshot: Snapshot, line: str) -> Shown:
    text, markup = "", ""
    for piece in telling.pieces(snapshot, line):
        text += f"{piece.text} [{piece.drifted}]" if piece.drifted else piece.text
        if piece.drifted:
            note = f"<small>[{escape(piece.drifted)}]</small>"
            markup += f"<mark class='drifted'>{escape(piece.text)} {note}</mark>"
        else:
            markup += escape(piece.text)
    return Shown(text, markup)
