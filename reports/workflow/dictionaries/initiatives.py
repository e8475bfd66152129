"""Initiatives in the database: found by any of their names, created when new, renamed and merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q

from reports.knowledge.findings import InitiativeKind, RecognisedInitiative
from reports.language.normalise import fold
from reports.language.pinyin import slug as pinyin_slug
from reports.models import Article, District, Initiative, InitiativeAlias, InitiativeMention, User
from reports.models.chunks import CHUNK, in_chunks
from reports.models.event import Act
from reports.models.field_labels import length_of
from reports.workflow.account_roles import require_administrator, require_editor
from reports.workflow.events import UNCHANGED, changed_fields, event, record, record_failure_of
from reports.workflow.outbox import enqueue
from reports.workflow.refusals import DictionaryRefused

_SLUG_STEM = 100


@dataclass(frozen=True, slots=True)
class InitiativeName:
    """A name printed in an article; ``owner`` is the article's main district."""

    text: str
    kind: InitiativeKind
    owner: District | None


def initiative_name(recognised: RecognisedInitiative, owner: District | None) -> InitiativeName | None:
    """The name to look up; None if it is too long, or a code without an owner."""
    is_too_long = len(recognised.name) > length_of(Initiative, "name")
    if not recognised.name or is_too_long or (recognised.kind is InitiativeKind.CODE and owner is None):
        return None
    return InitiativeName(recognised.name, recognised.kind, owner)


def resolve(names: Iterable[InitiativeName]) -> dict[InitiativeName, Initiative]:
    """The initiative for each name, created if there is none. Call it inside a transaction.

    The district's own initiative with that name or alias comes first, then the shared one. A bare code always
    belongs to a district: 4433 in one district is not 4433 in another.
    """
    names = list(dict.fromkeys(names))
    by_name = _by_name({name.text for name in names})
    resolved: dict[InitiativeName, Initiative] = {}
    for name in names:
        owner_id = name.owner.pk if name.owner else None
        initiative = by_name.get((name.text, owner_id)) if owner_id else None
        if initiative is None and name.kind is not InitiativeKind.CODE:
            initiative = by_name.get((name.text, None))
        if initiative is None:
            initiative = _make(name)
            by_name[name.text, initiative.owner_id] = initiative
        resolved[name] = initiative
    return resolved


def _by_name(names: set[str]) -> dict[tuple[str, int | None], Initiative]:
    """(name or alias, owner) -> its initiative; a name wins over an alias."""
    by_name: dict[tuple[str, int | None], Initiative] = {}
    for chunk in in_chunks(names):
        # A merged initiative has no aliases: they were moved with its mentions.
        aliases = InitiativeAlias.objects.filter(name__in=chunk).select_related("initiative")
        by_name.update({(alias.name, alias.initiative.owner_id): alias.initiative for alias in aliases})
        for initiative in Initiative.objects.filter(name__in=chunk).select_related("merged_into"):
            by_name[initiative.name, initiative.owner_id] = initiative.merged_into or initiative
    return by_name


def names_of_merged(initiatives: Iterable[Initiative]) -> dict[tuple[int, str], int]:
    """(initiative, normalised name) -> the merged initiative from which that name comes."""
    merged_by_name: dict[tuple[int, str], int] = {}
    for chunk in in_chunks({initiative.pk for initiative in initiatives}):
        brought = InitiativeAlias.objects.filter(initiative__in=chunk, merged_from__isnull=False)
        for pk, name, merged_from in brought.values_list("initiative", "name", "merged_from"):
            merged_by_name[pk, fold(name)] = merged_from
    return merged_by_name


def _make(name: InitiativeName) -> Initiative:
    owner = name.owner if name.kind is InitiativeKind.CODE else None
    for slug in slugs_for(name.text, owner):
        try:
            with transaction.atomic():
                return Initiative.objects.create(name=name.text, kind=name.kind.value, owner=owner, slug=slug)
        except IntegrityError:
            # Another process has created it, or only the slug is in use.
            same = Initiative.objects.filter(name=name.text, owner=owner).select_related("merged_into")
            if initiative := same.first():
                return initiative.merged_into or initiative
    raise AssertionError("slugs_for never ends")


def slugs_for(name: str, owner: District | None = None) -> Iterator[str]:
    """Candidates for a slug in pinyin, the shortest first; with an owner, they contain the owner's key."""
    stem = pinyin_slug(name)[:_SLUG_STEM].strip("-") or "initiative"
    if owner:
        stem = f"{stem[: _SLUG_STEM - len(owner.key)]}-{owner.key}"[:_SLUG_STEM]
    taken_slugs = set(Initiative.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 1
    while True:
        slug = stem if number == 1 else f"{stem}-{number}"
        if slug not in taken_slugs:
            yield slug
        number += 1


def save_initiative(
    initiative: Initiative, aliases: Iterable[str] | None = None, by: User | None = None
) -> None:
    """Save an initiative that a person created or changed, with its aliases if they are given.

    A former name becomes an alias, so that texts with it are still recognised. Articles that name the
    initiative are indexed again. Raises DictionaryRefused if a name already belongs to another initiative.
    """
    with record_failure_of(Act.DICTIONARY, by, initiative), transaction.atomic():
        require_editor(by)
        before = Initiative.objects.select_for_update().filter(pk=initiative.pk).first()
        if initiative.owner is None and initiative.kind == InitiativeKind.CODE:
            raise DictionaryRefused("代号须写明所属区划。")
        initiative.name = initiative.name.strip()
        if not initiative.name:
            raise DictionaryRefused("请填写举措名称。")
        names = resulting_aliases(initiative, aliases)
        check_names(initiative, names)
        initiative.slug = initiative.slug or next(slugs_for(initiative.name, initiative.owner))
        changed = changed_fields(initiative)
        if before and names != set(before.aliases.values_list("name", flat=True)):
            changed = "别名" if changed == UNCHANGED else f"{changed}、别名"
        initiative.is_curated = True
        initiative.save()
        record(event(Act.DICTIONARY, by, initiative, after=changed))
        for removed_names in in_chunks(set(initiative.aliases.values_list("name", flat=True)) - names):
            initiative.aliases.filter(name__in=removed_names).delete()
        InitiativeAlias.objects.bulk_create(
            [InitiativeAlias(initiative=initiative, name=name) for name in names], ignore_conflicts=True
        )
        if before:
            enqueue(articles_naming(initiative), urgent=False)


def resulting_aliases(initiative: Initiative, given: Iterable[str] | None) -> set[str]:
    """The aliases after saving: ``given`` or the existing ones, and the former name."""
    before = Initiative.objects.filter(pk=initiative.pk).first()
    current = set(initiative.aliases.values_list("name", flat=True)) if before else set()
    names = current if given is None else {name.strip() for name in given}
    if before and before.name != initiative.name:
        names.add(before.name)
    return {name for name in names if name and name != initiative.name}


def check_names(initiative: Initiative, aliases: Iterable[str]) -> None:
    """Raise DictionaryRefused if a name already belongs to another initiative of the same owner."""
    names = {initiative.name, *aliases}
    namesakes_of_owner = Initiative.objects.filter(owner=initiative.owner).exclude(pk=initiative.pk)
    if initiative.pk:
        namesakes_of_owner = namesakes_of_owner.exclude(merged_into=initiative.pk)
    for chunk in in_chunks(names, CHUNK // 2):
        namesakes = namesakes_of_owner.filter(Q(name__in=chunk) | Q(aliases__name__in=chunk))
        if namesake := namesakes.select_related("merged_into").first():
            existing = namesake.merged_into or namesake
            raise DictionaryRefused(f"已有举措“{existing.name}”使用这个名称或别名，可将两者合并。")


def merge_initiatives(target: Initiative, source: Initiative, by: User | None = None) -> None:
    """Merge ``source`` into ``target``: mentions and names move, and its slug redirects."""
    with record_failure_of(Act.DICTIONARY, by, source), transaction.atomic():
        require_editor(by)
        if target.pk == source.pk:
            raise DictionaryRefused("不能把举措并入它自己。")
        locked = {
            row.pk: row
            for row in Initiative.objects.select_for_update().filter(pk__in=[target.pk, source.pk])
        }
        if len(locked) < 2 or locked[target.pk].merged_into_id:
            raise DictionaryRefused("其中一个举措已被删除或并入别处，请刷新页面后重试。")
        if locked[source.pk].merged_into_id == target.pk:
            return
        target, source = locked[target.pk], locked[source.pk]
        affected = articles_naming(source)
        _move_mentions(source, target)
        names = {source.name: source.pk}
        for name, merged_from in source.aliases.values_list("name", "merged_from"):
            names.setdefault(name, merged_from or source.pk)
        names.pop(target.name, None)
        source.aliases.all().delete()
        InitiativeAlias.objects.bulk_create(
            [
                InitiativeAlias(initiative=target, name=name, merged_from_id=merged_from)
                for name, merged_from in names.items()
            ],
            ignore_conflicts=True,
        )
        Initiative.objects.filter(Q(pk=source.pk) | Q(merged_into=source)).update(merged_into=target)
        Initiative.objects.filter(pk=target.pk).update(is_curated=True)
        record(event(Act.DICTIONARY, by, source, after=f"并入举措{target.pk}"))
        enqueue(affected, urgent=False)


def delete_initiative(initiative: Initiative, by: User | None = None) -> None:
    """Delete an initiative. Raises DictionaryRefused if an article names it, RoleRefused."""
    with record_failure_of(Act.DICTIONARY, by, initiative), transaction.atomic():
        require_administrator(by)
        if initiative.mentions.exists():
            raise DictionaryRefused("有报道提到这个举措，不能删除，可将它并入另一个。")
        record(event(Act.DICTIONARY, by, initiative, after="删除"))
        initiative.delete()


def _move_mentions(source: Initiative, target: Initiative) -> None:
    occupied = set(target.mentions.values_list("article_id", "field", "number", "start"))
    moving: list[int] = []
    doubled: list[int] = []
    for pk, *address in source.mentions.values_list("pk", "article_id", "field", "number", "start"):
        (doubled if tuple(address) in occupied else moving).append(pk)
    for chunk in in_chunks(moving):
        moved = InitiativeMention.objects.filter(pk__in=chunk)
        moved.filter(merged_from__isnull=True).update(merged_from=source)
        moved.update(initiative=target)
    for chunk in in_chunks(doubled):
        InitiativeMention.objects.filter(pk__in=chunk).delete()


def articles_naming(initiative: Initiative) -> list[int]:
    """Ids of the published articles that name the initiative."""
    return list(
        Article.objects.published()
        .filter(mentions__initiative=initiative)
        .order_by("id")
        .values_list("id", flat=True)
        .distinct()
    )
