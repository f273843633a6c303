"""Who leads: to whom it was handed over, whether they took it, and what was written since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import moment

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.ledger import Entry


@dataclass(frozen=True)
class Lead:
    """Who leads, since when; and to whom it was handed over by somebody, and not yet taken."""

    who: str = ""
    since: datetime | None = None
    offered: Entry | None = None

    @property
    def to(self) -> str:
        """To whom it was handed over and who has not said that they have it."""
        return str((self.offered.content or {})["who"][0]) if self.offered is not None else ""

    def says(self, zone: str) -> str:
        """Who leads, in one line; empty where nobody said so."""
        parts = [f"{self.who} leads, since {moment.show(self.since, zone)}"] if self.since is not None else []
        if self.offered is not None:
            at = moment.show(self.offered.happened[0], zone, day=False)
            parts.append(
                f"handed over to {self.to} by {self.offered.author} at {at}, who has not accepted yet"
            )
        return "; ".join(parts)


def lead(state: State) -> Lead:
    """Who leads: whoever took what was handed over last; one who names himself has taken it."""
    found = Lead()
    for note in state.notes:
        content: dict[str, Any] = note.content or {}
        if content.get("verb") == "lead" and content.get("who"):
            who = str(content["who"][0])
            mine = _same(who, note.author)
            found = Lead(note.author, note.happened[0]) if mine else Lead(found.who, found.since, note)
        elif content.get("verb") == "accept" and found.offered is not None:
            found = Lead(note.author, note.happened[0])
    return found


def _same(name: str, author: str) -> bool:
    """Whether a name is that of an author: as a whole, or one of its parts."""
    return name.casefold() in (author.casefold(), *author.casefold().split())


def missed(entries: list[Entry], author: str, before: Entry) -> list[Entry]:
    """What others wrote since an author's last line; since the beginning where there is none."""
    own = [entry.known for entry in entries if entry.author == author and entry.id != before.id]
    since = max(own, default=None)
    return [
        entry
        for entry in entries
        if entry.author != author and (since is None or entry.known > since) and entry.id != before.id
    ]
