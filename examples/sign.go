// The smallest client of the compatible API in Go without dependencies: status, sign, verify (version 2, JSON).
// Usage: go run sign.go URL USER:PASSWORD NIK PASSPHRASE-FILE LETTER.pdf SIGNED.pdf
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var client = http.Client{Timeout: 60 * time.Second}

// call posts JSON and reads JSON; a refusal says why: {"error":"…","status_code":…}
func call(address, credential string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	request, err := http.NewRequest("POST", address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	user, password, _ := strings.Cut(credential, ":")
	request.SetBasicAuth(user, password)
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", text)
	}
	return json.Unmarshal(text, answer)
}

func run(url, credential, nik, passphraseFile, letter, signed string) (string, error) {
	var status struct{ Status, Message string }
	err := call(url+"/api/v2/user/check/status", credential, map[string]string{"nik": nik}, &status)
	if err != nil {
		return "", err
	}
	if status.Status != "ISSUE" {
		return "", fmt.Errorf("%s", status.Message)
	}

	passphrase, err := os.ReadFile(passphraseFile)
	if err != nil {
		return "", err
	}
	pdf, err := os.ReadFile(letter)
	if err != nil {
		return "", err
	}
	// Bytes become base64 in JSON, and bytes again.
	var answer struct{ File [][]byte }
	err = call(url+"/api/v2/sign/pdf", credential, map[string]any{
		"nik":                 nik,
		"passphrase":          string(passphrase),
		"signatureProperties": []any{map[string]any{"tampilan": "INVISIBLE", "location": nil, "reason": nil}},
		"file":                [][]byte{pdf},
	}, &answer)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(signed, answer.File[0], 0o644); err != nil {
		return "", err
	}

	var verdict struct{ Conclusion, Description string }
	err = call(url+"/api/v2/verify/pdf", credential, map[string]any{"file": answer.File[0]}, &verdict)
	if err != nil || verdict.Conclusion == "VALID" {
		return verdict.Conclusion, err
	}
	return verdict.Description, nil
}

func main() {
	if len(os.Args) != 7 {
		fmt.Fprintln(os.Stderr, "usage: sign URL USER:PASSWORD NIK PASSPHRASE-FILE LETTER.pdf SIGNED.pdf")
		os.Exit(2)
	}
	a := os.Args[1:]
	verdict, err := run(a[0], a[1], a[2], a[3], a[4], a[5])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(verdict)
}
