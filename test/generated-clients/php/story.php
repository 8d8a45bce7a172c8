<?php
// A channel with the client that openapi-generator makes for PHP: buys, is refused, verifies a notice.

declare(strict_types=1);

use GuzzleHttp\Client;
use OpenAPI\Client\Api\NoticesApi;
use OpenAPI\Client\Api\PurchasesApi;
use OpenAPI\Client\ApiException;
use OpenAPI\Client\Configuration;
use OpenAPI\Client\Model\Problem;
use OpenAPI\Client\Model\Purchase;
use OpenAPI\Client\Model\PurchaseRequest;
use OpenAPI\Client\Model\RefundNotice;
use OpenAPI\Client\Model\WebhookPingRequest;
use OpenAPI\Client\Model\WebhookPingSentHeaders;
use OpenAPI\Client\ObjectSerializer;

require getenv('GUZZLE_AUTOLOAD');
spl_autoload_register(function (string $class): void {
    $file = getenv('CLIENT_LIB') . '/' . str_replace(['OpenAPI\\Client\\', '\\'], ['', '/'], $class) . '.php';
    if (is_file($file)) {
        require $file;
    }
});

$configuration = (new Configuration())->setHost(getenv('DATACODE_API'))->setAccessToken(getenv('DATACODE_KEY'));
$http = new Client(['timeout' => 60]);
$purchases = new PurchasesApi($http, $configuration);
$notices = new NoticesApi($http, $configuration);

function buy(PurchasesApi $purchases, string $number, string $package): Purchase
{
    $order = 'php-' . bin2hex(random_bytes(12));
    $request = new PurchaseRequest(['external_id' => $order, 'msisdn' => $number, 'package' => $package]);
    $purchase = $purchases->submitPurchase($request, 'wait=30');
    while ($purchase->getOutcome() === null) {
        $purchase = $purchases->getPurchase($order, 'wait=30');
    }
    return $purchase;
}

function refusal(callable $call): Problem
{
    try {
        $call();
    } catch (ApiException $refused) {
        return ObjectSerializer::deserialize(json_decode($refused->getResponseBody()), Problem::class);
    }
    throw new RuntimeException('sold');
}

function isSigned(WebhookPingSentHeaders $headers, string $body): bool
{
    $key = base64_decode(preg_replace('/^whsec_/', '', getenv('DATACODE_WEBHOOK_SECRET')));
    $signed = "{$headers->getWebhookId()}.{$headers->getWebhookTimestamp()}.$body";
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
    foreach (explode(' ', $headers->getWebhookSignature()) as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}

echo 'bought: ', buy($purchases, '0900000001', 'D90')->getOutcome(), "\n";
echo 'charge refused: ', buy($purchases, '0900000402', 'D90')->getReason()->getCode(), "\n";
$problem = refusal(fn () => buy($purchases, '0900000001', 'D999'));
echo 'refused: ', $problem->getCode(), ' ', $problem->getErrors()[0]->getPointer(), "\n";
echo 'unreadable: ', refusal(fn () => $notices->getNotice(str_repeat('x', 20000)))->getCode(), "\n";

$sent = $notices->pingWebhook(webhook_ping_request: new WebhookPingRequest(['type' => 'purchase.refund_due']))->getSent();
[$headers, $body] = [$sent->getHeaders(), $sent->getBody()];
$notice = ObjectSerializer::deserialize(json_decode($body), RefundNotice::class);
$refund = $notice->getData()->getRefund();
$forged = str_replace('90000', '90001', $body);
echo 'verified: ', var_export(isSigned($headers, $body), true), " {$refund->getAmount()} {$refund->getCurrency()}\n";
echo 'forged: ', var_export(isSigned($headers, $forged), true), "\n";
