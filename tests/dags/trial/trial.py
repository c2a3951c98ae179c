"""A DAG of the tests' own, in the form of the nightly one, for what is told: five councils, each
with another fate."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from etl.errors import NightStopped, NotArrived
from etl.schedule.every_task import EVERY_TASK, START
from etl.schedule.telling import tell_of_night

DAY = "2026-11-29"
MARK = "MARK-4711"
COUNCIL = "{{ task.op_args[0]['la_code'] }}"
NAMES = {
    "900": "Westmere",
    "901": "Northmere",
    "907": "Eastmere",
    "908": "Southmere",
    "909": "Midmere",
}


def find_nights() -> list[dict[str, str]]:
    """As the nightly DAG's."""
    return [
        {"la_code": la_code, "name": name, "extract_date": DAY, "how": "load"}
        for la_code, name in NAMES.items()
    ]


def wait_for_extract(night: dict[str, str]) -> None:
    """Of one council nothing comes."""
    if night["la_code"] == "908":
        raise NotArrived("It has not come.", where="extracts", means="Not loaded.", next="Ask.")


def check(night: dict[str, str]) -> None:
    """One council's is stopped, and another meets a fault of the program."""
    if night["la_code"] == "907":
        raise NightStopped("Rows are lost.", where="check", means="Not loaded.", next="Mend it.")
    if night["la_code"] == "909":
        raise ValueError(f"born 3 May 2011, {MARK}")


def load(night: dict[str, str]) -> None:
    """One council's was loaded before."""
    if night["la_code"] == "901":
        raise AirflowSkipException("loaded already")


@task_group
def one_authority(night: dict[str, str]) -> None:
    """A council's tasks."""
    done = None
    for body in (wait_for_extract, check, load):
        following = task(body, map_index_template=COUNCIL)(night)
        if done is not None:
            done >> following
        done = following


@dag(
    dag_id="trial",
    schedule=None,
    start_date=START,
    default_args=EVERY_TASK | {"retries": 1, "retry_delay": timedelta(0)},
)
def trial() -> None:
    """Every council's night, and what is told of it."""
    nights = task(find_nights)()
    told = task(tell_of_night, multiple_outputs=False)(nights)
    one_authority.expand(night=nights) >> told.as_teardown()


trial()
