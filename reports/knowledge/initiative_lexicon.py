"""举措 recognised by name in any district: the packaged list and the entries of curators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

from .findings import InitiativeKind
from .name_matching import NameMatcher
from .quotations import unquoted


@dataclass(frozen=True, slots=True)
class NamedInitiative:
    """``aliases`` are other names of the same initiative; they are recognised without quotes as well."""

    name: str
    kind: InitiativeKind = InitiativeKind.INITIATIVE
    aliases: tuple[str, ...] = ()


class InitiativeLexicon:
    """Initiatives with their names, as a value: ``with_names`` returns a new lexicon."""

    def __init__(self, initiatives: Iterable[NamedInitiative] = ()) -> None:
        self.initiatives = tuple(initiatives)

    def with_names(self, initiatives: Iterable[NamedInitiative]) -> InitiativeLexicon:
        """A new lexicon with ``initiatives`` added; one with the same name replaces the old one."""
        added = {initiative.name: initiative for initiative in initiatives}
        unchanged = (initiative for initiative in self.initiatives if initiative.name not in added)
        return InitiativeLexicon((*unchanged, *added.values()))

    @cached_property
    def by_form(self) -> dict[str, NamedInitiative]:
        """Each name and alias, without quotes and blanks, with its initiative; a name wins over an alias."""
        forms: dict[str, NamedInitiative] = {}
        for initiative in self.initiatives:
            forms.setdefault(unquoted(initiative.name), initiative)
        for initiative in self.initiatives:
            for alias in initiative.aliases:
                forms.setdefault(unquoted(alias), initiative)
        return forms

    @cached_property
    def matcher(self) -> NameMatcher:
        return NameMatcher(self.by_form)


@lru_cache(maxsize=1)
def default_lexicon() -> InitiativeLexicon:
    """The packaged initiatives, read once per process."""
    initiatives = []
    for line in (files(__package__) / "data" / "initiatives.tsv").read_text("utf-8").splitlines():
        name, kind, aliases = line.split("\t")
        initiatives.append(
            NamedInitiative(name, InitiativeKind(kind), tuple(aliases.split("、")) if aliases else ())
        )
    return InitiativeLexicon(initiatives)
