"""A page, its manifest and the record, held against each other: from the file alone, and from the case where it is here.

A page that somebody has says nothing by itself. Its manifest has its hash; the record has both hashes and cannot be changed
afterwards; the manifest names where the record stood and which bytes the page was made from.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case.evidence.verify import Verified, sha256
from investigator.errors import KitError, ReportError
from investigator.ledger import heads
from investigator.look import harmless
from investigator.report import manifest as manifests
from investigator.report import release

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.ledger import Entry

_ENDINGS = (".manifest.json", ".html", ".ipynb")
_SHOWN_AT_MOST = 4
_WHAT = "The page"


def is_page(path: Path) -> bool:
    """Whether a path is a file of a report: its page, its notebook or its manifest."""
    return path.name.endswith(_ENDINGS) and path.is_file()


def case_of(path: Path, root: Path | None = None) -> Case | None:
    """The case that a page is of: the one it lies in, else the one here that its manifest names; None without one."""
    from investigator.case import Case
    from investigator.case.record import folder as listing
    from investigator.case.record import location

    for folder in path.resolve().parents:
        if location.is_case(folder):
            return Case.open(folder)
    named = str((_read(_beside(path)).get("case") or {}).get("id") or "")
    # One of those that are here: a manifest that somebody sent must not say which folder is opened.
    return next((Case.open(one) for one in listing.listing(root) if one.name == named), None)


def proved(path: Path, case: Case | None = None) -> Verified:
    """Whether a page, its manifest and the record prove each other, in sentences; without the case only the first two."""
    checked: list[str] = []
    limits: list[str] = []
    place = _beside(path)
    problems = manifests.verify(place) if place.is_file() else []
    told = _read(place)
    if not place.is_file():
        limits.append(f"Its manifest, {place.name}, is not beside it.")
    elif not problems:
        checked.append(f"{len(told['files'])} files are those that {place.name} lists, by their hashes.")
    if path.name not in [str(one.get("name")) for one in _files(told)] and path != place and told:
        problems.append(f"{place.name} does not list {path.name}.")
    if case is None:
        limits.append("Its case is not here, so nothing says who made it, or from what.")
        return Verified(tuple(checked), tuple(problems), "", tuple(limits), _WHAT)
    chain = case.evidence.record.verify()
    problems += chain.problems
    if not chain.problems:
        checked.append(
            f"The record of {case.id} is whole: {chain.entries:,} entries, each chained to the one before."
        )
    entry = entry_of(path, case)
    if entry is not None:
        _by_the_record(entry, place, case, checked, problems)
    elif (told.get("case") or {}).get("draft"):
        limits.append(
            "Its manifest calls it a draft, and no entry of the record has its hash: it was never released."
        )
    else:
        problems.append("No entry of the record has its hash: it is no page that was in review or released.")
    if told:
        _by_the_manifest(told, case, checked, problems)
    if entry is not None:
        limits += _since(entry, case)
    return Verified(
        tuple(map(harmless, checked)), tuple(map(harmless, problems)), "", tuple(map(harmless, limits)), _WHAT
    )


def entry_of(path: Path, case: Case) -> Entry | None:
    """The entry of the record that has the hash of a page: of several the one whose file it is, else the newest."""
    page = path.with_name(f"{_stem(path)}.html")
    if not page.is_file():
        return None
    digest, place = sha256(page), page.resolve()
    found = [e for e in case.entries("report") if (e.content or {}).get("sha256") == digest]
    own = [e for e in found if (case.path / str((e.content or {}).get("path"))).resolve() == place]
    return (own or found or [None])[-1]


def compared(one: Path, other: Path, case: Case) -> list[str]:
    """What two pages of a case state differently, by their claims; raises ReportError where the record has not both."""
    entries = [entry_of(path, case) for path in (one, other)]
    for path, entry in zip((one, other), entries, strict=True):
        if entry is None:
            raise ReportError(
                f"No entry of the record of {case.id} has the hash of {path.name}, so nothing tells what it states.",
                "Pages in review and released ones have one.",
                "Compare two of these: they lie in reports/released.",
            )
    first, second = sorted((e for e in entries if e is not None), key=lambda entry: entry.number)
    return release.compared(first, second)


def _by_the_record(entry: Entry, place: Path, case: Case, checked: list[str], problems: list[str]) -> None:
    """What the entry of a page says of it, and whether its manifest is the one that the entry names."""
    content = entry.content or {}
    at = moment.show(entry.known, case.zone)
    how = "released" if content.get("released") else "in review"
    checked.append(
        f"It is the page for {content.get('audience')}, {how}: entry #{entry.number} by {entry.author}, {at}."
    )
    given = [one for one in case.state.approvals if one.known <= entry.known]
    anyway = [
        e
        for e in case.entries("anyway")
        if (e.content or {}).get("gate") == "approval" and e.known <= entry.known
    ]
    if content.get("released") and anyway and (not given or anyway[-1].number > given[-1].number):
        checked.append(f"It was released without an approval: {(anyway[-1].content or {}).get('text')}")
    elif content.get("released") and given:
        checked.append(f"Approved by {given[-1].author} (#{given[-1].number}).")
    if not place.is_file():
        return
    if sha256(place) == content.get("manifest"):
        checked.append("Its manifest is the one that the record names.")
    else:
        problems.append(
            f"{place.name} is not the manifest that entry #{entry.number} names: its hash differs."
        )


def _by_the_manifest(told: dict[str, Any], case: Case, checked: list[str], problems: list[str]) -> None:
    """Whether the record stood where the manifest says, and whether the evidence that it names is in the case."""
    facts = told.get("case") or {}
    if facts.get("id") and facts["id"] != case.id:
        problems.append(f"The manifest is of {facts['id']}, and this is {case.id}.")
        return
    try:
        head = {
            str(name): (int(seq), str(digest)) for name, (seq, digest) in (facts.get("head") or {}).items()
        }
        found = case.evidence.record.verify(heads.text(head)).problems if head else ()
    except (TypeError, ValueError, AttributeError, KitError):
        found, head = ("The manifest does not say where the record stood.",), {}
    problems += [one for one in found if one not in problems]
    if head and not found:
        checked.append("The record still holds all that it held when the page was made.")
    here = {segment.sha256 for segment in case.evidence.manifest().segments}
    wanted = dict(told.get("evidence") or {})
    gone = sorted(str(name) for name, digest in wanted.items() if digest not in here)
    if gone:
        named = ", ".join(gone[:_SHOWN_AT_MOST])
        more = f" and {len(gone) - _SHOWN_AT_MOST} more" if len(gone) > _SHOWN_AT_MOST else ""
        problems.append(f"It was made from evidence that is not in the case: {named}{more}.")
    elif wanted:
        checked.append(f"The {len(wanted):,} sources that it was made from are in the case, by their hashes.")


def _since(entry: Entry, case: Case) -> list[str]:
    """What the page states and the case states otherwise today: no fault of the page, and good to know."""
    stated = dict(((entry.content or {}).get("parameters") or {}).get("claims") or {})
    today = release.claims(case)
    other = [name for name, text in stated.items() if today.get(name) != text]
    if not other:
        return []
    named = ", ".join(other[:_SHOWN_AT_MOST])
    return [f"{len(other)} of the {len(stated)} things that it states read otherwise today: {named}."]


def _stem(path: Path) -> str:
    return next((path.name.removesuffix(end) for end in _ENDINGS if path.name.endswith(end)), path.stem)


def _beside(path: Path) -> Path:
    return path.with_name(_stem(path) + ".manifest.json")


def _read(place: Path) -> dict[str, Any]:
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _files(told: dict[str, Any]) -> list[dict[str, Any]]:
    files = told.get("files")
    return [one for one in files.values() if isinstance(one, dict)] if isinstance(files, dict) else []
