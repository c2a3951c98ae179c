"""Who runs the nights is told: by a real mail server of this machine, and by notifiers of the
tests' own."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowTaskTerminated, AirflowTaskTimeout
from dags.telling import (
    Mailbox,
    Remembering,
    free_port,
    mail_server,
    smtp_connection,
    text_of,
)
from dags.trial.trial import DAY, MARK

from etl import settings
from etl.errors import ConnectionFault, NightError, NightStopped, WrongUsage
from etl.schedule import telling
from etl.schedule.failure import failure_told
from etl.schedule.notifiers import Told, tell
from etl.warehouse import open_warehouse

TRIAL = Path(__file__).with_name("trial")
STOPPED = NightStopped(
    "Rows are lost.", where="check, referral", means="Nothing was loaded.", next="Mend the export."
)
TOLD = Told("summary", "9 of 9 loaded", "Council <900> & others")
# As the audit keeps it: UTC, without its zone.
AT = datetime(2026, 11, 29, tzinfo=UTC).replace(tzinfo=None)
# Airflow's in-process API server imports Starlette's test client, which wants a library that
# Airflow does not install.
IN_PROCESS = pytest.mark.filterwarnings(
    "ignore:Using `httpx` with `starlette.testclient`"
    ":starlette.exceptions.StarletteDeprecationWarning"
)


@pytest.fixture(autouse=True)
def nobody_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test says who is to be told."""
    for name in (settings.MAIL_TO, settings.NOTIFIERS, settings.FIGURES_BY):
        monkeypatch.delenv(name, raising=False)
    Remembering.said.clear()


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """Of the addresses in the settings, at a server that Airflow has a connection to."""
    monkeypatch.setenv(settings.MAIL_TO, "data.team@council.example, on.call@council.example")
    with mail_server() as (port, mailbox):
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", smtp_connection(port))
        yield mailbox


@pytest.fixture
def no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of a server that is not there."""
    monkeypatch.setenv(settings.MAIL_TO, "data.team@council.example")
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", smtp_connection(free_port()))


def notify_by(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *names: str, text: str = "{{ told.text }}"
) -> None:
    """Notifiers of ``tests/dags/telling.py``, or others by their whole paths."""
    entries = [
        {"notifier": name if "." in name else f"dags.telling.{name}"}
        | ({"arguments": {"text": text}} if name == "Remembering" else {})
        for name in names
    ]
    _write_notifiers(folder, monkeypatch, json.dumps(entries))


def _write_notifiers(folder: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    file = folder / "notifiers.json"
    file.write_text(content)
    monkeypatch.setenv(settings.NOTIFIERS, str(file))


def failed(error: object = None, *, task: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What Airflow tells of a task that failed; ``task``: of what the task was given."""
    given = {"op_args": ({"la_code": "907", "name": "Eastmere", "extract_date": DAY},)}
    return {
        "ti": SimpleNamespace(
            dag_id="nightly_load", task_id="one_authority.load", run_id="scheduled__2026-11-29",
            try_number=1, log_url="http://airflow.example/dags/nightly_load/log",
            task=SimpleNamespace(**(given if task is None else task)), rendered_map_index=None,
            xcom_push=lambda *_: None,
        ),
        "dag_run": SimpleNamespace(
            logical_date=datetime(2026, 11, 29, tzinfo=UTC),
            run_after=datetime(2026, 11, 30, 9, tzinfo=UTC),
        ),
        "params": {},
    } | ({} if error is None else {"exception": error})  # fmt: skip


def test_a_failure_is_mailed_to_every_address_with_its_council_its_task_and_its_four_parts(
    mailbox: Mailbox,
) -> None:
    telling.tell_of_failure(failed(STOPPED))
    ((addresses, mail),) = mailbox.mails
    assert addresses == ["data.team@council.example", "on.call@council.example"]
    assert mail["subject"] == "csc-etl: 907 load failed (nightly_load, 29 November 2026)"
    for said in (
        "Council: 907 Eastmere",
        "DAG: nightly_load, run scheduled__2026-11-29",
        "Task: one_authority.load, try 1",
        "What:  Rows are lost.",
        "Where: check, referral",
        "Means: Nothing was loaded.",
        "Next:  Mend the export.",
        "Log: http://airflow.example/dags/nightly_load/log",
    ):
        assert said in text_of(mail)


def test_an_error_that_is_not_ours_is_told_by_its_type_alone(mailbox: Mailbox) -> None:
    telling.tell_of_failure(failed(ValueError(f"case {MARK}")))
    ((_, mail),) = mailbox.mails
    assert "ValueError" in text_of(mail)
    assert MARK not in text_of(mail)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (AirflowTaskTimeout("Timeout, PID: 1"), "took longer than it may"),
        (AirflowTaskTerminated("Task received SIGTERM signal"), "was ended from outside"),
        (None, "process ended without a word"),
        (SystemExit(1), "process ended without a word"),
    ],
)
def test_a_task_that_was_ended_has_words_of_its_own_in_four_parts(
    error: object, words: str
) -> None:
    text = failure_told(failed(error)).text
    assert words in text
    assert [part for part in ("What: ", "Where: ", "Means: ", "Next: ") if part not in text] == []


@pytest.mark.parametrize(
    "task",
    [
        {"night": {"la_code": "907", "extract_date": DAY}},
        {"op_args": ({"la_code": "907", "extract_date": DAY}, ["load"])},
    ],
    ids=["sensor", "task"],
)
def test_the_council_is_told_of_every_kind_of_task(task: dict[str, Any]) -> None:
    assert failure_told(failed(STOPPED, task=task)).la_code == "907"


def test_a_lost_process_is_told_by_the_label_that_the_task_had() -> None:
    context = failed(task={"op_args": object})
    context["ti"].rendered_map_index = "907"
    del context["ti"].task.op_args
    assert failure_told(context).subject.startswith("csc-etl: 907 load failed")


def test_a_lost_process_without_a_label_is_told_by_its_place_in_the_list_of_its_dag() -> None:
    context = failed(task={"dag": SimpleNamespace(task_ids=["find_nights", "one_authority.load"])})
    listed = [{"la_code": "900"}, {"la_code": "907", "name": "Eastmere", "extract_date": DAY}]
    context["ti"].map_index = 1
    context["ti"].xcom_pull = lambda task_ids, **_: {"find_nights": listed}[task_ids]
    assert "Council: 907 Eastmere" in failure_told(context).text


def test_a_lost_process_is_told_though_the_list_of_councils_cannot_be_had() -> None:
    context = failed(task={"dag": SimpleNamespace(task_ids=["find_nights", "one_authority.load"])})
    context["ti"].map_index = 1  # and it has no way to ask
    assert "process ended without a word" in failure_told(context).text


def test_a_task_of_no_council_is_told_without_one_by_the_day_of_its_run() -> None:
    told = failure_told(failed(STOPPED, task={}))
    assert told.subject == "csc-etl: load failed (nightly_load, 29 November 2026)"
    assert "Council" not in told.text


def test_a_run_by_hand_is_told_by_the_day_in_london_on_which_it_was_started() -> None:
    context = failed(STOPPED, task={})
    context["dag_run"] = SimpleNamespace(
        logical_date=None, run_after=datetime(2026, 7, 5, 23, 30, tzinfo=UTC)
    )
    assert "6 July 2026" in failure_told(context).subject


def test_the_texts_of_a_message_are_escaped_in_a_mail_and_are_no_template(mailbox: Mailbox) -> None:
    assert tell(Told("summary", "{{ 6 * 7 }}", "<b>{{ 6 * 7 }}</b>"), {}) == 1
    ((_, mail),) = mailbox.mails
    assert mail["subject"] == "{{ 6 * 7 }}"
    assert ">&lt;b&gt;{{ 6 * 7 }}&lt;/b&gt;</pre>" in text_of(mail)


def test_a_notifier_of_the_file_is_made_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify_by(tmp_path, monkeypatch, "Remembering", text="{{ told.kind }}: {{ told.text }}")
    assert tell(TOLD, {"ti": None}) == 1
    assert Remembering.said == [("summary: Council <900> & others", TOLD)]


def test_a_broken_notifier_keeps_no_other_from_being_told_and_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    notify_by(tmp_path, monkeypatch, "Broken", "no.such.Notifier", "Remembering")
    with pytest.raises(NightError, match="2 of 4 ways to tell of it failed") as raised:
        tell(TOLD, {})
    assert not isinstance(raised.value, ConnectionFault)
    assert [said for said, _ in Remembering.said] == [TOLD.text]
    assert len(mailbox.mails) == 1
    assert MARK not in str(raised.value)


def test_a_mail_server_that_cannot_be_reached_is_tried_again(no_mail_server: None) -> None:
    with pytest.raises(ConnectionFault, match="could not be sent") as raised:
        tell(TOLD, {})
    assert raised.value.where == "mail, connection smtp_default"
    assert "is tried again" in raised.value.next


def test_a_notifier_that_fails_hides_no_failure_and_is_logged(
    no_mail_server: None, caplog: pytest.LogCaptureFixture
) -> None:
    telling.tell_of_failure(failed(STOPPED))
    assert "What:  A message could not be sent (ConnectionRefusedError)." in caplog.text


def test_a_failure_that_cannot_even_be_put_into_words_is_logged_without_them(
    caplog: pytest.LogCaptureFixture, mailbox: Mailbox
) -> None:
    telling.tell_of_failure({"ti": MARK})
    assert "nobody was told of the failure" in caplog.text
    assert MARK not in caplog.text


def test_a_failed_task_of_a_run_that_was_asked_for_no_day_is_told_of(mailbox: Mailbox) -> None:
    context = failed(STOPPED, task={}) | {"params": {"extract_date": "the 28th"}}
    telling.tell_of_failure(context)
    ((_, mail),) = mailbox.mails
    assert "29 November 2026" in str(mail["subject"])


@pytest.mark.parametrize("task", [{}, {"ti": failed()["ti"]}])
def test_a_run_that_was_ended_for_its_time_is_told_in_four_parts(
    mailbox: Mailbox, task: dict[str, Any]
) -> None:
    from airflow.sdk import DAG

    run = {"dag": DAG("nightly_load", schedule=None), "run_id": "scheduled__2026-11-29"}
    telling.tell_of_run_given_up(task | run | {"reason": "timed_out"})
    ((_, mail),) = mailbox.mails
    subject = "csc-etl: a run was given up (nightly_load, scheduled__2026-11-29)"
    assert str(mail["subject"]) == subject
    for part in ("What:  The run took longer than it may", "Where:", "Means:", "Next:"):
        assert part in text_of(mail)


def test_a_run_whose_tasks_failed_is_told_by_them_alone(mailbox: Mailbox) -> None:
    run = {"dag": SimpleNamespace(dag_id="nightly_load"), "run_id": "scheduled__2026-11-29"}
    telling.tell_of_run_given_up(run | {"reason": "task_failure"})
    assert mailbox.mails == []


def test_where_nobody_is_to_be_told_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    assert tell(TOLD, {}) == 0
    assert "neither CSC_ETL_MAIL_TO nor CSC_ETL_NOTIFIERS is set" in caplog.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not json", "is no JSON"),
        ("{}", "holds no list"),
        ("[]", "holds no list"),
        ('["smtp"]', "no object of"),
        ('[{"notifier": "a.B", "text": "x"}]', "no object of"),
        ('[{"notifier": 7}]', "lacks the path"),
        ('[{"notifier": "dags.telling.Remembering", "arguments": []}]', "lacks the path"),
        ('[{"notifier": "no.such.Notifier"}]', "cannot be imported"),
        ('[{"notifier": "dags.telling.NoSuch"}]', "cannot be imported"),
        ('[{"notifier": "Notifier"}]', "cannot be imported"),
        ('[{"notifier": "dags.telling.Mailbox"}]', "is no notifier of Airflow"),
        ('[{"notifier": "dags.telling.Remembering"}]', "cannot be made of these arguments"),
    ],
)
def test_a_wrong_file_of_notifiers_is_wrong_usage_in_four_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, words: str
) -> None:
    _write_notifiers(tmp_path, monkeypatch, content)
    with pytest.raises(WrongUsage, match=words) as raised:
        tell(TOLD, {})
    assert "notifiers.json" in raised.value.where
    assert "docs/telling.md" in raised.value.next


def test_a_file_of_notifiers_that_is_not_there_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.NOTIFIERS, str(tmp_path / "none.json"))
    with pytest.raises(WrongUsage, match="No such file"):
        tell(TOLD, {})


@pytest.mark.parametrize("connection", [None, "smtp://127.0.0.1:1/"], ids=["none", "no sender"])
def test_mail_without_a_server_or_a_sender_in_airflow_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, airflow_database: None, connection: str | None
) -> None:
    monkeypatch.setenv(settings.MAIL_TO, "data.team@council.example")
    monkeypatch.delenv("AIRFLOW_CONN_SMTP_DEFAULT", raising=False)
    if connection:
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", connection)
    with pytest.raises(WrongUsage, match="no connection smtp_default with a from_email"):
        tell(TOLD, {})


@pytest.mark.parametrize("asked", ["team", "a@b.example;c@d.example", "Team <a@b.example>", "a@b,"])
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv(settings.MAIL_TO, asked)
    with pytest.raises(WrongUsage, match="what is no address"):
        settings.mail_to()


@pytest.mark.parametrize("asked", ["7:00", "24:00", "07:60", "seven", "07:00:00"])
def test_an_hour_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv(settings.FIGURES_BY, asked)
    with pytest.raises(WrongUsage, match="is no time of day"):
        settings.figures_by()


def test_an_hour_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.figures_by() is None
    monkeypatch.setenv(settings.FIGURES_BY, "07:00")
    assert settings.figures_by() == time(7)


def _write_audit(url: str, **became: tuple[str, str | None]) -> None:
    """Runs of the day. became: by council, status and message."""
    with open_warehouse(url).writing("900") as session:
        for code, (status, message) in became.items():
            run = {"run_id": f"run-{code}", "la_code": code.removeprefix("of_")}
            session.run(
                "insert into audit.load_run (run_id, la_code, extract_date, status, message, "
                "started_at) values (:run_id, :la_code, :day, :status, :message, :at)",
                **run, day=date.fromisoformat(DAY), status=status, message=message,
                at=AT,
            )  # fmt: skip
            session.run(
                "insert into audit.table_load (run_id, table_name, new_versions, closed, "
                "days_since_newest_event) values (:run_id, 'referral', 1200, 3, 1)",
                **run,
            )


@pytest.fixture
def trial(monkeypatch: pytest.MonkeyPatch, airflow_database: None) -> Any:
    """The DAG of the tests' own, from a folder of its own."""
    from airflow.dag_processing.dagbag import DagBag

    bundle = {
        "name": "trial",
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(TRIAL)},
    }
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", json.dumps([bundle]))
    return DagBag(str(TRIAL)).dags["trial"]


def _of_a_run(monkeypatch: pytest.MonkeyPatch, states: dict[str, str]) -> None:
    """What Airflow tells the task after all nights. states: of the group's tasks."""
    ti = SimpleNamespace(
        dag_id="nightly_load", run_id="manual", get_task_states=lambda **_: {"manual": states},
        xcom_pull=lambda **_: None,
    )  # fmt: skip
    monkeypatch.setattr(telling, "get_current_context", lambda: {"ti": ti})


def test_where_no_nights_were_found_the_summary_says_so(
    monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    _of_a_run(monkeypatch, {})
    said = telling.tell_of_night(None)
    assert (said["loaded"], said["of"], said["told"]) == (0, 0, 1)
    ((_, mail),) = mailbox.mails
    assert "find_nights failed" in text_of(mail)


def test_the_summary_returns_counts_and_text_that_airflow_can_keep(
    monkeypatch: pytest.MonkeyPatch, schedule_folder: Path
) -> None:
    _write_audit(settings.schedule().warehouse, of_900=("loaded", None))
    _of_a_run(monkeypatch, {"one_authority.load_0": "success", "one_authority.load_10": "failed"})
    night = {"la_code": "900", "name": "Westmere", "extract_date": DAY, "how": "load"}
    said = telling.tell_of_night([night])
    assert json.loads(json.dumps(said)) == said
    assert (said["loaded"], said["of"], said["held_back"], said["told"]) == (1, 1, 0, 0)
    assert said["summary"] == "1 of 1 loaded: newest event 28 November 2026"


def test_a_dry_run_counts_nothing_as_loaded(
    monkeypatch: pytest.MonkeyPatch, schedule_folder: Path
) -> None:
    _of_a_run(monkeypatch, {"one_authority.check_0": "success", "one_authority.load_0": "skipped"})
    night = {"la_code": "900", "name": "Westmere", "extract_date": DAY, "how": "dry run"}
    said = telling.tell_of_night([night])
    assert said["subject"].startswith("csc-etl: 1 of 1 would be loaded")
    assert said["loaded"] == 0


def test_a_summary_is_told_though_the_settings_name_no_warehouse(
    monkeypatch: pytest.MonkeyPatch, schedule_folder: Path
) -> None:
    monkeypatch.delenv("CSC_ETL_WAREHOUSE")
    _of_a_run(monkeypatch, {"one_authority.load_0": "failed"})
    night = {"la_code": "900", "name": "Westmere", "extract_date": DAY, "how": "load"}
    assert "The warehouse was not asked: Not set" in telling.tell_of_night([night])["text"]


EXPECTED = """\
2 of 5 loaded: 907 stopped: Rows are lost; 908 has not arrived; 909 failed (check): The program \
failed with ValueError at unknown place; newest event 28 November 2026.

900 Westmere: loaded; 0 rows held back; 1,200 new versions, 3 closed; newest event 28 November 2026
901 Northmere: was loaded already; 0 rows held back; 1,200 new versions, 3 closed; newest event \
28 November 2026
907 Eastmere: stopped: Rows are lost
908 Southmere: has not arrived
909 Midmere: failed (check): The program failed with ValueError at unknown place
"""


@IN_PROCESS
@pytest.mark.slow
def test_airflow_tells_of_each_failed_council_once_and_then_of_the_night(
    trial: Any, schedule_folder: Path, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    _write_audit(
        settings.schedule().warehouse,
        of_900=("loaded", None),
        of_901=("loaded", None),
        of_907=("stopped", "What stopped an earlier try."),
    )
    with caplog.at_level(logging.INFO, logger="csc_etl"):
        run = trial.test(logical_date=datetime(2026, 11, 29, tzinfo=UTC))
    # That somebody was told makes no failed night green.
    assert run.state == "failed"
    subjects = [str(mail["subject"]) for _, mail in mailbox.mails]
    assert sorted(subjects[:-1]) == [
        "csc-etl: 907 check failed (trial, 29 November 2026)",
        "csc-etl: 908 wait_for_extract failed (trial, 29 November 2026)",
        "csc-etl: 909 check failed (trial, 29 November 2026)",
    ]
    assert subjects[-1] == "csc-etl: 2 of 5 loaded (trial, 29 November 2026)"
    assert EXPECTED in text_of(mailbox.mails[-1][1])
    assert "2 of 5 loaded: 907 stopped" in caplog.text
    assert not [mail for _, mail in mailbox.mails if MARK in text_of(mail)]
