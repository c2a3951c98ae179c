"""``csc-etl rules``: a council's rules as a page to sign, and what became of what it signed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nights.loading import WESTMERE, command
from unit.builders import an_authority_file

from etl.derive.register import NOT_DERIVED, RULES
from etl.settings import PSEUDONYM_KEY


def rules(folder: Path, authority: Path | None = None) -> str:
    """The page that the command writes."""
    out = folder / "rules.html"
    asked = ["--authority", authority] if authority else []
    ran = command("rules", *asked, "--out", out)
    assert ran.exit_code == 0, ran.err
    return out.read_text(encoding="utf-8")


def section(page: str, timescale: str) -> str:
    [found] = re.findall(rf'<section class="sheet" id="{timescale}">.*?</section>', page, re.DOTALL)
    return str(found)


def to_sign(page: str) -> str:
    """The lines of TOML that the page prints."""
    [lines] = re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)
    return str(lines).replace("&#34;", '"')


@pytest.fixture(scope="module")
def westmere(tmp_path_factory: pytest.TempPathFactory) -> str:
    return rules(tmp_path_factory.mktemp("rules"), WESTMERE)


def test_without_an_authority_it_is_englands_page_as_in_the_docs(tmp_path: Path) -> None:
    from spec.page import FOLDER

    assert rules(tmp_path) == (FOLDER / "timescales.html").read_text(encoding="utf-8")


def test_the_page_has_the_councils_name_each_timescale_and_what_is_left_out(westmere: str) -> None:
    assert "<title>Timescales of Westmere</title>" in westmere
    for rule in RULES:
        text = section(westmere, rule.timescale)
        assert f"<h2>{rule.title.replace(chr(39), '&#39;')}</h2>" in text
        assert "<svg" in text
        assert "Date and signature" in text
    assert all(out.timescale.replace("_", " ") in westmere for out in NOT_DERIVED)


def test_a_councils_own_standard_stands_beside_englands(westmere: str) -> None:
    """35 working days until April 2025: what is late by them is in time by England's 45."""
    text = section(westmere, "single_assessment")
    assert "35 working days from Tue 4 Apr 2023" in text
    late = '<td class="status">late by 1 day<span class="beside">England: in time</span></td>'
    assert late in text
    assert "England: 45 working days</text>" in text
    assert "Westmere, for clocks that start from 1 April 2023 to 31 March 2025" in text
    assert "Westmere practice standards, 2023 (invented)" in text
    assert 'class="beside"' not in section(westmere, "looked_after_review")


def test_the_page_needs_nothing_but_itself(westmere: str) -> None:
    without_names = westmere.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//\w|<link|<script|@import|src=", without_names)


def test_it_needs_neither_key_nor_warehouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from etl import cli

    monkeypatch.delenv(PSEUDONYM_KEY, raising=False)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["rules"]) == 0
    assert f"timescales.html: {len(RULES)} timescales, 0 by own standards; none is signed" in (
        capsys.readouterr().out
    )
    assert [path.name for path in tmp_path.iterdir()] == ["timescales.html"]


def test_what_is_printed_to_be_signed_is_what_is_signed_until_the_rule_changes(
    tmp_path: Path,
) -> None:
    own = "[timescales.initial_conference]\nallowance = '{} working days'\n"
    page = rules(tmp_path, an_authority_file(tmp_path, own.format(12)))
    assert "not signed</span>" in section(page, "initial_conference")
    lines = "\n".join(to_sign(page).splitlines()[:4])
    assert lines.count("=") == 3

    page = rules(tmp_path, an_authority_file(tmp_path, own.format(12) + lines))
    assert '<span class="mark">signed</span>' in section(page, "initial_conference")
    assert '<span class="mark">not signed</span>' in section(page, "looked_after_visit")

    page = rules(tmp_path, an_authority_file(tmp_path, own.format(13) + lines))
    assert '<span class="mark">signed otherwise</span>' in section(page, "initial_conference")
    assert '<span class="mark">signed</span>' in section(page, "single_assessment")


def test_another_citation_is_no_other_rule(tmp_path: Path) -> None:
    own = "[timescales.initial_conference]\nallowance = '12 working days'\ncitation = '{}'\n"
    said = {to_sign(rules(tmp_path, an_authority_file(tmp_path, own.format(c)))) for c in "ab"}
    assert len(said) == 1


def test_a_name_of_an_authority_is_text_and_never_part_of_the_page(tmp_path: Path) -> None:
    file = an_authority_file(tmp_path, "[timescales.child_in_need_visit]\nallowance = '9 days'\n")
    file.write_text(file.read_text().replace("Anyshire", "<b>Any</b> & shire"))
    page = rules(tmp_path, file)
    assert "<b>" not in page
    assert page.count("&lt;b&gt;Any&lt;/b&gt; &amp; shire") > 3


def test_a_long_name_with_a_long_standard_stays_within_the_picture(tmp_path: Path) -> None:
    file = an_authority_file(
        tmp_path,
        "[timescales.looked_after_review]\n"
        "allowance = ['20 working days', '3 months', '6 months']\n"
        "counting = 'inclusive'\neffective_from = 2023-09-01\n",
    )
    file.write_text(file.read_text().replace("Anyshire", "Bournemouth, Christchurch and Poole"))
    text = section(rules(tmp_path, file), "looked_after_review")
    bold = re.findall(r'font-weight="600"[^>]*>(.*?)</text>', text)
    assert len(bold) == 3
    assert "Bournemouth" in bold[1] and "day 1" in bold[2]
    assert max(map(len, bold)) <= 105


def test_a_rule_without_an_end_says_that_nothing_ends_it(westmere: str) -> None:
    without = [rule for rule in RULES if rule.clock.ends is None]
    for rule in RULES:
        said = "nothing ends it: it stays owed until it is done" in section(
            westmere, rule.timescale
        )
        assert said == (rule in without)
    assert len(without) == 3


def test_a_page_that_cannot_be_written_is_told_in_four_parts(tmp_path: Path) -> None:
    ran = command("rules", "--out", tmp_path / "nowhere" / "rules.html")
    assert ran.exit_code == 1
    assert len(ran.parts) == 4


def test_an_authoritys_file_that_is_wrong_is_refused_as_everywhere(tmp_path: Path) -> None:
    ran = command("rules", "--authority", tmp_path / "none.toml", "--out", tmp_path / "r.html")
    assert ran.exit_code == 2
    assert len(ran.parts) == 4
