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
    return _connection(
        asked, "Airflow has no connection of the name in CSC_ETL_WAREHOUSE.", "postgresql://..."
    )


def _connection(asked: str, what: str, uri: str) -> str:
    """The URL of one of Airflow's connections. Raises WrongUsage, which says what, where there is
    none of its name."""
    name = asked.removeprefix(CONNECTION)
    try:
        found: str = BaseHook.get_connection(name).get_uri()
    except AirflowNotFoundException:
        raise WrongUsage(
            what,
            where=f"connection {name}",
            means="Nothing was begun.",
            next=f"Add it: `airflow connections add {name} --conn-uri {uri}`.",
        ) from None
    return found


def airflow_secret(name: str) -> str | None:
    """A secret of ours that Airflow keeps: a variable, by the name of the environment's in small
    letters; or the URL of a connection, by ``airflow://<connection id>``. Raises WrongUsage where
    there is no such connection."""
    if name.startswith(CONNECTION):
        return _connection(
            name,
            "Airflow has no connection of the name in [source] of an authority's file.",
            "mssql://...",
        )
    found: str | None = Variable.get(name.lower(), default=None)
    return found
