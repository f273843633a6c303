"""From a draft to a page that left the house: in review, approved by somebody else, released and frozen.

Each step is an entry of the record with the hash of the page, so that the page, its manifest and the record prove each
other. Only what leaves the house is gated; who knows better goes past with a reason, which stands in the record.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigator.case.evidence import loads
from investigator.case.reasoning import in_place, story
from investigator.case.reasoning import statements as stated
from investigator.errors import CaseError, ReportError
from investigator.report import atomic
from investigator.report.make import make

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from investigator.case import Case
    from investigator.ledger import Entry

FOLDER = "released"
IN_REVIEW = "In review: not approved, not released"
INTERIM = "Interim: for corrections by those who were there; not approved, not released"
_UNFINISHED = re.compile(r"\bcase\.(?:record|brief|find|recovery|customer)\b|\bDraft:|inv postmortem --edit")


@dataclass(frozen=True)
class Released:
    """A page that left the house: where it lies, its number among those of its audience, and its entry."""

    page: Path
    number: int
    entry: Entry

    def __str__(self) -> str:
        return f"{self.page}\nIt is version {self.number}, frozen, and entry #{self.entry.number} of the record has its hash."


def claims(case: Case) -> dict[str, str]:
    """What a page of the case states: every pinned statement as it is now, and every part of the story."""
    snapshot = case.snapshot()
    out = {f"#{s.entry.number}": s.sentence for s in stated.statements(snapshot)}
    for part in story.parts(snapshot):
        if part.text:
            out[part.heading] = "".join(piece.text for piece in in_place.pieces(snapshot, part.text))
    return out


def hindrances(case: Case) -> list[str]:
    """Why no page of the case may leave the house now, each in a sentence; empty where one may."""
    snapshot = case.snapshot()
    out = []
    for statement in stated.statements(snapshot):
        if statement.status in ("contradicted", "can't be re-run"):
            out.append(
                f"#{statement.entry.number} {statement.status}: {statement.why or statement.sentence}."
            )
    out += [f"In '{heading}' {what}." for heading, what in story.drifted(snapshot)]
    missing = loads.banner(case.evidence.record, case.evidence.store.manifest())
    if missing:
        out.append(missing)
    else:
        verified = case.verify()
        if not verified.ok:
            out.append(f"The case is not as it was written: {str(verified).splitlines()[0]}")
    return out


def strictly(case: Case) -> None:
    """Raises ReportError where anything that a page would state is not what it was."""
    if found := hindrances(case):
        raise ReportError(
            f"No page was made: {found[0]}",
            " ".join(found[1:4]),
            "Mend it, take the statement back, or leave out --strict: the page then marks it where it stands.",
        )


def review(
    case: Case,
    audience: str = "engineering",
    *,
    interim: bool = False,
    author: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Entry:
    """The page marked as in review, or as interim, and its entry: what others correct, comment on and approve."""
    mark, how = (INTERIM, "interim,") if interim else (IN_REVIEW, "in review")
    report = make(case, draft=False, audience=audience, mark=mark, progress=progress)
    return _noted(case, report.page, report.manifest, audience, False, claims(case), author, how)


def comment(case: Case, text: str, audience: str = "engineering", *, author: str | None = None) -> Entry:
    """A comment on the page that is in review."""
    return case.record.note(text, about=_under_review(case, audience).number, author=author)


def approve(case: Case, audience: str = "engineering", *, author: str | None = None) -> Entry:
    """Somebody's approval of the page that is in review; of their own only where nobody else writes in the case."""
    entry = _under_review(case, audience)
    record = case.evidence.record
    record.writable("approve")
    made = record.append(
        "approval", {"text": f"approved the page for {audience} (#{entry.number})"}, about=entry.id, author=author, key=[]
    )  # fmt: skip
    return made


def release(
    case: Case,
    audience: str = "engineering",
    *,
    anyway: str = "",
    author: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Released:
    """The page, made anew without a mark, frozen in `reports/released` with its manifest, its hash in the record.

    Raises ReportError where a claim does not hold, a load is missing, the record is broken, or nobody approved what
    stands there; `anyway`, a reason, goes past the approval alone.
    """
    found = hindrances(case)
    if not anyway:
        found += _unapproved(case, audience)
    if found:
        raise ReportError(
            f"The page can't be released: {found[0]}",
            f"There {'is one reason' if len(found) == 1 else f'are {len(found)} reasons: ' + ' '.join(found[1:4])}.".replace(
                "..", "."
            ),
            "Mend it, take the statement back, or add what is missing; then `inv release --review` again.",
        )
    report = make(case, draft=False, audience=audience, mark="", progress=progress)
    text = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", report.page.read_text(encoding="utf-8"))
    unfinished = _UNFINISHED.search(re.sub(r"<[^>]*>", " ", text))
    if unfinished:
        raise ReportError(
            f"The page can't be released: it still says '{unfinished[0]}'.",
            "That is a word to who writes it, and none to who reads it.",
            "Write the part that it asks for: inv postmortem --edit",
        )
    number = 1 + len([e for e in released(case) if (e.content or {}).get("audience") == audience])
    folder = report.page.parent / FOLDER / f"{report.page.stem}-{number}"
    kept = {folder / path.name: path.read_bytes() for path in (report.notebook, report.page, report.manifest)}
    atomic.write_all(kept)
    for path in kept:
        path.chmod(0o444)
    if anyway:
        case.evidence.record.append(
            "anyway", {"text": anyway, "gate": "approval", "released": True}, author=author, key=[]
        )
    page, manifest = folder / report.page.name, folder / report.manifest.name
    entry = _noted(case, page, manifest, audience, True, claims(case), author, f"released, version {number},")
    return Released(page, number, entry)


def released(case: Case) -> list[Entry]:
    """The entries of the pages that left the house, the oldest first."""
    return [entry for entry in case.entries("report") if (entry.content or {}).get("released")]


def compared(old: Entry, new: Entry) -> list[str]:
    """What two versions state differently, a line each: what is new, what is gone, what reads otherwise."""
    before, after = (
        dict(((entry.content or {}).get("parameters") or {}).get("claims") or {}) for entry in (old, new)
    )
    out = []
    for name in [*before, *(one for one in after if one not in before)]:
        if name not in after:
            out.append(f"{name} is gone: {before[name]}")
        elif name not in before:
            out.append(f"{name} is new: {after[name]}")
        elif before[name] != after[name]:
            out.append(f"{name} was: {before[name]}\n{' ' * len(name)} now: {after[name]}")
    return out


def _under_review(case: Case, audience: str) -> Entry:
    found = [
        entry
        for entry in case.entries("report")
        if (entry.content or {}).get("audience") == audience and not (entry.content or {}).get("released")
    ]
    if not found:
        raise CaseError(
            f"No page for {audience} is in review.", "", f"Begin: inv release --review --audience {audience}"
        )
    return found[-1]


def _unapproved(case: Case, audience: str) -> list[str]:
    try:
        entry = _under_review(case, audience)
    except CaseError:
        return [f"Nobody has reviewed the page for {audience}."]
    given = [one for one in case.state.approvals if one.about == entry.id]
    if not given:
        return [f"Nobody has approved the page for {audience} that is in review (#{entry.number})."]
    authors = {one.author for one in case.entries() if one.kind not in ("load", "check", "report")}
    if len(authors) > 1 and all(one.author == entry.author for one in given):
        return [
            f"Only {entry.author}, who made it, has approved the page for {audience}; somebody else must."
        ]
    if ((entry.content or {}).get("parameters") or {}).get("claims") != claims(case):
        return [f"What the page states has changed since it was approved (#{entry.number})."]
    return []


def _noted(
    case: Case,
    page: Path,
    manifest: Path,
    audience: str,
    out: bool,
    stated_then: dict[str, str],
    author: str | None,
    how: str,
) -> Entry:
    content = {
        "text": f"the page for {audience}, {how} {page.name}".replace(",,", ","),
        "template": "postmortem",
        "path": str(page.relative_to(case.path)),
        "sha256": hashlib.sha256(page.read_bytes()).hexdigest(),
        "manifest": hashlib.sha256(manifest.read_bytes()).hexdigest(),
        "audience": audience,
        "released": out,
        "parameters": {"claims": stated_then},
        "head": json.loads(manifest.read_bytes())["case"]["head"],
    }
    return case.evidence.record.append("report", content, author=author, key=[])
