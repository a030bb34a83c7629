"""What is known here: units, people, kinds of document, and the documents that are here already."""

from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import override

from documents.importing.cells import Clauses
from documents.models import Document, DocumentType, Status, Version
from qms.organization.models import Unit, User
from qms.records.importing.people import names_of_people, names_of_units, unambiguous
from qms.records.importing.words import alike
from qms.records.models import Attachment


class Known:
    """Everything that a cell may name. `titles` and `files` grow with the rows of the list."""

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Every unit by its code."""
        return {unit.code: unit for unit in Unit.objects.all()}

    @cached_property
    def unit_names(self) -> list[tuple[str, str]]:
        """Every name a unit has or has had."""
        return list(names_of_units(self.units.values()))

    @cached_property
    def known_units(self) -> dict[str, str]:
        """The names that are one unit's only."""
        return unambiguous(self.unit_names)

    @cached_property
    def people(self) -> dict[str, User]:
        """Everybody by user name."""
        return {person.username: person for person in User.objects.all()}

    @cached_property
    def known_people(self) -> dict[str, str]:
        """The names that are one person's only."""
        return unambiguous(names_of_people(self.people.values()))

    @cached_property
    def types(self) -> dict[str, DocumentType]:
        """The kinds of document by code and name in both languages."""
        rows = DocumentType.objects.filter(is_active=True)
        return {alike(word): row for row in rows for word in (row.code, row.name_sv, row.name_en)}

    @cached_property
    def openness(self) -> dict[str, str]:
        """How open a text may be, by code and name in both languages."""
        found: dict[str, str] = {}
        for language in ("en", "sv"):
            with override(language):
                for value, label in Document.Openness.choices:
                    found[alike(str(label))] = found[value] = value
        return found

    @cached_property
    def clauses(self) -> Clauses:
        """The requirements, by how people write them."""
        return Clauses()

    @cached_property
    def titles(self) -> dict[tuple[int, str], str]:
        """Where each title of a unit is: the number of its document here."""
        rows = Version.objects.exclude(status=Status.DISCARDED)
        told = rows.values_list("document__unit_id", "title", "document__number")
        return {(unit, alike(title)): number for unit, title, number in told.order_by("pk")}

    @cached_property
    def files(self) -> dict[str, str]:
        """Where each file is, by its fingerprint: the number of its document here."""
        kind = ContentType.objects.get_for_model(Version)
        rows = Attachment.objects.filter(content_type=kind).values_list("sha256", "object_id")
        found = dict(rows)
        numbers = Version.objects.filter(pk__in=set(found.values())).exclude(
            status=Status.DISCARDED
        )
        known = dict(numbers.values_list("pk", "document__number"))
        return {sha256: known[pk] for sha256, pk in found.items() if pk in known}
