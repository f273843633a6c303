"""A finished page as PDF or as a picture, by a browser that is there; where none is, a sentence says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from investigator.errors import ReportError

#: Browsers that print without a window, by the names of their programs.
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
_SCREEN = "1280,1600"
_SECONDS = 120


def browser() -> str | None:
    """The program of a browser that can print, or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def written(page: Path, kind: str) -> Path:
    """The page as `pdf`, all of it, or as `png`, its first screen; beside it, under its name."""
    program = browser()
    if program is None:
        raise ReportError(
            f"No browser is here that could make a {kind.upper()} of it.",
            f"Looked for: {', '.join(BROWSERS)}.",
            f"Open {page.name} in any browser and print it to a file: all that is folded is open on paper.",
        )
    out = page.with_suffix(f".{kind}")
    with tempfile.TemporaryDirectory(prefix="investigator-") as folder:
        made = Path(folder) / out.name
        how = (
            ["--no-pdf-header-footer", f"--print-to-pdf={made}"]
            if kind == "pdf"
            else ["--hide-scrollbars", f"--window-size={_SCREEN}", f"--screenshot={made}"]
        )
        argv = [
            *(program, "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions"),
            *(
                "--disable-background-networking",
                "--disable-sync",
                f"--user-data-dir={Path(folder) / 'browser'}",
            ),
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            *how,
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(
                argv, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ReportError(
                f"{Path(program).name} made no {kind.upper()}: {type(error).__name__}.",
                "The page itself is made.",
                f"Open {page.name} in a browser and print it to a file.",
            ) from error
        if not made.is_file() or not made.stat().st_size:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
            raise ReportError(
                f"{Path(program).name} made no {kind.upper()}: {said[0][:200]}",
                "The page itself is made.",
                f"Open {page.name} in a browser and print it to a file.",
            )
        shutil.move(made, out)
    return out
