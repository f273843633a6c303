"""A pattern that is compiled when it is first asked for: importing what reads times in sentences costs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property


class Shape:
    """A regular expression by its text."""

    def __init__(self, text: str, flags: int = 0) -> None:
        self.pattern, self._flags = text, flags

    @cached_property
    def _made(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self._made.match(text, at)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        return self._made.fullmatch(text)

    def search(self, text: str, at: int = 0) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self._made.search(text, at)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self._made.finditer(text)

    def sub(self, by: str, text: str) -> str:
        """As `re.Pattern.sub`."""
        return self._made.sub(by, text)

    def split(self, text: str) -> list[str]:
        """As `re.Pattern.split`."""
        return self._made.split(text)

    def findall(self, text: str) -> list[str]:
        """As `re.Pattern.findall`, of a pattern with one group or none."""
        return self._made.findall(text)
