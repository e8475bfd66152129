"""A plain SearchQuerySet on this engine: traps 4 to 17, where stock haystack goes wrong."""

import datetime
import json
import threading

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from haystack import connections
from haystack.backends import SQ
from haystack.exceptions import SearchBackendError
from haystack.forms import FacetedSearchForm
from haystack.inputs import AutoQuery, Exact, Not, Raw
from haystack.query import SearchQuerySet

from reports.models import (
    Accession,
    Article,
    ArticleDistrict,
    Contributor,
    District,
    Figure,
    Initiative,
    InitiativeAlias,
    InitiativeMention,
    OutboxRow,
    PullQuote,
    Section,
    User,
)
from reports.search import indexing
from reports.search.contract.errors import IndexBusy, IndexDamaged
from reports.search.contract.values import EngineQuery, SortKey
from reports.search.engines.whoosh.engine import WhooshEngine
from reports.search.engines.whoosh.query.searching import find
from reports.search.indexing.index_documents import indexed_article, published_articles
from reports.search.indexing.status import IndexState, status
from reports.search.request import Scope
from reports.search.syntax.tree import Every
from tests.engines.test_index import assert_free

pytestmark = pytest.mark.django_db
EVERYTHING = EngineQuery(Every(), Scope.ARTICLE, {}, None, None, (SortKey.RELEVANCE,))
DAY = datetime.date(2022, 5, 1)


@pytest.fixture(autouse=True)
def backend(tmp_path, monkeypatch):
    backend = connections["default"].get_backend()
    monkeypatch.setattr(backend, "engine", WhooshEngine(tmp_path / "index"))
    return backend


def make_article(headline, body="", **fields):
    number = Accession.objects.count() + 1
    accession = Accession.objects.create(sha256=f"{number:064x}", file_name=f"{number}.txt", size=1)
    state = fields.pop("state", "published")
    if state == "published":
        fields["published_at"] = timezone.now()
    if state == "withdrawn":
        fields["withdrawn_at"] = timezone.now()
    if day := fields.get("published_on"):
        fields["year"] = day.year
    article = Article.objects.create(accession=accession, headline=headline, state=state, **fields)
    if body:
        Section.objects.create(article=article, number=1, position=1, body=body)
    return article


def withdraw(article):
    article.state, article.withdrawn_at = "withdrawn", timezone.now()
    article.save()


def make_district(key, name, **fields):
    return District.objects.create(key=key, name=name, level=fields.pop("level", "county"), **fields)


def index_all():
    indexing.apply_changes(list(Article.objects.values_list("pk", flat=True)))


def found(results):
    return sorted(int(result.pk) for result in results)


# Words


def test_no_query_finds_everything():
    first, second = make_article("甲"), make_article("乙")
    index_all()
    assert found(SearchQuerySet().all()) == found(SearchQuerySet()) == [first.pk, second.pk]
    assert SearchQuerySet().count() == 2


@pytest.mark.parametrize("text", ["区", "A", "1+4+4+N", "n", "贡献奖", "(x)", 'a"b', "AND", "*", "标题:崂山"])
def test_any_text_is_searched_as_it_is(text):
    wanted = make_article("标题", f"前面{text}章后面")
    make_article("别的", "没有关系")
    index_all()
    assert found(SearchQuerySet().filter(content=text)) == [wanted.pk]
    assert found(SearchQuerySet().filter(content__exact=text)) == [wanted.pk]
    assert found(SearchQuerySet().filter(content__contains=text)) == [wanted.pk]


def test_filters_and_trees():
    a = make_article("甲", "党建引领产业链")
    b = make_article("乙", "党建与社区")
    c = make_article("丙", "产业链条")
    index_all()
    results = SearchQuerySet()
    assert found(results.filter(content="党建 产业链")) == [a.pk]
    assert found(results.filter(content__exact="引领产业")) == [a.pk]
    assert found(results.filter(content__startswith="社")) == [b.pk]
    assert found(results.filter(content__in=["社区", "链条"])) == [b.pk, c.pk]
    assert found(results.filter(SQ(content="社区") | SQ(content="链条"))) == [b.pk, c.pk]
    assert found(results.filter(content="党建").exclude(content="社区")) == [a.pk]
    assert found(results.filter(~SQ(content="党建"))) == [c.pk]
    assert found(results.filter(content=Exact("党建引领"))) == [a.pk]
    assert found(results.filter(content="党建").filter(content=Not("社区"))) == [a.pk]
    assert found(results.filter(headline="丙")) == [c.pk]
    assert found(results.filter(content="党建") | results.filter(content="链条")) == [a.pk, b.pk, c.pk]
    assert found(results.filter(content="党建") & results.filter(content="社区")) == [b.pk]


@pytest.mark.parametrize("quotes", ['""', "“”", "「」"])
def test_auto_query_knows_all_quotes(quotes):
    a = make_article("甲", "党建引领产业链")
    make_article("乙", "引领 党建")
    index_all()
    query = f"{quotes[0]}党建引领{quotes[1]} -社区"
    assert found(SearchQuerySet().auto_query(query)) == [a.pk]
    assert found(SearchQuerySet().filter(content=AutoQuery(query))) == [a.pk]
    assert found(SearchQuerySet().filter(content=Raw(query))) == [a.pk]


def test_highlights_are_chinese_and_safe():
    make_article("甲", "<b>党建</b>引领，党建")
    index_all()
    (result,) = SearchQuerySet().filter(content="党建").highlight()
    assert "&lt;b&gt;<em>党建</em>&lt;/b&gt;引领，<em>党建</em>" in result.highlighted["text"]


def test_what_has_no_meaning_is_refused_not_guessed():
    for query in (
        SearchQuerySet().filter(content__fuzzy="党建"),
        SearchQuerySet().filter(nofield="x"),
        SearchQuerySet().order_by("nofield"),
        SearchQuerySet().date_facet(
            "published_on", datetime.date(2020, 1, 1), datetime.date(2021, 1, 1), "year"
        ),
    ):
        make_article("甲")
        index_all()
        with pytest.raises(SearchBackendError):
            list(query)
    with pytest.raises(SearchBackendError):
        connections["default"].get_backend().search("a string")


# Facets

VALUES = ["天桥区 药山街道", "信号灯, 机制", "1+433", "甲,乙", 'a"b', "a\\b"]


def test_facet_values_are_exact_whatever_stands_in_them():
    for value in VALUES:
        make_article("甲", source=value)
    index_all()
    counts = dict(SearchQuerySet().facet("source").facet_counts()["fields"]["source"])
    assert counts == dict.fromkeys(VALUES, 1)
    for value in VALUES:
        (result,) = SearchQuerySet().filter(source=value)
        assert result.source == value
        assert SearchQuerySet().filter(source__in=[value]).count() == 1
        assert SearchQuerySet().narrow(f'source:"{value}"').count() == 1
        assert SearchQuerySet().narrow(SQ(source=value)).count() == 1
        assert SearchQuerySet().narrow(SQ(source=value) | SQ(source="甲,乙")).count() == 1 + (
            value != "甲,乙"
        )


def test_choosing_a_facet_in_haystacks_own_form_finds_it():
    for value in VALUES:
        make_article("甲", source=value)
    index_all()
    for value in VALUES:
        form = FacetedSearchForm({"q": "甲"}, selected_facets=[f"source:{value}"])
        assert form.is_valid()
        assert form.search().count() == 1, value


def test_several_values_of_a_facet_are_alternatives_and_counts_stay_true():
    for source, year in (("甲报", 2021), ("甲报", 2022), ("乙报", 2022), ("丙报", 2023)):
        make_article("标题", source=source, year=year)
    index_all()
    chosen = SearchQuerySet().facet("source").facet("year").narrow('source:"甲报"').narrow('source:"乙报"')
    assert chosen.count() == 3
    facets = chosen.facet_counts()["fields"]
    assert dict(facets["source"]) == {"甲报": 2, "乙报": 1, "丙报": 1}
    assert dict(facets["year"]) == {"2021": 1, "2022": 2}
    assert chosen.narrow("year:2022").count() == 2


def test_a_filter_that_matches_nothing_gives_nothing():
    make_article("甲", source="甲报")
    index_all()
    results = SearchQuerySet().facet("source").filter(source="无此报")
    assert (results.count(), list(results), len(results)) == (0, [], 0)


def test_years_and_dates():
    a = make_article("甲", published_on=datetime.date(2022, 5, 1))
    b = make_article("乙", year=2022)
    c = make_article("丙")
    d = make_article("丁", published_on=datetime.date(2024, 1, 1))
    index_all()
    results = SearchQuerySet()
    assert found(results.filter(year=2022)) == [a.pk, b.pk]
    assert found(results.filter(year=None)) == [c.pk]
    assert found(results.filter(year__gt=2022)) == found(results.filter(year__range=(2023, 2030))) == [d.pk]
    assert found(results.filter(published_on__gte=datetime.date(2022, 6, 1))) == [b.pk, d.pk]
    assert found(results.filter(published_on__lt=datetime.date(2022, 5, 1))) == [b.pk]
    assert found(results.filter(published_on=datetime.date(2024, 1, 1))) == [d.pk]
    assert (
        found(results.filter(id=f"reports.article.{a.pk}")) == found(results.filter(django_id=a.pk)) == [a.pk]
    )


# Order, pages, totals


def test_directions_may_be_mixed():
    a = make_article("甲", district=make_district("370102", "历下区"), published_on=datetime.date(2020, 1, 1))
    b = make_article("乙", district=a.district, published_on=datetime.date(2023, 1, 1))
    c = make_article("丙", district=make_district("370103", "市中区"), published_on=datetime.date(2021, 1, 1))
    d = make_article("丁")
    index_all()

    def order(*fields):
        return [int(result.pk) for result in SearchQuerySet().order_by(*fields)]

    assert order("district", "-published_on") == [b.pk, a.pk, c.pk, d.pk]
    assert order("-district", "published_on") == [c.pk, a.pk, b.pk, d.pk]
    assert order("published_on") == [a.pk, c.pk, b.pk, d.pk]
    assert order("-published_on") == [b.pk, c.pk, a.pk, d.pk]
    assert order("-django_id") == [d.pk, c.pk, b.pk, a.pk]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_pages_are_exact_the_last_one_too(size):
    numbers = [make_article(f"标题{number}").pk for number in range(7)]
    index_all()
    results = SearchQuerySet().filter(content="标题")
    pages = [int(r.pk) for start in range(0, 7 + size, size) for r in results[start : start + size]]
    assert sorted(pages) == numbers
    assert len(results) == 7


def test_an_article_gone_from_the_database_does_not_shrink_the_total():
    for number in range(5):
        make_article(f"标题{number}")
    index_all()
    Article.objects.first().delete()
    assert SearchQuerySet().count() == 5
    objects = [result.object for result in SearchQuerySet()]
    assert sum(each is None for each in objects) == 1


def test_models_of_other_kinds_find_nothing():
    make_article("甲")
    index_all()
    assert SearchQuerySet().models(Article).count() == 1
    with pytest.warns(UserWarning, match="not registered"):
        assert SearchQuerySet().models(User).count() == 0


def test_a_page_is_read_in_as_many_queries_whatever_its_size(django_assert_num_queries):
    for number in range(30):
        make_article(f"标题{number}")
    index_all()
    with CaptureQueriesContext(connection) as of_two:
        list(SearchQuerySet()[:2])
    with django_assert_num_queries(len(of_two)):
        results = SearchQuerySet()[:30]
        assert len([result.object.headline for result in results]) == 30
    with django_assert_num_queries(len(of_two) + 1):
        assert len(SearchQuerySet().load_all()[:30]) == 30


def test_results_carry_their_fields():
    district = make_district("370102", "历下区")
    article = make_article(
        "甲", "正文", district=district, published_on=datetime.date(2022, 5, 1), source="晨报"
    )
    index_all()
    (result,) = SearchQuerySet()
    assert (result.headline, result.district, result.year, result.source) == ("甲", ["370102"], 2022, "晨报")
    assert result.published_on == DAY
    assert result.object == article
    assert (result.app_label, result.model_name, result.model) == ("reports", "article", Article)


def test_more_like_this():
    a = make_article("甲", "社区养老食堂开张，老人就餐方便，养老服务到家。")
    b = make_article("乙", "养老食堂覆盖社区，老人就餐有补助。")
    make_article("丙", "高速公路通车，货运畅通。")
    index_all()
    assert found(SearchQuerySet().more_like_this(a)) == [b.pk]


# Writing


def test_only_published_articles_are_in_the_index():
    published = make_article("甲")
    for state in ("draft", "withdrawn"):
        make_article("乙", state=state)
    index_all()
    assert found(SearchQuerySet()) == [published.pk]
    withdraw(published)
    indexing.apply_changes([published.pk])
    assert found(SearchQuerySet()) == []


def test_haystacks_own_update_and_remove(backend):
    a, b = make_article("甲"), make_article("乙")
    index = connections["default"].get_unified_index().get_index(Article)
    index.update()
    assert found(SearchQuerySet()) == [a.pk, b.pk]
    withdraw(a)
    index.remove_object(a)
    assert found(SearchQuerySet()) == [b.pk]
    backend.remove(f"reports.article.{b.pk}")
    assert found(SearchQuerySet()) == [b.pk]  # still published: the database decides
    withdraw(b)
    backend.remove(f"reports.article.{b.pk}")
    assert found(SearchQuerySet()) == []


def test_an_index_is_not_cleared_behind_the_database(backend):
    make_article("甲")
    index_all()
    backend.clear(models=[User])
    with pytest.raises(SearchBackendError, match="rebuild_index"):
        backend.clear()
    assert SearchQuerySet().count() == 1


def test_an_empty_update_leaves_the_index_free_for_the_next_writer(backend):
    backend.update(None, [])
    backend.update(None, [make_article("甲")])
    assert SearchQuerySet().count() == 1


def test_a_failed_remove_is_raised(backend, monkeypatch):
    article = make_article("甲")
    index_all()
    withdraw(article)
    index = backend.engine.index

    def fail(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("reports.search.engines.whoosh.directory.storage.os.fsync", fail)
    with pytest.raises(OSError, match="Read-only"):
        backend.remove(article)
    monkeypatch.undo()
    assert_free(index)
    assert [hit.article_id for hit in find(index.snapshot(), EVERYTHING).hits] == [article.pk]


# What is indexed


def test_everything_visible_and_the_names_are_indexed():
    province = make_district("370000", "山东省", level="province")
    city = make_district("370100", "济南市", level="city", province=province)
    zone = make_district("jinan-gaoxin", "高新区", level="zone", city=city, province=province)
    other = make_district("370102", "历下区", city=city, province=province)
    article = make_article("主题字", kicker="引题字", deck="副题字", lead="导语一\n导语二", district=zone)
    ArticleDistrict.objects.create(article=article, district=other)
    Section.objects.create(article=article, number=3, position=1, heading="小标题字", body="段一\n段二")
    Figure.objects.create(article=article, number=2, position=1, caption="图说字", credit="来源字")
    PullQuote.objects.create(article=article, position=1, text="引语字")
    Contributor.objects.create(article=article, position=1, name="张记者", role="reporter")
    initiative = Initiative.objects.create(slug="liu-ji", name="六基工程", kind="project")
    InitiativeAlias.objects.create(initiative=initiative, name="六基")
    for start in (0, 5):
        InitiativeMention.objects.create(
            article=article, initiative=initiative, field="body", number=3, start=start, end=start + 4
        )
    indexed = indexed_article(published_articles().get())
    assert [(block.kind, block.section, block.figure, block.text) for block in indexed.blocks] == [
        ("kicker", -1, -1, "引题字"),
        ("headline", -1, -1, "主题字"),
        ("deck", -1, -1, "副题字"),
        ("byline", -1, -1, "张记者"),
        ("lead", 0, -1, "导语一"),
        ("lead", 0, -1, "导语二"),
        ("heading", 3, -1, "小标题字"),
        ("body", 3, -1, "段一"),
        ("body", 3, -1, "段二"),
        ("caption", -1, 2, "图说字"),
        ("credit", -1, 2, "来源字"),
        ("pull_quote", -1, -1, "引语字"),
        ("initiative", -1, -1, "六基工程"),
        ("initiative", -1, -1, "六基"),
        ("district", -1, -1, "山东省济南市高新区"),
        ("district", -1, -1, "山东省济南市历下区"),
    ]
    assert indexed.facets == {
        "district": ("370000", "370100", "jinan-gaoxin"),
        "named": ("370000", "370100", "jinan-gaoxin", "370102"),
        "initiative": ("liu-ji",),
        "year": ("none",),
        "source": (),
    }


def test_the_stamp_changes_with_anything_searched_and_with_nothing_else():
    district = make_district("370102", "历下区")
    article = make_article("甲", "正文", district=district)

    def stamp():
        return indexed_article(published_articles().get()).stamp

    first = stamp()
    Article.objects.update(furniture="扫码", problems=["x"])
    assert stamp() == first
    for change in (
        lambda: Section.objects.update(body="正文改"),
        lambda: Article.objects.update(year=2020),
        lambda: Article.objects.update(source="晨报"),
        lambda: District.objects.update(name="历下新区"),
        lambda: PullQuote.objects.create(article=article, position=1, text="引语"),
    ):
        before = stamp()
        change()
        assert stamp() != before


def test_indexing_takes_a_fixed_number_of_queries(django_assert_max_num_queries):
    for number in range(20):
        article = make_article("甲", "正文")
        district = make_district(f"k{number}", f"区{number}")
        ArticleDistrict.objects.create(article=article, district=district)
    with django_assert_max_num_queries(12):
        indexing.apply_changes(list(Article.objects.values_list("pk", flat=True)))


# Rebuild and status


def test_rebuild_and_status_from_the_database(tmp_path):
    for number in range(3):
        make_article(f"标题{number}")
    make_article("草稿", state="draft")
    assert status().state is IndexState.MISSING
    seen = []
    assert indexing.rebuild(lambda done, total: seen.append((done, total))) == 3
    assert seen == [(1, 3), (2, 3), (3, 3)]
    found_status = status()
    assert (found_status.state, found_status.engine.indexed, found_status.published) == (
        IndexState.CURRENT,
        3,
        3,
    )
    assert found_status.engine.differing == ()
    assert found_status.engine.size > 1000
    OutboxRow.objects.create(article_id=1)
    assert status().state is IndexState.BEHIND


def test_a_lost_index_comes_back_with_the_first_change():
    first, second = make_article("甲"), make_article("乙")
    indexing.apply_changes([second.pk])
    assert found(SearchQuerySet()) == [first.pk, second.pk]


def test_a_damaged_index_is_said_and_searching_raises_plain_words(backend):
    make_article("甲")
    index_all()
    (folder,) = backend.engine.index.generations.folder.iterdir()
    for path in folder.glob("*.toc"):
        path.rename(folder / "_MAIN_9.toc")
    for path in folder.glob("*.toc"):
        path.write_bytes(b"")
    assert status().state is IndexState.DAMAGED
    with pytest.raises(IndexDamaged, match="rebuild_index"):
        SearchQuerySet().count()
    indexing.rebuild()
    assert SearchQuerySet().count() == 1


def test_commands(capsys):
    make_article("甲")
    with pytest.raises(SystemExit) as stop:
        call_command("index_status")
    assert stop.value.code == 1
    assert "尚无索引" in capsys.readouterr().out
    call_command("rebuild_index", "--noinput")
    told = capsys.readouterr()
    assert "1 篇" in told.out
    assert "1/1" in told.err
    assert "正在写入文件" in told.err
    call_command("index_status", "--json")
    told_status = json.loads(capsys.readouterr().out)
    assert told_status["ok"]
    assert told_status["state"] == "current"
    assert told_status["indexed"] == 1
    article = make_article("乙")
    OutboxRow.objects.create(article_id=article.pk)
    call_command("update_index")
    assert "最新" in capsys.readouterr().out
    assert OutboxRow.objects.count() == 0
    assert SearchQuerySet().count() == 2


def test_the_lock_excludes_other_threads(backend):
    refused = []

    def write():
        try:
            WhooshEngine(path).apply([], 0)
        except IndexBusy:
            refused.append(True)

    index_all()
    # Another thread has a haystack backend of its own; it must meet the same lock.
    path = backend.engine.place
    with backend.engine.index.lock():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert refused == [True]
