"""Files that belong together: what lies beside one that is read, as it was brought, or as it is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from investigator.errors import DataError
from investigator.events.store import Store
from investigator.load.content import Content
from investigator.load.evidence import place


def beside(name: str, original: Path | None, store: Store, vault: Path) -> Callable[[str], Content | None]:
    """Gives the file beside the one called `name` that has another stem and the same endings, or with `../` in the folder above;
    None where there is none.

    Where it is read again the kept copies of those that were added with it are what there is.
    """
    own = PurePosixPath(name)
    endings = "".join(own.suffixes)

    def found(stem: str) -> Content | None:
        above, bare = stem.startswith("../"), stem.removeprefix("../")
        if original is not None:
            path = (original.absolute().parent if above else original).with_name(f"{bare}{endings}")
            if path.is_file():
                return Content(path)
        if above and not own.parent.name:
            return None
        called = str((own.parent if above else own).with_name(f"{bare}{endings}"))
        kept = [s for s in store.manifest().standing if s.file == called and not s.inside]
        try:
            return Content(place(vault, kept[-1]), name=called) if kept else None
        except DataError:
            return None

    return found
