"""What pyHanko does not get through in a PDF as it stands, whoever signs it later: paths on standard input, one line of JSON per file on
standard output. Behind the path of an encrypted file stands its password, a tab between them.

Everything that the trailer leads to is read, the form's fields are listed and the metadata are parsed, all by pyHanko's own functions, the
ones that it uses when it compares a signed state with a later one.
"""

import json
import logging
import sys

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.diff_analysis.form_rules_api import _list_fields
from pyhanko.sign.diff_analysis.rules.metadata_rules import MetadataUpdateRule


def text_of(refusal):
    if isinstance(refusal, SuspiciousModification):
        return str(refusal)
    return f"{type(refusal).__name__}: {refusal}"


def attempt(step, faults):
    try:
        return step()
    except Exception as refusal:  # each of its many exception classes is a fault
        faults.append(text_of(refusal))
        return None


def read_objects(root, faults):
    pending, seen = [root], set()
    while pending:
        value = pending.pop()
        if isinstance(value, generic.IndirectObject):
            if value.reference in seen:
                continue
            seen.add(value.reference)
            value = attempt(value.get_object, faults)
        if isinstance(value, generic.DictionaryObject):
            pending.extend(value.raw_get(key) for key in value)
        elif isinstance(value, generic.ArrayObject):
            pending.extend(value.raw_get(i) for i in range(len(value)))


def list_fields(root):
    if "/AcroForm" in root and "/Fields" in root["/AcroForm"]:
        fields = root["/AcroForm"]["/Fields"]
        list(_list_fields(fields, fields, None))


def parse_metadata(root):
    if "/Metadata" in root:
        MetadataUpdateRule.is_well_formed_xml(root.raw_get("/Metadata"))


def faults_in(file, password):
    faults = []
    reader = attempt(lambda: PdfFileReader(file, strict=False), faults)
    if reader is None:
        return faults
    if reader.encrypted:
        attempt(lambda: reader.decrypt(password.encode()), faults)
    root = attempt(lambda: reader.root, faults)
    if root is not None:
        read_objects(root, faults)
        attempt(lambda: list_fields(root), faults)
        attempt(lambda: parse_metadata(root), faults)
    return faults


def main():
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        path, _, password = line.rstrip("\n").partition("\t")
        with open(path, "rb") as file:
            print(json.dumps({"file": path, "faults": faults_in(file, password)}), flush=True)


if __name__ == "__main__":
    main()
