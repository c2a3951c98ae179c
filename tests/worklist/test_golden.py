"""Work lists of the golden council with its allocations, on both engines: what stands on them is
what the warehouse owes, once each, and who may not make them makes nothing."""

from __future__ import annotations

import re
import stat
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from access.people import ROLES_SQL, Warehouse
from nights.loading import Council, ask, command
from nights.test_allocation import rows_of
from servers.postgresql import Server

from etl.warehouse import open_warehouse
from etl.worklist import reading, write
from etl.worklist.counted import stage_counted, the_measure
from etl.worklist.folder import cannot_be_used
from etl.worklist.lists import PRACTICE, RECORD, WorkLists
from etl.worklist.reading import heading_of
from etl.worklist.sample import Drawing
from etl.worklist.sampling import read_sample
from worklist.conftest import Golden, lists_of, worklist

pytestmark = pytest.mark.slow

NIGHT, MONTH = date(2014, 11, 3), date(2014, 10, 1)
SAMPLE = ("--dip-sample", 18, "--seed", 1, "--of", "assessments_late", "--month", "2014-10")
# By the SQL of nobody's lists: case number, timescale and due date of what is owed.
OWED = """
select child.case_number, owed.timescale, owed.due_date, owed.started_date
from report.timescale_obligation as owed
join restricted.child_identity as child on child.child_key = owed.child_key
where {}
"""


def lines(lists: WorkLists, *names: str) -> Counter[tuple[Any, ...]]:
    """What is owed in lists of these names, of every team, and how often it stands there."""
    return Counter(
        (line.whose.case, line.what.lower().replace(" ", "_"), line.due, line.started)
        for team in lists.teams
        for name in names
        for line in getattr(team, name)
    )


def texts(folder: Path) -> str:
    """Everything that is said in the files of a folder, the workbooks unpacked."""
    said = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as content:
                said += [content.read(name).decode() for name in content.namelist()]
        else:
            said.append(path.read_text(encoding="utf-8"))
    return "\n".join(said)


def actions(url: str) -> list[tuple[Any, ...]]:
    return ask(url, "select action_id, part, action, rows from audit.privacy_action order by part")


def figure(golden: Golden, measure: str) -> int:
    [(numerator,)] = golden.council.rows(
        "select numerator from report.current_measure where measure = :measure and month = :month",
        measure=measure, month=MONTH,
    )  # fmt: skip
    return int(numerator)


def test_every_obligation_that_is_overdue_stands_in_one_list_of_one_team(golden: Golden) -> None:
    lists = golden.lists()
    waiting = "owed.is_overdue = 1 and owed.is_awaiting_record = "
    for name, is_awaiting in (("overdue", 0), ("awaiting", 1)):
        found = golden.council.rows(OWED.format(f"{waiting}{is_awaiting}"))
        assert len(found) > 10
        assert lines(lists, name) == Counter(found)


def test_what_is_due_is_what_the_diary_of_the_analysts_has(golden: Golden) -> None:
    found = golden.council.rows(
        "select child.case_number, owed.timescale, owed.due_date, owed.started_date "
        "from report.due_soon as owed "
        "join restricted.child_identity as child on child.child_key = owed.child_key "
        "where owed.is_overdue = 0"
    )
    assert len(found) == 201
    assert lines(golden.lists(), "due") == Counter(found)


def test_what_falls_on_the_weekend_after_the_diarys_last_day_stands_under_it(
    golden: Golden,
) -> None:
    """To be in time it is to be done on that Friday; the true day is said beside it."""
    friday = date(2014, 11, 7)
    lists = lists_of(golden.url, days=4)
    assert lists.heading.days[-1] == friday
    on_the_weekend = {(line.due.day, line.stands_on) for team in lists.teams for line in team.due
                      if line.due > friday}  # fmt: skip
    assert on_the_weekend == {(8, friday), (9, friday)}
    every = golden.council.rows(OWED.format("owed.status = 'not_due' "
                                            "and owed.due_date <= date '2014-11-09'"))  # fmt: skip
    assert lines(lists, "due") == Counter(every)


def test_each_line_stands_with_the_team_and_worker_who_have_the_child_now(golden: Golden) -> None:
    lists = golden.lists()
    teams = dict(golden.council.rows("select team_key, team_id from report.team"))
    staff = dict(golden.council.rows("select worker_id, staff_id from restricted.worker_identity"))
    expected = {
        case: (staff.get(worker, ""), team)
        for case, worker, team in rows_of("expected_allocated.csv.gz")
    }
    found = {
        (line.whose.case, line.whose.worker, teams.get(team.key) or "")
        for team in lists.teams
        for line in (*team.overdue, *team.awaiting, *team.due, *team.late, *team.in_need)
    }
    assert lists.heading.is_by_allocation
    assert len(found) > 200
    assert {case: ("", "") for case, _, _ in found} | expected == expected | {
        case: (worker, team) for case, worker, team in found
    }


def test_days_late_are_working_days(golden: Golden) -> None:
    lists = golden.lists()
    late = {(line.due, line.working_days_late) for team in lists.teams for line in team.overdue}
    # Monday's extract: Friday was a working day before it, a week before were five.
    assert {days for due, days in late if due == date(2014, 10, 27)} <= {5}
    assert {days for due, days in late if due == date(2014, 11, 2)} <= {1}
    assert all(days >= 1 for _, days in late)


def test_late_completions_are_those_of_the_figure(golden: Golden) -> None:
    late = [line for team in golden.lists().teams for line in team.late]
    counted = Counter((line.what, line.late_in) for line in late)
    assert counted["Single assessment", PRACTICE] == figure(golden, "assessments_late")
    assert counted["Looked after visit", RECORD] > 0
    assert all(line.working_days_late >= 0 for line in late)


def test_children_in_need_are_those_of_the_figure(golden: Golden) -> None:
    in_need = [line for team in golden.lists().teams for line in team.in_need]
    assert len(in_need) == figure(golden, "in_need_over_9_months") > 100
    assert min(line.months_open for line in in_need) >= 9


def test_a_month_that_the_warehouse_keeps_no_subjects_of_is_counted(golden: Golden) -> None:
    measure = the_measure("assessments_late")
    with open_warehouse(golden.url).reading() as session:
        kept = stage_counted(session, "874", measure, month=MONTH, known_on=NIGHT)
    with open_warehouse(golden.url).reading() as session:
        # As known on a later day the same month is beyond what would be kept.
        counted = stage_counted(session, "874", measure, month=date(2013, 9, 1), known_on=NIGHT)
    assert len(kept) == 39
    assert len(counted) > 0
    assert not {each.subject_id for each in kept} & {each.subject_id for each in counted}


@pytest.fixture(scope="module")
def copied(golden: Golden, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """A council to write to."""
    return golden.engine.copy(golden.council, tmp_path_factory.mktemp("copied") / "council")


@pytest.fixture(scope="module")
def made(copied: Council, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """The lists of every team, and a sample; and what the audit knows of both."""
    folder, before = tmp_path_factory.mktemp("written") / "lists", actions(copied.url)
    for arguments in ((), SAMPLE):
        ran = worklist(copied.url, folder, *arguments)
        assert ran.exit_code == 0, ran.err
    return folder, [row for row in actions(copied.url) if row not in before]


@pytest.fixture(scope="module")
def written(made: tuple[Path, list[Any]]) -> Path:
    """The folder of the lists and the sample."""
    return made[0]


def test_the_files_are_a_page_for_each_team_and_a_workbook(written: Path, golden: Golden) -> None:
    pages = [path for path in written.iterdir() if path.suffix == ".html"]
    teams = {team.name for team in golden.lists().teams}
    # First Response owes nothing: it has records to mend of children whom nobody has.
    assert teams == {
        "Child Protection and Court", "Family Support East", "Family Support West",
        "First Response", "Looked After Children", "Team not recorded",
    }  # fmt: skip
    assert len(pages) == len(teams)
    assert "worklist-team-not-recorded.html" in {path.name for path in pages}
    assert {stat.S_IMODE(path.stat().st_mode) for path in written.iterdir()} == {0o600}
    assert stat.S_IMODE(written.stat().st_mode) == 0o700
    assert (written / "worklist.xlsx").exists()


def test_no_name_and_no_birth_date_is_in_a_file_and_case_numbers_are(
    written: Path, golden: Golden
) -> None:
    said = texts(written)
    assert "PII-" not in said
    identity = "select forename, surname from restricted.worker_identity"
    names = {name for row in golden.council.rows(identity) for name in row if name}
    assert len(names) > 20
    assert not [name for name in names if name in said]
    tokens = golden.council.rows("select child_token from report.child where child_key <> 0")
    assert not [token for (token,) in tokens if token in said]
    case = next(line.whose.case for team in golden.lists().teams for line in team.overdue)
    assert f">{case}<" in said


def test_the_audit_knows_of_each_run_by_team_and_of_no_child(
    made: tuple[Path, list[Any]], golden: Golden
) -> None:
    _, found = made
    assert {action for _, _, action, _ in found} == {"worklist"}
    assert len({action_id for action_id, _, _, _ in found}) == 2
    of_lists = {part: rows for _, part, _, rows in found if not part.startswith("dip sample")}
    assert sorted(rows for rows in of_lists.values()) == sorted(
        team.rows for team in golden.lists().teams
    )
    assert all(re.fullmatch(r"[\w ]+, by \w+", part) for part in of_lists)
    assert sum(rows for _, part, _, rows in found if part.startswith("dip sample")) == 18


def test_a_sample_is_drawn_again_to_the_same_bytes_and_as_a_plain_loop_draws_it(
    written: Path, copied: Council, golden: Golden, tmp_path: Path
) -> None:
    name = "dip-sample-assessments_late-2014-10-seed-1.xlsx"
    ran = worklist(copied.url, tmp_path / "again", *SAMPLE)
    assert ran.exit_code == 0, ran.err
    assert (tmp_path / "again" / name).read_bytes() == (written / name).read_bytes()
    drawing = Drawing("assessments_late", MONTH, 18, 1)
    counted = golden.council.rows(
        "select counted.team_key, counted.subject_id, child.case_number "
        "from report.measure_subject as counted "
        "join restricted.child_identity as child on child.child_key = counted.child_key "
        "where counted.measure = 'assessments_late' and counted.month = :month", month=MONTH,
    )  # fmt: skip
    # 14, 12 and 13 of 39 in three teams: six of each.
    expected = {
        case
        for team in {team for team, _, _ in counted}
        for case, _ in sorted(
            ((case, drawing.place(subject)) for of, subject, case in counted if of == team),
            key=lambda each: each[1],
        )[:6]
    }
    with zipfile.ZipFile(written / name) as content:
        texts_in = content.read("xl/sharedStrings.xml").decode()
    found = set(re.findall(r"<t[^>]*>(\d+)</t>", texts_in))
    assert len(expected) == 18
    assert expected <= found


def test_a_sample_that_may_be_filled_in_is_never_written_over(
    written: Path, copied: Council
) -> None:
    [sheet] = written.glob("dip-sample-*.xlsx")
    before = sheet.read_bytes()
    ran = worklist(copied.url, written, *SAMPLE)
    assert ran.exit_code == 2
    assert "The sample is there already" in ran.err
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert sheet.read_bytes() == before


def test_both_engines_draw_the_same(written: Path) -> None:
    name = "dip-sample-assessments_late-2014-10-seed-1.xlsx"
    with zipfile.ZipFile(written / name) as content:
        rows = content.read("xl/sharedStrings.xml").decode()
    assert re.findall(r"<t[^>]*>(\d+)</t>", rows)[:6] == DRAWN_FIRST


DRAWN_FIRST = ["16812", "15266", "16813", "16822", "15271", "16839"]


def test_one_team_can_be_asked_for_by_its_name(copied: Council, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    ran = worklist(copied.url, folder, "--team", "family support WEST", "--days", 5)
    assert ran.exit_code == 0, ran.err
    assert sorted(path.name for path in folder.iterdir()) == [
        "worklist-family-support-west.html", "worklist.xlsx",
    ]  # fmt: skip
    said = (folder / "worklist-family-support-west.html").read_text(encoding="utf-8")
    assert "due in the next 5 working days" in said


def test_a_team_that_there_is_not_is_wrong_usage(copied: Council, tmp_path: Path) -> None:
    before = actions(copied.url)
    ran = worklist(copied.url, tmp_path / "lists", "--team", "Family Support Wst")
    assert ran.exit_code == 2
    assert len(ran.parts) == 4
    assert "did you mean 'Family Support West'?" in ran.err
    assert not (tmp_path / "lists").exists()
    assert actions(copied.url) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--dip-sample", 5), "A sample is of a measure and a month"),
        (("--dip-sample", 5, "--of", "assessments_late", "--month", "2014-10", "--days", 3),
         "A sample is of every team"),
        (("--of", "assessments_late"), "are of a sample"),
        (("--dip-sample", 5, "--of", "assessment_late", "--month", "2014-10"),
         "did you mean 'assessments_late'?"),
        (("--month", "2014-11"), "was not over"),
        (("--days", 21), "up to 20 working days"),
        (("--la-code", "999"), "no night of that authority"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_go_together_write_nothing(
    golden: Golden, tmp_path: Path, arguments: tuple[object, ...], said: str
) -> None:
    ran = worklist(golden.url, tmp_path / "lists", *arguments)
    assert (ran.exit_code, len(ran.parts)) == (2, 4)
    assert said in ran.err
    assert not (tmp_path / "lists").exists()


def test_a_folder_that_is_refused_leaves_no_line_in_the_audit(
    copied: Council, tmp_path: Path
) -> None:
    before = actions(copied.url)
    tmp_path.chmod(0o755)
    assert worklist(copied.url, tmp_path).exit_code == 2
    assert actions(copied.url) == before


def test_the_audit_has_its_line_before_a_list_is_there(
    copied: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = actions(copied.url)

    def failing(folder: Path, *_: object, **__: object) -> None:
        assert len(actions(copied.url)) == len(before) + 5
        raise cannot_be_used(folder, OSError(28, "No space left on device"))

    monkeypatch.setattr(write, "put", failing)
    ran = worklist(copied.url, tmp_path / "lists")
    assert (ran.exit_code, len(ran.parts)) == (1, 4)
    assert list((tmp_path / "lists").iterdir()) == []


@pytest.fixture(scope="module")
def without_allocations(golden: Golden, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """The council as if the extract had no involvements, and with records that are held back:
    a visit of a child of a team, a referral of nobody's, and one that was mended last night."""
    council = golden.engine.copy(golden.council, tmp_path_factory.mktemp("without") / "council")
    [(case, team_key)] = council.rows(
        "select child.case_number, max(referral.team_key) from report.referral as referral "
        "join restricted.child_identity as child on child.child_key = referral.child_key "
        "where referral.team_key <> 0 group by child.case_number order by 1 limit 1"
    )
    held = [
        ("visit", "V1", case, "visited_date", "visited_date_missing", "2014-10-30", "9999-12-31",
         team_key),
        ("referral", "", "", "received_date", "unreadable", "2014-11-03", "9999-12-31", 0),
        ("visit", "V2", case, "visited_date", "unreadable", "2014-10-01", "2014-11-03", team_key),
    ]  # fmt: skip
    with open_warehouse(council.url).writing("874") as session:
        session.run("delete from warehouse.fact_involvement")
        session.turn_to_identities()
        for row in held:
            names = ("what", "record", "number", "named", "reason", "since", "until", "team")
            session.run(
                "insert into restricted.held_back (la_code, table_name, record_id, case_number, "
                "column_name, reason, held_from, held_to, team_key) values ('874', :what, :record, "
                ":number, :named, :reason, cast(:since as date), cast(:until as date), :team)",
                **dict(zip(names, row, strict=True)),
            )
    return council


def test_without_allocations_team_and_worker_are_those_of_the_record(
    without_allocations: Council,
) -> None:
    lists = lists_of(without_allocations.url)
    assert not lists.heading.is_by_allocation
    expected = without_allocations.rows(
        "select coalesce(team.name, ''), count(*) from report.timescale_obligation as owed "
        "left join report.team as team on team.team_key = owed.team_key and team.team_key <> 0 "
        "where owed.is_overdue = 1 group by 1"
    )
    found = {
        team.name if team.is_recorded else "": len(team.overdue) + len(team.awaiting)
        for team in lists.teams
    }
    assert {name: count for name, count in found.items() if count} == dict(expected)


def test_records_to_mend_are_told_since_when_and_how_they_are_mended(
    without_allocations: Council,
) -> None:
    lists = lists_of(without_allocations.url)
    of_team = {bool(team.key): team.held_back for team in lists.teams if team.held_back}
    [visit], [referral] = of_team[True], of_team[False]
    assert (visit.what, visit.record, visit.since) == ("visit", "V1", date(2014, 10, 30))
    assert visit.wrong == "Not so: Every row has its date of the visit."
    assert visit.mend == "Enter the date in the record."
    assert (referral.what, referral.column) == ("referral", "received date")
    assert sum(team.mended for team in lists.teams) == 1


def test_records_that_a_check_reports_are_named_under_the_team_that_has_the_child(
    golden: Golden,
) -> None:
    found = [
        (team.key, line)
        for team in golden.lists().teams
        for check in team.reported
        for line in check.lines
        if line.wrong == "Not so: No referral arrives while the child's earlier one is open."
    ]
    assert len(found) == 63
    assert {(line.what, line.column, line.since) for _, line in found} == {
        ("referral", "is earlier referral open", date(2014, 11, 3))
    }
    assert all(line.mend for _, line in found)
    allocated = set(
        golden.council.rows(
            "select child.case_number, allocation.allocated_team_key "
            "from report.allocation as allocation join restricted.child_identity as child "
            "on child.child_key = allocation.allocated_child_key "
            "where allocation.allocated_team_key <> 0"
        )
    )
    children = {case for case, _ in allocated}
    told = {(line.whose.case, key) for key, line in found if line.whose.case in children}
    assert told
    assert told <= allocated


def test_every_check_that_records_fail_is_on_the_lists_or_counted(golden: Golden) -> None:
    lists = golden.lists()
    named = Counter(line.wrong for team in lists.teams for line in team.to_mend)
    [(failed,)] = golden.council.rows(
        "select sum(rows_failed) from audit.expectation_result where action = 'report' "
        "and outcome = 'failed' and table_name not in ('extract', 'columns')"
    )
    assert sum(named.values()) == failed
    assert lists.reported == ()


def test_a_check_that_too_many_records_fail_is_counted_for_the_council(
    golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_REPORTED", 62)
    found = {each.wrong: each for each in golden.lists().reported}
    referrals = found["No referral arrives while the child's earlier one is open."]
    assert (referrals.what, referrals.rows) == ("referrals", 63)
    assert referrals.mend


def test_what_was_reported_the_night_before_is_mended_once_it_fails_no_check(
    without_allocations: Council, golden: Golden, tmp_path: Path
) -> None:
    council = golden.engine.copy(without_allocations, tmp_path / "council")
    before = sum(team.mended for team in lists_of(council.url).teams)
    with open_warehouse(council.url).writing("874") as session:
        session.turn_to_identities()
        for record, column, until in (
            ("mended", "one", "2014-11-03"),
            ("mended", "other", "2014-11-03"),
            ("failing still", "one", "2014-11-03"),
            ("failing still", "other", "9999-12-31"),
        ):
            session.run(
                "insert into restricted.reported (la_code, table_name, record_id, case_number, "
                "column_name, reason, reported_from, reported_to, team_key) values ('874', "
                "'visit', :record, '1', :named, 'outside_plan', date '2014-10-01', "
                "cast(:until as date), 0)",
                record=record, named=column, until=until,
            )  # fmt: skip
    assert sum(team.mended for team in lists_of(council.url).teams) == before + 1


@pytest.mark.parametrize("roles", [("csc_analyst",), ("csc_auditor",), ("csc_operational",)])
def test_who_may_not_read_the_identities_or_have_the_audit_note_it_makes_no_list(
    golden_in: Callable[[str], Golden], postgresql_server: Server, tmp_path: Path,
    roles: tuple[str, ...],
) -> None:  # fmt: skip
    golden = golden_in("postgresql")
    council = golden.engine.copy(golden.council, tmp_path / "council")
    warehouse = Warehouse(postgresql_server, council.url)
    warehouse.administer(ROLES_SQL)
    assert command("upgrade", "--warehouse", council.url).exit_code == 0
    ran = worklist(warehouse.login(*roles, "csc_authority_874"), tmp_path / "lists")
    warehouse.forget_logins()
    assert (ran.exit_code, len(ran.parts)) == (2, 4)
    assert "refuses this user" in ran.err
    assert "csc_loader" in ran.err
    assert not (tmp_path / "lists").exists()
    assert actions(council.url) == []


def test_without_the_file_of_identities_no_list_is_made(
    golden_in: Callable[[str], Golden], tmp_path: Path
) -> None:
    golden = golden_in("duckdb")
    council = golden.engine.copy(golden.council, tmp_path / "council")
    council.restricted.unlink()
    ran = worklist(council.url, tmp_path / "lists")
    assert (ran.exit_code, len(ran.parts)) == (1, 4)
    assert "restricted" in ran.err
    assert not (tmp_path / "lists").exists()


@pytest.mark.parametrize(
    ("measure", "is_dated"),
    [
        ("visits_in_time_pct", True),
        ("child_protection_visit_in_practice_pct", True),
        ("initial_conferences_in_time_pct", True),
        ("looked_after_visits_in_time_pct", True),
        ("assessments_late_families", False),
        ("contacts_to_referral_pct", False),
        ("looked_after_rate", False),
    ],
)
def test_a_sample_is_of_whatever_a_measure_counts(
    golden: Golden, measure: str, is_dated: bool
) -> None:
    with open_warehouse(golden.url).reading(identities=True) as session:
        heading = heading_of(session, "874", days=1, month=MONTH)
        sample = read_sample(session, heading, Drawing(measure, MONTH, 6, 1))
    assert len(sample.drawn) == 6
    assert all(each.whose.case for each in sample.drawn)
    assert all(bool(each.due) == is_dated for each in sample.drawn)
