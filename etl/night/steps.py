"""The steps of a night, listed once: load, check, backfill and the DAG walk this list.

Steps know nothing of one another: what passes between them is declared in
``etl.contracts.hand_overs``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from etl.authority import Authority
from etl.conform.conform import conform
from etl.contracts.hand_overs import CARRIED, COVERAGE, LANDED, LOADED, MANIFEST
from etl.derive.derive import derive
from etl.land.landing import keep_landed, land_extract, take_landed
from etl.load.load import load_and_publish
from etl.log import logger
from etl.night.arriving import was_taken
from etl.night.carried import carried, not_told
from etl.night.publishing import publish
from etl.night.reading import tables_of
from etl.night.relied_on import figures, relied_on
from etl.night.tasks import Task
from etl.privacy.erased import of_run
from etl.privacy.landed import rows_about
from etl.publish.months import month_before
from etl.recall.earlier import look_back
from etl.recall.held_back import keep_earlier_versions
from etl.recall.same_system import check_same_system
from etl.run import Run
from etl.sources.door import given_by
from etl.sources.register import FIRST_KIND, SOURCES
from etl.sources.source import Source
from etl.targets import not_set
from etl.validate.page import write_page
from etl.validate.validate import validate
from etl.warehouse import Session, Warehouse
from etl.warehouse.views import publish_views


@dataclass(frozen=True)
class Tonight:
    """What a step works with. key: gives the secret that tokens are made with, to the steps that
    need it."""

    run: Run
    authority: Authority
    warehouse: Warehouse
    key: Callable[[], bytes]
    started_at: datetime


@dataclass(frozen=True)
class Step:
    """A step and the task of the DAG it belongs to. run: returns False where the night is over."""

    name: str
    task: Task
    run: Callable[[Tonight], bool]


def _land(tonight: Tonight) -> bool:
    run = tonight.run
    if run.is_landed:
        take_landed(run)
    else:
        if was_taken(run, tonight.warehouse):
            logger.info("this extract was fetched and loaded already; nothing changed")
            return False
        with tables_of(run, tonight.authority) as tables:
            land_extract(run, tables)
    return True


def _recall(tonight: Tonight) -> bool:
    if look_back(tonight.run, tonight.warehouse, tonight.key(), _covered_from(tonight)):
        logger.info("this extract is already loaded; nothing changed")
        return False
    system, first = _source_of(tonight.run).folder.name, SOURCES[FIRST_KIND].folder.name
    check_same_system(tonight.run, tonight.warehouse, system, first, _beside(tonight))
    return True


def _covered_from(tonight: Tonight) -> dict[str, date]:
    """By table of ours, since when its door holds every event; without those it always did."""
    found: dict[str, date] = {}
    for door, source in zip(tonight.authority.doors, _sources_of(tonight), strict=True):
        day = door.covered_from or source.covered_from(tonight.run.extract_date)
        given = given_by(door, tonight.authority.doors, source)
        found |= dict.fromkeys(given, day) if day else {}
    return found


def _beside(tonight: Tonight) -> dict[str, str]:
    """By table of ours that is not the first door's, its door's name and system."""
    doors = tonight.authority.doors
    return {
        table: f"{door.name}: {source.folder.name}"
        for door, source in zip(doors[1:], _sources_of(tonight)[1:], strict=True)
        for table in given_by(door, doors, source)
    }


def _sources_of(tonight: Tonight) -> list[Source]:
    """The kinds that the landed tables are of, one for each door. Of the first door as it landed: a
    night may be loaded again after the file names another kind."""
    others = [SOURCES[door.kind] for door in tonight.authority.doors[1:]]
    return [_source_of(tonight.run), *others]


def _source_of(run: Run) -> Source:
    """The kind of source that the landed night is of."""
    return SOURCES[MANIFEST.read(run).get("kind", FIRST_KIND)]


def _keep_landed(tonight: Tonight) -> bool:
    """Only now, as the warehouse knows which children's rows must not be kept."""
    run = tonight.run
    if not run.is_landed:
        erased, authority = of_run(run, tonight.key()), tonight.authority
        about = (
            rows_about(LANDED.at(run), erased.are_among, authority.columns, authority.doors)
            if erased
            else {}
        )
        keep_landed(run, about)
    return True


def _conform(tonight: Tonight) -> bool:
    run = tonight.run
    conform(run, tonight.authority, _sources_of(tonight), tonight.key())
    CARRIED.write(run, carried(COVERAGE.read(run)))
    return True


def _validate(tonight: Tonight) -> bool:
    validate(tonight.run, tonight.authority, relied_on())
    return True


def _keep_versions(tonight: Tonight) -> bool:
    keep_earlier_versions(tonight.run, tonight.warehouse)
    return True


def _write_page(tonight: Tonight) -> bool:
    """Only now it is known of which rows that are held back an earlier version is kept."""
    authority = tonight.authority
    entered = ((each.scope, each.financial_year)
               for each in (*authority.targets, *authority.comparators))  # fmt: skip
    lacking = not_set(entered, month_before(tonight.run.extract_date))
    untold = not_told(COVERAGE.read(tonight.run), CARRIED.read(tonight.run))
    write_page(
        tonight.run, authority.name, figures(), not_set=lacking,
        not_told=untold,
    )  # fmt: skip
    return True


def _derive(tonight: Tonight) -> bool:
    derive(tonight.run, tonight.authority)
    return True


def _load_and_publish(tonight: Tonight) -> bool:
    def publish_all(session: Session, run: Run) -> None:
        """Runs within the load's own session: figures change together with what they count."""
        publish(session, run.la_code, run.extract_date, run.run_id)
        publish_views(session)
        if LOADED.read_if_written(run):
            _write_page(tonight)

    load_and_publish(
        tonight.run, tonight.warehouse, tonight.authority, publish_all, tonight.started_at
    )
    return True


STEPS: tuple[Step, ...] = (
    Step("land", "land", _land),
    Step("recall", "land", _recall),
    Step("keep landed", "land", _keep_landed),
    Step("conform", "check", _conform),
    Step("validate", "check", _validate),
    Step("keep versions", "check", _keep_versions),
    Step("write page", "check", _write_page),
    Step("derive", "check", _derive),
    Step("load and publish", "load", _load_and_publish),
)
