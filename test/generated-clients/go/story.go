// A channel with the client that openapi-generator makes for Go: buys, is refused, verifies a notice.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	datacode "example.com/datacode"
)

var (
	client *datacode.APIClient
	caller context.Context
)

func orElse(err error) {
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func buy(number, code string) (*datacode.Purchase, error) {
	random := make([]byte, 12)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	order := "go-" + hex.EncodeToString(random)
	request := datacode.NewPurchaseRequest(order, number, code)
	purchase, _, err := client.PurchasesAPI.SubmitPurchase(caller).PurchaseRequest(*request).Prefer("wait=30").Execute()
	for err == nil && purchase.Outcome.Get() == nil {
		purchase, _, err = client.PurchasesAPI.GetPurchase(caller, order).Prefer("wait=30").Execute()
	}
	return purchase, err
}

func problemOf(err error) datacode.Problem {
	var refusal *datacode.GenericOpenAPIError
	if !errors.As(err, &refusal) {
		orElse(fmt.Errorf("a problem was expected, not %v", err))
	}
	problem, isProblem := refusal.Model().(datacode.Problem)
	if !isProblem {
		orElse(fmt.Errorf("no problem document: %s", refusal.Body()))
	}
	return problem
}

func isSigned(headers datacode.WebhookPingSentHeaders, body string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("DATACODE_WEBHOOK_SECRET"), "whsec_"))
	orElse(err)
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", headers.WebhookId, headers.WebhookTimestamp, body)
	expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, given := range strings.Fields(headers.WebhookSignature) {
		if hmac.Equal([]byte(expected), []byte(given)) {
			return true
		}
	}
	return false
}

func main() {
	configuration := datacode.NewConfiguration()
	configuration.Servers = datacode.ServerConfigurations{{URL: os.Getenv("DATACODE_API")}}
	client = datacode.NewAPIClient(configuration)
	caller = context.WithValue(context.Background(), datacode.ContextAccessToken, os.Getenv("DATACODE_KEY"))

	bought, err := buy("0900000001", "D90")
	orElse(err)
	fmt.Println("bought:", *bought.Outcome.Get())
	undone, err := buy("0900000402", "D90")
	orElse(err)
	fmt.Println("charge refused:", undone.Reason.Get().Code)

	_, err = buy("0900000001", "D999")
	problem := problemOf(err)
	fmt.Println("refused:", problem.Code, problem.Errors[0].Pointer)
	_, _, err = client.NoticesAPI.GetNotice(caller, strings.Repeat("x", 20000)).Execute()
	fmt.Println("unreadable:", problemOf(err).Code)

	request := datacode.NewWebhookPingRequest()
	request.SetType(datacode.TESTNOTICETYPE_PURCHASE_REFUND_DUE)
	ping, _, err := client.NoticesAPI.PingWebhook(caller).WebhookPingRequest(*request).Execute()
	orElse(err)
	sent := ping.Sent
	var notice datacode.RefundNotice
	orElse(json.Unmarshal([]byte(sent.Body), &notice))
	refund := notice.Data.Refund
	fmt.Println("verified:", isSigned(sent.Headers, sent.Body), refund.Amount, refund.Currency)
	fmt.Println("forged:", isSigned(sent.Headers, strings.Replace(sent.Body, "90000", "90001", 1)))
}
