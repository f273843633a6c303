"""Workbooks that are no .xlsx: old ones, and those of LibreOffice. One was made by xlwt, packed here."""

import base64
import zlib

from test_formats import given, rows, zipped

from investigator import load


def unpacked(text):
    return zlib.decompress(base64.b64decode(text))


OLD = unpacked(
    "eNrtWE1IVFEU/u57b5wx/Bl/QQN5CGmZitImAhsNS6FGTIJMAhtzIjFGeY5EQmXaLIWgVdFGsEUbq00/1KJ2LQTDFkUQaEWb"
    "VkFBC53XuefdN6lN4EAJ1vuGe+69555z3rn3nHvfnfdyvmBx+n75EtZhP3Qk7WxkreIJKtluJwgat23ZdOsAFdvDlkJ2gAKZ"
    "5cOT3Dm/jKGM9xI03DOeEwXeUzmJYXQMxaLmJuIA+xAR0ocmYVDuabhFJQ9l7Fch09NMi5jeZdmnTJuZM8W0iWQXRQ/mQx01"
    "e1Ued2uVPJZHVOAh67xlTiNK8ELm8eVrwpH1ocUaiJzbYgMVRg5mQCFti8ailuyX4LbctK2t9eFw/QmC2d6+LxxeRDEFfQbf"
    "bBP46u7uZ6bH31y+APG/r+X7f8MPUCjX869rBjAO+5SQKZ1AAXoN8IHd0ncmctaKR2MJ5OI8H+g+2s/xgbFl9GCbOriLgCMD"
    "I/Go2R+1zJQKmTg2NGpRHikWqR+WYjEfjdQ1NjSoupFqtkmiY6PmyPDHuLTsHC/BNcdLLm+6HKL9yOd2AW+9IPmxfOfLQriv"
    "M9TLnHH2zHnx7JDzg40rUoOU8+BMREKnUsMau5lOsNXt3C5nWkySVFd1lqjGoUmWucqjVfScPYxXoepV7Z3UTnw++qgi8SG0"
    "i9qzbUtjxbOvQ9OopHXtJ335m0StqBU3b0g8Drm1UEfUO6ZlvxxXAS2o5mart2s+VjgaoPWAktB4dmslNJaQa+L03PVzehr1"
    "dKWtp9HWWVuupU5rqEP6uVB9sWtu6lPzJU2OSwulyoKRxoLBFnzKgsEW3kzUdbsWDLZQLi8RWiEeSNfoQP6JzcgLLUW3al5o"
    "afPCjTp4dbKUvEgjL1JxdnpS3u/GBOli4sGDBw8ePHj4TyDUNUleCw11oZbXCr/6rrNCJel9Jvln0YUh+sXpz+RBxKi2cCGj"
    "/CmFT7i2xAZ13O+FEsfp6RYG0cd+DGacv3SZFqvns2HF4J/bQpk+P5mJn3/5+T8APIEi4Q=="
)
FAR = unpacked(
    "eNrtWk1IVFEU/u6bGWdGx3FGx1ADGYyszIVmP7bQ6YdylVgtighq1FmEojG1yU2WzSqCoFU/G8FNBFabfrBF7YICoxZBEYy1"
    "bBUUtFBf5xzvq7FaOFCSdL7hnne/c+99977v/g7vvZiO58fv1s3gJ3TCh3k3jJICn6EQ90gMlO66HPWu5IKrWFEIh6jXSgKY"
    "Kn8e5D7k/p6Bgzv+J2SB9xSO4iS6h4cyyWXELmlD2nAbOkwNjT2HRqQfAWphECGEUYoyRHCD/FHUSlsrxfaJrRJ7W8o/ErtD"
    "PJfEdlDevDmC6VR3U7sd24edBkmLkjW4L2XeiKcV1XjKY/vsZbOQN4Cd2RPpwX8zod4fwQSJhK7MUCabHswjQaJN4IubBD57"
    "8/dxUv3L6zcg/9fF/uBv/FccPzAK97jhgZijgd7n5xQHp1qYvQ1Y1srsYNCyTcyehSxrY7a71LLNzKbKLNvCrK3csq3MbkUt"
    "28ZsTcyydmbX45Ztz9GUq6pi5qPaW5heTHi0dZY2gBrJKVtFmsIIN2BhiYktWmLKZZJFyPajQuJxKRejqT1789PLfb09qWPi"
    "GUXo++azlpWBi3NcggpHCzYmNk1SYqPY83LX1RKvE5ugCULXxp5qG9k7JnkuSGoj1dMmeJVaVxBfT/Hcx/0P6nMfUhsoPtk1"
    "M5KYfJ0aRwMtQv1Unn9jaDbN5tpVxsOUdzV2SXontvaX5SnkxGz7XfsgFZiDdJrdaDmHbK5mcQ7ecePy3J1OJe7xzWiB+wHV"
    "fVl0h+quuqvuqrvqrrqr7qq76q66q+6qu+quuq8U3RUKhUKhUCgU/xGMfWHno8CH5oA9ePMJnA/UYXtI5HeHETmQ8xty0GF8"
    "4buPOQrz+hnFisUBDNPvNJLYgyG6ZnGmqPGzCgHj3csssYz3vRDjENWexQB6pR0DRY9f+uNkCp9nyQWTf24KFVv/fDHt/Mv1"
    "fwM7p9yx"
)


def opened(table, sheet="Tabelle1"):
    """An OpenDocument sheet with these rows, as XML."""
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text", "manifest")
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest{names}><manifest:file-entry manifest:full-path="/"/>'
            "</manifest:manifest>",
            "content.xml": f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="{sheet}">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        },
        plain="mimetype",
    )


def cell(text, kind="string", value=""):
    return f'<table:table-cell office:value-type="{kind}"{value}><text:p>{text}</text:p></table:table-cell>'


def row(*cells, times=1):
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def test_an_old_workbook_gives_its_rows_sheet_by_sheet(tmp_path):
    frame, report = rows(given(OLD, tmp_path, "tours.xls"))
    assert {source.source for source in report.sources} == {"tours.xls!Abfahrten", "tours.xls!Notiz"}
    assert [str(at)[:19] for at in frame.time.dropna()] == ["2026-06-17 09:14:30", "2026-06-17 09:15:30"]
    said = [dict(pairs) for pairs in frame["attributes"]]
    assert {"Tour": "T-101", "Kisten": "6"} in said
    assert any("zu spät" in body for body in frame["body"])
    assert report.units.structural == {"title": 1, "header": 2}


def test_a_sheet_of_libreoffice_gives_its_rows(tmp_path):
    when = cell("17.06.26 09:14", "date", ' office:date-value="2026-06-17T09:14:30"')
    empty = row('<table:table-cell table:number-columns-repeated="1024"/>', times=1_048_000)
    table = row(*map(cell, ["Kiste", "gewogen", "kg"]))
    table += row(cell("K-17"), when, cell("12", "float", ' office:value="12"')) + empty
    frame, report = rows(given(opened(table), tmp_path, "scale.ods"))
    assert [str(at)[:19] for at in frame["time"]] == ["2026-06-17 09:14:30"]
    assert dict(frame["attributes"][0])["kg"] == "12"
    assert report.units.rejected == 0


def test_cells_far_away_end_the_reader_and_not_the_kit(tmp_path):
    store, report = load.read(given(FAR, tmp_path, "far.xls"))
    assert report.events == 0 and "too much memory or time" in report.sources[0].rejected[0][1]
    full = row(cell("x", value=' table:number-columns-repeated="1000"'), times=1_000_000)
    store, report = load.read(given(opened(full), tmp_path, "full.ods"))
    assert report.events == 0 and "limit" in report.sources[0].rejected[0][1]


def test_a_broken_old_workbook_is_a_sentence(tmp_path):
    data = OLD
    store, report = load.read(given(data[: len(data) // 3], tmp_path, "cut.xls"))
    assert report.events == 0 and report.units.rejected == 1
    assert "can't be read on" in report.sources[0].rejected[0][1]
