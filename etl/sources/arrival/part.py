"""Of a night that came through several doors, the part that is one door's."""

from __future__ import annotations

from dataclasses import replace

from etl.run import Arrival
from etl.sources.arrival.files import COPY_AGAIN, stop
from etl.sources.arrival.readiness import ENDINGS
from etl.sources.door import Door


def part_of(arrival: Arrival, door: Door) -> Arrival:
    """What in the folder of the night is called by the door's name. Raises NightStopped where it is
    no folder, and where none or more than one is called so."""
    if not arrival.path.is_dir():
        raise stop(
            "The night is no folder, and the authority's file names several sources.",
            str(arrival.path),
            "Put what comes through each of them into one folder, named for the date, and call it "
            "by the source's name.",
        )
    there = [arrival.path / f"{door.name}{ending}" for ending in ("", *ENDINGS)]
    found = [path for path in there if path.exists()]
    if len(found) == 1:
        return replace(arrival, where=found[0])
    raise stop(
        f"The night holds {len(found) or 'nothing'} that is called '{door.name}', as one of the "
        "sources of the authority's file is.",
        str(arrival.path),
        "Leave the one that belongs to the night, and load it again." if found else COPY_AGAIN,
    )
