"""Fixed phrases of newspaper pages, as patterns. Each is anchored, or applied to short texts only."""

from __future__ import annotations

import re

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
CHINESE_NUMERAL = "[〇零一二三四五六七八九十百0-9０-９]"

NUMBERED = re.compile(
    rf"(?:第{CHINESE_NUMERAL}{{1,4}}[章节篇部条款步])"
    r"|(?:[一二三四五六七八九十]{1,3}[、．])"
    r"|(?:[（(]\s*[一二三四五六七八九十]{1,3}\s*[）)])"
    r"|(?:[（(]\s*\d{1,2}\s*[）)])"
    r"|(?:\d{1,2}(?:[、．]|\.(?!\d)))"
    r"|(?:[①-⑳⑴-⒇])"
)
"""Numbers that open a heading or an item: 一、 （一） 1. ① 第二章."""

CHINESE_NUMBERED = re.compile(
    rf"(?:第{CHINESE_NUMERAL}{{1,4}}[章节篇部])|(?:[一二三四五六七八九十]{{1,3}}[、．])"
    r"|(?:[（(]\s*[一二三四五六七八九十]{1,3}\s*[）)])"
)
"""Numbers at the beginning of headings in official documents, even of headings with a full stop."""

HEADING_LABEL = re.compile(
    rf"(?:(?:亮点|案例|关键词|镜头|故事|看点|特写|场景|篇章|现场|经验|做法|启示|样本|路径|招数|聚焦|专题|答卷|密码)\s*[:：]?\s*{CHINESE_NUMERAL}{{1,3}}"
    rf"|第\s*{CHINESE_NUMERAL}{{1,3}}\s*(?:章|节|篇|部分|招|步|站|幕)"
    rf"|[{HAN}]{{1,2}}(?![合统之第唯专单如划])[{HAN}][一二三四五六七八九十]|之\s*{CHINESE_NUMERAL}{{1,2}}|其\s*[一二三四五六七八九十]|[（(]?[一二三四五六七八九十]{{1,2}}[）)]?|0?[1-9]|PART\s*\.?\s*\d{{1,2}}|[①-⑳])"
    r"\s*[:：、.]?\s*\Z",
    re.IGNORECASE,
)
"""A line that contains only the number of the heading on the next line: 亮点四, 关键词一, 第二篇, 01."""

LABELLED_HEADING = re.compile(
    rf"(?:亮点|案例|关键词|镜头|故事|看点|特写|场景|篇章|经验|做法|启示|样本|路径)\s*{CHINESE_NUMERAL}{{1,3}}"
)
BULLET = re.compile(r"[■□◆◇●○◎▪▌▍★☆❖➤►▶◼⬛※]\s*")
ORDINAL = re.compile(
    rf"(?:{CHINESE_NUMERAL}{{1,2}}(?:是|要|则)|第{CHINESE_NUMERAL}{{1,2}}[，,、：:是]|其[一二三四五六][，,：:]|首先|其次|再次|再者|最后)"
)
"""一是, 首先, 其一: these open a paragraph, not a section."""
STARTS_ITEM = re.compile(f"(?:{NUMBERED.pattern}|{ORDINAL.pattern})")

CAPTION_MARK = re.compile(r"\s*[▲△▼▽△↑↓←→↖↗↘↙⬆⬇◀◁◤◥◢◣◄⇧⇩☝👆📷]")
CAPTION_PHRASE = re.compile(
    r"(?:[（(【]?\s*(?:图[为①-⑩]|图\s*[0-9０-９一二三四五]{1,2}|[上下左右中]图|题图|主图|小图|大图|组图|资料图片?|图片|照片|图说|图注)\s*(?:说明|来源)?\s*"
    r"(?:[】）):：，,\s]|为|是|系|由|(?<=图[为①-⑩])|\Z)"
    r"|附?(?:图表?|表格?)\s*[:：]|附?(?:图表?|表格?)\s*[0-9０-９一二三四五六七八九十①-⑩]{1,3}\s*[:：、.\s]"
    r"|[（(]\s*(?:上|下|左|右|见)图[^）)\n]{0,6}[）)])"
)
CREDIT_TAIL = re.compile(
    r"(?P<credit>[（(【]?\s*"
    rf"(?:(?:本报|本刊|特约|实习|见习|首席|全媒体|融媒体?)*(?:记者|通讯员|摄影师?|图片?|供图)?\s*[:：/]?\s*)?"
    rf"[{HAN}·\s　、，/]{{2,30}}?\s*[/／]?\s*"
    r"(?:摄影报道|摄影|摄制|摄|供图|制图|绘图|图|/片)\s*[）)】]?)\s*[。.]?\s*\Z"
)
CREDIT_OPENING = re.compile(
    r"[（(【]?\s*(?:摄影|摄|供图|图片?来源|图片?提供|图片由|照片由|图[/／丨|]|图\s*[:：]|片\s*[:：]|制图|资料图片?|资料照片|图据|新华社发|视觉中国)"
)
PROVIDED = re.compile(
    r"[（(【]?\s*(?:图片?|照片)[由均]?(?:来源|为|系|由)?[^。]{0,30}(?:提供|供图)\s*[）)】]?\s*。?\s*\Z"
)
CHART = re.compile(r"(?:制图|图表|示意图|统计图|柱状图|折线图|走势图|路线图|规划图|流程图|绘图)")
TABLE = re.compile(
    r"(?:附?表格?\s*[0-9０-９一二三四五六七八九十]{0,3}\s*[:：\s]|.{0,20}(?:一览表|统计表|汇总表|明细表)\s*\Z)"
)

FURNITURE = re.compile(
    r"(?:扫码|扫一扫|扫描.{0,6}码|二维码|识别.{0,4}码)|(?:下载.{0,12}(?:客户端|APP|app|App|壹点|号))|(?:客户端.{0,4}下载)"
    r"|(?:找记者\s*上)|(?:上壹点)|(?:关注.{0,14}(?:公众号|微信|视频号|微博|抖音))|(?:(?:微信)?公众号\s*[:：])"
    r"|(?:(?:新闻热线|热线电话|读者热线|爆料(?:电话|热线)?|投稿(?:邮箱|热线|信箱)?|(?:广告|发行)(?:热线|部|电话)?)\s*[:：]?\s*[\d（(a-z])"
    r"|(?:广告(?:经营)?许可证|订报|邮发代号|国内统一(?:连续出版物|刊)号|CN\s?\d{2}-\d{4}|ISSN)"
    r"|(?:版权(?:所有|声明)|未经(?:授权|许可)|禁止转载|转载请注明|免责声明)"
    r"|(?:(?:电话|传真|邮箱|网址|地址|邮编|E-?mail)\s*[:：])|(?:https?://\S+)|(?:www\.\S+)|(?:\S+@\S+\.\w+)"
    r"|(?:(?:字体|字号)\s*[:：])|(?:打印本页|关闭窗口|分享到|返回顶部|上一篇|下一篇|阅读原文|点击查看|更多精彩|查看更多|收藏本文)"
    r"|(?:更多(?:新闻|内容|资讯).{0,10}(?:请|见|扫|登录|关注))"
)
TO_READER = re.compile(r"请(?:关注|扫|拨|登录|下载|致电|联系|见|留意|发)|欢迎|敬请|本报|本刊|本网|我们")
"""A sentence that addresses the reader of the paper."""
DIALOGUE = re.compile(r"(?:问|答|记者|主持人|网友|市民|嘉宾|Q\d*|A\d*)\s*[:：]\s*\S")
"""Question and answer: running text, however short."""
FURNITURE_WHOLE = re.compile(
    r"(?:下载|打印|全屏|收藏|还原|加大|减小|关闭|分享|返回|首页|目录|广告|公益广告|导读|分享到\S*|【?字[号体]\s*[:：]?.{0,12}】?|】|阅读\s*\d+|浏览(?:量|次数)?\s*[:：]?\s*\d+"
    r"|[-—·\s]*第?\s*\d{1,4}\s*页?(?:\s*[/／]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—·\s]*|\(?作者(?:系|为|单位).*|[（(]作者(?:系|为|单位).*[）)]"
    r"|(?:完|本报?综合|文字|全文完|未完待续|END|end)|[（(](?:完|全文完|连载|待续|未完)[）)])\s*"
)
JUMP_FROM = re.compile(
    r"\s*[（(【]?\s*(?:上接|紧接|接)\s*(?:第?\s*[A-Z]?\s*[0-9０-９一二三四五六七八九十]{1,3}\s*版?|\S{1,6}版)\s*[^）)】\n，。]{0,12}?[）)】]\s*"
)
JUMP_TO = re.compile(
    r"\s*[（(【]?\s*(?:下转|转|详见|相关报道见|报道见|全文见)\s*(?:第?\s*[A-Z]?\s*[0-9０-９一二三四五六七八九十]{1,3}\s*版|\S{1,6}版)\s*[^）)】\n，。]{0,12}[）)】]\s*\Z"
)
NOTE = re.compile(r"[（(【\[][^（）()【】]{2,60}[）)】\]]\s*\Z")

_LABELS_BY_FIELD = {
    "kicker": "引题 肩题 眉题 栏目",
    "headline": "标题 主标题 主题 题目 题名 title",
    "deck": "副题 副标题 子题",
    "lead": ("导语 导读 摘要 编者按 核心提示 内容提要 提要 阅读提示 引言 开栏的话 开栏语 编者的话 新闻提示"),
    "source": "来源 稿源 source 报纸 媒体 信息来源",
    "date": ("日期 时间 发布时间 发布日期 见报日期 刊发日期 发表时间 发表日期 出版日期 刊期 date"),
    "page": "版次 版面 版名",
    "heading": "小标题",
    "body": "正文 内容",
    "pull_quote": "引语 金句",
}
LABELS = {label: name for name, labels in _LABELS_BY_FIELD.items() for label in labels.split()}
"""Labels that an export program or a typist puts before the parts: “标题：…”, “【引题】…”."""
_ANY_LABEL = "|".join(sorted(LABELS, key=len, reverse=True))
LABEL = re.compile(
    rf"(?:({_ANY_LABEL})\s*[:：]\s*|[【\[]\s*({_ANY_LABEL})\s*[】\]]\s*[:：]?\s*)", re.IGNORECASE
)
"""A label at the start of a line; group 1 or 2 is the key of ``LABELS``."""
LEAD_LABEL_ALONE = re.compile(
    r"(?:编者按|核心提示|开栏的话|开栏语|阅读提示|内容提要|编者的话|新闻提示|导语|引言|摘要)\s*[:：]?\s*\Z"
)

SENTENCE_STARTS = re.compile(
    r"(?:今年|去年|前年|近年|近日|近期|日前|目前|当前|如今|眼下|现在|未来|今后|下一步|近来|最近|截至|截止|此前|此后|随后|后来|同时|与此同时"
    r"|此外|另外|为此|对此|因此|所以|因而|于是|其中|其间|期间|当天|当日|昨天|昨日|今天|今日|据了解|据悉|据介绍|据统计|数据显示|值得一提|不仅如此|不仅|不但"
    r"|更重要的是|总之|综上|可以说|首先|其次|再次|最后|接下来|在此基础上|在这里|这[是些里次个既一]|那么|但是?|然而|不过|而且|并且|例如|比如|譬如|再如|正如"
    r"|\d{4}年|\d{1,2}月|[一二]〇|进入|多亏|原来|走进|聚焦|围绕|记者|通讯员|本报)"
)
"""Words that open a sentence."""
SENTENCE_PREPOSITION = re.compile(
    r"(?:伴?随着|为了?(?!民|人)|通过|根据|按照|依托|围绕|针对|结合|对于?|在(?!线)|从(?!严)|以|把|将|自|由|当|据|借助|立足|截至|作为)"
)
SENTENCE_CONTINUATIONS = re.compile(
    r"(?:[的地得了着过]|[等和与及或]|们|之|性|化|[年月日余多万亿个](?=[\d，,、余多])|[%％‰℃])"
)
"""Characters that hardly ever open a sentence (的 了 等 和 …)."""
PLACE_START = re.compile(
    rf"[{HAN}]{{1,7}}?(?:区|县|市|镇|乡|街道|社区|村|园|省|旗)(?!域|域|级|委|政|直|属|民|场|值|别|分|间|块|长)"
)
OVERVIEW_START = re.compile(
    r"(?:\d{4}年|[二〇一九零]{4}年|今年|近年来?|去年|这是|如何|党的|从|当|“?十[三四五]五”?|[春夏秋冬]|\d+年来)"
)

ORGANISATION = re.compile(
    rf"[{HAN}]{{2,16}}(?:党委|委员会|组织部|宣传部|统战部|政法委|政研室|办公室|研究室|人民政府|区委|县委|市委|工委|党校|行政学院|研究院"
    r"|研究所|课题组|调研组|采访组|报道组|编辑部|评论员|融媒体中心|联合会|纪委监委|管委会|街道办事处|工作专班|[教民财文农水住]\S{0,6}局)\Z"
)
"""An office as author instead of a person, on a separate line below the title."""
WIRE_OPENING = re.compile(
    rf"(?:(?:本报|本刊|本网)(?:[{HAN}]{{0,12}})?(?:\d{{1,2}}月\d{{1,2}}日)?\s*(?:讯|电)|(?:新华社|中新社|中新网|人民网|央广网|新华网)[{HAN}\s]{{0,14}}(?:\d{{1,2}}月\d{{1,2}}日)?\s*(?:电|讯)|(?:讯|本报讯|综合消息)\s*[（(])"
)
"""本报讯, 本报济南6月30日讯, 新华社…电: the opening of a news item."""
