"""pyHanko's verdict on PDF signatures: paths on standard input, one line of JSON per file on standard output.
Behind the path of an encrypted file stands its password, a tab between them.

    judge.py --trust root.pem [--trust …] [--at 2026-11-21T00:00:00Z] [--archival] [--embedded-revocation] < paths

With --archival, signatures that lead to a root are also validated with archival data (EN 319 102-1, 5.6.3), where the revocation
evidence must be in the file. Nothing is fetched and revocation is not required: it is integrity, coverage and modifications that this second opinion is
asked for; `trusted` speaks of the chain to the given roots alone. With --embedded-revocation it speaks of revocation too, which the document security
store must answer for every certificate.
"""

import argparse
import asyncio
import json
import logging
import sys
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager


def read_certificates(path):
    data = Path(path).read_bytes()
    blocks = (der for _, _, der in pem.unarmor(data, multiple=True)) if pem.detect(data) else [data]
    return [x509.Certificate.load(der) for der in blocks]


def validation_context(arguments):
    roots = [root for path in arguments.trust for root in read_certificates(path)]
    moment = datetime.fromisoformat(arguments.at) if arguments.at else None
    return ValidationContext(
        trust_roots=roots, moment=moment, allow_fetching=False, revocation_mode="soft-fail"
    )


def embedded_revocation_context(reader, arguments):
    """Of the whole file: reading the store anew for each signature would be this script's slowness, not pyHanko's."""
    roots = [root for path in arguments.trust for root in read_certificates(path)]
    moment = datetime.fromisoformat(arguments.at) if arguments.at else None
    return DocumentSecurityStore.read_dss(reader).as_validation_context(
        {"trust_roots": roots, "moment": moment, "allow_fetching": False, "revocation_mode": "require"}
    )


def name_of(value):
    return None if value is None else value.name


def judge_timestamp(status):
    if status is None:
        return None
    return {
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "time": status.timestamp.isoformat(),
    }


def judge_lock(spec):
    return None if spec is None else {"action": spec.action.name, "fields": spec.fields or []}


def suspicion_about(signature):
    """What it could not explain in later revisions, None where it explains everything."""
    result = signature.diff_result
    return str(result) if isinstance(result, SuspiciousModification) else None


def judge_archival(signature, arguments):
    """The subindication, `OK` where there is none."""
    roots = [root for path in arguments.trust for root in read_certificates(path)]
    spec = SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=roots),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
    )
    result = asyncio.run(ades_lta_validation(signature, PdfSignatureValidationSpec(spec)))
    return result.ades_subindic.name


def judge_signature(signature, arguments, shared_context):
    report = {"field": signature.field_name, "kind": "signature"}
    # By /SubFilter like every reader: /Type is optional, and older document time-stamps say /Sig.
    if signature.sig_object.get("/SubFilter") == "/ETSI.RFC3161":
        report["kind"] = "document-timestamp"
    # A context remembers what it has seen; unless one is shared, each signature gets a fresh one, so that none helps another.
    def context():
        return shared_context or validation_context(arguments)

    try:
        if report["kind"] == "document-timestamp":
            status = validate_pdf_timestamp(signature, context())
        else:
            status = validate_pdf_signature(signature, context(), ts_validation_context=context())
    except Exception as refusal:  # its many exception classes all mean: no verdict, for this reason
        return report | {"refused": f"{type(refusal).__name__}: {refusal}"}
    if arguments.archival and report["kind"] == "signature" and status.trusted:
        report["archival"] = judge_archival(signature, arguments)
    return report | {
        "refused": None,
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "coverage": name_of(status.coverage),
        "modificationLevel": name_of(status.modification_level),
        "suspicion": suspicion_about(signature),
        "docmdpOk": status.docmdp_ok,
        "certification": name_of(signature.docmdp_level),
        "lock": judge_lock(signature.fieldmdp),
        "digest": status.md_algorithm,
        "timestamp": judge_timestamp(getattr(status, "timestamp_validity", None)),
        "bottomLine": getattr(status, "bottom_line", None),  # a document time-stamp has none
    }


def judge_file(line, arguments):
    path, _, password = line.partition("\t")
    try:
        with open(path, "rb") as file:
            reader = PdfFileReader(file, strict=not arguments.lenient)
            if reader.encrypted:
                reader.decrypt(password.encode())
            shared = embedded_revocation_context(reader, arguments) if arguments.embedded_revocation else None
            signatures = [judge_signature(s, arguments, shared) for s in reader.embedded_signatures]
        return {"file": path, "refused": None, "signatures": signatures}
    except Exception as refusal:
        return {"file": path, "refused": f"{type(refusal).__name__}: {refusal}", "signatures": []}


def main():
    parser = argparse.ArgumentParser(description="pyHanko's verdict on PDF signatures")
    parser.add_argument("--trust", action="append", default=[], help="root certificates, PEM or DER")
    parser.add_argument("--at", help="the moment to judge at, ISO 8601")
    parser.add_argument("--lenient", action="store_true", help="read what strict mode refuses, such as hybrid files")
    parser.add_argument("--archival", action="store_true", help="validate with archival data too")
    parser.add_argument("--embedded-revocation", action="store_true", help="require revocation evidence, from the file alone")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        print(json.dumps(judge_file(line.rstrip("\n"), arguments)), flush=True)


if __name__ == "__main__":
    main()
