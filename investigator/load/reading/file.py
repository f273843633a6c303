"""A whole file, each kind of format by its own way of reading."""

from __future__ import annotations

from investigator.load.formats import Mixed
from investigator.load.reading import mixed, records
from investigator.load.reading.json_lines import JsonReader
from investigator.load.reading.reader import Reader
from investigator.load.reading.text_lines import TextReader
from investigator.load.tally import Tally
from investigator.sources._format import JsonLines, Lines


def read(reader: Reader) -> list[Tally]:
    """Read a file into staged Parquet files; gives a tally for each source in it."""
    try:
        form = reader.form
        if isinstance(form, Mixed):
            found = [mixed.read(reader, form, read)]
        elif isinstance(form, JsonLines):
            found = [JsonReader(reader, form).read()]
        elif isinstance(form, Lines):
            found = [TextReader(reader, form).read()]
        else:
            found = records.read(reader, form)
        reader.finish(found)
        return found
    finally:
        reader.close()
