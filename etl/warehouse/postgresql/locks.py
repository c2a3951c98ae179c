"""What a session waits for, and how long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from etl.warehouse.session import Session
from etl.warehouse.turns import LOCK_WAIT_SECONDS, take_turn

# For locks that an analyst's open transaction can hold: a view that is replaced.
LOCK_TIMEOUT = "60s"
# Advisory locks of ours: this number, and that of the authority, that of what all share, or that of
# telling the planner of the star.
LOCKS, SHARED, STAR_TOLD = 0x637363, 1000, 1001


def limit_waiting(session: Session) -> None:
    """Let the session give up where somebody else's transaction holds what it needs."""
    session.run(f"set lock_timeout = '{LOCK_TIMEOUT}'")


@contextmanager
def waiting_for_loads(session: Session) -> Iterator[None]:
    """In the block, wait for what only another load holds as long as that may take."""
    session.run(f"set local lock_timeout = '{LOCK_WAIT_SECONDS}s'")
    yield
    session.run(f"set local lock_timeout = '{LOCK_TIMEOUT}'")


def wait_for_shared(session: Session) -> None:
    """Wait until no other authority's load writes what authorities share; until the transaction
    ends."""
    _wait_for(session, SHARED)


def wait_to_tell_of_star(session: Session) -> None:
    """Wait until no other load tells the planner of the star; until the transaction ends."""
    _wait_for(session, STAR_TOLD)


def _wait_for(session: Session, number: int) -> None:
    with waiting_for_loads(session):
        session.run(f"select pg_advisory_xact_lock({LOCKS}, {number})")


def take_authority(session: Session, la_code: str) -> bool:
    """Wait until no other load writes the authority, and be the only one until the transaction
    ends; False after an hour."""
    lock = f"select pg_try_advisory_xact_lock({LOCKS}, :number)"

    def take() -> bool:
        return bool(session.rows(lock, number=int(la_code))[0][0])

    return take_turn(take, "of this authority")
