"""All that a page says of one timescale, as a value: the HTML page and docs/timescales/ are made
from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from etl.answers.counting import DAY
from etl.answers.rules.examples import Example, example, follow_on, later_on
from etl.answers.rules.owed import History, Owed, next_due
from etl.answers.rules.picture import Bar, Lane, picture
from etl.authority import SIGNED_DIGITS, Authority
from etl.calendar.allowance import Allowance, in_words
from etl.calendar.working_days import FIRST_DAY
from etl.contracts.register import CONFORMED
from etl.derive.register import RULES
from etl.derive.rule import Rule
from etl.derive.standards import (
    FOR_EVER,
    Standard,
    england,
    is_as_signed,
    signature,
    standards,
)
from etl.sources.mapping import mappings
from etl.sources.register import FIRST_KIND, SOURCES

SIGNED = {None: "not signed", True: "signed", False: "signed otherwise"}
GROUP = 4


@dataclass(frozen=True)
class InForce:
    """A line of the table of standards: whose it is, the time it gives, for which clocks it is in
    force, and where it is written down."""

    whose: str
    allowance: str
    in_force: str
    source: str


@dataclass(frozen=True)
class Sheet:
    """One timescale. own: the authority's name, where it has a standard of its own.

    hash: of what moves what is owed, all of it; signed: one of SIGNED.
    """

    rule: Rule
    own: str | None
    sentence: str
    set_by: str
    in_force: tuple[InForce, ...]
    examples: tuple[Example, ...]
    follow_on: tuple[Owed, ...]
    later_on: tuple[Owed, ...]
    picture: Markup
    hash: str
    signed: str

    @property
    def hash_to_sign(self) -> str:
        """Its first digits, in groups: '60d1 32a4 ...'."""
        digits = self.hash[:SIGNED_DIGITS]
        return " ".join(digits[at : at + GROUP] for at in range(0, SIGNED_DIGITS, GROUP))

    @property
    def englands(self) -> str:
        """What the standard for every authority is called."""
        return englands(self.rule)

    def facts(self) -> dict[str, str]:
        """What else is worth knowing of it, by what it is."""
        rule = self.rule
        starts = rule.starts + (f", then each {rule.restarts}" if rule.restarts else "")
        return {
            "Owed on": f"{rule.counted}; each sibling's counts",
            "Clock": f"starts: {starts}; stops: {rule.stops}",
            "What counts, and what does not": rule.qualifies,
        }


def sheets(authority: Authority | None = None) -> list[Sheet]:
    """Every timescale as the authority has it, by default as England does.

    Raises NightStopped where an example would pass the end of the calendar of bank holidays.
    """
    return [_sheet(rule, authority) for rule in RULES]


def _sheet(rule: Rule, authority: Authority | None) -> Sheet:
    every = standards(rule, authority) if authority else [england(rule)]
    own = [standard for standard in every if standard.is_local]
    examples = tuple(example(rule, every, standard) for standard in own or every)
    now, start, hash = every[-1], examples[-1].started, signature(every)
    signed = authority.signed.get(rule.timescale) if authority else None
    name = authority.name if authority and own else None
    return Sheet(
        rule=rule,
        own=name,
        sentence=_sentence(rule, now),
        set_by=f"{name}'s own standard" if name else set_by(rule),
        in_force=tuple(_in_force(rule, every, name)),
        examples=examples,
        follow_on=follow_on(rule, every, start),
        later_on=later_on(rule, every, start),
        picture=picture(rule.timescale, _sentence(rule, now), _lanes(rule, examples, name)),
        hash=hash,
        signed=SIGNED[is_as_signed(hash, signed)],
    )


def _sentence(rule: Rule, standard: Standard) -> str:
    text = rule.in_words(standard.steps if standard.is_local else ())
    text = text.removeprefix(f"{rule.title}: ")
    if standard.counting == "inclusive":
        text = f"{text.removesuffix('.')}; the start counts as day 1."
    return f"{text[0].upper()}{text[1:]}"


def set_by(rule: Rule) -> str:
    """Who sets it, for those without a standard of their own."""
    return "law or statutory guidance" if rule.is_statutory else "local practice"


def englands(rule: Rule) -> str:
    """'England', or what there is in its place."""
    return "England" if rule.is_statutory else "Default"


def _in_force(rule: Rule, every: list[Standard], name: str | None) -> list[InForce]:
    """England's standard, and the authority's own beside it."""
    lines = [
        InForce(
            englands(rule),
            england(rule).in_words(),
            _englands_time(rule, every),
            f"{set_by(rule)}: {rule.citation}",
        )
    ]
    lines += [
        InForce(str(name), one.in_words(), _own_time(one), one.citation or "no source is named")
        for one in every
        if one.is_local
    ]
    return lines


def _englands_time(rule: Rule, every: list[Standard]) -> str:
    first = every[0]
    if first.is_local:
        return "not in force here"
    if first.effective_to < FOR_EVER:
        return f"for clocks that started before {in_full(first.effective_to)}"
    if rule.effective_from:
        since = in_full(rule.effective_from)
        return f"since {since}; clocks that started earlier are measured by it too"
    return "no date known; every clock is measured by it"


def _own_time(standard: Standard) -> str:
    begins, ends = standard.effective_from, standard.effective_to
    if begins == FIRST_DAY and ends == FOR_EVER:
        return "for every clock"
    since = f" from {in_full(begins)}" if begins > FIRST_DAY else ""
    until = f" to {in_full(ends - DAY)}" if ends < FOR_EVER else ""
    return f"for clocks that start{since}{until}"


def _lanes(rule: Rule, examples: tuple[Example, ...], name: str | None) -> list[Lane]:
    """England's clock, and under it the authority's own."""
    everywhere, last = england(rule), examples[-1]
    lanes = [Lane(f"{englands(rule)}: {in_words(rule.steps)}", _bars(everywhere, last.started))]
    for each in examples:
        own = each.standard
        if own.is_local:
            title = f"{name}, {_own_time(own)}: {own.in_words()}"
            lanes.append(Lane(title, _bars(own, each.started)))
    return lanes


def _bars(standard: Standard, started: date) -> tuple[Bar, ...]:
    """The clocks one after another, each stopped on its due day."""
    rule, steps = standard.rule, standard.steps
    alone = [replace(standard, effective_from=FIRST_DAY, effective_to=FOR_EVER)]
    done: list[date] = []
    bars = []
    last = max(2, len(steps)) if rule.is_recurring else 1
    for number in range(1, last + 1):
        due = next_due(rule, alone, History(started, started, tuple(done)))
        begins = done[-1] if done else started
        step = steps[min(number, len(steps)) - 1]
        words = _from(rule, number, last) if done else f"from the start, {in_short(started)}"
        repeats = rule.is_recurring and number == last
        bars.append(Bar(begins, due, step, standard.counting, words, repeats))
        done.append(due)
    for owed in later_on(rule, alone, started)[-1:]:
        other = Allowance.read(owed.allowance)
        bars.append(Bar(owed.started, owed.due, other, standard.counting, _instead(standard)))
    return tuple(bars)


def _from(rule: Rule, number: int, last: int) -> str:
    """From when a clock after the first runs."""
    if last == 2:
        return f"then from each {rule.restarts}"
    return "then from each later one" if number == last else f"then from the {rule.restarts}"


def _instead(standard: Standard) -> str:
    later = standard.later
    if later is None:
        return ""
    which = later.only.removeprefix("is_").replace("_", " ")
    return f"instead, if {which}, after {later.after.in_words()}"


def sources(rule: Rule, kind: str = FIRST_KIND) -> list[str]:
    """The tables of that kind of source that it is read from."""
    tables = mappings(SOURCES[kind]).tables
    parts = [part for name in rule.tables if (part := tables.get(name))]
    found = [name for each in parts for name in (each.source, *(o.source for o in each.lookups))]
    return list(dict.fromkeys(found))


def if_lacking(rule: Rule, kind: str = FIRST_KIND) -> str | None:
    """The table that an extract may lack, and then the rule is skipped."""
    tables = mappings(SOURCES[kind]).tables
    optional = (
        part.source for name in rule.tables if (part := tables.get(name)) and part.optional_table
    )
    return next(optional, None)


def columns(rule: Rule) -> list[str]:
    """The warehouse's columns that it is worked out from."""
    names = {table.name: table.warehouse for table in CONFORMED}
    clock, stop = rule.clock, rule.stop
    return [
        f"{names[clock.table]}.{clock.starts}",
        *([f"{names[clock.table]}.{clock.ends}"] if clock.ends else []),
        f"{names[stop.table]}.{stop.date}",
    ]


def in_short(day: date) -> str:
    """'Mon 3 Nov 2014'."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def in_full(day: date) -> str:
    """'3 November 2014'."""
    return f"{day.day} {day:%B %Y}"
