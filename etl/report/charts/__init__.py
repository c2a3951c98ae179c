"""Charts as drawings set into the page: no script, no font but the page's, the same bytes for the
same figures."""

from etl.report.charts.axis import axis_start, shows_anything
from etl.report.charts.drawing import definitions, draw
from etl.report.charts.spark import spark

__all__ = ["axis_start", "definitions", "draw", "shows_anything", "spark"]
