"""Synonyms are kept in order: both sides there, no term twice, every change in the history."""

from __future__ import annotations

import pytest
from reversion.models import Version

from reports.models import Synonym, User
from reports.workflow import DictionaryRefused, RoleRefused
from reports.workflow.dictionaries.entries import save_entry
from tests.factories import SynonymFactory

pytestmark = pytest.mark.django_db


def test_lines_are_tidied_and_the_term_is_compared_normalised(editor: User) -> None:
    synonym = SynonymFactory.build(
        term=" 兩新組織 ", expansions="新经济组织\n\n 新社会组织 \n两新组织\n新经济组织"
    )
    save_entry(synonym, editor)
    kept = Synonym.objects.get()
    assert (kept.term, kept.normalised, kept.expansions) == (
        "兩新組織",
        "两新组织",
        "新经济组织\n新社会组织",
    )


@pytest.mark.parametrize(
    ("term", "expansions", "said"),
    [
        (" ", "甲", "请填写词语"),
        ("甲", " \n甲\n", "至少填写一个"),
        ("甲", "\n".join(f"乙{n}" for n in range(21)), "最多 20 个"),
        ("甲", "乙" * 61, "每个最多 60 字"),
        ("兩新組織", "甲", "已有词语"),
    ],
)
def test_what_means_nothing_is_refused(editor: User, term: str, expansions: str, said: str) -> None:
    save_entry(SynonymFactory.build(term="两新组织", expansions="新组织"), editor)
    with pytest.raises(DictionaryRefused, match=said):
        save_entry(SynonymFactory.build(term=term, expansions=expansions), editor)
    assert Synonym.objects.count() == 1


def test_readers_may_not(reader: User) -> None:
    with pytest.raises(RoleRefused):
        save_entry(SynonymFactory.build(), reader)
    assert not Synonym.objects.exists()


def test_every_change_is_kept_with_who_made_it(editor: User) -> None:
    synonym = SynonymFactory.build(term="甲", expansions="乙")
    save_entry(synonym, editor)
    synonym.expansions = "丙"
    save_entry(synonym, editor)
    versions = Version.objects.get_for_object(synonym)
    assert [version.field_dict["expansions"] for version in versions] == ["丙", "乙"]
    assert {version.revision.user for version in versions} == {editor}
