"""The statements as SQL Server is sent them, of which none is at hand: compiled by its dialect and
compared as text; and what is told of its driver."""

from __future__ import annotations

import builtins
import re
from typing import Any

import pytest
from sqlalchemy import make_url
from sqlalchemy.dialects.mssql.mssqlpython import MSDialect_mssqlpython
from sqlalchemy.exc import OperationalError

from etl.errors import WrongUsage
from etl.sources.database.address import Address, address_of
from etl.sources.database.faults import cannot_connect
from etl.sources.database.one_state import snapshots_of
from etl.sources.database.statements import how_many, records
from etl.sources.database.there import SQL_SERVER, Column, There, names_in
from etl.sources.database.wanted import Wanted, wanted
from etl.sources.liquidlogic.source import LIQUIDLOGIC_DATABASE
from etl.sources.local import Local

URL = "CSC_ETL_SOURCE_URL"
# What SQL Server 2012 has not, or what would be a sort of millions of records.
NOT_IN_2012 = re.compile(
    r"\b(STRING_AGG|STRING_SPLIT|JSON_VALUE|OPENJSON|CONCAT_WS|TRIM|TRANSLATE|GREATEST|ORDER BY)\b",
    re.IGNORECASE,
)


def compiled(statement: Any) -> str:
    """As the dialect writes it, on one line and with what is compared."""
    written = statement.compile(
        dialect=MSDialect_mssqlpython(), compile_kwargs={"literal_binds": True}
    )
    return re.sub(r"\s+", " ", str(written)).strip()


def there(
    *columns: tuple[str, str], chosen: str | None = None, schema: str = "Child_Social"
) -> There:
    """FACT_FORM_ANSWERS with these columns, each of its type."""
    own = {name: Column(name, kind) for name, kind in columns}
    wants = Wanted("FACT_FORM_ANSWERS", dict.fromkeys(own, False), chosen=chosen)
    return There(wants, schema, "FACT_FORM_ANSWERS", own)


ANSWERS = there(
    ("FACT_FORM_ID", "int"), ("ANSWER_NO", "varchar"), ("ANSWERED_DTTM", "datetime"),
    chosen="ANSWER_NO",
)  # fmt: skip


def test_one_statement_reads_the_columns_as_text_and_the_records_of_use() -> None:
    assert compiled(records(ANSWERS, SQL_SERVER, ["FormEndDate", "seenYN"])) == (
        "SELECT CAST([FACT_FORM_ID] AS VARCHAR(20)) AS [FACT_FORM_ID], [ANSWER_NO] AS [ANSWER_NO], "
        "convert(varchar(23), [ANSWERED_DTTM], 121) AS [ANSWERED_DTTM] "
        "FROM [Child_Social].[FACT_FORM_ANSWERS] "
        "WHERE [ANSWER_NO] IN ('FormEndDate', 'seenYN')"
    )


def test_records_are_counted_by_the_word_they_are_chosen_by() -> None:
    assert compiled(how_many(ANSWERS, SQL_SERVER)) == (
        "SELECT [ANSWER_NO], count_big(*) AS count_big_1 FROM [Child_Social].[FACT_FORM_ANSWERS] "
        "GROUP BY [ANSWER_NO]"
    )


def test_a_table_that_is_read_whole_is_counted_whole() -> None:
    assert compiled(how_many(there(("A", "int")), SQL_SERVER)) == (
        "SELECT count_big(*) AS count_big_1 FROM [Child_Social].[FACT_FORM_ANSWERS]"
    )


def test_a_schema_may_name_its_database() -> None:
    of_another = there(("A", "varchar"), schema="HDM.Child_Social")
    assert compiled(records(of_another, SQL_SERVER, None)).endswith(
        "FROM [HDM].[Child_Social].[FACT_FORM_ANSWERS]"
    )
    assert compiled(names_in(SQL_SERVER, "HDM.Child_Social", ["A"])) == (
        "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM [HDM].[INFORMATION_SCHEMA].[COLUMNS] "
        "WHERE TABLE_SCHEMA = 'Child_Social' AND upper(TABLE_NAME) IN ('A')"
    )
    assert compiled(snapshots_of("HDM.Child_Social")) == (
        "SELECT snapshot_isolation_state FROM sys.databases WHERE name = 'HDM'"
    )
    assert compiled(snapshots_of(None)).endswith("WHERE name = db_name()")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("bigint", "CAST([A] AS VARCHAR(20))"),
        ("bit", "CAST([A] AS VARCHAR(20))"),
        ("datetime2", "convert(varchar(23), [A], 121)"),
        ("date", "convert(varchar(10), [A], 121)"),
        ("char", "rtrim([A])"),
        ("nvarchar", "[A]"),
        ("text", "CAST([A] AS NVARCHAR(max))"),
        ("uniqueidentifier", "CAST([A] AS VARCHAR(36))"),
        ("numeric", "CASE WHEN ([A] = floor([A])) THEN convert(varchar(40), "
         "convert(decimal(38, 0), [A])) ELSE convert(varchar(40), [A]) END"),
    ],
)  # fmt: skip
def test_every_type_is_written_as_text(kind: str, text: str) -> None:
    asked = compiled(records(there(("A", kind)), SQL_SERVER, None))
    assert asked == f"SELECT {text} AS [A] FROM [Child_Social].[FACT_FORM_ANSWERS]"


def test_every_statement_of_a_night_is_one_that_sql_server_2012_has() -> None:
    for wants in wanted(LIQUIDLOGIC_DATABASE, Local()):
        for kind in ("int", "datetime", "char", "text", "float"):
            own = {name: Column(name, kind) for name in wants.columns}
            table = There(wants, "Child_Social", wants.table, own)
            for asked in (how_many(table, SQL_SERVER), records(table, SQL_SERVER, ["A"])):
                written = compiled(asked)
                assert written.startswith("SELECT ")
                assert not NOT_IN_2012.search(written.replace("rtrim", ""))


def test_only_the_two_biggest_tables_are_chosen_from() -> None:
    chosen = {each.table: each.chosen for each in wanted(LIQUIDLOGIC_DATABASE, Local())}
    assert {table: column for table, column in chosen.items() if column} == {
        "FACT_FORM_ANSWERS": "ANSWER_NO", "FACT_CASENOTES": "DIM_LOOKUP_CASNT_TYPE_ID_CODE",
    }  # fmt: skip


# Where it is.


def sql_server(monkeypatch: pytest.MonkeyPatch, url: str) -> Address:
    monkeypatch.setenv(URL, url)
    return address_of("874", None)


def test_the_url_of_sql_server_asks_for_a_copy_that_is_for_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = sql_server(monkeypatch, "mssql://reader:s%40cret@host:1433/HDM?Encrypt=yes")
    (written,), _ = MSDialect_mssqlpython().create_connect_args(address.url)
    assert written == (
        "Server=host,1433;Database=HDM;UID=reader;PWD=s@cret;Encrypt=yes;"
        "ApplicationIntent=ReadOnly;ConnectRetryCount=0"
    )
    assert "s@cret" not in f"{address!r}{address}"


def test_what_the_url_says_itself_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "mssql+mssqlpython://reader:pw@host/HDM?applicationintent=ReadWrite"
    assert dict(sql_server(monkeypatch, said).url.query) == {
        "applicationintent": "ReadWrite", "ConnectRetryCount": "0",
    }  # fmt: skip


def test_a_driver_that_is_not_installed_is_said_with_its_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = builtins.__import__

    def without(name: str, *others: Any) -> Any:
        if name == "mssql_python":
            raise ModuleNotFoundError(name)
        return real(name, *others)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(WrongUsage) as refused:
        sql_server(monkeypatch, "mssql://reader:secret@host/HDM").engine()
    assert "mssql-python" in refused.value.what
    assert "csc-etl[mssql]" in refused.value.next
    assert "secret" not in str(refused.value)


# As the drivers said it when they were tried, with a value where they name one.
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Driver Error: Client unable to establish connection; DDBC Error: [Microsoft]TCP Provider:"
         " Error code 0x2749", "nothing answers there"),
        ("Driver Error: Client unable to establish connection; DDBC Error: [Microsoft]TCP Provider:"
         " Error code 0x2AF9", "nobody knows its host"),
        ("Driver Error: Connection operation failed; DDBC Error: Failed to load the driver.",
         "lacks a library"),
        ("[Microsoft][SQL Server]Login failed for user 'Zqx'.", "refuses the login"),
        ("[Microsoft][SQL Server]Cannot open database \"Zqx\" requested by the login. The login "
         "failed.", "no such database"),
        ("[Microsoft]SSL Provider: The certificate chain was issued by an authority that is not "
         "trusted.", "encrypted connection that is trusted"),
        ("Login timeout expired", "did not answer in time"),
        ("something about Zqx that nobody thought of", "Exception"),
    ],
)  # fmt: skip
def test_why_there_is_no_connection_is_told_in_our_words(said: str, told: str) -> None:
    error = OperationalError("select 1", {}, Exception(said))
    fault = str(cannot_connect(error, URL))
    assert told in fault
    assert "Zqx" not in fault and "Microsoft" not in fault


def test_a_url_that_is_none_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in ("Zqx", "Zqx://Zqx:Zqx@host/db", "postgresql://Zqx:Zqx@host:port/db"):
        with pytest.raises(WrongUsage) as refused:
            sql_server(monkeypatch, said)
        assert "Zqx" not in str(refused.value)
        assert refused.value.__cause__ is None


def test_a_connection_of_airflow_is_taken_as_airflow_writes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for scheme, driver in (("postgres", "postgresql+psycopg"), ("mssql", "mssql+mssqlpython")):
        address = sql_server(monkeypatch, f"{scheme}://reader:secret@host/HDM")
        assert address.url.drivername == driver
        assert address.url.password == make_url("a://b:secret@c").password
