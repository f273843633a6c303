"""The manifest: what a report was made from, and whether it still is."""

import json

import pytest

from investigator.report import manifest


@pytest.fixture
def written(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781697600")
    (tmp_path / "one.html").write_bytes(b"page")
    (tmp_path / "one.ipynb").write_bytes(b"notebook")
    data = manifest.manifest(
        {"page": ("one.html", b"page"), "notebook": ("one.ipynb", b"notebook")},
        template={"name": "postmortem", "sha256": "ab"},
        parameters={"case": "0012"},
        title="T",
        audience="team",
        case={"head": "cd"},
        evidence={"app.log": "ef"},
    )
    (tmp_path / "one.manifest.json").write_bytes(data)
    return tmp_path / "one.manifest.json"


def test_it_names_files_template_parameters_case_evidence_and_versions(written):
    content = json.loads(written.read_text())
    assert content["files"]["page"] == {"name": "one.html", "sha256": manifest.sha256(b"page"), "bytes": 4}
    assert content["template"] == {"name": "postmortem", "sha256": "ab"}
    assert content["parameters"] == {"case": "0012"}
    assert content["case"] == {"head": "cd"} and content["evidence"] == {"app.log": "ef"}
    assert content["created"] == "2026-06-17T12:00:00+00:00"
    assert content["packages"]["plotly"][0].isdigit()


def test_an_untouched_report_verifies(written):
    assert manifest.verify(written) == []


def test_a_changed_or_missing_file_is_named(written):
    (written.parent / "one.html").write_bytes(b"other")
    (written.parent / "one.ipynb").unlink()
    assert manifest.verify(written) == [
        "The notebook one.ipynb is missing.",
        "The page one.html is not the one that was written: its hash differs.",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "one.manifest.json is no manifest of a report, or was cut short."),
        ("[]", "one.manifest.json is no manifest of a report, or was cut short."),
        ('{"files": {}, "format": "x"}', "one.manifest.json is of the format 'x'; this kit knows"),
    ],
)
def test_what_is_no_manifest_is_said(written, content, sentence):
    written.write_text(content)
    assert manifest.verify(written)[0].startswith(sentence)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..", ""])
def test_a_manifest_can_name_only_files_beside_it(written, name):
    content = json.loads(written.read_text())
    content["files"]["page"]["name"] = name
    written.write_text(json.dumps(content))
    assert manifest.verify(written) == [f"The manifest names '{name}', which is not a file beside it."]


@pytest.mark.parametrize("said", ["title", "audience", "created", "parameters", "evidence", "problems"])
def test_what_a_manifest_says_beside_its_files_can_not_be_changed_silently(written, said):
    content = json.loads(written.read_text())
    content[said] = "other"
    written.write_text(json.dumps(content))
    assert manifest.verify(written) == [
        "one.manifest.json is not as it was written: what it says was changed."
    ]


def test_a_manifest_from_before_it_was_sealed_still_verifies(written):
    content = json.loads(written.read_text())
    del content["seal"]
    written.write_text(json.dumps(content))
    assert manifest.verify(written) == []
