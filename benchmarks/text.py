"""Logs by a pattern to queryable events, against the time lnav takes to index the same file."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.figure import Figure, alone, at_most
from benchmarks.load import OURS

AT_MOST = {"access": 1.3, "application": 1.5, "syslog": 1.3}
_PATHS = (
    "/api/v1/documents/{n}", "/api/v1/documents", "/static/app.{h}.js", "/search?q=invoice+2026&page={s}",
    "/upload", "/healthz", "/api/v2/customers/{n}/orders?limit=50&offset={s}", "/images/{h}.png",
)  # fmt: skip
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Gecko/20100101 Firefox/126.0",
    "curl/8.5.0",
    "kube-probe/1.29",
)
_SAID = (
    "received document DOC-{n} from customer CUST-{s}", "stored object bucket=docs key=DOC-{n} in {s} ms",
    "health check passed in {s} ms", "connection to 10.0.{s}.{s}:5432 acquired from pool (active={s}, idle=4)",
    "retry {s} of upload DOC-{n} after timeout", "cache miss for key user:{n}:profile",
    "Slow query took {s} ms: SELECT * FROM documents WHERE id = {n}", "session {h} opened for user alice",
)  # fmt: skip
_LOGGERS = (
    "com.example.upload.UploadService",
    "com.example.scan.ScanWorker",
    "org.apache.kafka.clients.NetworkClient",
)
_PROGRAMS = ("sshd[{n}]", "CRON[{n}]", "systemd[1]", "kernel", "docup[{n}]", "postfix/smtpd[{n}]")


def _filled(random: Random, text: str) -> str:
    return text.format(n=random.randrange(10**6), s=random.randrange(200), h=f"{random.getrandbits(64):016x}")


def access(random: Random, number: int) -> str:
    """One request, as nginx and Apache write it."""
    at = datetime(2026, 6, 15, tzinfo=UTC) + timedelta(milliseconds=number * 37)
    status = random.choices((200, 304, 201, 404, 500, 302), (80, 8, 4, 4, 1, 2))[0]
    client = ".".join(str(random.randrange(1, 255)) for _ in range(4))
    user, method = random.choice(("-", "-", "-", "alice")), random.choice(("GET", "GET", "POST"))
    referrer = random.choice(
        ("-", "-", "https://portal.example.com/", "https://portal.example.com/search?q=a%20b")
    )
    return (
        f'{client} - {user} [{at:%d/%b/%Y:%H:%M:%S} +0000] "{method} {_filled(random, random.choice(_PATHS))} '
        f'HTTP/1.1" {status} {random.randrange(50000)} "{referrer}" "{random.choice(_AGENTS)}"\n'
    )


def application(random: Random, number: int) -> str:
    """One event of a Java application; of errors some with a trace."""
    at = datetime(2026, 6, 15, tzinfo=UTC) + timedelta(milliseconds=number * 41)
    level = random.choices(("INFO", "DEBUG", "WARN", "ERROR"), (80, 12, 6, 2))[0]
    thread = random.choice(("main", "kafka-consumer-1", f"http-nio-8080-exec-{random.randrange(20)}"))
    said = _filled(random, random.choice(_SAID))
    text = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d} {level:<5} [{thread}] {random.choice(_LOGGERS)} - {said}\n"
    if level == "ERROR" and random.random() < 0.6:
        text += "java.net.SocketTimeoutException: Read timed out\n"
        for depth in range(random.randrange(4, 14)):
            text += (
                f"\tat com.example.x.Class{depth}.method{depth}(Class{depth}.java:{random.randrange(500)})\n"
            )
    return text


def syslog(random: Random, number: int) -> str:
    """One line of RFC 3164."""
    at = datetime(2026, 6, 15, tzinfo=UTC) + timedelta(milliseconds=number * 900)
    host = random.choice(("web-1", "web-2", "db-1", "cache-2"))
    program = _filled(random, random.choice(_PROGRAMS))
    return f"{at:%b} {at.day:>2} {at:%H:%M:%S} {host} {program}: {_filled(random, random.choice(_SAID))}\n"


def run(*, quick: bool = False) -> list[Figure]:
    rows = 50_000 if quick else 1_000_000
    rounds = 1 if quick else 5
    if not shutil.which("lnav"):
        print(
            "!! lnav is not installed: nothing is measured. It is in the system's packages: apt install lnav"
        )
        return [
            Figure(
                "logs by a pattern against lnav",
                "not measured",
                "lnav is not installed",
                "at most 1.5 times",
                False,
            )
        ]
    figures = []
    with tempfile.TemporaryDirectory() as place:
        for kind in (access, application, syslog):
            file = Path(place) / f"{kind.__name__}.log"
            random = Random(11)
            with open(file, "w", encoding="utf-8") as stream:
                stream.writelines(kind(random, number) for number in range(rows))
            ours, lnav = [], []
            for number in range(rounds):
                lnav.append(indexed(file))
                folder = Path(place) / f"{kind.__name__}-{number}"
                folder.mkdir()
                ours.append(alone(OURS, str(file), str(folder)))
                shutil.rmtree(folder)
            if ours[0]["rows"] != rows or lnav[0]["rows"] != rows:
                raise RuntimeError(
                    f"{kind.__name__}: {ours[0]['rows']:,} and {lnav[0]['rows']:,} of {rows:,} events"
                )
            wall, peer = (statistics.median(one["seconds"] for one in both) for both in (ours, lnav))
            cpu, peers = (statistics.median(one["cpu"] for one in both) for both in (ours, lnav))
            figures.append(
                at_most(
                    f"{kind.__name__} log to queryable events",
                    wall / peer,
                    AT_MOST[kind.__name__],
                    unit=" times",
                    peer=f"lnav's index {peer:.2f} s, ours {wall:.2f} s",
                    note=f"{rows:,} events, median of {rounds}; processor time {cpu / peers:.2f} times; "
                    f"{os.getloadavg()[0]:.0f} jobs on {os.cpu_count()} processors",
                )
            )
            file.unlink()
    return figures


def indexed(file: Path) -> dict[str, float]:
    """How long lnav takes to index a file and count its events, from an empty home; and how many there are."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "TMPDIR": home, "TERM": "xterm"}
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            ["lnav", "-n", "-c", ";SELECT count(*) FROM all_logs", "-c", ":write-csv-to -", str(file)],
            capture_output=True,
            text=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=True,
        )
        seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    counted = next(line for line in done.stdout.splitlines() if line.isdigit())
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cpu": cpu, "rows": int(counted)}
