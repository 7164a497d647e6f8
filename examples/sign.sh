#!/usr/bin/env bash
# The smallest client of the compatible API with curl: status, sign, verify.
# Usage: sign.sh URL USER:PASSWORD NIK PASSPHRASE-FILE LETTER.pdf SIGNED.pdf
set -euo pipefail
url=$1 credential=$2 nik=$3 passphrase_file=$4 letter=$5 signed=$6

status=$(curl -sS --fail-with-body -u "$credential" "$url/api/user/status/$nik")
case $status in
  *'"status":"ISSUE"'*) ;;
  *) echo "$status" >&2; exit 1 ;;
esac

# A refusal has its reason in the body: {"error":"…","status_code":…}
code=$(curl -sS -u "$credential" -o "$signed" -w '%{http_code}' "$url/api/sign/pdf" \
  -F "nik=$nik" -F "passphrase=<$passphrase_file" -F tampilan=invisible -F "file=@$letter")
if [ "$code" != 200 ]; then cat "$signed" >&2; rm -f "$signed"; exit 1; fi

verdict=$(curl -sS --fail-with-body -u "$credential" "$url/api/sign/verify" -F "signed_file=@$signed")
case $verdict in
  *'"summary":"VALID"'*) echo VALID ;;
  *) echo "$verdict" >&2; exit 1 ;;
esac
