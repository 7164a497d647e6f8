<?php
// Reads what a verification answers (compatible API, version 1 or 2) and says it to people, without a way to take "not valid" for
// "valid". Plain functions for PHP 7.4 and newer; SignedPdf.php (Laravel) and Periksa.php (CodeIgniter 4) use them.
//
// Four readings that are in use, and wrong:
//
//  1. "There is a signature" (jumlah_signature > 0, signatureCount > 0) is not "the signature is good". Forged ones count too.
//  2. "conclusion" is never "SUCCESS", and "integrityValid" stands with each signature, not beside "conclusion": whoever looks for
//     them compares with nothing. And intact alone is not valid: anybody can sign with a certificate that they made themselves.
//  3. Without "notes" (1), and
//  4. without "description" (2) a document is not "unsigned": that a signature is missing is said by NO_SIGNATURE alone. An answer
//     without what was expected, an error, a time-out: nothing was found out, and the document is not accepted.
declare(strict_types=1);

const VERIFICATION_ACCEPTED = 'accepted';
const VERIFICATION_REFUSED = 'refused';
const VERIFICATION_UNSIGNED = 'unsigned';
const VERIFICATION_UNKNOWN = 'unknown';

/**
 * Asks the service about a file.
 *
 * @param string $url        without /api, such as https://teken.example.go.id
 * @param string $credential user:password
 * @return array as read_verification() makes it
 */
function verify_pdf(string $url, string $credential, string $path, string $name = 'surat.pdf'): array
{
    $request = curl_init(rtrim($url, '/') . '/api/sign/verify');
    curl_setopt_array($request, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_USERPWD => $credential,
        CURLOPT_TIMEOUT => 60,
        CURLOPT_POSTFIELDS => ['signed_file' => new CURLFile($path, 'application/pdf', $name)],
    ]);
    $body = curl_exec($request);
    return read_verification((int) curl_getinfo($request, CURLINFO_RESPONSE_CODE), $body === false ? '' : $body);
}

/**
 * @param int    $status of the HTTP answer, 0 for none
 * @param string $body   of the answer, whatever it is
 * @return array{result: string, sentence: string, signers: list<array{name: string, at: string, good: bool}>}
 */
function read_verification(int $status, string $body): array
{
    $answer = json_decode($body, true);
    if ($status !== 200 || !is_array($answer) || isset($answer['error'])) {
        $reason = is_array($answer) && isset($answer['status_code']) && is_string($answer['error'] ?? null) ? $answer['error'] : null;
        return verification(VERIFICATION_UNKNOWN, $reason ?? 'Pemeriksaan belum selesai. Silakan coba lagi.', []);
    }
    // One member decides, and only with words that are known; the longer ones are those of older servers. Compared by ===: to a
    // switch, true and (in PHP 7) 0 are equal to every word.
    $word = $answer['conclusion'] ?? $answer['summary'] ?? null;
    if ($word === 'VALID' || $word === 'DOCUMENT VALID !!!') {
        $result = VERIFICATION_ACCEPTED;
    } elseif ($word === 'NO_SIGNATURE' || is_older_unsigned($answer)) {
        $result = VERIFICATION_UNSIGNED;
    } elseif ($word === 'INVALID' || $word === 'INDETERMINATE' || $word === 'DOCUMENT NOT VALID !!!') {
        $result = VERIFICATION_REFUSED;
    } else {
        $result = VERIFICATION_UNKNOWN;
    }
    $said = $answer['description'] ?? $answer['notes'] ?? null;
    return verification($result, is_string($said) && $said !== '' ? $said : usual_sentence($result), signers_in($answer));
}

/** Older servers say nothing at all of a document without signatures, and say that there are none. */
function is_older_unsigned(array $answer): bool
{
    return array_key_exists('summary', $answer) && $answer['summary'] === null
        && ($answer['jumlah_signature'] ?? null) === 0 && ($answer['details'] ?? null) === [];
}

function usual_sentence(string $result): string
{
    switch ($result) {
        case VERIFICATION_ACCEPTED:
            return 'Dokumen valid';
        case VERIFICATION_UNSIGNED:
            return 'Dokumen tidak memiliki tandatangan elektronik';
        case VERIFICATION_REFUSED:
            return 'Dokumen tidak dapat diterima';
        default:
            return 'Pemeriksaan belum selesai. Silakan coba lagi.';
    }
}

/** Each signature for display; none of them decides about the document. */
function signers_in(array $answer): array
{
    $signers = [];
    foreach ($answer['signatureInformations'] ?? [] as $one) {
        $signers[] = [
            'name' => (string) ($one['signerName'] ?? '-'),
            'at' => (string) ($one['signatureDate'] ?? '-'),
            'good' => ($one['integrityValid'] ?? false) === true && ($one['certificateTrusted'] ?? false) === true
                && ($one['modified'] ?? true) === false,
        ];
    }
    foreach ($answer['details'] ?? [] as $one) {
        $signers[] = [
            'name' => (string) ($one['info_signer']['signer_name'] ?? '-'),
            'at' => (string) ($one['signature_document']['signed_in'] ?? '-'),
            'good' => ($one['signature_document']['document_integrity'] ?? false) === true
                && ($one['info_signer']['cert_user_certified'] ?? false) === true,
        ];
    }
    return $signers;
}

function verification(string $result, string $sentence, array $signers): array
{
    return ['result' => $result, 'sentence' => $sentence, 'signers' => $signers];
}

/** For a page. Names and sentences come out of files that anybody can make: nothing of them is markup. */
function verification_html(array $verification): string
{
    $text = static fn (string $text): string => htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
    $titles = [
        VERIFICATION_ACCEPTED => 'Dapat diterima',
        VERIFICATION_REFUSED => 'Jangan diterima',
        VERIFICATION_UNSIGNED => 'Tidak ada tanda tangan elektronik',
        VERIFICATION_UNKNOWN => 'Belum dapat diperiksa',
    ];
    $accepted = $verification['result'] === VERIFICATION_ACCEPTED;
    $html = '<section class="' . $text($verification['result']) . '"><h2>' . $titles[$verification['result']] . '</h2>'
        . '<p>' . $text($verification['sentence']) . '</p>';
    foreach ($verification['signers'] as $signer) {
        // A green mark beside a name would outweigh the title above it.
        $mark = $accepted && $signer['good'] ? '✓' : '–';
        $html .= '<p>' . $mark . ' ' . $text($signer['name']) . ', ' . $text($signer['at']) . '</p>';
    }
    return $html . '</section>';
}
