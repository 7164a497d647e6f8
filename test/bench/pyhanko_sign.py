"""Signs with a key that is opened once: a letter and the file for the signed one per line, a tab between them; a line back for each."""

import sys

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter

container, passphrase = sys.argv[1:3]
signer = SimpleSigner.load_pkcs12(container, passphrase=passphrase.encode())
metadata = PdfSignatureMetadata(
    field_name="Tanda", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason="Pengukuran"
)

for line in sys.stdin:
    letter, output = line.rstrip("\n").split("\t")
    with open(letter, "rb") as source, open(output, "w+b") as target:
        PdfSigner(metadata, signer).sign_pdf(IncrementalPdfFileWriter(source), output=target)
    print(output, flush=True)
