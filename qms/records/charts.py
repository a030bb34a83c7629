"""Small pictures of numbers: SVG made on the server, with literal colours.

The same picture serves the page, light and dark, and the PDF (where a page's classes and
variables do not reach an inline SVG). Every picture carries its sentence; the numbers stand in a
table beside it. None is a number that is not there: it is drawn as a gap, never as a zero.
"""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Between light and dark: each is 3:1 or more against both grounds.
BLUE, OCHRE, GREY = "#3d85b0", "#b5752a", "#7d8890"
Number = float | None


def columns(
    values: Sequence[Number], says: str, *, colour: str = BLUE, most: float = 0
) -> SafeString:
    """Return one column per value, left to right. `most` gives two pictures the same scale."""
    top = max([most, *(value for value in values if value is not None)], default=0) or 1
    step = 10
    width, height = max(1, len(values)) * step, 80
    bodies = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>',
        (
            (n * step + 1, _at(height - 2 - h), step - 2, _at(h), colour)
            for n, value in enumerate(values)
            if value is not None and (h := max(1.0, value / top * (height - 6))) is not None
        ),
    )
    gaps = format_html_join(
        "",
        '<path d="M{} {}h{}" stroke="{}" stroke-width="1.5" stroke-dasharray="2 2" fill="none"/>',
        (
            (n * step + 1, height - 4, step - 2, GREY)
            for n, value in enumerate(values)
            if value is None
        ),
    )
    return _picture(width, height, says, bodies + gaps + _floor(width, height))


def line(values: Sequence[Number], says: str, *, colour: str = BLUE) -> SafeString:
    """Return a line through the values; where one is missing the line is broken."""
    known = [value for value in values if value is not None]
    top = max(known, default=0) or 1
    step, height = 10, 80
    width = max(1, len(values) - 1) * step + 8
    points = [
        (n * step + 4, height - 6 - value / top * (height - 12)) if value is not None else None
        for n, value in enumerate(values)
    ]
    lines = format_html_join(
        "",
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>',
        ((" ".join(f"{x},{_at(y)}" for x, y in run), colour) for run in _runs(points)),
    )
    dots = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="2" fill="{}"/>',
        ((point[0], _at(point[1]), colour) for point in points if point),
    )
    return _picture(width, height, says, lines + dots + _floor(width, height))


def bar(share: float, *, colour: str = BLUE) -> SafeString:
    """Return one lying bar, as long as the share (0 to 1). It only repeats the number beside it."""
    return format_html(
        '<svg class="chart-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect x="0" y="0" width="{}" height="8" fill="{}"/></svg>',
        _at(max(0.0, min(1.0, share)) * 100), colour,
    )  # fmt: skip


def _runs(points: Iterable[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Return the points in unbroken runs."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _at(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _floor(width: float, height: float) -> SafeString:
    return format_html(
        '<path d="M0 {}h{}" stroke="{}" stroke-width="1" fill="none"/>', height - 1, width, GREY
    )


def _picture(width: float, height: float, says: str, inside: SafeString) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        width, height, says, inside,
    )  # fmt: skip
