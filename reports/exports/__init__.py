"""All hits of a search as a file, in the order of the search page."""

from .csv import CsvExporter
from .exporter import Exporter
from .xlsx import XlsxExporter

EXPORTERS: dict[str, type[Exporter]] = {"csv": CsvExporter, "xlsx": XlsxExporter}
"""Format -> exporter. ``export_results --format`` and the download addresses offer these."""

__all__ = ["EXPORTERS", "CsvExporter", "Exporter", "XlsxExporter"]
