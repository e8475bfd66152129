"""Lexicon words are kept in order: what can be cut whole, no word twice, every change in the history."""

from __future__ import annotations

import pytest
from django.test import Client
from reversion.models import Version

from reports.language.segment import packaged_lexicon
from reports.models import LexiconWord, User
from reports.search.indexing import rebuild
from reports.search.indexing.lexicon import current_segmenter
from reports.workflow import DictionaryRefused, RoleRefused
from reports.workflow.dictionaries.entries import delete_entry, save_entry
from tests.factories import ArticleFactory, LexiconWordFactory

pytestmark = pytest.mark.django_db


def test_a_word_is_kept_as_printed_and_cut_as_normalised(editor: User) -> None:
    save_entry(LexiconWordFactory.build(word=" 鄰里 Ｘ 計劃驛 "), editor)
    kept = LexiconWord.objects.get()
    assert (kept.word, kept.normalised) == ("鄰里 Ｘ 計劃驛", "邻里x计划驿")
    assert current_segmenter().cut("邻里x计划驿建成") == ["邻里x计划驿", "建成"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (" ", "请填写词语"),
        ("驿", "至少要两个字"),
        ("，。", "不能成为一个词"),
        ("+-", "不能成为一个词"),
        ("smart city", "不能含空格"),
        ("两新、组织", "不能成为一个词"),
        ("𠮷家", "生僻字"),
        ("驿" * 41, "最多 40 字"),
        ("㍿" * 11, "最多 40 字"),
        ("燈塔守望", "已有词语"),
        (min(packaged_lexicon()), "已在内置词典中"),
    ],
)
def test_what_the_segmenter_can_make_nothing_of_is_refused(editor: User, word: str, said: str) -> None:
    save_entry(LexiconWordFactory.build(word="灯塔守望"), editor)
    with pytest.raises(DictionaryRefused, match=said):
        save_entry(LexiconWordFactory.build(word=word), editor)
    assert LexiconWord.objects.count() == 1


def test_a_word_may_be_saved_again(editor: User) -> None:
    word = LexiconWordFactory.build(word="灯塔守望")
    save_entry(word, editor)
    word.note = "海事部门的叫法"
    save_entry(word, editor)
    assert LexiconWord.objects.get().note == "海事部门的叫法"


def test_words_put_out_of_use_and_removed_ones_are_not_cut(editor: User) -> None:
    plain = current_segmenter().version
    word = LexiconWordFactory.build(word="灯塔守望")
    save_entry(word, editor)
    changed = current_segmenter().version
    assert changed != plain
    word.is_active = False
    save_entry(word, editor)
    assert current_segmenter().version == plain
    word.is_active = True
    save_entry(word, editor)
    assert current_segmenter().version == changed
    delete_entry(word, editor)
    assert current_segmenter().version == plain


def test_readers_may_not(reader: User, editor: User) -> None:
    with pytest.raises(RoleRefused):
        save_entry(LexiconWordFactory.build(), reader)
    assert not LexiconWord.objects.exists()
    word = LexiconWordFactory()
    with pytest.raises(RoleRefused):
        delete_entry(word, reader)
    assert LexiconWord.objects.exists()


def test_every_change_is_kept_with_who_made_it(editor: User) -> None:
    word = LexiconWordFactory.build(word="灯塔守望")
    save_entry(word, editor)
    word.is_active = False
    save_entry(word, editor)
    key = word.pk
    delete_entry(word, editor)
    versions = Version.objects.get_for_model(LexiconWord).filter(object_id=str(key))
    assert [version.revision.get_comment() for version in versions] == [
        "删除词典词条",
        "修改词典词条",
        "新建词典词条",
    ]
    assert [version.field_dict["is_active"] for version in versions] == [False, False, True]
    assert {version.revision.user for version in versions} == {editor}


LIST = "/admin/reports/lexiconword/"


def test_the_admin_keeps_words_through_the_workflow_and_says_what_is_still_to_do(
    client: Client, editor: User
) -> None:
    ArticleFactory(published=True)
    rebuild()
    client.force_login(editor)
    assert "词典已改动" not in client.get(LIST).content.decode()
    refused = client.post(f"{LIST}add/", {"word": "驿", "is_active": "on"})
    assert "至少要两个字" in refused.content.decode()
    added = client.post(f"{LIST}add/", {"word": "灯塔守望", "is_active": "on"}, follow=True).content.decode()
    assert added.count("词典已改动，重建索引后生效") == 1
    assert 'alt="False"' in added  # not in effect yet
    rebuild()
    after = client.get(LIST).content.decode()
    assert "词典已改动" not in after
    assert 'alt="False"' not in after

    word = LexiconWord.objects.get()
    put_out = client.post(f"{LIST}{word.pk}/change/", {"word": "灯塔守望", "_continue": "1"}, follow=True)
    assert put_out.content.decode().count("词典已改动，重建索引后生效") == 1
    chosen = {"action": "delete_selected", "_selected_action": [word.pk], "post": "yes"}
    assert "词典已改动" in client.post(LIST, chosen, follow=True).content.decode()
    versions = Version.objects.get_for_model(LexiconWord)
    assert [version.revision.get_comment() for version in versions] == [
        "删除词典词条",
        "修改词典词条",
        "新建词典词条",
    ]


def test_one_word_is_removed_through_the_workflow(client: Client, editor: User) -> None:
    word = LexiconWordFactory()
    client.force_login(editor)
    assert client.post(f"{LIST}{word.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not LexiconWord.objects.exists()
    assert Version.objects.get_for_model(LexiconWord).get().revision.user == editor


def test_the_admin_is_for_editors(client: Client, reader: User) -> None:
    client.force_login(reader)
    answer = client.post(f"{LIST}add/", {"word": "灯塔守望", "is_active": "on"})
    assert answer.status_code in {302, 403}
    assert not LexiconWord.objects.exists()
