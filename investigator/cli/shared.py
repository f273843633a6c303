"""The app that every file of commands adds to, and what their commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from investigator.cli.moments import Moments
from investigator.errors import KitError
from investigator.look import harmless

app = typer.Typer(
    name="investigator",
    cls=Moments,
    help="Find out what happened, under a deadline, and show how. Short: inv.\n\n"
    "Start with: inv triage FOLDER --about DOC-4711   or with: inv demo",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Root = Annotated[
    Path | None,
    typer.Option("--cases", help="Folder of all cases (default: INVESTIGATOR_CASES, else ./cases)."),
]


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on a terminal, one line a step elsewhere, so that a log stays readable."""
    label = harmless(label)
    if not sys.stderr.isatty():
        sys.stderr.write(f"{label} ...\n")
        yield lambda done, total, what: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description:<34}", markup=False),  # a name may be [link=...] or [/b]
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(label, total=None)

        def step(done: int, total: int, what: str) -> None:
            bar.update(
                task, completed=done, total=max(total, 1), description=harmless(f"{label}: {what}")[:34]
            )

        yield step


def pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise KitError(f"'{text}' is no name=value.", "", "Write it as name=value.")
    return name.strip(), value.strip()
