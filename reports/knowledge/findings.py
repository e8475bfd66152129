"""Findings in the text of an article: plain values with offsets (code points) in a text part."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reports.language.labelled import LabelledEnum


class DistrictLevel(LabelledEnum):
    PROVINCE = "province", "省级"
    CITY = "city", "地级市"
    COUNTY = "county", "区县"
    ZONE = "zone", "功能区"  # 高新区, 开发区; not in GB/T 2260


@dataclass(frozen=True, slots=True)
class Place:
    """A division. ``key`` is permanent: the six-digit GB/T 2260 code, or a slug if it has none.

    ``city_key`` and ``city_name`` are those of its prefecture-level city; for a city its own, for a district
    of 北京, 天津, 上海 or 重庆 those of the municipality; empty if there is none.
    """

    key: str
    code: str | None
    name: str
    level: DistrictLevel
    city_key: str
    city_name: str
    province_name: str
    short_name: str = ""  # 历城 for 历城区; empty if the name without ending is ambiguous or one character


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a name: offsets in the :class:`~reports.ingest.parsed.TextPart` (field, number)."""

    field: str
    number: int
    section: int | None
    start: int
    end: int


class InitiativeKind(LabelledEnum):
    INITIATIVE = "initiative", "举措"  # also 行动
    BRAND = "brand", "品牌"
    PROJECT = "project", "工程"
    PLAN = "plan", "计划"
    MECHANISM = "mechanism", "机制"  # also 体系, 模式
    PLATFORM = "platform", "平台"  # also 载体, 联盟
    CODE = "code", "代号"  # a bare code such as 4433, which belongs to its owner


@dataclass(frozen=True, slots=True)
class RecognisedInitiative:
    """``name`` is canonical; each mention is the printed range."""

    name: str
    kind: InitiativeKind
    mentions: tuple[Mention, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class RecognisedStatistic:
    """``value`` is printed without its unit, ``quantity`` is in the base unit (万元 -> 元).

    ``subject`` names the counted things, ``sentence`` is the sentence with the number; ``start`` and ``end``
    are the range of the number with its unit in the text part.
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
class RecognisedDistricts:
    """The main division, the further ones, and whether they are doubtful.

    ``not_understood`` is a sentence for the reviewer if the place that the document states is not understood.
    """

    main: Place | None
    further: tuple[Place, ...] = ()
    why: str = ""
    doubtful: bool = False
    not_understood: str = ""
