package ndjson

import (
	"strconv"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// Append appends a as one line, with its line end. The keys stand in the order
// of the contract; those that a reader can do without are left out when they
// are empty. Decode of the line is equal to a, where a's texts are valid UTF-8
// without zero characters, its time is within the years 0 to 9999 at an offset
// of whole minutes under a day, and its quantity is finite. The time is cut to
// the microsecond.
func Append(dst []byte, a *orrery.Activity) []byte {
	dst = append(dst, `{"external_id":`...)
	dst = appendString(dst, a.ExternalID)
	dst = append(dst, `,"namespace":`...)
	dst = appendString(dst, a.Namespace)
	dst = append(dst, `,"source":`...)
	dst = appendString(dst, a.Source)
	dst = append(dst, `,"planet":`...)
	dst = appendString(dst, a.Planet)
	dst = append(dst, `,"kind":`...)
	dst = appendString(dst, a.Kind)
	dst = appendField(dst, `,"name":`, a.Name)
	dst = append(dst, `,"actor":`...)
	dst = appendActor(dst, &a.Actor)
	if a.Object != (orrery.Object{}) {
		dst = append(dst, `,"object":{"id":`...)
		dst = appendString(dst, a.Object.ID)
		dst = append(dst, `,"type":`...)
		dst = appendString(dst, a.Object.Type)
		dst = appendField(dst, `,"title":`, a.Object.Title)
		dst = appendField(dst, `,"url":`, a.Object.URL)
		dst = append(dst, '}')
	}
	dst = appendField(dst, `,"thread":`, a.Thread)
	dst = appendField(dst, `,"gist":`, a.Gist.String())
	dst = appendField(dst, `,"parent":`, a.Parent)
	if len(a.To) > 0 {
		dst = append(dst, `,"to":`...)
		for i := range a.To {
			dst = append(dst, separator(i))
			dst = appendActor(dst, &a.To[i])
		}
		dst = append(dst, ']')
	}
	dst = append(dst, `,"at":"`...)
	dst = a.At.Truncate(time.Microsecond).AppendFormat(dst, time.RFC3339Nano)
	dst = append(dst, '"')
	dst = appendField(dst, `,"origin":`, a.Origin.String())
	dst = appendField(dst, `,"prompted_by":`, a.PromptedBy)
	if a.Quantity != 0 || a.Unit != "" {
		dst = append(dst, `,"quantity":`...)
		dst = appendNumber(dst, a.Quantity)
	}
	dst = appendField(dst, `,"unit":`, a.Unit)
	if a.Valence != nil {
		dst = append(dst, `,"valence":`...)
		dst = strconv.AppendInt(dst, int64(*a.Valence), 10)
	}
	dst = appendField(dst, `,"partner":`, a.Partner)
	dst = appendStrings(dst, `,"purposes":`, a.Purposes)
	dst = appendStrings(dst, `,"tags":`, a.Tags)
	dst = appendField(dst, `,"retracts":`, a.Retracts)
	if a.TimeClamped {
		dst = append(dst, `,"time_clamped":true`...)
	}
	return append(dst, '}', '\n')
}

func appendActor(dst []byte, a *orrery.Actor) []byte {
	dst = append(dst, `{"namespace":`...)
	dst = appendString(dst, a.Namespace)
	dst = append(dst, `,"type":`...)
	dst = appendString(dst, a.Type)
	dst = append(dst, `,"value":`...)
	dst = appendString(dst, a.Value)
	dst = appendField(dst, `,"name":`, a.Name)
	dst = appendField(dst, `,"email":`, a.Email)
	return append(dst, '}')
}

func appendField(dst []byte, key, value string) []byte {
	if value == "" {
		return dst
	}
	return appendString(append(dst, key...), value)
}

func appendStrings(dst []byte, key string, values []string) []byte {
	if len(values) == 0 {
		return dst
	}
	dst = append(dst, key...)
	for i, v := range values {
		dst = append(dst, separator(i))
		dst = appendString(dst, v)
	}
	return append(dst, ']')
}

func separator(i int) byte {
	if i == 0 {
		return '['
	}
	return ','
}

// appendNumber writes whole numbers without an exponent, as people do.
func appendNumber(dst []byte, v float64) []byte {
	if v == float64(int64(v)) && v > -1<<53 && v < 1<<53 {
		return strconv.AppendInt(dst, int64(v), 10)
	}
	return strconv.AppendFloat(dst, v, 'g', -1, 64)
}

// appendString writes a JSON string. What is not UTF-8 becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}
