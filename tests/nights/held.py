"""A council with one night loaded, which tests copy before they change it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nights.loading import Council, Engine
from nights.prepared import TODAY, Prepared, names_beside

LOADED = "select extract_date from audit.load_run where status = 'loaded' order by extract_date"


@dataclass(frozen=True)
class Held:
    """The council in an engine, and its prepared nights. Nobody changes it."""

    engine: Engine
    nights: Prepared
    council: Council

    def copy(self, folder: Path) -> Council:
        """The council in a folder of its own."""
        council = self.engine.copy(self.council, folder / "council")
        council.folder.mkdir(exist_ok=True)
        return council

    @contextmanager
    def unchanged(self, council: Council) -> Iterator[None]:
        """What happens in the block changes nothing and leaves nothing behind."""
        before = self.engine.marks(council)
        yield
        assert self.engine.marks(council) == before
        work = council.folder / "landing" / "work"
        assert not work.exists() or list(work.iterdir()) == []
        assert [name for name in names_beside(council) if "loading" in name] == []

    def assert_loads_after_all(self, council: Council) -> None:
        """The second night comes after the first."""
        self.nights.load(council, TODAY)
        assert [str(day) for (day,) in council.rows(LOADED)] == ["2026-03-03", "2026-03-04"]
