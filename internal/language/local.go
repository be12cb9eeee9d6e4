package language

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// numbers is how a language writes them.
type numbers struct {
	group, point string
	least        int // digits from which groups are set apart
}

// languages is what there is, without catalogues. A language is added here, with
// its catalogue beside it.
func languages() []*Language {
	return []*Language{
		{
			Tag: "en", Name: "English", numbers: numbers{",", ".", 4}, plural: oneOther, forms: 2,
			months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
			short:    [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
			weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		},
		{
			Tag: "de", Name: "Deutsch", numbers: numbers{".", ",", 4}, plural: oneOther, forms: 2,
			months:   [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
			short:    [12]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."},
			weekdays: [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		},
		{
			Tag: "es", Name: "Español", numbers: numbers{".", ",", 5}, plural: oneOther, forms: 2,
			months:   [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
			short:    [12]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
			weekdays: [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		},
	}
}

// oneOther is the CLDR plural rule of English, German and Spanish for the
// numbers that Orrery counts: the form for one, else the other. Spanish has a third form for
// whole millions alone, which it shares with none of our sentences.
func oneOther(n float64) int {
	if n == 1 {
		return 0
	}
	return 1
}

// whole writes digits, with a sign or without, in groups of three.
func (n numbers) whole(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") || strings.HasPrefix(digits, "+") {
		sign, digits = strings.Replace(digits[:1], "-", "−", 1), digits[1:]
	}
	if len(digits) >= n.least {
		for i := len(digits) - 3; i > 0; i -= 3 {
			digits = digits[:i] + n.group + digits[i:]
		}
	}
	return sign + digits
}

// broken writes what strconv or fmt wrote of a float.
func (n numbers) broken(text string, v float64) string {
	if math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(text, "eE ") {
		return text
	}
	before, after, found := strings.Cut(text, ".")
	if !found {
		return n.whole(before)
	}
	return n.whole(before) + n.point + after
}

// dated writes a time by a layout of package time; the catalogue may hold
// another layout for it.
func (l *Language) dated(t time.Time, layout string) string {
	if p, ok := l.entries[layout]; ok {
		layout = p.String()
	}
	var b strings.Builder
	for layout != "" {
		at, token := len(layout), ""
		for _, name := range []string{"January", "Jan", "Monday", "Mon"} {
			if i := strings.Index(layout, name); i >= 0 && (i < at || i == at && len(name) > len(token)) {
				at, token = i, name
			}
		}
		b.WriteString(t.Format(layout[:at]))
		switch token {
		case "January":
			b.WriteString(l.months[t.Month()-1])
		case "Jan":
			b.WriteString(l.short[t.Month()-1])
		case "Monday":
			b.WriteString(l.weekdays[t.Weekday()])
		case "Mon":
			day := []rune(l.weekdays[t.Weekday()])
			length := 3
			if l.Tag == "de" {
				length = 2
			}
			b.WriteString(string(day[:length]))
		}
		layout = layout[at+len(token):]
	}
	return b.String()
}

func plainFloat(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
