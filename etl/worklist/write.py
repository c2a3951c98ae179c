"""Makes work lists and samples: reads them, has the audit note it, and only then writes them."""

from __future__ import annotations

import os
import pwd
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from etl.errors import WrongUsage
from etl.privacy.record import write_record
from etl.toml_reader import nearest
from etl.warehouse import Session, Warehouse, existing_warehouse, the_authority
from etl.worklist.folder import folder_for_lists, make, put
from etl.worklist.lists import DAYS, NOT_RECORDED, TeamList, WorkLists
from etl.worklist.names import file_names
from etl.worklist.page import page
from etl.worklist.reading import heading_of, read_lists, team_names
from etl.worklist.sample import Drawing
from etl.worklist.sampling import read_sample
from etl.worklist.workbook import sample_workbook, workbook

ACTION = "worklist"
WORKBOOK = "worklist.xlsx"


@dataclass(frozen=True)
class Made:
    """What was written. files: by name, in the order of the teams, how many lines each has."""

    folder: Path
    known_on: date
    files: Mapping[str, int]


def write_lists(
    url: str,
    out: Path,
    *,
    done_at: datetime,
    la_code: str | None = None,
    team: str | None = None,
    days: int = DAYS,
    month: date | None = None,
) -> Made:
    """Write the lists of every team, or of one: a page for each, and a workbook.

    out: a folder that nobody but its owner can look into; made if need be. team: its name, or
    ``Team not recorded``. days: how many working days ahead the diary goes. month: its first day;
    default: the last one that was over at the last extract.

    Raises WrongUsage where the folder, the team, the month or the warehouse is not right or the
    identities may not be read, ConnectionFault where something cannot be read or written.
    """
    folder, warehouse = folder_for_lists(out), existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    with warehouse.reading(identities=True) as session:
        every = read_lists(session, heading_of(session, la_code, days=days, month=month))
        teams = {each.key: each.name for each in every.teams} | _named(session, la_code)
    lists = every if team is None else _of_team(teams, every, team)
    # By the names of all, so that no team's page takes the place of another's of a like name.
    names = file_names(teams)
    files = {names[each.key]: page(lists, each).encode() for each in lists.teams}
    files[WORKBOOK] = workbook(lists)
    rows = Counter[str]()
    for each in lists.teams:  # two may have one name
        rows[each.name] += each.rows
    _note(warehouse, folder, la_code, rows, done_at)
    # Of teams that have nothing any more a list of before would still be there to be worked by.
    put(folder, files, instead_of="worklist-*.html" if team is None else "")
    known_on = lists.heading.known_on
    return Made(folder, known_on, {names[each.key]: each.rows for each in lists.teams})


def write_sample(
    url: str, out: Path, drawing: Drawing, *, done_at: datetime, la_code: str | None = None
) -> Made:
    """Draw a sample of what a figure counts and write it as a workbook. Raises as ``write_lists``
    does, and WrongUsage where there is no such measure or it counts nothing in the month."""
    folder, warehouse = folder_for_lists(out), existing_warehouse(url)
    name = sample_name(drawing)
    if (folder / name).exists():
        raise _is_there(folder / name)
    la_code = the_authority(warehouse, la_code)
    with warehouse.reading(identities=True) as session:
        heading = heading_of(session, la_code, days=1, month=drawing.month)
        sample = read_sample(session, heading, drawing)
    rows = {
        f"dip sample {drawing.measure} {drawing.month:%Y-%m}, {share.team}": share.drawn
        for share in sample.shares
    }
    _note(warehouse, folder, la_code, rows, done_at)
    put(folder, {name: sample_workbook(sample)})
    return Made(folder, sample.known_on, {name: len(sample.drawn)})


def _is_there(sheet: Path) -> WrongUsage:
    return WrongUsage(
        "The sample is there already: an auditor may have filled it in.",
        where=str(sheet),
        means="Nothing was written, and nothing is in the audit.",
        next="Use the sheet that is there; or name another folder, or draw with another --seed.",
    )


def sample_name(drawing: Drawing) -> str:
    """The file of a sample."""
    return f"dip-sample-{drawing.measure}-{drawing.month:%Y-%m}-seed-{drawing.seed}.xlsx"


def _named(session: Session, la_code: str) -> dict[int, str]:
    """What a list may be asked for, by key: every team, and what no team is recorded of."""
    return team_names(session, la_code) | {0: NOT_RECORDED}


def _of_team(every: Mapping[int, str], lists: WorkLists, asked: str) -> WorkLists:
    """The lists of the teams of that name. every: the names of all, by their keys. Raises
    WrongUsage where there is none."""
    wanted = {key: name for key, name in every.items() if _same(name, asked)}
    if not wanted:
        raise WrongUsage(
            f"There is no team '{asked}'{nearest(asked, sorted(every.values()))}.",
            where="command line, --team",
            means="Nothing was written.",
            next="Write the team's name as the case system has it.",
        )
    having = tuple(team for team in lists.teams if team.key in wanted)
    # A team of which nothing is owed has a list that says so.
    without = wanted.keys() - {team.key for team in having}
    return replace(
        lists, teams=having + tuple(TeamList(key, wanted[key]) for key in sorted(without))
    )


def _same(name: str, asked: str) -> bool:
    return name.strip().casefold() == asked.strip().casefold()


def _note(
    warehouse: Warehouse, folder: Path, la_code: str, rows: Mapping[str, int], done_at: datetime
) -> None:
    """The folder, then the line of the audit: a list of which the audit does not know must not
    be. Whose account made it is said with the team: an action has no other place for it."""
    is_new = not folder.exists()
    make(folder)
    noted = {f"{part}, by {account()}": count for part, count in rows.items()}
    try:
        with warehouse.writing(la_code) as session:
            write_record(session, la_code, ACTION, done_at, noted)
    except BaseException:
        if is_new:
            with suppress(OSError):  # nothing was to be in it
                folder.rmdir()
        raise


def account() -> str:
    """The account that the command runs as, by its name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # an account that the system has no name for, such as a container's
        return f"account {os.geteuid()}"
