"""What the report tests share: the tiny notebooks, and a real browser without its own calls home."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture(scope="session")
def notebooks() -> Path:
    """The folder of tiny notebooks, one for each behaviour of the runner."""
    return NOTEBOOKS


@pytest.fixture
def notebook() -> Callable[..., Any]:
    """Makes a notebook that has run: Markdown from text, an output from a mime bundle."""
    import nbformat

    def make(*cells: str | dict[str, Any], tags: tuple[str, ...] = ()) -> Any:
        made = []
        for number, cell in enumerate(cells):
            if isinstance(cell, str):
                made.append(nbformat.v4.new_markdown_cell(cell, id=f"c{number}"))
            else:
                output = (
                    cell
                    if "output_type" in cell
                    else {"output_type": "display_data", "data": cell, "metadata": {}}
                )
                made.append(
                    nbformat.v4.new_code_cell(
                        "pass", id=f"c{number}", outputs=[output], metadata={"tags": list(tags)}
                    )
                )
        return nbformat.from_dict(json.loads(json.dumps(nbformat.v4.new_notebook(cells=made))))

    return make


class Visit:
    """A page as a browser saw it: its requests, its console, and the page itself."""

    def __init__(self, browser: Any, address: str, *, width: int = 1280) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.console: list[str] = []
        self.dialogs: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("dialog", self._refuse)
        self.page.goto(address, wait_until="load")
        if self.page.locator(".chart-box").count():
            self.page.wait_for_selector("html[data-drawn]", timeout=30_000)

    def _refuse(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def outside(self, address: str) -> list[str]:
        """Every request but the one for the page; what a page draws from its own data is none."""
        return [url for url in self.requests if url != address and not url.startswith(("data:", "blob:"))]


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Visit]]:
    """Opens an address in the browser."""
    opened: list[Visit] = []

    def go(address: str, *, width: int = 1280) -> Visit:
        opened.append(Visit(browser, address, width=width))
        return opened[-1]

    yield go
    for one in opened:
        one.context.close()


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[str]:
    """Serves the test's folder on 127.0.0.1; gives its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
