"""What can go wrong, and what to do about it.

KitError
├── CatalogueError    there is no such source, analysis, view or template
├── DataError         evidence that can't be read as it is: names file and line
├── CaseError         a case that is missing, in the way, or not what it was
├── LedgerError       the record refused an entry, or doesn't verify
├── ParameterError    a value that doesn't fit: a template's parameter, an analysis's argument
├── MomentError       a time that can't be understood
├── MovedError       a name of before: says the new one
└── ReportError       a report that could not be made; the earlier one is untouched

Every message has three beats: what is wrong, what there is, what to do.
"""

from __future__ import annotations


class KitError(Exception):
    """Something the reader can act on: what is wrong, what there is, what to do."""

    def __init__(self, what: str, there_is: str = "", do: str = "") -> None:
        self.what, self.there_is, self.do = what, there_is, do
        super().__init__(" ".join(part for part in (what, there_is, do) if part))

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        # An error that crosses a process (a pool, a kernel) keeps its three beats.
        return type(self), (self.what, self.there_is, self.do)


class CatalogueError(KitError, AttributeError):
    """There is no source, analysis, view or template of that name.

    It is an AttributeError too, so that `hasattr(inv.find, name)` and completion behave.
    """


class DataError(KitError):
    """Evidence that can't be read as it is. Names the file, and the line where there is one."""


class CaseError(KitError):
    """A case that is missing, in the way, or not what it was."""


class MovedError(KitError, AttributeError):
    """A name of before that is gone: says which one does the same now.

    It is an AttributeError too, so that `hasattr` and completion behave.
    """


class LedgerError(KitError):
    """The record refused an entry, or doesn't verify."""


class ParameterError(KitError, ValueError):
    """A value that doesn't fit where it was given."""


class MomentError(KitError, ValueError):
    """A time that can't be understood."""


class ReportError(KitError):
    """A report that could not be made. The earlier one is untouched."""
