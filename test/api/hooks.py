"""What schemathesis cannot know from openapi.yaml: real documents, real signers, and which rules stand between two parameters."""

import json
import os
import re
from pathlib import Path

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.generation import GenerationMode

DOCUMENTS = [path.read_bytes() for path in sorted(Path(os.environ["TEKEN_API_DOCUMENTS"]).iterdir())]
PASSPHRASE = os.environ["TEKEN_API_PASSPHRASE"]
SIGNERS = ["pejabat", "pejabat-ec", "segel", "dicabut"]

# A third of the uploads are no documents at all.
DOCUMENT = st.one_of(st.sampled_from(DOCUMENTS), st.sampled_from(DOCUMENTS), st.binary(max_size=4096))

schemathesis.openapi.media_type("application/pdf", DOCUMENT)


@schemathesis.hook
def map_body(context, body):
    """Names that fit the schema become, mostly, names that somebody has; what the schema forbids stays as it was made."""
    if not isinstance(body, dict):
        return body
    chosen = dict(body)
    number = sum(len(str(value)) for value in body.values())
    if isinstance(body.get("file"), (str, bytes)) and number % 3:
        chosen["file"] = DOCUMENTS[number % len(DOCUMENTS)]
    if isinstance(body.get("signer"), str) and re.fullmatch(r"[\w.-]{1,64}", body["signer"], re.ASCII) and number % 4:
        chosen["signer"] = SIGNERS[number % len(SIGNERS)]
    if isinstance(body.get("passphrase"), str) and len(body["passphrase"]) <= 256 and number % 5:
        chosen["passphrase"] = PASSPHRASE
    return chosen


# OpenAPI has no words for rules between two parts of a request. These, and no others, may refuse what the schema describes.
RULES_BETWEEN_PARTS = re.compile(
    r"belongs into the form|not beside |belongs to |needs |has a meaning only|not both|not by both|"
    r"an invisible signature|this service has no seal|required by this signer|^required$|names the fields for|must be a JSON array|^either \"signature\""
)


@schemathesis.check
def refusals_are_by_a_described_rule(ctx, response, case):
    """A request that is as the schema describes it is invalid only by a rule between its parts, and the answer says which."""
    meta = case.meta
    if meta is None or meta.generation.mode != GenerationMode.POSITIVE or response.status_code != 400:
        return None
    answer = json.loads(response.content)
    if answer["code"] != "invalid-request":
        return None
    faults = answer.get("errors", [])
    unexplained = [fault for fault in faults if not RULES_BETWEEN_PARTS.search(fault["message"])]
    assert faults and not unexplained, f"described, and refused all the same: {unexplained or answer}"
    return None


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """A field of a form is text: an object that stands where the schema wants a string arrives as a string."""
    if not isinstance(failure, AcceptedNegativeData) or case.media_type != "multipart/form-data":
        return True
    fields = case.body.items() if isinstance(case.body, dict) else []
    return all(name == "file" or isinstance(value, (str, bytes)) for name, value in fields)


@schemathesis.deserializer("application/x-ndjson")
def lines_of_json(context, response):
    return [json.loads(line) for line in response.content.decode().splitlines() if line]
