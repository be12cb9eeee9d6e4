package sources

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

// KeyFile is the name of the file in the data folder that holds the key under
// which secrets are sealed. It is in no backup.
const KeyFile = "secrets.key"

const keyBytes = 32

// errSealed says that secrets cannot be opened with the keys at hand.
var errSealed = errors.New("sealed under a key that is not here")

// A Vault seals secrets with AES-256-GCM. It is safe for concurrent use.
type Vault struct {
	path  string
	given []byte // a key from the environment, or nil

	mu sync.Mutex // held while the file is made
}

// NewVault returns a vault whose key is what was given (32 random bytes in
// hexadecimal or base64), or else lies in a file in the data folder, which is
// made when something is first sealed. A key of another length is Invalid.
func NewVault(dir, given string) (*Vault, error) {
	v := &Vault{path: filepath.Join(dir, KeyFile)}
	if given = strings.TrimSpace(given); given == "" {
		return v, nil
	}
	key, err := parseKey(given)
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "ORRERY_SECRET_KEY is no key: give 32 random bytes as 64 hexadecimal digits, as `openssl rand -hex 32` prints them")
	}
	v.given = key
	return v, nil
}

func parseKey(text string) ([]byte, error) {
	for _, decode := range []func(string) ([]byte, error){
		hex.DecodeString, base64.StdEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
	} {
		if key, err := decode(text); err == nil && len(key) == keyBytes {
			return key, nil
		}
	}
	return nil, errors.New("not 32 bytes")
}

// seal encrypts the secrets of a source; none are nil.
func (v *Vault) seal(name string, secrets collect.Values) ([]byte, error) {
	if len(secrets) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(secrets)
	if err != nil {
		return nil, err
	}
	return v.Seal(ofSource, name, text)
}

// open decrypts what seal made; errSealed where no key at hand fits.
func (v *Vault) open(name string, sealed []byte) (collect.Values, error) {
	secrets := collect.Values{}
	if len(sealed) == 0 {
		return secrets, nil
	}
	text, err := v.Open(ofSource, name, sealed)
	if err != nil {
		return nil, err
	}
	return secrets, json.Unmarshal(text, &secrets)
}

const ofSource = "source"

// Seal encrypts a text so that it can be opened as that of the same thing alone:
// a kind of thing and its name.
func (v *Vault) Seal(kind, name string, text []byte) ([]byte, error) {
	key := v.given
	if key == nil {
		var err error
		if key, err = v.makeFile(); err != nil {
			return nil, err
		}
	}
	lock, err := lockOf(key)
	if err != nil {
		return nil, err
	}
	return lock.Seal(nil, nil, text, boundTo(kind, name)), nil
}

// Open decrypts what Seal made. It fails where no key at hand fits.
func (v *Vault) Open(kind, name string, sealed []byte) ([]byte, error) {
	keys := [][]byte{}
	if v.given != nil {
		keys = append(keys, v.given)
	}
	stored, err := v.readFile()
	if err == nil {
		keys = append(keys, stored)
	} else if !errors.Is(err, os.ErrNotExist) && v.given == nil {
		return nil, err
	}
	for _, key := range keys {
		lock, err := lockOf(key)
		if err != nil {
			return nil, err
		}
		if text, err := lock.Open(nil, nil, sealed, boundTo(kind, name)); err == nil {
			return text, nil
		}
	}
	return nil, errSealed
}

// boundTo keeps what was sealed for one thing from being opened as another's.
func boundTo(kind, name string) []byte { return []byte("orrery/" + kind + "/1\x00" + name) }

func lockOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (v *Vault) readFile() ([]byte, error) {
	info, err := os.Stat(v.path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, orrery.Errorf(orrery.Invalid, "%s can be read by others than its owner, so its key is not used: run `chmod 600 %s`", v.path, v.path)
	}
	text, err := os.ReadFile(v.path)
	if err != nil {
		return nil, err
	}
	key, err := parseKey(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, orrery.Errorf(orrery.Invalid, "%s holds no key: put the right file back, or remove it and fill in the secrets again", v.path)
	}
	return key, nil
}

// makeFile returns the key of the file, and makes both at first use. What is
// sealed is kept only after the key is safe on disk.
func (v *Vault) makeFile() ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	key, err := v.readFile()
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return key, err
	}
	key = make([]byte, keyBytes)
	rand.Read(key) //nolint:errcheck // it never returns an error
	aside, err := os.CreateTemp(filepath.Dir(v.path), KeyFile+"-*")
	if err != nil {
		return nil, fmt.Errorf("make the key for secrets: %w", err)
	}
	defer os.Remove(aside.Name()) //nolint:errcheck // it is gone once it has its name
	_, err = aside.WriteString(hex.EncodeToString(key) + "\n")
	err = errors.Join(err, aside.Chmod(0o600), aside.Sync(), aside.Close())
	if err == nil {
		err = os.Rename(aside.Name(), v.path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(v.path))
	}
	if err != nil {
		return nil, fmt.Errorf("make the key for secrets: %w", err)
	}
	return key, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
