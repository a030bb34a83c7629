"""The difference between two versions says what was added, removed and moved, and only that."""

import re
import time
from html import unescape

import pytest
from django.utils import translation
from hypothesis import given, settings

from documents.comparing import Comparison, difference
from documents.markup import cleaned
from tests.documents.test_markup import SOUP


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """The sentences are read in the language they are written in, whatever is compiled."""
    translation.activate("en")


def seen(html: str) -> str:
    """Return a difference with {+ +} and [- -] in place of tags and without the words for ears."""
    html = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", html)
    return (
        html.replace("<ins>", "{+")
        .replace("</ins>", "+}")
        .replace("<del>", "[-")
        .replace("</del>", "-]")
    )


def told(old: str, new: str) -> str:
    """Return what is told of the difference between two texts."""
    return seen(difference(cleaned(old), cleaned(new)))


def test_words_within_a_paragraph() -> None:
    assert (
        told("<p>Ge dosen på morgonen.</p>", "<p>Ge rätt dos på morgonen och kvällen.</p>")
        == "<p>Ge [-dosen-]{+rätt dos+} på morgonen{+ och kvällen+}.</p>"
    )


def test_it_is_said_in_words_too() -> None:
    html = difference("<p>Ett två tre fyra</p>", "<p>Ett två tre fem</p>")
    assert html == (
        '<p>Ett två tre <del><span class="visually-hidden">Removed: </span>fyra</del>'
        '<ins><span class="visually-hidden">Added: </span>fem</ins></p>'
    )


def test_the_same_text_has_no_difference() -> None:
    text = cleaned("<h2>Vem</h2><ul><li>Ett</li></ul><table><tr><td>a</td><td>b</td></tr></table>")
    assert Comparison(text, text).is_same
    assert difference(text, text) == text


def test_blocks_come_and_go() -> None:
    assert (
        told(
            "<p>Först kommer detta.</p><p>Sedan går det.</p>", "<h2>Nytt</h2><p>Sedan går det.</p>"
        )
        == "<h2>{+Nytt+}</h2><p>[-Först kommer detta.-]</p><p>Sedan går det.</p>"
    )


def test_a_paragraph_that_became_a_heading_is_both() -> None:
    assert told("<p>Vem gör vad</p>", "<h2>Vem gör vad</h2>") == (
        "<h2>{+Vem gör vad+}</h2><p>[-Vem gör vad-]</p>"
    )


def test_what_moved_is_told_as_moved() -> None:
    one, two, three = (
        f"<p>Det här stycket handlar om {about} och inget annat.</p>"
        for about in ("tvätt", "mat på kvällen hos brukare", "städning")
    )
    html = told(one + two + three, two + three + one)
    assert html.endswith(f'<div class="moved"><p class="meta">Moved here</p>{one}</div>')
    assert "Moved from here: “Det här stycket handlar om tvätt och inget …”" in html
    assert "{+" not in html
    assert "[-" not in html


def test_points_of_a_list() -> None:
    assert (
        told(
            "<ol><li>Tvätta händerna</li><li>Ge dosen</li><li>Skriv i listan</li></ol>",
            "<ol><li>Tvätta händerna noga</li><li>Skriv i listan<ul><li>Signera</li></ul></li>"
            "</ol>",
        )
        == "<ol><li>Tvätta händerna{+ noga+}</li><li>[-Ge dosen-]</li>"
        "<li>Skriv i listan<ul><li>{+Signera+}</li></ul></li></ol>"
    )


def test_rows_and_cells_of_a_table() -> None:
    old = "<table><tr><th>När</th><th>Vem</th></tr><tr><td>Morgon</td><td>Dag</td></tr></table>"
    new = (
        "<table><caption>Tider</caption><tr><th>När</th><th>Vem</th></tr>"
        "<tr><td>Morgon</td><td>Natt</td></tr><tr><td>Kväll</td><td>Kvällspass</td></tr></table>"
    )
    html = told(old, new)
    assert "<caption>{+Tider+}</caption>" in html
    assert "<td>Morgon</td>" in re.sub(r"</?p>", "", html)
    assert "[-Dag-]{+Natt+}" in html
    assert "{+Kvällspass+}" in html


def test_a_new_column_is_only_that() -> None:
    old = "<table><tr><td>Morgon</td><td>Dagpass</td></tr></table>"
    new = "<table><tr><td>Morgon</td><td>Dagpass</td><td>Köket</td></tr></table>"
    assert re.findall(r"\{\+.*?\+\}|\[-.*?-\]", told(old, new)) == ["{+Köket+}"]


def test_a_changed_link_is_a_change() -> None:
    html = told(
        '<p>Läs <a href="/a/">rutinen</a> nu</p>', '<p>Läs <a href="/b/">rutinen</a> nu</p>'
    )
    assert html == '<p>Läs [-<a href="/a/">rutinen</a>-]{+<a href="/b/">rutinen</a>+} nu</p>'


def test_how_much_changed_is_counted() -> None:
    comparison = Comparison("<p>Ge dosen på morgonen</p>", "<p>Ge rätt dos på morgonen</p>")
    comparison.html()
    assert (comparison.added, comparison.removed) == (2, 1)


def test_long_stretches_without_a_change_are_folded() -> None:
    same = "".join(f"<p>Stycke nummer {number}.</p>" for number in range(9))
    html = Comparison(same, same + "<p>Nytt.</p>").html(folded=True)
    assert "<summary>7 paragraphs without a change</summary>" in html
    assert html.startswith("<p>Stycke nummer 0.</p><details")
    assert seen(html).endswith("</details><p>Stycke nummer 8.</p><p>{+Nytt.+}</p>")


def plain(html: str, dropped: str) -> list[str]:
    """Return the letters that stand once everything in `dropped` tags is left out."""
    html = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", html)
    html = re.sub(rf"<{dropped}>.*?</{dropped}>", "", html)
    return re.findall(r"[^\W_]", unescape(re.sub(r"<[^>]*>", " ", html)))


@settings(max_examples=200, deadline=None)
@given(SOUP, SOUP)
def test_both_texts_can_be_told_from_the_difference(one: str, other: str) -> None:
    old, new = cleaned(one), cleaned(other)
    html = difference(old, new)
    assert html.count("<ins>") == html.count("</ins>")
    if "moved" not in html:
        assert sorted(plain(html, "del")) == sorted(plain(new, "x"))
        assert sorted(plain(html, "ins")) == sorted(plain(old, "x"))
    assert "<script" not in html


def _pages(count: int, word: str) -> str:
    """Return a text of so many pages in which a word stands here and there."""
    return "".join(
        f"<h2>Avsnitt {page}</h2>"
        + "".join(
            f"<p>Stycke {row} på sida {page} handlar om {word if row % 3 == 0 else 'annat'} och "
            f"{'hur vi gör när det blir så att ' * 5} sida {page}.</p>"
            for row in range(7)
        )
        + f"<ul>{''.join(f'<li>Punkt {n} om {word}</li>' for n in range(6))}</ul>"
        for page in range(count)
    )


def test_sixty_pages_are_compared_within_a_second() -> None:
    old, new = _pages(60, "hemtjänst"), _pages(60, "städning")
    begun = time.process_time()
    html = difference(old, new)
    assert time.process_time() - begun < 1
    assert html.count("<ins>") == 60 * 9


def test_texts_made_to_take_time_do_not() -> None:
    same = "<p>a</p>" * 3000
    wall = f"<p>{'a b c ' * 5000}</p>"
    begun = time.process_time()
    difference(same, same[: len(same) // 2] + "<p>b</p>" + same)
    difference(wall, wall.replace("c", "d"))
    difference("<ul>" + "<li>a b</li>" * 3000 + "</ul>", "<ul>" + "<li>a c</li>" * 3000 + "</ul>")
    assert time.process_time() - begun < 4
