"""The outline of an edition: chapters, sections, and what stands above, before and after.

One query fetches the whole edition (about ninety short rows); every place in it is found here.
"""

from collections.abc import Container
from dataclasses import dataclass, field

from qms.requirements.models import Clause, Edition


@dataclass
class Section:
    """Requirements under one heading of the second level, or directly under the chapter."""

    heading: Clause | None
    clauses: list[Clause] = field(default_factory=list)


@dataclass
class Chapter:
    """A chapter with its requirements, section by section."""

    heading: Clause | None
    sections: list[Section] = field(default_factory=list)


class Outline:
    """The clauses of one edition, in order."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.clauses = list(edition.clauses.order_by("sort_key"))
        self.by_number = {clause.number: clause for clause in self.clauses}
        self.leaves = [clause for clause in self.clauses if not clause.is_heading]

    def chapters(self, shown: Container[int]) -> list[Chapter]:
        """Return the chapters that hold a requirement whose id is `shown`, with those only."""
        chapters: list[Chapter] = []
        for clause in self.leaves:
            if clause.pk not in shown:
                continue
            above = self.above(clause)
            chapter = above[0] if above else None
            heading = above[1] if len(above) > 1 else None
            if not chapters or chapters[-1].heading != chapter:
                chapters.append(Chapter(chapter))
            sections = chapters[-1].sections
            if not sections or sections[-1].heading != heading:
                sections.append(Section(heading))
            sections[-1].clauses.append(clause)
        return chapters

    def above(self, clause: Clause) -> list[Clause]:
        """Return the headings over a clause, from the chapter down."""
        numbers = clause.lineage[:-1]
        return [self.by_number[number] for number in numbers if number in self.by_number]

    def below(self, clause: Clause) -> list[Clause]:
        """Return the requirements under a heading."""
        return [leaf for leaf in self.leaves if clause.number in leaf.lineage[:-1]]

    def previous(self, clause: Clause) -> Clause | None:
        """Return the requirement before this one."""
        before = [leaf for leaf in self.leaves if leaf.sort_key < clause.sort_key]
        return before[-1] if before else None

    def following(self, clause: Clause) -> Clause | None:
        """Return the requirement after this one."""
        after = [leaf for leaf in self.leaves if leaf.sort_key > clause.sort_key]
        return after[0] if after else None
