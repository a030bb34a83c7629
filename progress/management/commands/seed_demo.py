"""seed_demo: the demo group with invented people and three years of deviations."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from progress.demo.seeding import Refusal, seed


class Command(BaseCommand):
    """Fill an empty database; a second run adds nothing."""

    help = "Put the demo group here: units, people and three years of deviations (DEBUG only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say how many, from which day and from which seed."""
        parser.add_argument(
            "--scale", type=float, default=1, help="how many times 1,500 deviations"
        )
        parser.add_argument("--seed", type=int, default=9001, help="another seed, other stories")
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day the demo is told on (today)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and say what was done."""
        try:
            told = seed(
                today=options["today"] or timezone.localdate(),
                seed=options["seed"],
                scale=options["scale"],
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        if told:
            self.stdout.write(self.style.SUCCESS(f"{told} deviations told"))
        else:
            self.stdout.write("There are deviations here already; nothing was added.")
