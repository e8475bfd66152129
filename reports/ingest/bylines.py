"""Recognises bylines and credits, and the contributors in them.

A byline consists of labels (记者, 通讯员, 文/片 …) and names only. A label comes before its names (记者 张三)
or after them (张三 摄, 张三/文); several labels in a row apply to all names that follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .names import has_surname, is_name
from .parsed import ContributorRole as R
from .parsed import ParsedContributor
from .phrases import CREDIT_TAIL, PROVIDED

_PREFIX = (
    r"(?:[\u4e00-\u9fff·]{2,16}?(?:报|网|壹点|云|客户端|台|中心|部|社|新闻|频道|周刊|杂志|街道|镇))?"
    r"(?:本报|本刊|本网|本台|全媒体|融媒体?|特约|特派|首席|高级|见习|实习|驻[\u4e00-\u9fff]{1,6}|新闻|新媒体|调查)*"
)
_LABELS_BY_ROLES: dict[tuple[R, ...], str] = {
    (R.REPORTER,): "记者 記者 采访 实习生 采访整理",
    (R.CORRESPONDENT,): "通讯员 通訊員",
    (R.WRITER,): "特约撰稿人 撰稿人 评论员 撰稿 撰文 作者 执笔 文字 文",
    (R.REPORTER, R.WRITER): "采写",
    (R.PHOTOGRAPHER,): "摄影报道 摄影 攝影 摄 攝 供图 图片 照片 图 片 影 视频",
    (R.REPORTER, R.PHOTOGRAPHER): "摄影记者",
    (R.EDITOR,): "责任编辑 責任編輯 责编 编辑 編輯 主编 执行主编 副主编 编审 值班主任 本版责编",
    (R.LAYOUT,): (
        "组版 組版 美编 美編 美术编辑 视觉编辑 版式 版式设计 排版 设计 美术 视觉 视觉设计 本版美编 制版"
        " 版面设计"
    ),
    # Duties without a role in the archive: the line is recognised, but its names are not listed.
    (): (
        "主持人 主持"
        " 报道 整理 综合 发自 校对 审读 校检 检校 一校 二校 审校 制图 绘图 统筹 策划 出品 监制 值班 终审 初审"
        " 复审 审核 签发"
    ),
}
_LABELS = {label: roles for roles, labels in _LABELS_BY_ROLES.items() for label in labels.split()}
_LABEL = re.compile(
    rf"(?:{_PREFIX}|[\u4e00-\u9fff]{{0,16}}(?=评论员|撰稿人)|[\u4e00-\u9fff]{{1,4}}(?=编辑))"
    rf"({'|'.join(sorted(_LABELS, key=len, reverse=True))})"
    r"(?=$|[\s　:：/／丨|｜、，（(&])"
)
_GLUED_LABEL = re.compile(rf"{_PREFIX}(记者|通讯员|摄影|文|图|编辑|責任編輯|责任编辑|美编|组版|校对|作者)")
_GLUED_SUFFIX = re.compile(r"(摄影报道|摄影|报道|文/图|图/文|文/摄|摄/文|供图|整理|摄)\Z")
_TOKEN = re.compile(r"[^\s　、，,；;/／丨|｜:：()（）【】\[\]&]+|[:：]|[/／]")
_BULLETS = "□■◎●○◇◆△▲★☆◤▌ 　\t-—"
_SLASHES = frozenset("/／")
_MARKS = frozenset(":：/／")
_Token = tuple[str | None, str]
_EDITORIAL = frozenset({R.EDITOR, R.LAYOUT})
MAX_CHARACTERS = 160
"""A line with more characters is not a byline."""


@dataclass(frozen=True, slots=True)
class Byline:
    """The contributors named in a text. ``labelled`` is false for names in brackets without a word like
    记者."""

    contributors: tuple[ParsedContributor, ...]
    labelled: bool = True

    @property
    def editorial(self) -> bool:
        """Whether it names editors and layout only, like the line at the foot of a page."""
        return bool(self.contributors) and all(c.role in _EDITORIAL for c in self.contributors)

    @property
    def photographic(self) -> bool:
        """Whether it names photographers only (or reporters who took the photo): then it is a credit."""
        return bool(self.contributors) and all(c.role is R.PHOTOGRAPHER for c in self.contributors)


@dataclass(slots=True)
class _Group:
    roles: list[R]
    names: list[str]
    labelled: bool = False
    credit: bool = False
    labels_follow: bool = False
    """The label came after the names: the next name begins a new group."""


def read_byline(text: str) -> Byline | None:
    """The byline if the whole of ``text`` is one, otherwise None."""
    body = text.strip(_BULLETS).strip()
    if not 2 <= len(body) <= MAX_CHARACTERS or body[-1:] in "。！？!?；;":
        return None
    bracketed = body[:1] in "（(【[" and body[-1:] in "）)】]"
    if bracketed:
        body = body[1:-1].strip()
    groups = _read_groups(body)
    if groups is None:
        return None
    labelled = any(group.labelled for group in groups)
    names = [name for group in groups for name in group.names]
    if not labelled and not (bracketed and _are_surely_names(names)):
        return None
    return Byline(tuple(_contributors(groups)), labelled)


def sign_by_office(name: str) -> Byline:
    """The byline of an office (区委组织部), which is listed as writer."""
    return Byline((ParsedContributor(name, R.WRITER),))


def _are_surely_names(names: list[str]) -> bool:
    """Whether words without a label are names: at least half of them must begin with a surname."""
    with_surname = sum(map(has_surname, names))
    return bool(names) and with_surname * 2 >= len(names) and all(len(name) <= 4 for name in names)


def _contributors(groups: list[_Group]) -> Iterator[ParsedContributor]:
    seen = set()
    for group in groups:
        roles = group.roles if group.labelled else [R.REPORTER]
        if group.credit:
            roles = [R.PHOTOGRAPHER]
        for name in group.names:
            for role in roles:
                if (name, role) not in seen:
                    seen.add((name, role))
                    yield ParsedContributor(name, role)


def _read_groups(body: str) -> list[_Group] | None:
    """Groups of names with their labels; None if a word is neither a name nor a label."""
    tokens = _join_single_characters(list(_tokens(body)))
    if tokens is None:
        return None
    group = _Group([], [])
    groups = [group]
    for position, (label, token) in enumerate(tokens):
        before = tokens[position - 1][1] if position else ""
        if token in _MARKS:
            continue
        if label is not None:
            is_suffix = group.names and (before in _SLASHES or not _name_follows(tokens, position))
            if group.names and not is_suffix:
                group = _Group([], [])
                groups.append(group)
            _add_roles(group, label, bool(is_suffix))
        elif not is_name(token):
            return None
        else:
            if group.labels_follow:
                group = _Group([], [])
                groups.append(group)
            group.names.append(token)
    return groups if any(group.names or group.labelled for group in groups) else None


def _name_follows(tokens: list[_Token], position: int) -> bool:
    """Whether a name follows the label at ``position``, directly or after a colon or slash."""
    for label, token in tokens[position + 1 :]:
        if token not in _MARKS:
            return label is None
    return False


def _join_single_characters(tokens: list[_Token]) -> list[_Token] | None:
    """Join 张 三, as names of two characters are often printed; None if a single character remains."""
    joined: list[_Token] = []
    single = ""
    for label, token in tokens:
        is_character = label is None and len(token) == 1 and "\u4e00" <= token <= "\u9fff"
        if single and not is_character:
            return None
        if is_character and not single:
            single = token
        elif is_character:
            joined.append((None, single + token))
            single = ""
        elif joined and label is None and token.isascii() and token.isalpha() and joined[-1][1].isascii():
            joined[-1] = (None, f"{joined[-1][1]} {token}") if joined[-1][0] is None else (label, token)
        else:
            joined.append((label, token))
    return None if single else joined


def _add_roles(group: _Group, label: str, suffix: bool = False) -> None:
    roles = _LABELS[label]
    # “记者 张三 摄” is the credit of a photo; “记者 张三 摄影报道” and “记者 张三 文/摄” are bylines of an
    # article.
    if suffix and label in {"摄", "攝", "供图"} and R.WRITER not in group.roles:
        group.credit = True
    if suffix and label in {"文", "报道", "摄影报道"}:
        group.credit = False
    group.labelled = True
    group.labels_follow = group.labels_follow or suffix
    group.roles += [role for role in roles if role not in group.roles]


def _tokens(body: str) -> Iterator[_Token]:
    """Yields (label or None, printed word) in order; a label without a blank (记者张三) gives two tokens."""
    position = 0
    while position < len(body):
        if match := _LABEL.match(body, position):
            yield match[1], match[0]
            position = match.end()
            continue
        word = _TOKEN.match(body, position)
        if not word:
            position += 1
            continue
        yield from _split_word(word[0])
        position = word.end()


def _split_word(word: str) -> Iterator[_Token]:
    suffix = None
    match = _GLUED_SUFFIX.search(word)
    if match and (has_surname(word[: match.start()]) or _GLUED_LABEL.match(word)):
        suffix, word = match[1], word[: match.start()]
    match = _GLUED_LABEL.match(word)
    if match and has_surname(word[match.end() :]):
        yield match[1], match[0]
        word = word[match.end() :]
    yield None, word
    for label in (suffix or "").split("/"):
        if label:
            yield label, label


_INLINE = re.compile(r"[（(]([^（）()\n]{2,60})[）)]")
_WIRE = re.compile(r"(?:讯|电|消息)\s*[（(]([^（）()\n]{2,80})[）)]")


def find_inline_bylines(opening: str, closing: str) -> list[Byline]:
    """Bylines inside a paragraph: after 本报讯 at its beginning, or in brackets at its end."""
    bylines = []
    if (match := _WIRE.search(opening[:60])) and (byline := read_byline(match[1])) and byline.labelled:
        bylines.append(byline)
    tail = list(_INLINE.finditer(closing[-80:]))
    if tail and tail[-1].end() == len(closing[-80:]):
        byline = read_byline(tail[-1][0])
        if byline and not byline.editorial:
            bylines.append(byline)
    return bylines


def find_credit_tail(text: str) -> str:
    """The credit at the end of a caption: “…现场。张三 摄”, “…（李四 供图）”."""
    tail = text[-40:]
    for start in range(len(tail)):
        if start and tail[start - 1] not in "。！？ 　）)(（”，,":
            continue
        candidate = tail[start:].strip()
        match = CREDIT_TAIL.fullmatch(candidate)
        if not match:
            if PROVIDED.fullmatch(candidate) and (len(candidate) < len(text)):
                return candidate
            continue
        byline = read_byline(candidate.rstrip("。.")) or read_byline(candidate.strip("（）()。. "))
        if byline:
            return candidate
    return ""
