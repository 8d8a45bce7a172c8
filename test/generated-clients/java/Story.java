import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.NoticesApi;
import org.openapitools.client.api.PurchasesApi;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.Purchase;
import org.openapitools.client.model.PurchaseRequest;
import org.openapitools.client.model.TestNoticeType;
import org.openapitools.client.model.WebhookPing;
import org.openapitools.client.model.WebhookPingRequest;

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
    Purchase purchase = purchases.submitPurchase(request, "wait=30", null);
    while (purchase.getOutcome() == null) {
      purchase = purchases.getPurchase(order, "wait=30");
    }
    return purchase;
  }

  private interface Call {
    Object make() throws ApiException;
  }

  private Problem refusal(Call call) throws Exception {
    try {
      throw new IllegalStateException("sold: " + call.make());
    } catch (ApiException refused) {
      return client.getObjectMapper().readValue(refused.getResponseBody(), Problem.class);
    }
  }

  private static boolean isSigned(JsonNode headers, String body) throws Exception {
    String secret = System.getenv("DATACODE_WEBHOOK_SECRET").replaceFirst("^whsec_", "");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret), "HmacSHA256"));
    String signed = headers.path("webhook-id").asText() + "." + headers.path("webhook-timestamp").asText() + "." + body;
    byte[] digest = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    byte[] expected = ("v1," + Base64.getEncoder().encodeToString(digest)).getBytes(StandardCharsets.UTF_8);
    return Arrays.stream(headers.path("webhook-signature").asText().split(" "))
        .anyMatch(given -> MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8)));
  }

  private void tell() throws Exception {
    System.out.println("bought: " + buy("0900000001", "D90").getOutcome());
    System.out.println("charge refused: " + buy("0900000402", "D90").getReason().getCode());
    // the generator makes a map of a type with objects within it, and Jackson fills it as one
    JsonNode problem = client.getObjectMapper().valueToTree(refusal(() -> buy("0900000001", "D999")));
    String pointer = problem.at("/errors/0/pointer").asText();
    System.out.println("refused: " + problem.path("code").asText() + " " + pointer);
    Problem unreadable = refusal(() -> new NoticesApi(client).getNotice("x".repeat(20_000)));
    System.out.println("unreadable: " + client.getObjectMapper().valueToTree(unreadable).path("code").asText());

    WebhookPingRequest request = new WebhookPingRequest().type(TestNoticeType.PURCHASE_REFUND_DUE);
    WebhookPing ping = new NoticesApi(client).pingWebhook(request);
    JsonNode sent = client.getObjectMapper().<JsonNode>valueToTree(ping).path("sent");
    String body = sent.path("body").asText();
    JsonNode refund = client.getObjectMapper().readTree(body).at("/data/refund");
    boolean verified = isSigned(sent.path("headers"), body);
    System.out.println(
        "verified: " + verified + " " + refund.path("amount") + " " + refund.path("currency").asText());
    System.out.println("forged: " + isSigned(sent.path("headers"), body.replace("90000", "90001")));
  }

  public static void main(String[] words) throws Exception {
    new Story().tell();
  }
}
