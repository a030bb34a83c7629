"""The lists of requirements come once, whole, and never over what people have changed."""

import time
from typing import Any

import pytest

from qms.organization.models import Unit
from qms.requirements import loading
from qms.requirements.models import (
    Clause,
    ClauseChange,
    Crosswalk,
    Edition,
    Example,
    Standard,
    sort_key,
)

pytestmark = pytest.mark.django_db


def clause(number: str, edition: str = "iso9001-2026") -> Clause:
    return Clause.objects.get(edition__slug=edition, number=number)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    models = (Standard, Edition, Clause, ClauseChange, Crosswalk, Example)
    return {model.__name__: sorted(model.objects.values_list(), key=str) for model in models}


@pytest.mark.parametrize("slug", ["iso9001-2015", "iso9001-2026"])
def test_each_edition_has_65_requirements_and_26_headings(lists: None, slug: str) -> None:
    clauses = Edition.objects.get(slug=slug).clauses
    assert clauses.leaves().count() == 65
    assert clauses.filter(is_heading=True).count() == 26


def test_the_map_has_66_rows_with_the_new_6_1_3_and_10_3_gone_into_10_1(lists: None) -> None:
    assert ClauseChange.objects.count() == 66
    new = ClauseChange.objects.get(new=clause("6.1.3"))
    assert (new.old, new.kind) == (None, "new")
    merged = ClauseChange.objects.filter(new=clause("10.1")).values_list("old__number", flat=True)
    assert sorted(merged) == ["10.1", "10.3"]
    assert not Clause.objects.filter(edition__slug="iso9001-2026", number="10.3").exists()
    assert not Clause.objects.filter(edition__slug="iso9001-2015", number="6.1.3").exists()


def test_every_change_that_has_words_has_them_in_both_languages(lists: None) -> None:
    for change in ClauseChange.objects.all():
        assert bool(change.what) == bool(change.what_sv), change


def test_every_requirement_of_both_editions_has_plain_words(lists: None) -> None:
    leaves = Clause.objects.leaves().filter(edition__standard__code="iso9001")
    assert not leaves.filter(plain_sv="").exists()
    assert not leaves.filter(plain_sv__contains="[").exists()
    assert clause("10.3", "iso9001-2015").plain_sv == clause("10.1").plain_sv


def test_examples_know_which_kinds_of_service_they_fit(lists: None) -> None:
    care = clause("8.5.1").examples.get(text_sv__startswith="I hemtjänsten")
    assert care.services == ["care", "health"]
    everyone = clause("8.2.1").examples.get()
    assert everyone.services == []
    assert everyone.fits(None)
    assert care.fits(Unit(service="care"))
    assert not care.fits(Unit(service="school"))
    assert not care.fits(None)


def test_an_edition_knows_when_its_certificates_end(lists: None) -> None:
    old, new = (Edition.objects.get(slug=f"iso9001-{year}") for year in (2015, 2026))
    assert str(old.valid_until) == "2029-09-30"
    assert str(new.published_on) == "2026-09-16"
    assert not Edition.objects.filter(is_verified=True).exists()


def test_laws_beside_the_standard_hold_numbers_and_names_but_no_text(lists: None) -> None:
    laws = Clause.objects.filter(edition__standard__kind="law")
    assert set(laws.values_list("edition__slug", flat=True)) == {
        "sosfs-2011-9", "skollagen-4", "internkontroll",
    }  # fmt: skip
    assert not laws.exclude(plain_sv="").exists()
    assert list(
        laws.filter(edition__slug="skollagen-4").leaves().values_list("number", flat=True)
    ) == ["4:3", "4:4", "4:5", "4:6", "4:7", "4:8"]
    assert not laws.leaves().filter(crosswalk_to=None).exists()


def test_self_check_in_the_regulation_is_measuring_and_audit_in_the_standard(lists: None) -> None:
    targets = clause("5:2", "sosfs-2011-9").crosswalk_to.values_list("to__number", flat=True)
    assert sorted(targets) == ["9.1", "9.2"]


def test_loading_again_adds_and_changes_nothing_and_is_quick(lists: None) -> None:
    before, began = everything(), time.monotonic()
    loading.load()
    assert time.monotonic() - began < 1
    assert everything() == before


def test_what_the_municipality_has_written_is_kept(lists: None) -> None:
    Clause.objects.filter(pk=clause("4.1").pk).update(plain_sv="Våra egna ord.", title_sv="Vi")
    clause("8.5.1").examples.all().delete()
    own = Example.objects.create(clause=clause("8.5.1"), services=["rescue"], text_sv="Vi övar.")
    Edition.objects.filter(slug="iso9001-2026").update(is_verified=True)
    loading.load()
    assert (clause("4.1").plain_sv, clause("4.1").title_sv) == ("Våra egna ord.", "Vi")
    assert list(clause("8.5.1").examples.all()) == [own]
    assert Edition.objects.get(slug="iso9001-2026").is_verified


def test_a_failure_half_way_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(clauses: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(loading, "_add_crosswalk", fail)
    with pytest.raises(RuntimeError):
        loading.load()
    assert not Standard.objects.exists()
    assert not Clause.objects.exists()


def test_numbers_sort_as_people_count() -> None:
    numbers = ["10.1", "9.3.3", "4", "5:10", "5:9", "4.4.1", "4.4"]
    assert sorted(numbers, key=sort_key) == ["4", "4.4", "4.4.1", "5:9", "5:10", "9.3.3", "10.1"]
