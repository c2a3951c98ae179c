"""An extract as files: what is read as it stands, and what stops the night."""

from __future__ import annotations

import contextlib
import gzip
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from unit.builders import expected, write_manifest

from etl.contracts.source_table import SourceTable
from etl.errors import ConnectionFault, NightStopped, WrongUsage
from etl.run import Arrival
from etl.sources.arrival.arrival import date_of_extract
from etl.sources.arrival.csv_extract import read_extract

SECRET = "PII-Zoë"
TEAMS = f"DIM_DEPARTMENT_ID,NAME\r\n1,{SECRET}\r\n2,Other\r\n"
WORKERS = "DIM_WORKER_ID,JOB_TITLE\r\n1,Manager\r\n"


def a_folder(folder: Path, **files: str | bytes) -> Path:
    """A night's folder with these files as .csv, text in UTF-8."""
    extract = folder / "2014-11-03"
    extract.mkdir()
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (extract / f"{name}.csv").write_bytes(data)
    return extract


def a_zip(folder: Path, inside: str = "", **files: str | bytes) -> Path:
    """A night's zip with these files as .csv, in a folder of the zip where one is named."""
    path = folder / "2014-11-03.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{inside}{name}.csv", content)
    return path


def arrival(extract: Path) -> Arrival:
    return Arrival("liquidlogic_files", extract, date(2014, 11, 3))


def tables(extract: Path) -> dict[str, SourceTable]:
    return {table.name: table for table in read_extract(arrival(extract), expected())}


def rows(extract: Path, table: str = "DIM_DEPARTMENT") -> list[dict[str, str]]:
    return tables(extract)[table].content.to_pylist()


def stopped(extract: Path, names: str = "DIM_DEPARTMENT") -> str:
    """Why the extract stops the night: a message of four parts, without a value of a cell."""
    with pytest.raises(NightStopped) as error:
        list(read_extract(arrival(extract), expected()))
    said = str(error.value)
    assert error.value.exit_code == 3
    assert [line.split(":")[0] for line in said.splitlines()] == ["What", "Where", "Means", "Next"]
    assert names in said
    assert SECRET not in said
    assert "PII" not in said
    return said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_is_read_in_each_encoding(tmp_path, encoding):
    extract = a_folder(tmp_path, DIM_DEPARTMENT=TEAMS.encode(encoding))
    assert rows(extract)[0] == {"DIM_DEPARTMENT_ID": "1", "NAME": SECRET}


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_lines_end_as_they_like(tmp_path, line_end):
    extract = a_folder(tmp_path, DIM_DEPARTMENT=TEAMS.replace("\r\n", line_end))
    assert [row["NAME"] for row in rows(extract)] == [SECRET, "Other"]


def test_values_are_text_exactly_as_exported(tmp_path):
    text = "DIM_DEPARTMENT_ID,NAME\n007, NULL \n1e3,\n"
    extract = a_folder(tmp_path, DIM_DEPARTMENT=text)
    assert rows(extract) == [
        {"DIM_DEPARTMENT_ID": "007", "NAME": " NULL "},
        {"DIM_DEPARTMENT_ID": "1e3", "NAME": ""},
    ]


def test_fields_may_hold_commas_quotes_and_line_breaks(tmp_path):
    text = 'DIM_DEPARTMENT_ID,NAME\r\n1,"a, ""b""\r\nand c"\r\n2,d\r\n'
    extract = a_folder(tmp_path, DIM_DEPARTMENT=text)
    assert [row["NAME"] for row in rows(extract)] == ['a, "b"\r\nand c', "d"]


def test_a_table_without_rows_is_a_table(tmp_path):
    extract = a_folder(tmp_path, DIM_DEPARTMENT="DIM_DEPARTMENT_ID,NAME\r\n")
    assert rows(extract) == []


def test_a_single_file_without_a_last_line_end_is_whole(tmp_path):
    extract = a_folder(tmp_path, DIM_DEPARTMENT="DIM_DEPARTMENT_ID,NAME\n1,a")
    assert rows(extract) == [{"DIM_DEPARTMENT_ID": "1", "NAME": "a"}]


def test_files_that_are_no_tables_are_passed_over(tmp_path):
    extract = a_folder(tmp_path, DIM_DEPARTMENT=TEAMS)
    (extract / "notes.txt").write_text("read me")
    assert set(tables(extract)) == {"DIM_DEPARTMENT"}


def test_gzipped_files_are_read(tmp_path):
    extract = a_folder(tmp_path, DIM_WORKER=WORKERS)
    (extract / "DIM_DEPARTMENT.csv.gz").write_bytes(gzip.compress(TEAMS.encode()))
    assert rows(extract)[0]["NAME"] == SECRET
    assert set(tables(extract)) == {"DIM_DEPARTMENT", "DIM_WORKER"}


@pytest.mark.parametrize("inside", ["", "2014-11-03/", "export/night/"])
def test_a_zip_is_read_its_members_in_a_folder_too(tmp_path, inside):
    extract = a_zip(tmp_path, inside, DIM_DEPARTMENT=TEAMS, DIM_WORKER=WORKERS)
    assert rows(extract)[0]["NAME"] == SECRET


def test_the_same_content_has_the_same_hash_however_it_is_packed(tmp_path):
    plain = tables(a_folder(tmp_path, DIM_DEPARTMENT=TEAMS))["DIM_DEPARTMENT"]
    packed = tables(a_zip(tmp_path, DIM_DEPARTMENT=TEAMS))["DIM_DEPARTMENT"]
    assert plain.sha256 == packed.sha256


def test_a_manifest_that_agrees_is_no_table(tmp_path):
    extract = a_folder(tmp_path, DIM_DEPARTMENT=TEAMS)
    write_manifest(extract, {"DIM_DEPARTMENT": 2})
    assert set(tables(extract)) == {"DIM_DEPARTMENT"}


def test_a_manifest_counts_records_and_not_lines(tmp_path):
    text = 'DIM_DEPARTMENT_ID,NAME\n1,"two\nlines"\n'
    extract = a_folder(tmp_path, DIM_DEPARTMENT=text)
    write_manifest(extract, {"DIM_DEPARTMENT": 1})
    assert len(rows(extract)) == 1


@pytest.mark.parametrize("count", [1, 3, 0])
def test_a_manifest_with_another_number_of_rows_stops_the_night(tmp_path, count):
    extract = a_folder(tmp_path, DIM_DEPARTMENT=TEAMS)
    write_manifest(extract, {"DIM_DEPARTMENT": count})
    said = stopped(extract)
    assert "2 rows" in said
    assert f"says {count}" in said


def test_a_table_of_the_manifest_that_is_missing_stops_the_night(tmp_path):
    extract = a_folder(tmp_path, DIM_DEPARTMENT=TEAMS)
    write_manifest(extract, {"DIM_DEPARTMENT": 2, "FACT_CLA": 7})
    stopped(extract, "FACT_CLA")


@pytest.mark.parametrize(
    "manifest",
    ["table,count\nDIM_DEPARTMENT,2\n", "table,rows\nDIM_DEPARTMENT,two\n", "table,rows\nA\n",
     "table,rows\nDIM_DEPARTMENT,2\nDIM_DEPARTMENT,2\n", b"\xff\xfet\x00"],
)  # fmt: skip
def test_a_manifest_that_cannot_be_read_stops_the_night(tmp_path, manifest):
    stopped(a_folder(tmp_path, DIM_DEPARTMENT=TEAMS, MANIFEST=manifest), "MANIFEST")


@pytest.mark.parametrize(
    ("manifest", "names"),
    [
        ("", "MANIFEST.csv is empty"),
        ("DIM_DEPARTMENT,2\n", "MANIFEST.csv has no header line"),
        ("table,rows\n", "MANIFEST.csv lists no table"),
        ("table,rows\nDIM_WORKER,1\n", "leaves out DIM_DEPARTMENT, which the extract holds"),
        ("table,rows\nDIM_DEPARTMENT,2\n", "leaves out DIM_WORKER"),
        ("table,rows\nDIM_DEPARTMENT,-2\nDIM_WORKER,1\n", "not a list"),
        ("table,rows\nDIM_DEPARTMENT,2\nDIM_WORKER,1\nPII\x1b[31m,5\n", "1 table that we do not"),
        ("table;rows\nDIM_DEPARTMENT;2\n", "separated by semicolons"),
    ],
)
def test_a_manifest_that_is_not_whole_stops_the_night(
    tmp_path: Path, manifest: str, names: str
) -> None:
    extract = a_folder(tmp_path, DIM_DEPARTMENT=TEAMS, DIM_WORKER=WORKERS, MANIFEST=manifest)
    assert names in stopped(extract, "anifest" if "The" in names else "")


def cut(text: str) -> str:
    return f"DIM_DEPARTMENT_ID,NAME,DEPT_ID\r\n1,{SECRET},1\r\n{text}"


@pytest.mark.parametrize(
    "text",
    ['2,"PII-in the mid', "2,PII-", "2", "2,PII-whole,", '2,"PII-one\r\n3,PII-two,4\r\n',
     '2,"PII-ends in a quote "'],
)  # fmt: skip
def test_half_a_file_stops_the_night(tmp_path, text):
    stopped(a_folder(tmp_path, DIM_DEPARTMENT=cut(text), DIM_WORKER=WORKERS))


@pytest.mark.parametrize("record", ["2,PII-too,many,fields", "2", "PII-a,b"])
def test_a_row_with_another_number_of_fields_stops_the_night(tmp_path, record):
    said = stopped(a_folder(tmp_path, DIM_DEPARTMENT=cut(f"{record}\r\n3,c,5\r\n")))
    assert "record 2" in said


@pytest.mark.parametrize(
    "content",
    [
        TEAMS.encode("utf-16"),
        TEAMS.encode("utf-16-le"),
        TEAMS.encode("utf-16-be"),
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00[Content_Types].xml\r\n",
        b"",
        b"\xef\xbb\xbf",
        b"\r\n1,2\r\n",
        b"%PDF-1.4\x00\x81\x8d\r\n",
        b"DIM_DEPARTMENT_ID,NAME\r\n1,\x81\r\n",
    ],
    ids=["utf-16", "utf-16-le", "utf-16-be", "xlsx", "empty", "bom alone", "no header", "pdf",
         "neither utf-8 nor windows-1252"],
)  # fmt: skip
def test_a_file_that_is_not_text_stops_the_night(tmp_path, content):
    stopped(a_folder(tmp_path, DIM_DEPARTMENT=content, DIM_WORKER=WORKERS))


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (TEAMS.encode("utf-16"), "is in UTF-16"),
        (TEAMS.encode("utf-16-le"), "is in UTF-16"),
        (TEAMS.encode("utf-16-be"), "is in UTF-16"),
        (TEAMS.replace(",", ";").encode(), "is separated by semicolons"),
        (TEAMS.replace(",", "\t").encode(), "is separated by tabs"),
        (TEAMS.replace(",", "|").encode(), "is separated by vertical bars"),
        (f"{TEAMS}\r\n(2 rows affected)\r\n".encode(), "sqlcmd or SSMS"),
        (f"{TEAMS}\r\n(1 row affected)".encode(), "sqlcmd or SSMS"),
        (f"{TEAMS}\r\n(2 row(s) affected)\r\n".encode(), "sqlcmd or SSMS"),
        (
            f"{TEAMS}\r\n(2 rows affected)\r\n\r\nCompletion time: 2026-03-03T02:00\r\n".encode(),
            "sqlcmd or SSMS",
        ),
        (TEAMS.replace("\r\n", "\r\n-----------------,----\r\n", 1).encode(), "sqlcmd or SSMS"),
        (TEAMS.replace("\r\n", ",\r\n").encode(), "a separator at the end of its lines"),
        (TEAMS.replace("\r\n", ",\r\n").replace(",\r", "\r", 1).encode(), "a separator at the end"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (TEAMS.replace("NAME", "NAME,,", 1).encode(), "a column without a name"),
    ],
)  # fmt: skip
def test_what_is_no_csv_of_ours_is_said_by_its_name(
    tmp_path: Path, content: bytes, names: str
) -> None:
    said = stopped(a_folder(tmp_path, DIM_DEPARTMENT=content, DIM_WORKER=WORKERS))
    assert names in said
    if "is empty" not in names:
        assert "Copy the extract again" not in said


def test_a_footer_that_is_a_note_is_a_note(tmp_path: Path) -> None:
    text = 'DIM_DEPARTMENT_ID,NAME\n1,"a\n(2 rows affected)"\n'
    assert rows(a_folder(tmp_path, DIM_DEPARTMENT=text))[0]["NAME"] == "a\n(2 rows affected)"


def test_a_mark_of_utf_8_is_no_part_of_a_file_in_windows_1252(tmp_path: Path) -> None:
    extract = a_folder(tmp_path, DIM_DEPARTMENT=b"\xef\xbb\xbf" + TEAMS.encode("cp1252"))
    assert rows(extract)[0] == {"DIM_DEPARTMENT_ID": "1", "NAME": SECRET}
    assert tables(extract)["DIM_DEPARTMENT"].encoding == "cp1252"


# The header line.


def test_a_file_without_its_header_line_stops_the_night_and_nothing_of_it_is_shown(
    tmp_path: Path,
) -> None:
    records = ("1001,PII,PII,7", "1001,PII,1001,7", "PII", "PII PII,PII;PII")
    for number, record in enumerate(records):
        folder = tmp_path / str(number)
        folder.mkdir()
        said = stopped(a_folder(folder, DIM_PERSON_ADDRESS=f"{record}\n{record}\n"), "ADDRESS")
        assert "has no header line" in said
        assert "1001" not in said


def test_one_name_that_is_known_makes_a_header(tmp_path: Path) -> None:
    extract = a_folder(tmp_path, DIM_DEPARTMENT=f'NEW,"name "\n1,{SECRET}\n')
    assert rows(extract) == [{"NEW": "1", "name ": SECRET}]


def test_a_column_that_is_there_twice_is_named_only_where_it_is_known(tmp_path: Path) -> None:
    text = "DIM_DEPARTMENT_ID,PII 7,PII 7\n1,a,b\n"
    assert "the column that we do not know twice" in stopped(
        a_folder(tmp_path, DIM_DEPARTMENT=text)
    )


# Tables that are not known.


@pytest.mark.parametrize(
    "content", [b"", b"PII,started\n1,2,3\n", TEAMS.encode("utf-16"), b'PII "', b"\x81\x00"]
)
def test_a_table_that_is_not_known_is_only_listed(tmp_path: Path, content: bytes) -> None:
    extract = a_folder(tmp_path, DIM_DEPARTMENT=TEAMS, LOG=content)
    write_manifest(extract, {"DIM_DEPARTMENT": 2})
    listed = tables(extract)["LOG"]
    assert (listed.content.column_names, listed.content.num_rows) == ([], 0)


# Quotation marks.


def test_a_mark_within_an_unquoted_field_is_a_character(tmp_path: Path) -> None:
    text = 'DIM_DEPARTMENT_ID,NAME\n1,6" pipe\n2,a "b"\n3,""\n4,"6"""\n5,""""\n'
    extract = a_folder(tmp_path, DIM_DEPARTMENT=text)
    assert [row["NAME"] for row in rows(extract)] == ['6" pipe', 'a "b"', "", '6"', '"']


@pytest.mark.parametrize(
    ("records", "names"),
    [
        ('1,"a"b\n', "in line 2 that closes a field before its end"),
        ('1,a\n2,"b" \n', "in line 3 that closes a field before its end"),
        ('1,"a""b"c"\n', "closes a field before its end"),
        ('1,""a\n', "closes a field before its end"),
        ('1,"a\n2,"b"\n', "closes a field before its end"),
        ('1,"a\n2,b\n', "never closes"),
    ],
)
def test_a_file_that_is_not_quoted_as_csv_stops_the_night(
    tmp_path: Path, records: str, names: str
) -> None:
    text = f"DIM_DEPARTMENT_ID,NAME\n{records}"
    said = stopped(a_folder(tmp_path, DIM_DEPARTMENT=text))
    assert names in said
    assert "put quotation marks around every text" in said


WIDE = "DIM_WORKER_ID,FORENAME,SURNAME,JOB_TITLE,DEPARTMENT_NAME\r\n"


@pytest.mark.parametrize(
    "records",
    [
        '1,a,b,"c,d\r\n2,e,f,g,h\r\n3,i,j,k",l\r\n',
        '1,a,b,c,"d\r\n2,e,f,g,"\r\n',
        '"1,a,b,c,d\r\n2",e,f,g,h\r\n',
    ],
    ids=["in the middle", "in the last line", "in the first line"],
)
def test_a_quoted_field_that_swallowed_records_stops_the_night(
    tmp_path: Path, records: str
) -> None:
    said = stopped(a_folder(tmp_path, DIM_WORKER=WIDE + records), "DIM_WORKER")
    assert "in line 2 that opens a field with whole records in it" in said


@pytest.mark.parametrize(
    ("header", "records"),
    [
        (WIDE, '1,a,b,"c, d\r\ne, f",g\r\n'),
        (WIDE, '1,a,b,"c,d,e,f,g",h\r\n'),
        ("DIM_DEPARTMENT_ID,NAME\r\n", '1,"a\r\nb, c"\r\n'),
    ],
    ids=["fewer separators", "one line", "a table of few columns"],
)
def test_a_note_of_several_lines_is_a_note(tmp_path: Path, header: str, records: str) -> None:
    name = "DIM_WORKER" if header == WIDE else "DIM_DEPARTMENT"
    assert len(rows(a_folder(tmp_path, **{name: header + records}), name)) == 1


def test_a_record_longer_than_any_stops_the_night(tmp_path: Path) -> None:
    text = f'DIM_DEPARTMENT_ID,NAME\n1,"{"PII" * (16 << 20)}"\n'
    assert "more than 16 MiB" in stopped(a_folder(tmp_path, DIM_DEPARTMENT=text))


def test_a_file_with_null_bytes_in_a_row_stops_the_night(tmp_path):
    content = b"DIM_DEPARTMENT_ID,NAME\r\n1,ab\r\n" + b"\x00" * 64 + b"\r\n"
    stopped(a_folder(tmp_path, DIM_DEPARTMENT=content, DIM_WORKER=WORKERS))


def test_a_repeated_column_stops_the_night(tmp_path):
    text = f"DIM_DEPARTMENT_ID,NAME,NAME\n1,{SECRET},b\n"
    assert "NAME" in stopped(a_folder(tmp_path, DIM_DEPARTMENT=text))


def test_columns_that_differ_by_case_or_white_space_alone_are_repeated(tmp_path):
    text = f"DIM_DEPARTMENT_ID,NAME, name \n1,{SECRET},b\n"
    stopped(a_folder(tmp_path, DIM_DEPARTMENT=text))


def test_a_table_that_is_there_twice_stops_the_night(tmp_path):
    extract = a_folder(tmp_path, DIM_DEPARTMENT=TEAMS)
    (extract / "DIM_DEPARTMENT.csv.gz").write_bytes(gzip.compress(TEAMS.encode()))
    stopped(extract)


def test_an_empty_folder_stops_the_night(tmp_path):
    stopped(a_folder(tmp_path), "2014-11-03")


# Packed files.

PACKINGS = {
    "stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}  # fmt: skip


@pytest.mark.parametrize("packing", PACKINGS.values(), ids=PACKINGS)
def test_a_zip_that_is_damaged_anywhere_stops_the_night_and_is_not_tried_again(
    tmp_path: Path, packing: int
) -> None:
    path = tmp_path / "2014-11-03.zip"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("DIM_DEPARTMENT.csv", TEAMS * 20)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with contextlib.suppress(NightStopped):  # or it does not matter
            tables(path)
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at])
        stopped(path, "2014-11-03.zip")


def test_a_zip_that_is_encrypted_stops_the_night_and_says_so(tmp_path: Path) -> None:
    path = a_zip(tmp_path, DIM_DEPARTMENT=TEAMS)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    said = stopped(path, "DIM_DEPARTMENT in the zip is encrypted")
    assert "Copying it again would not help" in said


@pytest.mark.parametrize("name", ["FACT_REFERRALS.csv", "header.csv.gz"])
def test_one_file_of_a_night_is_no_damaged_zip(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(TEAMS.encode()) if name.endswith("gz") else TEAMS.encode())
    said = stopped(path, "It is a single CSV file")
    assert "damaged" not in said


def test_what_is_bigger_than_may_be_unpacked_stops_the_night(tmp_path: Path) -> None:
    extract = a_folder(tmp_path, DIM_WORKER=WORKERS)
    (extract / "DIM_DEPARTMENT.csv.gz").write_bytes(gzip.compress(TEAMS.encode()))
    size = len(TEAMS.encode())
    assert len(list(read_extract(arrival(extract), replace(expected(), most_bytes=size)))) == 2
    with pytest.raises(NightStopped, match="bigger than"):
        list(read_extract(arrival(extract), replace(expected(), most_bytes=size - 1)))


def test_a_zip_bomb_is_not_unpacked_whatever_it_says_of_itself(tmp_path: Path) -> None:
    """Three members that fit, each, together do not."""
    member = TEAMS + f"3,{'x' * (1 << 20)}\r\n"
    path = a_zip(tmp_path, DIM_DEPARTMENT=member, DIM_WORKER=member, FACT_S47=member)
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\x01\x02")
    content[central + 24 : central + 28] = (7).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(NightStopped):
        list(read_extract(arrival(path), replace(expected(), most_bytes=2 << 20)))


@pytest.mark.parametrize("inside", ["2014-11-03\\", "export\\night\\"])
def test_backslashes_in_a_zip_are_folders(tmp_path: Path, inside: str) -> None:
    extract = a_zip(tmp_path, inside, DIM_DEPARTMENT=TEAMS)
    assert rows(extract)[0]["NAME"] == SECRET


def test_a_damaged_zip_stops_the_night(tmp_path):
    path = a_zip(tmp_path, DIM_DEPARTMENT=TEAMS * 50)
    path.write_bytes(path.read_bytes()[:-30])
    stopped(path, "2014-11-03.zip")


def test_a_zip_with_a_damaged_member_stops_the_night(tmp_path):
    path = a_zip(tmp_path, DIM_DEPARTMENT=TEAMS * 50)
    content = bytearray(path.read_bytes())
    content[60:64] = b"\x00\x01\x02\x03"
    path.write_bytes(bytes(content))
    stopped(path, "2014-11-03.zip")


@pytest.mark.parametrize("damage", ["cut", "changed", "no gzip"])
def test_a_damaged_gz_stops_the_night_and_is_named(tmp_path, damage):
    extract = a_folder(tmp_path, DIM_WORKER=WORKERS)
    content = gzip.compress((TEAMS * 50).encode())
    damaged = {
        "cut": content[:-12],
        "changed": content[:-6] + b"\x00" * 6,
        "no gzip": TEAMS.encode(),
    }[damage]
    (extract / "DIM_DEPARTMENT.csv.gz").write_bytes(damaged)
    stopped(extract, "DIM_DEPARTMENT")


def test_a_folder_that_cannot_be_read_is_worth_another_try(tmp_path):
    with pytest.raises(ConnectionFault) as fault:
        list(read_extract(arrival(tmp_path / "2014-11-03"), expected()))
    assert fault.value.exit_code == 1
    assert "2014-11-03" in str(fault.value)


@pytest.mark.parametrize("name", ["2014-11-03", "2014-11-03.zip", "2014-11-03.ZIP"])
def test_the_extract_date_is_the_name_of_the_folder_or_zip(name):
    assert date_of_extract(name, None) == date(2014, 11, 3)
    assert date_of_extract(name, date(2014, 11, 3)) == date(2014, 11, 3)


@pytest.mark.parametrize("name", ["tonight", "20141103", "2014-13-40"])
def test_where_the_name_is_no_date_the_asked_one_counts(name):
    assert date_of_extract(name, date(2014, 11, 3)) == date(2014, 11, 3)


@pytest.mark.parametrize(("name", "asked"), [("2014-11-03", date(2014, 11, 4)), ("tonight", None)])
def test_another_date_than_the_name_or_none_at_all_is_wrong_usage(name, asked):
    with pytest.raises(WrongUsage) as error:
        date_of_extract(f"extracts/{name}", asked)
    assert error.value.exit_code == 2
    assert name in str(error.value)


UNSAFE = ["FACT_'S47.csv", 'FACT_"S47.csv', "FACT_`S47.csv", "FACT_S47..csv", "FACT\nS47.csv"]


@pytest.mark.parametrize("name", UNSAFE)
def test_a_file_whose_name_is_made_for_mischief_stops_the_night(tmp_path, name):
    folder = tmp_path / "2026-03-03"
    folder.mkdir()
    (folder / name).write_text("A\n1\n")
    with pytest.raises(NightStopped, match="a file whose name") as stopped:
        list(read_extract(arrival(folder), expected()))
    assert name not in str(stopped.value)


@pytest.mark.parametrize("name", ["../FACT_S47.csv", "a/../../FACT_S47.csv", *UNSAFE])
def test_a_zip_with_such_a_name_stops_the_night_too(tmp_path, name):
    archive = tmp_path / "2026-03-03.zip"
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(name, "A\n1\n")
    with pytest.raises(NightStopped, match="a file whose name"):
        list(read_extract(arrival(archive), expected()))
