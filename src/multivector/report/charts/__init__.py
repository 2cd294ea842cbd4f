"""The charts of reports: Altair definitions, each with a title that states its finding and the table behind it."""

from multivector.report.charts.chart import Chart, palette
from multivector.report.charts.one import charts_of
from multivector.report.charts.pictures import drawing, png, svg

__all__ = ["Chart", "charts_of", "drawing", "palette", "png", "svg"]
