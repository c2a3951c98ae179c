"""Settings that are mistyped, and secrets that are in files."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from etl import settings
from etl.errors import WrongUsage
from etl.settings import NAMES, NEW_PSEUDONYM_KEY, PSEUDONYM_KEY

KEY = "a key of the tests, no secret"
KEY_FILE = f"{PSEUDONYM_KEY}_FILE"
ASKED: dict[str, Callable[[], bytes]] = {
    PSEUDONYM_KEY: settings.pseudonym_key,
    NEW_PSEUDONYM_KEY: settings.new_pseudonym_key,
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file as a systemd credential lies there, with the key in it."""
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    path.chmod(0o400)
    return path


def refused(name: str = PSEUDONYM_KEY) -> WrongUsage:
    with pytest.raises(WrongUsage) as stopped:
        ASKED[name]()
    assert KEY not in str(stopped.value)
    return stopped.value


def test_settings_that_exist_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "something")
    settings.check_names()


def test_a_mistyped_setting_is_refused_with_the_nearest_that_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CSC_ETL_PSEUDONYMKEY", KEY)
    monkeypatch.setenv("CSC_ETL_LANDINGS", "/somewhere")
    monkeypatch.setenv("CSC_ETL_ZZZ", "1")
    with pytest.raises(WrongUsage) as refusal:
        settings.check_names()
    assert "CSC_ETL_PSEUDONYMKEY (is CSC_ETL_PSEUDONYM_KEY meant?)" in refusal.value.what
    assert "CSC_ETL_LANDINGS (is CSC_ETL_LANDING meant?)" in refusal.value.what
    assert "CSC_ETL_ZZZ." in refusal.value.what
    assert KEY not in str(refusal.value)
    assert "/somewhere" not in str(refusal.value)


@pytest.mark.parametrize(("said", "is_json"), [("json", True), ("JSON", True), ("text", False)])
def test_the_log_has_two_forms(monkeypatch: pytest.MonkeyPatch, said: str, is_json: bool) -> None:
    monkeypatch.setenv("CSC_ETL_LOG", said)
    settings.check_log()
    assert settings.log_as_json() is is_json


def test_another_form_of_the_log_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSC_ETL_LOG", "xml")
    with pytest.raises(WrongUsage, match="neither text nor json"):
        settings.check_log()


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=["none", "unix", "windows"])
def test_a_key_in_a_file_is_that_key_whatever_ends_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, end: str
) -> None:
    (tmp_path / "key").write_bytes(f"{KEY}{end}".encode())
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "key"))
    assert ASKED[name]() == KEY.encode()


def test_the_mark_that_windows_editors_put_before_a_text_is_no_part_of_the_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_bytes(f"{KEY}\n".encode("utf-8-sig"))
    monkeypatch.setenv(KEY_FILE, str(tmp_path / "key"))
    assert settings.pseudonym_key() == KEY.encode()


def test_one_end_of_a_line_is_taken_off_a_key_and_no_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text(f" {KEY} \n\n")
    monkeypatch.setenv(KEY_FILE, str(tmp_path / "key"))
    assert settings.pseudonym_key() == f" {KEY} \n".encode()


@pytest.mark.parametrize("name", ASKED)
def test_a_key_that_is_given_twice_is_refused(
    monkeypatch: pytest.MonkeyPatch, file: Path, name: str
) -> None:
    monkeypatch.setenv(name, KEY)
    monkeypatch.setenv(f"{name}_FILE", str(file))
    assert f"{name} and {name}_FILE are both set" in refused(name).what


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"too short", "is too short"),
        (KEY.encode("utf-16"), "no text in UTF-8"),
    ],
)
def test_a_file_that_holds_no_key_is_refused(
    monkeypatch: pytest.MonkeyPatch, file: Path, content: bytes, said: str
) -> None:
    file.chmod(0o600)
    file.write_bytes(content)
    monkeypatch.setenv(KEY_FILE, str(file))
    error = refused()
    assert said in error.what
    assert KEY_FILE in error.what
    assert "too short" not in error.what or said == "is too short"


def test_a_file_that_is_not_there_or_is_a_folder_is_told_with_its_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(KEY_FILE, str(tmp_path / "none"))
    assert "(No such file or directory)" in refused().what
    assert refused().where == str(tmp_path / "none")
    monkeypatch.setenv(KEY_FILE, str(tmp_path))
    assert "(Is a directory)" in refused().what


def test_a_file_that_may_not_be_read_is_told_in_four_parts(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    monkeypatch.setenv(KEY_FILE, str(file))
    assert "(Permission denied)" in refused().what


def test_a_file_comes_before_a_scheduler_s_own_store(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    with settings.secrets_from(lambda name: f"the store's own {name}"):
        assert settings.pseudonym_key() == f"the store's own {PSEUDONYM_KEY}".encode()
        monkeypatch.setenv(KEY_FILE, str(file))
        assert settings.pseudonym_key() == KEY.encode()


@pytest.mark.parametrize(("mode", "warnings"), [(0o400, 0), (0o440, 0), (0o444, 1)])
def test_a_key_that_everybody_can_read_is_warned_of_once(
    monkeypatch: pytest.MonkeyPatch, file: Path, caplog: pytest.LogCaptureFixture,
    mode: int, warnings: int,
) -> None:  # fmt: skip
    file.chmod(mode)
    monkeypatch.setenv(KEY_FILE, str(file))
    assert settings.pseudonym_key() == settings.pseudonym_key() == KEY.encode()
    said = [line for line in caplog.messages if "everybody on this machine can read" in line]
    assert len(said) == warnings
    assert KEY not in caplog.text


def test_the_page_of_settings_has_each_of_them_once_and_no_other() -> None:
    page = (settings.PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(CSC_ETL_\w+)`", page, re.MULTILINE) == list(NAMES)


# What is read by people and by what runs us.
SHIPPED = {".py", ".md", ".toml", ".yaml", ".yml", ".service", ".timer", ".env", ".conf", ".sh"}
SHIPPED_BY_NAME = {"Makefile", "Dockerfile"}


def shipped() -> Iterator[Path]:
    for top in settings.PROJECT.iterdir():
        if top.name.startswith(".") or top.name == "tests":
            continue
        for file in top.rglob("*") if top.is_dir() else [top]:
            if file.is_file() and (file.suffix in SHIPPED or file.name in SHIPPED_BY_NAME):
                yield file


def test_only_settings_of_the_list_are_named_in_what_is_shipped() -> None:
    """So that nothing tells people to set what a command then refuses."""
    named = {
        name
        for file in shipped()
        for name in re.findall(r"\bCSC_ETL_[A-Z_]*[A-Z]", file.read_text(encoding="utf-8"))
    }
    assert named - set(NAMES) == set()
    assert len(named) > 10


def test_a_made_key_is_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PSEUDONYM_KEY, secrets.token_hex(32))
    assert len(settings.pseudonym_key()) == 64


# The URL of an authority's database.

URL, OWN_URL = settings.SOURCE_URL, f"{settings.SOURCE_URL}_874"


def test_a_url_of_an_authority_is_a_setting_and_of_no_authority_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(OWN_URL, "postgresql://a")
    monkeypatch.setenv(f"{OWN_URL}_FILE", "somewhere")
    settings.check_names()
    monkeypatch.setenv(f"{URL}_87", "postgresql://a")
    with pytest.raises(WrongUsage, match="CSC_ETL_SOURCE_URL_87 ") as refusal:
        settings.check_names()
    assert "postgresql" not in str(refusal.value)


def test_an_authoritys_own_url_counts_before_that_of_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(URL, "of all")
    assert settings.source_url("874", None) == ("of all", URL)
    (tmp_path / "url").write_text("of one\n")
    monkeypatch.setenv(f"{OWN_URL}_FILE", str(tmp_path / "url"))
    assert settings.source_url("874", None)[0] == "of one"
    monkeypatch.delenv(f"{OWN_URL}_FILE")
    monkeypatch.setenv(OWN_URL, "of one too")
    assert settings.source_url("874", None) == ("of one too", OWN_URL)
    assert settings.source_url("900", None)[0] == "of all"


def test_without_a_url_the_settings_that_could_hold_it_are_named() -> None:
    with pytest.raises(WrongUsage) as refusal:
        settings.source_url("874", "airflow://liquidlogic")
    assert f"{OWN_URL} nor {URL}" in refusal.value.what
    assert "Airflow's own" in refusal.value.next


def test_the_connection_that_an_authoritys_file_names_counts_where_a_scheduler_knows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(URL, "of all")
    assert settings.source_url("874", "airflow://liquidlogic")[0] == "of all"
    with settings.secrets_from(lambda name: f"the store's own {name}"):
        found = settings.source_url("874", "airflow://liquidlogic")
    assert found[0] == "the store's own airflow://liquidlogic"
