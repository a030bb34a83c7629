"""Numbers and points of lists in a Word file: each numbered list begins at its own number."""

from typing import Any

from documents.markup.blocks import Listing

_DEEPEST = 8
_SIGNS = ("•", "–", "▪")  # signs of ordinary fonts: Word's own lie in a font that few others have
_FORMS = ("decimal", "lowerLetter", "lowerRoman")


class Numbering:
    """Makes the lists of one file."""

    def __init__(self, file: Any) -> None:
        self.part = file.part.numbering_part.element
        self.kinds = {ordered: self._kind(ordered) for ordered in (False, True)}

    def _kind(self, ordered: bool) -> str:
        """Add one way to number, with a level for each depth, and return its id."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        known = [int(e.get(qn("w:abstractNumId"))) for e in self.part.iter(qn("w:abstractNum"))]
        code = str(max(known, default=-1) + 1)
        kind = OxmlElement("w:abstractNum")
        kind.set(qn("w:abstractNumId"), code)
        several = OxmlElement("w:multiLevelType")
        several.set(qn("w:val"), "hybridMultilevel")
        kind.append(several)
        for depth in range(_DEEPEST + 1):
            kind.append(self._level(depth, ordered))
        first = self.part.find(qn("w:num"))
        if first is None:
            self.part.append(kind)
        else:
            first.addprevious(kind)
        return code

    def _level(self, depth: int, ordered: bool) -> Any:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(depth))
        form = _FORMS[depth % 3] if ordered else "bullet"
        sign = f"%{depth + 1}." if ordered else _SIGNS[depth % 3]
        for tag, said in (("start", "1"), ("numFmt", form), ("lvlText", sign), ("lvlJc", "left")):
            element = OxmlElement(f"w:{tag}")
            element.set(qn("w:val"), said)
            level.append(element)
        shape, indent = OxmlElement("w:pPr"), OxmlElement("w:ind")
        indent.set(qn("w:left"), str(360 * (depth + 1)))
        indent.set(qn("w:hanging"), "360")
        shape.append(indent)
        level.append(shape)
        return level

    def of(self, listing: Listing, depth: int) -> int:
        """Return the id of a new list that begins where this one does."""
        depth = min(depth, _DEEPEST)
        made = self.part.add_num(int(self.kinds[listing.ordered]))
        if listing.ordered:
            made.add_lvlOverride(ilvl=depth).add_startOverride(listing.start)
        return int(made.numId)

    def put(self, line: Any, number: int, depth: int) -> None:
        """Make a paragraph a point of a list."""
        facts = line._p.get_or_add_pPr().get_or_add_numPr()
        facts.get_or_add_ilvl().val = min(depth, _DEEPEST)
        facts.get_or_add_numId().val = number
