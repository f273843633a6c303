"""The commands of the library: past incidents added, searched, compared, listed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from investigator.cli.lines import newest, say
from investigator.cli.shared import Root, app
from investigator.errors import KitError

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.library import Library
    from investigator.library.finding_alike import Hit

library = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Past incidents: cases and postmortems in a folder that the team keeps in git.\n\n"
    "inv library add INC-2031 postmortems/\n\ninv library search disk full",
)
app.add_typer(library, name="library")

Folder = Annotated[
    Path | None,
    typer.Option("--library", help="The library's folder (default: INVESTIGATOR_LIBRARY, else ./library)."),
]
AtMost = Annotated[int, typer.Option("--at-most", min=1, max=200, help="How many to show.")]
PASSAGE_AT_MOST = 200
LISTED_AT_MOST = 10_000


@library.command()
def add(
    what: Annotated[
        list[str],
        typer.Argument(metavar="CASE|FILE|FOLDER...", help="Cases, postmortems, or folders of them."),
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take a new version of a postmortem that is here.")
    ] = False,
    folder: Folder = None,
    cases: Root = None,
) -> None:
    """Take in cases, and postmortems written elsewhere (Markdown, HTML, PDF, text). Each becomes one small text file.

    inv library add INC-2031

    inv library add postmortems/ 2024-outage.pdf
    """
    from investigator.case.record import location
    from investigator.library.library import documents

    held = _opened(folder)
    refused = 0
    for one in what:
        path = Path(one)
        try:
            if path.is_dir() and not location.is_case(path):
                found = documents(path)
                if not found:
                    raise KitError(
                        f"{path} has no document.",
                        "The library reads .md, .html, .pdf and .txt.",
                        "Give the files themselves.",
                    )
            elif path.is_file():
                found = [path]
            else:
                said = held.add_case(newest(one, cases))
                say(f"{said.how}: {said.incident.id}  {said.incident.title}")
                say(f"  {said.signature}")
                continue
        except KitError as error:
            refused += _refused(error)
            continue
        for document in found:
            try:
                said = held.add(document, replacing=replace)
            except KitError as error:
                refused += _refused(error)
            else:
                doubts = f"  (look: {'; '.join(said.incident.doubts)})" if said.incident.doubts else ""
                say(f"{said.how}: {said.incident.id}  {said.incident.title}{doubts}")
    say(f"{_many(held)} in {held.folder}. They are text: look them over, correct them, commit them.")
    _problems(held)
    if refused:
        raise typer.Exit(1)


@library.command()
def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help="A few words, or - to paste a symptom.")
    ],
    at_most: AtMost = 5,
    folder: Folder = None,
) -> None:
    """The past incidents that a few words, or a pasted symptom, speak of; the best first, each with why.

    inv library search documents not found

    pbpaste | inv library search -
    """
    text = sys.stdin.read() if words == ["-"] else " ".join(words)
    held = _opened(folder, wanted=True)
    _show(held, held.search(text, at_most=at_most), f"None of the {_many(held)} has a word of it.")


@library.command()
def similar(
    which: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE|ID]", help="A case, or an incident of the library; the newest case without it."
        ),
    ] = None,
    at_most: AtMost = 5,
    folder: Folder = None,
    cases: Root = None,
) -> None:
    """The past incidents that are like a case, by words and by what broke, each with its reasons; or none.

    inv library similar INC-2031
    """
    held = _opened(folder, wanted=True)
    case = None
    if which and any(which.lower() == id.lower() for id, _, _ in held.listing()):
        found = held.similar(which, at_most=at_most)
    else:
        try:
            case = newest(which, cases)
            found = held.similar(case, at_most=at_most)
        except KitError:
            if which is None:
                raise
            found = held.similar(which, at_most=at_most)
    _show(
        held,
        found,
        f"None of the {_many(held)} is like it. It may be new, or told in other words: try inv library search with the customer's.",
    )
    if case is not None:
        seen_before(case, folder)


@library.command()
def check(folder: Folder = None) -> None:
    """Every signature on every fixture: which recognises which. Exit code 1 where one is stale, or takes another for its own.

    inv library check
    """
    signatures = _opened(folder).signatures()
    if not len(signatures) and not signatures.problems:
        _opened(folder, wanted=True)
    checked = signatures.check()
    say(checked)
    if not checked.ok:
        raise typer.Exit(1)


def seen_before(case: Case, folder: Path | None = None) -> None:
    """What the signatures of the library say of a case, where there is a library; nothing where there is none."""
    from investigator.library.library import root
    from investigator.library.recognising import Signatures

    held = Signatures(root(folder))
    found = held.recognise(case)
    if found.signatures or held.problems:
        say(f"\n{found.text(case.id)}")
        for problem in held.problems:
            say(f"Not as it should be: {problem.what} {problem.do}")


def told_before(words: str, folder: Path | None = None) -> None:
    """The past incidents that a customer's words speak of, where there is a library; nothing where there is none."""
    from investigator.library import Library
    from investigator.library.library import root

    if not words.strip() or not root(folder).is_dir():
        return
    hits = [hit for hit in Library(folder).search(words, at_most=3) if hit.unasked]
    if hits:
        say("\nTold before? By the customer's words alone, perhaps:")
        for hit in hits:
            say(f"  {hit.incident.id}  {hit.incident.title}  ({'; '.join(hit.reasons[:2])})")


@library.command("list")
def list_(folder: Folder = None) -> None:
    """Every incident of the library, the newest first: its day, its id, its title.

    inv library list
    """
    held = _opened(folder, wanted=True)
    for id, day, title in held.listing()[:LISTED_AT_MOST]:
        say(f"{day or 'no day    '}  {id}  {title}")
    say(f"{_many(held)} in {held.folder}.")
    _problems(held)


@library.command()
def remove(
    id: Annotated[str, typer.Argument(metavar="ID", help="The incident's id, or enough of its beginning.")],
    folder: Folder = None,
) -> None:
    """Remove an incident's file. What it said stays in the history of git, where the folder is kept there.

    inv library remove 2018-03-26-no-space
    """
    say(f"Removed {_opened(folder, wanted=True).remove(id)}.")


@library.command()
def recurs(folder: Folder = None) -> None:
    """What comes back: factors, actions never done, who noticed first, how long it took. Counts, with the incidents behind them.

    inv library recurs
    """
    held = _opened(folder, wanted=True)
    say(held.recurs())
    _problems(held)


def _opened(folder: Path | None, *, wanted: bool = False) -> Library:
    """The library; where one is wanted and there is none, what makes one."""
    from investigator.library import Library

    held = Library(folder)
    if wanted and not len(held) and not held.problems():
        raise KitError(
            f"There is no library in {held.folder}.",
            "",
            "Add a case or a postmortem: inv library add INC-2031   or say where it is: --library FOLDER",
        )
    return held


def _many(held: Library) -> str:
    return f"{len(held):,} incident{'' if len(held) == 1 else 's'}"


def _show(held: Library, hits: list[Hit], none: str) -> None:
    for number, hit in enumerate(hits, 1):
        one = hit.incident
        say(f"{number}. {one.id}  {one.title}")
        for reason in hit.reasons:
            say(f"   {reason}")
        if hit.passage and hit.passage != one.title:
            cut = hit.passage[:PASSAGE_AT_MOST]
            say(f'   "{cut}{"..." if len(hit.passage) > PASSAGE_AT_MOST else ""}"')
        if one.causes:
            say(
                f"   cause: {one.causes[0][:PASSAGE_AT_MOST]}{'...' if len(one.causes[0]) > PASSAGE_AT_MOST else ''}"
            )
        if one.minutes:
            from investigator.library.recurs import lasted

            say(
                f"   lasted {lasted(one.minutes)}"
                + (", by its timeline" if one.minutes_from == "timeline" else "")
            )
    if not hits:
        say(none)
    _problems(held)


def _problems(held: Library) -> None:
    problems = held.problems()
    for problem in problems[:20]:
        say(f"Not as it should be: {problem}")
    if len(problems) > 20:
        say(f"and {len(problems) - 20} more files.")


def _refused(error: KitError) -> int:
    say(f"not added: {error}")
    return 1
