using System;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Datacode.Api;
using Datacode.Client;
using Datacode.Extensions;
using Datacode.Model;
using Microsoft.Extensions.DependencyInjection;

/// <summary>A channel with the client that openapi-generator makes for C#: buys, is refused, verifies a notice.</summary>
public sealed class Story
{
    private readonly IPurchasesApi purchases;
    private readonly INoticesApi notices;

    private Story(IServiceProvider services)
    {
        purchases = services.GetRequiredService<IPurchasesApi>();
        notices = services.GetRequiredService<INoticesApi>();
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name);

    private async Task<ISubmitPurchaseApiResponse> Submit(string order, string number, string code) =>
        await purchases.SubmitPurchaseAsync(new PurchaseRequest(order, number, code), prefer: "wait=30");

    private async Task<Purchase> Buy(string number, string code)
    {
        string order = $"csharp-{Guid.NewGuid()}";
        ISubmitPurchaseApiResponse submitted = await Submit(order, number, code);
        if (!submitted.TryCreated(out Purchase purchase)) throw new InvalidOperationException(submitted.RawContent);
        while (purchase.Outcome == null)
        {
            IGetPurchaseApiResponse found = await purchases.GetPurchaseAsync(order, prefer: "wait=30");
            if (!found.TryOk(out purchase)) throw new InvalidOperationException(found.RawContent);
        }
        return purchase;
    }

    private async Task<Problem> Refusal(string number, string code)
    {
        ISubmitPurchaseApiResponse refused = await Submit($"csharp-{Guid.NewGuid()}", number, code);
        return refused.TryUnprocessableContent(out Problem problem) ? problem : throw new InvalidOperationException(refused.RawContent);
    }

    private static bool IsSigned(WebhookPingSentHeaders headers, string body)
    {
        string secret = Setting("DATACODE_WEBHOOK_SECRET").Replace("whsec_", "");
        using (var mac = new HMACSHA256(Convert.FromBase64String(secret)))
        {
            byte[] signed = Encoding.UTF8.GetBytes($"{headers.WebhookId}.{headers.WebhookTimestamp}.{body}");
            byte[] expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(mac.ComputeHash(signed)));
            return headers.WebhookSignature.Split(' ')
                .Any(given => CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(given)));
        }
    }

    private async Task Tell()
    {
        Purchase bought = await Buy("0900000001", "D90");
        Console.WriteLine($"bought: {Purchase.OutcomeEnumToJsonValue(bought.Outcome)}");
        Purchase refund = await Buy("0900000402", "D90");
        Console.WriteLine($"charge refused: {Reason.CodeEnumToJsonValue(refund.Reason.Code)}");
        Problem problem = await Refusal("0900000001", "D999");
        Console.WriteLine($"refused: {Problem.CodeEnumToJsonValue(problem.Code)} {problem.Errors[0].Pointer}");
        IGetNoticeApiResponse unreadable = await notices.GetNoticeAsync(new string('x', 20000));
        if (!unreadable.TryDefault(out Problem unusual)) throw new InvalidOperationException(unreadable.RawContent);
        Console.WriteLine($"unreadable: {Problem.CodeEnumToJsonValue(unusual.Code)}");

        var request = new WebhookPingRequest(TestNoticeType.PurchaseRefundDue);
        IPingWebhookApiResponse answer = await notices.PingWebhookAsync(webhookPingRequest: request);
        if (!answer.TryOk(out WebhookPing ping)) throw new InvalidOperationException(answer.RawContent);
        string body = ping.Sent.Body;
        JsonElement money = JsonDocument.Parse(body).RootElement.GetProperty("data").GetProperty("refund");
        bool verified = IsSigned(ping.Sent.Headers, body);
        Console.WriteLine($"verified: {verified} {money.GetProperty("amount")} {money.GetProperty("currency")}");
        Console.WriteLine($"forged: {IsSigned(ping.Sent.Headers, body.Replace("90000", "90001"))}");
    }

    public static async Task Main()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddApi(options => options
            .AddTokens(new BearerToken(Setting("DATACODE_KEY")))
            .AddApiHttpClients(client => client.BaseAddress = new Uri(Setting("DATACODE_API"))));
        await new Story(services.BuildServiceProvider()).Tell();
    }
}
