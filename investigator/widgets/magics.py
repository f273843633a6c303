"""The shorthand as line magics: `%did 14:05 paused purge @dana`, `%ask @ana rows for the 40? 10m`, `%undo`.

IPython takes a line that ends in `?` for a call for help, and expands `$x` and `{x}` in magics. Words are words
here: a cleanup of the cell's lines turns ours into plain calls first, and expansion is off.
"""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING, Any

from investigator.case import shown
from investigator.case.current import current
from investigator.case.record import mode, privileged
from investigator.case.record.line import VERBS
from investigator.case.writing import shorthand
from investigator.errors import KitError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_OURS = re.compile(rf"^(\s*)%({'|'.join(VERBS)})(?:[ \t]+(.*?))?[ \t]*$", re.DOTALL)


def attach(shell: InteractiveShell) -> None:
    """Register a magic for each verb, with its help, and the cleanup that keeps a question a question."""
    for verb, (says, example) in VERBS.items():
        shell.register_magic_function(_magic(shell, verb, says, example), "line", verb)
    shell.register_magic_function(paste_cell, "cell", "paste")  # type: ignore[arg-type]  # a function is fine
    cleanups = shell.input_transformer_manager.cleanup_transforms
    if plain_calls not in cleanups:
        cleanups.append(plain_calls)


def _magic(shell: Any, verb: str, says: str, example: str) -> Any:
    from IPython.core.magic import no_var_expand
    from IPython.display import display

    @no_var_expand
    def magic(line: str) -> None:
        try:
            if verb == "pin" and (why := _not_yet(shell, line)):
                display(shown.missing(why))
                return
            written = shorthand.write(current().evidence, verb, line)
            if verb == privileged.VERB:
                _cleared(shell)
        except KitError as error:
            raise error.with_traceback(None) from None
        display(written)

    magic.__doc__ = (
        f"{says}\n\n    %{example}\n\nAn optional time first, @who, #id, `by 14:30`; the rest is text."
    )
    return magic


def _cleared(shell: Any) -> None:
    """Take what is for the lawyer alone out of the cell that it was typed in, where a notebook would keep it."""
    if mode.reporting() or not hasattr(shell, "kernel"):
        return
    cell = str(shell.history_manager.input_hist_raw[-1])
    words = re.compile(rf"(?m)^([ \t]*)%{privileged.VERB}\b.*$")
    shell.set_next_input(words.sub(rf"\1# {privileged.INSTEAD}", cell), replace=True)


def _not_yet(shell: Any, line: str) -> str:
    """Why a pin pins nothing now, in a line, so that Run All goes on: there is no finding, or the last cell gave none."""
    asked = current().evidence.asked
    if not asked:
        return "There is no finding to pin yet. Run one, such as case.find.trace_entity(entity=case.about)."
    kept = getattr(shell, "_investigator_trail", None)
    if kept is None or not kept.failed or mode.reporting():
        return ""
    kept.failed = False
    return f"The cell before failed, so which finding is meant? The last one is: {asked[-1].answer} To pin it say %pin again."


def paste_cell(line: str, cell: str) -> None:
    """A thread, log lines or a table, pasted below; shown as it is understood, in the record, out of it with one undo.

    %%paste
    Dana Lee  9:14 AM
    can't find DOC-4711
    """
    from IPython.display import display

    try:
        found = current().record.paste(cell)
        if not (found.already or mode.reporting()):
            display(found)
        # Nothing is asked here: Run All would wait for ever. One undo takes all of it back.
        display(found.keep())
    except KitError as error:
        raise error.with_traceback(None) from None


def plain_calls(lines: list[str]) -> list[str]:
    """The lines of a cell with our magics as calls; what stands inside a string that goes over lines stays."""
    if lines and lines[0].lstrip().startswith("%%"):  # what is pasted is no code
        return lines
    if not any(_OURS.match(line.rstrip("\n")) for line in lines):
        return lines
    out: list[str] = []
    before: list[str] = []
    for line in lines:
        found = _OURS.match(line.rstrip("\n"))
        if found and not _in_string(before):
            indent, verb, text = found[1], found[2], found[3] or ""
            out.append(f"{indent}get_ipython().run_line_magic({verb!r}, {text!r})\n")
            before.append(f"{indent}pass\n")
        else:
            out.append(line)
            before.append("\n" if line.lstrip()[:1] in ("%", "!") and not _in_string(before) else line)
    return out


def _in_string(before: list[str]) -> bool:
    """Whether these lines end inside a string of three quotes."""
    try:
        for _ in tokenize.generate_tokens(io.StringIO("".join(before)).readline):
            pass
    except tokenize.TokenError as error:
        return "multi-line string" in str(error) or "triple-quoted" in str(error)
    except (SyntaxError, IndentationError):
        return False
    return False
