"""All hits of a search as a file, the same hits in the same order as the page shows."""

from .csv import CsvExporter
from .exporter import Exporter

EXPORTERS: dict[str, type[Exporter]] = {"csv": CsvExporter}
"""Format -> exporter: what ``export_results --format`` and the download addresses offer."""

__all__ = ["EXPORTERS", "CsvExporter", "Exporter"]
