package account

import (
	"context"
	"strings"
)

// Device is what somebody is logged in with, in words. Nothing else of what a
// browser says about itself is kept. Empty: not known.
type Device struct {
	Browser string // such as Firefox
	System  string // such as Android
}

type deviceKey struct{}

// WithDevice notes what somebody speaks through, as its User-Agent header tells.
func WithDevice(ctx context.Context, userAgent string) context.Context {
	return context.WithValue(ctx, deviceKey{}, userAgent)
}

func deviceFrom(ctx context.Context) Device {
	userAgent, _ := ctx.Value(deviceKey{}).(string)
	return DeviceOf(userAgent)
}

// A telltale is a piece of a User-Agent header and what it gives away. Browsers
// name those that they are like as well: the first that fits counts.
type telltale struct{ piece, name string }

var browsers = []telltale{
	{"Edg/", "Edge"},
	{"EdgA/", "Edge"},
	{"EdgiOS/", "Edge"},
	{"OPR/", "Opera"},
	{"Vivaldi/", "Vivaldi"},
	{"SamsungBrowser/", "Samsung Internet"},
	{"FxiOS/", "Firefox"},
	{"Firefox/", "Firefox"},
	{"CriOS/", "Chrome"},
	{"Chrome/", "Chrome"},
	{"Version/", "Safari"},
	{"curl/", "curl"},
}

var systems = []telltale{
	{"iPhone", "iPhone"},
	{"iPad", "iPad"},
	{"Android", "Android"},
	{"Windows", "Windows"},
	{"CrOS", "ChromeOS"},
	{"Macintosh", "Mac"},
	{"Linux", "Linux"},
}

// DeviceOf tells from a User-Agent header what somebody speaks through.
func DeviceOf(userAgent string) Device {
	return Device{first(browsers, userAgent), first(systems, userAgent)}
}

func first(list []telltale, text string) string {
	for _, t := range list {
		if strings.Contains(text, t.piece) {
			return t.name
		}
	}
	return ""
}
