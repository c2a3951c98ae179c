"""What is said of files that no kind of source knows: what they are instead, and what they nearly
are. Never a name of theirs, nor an element's, nor a heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from etl.sources.liquidlogic.source import LIQUIDLOGIC_FILES
from etl.sources.mapping import known_columns
from etl.sources.recognition.forms import CSV, WORKBOOK, XML, ZIP
from etl.sources.recognition.markup import Markup
from etl.sources.recognition.recognised import counted
from etl.sources.recognition.seen import WITH_PASSWORD, Seen, SeenFile
from etl.sources.ssd.source import SSD_FILES

# What the Department for Education's returns call themselves in their header.
_COLLECTIONS = {
    "AP": "alternative provision census",
    "CLA": "looked after children return",
    "EYC": "early years census",
    "PRU": "pupil referral unit census",
    "SC": "school census",
    "SC1": "school census (spring)",
    "SC2": "school census (summer)",
    "SC3": "school census (autumn)",
    "SCHOOLCENSUS": "school census",
    "SEN2": "return on special educational needs",
    "SLASC": "school level annual school census",
    "SSDA903": "looked after children return",
    "SWF": "school workforce census",
}
# Elements of the looked after children return as XML.
_OF_903 = {"PERIOD_OF_CARE", "EPISODE", "CHILDID", "DECOM", "RNE", "PL"}
_NOT_903 = (
    "It looks like the looked after children return as XML, which is not read: let the case system "
    "export it as CSV, one file per module."
)

_FEWEST_COLUMNS = 3
_IN_A_LIST = {CSV: "text with columns", WORKBOOK: "Excel workbook", ZIP: "zip"}


def what_it_is(seen: Seen) -> list[str]:
    """Sentences for people."""
    return [*_itself(seen), *_nearly(seen)]


def _itself(seen: Seen) -> Iterator[str]:
    if seen.form not in (None, ZIP):
        yield f"It is {_named(str(seen.form))}."
    elif not seen.files:
        yield (
            f"It is an empty {'zip' if seen.form else 'folder'}."
            if not (seen.dated_within or seen.folders)
            else ("It is a folder with no file in it.")
        )
    else:
        forms = Counter(file.form for file in seen.files)
        told = "; ".join(
            f"{counted(many, 'file')}: {_IN_A_LIST.get(form, form)}"
            for form, many in forms.most_common()
        )
        yield f"It is a {'zip' if seen.form else 'folder'} of {told}."
    if seen.dated_within > 1:
        yield (
            f"It holds {seen.dated_within:,} files or folders that are named for a day: inspect "
            "one of them."
        )
    elif seen.folders:
        yield f"It holds {counted(seen.folders, 'folder')}, not looked into: inspect one by itself."


def _named(form: str) -> str:
    """The form as the end of a sentence."""
    return {
        CSV: "a text file with columns, of no table that is known here",
        XML: "an XML file",
        WORKBOOK: "an Excel workbook in which no sheet is called List 1, List 2, ...",
    }.get(form, form)


def _nearly(seen: Seen) -> Iterator[str]:
    for markup in (file.markup for file in seen.of_form(XML)):
        yield _of_markup(markup or Markup())
    forms = {file.form for file in seen.files}
    if WITH_PASSWORD in forms or any("with a password" in form for form in forms):
        yield "What has a password cannot be read: save it without one."
    if any(".xls)" in form or ".xlsb)" in form for form in forms):
        yield "Of Excel's workbooks only those saved as .xlsx are read."
    if seen.form != WORKBOOK and WORKBOOK in forms:
        yield "A workbook is inspected by itself: name the file, not what it lies in."
    if ZIP in forms:
        yield "A zip within is not looked into: name it, or unpack it."
    yield from _by_columns(seen)


def _of_markup(markup: Markup) -> str:
    if markup.has_doctype:
        return "It declares a document type, as no return does: nothing of it was read further."
    if len(_OF_903 & markup.names) > 1:
        return _NOT_903
    if markup.root != "Message":
        return "Its outermost element is not Message, as that of the Department's returns is."
    collection = markup.header.get("Collection", "").upper()
    if name := _COLLECTIONS.get(collection):
        return f"It says that it is the {name}, which is another return than those read here."
    if collection:
        return "It says that it is of another collection than the children in need census."
    return "Its outermost element is Message; it has neither a collection nor a block of a census."


def _by_columns(seen: Seen) -> Iterator[str]:
    """Files that have the columns of a table and another's name."""
    for source in (LIQUIDLOGIC_FILES, SSD_FILES):
        known = known_columns(source)
        called = {
            table for file in seen.of_form(CSV)
            if file.stem not in known and (table := _most_like(file, known))
        }  # fmt: skip
        for table in sorted(called):
            yield f"A file has columns of {table} ({source.kind}); if it is that, name it so."


def _most_like(file: SeenFile, tables: Mapping[str, frozenset[str]]) -> str | None:
    """The table that knows most of a file's columns, and at least half of them."""
    shared = {name: len(columns & file.headings) for name, columns in tables.items()}
    best = max(shared, key=lambda name: shared[name])
    is_like = shared[best] >= max(_FEWEST_COLUMNS, len(file.headings) / 2)
    return best if is_like else None
