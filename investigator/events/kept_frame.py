"""A DataFrame of events kept as a load would keep it: segments of a store, with the index of its ids."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from investigator.events import schema
from investigator.events.entities import index
from investigator.events.events import Events
from investigator.events.store import Segment, Store, Units

if TYPE_CHECKING:
    import pandas

    from investigator.events.engine import Engine


def stored(
    frame: pandas.DataFrame,
    folder: Path | str,
    *,
    kinds: dict[str, str],
    engine: Engine | str | None = None,
) -> Events:
    """A DataFrame of events written to a store in `folder` as a load would, ids indexed, and opened."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    store = Store(folder)
    plain = Events.from_frame(frame)
    whole = plain.engine.fetch(plain.table)
    segments: list[Segment] = []
    with store.writing() as staging:
        for (source, evidence), part in whole.groupby(["source", "evidence"], sort=True):
            file = f"{len(segments):04d}.parquet"
            arrow = pa.Table.from_pandas(
                part.assign(attributes=[list(dict(cell or {}).items()) for cell in part["attributes"]]),
                schema=schema.arrow_schema(),
                preserve_index=False,
            )
            pq.write_table(arrow, staging.file(file))
            low, high = part["time"].min(), part["time"].max()
            segments.append(
                Segment(
                    str(source),
                    str(evidence),
                    str(evidence)[:12].ljust(64, "0"),
                    int(part["load"].max()),
                    "frame",
                    str(part["kind"].mode().iloc[0]),
                    len(part),
                    Units(total=len(part), used=len(part)),
                    (file,),
                    first=None if low != low else low.isoformat(),
                    last=None if high != high else high.isoformat(),
                )
            )
        staging.commit(segments)
    index(store, kinds)
    return Events.open(folder, engine=engine)
