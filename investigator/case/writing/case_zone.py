"""The zone of a new case: what speaks for one, from what was said to what this machine has; never UTC in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from investigator import moment, profile, zones


@dataclass(frozen=True)
class ProposedZone:
    """A zone, why it, and whether nothing at all speaks for it."""

    name: str
    why: str
    known: bool = True

    def __str__(self) -> str:
        line = f"Times of this case are read in {self.name}: {self.why}."
        return line if self.known else f"{line} Ask the customer."


def proposed_zone(
    said: str = "",
    sent: datetime | None = None,
    *,
    written: str = "",
    of_team: tuple[str, ...] | None = None,
    machine: str | None = None,
    beside: tuple[str, str] = ("", ""),
) -> ProposedZone:
    """The customer's zone: the place that they name, where clocks stand as their mail says, the team's, this machine's.

    `said` is the zone named beside the deadline, `sent` when the mail was sent with its offset, `written`
    the place whose clock its head names, `beside` one that a file beside it names, and that file; `of_team` and `machine`
    are the zones of the team's profile and of this machine (default: as they are). A mail that says UTC was stamped by a
    server, and says nothing.
    """
    team = _of_team() if of_team is None else of_team
    here = zones.of_machine() if machine is None else machine
    if said and "/" in said and (sent is None or not sent.utcoffset() or _fits(said, sent)):
        return ProposedZone(said, "it is named beside the deadline")
    if written and (sent is None or _fits(written, sent)):
        return ProposedZone(written, "the ticket's own time is on that clock")
    if sent is not None and sent.utcoffset():
        offset = _offset(sent)
        for name, whose in (
            *((name, "the team's profile has it") for name in team),
            (beside[0], f"{beside[1]} names it"),
            (here, "this machine has it"),
        ):
            if name and _fits(name, sent):
                return ProposedZone(name, f"the mail was sent at {offset}, as clocks are there, and {whose}")
        for homes in zones.LABELS.values():
            if len(homes) == 1 and "/" in homes[0][1] and _fits(homes[0][1], sent):
                return ProposedZone(
                    homes[0][1],
                    f"the mail was sent at {offset}, as clocks are there; other places have {offset} too",
                )
        return ProposedZone(f"{sent:%z}"[:3] + ":" + f"{sent:%z}"[3:5], f"the mail was sent at {offset}")
    if len(team) == 1:
        return ProposedZone(team[0], "the team's profile has it")
    if beside[0]:
        return ProposedZone(beside[0], f"{beside[1]} names it; nothing says where the customer is", False)
    if here and here not in ("UTC", "Etc/UTC"):
        return ProposedZone(here, "it is this machine's; nothing says where the customer is", False)
    return ProposedZone("UTC", "nothing says where the customer is", False)


def _of_team() -> tuple[str, ...]:
    """The zones of the team's profile, the most frequent first; none where there is no profile that can be read."""
    found, _ = profile.found()
    names = (
        Counter([*found.zones.values(), *(one.zone for one in found.systems if one.zone)])
        if found
        else Counter()
    )
    return tuple(name for name, _ in names.most_common() if name not in ("UTC", "Etc/UTC"))


def _fits(name: str, sent: datetime) -> bool:
    return sent.astimezone(moment.zone(name)).utcoffset() == sent.utcoffset()


def _offset(sent: datetime) -> str:
    away = sent.utcoffset() or timedelta(0)
    minutes = int(away.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
