"""`inv workstreams` and `inv stuck`: for whoever leads."""

from __future__ import annotations

from typing import Annotated

import typer

from investigator.cli.lines import newest, say
from investigator.cli.shared import Root, app

_CASE = Annotated[str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")]


@app.command()
def workstreams(case_id: _CASE = None, cases: Root = None) -> None:
    """The incident by component, source and question: who has it, who has it twice, what nobody has.

    inv note "ask @ana indexer: why were they skipped? 15m"

    inv workstreams
    """
    say(newest(case_id, cases).brief.workstreams())


@app.command()
def stuck(case_id: _CASE = None, cases: Root = None) -> None:
    """Whether it looks stuck and why; what nobody looked at, what is assumed, and a page to call for help with.

    inv stuck
    """
    say(newest(case_id, cases).brief.stuck())
