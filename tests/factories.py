"""One factory a model. What is not given is plausible and of our own writing."""

from __future__ import annotations

import hashlib
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from reports import models
from reports.ingest.parsed import ContributorRole, FigureKind
from reports.knowledge.findings import DistrictLevel, InitiativeKind
from reports.models.article import State
from reports.models.event import Act
from reports.models.purge import PurgeKind


class UserFactory(DjangoModelFactory[models.User]):
    class Meta:
        model = models.User

    username = factory.Sequence(lambda n: f"账号{n}")


class AccessionFactory(DjangoModelFactory[models.Accession]):
    """The row alone; a test that needs the bytes on disk calls ``tests.receiving.kept``."""

    class Meta:
        model = models.Accession

    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    file_name = factory.Sequence(lambda n: f"第{n}版.txt")
    size = 1200


class ProvinceFactory(DjangoModelFactory[models.District]):
    class Meta:
        model = models.District
        django_get_or_create = ("key",)

    key = "990000"
    code = factory.SelfAttribute("key")
    name = "云岭省"
    level = DistrictLevel.PROVINCE


class CityFactory(DjangoModelFactory[models.District]):
    class Meta:
        model = models.District

    key = factory.Sequence(lambda n: f"{510000 + n % 9999 * 100}")
    code = factory.SelfAttribute("key")
    name = factory.Sequence(lambda n: f"青禾{n}市")
    level = DistrictLevel.CITY
    province = factory.SubFactory(ProvinceFactory)


class DistrictFactory(DjangoModelFactory[models.District]):
    class Meta:
        model = models.District

    key = factory.Sequence(lambda n: f"{610001 + n}")
    code = factory.SelfAttribute("key")
    name = factory.Sequence(lambda n: f"松林{n}区")
    level = DistrictLevel.COUNTY
    city = factory.SubFactory(CityFactory)
    province = factory.LazyAttribute(lambda built: built.city.province if built.city else None)


class ArticleFactory(DjangoModelFactory[models.Article]):
    """A draft; ``published=True``, ``withdrawn=True``, ``in_review=True``, ``discarded=True``: that state."""

    class Meta:
        model = models.Article
        skip_postgeneration_save = True

    class Params:
        in_review = factory.Trait(state=State.IN_REVIEW, submitted_at=factory.LazyFunction(timezone.now))
        published = factory.Trait(state=State.PUBLISHED, published_at=factory.LazyFunction(timezone.now))
        withdrawn = factory.Trait(
            state=State.WITHDRAWN,
            published_at=factory.LazyFunction(timezone.now),
            withdrawn_at=factory.LazyFunction(timezone.now),
            withdrawal_reason="重复登载",
        )
        discarded = factory.Trait(
            state=State.DISCARDED,
            discarded_at=factory.LazyFunction(timezone.now),
            discard_reason="重复上传",
        )

    accession = factory.SubFactory(AccessionFactory)
    headline = factory.Sequence(lambda n: f"山城第{n}号院落换了模样")

    @factory.post_generation
    def sections(self: Any, create: bool, given: Any, **_: Any) -> None:
        """``sections=[("小标题", "正文"), …]``, numbered from 1."""
        for number, (heading, body) in enumerate(given or [], 1):
            SectionFactory(article=self, number=number, heading=heading, body=body)
        if given:
            self.next_section = len(given) + 1
            self.save()


class SectionFactory(DjangoModelFactory[models.Section]):
    class Meta:
        model = models.Section

    article = factory.SubFactory(ArticleFactory)
    number = factory.Sequence(lambda n: n + 1)
    position = factory.SelfAttribute("number")
    heading = "把会开在田埂上"
    body = "清早的雾还没散，村里的人已经到齐。"


class FigureFactory(DjangoModelFactory[models.Figure]):
    class Meta:
        model = models.Figure

    article = factory.SubFactory(ArticleFactory)
    number = factory.Sequence(lambda n: n + 1)
    position = factory.SelfAttribute("number")
    kind = FigureKind.PHOTO
    caption = "居民在新修的连廊下歇脚。"


class PullQuoteFactory(DjangoModelFactory[models.PullQuote]):
    class Meta:
        model = models.PullQuote

    article = factory.SubFactory(ArticleFactory)
    position = factory.Sequence(lambda n: n + 1)
    text = "先把人请进来，再把事办下去。"


class ContributorFactory(DjangoModelFactory[models.Contributor]):
    class Meta:
        model = models.Contributor

    article = factory.SubFactory(ArticleFactory)
    position = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"记者{n}")
    role = ContributorRole.REPORTER


class ArticleDistrictFactory(DjangoModelFactory[models.ArticleDistrict]):
    class Meta:
        model = models.ArticleDistrict

    article = factory.SubFactory(ArticleFactory)
    district = factory.SubFactory(DistrictFactory)


class InitiativeFactory(DjangoModelFactory[models.Initiative]):
    class Meta:
        model = models.Initiative

    slug = factory.Sequence(lambda n: f"wan-deng-{n}")
    name = factory.Sequence(lambda n: f"晚灯{n}号工程")
    kind = InitiativeKind.PROJECT


class InitiativeAliasFactory(DjangoModelFactory[models.InitiativeAlias]):
    class Meta:
        model = models.InitiativeAlias

    initiative = factory.SubFactory(InitiativeFactory)
    name = factory.Sequence(lambda n: f"晚灯别名{n}")


class InitiativeMentionFactory(DjangoModelFactory[models.InitiativeMention]):
    class Meta:
        model = models.InitiativeMention

    article = factory.SubFactory(ArticleFactory)
    initiative = factory.SubFactory(InitiativeFactory)
    field = "headline"
    number = 0
    start = 0
    end = 2


class StatisticFactory(DjangoModelFactory[models.Statistic]):
    class Meta:
        model = models.Statistic

    article = factory.SubFactory(ArticleFactory)
    value = "12"
    unit = "个"
    quantity = 12
    subject = "院落"
    sentence = "全年改造12个院落。"
    field = "body"
    number = 1
    start = 4
    end = 7


class OutboxRowFactory(DjangoModelFactory[models.OutboxRow]):
    class Meta:
        model = models.OutboxRow

    article_id = factory.Sequence(lambda n: n + 1)


class PurgeFactory(DjangoModelFactory[models.Purge]):
    """What is kept about an article; whatever it names has never been there."""

    class Meta:
        model = models.Purge

    kind = PurgeKind.ARTICLE
    article_id = factory.Sequence(lambda n: 90_001 + n)
    accession_id = factory.SelfAttribute("article_id")
    sha256 = factory.Sequence(lambda n: hashlib.sha256(f"purged {n}".encode()).hexdigest())
    reason = "含有个人隐私"
    purged_by = factory.SubFactory(UserFactory)


class SynonymFactory(DjangoModelFactory[models.Synonym]):
    """Built, not created, where ``workflow.dictionaries.entries.save_entry`` is to save it."""

    class Meta:
        model = models.Synonym

    term = factory.Sequence(lambda n: f"渡口{n}")
    normalised = factory.SelfAttribute("term")
    expansions = "码头"


class LexiconWordFactory(DjangoModelFactory[models.LexiconWord]):
    """Built, not created, where ``workflow.dictionaries.entries.save_entry`` is to save it."""

    class Meta:
        model = models.LexiconWord

    word = factory.Sequence(lambda n: f"渡船{n}")
    normalised = factory.SelfAttribute("word")


class MissedQueryFactory(DjangoModelFactory[models.MissedQuery]):
    class Meta:
        model = models.MissedQuery

    query = factory.Sequence(lambda n: f"灯塔{n}")
    printed = factory.SelfAttribute("query")
    first_seen = factory.LazyFunction(timezone.now)
    last_seen = factory.LazyFunction(timezone.now)


class EventFactory(DjangoModelFactory[models.Event]):
    class Meta:
        model = models.Event

    name = "管理员甲"
    act = Act.LOGIN
