"""The walk of a stranger and of an editor through the archive, in a real browser."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from reports import workflow
from reports.models import Accession, Article
from tests.factories import ArticleFactory, DistrictFactory, InitiativeFactory, InitiativeMentionFactory

from .conftest import PASSWORD, Walker

EDITOR = "编辑甲"

GBK_PAGE = """渡口边的夜间诊室
南山区把门诊开到晚上九点
本报记者 顾一舟

天黑以后，渡口边的卫生站还亮着灯，街坊管它叫“渡口夜诊计划”。

医生换班来
白天看病要排队，区里就把门诊往后推了四个小时，由三家医院的医生轮流来坐诊。
半年下来，夜间门诊接诊 2680 人次。
"""


@pytest.fixture
def shelf(transactional_db: None) -> None:
    """Thirty articles: two districts, three years, one initiative; a third of them about lamps."""
    districts = [DistrictFactory(name="松林区"), DistrictFactory(name="竹溪区")]
    initiative = InitiativeFactory(name="晚灯计划", slug="wan-deng")
    for n in range(30):
        article = ArticleFactory(
            headline=f"第{n}条街的夜晚",
            lead="街上的路灯修好了。" if n % 3 == 0 else "街上的树种好了。",
            district=districts[n % 2],
            year=2020 + n % 3,
            sections=[("灯下", "晚灯计划走到这条街，路灯和树各归其位。")],
        )
        InitiativeMentionFactory(
            article=article, initiative=initiative, field="body", number=1, start=0, end=4
        )
        workflow.publish(article)


def downloaded(walker: Walker) -> Path:
    def whole() -> list[Path]:
        return [path for path in walker.downloads.iterdir() if path.suffix == ".csv"]

    found: list[Path] = walker.until(whole)
    return found[0]


def test_a_reader_searches_narrows_reads_and_takes_the_table_home(walker: Walker, shelf: None) -> None:
    walker.open("/")
    field = walker.find("#q")
    field.send_keys("路灯 树")
    walker.follow(walker.find(".search-form button"))
    assert walker.find("#total").text.startswith("共 30 篇报道")
    assert set(walker.texts(".hit mark")) <= {"路灯", "树"}

    expected = int(walker.link("松林区", ".facets").find_element(By.CSS_SELECTOR, ".count").text)
    walker.follow(walker.link("松林区", ".facets"))
    assert walker.find("#total").text.startswith(f"共 {expected} 篇报道")
    column = walker.find(".year-chart a[aria-label^='2021 年']")
    expected = int(str(column.get_attribute("aria-label")).partition("，")[2].partition(" ")[0])
    walker.follow(column)
    assert walker.find("#total").text.startswith(f"共 {expected} 篇报道")
    assert "松林区" in walker.find(".chosen").text
    assert "2021" in walker.find(".chosen").text
    headlines = walker.texts(".hit h2")
    assert len(headlines) == expected

    walker.find(".takeaway a[href*='search.csv']").click()
    with downloaded(walker).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["标题"] for row in rows] == headlines

    results = walker.driver.current_url
    walker.follow(walker.find(".hit h2 a"))
    assert walker.find("#headline").text == headlines[0]
    assert set(walker.texts(".sheet mark")) <= {"路灯", "树"}
    assert walker.texts(".sheet mark")
    walker.follow(walker.link("返回检索结果"))
    assert walker.driver.current_url == results
    assert walker.complaints() == []


def test_an_editor_uploads_corrects_publishes_and_finds(
    walker: Walker, tmp_path: Path, editor: object
) -> None:
    good, broken = tmp_path / "渡口 夜诊.txt", tmp_path / "扫描.txt"
    good.write_bytes(GBK_PAGE.encode("gb18030"))
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)

    walker.log_in(EDITOR, PASSWORD)
    walker.open("/desk/upload/")
    walker.find("#id_chosen").send_keys(f"{good}\n{broken}")
    walker.find("main .drop button[type=submit]").click()
    walker.until(lambda: len(walker.all(".outcome-drafted, .outcome-unreadable")) == 2)
    drafted, unreadable = walker.find(".outcome-drafted"), walker.find(".outcome-unreadable")
    assert "渡口 夜诊.txt" in drafted.text
    assert "扫描.txt" in unreadable.text
    assert Accession.objects.count() == 2

    walker.follow(walker.find(".outcome-drafted a"))
    assert "渡口边的夜间诊室" in walker.find(".source-lines").text
    headline = walker.find("#id_headline")
    headline.clear()
    headline.send_keys("渡口边的夜诊，开到九点")
    headline.send_keys(Keys.ENTER)  # a slip: nothing is sent
    assert walker.driver.current_url.endswith(f"/desk/review/{Article.objects.get().pk}/")
    bodies = len(walker.all("[name=section_body]"))
    walker.find("[data-rows=sections] > [data-act=add]").click()
    added = walker.all("[name=section_heading]")[-1]
    added.send_keys("街坊怎么说")
    walker.all("[name=section_body]")[bodies].send_keys("住在渡口的人说，晚饭后走过去正好。")
    walker.leave(lambda: added.send_keys(Keys.CONTROL, "s"))
    assert "已保存" in walker.find("body").text
    assert walker.find("#id_headline").get_attribute("value") == "渡口边的夜诊，开到九点"

    walker.leave(lambda: walker.find("#id_headline").send_keys(Keys.CONTROL, Keys.ENTER))
    assert "已保存并发布" in walker.find("body").text
    assert Article.objects.get().state == "published"

    walker.open("/search/?q=晚饭后走过去")
    assert walker.texts(".hit h2") == ["渡口边的夜诊，开到九点"]
    assert walker.texts(".hit mark")[-1:] == ["晚饭后走过去"]
    assert walker.complaints() == []


def test_sections_are_split_merged_moved_and_removed_in_place(walker: Walker, editor: object) -> None:
    article = ArticleFactory(sections=[("甲", "一一\n二二"), ("乙", "三三")])
    walker.log_in(EDITOR, PASSWORD)
    walker.open(f"/desk/review/{article.pk}/")

    def bodies() -> list[str]:
        return [area.get_attribute("value") or "" for area in walker.all("[name=section_body]")]

    area = walker.find("[name=section_body]")
    area.click()
    walker.driver.execute_script("arguments[0].setSelectionRange(3, 3)", area)
    area.send_keys(Keys.SHIFT)
    walker.find("[data-act=split]").click()
    assert bodies() == ["一一", "二二", "三三"]
    walker.all("[name=section_body]")[1].find_element(By.XPATH, "..").find_element(
        By.CSS_SELECTOR, "[data-act=down]"
    ).click()
    assert bodies() == ["一一", "三三", "二二"]
    walker.all("[data-rows=sections] [data-act=merge]")[1].click()
    assert bodies() == ["一一\n乙\n三三", "二二"]
    walker.all("[data-rows=sections] [data-act=remove]")[1].click()
    assert bodies() == ["一一\n乙\n三三"]
    walker.follow(walker.find("[data-key=save]"))
    assert [section.body for section in article.sections.all()] == ["一一\n乙\n三三"]
    assert walker.complaints() == []


def test_a_long_facet_is_narrowed_by_its_filter(walker: Walker) -> None:
    for n in range(12):
        workflow.publish(ArticleFactory(district=DistrictFactory(name=f"第{n}号区"), lead="同一句话"))
    walker.open("/search/?q=同一句话")
    walker.follow(walker.link("全部 25 个区县", ".facets"))
    for typed in ("第11号", "di11hao"):
        field = walker.find(".facet-whole .filter")
        field.clear()
        field.send_keys(typed)
        shown = [item.text for item in walker.all(".facet-whole li") if item.is_displayed()]
        assert len(shown) == 1
        assert "第11号区" in shown[0]
    walker.follow(walker.link("第11号区", ".facet-whole"))
    assert "第11号区" in walker.find(".chosen").text
    walker.follow(walker.link("看检索结果"))
    assert walker.find("#total").text.startswith("共 1 篇报道")


def test_suggestions_follow_the_keys(walker: Walker) -> None:
    workflow.publish(ArticleFactory(headline="晚灯照亮渡口", lead="晚灯计划从渡口开始，晚灯一盏接一盏。"))
    walker.open("/")
    field = walker.find("#q")
    field.send_keys("wandeng")
    walker.until(lambda: walker.all("#q-suggestions [role=option]"))
    assert field.get_attribute("aria-expanded") == "true"
    field.send_keys(Keys.ARROW_DOWN)
    option = walker.find("#q-suggestions [aria-selected=true]")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert field.get_attribute("value") == option.get_attribute("data-text")
    field.send_keys(Keys.ESCAPE)
    assert field.get_attribute("value") == "wandeng"
    assert field.get_attribute("aria-expanded") == "false"
    field.send_keys(Keys.ARROW_DOWN)
    walker.until(lambda: walker.all("#q-suggestions [role=option]"))
    field.send_keys(Keys.ARROW_DOWN)
    chosen = field.get_attribute("value")
    field.send_keys(Keys.ENTER)
    walker.until(lambda: "/search/?q=" in walker.driver.current_url)
    assert walker.find("#q").get_attribute("value") == chosen
    assert walker.all(".hits .hit, .hits li")
    assert walker.complaints() == []


@pytest.mark.parametrize("width", [1280, 390])
def test_doubtful_articles_are_asked_about_and_answered_by_keyboard(
    walker: Walker, editor: object, width: int
) -> None:
    problem = {"code": "district_doubtful", "message": "主区划“松林区”不确定，请核对。", "line": 3}
    district = DistrictFactory(name="松林区")
    clear = ArticleFactory(headline="清楚的一篇", district=district, year=2021, problems=[])
    doubtful = ArticleFactory(headline="可疑的一篇" * 12, district=None, year=None, problems=[problem] * 3)
    walker.log_in(EDITOR, PASSWORD)
    walker.driver.set_window_size(width, 900)
    try:
        walker.open("/desk/")
        for box in walker.all("input[name=article]"):
            box.send_keys(Keys.SPACE)
        walker.leave(lambda: walker.find(".queue-actions button").send_keys(Keys.ENTER))
        assert "有 1 篇还有疑问" in walker.find("h1").text
        assert walker.driver.execute_script("return document.documentElement.scrollWidth") <= width
        walker.leave(lambda: walker.find("button[value=back]").send_keys(Keys.ENTER))
        assert all(box.is_selected() for box in walker.all("input[name=article]"))
        walker.leave(lambda: walker.find(".queue-actions button").send_keys(Keys.ENTER))
        reached = walker.find("h1")
        for _ in range(40):
            walker.driver.switch_to.active_element.send_keys(Keys.TAB)
            reached = walker.driver.switch_to.active_element
            if reached.get_attribute("value") == "clear":
                break
        walker.leave(lambda: reached.send_keys(Keys.ENTER))
        assert "已发布 1 篇。" in walker.find("body").text
    finally:
        walker.driver.set_window_size(1440, 1000)
    states = dict(Article.objects.values_list("pk", "state"))
    assert (states[clear.pk], states[doubtful.pk]) == ("published", "draft")
    assert walker.complaints() == []


def test_a_zip_shows_what_became_of_each_of_its_pages(
    walker: Walker, tmp_path: Path, editor: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.workflow.receiving.receive.BATCH", 10)
    pages = tmp_path / "六月.zip"
    with zipfile.ZipFile(pages, "w") as archive:
        for number in range(1, 41):
            archive.writestr(f"六月/{number:02d}版.txt", GBK_PAGE.replace("2680", str(3000 + number)))
        archive.writestr("六月/扫描.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
        archive.writestr("六月/内.zip", b"PK")

    walker.log_in(EDITOR, PASSWORD)
    walker.open("/desk/upload/")
    walker.find("#id_chosen").send_keys(str(pages))
    walker.find("main .drop button[type=submit]").click()
    summary = walker.find(".outcome-done")
    assert summary.text.split("\n") == ["六月.zip", "共42份：新建报道40篇，已有0份，失败2份。"]
    assert len(walker.all("[data-member].outcome-drafted a")) == Article.objects.count() == 40
    assert "六月.zip › 六月/扫描.txt" in walker.find(".outcome-unreadable").text
    assert "请先解开再试" in walker.find(".outcome-refused").text
    names = walker.texts("[data-member] .file")
    assert names[:2] == ["六月.zip › 六月/01版.txt", "六月.zip › 六月/02版.txt"]

    # A single line is shown as the file itself, under the name of the line.
    line = tmp_path / "一条.jsonl"
    line.write_text('{"title": "渡口的新灯", "text": "天黑以后，灯亮着。"}', "utf-8")
    walker.find("#id_chosen").send_keys(str(line))
    walker.find("main .drop button[type=submit]").click()
    walker.until(lambda: "一条.jsonl 第1行" in walker.texts(".upload-results .file"))
    assert walker.complaints() == []
