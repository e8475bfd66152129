"""Personal names in a byline, and words that only look like names.

The surnames are those of 百家姓 (public domain) and a few that are common today. They decide only if no blank
or colon separates the name from its neighbours.
"""

from __future__ import annotations

import re

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫"
    "经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓"
    "牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙"
    "池乔阴鬱胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍卻璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容"
    "向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰"
    "巢关蒯相查后荆红游竺权逯盖益桓公付肖闫代仝冼覃初矫逄衣门苑丛战展由姬迟綦宫原兰回佟佘来楚官修位矣苟晋信南撒"
    # 繁体
    "趙錢孫鄭馮陳衛蔣韓楊許呂張嚴魏陶鄒喻竇雲蘇潘葛範魯韋馬鳳龐紀項閔賈婁顏鍾駱樊淩萬盧繆應單諸龔榮陸儲車寧劉詹葉黎賴"
    "喬譚貢勞農溫莊閻習魚廣歐師鞏聶簡饒豐關遊權蓋蕭羅畢鄔時齊顧黃湯賀費駱"
)
_COMPOUND = (
    "欧阳 司马 上官 诸葛 夏侯 东方 皇甫 尉迟 公孙 令狐 宇文 长孙 慕容 司徒 南宫 端木 轩辕 独孤 呼延"
    " 歐陽 司馬 淳于 申屠 鲜于 闾丘 西门 澹台"
)
_COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
_TRADE_WORDS = (
    "讯 电 本报讯"
    " 手记 观察 调查 报道 走访 探访 采访 获悉 了解 来信 来电 热线 之家 编辑 编译 整理 综合 专稿 实习 见习"
    " 连线 直击 体验 节日 在线 电话 地址 邮箱 网站 时间 日期 来源 单位 供稿 供图 提供 摄影 责任 组版 校对"
    " 审核 本报 本刊 新闻 中心 工作室 获奖 大赛 队伍 学会 协会 招聘 培训 招募"
)
_NEVER_NAMES = frozenset(_TRADE_WORDS.split())
_HAN_NAME = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff〇]{2,4}\Z")
_DOTTED_NAME = re.compile(r"[\u4e00-\u9fff]{1,8}(?:[·•・‧][\u4e00-\u9fff]{1,8}){1,3}\Z")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z.'’-]{1,20}(?: [A-Z][A-Za-z.'’-]{0,20}){0,3}\Z")


def is_name(token: str) -> bool:
    """Whether it is two to four Chinese characters or a dotted or Latin name, and not a word of the trade."""
    if _HAN_NAME.match(token):
        return token not in _NEVER_NAMES and token[-2:] not in _NEVER_NAMES
    return bool(_DOTTED_NAME.match(token) or _LATIN_NAME.match(token))


def has_surname(token: str) -> bool:
    """Whether it is recognisable as a name: it begins with a surname, or is written with a dot."""
    if _DOTTED_NAME.match(token):
        return True
    if token[:2] in _COMPOUND_SURNAMES:
        return 3 <= len(token) <= 4 and is_name(token)
    return token[:1] in _SURNAMES and len(token) <= 3 and is_name(token)
