"""What people wrote: the chat's export, the ticket, mails, and the customer's own list."""

from __future__ import annotations

import json
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from investigator.samples.clock import BERLIN, milliseconds, moment
from investigator.samples.documents import Document


def write_people(folder: Path, time: int, cause: dict[str, Any], documents: list[Document]) -> None:
    """Everything that people had written until a moment; what an incident does not tell is left out."""
    if "chat" in cause:
        _write_chat(folder / "chat", time, cause["chat"])
    if "ticket" in cause:
        _write_ticket(folder / "ticket", time, cause["ticket"])
    for mail in cause.get("mails", []):
        if milliseconds(mail["at"]) < time:
            _write(folder / "mail" / f"{mail['file']}.eml", _mail(mail))
    if "list" in cause:
        _write_list(folder / "customer" / "documents.csv", cause["list"]["customer"], documents)


def _write_chat(folder: Path, time: int, chat: dict[str, Any]) -> None:
    users = [
        {"id": key, "name": user["name"], "real_name": user["real_name"], "profile": {"title": user["title"]}}
        for key, user in chat["users"].items()
    ]
    by_name = {user["name"]: user["id"] for user in users}
    told = [message for message in chat["messages"] if milliseconds(message["at"]) < time]
    channels = list(dict.fromkeys(message["channel"] for message in chat["messages"]))
    listed = [
        {
            "id": f"C{2031 + place:05d}",
            "name": name,
            "members": sorted(by_name.values()),
            "topic": {"value": ""},
        }
        for place, name in enumerate(channels)
    ]
    _write(folder / "users.json", _json(users))
    _write(folder / "channels.json", _json(listed))
    days: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for message in sorted(told, key=lambda message: message["at"]):
        at = milliseconds(message["at"])
        # Slack's ts is seconds and a counter that makes it unique; the id of a message is its ts.
        stamp = f"{at // 1000}.{at % 1000:03d}{len(message['text']) % 1000:03d}"
        entry = {"type": "message", "user": by_name[message["user"]], "text": message["text"], "ts": stamp}
        days.setdefault((message["channel"], f"{moment(at):%Y-%m-%d}"), []).append(entry)
    for (channel, day), messages in days.items():
        _write(folder / channel / f"{day}.json", _json(messages))


def _write_ticket(folder: Path, time: int, ticket: dict[str, Any]) -> None:
    parts = [part["text"].strip() for part in ticket["parts"] if milliseconds(part["at"]) < time]
    if parts:
        _write(folder / f"{ticket['number']}.txt", "\n\n".join(parts) + "\n")


def _mail(mail: dict[str, Any]) -> str:
    headers = {
        "From": mail["from"],
        "To": mail["to"],
        "Subject": mail["subject"],
        "Date": format_datetime(mail["at"].astimezone(BERLIN)),
        "Message-ID": f"<{mail['file']}@{mail['from'].rsplit('@', 1)[1].rstrip('>')}>",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return (
        "".join(f"{name}: {value}\n" for name, value in headers.items())
        + "\n"
        + str(mail["text"]).strip()
        + "\n"
    )


def _write_list(file: Path, customer: str, documents: list[Document]) -> None:
    """The list as the customer's own system prints it: local time, no zone, whole minutes."""
    theirs = [
        document for document in documents if document.customer == customer and document.fault is not None
    ]
    rows = ["Document no.,Title,Uploaded on"]
    for document in theirs:
        uploaded = moment(document.received)
        rows.append(f"{document.id},{document.name.removesuffix('.pdf')},{uploaded:%d.%m.%Y %H:%M}")
    _write(file, "\n".join(rows) + "\n")


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
