"""Faults of an extract as files."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unit.builders import write_manifest

from nights.bad.whole import rows_of
from nights.marking import MARK

# Changes the night's folder; returns what is to be loaded in its place, where it is another.
Spoil = Callable[[Path], Path | None]
CONTACTS, CHILDREN, ADDRESSES = "FACT_CONTACTS", "DIM_PERSON", "DIM_PERSON_ADDRESS"
MENDS, COPIES = "change the export", "Copy the extract again"


@dataclass(frozen=True)
class Fault:
    """exit_code: 0, which loads, 3 or 2. says: what the message must say. next: what it must
    advise. listed: the tables and columns that the audit lists as not known; counted: by table,
    those that it only counts."""

    name: str
    spoil: Spoil
    exit_code: int = 3
    says: str = ""
    next: str = ""
    listed: tuple[tuple[str, str], ...] = ()
    counted: tuple[tuple[str, int], ...] = ()


def bytes_of(table: str, change: Callable[[bytes], bytes]) -> Spoil:
    """Changes the bytes of a table's file."""

    def spoil(extract: Path) -> None:
        file = extract / f"{table}.csv"
        file.write_bytes(change(file.read_bytes()))

    return spoil


def text_of(table: str, change: Callable[[str], str]) -> Spoil:
    """Changes the text of a table's file, whose lines end in ``\\r\\n``."""
    return bytes_of(table, lambda raw: change(raw.decode()).encode())


def put(name: str, content: bytes | str) -> Spoil:
    """Puts a file there."""

    def spoil(extract: Path) -> None:
        raw = content.encode() if isinstance(content, str) else content
        (extract / name).write_bytes(raw)

    return spoil


def without(table: str) -> Spoil:
    return lambda extract: (extract / f"{table}.csv").unlink()


def manifest(change: Callable[[dict[str, int]], dict[str, int]]) -> Spoil:
    """A manifest that would agree but for the change."""
    return lambda extract: write_manifest(extract, change(rows_of(extract)))


def header(change: Callable[[list[str]], list[str]]) -> Callable[[str], str]:
    """Changes the names in the first line."""

    def changed(text: str) -> str:
        line, _, records = text.partition("\r\n")
        return f"{','.join(change(line.split(',')))}\r\n{records}"

    return changed


def line(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    """Changes one line, counted from 0."""

    def changed(text: str) -> str:
        lines = text.split("\r\n")
        lines[number] = change(lines[number])
        return "\r\n".join(lines)

    return changed


def note(first: str, last: str | None = None) -> Callable[[str], str]:
    """Puts another note into the first contact, and into the last but one."""
    marked = f"{MARK} said so"

    def changed(text: str) -> str:
        before, after = text.split(marked, 1)
        if last is not None:
            middle, _, end = after.rpartition(marked)
            middle, _, between = middle.rpartition(marked)
            after = f"{middle}{last}{between}{marked}{end}"
        return f"{before}{first}{after}"

    return changed


def packed(extract: Path) -> bytes:
    """The night's folder as a zip."""
    return zipped(extract)


def zipped(
    extract: Path, packing: int = zipfile.ZIP_DEFLATED, named: Callable[[str], str] = str
) -> bytes:
    """The same by a way of packing, with other names."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", packing) as archive:
        for path in sorted(extract.iterdir()):
            archive.writestr(named(path.name), path.read_bytes())
    return found.getvalue()


def as_zip(make: Callable[[Path], bytes]) -> Spoil:
    """Comes as a zip of these bytes."""

    def spoil(extract: Path) -> Path:
        archive = extract.with_name(f"{extract.name}.zip")
        archive.write_bytes(make(extract))
        return archive

    return spoil


def gzipped(table: str, change: Callable[[bytes], bytes]) -> Spoil:
    """A table comes gzipped, the packed bytes changed."""

    def spoil(extract: Path) -> None:
        file = extract / f"{table}.csv"
        content = change(gzip.compress(file.read_bytes(), mtime=0))
        file.with_name(f"{file.name}.gz").write_bytes(content)
        file.unlink()

    return spoil


def damaged(packing: int) -> Callable[[Path], bytes]:
    """A zip with bytes changed in the middle of what its biggest member holds."""

    def spoilt(extract: Path) -> bytes:
        content = bytearray(zipped(extract, packing))
        with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
            biggest = max(archive.infolist(), key=lambda member: member.compress_size)
        middle = biggest.header_offset + 30 + len(biggest.filename) + biggest.compress_size // 2
        for at in range(middle, middle + 4):
            content[at] ^= 0x5A
        return bytes(content)

    return spoilt


def with_bytes(where: bytes, offset: int, value: bytes) -> Callable[[Path], bytes]:
    """A zip with other bytes at an offset from the first place of ``where``."""

    def spoilt(extract: Path) -> bytes:
        content = bytearray(zipped(extract))
        at = content.index(where) + offset
        content[at : at + len(value)] = value
        return bytes(content)

    return spoilt


def a_bomb(extract: Path) -> bytes:
    """A zip of 40 MiB once unpacked, of some KiB packed."""
    found = io.BytesIO(zipped(extract))
    with zipfile.ZipFile(found, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LOG.csv", bytes(40 << 20))
    return found.getvalue()


CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"
RECORD = f"1,{MARK},2014-01-06,{MARK} Street"
NOT_QUOTED = "put quotation marks around every text"

LOADS = [
    Fault("nothing is wrong", lambda _: None, 0),
    Fault("a manifest that agrees", manifest(dict), 0),
    Fault("a manifest that calls tables by their files", manifest(
        lambda rows: {f"{name}.csv": many for name, many in rows.items()}), 0),
    Fault("a manifest that lists a table that nobody knows", lambda extract: (
        put("LOG.csv", f'{MARK},B\r\n1,"a\r\nb"\r\n2,3,4\r\n')(extract), manifest(dict)(extract),
        None)[-1], 0, listed=(("LOG", ""),)),
    Fault("an inch mark in an unquoted field", text_of(CONTACTS, note('6" pipe')), 0),
    Fault("quoted words within an unquoted field", text_of(CONTACTS, note('a "b" c')), 0),
    Fault("a quoted note of two lines", text_of(CONTACTS, note('"a\r\nb, ""c"""')), 0),
    Fault("lines that end in LF", bytes_of(CONTACTS, lambda b: b.replace(b"\r\n", b"\n")), 0),
    Fault("lines that end in CR", bytes_of(CONTACTS, lambda b: b.replace(b"\r\n", b"\r")), 0),
    Fault("empty lines at the end", bytes_of(CONTACTS, lambda b: b + b"\r\n\r\n"), 0),
    Fault("the mark of UTF-8", bytes_of(CONTACTS, lambda b: b"\xef\xbb\xbf" + b), 0),
    Fault(
        "the mark of UTF-8 before Windows-1252",
        bytes_of(CONTACTS, lambda b: b"\xef\xbb\xbf" + b.replace(b"said so", b"s\xe9z")), 0,
    ),
    Fault("Windows-1252", bytes_of(CONTACTS, lambda b: b.replace(b"said so", b"\x93s\xe9z")), 0),
    Fault("names in small letters, with spaces",
          text_of(CONTACTS, header(lambda names: [f" {name.lower()} " for name in names])), 0),
    Fault("columns in another order", text_of(
        CONTACTS, lambda text: "".join(",".join(reversed(line.split(","))) + "\r\n"
                                       for line in text.split("\r\n")[:-1])), 0),
    Fault("a zip", as_zip(packed), 0),
    Fault("a zip of folders",
          as_zip(lambda extract: zipped(extract, named=lambda name: f"a/b/{name}")), 0),
    Fault("a zip of folders with backslashes",
          as_zip(lambda extract: zipped(extract, named=lambda name: f"a\\b\\{name}")), 0),
    Fault("a zip packed by LZMA",
          as_zip(lambda extract: zipped(extract, zipfile.ZIP_LZMA)), 0),
    Fault("a gzipped table", gzipped(CONTACTS, bytes), 0),
    Fault("a log beside the tables, empty", put("LOG.csv", b""), 0, listed=(("LOG", ""),)),
    Fault("a log beside the tables, uneven", put("LOG.csv", f"{MARK}\n1,2,{MARK}\n"), 0,
          listed=(("LOG", ""),)),
    Fault("a log that the manifest does not list", lambda extract: (
        manifest(dict)(extract), put("LOG.csv", MARK)(extract), None)[-1], 0,
        listed=(("LOG", ""),)),
    Fault("a file that is no table", put("read me.txt", MARK), 0),
    Fault("a column that nobody knows",
          text_of(CONTACTS, header(lambda names: [*names[:-1], "SHOE_SIZE"])), 0,
          listed=((CONTACTS, "SHOE_SIZE"),)),
    Fault("columns that are called as values are",
          text_of(ADDRESSES, header(lambda names: [*names[:-2], f"{MARK} town", "1001"])), 0,
          counted=((ADDRESSES, 2),)),
]  # fmt: skip

STOPS = [
    # No CSV.
    Fault("an empty file", bytes_of(CONTACTS, lambda _: b""), says="is empty", next=COPIES),
    Fault("the mark of UTF-8 alone", bytes_of(CONTACTS, lambda _: b"\xef\xbb\xbf"),
          says="is empty", next=COPIES),
    Fault("UTF-16", bytes_of(CONTACTS, lambda b: b.decode().encode("utf-16")),
          says="is in UTF-16", next=MENDS),
    Fault("UTF-16 without its mark", bytes_of(CONTACTS, lambda b: b.decode().encode("utf-16-le")),
          says="is in UTF-16", next=MENDS),
    Fault("UTF-32", bytes_of(CONTACTS, lambda b: b.decode().encode("utf-32")),
          says="is in UTF-16", next=MENDS),
    Fault("neither UTF-8 nor Windows-1252",
          bytes_of(CONTACTS, lambda b: b.replace(b"said", b"s\x81d")),
          says="line 2 has a byte that is neither"),
    Fault("a spreadsheet", bytes_of(CONTACTS, lambda _: LOCAL + b"\x14\x00\x06\x00[Content]"),
          says="is not text", next=MENDS),
    Fault("a PDF", bytes_of(CONTACTS, lambda _: b"%PDF-1.4\r\n" + MARK.encode()),
          says="has no header line", next=MENDS),
    Fault("null bytes alone", bytes_of(CONTACTS, lambda _: bytes(9)), says="is not text"),
    Fault("semicolons", text_of(CONTACTS, lambda text: text.replace(",", ";")),
          says="is separated by semicolons", next=MENDS),
    Fault("tabs", text_of(CONTACTS, lambda text: text.replace(",", "\t")),
          says="is separated by tabs", next=MENDS),
    Fault("vertical bars", text_of(CONTACTS, lambda text: text.replace(",", "|")),
          says="is separated by vertical bars", next=MENDS),
    Fault("a footer of sqlcmd", bytes_of(CONTACTS, lambda b: b + b"\r\n(3 rows affected)\r\n"),
          says="sqlcmd or SSMS", next="set nocount on"),
    Fault("a footer of SSMS", bytes_of(
        CONTACTS, lambda b: b + b"\r\n(3 rows affected)\r\n\r\nCompletion time: 2014-11-03T02\r\n"
        ), says="sqlcmd or SSMS", next="set nocount on"),
    Fault("a rule under the header",
          text_of(CONTACTS, line(0, lambda names: f"{names}\r\n---,{'-,' * names.count(',')}-")),
          says="sqlcmd or SSMS", next="set nocount on"),
    Fault("a separator at the end of every line",
          text_of(CONTACTS, lambda text: text.replace("\r\n", ",\r\n")),
          says="a separator at the end of its lines", next=MENDS),
    Fault("a separator at the end of every record",
          text_of(CONTACTS, lambda t: t.replace("\r\n", ",\r\n").replace(",\r\n", "\r\n", 1)),
          says="a separator at the end of its lines", next=MENDS),
    # The header line.
    Fault("no header line", text_of(CONTACTS, lambda text: text.partition("\r\n")[2]),
          says="has no header line", next=MENDS),
    Fault("no header line, of a table that is not used",
          bytes_of(ADDRESSES, lambda b: b.partition(b"\r\n")[2]), says="has no header line"),
    Fault("no header line, values twice", put(f"{ADDRESSES}.csv", f"1001,{MARK},1001,{MARK}\r\n"),
          says="has no header line"),
    Fault("no header line, one field", put(f"{ADDRESSES}.csv", f"{MARK}\r\n{MARK}\r\n"),
          says="has no header line"),
    Fault("an empty first line", text_of(CONTACTS, lambda text: f"\r\n{text}"),
          says="is not text with a header line"),
    Fault("a known column twice",
          text_of(CONTACTS, header(lambda names: [*names[:-1], names[0].lower()])),
          says="has the column FACT_CONTACT_ID twice", next=MENDS),
    Fault("an unknown column twice",
          text_of(CONTACTS, header(lambda names: [*names[:-2], f"{MARK} 1", f"{MARK} 1"])),
          says="has the column that we do not know twice", next=MENDS),
    Fault("a column without a name",
          text_of(CONTACTS, header(lambda names: [*names[:-2], "", names[-1]])),
          says="a column without a name", next=MENDS),
    Fault("a header that opens a mark",
          text_of(CONTACTS, header(lambda names: [*names[:-1], f'"{names[-1]}'])),
          says="is not text with a header line"),
    Fault("a needed column is renamed",
          text_of(CONTACTS, lambda text: text.replace("CONTACT_DTTM", f"{MARK}_DTTM")),
          says="lacks column CONTACT_DTTM of FACT_CONTACTS.csv"),
    Fault("a needed table is missing", without("FACT_S47"), says="lacks table FACT_S47"),
    # Quotation marks.
    Fault("a mark that never closes", text_of(CONTACTS, note(f'"{MARK}')), says="never closes",
          next=NOT_QUOTED),
    Fault("a mark that closes too early", text_of(CONTACTS, note(f'"{MARK}" said')),
          says="in line 2 that closes a field before its end", next=NOT_QUOTED),
    Fault("two marks that open", text_of(CONTACTS, note(f'"{MARK}', f'"{MARK}')),
          says="that closes a field before its end", next=NOT_QUOTED),
    Fault("marks that swallow records", text_of(
        CONTACTS, lambda text: note(f'"{MARK}')(text).rstrip("\r\n") + '"\r\n'),
        says="in line 2 that opens a field with whole records in it", next=NOT_QUOTED),
    Fault("a record with a field more", text_of(CONTACTS, note(f"{MARK}, {MARK}")),
          says="not as many fields as its header in record 1 (1 such record)", next=NOT_QUOTED),
    Fault("a record with a field less", text_of(CONTACTS, line(2, lambda text: text[: -len(MARK)]
          .rpartition(",")[0])), says="not as many fields as its header in record 2"),
    # Cut off.
    Fault("half a file", bytes_of(CONTACTS, lambda b: b[:-30]), says="", next=COPIES),
    Fault("a file without its last line end", bytes_of(CHILDREN, lambda b: b[:-2]),
          says="DIM_PERSON.csv ends within its last record", next=COPIES),
    # The manifest.
    Fault("a manifest of no bytes", put("MANIFEST.csv", ""), says="MANIFEST.csv is empty",
          next=COPIES),
    Fault("a manifest without its header line",
          lambda extract: put("MANIFEST.csv", "FACT_S47,1\r\n")(extract),
          says="MANIFEST.csv has no header line"),
    Fault("a manifest that lists nothing", manifest(lambda _: {}), says="lists no table",
          next=COPIES),
    Fault("a manifest that leaves out a table", manifest(
        lambda rows: {name: many for name, many in rows.items() if name != CONTACTS}),
        says="leaves out FACT_CONTACTS, which the extract holds", next=COPIES),
    Fault("a manifest with a table more", manifest(lambda rows: {**rows, "FACT_CLA_VISIT": 1}),
          says="lists FACT_CLA_VISIT, which the extract lacks", next=COPIES),
    Fault("a manifest with words in the place of a table",
          manifest(lambda rows: {**rows, f"{MARK}\x1b[31m": 1}),
          says="1 table that we do not know", next=COPIES),
    Fault("a manifest with a row more", manifest(lambda rows: {**rows, CONTACTS: 4}),
          says="FACT_CONTACTS.csv has 3 rows; the manifest says 4", next=COPIES),
    Fault("a manifest with a row more in a table that nobody knows", lambda extract: (
        put("LOG.csv", f"{MARK}\r\n1\r\n")(extract),
        manifest(lambda rows: {**rows, "LOG": 2})(extract), None)[-1],
        says="LOG.csv has not as many rows as the manifest says", next=COPIES),
    Fault("a manifest that counts in words",
          put("MANIFEST.csv", f"table,rows\r\nFACT_S47,{MARK}\r\n"),
          says="not a list of `table,rows`", next=MENDS),
    Fault("a manifest with a table twice",
          put("MANIFEST.csv", "table,rows\r\nFACT_S47,1\r\nfact_s47,1\r\n"),
          says="lists a table twice", next=MENDS),
    # What is packed.
    Fault("a damaged zip", as_zip(damaged(zipfile.ZIP_DEFLATED)), says="cannot be unpacked",
          next=COPIES),
    Fault("a damaged zip, LZMA", as_zip(damaged(zipfile.ZIP_LZMA)), says="cannot be unpacked",
          next=COPIES),
    Fault("a damaged zip, BZIP2", as_zip(damaged(zipfile.ZIP_BZIP2)), says="cannot be unpacked",
          next=COPIES),
    Fault("a damaged zip, stored", as_zip(damaged(zipfile.ZIP_STORED)), says="cannot be unpacked",
          next=COPIES),
    Fault("half a zip", as_zip(lambda extract: packed(extract)[:-200]),
          says="The zip cannot be unpacked", next=COPIES),
    Fault("a zip of no bytes", as_zip(lambda _: b""), says="The zip cannot be unpacked"),
    Fault("a zip that is none", as_zip(lambda _: b"7z\xbc\xaf\x27\x1c" + bytes(99)),
          says="The zip cannot be unpacked"),
    Fault("a zip with bad offsets", as_zip(with_bytes(CENTRAL, 42, b"\xff\xff\xff\x7f")),
          says="cannot be unpacked", next=COPIES),
    Fault("a zip packed in a way that nobody knows", as_zip(with_bytes(CENTRAL, 10, b"\x63\x00")),
          says="packed in a way that cannot be read here", next=COPIES),
    Fault("an encrypted zip", as_zip(with_bytes(CENTRAL, 8, b"\x01")), says="is encrypted",
          next=MENDS),
    Fault("an empty zip", as_zip(lambda _: b"PK\x05\x06" + bytes(18)), says="holds no table"),
    Fault("a zip bomb", as_zip(a_bomb), says="is bigger than 0.03125 GiB once unpacked",
          next="extract_gib"),
    Fault("half a gzipped table", gzipped(CONTACTS, lambda b: b[:-12]),
          says="FACT_CONTACTS.csv.gz cannot be unpacked", next=COPIES),
    Fault("a damaged gzipped table", gzipped(CONTACTS, lambda b: b[:20] + b"\xff\xff" + b[22:]),
          says="FACT_CONTACTS.csv.gz cannot be unpacked", next=COPIES),
    Fault("a gzipped table that is none", gzipped(CONTACTS, lambda _: MARK.encode()),
          says="FACT_CONTACTS.csv.gz cannot be unpacked", next=COPIES),
    Fault("a gzipped table of no bytes", gzipped(CONTACTS, lambda _: b""), says="is empty"),
    Fault("a table that is there twice", put(f"{CONTACTS}.csv.gz", gzip.compress(b"")),
          says="holds FACT_CONTACTS twice"),
    # Names.
    Fault("a file called as nothing is", put(f"FACT_'{MARK}'.csv", ""), says="a file whose name"),
    Fault("a night that is not there", lambda extract: extract.with_name("2014-11-04"), 2,
          says="There is no extract"),
    Fault("a night that is called by no date", lambda extract: extract.rename(
        extract.with_name("tonight")), 2, says="name is no date"),
]  # fmt: skip
FAULTS = [*LOADS, *STOPS]
