"""Makes docs/extract.md: what a nightly extract is, for the person who writes the export.

Tables and columns are those of the mapping, what each is for is said by the contracts.
"""

from __future__ import annotations

from collections.abc import Iterator

from etl.authority import Limits
from etl.contracts.contract import Kind, Table
from etl.contracts.register import BY_NAME, PERSONS
from etl.sources.liquidlogic.source import LIQUIDLOGIC_FILES
from etl.sources.mapping import FromColumn, Lookup, Mapping, Mappings, Through, mappings
from etl.sources.source import Forms

# Column, whether it may be left out, and what it is for.
Use = tuple[str, bool, str]
FORMS_OF = {
    Kind.ID: "an id",
    Kind.CODE: "a code",
    Kind.DATE: "a date",
    Kind.FLAG: "yes or no",
    Kind.TEXT: "a text",
}

# What is the same whatever the mapping says: words to edit, with what is known elsewhere in braces.
ABOUT = LIQUIDLOGIC_FILES.folder / "extract.md"
EXAMPLE = """FACT_REFERRAL_ID,DIM_PERSON_ID,REFRL_START_DTTM,OUTCOME_COMMENTS
"2001","1001","2026-02-02 09:15:00.000","Strategy discussion held"
"2002","1002","2026-02-03 00:00:00.000","Mum said ""no"", then
agreed to a visit"
"""

# By key of a mapping's [birth].
BIRTH = {
    "date": "a date: the birth, of which the month is kept",
    "is_estimated": "yes or no: whether that date is an estimate",
}


def extract_page(made: str) -> str:
    """The page. made: the line that says how it is made."""
    found = mappings(LIQUIDLOGIC_FILES)
    forms = LIQUIDLOGIC_FILES.forms
    about = ABOUT.read_text(encoding="utf-8").format(
        gib=Limits().extract_gib,
        missing=_listed(forms.missing),
        missing_dates=_listed(_dates(forms)),
        example=EXAMPLE,
    )
    tables = sorted({part.source for _, part in found.parts()} | found.not_used.keys())
    return made + about + "".join(_table(found, name) for name in tables)


def _dates(forms: Forms) -> tuple[str, ...]:
    return tuple(dict.fromkeys(forms.missing_dates))


def _listed(words: tuple[str, ...], last: str = "and") -> str:
    *marked, end = (f"`{word}`" for word in words)
    return f"{', '.join(marked)} {last} {end}" if marked else end


def _table(found: Mappings, name: str) -> str:
    """A table of the source: what it is for, and its columns."""
    parts = [(ours, part) for ours, part in found.parts() if part.source == name]
    left_alone = sorted(found.not_used.get(name, ()))
    text = f"\n### {name}\n\n"
    if not parts:
        return f"{text}Known, and not read: it may be left out. {_of(left_alone)}\n"
    text += "Optional. " if all(part.optional_table for _, part in parts) else ""
    tables = dict.fromkeys(f"`{ours}`" for ours, _ in parts)
    text += f"Read for {', '.join(tables)}.\n\n| column | | for |\n|---|---|---|\n"
    uses: dict[str, list[Use]] = {}
    for ours, part in parts:
        for use in _uses(found, BY_NAME[ours], part):
            uses.setdefault(use[0], []).append(use)
    for column, its in sorted(uses.items()):
        is_optional = all(optional for _, optional, _ in its)
        purposes = "; ".join(dict.fromkeys(purpose for _, _, purpose in its))
        text += f"| `{column}` | {'optional' if is_optional else ''} | {purposes} |\n"
    return text + (f"\nKnown, and not read: {_of(left_alone)}\n" if left_alone else "")


def _of(columns: list[str]) -> str:
    return ", ".join(f"`{column}`" for column in columns) + "." * bool(columns)


def _uses(found: Mappings, table: Table, part: Mapping | Lookup | Through) -> Iterator[Use]:
    """What each column of this part is read for; one may be read for several things."""
    if isinstance(part, Through):
        for name in part.on:
            yield name, False, f"leads from the record of `{found.tables[table.name].source}`"
        yield part.column, False, f"leads to a `{part.there}`"
        return
    for column in part.columns:
        for name, optional in column.source_columns.items():
            yield name, optional, _purpose(table, column, name)
    yield from _of_lookup(found, table, part) if isinstance(part, Lookup) else _of_main(part)


def _of_lookup(found: Mappings, table: Table, part: Lookup) -> Iterator[Use]:
    main = found.tables[table.name].source
    keys = () if part.through else part.on
    if part.through:
        yield part.through.there, False, f"named by a `{part.through.column}`"
    for here, there in keys:
        yield there, False, f"finds the record of `{main}` (its `{here}`)"
    if part.where:
        yield part.where[0], False, f"the records that are read have `{part.where[1]}` here"
    if part.latest_by:
        yield part.latest_by, False, "of several records the latest is taken"


def _of_main(part: Mapping) -> Iterator[Use]:
    for lookup in part.lookups:
        for here, _ in lookup.on:
            yield here, False, f"finds the record of `{lookup.source}`"
    for ours, name in part.birth:
        yield name, False, BIRTH[ours]
    identities = {column.name: column.meaning for person in PERSONS for column in person.identity}
    for ours, name in part.identity:
        yield name, False, f"{identities[ours]}, kept in `restricted` alone"


def _purpose(table: Table, column: FromColumn, name: str) -> str:
    ours = table.column(column.ours)
    words = dict(column.first_set)
    if words:
        return f"yes or no: `{column.ours}` is then `{words[name]}`"
    if column.token:
        return f"an id: the {column.token}, pseudonymised"
    if column.is_present:
        return f"whether there is one: {ours.meaning}"
    if column.ours in table.key:
        return "an id: the record's own"
    if column.only_listed:
        codes = tuple(map(str.upper, LIQUIDLOGIC_FILES.code_map(str(column.codes))))
        return f"a code; records are read that have {_listed(codes, 'or')}"
    return f"{FORMS_OF.get(ours.kind, 'a number')}: {ours.meaning}"
