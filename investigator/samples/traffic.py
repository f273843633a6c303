"""The traffic in which a story drowns: searches, pages, health checks. It scales; the story does not."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from investigator.samples.clock import moment
from investigator.samples.schedule import BROWSER, Schedule
from investigator.samples.services import Services

MACHINES = 9  # what runs by itself, in the unit of the platform's hours: nights are quiet and never silent
WORDS = ("zoll", "rechnung+mai", "frachtbrief", "lieferschein", "invoice+q2", "palette", "vertrag", "muster")
PAGES = (("GET /", 5_120), ("GET /assets/app.js", 88_213), ("GET /assets/app.css", 12_077),
         ("GET /documents", 9_640), ("POST /api/session", 310), ("GET /favicon.ico", 1_150))  # fmt: skip


def busy(platform: dict[str, Any], time: int) -> float:
    """How much background there is at a moment, relative to others."""
    hours: list[float] = platform["hours"]
    return hours[moment(time).hour] + MACHINES


class Traffic:
    """Background lines for one slice after the other, from a random source of their own."""

    def __init__(self, services: Services, schedule: Schedule, platform: dict[str, Any], rng: Random) -> None:
        self.services, self.schedule, self.rng = services, schedule, rng
        self._customers = list(platform["customers"])

    def between(self, low: int, high: int, budget: int) -> list[tuple[int, str, str]]:
        """Exactly `budget` lines as (time, file, line)."""
        made: list[tuple[int, str, str]] = []
        draw = self.rng.random
        while len(made) < budget:
            time, choice = low + int(draw() * (high - low)), draw()
            for share, write in self._mix:
                if choice < share:
                    write(self, time, draw(), made)
                    break
        return made[:budget]

    # each appends one line, or two that belong together; `chance` is a second draw

    def _search(self, time: int, chance: float, made: list[tuple[int, str, str]]) -> None:
        word, customer = (
            WORDS[int(chance * 977) % len(WORDS)],
            self._customers[int(chance * len(self._customers))],
        )
        status = 502 if chance > 0.9995 else 200
        made.append(
            (
                time,
                "nginx",
                self.services.nginx(time, f"GET /api/search?q={word}", status, 2_310, BROWSER, customer),
            )
        )
        if not self.schedule.silent("search", time):
            hits, trace = int(chance * 7_919) % 120, f"{self.rng.getrandbits(128):032x}"
            if status == 502:
                line = self.services.search(time, "query timed out", f'"query":"{word}"', trace, "error")
            else:
                line = self.services.query(time, word, customer, hits, trace)
            made.append((time, "search", line))

    def _health(self, time: int, chance: float, made: list[tuple[int, str, str]]) -> None:
        made.append((time, "nginx", self.services.nginx(time, "GET /healthz", 200, 15, "kube-probe/1.31")))

    def _page(self, time: int, chance: float, made: list[tuple[int, str, str]]) -> None:
        request, size = PAGES[int(chance * len(PAGES))]
        status = (
            401
            if request.startswith("POST") and chance * 997 % 1 < 0.04
            else 304
            if chance * 991 % 1 < 0.3
            else 200
        )
        made.append(
            (time, "nginx", self.services.nginx(time, request, status, 0 if status == 304 else size, BROWSER))
        )

    def _archive(self, time: int, chance: float, made: list[tuple[int, str, str]]) -> None:
        number, size = f"DOC-{100_000 + int(chance * 900_000)}", 20_000 + int(chance * 7e6) % 600_000
        if chance > 0.995:
            made.append(
                (time, "nginx", self.services.nginx(time, f"GET /api/documents/{number}", 404, 98, BROWSER))
            )
            return
        made.append(
            (time, "nginx", self.services.nginx(time, f"GET /api/documents/{number}", 200, size, BROWSER))
        )
        more = f',"object":{{"key":"objects/{number}/v1.pdf","bytes":{size}}}'
        made.append((time, "storage", self.services.storage(time, "served object", None, "debug", more)))

    def _upload(self, time: int, chance: float, made: list[tuple[int, str, str]]) -> None:
        customer = self._customers[int(chance * len(self._customers))]
        level, message = (
            ("warn", "client disconnected") if chance * 997 % 1 < 0.02 else ("info", "session opened")
        )
        made.append((time, "upload", self.services.upload(time, f"{message} for {customer}", None, level)))

    def _scan(self, time: int, chance: float, made: list[tuple[int, str, str]]) -> None:
        made.append((time, "scan", self.services.scan(time, "signature database is current", None, "debug")))

    def _filing(self, time: int, chance: float, made: list[tuple[int, str, str]]) -> None:
        level, message = "info", "polled the authority's mailbox"
        if chance < 0.006:
            level, message = "error", "polling the authority's mailbox failed, trying again in 60 s"
        elif chance < 0.05:
            level, message = "warn", f"authority is slow: {1_000 + int(chance * 40_000)} ms"
        made.append((time, "filing", self.services.filing(time, message, None, level)))

    def _audit(self, time: int, chance: float, made: list[tuple[int, str, str]]) -> None:
        customer = self._customers[int(chance * len(self._customers))]
        detail = "list of documents, page 1"
        made.append(
            (
                time,
                "audit",
                self.services.audit(time, "svc_portal", "SELECT", "documents", "", customer, detail),
            )
        )

    _mix: tuple[tuple[float, Callable[[Traffic, int, float, list[tuple[int, str, str]]], None]], ...] = (
        (0.30, _search), (0.47, _health), (0.70, _page), (0.82, _archive),
        (0.88, _upload), (0.91, _scan), (0.96, _filing), (1.0, _audit),
    )  # fmt: skip
