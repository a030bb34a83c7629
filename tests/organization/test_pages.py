"""The pages of the organisation, for everyone in the cast."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from qms.organization.duties import Role
from qms.organization.models import Appointment, Unit, UnitChange, User

EVERYBODY = ["anna", "bo", "berit", "cecilia", "david", "eva", "frank", "gun", "adam", "nils"]
APPOINTERS = {"cecilia", "adam", "eva"}
ORGANIZERS = {"cecilia", "adam"}
VERBS = ["found", "rename", "move", "close", "merge", "split"]


def url(name: str, *args: Any) -> str:
    """The address of a page."""
    return reverse(f"organization:{name}", args=args)


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_sees_the_tree_units_and_own_settings(
    sign_in: Any, cast: SimpleNamespace, units: SimpleNamespace, who: str
) -> None:
    person = getattr(cast, who)
    client = sign_in(person)
    for page in (url("index"), url("unit", "SOF-HT-01"), url("me"), url("person", person.slug)):
        assert client.get(page).status_code == 200, page


def test_who_is_not_signed_in_sees_nothing(client: Any, units: SimpleNamespace) -> None:
    pages = [
        url("index"),
        url("unit", "VK"),
        url("me"),
        url("csv"),
        url("export"),
        url("person", "x"),
    ]
    pages += [url(verb, "SOF") for verb in [*VERBS, "appoint"]]
    pages += [url("dismiss", "SOF", 1), url("withdraw", "SOF", 1)]
    for page in pages:
        assert client.get(page).status_code == 302, page


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_those_with_the_duty_find_the_verbs(
    sign_in: Any, cast: SimpleNamespace, units: SimpleNamespace, who: str
) -> None:
    client = sign_in(getattr(cast, who))
    appointment = cast.anna.appointments.get()
    change = UnitChange.objects.create(
        unit=units.north, kind="close", on=timezone.localdate() + timedelta(days=9), reason="x"
    )
    for page, entrusted in [
        (url("appoint", "SOF-HT-01"), APPOINTERS),
        (url("dismiss", "SOF-HT-01", appointment.pk), APPOINTERS),
        (url("withdraw", "SOF-HT-01", change.pk), ORGANIZERS),
        (url("csv"), ORGANIZERS),
        (url("export"), ORGANIZERS),
        *[(url(verb, "SOF-HT-01"), ORGANIZERS) for verb in VERBS],
    ]:
        wanted = 200 if who in entrusted else 404
        assert client.get(page).status_code == wanted, page
        if wanted == 404:
            assert client.post(page, {"confirmed": "1"}).status_code in {404, 405}, page


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_persons_rights_are_seen_by_the_person_and_who_appoints_there(
    sign_in: Any, cast: SimpleNamespace, who: str
) -> None:
    wanted = 200 if who in APPOINTERS | {"bo"} else 404
    assert sign_in(getattr(cast, who)).get(url("person", cast.bo.slug)).status_code == wanted


def test_frank_sees_who_leads_a_unit_elsewhere_but_not_its_people(
    sign_in: Any, cast: SimpleNamespace
) -> None:
    page = sign_in(cast.frank).get(url("unit", "SOF-HT-01")).content.decode()
    assert "Bo Ek" in page
    assert "Anna Berg" not in page


def test_those_who_belong_there_see_the_people(sign_in: Any, cast: SimpleNamespace) -> None:
    for person in (cast.anna, cast.bo, cast.cecilia, cast.eva):
        assert "Anna Berg" in sign_in(person).get(url("unit", "SOF-HT-01")).content.decode()


def test_a_page_of_the_tree_takes_few_queries_whoever_looks(
    sign_in: Any, cast: SimpleNamespace, units: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    for person in (cast.cecilia, cast.frank):
        client = sign_in(person)
        client.get(url("index"))
        with django_assert_max_num_queries(8):
            client.get(url("index"))
        with django_assert_max_num_queries(20):
            client.get(url("unit", "SOF-HT"))


def test_the_search_finds_by_name_and_code(sign_in: Any, cast: SimpleNamespace) -> None:
    client = sign_in(cast.frank)
    for words, hits in (("SÖDER", 1), ("sof-ht", 3), ("hemtjänst norr", 1), ("\x00x" * 9, 0)):
        assert len(client.get(url("index"), {"q": words}).context["hits"]) == hits
    assert client.get(url("index"), {"q": "🙂" * 30_000}).status_code in {200, 414}


def test_eva_appoints_and_a_double_click_appoints_once(
    sign_in: Any, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    client, page = sign_in(cast.eva), url("appoint", "SOF-HT-02")
    form = {"user": "nils", "role": "unit_manager", "since": timezone.localdate().isoformat()}
    for _click in range(2):
        assert client.post(page, form).status_code == 302
    assert Appointment.objects.filter(user=cast.nils).count() == 1


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"user": "Ingen Alls"}, "user"),
        ({"user": ""}, "user"),
        ({"user": "x" * 100_000}, "user"),
        ({"user": "nils\x00"}, "user"),
        ({"user": "\u202eslin 🙂"}, "user"),
        ({"user": "eva"}, "__all__"),
        ({"role": "emperor"}, "role"),
        ({"role": "administrator"}, "role"),
        ({"since": "i morgon"}, "since"),
        ({"since": "9999-12-31"}, "since"),
        ({"since": "1066-10-14"}, "since"),
        ({"until": "2001-01-01"}, "until"),
        ({"substitute": "nils"}, "substitute"),
        ({"reason": "x" * 100_000}, "reason"),
    ],
)
def test_a_wrong_answer_gets_a_sentence_and_nothing_is_lost(
    sign_in: Any, cast: SimpleNamespace, answers: dict[str, str], field: str
) -> None:
    form = {"user": "Nils Utan", "role": "staff", "since": timezone.localdate().isoformat()}
    response = sign_in(cast.eva).post(url("appoint", "SOF-HT-02"), form | answers)
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not cast.nils.appointments.exists()


def test_two_people_of_one_name_are_chosen_by_user_name(
    sign_in: Any, cast: SimpleNamespace
) -> None:
    User.objects.create_user("nils2", first_name="Nils", last_name="Utan")
    client, page = sign_in(cast.eva), url("appoint", "SOF-HT-02")
    form = {"user": "Nils Utan", "role": "staff", "since": timezone.localdate().isoformat()}
    assert "nils2" in str(client.post(page, form).context["form"].errors)
    assert client.post(page, form | {"user": "Nils Utan (nils2)"}).status_code == 302


def test_ending_a_role_now_shows_at_once(sign_in: Any, cast: SimpleNamespace) -> None:
    appointment = cast.anna.appointments.get()
    page = url("dismiss", "SOF-HT-01", appointment.pk)
    client = sign_in(cast.eva)
    assert client.post(page, {"when": "after", "on": ""}).status_code == 422
    for _click in range(2):
        assert client.post(page, {"when": "now", "reason": "Slutar"}).status_code == 302
    assert not Appointment.objects.current().filter(pk=appointment.pk).exists()


def test_a_role_of_another_unit_is_not_found_under_this_one(
    sign_in: Any, cast: SimpleNamespace
) -> None:
    page = url("dismiss", "SOF-HT-01", cast.frank.appointments.get().pk)
    assert sign_in(cast.cecilia).get(page).status_code == 404


ANSWERS: dict[str, Any] = {
    "found": {"name": "Öst", "code": "SOF-HT-09", "kind": "site"},
    "rename": {"name": "Hemtjänst Nord"},
    "move": {"parent": "SOF"},
    "close": {"successor": "SOF-HT-02"},
    "merge": {"units": "SOF-HT-02"},
    "split": {"name_1": "A", "code_1": "A-1", "name_2": "B", "code_2": "B-1"},
}


def answers_for(verb: str) -> dict[str, Any]:
    """What a person fills in, with units by their code turned into the form's values."""
    answers = ANSWERS[verb] | {"on": timezone.localdate().isoformat(), "reason": "Nämndens beslut"}
    for name in ("parent", "successor", "units"):
        if name in answers:
            answers[name] = Unit.objects.get(code=answers[name]).pk
    return answers


@pytest.mark.parametrize("verb", VERBS)
def test_every_change_shows_what_follows_and_is_made_only_when_confirmed(
    sign_in: Any, cast: SimpleNamespace, verb: str
) -> None:
    client, page, answers = sign_in(cast.cecilia), url(verb, "SOF-HT-01"), answers_for(verb)
    before = Unit.objects.count(), UnitChange.objects.count()
    shown = client.post(page, answers)
    assert shown.status_code == 200
    assert shown.context["consequences"]
    assert (Unit.objects.count(), UnitChange.objects.count()) == before
    confirmed = dict(shown.context["answers"]) | {"confirmed": "1"}
    for _click in range(2):
        assert client.post(page, confirmed).status_code == 302, verb
    assert (Unit.objects.count(), UnitChange.objects.count()) != before
    assert client.get(url("unit", "SOF-HT-01")).status_code == 200


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "bad", [{"on": "2999-01-01"}, {"on": ""}, {"reason": ""}, {"reason": "\x00"}]
)
def test_a_change_with_a_wrong_answer_is_asked_again(
    sign_in: Any, cast: SimpleNamespace, verb: str, bad: dict[str, str]
) -> None:
    answers = answers_for(verb) | bad | {"confirmed": "1"}
    response = sign_in(cast.cecilia).post(url(verb, "SOF-HT-01"), answers)
    assert response.status_code == 422
    assert not UnitChange.objects.exists()


def test_a_place_below_itself_is_not_offered_and_is_refused_with_a_sentence(
    sign_in: Any, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    answers = {"parent": units.north.pk, "on": timezone.localdate().isoformat(), "reason": "x"}
    response = sign_in(cast.cecilia).post(url("move", "SOF-HT"), answers)
    assert response.status_code == 422
    assert "parent" in response.context["form"].errors


def test_the_second_of_two_who_reorganise_sees_what_the_first_did(
    sign_in: Any, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    client, page = sign_in(cast.cecilia), url("rename", "SOF-HT-01")
    shown = client.post(page, answers_for("rename"))
    units.north.appoint(cast.nils, Role.STAFF, by=cast.eva)
    confirmed = dict(shown.context["answers"]) | {"confirmed": "1"}
    again = client.post(page, confirmed)
    assert again.status_code == 200
    assert "Eva Lund" in again.content.decode()
    confirmed = dict(again.context["answers"]) | {"confirmed": "1"}
    assert client.post(page, confirmed).status_code == 302


def test_the_answers_can_be_changed_before_it_is_done(sign_in: Any, cast: SimpleNamespace) -> None:
    answers = answers_for("rename") | {"change_answers": "1"}
    page = sign_in(cast.cecilia).post(url("rename", "SOF-HT-01"), answers).content.decode()
    assert "Hemtjänst Nord" in page
    assert not UnitChange.objects.exists()


def test_a_decision_for_a_day_ahead_is_shown_and_can_be_taken_back(
    sign_in: Any, cast: SimpleNamespace
) -> None:
    client = sign_in(cast.cecilia)
    day = timezone.localdate() + timedelta(days=30)
    answers = answers_for("rename") | {"on": day.isoformat(), "confirmed": "1"}
    client.post(url("rename", "SOF-HT-01"), answers)
    change = UnitChange.objects.get()
    assert "Hemtjänst Nord" in client.get(url("unit", "SOF-HT-01")).content.decode()
    for wanted in (302, 404):
        assert client.post(url("withdraw", "SOF-HT-01", change.pk)).status_code == wanted


def test_a_closed_unit_is_found_among_the_former_ones(sign_in: Any, cast: SimpleNamespace) -> None:
    client = sign_in(cast.cecilia)
    client.post(url("close", "SOF-HT-01"), answers_for("close") | {"confirmed": "1"})
    chart = client.get(url("index")).context["chart"]
    assert [unit.code for unit in chart.former] == ["SOF-HT-01"]
    assert client.get(url("unit", "SOF-HT-01")).status_code == 200
    assert client.get(url("unit", "FINNS-INTE")).status_code == 404


def test_the_rights_are_true_sentences(sign_in: Any, cast: SimpleNamespace) -> None:
    rights = {
        who: sign_in(getattr(cast, who))
        .get(url("person", getattr(cast, who).slug))
        .context["rights"]
        for who in ("bo", "cecilia", "nils", "frank")
    }
    assert any("Hemtjänst Norr" in sentence for sentence in rights["bo"].reads)
    assert not any("Hemtjänst Söder" in sentence for sentence in rights["bo"].reads)
    assert any("Hemtjänst Norr" in sentence for sentence in rights["bo"].why)
    assert len(rights["cecilia"].does) > len(rights["bo"].does)
    assert not any("Hemtjänst" in sentence for sentence in rights["frank"].reads)
    assert len(rights["nils"].does) == 1
    assert len(rights["nils"].why) == 1


def test_settings_are_saved_and_hold_on_the_next_page(sign_in: Any, cast: SimpleNamespace) -> None:
    client = sign_in(cast.anna)
    form = {"language": "en", "theme": "dark", "clear_letters": "on"}
    assert client.post(url("me"), form).status_code == 302
    page = client.get(url("me")).content.decode()
    assert 'lang="en"' in page
    assert 'data-theme="dark"' in page
    assert 'data-shortcuts="off"' in page
    assert client.post(url("me"), {"language": "tlh", "theme": "auto"}).status_code == 422
    assert client.post(url("me"), {"language": "auto", "theme": "auto"}).status_code == 302
    cast.anna.refresh_from_db()
    assert (cast.anna.language, cast.anna.theme) == ("", "")


# --- From a file and to a file ----------------------------------------------------------------


def send(client: Any, text: str) -> Any:
    """Choose a file with this text."""
    file = SimpleUploadedFile("organisation.csv", text.encode(), content_type="text/csv")
    return client.post(url("csv"), {"file": file})


def test_a_file_is_shown_and_then_carried_out_once(sign_in: Any, cast: SimpleNamespace) -> None:
    client = sign_in(cast.adam)
    shown = send(client, "code;parent;name;kind\nSOF-HT-05;SOF-HT;Hemtjänst Väst*;site\n")
    assert shown.status_code == 200
    assert not Unit.objects.filter(code="SOF-HT-05").exists()
    for _click in range(2):
        assert client.post(url("csv"), {"token": shown.context["token"]}).status_code == 302
    assert Unit.objects.get(code="SOF-HT-05").name == "Hemtjänst Väst"


def test_a_file_of_one_person_is_not_carried_out_by_another(
    sign_in: Any, cast: SimpleNamespace
) -> None:
    shown = send(sign_in(cast.adam), "code;parent;name;kind\nNY;SOF;Ny;site\n")
    client = sign_in(cast.frank)
    assert client.post(url("csv"), {"token": shown.context["token"]}).status_code == 404
    assert not Unit.objects.filter(code="NY").exists()


def test_a_plan_that_has_grown_old_is_shown_again(
    sign_in: Any, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    client = sign_in(cast.adam)
    shown = send(client, "code;name\nSOF-HT-01;Nord\nSOF-HT-02;Syd\n")
    Unit.objects.filter(code="SOF-HT-01").update(name="Nord")
    again = client.post(url("csv"), {"token": shown.context["token"]})
    assert again.context["changed"]
    assert Unit.objects.get(code="SOF-HT-02").name == "Hemtjänst Söder"


def test_a_file_with_faults_is_refused(sign_in: Any, cast: SimpleNamespace) -> None:
    client = sign_in(cast.adam)
    assert send(client, "code;name\nSOF;x\nSOF;y\n").status_code == 422
    assert send(client, "").status_code == 422
    assert client.post(url("csv"), {}).status_code == 422
    assert client.post(url("csv"), {"token": "borta"}).status_code == 302


def test_the_file_that_is_fetched_says_the_same_as_takt(
    sign_in: Any, cast: SimpleNamespace
) -> None:
    client = sign_in(cast.cecilia)
    fetched = client.get(url("export"))
    assert "attachment" in fetched["Content-Disposition"]
    assert send(client, fetched.content.decode()).context["plan"].steps == []
