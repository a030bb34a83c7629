"""Proves that no story has been changed, shortened or reordered."""

from collections.abc import Iterator
from itertools import groupby

from django.apps import apps
from django.contrib.contenttypes.models import ContentType

from qms.history.models import Event, Storied


def storied_models() -> list[type[Storied]]:
    """Return every concrete model that has a story."""
    return [model for model in apps.get_models() if issubclass(model, Storied)]


def faults() -> Iterator[str]:
    """Yield one sentence per fault; nothing when every story is whole.

    A model that keeps something beside the stories proves it by a class method `unproven()`.
    """
    for model in apps.get_models():
        if own := getattr(model, "unproven", None):
            yield from own()
    for model in storied_models():
        kind = ContentType.objects.get_for_model(model)
        yield from _faults_of(model, kind)


def _faults_of(model: type[Storied], kind: ContentType) -> Iterator[str]:
    heads = {
        pk: (count, head)
        for pk, count, head in model._base_manager.values_list("pk", "event_count", "event_head")
    }
    events = Event.objects.filter(content_type=kind).order_by("object_id", "seq")
    for pk, story in groupby(events.iterator(chunk_size=5000), key=lambda event: event.object_id):
        count, head = heads.pop(pk, (None, ""))
        label = f"{kind.app_label}.{kind.model} {pk}"
        previous, expected = "", 1
        for event in story:
            if event.seq != expected:
                yield f"{label}: event {expected} is missing"
            if event.fingerprint(previous) != event.hash:
                yield f"{label}: event {event.seq} ({event.verb}) has been changed"
            previous, expected = event.hash, event.seq + 1
        if count is None:
            yield f"{label}: the subject of {expected - 1} events is gone"
        elif count != expected - 1 or head != previous:
            yield f"{label}: the story should end with event {count}"
    for pk, (count, _head) in heads.items():
        if count:
            yield f"{kind.app_label}.{kind.model} {pk}: all {count} events are gone"
