"""How sure each format is of a content's head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigator.load.formats import formats, loose, sureness
from investigator.sources._format import Head

if TYPE_CHECKING:
    from investigator.load.declared import Declared


@dataclass(frozen=True)
class Candidate:
    """A format that a content may have: how sure it is, from 0 to 1, and why."""

    name: str
    share: float
    why: str


def ranked(head: Head, declared: Sequence[Declared] = (), *, enough: float = 2.0) -> list[Candidate]:
    """Every format that a content may have, the surest first; where two are as sure, the declared one.

    Formats of any lines are not asked where another is as sure as is `enough`: they look longest, and know least.
    """
    found = [Candidate(form.name, sure.share, sure.why) for form in declared for sure in [form.sure(head)]]
    for name, module in sorted(formats().items(), key=lambda one: loose(one[1].FORMAT)):
        if loose(module.FORMAT) and any(one.share >= enough for one in found):
            break
        sure = sureness(name, module, head)
        found.append(Candidate(name, sure.share, sure.why))
    return sorted((one for one in found if one.share > 0), key=lambda one: -one.share)
