"""Several nights' work as one change of a warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from etl.warehouse.session import Session, Warehouse


@contextmanager
def one_change(warehouse: Warehouse, la_code: str) -> Iterator[Warehouse]:
    """Make one change of the authority's of all that the block writes into the warehouse that it is
    given, steps of nights among it: kept when the block ends, lost where it raises."""
    with warehouse.writing(la_code) as session:
        yield _Changing(warehouse, session)


class _Changing:
    """A warehouse within ``one_change``: everybody reads and writes in the one session."""

    def __init__(self, warehouse: Warehouse, session: Session) -> None:
        self._warehouse, self._session = warehouse, session

    def exists(self) -> bool:
        return True

    @contextmanager
    def reading(self, *, identities: bool = False) -> Iterator[Session]:
        self._session.begin_again()
        yield self._session

    @contextmanager
    def writing(self, la_code: str) -> Iterator[Session]:
        self._session.begin_again()
        yield self._session

    def upgrading(self) -> AbstractContextManager[Session]:
        return self._warehouse.upgrading()

    def scrub(self) -> None:
        self._warehouse.scrub()

    def shown(self) -> str:
        return self._warehouse.shown()

    def default_folder(self) -> Path | None:
        return self._warehouse.default_folder()
