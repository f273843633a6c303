"""A template run from top to bottom, or the cell that stopped it.

papermill drives, through an engine of our own. Its default one rewrites the output in place, marks every
cell as completed when the kernel dies, runs on with a misspelt parameter, and keeps parameters and wall
times in the result.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.errors import ReportError
from investigator.look import cut
from investigator.report import atomic, kernel, parameters, templates

if TYPE_CHECKING:
    from nbformat import NotebookNode

Progress = Callable[[int, int, str], None]

# nbclient logs what it also raises. An error is raised, and only raised.
_log = logging.getLogger("investigator.report.run")
_log.addHandler(logging.NullHandler())
_log.propagate = False

_SAVE_EVERY = 1.0
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


@dataclass(frozen=True)
class ExecutedNotebook:
    """A notebook that ran to its end: without wall times, so that two equal runs are equal bytes."""

    notebook: NotebookNode
    template: Path
    template_sha256: str
    parameters: dict[str, Any]
    seconds: float
    cells: int

    def to_bytes(self) -> bytes:
        """The notebook as a file holds it."""
        return _bytes(self.notebook)


def run(
    template: Path,
    output: Path,
    given: Mapping[str, Any],
    *,
    timeout: float = 600,
    progress: Progress | None = None,
) -> ExecutedNotebook:
    """The executed notebook, written to `output` when every cell has run; else a ReportError naming the cell.

    `timeout` is in seconds, for each cell. A run that failed leaves what it had as `<name>.failed.ipynb`
    beside it.
    """
    executed = execute(template, given, beside=output, timeout=timeout, progress=progress)
    atomic.write(output, executed.to_bytes())
    return executed


def execute(
    template: Path,
    given: Mapping[str, Any],
    *,
    beside: Path,
    timeout: float = 600,
    progress: Progress | None = None,
) -> ExecutedNotebook:
    """The executed notebook, not yet written; `beside` is where it will lie.

    While it runs, what there is so far is saved as `<name>.running.ipynb` at most once a second. The
    parameters are checked before a kernel starts.
    """
    values = parameters.check(template, given)
    text = template.read_bytes()
    notebook = _prepared(template, values)
    running, failed = beside.with_suffix(".running.ipynb"), beside.with_suffix(".failed.ipynb")
    job = _Job(template.stem, running, timeout, progress)
    started = time.monotonic()
    try:
        _through_papermill(notebook, job)
        done = job.notebook or notebook
        _tidy(done, job.folder)
    except ReportError as error:
        partial = job.notebook or notebook
        _tidy(partial, job.folder)
        try:
            atomic.write(failed, _bytes(partial))
        except ReportError:
            raise error from None
        raise ReportError(
            error.what, error.there_is, f"{error.do} What ran is in {failed.name}."
        ) from error.__cause__
    finally:
        running.unlink(missing_ok=True)
    failed.unlink(missing_ok=True)
    return ExecutedNotebook(
        done,
        template,
        hashlib.sha256(text).hexdigest(),
        values,
        time.monotonic() - started,
        sum(cell.cell_type == "code" for cell in done.cells),
    )


@dataclass
class _Job:
    """What one run knows of itself, handed to the engine."""

    template: str
    running: Path
    timeout: float
    progress: Progress | None
    notebook: NotebookNode | None = None
    folder: Path | None = None
    last_save: float = field(default_factory=time.monotonic)

    def save(self) -> None:
        """What there is so far, at most once a second: after each cell, long notebooks take ten times."""
        if self.notebook is not None and time.monotonic() - self.last_save >= _SAVE_EVERY:
            atomic.write(self.running, _bytes(self.notebook))
            self.last_save = time.monotonic()


def _prepared(template: Path, values: Mapping[str, Any]) -> NotebookNode:
    """The template without old outputs, with its parameters in a cell of their own behind the defaults."""
    import nbformat

    notebook = nbformat.from_dict(templates.read(template))
    if notebook.get("nbformat") != 4:
        raise ReportError(
            f"{template.name} is a notebook of format {notebook.get('nbformat')}.",
            "Templates are of format 4.",
            "Save it again in JupyterLab.",
        )
    notebook.nbformat_minor = 5
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    seen: set[str] = set()
    for index, cell in enumerate(notebook.cells):
        cell.source = "".join(cell.source)
        cell.metadata = nbformat.from_dict({"tags": list(cell.get("metadata", {}).get("tags", []))})
        if not cell.get("id") or cell.id in seen:
            # nbformat would give a random one.
            cell.id = f"cell-{index}"
        seen.add(cell.id)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    if values:
        cell = nbformat.v4.new_code_cell(
            parameters.source(values), id="injected-parameters", metadata={"tags": ["injected-parameters"]}
        )
        tagged = [index for index, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.tags]
        notebook.cells.insert(tagged[0] + 1, cell)
    return notebook


def _through_papermill(notebook: NotebookNode, job: _Job) -> None:
    import papermill
    from papermill.engines import Engine, papermill_engines
    from papermill.exceptions import PapermillExecutionError

    class KitEngine(Engine):
        """papermill's door to our runner: it writes nothing and times nothing itself."""

        @classmethod
        def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **others: Any) -> NotebookNode:
            job.notebook = nb
            _in_kernel(nb, job)
            return nb

    papermill_engines.register("investigator", KitEngine)
    # Our engine has raised for every cell that was not to fail. papermill also stops at those that a template
    # tags raises-exception, after the whole notebook has run.
    with contextlib.suppress(PapermillExecutionError):
        papermill.execute_notebook(
            notebook,
            None,
            engine_name="investigator",
            kernel_name="python3",
            language="python",
            progress_bar=False,
        )


def _in_kernel(notebook: NotebookNode, job: _Job) -> None:
    import nbclient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    code = [
        index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()
    ]
    place = _Place(notebook, job.template)
    # What the process itself says, such as a segmentation fault, is kept for the one message that needs it.
    with kernel.launch() as launch, (launch.folder.parent / "kernel.log").open("w+b") as said:
        job.folder = launch.folder.parent
        manager = launch.manager()
        client = nbclient.NotebookClient(
            notebook,
            km=manager,
            timeout=job.timeout,
            record_timing=False,
            store_widget_state=False,
            raise_on_iopub_timeout=True,
            iopub_timeout=30,
            coalesce_streams=True,
            shutdown_kernel="immediate",
            log=_log,
        )
        client.reset_execution_trackers()
        try:
            with client.setup_kernel(
                env=launch.environment, cwd=str(launch.folder), stdout=said, stderr=said, cleanup_kc=True
            ):
                for done, index in enumerate(code):
                    cell = notebook.cells[index]
                    place.index = index
                    if job.progress:
                        job.progress(done, len(code), place.label())
                    client.execute_cell(cell, index, execution_count=done + 1)
                    job.save()
                if not _alive(manager):
                    raise DeadKernelError("Kernel died")
        except CellExecutionError as error:
            last = _ANSI.sub("", f"{error.ename}: {error.evalue}".strip()).splitlines() or [""]
            raise ReportError(
                f"{place.sentence('stopped')}: {_sentence(last[-1] if error.ename in last[-1] else last[0])}",
                "The earlier report is untouched.",
                "Mend the cell or its data, then run the same command again.",
            ) from None
        except CellTimeoutError:
            raise ReportError(
                f"{place.sentence('took too long')}: more than {job.timeout:g} s.",
                "The earlier report is untouched.",
                "Narrow the window, or give the run a longer timeout.",
            ) from None
        except DeadKernelError:
            raise ReportError(
                f"{place.sentence('lost its kernel')}: the Python process died.",
                "The earlier report is untouched. The usual reason is that the machine ran out of memory.",
                "Narrow the window, or run it on a larger machine.",
            ) from None
        except RuntimeError as error:
            said.seek(0)
            lines = said.read().decode("utf-8", "replace").strip().splitlines() or [str(error)]
            raise ReportError(
                f"The kernel for '{job.template}' did not start: {_sentence(lines[-1])}",
                "The earlier report is untouched.",
                "Run `inv list` to see whether the kit itself works, then try again.",
            ) from error
    if job.progress:
        job.progress(len(code), len(code), "done")


@dataclass
class _Place:
    """Where a run stands, in words: the cell's number, the heading above it, its first line."""

    notebook: NotebookNode
    template: str
    index: int = 0

    def heading(self) -> str:
        for cell in reversed(self.notebook.cells[: self.index + 1]):
            if cell.cell_type == "markdown":
                for line in reversed(cell.source.splitlines()):
                    if re.match(r"#{1,6}\s", line):
                        return line.lstrip("# ").strip()
        return ""

    def label(self) -> str:
        return self.heading() or self.template

    def sentence(self, what: str) -> str:
        lines = [line for line in self.notebook.cells[self.index].source.splitlines() if line.strip()]
        under = f" under '{self.heading()}'" if self.heading() else ""
        return f"Cell {self.index + 1} of '{self.template}'{under} (`{cut(lines[0], 80)}`) {what}"


def _sentence(text: str) -> str:
    text = cut(text, 300)
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")
_CELL_FILE = re.compile(r"\S*ipykernel_\d+/\d+\.py")
_STYLER = re.compile(r"\bT_([0-9a-f]{5})(?=[\" _])")


def _tidy(notebook: NotebookNode, home: Path | None) -> None:
    """Takes out what differs between two equal runs: addresses, random ids, the run's folder."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("widgets", None)
    renamed: dict[str, str] = {}

    def styler(match: re.Match[str]) -> str:
        return renamed.setdefault(match[1], f"T_{len(renamed) + 1:05d}")

    def plain(text: str) -> str:
        text = _ADDRESS.sub("", _CELL_FILE.sub("cell", text))
        return text.replace(str(home), "kernel") if home else text

    for cell in notebook.cells:
        cell.metadata = {"tags": list(cell.metadata.get("tags", []))}
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = plain(output.text)
            elif output.output_type == "error":
                output.evalue = plain(output.evalue)
                output.traceback = [plain(line) for line in output.traceback]
            else:
                data = output.data
                if "text/plain" in data:
                    data["text/plain"] = plain(data["text/plain"])
                if "text/html" in data:
                    data["text/html"] = _STYLER.sub(styler, data["text/html"])
                view = data.get("application/vnd.jupyter.widget-view+json")
                if view:
                    name = view.get("model_id", "")
                    view["model_id"] = renamed.setdefault(name, f"widget-{len(renamed) + 1}")


def _bytes(notebook: NotebookNode) -> bytes:
    import nbformat

    return (nbformat.writes(notebook, version=4).rstrip("\n") + "\n").encode("utf-8", "replace")


def _alive(manager: Any) -> bool:
    """Whether the kernel still runs: one that died in the last cell may have answered first."""
    from jupyter_core.utils import run_sync

    return bool(run_sync(manager.is_alive)())
