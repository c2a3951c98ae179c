"""Reads a drawing back: where its parts are, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from etl.report.charts import draw
from etl.report.charts.svg import width
from etl.report.record import Series

DATA, OTHER_MONTHS, BAND, REFERENCE = "#12436D", "#7C8FA3", "#E8EDF2", "#2B2B2B"
_COORDINATE = re.compile(r"([MLHV])([\d. -]+)")


@dataclass(frozen=True)
class Box:
    """What a part of a drawing covers."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Text:
    """Words of a drawing, a line of them: foot is where they stand."""

    said: str
    box: Box
    foot: float
    x: float
    looks: str | None


class Drawn:
    """A chart that was drawn."""

    def __init__(self, series: Series, form: str, wide: bool = True) -> None:
        self.text = draw(
            series, form, wide=wide, id="one", title="A chart", description="What it shows"
        )
        self.root = ElementTree.fromstring(self.text)
        self.width, self.height = (int(each) for each in self.root.attrib["viewBox"].split()[2:])

    def elements(self, tag: str, **attributes: str) -> list[ElementTree.Element]:
        """Those of a name with these attributes."""
        said = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [each for each in self.root.iter(tag) if said.items() <= each.attrib.items()]

    def columns(self) -> list[Box]:
        """In the order of their months."""
        return [
            box_of(each)
            for each in self.elements("rect")
            if each.attrib["fill"] in (DATA, OTHER_MONTHS)
        ]

    def lines(self) -> list[list[tuple[float, float]]]:
        """The points of each line through months."""
        return [points_of(each) for each in self.elements("path", stroke=DATA)]

    def words(self) -> list[str]:
        """Every text, its lines joined as a reader joins them."""
        return [" ".join("".join(each.itertext()).split()) for each in self.root.iter("text")]

    def texts(self) -> Iterator[Text]:
        """Every line of every text."""
        for group in self.root.iter("g"):
            for each in group.iter("text"):
                size = float(each.get("font-size") or group.attrib["font-size"])
                yield from _lines_of(each, size)


def box_of(rectangle: ElementTree.Element) -> Box:
    """What a rectangle covers."""
    x, y, wide, tall = (float(rectangle.attrib[each]) for each in ("x", "y", "width", "height"))
    return Box(x, y, x + wide, y + tall)


def points_of(path: ElementTree.Element) -> list[tuple[float, float]]:
    """The points of a path."""
    x = y = 0.0
    points = []
    for letter, numbers in _COORDINATE.findall(path.attrib["d"]):
        values = [float(each) for each in numbers.split()]
        if letter == "H":
            [x] = values
        elif letter == "V":
            [y] = values
        else:
            x, y = values
        points.append((x, y))
    return points


def _lines_of(element: ElementTree.Element, size: float) -> Iterator[Text]:
    foot = float(element.attrib["y"])
    spans = list(element)
    for part in spans or [element]:
        foot += float(part.get("dy") or 0)
        said = part.text or ""
        x, wide = float(part.attrib["x"]), width(said, size)
        left = x - wide * {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", ""), 0.0)
        box = Box(left, foot - size * 0.75, left + wide, foot)
        yield Text(said, box, foot, x, element.get("class"))
