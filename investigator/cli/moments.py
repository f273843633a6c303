"""The commands by the moment in which somebody needs them, for `inv --help` and the README."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typer.core import TyperGroup

#: Moments in the order in which they come, each with its commands; the first six are enough to begin with.
MOMENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Six to begin with", ("triage", "new", "add", "lab", "note", "status")),
    ("Ask your own question", ("search", "around", "timeline", "find", "show")),
    ("Now, while it burns", ("paste", "fetch", "fetch-list", "answer", "stuck", "workstreams")),
    ("On a call, and to the customer", ("read-in", "customer", "news", "board")),
    ("Hand over", ("join", "merge", "bundle", "unbundle")),
    (
        "Afterwards",
        (
            "postmortem",
            "release",
            "walkthrough",
            "meeting",
            "runbook",
            "drill",
            "due",
            "verify",
            "verify-receipt",
            "erase",
        ),
    ),
    ("Any time", ("list", "library", "init", "demo")),
)
#: Where a command stands that is in none of them.
MORE = "More"
SENTENCE = 200  # characters: a sentence stays whole


def by_moment(commands: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Each moment with its commands that there are, none left out."""
    left = dict(commands)
    for moment, names in MOMENTS:
        found = [(name, left.pop(name)) for name in names if name in left]
        if found:
            yield moment, found
    if left:
        yield MORE, list(left.items())


class Moments(TyperGroup):
    """A group whose help lists its commands by moment, and whose commands know what a Tab proposes."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        from investigator.cli.completing import attach

        found = super().get_command(ctx, cmd_name)
        return found if found is None else attach(found)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        shown = {name: command for name, command in self.commands.items() if not command.hidden}
        wide = max(map(len, shown), default=0)
        for moment, found in by_moment(shown):
            with formatter.section(moment):
                formatter.write_dl(
                    [(name.ljust(wide), command.get_short_help_str(SENTENCE)) for name, command in found]
                )
