"""The commands for people who talk to people: the read-in, and the customer's side."""

from __future__ import annotations

from typing import Annotated

import typer

from investigator.cli.lines import newest, say
from investigator.cli.shared import Root, app, progress

Which = Annotated[str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")]
AsOf = Annotated[str, typer.Option(help="As it would have been then, such as '14:25'.")]


@app.command("read-in")
def read_in(case_id: Which = None, as_of: AsOf = "", cases: Root = None) -> None:
    """One screen for whoever joins late: the call, the clock, what is known, who does what, what not to touch.

    inv read-in INC-2031
    """
    case = newest(case_id, cases)
    say((case.as_of(as_of) if as_of else case).brief.read_in())


@app.command()
def customer(
    case_id: Which = None,
    check: Annotated[
        str, typer.Option(help="A text: may it go out, and if not, what to write instead.")
    ] = "",
    acknowledge: Annotated[bool, typer.Option(help="The first word: it claims nothing.")] = False,
    page: Annotated[bool, typer.Option(help="The whole as a page, for the person on the phone.")] = False,
    as_of: AsOf = "",
    cases: Root = None,
) -> None:
    """The customer's side: what was promised, said and heard, what to ask; and what may be said now.

    inv customer

    inv customer --check "DOC-4711 is not lost; you hear from us by 14:40"

    A text goes into the record with: inv note "draft ..."   then: inv note approve #31   inv note sent #31
    """
    case = newest(case_id, cases)
    if page:
        from investigator.report.make import make

        with progress("rendering the customer's side") as step:
            report = make(case, "customer", parameters={"as_of": as_of}, progress=step)
        say(report.page)
        return
    side = (case.as_of(as_of) if as_of else case).customer()
    if check:
        say(side.draft(check))
    elif acknowledge:
        say(side.acknowledge())
    else:
        say(side)
        say(f"\nWhat may be said now:\n\n{side.update()}")
