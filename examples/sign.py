"""The smallest client of the compatible API in Python without dependencies: status, sign, verify (version 2, JSON).

Usage: python3 sign.py URL USER:PASSWORD NIK PASSPHRASE-FILE LETTER.pdf SIGNED.pdf
"""

import base64
import json
import sys
import urllib.error
import urllib.request

url, credential, nik, passphrase_file, letter, signed = sys.argv[1:]
authorization = "Basic " + base64.b64encode(credential.encode()).decode()


def call(path, body):
    request = urllib.request.Request(
        url + path,
        json.dumps(body).encode(),
        {"Authorization": authorization, "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        # A refusal says why: {"error":"…","status_code":…}
        sys.exit(refusal.read().decode())


status = call("/api/v2/user/check/status", {"nik": nik})
if status["status"] != "ISSUE":
    sys.exit(status["message"])

with open(letter, "rb") as file, open(passphrase_file, encoding="utf-8") as secret:
    answer = call(
        "/api/v2/sign/pdf",
        {
            "nik": nik,
            "passphrase": secret.read(),
            "signatureProperties": [{"tampilan": "INVISIBLE", "location": None, "reason": None}],
            "file": [base64.b64encode(file.read()).decode()],
        },
    )
with open(signed, "wb") as file:
    file.write(base64.b64decode(answer["file"][0]))

verdict = call("/api/v2/verify/pdf", {"file": answer["file"][0]})
print(verdict["conclusion"] if verdict["conclusion"] == "VALID" else verdict["description"])
