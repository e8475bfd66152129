"""举措 that are known by name, whoever runs them: the packaged list and what curators add."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

from .findings import InitiativeKind
from .name_matching import NameMatcher
from .quotations import unquoted


@dataclass(frozen=True, slots=True)
class KnownInitiative:
    """``aliases`` are other names of the same concept; they need no quotes to be recognised either."""

    name: str
    kind: InitiativeKind = InitiativeKind.INITIATIVE
    aliases: tuple[str, ...] = ()


class InitiativeLexicon:
    """Known initiatives as a value: ``with_names`` gives a further one and leaves this as it is."""

    def __init__(self, known: Iterable[KnownInitiative] = ()) -> None:
        self.known = tuple(known)

    def with_names(self, known: Iterable[KnownInitiative]) -> InitiativeLexicon:
        """A lexicon with these too; one of the same name takes the place of the old one."""
        added = {initiative.name: initiative for initiative in known}
        kept = (initiative for initiative in self.known if initiative.name not in added)
        return InitiativeLexicon((*kept, *added.values()))

    @cached_property
    def by_form(self) -> dict[str, KnownInitiative]:
        """Each name and alias, without quotes and blanks, and what it stands for; names before aliases."""
        forms: dict[str, KnownInitiative] = {}
        for initiative in self.known:
            forms.setdefault(unquoted(initiative.name), initiative)
        for initiative in self.known:
            for alias in initiative.aliases:
                forms.setdefault(unquoted(alias), initiative)
        return forms

    @cached_property
    def matcher(self) -> NameMatcher:
        return NameMatcher(self.by_form)


@lru_cache(maxsize=1)
def default_lexicon() -> InitiativeLexicon:
    """The packaged names, read once a process."""
    known = []
    for line in (files(__package__) / "data" / "initiatives.tsv").read_text("utf-8").splitlines():
        name, kind, aliases = line.split("\t")
        known.append(
            KnownInitiative(name, InitiativeKind(kind), tuple(aliases.split("、")) if aliases else ())
        )
    return InitiativeLexicon(known)
