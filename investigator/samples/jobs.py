"""What runs by the clock, whatever people do: heartbeats, restarts, the purge."""

from __future__ import annotations

from typing import Any

from investigator.samples.clock import BERLIN, HOUR, MINUTE, SECOND, iso, milliseconds, moment
from investigator.samples.documents import Document
from investigator.samples.schedule import SLICE, Schedule
from investigator.samples.services import Services


def schedule_jobs(
    plan: Schedule,
    services: Services,
    platform: dict[str, Any],
    cause: dict[str, Any],
    documents: list[Document],
    deploys: list[dict[str, Any]],
) -> None:
    """Heartbeats, nightly restarts, deploys, the purge with its hourly word, and the cause's own lines."""
    start, end = milliseconds(platform["week"]), milliseconds(cause["recovered"])
    for at in range(start + 2 * MINUTE, end, SLICE):
        plan.add(at, "search", services.search, "heartbeat", '"segments":{"open":12}', f"{at:032x}")
        plan.add(at + 3, "indexer", services.indexer, "queue polled", None, "debug")
    for at in range(start + 3 * HOUR, end, 24 * HOUR):
        for worker in range(4):
            again = at + worker * 4 * SECOND
            plan.add(
                again,
                "indexer",
                services.indexer,
                f"starting worker, build {services.versions.at('indexer', again)}",
            )
    for deploy in deploys:
        if deploy["service"] == "indexer" and start <= milliseconds(deploy["at"]) < end:
            for worker in range(4):
                at = milliseconds(deploy["at"]) + (3 + 27 * worker) * SECOND
                plan.add(at, "indexer", services.indexer, f"starting worker, build {deploy['version']}")
    for line in cause.get("lines", []):
        write = {"storage": services.storage, "scan": services.scan, "indexer": services.indexer}[
            line["service"]
        ]
        plan.add(
            milliseconds(line["at"]), line["service"], write, line["message"], None, line.get("level", "info")
        )
    for row in cause.get("audit", []):
        plan.add(
            milliseconds(row["at"]),
            "audit",
            services.audit,
            row["user"],
            row["action"],
            row["table"],
            row["row_id"],
            row["customer"],
            row["detail"],
        )
    _purge(plan, services, platform, cause, documents)


def _purge(
    plan: Schedule,
    services: Services,
    platform: dict[str, Any],
    cause: dict[str, Any],
    documents: list[Document],
) -> None:
    start, end = milliseconds(platform["week"]), milliseconds(cause["recovered"])
    paused = milliseconds(cause["purge"]["paused"]) if "purge" in cause else end
    hours = platform["purge"]["older_than_hours"]
    for at in range(start + HOUR, end, HOUR):
        run = next_purge(platform, at)
        candidates, due = orphans(documents, at, run - hours * HOUR)
        if at > paused:
            plan.add(at, "storage", services.storage, f"purge paused: {candidates} orphan candidates")
        elif at == run:
            plan.add(at, "storage", services.storage, "purge started")
            plan.add(at + 41 * SECOND, "storage", services.storage, f"purge finished: {due} objects deleted")
        else:
            more = f',"purge":{{"candidates":{candidates},"due":{due},"olderThanHours":{hours}}}'
            scheduled = f"purge scheduled for {iso(run)[:-5]}Z: {candidates} orphan candidates"
            plan.add(at, "storage", services.storage, scheduled, None, "info", more)


def next_purge(platform: dict[str, Any], time: int) -> int:
    """The next run of the purge at or after a moment."""
    local = moment(time).astimezone(BERLIN)
    run = milliseconds(local.replace(hour=platform["purge"]["hour"], minute=0, second=0, microsecond=0))
    return run if run >= time else run + 24 * HOUR


def orphans(documents: list[Document], time: int, stored_before: int) -> tuple[int, int]:
    """(stored objects without an index entry then, those among them that the purge may delete)."""
    waiting = [
        document
        for document in documents
        if document.stored <= time
        and not document.unlogged
        and (document.indexed is None or document.indexed > time)
    ]
    return len(waiting), sum(document.stored < stored_before for document in waiting)
