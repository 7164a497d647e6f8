"""Signs one letter from file to file again and again with a key that was opened once; says how long each took, warm."""

import json
import sys
import time

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter

container, passphrase, letter, output, runs = sys.argv[1:6]
signer = SimpleSigner.load_pkcs12(container, passphrase=passphrase.encode())
metadata = PdfSignatureMetadata(field_name="Tanda", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)


def sign():
    with open(letter, "rb") as source, open(output, "w+b") as target:
        PdfSigner(metadata, signer).sign_pdf(IncrementalPdfFileWriter(source), output=target)


sign()
times = []
for _ in range(int(runs)):
    started = time.perf_counter()
    sign()
    times.append((time.perf_counter() - started) * 1000)
print(json.dumps(times))
