"""`%load_ext investigator` in a client of one's own: the plain Python kernel, behind a prefix, and nothing of JupyterLab."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from investigator import testing
from investigator.case import Case

PREFIX, TOKEN = "/hub/user/ana/", "a-token-of-the-hub"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A case, and the address of a server behind a prefix."""
    folder = tmp_path_factory.mktemp("client")
    case = Case.new("INC-1", words="Parcels are missing.", root=folder, author="ana")
    testing.stored(testing.documents(), case.path / "events", kinds={})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}  # fmt: skip
    options = {"ip": "127.0.0.1", "port": port, "base_url": PREFIX, "root_dir": folder, "open_browser": "False", "allow_root": "True"}  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", f"--IdentityProvider.token={TOKEN}", *(f"--ServerApp.{name}={value}" for name, value in options.items())],
        env={**os.environ, **own}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    yield case, f"127.0.0.1:{port}{PREFIX}"
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def begun(address):
    """A kernel of the server's own, which is told nothing of the kit: its id."""
    asked = urllib.request.Request(f"http://{address}api/kernels", data=b"{}", headers={"Authorization": f"token {TOKEN}"})  # fmt: skip
    for _ in range(300):
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return json.load(answer)["id"]
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.3)
    raise AssertionError("the server did not start")


async def ran(address, kernel, cells):
    """What each cell gives: the text of its outputs, over the kernel's own channel."""
    from tornado.websocket import websocket_connect

    socket_ = await websocket_connect(f"ws://{address}api/kernels/{kernel}/channels?token={TOKEN}")
    out = []
    for number, code in enumerate(cells):
        header = {"msg_id": f"m{number}", "msg_type": "execute_request", "username": "ana", "session": "s", "version": "5.3"}  # fmt: skip
        await socket_.write_message(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "channel": "shell", "content": {"code": code, "silent": False}}))  # fmt: skip
        said = ""
        while True:
            got = json.loads(await asyncio.wait_for(socket_.read_message(), 120))
            if got.get("parent_header", {}).get("msg_id") != header["msg_id"]:
                continue
            content = got["content"]
            said += "".join(content.get("traceback", ())) + str(content.get("text", "")) + str(content.get("data", {}).get("text/plain", ""))  # fmt: skip
            if got["msg_type"] == "status" and content["execution_state"] == "idle":
                break
        out.append(said)
    socket_.close()
    return out


def test_the_shorthand_and_the_trail_work_in_a_kernel_behind_a_prefix(place):
    case, address = place
    cells = [
        "%load_ext investigator",
        f"import investigator as inv\ncase = inv.Case.open({str(case.path)!r})",
        "%think the belt stood still",
        "case.find.coverage()",
        "case.brief.guesses()",
        "case.events()",
    ]
    with ThreadPoolExecutor(1) as apart:  # a loop of its own, whatever ran in this process before
        said = apart.submit(asyncio.run, ran(address, begun(address), cells)).result()
    assert said[0] == "", "it is an extension, and says nothing"
    assert "Traceback" not in "".join(said) and "Error" not in "".join(said[:3]), said
    assert "the belt stood still" in said[4] and said[5]
    again = Case.open(case.path)
    assert [e.content["text"] for e in again.entries("guess")] == ["the belt stood still"]
    assert [e.content["check"]["analysis"] for e in again.entries("check")] == ["coverage"], (
        "the trail is kept"
    )
