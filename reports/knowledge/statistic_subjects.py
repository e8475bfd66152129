"""Finds the subject of a number: the noun phrase before or after it, without a full parser."""

from __future__ import annotations

import re

from .measures import Measure

_LONGEST = 20
_REACH = 60  # greatest distance of a subject, in characters

_CLAUSE_BEFORE = re.compile('[^,。;:!?、()“”"‘’《》「」\n—…]*$')
_LEADING = re.compile(
    "(?:今年以来|去年以来|今年|去年|目前|截至目前|截至|近年来|现在|累计|先后|共计|共|已经|已|其中|同时|此外|还|并|也|又|以及|和|"
    "全区|全市|全县|全省|全国|一季度|二季度|三季度|四季度|前三季度|上半年|下半年|全年|季度|[0-9]{4}年|[0-9]{1,2}月份?|年均|平均|新(?![增建区])|由|[一-鿿]{2,3}[区市县](?=已|共|累计|新|现|成功|完成|实现))"
)
_LEADING_ACT = re.compile(
    "(?:新增|引进|引入|培育|培养|建成|建设|完成|打造|选派|选聘|举办|开展|组织|新建|落地|实施|成立|设立|发展(?!改革)|拥有|聚集|汇聚|推动|形成|达成|"
    "协调推进|推进|推出|招募|发掘|制作|整合|表彰|表扬|发布|解决|提供|惠及|服务(?!业|站|队)|覆盖(?!率|面)|投入|获得|预计|现已|现有|涵盖|辐射|撬动|指导|发现|选拔|拿出|逐渐成为|使用|调整|落实|实现|盘活|改造|在|对|将|把|为)(?=.{2})"
)
_TRAILING = re.compile(
    "(?:达到了?|达|实现了?|完成了?|共计|共|累计|合计|总计|超过|超出|超|突破|大约|约为|约|近|逾|高达|仅|只|有|为|是|已|了|至|到|不少于|不低于|"
    "最高|最低|最多|至少|分别|同比|环比|平均|年均|将|上千|数|每年|每月|每季度|每|为期|以上|的)$"
)
_GROWTH = re.compile(
    "(?:同比|环比|比上年|较上年|较去年)?(?:增长|下降|提高|提升|上升|减少|降低|回落|增加|扩大|缩短|压减|占比|占|高于|低于|上拉|拉动|增收|翻了?)"
)
_MEASURE_NOUN = re.compile(
    "(?:面积|额|值|资|收入|率|数|量|规模|金|款|价|费|龄|程|比|比重|资产|产能|存款|贷款|税收|支出|利润|高度|长度)$"
)
_STOP_AFTER = re.compile(
    "[^一-鿿A-Za-z0-9·]|(?<=[一-鿿])[0-9]|的|[也都所了被在与和及到于向给从将把已均是并为进使让由以可用]|参加|参与|进入|开展|实现|完成|建立|纳入|全部|享受|获|成为|"
    "得到|通过|同步|组建|涵盖|达到|提升|增加|增长|入选|联系|指导(?!员|意见|组|站|中心|服务|性)|纷纷|召开|加以|予以|得以|授予|细化|调整|走上|冲上|作为|实行|提供|发挥|聚焦|围绕|投入|同比|以上|左右|之间|受益|"
    "整合|签约|开工|落户|评为|进行|推动|推进|构成|组成"
)
_ASIDE = re.compile(r"\([一-鿿]{1,4}\)")  # 社区(村)党组织
_POSITION = re.compile("(?<=..)[中里内上]$")
_POSSESSED = re.compile("的((?:(?!的)[一-鿿A-Za-z0-9·]){2,10})")


def subject_of(text: str, sentence_start: int, sentence_end: int, measure: Measure, head: str) -> str:
    """The subject of a measure in its sentence; ``head`` is the subject of the measure before, for
    增长11.7%."""
    before = _before(text[max(sentence_start, measure.start - _REACH) : measure.start])
    sentence_end = min(sentence_end, measure.end + _REACH)
    if measure.is_count:
        return _after(text[measure.end : sentence_end]) or before or head
    growth = _GROWTH.match(before)
    if growth is not None:
        return (head + before)[-_LONGEST:] if head else before
    if measure.is_ratio or _MEASURE_NOUN.search(before):
        return before or head
    possessed = _POSSESSED.match(text, measure.end, sentence_end)
    return (possessed[1] if possessed else "") or before or _after(text[measure.end : sentence_end]) or head


def _before(text: str) -> str:
    match = _CLAUSE_BEFORE.search(text)
    clause = (match[0] if match else "").replace(" ", "")
    clause = _strip(clause, _TRAILING, at_end=True)
    clause = _strip(clause, _LEADING, at_end=False)
    for separator in ("的", "等"):
        tail = clause.rpartition(separator)[2]
        if len(tail) >= 2:
            clause = tail
    clause = _strip(clause, _LEADING_ACT, at_end=False)
    return clause[-_LONGEST:]


def _after(text: str) -> str:
    text = _ASIDE.sub("", text[: _LONGEST * 2].replace(" ", ""))
    quoted = ""
    if text[:1] in {"“", '"'}:
        closing = text.find("”" if text[0] == "“" else '"', 1)
        if not 1 < closing <= _LONGEST:
            return ""
        quoted, text = text[1:closing], text[closing + 1 :]
    stop = _STOP_AFTER.search(text)
    phrase = text[: stop.start()] if stop else text
    return (quoted + _POSITION.sub("", phrase))[:_LONGEST]


def _strip(text: str, pattern: re.Pattern[str], *, at_end: bool) -> str:
    while True:
        match = pattern.search(text) if at_end else pattern.match(text)
        if match is None or match[0] == text:
            return text if match is None else ""
        text = text[: match.start()] if at_end else text[match.end() :]
