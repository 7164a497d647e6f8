<?php
// The smallest client of the compatible API in PHP with Guzzle: status, sign, verify.
// Usage: php sign-guzzle.php URL USER:PASSWORD NIK PASSPHRASE-FILE LETTER.pdf SIGNED.pdf
declare(strict_types=1);

use GuzzleHttp\Client;
use GuzzleHttp\Exception\BadResponseException;

// Composer's autoloader where the project has one, else Debian's php-guzzlehttp-guzzle.
$autoloader = __DIR__ . '/vendor/autoload.php';
require is_file($autoloader) ? $autoloader : 'GuzzleHttp/autoload.php';

[, $url, $credential, $nik, $passphraseFile, $letter, $signed] = $argv;

$client = new Client([
    'base_uri' => "$url/api/",
    'auth' => explode(':', $credential, 2),
    'timeout' => 60,
]);

function fail(string $reason): never
{
    fwrite(STDERR, "$reason\n");
    exit(1);
}

try {
    $status = json_decode((string) $client->get('user/status/' . rawurlencode($nik))->getBody());
    if ($status->status !== 'ISSUE') {
        fail($status->message);
    }

    $pdf = $client->post('sign/pdf', ['multipart' => [
        ['name' => 'nik', 'contents' => $nik],
        ['name' => 'passphrase', 'contents' => file_get_contents($passphraseFile)],
        ['name' => 'tampilan', 'contents' => 'invisible'],
        ['name' => 'file', 'contents' => fopen($letter, 'rb'), 'filename' => 'surat.pdf'],
    ]])->getBody();
    file_put_contents($signed, $pdf);

    // Decide on the summary alone: a count of signatures says that there are some, not that they are good.
    $answer = json_decode((string) $client->post('sign/verify', ['multipart' => [
        ['name' => 'signed_file', 'contents' => fopen($signed, 'rb'), 'filename' => 'surat.pdf'],
    ]])->getBody());
    echo $answer->summary === 'VALID' ? 'VALID' : $answer->notes, "\n";
} catch (BadResponseException $refusal) {
    // A refusal says why: {"error":"…","status_code":…}.
    $answer = json_decode((string) $refusal->getResponse()->getBody());
    fail(($answer->error ?? $refusal->getMessage()) . ' (' . ($answer->status_code ?? '-') . ')');
}
