"""A template run to its end, or the cell that stopped it. One tiny notebook for each behaviour."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from investigator.errors import ParameterError, ReportError
from investigator.report import atomic, kernel, run


def text(notebook) -> str:
    return "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))


def test_a_template_runs_untouched_on_its_defaults(notebooks, tmp_path):
    executed = run.run(notebooks / "plain.ipynb", tmp_path / "out.ipynb", {})
    assert text(executed.notebook) == "'sample' 3 False None 0.5\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out.ipynb"]


def test_parameters_arrive_as_given_and_an_id_stays_text(notebooks, tmp_path):
    executed = run.run(notebooks / "plain.ipynb", tmp_path / "out.ipynb", {"case": "0012", "factor": "7"})
    assert text(executed.notebook) == "'0012' 7 False None 0.5\n"
    injected = json.loads((tmp_path / "out.ipynb").read_text())["cells"][2]
    assert injected["id"] == "injected-parameters"


def test_a_misspelt_parameter_starts_no_kernel_and_leaves_nothing(notebooks, tmp_path, monkeypatch):
    def started():
        raise AssertionError("a kernel was started")

    monkeypatch.setattr(kernel, "launch", started)
    with pytest.raises(ParameterError, match=r"Did you mean case\?"):
        run.run(notebooks / "plain.ipynb", tmp_path / "out.ipynb", {"cas": "x"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        (
            "fails",
            {},
            r"Cell 4 of 'fails' under 'When did it start\?' \(`onset = None`\) stopped: "
            r"ValueError: no onset in this window\. The earlier report is untouched\.",
        ),
        ("kernel_dies", {}, r"Cell 4 of 'kernel_dies' under 'Who else\?' \(`import os`\) lost its kernel"),
        ("kernel_dies_at_the_end", {}, "Cell 2 of 'kernel_dies_at_the_end'.* lost its kernel"),
        (
            "hangs",
            {"timeout": 2},
            r"Cell 4 of 'hangs' under 'What changed\?' \(`import time`\) took too long: more than 2 s",
        ),
        ("asks_for_input", {}, r"Cell 2 of 'asks_for_input' .*stopped: StdinNotImplementedError"),
        ("exits", {}, "Cell 2 of 'exits' .*stopped: SystemExit: 0"),
    ],
)
def test_a_run_that_did_not_end_is_a_failed_run_that_names_the_cell(
    notebooks, tmp_path, name, options, sentence
):
    earlier = tmp_path / "out.ipynb"
    earlier.write_text("earlier")
    with pytest.raises(ReportError, match=sentence) as caught:
        run.run(notebooks / f"{name}.ipynb", earlier, {}, **options)
    assert earlier.read_text() == "earlier"
    assert "What ran is in out.failed.ipynb." in str(caught.value)
    failed = json.loads((tmp_path / "out.failed.ipynb").read_text())
    kept = [
        "".join("".join(output.get("text", "")) for output in cell.get("outputs", []))
        for cell in failed["cells"]
    ]
    assert "after\n" not in kept
    assert ("before\n" in kept) == ("before" in (notebooks / f"{name}.ipynb").read_text())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.failed.ipynb", "out.ipynb"]


def test_a_run_that_went_well_clears_the_failed_one_away(notebooks, tmp_path):
    (tmp_path / "out.failed.ipynb").write_text("{}")
    run.run(notebooks / "plain.ipynb", tmp_path / "out.ipynb", {})
    assert [path.name for path in tmp_path.iterdir()] == ["out.ipynb"]


def test_an_error_that_the_template_expects_is_no_failure(notebooks, tmp_path):
    executed = run.run(notebooks / "expects_an_error.ipynb", tmp_path / "out.ipynb", {})
    assert "went on" in text(executed.notebook)


def test_two_equal_runs_are_equal_bytes(notebooks, tmp_path):
    first = run.run(notebooks / "unsteady.ipynb", tmp_path / "one.ipynb", {})
    second = run.run(notebooks / "unsteady.ipynb", tmp_path / "two.ipynb", {})
    assert first.to_bytes() == second.to_bytes() == (tmp_path / "two.ipynb").read_bytes()
    written = (tmp_path / "two.ipynb").read_text()
    assert "papermill" not in written and "0x" not in written and 'execution":' not in written


def test_progress_says_how_far_and_under_which_heading(notebooks, tmp_path):
    said = []
    run.run(notebooks / "plain.ipynb", tmp_path / "out.ipynb", {}, progress=lambda *step: said.append(step))
    assert said == [(0, 2, "Missing documents"), (1, 2, "What was given?"), (2, 2, "done")]


def test_what_there_is_so_far_is_saved_at_most_once_a_second(notebooks, tmp_path, monkeypatch):
    saved = []
    write = atomic.write
    monkeypatch.setattr(atomic, "write", lambda path, data: (saved.append(path.name), write(path, data)))
    run.run(notebooks / "slow_and_steady.ipynb", tmp_path / "out.ipynb", {})
    # 2.4 s of work in four cells: two saves on the way, then the result.
    assert saved.count("out.running.ipynb") == 2 and saved[-1] == "out.ipynb"
    assert [path.name for path in tmp_path.iterdir()] == ["out.ipynb"]


def test_a_run_says_nothing_on_its_own(notebooks, tmp_path, capfd):
    with pytest.raises(ReportError):
        run.run(notebooks / "kernel_dies.ipynb", tmp_path / "out.ipynb", {})
    assert capfd.readouterr() == ("", "")


def test_ctrl_c_kills_the_kernel_and_leaves_nothing_half_written(notebooks, tmp_path):
    (tmp_path / "out.ipynb").write_text("earlier")
    code = (
        "import sys, os\nfrom pathlib import Path\nfrom investigator.report import run\n"
        "tell = lambda done, total, label: print(done, flush=True)\n"
        "try:\n"
        "    run.run(Path(sys.argv[1]), Path(sys.argv[2]), {}, progress=tell)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', flush=True)\n"
    )
    root = Path(run.__file__).parents[2]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(notebooks / "hangs.ipynb"), str(tmp_path / "out.ipynb")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root), "TMPDIR": str(scratch)},
    )
    assert process.stdout is not None
    assert [process.stdout.readline(), process.stdout.readline()] == ["0\n", "1\n"]
    time.sleep(0.3)
    assert any(scratch.iterdir())
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=20)
    assert out == "interrupted\n", errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.ipynb", "scratch"]
    assert (tmp_path / "out.ipynb").read_text() == "earlier"
    # The kernel's folder is gone, and with it the kernel: nothing on this machine names that folder any more.
    assert list(scratch.iterdir()) == []
    named = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(scratch) not in named
