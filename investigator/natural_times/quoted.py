"""What a text quotes, apart from what its writer says: each part with the moment in which it was written."""

from __future__ import annotations

import re
from datetime import datetime

from investigator.natural_times.parsing import leading
from investigator.natural_times.shape import Shape

#: A line that is quoted, and one from which on an older message stands whole.
_QUOTED = Shape(r"(?m)^[ \t]*>.*$")
_BELOW = Shape(
    r"(?im)^[ \t]*-{3,}[ \t]*(?:original message|ursprüngliche nachricht|message d'origine|mensaje original)\b.*$"
)
#: What says when it was written: "On 14 April 2026 at 10:02 you wrote:", "Sent: 14 April 2026 10:02".
_HEAD = Shape(
    r"(?im)^[> \t]*(?:(?:on|am|le|el|il|op|em)\s+(?=.*(?:wrote|schrieb\w*|écrit|escribi\w+|scritto|schreef|escreveu)\b.*:\s*$)|(?:sent|date|gesendet|datum|envoyé|enviado|inviato)\s*:\s*)"
)


def apart(text: str, *, zone_name: str, reference: datetime) -> tuple[str, list[tuple[str, datetime]]]:
    """The text with blanks where it quotes, and each quoted part with when it was written (else `reference`).

    A text that holds nothing but a quotation is the writer's own: somebody passed it on.
    """
    spans: list[tuple[int, int]] = []
    below = _BELOW.search(text)
    end = below.start() if below else len(text)
    for line in _QUOTED.finditer(text[:end]):
        if spans and not text[spans[-1][1] : line.start()].strip():
            spans[-1] = (spans[-1][0], line.end())
        else:
            spans.append((line.start(), line.end()))
    if below:
        spans.append((below.start(), len(text)))
    own = text
    for start, stop in spans:
        own = own[:start] + re.sub(r"[^\n]", " ", text[start:stop]) + own[stop:]
    if not spans or not re.search(r"\w", own):
        return text, []
    return own, [
        (re.sub(r"(?m)^[ \t]*>+ ?", "", text[start:stop]), _written(text, start, stop, zone_name, reference))
        for start, stop in spans
    ]


def _written(text: str, start: int, stop: int, zone_name: str, reference: datetime) -> datetime:
    line = text.rfind("\n", 0, max(start - 1, 0)) + 1  # the head may stand on the line before
    head = _HEAD.search(text[:stop], line)
    read = leading(text, zone_name=zone_name, reference=reference, start=head.end()) if head else None
    return read[0].written if read and read[2] else reference
