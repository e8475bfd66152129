"""Which quoted or coded names in a text are names of initiatives, judged by their surroundings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .findings import InitiativeKind
from .quotations import QUOTE_MARKS, Quotation, find_quotations, unquoted

LONGEST_QUOTATION = 40
_LONGEST_NAME = 20
_CONTEXT = 18

_CLASS_KINDS = {
    "行动计划": InitiativeKind.PLAN,
    "计划": InitiativeKind.PLAN,
    "工程": InitiativeKind.PROJECT,
    "行动": InitiativeKind.INITIATIVE,
    "活动": InitiativeKind.INITIATIVE,
    "战略": InitiativeKind.INITIATIVE,
    "改革": InitiativeKind.INITIATIVE,
    "新政": InitiativeKind.INITIATIVE,
    "品牌": InitiativeKind.BRAND,
    "机制": InitiativeKind.MECHANISM,
    "体系": InitiativeKind.MECHANISM,
    "模式": InitiativeKind.MECHANISM,
    "制度": InitiativeKind.MECHANISM,
    "工作法": InitiativeKind.MECHANISM,
    "平台": InitiativeKind.PLATFORM,
    "载体": InitiativeKind.PLATFORM,
    "联盟": InitiativeKind.PLATFORM,
    "共同体": InitiativeKind.PLATFORM,
    "集聚区": InitiativeKind.PLATFORM,
    "创新圈": InitiativeKind.PLATFORM,
    "生态圈": InitiativeKind.PLATFORM,
}
_CLASS = (
    "行动计划|工程(?![师院学队])|计划(?!生育|单列|经济)|行动(?![者力]|纲领)|活动(?!中心|室|现场|期间)|"
    "战略(?!布局|伙伴|合作|支点|定位|核)|改革(?!开放|者)|新政|品牌|机制|体系|模式|制度|工作法|平台(?!经济|企业)|载体|联盟|共同体|"
    "集聚区|创新圈|生态圈"
)
_ENDS_IN_CLASS = re.compile(
    "(?:行动计划|计划|工程|行动|战略|机制|体系|模式|工作法|平台|联盟|共同体|集聚区|创新圈|生态圈|品牌)$"
)
_LOOSE_CLASS = re.compile("(?:行动计划|计划|工程|行动|活动|战略|改革|品牌|机制|体系|模式|制度|工作法|平台)$")

_COUNT = "[0-9一二两三四五六七八九十]{1,3}[大项个类种]?"
# 的 and verbs between the quote and the class word mean that the class word is not the quote's own.
_UNRELATED = "建立|打造|推进|实施|开展|构建|形成|完善|推动|进行|成为|组织|参加|举办|启动|实现|加强|的|了|是|为|让|使|在|向"
_MODIFIER = f"(?:(?!{_UNRELATED})[一-鿿A-Za-z0-9·])"
_OWN_CLASS = re.compile(f"(?![和与及]){_MODIFIER}{{0,8}}?({_CLASS})")
_LIST_CLASS = re.compile(f"(?:等|(?={_MODIFIER}{{0,10}}?{_COUNT}{_MODIFIER}{{0,6}}?(?:{_CLASS}))){_MODIFIER}{{0,14}}?({_CLASS})")
_CODE_CLASS = re.compile(f"({_MODIFIER}{{0,4}}?(?:行动计划|计划|工程|行动|战略))(?!布局)")
_CODE_SYSTEM = re.compile(f"{_MODIFIER}{{0,8}}?(?:{_CLASS}|格局|体制|架构|工作)")
_LIST_GAP = re.compile("[、,和及与以]{0,2}(?:(?![的了])[一-鿿0-9()]){0,12}[、,]?(?:(?![的了])[一-鿿]){0,9}$")
_ACT = "实施|深化|推行|启动|开展|推进|推动|擦亮|创建|推出|搭建|构建|建立|探索|打造|创新|打响|叫响|落实|制定|印发|出台|发布|布局|推广"
_ACT_BEFORE = re.compile(f"(?:{_ACT})(?:(?![的了])[一-鿿0-9]){{0,7}}$")
_HAS_ACT = re.compile(f"等|{_ACT}")
_BROKEN = re.compile(f"(?:为|以|是|的|和|与|及|等|把|将|在|对|由|{_ACT}).*|.*[的和与为是在]")
_STRONG_ACT_BEFORE = re.compile("(?:实施|推行|启动|开展|擦亮|打响|叫响)(?:了|全[区市县省]){0,2}$")
_ENDS_CLAUSE = re.compile("$|[,。;:!?、)…\n]|建设|工作|创建|活动|[一-鿿]{0,2}工作")
_TITLE_ACT = re.compile("(?:实施|印发|出台|制定|落实|启动|推进|发布|执行|编制)[一-鿿0-9]{0,4}$")
_AWARD_AFTER = re.compile("(?:等)?(?:荣誉|称号|奖|殊荣|光荣称号|荣誉称号)")

_CODE = re.compile(r"[0-9]+(?:\+[0-9A-Za-z]+)+|[0-9]{3,5}")
_WORDED_CODE = re.compile(r"[0-9]+(?:\+[0-9A-Za-z一-鿿]+)+")
_BARE_CODE = re.compile(
    r"(?<![0-9A-Za-z+.=—-])(?:[0-9]{1,5}(?: ?\+ ?(?:[0-9]{1,4}|[NXMYnxmy]))+|(?!(?:19|20)[0-9]{2})[0-9]{3,5})"
    r"(?![0-9A-Za-z+%.=>年月日])"
)
_YEAR = re.compile("(?:19|20)[0-9]{2}")

_SENTENCE_MARK = re.compile("[,。!?;:…=>]")
_SPEECH = re.compile("[你您咱吗呢吧啊俺]|我(?!们的)")
_GENERIC = re.compile(
    "(?:[0-9一二两三四五六七八九十百]+[大项个类种条].*)|(?:[0-9]{2}后)|(?:.对.)|(?:.{1,5}式)|(?:一[张盘本把条揽刀件站].{1,2})|(?:线上\\+线下)"
    f"|(?:十[一二三四五]五)|(?:.*是.*共同体)|(?:{_CLASS})"
)
_NUMBERED_CREED = re.compile("[0-9一二两三四五六七八九十]个(?![0-9一二两三四五六七八九十])")
_SLOGAN = re.compile(
    "(?:样板|高地|引擎|动能|名片|答卷|力量|篇章|局面|铁军|先锋|标杆|堡垒|快车道|蓄水池|梧桐树|招牌|加速度|速度|精神|风景|提升|胜利|"
    "开门红|公里|骨头|钥匙|密码|路子|之路|之花|底色|成色|含金量|春天|磁场|聚宝盆|队伍|战|关|牌|拳|曲|歌|戏|课|梦|难题|短板|瓶颈|"
    "大门|窗口|热线|电话|APP|app|公众号|小程序|奖|奖章|论坛|大赛|文化节|旅游节|购物节)$"
)
_NO_INITIATIVE = frozenset(
    "四新 一号工程 头雁 领头雁 蓄水池 一把手 主心骨 三农 两新 两会 两委 四风 四个全面 五位一体 四个意识 四个自信 两个维护 两个确立 一带一路 "
    "一国两制 九二共识 两学一做 三严三实 八项规定 六稳 六保 双碳 双循环 零距离 卡脖子 请进来 走出去 引进来 走下去 最后一公里 绿水青山 "
    "10+1 10+3 16+1 17+1 14+1 2+2 1+1 5+1 6+1 77国集团 五险一金 黄金周 互联网 大数据 人工智能 新冠 非典 三公 条块结合 上合 欧佩克 "
    "北约 丝绸之路 二十国集团 育选管用 选育管用 选育用管 党建 人才 项目 政策 服务 网格".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name as it stands in the text. A confidence of 0 means: quoted, but nothing says it is an initiative."""

    name: str
    kind: InitiativeKind
    confidence: float
    start: int
    end: int


def concept_of(name: str) -> str:
    """What stays the same when an initiative is named with and without its class word, for comparing names."""
    stem = unquoted(name).removeprefix("党建引领·").casefold()
    stem = stem.removesuffix("建设") if len(stem) > 4 else stem
    shorter = _LOOSE_CLASS.sub("", stem)
    if shorter != stem and (len(shorter) > 1 or _CODE.fullmatch(shorter)):
        stem = shorter
    code = re.match(r"(?:[0-9]+(?:\+[0-9a-z]+)+|[0-9]{3,5})(?![0-9a-z+])", stem)
    return code[0] if code else stem


def find_candidates(text: str, owner: str = "") -> list[Candidate]:
    """Quoted and coded names in a plain text, in order; see :class:`Candidate` for those not believed."""
    found: list[Candidate] = []
    quotations = find_quotations(text, LONGEST_QUOTATION)
    judged = [_judge(text, quotation, owner) for quotation in quotations]
    _believe_lists(text, quotations, judged)
    _drop_nested(quotations, judged)
    found.extend(candidate for candidate in judged if candidate is not None)
    found.extend(_bare_codes(text, quotations))
    return sorted(found, key=lambda candidate: (candidate.start, -candidate.end))


def _judge(text: str, quotation: Quotation, owner: str) -> Candidate | None:
    start, end = quotation.start, quotation.end
    name = unquoted(text[start:end])
    if quotation.is_title:
        return _judge_title(text, quotation, name, owner)
    if not _is_plausible(name, owner):
        return None
    before, after = _context(text, start, end)
    candidate = Candidate(name.removeprefix("党建引领·"), InitiativeKind.INITIATIVE, 0.0, start, end)
    if _AWARD_AFTER.match(after):
        return candidate
    acted = _ACT_BEFORE.search(before) is not None
    if _CODE.fullmatch(name):
        return _judge_code(text, candidate, before, after)
    own = _OWN_CLASS.match(after) or _LIST_CLASS.match(after)
    inner = _ENDS_IN_CLASS.search(name)
    if own is not None:
        return replace(candidate, kind=_kind(inner[0] if inner else own[1]), confidence=0.95 if acted else 0.9)
    if inner is not None and len(name) - len(inner[0]) >= 2:
        return replace(candidate, kind=_kind(inner[0]), confidence=0.9 if acted else 0.7)
    if _WORDED_CODE.fullmatch(name) and (acted or _CODE_SYSTEM.match(after)):
        return replace(candidate, kind=InitiativeKind.CODE, confidence=0.7)
    if (
        _STRONG_ACT_BEFORE.search(before)
        and _ENDS_CLAUSE.match(after)
        and 3 <= len(name) <= 12
        and not _SLOGAN.search(name)
        and "、" not in name
    ):
        return replace(candidate, confidence=0.6)
    return candidate


def _judge_code(text: str, candidate: Candidate, before: str, after: str) -> Candidate:
    """5300 with 计划 after it is the 5300计划; 4433 with 工作体系 after it stays the code 4433."""
    if _YEAR.fullmatch(candidate.name):
        return candidate
    named = _CODE_CLASS.match(after)
    if named is not None:
        end = _end_of(text, candidate.end, named[1])
        start = candidate.start
        if start > 0 and text[start - 1] in QUOTE_MARKS:
            start -= 1
        kind = _kind(_ENDS_IN_CLASS.search(named[1])[0])  # type: ignore[index]
        return Candidate(candidate.name + named[1], kind, 0.9, start, end)
    if _CODE_SYSTEM.match(after) or _ACT_BEFORE.search(before):
        return replace(candidate, kind=InitiativeKind.CODE, confidence=0.85)
    return candidate


def _judge_title(text: str, quotation: Quotation, name: str, owner: str) -> Candidate | None:
    """《…行动》 is the paper of an initiative if it was issued or carried out; other titles are books and laws."""
    name = re.sub(r"\(.*\)$", "", name)
    name = re.sub("^(?:.{1,6}(?:省|市|区|县))?(?=.{4})", "", name) if owner and name.startswith(owner) else name
    inner = _ENDS_IN_CLASS.search(name)
    before, _ = _context(text, quotation.start, quotation.end)
    if inner is None or not 4 < len(name) <= _LONGEST_NAME or _SENTENCE_MARK.search(name):
        return None
    if not _TITLE_ACT.search(before):
        return None
    start = quotation.start
    return Candidate(name, _kind(inner[0]), 0.7, start, start + len(text[start : quotation.end]))


def _is_plausible(name: str, owner: str) -> bool:
    if not 2 <= len(name) <= _LONGEST_NAME or name in _NO_INITIATIVE or (owner and name in owner):
        return False
    if _BROKEN.fullmatch(name) or _SENTENCE_MARK.search(name) or _SPEECH.search(name) or name.count("、") > 1:
        return False
    if _GENERIC.fullmatch(name):
        return _NUMBERED_CREED.match(name) is None and re.fullmatch("[一二三四五六七八九十]个[一二三四五六七八九十]", name) is not None
    if _CODE.fullmatch(name):
        return True
    return re.search("[一-鿿]", name) is not None


def _context(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before the opening and after the closing quote, without blanks."""
    first, last = start - 1, end + 1
    while first > 0 and text[first - 1] in "“‘「『":
        first -= 1
    while last < len(text) and text[last] in "”’」』":
        last += 1
    before = text[max(0, first - _CONTEXT) : max(0, first)]
    after = text[last : last + _CONTEXT + 6]
    return before.replace(" ", "").replace('"', "”"), after.replace(" ", "").partition("\n")[0]


def _end_of(text: str, start: int, squeezed: str) -> int:
    """Where ``squeezed``, which follows the quote that closes at ``start``, ends in the text with its blanks."""
    end = start
    for character in squeezed:
        end = text.index(character, end) + 1
    return end


def _believe_lists(text: str, quotations: list[Quotation], judged: list[Candidate | None]) -> None:
    """“甲”、“乙”和“丙”三项工程: what is said of the last holds for all in the list."""
    for index in range(len(quotations) - 1, 0, -1):
        last = judged[index]
        if last is None or last.confidence < 0.8 or last.kind is InitiativeKind.CODE:
            continue
        _, after = _context(text, quotations[index].start, quotations[index].end)
        listed = _LIST_CLASS.match(after) is not None
        before = index - 1
        while before >= 0 and quotations[before].end + 1 > quotations[index].start - 1:
            before -= 1
        previous = judged[before] if before >= 0 else None
        if previous is None or previous.confidence > 0 or _SLOGAN.search(previous.name):
            continue
        gap = text[quotations[before].end + 1 : quotations[index].start - 1].replace(" ", "").strip("”’“‘")
        plain_gap = gap in {"", "、", "和", "及", "与", ","}
        in_list = (listed or last.confidence == 0.85) and _LIST_GAP.fullmatch(gap) and not _HAS_ACT.search(gap)
        if plain_gap or in_list:
            judged[before] = replace(previous, kind=last.kind, confidence=0.85)


def _drop_nested(quotations: list[Quotation], judged: list[Candidate | None]) -> None:
    """‘新新’ within “‘新新’向荣” is no name of its own; a title gives way to the name quoted in it."""
    for outer, quotation in enumerate(quotations):
        for inner in range(outer + 1, len(quotations)):
            if quotations[inner].start >= quotation.end:
                break
            if quotations[inner].end > quotation.end:
                continue
            within, around = judged[inner], judged[outer]
            if around is None or within is None:
                continue
            if quotation.is_title and within.confidence > 0:
                judged[outer] = None
            elif around.confidence > 0:
                judged[inner] = None


def _bare_codes(text: str, quotations: list[Quotation]) -> Iterator[Candidate]:
    """Codes without quotes: 2+X服务机制, 5300计划."""
    for match in _BARE_CODE.finditer(text):
        start, end = match.span()
        if any(quotation.start <= start < quotation.end for quotation in quotations if not quotation.is_title):
            continue
        name = unquoted(match[0])
        if name in _NO_INITIATIVE:
            continue
        before, after = _context(text, start + 1, end - 1)
        has_sum = "+" in name
        named = _CODE_CLASS.match(after) if has_sum else re.match("(?:行动计划|计划|工程|行动|战略)(?!布局)", after)
        if named is not None:
            kind = _kind(_ENDS_IN_CLASS.search(named[0])[0])  # type: ignore[index]
            yield Candidate(name + named[0], kind, 0.8, start, _end_of(text, end, named[0]))
        elif has_sum and (_OWN_CLASS.match(after) or _ACT_BEFORE.search(before)):
            yield Candidate(name, InitiativeKind.CODE, 0.75, start, end)


def _kind(class_word: str) -> InitiativeKind:
    return _CLASS_KINDS[class_word]
