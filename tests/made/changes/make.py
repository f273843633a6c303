"""Small incidents of several trades in which one line says what was changed; written without a look at the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
BEGAN = datetime(2026, 3, 4, 13, 20, 11, tzinfo=UTC)
FIRST, MINUTES, EVERY = BEGAN - timedelta(hours=7), 600, 4
#: How the logs of a trade are written, by name.
STYLES = {
    "plain": "{at:%Y-%m-%dT%H:%M:%S}Z INFO {service} {says}",
    "commas": "{at:%Y-%m-%d %H:%M:%S},123 [{service}] INFO - {says}",
    "keys": 'ts={at:%Y-%m-%dT%H:%M:%SZ} lvl=info msg="{says}"',
    "syslog": "{at:%Y-%m-%dT%H:%M:%S}+00:00 box7 {service}[811]: {says}",
    "json": '{{"time": "{at:%Y-%m-%dT%H:%M:%SZ}", "level": "info", "text": "{says}"}}',
    "bars": "{at:%Y-%m-%d %H:%M:%S}Z | {service} | info | {says}",
}


def changes() -> list[dict[str, Any]]:
    """Each example with its `files`, the thing `asked` about, and the moment of its `change` or None."""
    told = yaml.safe_load((HERE / "changes.yaml").read_text(encoding="utf-8"))
    return [_made(told["trades"][example["trade"]], example) for example in told["changes"]]


def _made(trade: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    lines: dict[str, list[tuple[datetime, str]]] = {step["file"]: [] for step in trade["steps"]}
    asked, at = "", trade["at"]
    for number in range(MINUTES // EVERY):
        began = FIRST + timedelta(minutes=EVERY * number, seconds=7 * number % 60)
        thing, sort = trade["id"].format(n=31007 + 13 * number), trade["sorts"][number % 3]
        for place, step in enumerate(trade["steps"]):
            moment = began + timedelta(seconds=40 * place + number % 17)
            hit = place == at and number % 3 == 0 and moment >= BEGAN
            says = trade.get("instead") if hit else step["says"]
            if says:
                lines[step["file"]].append(
                    (moment, _line(step, moment, says.format(id=thing, sort=sort, n=number)))
                )
            if hit:
                asked = asked or thing
                break
    more: dict[str, str] = {}
    for file, text in example["files"].items():
        if file in lines:
            step = next(step for step in trade["steps"] if step["file"] == file)
            lines[file] += [(moment, _line(step, moment, says)) for moment, says in _dated(text)]
        else:
            more[file] = text.format_map(_Clock())
    files = {file: "".join(f"{text}\n" for _, text in sorted(told)) for file, told in lines.items()}
    change = example.get("change")
    return {
        **example,
        "files": {**files, **more},
        "asked": asked,
        "change": BEGAN + timedelta(minutes=change) if change is not None else None,
        "service": trade["steps"][at]["service"],
        "began": BEGAN,
    }


def _line(step: dict[str, Any], at: datetime, says: str) -> str:
    return STYLES[step["style"]].format(at=at, service=step["service"], says=says)


def _dated(text: str) -> list[tuple[datetime, str]]:
    """Lines of a log by the minutes at which they stand: `-9 config read again`."""
    pairs = (line.split(" ", 1) for line in text.splitlines() if line.strip())
    return [(BEGAN + timedelta(minutes=float(minutes)), says) for minutes, says in pairs]


class _Clock(dict[str, Any]):
    """`{m9}` is nine minutes before it began, `{m9:%H:%M}` the same as a clock; `{e9}` in seconds since 1970."""

    def __missing__(self, key: str) -> Any:
        at = BEGAN - timedelta(minutes=int(key[1:]))
        return int(at.timestamp()) if key[0] == "e" else at
