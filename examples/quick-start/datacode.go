// Buys one package, or verifies a notice's signature. Needs only Go's standard library (Go 1.20 or newer).
//
//	DATACODE_KEY=dck_test_… go run datacode.go buy [number] [package]
//	DATACODE_KEY=dck_test_… DATACODE_WEBHOOK_SECRET=whsec_… go run datacode.go ping [kind of notice]
//	DATACODE_WEBHOOK_SECRET=whsec_… go run datacode.go verify <id> <timestamp> <signature> < body
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const usage = "usage: datacode buy [number] [package] | ping [kind of notice] | verify <id> <timestamp> <signature> < body"

// A pause that is longer is not waited for: your customer is.
const longestPause = 20 * time.Second

// Problem is how the API refuses a request.
type Problem struct {
	Code, Detail string
	Retryable    bool
	Errors       []struct{ Pointer, Detail string }
	retryAfter   time.Duration
}

func (p *Problem) Error() string {
	text := "problem: " + p.Code + ": " + p.Detail
	for _, fault := range p.Errors {
		text += "\n  " + fault.Pointer + ": " + fault.Detail
	}
	if p.retryAfter > 0 {
		text += fmt.Sprintf("\n  Retry-After: %.0f seconds", p.retryAfter.Seconds())
	}
	return text
}

type Purchase struct {
	Outcome *string // nil until it is known
}

type Ping struct {
	Attempt struct{ Detail string }
	Sent    *struct {
		Headers map[string]string
		Body    string
	}
}

func setting(name, meaning string) (string, error) {
	if value := os.Getenv(name); value != "" {
		return value, nil
	}
	return "", errors.New("set " + name + " to " + meaning)
}

// send sends a request, and repeats it after a lost response or a retryable problem.
func send(method, path string, body map[string]string, answer any, tries int) error {
	key, err := setting("DATACODE_KEY", "your key")
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		err := sendOnce(key, method, path, body, answer)
		pause := time.Second << attempt / 4
		var problem *Problem
		if errors.As(err, &problem) && problem.retryAfter > pause {
			pause = problem.retryAfter
		}
		isFinal := problem != nil && !problem.Retryable
		if err == nil || isFinal || attempt == tries || pause > longestPause {
			return err
		}
		time.Sleep(pause)
	}
}

// The key must not be sent to another host, nor what that answers be believed.
func noRedirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

var client = http.Client{Timeout: time.Minute, CheckRedirect: noRedirects}

func sendOnce(key, method, path string, body map[string]string, answer any) error {
	api := os.Getenv("DATACODE_API")
	if api == "" {
		api = "http://127.0.0.1:3000"
	}
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, api+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Prefer", "wait=30")
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("no response: %w. Is it running?", err)
	}
	defer response.Body.Close()
	received, err := io.ReadAll(response.Body)
	if err != nil {
		return err // it was cut off
	}
	if response.StatusCode < 300 {
		return json.Unmarshal(received, answer)
	}
	problem := &Problem{}
	if json.Unmarshal(received, problem) != nil || problem.Code == "" {
		return errors.New("the response was " + response.Status) // of a proxy, for example
	}
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
	problem.retryAfter = time.Duration(seconds) * time.Second
	return problem
}

func buy(number, code string) error {
	random := make([]byte, 12)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	order := "order-" + hex.EncodeToString(random) // your own order id; the same id is the same purchase, sold once
	body := map[string]string{"externalId": order, "msisdn": number, "package": code}
	purchase := Purchase{}
	err := send("POST", "/v1/purchases", body, &purchase, 5)
	for err == nil && purchase.Outcome == nil {
		err = send("GET", "/v1/purchases/"+order, nil, &purchase, 5)
	}
	if err != nil {
		return err
	}
	fmt.Println("outcome:", *purchase.Outcome)
	if *purchase.Outcome != "succeeded" {
		fmt.Println("Your webhook receives a signed notice to refund the customer.")
	}
	return nil
}

// verify verifies a Standard Webhooks signature. Call it before you parse the body.
func verify(id, timestamp, signatures string, body []byte) error {
	secret, err := setting("DATACODE_WEBHOOK_SECRET", "the secret of your webhook")
	if err != nil {
		return err
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) < 24 { // a shorter one anybody could guess
		return errors.New("DATACODE_WEBHOOK_SECRET must be the secret as it was given to you, whsec_…")
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if age := time.Since(time.Unix(seconds, 0)); err != nil || age.Abs() > 5*time.Minute {
		return errors.New("refused: the notice is more than five minutes old, or your clock is wrong")
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, given := range strings.Fields(signatures) { // several during a rotation of the secret
		if hmac.Equal([]byte(expected), []byte(given)) {
			fmt.Println("verified:", id)
			return nil
		}
	}
	return errors.New("refused: the signature is of another secret or another body")
}

// ping has a test notice sent to the webhook, shows what it answered, and verifies what was sent.
func ping(kind string) error {
	result := Ping{}
	if err := send("POST", "/v1/webhook/ping", map[string]string{"type": kind}, &result, 1); err != nil {
		return err
	}
	fmt.Println("webhook:", result.Attempt.Detail)
	if result.Sent == nil {
		return errors.New("nothing was sent")
	}
	fmt.Println("body:", result.Sent.Body)
	headers := result.Sent.Headers
	return verify(headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], []byte(result.Sent.Body))
}

func run(words []string) error {
	word := func(at int, otherwise string) string {
		if at < len(words) {
			return words[at]
		}
		return otherwise
	}
	switch command := word(0, "buy"); {
	case command == "buy":
		return buy(word(1, "0900000001"), word(2, "D90"))
	case command == "ping":
		return ping(word(1, "purchase.refund_due"))
	case command == "verify" && len(words) == 4:
		body, err := io.ReadAll(os.Stdin)
		if err != nil {
			return err
		}
		return verify(words[1], words[2], words[3], body)
	}
	return errors.New(usage)
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
