"""Synthetic articles to measure on: deterministic, of any number, with a realistic long tail of words.

Article *n* is always the same, independent of the number of articles. The sentences were written for this
project: patterns whose slots are filled from small lists (subjects, deeds, results), and every second noun
from jieba's dictionary by Zipf's law (Mandelbrot's form, rank + 30, exponent 0.95). So there are very common
and very rare words, as in real text. An article has 4 to 10 sections of 200 to 800 characters, about 10 KB of
UTF-8.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path

import jieba

SEED = 20_261_121

_PATTERNS = (
    "{district}坚持党建引领，把{noun}作为{noun}的突破口，全年{verb}{noun}{count}个",
    "围绕{noun}，{office}牵头制定{noun}清单，逐项明确{noun}和完成时限",
    "{office}联合{office}，在{place}开展{noun}专项行动，{verb}问题{count}件",
    "{district}依托“{initiative}”，把{noun}与{noun}结合起来，惠及群众{count}人",
    "在{place}，{person}每天上门{verb}{noun}，半年走访{count}户",
    "产业链上的企业最缺的是{noun}，{office}组织{noun}对接{count}场",
    "截至目前，全区{verb}{noun}{count}处，投入资金{money}万元，同比增长{percent}%",
    "{person}说：“以前{noun}要跑好几趟，现在在{place}一次就能办完。”",
    "为了解决{noun}难题，{district}先后{verb}{noun}、{noun}和{noun}三项试点",
    "“{initiative}”实施以来，{noun}覆盖率由{percent}%提高到{percent}%",
    "{office}每月召开一次{noun}联席会，听取{noun}进展，当场答复{count}项",
    "{district}把{noun}纳入年度考核，对{verb}不力的单位限期整改",
    "从{noun}到{noun}，从{place}到{place}，变化发生在每一条街巷",
    "今年上半年，{noun}产值达到{money}万元，新增{noun}{count}家",
    "{person}和{person}结成对子，共同承担{noun}任务，已{verb}{count}次",
    "区里出台{noun}办法，设立专项资金{money}万元，支持{noun}和{noun}",
    "村里把闲置的{noun}改成{noun}，集体收入增加{money}万元",
    "社区工作者把{noun}画成一张图，哪里缺{noun}，一看就明白",
    "{district}推进“{initiative}”，建立{noun}台账，做到件件有回音",
    "面对{noun}，党员干部带头{verb}，用{count}天完成了{noun}",
    "居民议事会上，{noun}成了大家最关心的话题，{count}条意见全部公开",
    "数字化改革让{noun}更快，平均办理时间缩短{percent}%",
    "{office}把{noun}送到{place}，现场{verb}{noun}{count}份",
    "人才是第一资源，{district}引进{noun}团队{count}个，提供{noun}保障",
    "年轻干部到{place}一线锻炼，参与{noun}和{noun}等重点工作",
    "沿河的{noun}修好了，{place}的老人有了散步的地方",
    "学校与企业共建{noun}基地，每年培养{noun}人才{count}名",
    "按照一月一调度、一季一通报的办法，{noun}工作稳步{verb}",
    "过去{noun}靠吆喝，如今靠{noun}，{person}的账本最有说服力",
    "下一步，{district}将继续{verb}{noun}，让{noun}成果更多更公平地惠及百姓",
)  # fmt: skip
_NOUNS = [
    "基层治理",
    "营商环境",
    "产业升级",
    "乡村振兴",
    "老旧小区改造",
    "网格服务",
    "科技创新",
    "人才公寓",
    "便民服务",
    "物业管理",
    "志愿服务",
    "矛盾调解",
    "垃圾分类",
    "河道整治",
    "招商引资",
    "项目建设",
    "文化活动",
    "养老服务",
    "托育服务",
    "就业培训",
    "特色农业",
    "电商直播",
    "智能制造",
    "绿色低碳",
    "安全生产",
    "消防设施",
    "社区食堂",
    "停车泊位",
    "公共交通",
    "政务服务",
    "数据共享",
    "信用体系",
    "融资对接",
    "技术攻关",
    "党员教育",
    "支部建设",
]
_VERBS = [
    "推进",
    "落实",
    "解决",
    "完善",
    "建成",
    "整治",
    "提升",
    "改造",
    "拓展",
    "优化",
    "协调",
    "化解",
    "新建",
    "培育",
    "举办",
    "办结",
]
_OFFICES = [
    "组织部门",
    "街道党工委",
    "科技部门",
    "住建部门",
    "农业农村部门",
    "政务服务中心",
    "人才办",
    "产业链党委",
    "社区党委",
    "镇政府",
]
_PLACES = [
    "党群服务中心",
    "产业园区",
    "商务楼宇",
    "村文化广场",
    "社区议事厅",
    "菜市场",
    "车间",
    "田间地头",
    "网格驿站",
    "人才港",
]
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华文建国志梓涵子轩宇浩欣怡佳琪雨泽嘉豪诗晨思远"
_PLACE_CHARACTERS = "东西南北中上下新老大青红白黄金银石山河湖海云龙凤安宁平和顺昌盛福禄喜德义仁礼"
_SOURCES = ["晨间区县报", "江河区县报", "平原区县报", "海岸区县报"]


@dataclass(frozen=True, slots=True)
class SyntheticArticle:
    """One article: ``sections`` are (heading, paragraphs)."""

    number: int
    headline: str
    district: str
    city: str
    year: int
    published_on: date
    source: str
    initiatives: tuple[str, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]


def articles(count: int, first: int = 1) -> Iterator[SyntheticArticle]:
    """Articles ``first`` to ``first + count - 1``."""
    return (article(number) for number in range(first, first + count))


def article(number: int) -> SyntheticArticle:
    chance = random.Random(SEED * 1_000_003 + number)
    district = districts()[
        min(159, int(chance.paretovariate(0.6)) - 1) if chance.random() < 0.5 else chance.randrange(160)
    ]
    published_on = date(2015, 1, 1) + timedelta(days=chance.randrange(4_300))
    selected = {
        initiatives()[min(599, int(600 * chance.random() ** 2.2))] for _ in range(chance.randint(0, 6))
    }
    names = tuple(sorted(selected)) or ("为民服务",)
    sections = tuple(_section(chance, district, names) for _ in range(chance.randint(4, 10)))
    return SyntheticArticle(
        number=number,
        headline=f"{district}：{_sentence(chance, district, names)[:24]}",
        district=district,
        city=f"{district[0]}州市",
        year=published_on.year,
        published_on=published_on,
        source=chance.choice(_SOURCES),
        initiatives=tuple(sorted(selected)),
        sections=sections,
    )


@cache
def districts() -> tuple[str, ...]:
    return _names(160, ("区", "县", "市"), 2, 2)


@cache
def initiatives() -> tuple[str, ...]:
    return _names(600, ("工程", "行动", "计划", "机制", "联盟", "品牌", "先锋", "驿站"), 2, 3)


@cache
def dictionary() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """jieba's words by falling frequency, and their cumulative probabilities."""
    lines = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()
    entries = [line.split() for line in lines]
    words = [(int(entry[1]), entry[0]) for entry in entries if len(entry[0]) >= 2]
    words.sort(key=lambda entry: (-entry[0], entry[1]))
    weights = accumulate(1 / (rank + 30) ** 0.95 for rank in range(len(words)))
    return tuple(word for _, word in words), tuple(weights)


def _names(count: int, endings: tuple[str, ...], shortest: int, longest: int) -> tuple[str, ...]:
    chance = random.Random(f"{SEED}{endings}")
    names: dict[str, None] = {}
    while len(names) < count:
        length = chance.randint(shortest, longest)
        names["".join(chance.choice(_PLACE_CHARACTERS) for _ in range(length)) + chance.choice(endings)] = (
            None
        )
    return tuple(names)


def _section(chance: random.Random, district: str, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    heading = f"{chance.choice(_VERBS)}{_noun(chance)} {chance.choice(_VERBS)}{_noun(chance)}"
    target, written, paragraphs, paragraph = chance.randint(200, 800), 0, [], ""
    while written < target:
        sentence = _sentence(chance, district, names) + "。"
        written += len(sentence)
        paragraph += sentence
        if chance.random() < 0.3:
            paragraphs.append(paragraph)
            paragraph = ""
    if paragraph:
        paragraphs.append(paragraph)
    return heading, tuple(paragraphs)


def _sentence(chance: random.Random, district: str, names: tuple[str, ...]) -> str:
    pieces = []
    for piece in chance.choice(_PATTERNS).replace("{", "\0{").replace("}", "}\0").split("\0"):
        pieces.append(_slot(chance, piece[1:-1], district, names) if piece.startswith("{") else piece)
    return "".join(pieces)


def _slot(chance: random.Random, name: str, district: str, names: tuple[str, ...]) -> str:
    match name:
        case "district":
            return district
        case "initiative":
            return chance.choice(names)
        case "noun":
            return _noun(chance)
        case "person":
            given = "".join(chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2))))
            return chance.choice(_SURNAMES) + given
        case "count":
            return str(int(10 ** chance.uniform(0.3, 4)))
        case "money":
            return str(int(10 ** chance.uniform(1, 5)))
        case "percent":
            return f"{chance.uniform(1, 99):.1f}"
    return chance.choice({"verb": _VERBS, "office": _OFFICES, "place": _PLACES}[name])


def _noun(chance: random.Random) -> str:
    """A word of the trade, and as often as not with a word of the whole dictionary before it."""
    noun = chance.choice(_NOUNS)
    if chance.random() < 0.5:
        words, cumulative = dictionary()
        index = bisect_left(cumulative, chance.random() * cumulative[-1])
        return words[min(index, len(words) - 1)] + noun
    return noun
