"""The commands for the next time: a runbook from what mattered."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from investigator.cli.library import Folder
from investigator.cli.lines import newest, say
from investigator.cli.shared import Root, app, pair, progress
from investigator.errors import KitError

if TYPE_CHECKING:
    from investigator.library.signature import Signature

MAKE = "make"


@app.command()
def runbook(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN CASE | make CASE",
            help="RUN: an incident of the library, or a case that has a runbook. CASE: the one to run it on.",
        ),
    ],
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="name=value that the case can't know; may be repeated."),
    ] = None,
    page: Annotated[bool, typer.Option("--page", help="Also make the page, in the case's reports.")] = False,
    folder: Folder = None,
    cases: Root = None,
) -> None:
    """The checks that mattered last time, run on this case: what each answer means, and where to go then.

    inv runbook make INC-2031

    inv runbook INC-2031 INC-2040

    inv runbook INC-2031 INC-2040 -p service=indexer --page
    """
    from investigator.library import runbook as books

    if len(words) != 2:
        raise KitError(
            "A runbook needs two names.",
            "Which runbook, and the case to run it on.",
            "inv runbook INC-2031 INC-2040   or to make one: inv runbook make INC-2031",
        )
    if words[0] == MAKE:
        case = newest(words[1], cases)
        say(case.brief.short_path())
        say(books.make(case))
        return
    signature = _signature(words[0], folder, cases)
    case = newest(words[1], cases)
    given = dict(pair(item) for item in parameter or [])
    say(f"The runbook of {signature.id}: {signature.title}")
    done, concluded = books.run(signature, case, given=given)
    for one in done:
        say(f"\n{one.number}. {one.step.question}")
        if one.finding is not None:
            say(f"   {one.finding.said}")
        say(f"   {one}")
    if signature.people:
        say("\nPeople were asked, too:")
        for text in signature.people:
            say(f"   {text}")
    say("\nWhat was concluded last time:")
    for conclusion, text, came in concluded:
        say(f"   {came}: {text} (steps {', '.join(map(str, conclusion.steps))})")
    say(f"\nThe notebook: {books.for_case(signature, case, given)}")
    if page:
        with progress("rendering the runbook") as step:
            report = books.page(signature, case, given=given, progress=step)
        say(report.page)


def _files(count: int, folder: Path) -> str:
    if not count:
        return "no file came."
    return f"{count} file{'' if count == 1 else 's'} came, in {folder}, and in the case."


def _signature(which: str, folder: Path | None, cases: Path | None) -> Signature:
    """The signature that is meant: the library's, else that of a case with a runbook."""
    from investigator.library import runbook as books
    from investigator.library.library import root
    from investigator.library.recognising import Signatures

    held = Signatures(root(folder)).find(which)
    if held is not None:
        return held
    try:
        case = newest(which, cases)
    except KitError as error:
        raise KitError(
            f"Neither the library nor your cases have a runbook of {which}.",
            error.there_is,
            "Look: inv library list   or make one: inv runbook make CASE",
        ) from None
    return books.signature_of(case)


@app.command()
def drill(
    what: Annotated[
        str | None,
        typer.Argument(metavar="[CASE | next | end]", help="A case that was found out; or how it goes on."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="A made incident, instead of a case.")] = None,
    domain: Annotated[
        str | None, typer.Option(help="Its trade: claims, parcels, labs, tickets ... (default: claims).")
    ] = None,
    real: Annotated[bool, typer.Option("--real", help="Stages come by the clock, not when you ask.")] = False,
    case_id: Annotated[
        str | None, typer.Option("--case", help="The drill's own case; the newest without it.")
    ] = None,
    cases: Root = None,
) -> None:
    """A past incident as it came, for one who knows nothing of it: what was said, the files, the clock; no answer.

    inv drill INC-2031

    inv drill --seed 3 --domain claims --real

    inv drill next

    inv drill end
    """
    from investigator.library import drill as drills

    if what == "end":
        going = drills.opened(newest(case_id, cases))
        say(drills.debrief(going))
        say("\nThis was for you. Nothing of it is kept.")
        # The next line that somebody notes is not for this one any more.
        if going.case.state.phase != "resolved":
            going.case.record.phase("resolved", why="the drill is over", anyway="it was a drill")
        return
    if what == "next":
        going, stage, why = drills.on(drills.opened(newest(case_id, cases)))
    else:
        source = drills.check_source(what, seed, domain, cases)
        with progress("preparing the drill") as step:
            step(0, 1, "the call")
            going = drills.begin(source, root=cases, real=real)
        say(going.case.card())
        stage, why = going.script.stages[0], ""
    if stage is None:
        say(why)
        return
    for said in stage.messages:
        say(f"{said.who}: {said.text}")
    folder = going.stages / f"stage-{going.came}"
    say(f"Stage {going.came}, {stage.minutes:.0f} min after the call: {_files(len(stage.files), folder)}")
    say(
        f"Look: inv triage {going.case.id}; inv find who_else; inv find candidate_triggers; inv search ...; or inv lab {going.case.id}"
    )
    more = "more is to come: inv drill next" if drills.to_come(going) else "this was the last that came"
    say(f"Write it down: inv note guess ...   {more}   when you know what it was: inv drill end")


@app.command()
def due(
    case_id: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Id or folder; all cases without it.")
    ] = None,
    done: Annotated[list[int] | None, typer.Option(help="The number of an action that is done.")] = None,
    move: Annotated[
        list[str] | None, typer.Option(metavar="N=DAY", help="An action's new day, such as 50=2026-12-31.")
    ] = None,
    cases: Root = None,
) -> None:
    """What is asked about until somebody answers: what is still switched off, and actions that are overdue. Exit code 1 where there is any.

    inv due

    inv due INC-2031 --done 50 --move 51=2026-12-31
    """
    from investigator.case import Case
    from investigator.case.reasoning import unanswered
    from investigator.case.record import folder
    from investigator.cli.lines import by_age

    if done or move:
        record = newest(case_id, cases).evidence.record
        for number in done or ():
            unanswered.settle(record, number, done=True)
        for name, day in (pair(item) for item in move or ()):
            unanswered.settle(record, int(name) if name.isdigit() else 0, due=day)
    paths = [newest(case_id, cases).path] if case_id or done or move else by_age(folder.listing(cases))
    asked = 0
    for path in paths:
        try:
            case = Case.open(path)
            found = unanswered.questions(case.snapshot())
        except KitError as error:
            say(f"{path.name} can't be opened: {error.what}")
            continue
        asked += len(found)
        if found:
            say(f"{case.id}  {case.title}")
            for one in found:
                say(f"  {f'@{one.who}: ' if one.who else ''}{one.text}")
                say(f"    {one.answer}")
    if not asked:
        say("Nothing is waiting for an answer: all that was off is back, no action is overdue.")
    else:
        raise typer.Exit(1)


@app.command()
def meeting(
    case_id: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Make the interim page, and the words to send it with.")
    ] = False,
    take: Annotated[
        Path | None, typer.Option(help="Corrections that came back, as text; - reads what is piped in.")
    ] = None,
    who: Annotated[str, typer.Option("--from", help="Who sent them, where the text does not say.")] = "",
    settle: Annotated[
        list[str] | None,
        typer.Option(metavar="N=HOW", help="What became of a correction, such as 57=changed."),
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(help="The answers to the two questions at the end, kept without names.")
    ] = None,
    cases: Root = None,
) -> None:
    """The hour after it is over: the page sent for corrections, these taken in, the plan, two questions at the end.

    inv meeting INC-2031 --send

    inv meeting INC-2031 --take answers.txt --from ana

    inv meeting INC-2031 --settle 57=changed

    inv meeting INC-2031

    inv meeting INC-2031 --answers papers.txt
    """
    from investigator.case.reasoning import meeting as meetings
    from investigator.report import release as releasing

    case = newest(case_id, cases)
    record = case.evidence.record
    if send:
        with progress("rendering postmortem") as step:
            entry = releasing.review(case, interim=True, progress=step)
        say(f"{case.path / str((entry.content or {})['path'])}\n\n{meetings.invitation(case.snapshot())}")
    elif take is not None:
        taken = meetings.take(record, _read(take), page=meetings.page_of(record), who=who)
        say(
            f"{len(taken.entries)} taken in, each beside what it is about; settle each: inv meeting --settle N=changed"
        )
        for one in taken.entries:
            about = record.entry(str(one.about)).number
            say(f"  #{one.number} on #{about}: {(one.content or {})['text']}")
        for line in taken.left:
            say(f"  left out, too short to be a sentence: {line}")
    elif settle:
        for number, how in map(pair, settle):
            say(
                f"#{meetings.settle(record, int(number) if number.isdigit() else 0, how).number} answers #{number}."
            )
    elif answers is not None:
        for one in meetings.keep(record, meetings.answered(_read(answers))):
            say(f"#{one.number} {(one.content or {})['section']}: {(one.content or {})['text']}")
    else:
        say(case.brief.meeting())


def _read(path: Path) -> str:
    """The text of a file, or what is piped in."""
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise KitError(
            f"{path} can't be read: {error.strerror}.", "", "Give a text file, or - for what is piped in."
        ) from None
