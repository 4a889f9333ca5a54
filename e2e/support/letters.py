"""Reads mails with Python's own library, by today's rules, and prints them as JSON: no line of it is the project's."""

import json
import sys
from email import message_from_binary_file, policy


def letter(path):
    with open(path, "rb") as file:
        mail = message_from_binary_file(file, policy=policy.default)
    texts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
    return {
        "head": {name.lower(): str(value) for name, value in mail.items()},
        "type": mail.get_content_type(),
        "text": texts.get("text/plain", ""),
        "html": texts.get("text/html", ""),
        "defects": [str(defect) for part in mail.walk() for defect in part.defects],
    }


print(json.dumps([letter(path) for path in sys.argv[1:]]))
