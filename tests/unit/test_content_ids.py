"""Ids of records whose source gives none."""

from __future__ import annotations

import hashlib

import pandas as pd

from etl.sources.content_ids import content_ids, review_ids

TOKEN = "ab" * 32


def ids(*rows: tuple[str | None, str | None, str], kind: str = "referral") -> list[str | None]:
    """The ids of rows of a token, a day and one word of content."""
    frame = pd.DataFrame(rows, columns=["token", "day", "word"]).astype("str")
    days = pd.to_datetime(frame["day"], format="%Y-%m-%d").astype("datetime64[s]")
    found = content_ids(kind, frame["token"], days, frame[["word"]])
    return [None if pd.isna(each) else each for each in found]


def uuid_shaped(text: str) -> str:
    digits = hashlib.sha256(text.encode()).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def test_an_id_is_the_hash_of_kind_child_day_and_number():
    assert ids((TOKEN, "2014-05-03", "a")) == [uuid_shaped(f"referral|{TOKEN}|2014-05-03|1")]


def test_rows_of_one_day_that_differ_are_numbered_in_their_order():
    found = ids((TOKEN, "2014-05-03", "b"), (TOKEN, "2014-05-03", "a"), (TOKEN, "2014-05-04", "a"))
    assert found == [
        uuid_shaped(f"referral|{TOKEN}|{rest}")
        for rest in ("2014-05-03|1", "2014-05-03|2", "2014-05-04|1")
    ]


def test_a_repeat_has_the_id_of_what_it_repeats_and_takes_no_number():
    first, again, other = ids(
        (TOKEN, "2014-05-03", "a"), (TOKEN, "2014-05-03", "a"), (TOKEN, "2014-05-03", "b")
    )
    assert first == again
    assert other == uuid_shaped(f"referral|{TOKEN}|2014-05-03|2")


def test_an_empty_value_is_content_too():
    first, second = ids((TOKEN, "2014-05-03", None), (TOKEN, "2014-05-03", "a"))  # type: ignore[arg-type]
    assert first != second


def test_what_has_no_child_or_no_day_has_no_id_and_takes_none_from_others():
    found = ids((None, "2014-05-03", "a"), (TOKEN, None, "a"), (TOKEN, "2014-05-03", "a"))
    assert found == [None, None, uuid_shaped(f"referral|{TOKEN}|2014-05-03|1")]


def test_two_kinds_of_one_child_and_day_are_two_records():
    row = (TOKEN, "2014-05-03", "a")
    assert ids(row, kind="transfer_in") != ids(row, kind="initial_conference")


def test_a_review_is_known_by_its_plan_and_day():
    plans = pd.Series(["p", "p", None], dtype="str")
    held = pd.Series(pd.to_datetime(["2014-05-03", None, "2014-05-03"]).astype("datetime64[s]"))
    found = review_ids(plans, held)
    assert found[0] == uuid_shaped("child_protection_review|p|2014-05-03")
    assert found[1:].isna().all()
