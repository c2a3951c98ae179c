"""Commands that ask a database into which nothing was ever loaded."""

from __future__ import annotations

import pytest
from nights.loading import command
from servers.postgresql import Server
from sqlalchemy import make_url

PASSWORD = "a-password-of-the-tests"


@pytest.mark.parametrize(
    "asked",
    [["status"], ["explain", "single_assessment", "1"], ["erase", "1", "--landing", "landing"],
     ["rotate-key"], ["recount"]],
    ids=lambda asked: asked[0],
)  # fmt: skip
def test_a_command_says_that_nothing_is_there_and_not_the_password(
    postgresql_server: Server, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSC_ETL_NEW_PSEUDONYM_KEY", "another key for tests, of 40 characters.")
    url = make_url(postgresql_server.new_database()).set(password=PASSWORD)
    ran = command(*asked, "--warehouse", url.render_as_string(hide_password=False))
    assert ran.exit_code == 2
    assert "no warehouse there yet" in ran.err
    assert len(ran.parts) == 4
    assert PASSWORD not in ran.out + ran.err
