"""Districts and initiatives keep their links and names through renaming and merging; the index follows."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from reports.knowledge import Gazetteer, default_gazetteer
from reports.knowledge.findings import DistrictLevel, InitiativeKind, Place
from reports.models import District, Initiative, OutboxRow, User
from reports.workflow import (
    DictionaryRefused,
    RoleRefused,
    archive_gazetteer,
    district_with_key,
    find_place,
    get_or_create_district,
    load_gazetteer,
    merge_initiatives,
    save_district,
    save_initiative,
)
from reports.workflow.dictionaries.archive_dictionaries import archive_lexicon
from reports.workflow.dictionaries.initiatives import InitiativeName, resolve
from tests.factories import (
    ArticleDistrictFactory,
    ArticleFactory,
    CityFactory,
    DistrictFactory,
    InitiativeAliasFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
)

pytestmark = pytest.mark.django_db


def waiting() -> set[int]:
    assert not OutboxRow.objects.filter(urgent=True).exists()
    return set(OutboxRow.objects.values_list("article_id", flat=True))


def articles_naming(initiative: Initiative, count: int = 1) -> list[int]:
    return [
        InitiativeMentionFactory(initiative=initiative, article=ArticleFactory(published=True)).article.pk
        for _ in range(count)
    ]


class TestDistricts:
    PLACES = (
        Place("990100", "990100", "青禾市", DistrictLevel.CITY, "990100", "青禾市", "云岭省", "青禾"),
        Place("990200", "990200", "松林市", DistrictLevel.CITY, "990200", "松林市", "云岭省", "松林"),
        Place("990102", "990102", "市中区", DistrictLevel.COUNTY, "990100", "青禾市", "云岭省"),
        Place("990202", "990202", "市中区", DistrictLevel.COUNTY, "990200", "松林市", "云岭省"),
        Place("990103", "990103", "河湾区", DistrictLevel.COUNTY, "990100", "青禾市", "云岭省", "河湾"),
    )
    GAZETTEER = Gazetteer(PLACES)

    def test_is_made_once_with_its_city(self) -> None:
        district = get_or_create_district(self.PLACES[4], self.GAZETTEER)
        assert (district.full_name, district.city_key) == ("青禾市河湾区", "990100")
        assert get_or_create_district(self.PLACES[4], self.GAZETTEER) == district
        assert District.objects.count() == 2

    def test_curators_name_stays(self) -> None:
        get_or_create_district(self.PLACES[4], self.GAZETTEER)
        District.objects.filter(key="990103").update(name="河湾新区")
        assert get_or_create_district(self.PLACES[4], self.GAZETTEER).name == "河湾新区"

    def test_city_has_no_city(self) -> None:
        assert get_or_create_district(self.PLACES[0], self.GAZETTEER).city is None

    @pytest.mark.parametrize("text", ["990103", "河湾区", "青禾市河湾区", " 河湾区 "])
    def test_is_found_by_key_and_name(self, text: str) -> None:
        assert find_place(text, self.GAZETTEER).key == "990103"

    def test_namesakes_are_listed(self) -> None:
        with pytest.raises(DictionaryRefused, match="青禾市市中区（990102）、松林市市中区（990202）"):
            find_place("市中区", self.GAZETTEER)
        assert find_place("松林市市中区", self.GAZETTEER).key == "990202"

    def test_unknown_name_is_told(self) -> None:
        with pytest.raises(DictionaryRefused, match="没有找到区划“无此区”"):
            find_place("无此区", self.GAZETTEER)

    def test_curators_own_district_is_known(self) -> None:
        own = DistrictFactory(key="qinghe-xinchengqu", code=None, name="新城片区", level="zone")
        place = find_place("新城片区")
        assert (place.key, place.code, place.city_name) == (own.key, None, own.city.name)
        assert district_with_key(own.key) == own
        assert district_with_key("zzz") is None

    def test_renamed_district_is_known_by_both_names(self) -> None:
        licheng = default_gazetteer().place("370112")
        assert licheng is not None
        get_or_create_district(licheng)
        assert archive_gazetteer() is default_gazetteer()
        District.objects.filter(key="370112").update(name="新历城区")
        assert find_place("新历城区").key == find_place("济南市历城区").key == "370112"
        assert find_place("370112").name == "新历城区"

    def test_renaming_tells_the_index_of_every_article_that_shows_it(self, administrator: User) -> None:
        city = CityFactory()
        district = DistrictFactory(city=city)
        main = ArticleFactory(published=True, district=district)
        further = ArticleDistrictFactory(article=ArticleFactory(published=True), district=district).article
        of_city = ArticleFactory(published=True, district=city)
        ArticleFactory(district=district)
        ArticleFactory(published=True, district=DistrictFactory())
        district.name = "新名区"
        save_district(district, administrator)
        assert waiting() == {main.pk, further.pk}
        OutboxRow.objects.all().delete()
        save_district(city, administrator)
        assert waiting() == {main.pk, further.pk, of_city.pk}

    def test_only_administrators_save_them(self, editor: User) -> None:
        with pytest.raises(RoleRefused, match="管理员"):
            save_district(DistrictFactory(), editor)

    def test_one_with_districts_below_gets_no_city_above(self) -> None:
        district = DistrictFactory(city=DistrictFactory())
        above = district.city
        above.city = CityFactory()
        with pytest.raises(DictionaryRefused, match="下面还有"):
            save_district(above)

    def test_whole_gazetteer_loads_once(self) -> None:
        new, known = load_gazetteer()
        assert (new, known) == (District.objects.count(), 0)
        assert new > 3000
        licheng = District.objects.select_related("city").get(key="370112")
        assert licheng.full_name == "济南市历城区"
        assert not District.objects.filter(level="county", city=None, key__startswith="37").exists()
        assert load_gazetteer() == (0, new)


class TestSaving:
    def test_new_one_gets_a_slug_and_is_curated(self, editor: User) -> None:
        initiative = Initiative(name=" 晚灯工程 ", kind="project")
        save_initiative(initiative, ["夜灯工程", " ", "晚灯工程"], editor)
        assert (initiative.name, initiative.slug, initiative.is_curated) == (
            "晚灯工程",
            "wan-deng-gong-cheng",
            True,
        )
        assert [alias.name for alias in initiative.aliases.all()] == ["夜灯工程"]
        assert waiting() == set()

    def test_old_name_stays_an_alias_and_the_slug_stays(self) -> None:
        initiative = InitiativeFactory(name="晚灯工程", slug="wan-deng")
        named = articles_naming(initiative, 2)
        ArticleFactory(published=True)
        initiative.name = "长明灯工程"
        save_initiative(initiative)
        assert initiative.slug == "wan-deng"
        assert [alias.name for alias in initiative.aliases.all()] == ["晚灯工程"]
        assert waiting() == set(named)

    def test_aliases_given_take_the_place_of_the_old(self) -> None:
        initiative = InitiativeAliasFactory(name="旧别名").initiative
        save_initiative(initiative, ["新别名"])
        assert [alias.name for alias in initiative.aliases.all()] == ["新别名"]
        save_initiative(initiative)
        assert [alias.name for alias in initiative.aliases.all()] == ["新别名"]

    @pytest.mark.parametrize(
        "names", [("晚灯工程", []), ("别的", ["晚灯工程"]), ("夜灯", []), ("别的", ["夜灯"])]
    )
    def test_name_of_another_is_refused(self, names: tuple[str, list[str]]) -> None:
        InitiativeAliasFactory(initiative=InitiativeFactory(name="晚灯工程"), name="夜灯")
        with pytest.raises(DictionaryRefused, match="已有举措“晚灯工程”"):
            save_initiative(Initiative(name=names[0], kind="project"), names[1])
        assert Initiative.objects.count() == 1

    def test_code_needs_its_district(self) -> None:
        with pytest.raises(DictionaryRefused, match="所属区划"):
            save_initiative(Initiative(name="4433", kind="code"))

    def test_readers_may_not(self, reader: User) -> None:
        with pytest.raises(RoleRefused):
            save_initiative(Initiative(name="晚灯工程", kind="project"), by=reader)


class TestMerging:
    def test_mentions_names_and_links_go_over(self, editor: User) -> None:
        kept, merged = InitiativeFactory(name="晚灯工程"), InitiativeFactory(name="夜灯工程", slug="ye-deng")
        InitiativeAliasFactory(initiative=merged, name="夜里点灯")
        stays, moves = articles_naming(kept), articles_naming(merged, 2)
        merge_initiatives(kept, merged, editor)
        assert set(kept.mentions.values_list("article_id", flat=True)) == {*stays, *moves}
        assert {alias.name for alias in kept.aliases.all()} == {"夜灯工程", "夜里点灯"}
        merged.refresh_from_db()
        assert (merged.slug, merged.merged_into, merged.mentions.count()) == ("ye-deng", kept, 0)
        assert set(Initiative.objects.current()) == {kept}
        assert waiting() == {*stays, *moves}  # the entries of both have names they did not have

    def test_place_that_both_name_is_named_once(self) -> None:
        kept, merged = InitiativeFactory(), InitiativeFactory()
        first = InitiativeMentionFactory(initiative=kept)
        InitiativeMentionFactory(initiative=merged, article=first.article)
        InitiativeMentionFactory(initiative=merged, article=first.article, start=1)
        merge_initiatives(kept, merged)
        assert sorted(kept.mentions.values_list("start", flat=True)) == [0, 1]

    def test_chain_leads_to_the_last(self) -> None:
        first, second, third = (InitiativeFactory(name=name) for name in ("甲工程", "乙工程", "丙工程"))
        merge_initiatives(second, first)
        merge_initiatives(third, second)
        first.refresh_from_db()
        assert first.merged_into == third
        wanted = InitiativeName("甲工程", InitiativeKind.PROJECT, None)
        assert resolve([wanted]) == {wanted: third}

    def test_twice_is_once(self) -> None:
        kept, merged = InitiativeFactory(), InitiativeFactory()
        merge_initiatives(kept, merged)
        merge_initiatives(kept, merged)
        assert kept.aliases.count() == 1

    def test_into_itself_or_into_a_merged_one_is_refused(self) -> None:
        kept, merged, third = InitiativeFactory(), InitiativeFactory(), InitiativeFactory()
        with pytest.raises(DictionaryRefused, match="自己"):
            merge_initiatives(kept, kept)
        merge_initiatives(kept, merged)
        with pytest.raises(DictionaryRefused, match="并入别处"):
            merge_initiatives(merged, third)


class TestLexicon:
    @staticmethod
    def forms(names: Iterable[str]) -> dict[str, str | None]:
        forms = archive_lexicon().by_form
        return {name: forms[name].name if name in forms else None for name in names}

    def test_learns_what_curators_set_and_nothing_merely_found(self) -> None:
        save_initiative(Initiative(name="晚灯工程", kind="project"), ["夜里点灯"])
        InitiativeFactory(name="偶见工程")
        assert self.forms(["晚灯工程", "夜里点灯", "偶见工程"]) == {
            "晚灯工程": "晚灯工程",
            "夜里点灯": "晚灯工程",
            "偶见工程": None,
        }

    def test_merged_name_means_the_kept_one(self) -> None:
        kept, merged = InitiativeFactory(name="晚灯工程"), InitiativeFactory(name="夜灯工程")
        merge_initiatives(kept, merged)
        assert self.forms(["夜灯工程"]) == {"夜灯工程": "晚灯工程"}

    def test_codes_mean_something_at_home_only(self) -> None:
        save_initiative(Initiative(name="4433", kind="code", owner=DistrictFactory()))
        assert self.forms(["4433"]) == {"4433": None}
