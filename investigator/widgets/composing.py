"""The status and what was just found, to be composed by clicking where that is quicker than typing.

Shown below a status while somebody sits before the kernel; in a report and in a saved notebook the two texts stand in
its place. It writes to the record alone: nothing is kept in the page, and after a restart all of it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget

from investigator.case.brief._proposal import HEADS
from investigator.case.writing import status as writing
from investigator.errors import KitError, ParameterError
from investigator.look import harmless
from investigator.widgets.asking import _text, _whole, questioned

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.case.writing.status import Status
    from investigator.finding import Finding
    from investigator.ledger import Entry

_HERE = Path(__file__).parent
#: So many of the last findings of this session can be chosen.
FOUND = 12


class Composing:
    """What the page may ask: a closed list. Each answer is the status as it is then, and what was written down."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self._answers: dict[str, Callable[[dict[str, Any]], Entry | None]] = {
            "start": lambda asked: None,
            "strike": lambda asked: writing.leave_out(evidence, _text(asked, "text", 4_000)),
            "add": lambda asked: writing.put_in(
                evidence, _text(asked, "text", 2_000), _text(asked, "section", 20)
            ),
            "pin": self._pin,
            "guess": self._guess,
            "ask": self._ask,
        }

    def answer(self, asked: Any) -> dict[str, Any]:
        """The answer to one message of the page: {"answer": ...}, or {"sorry": a sentence}."""
        try:
            if not isinstance(asked, dict) or asked.get("ask") not in self._answers:
                raise ParameterError(
                    "The page asked something that is no question of this status.",
                    f"There are: {', '.join(self._answers)}.",
                    "Run the cell again.",
                )
            if asked["ask"] != "start":
                self.evidence.record.writable("write this down")
            entry = self._answers[asked["ask"]](asked)
            said = f"#{entry.number} {(entry.content or {}).get('text', '')}" if entry else ""
            return {"answer": {"said": harmless(said), **self._now()}}
        except KitError as error:
            return {"sorry": harmless(str(error))}
        except Exception as error:  # a sentence, never a page that waits for ever
            return {"sorry": f"This could not be done: {harmless(type(error).__name__)}. Run the cell again."}

    def _now(self) -> dict[str, Any]:
        now = writing.status(self.evidence)
        lines = [{"section": line.section, "text": line.text} for line in now.lines]
        found = [
            {
                "id": len(self.evidence.asked) - 1 - back,
                "said": harmless(one.in_zone(now._now.zone).said)[:300],
            }
            for back, one in enumerate(reversed(self.evidence.asked[-FOUND:]))
        ]
        return {
            "heads": HEADS,
            "lines": lines,
            "found": found,
            "inside": now.inside(),
            "customer": now.customer(),
        }

    def _finding(self, asked: dict[str, Any]) -> Finding:
        number = _whole(asked, "finding", 10**6)
        if number >= len(self.evidence.asked):
            raise ParameterError("That finding is of another session.", "", "Run its cell again.")
        return self.evidence.asked[number]

    def _pin(self, asked: dict[str, Any]) -> Entry:
        from investigator.case.reasoning.pins import pin

        return pin(self.evidence.record, self._finding(asked), _text(asked, "sentence", 2_000))

    def _guess(self, asked: dict[str, Any]) -> Entry:
        from investigator.case.reasoning.guesses import guess

        answer = self._said(asked)
        said = _text(asked, "sentence", 2_000) or answer
        return guess(self.evidence.record, said, why=f"from the finding: {answer}")

    def _ask(self, asked: dict[str, Any]) -> Entry:
        return questioned(self.evidence, asked, self._said(asked))

    def _said(self, asked: dict[str, Any]) -> str:
        """The finding's answer as the case's screens say it: in its zone."""
        return self._finding(asked).in_zone(self.evidence.record.zone).said


class Composer(anywidget.AnyWidget):
    """The live status. All that it shows it asks for by messages, each answered by `Composing`."""

    _esm = (_HERE / "composer.js").read_text(encoding="utf-8")
    _css = (_HERE / "composer.css").read_text(encoding="utf-8")

    def __init__(self, status: Status) -> None:
        super().__init__()
        self.composing = Composing(status.evidence)
        self.on_msg(self._asked)

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        number = content.get("number") if isinstance(content, dict) else None
        self.send({"number": number if isinstance(number, int) else None, **self.composing.answer(content)})

    def bundle(self) -> dict[str, Any]:
        """It as the output of a cell."""
        found: Any = self._repr_mimebundle_()
        data = found[0] if isinstance(found, tuple) else found
        return {**(data or {}), "text/plain": "Composing by clicking is there while its kernel runs."}
