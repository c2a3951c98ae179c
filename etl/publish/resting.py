"""What figures rest on beside each child's own rows, and whether it is as on the night before.

Each publication leaves it in ``audit.observation`` of its run. Where a part of it is another, or
anything else is not certain, every figure is counted whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa

from etl import __version__
from etl.publish.counting import Counting
from etl.publish.measures import definitions_sha256
from etl.publish.months import publication_of
from etl.warehouse import Session, loaded_nights

# Observation, detail, and of how many rows it is.
Told = tuple[str, str, int | None]
# Of audit.observation: what figures rest on, part by part; and how they were counted.
REST_ON = "figures_rest_on"
SOFTWARE = "software"
CARRIED = "figures_carried"
COUNTED_WHOLE = "figures_counted_whole"
# The measures that came out otherwise when they were counted whole, and by how many rows. That
# stays, also where the night is published anew: it is of the measure, and of the nights before.
CARRIED_WRONG = "figures_carried_wrong"
_TOLD = ", ".join(f"'{each}'" for each in (REST_ON, CARRIED, COUNTED_WHOLE))


def rests_on(made: Counting) -> dict[str, str]:
    """By part, what all rows of a counting follow from beside what is the children's own."""
    session, la_code = made.session, made.la_code
    months = publication_of(session, la_code, made.known_on).months
    [(first_extract,)] = session.rows(
        "select min(known_from) from warehouse.dim_authority where la_code = :la_code",
        la_code=la_code,
    )
    [(calendar,)] = session.rows(_CALENDAR)
    [(acts,)] = session.rows(_ACTS, la_code=la_code)
    published = [
        (each.measure, each.counts, str(first))
        for each, first in zip(made.measures, made.first_months(), strict=True)
    ]
    return {
        SOFTWARE: __version__,
        "definitions": definitions_sha256(made.measures),
        "measures published": _sha256(published),
        "months published": str(months),
        "first extract": str(first_extract),
        "national codes": _sha256(session.rows(_NATIONAL_CODES)),
        "calendar": calendar,
        "acts on personal data": str(acts),
    }


def _sha256(rows: Sequence[tuple[str, ...]]) -> str:
    return hashlib.sha256(json.dumps(sorted(map(list, rows))).encode()).hexdigest()


# In the order of days, which is the same in every engine; that of texts is not.
_CALENDAR = """
select md5(string_agg(
    cast(date as text) || cast(month_start as text) || cast(month_end as text)
        || cast(year as text) || financial_year,
    ',' order by date
))
from warehouse.dim_date
"""
_NATIONAL_CODES = """
select code_list, code, coalesce(code_group, '')
from warehouse.dim_code
where la_code = '' and code_list = 'ethnicity' and known_to = date '9999-12-31'
"""
# An erasure, a purge and a change of key write what no version tells; a work list writes nothing.
_ACTS = """
select count(distinct action_id) from audit.privacy_action
where la_code = :la_code and action <> 'worklist'
"""


def carried_from(made: Counting, now: dict[str, str]) -> date | str:
    """The night before, of which the rows of the published figures can be carried over to a loaded
    night; else why they cannot. ``report.last_extract`` must still say what is published.

    now: what the night's figures rest on.
    """
    session, la_code = made.session, made.la_code
    published = session.rows(
        "select run_id from report.last_extract where la_code = :la_code", la_code=la_code
    )
    if not published:
        return "nothing was published before"
    before = [n for n in loaded_nights(session, la_code) if n.extract_date < made.known_on]
    if not before or [(before[-1].run_id,)] != published:
        return "what was published was not of the night before"
    then = rested_on(session, before[-1].run_id)
    if not then:
        return "what the figures of the night before rest on is not known"
    others = [part for part in now if then.get(part) != now[part]]
    return f"not as on the night before: {', '.join(others)}" if others else before[-1].extract_date


def rested_on(session: Session, run_id: str) -> dict[str, str]:
    """By part, what the figures of a published night rest on, as it left it; empty where a release
    published them that left nothing."""
    return dict(
        detail.split(": ", maxsplit=1)
        for (detail,) in session.rows(
            "select detail from audit.observation "
            "where run_id = :run_id and observation = :observation",
            run_id=run_id,
            observation=REST_ON,
        )
    )


def is_of_this_release(session: Session, run_id: str) -> bool:
    """Whether this release published the figures of the night."""
    return rested_on(session, run_id).get(SOFTWARE) == __version__


def were_carried(session: Session, run_id: str) -> bool:
    """Whether this release carried over figures of the night from the one before."""
    carried = session.rows(
        "select 1 from audit.observation where run_id = :run_id and observation = :carried",
        run_id=run_id,
        carried=CARRIED,
    )
    return bool(carried) and is_of_this_release(session, run_id)


def say_how_counted(session: Session, run_id: str, now: dict[str, str], how: list[Told]) -> None:
    """Leave it in the audit of the run that is published, in place of what was said of it before.

    now: what the figures rest on. how: observations, their detail, and of how many they are.
    """
    session.run(
        f"delete from audit.observation where run_id = :run_id and observation in ({_TOLD})",
        run_id=run_id,
    )
    rest_on: list[Told] = [(REST_ON, f"{part}: {what}", None) for part, what in now.items()]
    _say(session, run_id, rest_on + how)


def say_carried_wrong(session: Session, run_id: str, wrong: Mapping[str, int]) -> None:
    """Leave in the audit of a run which measures were carried over wrong, and by how many rows:
    the next nights of this release count them whole."""
    _say(session, run_id, [(CARRIED_WRONG, measure, rows) for measure, rows in wrong.items()])


def _say(session: Session, run_id: str, told: Sequence[Told]) -> None:
    names = ("observation", "detail", "rows")
    schema = pa.schema(
        [("observation", pa.string()), ("detail", pa.string()), ("rows", pa.int64())]
    )
    columns = dict(zip(names, map(list, zip(*told, strict=True)), strict=True))
    session.stage("told_of_figures", pa.table(columns, schema))
    session.run(
        "insert into audit.observation (run_id, observation, detail, rows) "
        "select :run_id, observation, detail, rows from told_of_figures",
        run_id=run_id,
    )
    session.run("drop table told_of_figures")
