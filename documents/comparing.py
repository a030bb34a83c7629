"""What differs between two versions of a text, block by block and word by word.

Blocks, points, rows and cells are paired when they share most of their words; within a pair the
words are compared. What was added stands in <ins>, what was removed in <del>, each with words for
who listens and a sign for who looks, so that nothing hangs on colour (WCAG 1.4.1). The time is
bounded: nothing looks further than a window, and two walls of text are shown one after the other.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from html import escape
from itertools import groupby
from typing import Generic, NamedTuple, TypeVar

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.markup.blocks import (
    Block,
    Cell,
    Inline,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Run,
    Table,
    Title,
    block_html,
    cell_html,
    closing,
    inline_html,
    opening,
    text_of,
)
from documents.markup.reading import blocks as blocks_of

Part = TypeVar("Part")


class Step(NamedTuple, Generic[Part]):
    """A part of the old text, of the new one, or of both: same, changed, removed or added."""

    kind: str
    old: Part | None
    new: Part | None


WINDOW = 25  # how far ahead a pair is looked for
ALIKE = 0.5  # share of words two blocks must have in common to be told as one that was changed
ALIKE_ALONE = 0.25  # the same when there is only one of each to choose from
MOST_WORDS = 250_000  # words times words; beyond it a paragraph is shown as replaced
UNFOLDED = 3  # blocks without a change that are shown as they are; more are folded together
MOVED = 5  # words; shorter lines are alike by chance
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass
class Comparison:
    """Two texts beside each other."""

    old: str
    new: str
    added: int = 0
    removed: int = 0
    moved: frozenset[str] = field(default=frozenset())

    @property
    def is_same(self) -> bool:
        """True when nothing differs."""
        return self.old == self.new

    def html(self, *, folded: bool = False) -> SafeString:
        """Return the new text with what was added and removed; counts the words of both.

        Args:
            folded: True folds long stretches without a change.
        """
        self.added = self.removed = 0
        steps = list(aligned(blocks_of(self.old), blocks_of(self.new), block_html, text_of))
        gone = {block_html(old) for kind, old, _new in steps if kind == "removed" and old}
        come = {block_html(new) for kind, _old, new in steps if kind == "added" and new}
        self.moved = frozenset(
            html for html in gone & come if len(re.sub(r"<[^>]*>", " ", html).split()) >= MOVED
        )
        parts = (
            "".join(self._folded(list(group)) if kind and folded else map(self._block, group))
            for kind, group in groupby(steps, key=lambda step: step[0] == "same")
        )
        return mark_safe("".join(parts))  # written from blocks: only our tags and escaped words

    def _folded(self, steps: list[Step[Block]]) -> Iterator[str]:
        """Yield unchanged blocks, all but the first and the last folded when they are many."""
        shown = [block_html(new) for _kind, _old, new in steps if new]
        if len(shown) <= UNFOLDED + 2:
            yield from shown
            return
        count = len(shown) - 2
        said = ngettext(
            "%(count)s paragraph without a change", "%(count)s paragraphs without a change", count
        )
        yield shown[0]
        yield (
            f'<details class="more"><summary>{escape(said % {"count": count})}</summary>'
            f"{''.join(shown[1:-1])}</details>"
        )
        yield shown[-1]

    # --- One step -----------------------------------------------------------------------------

    def _block(self, step: Step[Block]) -> str:
        kind, old, new = step
        if kind == "changed" and old is not None and new is not None:
            return self._changed(old, new)
        block = new if new is not None else old
        assert block is not None
        html = block_html(block)
        if kind == "same":
            return html
        if html in self.moved:
            return self._moved(kind, block, html)
        return self._all(block, kind)

    def _moved(self, kind: str, block: Block, html: str) -> str:
        if kind == "added":
            return f'<div class="moved"><p class="meta">{escape(_("Moved here"))}</p>{html}</div>'
        words = " ".join(text_of(block, " ").split()[:8])
        said = _("Moved from here: “%(words)s …”") % {"words": words}
        return f'<p class="moved meta">{escape(said)}</p>'

    def _changed(self, old: Block, new: Block) -> str:
        """Return a block that stands in both, with what differs within it."""
        match old, new:
            case ((Title() | Paragraph()), (Title() | Paragraph())):
                words = self._words(old.inline, new.inline)
                tag = f"h{new.level}" if isinstance(new, Title) else "p"
                return f"<{tag}>{words}</{tag}>"
            case Listing(), Listing():
                points = aligned(old.points, new.points, _point_html, _point_text)
                return f"{opening(new)}{''.join(map(self._point, points))}{closing(new)}"
            case Table(), Table():
                return self._table(old, new)
            case Quote(), Quote():
                return f"<blockquote>{self._parts(old.blocks, new.blocks)}</blockquote>"
        return self._all(old, "removed") + self._all(new, "added")

    def _parts(self, old: Sequence[Block], new: Sequence[Block]) -> str:
        """Return what stands within a point, a cell or a quotation."""
        match old, new:
            case [Paragraph() as before, *rest], [Paragraph() as after, *others] if not (
                any(isinstance(part, Paragraph) for part in [*rest, *others])
            ):
                words = self._words(before.inline, after.inline)
                return words + (self._parts(rest, others) if rest or others else "")
        return "".join(map(self._block, aligned(old, new, block_html, text_of)))

    def _point(self, step: Step[tuple[Block, ...]]) -> str:
        kind, old, new = step
        if kind == "changed" and old is not None and new is not None:
            return f"<li>{self._parts(old, new)}</li>"
        point = new if new is not None else old or ()
        inside = _point_html(point) if kind == "same" else self._every(point, kind)
        return f"<li>{inside}</li>"

    def _table(self, old: Table, new: Table) -> str:
        caption = self._words((Run(old.caption),), (Run(new.caption),))
        caption = f"<caption>{caption}</caption>" if caption else ""
        rows = aligned(old.rows, new.rows, _row_html, _row_text)
        return f"<table>{caption}<tbody>{''.join(map(self._row, rows))}</tbody></table>"

    def _row(self, step: Step[tuple[Cell, ...]]) -> str:
        kind, old, new = step
        if kind == "changed" and old is not None and new is not None:
            same_width = len(old) == len(new)
            pairs = (
                [Step("changed", *pair) for pair in zip(old, new, strict=True)]
                if same_width
                else list(aligned(old, new, _cell_key, text_of))
            )
            return f"<tr>{''.join(map(self._cell, pairs))}</tr>"
        cells = new if new is not None else old or ()
        return f"<tr>{''.join(self._cell(Step(kind, cell, cell)) for cell in cells)}</tr>"

    def _cell(self, step: Step[Cell]) -> str:
        kind, old, new = step
        cell = new or old
        assert cell is not None
        if kind == "changed" and old and new:
            return cell_html(cell, self._parts(old.blocks, new.blocks))
        inside = _point_html(cell.blocks) if kind == "same" else self._every(cell.blocks, kind)
        return cell_html(cell, inside)

    # --- Wholly added or removed ----------------------------------------------------------------

    def _every(self, blocks: Sequence[Block], kind: str) -> str:
        match blocks:
            case [Paragraph(inline=inline)]:
                return self._mark(inline, kind)
        return "".join(self._all(block, kind) for block in blocks)

    def _all(self, block: Block, kind: str) -> str:
        """Return a block all of which was added or removed."""
        match block:
            case Title(level=level, inline=inline):
                return f"<h{level}>{self._mark(inline, kind)}</h{level}>"
            case Paragraph(inline=inline):
                return f"<p>{self._mark(inline, kind)}</p>"
            case Listing(points=points):
                inside = "".join(self._point(Step(kind, point, point)) for point in points)
                return f"{opening(block)}{inside}{closing(block)}"
            case Table(rows=rows, caption=caption):
                said = f"<caption>{self._mark((Run(caption),), kind)}</caption>" if caption else ""
                inside = "".join(self._row(Step(kind, row, row)) for row in rows)
                return f"<table>{said}<tbody>{inside}</tbody></table>"
            case Quote(blocks=parts):
                return f"<blockquote>{self._every(parts, kind)}</blockquote>"
        return "<hr>"

    # --- Words ------------------------------------------------------------------------------------

    def _words(self, old: Inline, new: Inline) -> str:
        """Return a line with the words that were added and removed."""
        before, after = _tokens(old), _tokens(new)
        if len(before) * len(after) > MOST_WORDS:
            return self._mark(old, "removed") + self._mark(new, "added")
        return "".join(
            inline_html(_joined(after[j1:j2]))
            if kind == "equal"
            else self._mark(_joined(before[i1:i2]), "removed")
            + self._mark(_joined(after[j1:j2]), "added")
            for kind, i1, i2, j1, j2 in _steps(before, after)
        )

    def _mark(self, inline: Inline, kind: str) -> str:
        """Return words as added or removed, said in words too."""
        if not inline:
            return ""
        words = sum(len(re.findall(r"\w+", part.text)) for part in inline if isinstance(part, Run))
        self.added += words if kind == "added" else 0
        self.removed += words if kind == "removed" else 0
        tag, said = ("ins", _("Added:")) if kind == "added" else ("del", _("Removed:"))
        hidden = f'<span class="visually-hidden">{escape(said)} </span>'
        return f"<{tag}>{hidden}{inline_html(inline)}</{tag}>"


def difference(old: str, new: str) -> SafeString:
    """Return the text `new` with what was added to and removed from `old`, as safe HTML."""
    return Comparison(old, new).html()


# --- Pairs -----------------------------------------------------------------------------------


def aligned(
    old: Sequence[Part],
    new: Sequence[Part],
    key: Callable[[Part], str],
    words: Callable[[Part], str],
) -> Iterator[Step[Part]]:
    """Yield (kind, old, new) in reading order; kind is same, changed, removed or added."""
    before, after = [*map(key, old)], [*map(key, new)]
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            yield from (Step("same", old[i1 + n], new[j1 + n]) for n in range(i2 - i1))
        else:
            yield from _paired(old[i1:i2], new[j1:j2], key, words)


def _paired(
    old: Sequence[Part],
    new: Sequence[Part],
    key: Callable[[Part], str],
    words: Callable[[Part], str],
) -> Iterator[Step[Part]]:
    """Yield what differs, parts that are mostly alike as one that was changed."""
    bags = [_bag(words(part)) for part in old]
    enough = ALIKE_ALONE if len(old) == len(new) == 1 else ALIKE
    at = 0
    for part in new:
        bag = _bag(words(part))
        likeness, best = max(
            (
                (_likeness(bags[place], bag), -place)
                for place in range(at, min(len(old), at + WINDOW))
                if type(old[place]) is type(part)
            ),
            default=(0.0, 0),
        )
        if likeness < enough:
            yield Step("added", None, part)
            continue
        yield from (Step("removed", gone, None) for gone in old[at:-best])
        kind = "same" if key(old[-best]) == key(part) else "changed"
        yield Step(kind, old[-best], part)
        at = 1 - best
    yield from (Step("removed", gone, None) for gone in old[at:])


def _bag(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _point_html(point: Sequence[Block]) -> str:
    return "".join(map(block_html, point)) if len(point) != 1 else _bare(point[0])


def _bare(block: Block) -> str:
    return inline_html(block.inline) if isinstance(block, Paragraph) else block_html(block)


def _point_text(point: Sequence[Block]) -> str:
    return " ".join(text_of(block, " ") for block in point)


def _cell_key(cell: Cell) -> str:
    return cell_html(cell, _point_html(cell.blocks))


def _row_html(row: Sequence[Cell]) -> str:
    return "".join(map(_cell_key, row))


def _row_text(row: Sequence[Cell]) -> str:
    return " ".join(text_of(cell, " ") for cell in row)


# --- Words of a line ---------------------------------------------------------------------------


def _tokens(inline: Inline) -> list[Run | Picture]:
    """Return a line as words, blanks and signs, each with its marks."""
    return [
        piece
        for part in inline
        for piece in (
            [part]
            if isinstance(part, Picture)
            else [replace(part, text=text) for text in _TOKEN.findall(part.text)]
        )
    ]


def _steps(
    before: list[Run | Picture], after: list[Run | Picture]
) -> list[tuple[str, int, int, int, int]]:
    """Return the steps between two lines; a lone blank or small sign between changes joins them."""
    steps: list[tuple[str, int, int, int, int]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        is_small = kind == "equal" and all(
            isinstance(part, Run) and len(part.text) < 3 for part in after[j1:j2]
        )
        is_between = i1 and i2 < len(before) and j1 and j2 < len(after)
        differs = kind != "equal" or (is_small and is_between and i2 - i1 < 3)
        if differs and steps and steps[-1][0] == "other":
            steps[-1] = ("other", steps[-1][1], i2, steps[-1][3], j2)
        else:
            steps.append(("other" if differs else "equal", i1, i2, j1, j2))
    return steps


def _joined(tokens: Sequence[Run | Picture]) -> Inline:
    """Return words with like marks as one run again."""
    line: list[Run | Picture] = []
    for part in tokens:
        last = line[-1] if line else None
        if (
            isinstance(part, Run)
            and isinstance(last, Run)
            and last == replace(part, text=last.text)
        ):
            line[-1] = replace(last, text=last.text + part.text)
        else:
            line.append(part)
    return tuple(line)
