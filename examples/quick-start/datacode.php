<?php
// Buys one package, or verifies a notice's signature. Needs PHP 8 and no extension.
//
// DATACODE_KEY=dck_test_… php datacode.php buy [number] [package]
// DATACODE_KEY=dck_test_… DATACODE_WEBHOOK_SECRET=whsec_… php datacode.php ping [kind of notice]
// DATACODE_WEBHOOK_SECRET=whsec_… php datacode.php verify <id> <timestamp> <signature> < body

declare(strict_types=1);

/** Seconds; a pause that is longer is not waited for: your customer is. */
const LONGEST_PAUSE = 20;

/** The API refused the request; $document is the problem document. */
final class Problem extends Exception
{
    public function __construct(public readonly array $document, int $retryAfter)
    {
        $lines = array_map(fn ($fault) => "{$fault['pointer']}: {$fault['detail']}", $document['errors'] ?? []);
        if ($retryAfter > 0) {
            $lines[] = "Retry-After: $retryAfter seconds";
        }
        parent::__construct(implode("\n  ", ["{$document['code']}: {$document['detail']}", ...$lines]));
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
        $retryAfter = $text === false ? 0 : retryAfter($http_response_header);
        $pause = max(2 ** $attempt / 4, $retryAfter);
        $isLast = $attempt === $tries || $pause > LONGEST_PAUSE;
        $isProblem = is_array($response) && isset($response['code']);
        if ($isProblem && (!$response['retryable'] || $isLast)) {
            throw new Problem($response, $retryAfter);
        }
        if ($isLast) {
            throw new RuntimeException("no response of $api (status $status). Is it running?");
        }
        usleep((int) ($pause * 1_000_000));
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
function verify(string $id, string $timestamp, string $signatures, ?string $body = null): void
{
    $body ??= file_get_contents('php://stdin');
    $secret = setting('DATACODE_WEBHOOK_SECRET', 'the secret of your webhook');
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
    strlen((string) $key) >= 24 // a shorter one anybody could guess
        || throw new RuntimeException('DATACODE_WEBHOOK_SECRET must be the secret as it was given to you, whsec_…');
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        throw new RuntimeException('refused: the notice is more than five minutes old, or your clock is wrong');
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $signatures) as $given) { // several during a rotation of the secret
        if (hash_equals($expected, $given)) {
            echo "verified: $id\n";
            return;
        }
    }
    throw new RuntimeException('refused: the signature is of another secret or another body');
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
