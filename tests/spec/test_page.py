"""The specifications as a whole: nothing that a rule needs shown is left out."""

from __future__ import annotations

import pytest

from etl.derive.register import RULES
from etl.derive.rule import Rule
from spec.page import page, specifications
from spec.specification import situations


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.timescale)
def test_every_rule_is_shown_in_every_situation_that_its_kind_needs(rule: Rule) -> None:
    shown = {word for one in specifications(rule) for each in one.shown for word in each.shows}
    assert situations(rule) - shown == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.timescale)
def test_every_rule_is_shown_in_several_years_and_on_several_subjects(rule: Rule) -> None:
    text = " ".join(each.expect for one in specifications(rule) for each in one.shown)
    years = {word[:4] for word in text.split() if word[:2] == "20" and word[4:5] == "-"}
    assert len(years) > 2


def test_every_rule_has_its_sentence_and_its_examples_on_the_page() -> None:
    text = page()
    for rule in RULES:
        assert rule.in_words().removeprefix(f"{rule.title}: ")[1:] in text
        assert all(f"### {one.sentence}\n" in text for one in specifications(rule))
