"""How exported text is read: one column at a time."""

from __future__ import annotations

import hmac
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from etl.conform.codes import without_words_of_few
from etl.conform.reading import ReadColumn, read_column
from etl.contracts.contract import Kind
from etl.privacy.pseudonym import Pseudonyms
from etl.sources.code_list import CodeList
from etl.sources.liquidlogic.source import FORMS, LIQUIDLOGIC_FILES
from etl.sources.register import SOURCES
from etl.sources.spelling import whole_numbers


def read(
    *texts: str | None, kind: Kind = Kind.ID, formats: tuple[str, ...] = ("iso",)
) -> ReadColumn:
    raw = pa.chunked_array([pa.array(texts, pa.string())])
    return read_column(raw, kind, FORMS, date_formats=formats)


@pytest.mark.parametrize("spelling", ["NULL", "#N/A", "#VALUE!", "-1", "SSD_PH"])
@pytest.mark.parametrize("kind", [Kind.ID, Kind.CODE, Kind.DATE, Kind.FLAG, Kind.TEXT])
def test_every_spelling_of_missing_is_empty_and_counted(spelling, kind):
    found = read(spelling, spelling, kind=kind)
    assert found.values.isna().all()
    assert not found.unreadable.any()
    assert found.replaced == {spelling: 2}


@pytest.mark.parametrize(
    "spelling",
    ["1900-01-01", "9999-12-31", "99991231", "1900-01-01 00:00:00.000", "9999-12-31 00:00:00"],
)
def test_the_dates_that_mean_none_are_empty_and_counted(spelling):
    found = read(spelling, kind=Kind.DATE)
    assert found.values.isna().all()
    assert not found.unreadable.any()
    assert sum(found.replaced.values()) == 1


@pytest.mark.parametrize("spelling", ["01/01/1900", "31/12/9999", "31/12/9999 00:00", "99991231"])
def test_the_dates_that_mean_none_are_known_in_uk_files_too(spelling):
    found = read(spelling, kind=Kind.DATE, formats=("uk",))
    assert found.values.isna().all()
    assert not found.unreadable.any()


@pytest.mark.parametrize(
    "written",
    ["2023-05-01", "2023-05-01Z", "2023-05-01+01:00", "2023-05-01-05:30", "2023-05-01T00:00:00",
     "2023-05-01T23:30:00.000+01:00"],
)  # fmt: skip
def test_of_a_day_of_xml_schema_the_offset_and_the_time_are_cut_off(written):
    found = read(written, kind=Kind.DATE, formats=("xs_date",))
    assert found.values[0] == pd.Timestamp("2023-05-01")


@pytest.mark.parametrize(
    "written", ["01/05/2023", "2023-05-01+15:00", "2023-05-01+1", "2023-05-32Z", "20230501", "May"]
)
def test_what_is_no_day_of_xml_schema_cannot_be_read(written):
    found = read(written, kind=Kind.DATE, formats=("xs_date",))
    assert found.unreadable.all()


def test_a_day_with_an_offset_is_none_of_a_csv_file():
    assert read("2023-05-01Z", kind=Kind.DATE).unreadable.all()


def test_an_empty_field_is_missing_and_not_counted():
    found = read("", "   ", "\u00a0")
    assert found.values.isna().all()
    assert found.replaced == {}


@pytest.mark.parametrize("kind", [Kind.ID, Kind.CODE, Kind.DATE, Kind.FLAG, Kind.TEXT])
def test_a_null_is_missing_and_not_counted(kind):
    found = read(None, None, kind=kind)
    assert found.values.isna().all()
    assert not found.unreadable.any()
    assert found.replaced == {}
    assert read("7", None, "x\0y", kind=Kind.TEXT).values.notna().tolist() == [True, False, True]


def test_a_date_that_means_none_is_a_value_where_no_date_is_asked_for():
    assert read("99991231").values.tolist() == ["99991231"]


def test_each_spelling_is_counted_by_itself():
    found = read("NULL", "7", " NULL ", "-1", "7", "")
    assert found.replaced == {"NULL": 2, "-1": 1}


@pytest.mark.parametrize("around", [" 7", "7 ", "\u00a07\u00a0", "\t7", " \u00a0 7 \u00a0 "])
def test_white_space_and_no_break_spaces_are_no_part_of_a_value(around):
    assert read(around).values.tolist() == ["7"]


@pytest.mark.parametrize("yes", ["Y", "y", "Yes", "YES", "yes", "TRUE", "True", "true", "1", " Y "])
def test_yes_in_every_spelling(yes):
    assert read(yes, kind=Kind.FLAG).values.tolist() == [True]


@pytest.mark.parametrize("no", ["N", "n", "No", "NO", "no", "FALSE", "False", "false", "0", " 0\t"])
def test_no_in_every_spelling(no):
    assert read(no, kind=Kind.FLAG).values.tolist() == [False]


@pytest.mark.parametrize("neither", ["maybe", "2", "yep", "Y/N"])
def test_a_flag_that_is_neither_cannot_be_read(neither):
    found = read(neither, kind=Kind.FLAG)
    assert found.values.isna().all()
    assert found.unreadable.tolist() == [True]


@pytest.mark.parametrize(
    "text",
    [
        "2014-10-31", "2014-10-31 00:00:00.000", "2014-10-31 23:59:59", "2014-10-31 09:30",
        "2014-10-31T09:30:00", " 2014-10-31 ", "2014-10-31 12:00:00.0000000",
    ],
)  # fmt: skip
def test_an_iso_date_is_read_with_and_without_its_time(text):
    assert read(text, kind=Kind.DATE).values.tolist() == [pd.Timestamp("2014-10-31")]


@pytest.mark.parametrize("text", ["31/10/2014", "31/10/2014 09:30", "31/10/2014 23:59:59"])
def test_a_uk_date_is_read_with_and_without_its_time(text):
    found = read(text, kind=Kind.DATE, formats=("uk",))
    assert found.values.tolist() == [pd.Timestamp("2014-10-31")]


def test_a_uk_date_is_day_before_month():
    found = read("03/11/2014", kind=Kind.DATE, formats=("uk",))
    assert found.values.tolist() == [pd.Timestamp("2014-11-03")]


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("31/10/2014", ("iso",)),
        ("2014-10-31", ("uk",)),
        ("31/02/2014", ("uk",)),
        ("2014-02-30", ("iso",)),
        ("10/31/2014", ("uk",)),
        ("n/k", ("iso", "uk")),
        ("2014", ("iso", "uk")),
        ("2014-10-31 to follow", ("iso", "uk")),
        ("41943", ("iso", "uk")),
    ],
)
def test_what_is_no_date_in_the_files_format_cannot_be_read(text, formats):
    found = read(text, kind=Kind.DATE, formats=formats)
    assert found.values.isna().all()
    assert found.unreadable.tolist() == [True]


@pytest.mark.parametrize("text", ["2014-10-31", "31/10/2014", "2014-10-31 00:00:00.000"])
def test_where_either_format_may_stand_both_are_read(text):
    found = read(text, kind=Kind.DATE, formats=("iso", "uk"))
    assert found.values.tolist() == [pd.Timestamp("2014-10-31")]


def test_an_empty_column_is_read_as_its_type():
    assert len(read(kind=Kind.DATE).values) == 0


def translated(value: str, codes: str, **own: str) -> list[object]:
    values = pd.Series([value], dtype="str")
    ours = {**LIQUIDLOGIC_FILES.code_map(codes), **own}
    return CodeList(codes, ours).translate(values)[0].tolist()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("10 - Unknown", "10"),
        ("1A - Individual: family member", "1A"),
        ("1A", "1A"),
        ("6 - Police", "6"),
        ("6", "6"),
        ("1AB - ours", "1AB - ours"),
        ("100 - ours", "100 - ours"),
        ("Our own words", "Our own words"),
    ],
)
def test_a_leading_national_code_is_the_code(value, expected):
    assert translated(value, "contact_source") == [expected]


def test_the_case_systems_own_words_become_our_codes_in_any_case():
    assert translated("neglect", "abuse_category") == ["NEG"]
    assert translated("Emotional Abuse", "abuse_category") == ["EMO"]


def test_which_values_a_list_has_is_told_and_the_others_stay():
    values = pd.Series(["STVC", "PHONE", None], dtype="str")
    visits = CodeList("visit_type", LIQUIDLOGIC_FILES.code_map("visit_type"))
    kinds, is_listed = visits.translate(values)
    assert kinds[:2].tolist() == ["child_protection", "PHONE"]
    assert pd.isna(kinds[2])
    assert is_listed.tolist() == [True, False, False]


def token(key: bytes, la_code: str, kind: str) -> str:
    return Pseudonyms(key, la_code).tokens(pd.Series(["1"], dtype="str"), kind)[0]


def test_tokens_differ_between_authorities_kinds_and_keys():
    one, other = b"the one key of all", b"the other key of all"
    tokens = {
        token(one, "874", "child"), token(one, "873", "child"), token(one, "874", "worker"),
        token(one, "874", "family"), token(other, "874", "child"),
    }  # fmt: skip
    assert len(tokens) == 5


def test_a_token_is_the_same_every_night_and_64_digits():
    one = b"the one key of all"
    assert token(one, "874", "child") == token(one, "874", "child")
    assert len(token(one, "874", "child")) == 64


def test_a_token_is_the_hmac_of_authority_kind_and_id():
    said = hmac.digest(b"key", b"874|child|1", "sha256").hex()
    assert token(b"key", "874", "child") == said


def test_an_id_keeps_its_token_from_column_to_column_whatever_stands_around_it():
    pseudonyms = Pseudonyms(b"key", "874")
    first = pseudonyms.tokens(pd.Series(["1", "2", None, "2"], dtype="str"), "child")
    then = pseudonyms.tokens(pd.Series(["3", "2", "1", None, "3"], dtype="str"), "child")
    assert then.tolist()[1:3] == [first[1], first[0]]
    assert first[1] == first[3]
    alone = Pseudonyms(b"key", "874").tokens(pd.Series(["3"], dtype="str"), "child")
    assert [then[0], then[4]] == [alone[0], alone[0]]


def test_no_id_has_no_token():
    tokens = Pseudonyms(b"key", "874").tokens(pd.Series(["1", None], dtype="str"), "child")
    assert tokens.isna().tolist() == [False, True]


@pytest.mark.parametrize("text", ["7", "12345678901234567890",
                                  "3F2504E0-4F89-41D3-9A0C-0305E82C3301"])  # fmt: skip
def test_a_number_or_a_guid_is_an_id(text):
    assert read(text).values.tolist() == [text]


def test_a_whole_number_is_told_from_all_else_by_its_bytes():
    texts = ["7", "", "0", "07", "9" * 20, "9" * 21, None, " 7", "7.", "-1", "\uff17", "70", "x"]
    texts += ["", "8", ""]
    of_a_table = pa.array(["x", *texts], pa.string())[1:]
    assert whole_numbers(of_a_table).tolist() == [
        text is not None and re.fullmatch("[1-9][0-9]{0,19}", text) is not None for text in texts
    ]
    assert whole_numbers(pa.array(["", None], pa.string())).tolist() == [False, False]


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.kind)
def test_a_whole_number_is_an_id_of_every_kind_that_says_so(source):
    forms, numbers = source.forms, pd.Series(["1", "9", "10", "9" * 20], dtype="str")
    assert forms.numbers_are_ids
    assert forms.read_ids(numbers).tolist() == numbers.tolist()
    missing = [*forms.missing_ids, *map(re.escape, forms.missing)]
    assert not numbers.str.fullmatch("|".join(missing)).any()


def test_ids_among_numbers_are_read_as_they_are_alone():
    texts = ["12", " 13 ", "0014", "NULL", "", "-1", "Amy", None, "12", "0", "NULL"]
    found = read(*texts)
    assert found.values[:3].tolist() == ["12", "13", "14"]
    assert found.values[3:].notna().tolist() == [text == "12" for text in texts[3:]]
    assert found.unreadable.tolist() == [text == "Amy" for text in texts]
    assert found.replaced == {"NULL": 2, "-1": 1, "0": 1}


def test_a_number_with_zeros_before_it_and_a_guid_in_small_letters_are_the_same_ids():
    guid = "3F2504E0-4F89-41D3-9A0C-0305E82C3301"
    assert read("00123", "123", guid.lower()).values.tolist() == ["123", "123", guid]


@pytest.mark.parametrize(
    ("text", "counted"),
    [("0", "0"), ("000", "0"), ("-5", "negative number"), ("-0", "negative number"),
     ("nan", "nan"), ("NaN", "nan"), ("None", "none"), ("NONE", "none"), ("null", "NULL"),
     (" Null\u200b", "NULL")],
)  # fmt: skip
def test_what_stands_for_no_id_is_missing_and_counted(text, counted):
    found = read(text)
    assert found.values.isna().all()
    assert not found.unreadable.any()
    assert found.replaced == {counted: 1}


def test_what_stands_for_no_id_is_a_value_where_no_id_is_asked_for():
    assert read("None", "0", "-5", kind=Kind.CODE).values.tolist() == ["None", "0", "-5"]


@pytest.mark.parametrize(
    "text",
    ["Jane", "Jane 7", "7a", "7.0", "-1.0", "1.2E+03", "1e5", "1,200", "7 8", "7; drop", "7'",
     "7\x00", "1" * 21, "7" * 300_000, "x" * 300_000, "..", "７", "+7", "- 7", "inf"],
)  # fmt: skip
def test_what_may_be_a_name_is_no_id_and_cannot_be_read(text):
    found = read(text)
    assert found.values.isna().all()
    assert found.unreadable.all()


def hidden(words: list[str], children: list[str], *listed: str) -> list[str]:
    values, tokens = pd.Series(words, dtype="str"), pd.Series(children, dtype="str")
    return without_words_of_few(values, tokens, values.isin(listed).to_numpy()).tolist()


def test_words_that_fewer_than_three_children_have_are_not_carried_on():
    assert hidden(["Police, our team"] * 3, ["a", "b", "c"]) == ["Police, our team"] * 3
    assert hidden(["Police, our team"] * 3, ["a", "b", "b"]) == ["words of few"] * 3


@pytest.mark.parametrize("code", ["N9", "RC7", "E4A", "1A", "CAF-END_2", "A/B"])
def test_a_code_of_one_child_is_kept(code):
    assert hidden([code], ["a"]) == [code]


def test_a_listed_word_of_one_child_is_kept():
    assert hidden(["child_protection", "Jane"], ["a", "b"], "child_protection") == [
        "child_protection", "words of few",
    ]  # fmt: skip


def test_empty_codes_stay_empty():
    values = pd.Series(["Jane", None], dtype="str")
    found = without_words_of_few(
        values, pd.Series(["a", "b"], dtype="str"), np.array([False, False])
    )
    assert found.isna().tolist() == [False, True]


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.CODE])
def test_a_control_character_in_words_becomes_a_space_and_is_counted(kind):
    found = read("First\x00Response", "First\x00Response", "First Response", "\x01a\x85", kind=kind)
    assert found.values.tolist() == ["First Response"] * 3 + ["a"]
    assert found.replaced == {"control character": 3}


def test_line_breaks_around_words_are_no_part_of_them_and_those_inside_are_spaces():
    found = read("\r\nFirst\r\nResponse\r\n", "\tSecond", kind=Kind.TEXT)
    assert found.values.tolist() == ["First Response", "Second"]
    assert found.replaced == {"control character": 1}


@pytest.mark.parametrize("kind", [Kind.ID, Kind.DATE, Kind.FLAG])
def test_what_holds_a_control_character_in_place_of_an_id_date_or_flag_cannot_be_read(kind):
    text = {Kind.ID: "7\x00", Kind.DATE: "2014-10-31\x00", Kind.FLAG: "Y\x00"}[kind]
    assert read(text, kind=kind).unreadable.tolist() == [True]


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200e"])
def test_characters_that_nobody_sees_are_no_part_of_a_value(unseen):
    assert read(f"{unseen}7{unseen}").values.tolist() == ["7"]
    assert read(f"Y{unseen}", kind=Kind.FLAG).values.tolist() == [True]
    assert read(f" {unseen} NULL", kind=Kind.TEXT).replaced == {"NULL": 1}
    day = read(f"{unseen}2014-10-31\u00a0 09:30 ", kind=Kind.DATE).values
    assert day.tolist() == [pd.Timestamp("2014-10-31")]


@pytest.mark.parametrize(
    "time", ["25:61", "24:00", "23:60", "12:30:60", "99:99:99", "9", "12:3", "12.30", "12:30 pm"]
)
def test_a_day_with_a_time_that_does_not_exist_cannot_be_read(time):
    for day, formats in (("2014-10-31", ("iso",)), ("31/10/2014", ("uk",))):
        assert read(f"{day} {time}", kind=Kind.DATE, formats=formats).unreadable.tolist() == [True]
    assert read(f"1900-01-01 {time}", kind=Kind.DATE).unreadable.tolist() == [True]
