"""What may be wrong with a council's database, each time one thing of one that is otherwise whole,
and what must come of it. None ends in a stack trace, and none shows a value or a password."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nights.marking import MARK
from servers.postgresql import Server
from sqlalchemy import make_url

PASSWORD = f"{MARK}-password"
# Changes the database at the URL; returns the one to be asked in its place, where it is another.
Spoil = Callable[[Server, str], str | None]


@dataclass(frozen=True)
class Bad:
    """exit_code, says: of the command. more: what the authority's file says beside, under
    ``[source]`` first. held: the reason, by table and number of the record, of those that are held
    back. landed: records by table."""

    name: str
    spoil: Spoil
    exit_code: int = 3
    says: tuple[str, ...] = ()
    more: str = ""
    held: dict[tuple[str, int], str] = field(default_factory=dict)
    landed: dict[str, int] = field(default_factory=dict)


SCHEMA = '"Child_Social"'
CONTACT = '"Child_Social"."FACT_CONTACTS"'


def sql(*statements: str) -> Spoil:
    """Statements of the administrator, in which T. stands for the schema."""

    def spoil(server: Server, url: str) -> None:
        for statement in statements:
            server.run(statement.replace("T.", f"{SCHEMA}."), make_url(url).database)

    return spoil


def contact(column: str, kind: str, written: str) -> Spoil:
    """The column is of this type, and the second contact has this in it: it is the last then."""
    return sql(
        f'alter table {CONTACT} alter column "{column}" type {kind}',
        f"""update {CONTACT} set "{column}" = '{written}' where "FACT_CONTACT_ID" = 2""",
    )


LAST = ("FACT_CONTACTS", 3)


def nothing(server: Server, url: str) -> None:
    """Leaves it whole."""


def as_login(*granted: str) -> Spoil:
    """Asked by a login that may do this much."""

    def spoil(server: Server, url: str) -> str:
        database = str(make_url(url).database)
        name = f"reads_{database}"
        server.run(f"create role {name} login")
        for grant in granted:
            server.run(f"{grant} to {name}", database)
        return server.url(database, name, PASSWORD)

    return spoil


def with_wrong_password(server: Server, url: str) -> str:
    """The server asks for a password, as one's own does, and it is another."""
    database = str(make_url(url).database)
    name = f"asked_{database}"
    server.run(f"create role {name} login password 'another'")
    allowed = Path(server.run("show hba_file")[0][0])
    if os.access(allowed, os.W_OK):
        allowed.write_text(f"local all {name} scram-sha-256\n{allowed.read_text()}")
        server.run("select pg_reload_conf()")
    return server.url(database, name, PASSWORD)


def instead(url: str) -> Spoil:
    return lambda server, _: url


def another_database(server: Server, url: str) -> str:
    return server.url("there_is_no_such_database", "postgres", PASSWORD)


USES = f"grant usage on schema {SCHEMA}"
READS = f"grant select on all tables in schema {SCHEMA}"
BEGUN = '[columns.FACT_S47]\nSTART_DTTM = "BEGUN"'

BAD = (
    Bad("nothing", nothing, 0, landed={"DIM_PERSON": 2, "FACT_CONTACTS": 3}),
    Bad("a login that may read and no more", as_login(USES, READS), 0),
    Bad("a refused port", instead(f"postgresql://reader:{PASSWORD}@127.0.0.1:1/HDM"), 1,
        ("cannot be reached: nothing answers there", "CSC_ETL_SOURCE_URL_874")),
    Bad("a host that nobody knows", instead(f"postgresql://reader:{PASSWORD}@{MARK}.invalid/HDM"),
        1, ("cannot be reached: nobody knows its host",)),
    Bad("a wrong password", with_wrong_password, 1, ("cannot be reached: it refuses the login",)),
    Bad("another database", another_database, 1, ("it has no such database",)),
    Bad("no URL", instead(f"{MARK}:{PASSWORD}"), 2, ("is no URL of a database",)),
    Bad("a URL of another kind", instead(f"oracle://reader:{PASSWORD}@host/HDM"), 2,
        ("is no URL of a database",)),
    Bad("no such schema", nothing, 3, ("every table of the schema Children",),
        more='schema = "Children"'),
    Bad("a table lacking", sql('drop table T."FACT_S47"'), 3, ("the table FACT_S47",)),
    Bad("two columns lacking", sql('alter table T."FACT_CLA" drop column "START_DTTM"',
        'alter table T."DIM_PERSON" drop column "BIRTH_DTTM"'), 3,
        ("the column BIRTH_DTTM of DIM_PERSON, the column START_DTTM of FACT_CLA",)),
    Bad("a column that may lack", sql('alter table T."DIM_PERSON" drop column "IS_CLIENT"'), 0),
    Bad("a column called otherwise",
        sql('alter table T."FACT_S47" rename column "START_DTTM" to "BEGUN"'), 0, more=BEGUN),
    Bad("a column called otherwise that is not there", nothing, 3,
        ("the column BEGUN of FACT_S47",), more=BEGUN),
    Bad("a table there twice", sql('create table T.dim_person (like T."DIM_PERSON")'), 3,
        ("one table DIM_PERSON alone (it has 2)",)),
    Bad("a column there twice",
        sql('alter table T."DIM_PERSON" add column dim_person_id bigint'), 3,
        ("one column DIM_PERSON_ID of DIM_PERSON alone (it has 2)",)),
    Bad("names in small letters", sql('alter table T."FACT_S47" rename to fact_s47',
        'alter table T.fact_s47 rename column "START_DTTM" to start_dttm'), 0,
        landed={"FACT_S47": 1}),
    Bad("no children", sql('truncate T."DIM_PERSON"'), 3, ("Child_Social.DIM_PERSON is empty",)),
    Bad("neither children nor referrals", sql('truncate T."DIM_PERSON", T."FACT_REFERRALS"'), 3,
        ("Child_Social.DIM_PERSON and Child_Social.FACT_REFERRALS are empty",)),
    Bad("tables that the login may not see", as_login(USES,
        f'grant select on {SCHEMA}."DIM_PERSON"'), 3,
        ("does not show to this login", "the table FACT_S47")),
    Bad("a schema that the login may not use", as_login(READS), 3, ("not let this login read",)),
    Bad("a night that is too big", nothing, 3, ("The night is bigger than",),
        more="[limits]\nextract_gib = 0.0000001"),
    Bad("words in the place of a day", contact("CONTACT_DTTM", "varchar", f"{MARK} May"), 0,
        held={LAST: "unreadable"}),
    Bad("a day of another form than ISO", contact("CONTACT_DTTM", "varchar", "03/11/2014"), 0,
        held={LAST: "unreadable"}),
    Bad("a day that never comes", contact("CONTACT_DTTM", "timestamp", "infinity"), 0,
        held={LAST: "unreadable"}),
    Bad("words in the place of an id", contact("DIM_PERSON_ID", "varchar", f"{MARK} Ann"), 0,
        held={LAST: "unreadable"}),
    Bad("a child that is not there", contact("DIM_PERSON_ID", "bigint", "99"), 0,
        held={LAST: "child_unknown"}),
    Bad("ids of a type with decimals", contact("DIM_PERSON_ID", "numeric(12, 2)", "2.00"), 0),
    Bad("flags that are filled up", contact("OUTCOME_NFA_FLAG", "char(9)", "N"), 0),
)  # fmt: skip
