"""Persons, teams and workers as numbers while derive works."""

from __future__ import annotations

from etl.derive.numbered import number
from unit.owing import tables


def test_a_child_has_the_same_number_in_every_table_and_numbers_go_by_tokens():
    found = tables(
        referral=[{"child_token": "b"}, {"child_token": "a"}, {"child_token": "b"}],
        visit=[{"child_token": "c"}, {"child_token": "a"}],
    )
    number(found)
    assert found["referral"]["child_token"].cat.codes.tolist() == [1, 0, 1]
    assert found["visit"]["child_token"].cat.codes.tolist() == [2, 0]
    assert found["referral"]["child_token"].tolist() == ["b", "a", "b"]


def test_a_contact_without_a_family_can_be_of_its_childs_own():
    found = tables(contact=[{"child_token": "a", "contact_family_token": "f"}, {}])
    number(found)
    contact = found["contact"]
    assert contact["contact_family_token"].isna().tolist() == [False, True]
    assert contact["contact_family_token"].fillna(contact["child_token"]).tolist() == ["f", "c"]


def test_a_workers_team_is_known_by_the_id_that_it_has_as_a_team():
    found = tables(team=[{"team_id": "t"}], involvement=[{"worker_team_id": "t"}, {"team_id": "u"}])
    number(found)
    assert found["involvement"]["worker_team_id"].dtype == found["team"]["team_id"].dtype
    known = found["involvement"]["team_id"].fillna(found["involvement"]["worker_team_id"])
    assert known.tolist() == ["t", "u"]
