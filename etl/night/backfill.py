"""Puts a night where it belongs, before later ones, which are loaded again after it."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl import settings
from etl.contracts.hand_overs import GIVEN_KEYS
from etl.errors import NOTHING_CHANGED, ConnectionFault, NightStopped
from etl.land.landing import altered_file
from etl.load.undo import forget, keys_given_since, take_back
from etl.log import logger
from etl.night.arriving import put_away
from etl.night.walk import Timing, Walk, in_hand, load_night, record_stop, walk_night
from etl.privacy.key import check_key
from etl.privacy.landed import AUTHORITY_FILE, MANIFEST
from etl.run import Run, clear_work, new_run_id, owner_only
from etl.warehouse import (
    LoadedNight,
    Session,
    Warehouse,
    loaded_nights,
    one_change,
    open_warehouse,
)


def backfill(run: Run) -> tuple[bool, list[Timing]]:
    """Load a night where it belongs, before later ones: those are taken back, and loaded again
    after it from their landed files, all in one change. Returns whether anything was loaded, and
    what each step took.

    Raises ConnectionFault where the landed files of a later night are gone or are not those that
    were loaded, WrongUsage where the pseudonym key is not theirs, NightStopped where a check stops
    any of the nights; then nothing is changed.
    """
    warehouse = open_warehouse(run.warehouse)
    later = _later_nights(run, warehouse)
    if not later:
        return load_night(run)
    done = _load_before(run, warehouse, later)
    put_away(run)
    return done


def _load_before(
    run: Run, warehouse: Warehouse, later: list[LoadedNight]
) -> tuple[bool, list[Timing]]:
    again = [_again(run, each) for each in later]
    undone_at = datetime.now(UTC)
    with ExitStack() as holding:
        for each_run in (run, *again):
            holding.enter_context(in_hand(each_run))
        try:
            with one_change(warehouse, run.la_code) as changing:
                given = _take_back(run, changing, later, undone_at)
                return True, _load_in_order(run, again, given, changing)
        except _NothingNew:
            return False, []
        except NightStopped as stopped:
            _record_stop(run, stopped, undone_at)
            raise


def _load_in_order(
    run: Run, again: list[Run], given: dict[str, pa.Table], changing: Warehouse
) -> list[Timing]:
    """The night, and the later ones after it. Raises _NothingNew."""
    _keep_keys(run, given)
    loaded, timings = walk_night(run, Walk(changing, _set_aside))
    if not loaded:
        raise _NothingNew
    for each in again:
        _keep_keys(each, given)
        timings += _load_again(each, run, changing)[1]
    return timings


def _take_back(
    run: Run, changing: Warehouse, later: list[LoadedNight], undone_at: datetime
) -> dict[str, pa.Table]:
    """Returns the keys of members that came with the later nights."""
    with changing.writing(run.la_code) as session:
        _check_nobody_came_between(session, run, later)
        check_key(session, settings.pseudonym_key(), run.la_code)
        given = keys_given_since(session, run.la_code, later[0].extract_date)
        for each in reversed(later):
            take_back(session, run.la_code, each.extract_date, undone_at)
        forget(session, run.la_code, later[0].extract_date)
        return given


def _check_nobody_came_between(session: Session, run: Run, later: list[LoadedNight]) -> None:
    """Raises ConnectionFault where nights were loaded or taken back while this one waited."""
    if _after(loaded_nights(session, run.la_code), run) != later:
        raise ConnectionFault(
            "Nights of this authority were loaded or taken back while this one waited.",
            where=f"backfill, {run.run_id}",
            means=NOTHING_CHANGED,
            next="Load the night again: `csc-etl status` shows which are there now.",
        )


def _aside(run: Run) -> Path:
    return run.work.with_name(f"{run.run_id}-stopped")


def _set_aside(run: Run, stopped: NightStopped, started_at: datetime) -> None:
    """Keep what the checks of a stopped night found: what is written of it now is lost with all
    else of the change."""
    run.work.rename(_aside(run))


def _record_stop(run: Run, stopped: NightStopped, began_at: datetime) -> None:
    """Let the audit know of it after all."""
    if _aside(run).exists():
        _aside(run).rename(run.work)
    record_stop(run, stopped, began_at)
    clear_work(run)


def _keep_keys(run: Run, given: dict[str, pa.Table]) -> None:
    """Put the keys that members have already where the night's load finds them."""
    owner_only(run.work)
    folder = owner_only(GIVEN_KEYS.at(run))
    for name, keys in given.items():
        pq.write_table(keys, folder / f"{name}.parquet")


class _NothingNew(Exception):
    """That very extract is loaded: the nights that were taken back come back as they were."""


def _later_nights(run: Run, warehouse: Warehouse) -> list[LoadedNight]:
    """Those loaded already, which come after the night."""
    if not warehouse.exists():
        return []
    with warehouse.reading() as session:
        return _after(loaded_nights(session, run.la_code), run)


def _after(nights: list[LoadedNight], run: Run) -> list[LoadedNight]:
    return [each for each in nights if each.extract_date > run.extract_date]


def _again(run: Run, loaded: LoadedNight) -> Run:
    """The run that loads a night again from its landed files, with the authority's file as it was
    then. Raises ConnectionFault where that cannot be."""
    landed = run.landing / run.la_code / loaded.extract_date.isoformat()
    kept_file = landed / AUTHORITY_FILE
    again = replace(
        run,
        run_id=new_run_id(run.la_code, loaded.extract_date),
        arrival=replace(run.arrival, where=landed, date=loaded.extract_date, url=""),
        authority_file=kept_file if kept_file.exists() else run.authority_file,
    )
    _check_landed(landed, loaded)
    return again


def _check_landed(landed: Path, loaded: LoadedNight) -> None:
    """Raises ConnectionFault where the landed files are not all those that were loaded."""
    files = f"landed files of {loaded.extract_date}"
    if not (landed / MANIFEST).exists():
        raise _cannot(
            f"The {files} are gone", str(landed),
            "If the nights use another landing folder, name it with --landing. Else take",
        )  # fmt: skip
    altered = altered_file(landed)
    manifest = json.loads((landed / MANIFEST).read_text()) if altered != MANIFEST else {}
    if altered or manifest["sha256"] != loaded.extract_sha256:
        raise _cannot(
            f"The {files} are not those that were loaded", f"{landed}, {altered or MANIFEST}"
        )
    if any("rows_erased" in table for table in manifest["tables"].values()):
        raise _cannot(f"A child was erased from the {files}", str(landed))


def _cannot(what: str, where: str, first: str = "Take") -> ConnectionFault:
    return ConnectionFault(
        f"{what}, so that night cannot be loaded again after an earlier one.",
        where=where,
        means=NOTHING_CHANGED,
        next=f"{first} the later nights back with `csc-etl undo`, from the last one on; then load "
        "this night and the later ones in order from their extracts.",
    )


def _leave_to_the_change(run: Run, stopped: NightStopped, started_at: datetime) -> None:
    """The audit is told of the night that was asked for."""


def _load_again(again: Run, run: Run, changing: Warehouse) -> tuple[bool, list[Timing]]:
    logger.info("loading %s again, after %s", again.extract_date, run.extract_date)
    try:
        return walk_night(again, Walk(changing, _leave_to_the_change))
    except NightStopped as stopped:
        raise NightStopped(
            f"Loaded again after {run.extract_date}, the night of {again.extract_date} was "
            f"stopped: {stopped.what}",
            where=stopped.where,
            means=NOTHING_CHANGED,
            next=stopped.next,
        ) from None
