<?php
// The smallest client of the compatible API in PHP without dependencies: status, sign, verify.
// Usage: php sign.php URL USER:PASSWORD NIK PASSPHRASE-FILE LETTER.pdf SIGNED.pdf
declare(strict_types=1);

[, $url, $credential, $nik, $passphraseFile, $letter, $signed] = $argv;

/** @return array{0: int, 1: string} status and body */
function call(string $address, string $credential, ?array $fields = null): array
{
    $request = curl_init($address);
    curl_setopt_array($request, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_USERPWD => $credential,
        CURLOPT_TIMEOUT => 60,
    ]);
    if ($fields !== null) {
        curl_setopt($request, CURLOPT_POSTFIELDS, $fields);
    }
    $body = curl_exec($request);
    if ($body === false) {
        throw new RuntimeException(curl_error($request));
    }
    return [curl_getinfo($request, CURLINFO_RESPONSE_CODE), $body];
}

/** A refusal says why: {"error":"…","status_code":…}. */
function fail(string $body): never
{
    $answer = json_decode($body, true);
    fwrite(STDERR, ($answer['error'] ?? $answer['message'] ?? 'no answer') . ' (' . ($answer['status_code'] ?? '-') . ")\n");
    exit(1);
}

[, $body] = call("$url/api/user/status/" . rawurlencode($nik), $credential);
if ((json_decode($body, true)['status'] ?? null) !== 'ISSUE') {
    fail($body);
}

[$status, $body] = call("$url/api/sign/pdf", $credential, [
    'nik' => $nik,
    'passphrase' => file_get_contents($passphraseFile),
    'tampilan' => 'invisible',
    'file' => new CURLFile($letter, 'application/pdf', 'surat.pdf'),
]);
if ($status !== 200) {
    fail($body);
}
file_put_contents($signed, $body);

// Decide on the summary alone: a count of signatures says that there are some, not that they are good.
[, $body] = call("$url/api/sign/verify", $credential, [
    'signed_file' => new CURLFile($signed, 'application/pdf', 'surat.pdf'),
]);
$answer = json_decode($body, true);
echo ($answer['summary'] ?? null) === 'VALID' ? "VALID\n" : ($answer['notes'] ?? $body) . "\n";
