package web

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/partner"
	"orrery.dev/orrery/internal/view"
)

type partnersPage struct {
	view.Partners
	Empty bool // nobody was ever here
}

func (s *server) partners(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	known, err := s.Backend.Partners.Partners(v.Context(), v.planet.ID, v.asOf, patience)
	if err != nil {
		return err
	}
	if !known.There {
		w.Header().Set("Refresh", "3")
	}
	return s.render(w, v, http.StatusOK, "partners", language.T("Partners"), partnersPage{known, v.planet.People == 0})
}

type partnerPage struct {
	view.PartnerStory
	Wide, Narrow *aroundChart
	Notes        *chartNotes
	Link         string // of a room that was opened just now
	Host         string
}

func (s *server) partner(w http.ResponseWriter, v *visit) error { return s.showPartner(w, v, "") }

func (s *server) showPartner(w http.ResponseWriter, v *visit, link string) error {
	if s.homeless(w, v) {
		return nil
	}
	known, err := s.Backend.Partners.Partner(v.Context(), v.planet.ID, v.PathValue("slug"), v.asOf, patience)
	if err != nil {
		return err
	}
	if !known.There && link == "" {
		w.Header().Set("Refresh", "3")
	}
	p := partnerPage{PartnerStory: known, Link: link, Host: s.origin(v)}
	if a := known.Past.Around; a != nil {
		p.Wide, p.Narrow = newAroundChart(a, true), newAroundChart(a, false)
		reach := orrery.Day(7 * len(a.Weeks) / 2)
		if p.Notes, err = s.notesOn(v, a.Date-reach, min(a.Date+reach, known.AsOf)); err != nil {
			return err
		}
		p.Wide.mark(p.Notes, a)
		p.Narrow.mark(p.Notes, a)
	}
	return s.render(w, v, http.StatusOK, "partner", known.Name(), &p)
}

type partnerForm struct {
	view.PartnerForm
	CodeLines, DomainLines, ChannelLines string
	Problem                              string
}

func (s *server) newPartner(w http.ResponseWriter, v *visit) error {
	if s.homeless(w, v) {
		return nil
	}
	return s.render(w, v, http.StatusOK, "partnerform", language.T("A partner"), partnerForm{PartnerForm: view.PartnerForm{New: true}})
}

func (s *server) askPartner(w http.ResponseWriter, v *visit) error {
	known, err := s.Backend.Partners.Partner(v.Context(), v.planet.ID, v.PathValue("slug"), 0, 0)
	if err != nil {
		return err
	}
	f := partnerForm{PartnerForm: view.PartnerForm{Slug: known.Slug, Title: known.Title, Statement: known.Statement}}
	var codes []string
	for _, c := range known.Codes {
		codes = append(codes, c.String())
	}
	f.CodeLines, f.DomainLines, f.ChannelLines = strings.Join(codes, "\n"), strings.Join(known.Domains, "\n"), strings.Join(known.Channels, "\n")
	return s.render(w, v, http.StatusOK, "partnerform", language.T("Change %s", known.Name()), f)
}

func (s *server) savePartner(w http.ResponseWriter, v *visit) error {
	form := v.PostForm
	f := partnerForm{PartnerForm: view.PartnerForm{
		Slug: v.PathValue("slug"), New: v.PathValue("slug") == "", Title: form.Get("title"), Statement: form.Get("statement"),
		Codes: linesOf(form.Get("codes")), Domains: linesOf(form.Get("domains")), Channels: linesOf(form.Get("channels")),
	}}
	if f.New {
		f.Slug = strings.TrimSpace(form.Get("slug"))
	}
	slug, err := s.Backend.Partners.SavePartner(v.Context(), v.account, f.PartnerForm)
	if code := orrery.CodeOf(err); err != nil && (code == orrery.Invalid || code == orrery.Conflict) {
		f.Problem = err.Error()
		f.CodeLines, f.DomainLines, f.ChannelLines = form.Get("codes"), form.Get("domains"), form.Get("channels")
		return s.render(w, v, statusOf(code), "partnerform", language.T("A partner"), f)
	} else if err != nil {
		return err
	}
	return s.done(w, v, v.to("/partners/"+slug), "The partner is kept. Who came through it is being counted.")
}

// linesOf lists the lines of a text that are not empty.
func linesOf(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

func (s *server) removePartner(w http.ResponseWriter, v *visit) error {
	if err := s.Backend.Partners.RemovePartner(v.Context(), v.account, v.PathValue("slug")); err != nil {
		return err
	}
	return s.done(w, v, v.to("/partners"), "The partner is removed, with its links and its rooms. Activities keep their marks.")
}

func (s *server) beginTrial(w http.ResponseWriter, v *visit) error {
	slug := v.PathValue("slug")
	form := v.PostForm
	days, err := strconv.Atoi(strings.TrimSpace(form.Get("days")))
	if err != nil {
		return orrery.Errorf(orrery.Invalid, "%q is no number of days", form.Get("days"))
	}
	held, err := strconv.ParseFloat(strings.TrimSpace(form.Get("held")), 64)
	if err != nil || math.IsNaN(held) || held < 1 || held > 90 {
		return orrery.Errorf(orrery.Invalid, "choose 1 to 90 percent of the people to hold out")
	}
	from, err := orrery.ParseDay(form.Get("from"))
	if err != nil {
		return err
	}
	name := strings.TrimSpace(form.Get("name"))
	trial := view.NewTrial{Name: name, HeldMilli: int(math.Round(held * 10)), From: from, Days: days}
	if err := s.Backend.Partners.BeginTrial(v.Context(), v.account, v.planet.ID, slug, trial); err != nil {
		return err
	}
	return s.done(w, v, v.to("/partners/"+slug)+"#increment", "The lots are drawn. Take the list, and leave those out who are held out.")
}

func (s *server) endTrial(w http.ResponseWriter, v *visit) error {
	slug := v.PathValue("slug")
	if err := s.Backend.Partners.DropTrial(v.Context(), v.account, slug, v.PathValue("name")); err != nil {
		return err
	}
	return s.done(w, v, v.to("/partners/"+slug)+"#increment", "The trial is removed.")
}

// trialCSV writes who is to be reached and who is not.
func (s *server) trialCSV(w http.ResponseWriter, v *visit) error {
	sides, err := s.Backend.Partners.TrialSides(v.Context(), v.PathValue("slug"), v.PathValue("name"))
	if err != nil {
		return err
	}
	out := newSheet(w, named(v.PathValue("slug")+"-"+v.PathValue("name"), 0), "id", "name", "side")
	for _, p := range sides {
		side := "reach"
		if p.Held {
			side = "leave out"
		}
		out.row(strconv.Itoa(int(p.ID)), p.Name, side)
	}
	out.Flush()
	return nil // who left half-way does not read the rest
}

func (s *server) openRoom(w http.ResponseWriter, v *visit) error {
	days, err := strconv.Atoi(strings.TrimSpace(v.PostForm.Get("days")))
	if err != nil || days < 1 || days > 731 {
		return orrery.Errorf(orrery.Invalid, "a room stays open from 1 day to two years")
	}
	token, err := s.Backend.Partners.OpenRoom(v.Context(), v.account, v.planet.ID, v.PathValue("slug"), v.PostForm.Get("purpose"), days)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.showPartner(w, v, s.origin(v)+RoomPath(token))
}

func (s *server) closeRoom(w http.ResponseWriter, v *visit) error {
	number, err := strconv.ParseInt(v.PathValue("room"), 10, 64)
	if err != nil {
		return orrery.Errorf(orrery.NotFound, "there is no such room")
	}
	slug := v.PathValue("slug")
	if err := s.Backend.Partners.CloseRoom(v.Context(), v.account, slug, number); err != nil {
		return err
	}
	return s.done(w, v, v.to("/partners/"+slug)+"#room", "The link opens nothing any more.")
}

func (s *server) writeRoom(w http.ResponseWriter, v *visit) error {
	slug := v.PathValue("slug")
	if err := s.Backend.Partners.WriteRoom(v.Context(), v.account, slug, v.PostForm.Get("text")); err != nil {
		return err
	}
	return s.done(w, v, v.to("/partners/"+slug)+"#room", "The update stands in the partner’s room.")
}

func (s *server) dropRoomUpdate(w http.ResponseWriter, v *visit) error {
	slug := v.PathValue("slug")
	number, err := strconv.ParseInt(v.PostForm.Get("update"), 10, 64)
	if err != nil {
		return orrery.Errorf(orrery.NotFound, "there is no such update")
	}
	if err := s.Backend.Partners.DropRoomUpdate(v.Context(), v.account, slug, number); err != nil {
		return err
	}
	return s.done(w, v, v.to("/partners/"+slug)+"#room", "The update is taken away.")
}

// An aroundChart shows how many came for the first time around a date, beside
// placebo dates.
type aroundChart struct {
	W, H                     float64
	Left, Right, Top, Bottom float64
	DateX                    float64
	Placebos                 []string
	Path                     string
	Beside                   string // other circles
	Levels                   []chartLevel
	Ticks                    []chartTick
	Says                     language.Text
	Notes                    noteMarks
}

// mark puts notes on the weeks around the date.
func (c *aroundChart) mark(n *chartNotes, a *partner.Around) {
	weeks := float64(len(a.Weeks))
	c.Notes = n.marks(c.Top, c.Bottom, func(d orrery.Day) (float64, bool) {
		at := float64(len(a.Weeks)/2) - .5 + float64(d-a.Date)/7
		return c.Left + (c.Right-c.Left)*at/(weeks-1), at >= 0 && at <= weeks-1
	})
}

func newAroundChart(a *partner.Around, wide bool) *aroundChart {
	c := &aroundChart{W: 1040, H: 250, Left: 64, Top: 14}
	if !wide {
		c.W, c.H, c.Left = 340, 220, 46
	}
	c.Right, c.Bottom = c.W-12, c.H-26
	half := len(a.Weeks) / 2
	own := beforeFree(a.Weeks)
	lines := append([][]float64{own}, a.Placebos...)
	var beside []float64
	if a.Elsewhere != nil {
		beside = beforeFree(a.Elsewhere.Weeks)
		lines = append(lines, beside)
	}
	low, high := -1., 1.
	for _, line := range lines {
		for _, v := range line {
			low, high = min(low, v), max(high, v)
		}
	}
	x := func(week float64) float64 { return c.Left + (c.Right-c.Left)*week/float64(len(a.Weeks)-1) }
	y := func(v float64) float64 { return c.Bottom - (c.Bottom-c.Top)*(v-low)/(high-low) }
	path := func(line []float64) string {
		var b strings.Builder
		for i, v := range line {
			command := byte('L')
			if i == 0 {
				command = 'M'
			}
			fmt.Fprintf(&b, "%c%.1f %.1f", command, x(float64(i)), y(v))
		}
		return b.String()
	}
	for _, line := range a.Placebos {
		c.Placebos = append(c.Placebos, path(line))
	}
	c.Path = path(own)
	if beside != nil {
		c.Beside = path(beside)
	}
	c.DateX = x(float64(half) - .5)
	for _, v := range []float64{low, 0, high} {
		c.Levels = append(c.Levels, chartLevel{y(v), signed(round(v))})
	}
	for i, week := range []int{0, half, len(a.Weeks) - 1} {
		anchor := []string{"start", "middle", "end"}[i]
		text := language.T("%d weeks before", half)
		switch i {
		case 1:
			text = language.Date(a.Date, "2 Jan 2006")
		case 2:
			text = language.T("%d weeks after", half)
		}
		c.Ticks = append(c.Ticks, chartTick{X: x(float64(week)), Text: text, Anchor: anchor})
	}
	c.Says = language.T("People who came for the first time, week by week around %s: %s a week after it than before. %d of %d other dates show a change at least as large.",
		dayWords(a.Date), moreWords(a.Change), a.AsLarge, len(a.Placebos))
	return c
}

// beforeFree takes the mean before the date off each week.
func beforeFree(weeks []int) []float64 {
	mean, half := 0., len(weeks)/2
	for _, n := range weeks[:half] {
		mean += float64(n) / float64(half)
	}
	line := make([]float64, len(weeks))
	for i, n := range weeks {
		line[i] = float64(n) - mean
	}
	return line
}

func moreWords(change float64) language.Text {
	if change < 0 {
		return language.T("%s fewer", decimal(-change))
	}
	return language.T("%s more", decimal(change))
}

// Foot is where the weeks are written.
func (c *aroundChart) Foot() float64 { return c.H - 6 }

// Margin is where the numbers beside the plot end.
func (c *aroundChart) Margin() float64 { return c.Left - 8 }

// MoreWords says by how much more or fewer came after the date.
func (p *partnerPage) MoreWords(change float64) language.Text { return moreWords(change) }

// Tomorrow is the day from which a trial may begin.
func (p *partnerPage) Tomorrow(now time.Time) string { return (orrery.DayOf(now) + 1).String() }

// Percent writes thousandths as percent.
func (p *partnerPage) Percent(milli int) language.Text {
	return language.T("%s%%", decimal(float64(milli)/10))
}

// People writes a number of people that was estimated.
func (p *partnerPage) People(v float64) language.Text { return count(round(v)) }

// After says after how long.
func (p *partnerPage) After(days int) language.Text {
	if days == 365 {
		return language.T("a year")
	}
	return language.N(days, "1 day", "%d days")
}

// OnNow says whether a code is on, on a day.
func (p *partnerPage) OnNow(c partner.Code, now time.Time) bool {
	return c.Switch.On(orrery.DayOf(now))
}
