"""What was switched off or put on hold meanwhile, by whom, and whether somebody put it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.ledger import Entry

_OFF = re.compile(
    r"(?i)\b(paused?|halted|stopped|suspended|disabled|deactivated|froze|frozen|blocked|drained|muted|silenced|detached|"
    r"(?:switched|turned|took|taken|shut) (?:\w+ ){0,4}?(?:off|down|out of)|pausiert|angehalten|abgeschaltet|deaktiviert|gesperrt)\b"
)
_ON = re.compile(
    r"(?i)\b(resumed|unpaused|restarted|re-?enabled|enabled|reactivated|unfroze|unfrozen|unblocked|undrained|unmuted|reattached|"
    r"(?:switched|turned|brought|put|started) (?:\w+ ){0,4}?(?:on|up|back|again)|fortgesetzt|eingeschaltet|aktiviert|freigegeben)\b"
)
_PLAIN = frozenset(
    "the and for all our its was were has had that this with from into until because would could will not off out down again back on "
    "switched turned took taken shut brought put started off on again back "
    "der die das und für alle bis weil wieder".split()
)


@dataclass(frozen=True)
class Switched:
    """One thing that was switched off: the entry that says so, and the one that says it is back, if any does."""

    off: Entry
    on: Entry | None


def switched(state: State) -> list[Switched]:
    """Deeds that switched something off, in their order, each with the first later deed that switched it on again.

    Two deeds speak of the same thing where one names the other's number, or where they share the rarest of their words.
    """
    deeds = [note for note in state.notes if (note.content or {}).get("verb") == "did"]
    deeds.sort(key=lambda entry: (entry.happened[0], entry.known, entry.id))
    out, used = [], set()
    for place, entry in enumerate(deeds):
        text = _text(entry)
        if not _OFF.search(text) or _ON.search(text):
            continue
        things = _things(text)
        back = next(
            (
                later
                for later in deeds[place + 1 :]
                if later.id not in used
                and _ON.search(_text(later))
                and (
                    later.about == entry.id
                    or f"#{entry.number} " in f"{_text(later)} "
                    or things & _things(_text(later))
                )
            ),
            None,
        )
        if back is not None:
            used.add(back.id)
        out.append(Switched(entry, back))
    return out


def _text(entry: Entry) -> str:
    return str((entry.content or {}).get("text", ""))


def _things(text: str) -> set[str]:
    """The words that are no verb of switching: what it was that was switched."""
    words = re.findall(r"[^\W_][\w-]*", text.casefold())
    return {
        w
        for w in words
        if w not in _PLAIN and not (_ON.fullmatch(w) or _OFF.fullmatch(w)) and (len(w) > 2 or w.isdigit())
    }
