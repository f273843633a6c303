"""Whether a file holds lines of several formats, and which: told from its beginning, its middle and its end.

A file is mixed where the format that knows it best leaves lines alone that another one begins, in another shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from investigator.load.content import Content
from investigator.load.formats import Mixed, beginnings, form_of, formats, loose, sureness
from investigator.load.ranking import Candidate
from investigator.sources._format import Form, Head, JsonLines, Lines, Records, Sure

if TYPE_CHECKING:
    from investigator.load.declared import Declared

FORMATS_AT_MOST = 6
#: A format is in the mix where it begins at least so many lines, and such a share of them.
LINES_AT_LEAST, SHARE_AT_LEAST = 2, 0.02
SURE_AT_LEAST = 0.35  # of the lines that it begins
COVERED_AT_LEAST = 0.25  # of all lines; the others join
SURE_ALONE = 0.9  # a format that is as sure of the whole, and no format of lines, is left alone
_WINDOW = 32 << 10


def found(
    content: Content, head: Head, first: Candidate, declared: Sequence[Declared] = ()
) -> tuple[Mixed, str] | None:
    """The mix that a content is, and why; None where one format is enough."""
    lines = [line[:4000] for line in (*head.lines, *_further(content, head))]
    if len(lines) < 4:
        return None
    best = form_of(first.name, declared) if first.name else None
    by_line = best if isinstance(best, (Lines, JsonLines)) else None
    if by_line is None and first.share >= SURE_ALONE:
        return None
    taken: list[tuple[str, Form]] = []
    rest, leads = lines, set[str]()
    if by_line is not None:
        own = beginnings(by_line, lines)
        rest = [line for line, hit in zip(lines, own, strict=True) if not hit]
        if len(rest) < LINES_AT_LEAST or not _worth(rest, lines, leads):
            return None
        leads = {_lead(line) for line, hit in zip(lines, own, strict=True) if hit}
        if not loose(by_line) and any(own):
            taken.append((first.name, by_line))
        else:
            rest, leads = lines, set()
    known = candidates(declared)
    least = max(LINES_AT_LEAST, SHARE_AT_LEAST * len(lines))
    while len(taken) < FORMATS_AT_MOST:
        scored = []
        for name, form, sure in known:
            if any(name == other for other, _ in taken):
                continue
            hits = [
                line
                for line, hit in zip(rest, beginnings(form, rest), strict=True)
                if hit and _lead(line) not in leads
            ]
            if len(hits) >= least:
                text = "\n".join(hits) + "\n"
                share = sure(Head(text.encode(errors="replace"), text, head.name, True)).share
                if share >= SURE_AT_LEAST:
                    scored.append((len(hits) * share, share, name, form))
        if not scored:
            break
        _, _, name, form = max(scored, key=lambda one: (one[0], one[1], one[2]))
        taken.append((name, form))
        begun = beginnings(form, rest)
        leads |= {_lead(line) for line, hit in zip(rest, begun, strict=True) if hit}
        rest = [line for line, hit in zip(rest, begun, strict=True) if not hit]
    if len(taken) < 2:
        return None
    mix = Mixed.of(taken)
    owners = mix.owners(lines)
    counts = {name: owners.count(i) for i, (name, _) in enumerate(mix.parts)}
    number = sum(counts.values())
    if (
        owners[0] < 0
        or number < COVERED_AT_LEAST * len(lines)
        or sum(n >= least for n in counts.values()) < 2
    ):
        return None
    said = ", ".join(f"{name} {number}" for name, number in counts.items())
    return mix, f"of {len(lines)} lines: {said}; {len(lines) - number} join"


def candidates(declared: Sequence[Declared]) -> list[tuple[str, Form, Callable[[Head], Sure]]]:
    """Every format whose events can be told line by line: name, form, and how sure it is."""
    out: list[tuple[str, Form, Callable[[Head], Sure]]] = [
        (form.name, form, form.sure) for form in declared if "time" in form.groups
    ]
    for name, module in formats().items():
        form = module.FORMAT
        lines = isinstance(form, Lines) and "(?P<time>" in form.pattern and not form.headers
        objects = isinstance(form, JsonLines) and form.mixes
        if lines or objects or (isinstance(form, Records) and form.begins and not form.loose):
            out.append((name, form, partial(sureness, name, module)))
    return out


def _worth(rest: list[str], lines: list[str], leads: set[str]) -> bool:
    """Whether lines that one format leaves alone may begin events: most begin with a sign, a digit or a word= ."""
    return sum(bool(_MAY_BEGIN.match(line)) for line in rest) >= max(
        LINES_AT_LEAST, SHARE_AT_LEAST * len(lines)
    )


_MAY_BEGIN = re.compile(
    r'^(?:\{"|\[?\(?\d|[<\[(]|[A-Z]\d{4}|[A-Za-z_@.-]{2,20}=|[A-Z][a-z]{2} [ \d]\d |[A-Z]{4,8}\b|[\da-f.:]{7,40} )'
)


def _lead(line: str) -> str:
    """The shape in which a line begins."""
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "0", line[:9]))


def _further(content: Content, head: Head) -> list[str]:
    """Some lines of the middle and of the end: a file may begin with one format alone."""
    if head.whole or content.codec or b"\0" in head.data[:200]:
        return []
    out: list[str] = []
    with open(content.path, "rb") as stream:
        size = stream.seek(0, 2)
        for at in (size // 2, size - _WINDOW):
            if at <= len(head.data):
                continue
            stream.seek(at)
            found = stream.read(_WINDOW).decode("utf-8", errors="backslashreplace").splitlines()[1:-1]
            out += [line for line in found if line.strip()][:200]
    return out
