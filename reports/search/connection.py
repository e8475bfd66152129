"""The engine that ``SEARCH_URL`` names. No other module knows which engine it is."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from haystack import connections

from .contract.address import WHOOSH, SearchAddress, SearchUrlError
from .contract.engine import Engine

_CLASSES = {WHOOSH: "reports.search.engines.whoosh.engine.WhooshEngine"}
"""Scheme of ``SEARCH_URL`` -> dotted path of the engine's class, which is made with the rest of the URL."""


def open_engine(url: str) -> Engine:
    """The engine at ``url``. Raises ImproperlyConfigured if it names no engine."""
    address = _address(url)
    return cast("Engine", import_string(_CLASSES[address.scheme])(address.rest))


def engine() -> Engine:
    """The engine behind haystack's default connection. Tests replace this function."""
    return cast("Engine", connections["default"].get_backend().engine)


def index_folder() -> Path | None:
    """The folder on this machine that holds the index; None if it is elsewhere."""
    return _address(settings.HAYSTACK_CONNECTIONS["default"]["URL"]).folder


def _address(url: str) -> SearchAddress:
    try:
        address = SearchAddress.parse(url)
    except SearchUrlError as error:
        raise ImproperlyConfigured(str(error)) from error
    if address.scheme not in _CLASSES:
        known = "、".join(_CLASSES)
        raise ImproperlyConfigured(f"SEARCH_URL 中的检索引擎“{address.scheme}”不认识；现有：{known}。")
    return address
