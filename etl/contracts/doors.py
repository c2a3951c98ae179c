"""What the doors of a night carry, table by table of ours: each is taken from one of them."""

from __future__ import annotations

from collections.abc import Iterable

from etl.contracts.hand_overs import Coverage


class Doors:
    """doors: those of a night, the first of which gives whatever no other does."""

    def __init__(self, doors: list[Coverage]) -> None:
        self.every = doors
        self._giver = {table: door for door in doors for table in door["gives"]}

    def of(self, table: str) -> Coverage:
        """The door that gives the table; the first where none does."""
        return self._giver.get(table, self.every[0])

    def of_each(self, tables: Iterable[str]) -> list[Coverage]:
        """The doors that give the tables, each once."""
        found = {id(door): door for door in map(self.of, tables)}
        return list(found.values())

    def covered_from(self, tables: Iterable[str]) -> str | None:
        """ISO day since which every event of all these is held; None: always."""
        days = [door["covered_from"] for door in self.of_each(tables)]
        return max((day for day in days if day), default=None)

    def is_wholly(self, timescale: str, tables: Iterable[str]) -> bool:
        """Whether all is held that is owed by a timescale, which is worked out of the tables."""
        doors = self.of_each(tables)
        return all(door["wholly"] is None or timescale in door["wholly"] for door in doors)

    def is_told(self, timescale: str, tables: Iterable[str]) -> bool:
        """Whether any of it is."""
        return all(
            door["wholly"] is None or timescale in (*door["wholly"], *door["partly"])
            for door in self.of_each(tables)
        )

    def tell_the_latest_alone(self, tables: Iterable[str]) -> bool:
        """Whether of events in these tables the latest alone is told, with its subject."""
        return all(door["latest_only"] for door in self.of_each(tables))

    @property
    def not_provided(self) -> dict[str, list[str]]:
        """By table of ours the columns that its door has not."""
        first, *others = self.every
        found = dict(first["not_provided"])
        for door in others:
            of = {*door["gives"]}
            found |= {name: door["not_provided"].get(name, []) for name in of}
        return found
