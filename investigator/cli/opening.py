"""What the words of a ticket gave for a new case, said line by line, and how to say otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator import moment
from investigator.cli.lines import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from investigator.case.writing.call import Proposal


def say_zone(found: Proposal, said: str) -> None:
    """The zone that times are read in, where nobody said one."""
    if not said:
        say(f"{found.zone} To change it: inv note zone Europe/Berlin")


def say_read(found: Proposal, ids: Sequence[str], zone: str, *, about: bool, deadline: bool) -> None:
    """The ids and the deadline that were read from the words; `about` and `deadline`: somebody said these."""
    if not about and ids:
        say(f"Ids in the words: {', '.join(ids)}.")
    if deadline:
        return
    if found.deadline:
        say(f'Deadline, read from "{found.deadline_text}": {found.deadline}.')
        for doubt in found.deadline.doubt:
            if not doubt.startswith("no zone"):
                say(f"  {doubt}")
    elif found.asked:
        say("Which of these is the deadline?" if len(found.asked) > 1 else "Is this the deadline?")
        for due in found.asked:
            say(f'  {moment.show(due.time.low, zone)}, read from "{due.text}"')
        local = found.asked[0].time.low.astimezone(moment.zone(zone))
        say(f"Say it with: inv note deadline {local:%Y-%m-%d %H:%M}")
