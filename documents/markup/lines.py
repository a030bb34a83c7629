"""Words of a line, put in order: blanks, breaks and marks that stand around nothing."""

import re
from dataclasses import replace

from documents.markup.blocks import Inline, Picture, Run, words_of

_UNSEEN = re.compile(
    "[\u200b\u200c\u200d\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
)
_BLANKS = re.compile(
    "[ \t\r\n\f\v\u2000-\u200a\u2028\u2029\u202f\u3000]+|(?:[ \t\r\n\f\v]*\u00a0[ \t\r\n\f\v]*){2,}"
)
_ROUND_BREAK = re.compile(" *\n *")


def tidy_text(text: str) -> str:
    """Return `text` with each run of blanks as one, without signs that are not seen.

    Soft hyphens and signs without width hide words from search; control characters and halves of
    characters cannot be stored. One hard space stays: "5 mg" must not break.
    """
    return _BLANKS.sub(" ", _UNSEEN.sub("", text))


def split_lines(parts: list[Run | Picture]) -> list[Inline]:
    """Return the paragraphs among `parts`: two breaks in a row end a paragraph."""
    paragraphs: list[list[Run | Picture]] = [[]]
    for part in parts:
        if isinstance(part, Run) and part.text == "\n" and _ends_with_break(paragraphs[-1]):
            paragraphs.append([])
        else:
            paragraphs[-1].append(part)
    return [line for line in map(tidy_line, paragraphs) if is_something(line)]


def _ends_with_break(parts: list[Run | Picture]) -> bool:
    for part in reversed(parts):
        if isinstance(part, Picture):
            return False
        if part.text.strip(" \u00a0"):
            return part.text == "\n"
    return False


def tidy_line(parts: list[Run | Picture] | Inline) -> Inline:
    """Return the line with blanks once, none at the ends or round breaks, and like marks joined."""
    line: list[Run | Picture] = []
    for part in parts:
        if isinstance(part, Picture):
            line.append(part)
            continue
        run = part if part.text.strip(" \n\u00a0") else replace(part, marks=frozenset(), href="")
        if line and line[-1] == replace(run, text=getattr(line[-1], "text", "")):
            last = line.pop()
            assert isinstance(last, Run)
            run = replace(run, text=last.text + run.text)
        line.append(run)
    return _without_loose_blanks(line)


def _without_loose_blanks(line: list[Run | Picture]) -> Inline:
    kept: list[Run | Picture] = []
    at_blank = True
    for part in line:
        if isinstance(part, Picture):
            kept.append(part)
            at_blank = False
            continue
        text = _ROUND_BREAK.sub("\n", tidy_keeping_breaks(part.text))
        if at_blank:
            text = text.lstrip(" \n\u00a0" if not kept else " ")
        if text:
            kept.append(replace(part, text=text))
            at_blank = text[-1] in " \n"
    while kept and isinstance(last := kept[-1], Run):
        text = last.text.rstrip(" \n\u00a0")
        if text:
            kept[-1] = replace(last, text=text)
            break
        kept.pop()
    return tuple(kept)


def tidy_keeping_breaks(text: str) -> str:
    """Return `text` with blanks once, its line breaks kept."""
    return "\n".join(tidy_text(line) for line in text.split("\n"))


def is_something(line: Inline) -> bool:
    """True when the line holds a picture or a word."""
    return any(isinstance(part, Picture) for part in line) or bool(
        words_of(line).strip(" \n\u00a0")
    )


def is_all_bold(line: Inline) -> bool:
    """True when every word of the line is bold."""
    return bool(line) and all(
        "strong" in part.marks or not words_of((part,)).strip() for part in line
    )


def without_mark(line: Inline, mark: str) -> Inline:
    """Return the line without one kind of mark."""
    return tidy_line([replace(part, marks=part.marks - {mark}) for part in line])
