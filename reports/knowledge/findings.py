"""What is recognised in an article's text: plain values with offsets (code points) into a text part."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class DistrictLevel(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    ZONE = "zone"  # 功能区: 高新区, 开发区; not in GB/T 2260


@dataclass(frozen=True, slots=True)
class Place:
    """A division. ``key`` is permanent: the six-digit GB/T 2260 code, or a slug where it has none.

    ``city_key`` and ``city_name`` are the prefecture-level city it belongs to; for a city they are
    its own, for the districts of 北京, 天津, 上海, 重庆 the municipality's; empty where there is none.
    """

    key: str
    code: str | None
    name: str
    level: DistrictLevel
    city_key: str
    city_name: str
    province_name: str
    short_name: str = ""  # 历城 for 历城区; empty where leaving the ending off is ambiguous or one character


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name stands: offsets into the :class:`~reports.ingest.parsed.TextPart` (field, number)."""

    field: str
    number: int
    section: int | None
    start: int
    end: int


class InitiativeKind(StrEnum):
    INITIATIVE = "initiative"  # 举措, 行动
    BRAND = "brand"  # 品牌
    PROJECT = "project"  # 工程
    PLAN = "plan"  # 计划
    MECHANISM = "mechanism"  # 机制, 体系, 模式
    PLATFORM = "platform"  # 平台, 载体, 联盟
    CODE = "code"  # a bare code such as 4433, which belongs to its owner


@dataclass(frozen=True, slots=True)
class FoundInitiative:
    """``name`` is canonical; each mention is the stretch as printed."""

    name: str
    kind: InitiativeKind
    mentions: tuple[Mention, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class FoundStatistic:
    """``value`` as printed without its unit, ``quantity`` in the base unit (万元 -> 元).

    ``subject`` is what is counted, ``sentence`` the sentence it stands in; start and end bound the
    number with its unit inside the text part.
    """

    value: str
    unit: str
    quantity: Decimal | None
    subject: str
    sentence: str
    field: str
    number: int
    section: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FoundDistricts:
    """The main division, the others that the article is also about, and what is doubtful.

    ``unread`` is a sentence for the reviewer where the document states a place that is not understood.
    """

    main: Place | None
    others: tuple[Place, ...] = ()
    why: str = ""
    doubtful: bool = False
    unread: str = ""
