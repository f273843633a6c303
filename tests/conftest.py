"""What every test may use: the sample case, made once for all workers."""

import os
import signal
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock


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
    """The folder of the bundled incident's case; read it, don't write to it."""
    from investigator.case.sample import sample_case

    with FileLock(str(cache / "sample.lock")):
        return sample_case()


@pytest.fixture(scope="session")
def spark_url():
    """The address of a Spark Connect server (pysail) on loopback, one for each worker."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def spark(spark_url):
    """An engine on that server."""
    from investigator.events import engine

    return engine.spark(spark_url)
