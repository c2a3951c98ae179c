"""Opens the warehouse at a URL: here alone the engines are chosen, and only the chosen one is
imported."""

from __future__ import annotations

from pathlib import Path

from etl.errors import WrongUsage
from etl.log import logger
from etl.run import checked
from etl.warehouse.session import StoredWarehouse, Warehouse


def open_warehouse(url: str) -> StoredWarehouse:
    """The warehouse at ``duckdb:///path`` or ``postgresql://...``. Raises WrongUsage for others."""
    if not url.isprintable():
        raise _wrong_url("The warehouse URL holds a control character.")
    scheme, _, rest = url.partition("://")
    if scheme == "duckdb" and rest.startswith("/") and rest != "/":
        from etl.warehouse.duckdb.warehouse import DuckDBWarehouse

        return DuckDBWarehouse(checked(Path(rest[1:]), "the warehouse"))
    if scheme in ("postgresql", "postgres"):
        from etl.warehouse.postgresql.warehouse import PostgreSQLWarehouse

        return PostgreSQLWarehouse(f"postgresql://{rest}")
    raise _wrong_url(
        f"The warehouse URL begins with '{scheme}:'; known are duckdb:///path and postgresql://."
        if "://" in url
        else "The warehouse URL does not begin with duckdb:/// or postgresql://."
    )


def existing_warehouse(url: str) -> StoredWarehouse:
    """The warehouse at the URL. Raises WrongUsage where nothing was ever loaded."""
    warehouse = open_warehouse(url)
    if not warehouse.exists():
        raise WrongUsage(
            "There is no warehouse there yet.",
            where=warehouse.shown(),
            means="Nothing was changed.",
            next="See that the URL is right. If a new one is to be made there, load its first "
            "night with `csc-etl load --new`; in Airflow, trigger nightly_load with new_warehouse.",
        )
    return warehouse


def warehouse_to_load(url: str, *, may_be_new: bool) -> Warehouse:
    """The warehouse at the URL, for a night; where it is, is logged, as a relative path depends on
    the folder that the command was given in.

    may_be_new: whether one is made where there is none. Otherwise that raises WrongUsage: the URL
    is mistyped, or a disk is away, and the night would land beside a warehouse of its own.
    """
    warehouse = open_warehouse(url) if may_be_new else existing_warehouse(url)
    logger.info("the warehouse is %s", warehouse.shown())
    return warehouse


def _wrong_url(what: str) -> WrongUsage:
    return WrongUsage(
        what,
        where="warehouse URL",
        means="Nothing was begun.",
        next="Write duckdb:///relative/path.duckdb, duckdb:////absolute/path.duckdb or "
        "postgresql://user@host/database.",
    )
