"""A library of past incidents: a folder of small text files that a team keeps in git, searched by an index beside it.

One incident is one file, named by its id, written whole or not at all. What git could not merge, what is broken and
what has the id of another is named, and the rest works. Opening, listing and searching run nothing of what is in it.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from investigator.errors import CaseError, KitError, ParameterError
from investigator.library import document, finding_alike, postmortem
from investigator.library.finding_alike import Hit
from investigator.library.incident import ID, Incident
from investigator.library.index import SUFFIX, Index, read_file
from investigator.library.recurs import Recurring, recurring
from investigator.look import harmless, shown_name

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.library.recognising import Signatures

SLUG_AT_MOST = 48


@dataclass(frozen=True)
class Added:
    """What became of something that was added: new, changed, or here already; and the file that holds it."""

    incident: Incident
    how: str
    path: Path
    signature: str = ""  # of a case: how its signature stands, or why it has none


def root(given: Path | str | None = None) -> Path:
    """The folder of the library: as given, else INVESTIGATOR_LIBRARY, else ./library."""
    return Path(given or os.environ.get("INVESTIGATOR_LIBRARY") or "library")


class Library:
    """The incidents of a folder. Made where it is not there yet; `problems()` names the files that could not be taken."""

    def __init__(self, folder: Path | str | None = None) -> None:
        self.folder = root(folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise CaseError(
                f"{self.folder} is a file, and a library is a folder.", "", "Give a folder: --library FOLDER."
            )
        self._index = Index(self.folder)
        self._index.refresh()

    def __len__(self) -> int:
        return self._index.count()

    def __iter__(self) -> Iterator[Incident]:
        """Every incident, the newest first."""
        for name, _, _, _ in self._index.listing():
            yield self._read(name)

    def refresh(self) -> Library:
        """Look at every file again: one that was edited in place is seen so, or when the library is opened anew."""
        self._index.refresh()
        return self

    def problems(self) -> list[str]:
        """A sentence for each file that could not be taken, or that holds what another holds."""
        return [" ".join(part for part in told if part) for told in self._index.problems()]

    def add(self, path: Path | str, *, replacing: bool = False) -> Added:
        """Take in a postmortem that was written elsewhere: Markdown, HTML, PDF or text.

        Raises DataError where it can't be read or tells of no incident, and where another version of it is here
        already, unless `replacing`: people may have corrected that one.
        """
        read = document.read(Path(path))
        known = self._index.name_of_source(read.sha256)
        if known:
            return Added(self._read(known), "here already", self.folder / known)
        made = postmortem.incident(read)
        made = made.with_id(_id_of(made))
        there = self._index.name_of(made.id)
        if there and not replacing:
            raise CaseError(
                f"The library holds another version of {shown_name(read.name)}: {there}.",
                "Somebody may have corrected it there, so it was left as it is.",
                "To take the new one: inv library add --replace. What it was stays in git.",
            )
        return self._keep(made, there)

    def add_case(self, case: Case) -> Added:
        """Take in a case as it stands, or bring the one that is here up to date; with its signature, where it has one."""
        from investigator.library import drill, from_case

        drill.refuse(case)
        made = from_case.incident(case)
        added = self._keep(made, self._index.name_of(made.id))
        try:
            signature, how = self.signatures().keep(case)
        except KitError as error:
            return replace(added, signature=f"no signature: {error.what}")
        return replace(added, signature=f"signature of {len(signature.steps)} checks: {how}")

    def signatures(self) -> Signatures:
        """The signatures of the cases that are here."""
        from investigator.library.recognising import Signatures

        return Signatures(self.folder)

    def remove(self, id: str) -> Path:
        """Remove an incident's file, and say which. Raises CaseError where there is none of that id."""
        name = self._named(id)
        path = self.folder / name
        path.unlink(missing_ok=True)
        self.signatures().remove(name.removesuffix(SUFFIX))
        self._index.drop(name)
        return path

    def incident(self, id: str) -> Incident:
        """The incident of that id, or of the only id that begins so."""
        return self._read(self._named(id))

    def search(self, text: str, *, at_most: int = 5) -> list[Hit]:
        """The incidents that a few words, or a pasted symptom, speak of; the best first, each with why."""
        if not re.search(r"\w", text):
            raise ParameterError(
                "There is no word to search for.", "", 'Such as: inv library search "documents not found"'
            )
        self._index.refresh_if_touched()
        return finding_alike.search(self._index, self._read, text, at_most)

    def similar(self, which: str | Incident | Case, *, at_most: int = 5) -> list[Hit]:
        """The incidents that are like one of the library, or like a case: by words and by shape, each with its reasons."""
        self._index.refresh_if_touched()
        if isinstance(which, str):
            which = self.incident(which)
        elif not isinstance(which, Incident):
            from investigator.library import drill, from_case

            which = replace(from_case.incident(which), id=drill.itself(which))
        return finding_alike.similar(self._index, self._read, which, at_most)

    def recurs(self) -> Recurring:
        """What comes back: factors, actions never done, who noticed first, how long it took."""
        return recurring(self)

    def listing(self) -> list[tuple[str, str, str]]:
        """Id, day and title of each incident, the newest first."""
        return [(id, date, title) for _, id, title, date in self._index.listing()]

    def _keep(self, made: Incident, there: str) -> Added:
        from investigator.report import atomic

        if not ID.fullmatch(made.id):
            raise CaseError(
                f"'{harmless(made.id)}' can't be the name of a file.",
                "",
                "Give the case an id such as INC-2031.",
            )
        name = there or made.id + SUFFIX
        path = self.folder / name
        data = made.text.encode("utf-8")
        if there and path.read_bytes() == data:
            return Added(made, "here already", path)
        atomic.write(path, data)
        self._index.put(name, made)
        return Added(made, "brought up to date" if there else "added", path)

    def _read(self, name: str) -> Incident:
        return read_file(self.folder / name)

    def _named(self, id: str) -> str:
        self._index.refresh_if_touched()
        exact = self._index.name_of(id)
        if exact:
            return exact
        listing = self._index.listing()
        begins = (
            [(name, one) for name, one, _, _ in listing if one.lower().startswith(id.lower())] if id else []
        )
        if len({one.lower() for _, one in begins}) == 1:
            return self._index.name_of(begins[0][1])
        ids = [one for _, one, _, _ in listing]
        near = [one for _, one in begins][:5] or difflib.get_close_matches(id, ids, n=3)
        raise CaseError(
            f"There is no incident '{harmless(id)}' in {self.folder}."
            if not begins
            else f"'{harmless(id)}' begins the ids of {len(begins)} incidents.",
            f"There are {len(ids)}; inv library list shows them."
            if not near
            else f"There are: {', '.join(near)}.",
            "Give one of these ids, or enough of its beginning." if ids else "Add one: inv library add FILE",
        )


def documents(folder: Path) -> list[Path]:
    """The documents in a folder and below, by name; what is hidden or a link is left out."""
    out = []
    for base, below, files in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        out += [
            Path(base) / name
            for name in sorted(files)
            if name.lower().endswith(document.SUFFIXES)
            and not name.startswith(".")
            and not (Path(base) / name).is_symlink()
        ]
    return out


def _id_of(made: Incident) -> str:
    """Day, words of the title and a mark of title and source: the same document has the same id wherever it is added."""
    plain = unicodedata.normalize("NFKD", made.title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", postmortem.without_dates(plain)).strip("-")
    slug = slug[:SLUG_AT_MOST].rsplit("-", 1)[0] if len(slug) > SLUG_AT_MOST else slug
    mark = hashlib.sha256(f"{made.title}\n{made.source}".encode("utf-8", "replace")).hexdigest()[:4]
    return "-".join(part for part in (made.date, slug, mark) if part)


__all__ = ["Added", "Hit", "Library", "documents", "root"]
