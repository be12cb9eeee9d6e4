package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
)

const (
	secretPrefix = "whsec_"
	secretBytes  = 32

	// Overlap is how long the secret before goes on signing beside the new one.
	Overlap = 24 * time.Hour
)

// secrets are what messages to one endpoint are signed with.
type secrets struct {
	Now    string    `json:"now"`              // whsec_…
	Before string    `json:"before,omitempty"` // and until when it signs too
	Until  time.Time `json:"until,omitzero"`
}

// newSecret returns 256 random bits as Standard Webhooks writes them.
func newSecret() string {
	b := make([]byte, secretBytes)
	rand.Read(b) //nolint:errcheck // it never returns an error
	return secretPrefix + base64.StdEncoding.EncodeToString(b)
}

// keyOf reads a secret: 24 to 64 bytes in base64 after whsec_.
func keyOf(secret string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil || !strings.HasPrefix(secret, secretPrefix) || len(key) < 24 || len(key) > 64 {
		return nil, orrery.Errorf(orrery.Invalid, "the secret is whsec_ and then 24 to 64 bytes in base64; leave it empty to get a new one")
	}
	return key, nil
}

// sign returns the value of the header webhook-signature: a signature for each
// secret that is in force (Standard Webhooks 1.0.0, Signature scheme).
func (k secrets) sign(id string, at time.Time, body []byte) (string, error) {
	var signatures []string
	for _, secret := range k.inForce(at) {
		key, err := keyOf(secret)
		if err != nil {
			return "", err
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(signatures, " "), nil
}

func (k secrets) inForce(at time.Time) []string {
	if k.Before != "" && at.Before(k.Until) {
		return []string{k.Now, k.Before}
	}
	return []string{k.Now}
}

// turned returns the secrets after a new one took the place of the current.
func (k secrets) turned(next string, at time.Time) secrets {
	return secrets{Now: next, Before: k.Now, Until: at.Add(Overlap).UTC()}
}

const ofWebhook = "webhook"

func (s *Service) seal(name string, k secrets) ([]byte, error) {
	text, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	return s.Vault.Seal(ofWebhook, name, text)
}

func (s *Service) open(e *Endpoint) (k secrets, err error) {
	text, err := s.Vault.Open(ofWebhook, e.Name, e.Secrets)
	if err != nil {
		return k, orrery.Errorf(orrery.Denied, "its secret was sealed on another machine: make a new one")
	}
	return k, json.Unmarshal(text, &k)
}

// NewsID returns an ID that is the same for the same words.
func NewsID(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return "msg_" + hex.EncodeToString(sum[:16])
}

// RandomID returns an ID for news that happen once.
func RandomID() string {
	b := make([]byte, 16)
	rand.Read(b) //nolint:errcheck // it never returns an error
	return "msg_" + hex.EncodeToString(b)
}
