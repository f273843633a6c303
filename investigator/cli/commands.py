"""The commands of the terminal, with their help and examples."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from investigator.case.record.line import VERBS
from investigator.cli.lines import by_age, given, meant, newest, say
from investigator.cli.lines import note as write_down
from investigator.cli.raw_lines import named, raw_lines
from investigator.cli.shared import Root, app, pair, progress
from investigator.errors import KitError

#: Marks a case that the demo made and may make again.
SAMPLE_MARK = ".sample"


def profile_(case: Any, *, quiet: bool = False) -> None:
    """Take the team's profile into a new case, and say so; where there is none, what would make one."""
    from investigator import profile
    from investigator.case.record import profiled

    entry, problem = profiled.take(case.evidence.record, first=True)
    if problem:
        say(problem)
    elif entry is not None:
        say(f"{(entry.content or {})['text']} ({profile.find()})")
    elif not quiet and profile.find() is None:
        say("No team profile: inv init makes one, with kinds of ids, zones and how to fetch.")


@app.command()
def new(
    id: Annotated[
        str | None,
        typer.Argument(help="Id of the case, such as INC-2031; proposed from the words without it."),
    ] = None,
    title: Annotated[str, typer.Option(help="A title in the customer's words.")] = "",
    words: Annotated[
        str, typer.Option(help="The customer's words; '-' reads a pasted ticket or mail from standard input.")
    ] = "",
    contact: Annotated[str, typer.Option(help="Who called, and how to reach them.")] = "",
    deadline: Annotated[str, typer.Option(help='Such as "today 18:00 Berlin".')] = "",
    zone: Annotated[str, typer.Option(help="The customer's time zone, such as Europe/Berlin.")] = "",
    about: Annotated[list[str] | None, typer.Option(help="An id in question; may be repeated.")] = None,
    record: Annotated[
        str, typer.Option(help="Where a team keeps the record: env:NAME or keyring:SERVICE/USER of a URL.")
    ] = "",
    begun: Annotated[
        str,
        typer.Option(
            "--from", help="A case that `inv triage` made: its evidence and all that was said come along."
        ),
    ] = "",
    cases: Root = None,
) -> None:
    """Open a new case: only the customer's words are required.

    inv new INC-2031 --title "We cannot find our documents"

    inv new INC-2031 --title "..." --record env:TEAM_RECORD

    inv new --words - < ticket.txt

    inv new INC-2031 --from TRIAGE-20260617-1
    """
    from investigator.case import Case
    from investigator.case.writing.call import propose
    from investigator.case.writing.from_triage import take_over
    from investigator.cli.opening import say_read, say_zone

    pasted = given() if words == "-" else words
    other = Case.open(begun, root=cases) if begun else None
    if other is not None:
        pasted, title = pasted or other.state.words, title or other.state.title
        contact, about = contact or other.state.contact, about or other.state.about
        zone = zone or (other.zone if other.zone != "UTC" else "")
    if not pasted and not title:
        if not sys.stdin.isatty():
            raise KitError(
                "A case needs the customer's words.",
                "Everything else is proposed from them, or can wait.",
                'Say inv new INC-2031 --title "..." or inv new --words - < ticket.txt',
            )
        say("What did the customer say? Paste a ticket or mail, then Ctrl-D on a line of its own.")
        pasted = given()
    found = propose(pasted or title, zone=zone)
    ids = list(about or found.ids)
    case = Case.new(
        id or found.id,
        title=title or found.title,
        words=found.words or title,
        contact=contact or found.contact,
        deadline=deadline or (other.state.stated if other is not None else None) or found.deadline,
        zone=found.zone.name,
        happened=found.sent,
        about=ids,
        root=cases,
        ledger=record or None,
    )
    if other is not None:
        came = take_over(case.evidence, other.evidence)
        say(f"{other.id} is taken over: its evidence, and {came} entries.")
    else:
        profile_(case)
    say_zone(found, zone)
    say(case.card())
    say()
    if record:
        say(
            f"The record is at {case.evidence.record.where}. Others take part with: inv join {case.id} {record}"
        )
    say_read(found, ids, case.zone, about=bool(about), deadline=bool(deadline))
    _told_before(found.words or title)
    say(f"Next: inv add {case.id} FOLDER      then: inv lab {case.id}")


@app.command()
def fetch(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Id or folder of the case.")],
    where: Annotated[
        str, typer.Argument(help="env:NAME, keyring:SERVICE/USER, or a URL without a password.")
    ],
    query: Annotated[str, typer.Argument(help="One SELECT, or PromQL; @FILE reads it from a file.")],
    start: Annotated[str, typer.Option("--from", help="Start of the window, in the customer's zone.")] = "",
    end: Annotated[str, typer.Option("--to", help="End of the window.")] = "",
    limit: Annotated[int, typer.Option(help="Rows or samples at most.")] = 100_000,
    seconds: Annotated[float, typer.Option(help="What one statement may take.")] = 60,
    step: Annotated[float | None, typer.Option(help="Seconds between the samples of a metric.")] = None,
    name: Annotated[str | None, typer.Option(help="What to call the source.")] = None,
    zone: Annotated[str | None, typer.Option(help="Zone of times in the answer that name none.")] = None,
    cases: Root = None,
) -> None:
    """Ask a live system; its answer is kept as evidence with the query. Nothing over there is changed.

    inv fetch INC-2031 env:ORDERS_DB "SELECT * FROM jobs WHERE at >= :start AND at < :end" --from 09:00 --to 10:00

    inv fetch INC-2031 http://prometheus:9090 "sum by (job) (rate(errors_total[5m]))" --from 09:00 --to 10:00
    """
    from investigator.case import Case

    if bool(start) != bool(end):
        raise KitError("A window has two ends.", "", "Give both --from and --to, or neither.")
    if query.startswith("@"):
        file = Path(query[1:])
        if not file.is_file():
            raise KitError(f"There is no {file} to read the query from.", f"I looked in {Path.cwd()}.")
        query = file.read_text(encoding="utf-8")
    case = Case.open(case_id, root=cases)
    with progress(f"fetching from {where}") as moved:
        fetched = case.evidence.fetch(
            where,
            query,
            window=(start, end) if start else None,
            limit=limit,
            seconds=seconds,
            step=step,
            name=name,
            zone=zone,
            progress=moved,
        )
    say(fetched)
    say(f"Next: inv lab {case.id}")


@app.command()
def triage(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders with whatever could be exported.")],
    about: Annotated[str, typer.Option(help="The id in question, such as DOC-4711.")] = "",
    words: Annotated[str, typer.Option(help="The customer's words, where you have them.")] = "",
    zone: Annotated[
        str, typer.Option(help="The customer's time zone; proposed from their words without it.")
    ] = "",
    full: Annotated[
        bool,
        typer.Option("--full", help="Also each file's line, the path, and the tables behind the answers."),
    ] = False,
    cases: Root = None,
) -> None:
    """What happened to one document, in eight lines: no case, no form.

    Gone or only hidden, where it stopped, since when, who else, what gets worse, the deadline, what is unsure, and the
    next command. A case is made on the side; of a case that there is, the same lines as it stands.

    inv triage exports/ --about DOC-4711
    """
    from investigator import moment
    from investigator.case import Case
    from investigator.case.record import folder
    from investigator.case.writing.call import propose
    from investigator.case.writing.ticket import named_in, ticket_in, zone_beside
    from investigator.cli.intake import say_loaded
    from investigator.cli.opening import say_read, say_zone

    if len(paths) == 1 and not about and not words and _is_a_case(paths[0], cases):
        case = Case.open(paths[0], root=cases)
        if full:
            _answer(case)
            say()
        say(case.brief.at_once(named=named(case)))
        _seen_before(case)
        return
    for path in paths:
        if not path.exists():
            raise KitError(f"There is no {path}.", f"I looked in {Path.cwd()}.", "Correct the path.")
    base = f"TRIAGE-{moment.now():%Y%m%d}"
    number = 1
    while (folder.root(cases) / f"{base}-{number}").exists():
        number += 1
    words = words or ticket_in(paths)
    found = propose(words, zone=zone, beside=zone_beside(paths))
    ids = [about] if about else named_in(f"{found.title}\n{found.words}", paths) or list(found.ids)
    case = Case.new(
        f"{base}-{number}",
        title=found.title or (f"What happened to {ids[0]}?" if ids else "What happened?"),
        words=found.words,
        contact=found.contact,
        deadline=found.deadline,
        zone=found.zone.name,
        happened=found.sent,
        about=ids,
        root=cases,
    )
    profile_(case, quiet=True)
    if words or found.zone.name != "UTC":
        say_zone(found, zone)
    if words:
        say_read(found, ids, case.zone, about=bool(about), deadline=False)
    for path in paths:
        with progress(f"loading {path.name}") as step:
            report = case.add(path, progress=step)
        say_loaded(case, report, cases, short=not full)
    say()
    if full:
        _answer(case)
        say()
    say(case.brief.at_once(named=named(case)))
    _seen_before(case)
    say()
    say(f"The case is {case.path}. Open its notebook with: inv lab {case.id}{_where(cases)}")


@app.command(context_settings={"ignore_unknown_options": True})
def note(
    line: Annotated[
        list[str],
        typer.Argument(metavar="[VERB] TEXT...", help=f"{' '.join(VERBS)}."),
    ],
    case_id: Annotated[
        str | None, typer.Option("--case", help="Id or folder; the newest without it.")
    ] = None,
    cases: Root = None,
) -> None:
    """One line into the record, in half a second; without a verb it is a note.

    inv note did 14:05 paused purge @dana

    inv note "ask @ana rows in documents for the 40? 10m"

    inv note think "indexer 2.3.1 dropped them | expect: healthy before 09:14"

    inv note "against #7 healthy ones have schema 3 too"

    inv note undo
    """
    write_down(" ".join(line), case_id, cases)


@app.command()
def status(
    case_id: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")
    ] = None,
    strike: Annotated[list[int] | None, typer.Option(help="Leave this line out; may be repeated.")] = None,
    add: Annotated[list[str] | None, typer.Option(help="A line more, such as 'need: a hand'.")] = None,
    send: Annotated[
        str, typer.Option(help="Take down that it was sent, to: inside, customer or both. Sending is yours.")
    ] = "",
    anyway: Annotated[str, typer.Option(help="Why it goes to the customer past a gate.")] = "",
    markdown: Annotated[bool, typer.Option(help="The text for inside as Markdown.")] = False,
    page: Annotated[bool, typer.Option(help="The whole as a page.")] = False,
    as_of: Annotated[str, typer.Option(help="As it would have been then, such as '14:25'.")] = "",
    cases: Root = None,
) -> None:
    """What we know, do and need, proposed from the record: a text for inside and one for the customer.

    inv status

    inv status --strike 2 --add "need: somebody for the database" --send inside

    inv status --markdown > status.md
    """
    from investigator.case.record import watch

    asked = f" --send {send}" if send else ""
    case = meant(case_id, cases, lambda one: f"inv status {one}{asked}") if send else newest(case_id, cases)
    if page:
        from investigator.report.make import make

        with progress("rendering the status") as step:
            report = make(case, "status", parameters={"as_of": as_of}, progress=step)
        say(report.page)
        return
    proposed = (case.as_of(as_of) if as_of else case).status().strike(*(strike or ()))
    for text in add or ():
        proposed.add(text)
    if not send:
        say(proposed.markdown() if markdown else proposed)
        late = watch.overdue(case.state, case.entries(), case.now)
        if late and not as_of and not markdown:
            say(f"\n{late[0].upper()}{late[1:]}.")
        return
    entry = proposed.send(send, anyway=anyway)
    say((entry.content or {})["text"])
    say(
        f"\n#{entry.number} is in the record of {case.id} · undo: inv note --case {case.id} undo #{entry.number}"
    )


@app.command()
def walkthrough(
    case_id: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")
    ] = None,
    cases: Root = None,
) -> None:
    """How it was found out, step by step: a notebook and its page, from what was known at each moment.

    A page of its own for who leads it has the question and the answer of each turn.

    inv walkthrough INC-2031
    """
    from investigator.report import board
    from investigator.report.make import make

    case = newest(case_id, cases)
    with progress("rendering the walkthrough") as step:
        report = make(case, "walkthrough", draft=False, progress=step)
    for problem in report.problems:
        say(f"Look at this before you share it: {problem.sentence} ({problem.where})")
    say(report.page)
    say(f"For who leads it, with the answers: {board.facilitator(case)}")


@app.command()
def lab(
    case_id: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port on this machine (default: a free one).")] = None,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    cases: Root = None,
) -> None:
    """Open a case in JupyterLab, on this machine only.

    inv lab INC-2031
    """
    import secrets
    import signal
    import subprocess

    from investigator import profile
    from investigator.case import current
    from investigator.report.kernel import lab_command
    from investigator.report.notebooks import START, open_for, start_page

    case = newest(case_id, cases)
    folder_ = open_for(case)
    start_page(case)
    token = secrets.token_urlsafe(24)
    if not browser:
        port = port or _free_port()
    argv, environment = lab_command(folder_, port=port, token=token, open_browser=browser)
    argv.append(f"--LabApp.default_url=/lab/tree/{START}")
    environment[current.VARIABLE] = str(case.path.resolve())
    if profile.found()[0] is not None:
        environment[profile.VARIABLE] = str(profile.find())
    say(f"{case.id}: JupyterLab opens at {folder_ / START}; Ctrl-C here ends it.")
    if not browser:
        say(f"Open this on this machine: http://127.0.0.1:{port}/lab/tree/{START}?token={token}")

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    # In a group of its own: Ctrl-C would make it ask whether it is meant, and leave its kernels. It is told to end.
    server = subprocess.Popen(argv, env=environment, process_group=0)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, ended)
    try:
        raise typer.Exit(server.wait())
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        raise typer.Exit(0) from None


def _free_port() -> int:
    """A port of this machine that nobody listens at just now."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@app.command()
def postmortem(
    case_id: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Id or folder; the newest without it.")
    ] = None,
    template: Annotated[str, typer.Option(help="Which template: postmortem or triage.")] = "postmortem",
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="name=value of the template; may be repeated."),
    ] = None,
    draft: Annotated[
        bool, typer.Option(help="A draft says in one line what is still empty; released pages leave it out.")
    ] = True,
    audience: Annotated[
        str, typer.Option(help="Who reads it: engineering, executive, customer or training.")
    ] = "engineering",
    edit: Annotated[
        bool,
        typer.Option("--edit", help="Write the story, as Markdown in the case's folder, and make no page."),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Make no page while a statement is not what it was.")
    ] = False,
    format: Annotated[
        list[str] | None,
        typer.Option("--format", help="Also as: md, pdf, png, ipynb; may be repeated."),
    ] = None,
    cases: Root = None,
) -> None:
    """Run the template again and make the page that is shared.

    inv postmortem INC-2031

    inv postmortem INC-2031 --audience customer

    inv postmortem INC-2031 --format md --format pdf

    inv postmortem INC-2031 --edit
    """
    from investigator.report.export import export, known
    from investigator.report.make import make

    wanted = [known(one) for one in format or []]

    case = newest(case_id, cases)
    if edit:
        from investigator.cli.pages import edit as edited

        edited(case)
        return
    if strict:
        from investigator.report.release import strictly

        strictly(case)
    given = dict(pair(item) for item in parameter or [])
    with progress(f"rendering {template}") as step:
        report = make(case, template, parameters=given, draft=draft, audience=audience, progress=step)
    for problem in report.problems:
        say(f"Look at this before you share it: {problem.sentence} ({problem.where})")
    say(report.page)
    for kind in wanted:
        say(export(case, report, kind, template, audience=audience, draft=draft))
    if not draft and case.state.phase == "resolved":
        _kept_for_next_time(case)


@app.command()
def verify(
    case_id: Annotated[
        str | None,
        typer.Argument(metavar="[CASE|FILE]", help="Id or folder, or a page; the newest case without it."),
    ] = None,
    head: Annotated[
        str, typer.Option(help="A head that was printed earlier: shows a record that was cut at its end.")
    ] = "",
    deep: Annotated[
        bool, typer.Option("--deep", help="Also read the evidence again, and compare what it gives.")
    ] = False,
    against: Annotated[
        Path | None, typer.Option(help="Another page of the case: what the two state differently.")
    ] = None,
    cases: Root = None,
) -> None:
    """Hold a case against its record: evidence, loads, events, index, reports. Exit code 1 where something differs.

    Of a page: whether it, its manifest and the record prove each other.

    inv verify INC-2031

    inv verify reports/released/postmortem-1/postmortem.html

    inv verify INC-2031 --deep

    inv verify INC-2031 --head 1f0c2d3e:17:9a8b7c6d5e4f
    """
    from investigator.report import proof

    page = Path(case_id) if case_id and proof.is_page(Path(case_id)) else None
    if page and against:
        if (case := proof.case_of(page, cases)) is None:
            raise KitError("The case of these pages is not here.", "", "Say where cases are: --cases FOLDER")
        for line in proof.compared(page, against, case) or ["Both state the same."]:
            say(line)
        return
    if page:
        result = proof.proved(page, proof.case_of(page, cases))
    else:
        result = newest(case_id, cases).verify(head, deep=deep)
    say(result)
    if not result.ok:
        raise typer.Exit(1)


@app.command("list")
def list_(cases: Root = None) -> None:
    """The cases there are, the newest first.

    inv list
    """
    from investigator.case import Case, shown
    from investigator.case.record import folder

    rows = []
    for path in by_age(folder.listing(cases)):
        try:
            case = Case.open(path)
            state = case.state
            rows.append([path.name, state.phase, str(state.deadline or ""), case.title])
        except KitError as error:
            rows.append([path.name, "can't be opened", "", error.what])
    if not rows:
        say(f'No cases in {folder.root(cases)} yet. Make one: inv new INC-1 --title "..."   or try: inv demo')
        return
    say(shown.table(["case", "phase", "deadline", "title"], rows))


@app.command()
def erase(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Id or folder of the case.")],
    entry: Annotated[str | None, typer.Argument(help="Number of the entry, such as 17.")] = None,
    reason: Annotated[str, typer.Option(help="Why, in one line; this stays in the record.")] = "",
    text: Annotated[str, typer.Option(help="A text, to be erased wherever the case has it.")] = "",
    released: Annotated[
        bool, typer.Option("--released", help="Released pages that hold it go, too.")
    ] = False,
    cases: Root = None,
) -> None:
    """Destroy an entry for good, with all that came from it; the chain still verifies. Somebody will paste a password.

    inv erase INC-2031 17 --reason "a password was pasted"

    inv erase INC-2031 --text "hunter2" --reason "a password"
    """
    from investigator.case import Case

    if not reason.strip():
        raise KitError(
            "An erasure needs its reason.",
            "It stays in the record.",
            'Say it: --reason "a password was pasted"',
        )
    which = int(entry) if entry and entry.isdigit() else entry
    left = Case.open(case_id, root=cases).record.erase(which, reason, text=text, released=released)
    say("Erased, with what quoted it or came from it; drafts, too: if somebody sent one, ask for it back.")
    for name in left:
        say(
            f"reports/{name} was released and still holds it: call it back from whoever has it. "
            "To erase it here: the same with --released"
        )


@app.command()
def demo(
    cases: Root = None,
    lines: Annotated[int, typer.Option(help="Raw lines of the sample incident.")] = 200_000,
) -> None:
    """The main job on the sample incident: make it, open a case, load, triage, render postmortem and walkthrough.

    inv demo
    """
    import shutil
    import tempfile

    from investigator import samples
    from investigator.case import Case
    from investigator.case.record import folder
    from investigator.case.sample import build
    from investigator.report.make import make

    root = folder.root(cases)
    with tempfile.TemporaryDirectory(prefix="investigator-demo-") as place:
        with progress("making the sample incident") as step:
            sample = samples.make(place, lines=lines, progress=step)
        target = root / sample.id
        if target.exists():
            _only_a_demo(target)
            shutil.rmtree(target)
        say(f'The customer says: "{sample.record[0]["text"]}"')
        with progress("opening the case, loading") as step:
            case = Case(build(sample, root, progress=step))
        (case.path / SAMPLE_MARK).touch()
    at = sample.truth["exported"]
    say(f"\nWhat triage answers at {Case.open(case.path).as_of(at).now:%H:%M} UTC, in the worst hour:\n")
    _answer(case.as_of(at))
    with progress("rendering the postmortem") as step:
        report = make(case, "postmortem", draft=False, progress=step)
    with progress("rendering the walkthrough") as step:
        walked = make(case, "walkthrough", draft=False, progress=step)
    say(f"\nThe postmortem:  {report.page}")
    say(f"The walkthrough: {walked.page}")
    say(f"Open the case:   {_command()} lab {case.id}{_where(cases)}")


def _answer(case: Any) -> None:
    """What triage prints: the path, the first difference, gone or hidden, who else, what gets worse."""
    if not case.about:
        for name in ("coverage", "first_error", "rate_change"):
            _print(getattr(case.find, name)(), case=case)
        return
    from investigator.finding import Finding

    found: list[Finding] = [
        case.find.trace_entity(entity=case.about),
        case.find.compare_entities(entity=case.about),
        case.find.whereabouts(entity=case.about),
        case.find.who_else(like=case.about),
        case.find.what_gets_worse(),
    ]
    for finding in found:
        _print(finding, rows=0 if finding is found[-1] else 12, case=case)


def _kept_for_next_time(case: Any) -> None:
    """A case that is over goes into the library, with its signature, where there is one; else the line that does it."""
    from investigator.library.library import Library, root

    if not root().is_dir():
        say(f"So that next time is quicker: inv library add {case.id}")
        return
    added = Library().add_case(case)
    say(f"{added.how} in the library: {added.path}  ({added.signature})")


def _is_a_case(path: Path, cases: Path | None) -> bool:
    """Whether a case is meant, by its folder or by its id, and no folder of evidence."""
    from investigator.case.record import folder, location

    if path.exists():
        return location.whole(path)
    return str(path) in [one.name for one in folder.listing(cases)]


def _seen_before(case: Any) -> None:
    """What the library's signatures say: below today's own evidence, and never in its way."""
    from investigator.cli.library import seen_before

    try:
        seen_before(case)
    except KitError as error:
        say(f"\nThe library could not be asked: {error.what}")


def _told_before(words: str) -> None:
    from investigator.cli.library import told_before

    try:
        told_before(words)
    except KitError as error:
        say(f"\nThe library could not be asked: {error.what}")


def _print(finding: Any, rows: int = 12, *, case: Any) -> None:
    from investigator.case import shown
    from investigator.finding import readable
    from investigator.moment import localised

    say(finding.question)
    say(f"  {finding.said}")
    if finding.table is not None and len(finding.table) and rows:
        hidden = {"origin", "name", "source", "healthy when", "this when"}
        small = finding.table[[name for name in finding.table.columns if name not in hidden]]
        small = _around_the_mark(small, rows)
        names, texts, where = readable(small, finding.zone)
        text = shown.table(names, [[_cut(value) for value in row] for row in texts]).text
        if where:
            say(f"    times: {where}")
        say("\n".join(f"    {line}" for line in text.splitlines()))
        if len(finding.table) > rows:
            say(f"    and {len(finding.table) - rows:,} more")
    for line in (*finding.coverage.gaps[:3], *finding.coverage.missing):
        say(f"  · {localised(line, finding.zone)}")
    say(raw_lines(case, finding))


def _around_the_mark(table: Any, rows: int) -> Any:
    """The rows around the first difference where rows are marked, else the first: a terminal is short."""
    if "mark" not in table.columns:
        return table.head(rows)
    marks = [position for position, mark in enumerate(table["mark"]) if mark != "same"]
    start = max(0, (marks[0] if marks else 0) - rows // 2)
    return table.iloc[start : start + rows]


def _cut(text: str, width: int = 64) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= width else line[: width - 3] + "..."


def _only_a_demo(path: Path) -> None:
    """Refuse to replace a case that somebody's own words are in."""
    if not (path / SAMPLE_MARK).exists():
        raise KitError(
            f"{path} is a case of yours, not the demo's.",
            "The demo makes a case INC-2031 and replaces its own earlier one only.",
            "Move it, or say: inv demo --cases another-folder",
        )


def _where(cases: Path | None) -> str:
    return f" --cases {cases}" if cases else ""


def _command() -> str:
    """How this very command was called, so that the printed line can be pasted."""
    return sys.argv[0] if "/" in sys.argv[0] and not sys.argv[0].startswith("/usr") else "inv"
