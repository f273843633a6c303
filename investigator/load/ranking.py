"""How sure each format is of a content's head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
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

    Where one is as sure as is `enough`, formats are not asked that are less sure at most, nor those of any lines: they
    look longest, and know least.
    """
    found = [Candidate(form.name, sure.share, sure.why) for form in declared for sure in [form.sure(head)]]
    best = max((one.share for one in found), default=0.0)
    of_any, at_most, surely = (list[tuple[str, ModuleType]]() for _ in range(3))
    for name, module in formats().items():
        room = of_any if loose(module.FORMAT) else at_most if hasattr(module, "AT_MOST") else surely
        room.append((name, module))
    for name, module in (*surely, *at_most, *of_any):
        if best >= enough and (loose(module.FORMAT) or best > getattr(module, "AT_MOST", 1.0)):
            continue
        sure = sureness(name, module, head)
        found.append(Candidate(name, sure.share, sure.why))
        best = max(best, sure.share)
    own, later = {form.name for form in declared}, {name for name, _ in of_any}
    return sorted(
        (one for one in found if one.share > 0),
        key=lambda one: (
            -one.share,
            one.name not in own,
            one.name in later,
            one.name not in own and one.name,
        ),
    )
