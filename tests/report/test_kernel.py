"""Kernels and JupyterLab start with nobody's code but the kit's and what is installed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import investigator.errors
from investigator.report import kernel, run

HOSTILE = [
    "ruptures.py",
    "sitecustomize.py",
    "usercustomize.py",
    "ipython_config.py",
    "ipython_kernel_config.py",
    "jupyter_config.py",
    "jupyter_server_config.py",
    "jupyter_lab_config.py",
    "jupyter_notebook_config.py",
    "jupytext.py",
    ".jupytext.py",
    "ipykernel.py",
    "investigator.py",
    "profile_default/startup/00-start.py",
    "profile_default/ipython_kernel_config.py",
    ".ipython/profile_default/startup/00-start.py",
    ".jupyter/jupyter_server_config.py",
]


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A case folder whose every file that some tool might run leaves a mark when it is run."""
    case = tmp_path / "case"
    for folder in (case, case / "notebooks"):
        for name in HOSTILE:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({str(path)!r} + '\\n')\n")
    return case


def ran(case: Path) -> list[str]:
    mark = case.parent / "ran"
    return mark.read_text().splitlines() if mark.exists() else []


def outputs(notebook) -> str:
    return "".join(
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
    )


def test_the_hostile_files_do_run_where_a_kernel_is_started_naively(hostile):
    """The control: these files are live ammunition."""
    subprocess.run(
        [sys.executable, "-c", "import sitecustomize, ruptures"],
        cwd=hostile,
        env={**os.environ, "PYTHONPATH": str(hostile)},
        check=True,
    )
    assert {Path(line).name for line in ran(hostile)} >= {"ruptures.py", "sitecustomize.py"}


@pytest.mark.parametrize("path", ["", ".", "CASE"])
def test_a_case_brings_no_code_into_a_kernel(hostile, notebooks, monkeypatch, path):
    notebook = hostile / "notebooks" / "imports_a_library.ipynb"
    notebook.write_bytes((notebooks / "imports_a_library.ipynb").read_bytes())
    monkeypatch.chdir(hostile)
    monkeypatch.setenv("HOME", str(hostile))
    monkeypatch.setenv("PYTHONPATH", str(hostile) if path == "CASE" else path)
    monkeypatch.setenv("IPYTHONDIR", str(hostile))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(hostile / ".jupyter"))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(hostile))
    monkeypatch.setenv("JUPYTER_PATH", str(hostile))
    monkeypatch.setenv("PYTHONSTARTUP", str(hostile / "ruptures.py"))
    executed = run.execute(notebook, {}, beside=hostile / "reports" / "out.ipynb")
    library, state, kit = outputs(executed.notebook).splitlines()
    assert ran(hostile) == []
    assert not library.startswith(str(hostile))
    assert state == "kernel/work True UTC 0"
    assert kit == str(Path(investigator.errors.__file__).resolve())


def test_a_kernel_takes_nothing_from_the_users_kernel_folders(hostile, notebooks, monkeypatch):
    spec = hostile / "kernels" / "python3"
    spec.mkdir(parents=True)
    mark = str(hostile.parent / "ran")
    (spec / "kernel.json").write_text(
        json.dumps({"argv": ["touch", mark], "display_name": "x", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(hostile))
    monkeypatch.setenv("JUPYTER_PATH", str(hostile))
    executed = run.execute(notebooks / "plain.ipynb", {}, beside=hostile / "out.ipynb")
    assert "'sample' 3" in outputs(executed.notebook)
    assert ran(hostile) == []


def test_only_the_kit_lies_on_the_added_path(tmp_path):
    settings = kernel.environment(tmp_path)
    assert [path.name for path in Path(settings["PYTHONPATH"]).iterdir()] == ["investigator"]


def test_the_frozen_clock_and_the_persons_place_are_passed_on(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781697600")
    monkeypatch.chdir(tmp_path)
    settings = kernel.environment(tmp_path / "home")
    assert settings["SOURCE_DATE_EPOCH"] == "1781697600"
    assert settings["INVESTIGATOR_FOLDER"] == str(tmp_path)


def test_a_launch_leaves_nothing_behind():
    with kernel.launch() as launch:
        home = launch.folder.parent
        assert launch.folder.is_dir()
    assert not home.exists()


def test_lab_listens_on_this_machine_only_and_hides_its_token(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    argv, settings = kernel.lab_command(
        tmp_path / "case", port=8999, token="secret-token", open_browser=False
    )
    assert "--ServerApp.ip=127.0.0.1" in argv and "--ServerApp.port=8999" in argv
    assert settings["JUPYTER_TOKEN"] == "secret-token"
    assert not any("secret-token" in part for part in argv)
    assert settings["JUPYTER_CONFIG_DIR"].startswith(str(tmp_path / "investigator"))


def test_lab_and_its_kernels_run_nothing_that_lies_in_the_case(hostile, notebooks, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(hostile))
    monkeypatch.setenv("PYTHONPATH", str(hostile))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(hostile))
    (hostile / "notebooks" / "plain.ipynb").write_bytes((notebooks / "plain.ipynb").read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv, settings = kernel.lab_command(hostile, port=port, token="t", open_browser=False)
    log = (tmp_path / "lab.log").open("w+b")
    server = subprocess.Popen(argv, env=settings, cwd=hostile, stdout=log, stderr=log)

    def call(path: str, data: dict | None = None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api{path}",
            data=json.dumps(data).encode() if data is not None else None,
            headers={"Authorization": "token t", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                call("/status")
                break
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < deadline and server.poll() is None, (
                    tmp_path / "lab.log"
                ).read_text()
                time.sleep(0.2)
        specs = call("/kernelspecs")
        assert specs["default"] == "investigator"
        assert specs["kernelspecs"]["investigator"]["spec"]["display_name"] == "Investigator"
        assert call("/contents/notebooks/plain.ipynb")["type"] == "notebook"
        started = call("/kernels", {"name": "investigator", "path": "notebooks"})
        spoken = _ask(Path(settings["JUPYTER_RUNTIME_DIR"]) / f"kernel-{started['id']}.json")
        assert spoken["cwd"] == str(tmp_path / "state" / "investigator" / "lab" / "work")
        assert spoken["safe"] is True
        assert not spoken["library"].startswith(str(hostile))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
        log.close()
    assert ran(hostile) == []


def _ask(connection: Path) -> dict:
    """What a running kernel says of itself."""
    from jupyter_client import BlockingKernelClient

    client = BlockingKernelClient()
    client.load_connection_file(str(connection))
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        said: list[str] = []
        client.execute_interactive(
            "import json, os, sys, ruptures\n"
            "said = {'cwd': os.getcwd(), 'safe': sys.flags.safe_path, 'library': ruptures.__file__}\n"
            "print(json.dumps(said))",
            timeout=60,
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
        return json.loads("".join(said))
    finally:
        client.stop_channels()
