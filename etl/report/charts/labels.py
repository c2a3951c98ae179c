"""The labels at the right end of a chart: what its lines are, so that it needs no legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from etl.report.charts.frame import APART, BESIDE, INK, LIMIT, REFERENCE, TEXT, Frame
from etl.report.charts.svg import element, lines_of_text, number
from etl.report.numbers import as_entered, in_unit, printed
from etl.report.outline import LINE
from etl.report.record import PERCENT, Point, Reference, Series, UsualRange
from etl.targets import financial_year

# A label that stands this far off its line is joined to it.
_FAR = 3
_HIGHEST = 2.0
# From the top of a line of type to its middle, and to its foot.
_MIDDLE, _FOOT = 7, 11.5
NOT_FINAL = "◊"
_TARGET, _ENGLAND, _NEIGHBOURS = "7 4", "2 3", "9 3 2 3"


@dataclass(frozen=True)
class Label:
    """Beside a line: its text, in lines; the value that it belongs to; its looks."""

    lines: tuple[str, ...]
    value: Decimal
    looks: str

    @property
    def tall(self) -> int:
        """All its lines."""
        return APART * len(self.lines)


_LOOKS: dict[str, dict[str, str | None]] = {
    "val": {"fill": INK, "font_weight": "700"},
    "ref": {"fill": REFERENCE},
    "note": {"fill": TEXT},
}


@dataclass(frozen=True)
class Compared:
    """A line that the figures are compared to, and how it is dashed."""

    name: str
    dashes: str
    reference: Reference


def compared(series: Series) -> Iterator[Compared]:
    """The target, England and the neighbours, as far as there are any."""
    for name, dashes, reference in (
        ("Target", _TARGET, series.target),
        ("England", _ENGLAND, series.england),
        ("Neighbours", _NEIGHBOURS, series.neighbours),
    ):
        if reference is not None:
            yield Compared(name, dashes, reference)


def figure(unit: str, point: Point) -> str:
    """A point's figure, with its mark where it is not final; nothing where it has none."""
    value = printed(unit, point)
    if value is None:
        return ""
    return in_unit(unit, value) + (f" {NOT_FINAL}" if point.awaiting else "")


def labels_of(series: Series, form: str, wide: bool) -> list[Label]:
    """The labels of a chart; a narrow one has those that are long in two lines."""
    labels = []
    now = printed(series.unit, series.now) if series.points else None
    if form == LINE and now is not None:
        text = f"{series.now.month:%b} {figure(series.unit, series.now)}"
        labels.append(Label((text,), now, "val"))
    for each in compared(series):
        labels.append(Label(_of_reference(series, each), each.reference.value, "ref"))
    usual = series.usual
    # Columns that are narrow keep their room: the band itself reaches to their end.
    if usual is not None and (wide or form == LINE):
        lines = ("usual", _of_usual(series.unit, usual))
        labels.append(Label(lines, (usual.low + usual.high) / 2, "note"))
    if wide:
        return [replace(label, lines=(" ".join(label.lines),)) for label in labels]
    return labels


def _of_reference(series: Series, each: Compared) -> tuple[str, ...]:
    """With its year, where that is an earlier one than M's."""
    value = as_entered(each.reference.value) + ("%" if series.unit == PERCENT else "")
    year = each.reference.financial_year
    if not series.points or year == financial_year(series.now.month):
        return (f"{each.name} {value}",)
    return each.name, f"{year}: {value}"


def _of_usual(unit: str, usual: UsualRange) -> str:
    return f"{in_unit(unit, usual.low)}–{in_unit(unit, usual.high)}"


def placed(frame: Frame, labels: Sequence[Label]) -> list[tuple[Label, float]]:
    """Each with its top, as near to what it belongs to as those beside it let it, none over
    another: labels that would meet are one block, as high as its labels are wanted on average."""
    blocks: list[list[Label]] = []
    for label in sorted(labels, key=lambda each: -each.value):
        block = [label]
        while blocks and _top(frame, blocks[-1]) + _tall(blocks[-1]) > _top(frame, block):
            block = blocks.pop() + block
        blocks.append(block)
    return [
        (label, _top(frame, block) + _tall(block[:index]))
        for block in blocks
        for index, label in enumerate(block)
    ]


def _tall(block: Sequence[Label]) -> int:
    return sum(label.tall for label in block)


def _top(frame: Frame, block: Sequence[Label]) -> float:
    """Where a block of labels begins: within the drawing."""
    wanted = [
        frame.y(label.value) - _MIDDLE - _tall(block[:index]) for index, label in enumerate(block)
    ]
    lowest = frame.bottom + _MIDDLE - _tall(block)
    return max(min(sum(wanted) / len(wanted), lowest), _HIGHEST)


def joins(frame: Frame, labels: Sequence[tuple[Label, float]]) -> str:
    """A hairline from each label that had to move to what it belongs to."""
    return "".join(
        element(
            "path",
            d=f"M{number(frame.right)} {number(frame.y(label.value))}"
            f"L{number(frame.right + BESIDE - 2)} {number(top + _MIDDLE)}",
            stroke=LIMIT,
            stroke_width="0.8",
            fill="none",
        )
        for label, top in labels
        if abs(top + _MIDDLE - frame.y(label.value)) > _FAR and label.looks != "note"
    )


def written(frame: Frame, labels: Sequence[tuple[Label, float]]) -> str:
    """The labels' texts."""
    return "".join(
        lines_of_text(
            label.lines,
            frame.right + BESIDE,
            top + _FOOT,
            APART,
            class_=label.looks,
            font_size=f"{frame.form.small}" if label.looks == "note" else None,
            stroke="none",  # beside the frame; an edge would cut into the label above
            **_LOOKS[label.looks],
        )
        for label, top in labels
    )
