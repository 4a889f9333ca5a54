"""Reads PDFs with pypdf and prints their pages as JSON: millimetres and text."""

import json
import sys

from pypdf import PdfReader

MILLIMETRE = 72 / 25.4


def page(page):
    box = page.mediabox
    return {
        "width": round(float(box.width) / MILLIMETRE),
        "height": round(float(box.height) / MILLIMETRE),
        "text": page.extract_text(),
    }


# What is not as the standard has it is an error, and not mended in silence.
print(json.dumps([[page(each) for each in PdfReader(path, strict=True).pages] for path in sys.argv[1:]]))
