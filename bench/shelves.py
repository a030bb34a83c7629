"""Fills the bench's organisation with documents: three versions each, the last in force."""

import random
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.seeding import Place
from documents.models import Document, DocumentType, Opening, Version
from qms.organization.models import Unit
from qms.records.bulk import Ids, copy_rows

COMMON, RARE = "handläggning", "grävlingen"  # in every third and in every two-thousandth text
WORDS = 200  # of one text


def _words(text: str) -> list[str]:
    return text.split()


_OPENNESS = {"group": 40, "authority": 40, "unit": 20}
_PARTS = _words(
    "läke medels hemtjänst brand hygien nyckel avfalls vatten skol trygghets larm kost "
    "fordons arkiv upphandlings rehab vinter lek akut bygg"
)
_ENDS = _words("hantering rutin kontroll plan utrustning tillsyn dokumentation anmälan")
_FILL = _words(
    "den som arbetar ser till att varje steg följs och skriver upp vad som gjorts innan "
    "passet är slut chefen svarar för att alla vet var blanketten finns kontakta närmaste "
    "kollega om något saknas eller är oklart och vänta inte till nästa dag"
)


class Shelver:
    """Adds documents until there are as many as asked for."""

    def __init__(self, place: Place, seed: int = 2) -> None:
        self.rng, self.place, self.count = random.Random(seed), place, 0
        self.ids = {model: Ids(model, 10_000) for model in (Document, Version, Opening)}
        self.kinds = list(DocumentType.objects.all())
        self.today = timezone.localdate()

    def grow_to(self, count: int, batch: int = 1000) -> None:
        """Add documents until there are `count`, then let the planner count them."""
        with connection.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
            while self.count < count:
                self._add(min(batch, count - self.count))
            cursor.execute("set session_replication_role = origin")
            cursor.execute("vacuum analyze")

    def _add(self, count: int) -> None:
        documents, versions, openings = [], [], []
        for _n in range(count):
            unit = self.rng.choices(self.place.units, self.place.weights)[0]
            document = self._document(unit)
            documents.append(document)
            versions += self._versions(document)
            openings += self._openings(document)
        for rows in (documents, versions, openings):
            copy_rows(rows)

    def _document(self, unit: Unit) -> Document:
        self.count += 1
        openness = self.rng.choices(list(_OPENNESS), list(_OPENNESS.values()))[0]
        return Document(
            pk=self.ids[Document].take(), number=f"DOK-{self.count:05d}", unit=unit,
            document_type=self.rng.choice(self.kinds), openness=openness,
            owner=self.place.managers[unit.pk], services=["care"] if self.count % 4 == 0 else [],
            review_on=self.today + timedelta(days=self.rng.randrange(-200, 700)),
            first_valid_on=self.today - timedelta(days=900),
        )  # fmt: skip

    def _versions(self, document: Document) -> list[Version]:
        made = []
        title = f"{self.rng.choice(_PARTS)}{self.rng.choice(_ENDS)} {self.rng.randrange(999)}"
        days = [self.today - timedelta(days=n) for n in (900, 500, self.rng.randrange(1, 400))]
        for major, day in enumerate(days, start=1):
            text = self._text()
            ends = days[major] if major < len(days) else None
            made.append(
                Version(
                    pk=self.ids[Version].take(),
                    document=document,
                    unit=document.unit,
                    unit_name=document.unit.name,
                    number=f"{document.number}/{major}.0",
                    major=major,
                    minor=0,
                    status="superseded" if ends else "in_force",
                    title=title.capitalize(),
                    summary=text[:150],
                    body=f"<p>{text}</p>",
                    plain=text,
                    adopted_on=day,
                    valid_from=day,
                    ended_on=ends,
                    lix=40.0,
                )
            )
        return made

    def _text(self) -> str:
        words = self.rng.choices(_FILL, k=WORDS)
        words += [f"{self.rng.choice(_PARTS)}{self.rng.choice(_ENDS)}" for _n in range(10)]
        if self.rng.random() < 1 / 3:
            words.append(COMMON)
        if self.rng.random() < 1 / 2000:
            words.append(RARE)
        self.rng.shuffle(words)
        return " ".join(words)

    def _openings(self, document: Document) -> list[Opening]:
        rng, month = self.rng, self.today.replace(day=1)
        chosen = rng.sample(self.place.units, rng.randrange(4))
        return [
            Opening(
                pk=self.ids[Opening].take(), document=document, unit=unit, month=month,
                count=rng.randrange(1, 60),
            )
            for unit in chosen
        ]  # fmt: skip


def floor_rows() -> Any:
    """Return what the floor draws: the same rows as the first page, by one query."""
    found = Version.objects.filter(status="in_force").select_related("document", "unit")
    return found.defer("search", "body", "plain", "file_text").order_by("pk")[:25]
