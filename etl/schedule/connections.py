"""What Airflow keeps for the DAGs: the warehouse's URL, and secrets."""

from __future__ import annotations

from airflow.sdk import Asset, BaseHook, Variable
from airflow.sdk.exceptions import AirflowNotFoundException

from etl import settings
from etl.errors import WrongUsage

WAREHOUSE = Asset("csc-etl://warehouse")
# In CSC_ETL_WAREHOUSE: airflow://<connection id>.
CONNECTION = "airflow://"


def warehouse_url() -> str:
    """The warehouse's URL; where the setting names one of Airflow's connections, that one's.

    Asked anew in each task: what passes between tasks is stored, and must hold no password.
    """
    asked = settings.schedule().warehouse
    if not asked.startswith(CONNECTION):
        return asked
    name = asked.removeprefix(CONNECTION)
    try:
        found: str = BaseHook.get_connection(name).get_uri()
    except AirflowNotFoundException:
        raise WrongUsage(
            "Airflow has no connection of the name in CSC_ETL_WAREHOUSE.",
            where=f"connection {name}",
            means="Nothing was begun.",
            next=f"Add it: `airflow connections add {name} --conn-uri postgresql://...`.",
        ) from None
    return found


def airflow_variable(name: str) -> str | None:
    """A secret of ours that Airflow keeps, by the environment variable's name in small letters."""
    found: str | None = Variable.get(name.lower(), default=None)
    return found
