// Buys one package, or verifies a notice's signature. Needs only a JDK (17 or newer), which runs this file as it is.
//
// DATACODE_KEY=dck_test_… java Datacode.java buy [number] [package]
// DATACODE_KEY=dck_test_… DATACODE_WEBHOOK_SECRET=whsec_… java Datacode.java ping [kind of notice]
// DATACODE_WEBHOOK_SECRET=whsec_… java Datacode.java verify <id> <timestamp> <signature> < body

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class Datacode {
    private static final String USAGE = "usage: buy [number] [package] | ping [kind of notice] | verify <id> <timestamp> <signature> < body";
    /** A pause that is longer is not waited for: your customer is. */
    private static final long LONGEST_PAUSE_MS = 20_000;
    private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /** What the person who started the program has to read. */
    private static final class Failure extends Exception {
        Failure(String message) {
            super(message);
        }
    }

    private static String setting(String name, String meaning) throws Failure {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) throw new Failure("set " + name + " to " + meaning);
        return value;
    }

    /** Sends a request; repeats it after a lost response or a retryable problem. Returns the response's JSON. */
    private static String send(String method, String path, String body, int tries) throws Failure, InterruptedException {
        String api = Optional.ofNullable(System.getenv("DATACODE_API")).orElse("http://127.0.0.1:3000");
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + path))
            .header("Authorization", "Bearer " + setting("DATACODE_KEY", "your key"))
            .header("Content-Type", "application/json")
            .header("Prefer", "wait=30")
            .timeout(Duration.ofMinutes(1))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
        for (int attempt = 1; ; attempt++) {
            long pause = 250L << attempt;
            Failure failure;
            try {
                HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString(UTF_8));
                if (response.statusCode() < 300) return response.body();
                long retryAfter = response.headers().firstValueAsLong("Retry-After").orElse(0);
                failure = new Failure(problem(response.body(), response.statusCode(), retryAfter));
                if ("false".equals(field(response.body(), "retryable"))) throw failure;
                pause = Math.max(pause, retryAfter * 1000);
            } catch (IOException lost) { // no response, or one that was cut off
                failure = new Failure("no response of " + api + ": " + lost + ". Is it running?");
            }
            if (attempt == tries || pause > LONGEST_PAUSE_MS) throw failure;
            Thread.sleep(pause);
        }
    }

    private static String problem(String body, int status, long retryAfter) {
        if (field(body, "code") == null) return "the response was " + status; // of a proxy, for example
        StringBuilder text = new StringBuilder("problem: " + field(body, "code") + ": " + field(body, "detail"));
        Matcher faults = Pattern.compile("\\{\"pointer\":[^}]*}").matcher(body);
        while (faults.find()) {
            text.append("\n  " + field(faults.group(), "pointer") + ": " + field(faults.group(), "detail"));
        }
        if (retryAfter > 0) text.append("\n  Retry-After: " + retryAfter + " seconds");
        return text.toString();
    }

    /** The first field of that name in a JSON text; null where it is null or missing. Use your JSON library instead. */
    private static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(true|false|\\d+))").matcher(json);
        if (!found.find()) return null;
        if (found.group(2) != null) return found.group(2);
        return Pattern.compile("\\\\(u[0-9a-fA-F]{4}|.)").matcher(found.group(1)).replaceAll(escaped ->
            Matcher.quoteReplacement(switch (escaped.group(1).charAt(0)) {
                case 'b' -> "\b";
                case 'f' -> "\f";
                case 'n' -> "\n";
                case 'r' -> "\r";
                case 't' -> "\t";
                case 'u' -> Character.toString(Integer.parseInt(escaped.group(1).substring(1), 16));
                default -> escaped.group(1);
            }));
    }

    /** A JSON object of such fields. */
    private static String json(String... namesAndValues) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < namesAndValues.length; at++) {
            String escaped = namesAndValues[at].replace("\\", "\\\\").replace("\"", "\\\"");
            text.append(at == 0 ? '{' : at % 2 == 0 ? ',' : ':').append('"').append(escaped).append('"');
        }
        return text.append('}').toString();
    }

    private static void buy(String number, String code) throws Failure, InterruptedException {
        String order = "order-" + UUID.randomUUID(); // your own order id; the same id is the same purchase, sold once
        String body = json("externalId", order, "msisdn", number, "package", code);
        String purchase = send("POST", "/v1/purchases", body, 5);
        while (field(purchase, "outcome") == null) purchase = send("GET", "/v1/purchases/" + order, null, 5);
        OUT.println("outcome: " + field(purchase, "outcome"));
        if (!"succeeded".equals(field(purchase, "outcome"))) {
            OUT.println("Your webhook receives a signed notice to refund the customer.");
        }
    }

    /** Verifies a Standard Webhooks signature. Call it before you parse the body. */
    private static void verify(String id, String timestamp, String signatures, byte[] body)
        throws Failure, GeneralSecurityException {
        byte[] key;
        try {
            String secret = setting("DATACODE_WEBHOOK_SECRET", "the secret of your webhook");
            key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
            if (key.length < 24) throw new IllegalArgumentException("anybody could guess it");
        } catch (IllegalArgumentException notASecret) {
            throw new Failure("DATACODE_WEBHOOK_SECRET must be the secret as it was given to you, whsec_…");
        }
        if (!timestamp.matches("\\d{1,12}") || Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > 300) {
            throw new Failure("refused: the notice is more than five minutes old, or your clock is wrong");
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
        String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        for (String given : signatures.split(" ")) { // several during a rotation of the secret
            if (MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8))) {
                OUT.println("verified: " + id);
                return;
            }
        }
        throw new Failure("refused: the signature is of another secret or another body");
    }

    /** Has a test notice sent to the webhook, shows what it answered, and verifies what was sent. */
    private static void ping(String kind) throws Failure, InterruptedException, GeneralSecurityException {
        String result = send("POST", "/v1/webhook/ping", json("type", kind), 1);
        OUT.println("webhook: " + field(result, "detail"));
        String body = field(result, "body");
        if (body == null) throw new Failure("nothing was sent");
        OUT.println("body: " + body);
        verify(field(result, "webhook-id"), field(result, "webhook-timestamp"), field(result, "webhook-signature"), body.getBytes(UTF_8));
    }

    private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

    public static void main(String[] words) throws Exception {
        String command = words.length == 0 ? "buy" : words[0];
        try {
            if (command.equals("buy")) {
                buy(words.length > 1 ? words[1] : "0900000001", words.length > 2 ? words[2] : "D90");
            } else if (command.equals("ping")) {
                ping(words.length > 1 ? words[1] : "purchase.refund_due");
            } else if (command.equals("verify") && words.length == 4) {
                verify(words[1], words[2], words[3], System.in.readAllBytes());
            } else {
                throw new Failure(USAGE);
            }
        } catch (Failure failure) {
            System.err.println(failure.getMessage());
            System.exit(1);
        }
    }
}
