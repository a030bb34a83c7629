"""The text of a document: headings, paragraphs, lists, tables and pictures, and nothing else.

Whatever comes in (the editor, Word, a text field without JavaScript) is read into the same few
blocks (`blocks.py`, `reading.py`) and written anew from them. So what is stored is safe by how it
is made, always looks the same for the same text, and can be compared, measured and shown as plain
text without guessing.
"""

from documents.markup.blocks import Block, as_html
from documents.markup.cleaning import Removed, Washed, cleaned, washed
from documents.markup.light import from_light, to_light
from documents.markup.outline import Heading, headings, pictures, plain_text, with_ids
from documents.markup.reading import blocks

__all__ = [
    "Block",
    "Heading",
    "Removed",
    "Washed",
    "as_html",
    "blocks",
    "cleaned",
    "from_light",
    "headings",
    "pictures",
    "plain_text",
    "to_light",
    "washed",
    "with_ids",
]
