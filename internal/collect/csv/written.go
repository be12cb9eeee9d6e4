package csv

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// scanWritten reads the other forms that people and programs write: 3.4.2026,
// 4/3/26 1:05 PM, Fri, 03 Apr 2026 10:15:00 +0200, 3 de abril de 2026.
func scanWritten(s string) (w written, ok bool) {
	if len(s) > 100 {
		return w, false
	}
	if compact, ok := scanCompact(strings.TrimSuffix(strings.Replace(s, "T", "", 1), "Z")); ok {
		compact.zoned = strings.HasSuffix(s, "Z")
		return compact, true
	}
	maybeMonth := false // "mar" is a French Tuesday too
	for rest := s; rest != ""; {
		c := rest[0]
		ok := true
		switch {
		case isDigit(c):
			rest, ok = w.number(rest)
		case (c == '+' || c == '-') && w.timed:
			w.offset, rest, ok = scanOffset(rest)
			w.zoned = true
		case c == ' ' || c == ',' || c == '-' || c == '/' || c == '.':
			rest = rest[1:]
		case c == '(':
			_, rest, ok = strings.Cut(rest, ")")
		default:
			end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
			if end < 0 {
				end = len(rest)
			}
			if end == 0 {
				_, size := utf8.DecodeRuneInString(rest)
				if space := rest[:size]; space == "\u00a0" || space == "\u202f" || space == "º" || space == "ª" {
					rest = rest[size:]
					continue
				}
				return w, false
			}
			word := foldWord(rest[:end])
			rest = rest[end:]
			if (word == "a" || word == "p") && (strings.HasPrefix(rest, ".m") || strings.HasPrefix(rest, ". m")) && w.timed {
				word += "m"
				rest = strings.TrimPrefix(strings.TrimLeft(rest, ". "), "m")
			}
			ok = w.word(word, &maybeMonth)
		}
		if !ok {
			return w, false
		}
	}
	if w.first == 0 && (w.day == 0 || w.month == 0) || w.year == 0 {
		return w, false
	}
	return w, true
}

// number reads what begins with a digit.
func (w *written) number(s string) (rest string, ok bool) {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if compact, ok := scanCompact(s[:n]); ok && n == 8 && w.year == 0 && w.day == 0 {
		w.year, w.month, w.day = compact.year, compact.month, compact.day
		return s[n:], true
	}
	if n > 4 {
		return s, false
	}
	value := 0
	for _, c := range []byte(s[:n]) {
		value = value*10 + int(c-'0')
	}
	rest = s[n:]
	dated := w.year != 0 && (w.day != 0 || w.first != 0)
	switch {
	case rest != "" && rest[0] == ':' && n <= 2 && !w.timed:
		return w.clock(value, rest[1:])
	case n == 4 && w.year == 0:
		if month, day, behind, ok := twoNumbers(rest); ok && w.day == 0 && w.month == 0 {
			w.year, w.month, w.day = value, month, day
			return behind, true
		}
		w.year = value
	case n <= 2 && w.day == 0 && w.first == 0 && w.month == 0:
		if other, year, behind, ok := twoNumbers(rest); ok && w.year == 0 {
			return behind, w.numbers(value, other, year, behind, rest)
		}
		w.day = value
		rest = trimOrdinal(rest)
	case n <= 2 && w.day == 0 && w.first == 0:
		w.day = value
		rest = trimOrdinal(rest)
	case n == 2 && w.year == 0:
		w.year = century(value)
	case dated && !w.timed && n <= 2 && strings.ContainsAny(rest[:min(len(rest), 2)], "aApP"): // 1 PM
		w.hour, w.timed = value, true
	default:
		return s, false
	}
	return rest, true
}

// numbers takes a date of three numbers whose last is the year.
func (w *written) numbers(first, other, year int, behind, rest string) bool {
	digits := 0
	text := rest[:len(rest)-len(behind)]
	for digits < len(text) && isDigit(text[len(text)-1-digits]) {
		digits++
	}
	switch digits {
	case 2:
		year = century(year)
	case 4:
	default:
		return false
	}
	w.year = year
	if rest[0] == '.' || first == other {
		w.day, w.month = first, other
	} else {
		w.first, w.other = first, other
	}
	return first > 0 && other > 0 && year > 0
}

// twoNumbers reads "/04/2026" or "-04-2026" or ". 4. 2026": two numbers with
// the same sign before each.
func twoNumbers(s string) (a, b int, rest string, ok bool) {
	if s == "" || s[0] != '/' && s[0] != '-' && s[0] != '.' {
		return 0, 0, s, false
	}
	sign := s[0]
	a, rest, ok = signedNumber(s, sign)
	if !ok {
		return 0, 0, s, false
	}
	b, rest, ok = signedNumber(rest, sign)
	return a, b, rest, ok
}

func signedNumber(s string, sign byte) (n int, rest string, ok bool) {
	if s == "" || s[0] != sign {
		return 0, s, false
	}
	s = strings.TrimPrefix(s[1:], " ")
	i := 0
	for i < len(s) && i < 4 && isDigit(s[i]) {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:], i > 0 && (i == len(s) || !isDigit(s[i]))
}

func trimOrdinal(s string) string {
	for _, suffix := range []string{"st", "nd", "rd", "th", "er"} {
		if rest, ok := strings.CutPrefix(s, suffix); ok && (rest == "" || rest[0] == ' ' || rest[0] == ',') {
			return rest
		}
	}
	return s
}

func century(year int) int {
	if year < 70 {
		return 2000 + year
	}
	return 1900 + year
}

// clock reads what follows "10:".
func (w *written) clock(hour int, s string) (rest string, ok bool) {
	if len(s) < 2 || !allDigits(s[:2]) {
		return s, false
	}
	w.hour, w.minute, w.timed = hour, number2(s), true
	s = s[2:]
	if len(s) >= 3 && s[0] == ':' && allDigits(s[1:3]) {
		w.second = number2(s[1:])
		s = s[3:]
		if len(s) > 1 && (s[0] == '.' || s[0] == ',') && isDigit(s[1]) {
			w.nanos, s = scanFraction(s[1:])
		}
	}
	return s, s == "" || !isDigit(s[0])
}

// word takes a month, a zone, AM or PM; weekdays and small words are passed
// over.
func (w *written) word(word string, maybeMonth *bool) bool {
	if month, ok := monthWords[word]; ok && (w.month == 0 || *maybeMonth) {
		w.month = month
		*maybeMonth = word == "mar"
		return true
	}
	switch word {
	case "am", "pm":
		if !w.timed || w.meridiem || w.hour < 1 || w.hour > 12 {
			return false
		}
		w.meridiem = true
		w.hour %= 12
		if word == "pm" {
			w.hour += 12
		}
		return true
	case "z", "utc", "gmt", "ut":
		if w.zoned && w.offset != 0 {
			return false
		}
		w.zoned = true
		return w.timed
	}
	if hours, ok := zoneWords[word]; ok {
		w.zoned, w.offset = true, hours*3600
		return w.timed
	}
	return smallWords[word]
}

// foldWord writes a word in lower case without accents.
func foldWord(s string) string {
	lower := strings.ToLower(s)
	if len(lower) == utf8.RuneCountInString(lower) {
		return lower
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(lower))
}

var monthWords = wordsOf([]string{
	"january jan januar janner enero ene janvier janv",
	"february feb februar febrero fevrier fev fevr",
	"march mar marz mrz marzo mars",
	"april apr abril abr avril avr",
	"may mai mayo",
	"june jun juni junio juin",
	"july jul juli julio juillet juil",
	"august aug agosto ago aout",
	"september sep sept septiembre septembre",
	"october oct oktober okt octubre octobre",
	"november nov noviembre novembre",
	"december dec dezember dez diciembre dic decembre",
})

func wordsOf(lists []string) map[string]int {
	m := map[string]int{}
	for i, list := range lists {
		for word := range strings.FieldsSeq(list) {
			m[word] = i + 1
		}
	}
	return m
}

// zoneWords are the zones that RFC 2822 names, in hours east of UTC.
var zoneWords = map[string]int{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}

var smallWords = func() map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq("t at on of the um am den der de del le la las uhr " +
		"mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday " +
		"mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag " +
		"lun mie jue vie sab dom lunes martes miercoles jueves viernes sabado domingo " +
		"mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche") {
		m[word] = true
	}
	return m
}()
