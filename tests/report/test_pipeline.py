"""From a template to a page, or to the earlier one, untouched."""

import json
import os

import pytest

from investigator.errors import CatalogueError, ParameterError, ReportError
from investigator.report import manifest, pipeline, run


def listing(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_report_is_a_page_a_notebook_and_a_manifest_that_verifies(notebooks, tmp_path):
    report = pipeline.render(
        notebooks / "charts.ipynb", {}, tmp_path, name="one", title="Forty", case_facts={"head": "ab"}
    )
    assert sorted(listing(tmp_path)) == ["one.html", "one.ipynb", "one.manifest.json"]
    assert report.problems == []
    assert manifest.verify(report.manifest) == []
    assert report.page.stat().st_size < 3_000_000
    assert report.page.read_text().count('<figure class="chart-box"') == 3


def test_same_case_and_frozen_clock_give_the_same_bytes(notebooks, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781697600")
    for folder in ("first", "second"):
        pipeline.render(notebooks / "unsteady.ipynb", {}, tmp_path / folder, name="one", title="T")
    assert listing(tmp_path / "first") == listing(tmp_path / "second")


@pytest.mark.parametrize("template", ["fails", "kernel_dies"])
def test_a_run_that_fails_leaves_the_earlier_report_untouched(notebooks, tmp_path, template):
    pipeline.render(notebooks / "plain.ipynb", {}, tmp_path, name="one", title="T")
    earlier = listing(tmp_path)
    with pytest.raises(ReportError, match=r"The earlier report is untouched\."):
        pipeline.render(notebooks / f"{template}.ipynb", {}, tmp_path, name="one", title="T")
    assert {**earlier, "one.failed.ipynb": listing(tmp_path)["one.failed.ipynb"]} == listing(tmp_path)


def test_a_full_disk_leaves_the_earlier_report_untouched(notebooks, tmp_path, monkeypatch):
    pipeline.render(notebooks / "plain.ipynb", {}, tmp_path, name="one", title="T")
    earlier = listing(tmp_path)
    synced = []

    def full(handle):
        synced.append(handle)
        if len(synced) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(run, "_SAVE_EVERY", 3600)
    with pytest.raises(ReportError, match=r"could not be written: No space left on device\..*untouched"):
        pipeline.render(notebooks / "plain.ipynb", {"case": "other"}, tmp_path, name="one", title="T")
    assert len(synced) == 2
    assert listing(tmp_path) == earlier


def test_a_page_that_would_call_out_is_not_written(notebooks, tmp_path, monkeypatch):
    from investigator.report import page

    monkeypatch.setattr(page, "sanitised", lambda text: '<img src="https://example.org/x.png">')
    with pytest.raises(
        ReportError, match=r"not safe to share: The page loads or opens 'https://example.org/x.png'"
    ):
        pipeline.render(notebooks / "charts.ipynb", {}, tmp_path, name="one", title="T")
    assert listing(tmp_path) == {}


def test_a_map_that_would_be_an_empty_place_is_a_problem(notebooks, tmp_path):
    content = json.loads((notebooks / "plain.ipynb").read_text())
    content["cells"][-1]["source"] = (
        "import plotly.graph_objects as go\ngo.Figure(go.Scattergeo(lat=[1], lon=[2]))"
    )
    (tmp_path / "maps.ipynb").write_text(json.dumps(content))
    report = pipeline.render(tmp_path / "maps.ipynb", {}, tmp_path / "out", name="one", title="T")
    assert [problem.sentence for problem in report.problems] == [
        "Chart 1 can't be drawn offline: a trace of type scattergeo fetches its map from the network."
    ]
    assert json.loads(report.manifest.read_text())["problems"][0]["where"] == "chart 1"


@pytest.mark.parametrize("name", ["../one", "", "a/b", ".hidden", "a" * 101, "a b"])
def test_a_report_is_named_like_a_file_of_its_folder(notebooks, tmp_path, name):
    with pytest.raises(ParameterError, match="A report can't be named"):
        pipeline.render(notebooks / "plain.ipynb", {}, tmp_path, name=name, title="T")


def test_an_unknown_template_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match="There is no template named 'nothing-such'"):
        pipeline.render("nothing-such", {}, tmp_path, name="one", title="T")
