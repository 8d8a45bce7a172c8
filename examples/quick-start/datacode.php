<?php
// Buys one package, or verifies a notice's signature. Needs PHP 8 and no extension.
//
// DATACODE_KEY=dck_test_… php datacode.php buy [number] [package]
// DATACODE_WEBHOOK_SECRET=whsec_… php datacode.php verify <id> <timestamp> <signature> < body

declare(strict_types=1);

/** The API refused the request; $document is the problem document. */
final class Problem extends Exception
{
    public function __construct(public readonly array $document)
    {
        parent::__construct("{$document['code']}: {$document['detail']}");
    }
}

/** Sends a request; repeats it after a lost response or a retryable problem. */
function send(string $path, ?array $body = null, int $tries = 5): array
{
    $context = stream_context_create(['http' => [
        'method' => $body === null ? 'GET' : 'POST',
        'header' => [
            'Authorization: Bearer ' . getenv('DATACODE_KEY'),
            'Content-Type: application/json',
            'Prefer: wait=30',
        ],
        'content' => $body === null ? '' : json_encode($body),
        'ignore_errors' => true, // problems have a body as well
        'follow_location' => 0,
        'timeout' => 60,
    ]]);
    $api = getenv('DATACODE_API') ?: 'http://127.0.0.1:3000';
    for ($attempt = 1; ; $attempt++) {
        $text = @file_get_contents($api . $path, false, $context);
        $response = $text === false ? null : json_decode($text, true);
        $status = $text === false ? 0 : (int) explode(' ', $http_response_header[0])[1];
        if ($status >= 200 && $status < 300 && is_array($response)) {
            return $response;
        }
        $isProblem = is_array($response) && isset($response['code']);
        if ($isProblem && (!$response['retryable'] || $attempt === $tries)) {
            throw new Problem($response);
        }
        if ($attempt === $tries) {
            throw new RuntimeException("no response (status $status)");
        }
        usleep((int) max(2 ** $attempt * 250_000, retryAfter($http_response_header ?? []) * 1_000_000));
    }
}

/** Retry-After of the response, in seconds. */
function retryAfter(array $headers): int
{
    foreach ($headers as $header) {
        if (preg_match('/^retry-after:\s*(\d+)$/i', $header, $found)) {
            return (int) $found[1];
        }
    }
    return 0;
}

function buy(string $number = '0900000001', string $package = 'D90'): void
{
    $order = 'order-' . bin2hex(random_bytes(12)); // your own order id; the same id is the same purchase
    $purchase = send('/v1/purchases', ['externalId' => $order, 'msisdn' => $number, 'package' => $package]);
    while ($purchase['outcome'] === null) {
        $purchase = send("/v1/purchases/$order");
    }
    echo "outcome: {$purchase['outcome']}\n";
    if ($purchase['outcome'] !== 'succeeded') {
        echo "Your webhook receives a signed notice to refund the customer.\n";
    }
}

/** Verifies a Standard Webhooks signature. Call it before you parse the body. */
function isSigned(string $secret, string $id, string $timestamp, string $signatures, string $body): bool
{
    if (abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $signatures) as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}

function verify(string $id, string $timestamp, string $signatures): void
{
    $body = file_get_contents('php://stdin');
    if (!isSigned((string) getenv('DATACODE_WEBHOOK_SECRET'), $id, $timestamp, $signatures, $body)) {
        fwrite(STDERR, "refused: the signature is not valid, or the notice is too old\n");
        exit(1);
    }
    echo "verified: $id\n";
}

try {
    [$command, $arguments] = [$argv[1] ?? 'buy', array_slice($argv, 2)];
    $command === 'verify' ? verify(...$arguments) : buy(...$arguments);
} catch (Problem $problem) {
    fwrite(STDERR, "problem: {$problem->getMessage()}\n");
    exit(1);
}
