"""The page, JSON, CSV and the command line give the same hits in the same order."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client

PARAMETERS = [
    {},
    {"q": ["水渠"]},
    {"q": ["水渠 OR 产业链"], "sort": ["-date"]},
    {"q": ["-水渠"], "sort": ["date"]},
    {"q": ["水渠"], "scope": ["section"], "year": ["2021", "none"]},
    {"q": ["水渠"], "scope": ["figure"]},
    {"q": ["水渠太阳能板"]},
    {"q": ['"水渠']},
    {"district": ["市中区"], "sort": ["district"]},
    {"initiative": ["点灯行动"], "district": ["兰溪市"]},
    {"source": ["海门报,周末版"], "from": ["2022"], "to": ["2022-06"]},
    {"q": ["水渠 OR 产业链"], "-year": ["2021"], "-source": ["海门报,周末版"]},
    {"district": ["兰溪市"], "named": ["1"]},
]


@pytest.fixture
def client(settings: SimpleNamespace) -> Client:
    settings.ARCHIVE_PUBLIC = True
    return Client()


def as_arguments(parameters: dict[str, list[str]]) -> list[str]:
    options = [
        "--named" if name == "named" else f"--{'not' if name.startswith('-') else ''}{name}={value}"
        for name, values in parameters.items()
        if name != "q"
        for value in values
    ]
    return [*options, "--", *parameters.get("q", [])]


@pytest.mark.parametrize("parameters", PARAMETERS, ids=str)
def test_every_face_shows_the_same_hits(
    searchable: SimpleNamespace, client: Client, parameters: dict[str, list[str]], tmp_path: Path
) -> None:
    body = client.get("/search.json", parameters).json()
    expected = [hit["id"] for hit in body["hits"]]
    assert len(expected) == body["total"] > 0

    page = client.get("/search/", parameters).content.decode()
    assert re.findall(r'id="hit-([^"]+)"', page) == expected

    download = client.get("/search.csv", parameters)
    written = b"".join(download.streaming_content)  # type: ignore[attr-defined]
    assert [row[16].removeprefix("http://testserver") for row in read(written)] == [
        hit["url"] for hit in body["hits"]
    ]

    printed = json.loads(run("search", "--json", *as_arguments(parameters)))
    assert {**printed, "took_ms": 0} == {**body, "took_ms": 0}
    listing = run("search", *as_arguments(parameters))
    assert re.findall(r"^   (/articles/\S+)$", listing, re.MULTILINE) == [hit["url"] for hit in body["hits"]]

    target = tmp_path / "结果.csv"
    run("export_results", "-o", str(target), "--base-url=http://testserver", *as_arguments(parameters))
    assert target.read_bytes() == written


def run(command: str, *arguments: str) -> str:
    output = io.StringIO()
    call_command(command, *arguments, stdout=output)
    return output.getvalue()


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
