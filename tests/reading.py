"""What an answer tells, whatever it is packed in: pages, files in a zip, paper."""

import io
import subprocess
import zipfile

import pikepdf


def text_of(body: bytes) -> str:
    """Return every text of an answer: a workbook is unpacked, and a PDF read with its data."""
    if body.startswith(b"PK\x03\x04"):
        book = zipfile.ZipFile(io.BytesIO(body))
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
    if body.startswith(b"%PDF-"):
        return _of_paper(body)
    return body.decode(errors="replace")


def _of_paper(body: bytes) -> str:
    read = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=body, capture_output=True, check=True
    )
    # A word that was broken at the end of a line is one word all the same.
    text = read.stdout.decode().replace("-\n", "").replace("\n", "")
    with pikepdf.open(io.BytesIO(body)) as paper:
        attached = [each.get_file().read_bytes().decode() for each in paper.attachments.values()]
        return text + "".join(attached) + str(paper.docinfo)
