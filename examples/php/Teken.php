<?php
// Teken from PHP 7.4 or newer in one file, without dependencies beside the curl extension: copy it into your application.
//
//     $teken = new Teken('https://teken.example.go.id', trim(file_get_contents('/run/secrets/teken.key')));
//     $signed = $teken->sign('surat.pdf', 'bupati', $passphrase, ['page' => 1, 'rect' => '305,205,215,72', 'position' => 'Bupati']);
//     file_put_contents('surat-bertanda-tangan.pdf', $signed->pdf);
//     $answer = $teken->verify('surat-bertanda-tangan.pdf');
//     echo $answer['ok'] ? 'Diterima' : $answer['message']['id'];
declare(strict_types=1);

/** A refusal (RFC 9457): `code` is stable and for programs, the message for people, in Indonesian. */
final class TekenRefused extends RuntimeException
{
    /** @var string for example `signer-auth-failed`; `no-answer` where the service could not be reached */
    public $problem;
    /** @var int HTTP status; 0 without an answer */
    public $status;
    /** @var string|null to be told to the operator of the service */
    public $requestId;
    /** @var array<int, array{pointer: string, message: string}> what to correct in the request */
    public $errors;
    /** @var int|null seconds after which the same request may be sent again; null where that would change nothing */
    public $retryAfter;

    public function __construct(string $problem, int $status, string $message, ?string $requestId, array $errors, ?int $retryAfter)
    {
        parent::__construct($message, $status);
        $this->problem = $problem;
        $this->status = $status;
        $this->requestId = $requestId;
        $this->errors = $errors;
        $this->retryAfter = $retryAfter;
    }
}

/** A document that is signed; the service has verified it before it left. */
final class TekenSigned
{
    /** @var string the document */
    public $pdf;
    /** @var string the identifier of the signature in the record of the service */
    public $signatureId;
    /** @var string|null proof that the signature is on record */
    public $receipt;

    public function __construct(string $pdf, string $signatureId, ?string $receipt)
    {
        $this->pdf = $pdf;
        $this->signatureId = $signatureId;
        $this->receipt = $receipt;
    }
}

final class Teken
{
    private const TRIES = 3;
    private const LONGEST_PAUSE = 10;

    private $url;
    private $apiKey;
    private $timeout;

    /** @param int $timeout seconds for one try */
    public function __construct(string $url, string $apiKey, int $timeout = 30)
    {
        $this->url = rtrim($url, '/');
        $this->apiKey = $apiKey;
        $this->timeout = $timeout;
    }

    /**
     * Signs a PDF. When an answer is lost on its way, the same request is sent again under the same key: the document is
     * signed once, however often it is asked for.
     *
     * @param string $path       of the PDF
     * @param string $signer     identifier, NIK or e-mail address
     * @param array  $parameters as POST /v1/sign describes them: level, page, rect, position, reason, code, …; a value may be a CURLFile
     * @param string|null $key   stands for this signature, visible ASCII; keep it to ask again after a crash. Null: a new one
     * @throws TekenRefused
     */
    public function sign(string $path, string $signer, string $passphrase, array $parameters = [], ?string $key = null): TekenSigned
    {
        $fields = ['signer' => $signer, 'passphrase' => $passphrase] + $parameters;
        $fields['file'] = new CURLFile($path, 'application/pdf', basename($path));
        $headers = ['Idempotency-Key: ' . ($key ?? bin2hex(random_bytes(16))), 'Accept: application/pdf'];
        [$body, $answered] = $this->post('/v1/sign', $fields, $headers, ['idempotency-in-flight']);
        return new TekenSigned($body, $answered['signature-id'] ?? '', $answered['audit-receipt'] ?? null);
    }

    /**
     * Verifies a PDF. Decide by `ok` (true or false) and `verdict` (one of 18 words); `message` says it for people.
     *
     * @return array{ok: bool, verdict: string, message: array{id: string, en: string}}
     * @throws TekenRefused for what is no document; a bad signature is an answer, not a refusal
     */
    public function verify(string $path): array
    {
        $file = new CURLFile($path, 'application/pdf', basename($path));
        [$body] = $this->post('/v1/verify', ['file' => $file], ['Accept: application/json'], []);
        return json_decode($body, true, 512, JSON_THROW_ON_ERROR);
    }

    /** Says what signing would do, and what is in the way. @throws TekenRefused */
    public function preflight(string $path, string $signer, array $parameters = []): array
    {
        $fields = ['signer' => $signer, 'file' => new CURLFile($path, 'application/pdf', basename($path))] + $parameters;
        [$body] = $this->post('/v1/preflight', $fields, ['Accept: application/json'], []);
        return json_decode($body, true, 512, JSON_THROW_ON_ERROR);
    }

    /** @param string[] $waitFor problems that pass by themselves @return array{0: string, 1: array<string, string>} body and headers */
    private function post(string $address, array $fields, array $headers, array $waitFor): array
    {
        for ($try = 1; ; $try++) {
            try {
                return $this->postOnce($address, $fields, $headers);
            } catch (TekenRefused $refused) {
                $passes = $refused->status === 0 || $refused->status === 503 || in_array($refused->problem, $waitFor, true);
                if ($try === self::TRIES || !$passes) {
                    throw $refused;
                }
                sleep(min($refused->retryAfter ?? $try, self::LONGEST_PAUSE));
            }
        }
    }

    private function postOnce(string $address, array $fields, array $headers): array
    {
        $answered = [];
        $request = curl_init($this->url . $address);
        curl_setopt_array($request, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => $this->timeout,
            CURLOPT_POSTFIELDS => $fields,
            // Without "Expect: 100-continue", which some proxies answer late.
            CURLOPT_HTTPHEADER => array_merge(["Authorization: Bearer {$this->apiKey}", 'Accept-Language: id', 'Expect:'], $headers),
            CURLOPT_HEADERFUNCTION => static function ($request, string $line) use (&$answered): int {
                $parts = explode(':', $line, 2);
                if (count($parts) === 2) {
                    $answered[strtolower(trim($parts[0]))] = trim($parts[1]);
                }
                return strlen($line);
            },
        ]);
        $body = curl_exec($request);
        $status = (int) curl_getinfo($request, CURLINFO_RESPONSE_CODE);
        if ($body === false) {
            throw new TekenRefused('no-answer', 0, 'Layanan tanda tangan tidak menjawab: ' . curl_error($request), null, [], null);
        }
        if ($status === 200) {
            return [$body, $answered];
        }
        $problem = json_decode($body, true) ?: [];
        throw new TekenRefused(
            $problem['code'] ?? 'unknown',
            $status,
            $problem['detail'] ?? "HTTP $status",
            $problem['requestId'] ?? ($answered['x-request-id'] ?? null),
            $problem['errors'] ?? [],
            isset($answered['retry-after']) ? (int) $answered['retry-after'] : null
        );
    }
}
