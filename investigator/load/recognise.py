"""Which format a file has: by its content, with the reason in words. Its name only breaks a tie."""

from __future__ import annotations

from collections.abc import Sequence

from investigator.errors import DataError
from investigator.load import mixture
from investigator.load.content import Content
from investigator.load.declared import Declared
from investigator.load.formats import SOURCES, form_of, formats, formed, skipped, sureness
from investigator.load.ranking import Candidate, ranked
from investigator.sources._format import Head, Records

__all__ = ["SOURCES", "Candidate", "form_of", "formats", "formed", "ranked", "recognise", "sureness"]

CERTAIN = 0.9  # a format that is as sure is believed, whatever the bytes look like


def recognise(
    content: Content, *, given: str | None = None, declared: Sequence[Declared] = ()
) -> tuple[str, str, Head]:
    """The format's name, why, and the head that it was told from; raises DataError for what is no text."""
    head = content.head()
    if given:
        return given, _as_given(content, given, declared, head), head
    if not head.data:
        raise DataError(f"{content.name} is empty.", "", "Export it again, if something should be in it.")
    first = next(iter(ranked(head, declared, enough=CERTAIN)), Candidate("", 0.0, ""))
    several = mixture.found(content, head, first, declared)
    if several:
        return several[0].name, several[1], head
    if first.share < CERTAIN:
        for name, module in formats().items():
            if (
                isinstance(module.FORMAT, Records)
                and module.FORMAT.kept
                and (sure := sureness(name, module, head)).share
            ):
                return name, sure.why, head
    if not first.name:
        raise DataError(
            f"{content.name} is nothing that I recognise.",
            " ".join(
                (
                    "I read JSON, CSV, SQLite, logs, mails and many more, each also compressed or in an archive.",
                    *skipped(),
                )
            ),
            "Say which it is with format=..., or export it as one of these.",
        )
    return first.name, first.why, head


def _as_given(content: Content, given: str, declared: Sequence[Declared], head: Head) -> str:
    """Why it is read as somebody said; refused where a format of their own matches none of its lines."""
    form = form_of(given, declared)
    if not isinstance(form, Declared) or not head.lines:
        return "as you said"
    sure = form.sure(head)
    if not any(form.beginnings([line[:20_000] for line in head.lines])):
        raise DataError(
            f"{given} matches none of the first {len(head.lines)} lines of {content.name}.",
            f"The first of them is: {head.lines[0][:200]}",
            "See what is read, line by line, before anything is stored: inv add --try FILE --pattern '...'",
        )
    return f"as you said: {sure.why}"
