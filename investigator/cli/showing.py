"""`inv show`: any picture by its name, as words and numbers in the terminal, or saved as a file."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from investigator.cli.asking import _is_case, _json, _manual, _options, _page, _window
from investigator.cli.lines import newest, say
from investigator.cli.raw_lines import named
from investigator.cli.shared import Root, app
from investigator.errors import KitError

VIEWS = "investigator.views"
KINDS = ("png", "svg", "html")
WIDTH = 1100
#: What draws a PNG: a browser that is on the machine.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")


@app.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
def show(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME] [CASE] [--parameter VALUE...]", help="A picture; none lists them."),
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Write it to a file: .svg, .png or .html.")] = None,
    since: Annotated[str, typer.Option("--since", "-since", help="From then on.")] = "",
    until: Annotated[str, typer.Option("--until", "-until", help="Up to then.")] = "",
    rows: Annotated[int, typer.Option(help="Rows of its numbers to show.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Its title, words and numbers as JSON.")] = False,
    case_id: Annotated[str | None, typer.Option("--case", help="Id or folder; else the newest.")] = None,
    cases: Root = None,
) -> None:
    """Any picture by its name: its words and its numbers here, or the picture itself in a file.

    inv show

    inv show findable --like DOC-4711

    inv show timeline INC-2031 --since 09:00 --save timeline.svg
    """
    from investigator import catalogue

    given = list(words or [])
    if given[:1] in (["-h"], ["--help"]):
        say(context.get_help())
        return
    if not given:
        for name in catalogue.names(VIEWS):
            say(f"{name:<14} {catalogue.first_line(VIEWS, name)}")
        say("\nWhat one takes: inv show NAME --help      as a file: inv show NAME --save picture.svg")
        return
    name = given.pop(0).replace("-", "_")
    function = getattr(catalogue.load(VIEWS, name, noun="view"), name)
    if {"-h", "--help"} & set(given):
        _manual(name, function, command="show")
        return
    if save is not None and save.suffix[1:].lower() not in KINDS:
        raise KitError(
            f"A picture can't be saved as {save.name}.",
            f"It can be: {', '.join(KINDS)}.",
            f"Say --save {save.stem}.svg",
        )
    plain, params = _options(given, function)
    if case_id is None and plain and _is_case(plain[0], cases):
        case_id = plain.pop(0)
    if plain:
        raise KitError(
            f"'{plain[0]}' says nothing to a picture.", "", f"Parameters have names: inv show {name} --help"
        )
    case = newest(case_id, cases)
    window = _window(case, since, until)
    figure = getattr(case.show, name)(case.events(window=window) if window else None, **params)
    if save is not None:
        _saved(figure, save)
        say(f"{save}")
        return
    _said(case, name, figure, rows, as_json)


def _said(case: Any, name: str, figure: Any, rows: int, as_json: bool) -> None:
    """What a picture says to those who can't see it, and its numbers."""
    from investigator.case import shown
    from investigator.report import figure as made

    whole = figure.to_plotly_json()
    table, alt = made.table(whole), made.alternative(whole)
    if as_json:
        _json({"title": made.title(whole), "said": alt, "columns": table.columns, "rows": table.rows})
        return
    out = [made.title(whole)]
    if alt and alt != out[0]:
        out.append(f"  {alt}")
    if table.rows:
        cells = [
            ["" if cell is None else " ".join(str(cell).split())[:60] for cell in row]
            for row in table.rows[:rows]
        ]
        out += ["", *(f"  {line}" for line in shown.table(table.columns, cells).text.splitlines())]
        more = len(table.rows) - rows + table.left_out
        out += [f"  and {more:,} more"] if more > 0 else []
    out.append(f"\nAs a picture: inv show {name} {named(case)} --save {name}.svg")
    _page("\n".join(out))


def _saved(figure: Any, path: Path) -> None:
    """Write it as what its name ends in; whole or not at all."""
    from investigator.report import atomic

    kind = path.suffix[1:].lower()
    if not path.parent.is_dir():
        raise KitError(f"There is no folder {path.parent}.", "", "Make it, or name another.")
    if kind == "html":
        # plotly.js stands in the file, so that it opens anywhere and asks nobody.
        atomic.write(path, figure.to_html(include_plotlyjs=True, full_html=True).encode())
        return
    svg = _svg(figure.to_json())
    atomic.write(path, svg.encode() if kind == "svg" else _png(svg))


def _svg(whole: str) -> str:
    import json

    from investigator.report import figure as made
    from investigator.report.drawing.drawing import draw

    plain = json.loads(whole)
    drawn = draw(
        made.safe(plain), width=WIDTH, name="picture", alt=made.alternative(plain) or made.title(plain)
    )
    if drawn is None:
        raise KitError("This picture can't be drawn as SVG.", "", "Save it as .html.")
    return (
        drawn
        if "xmlns=" in drawn[:400]
        else drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )


def _png(svg: str) -> bytes:
    """The SVG as a browser on this machine draws it."""
    import re

    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise KitError(
            "A PNG is drawn by a browser, and there is none here.",
            f"Looked for: {', '.join(BROWSERS[:3])}.",
            "Save it as .svg, which needs none.",
        )
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    wide, high = (int(float(part)) for part in size.groups()) if size else (WIDTH, 800)
    with tempfile.TemporaryDirectory(prefix="investigator-") as folder:
        page, out = Path(folder) / "picture.html", Path(folder) / "picture.png"
        page.write_text(
            f"<!doctype html><meta charset='utf-8'><body style='margin:0;background:#fff'>{svg}",
            encoding="utf-8",
        )
        argv = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
                f"--window-size={wide},{high}", "--force-device-scale-factor=2", f"--screenshot={out}", page.as_uri()]  # fmt: skip
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(argv, capture_output=True, timeout=90, check=False)
        if not out.exists():
            raise KitError(
                "The browser drew no picture.", f"It was {browser}.", "Save it as .svg, which needs none."
            )
        return out.read_bytes()
