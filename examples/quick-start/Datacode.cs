// Buys one package, or verifies a notice's signature. Needs only .NET (8 or newer), with datacode.csproj beside it.
//
// DATACODE_KEY=dck_test_… dotnet run -- buy [number] [package]
// DATACODE_KEY=dck_test_… DATACODE_WEBHOOK_SECRET=whsec_… dotnet run -- ping [kind of notice]
// DATACODE_WEBHOOK_SECRET=whsec_… dotnet run -- verify <id> <timestamp> <signature> < body

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;

/// <summary>What the person who started the program has to read.</summary>
public sealed class Failure : Exception
{
    public Failure(string message) : base(message) { }
}

public static class Datacode
{
    private const string Usage = "usage: buy [number] [package] | ping [kind of notice] | verify <id> <timestamp> <signature> < body";

    /// <summary>A pause that is longer is not waited for: your customer is.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    /// <summary>No redirect is followed: what another host answers is not to be believed.</summary>
    private static readonly HttpClient Client =
        new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMinutes(1) };

    private static string Setting(string name, string meaning)
    {
        string value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(value) ? throw new Failure($"set {name} to {meaning}") : value;
    }

    /// <summary>Sends a request; repeats it after a lost response or a retryable problem.</summary>
    private static async Task<JsonElement> Send(string path, Dictionary<string, string> body = null, int tries = 5)
    {
        string api = Environment.GetEnvironmentVariable("DATACODE_API") ?? "http://127.0.0.1:3000";
        string key = Setting("DATACODE_KEY", "your key");
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan pause = TimeSpan.FromSeconds(Math.Pow(2, attempt) / 4);
            Failure failure;
            try
            {
                using (HttpRequestMessage request = RequestOf(api + path, key, body))
                using (HttpResponseMessage response = await Client.SendAsync(request))
                {
                    string text = await response.Content.ReadAsStringAsync();
                    if (response.IsSuccessStatusCode) return JsonDocument.Parse(text).RootElement;
                    TimeSpan retryAfter = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
                    failure = ProblemOf(text, (int)response.StatusCode, retryAfter, out bool retryable);
                    if (!retryable) throw failure;
                    if (retryAfter > pause) pause = retryAfter;
                }
            }
            catch (Exception lost) when (lost is HttpRequestException || lost is IOException || lost is TaskCanceledException)
            {
                failure = new Failure($"no response of {api}: {lost.Message} Is it running?"); // or one that was cut off
            }
            if (attempt == tries || pause > LongestPause) throw failure;
            await Task.Delay(pause);
        }
    }

    private static HttpRequestMessage RequestOf(string address, string key, Dictionary<string, string> body)
    {
        var request = new HttpRequestMessage(body == null ? HttpMethod.Get : HttpMethod.Post, address);
        request.Headers.Add("Authorization", "Bearer " + key);
        request.Headers.Add("Prefer", "wait=30");
        if (body != null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        }
        return request;
    }

    private static Failure ProblemOf(string text, int status, TimeSpan retryAfter, out bool retryable)
    {
        retryable = true;
        try
        {
            JsonElement document = JsonDocument.Parse(text).RootElement;
            retryable = document.GetProperty("retryable").GetBoolean();
            string said = $"problem: {document.GetProperty("code")}: {document.GetProperty("detail")}";
            if (document.TryGetProperty("errors", out JsonElement faults))
            {
                said += string.Concat(faults.EnumerateArray().Select(f => $"\n  {f.GetProperty("pointer")}: {f.GetProperty("detail")}"));
            }
            return new Failure(retryAfter > TimeSpan.Zero ? $"{said}\n  Retry-After: {retryAfter.TotalSeconds} seconds" : said);
        }
        catch (Exception none) when (none is JsonException || none is KeyNotFoundException || none is InvalidOperationException)
        {
            return new Failure($"the response was {status}"); // of a proxy, for example
        }
    }

    private static async Task Buy(string number, string package)
    {
        string order = $"order-{Guid.NewGuid()}"; // your own order id; the same id is the same purchase, sold once
        var body = new Dictionary<string, string> { ["externalId"] = order, ["msisdn"] = number, ["package"] = package };
        JsonElement purchase = await Send("/v1/purchases", body);
        while (purchase.GetProperty("outcome").ValueKind == JsonValueKind.Null) purchase = await Send($"/v1/purchases/{order}");
        string outcome = purchase.GetProperty("outcome").GetString();
        Console.WriteLine($"outcome: {outcome}");
        if (outcome != "succeeded") Console.WriteLine("Your webhook receives a signed notice to refund the customer.");
    }

    /// <summary>Verifies a Standard Webhooks signature. Call it before you parse the body.</summary>
    private static void Verify(string id, string timestamp, string signatures, byte[] body)
    {
        byte[] key;
        string secret = Setting("DATACODE_WEBHOOK_SECRET", "the secret of your webhook");
        try
        {
            key = Convert.FromBase64String(secret.StartsWith("whsec_") ? secret.Substring("whsec_".Length) : secret);
            if (key.Length < 24) throw new FormatException("anybody could guess it");
        }
        catch (FormatException)
        {
            throw new Failure("DATACODE_WEBHOOK_SECRET must be the secret as it was given to you, whsec_…");
        }
        if (!long.TryParse(timestamp, out long seconds) || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds) > 300)
        {
            throw new Failure("refused: the notice is more than five minutes old, or your clock is wrong");
        }
        using (var mac = new HMACSHA256(key))
        {
            byte[] signed = Encoding.UTF8.GetBytes($"{id}.{timestamp}.").Concat(body).ToArray();
            byte[] expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(mac.ComputeHash(signed)));
            // several during a rotation of the secret
            bool isSigned = signatures.Split(' ').Any(given => CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(given)));
            if (!isSigned) throw new Failure("refused: the signature is of another secret or another body");
        }
        Console.WriteLine($"verified: {id}");
    }

    /// <summary>Has a test notice sent to the webhook, shows what it answered, and verifies what was sent.</summary>
    private static async Task Ping(string kind)
    {
        JsonElement result = await Send("/v1/webhook/ping", new Dictionary<string, string> { ["type"] = kind }, tries: 1);
        Console.WriteLine($"webhook: {result.GetProperty("attempt").GetProperty("detail")}");
        JsonElement sent = result.GetProperty("sent");
        if (sent.ValueKind == JsonValueKind.Null) throw new Failure("nothing was sent");
        string body = sent.GetProperty("body").GetString();
        Console.WriteLine($"body: {body}");
        string Header(string name) => sent.GetProperty("headers").GetProperty(name).GetString();
        Verify(Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), Encoding.UTF8.GetBytes(body));
    }

    private static byte[] StandardInput()
    {
        using (var copy = new MemoryStream())
        {
            Console.OpenStandardInput().CopyTo(copy);
            return copy.ToArray();
        }
    }

    public static async Task<int> Main(string[] words)
    {
        string Word(int at, string otherwise) => at < words.Length ? words[at] : otherwise;
        try
        {
            string command = Word(0, "buy");
            if (command == "buy") await Buy(Word(1, "0900000001"), Word(2, "D90"));
            else if (command == "ping") await Ping(Word(1, "purchase.refund_due"));
            else if (command == "verify" && words.Length == 4) Verify(words[1], words[2], words[3], StandardInput());
            else throw new Failure(Usage);
            return 0;
        }
        catch (Failure failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }
}
