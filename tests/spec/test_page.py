"""The specifications as a whole: nothing that a rule needs shown is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.derive.register import RULES
from etl.derive.rule import Rule
from spec.page import main, pages, specifications
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


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return pages()


def test_every_rule_has_its_sentence_and_its_examples_on_its_page(made: dict[str, str]) -> None:
    for rule in RULES:
        text, sentence = made[f"{rule.timescale}.md"], rule.in_words()
        assert sentence.removeprefix(f"{rule.title}: ")[1:] in text
        assert sentence.removeprefix(f"{rule.title}: ")[1:] in made["README.md"]
        assert all(f"### {one.sentence}\n" in text for one in specifications(rule))
        assert f"({rule.timescale}.svg)" in text


def test_a_page_that_was_altered_or_is_left_over_is_stale_until_it_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    made: dict[str, str],
) -> None:  # fmt: skip
    monkeypatch.setattr("spec.page.pages", lambda: made)
    main(tmp_path)
    (tmp_path / "initial_conference.svg").write_text("<svg/>")
    (tmp_path / "core_group.md").write_text("a rule that is no more")
    monkeypatch.setattr("sys.argv", ["page", "--check"])
    assert main(tmp_path) == 1
    assert "core_group.md, initial_conference.svg. Run `make docs`" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["page"])
    assert main(tmp_path) == 0
    monkeypatch.setattr("sys.argv", ["page", "--check"])
    assert main(tmp_path) == 0
