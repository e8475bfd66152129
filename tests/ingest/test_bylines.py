"""Bylines of every form are read; what only looks like one is left alone."""

from __future__ import annotations

import pytest

from reports.ingest.bylines import find_credit_tail, find_inline_bylines, read_byline

SIGNED = {
    "记者 张三": "张三 reporter",
    "记者：张三": "张三 reporter",
    "记者张三 报道": "张三 reporter",
    "□本报记者 张三": "张三 reporter",
    "本报见习记者 张三 李四": "张三 reporter, 李四 reporter",
    "记者 张 三 李 四": "张三 reporter, 李四 reporter",
    "记者　欧阳明": "欧阳明 reporter",
    "记者 买买提·吐尔逊": "买买提·吐尔逊 reporter",
    "齐鲁晚报·齐鲁壹点记者 张三": "张三 reporter",
    "记者张三 李四 通讯员王五、赵六": "张三 reporter, 李四 reporter, 王五 correspondent, 赵六 correspondent",
    "文/片 记者 张三": "张三 writer, 张三 photographer, 张三 reporter",
    "文/片 记者 张三 通讯员 李四": "张三 writer, 张三 photographer, 张三 reporter, 李四 correspondent",
    "文/张三 图/李四": "张三 writer, 李四 photographer",
    "张三/文 李四/摄": "张三 writer, 李四 photographer",
    "文丨张三": "张三 writer",
    "本报记者 张三 文/图": "张三 reporter, 张三 writer, 张三 photographer",
    "记者 归帆 摄影 水心": "归帆 reporter, 水心 photographer",
    "本报记者 张三 摄": "张三 photographer",
    "摄影：张三": "张三 photographer",
    "作者：张三": "张三 writer",
    "（张三 李四）": "张三 reporter, 李四 reporter",
    "(衣涛 于昱)": "衣涛 reporter, 于昱 reporter",
    "编辑：张三 组版：李四": "张三 editor, 李四 layout",
    "责任编辑：张三　美编：李四　校对：王五": "张三 editor, 李四 layout",
    "（视频编辑：张三 文字编辑：李四）": "张三 editor, 李四 editor",
}
NOT_SIGNED = [
    "找记者 上壹点",
    "记者从会上获悉",
    "记者走基层",
    "记者 手记",
    "党建引领 基层治理",
    "（略）",
    "（党建引领）",
    "本报讯",
    "图为张三",
    "张三 李四",
    "山东省委书记 林武",
    "",
    "记者 张三。",
]


@pytest.mark.parametrize("text", SIGNED)
def test_byline_names_everyone_in_his_role(text: str) -> None:
    byline = read_byline(text)
    assert byline is not None
    assert ", ".join(f"{c.name} {c.role}" for c in byline.contributors) == SIGNED[text]


@pytest.mark.parametrize("text", NOT_SIGNED)
def test_what_only_looks_like_a_byline_is_none(text: str) -> None:
    assert read_byline(text) is None


def test_bylines_inside_paragraphs_are_found() -> None:
    text = "本报讯（记者 张三 通讯员 李四）江畔区昨日开了夜校，报名的人很多。"
    assert [c.name for b in find_inline_bylines(text, text) for c in b.contributors] == ["张三", "李四"]
    text = "报名的人很多。（记者 王五）"
    assert [c.name for b in find_inline_bylines(text, text) for c in b.contributors] == ["王五"]
    text = "会议要求（记者 王五）继续努力。"
    assert find_inline_bylines(text, text) == []


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("居民在广场上跳舞。张三 摄", "张三 摄"),
        ("居民在广场上跳舞。 本报记者 张三 摄", "本报记者 张三 摄"),
        ("居民在广场上跳舞。（李四 供图）", "（李四 供图）"),
        ("居民在广场上跳舞。（图片由区文旅局提供）", "（图片由区文旅局提供）"),
        ("居民在广场上跳舞。", ""),
        ("他喜欢在清晨拍摄", ""),
    ],
)
def test_credit_is_told_from_its_caption(caption: str, credit: str) -> None:
    assert find_credit_tail(caption) == credit
