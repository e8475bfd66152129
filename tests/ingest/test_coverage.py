"""Every character of the input is in exactly one block, in order, on the lines it says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.ingest import UnreadableDocument, decode, parse

_SNIPPETS = [
    *"记者通讯员摄文图片张三李四，。！？：；“”《》（）()—-#>*=_ 　\t0aA版区县▲△",
    *[
        "\n",
        "\r\n",
        "\r",
        "\u2028",
        "\u2029",
        "\x0b",
        "\x0c",
        "\x85",
        "\x1c",
        "\x00",
        "\x01",
        "\u200b",
        "\ufeff",
    ],
    *[
        "\n\n",
        "记者 张三\n",
        "## 标题\n",
        "---\n",
        "====\n",
        "一、总体要求\n",
        "本报讯（记者 张三）",
        "▲图为现场。张三 摄\n",
    ],
    *[
        "2023年6月30日 星期五 A08版\n",
        "标题：",
        "（下转第三版）",
        "（上接第一版）",
        "亮点四\n",
        "![图](a.png)\n",
        "> ",
    ],
    *["这一段没有说完的文字就这么断在了这里然后接着", "“这是一段说完了的引文，它打断了正文的一句话。”\n\n"],
]
texts = st.one_of(st.text(), st.lists(st.sampled_from(_SNIPPETS), max_size=80).map("".join))


def _dense(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=400, deadline=None)
@given(texts, st.sampled_from(["a.txt", "a.md"]))
def test_every_character_is_in_exactly_one_block(text: str, file_name: str) -> None:
    data = text.encode()
    try:
        articles = parse(data, file_name)
    except UnreadableDocument:
        return
    decoded = decode(data).text
    lines = decoded.splitlines()
    blocks = [block for article in articles for block in article.blocks]
    assert _dense("".join(block.text for block in blocks)) == _dense(decoded)
    for block in blocks:
        # The block's lines, and nothing else, hold its text.
        assert _dense(block.text) == _dense("".join(lines[block.first_line - 1 : block.last_line]))
        assert 0 <= block.confidence <= 1
        assert block.why


@settings(max_examples=200, deadline=None)
@given(texts)
def test_no_printed_field_holds_control_characters(text: str) -> None:
    try:
        articles = parse(text.encode())
    except UnreadableDocument:
        return
    for article in articles:
        for part in article.parts():
            assert all(character.isspace() or ord(character) >= 32 for character in part.text)


def test_lines_are_counted_alike_for_every_line_end() -> None:
    page = ["江畔区开夜校", "", "记者 方圆", "", "报名的人排到了门外，大家都很高兴。"]
    for end in ("\n", "\r\n", "\r", "\u2028"):
        [article] = parse(end.join(page).encode())
        assert [(b.role, b.first_line) for b in article.blocks] == [
            ("headline", 1),
            ("byline", 3),
            ("paragraph", 5),
        ]
