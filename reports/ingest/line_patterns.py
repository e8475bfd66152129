"""What stands on the lines that state something: patterns for text after NFKC with simplified characters.

Each kind of token has several forms. Dates are not here: ``language.dates`` reads them.
"""

from __future__ import annotations

import re
from enum import StrEnum, auto

from reports.language.characters import IDEOGRAPHS

from .phrases import CHINESE_NUMERAL

HAN = f"[{IDEOGRAPHS}]"
MARKS = r"\s|/丨·•,，。、;；:：()（）【】\[\]〔〕<>“”\"—–~\-_*+#■□◆●▲►▶◎★☆"
"""For a character class: what separates words."""


class Kind(StrEnum):
    """What a token says."""

    DATE = auto()
    UPDATED = auto()
    MONTH_DAY = auto()
    WEEKDAY = auto()
    LUNAR = auto()
    TIME = auto()
    WEATHER = auto()
    PAGE = auto()
    COLUMN = auto()
    PAPER = auto()
    TITLE = auto()  # 《…》 that may be the title of anything
    OUTLET = auto()  # a name that may be a website, an account, or neither
    SOURCE = auto()  # 来源：…
    ISSUE = auto()
    PAGE_COUNT = auto()
    REGISTRATION = auto()  # number, price, publisher, telephone of the paper
    COUNT = auto()  # 阅读 1.2万
    NAVIGATION = auto()
    LABEL = auto()
    PAIR = auto()  # 所属分类：要闻
    EVENT = auto()  # 地点：…: the date of the line is that of an event


def any_of(words: str) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))


_PAPER_ENDS = any_of(
    "日报 晚报 早报 晨报 午报 时报 商报 都市报 快报 导报 周报 新报 晚读 县报 区报 党报 农报"
    " 青年报 工人报 农民报 法治报 法制报 经济报 政协报 教育报 文化报 消费报 旅游报 妇女报"
    " 周刊 新闻网 日报社 客户端"
)
_OUTLET_ENDS = any_of(
    "网 网站 发布 在线 电视台 广播电台 融媒 融媒体 融媒体中心 传媒 公众号 频道 资讯"
    " 新华社 中新社 通讯社 报社 壹点 报"
)
_NOT_OUTLET = "正式|首次|今日|联合|权威|最新|重磅|公开|对外|集中|统一"
_COLUMNS = any_of(
    "要闻 专题 专版 专刊 特刊 特别报道 深度 深度报道 本埠 时政 经济 社会 城事 都市 评论 副刊"
    " 民生 综合 国内 国际 财经 文化 教育 党建 区县 县域 区域 县区 关注 聚焦 视点 头条 新闻"
    " 周刊 版面 广告 公益 公益广告 体育 理论 健康 法治 本地 头版 封面 天下 地方 今日 周末"
    " 特稿 调查 人物 服务 生活"
)
_RAIN = "(?:零星)?(?:小到中|中到大|大到暴|特大暴|雷阵|小|中|大|暴|雷|阵|冻)?雨(?:夹雪)?"
_SNOW = "(?:小到中|中到大|小|中|大|暴|阵)?雪"
_SKY = f"(?:晴|阴|多云|少云|{_RAIN}|{_SNOW}|[大浓轻]?雾|(?:[轻中重]度)?霾|浮尘|扬沙|沙尘暴?|冰雹)"
_DEGREE = "(?:°C|度)"
_DEGREES = rf"-?\d{{1,2}}\s*{_DEGREE}?(?:\s*(?:[-~—–/至到]|转)\s*-?\d{{1,2}})?\s*{_DEGREE}"
_WIND_NAME = "(?:偏?[东南西北]{1,2}|微)风"
_WIND = rf"{_WIND_NAME}(?:转{_WIND_NAME})?\s*(?:\d{{1,2}}\s*(?:[-~—–至到]\s*\d{{1,2}})?\s*级)?"
_WEATHER_WORDS = "(?:今日|今天|明日|明天|今夜|白天|夜间|天气|气温|温度|最高|最低|风力|局部|有)"
_LUNAR_DAY = "(?:初[一二三四五六七八九十]|[十廿][一二三四五六七八九]|[二三]?十[一二三四五六七八九]?)"
_LUNAR_MONTH = "闰?(?:[正二三四五六七八九十冬腊]|十一|十二)月[大小]?"
_LUNAR_YEAR = "[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥](?:[(]?[鼠牛虎兔龙蛇马羊猴鸡狗猪][)]?)?年?"
_SOLAR_TERMS = any_of(
    "立春 雨水 惊蛰 春分 清明 谷雨 立夏 小满 芒种 夏至 小暑 大暑"
    " 立秋 处暑 白露 秋分 寒露 霜降 立冬 小雪 大雪 冬至 小寒 大寒"
)
_TO = r"\s*[-—–~至、]\s*"
_READ = "阅读|浏览|点击|访问"
_REACTED = "人气|评论|跟帖|转发|点赞|分享|收藏|播放"
_MANY = r"\d[\d.,]*\s*[万亿kKwW]?\+?\s*"
_SHEETS = "(?:个?版面?|大?张|页)"
_COUNTED = "(?:本报|本期|今日|今天|今|当日|总共|合计|共计|共|对开|[四4八8]开|出版|印发|彩色)"

FORMS: dict[Kind, tuple[str, ...]] = {
    Kind.REGISTRATION: (
        r"(?:国内)?(?:统一)?(?:连续出版物|刊|书)?(?:号|刊号)?\s*:?\s*CN\s?\d{2}[-—–]\d{4}(?:/[A-Z0-9]+)?",
        r"ISSN\s*:?\s*\d{4}-\d{3}[\dX]",
        r"(?:邮发)?代号\s*:?\s*\d{1,3}-\d{1,4}",
        r"(?:零售|定)价\s*:?\s*[\d.]+\s*元(?:/份)?",
        rf"(?:主管|主办|承办|协办|出版|编印)(?:单位)?\s*:\s*{HAN}{{2,30}}",
        rf"{HAN}{{0,4}}(?:热线|电话|传真|邮箱|信箱|邮编)\s*:?\s*[\w.@()+-]{{5,40}}",
        r"[Ee]-?mail\s*:?\s*\S+@\S+|(?:https?://|www\.)\S+",
    ),
    # 今日8版 counts pages; 第8版 is one.
    Kind.PAGE_COUNT: (rf"(?:{_COUNTED}\s*)+:?\s*{CHINESE_NUMERAL}{{1,3}}\s*{_SHEETS}",),
    Kind.COUNT: (
        rf"(?:{_READ}|{_REACTED})(?:量|次数|人数|人次|数|率)?\s*:?\s*{_MANY}(?:人次|次|人|条)?",
        rf"{_MANY}(?:人次|次|人|个|条)?(?:{_READ}|{_REACTED})",
        rf"(?:{_READ})(?:量|次数|人数|数)?\s*:",
    ),
    Kind.ISSUE: (
        rf"(?:总|复刊|今日|新)?第\s*(?:{CHINESE_NUMERAL}{{1,6}}|\d{{1,6}})\s*[期号]",
        r"总\s*\d{1,6}\s*期",
        r"期号\s*:?\s*\d{1,6}",
        r"N[oO]\s*\.?\s*\d{1,6}",
    ),
    Kind.PAGE: (
        r"版[次面号]\s*:?\s*第?\s*(?P<page_behind_label>[A-Z]{0,2}\d{1,3})\s*版?",
        rf"第?\s*(?P<page>[A-Z]{{1,2}}[- ]?\d{{1,3}}(?:{_TO}[A-Z]{{0,2}}\d{{1,3}})?"
        rf"|\d{{1,3}}(?:{_TO}\d{{1,3}})?|[一二三四五六七八九十]{{1,3}})\s*版",
        r"(?P<page_code>[A-Z]{1,2}0\d{1,2}|[A-Z]{1,2}\d{2}|[A-Z]\d(?![\w+-]))",
    ),
    Kind.NAVIGATION: (
        r"[上下]一?[版期篇页]",
        r"返回(?:目录|首页|顶部|列表)?|(?:版面|标题|文章)(?:导航|目录)|首页",
        r"放大|缩小|默认|朗读|打印(?:本页)?|关闭(?:窗口)?|分享(?:到)?|收藏",
        r"字[体号]\s*:?(?:\s*[\[(]?\s*(?:(?:特大|默认|大|中|小)[\s\])]*){2,4})?",
        r"我要(?:评论|纠错)|PDF(?:版|下载)?|原创|转载|首发|独家",
    ),
    Kind.WEEKDAY: (
        r"(?:星期|礼拜|周)[一二三四五六日天]",
        r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?(?![A-Za-z])",
    ),
    Kind.LUNAR: (
        rf"(?:农历|夏历|旧历|阴历)\s*(?:{_LUNAR_YEAR})?\s*(?:{_LUNAR_MONTH})?\s*(?:{_LUNAR_DAY})?日?",
        rf"{_LUNAR_YEAR}\s*(?:{_LUNAR_MONTH}\s*{_LUNAR_DAY}日?)?",
        rf"{_LUNAR_MONTH}{_LUNAR_DAY}",
        rf"(?:今日|今天|明日|明天)?(?:{_SOLAR_TERMS})(?:节气)?(?![转到间])",
    ),
    Kind.WEATHER: (rf"(?:{_WEATHER_WORDS}\s*:?\s*)*(?:{_SKY}(?:[转间到有伴或]?{_SKY})*|{_DEGREES}|{_WIND})",),
    Kind.TIME: (
        r"(?:上午|下午|早上|晚上|凌晨|中午)?\s*(?:[01]?\d|2[0-4])"
        r"(?::[0-5]\d(?::[0-5]\d)?(?:\.\d+)?|时[0-5]?\d分(?:[0-5]?\d秒)?)(?:\s*[AP]M)?",
    ),
    Kind.PAPER: (
        rf"(?P<paper>{HAN}{{1,12}}?(?:{_PAPER_ENDS}))"
        rf"(?=\Z|[^{IDEOGRAPHS}]|第|[一二]〇|数字报|电子报|农历|星期)",
        r"《(?P<title>[^《》]{2,20})》",
    ),
    Kind.COLUMN: (
        rf"(?:{_COLUMNS})+版?",
        r"(?:周末|早|晚|晨|午|增|海外|农村|数字|电子|城市)版|(?:数字|电子)报(?:刊|纸)?|号外|合刊|周末刊",
    ),
    Kind.OUTLET: (
        rf"(?P<outlet>(?!{_NOT_OUTLET})[{IDEOGRAPHS}A-Za-z]{{2,14}}?(?:{_OUTLET_ENDS}))"
        rf"(?![{IDEOGRAPHS}A-Za-z])",
    ),
}
"""The forms of each kind; an earlier kind wins."""

PAPER_NAME = re.compile(r"(?:报|报纸|晚读|周刊|导刊|旬刊|月刊|日刊)\Z")
COLUMN_BEHIND_PAGE = re.compile(rf"\s*:\s*{HAN}{{2,4}}(?=\Z|[\s|])")
PAGE_IN_BRACKETS = re.compile(r"\s*[(](?:第\s*)?([A-Z]{1,2}\d{1,3}|0\d{1,2}|\d{1,3}(?=\s*版))\s*版?[)]")
"""A database writes the page in brackets behind the date: 2023-06-05(003)."""

_WHEN = "(?:时间|日期)"
PUBLISHED_LABEL = re.compile(
    rf"(?:(?:发布|发表|刊发|刊登|见报|出版|发稿|推送|首发|上传|录入|添加|创建|报道)?{_WHEN}|date|time)\s*:\s*"
    r"|(?:发布|发表|刊发|刊登|出版|见报)于\s*:?\s*"
    r"|(?:刊于|载于|原载于?|摘自|转自|载)\s*:?\s*(?=[《\d])",
    re.IGNORECASE,
)
UPDATED_LABEL = re.compile(rf"(?:最后|最近)?(?:更新|修改|编辑)(?:{_WHEN}|于)?\s*:?\s*")
RETRIEVED_LABEL = re.compile(rf"(?:打印|下载|抓取|采集|访问|截图|导出|转载){_WHEN}\s*:\s*")
"""The date behind it is not that of the article."""
SOURCE_LABEL = re.compile(
    r"(?:(?:信息|稿件|文章|新闻|内容)?来源|来源于|稿源|source|报纸(?:名称)?|媒体)\s*:\s*", re.IGNORECASE
)
VALUE = re.compile(r"[^\s《》|/()【】\[\]:]{1,30}")
SOURCE_VALUE = re.compile(rf"《?({VALUE.pattern}?)》?(?=\Z|[\s《》|/()【】\[\]]|{HAN}{{2,6}}:)")
NOT_SOURCE = re.compile(r"(?:本站|本网)|(?:网络|互联网|未知|图片|资料|转载|原创|网友)\Z")
PAIR_LABEL = re.compile(rf"({HAN}{{2,6}})\s*:\s*")
PEOPLE_LABEL = re.compile(
    r"(?:作者|\w*记者|通讯员|\w*编辑|\w*责编|\w*编审?|主编|美编|版式|组版|设计|排版|制图|校对|[一二三]校|审核|审签|签发"
    r"|核发|[初复终]审|摄影|图片|撰文|撰稿|撰写|执笔|文字|供稿|来稿|统筹|策划|监制|值班\w*|发布者|发布人|上传者?|录入者?)\Z"
)
NOBODY = re.compile(
    rf"(?:{HAN}{{1,4}}者|{HAN}{{0,4}}(?:编辑|责编|记者|发布人|录入|审核|供稿|来稿))\s*:\s*"
    r"(?:(?:本站|本网|佚名|未知|匿名|无名|不详|admin|(?:网站)?管理员|网络|互联网|编辑部|小编)[^\s|/]*|(?=\Z|\|))",
    re.IGNORECASE,
)
"""作者：本站整理, 编辑：| : a label without a name."""
EVENT_LABEL = re.compile(
    rf"(?:地址|会场|主题|主持|主持人|人物|嘉宾|对象|出席|参会|受访者?|讲述[人者]|活动|会议|单位|\w*(?:{_WHEN}|期限|地点))\Z"
)
