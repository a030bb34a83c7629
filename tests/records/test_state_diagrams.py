"""The drawn machines are those that run."""

from django.core.management import call_command

from nonconformities.models import Action, Nonconformity
from qms.records.management.commands.state_diagrams import page


def test_the_pages_in_docs_are_current() -> None:
    call_command("state_diagrams", check=True)


def test_every_verb_and_every_status_stands_on_the_page() -> None:
    for model in (Nonconformity, Action):
        text = page(model)
        for move in model.moves().values():
            assert f"`{move.name}`" in text
        for status in model.Status:
            assert f"    {status.value}: " in text
