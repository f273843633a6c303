"""The commands for several people: take part, bring copies together, send a case, see what is new."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from investigator.cli.lines import newest, say
from investigator.cli.shared import Root, app, progress

CaseId = Annotated[str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")]


@app.command()
def join(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Id of the case, such as INC-2031.")],
    record: Annotated[
        str,
        typer.Argument(help="Where the team keeps the record: env:NAME or keyring:SERVICE/USER of a URL."),
    ],
    cases: Root = None,
) -> None:
    """Take part in a case whose record is with the team; evidence comes with `inv merge`.

    export TEAM_RECORD=postgresql://ana:...@db/investigations

    inv join INC-2031 env:TEAM_RECORD
    """
    from investigator.case import Case

    case = Case.join(case_id, record, root=cases)
    say(case.card())
    say(f"Next: inv lab {case.id}      then, for a colleague's evidence: inv merge {case.id} THEIR-FOLDER")


@app.command()
def merge(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Id or folder of the case that takes in.")],
    other: Annotated[
        Path, typer.Argument(help="The other copy: its folder, a bundle, or an export of its record.")
    ],
    anyway: Annotated[
        str, typer.Option(help="Why two records that share no entry are one incident all the same.")
    ] = "",
    cases: Root = None,
) -> None:
    """Bring two copies of a case together: what people wrote, evidence, events. Twice changes nothing.

    inv merge INC-2031 /media/stick/INC-2031

    inv merge INC-2031 INC-2031-from-ana.zip
    """
    from investigator.case import Case

    case = Case.open(case_id, root=cases)
    with progress(f"merging {other.name}") as step:
        merged = case.evidence.merge(other, root=cases, progress=step, anyway=anyway)
    say(merged)


@app.command()
def bundle(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Id or folder of the case.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write (default: CASE.zip).")
    ] = None,
    cases: Root = None,
) -> None:
    """A case as one file to send: record, evidence, events. It carries nothing that could run.

    inv bundle INC-2031 -o for-ana.zip
    """
    from investigator.case import Case

    case = Case.open(case_id, root=cases)
    say(case.evidence.bundle(output or Path(f"{case.id}.zip")))
    say("It holds the evidence as it came, with whatever is in it: send it only to who may see that.")


@app.command()
def unbundle(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The file that `inv bundle` made.")],
    cases: Root = None,
) -> None:
    """Open a case that somebody sent: nothing of it is run, and what belongs to no bundle is left aside and listed.

    inv unbundle for-ana.zip
    """
    from investigator.case import Case
    from investigator.case.evidence.bundle import unbundle as opened

    found = opened(path, cases)
    with progress("building the index") as step:
        Case.open(found.path).index(progress=step)
    say(found)
    say(f"Next: inv verify {found.path}      then: inv lab {found.path}")


@app.command()
def news(
    case_id: CaseId = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    since: Annotated[str, typer.Option(help="From when on, such as '14:25'; the last ten without it.")] = "",
    cases: Root = None,
) -> None:
    """What was written last, by whom; with -f each new line as it comes, from whichever machine.

    inv news INC-2031 -f
    """
    from investigator import natural_times
    from investigator.case.record import news as written

    case = newest(case_id, cases)
    start = natural_times.parse(since, zone_name=case.zone, reference=case.now).low if since else None
    for line in written.last(case.entries(), case.zone, case.now, start):
        say(line)
    if follow:
        for line in written.follow(case.evidence.record):
            say(line)


@app.command("verify-receipt")
def verify_receipt(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The receipt, as the customer has it.")],
    end: Annotated[str, typer.Option(help="What it ended in when it was written.")] = "",
) -> None:
    """Whether a receipt is as it was written: every line, and its end. Exit code 1 where not.

    inv verify-receipt receipt-CUST-0042.txt --end 3f9a8b7c6d5e4f30
    """
    from investigator.case.customer.receipt import verify

    checked = verify(path, end)
    say(checked)
    if not checked.ok:
        raise typer.Exit(1)
