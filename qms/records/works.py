"""Turns a function into the task of a Work: begun once, told in steps, ended in words.

    @long_work
    def count_rows(work: Work, *, file: int) -> None:
        for n, row in enumerate(rows):
            work.step(n, len(rows), _("rows"))
        work.finish(url="/avvikelser/", says=_("All rows are read."))

It stands in an app's tasks.py and is asked for by `Work.ask("app.tasks.count_rows", …)`.
"""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial, wraps
from typing import Any

from celery import Task, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from qms.records import at_hand
from qms.records.models.work import Overtaken, Work
from qms.records.refusals import Refused

_log = logging.getLogger(__name__)


def long_work(function: Callable[..., None] | None = None, *, in_pieces: bool = False) -> Any:
    """Make a Celery task of a function that takes a Work and its arguments.

    The task takes the work's id and is safe to run twice. It works in one transaction, unless it
    says `in_pieces`, and in the language of the one who asked. Whatever stops it undoes that
    transaction and stands as a sentence on the work's page: Refused and ValidationError with
    their own words. A function that gives no result is simply done.
    """
    if function is None:
        return partial(long_work, in_pieces=in_pieces)
    whole = nullcontext if in_pieces else transaction.atomic

    @shared_task(bind=True, ignore_result=True, name=f"{function.__module__}.{function.__name__}")
    @wraps(function)
    def task(self: Task, work_id: int) -> None:
        if work := Work.begin(work_id, self.request.id or ""):
            with translation.override(work.language), at_hand.kept():
                _carry_out(function, work, whole)

    return task


def _carry_out(function: Callable[..., None], work: Work, whole: Callable[[], Any]) -> None:
    try:
        with whole():
            function(work, **work.arguments)
            if work.status == Work.Status.RUNNING:
                work.finish()
    except Overtaken:
        return
    except Refused as refused:
        work.end_badly(refused)
    except ValidationError as fault:
        work.end_badly(" ".join(fault.messages))
    except SoftTimeLimitExceeded:
        work.end_badly(_("It took too long and was stopped. Ask for less at a time."))
    except Exception:
        _log.exception("work %s, %s", work.pk, work.task)
        work.end_badly(_("Something went wrong on the server. Try again in a while."))
