<?php
// Buys one package, or verifies a notice's signature. Needs PHP 8 and no extension.
//
// DATACODE_KEY=dck_test_… php datacode.php buy [number] [package]
// DATACODE_KEY=dck_test_… DATACODE_WEBHOOK_SECRET=whsec_… php datacode.php ping [kind of notice]
// DATACODE_WEBHOOK_SECRET=whsec_… php datacode.php verify <id> <timestamp> <signature> < body

declare(strict_types=1);

/** The API refused the request; $document is the problem document. */
final class Problem extends Exception
{
    public function __construct(public readonly array $document)
    {
        $faults = array_map(fn ($fault) => "\n  {$fault['pointer']}: {$fault['detail']}", $document['errors'] ?? []);
        parent::__construct("{$document['code']}: {$document['detail']}" . implode($faults));
    }
}

function setting(string $name, string $meaning): string
{
    return getenv($name) ?: throw new RuntimeException("set $name to $meaning");
}

/** Sends a request; repeats it after a lost response or a retryable problem. */
function send(string $path, ?array $body = null, int $tries = 5): array
{
    $context = stream_context_create(['http' => [
        'method' => $body === null ? 'GET' : 'POST',
        'header' => [
            'Authorization: Bearer ' . setting('DATACODE_KEY', 'your key'),
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
            throw new RuntimeException("no response of $api (status $status). Is it running?");
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

function verify(string $id, string $timestamp, string $signatures, ?string $body = null): void
{
    $body ??= file_get_contents('php://stdin');
    $secret = setting('DATACODE_WEBHOOK_SECRET', 'the secret of your webhook');
    if (!isSigned($secret, $id, $timestamp, $signatures, $body)) {
        fwrite(STDERR, "refused: the signature is not valid, or the notice is too old\n");
        exit(1);
    }
    echo "verified: $id\n";
}

/** Has a test notice sent to the webhook, shows what it answered, and verifies what was sent. */
function ping(string $kind = 'purchase.refund_due'): void
{
    $result = send('/v1/webhook/ping', ['type' => $kind], 1);
    echo "webhook: {$result['attempt']['detail']}\n";
    $sent = $result['sent'] ?? throw new RuntimeException('nothing was sent');
    echo "body: {$sent['body']}\n";
    verify(
        $sent['headers']['webhook-id'],
        $sent['headers']['webhook-timestamp'],
        $sent['headers']['webhook-signature'],
        $sent['body'],
    );
}

try {
    [$command, $arguments] = [$argv[1] ?? 'buy', array_slice($argv, 2)];
    match ($command) {
        'buy' => buy(...$arguments),
        'verify' => verify(...$arguments),
        'ping' => ping(...$arguments),
        default => throw new RuntimeException('the first argument must be buy, verify or ping'),
    };
} catch (RuntimeException $fault) {
    fwrite(STDERR, "{$fault->getMessage()}\n");
    exit(1);
} catch (Problem $problem) {
    fwrite(STDERR, "problem: {$problem->getMessage()}\n");
    exit(1);
}
