"""The query language: what is an operator, what is text, and that nothing is ever an error."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.language.normalise import fold
from reports.search.syntax import MAX_LENGTH, parse, shorten, write
from reports.search.syntax.tokens import clean
from reports.search.syntax.tree import (
    And,
    Every,
    Exact,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)

A, B, C = Word("党建"), Word("产业链"), Word("网格")


def read(query: str) -> Node:
    """The tree of a query that must need no excuse."""
    parsed = parse(query)
    assert parsed.problem is None, parsed.problem
    return parsed.tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", Every()),
        ("  　\t ", Every()),
        ("党建", A),
        ("党建 产业链", And((A, B))),
        ("党建　产业链", And((A, B))),
        ("党建\x00产业链", And((A, B))),
        ("党建 党建", A),
        ("党建 AND 产业链", And((A, B))),
        ("党建 与 产业链", And((A, B))),
        ("党建 OR 产业链", Or((A, B))),
        ("党建 或 产业链", Or((A, B))),
        ("党建 -产业链", And((A, Not(B)))),
        ("党建 －产业链", And((A, Not(B)))),
        ("党建 NOT 产业链", And((A, Not(B)))),
        ("党建 非 产业链", And((A, Not(B)))),
        ("党建 AND NOT 产业链", And((A, Not(B)))),
        ("-党建", Not(A)),
        ("NOT 党建", Not(A)),
        ("NOT -党建", A),
        ("-(党建 产业链)", Not(And((A, B)))),
        ("党建 产业链 OR 网格", Or((And((A, B)), C))),
        ("党建 (产业链 OR 网格)", And((A, Or((B, C))))),
        ("党建 （产业链 或 网格）", And((A, Or((B, C))))),
        ("(党建)(产业链)", And((A, B))),
        ("((党建) OR (产业链))", Or((A, B))),
        ("党建(产业链 OR 网格)", And((A, Or((B, C))))),
    ],
)
def test_operators_build_the_tree(query: str, tree: Node) -> None:
    assert read(query) == tree


@pytest.mark.parametrize(
    "query",
    [
        "非遗",
        "或许",
        "1-2",
        "3-6个月",
        "党建-产业链",
        "C++",
        "5G",
        "A",
        "字",
        "1+4+4+N",
        "5300计划",
        "12345",
        "--党建",
        "—",
        "党建或产业链",
        "or",
        "not",
        "村(社区)",
        "村（社区）",
        "（一）党建",
        "(a)b",
        "http://x",
        "天桥区:奋力",
        "副标题:党建",
        "标题",
        "标题:",
        "*党建",
        "2*3",
        "==党建",
        "，",
        "《》",
        "+党建",
        "党建，产业链",
        '24"屏',
        "OR",
        "或",
        "非",
        "AND",
        "NOT",
        "🌾",
        "𠮷野家",
        "‰",
        "~5",
        "#",
        "崂山“六基工程”建设",
    ],
)
def test_text_that_only_looks_like_syntax_is_a_word(query: str) -> None:
    assert read(query) == Word(fold(query))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("OR 党建", ["or", "党建"]),
        ("党建 OR", ["党建", "or"]),
        ("党建 或", ["党建", "或"]),
        ("党建 NOT", ["党建", "not"]),
        ("(党建 OR)", ["党建", "or"]),
        ("与 党建", ["与", "党建"]),
        ("NOT OR", None),
    ],
)
def test_operator_words_without_two_sides_are_words(query: str, words: list[str] | None) -> None:
    assert read(query) == (And(tuple(map(Word, words))) if words else Not(Word("or")))


@pytest.mark.parametrize(
    "query",
    [
        '"党建 引领"',
        "“党建 引领”",
        "「党建 引领」",
        "『党建 引领』",
        "‘党建 引领’",
        "＂党建 引领＂",
        '“党建 引领"',
        '"党建 引领”',
        "”党建 引领“",
        '"党建引领"*',
    ],
)
def test_every_kind_of_quote_makes_a_phrase(query: str) -> None:
    assert read(query) == Phrase("党建引领")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ('"构建“1+4”模式"', "构建“1+4”模式"),
        ("“构建“1+4”模式”", "构建“1+4”模式"),
        ("「构建“1+4」", "构建“1+4"),
        ('"基地”建设"', "基地”建设"),
        ('"(党建 OR"', "(党建or"),
        ('"-"', "-"),
        ('"it\'s"', "it's"),
    ],
)
def test_a_phrase_holds_any_other_sign(query: str, text: str) -> None:
    assert read(query) == Phrase(text)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("“党建”“产业链”", And((Phrase("党建"), Phrase("产业链")))),
        ("“党建”产业链", And((Phrase("党建"), B))),
        ("“党建”或“产业链”", Or((Phrase("党建"), Phrase("产业链")))),
        ('-"党建"', Not(Phrase("党建"))),
        ('"党建 产业链"~5', Near(("党建", "产业链"), 5)),
        ("“党建 产业链”～５", Near(("党建", "产业链"), 5)),
        ('"党建 产业链 网格"~0', Near(("党建", "产业链", "网格"), 0)),
        ('"党建"~5', Phrase("党建")),
        ("党建*", Prefix("党建")),
        ("党建＊", Prefix("党建")),
        ("党建**", Prefix("党建")),
        ("A*", Prefix("a")),
        ("=区长", Exact("区长")),
        ("＝区长", Exact("区长")),
        ('="区长"', Exact("区长")),
        ("a=b", Word("a=b")),
        ("-=区长", Not(Exact("区长"))),
        ("標題党 發展", And((Word("标题党"), Word("发展")))),
    ],
)
def test_signs_change_the_term_they_stand_at(query: str, tree: Node) -> None:
    assert read(query) == tree


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("标题:党建", FieldName.HEADLINE),
        ("标题：党建", FieldName.HEADLINE),
        ("标题: 党建", FieldName.HEADLINE),
        ("小标题:党建", FieldName.HEADING),
        ("图片:党建", FieldName.FIGURE),
        ("举措:党建", FieldName.INITIATIVE),
        ("区县:党建", FieldName.DISTRICT),
        ("作者:党建", FieldName.AUTHOR),
        ("Title:党建", FieldName.HEADLINE),
    ],
)
def test_fields_restrict_the_next_term(query: str, name: FieldName) -> None:
    assert read(query) == Field(name, A)
    assert read(f"{query} 产业链") == And((Field(name, A), B))


@pytest.mark.parametrize(
    ("query", "child"),
    [
        ("标题:“党建”", Phrase("党建")),
        ("标题:党建*", Prefix("党建")),
        ("标题:=党建", Exact("党建")),
        ("标题:(党建 OR 产业链)", Or((A, B))),
        ("标题:(党建 -产业链)", And((A, Not(B)))),
        ("标题:http://x", Word("http://x")),
    ],
)
def test_a_field_takes_any_term(query: str, child: Node) -> None:
    assert read(query) == Field(FieldName.HEADLINE, child)
    assert read(f"-{query}") == Not(Field(FieldName.HEADLINE, child))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('"党建 产业链', ("党建", "产业链")),
        ("“党建 产业链", ("党建", "产业链")),
        ('党建" 产业链', ("党建", "产业链")),
        ("党建” 产业链", ("党建", "产业链")),
        ("(党建 OR 产业链", ("党建", "产业链")),
        ("党建 产业链)", ("党建", "产业链")),
        ("党建 - 产业链", ("党建", "产业链")),
        ("党建 * 产业链", ("党建", "产业链")),
        ('党建 "" 产业链', ("党建", "产业链")),
        ("党建 () 产业链", ("党建", "产业链")),
        ("标题:小标题:党建", ("党建",)),
        ("党建 =", ("党建",)),
        ("(标题:) 党建", ("党建",)),
        ("(村(社区) 党建", ("村(社区)", "党建")),
    ],
)
def test_what_does_not_parse_is_plain_words_and_says_why(query: str, words: tuple[str, ...]) -> None:
    parsed = parse(query)
    assert parsed.problem
    assert parsed.is_plain
    assert parsed.words == words


@pytest.mark.parametrize(
    "query", ["-", "*", "=", '""', "“”", "()", "（）", "- -", "＊", '"', "(", ")", "「", "-)", "* OR *"]
)
def test_syntax_with_nothing_else_is_searched_literally(query: str) -> None:
    parsed = parse(query)
    assert parsed.problem
    assert parsed.words == tuple(dict.fromkeys(map(fold, query.split())))


def test_ignorable_characters_alone_list_everything_and_say_so() -> None:
    parsed = parse("\u200b")
    assert parsed.tree == Every()
    assert parsed.problem


@pytest.mark.parametrize(
    "query",
    [
        "(" * 10_000,
        ")" * 10_000,
        "(" * 10_000 + "党建" + ")" * 10_000,
        "（" * 400 + "党 建" + "）" * 400,
        "-" * 100_000,
        "NOT " * 30_000 + "党建",
        "标题:" * 3_000 + "党建",
        '"' * 9_999,
        "a(" * 9_999,
        "党建 " * 50_000,
        "党" * 100_000,
    ],
)
def test_monsters_are_read_at_once(query: str) -> None:
    parsed = parse(query)
    assert parsed.is_cut is (len(query) > MAX_LENGTH)
    assert write(parsed.tree)


def test_a_query_of_the_longest_length_is_not_cut() -> None:
    assert not parse("党" * MAX_LENGTH).is_cut
    assert parse("党" * (MAX_LENGTH + 1)).words == ("党" * MAX_LENGTH,)


@pytest.mark.parametrize(
    ("query", "shortened"),
    [
        ("党建 OR " * 200, "党建 OR " * 166 + "党建"),
        ("党建引领 " * 300, ("党建引领 " * 200)[:-1]),
        ("党建引领 " * 199 + "产业链条 水渠", "党建引领 " * 199 + "产业链条"),
        ("甲 " * 494 + "乙 “党建 引领 产业 链条 水渠”", "甲 " * 494 + "乙"),
        ("甲 " * 493 + "乙 NOT OR 党建引领产业链条", "甲 " * 493 + "乙"),
        ("(" + "党建 OR " * 200 + "链长)", "(" + "党建 OR " * 166 + "党建"),
        ("党" * 500 + " " + "建" * 900, ("党" * 500 + " " + "建" * 900)[:1000]),
    ],
)
def test_a_query_is_cut_between_words(query: str, shortened: str) -> None:
    assert shorten(query) == shortened
    assert parse(query).tree == parse(shortened).tree
    assert parse(query).is_cut


@pytest.mark.parametrize(
    ("typed", "simple"),
    [
        ("標題:链长", "标题:链长"),
        ("小標題：链长", "小标题:链长"),
        ("圖片:链长", "图片:链长"),
        ("舉措:链长", "举措:链长"),
        ("區縣:历城区", "区县:历城区"),
        ("区縣:历城区", "区县:历城区"),
        ("-標題:(链长 OR 网格)", "-标题:(链长 OR 网格)"),
    ],
)
def test_fields_have_their_names_in_traditional_characters_too(typed: str, simple: str) -> None:
    assert read(typed) == read(simple)
    assert parse(typed + " “").words == parse(simple + " “").words


def test_words_are_what_is_asked_for_in_order() -> None:
    parsed = parse('标题:党建 (“网格 员” OR 产业*) -招商 =区长 "甲 乙"~3')
    assert parsed.words == ("党建", "网格员", "产业", "区长", "甲", "乙")
    assert not parsed.is_plain


SYNTAX = st.sampled_from(
    [
        *'"“”「」『』‘’()（）-－=＝*＊~～:：+ \u3000\t\x00\ud800\u200b',
        *("标题:", " OR ", " 或 ", " NOT ", "非", " AND ", "~5", "党建", "产业链", "A", "🌾"),
    ]
)


@given(st.lists(st.one_of(SYNTAX, st.text(max_size=3)), max_size=25).map("".join))
@example("标题:)")
@example("=( )")
@example("(标题:(标题:a))")
@settings(max_examples=600, deadline=None)
def test_any_text_parses_and_no_words_get_lost(query: str) -> None:
    parsed = parse(query)
    write(parsed.tree)
    assert all(parsed.words)
    if fold(clean(query)):
        assert parsed.tree != Every() or parsed.problem


def _joined(kind: type[And] | type[Or], children: list[Node]) -> Node:
    flat = dict.fromkeys(
        part for child in children for part in (child.children if isinstance(child, kind) else (child,))
    )
    return kind(tuple(flat)) if len(flat) > 1 else next(iter(flat))


texts = st.text(st.sampled_from("党建产业链网格ab19+-:村“”#"), min_size=1, max_size=6)
plain_texts = texts.filter(lambda text: read_or_none(text) == Word(text))


def read_or_none(text: str) -> Node | None:
    parsed = parse(text)
    return None if parsed.problem else parsed.tree


leaves: st.SearchStrategy[Node] = st.one_of(
    plain_texts.map(Word),
    texts.map(Phrase),
    texts.map(Exact),
    st.text(st.sampled_from("党建产业链ab"), min_size=1, max_size=4).map(Prefix),
    st.builds(
        Near,
        st.lists(st.text(st.sampled_from("党建ab"), min_size=1, max_size=3), min_size=2, max_size=3).map(
            tuple
        ),
        st.integers(0, 99),
    ),
)


def _without_field(node: Node) -> bool:
    match node:
        case Field():
            return False
        case And(children) | Or(children):
            return all(map(_without_field, children))
        case Not(child):
            return _without_field(child)
    return True


trees: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda children: st.one_of(
        st.lists(children, min_size=2, max_size=3).map(lambda nodes: _joined(And, nodes)),
        st.lists(children, min_size=2, max_size=3).map(lambda nodes: _joined(Or, nodes)),
        children.filter(lambda node: not isinstance(node, Not)).map(Not),
        st.builds(Field, st.sampled_from(FieldName), children.filter(_without_field)),
    ),
    max_leaves=8,
)


@given(trees)
@example(Not(Word("--")))
@settings(max_examples=300, deadline=None)
def test_a_written_tree_reads_as_itself(tree: Node) -> None:
    assert read(write(tree)) == tree
