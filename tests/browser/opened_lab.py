"""JupyterLab as `inv lab` starts it, and a browser that looks at it: for every test that needs both."""

import json
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import pytest

from investigator.case import Case, current
from investigator.report.kernel import lab_command
from investigator.report.notebooks import open_for

#: A run that is itself killed can't stop its server; then the server ends by itself, a minute or two later.
ENDS_ALONE = [
    "--ServerApp.shutdown_no_activity_timeout=60",
    "--MappingKernelManager.cull_idle_timeout=60",
    "--MappingKernelManager.cull_interval=20",
    "--MappingKernelManager.cull_connected=True",
]


#: The open notebook, as JupyterLab's own program knows it.
PANEL = "[...window.jupyterapp.shell.widgets('main')].find(panel => panel.content && panel.content.widgets)"


@dataclass(frozen=True)
class Server:
    """A running JupyterLab: where it answers, and its process."""

    address: str
    process: psutil.Process


def in_the_way(page):
    """The words of every dialog and toast that is open."""
    return [item.inner_text() for item in page.locator(".jp-Dialog, .Toastify__toast").all()]


def cells(page):
    """Every code cell as the notebook's own model knows it: source, and outputs by mime type."""
    return page.evaluate(
        f"() => {PANEL}.content.widgets"
        """
            .filter(cell => cell.model.type === 'code')
            .map(cell => ({source: cell.model.sharedModel.getSource(), outputs: cell.model.outputs.toJSON()}))"""
    )


def small_case(folder, id, sources, name):
    """A small case of somebody's own, with a notebook of these cells to write in; `{path}` in them is the case's."""
    lines = [
        {
            "time": f"2026-06-17T07:{n:02d}:00Z",
            "level": "error" if n == 7 else "info",
            "msg": f"stored DOC-{n}",
        }
        for n in range(40)
    ]
    (folder / "app.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    case = Case.new(id, title="We can't find them", words="lost", about=["DOC-7"], root=folder, author="ana")
    case.add(folder / "app.jsonl")
    notebook = {
        "cells": [
            {
                "cell_type": "code" if number else "markdown",
                "id": f"cell-{number}",
                "metadata": {},
                "source": source.format(path=str(case.path)),
                **({"execution_count": None, "outputs": []} if number else {}),
            }
            for number, source in enumerate(sources)
        ],
        "metadata": {
            "kernelspec": {"name": "investigator", "display_name": "Investigator", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (open_for(case) / name).write_text(json.dumps(notebook))
    return case


@contextmanager
def serving(case, tmp_path_factory):
    """JupyterLab as `inv lab` starts it. Ends when asked, with all that it started, or the tests fail."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        # Completion keeps parsed files in the user's cache, and a kernel that is stopped while it writes one there
        # leaves it half written: then completion is silent from that day on.
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command, environment = lab_command(
            open_for(case), port=port, token="for-the-test", open_browser=False
        )
    command += ["--LabApp.expose_app_in_browser=True"]  # the test asks the notebook about its own cells
    environment[current.VARIABLE] = str(case.path.resolve())  # as `inv lab` does
    command += ENDS_ALONE
    log = tmp_path_factory.mktemp("log") / "lab.log"
    with open(log, "w") as stream:
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=subprocess.STDOUT)
    started = [psutil.Process(process.pid)]
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api?token=for-the-test", timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, log.read_text()[-3000:]
                time.sleep(0.25)
        else:
            pytest.fail(f"JupyterLab did not answer in a minute:\n{log.read_text()[-3000:]}")
        yield Server(address, started[0])
        started += started[0].children(recursive=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM), log.read_text()[-3000:]
        assert psutil.wait_procs(started, 10)[1] == []
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
    finally:
        for one in started:
            if one.is_running():
                one.kill()
        process.wait(30)


@contextmanager
def browsing(browser, server, notebook):
    """A notebook open in the browser, its kernel waiting for work; and what was asked of other hosts."""
    context = browser.new_context(
        viewport={"width": 1300, "height": 1000}, permissions=["clipboard-read", "clipboard-write"]
    )
    try:
        page = context.new_page()
        allowed = (f"{server.address}/", f"{server.address.replace('http', 'ws', 1)}/", "data:", "blob:")
        page.outside = []
        page.on("request", lambda r: None if r.url.startswith(allowed) else page.outside.append(r.url))
        page.on("websocket", lambda w: None if w.url.startswith(allowed) else page.outside.append(w.url))
        page.goto(f"{server.address}/lab/tree/{notebook}?token=for-the-test&reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(
            f"() => {PANEL}?.sessionContext?.session?.kernel?.status === 'idle'", timeout=60_000
        )
        page.wait_for_timeout(1_000)
        page.in_the_way_at_first = in_the_way(page)
        yield page
    finally:
        context.close()
