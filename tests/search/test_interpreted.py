"""The reader is told how the query was understood."""

import pytest

from reports.search.syntax import interpret, parse


@pytest.mark.parametrize(
    ("query", "reading"),
    [
        ("", "全部"),
        ("党建引领 产业链", "党建引领 且 产业链"),
        ("1+4+4+N", "1+4+4+N"),
        ("“党建” OR 產業鏈", "“党建” 或 產業鏈"),
        ("党建 -产业链", "党建 且 不含 产业链"),
        ("党建 产业链 OR 网格", "（党建 且 产业链） 或 网格"),
        ("党建 (产业链 OR 网格)", "党建 且 （产业链 或 网格）"),
        ("-(党建 产业链)", "不含（党建 且 产业链）"),
        ("标题:党建", "标题含 党建"),
        ("小标题:(党建 OR 网格)", "小标题含（党建 或 网格）"),
        ("-标题:党建", "不含（标题含 党建）"),
        ("党建*", "以“党建”开头的词"),
        ("=区长", "整词“区长”"),
        ('"党建 产业链"~5', "“党建”“产业链”相距不超过5字"),
        ("党建 OR", "党建 且 “OR”"),
    ],
)
def test_the_reading_is_plain_chinese(query: str, reading: str) -> None:
    parsed = parse(query)
    assert interpret(parsed.tree, parsed.printed) == reading
