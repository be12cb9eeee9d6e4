package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/view"
)

// The public side of a purpose: a page, a badge and a feed that everybody may read,
// without a cookie and without a word about who did anything. Where a purpose is not
// public, the answer is that of an address that leads nowhere.

const publicPatience = 2 * time.Second

func (s *server) public(v *visit) (view.PublicPurpose, error) {
	p, err := s.Backend.Purposes.PublicPurpose(v.Context(), v.PathValue("slug"), publicPatience)
	if orrery.CodeOf(err) == orrery.NotFound {
		return p, s.nothingHere(nil, v)
	}
	return p, err
}

type publicPage struct {
	view.PublicPurpose
	Goals  []goal
	Static string
	Feed   string
	Now    time.Time
}

func (s *server) publicPurpose(w http.ResponseWriter, v *visit) error {
	p, err := s.public(v)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	page := publicPage{p, goalsOf(p.Progress), s.assets.prefix, "/p/" + p.Slug + "/feed.json", s.Clock()}
	if err := s.pages[v.language].ExecuteTemplate(&out, "public", page); err != nil {
		return err
	}
	v.speak(w)
	return s.openly(w, v, "text/html; charset=utf-8", out.Bytes(), p.There)
}

// openly answers what everybody may read, and lets it be kept for a minute.
func (s *server) openly(w http.ResponseWriter, v *visit, kind string, body []byte, keep bool) error {
	h := w.Header()
	sum := sha256.Sum256(body)
	tag := strconv.Quote(hex.EncodeToString(sum[:12]))
	h.Set("Cache-Control", "public, max-age=60")
	if !keep { // figures are on their way
		h.Set("Cache-Control", "no-store")
	}
	h.Set("ETag", tag)
	if v.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // who left does not read it
	return nil
}

// elsewhere lets pages of others show an answer.
func elsewhere(w http.ResponseWriter) {
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Set("Access-Control-Allow-Origin", "*")
}

func (s *server) purposeBadge(w http.ResponseWriter, v *visit) error {
	p, err := s.public(v)
	if err != nil {
		return err
	}
	elsewhere(w)
	return s.openly(w, v, "image/svg+xml", badge(&p), p.There)
}

// badge draws a purpose's name and its first figure.
func badge(p *view.PublicPurpose) []byte {
	name, figure, share := shortened(visible(p.Name), 40), "being counted", 0.0
	if p.There && len(p.Progress) > 0 {
		one := &p.Progress[0]
		figure = shortened(visible(one.Measure.Number(one.Value)+" of "+one.Measure.Write(one.Measure.Target)), 44)
		share = one.Share()
	}
	const letter, pad, high = 6.6, 9.0, 22.0
	left, right := letter*float64(utf8.RuneCountInString(name))+2*pad, letter*float64(utf8.RuneCountInString(figure))+2*pad
	wide := left + right
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s: %s">`,
		wide, high, wide, high, html.EscapeString(name), html.EscapeString(figure))
	fmt.Fprintf(&b, `<title>%s: %s</title><rect width="%.1f" height="%.0f" rx="5" fill="#1c2233"/>`, html.EscapeString(name), html.EscapeString(figure), wide, high)
	fmt.Fprintf(&b, `<path d="M%.1f 0H%.1fa5 5 0 0 1 5 5V%.0fa5 5 0 0 1-5 5H%.1fz" fill="#8a5a00"/>`, left, wide-5, high-5, left)
	fmt.Fprintf(&b, `<rect x="%.1f" y="%.0f" width="%.1f" height="3" fill="#f0c674"/>`, left, high-3, (right-5)*share)
	fmt.Fprintf(&b, `<g fill="#fffdf8" font-family="system-ui,Verdana,sans-serif" font-size="11.5"><text x="%.1f" y="15" textLength="%.1f" lengthAdjust="spacingAndGlyphs">%s</text>`,
		pad, left-2*pad, html.EscapeString(name))
	fmt.Fprintf(&b, `<text x="%.1f" y="14" textLength="%.1f" lengthAdjust="spacingAndGlyphs">%s</text></g></svg>`, left+pad, right-2*pad, html.EscapeString(figure))
	return b.Bytes()
}

// visible leaves out signs that XML has no place for.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, text)
}

func shortened(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// feed is a JSON Feed 1.1 (jsonfeed.org/version/1.1).
type feed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	HomePage    string     `json:"home_page_url"`
	Feed        string     `json:"feed_url"`
	Description string     `json:"description"`
	Icon        string     `json:"icon"`
	Language    string     `json:"language"`
	Expired     bool       `json:"expired,omitempty"`
	Items       []feedItem `json:"items"`
	Orrery      feedExtra  `json:"_orrery"`
}

type feedItem struct {
	ID        string `json:"id"`
	URL       string `json:"url"`
	Content   string `json:"content_text"`
	Published string `json:"date_published"`
}

// feedExtra tells the figures; the specification leaves names with _ to us.
type feedExtra struct {
	About    string       `json:"about"`
	AsOf     orrery.Day   `json:"as_of"`
	People   int          `json:"people,omitempty"` // none while they are few
	Asked    string       `json:"asked_now,omitempty"`
	Measures []feedFigure `json:"measures"`
}

type feedFigure struct {
	Unit     string          `json:"unit"`
	Value    float64         `json:"value"`
	Expected float64         `json:"expected"`
	Target   float64         `json:"target"`
	From     orrery.Day      `json:"from"`
	By       orrery.Day      `json:"by"`
	Verdict  purpose.Verdict `json:"verdict"`
}

func (s *server) purposeFeed(w http.ResponseWriter, v *visit) error {
	p, err := s.public(v)
	if err != nil {
		return err
	}
	scheme := "http://"
	if s.Secure || v.TLS != nil {
		scheme = "https://"
	}
	home := scheme + v.Host + "/p/" + p.Slug
	f := feed{
		Version: "https://jsonfeed.org/version/1.1", Title: p.Name, HomePage: home, Feed: home + "/feed.json", Description: p.Statement,
		Icon: home + "/badge.svg", Language: "en", Expired: p.Closed, Items: []feedItem{},
		Orrery: feedExtra{About: "https://jsonfeed.org/version/1.1#extensions", AsOf: p.AsOf, People: p.People, Asked: p.Ask, Measures: []feedFigure{}},
	}
	for _, u := range p.Updates {
		at := home + "#update-" + strconv.FormatInt(u.Number, 10)
		f.Items = append(f.Items, feedItem{at, at, u.Text, iso(u.At)})
	}
	for i := range p.Progress {
		one := &p.Progress[i]
		m := one.Measure
		f.Orrery.Measures = append(f.Orrery.Measures, feedFigure{m.Noun(), m.Value(one.Value), m.Value(one.Expected), m.Value(m.Target), m.From, m.By, one.Verdict})
	}
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	elsewhere(w)
	return s.openly(w, v, "application/feed+json", body, p.There)
}
