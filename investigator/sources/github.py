"""GitHub as JSON, from its API or `gh --json`: issues, pull requests, comments, releases, deployments, runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, as_text, at, own
from investigator.sources._values import Made, Piece, read_values

EXAMPLE = """\
[{"html_url":"https://github.com/platform/indexer/pull/812","number":812,"title":"Larger batches at night","body":"Refs SUP-8841","user":{"login":"dana"},"state":"closed","created_at":"2026-06-15T05:05:00Z","closed_at":"2026-06-15T08:00:00Z","merged_at":"2026-06-15T08:00:00Z","base":{"repo":{"name":"indexer"}}},
 {"html_url":"https://github.com/platform/indexer/issues/813","number":813,"title":"schema 3 is skipped","body":"DOC-1","user":{"login":"ivo"},"state":"open","created_at":"2026-06-17T12:30:00Z","labels":[{"name":"bug"}]}]
"""
EXPECT = {
    "events": 3,
    "kind": "ticket",
    "time": "2026-06-15T05:05:00",
    "service": "indexer",
    "body": "#812 Larger batches at night\nRefs SUP-8841",
}


def sure(head: Head) -> Sure:
    """Objects with GitHub's addresses or its names for numbers, titles, tags and times."""
    made = head.opens("created_at") or head.opens("createdAt") or head.opens("publishedAt")
    issues = head.opens("number", "title", "state") and ("github" in head.text or head.opens("author"))
    other = "github" in head.text and (
        head.opens("html_url", "body", "user")
        or head.opens("tag_name")
        or head.opens("run_number", "conclusion")
        or head.opens("environment", "sha")
    )
    short = head.opens("tagName", "publishedAt") or head.opens("databaseId", "conclusion", "headSha")
    return Sure(0.94 if made and (issues or other or short) else 0.0, "GitHub's own names")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One unit an item, several events where it was opened, merged and closed. Releases and deployments are deploys."""
    yield from read_values(content, _items, _events, "item of GitHub")


def _items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return value.get("items") or value.get("workflow_runs") or [value]


def _events(item: dict) -> list[Made]:
    repository = _repository(item)
    shared: dict[str, str | None] = {
        "url": as_text(item.get("html_url") or item.get("url")),
        "repository": repository,
        "service": repository.rpartition("/")[2] or None,
        "user": _who(item),
    }
    created = (
        item.get("created_at") or item.get("createdAt") or item.get("published_at") or item["publishedAt"]
    )
    tag = item.get("tag_name") or item.get("tagName")
    if tag or ("environment" in item and "sha" in item):
        when = item.get("published_at") or item.get("publishedAt") or created
        version = as_text(tag or item.get("ref") or item["sha"])
        where = f" to {item['environment']}" if item.get("environment") else ""
        said = as_text(item.get("name") or item.get("description")) or ""
        body = f"{shared['service'] or ''} {version}{where}{': ' + said if said and said != version else ''}".strip()
        return [
            Piece(
                {**shared, "time": as_text(when), "version": version, "body": body}, "deploy", "deploys", item
            )
        ]
    if "conclusion" in item:
        name = item.get("name") or item.get("workflowName") or "run"
        title = item.get("display_title") or item.get("displayTitle") or ""
        ended = item.get("conclusion")
        bad = "error" if ended in ("failure", "timed_out", "startup_failure") else "info"
        sha = as_text(item.get("head_sha") or item.get("headSha"))
        body = f"{name}: {title}: {ended or item.get('status')}"
        return [{**shared, "time": as_text(created), "severity": bad, "body": body, "commit": sha}]
    number = item.get("number")
    if number is None:
        body = as_text(item.get("body")) or ""
        about = as_text(item.get("issue_url"))
        return [{**shared, "time": as_text(created), "body": body, "action": "comment", "issue": about}]
    title = f"#{number} {item.get('title') or ''}"
    labels = [at(label, "name") or label for label in item.get("labels") or []]
    shared |= {
        "issue": f"#{number}",
        "state": as_text(item.get("state")),
        "labels": ", ".join(map(str, labels)) or None,
    }
    body = f"{title}\n{item.get('body') or ''}".strip()
    made: list[Made] = [{**shared, "time": as_text(created), "body": body, "action": "opened"}]
    merged = item.get("merged_at") or item.get("mergedAt") or at(item, "pull_request", "merged_at")
    closed = item.get("closed_at") or item.get("closedAt")
    if merged:
        made.append({**shared, "time": as_text(merged), "body": f"{title}: merged", "action": "merged"})
    elif closed:
        made.append({**shared, "time": as_text(closed), "body": f"{title}: closed", "action": "closed"})
    comments = item.get("comments")
    for comment in comments if isinstance(comments, list) else []:
        when = as_text(comment.get("createdAt") or comment["created_at"])
        body = as_text(comment.get("body")) or ""
        made.append({**shared, "time": when, "body": body, "action": "comment", "user": _who(comment)})
    return made


def _who(item: dict) -> str | None:
    for key in ("user", "author", "creator", "actor"):
        found = at(item, key, "login")
        if found:
            return str(found)
    return None


def _repository(item: dict) -> str:
    named = (
        at(item, "base", "repo", "full_name")
        or at(item, "repository", "full_name")
        or at(item, "base", "repo", "name")
    )
    if named:
        return str(named)
    for key in ("html_url", "url", "repository_url"):
        parts = str(item.get(key) or "").split("/")
        if len(parts) >= 5 and "github" in parts[2]:
            parts = parts[3:] if parts[3] != "repos" else parts[4:]
            return "/".join(parts[:2])
    return ""


FORMAT = Records(
    read,
    kind="ticket",
    line_based=True,
    listing=True,
    roles=own("time", "body", "service", "severity"),
)
