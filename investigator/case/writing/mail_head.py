"""The head of a pasted mail or ticket: who sent it and when, what it is about; the rest are the customer's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from investigator import moment, natural_times
from investigator.errors import MomentError
from investigator.moment import Moment

_LINE = re.compile(r"([A-Za-zÀ-ÿ][A-Za-zÀ-ÿ-]{0,30})\s*:\s*(.*)")
#: Lines of a mail's head, as mail programs write them in English and German; others are words.
_NAMES = re.compile(
    r"(?i)from|to|cc|bcc|date|subject|sent|reply-to|message-id|received|return-path|mime-version|content-[a-z-]+|x-[a-z-]+|"
    r"in-reply-to|references|importance|priority|dkim-[a-z]+|authentication-results|delivered-to|sender|list-[a-z]+|thread-[a-z]+|"
    r"von|an|kopie|betreff|datum|gesendet|antwort|absender|contact|kontakt|ansprechpartner|reporter|requester|title|summary"
)
_CONTACT = ("contact", "kontakt", "ansprechpartner", "reporter", "requester")
_FROM = ("from", "von", "absender", "sender")
_SUBJECT = ("subject", "betreff", "title", "summary")
_DATE = ("date", "datum", "sent", "gesendet")
_ANYWHERE = re.compile(r"(?im)^\s*(contact|kontakt|ansprechpartner|reporter|requester)\s*:\s*(\S.*)$")


@dataclass(frozen=True)
class MailHead:
    """What stands above the words; empty where nothing does."""

    words: str
    contact: str = ""
    subject: str = ""
    date: str = ""
    at: Moment | None = (
        None  # the time of a line without a name for it: "Nordwind, 17 Jun 2026 14:05 (Athens)"
    )

    @property
    def place(self) -> str:
        """The place whose clock that line names; empty where it names none."""
        return self.at.zone if self.at is not None and "/" in self.at.zone else ""

    def sent(self, zone: str = "UTC") -> datetime | None:
        """When it was sent; a date that names no zone is read in `zone`. None where no date can be read."""
        with_offset = self.sent_with_offset()
        if with_offset or not self.date:
            return with_offset or _on_the_clock(self.at, zone)
        try:
            return natural_times.parse(self.date, zone_name=zone).written
        except MomentError:
            return None

    def sent_with_offset(self) -> datetime | None:
        """When it was sent, in the zone of its sender, where its date names one."""
        try:
            sent = (
                parsedate_to_datetime(self.date)
                if self.date or self.at is None
                else datetime.fromisoformat(self.at.text.strip())
            )
        except (TypeError, ValueError, IndexError):
            return None
        # "-0000" says that the sender's zone is not known.
        return sent if sent.tzinfo else None


def mail_head(text: str) -> MailHead:
    """A pasted text without its head: lines such as `From:` and `Date:` up to the first that is none of them.

    A `Contact:` line comes before the sender, wherever it stands: who forwards a mail is not who called.
    """
    found: dict[str, str] = {}
    lines, last, head = text.strip().splitlines(), "", 0
    for line in lines:
        match = _LINE.fullmatch(line.strip())
        if match and _NAMES.fullmatch(match[1]) and not line[:1].isspace():
            last = match[1].lower()
            found.setdefault(last, match[2].strip())
        elif last and line[:1].isspace() and line.strip():
            found[last] = f"{found[last]} {line.strip()}"
        else:
            break
        head += 1
    words = "\n".join(lines[head:]).strip()

    def first(names: tuple[str, ...]) -> str:
        return next((found[name] for name in names if found.get(name)), "")

    anywhere = _ANYWHERE.search(text)
    contact = first(_CONTACT) or (anywhere[2].strip() if anywhere else "") or first(_FROM)
    date = first(_DATE)
    return MailHead(
        words or text.strip(),
        contact,
        first(_SUBJECT),
        date,
        None if date else natural_times.head_time(lines),
    )


def _on_the_clock(at: Moment | None, zone: str) -> datetime | None:
    if at is None or "/" in at.zone:
        return None if at is None else at.low
    return at.low.astimezone(moment.zone(at.zone)).replace(tzinfo=moment.zone(zone))
