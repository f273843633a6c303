"""Which format a file has: by its content, with the reason in words. Its name only breaks a tie."""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType

from investigator import catalogue
from investigator.errors import DataError
from investigator.load.content import Content
from investigator.sources._format import Head
from investigator.sources.binary import seems

SOURCES = "investigator.sources"


@lru_cache(maxsize=1)
def formats() -> dict[str, ModuleType]:
    """Every format by its name."""
    return {name: catalogue.load(SOURCES, name, noun="source") for name in catalogue.names(SOURCES)}


def recognise(content: Content, *, given: str | None = None) -> tuple[str, str, Head]:
    """The format's name, why, and the head that it was told from; raises DataError for what is no text."""
    head = content.head()
    if given:
        catalogue.load(SOURCES, given, noun="source")
        return given, "as you said", head
    if not head.data:
        raise DataError(f"{content.name} is empty.", "", "Export it again, if something should be in it.")
    best, why, share = "", "", 0.0
    for name, module in formats().items():
        found = module.sure(head)
        if found.share > share:
            best, why, share = name, found.why, found.share
    if share < 0.9 and (binary := seems(head.data)):
        return "binary", binary, head
    if not best:
        raise DataError(
            f"{content.name} is nothing that I recognise.",
            "I read JSON, CSV, SQLite, logs, mails and many more, each also compressed or in an archive.",
            "Say which it is with format=..., or export it as one of these.",
        )
    return best, why, head
