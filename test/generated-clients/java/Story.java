import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.NoticesApi;
import org.openapitools.client.api.PurchasesApi;
import org.openapitools.client.model.Money;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.Purchase;
import org.openapitools.client.model.PurchaseRequest;
import org.openapitools.client.model.RefundNotice;
import org.openapitools.client.model.TestNoticeType;
import org.openapitools.client.model.WebhookPingRequest;
import org.openapitools.client.model.WebhookPingSent;
import org.openapitools.client.model.WebhookPingSentHeaders;

/** A channel with the client that openapi-generator makes for Java: buys, is refused, verifies a notice. */
public final class Story {
  private final ApiClient client = new ApiClient();
  private final PurchasesApi purchases;

  private Story() {
    client.updateBaseUri(System.getenv("DATACODE_API"));
    client.setReadTimeout(Duration.ofSeconds(60));
    client.setRequestInterceptor(
        request -> request.header("Authorization", "Bearer " + System.getenv("DATACODE_KEY")));
    purchases = new PurchasesApi(client);
  }

  private Purchase buy(String number, String code) throws ApiException {
    String order = "java-" + UUID.randomUUID();
    PurchaseRequest request = new PurchaseRequest().externalId(order).msisdn(number)._package(code);
    Purchase purchase = purchases.submitPurchase(request, "wait=30", null, null, null, null);
    while (purchase.getOutcome() == null) {
      purchase = purchases.getPurchase(order, "wait=30", null, null, null);
    }
    return purchase;
  }

  private Problem refusal(String number, String code) throws Exception {
    try {
      throw new IllegalStateException("sold: " + buy(number, code));
    } catch (ApiException refused) {
      return client.getObjectMapper().readValue(refused.getResponseBody(), Problem.class);
    }
  }

  private static boolean isSigned(WebhookPingSentHeaders headers, String body) throws Exception {
    String secret = System.getenv("DATACODE_WEBHOOK_SECRET").replaceFirst("^whsec_", "");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256"));
    String signed = headers.getWebhookId() + "." + headers.getWebhookTimestamp() + "." + body;
    byte[] digest = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    byte[] expected = ("v1," + Base64.getEncoder().encodeToString(digest)).getBytes(StandardCharsets.UTF_8);
    return Arrays.stream(headers.getWebhookSignature().split(" "))
        .anyMatch(given -> MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8)));
  }

  private void tell() throws Exception {
    System.out.println("bought: " + buy("0900000001", "D90").getOutcome());
    System.out.println("charge refused: " + buy("0900000402", "D90").getReason().getCode());
    Problem problem = refusal("0900000001", "D999");
    // a problem may have fields of its own, so that the generator makes it a map, which Jackson fills as one
    Map<?, ?> fault = (Map<?, ?>) ((List<?>) problem.get("errors")).get(0);
    System.out.println("refused: " + problem.get("code") + " " + fault.get("pointer"));

    WebhookPingRequest request =
        new WebhookPingRequest().type(TestNoticeType.PURCHASE_REFUND_DUE);
    WebhookPingSent sent = new NoticesApi(client).pingWebhook(null, null, null, request).getSent();
    Money refund =
        client.getObjectMapper().readValue(sent.getBody(), RefundNotice.class).getData().getRefund();
    boolean verified = isSigned(sent.getHeaders(), sent.getBody());
    System.out.println("verified: " + verified + " " + refund.getAmount() + " " + refund.getCurrency());
    System.out.println("forged: " + isSigned(sent.getHeaders(), sent.getBody().replace("90000", "90001")));
  }

  public static void main(String[] words) throws Exception {
    new Story().tell();
  }
}
