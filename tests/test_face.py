"""The face keeps its own rules: what templates name exists, the sheets stay small and layered."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHEETS = sorted((ROOT / "static/css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
# A mail carries its look with it, for readers that fetch nothing.
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*.html") if "emails" not in p.parts)
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def _css(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


def _gzipped(paths: list[Path]) -> int:
    return len(gzip.compress(b"".join(path.read_bytes() for path in paths)))


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icons.svg").read_text()))
    for path in TEMPLATES:
        text = path.read_text()
        named = set(re.findall(r'icon\.html" with name="([^"]+)"|{% icon "([^"]+)"', text))
        named = {name for pair in named for name in pair if name}
        assert named <= drawn, f"{path.name} names {named - drawn}"


def test_every_class_that_a_template_names_is_in_a_sheet() -> None:
    known = {name for sheet in SHEETS for name in re.findall(r"\.([a-z][\w-]*)", _css(sheet))}
    known |= {"info"}  # the plain notice
    for path in TEMPLATES:
        text = re.sub(r"\{[%{#].*?[%}#]\}", " ", path.read_text())
        for names in re.findall(r'class="([^"]*)"', text):
            unknown = {name for name in names.split() if not name.endswith("-")} - known
            assert not unknown, f"{path.name} names {unknown}"


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_sheet_has_no_ids_and_shouts_nothing(sheet: Path) -> None:
    text = _css(sheet)
    assert "!important" not in text
    assert not re.search(r"(^|[\s,}])#[a-zA-Z][\w-]*\s*[{,:.\[]", text)


def test_every_block_is_imported_once_into_its_layer() -> None:
    app = (ROOT / "static/css/app.css").read_text()
    folder = ROOT / "static/css"
    imported = re.findall(r'@import url\("([^"]+)"\) layer\(\w+\);', app)
    pages = [sheet for sheet in SHEETS if sheet.parent.name != "pdf"]  # paper has its own
    there = [str(sheet.relative_to(folder)) for sheet in pages if sheet.name != "app.css"]
    assert sorted(imported) == sorted(there)


def test_no_template_carries_style_or_script_of_its_own() -> None:
    for path in TEMPLATES:
        text = re.sub(r"\{[%{#].*?[%}#]\}", " ", path.read_text())
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text), path.name


def test_the_face_is_light_to_fetch() -> None:
    assert _gzipped([sheet for sheet in SHEETS if sheet.parent.name != "pdf"]) < 40_000
    assert _gzipped(SCRIPTS) < 25_000
