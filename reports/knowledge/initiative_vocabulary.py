"""The words that show an initiative: class words (工程, 品牌) and verbs (实施, 启动)."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from .findings import InitiativeKind

_KINDS = {
    InitiativeKind.PLAN: ("行动计划", "计划(?!生育|单列|经济)"),
    InitiativeKind.PROJECT: ("工程(?![师院学队])",),
    InitiativeKind.INITIATIVE: (
        "行动(?![者力]|纲领)",
        "活动(?!中心|室|现场|期间)",
        "战略(?!布局|伙伴|合作|支点|定位|核)",
        "改革(?!开放|者)",
        "新政",
    ),
    InitiativeKind.BRAND: ("品牌",),
    InitiativeKind.MECHANISM: ("机制", "体系", "模式", "制度", "工作法"),
    InitiativeKind.PLATFORM: (
        "平台(?!经济|企业)",
        "载体",
        "联盟",
        "共同体",
        "集聚区",
        "创新圈",
        "生态圈",
    ),
}
_LOOKAHEAD = re.compile(r"\(.*\)")
_KIND_BY_WORD = {_LOOKAHEAD.sub("", word): kind for kind, words in _KINDS.items() for word in words}

# Class words of initiatives: 工程, 品牌, 机制 …
CLASS = "|".join(word for words in _KINDS.values() for word in words)
# Class words that may be the end of a name inside the quotes: “红色动能集聚区”, “5300计划”.
_NAME_CLASS = "|".join(word for word in _KIND_BY_WORD if word not in {"活动", "改革", "新政", "制度", "载体"})
ENDS_IN_CLASS = re.compile(f"(?:{_NAME_CLASS})$")
# Words for places and groups of people. They are names only after such a verb, or if they occur again.
ENDS_IN_FACILITY = re.compile(
    "(?:驿站|议事厅|会客厅|便民圈|生活圈|工坊|讲堂|课堂|学院|合伙人|突击营|服务队)$"
)
# Class words that may be omitted: 六基工程 and 六基 are the same, 红色发展联盟 and 红色发展 are not.
LOOSE_CLASS = re.compile("(?:行动计划|计划|工程|行动|活动|战略|改革|品牌|机制|体系|模式|制度|工作法|平台)$")
# Class words that form a name with a code: 5300计划; but 4433工作体系 stays 4433.
CODE_CLASS = "(?:行动计划|计划|工程|行动|战略)(?!布局)"

ACT = "|".join(
    (
        "实施",
        "深化",
        "推行",
        "启动",
        "开展",
        "推进",
        "推动",
        "擦亮",
        "创建",
        "推出",
        "搭建",
        "构建",
        "建立",
        "探索",
        "打造",
        "创新",
        "打响",
        "叫响",
        "落实",
        "制定",
        "印发",
        "出台",
        "发布",
        "布局",
        "推广",
        "设立",
        "开设",
        "开通",
        "建起",
        "建成",
        "建有",
    )
)
# With 的 or a verb between the quote and the class word, the class word does not belong to the quote.
_UNRELATED = "|".join(
    (
        "建立",
        "打造",
        "推进",
        "实施",
        "开展",
        "构建",
        "形成",
        "完善",
        "推动",
        "进行",
        "成为",
        "组织",
        "参加",
        "举办",
        "启动",
        "实现",
        "加强",
        "的",
        "了",
        "是",
        "为",
        "让",
        "使",
        "在",
        "向",
    )
)
MODIFIER = f"(?:(?!{_UNRELATED})[一-鿿A-Za-z0-9·])"

SLOGAN = re.compile(
    "(?:样板|高地|引擎|动能|名片|答卷|力量|篇章|局面|铁军|先锋|标杆|堡垒|快车道|蓄水池|梧桐树|招牌|加速度|速度|精神|"
    "风景|提升|胜利|开门红|公里|骨头|钥匙|密码|路子|之路|之花|底色|成色|含金量|春天|磁场|聚宝盆|队伍|战|关|牌|拳|曲|歌|"
    "戏|课|梦|难题|"
    "短板|瓶颈|大门|窗口|热线|电话|APP|app|公众号|小程序|奖|奖章|论坛|大赛|文化节|旅游节|购物节)$"
)


def kind_of(class_word: str) -> InitiativeKind:
    return _KIND_BY_WORD[class_word]


@lru_cache(maxsize=1)
def stop_names() -> frozenset[str]:
    """Names that are never initiatives, from ``data/stop_names.txt``."""
    lines = (files(__package__) / "data" / "stop_names.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
