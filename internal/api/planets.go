package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// planetOf returns the planet that activities of a key belong to: the key's,
// else the one that the request names, else the only one.
func (s *server) planetOf(c *call) (orrery.Planet, error) {
	planet, err := s.chosenPlanet(c)
	if err != nil || planet.ID != 0 {
		return planet, err
	}
	planets := s.Books.Planets()
	if len(planets) == 1 {
		return planets[0], nil
	}
	return planet, orrery.Errorf(orrery.Invalid, "there are %d planets: name one with ?planet=", len(planets))
}

// chosenPlanet returns the planet that a request names or that its key is bound
// to; the zero planet stands for all. A key's planet is the only one it sees.
func (s *server) chosenPlanet(c *call) (orrery.Planet, error) {
	slug := c.URL.Query().Get("planet")
	for _, p := range s.Books.Planets() {
		switch {
		case c.key.Planet != 0 && p.ID == c.key.Planet && (slug == "" || slug == p.Slug),
			c.key.Planet == 0 && p.Slug == slug:
			return p, nil
		}
	}
	if slug == "" && c.key.Planet == 0 {
		return orrery.Planet{}, nil
	}
	return orrery.Planet{}, orrery.Errorf(orrery.NotFound, "there is no planet %.60q for this key", slug)
}

type planetShape struct {
	Planet        string      `json:"planet"`
	Title         string      `json:"title"`
	Constellation string      `json:"constellation"`
	RhythmDays    int         `json:"rhythm_days"`
	Archived      bool        `json:"archived"` // hidden from the screens
	AsOf          orrery.Day  `json:"as_of"`
	People        int         `json:"people"` // in orbit
	Activities    int64       `json:"activities"`
	Gravity       gravity     `json:"gravity"`
	Levels        []levelRow  `json:"levels"` // nearest first
	First         *orrery.Day `json:"first"`  // day of its activities; null without any
	Last          *orrery.Day `json:"last"`
}

type gravity struct {
	Now  float64 `json:"now"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

type levelRow struct {
	Level  orrery.Level `json:"level"`
	People int          `json:"people"`
}

func planetOf(p *view.PlanetSummary) planetShape {
	shape := planetShape{
		Planet: p.Name, Title: p.Title, Constellation: p.Constellation, RhythmDays: p.RhythmDays, Archived: p.Archived, AsOf: p.AsOf,
		People: p.People, Activities: p.Activities, Gravity: gravity{p.Gravity.Now, p.Gravity.Low, p.Gravity.High},
		Levels: []levelRow{},
	}
	for _, b := range p.Bands {
		shape.Levels = append(shape.Levels, levelRow{b.Level, b.People})
	}
	if p.Activities > 0 {
		shape.First, shape.Last = &p.First, &p.Last
	}
	return shape
}

func (s *server) listPlanets(w http.ResponseWriter, c *call) error {
	planet, err := s.chosenPlanet(c)
	if err != nil {
		return err
	}
	asOf, err := dayOf(c)
	if err != nil {
		return err
	}
	list, err := s.Reader.Planets(c.Context(), asOf)
	if err != nil {
		return err
	}
	shapes := []planetShape{}
	for i := range list {
		if planet.ID == 0 || list[i].ID == planet.ID {
			shapes = append(shapes, planetOf(&list[i]))
		}
	}
	return answer(w, c, http.StatusOK, map[string]any{"planets": shapes})
}

func (s *server) addPlanet(w http.ResponseWriter, c *call) error {
	if c.key.Planet != 0 {
		return orrery.Errorf(orrery.Denied, "this key is for one planet: take one that is for all")
	}
	var asked struct {
		Planet        string `json:"planet"`
		Title         string `json:"title"`
		Constellation string `json:"constellation"`
		RhythmDays    int    `json:"rhythm_days"`
	}
	if err := strict(c.body, &asked, "planet", "title", "constellation", "rhythm_days"); err != nil {
		return err
	}
	const longest = 200
	if len(asked.Title) > longest || len(asked.Constellation) > longest {
		return orrery.Errorf(orrery.Invalid, "a title has at most %d bytes", longest)
	}
	p, err := s.Books.AddPlanet(c.Context(), orrery.Planet{
		Slug: asked.Planet, Title: asked.Title, Constellation: asked.Constellation, RhythmDays: asked.RhythmDays,
	})
	if err != nil {
		return err
	}
	return answer(w, c, http.StatusCreated, map[string]any{
		"planet": p.Slug, "title": p.Title, "constellation": p.Constellation, "rhythm_days": p.RhythmDays,
	})
}

// strict decodes one JSON object that has these keys alone, each once and
// written as here: package encoding/json alone would take any case and let the
// last of several win.
func strict(body []byte, into any, keys ...string) error {
	const shape = "the body must be one JSON object with these keys: "
	d := json.NewDecoder(strings.NewReader(string(body)))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return orrery.Errorf(orrery.Invalid, shape+"%s", strings.Join(keys, ", "))
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		key, _ := token.(string)
		if err != nil || seen[key] || !slices.Contains(keys, key) {
			return orrery.Errorf(orrery.Invalid, shape+"%s; %.60q is none of them, or stands twice", strings.Join(keys, ", "), key)
		}
		seen[key] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return orrery.Errorf(orrery.Invalid, "%s is no JSON value", key)
		}
	}
	var wrong *json.UnmarshalTypeError
	switch err := json.Unmarshal(body, into); {
	case errors.As(err, &wrong):
		return orrery.Errorf(orrery.Invalid, "%s must be a %s", wrong.Field, wrong.Type)
	case err != nil:
		return orrery.Errorf(orrery.Invalid, shape+"%s", strings.Join(keys, ", "))
	}
	return nil
}

// dayOf reads ?as_of=; 0 without one.
func dayOf(c *call) (orrery.Day, error) {
	text := c.URL.Query().Get("as_of")
	if text == "" {
		return 0, nil
	}
	return orrery.ParseDay(text)
}

// limitOf reads ?limit=; 0 is everything.
func limitOf(c *call, usual, most int) (int, error) {
	text := c.URL.Query().Get("limit")
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		return 0, orrery.Errorf(orrery.Invalid, "limit=%.20s: give a number up to %d; 0 is everything", text, most)
	}
	return n, nil
}
