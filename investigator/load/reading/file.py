"""A whole file, each kind of format by its own way of reading."""

from __future__ import annotations

from collections.abc import Callable

from investigator.load.formats import FORMATS_AT_MOST, Mixed, parts_of
from investigator.load.reading import mixed, records
from investigator.load.reading.foreign import Foreign, scan
from investigator.load.reading.json_lines import JsonReader
from investigator.load.reading.reader import Reader
from investigator.load.reading.text_lines import TextReader
from investigator.load.tally import Tally
from investigator.sources._format import JsonLines, Lines, Records


def read_whole(made: Callable[[], Reader], name: str) -> tuple[list[Tally], str]:
    """Read a file by a format of that name; by a mix, where lines of others turn up. Gives a tally for each source in it,
    and the name of what it was read by."""
    reader = made()
    said = len(reader.content.doubt)
    for turn in range(FORMATS_AT_MOST):
        reader.format, reader.turns = name, turn + 1 < FORMATS_AT_MOST
        try:
            form = reader.form
            if reader.turns and isinstance(form, Records) and form.begins and form.loose:
                scan(reader.content, form, (name,), reader.options.declared)
            return read(reader), name
        except Foreign as found:
            mix = Mixed.of([*parts_of(name, reader.form), *found.parts])
            name = mix.name
            reader = made()
            reader.form = mix
            del reader.content.doubt[said:]
    raise AssertionError("the last turn reads what there is")


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
