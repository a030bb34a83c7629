"""Choosing a unit or a person in a form."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.utils import timezone

from qms.organization.duties import Role
from qms.organization.fields import PersonField, UnitField, people_of


class ChoiceForm(forms.Form):
    """A form as any app has it."""

    unit = UnitField()
    person = PersonField(required=False)


def groups(form: forms.Form) -> dict[str, list[str]]:
    """Return heading -> labels, without the empty choice."""
    return {
        heading: [label for _value, label in members]
        for heading, members in form.fields["unit"].choices
        if heading
    }


def test_units_stand_under_their_administration_and_say_where_they_belong(
    units: SimpleNamespace,
) -> None:
    found = groups(ChoiceForm())
    assert found["Socialförvaltningen"] == [
        "Socialförvaltningen",
        "Hemtjänst",
        "Hemtjänst Norr · Hemtjänst",
        "Hemtjänst Söder · Hemtjänst",
    ]
    assert list(found) == [
        "Koncernen",
        "Barn och utbildning",
        "Socialförvaltningen",
        "Energibolaget",
    ]


def test_the_chooser_asks_the_database_twice_however_large_the_tree(
    units: SimpleNamespace, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        groups(ChoiceForm())


def test_a_unit_that_closed_yesterday_cannot_be_chosen_today(units: SimpleNamespace) -> None:
    units.south.valid_until = timezone.localdate() - timedelta(days=1)
    units.south.save()
    assert not ChoiceForm({"unit": units.south.pk}).is_valid()
    assert ChoiceForm({"unit": units.north.pk}).is_valid()


@pytest.mark.parametrize(
    "value", ["\x00", "9" * 5000, "-1", "🙂", "\u202e1", "1" * 19, "x" * 100_000]
)
def test_nonsense_is_refused_with_a_sentence(units: SimpleNamespace, value: str) -> None:
    form = ChoiceForm({"unit": value})
    assert not form.is_valid()
    assert form.errors["unit"]


def test_people_are_those_of_the_same_authority(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    found = set(people_of(units.north))
    assert {cast.anna, cast.bo, cast.berit, cast.eva, cast.ines} == found
    assert cast.frank not in found
    assert cast.cecilia not in found


def test_a_substitute_is_among_the_people_and_an_external_auditor_is_not(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    units.school.appoint(cast.anna, Role.PROCESS_OWNER, by=None, substitute=cast.nils)
    assert set(people_of(units.school)) == {cast.frank, cast.anna, cast.nils}
    assert cast.gun not in people_of(units.group)


def test_a_person_without_a_current_appointment_or_account_is_not_among_them(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    cast.anna.appointments.get().dismiss(by=None)
    cast.bo.is_active = False
    cast.bo.save()
    assert not {cast.anna, cast.bo} & set(people_of(units.north))


def test_two_people_of_one_name_are_told_apart_by_title(cast: SimpleNamespace) -> None:
    cast.bo.title = "Enhetschef"
    assert PersonField().label_from_instance(cast.bo) == "Bo Ek, enhetschef"
