"""A long work: asked for once, seen by one, safe twice, told in words, forgotten in time."""

import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from qms.organization.duties import Role
from qms.organization.models import User
from qms.records.models import Work
from qms.records.models.work import KEPT, SILENT_FOR, WAITED_FOR
from qms.records.tasks import forget_old_works
from tests.records import works_tasks
from tests.works import carry_out

HERE = "tests.records.works_tasks."


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def ask(by: User, task: str = "count", **more: Any) -> Work:
    """Ask for a work, as a view does."""
    arguments = {"rows": 3} if task == "count" else {}
    return Work.ask(HERE + task, by=by, heading="Räkna raderna", **{**arguments, **more})


def test_what_was_asked_for_is_made_and_fetched(cast: SimpleNamespace, sign_in: Any) -> None:
    work = ask(cast.anna)
    client = sign_in(cast.anna)
    assert "Väntar på sin tur" in client.get(work.get_absolute_url()).text
    assert carry_out(work).status == "done"
    page = client.get(work.get_absolute_url())
    assert "räknat.csv" in page.text
    assert "Räknat." in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    sent = client.get(f"{work.get_absolute_url()}fil/")
    assert b"".join(sent.streaming_content) == b"a;b\n"
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"


def test_nobody_else_can_tell_that_it_is_there(cast: SimpleNamespace, sign_in: Any) -> None:
    work = carry_out(ask(cast.anna))
    for name, who in vars(cast).items():
        for address in (work.get_absolute_url(), f"{work.get_absolute_url()}fil/"):
            assert sign_in(who).get(address).status_code == (200 if name == "anna" else 404)
    assert sign_in(cast.bo).post(work.get_absolute_url(), {"again": "1"}).status_code == 404
    assert sign_in(cast.anna).get(f"/arbete/{uuid4()}/").status_code == 404


def test_the_file_is_not_there_before_it_is_done(cast: SimpleNamespace, sign_in: Any) -> None:
    work = ask(cast.anna)
    assert sign_in(cast.anna).get(f"{work.get_absolute_url()}fil/").status_code == 404


def test_a_double_click_asks_once(cast: SimpleNamespace) -> None:
    assert ask(cast.anna) == ask(cast.anna)
    assert ask(cast.anna, rows=4) != ask(cast.anna)
    assert ask(cast.bo) != ask(cast.anna)
    first = carry_out(ask(cast.anna))
    assert ask(cast.anna) != first  # what is done may be asked for again


def test_the_task_is_sent_when_the_page_has_been_stored(
    cast: SimpleNamespace, django_capture_on_commit_callbacks: Any, monkeypatch: Any
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(works_tasks.count, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        work = ask(cast.anna)
        assert sent == []
    assert sent == [work.pk]


def test_a_wrong_name_of_a_task_shows_at_once(cast: SimpleNamespace) -> None:
    with pytest.raises(ImportError):
        ask(cast.anna, "nothing")
    assert not Work.objects.exists()


def test_a_message_that_comes_twice_does_nothing_the_second_time(cast: SimpleNamespace) -> None:
    work = carry_out(ask(cast.anna))
    ended = work.ended_at
    assert carry_out(work).ended_at == ended
    assert work.run == 1
    works_tasks.count(work.pk + 1000)  # gone: nothing to do


def test_one_that_goes_on_is_not_begun_by_another_message(cast: SimpleNamespace) -> None:
    work = ask(cast.anna)
    assert Work.begin(work.pk, "first")
    assert Work.begin(work.pk, "second") is None
    assert Work.begin(work.pk, "") is None


def test_a_worker_killed_half_way_begins_anew_but_not_for_ever(cast: SimpleNamespace) -> None:
    work = ask(cast.anna)
    runs = [Work.begin(work.pk, "same message") for _time in range(4)]
    assert [bool(run) for run in runs] == [True, True, True, False]
    work.refresh_from_db()
    assert (work.status, work.ask_again().status) == ("failed", "queued")
    assert Work.begin(work.pk, "another message")


def test_an_earlier_run_that_wakes_up_counts_no_more(cast: SimpleNamespace) -> None:
    work = ask(cast.anna)
    slow = Work.begin(work.pk, "m")
    quick = Work.begin(work.pk, "m")
    assert slow
    assert quick
    for late in (lambda: slow.step(1, 1), lambda: slow.finish(file=b"late", name="x")):
        with pytest.raises(Exception, match="run 1"):
            late()
    slow.end_badly("late")
    quick.finish(file=b"on time", name="x")
    work.refresh_from_db()
    assert (work.status, work.file.read()) == ("done", b"on time")


@pytest.mark.parametrize(
    ("task", "sentence"),
    [("refuse", "Filen saknar en rad med rubriker."), ("fall", "Något gick fel på servern")],
)
def test_what_fails_is_told_in_a_sentence_and_undone(
    task: str, sentence: str, cast: SimpleNamespace, sign_in: Any
) -> None:
    work = carry_out(ask(cast.anna, task))
    page = sign_in(cast.anna).get(work.get_absolute_url()).text
    assert work.status == "failed"
    assert sentence in page
    assert "Försök igen" in page
    assert "qhemligtq" not in page
    assert not User.objects.filter(username="halv").exists()


def test_try_again_queues_it_once_more(cast: SimpleNamespace, sign_in: Any) -> None:
    work = carry_out(ask(cast.anna, "refuse"))
    client = sign_in(cast.anna)
    for _click in range(2):
        answer = client.post(work.get_absolute_url(), {"again": "1"}, follow=True)
        assert "Väntar på sin tur" in answer.content.decode()
    assert Work.objects.count() == 1
    assert client.post(carry_out(ask(cast.anna)).get_absolute_url(), {"again": "1"})
    assert Work.objects.filter(status="done").count() == 1  # what is done stays done


def test_trying_again_meets_the_same_thing_asked_for_meanwhile(cast: SimpleNamespace) -> None:
    failed = carry_out(ask(cast.anna, "refuse"))
    anew = ask(cast.anna, "refuse")
    assert anew != failed
    assert failed.ask_again() == anew


def test_cancelling_takes_what_waits_and_what_may_stop(cast: SimpleNamespace) -> None:
    assert ask(cast.anna).cancel().status == "cancelled"
    firm = ask(cast.anna)
    Work.begin(firm.pk, "m")
    assert firm.cancel().status == "running"
    assert not firm.may_be_cancelled
    stopped = carry_out(ask(cast.anna, "meet", may_stop=True))
    assert stopped.status == "cancelled"
    assert not User.objects.filter(username="annan").exists()
    assert carry_out(ask(cast.anna, rows=9).cancel()).run == 0


def test_progress_shows_in_words_before_the_work_commits(
    cast: SimpleNamespace, sign_in: Any
) -> None:
    work = ask(cast.anna)
    running = Work.begin(work.pk, "m")
    assert running
    running.step(120, 1212, "rader")
    running.step(121, 1212, "rader")  # so soon after that it is not told
    page = sign_in(cast.anna).get(work.get_absolute_url(), headers={"HX-Request": "true"}).text
    assert "120 av 1\u202f212 rader" in page
    assert "<h1" not in page
    assert 'hx-trigger="load delay:2s"' in page
    Work.objects.update(queued_at=timezone.now() - timedelta(minutes=1))
    page = sign_in(cast.anna).get(work.get_absolute_url()).text
    assert 'hx-trigger="load delay:10s"' in page


def test_one_nobody_works_on_is_shown_as_stopped(cast: SimpleNamespace, sign_in: Any) -> None:
    waiting, running = ask(cast.anna), ask(cast.anna, rows=5)
    Work.begin(running.pk, "m")
    Work.objects.filter(pk=waiting.pk).update(
        queued_at=timezone.now() - WAITED_FOR - timedelta(seconds=1)
    )
    Work.objects.filter(pk=running.pk).update(
        started_at=timezone.now() - SILENT_FOR - timedelta(seconds=1)
    )
    client = sign_in(cast.anna)
    for work in (waiting, running):
        assert "Arbetet har stannat" in client.get(work.get_absolute_url()).text
        client.post(work.get_absolute_url(), {"again": "1"})
        assert carry_out(work).status == "done"


def test_a_week_later_it_is_forgotten_with_its_file(cast: SimpleNamespace, tmp_path: Path) -> None:
    old, new = carry_out(ask(cast.anna)), carry_out(ask(cast.bo))
    Work.objects.filter(pk=old.pk).update(queued_at=timezone.now() - KEPT - timedelta(hours=1))
    assert (forget_old_works(), forget_old_works()) == (1, 0)
    assert [work.pk for work in Work.objects.all()] == [new.pk]
    assert [path.name for path in tmp_path.rglob("*-1")] == [f"{new.uid.hex}-1"]


def test_its_words_are_in_the_language_of_the_one_who_asked(cast: SimpleNamespace) -> None:
    from django.utils import translation

    with translation.override("en"):
        work = ask(cast.anna, "fall")
    assert carry_out(work).sentence.startswith("Something went wrong")


@pytest.mark.django_db(transaction=True)
def test_two_askings_at_the_same_moment_are_one(cast: SimpleNamespace) -> None:
    found: list[int] = []

    def ask_once() -> None:
        found.append(ask(cast.anna, rows=7).pk)
        connection.close()

    threads = [threading.Thread(target=ask_once) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.parametrize("asks", ["page", "file", "night"])
def test_a_file_made_with_rights_that_have_ended_is_removed(
    asks: str, cast: SimpleNamespace, sign_in: Any
) -> None:
    work = carry_out(ask(cast.bo))
    name, client = work.file.name, sign_in(cast.bo)
    assert forget_old_works() == 0
    assert client.get(f"{work.get_absolute_url()}fil/").status_code == 200
    for appointment in cast.bo.appointments.all():
        appointment.dismiss(by=None)
    if asks == "night":
        assert (forget_old_works(), forget_old_works()) == (1, 0)
    elif asks == "file":
        assert client.get(f"{work.get_absolute_url()}fil/").status_code == 404
    assert "har ändrats" in client.get(work.get_absolute_url()).text
    assert client.get(f"{work.get_absolute_url()}fil/").status_code == 404
    assert not work.file.storage.exists(name)


def test_a_file_stays_with_who_is_given_more(
    cast: SimpleNamespace, units: SimpleNamespace, sign_in: Any
) -> None:
    work = carry_out(ask(cast.bo))
    units.school.appoint(cast.bo, Role.UNIT_MANAGER, by=None)
    fetched = sign_in(User.objects.get(pk=cast.bo.pk)).get(f"{work.get_absolute_url()}fil/")
    assert fetched.status_code == 200
