"""Invented content for the page of components: every look at once, in development."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator

from .widgets import ChoiceRow


class SampleForm(forms.Form):
    """One field of each kind."""

    story = forms.CharField(
        label="Vad hände?",
        help_text="Skriv inte namn eller personnummer på den det gäller.",
        widget=forms.Textarea(attrs={"rows": 4, "data-warn-personal": True, "data-count": 2000}),
    )
    urgency = forms.ChoiceField(
        label="Är det bråttom?",
        choices=[("no", "Nej"), ("risk", "Risk för skada"), ("hurt", "Någon är skadad")],
        widget=ChoiceRow,
    )
    severity = forms.ChoiceField(
        label="Hur allvarligt är det?",
        choices=[("1", "Liten"), ("2", "Måttlig"), ("3", "Betydande")],
        widget=ChoiceRow(
            help={
                "1": "Obehag eller extra arbete. Inget behov av vård.",
                "2": "Övergående skada, eller ett avbrott som märks av många.",
                "3": "Kvarstående skada, eller ett avbrott som hotar liv och hälsa.",
            }
        ),
    )
    place = forms.ChoiceField(
        label="Var?", choices=[("", "Välj enhet"), ("1", "Ekbacken, plan 2"), ("2", "Almgården")]
    )
    happened_on = forms.CharField(
        label="När hände det?",
        help_text="Till exempel 24/11 eller 24 november.",
        required=False,
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    photo = forms.FileField(label="Foto", required=False)
    hidden_name = forms.BooleanField(
        label="Visa mitt namn bara för kvalitetssamordnaren", required=False
    )


class SampleFilter(forms.Form):
    """What a list is narrowed by."""

    q = forms.CharField(label="Sök i listan", required=False)
    unit = forms.ChoiceField(label="Enhet", choices=[("", "Alla"), ("1", "Social")], required=False)
    step = forms.ChoiceField(label="Steg", choices=[("", "Alla"), ("1", "Utreds")], required=False)
    grade = forms.ChoiceField(label="Allvar", choices=[("", "Alla")], required=False)


STEPS = [
    {"label": label, "state": state}
    for label, state in [
        ("Rapporterad", "done"),
        ("Bedömd", "done"),
        ("Utreds", "here"),
        ("Åtgärd", "later"),
        ("Effekt", "later"),
        ("Avslutad", "later"),
    ]
]
MISSING = [
    {"text": "Allvaret är bedömt: måttlig", "met": True},
    {"text": "Varför hände det?", "met": False},
    {"text": "Minst en åtgärd mot varje orsak", "met": False},
]
FACTS = [
    {"label": "Ansvarig", "value": "K. Lind", "url": "#", "link": "Byt"},
    {"label": "Sista dag", "value": "tis 24 november"},
    {"label": "Allvar", "value": "Måttlig (6 av 16)", "url": "#", "link": "Varför?"},
    {"label": "Tjänst", "value": "Hemtjänst"},
    {"label": "Krav", "value": "", "url": "#", "link": "Lägg till"},
    {"label": "Synlig för", "value": "14 personer", "url": "#", "link": "Vilka?"},
]
EVENTS = [
    {
        "at": datetime(2026, 11, 22, 10, 42),
        "sentence": "Du tog emot rapporten.",
        "note": "Jag ringer gruppen i eftermiddag.\nTills dess räknar två personer dosetten.",
        "kind": "mine",
    },
    {
        "at": datetime(2026, 11, 21, 16, 5),
        "sentence": "Anna Berg ångrade att rapporten drogs tillbaka.",
        "kind": "restored",
    },
    {
        "at": datetime(2026, 11, 21, 15, 58),
        "sentence": "Takt påminde om sista dagen.",
        "kind": "system",
    },
    {"at": datetime(2026, 11, 20, 8, 12), "sentence": "Anna Berg rapporterade.", "kind": ""},
]
TASKS = [
    {"title": title, "meta": meta, "look": look, "word": word, "url": "#"}
    for title, meta, look, word in [
        ("Godkänn åtgärden Ny checklista", "Ekbacken · 3 min", "late", "Försenad 6 dagar"),
        ("Bedöm avvikelse AVV-2026-0142", "Fel dos i dosett, Ekbacken · 2 min", "soon", "I dag"),
        ("Utred avvikelse AVV-2026-0131", "Vattenläcka, Badhuset · 20 min", "active", "Pågår"),
        ("Kontrollera om åtgärden hjälpte", "Almgården · 5 min", "waiting", "Väntar på effekt"),
        ("Läs svaret på din rapport", "Centralskolan · 1 min", "done", "Läst"),
    ]
]
VIEWS = [
    {"label": label, "url": "#", "count": count, "current": current}
    for label, count, current in [
        ("Behöver mig", 5, True),
        ("Min enhet", 31, False),
        ("Försenade", 9, False),
        ("Väntar på effekt", 12, False),
        ("Alla", None, False),
    ]
]
CHOSEN = [{"label": "Enhet: Social", "url": "#"}, {"label": "Steg: Utreds", "url": "#"}]


def matrix_rows() -> list[dict[str, Any]]:
    """Return the sixteen cells of severity times likelihood, the worst row first."""
    words = ["Mycket allvarlig", "Betydande", "Måttlig", "Liten"]
    rows: list[Any] = []
    for severity, label in zip(range(4, 0, -1), words, strict=True):
        scores = [severity * likelihood for likelihood in range(1, 5)]
        cells = [{"score": s, "level": 1 + (s > 2) + (s > 6) + (s > 9)} for s in scores]
        rows.append({"label": label, "cells": cells})
    rows[2]["cells"][2]["chosen"] = True
    return rows


def page_two() -> Page[int]:
    """Return the second of many pages."""
    return Paginator(range(310), 25).get_page(2)


def samples() -> dict[str, Any]:
    """Return the context of pages/components.html."""
    return {
        "form": SampleForm({"story": ""}, prefix="wrong"),
        "clean_form": SampleForm(),
        "filter_form": SampleFilter(),
        "steps": STEPS,
        "missing": MISSING,
        "facts": FACTS,
        "events": EVENTS,
        "tasks": TASKS,
        "views": VIEWS,
        "chosen": CHOSEN,
        "columns": ["Sällan", "Möjligt", "Troligt", "Ofta"],
        "rows": matrix_rows(),
        "page": page_two(),
    }
