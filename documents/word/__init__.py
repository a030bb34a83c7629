"""Word files: read into a text of ours, and written from one.

opening    what is looked at before a file is read, and what is said of it
reading    a file from Word, LibreOffice or Google becomes a text with pictures
writing    a text becomes a file in Word, with real headings, lists and tables
"""

from documents.word.reading import Image, ReadDocx, read_docx
from documents.word.writing import Head, write_docx

__all__ = ["Head", "Image", "ReadDocx", "read_docx", "write_docx"]
