"""Draws QR codes as SVG, with literal colours, for pages and PDF files alike."""

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


def qr_code(address: str, *, label: str) -> SafeString:
    """Return a QR code of an address as inline SVG that fills the width of what it stands in.

    A quarter of it may be worn or dirty and it still reads: it hangs on a wall. `label` says in
    words where it leads, for who does not see it.
    """
    import segno  # only posters draw codes

    code = segno.make_qr(address, error="q").svg_inline(
        border=4, omitsize=True, svgclass=None, lineclass=None, dark="#000", light="#fff"
    )
    title = format_html("<title>{}</title>", label)

    def named(opening: re.Match[str]) -> str:
        return f'<svg class="qr" role="img" {opening[1]}>{title}'

    return mark_safe(re.sub(r"<svg ([^>]*)>", named, code, count=1))
