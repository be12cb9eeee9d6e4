package collecttest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

var update = flag.Bool("update", false, "write golden files instead of comparing with them")

// Golden compares got with a file and shows the first line that differs. With
// -update it writes the file.
func Golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run go test -update to write it)", err)
	}
	if bytes.Equal(got, want) {
		return
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		if at(g, i) != at(w, i) {
			t.Fatalf("%s:%d\n got %s\nwant %s", path, i+1, at(g, i), at(w, i))
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(no line)"
}

// Lines writes what was recorded as NDJSON: activities in the contract's shape,
// by time and external id, then links and skipped rows, marked by their type.
// The order of arrival does not show.
func Lines(r *Recorder) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	write := func(v any) {
		if err := e.Encode(v); err != nil {
			panic(err) // every field is text or a number
		}
	}

	activities := slices.Clone(r.Activities)
	slices.SortStableFunc(activities, func(a, b orrery.Activity) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(keyOf(&a), keyOf(&b)))
	})
	for i := range activities {
		write(activityLine(&activities[i]))
	}

	links := make([]linkJSON, 0, len(r.Links))
	for _, l := range r.Links {
		links = append(links, linkJSON{Type: "link", A: actorLine(l.A), B: actorLine(l.B), Kind: l.Kind.String(), At: l.At.Format(time.RFC3339Nano)})
	}
	slices.SortStableFunc(links, func(a, b linkJSON) int {
		return cmp.Or(cmp.Compare(a.A.Value, b.A.Value), cmp.Compare(a.B.Type, b.B.Type), cmp.Compare(a.B.Value, b.B.Value))
	})
	for i := range links {
		write(&links[i])
	}

	skips := slices.Clone(r.Skips)
	slices.SortStableFunc(skips, func(a, b collect.Skipped) int { return cmp.Compare(a.Row, b.Row) })
	for _, s := range skips {
		write(skipJSON{Type: "skip", Row: s.Row, Reason: s.Reason, Excerpt: s.Excerpt})
	}
	return b.Bytes()
}

type activityJSON struct {
	ExternalID  string      `json:"external_id"`
	Namespace   string      `json:"namespace,omitempty"`
	Source      string      `json:"source,omitempty"`
	Planet      string      `json:"planet,omitempty"`
	Kind        string      `json:"kind"`
	Name        string      `json:"name,omitempty"`
	Actor       actorJSON   `json:"actor"`
	Object      *objectJSON `json:"object,omitempty"`
	Thread      string      `json:"thread,omitempty"`
	Gist        string      `json:"gist,omitempty"`
	Parent      string      `json:"parent,omitempty"`
	To          []actorJSON `json:"to,omitempty"`
	At          string      `json:"at"`
	Origin      string      `json:"origin,omitempty"`
	PromptedBy  string      `json:"prompted_by,omitempty"`
	Quantity    float64     `json:"quantity,omitempty"`
	Unit        string      `json:"unit,omitempty"`
	Valence     *int8       `json:"valence,omitempty"`
	Partner     string      `json:"partner,omitempty"`
	Purposes    []string    `json:"purposes,omitempty"`
	Tags        []string    `json:"tags,omitempty"`
	Retracts    string      `json:"retracts,omitempty"`
	TimeClamped bool        `json:"time_clamped,omitempty"`
}

type actorJSON struct {
	Namespace string `json:"namespace,omitempty"`
	Type      string `json:"type"`
	Value     string `json:"value"`
	Name      string `json:"name,omitempty"`
	Email     string `json:"email,omitempty"`
}

type objectJSON struct {
	ID    string `json:"id"`
	Type  string `json:"type"`
	Title string `json:"title,omitempty"`
	URL   string `json:"url,omitempty"`
}

type linkJSON struct {
	Type string    `json:"type"`
	A    actorJSON `json:"a"`
	B    actorJSON `json:"b"`
	Kind string    `json:"kind"`
	At   string    `json:"at"`
}

type skipJSON struct {
	Type    string `json:"type"`
	Row     int64  `json:"row"`
	Reason  string `json:"reason"`
	Excerpt string `json:"excerpt,omitempty"`
}

func activityLine(a *orrery.Activity) *activityJSON {
	line := &activityJSON{
		ExternalID: a.ExternalID, Namespace: a.Namespace, Source: a.Source, Planet: a.Planet,
		Kind: a.Kind, Name: a.Name, Actor: actorLine(a.Actor), Thread: a.Thread, Gist: a.Gist.String(), Parent: a.Parent,
		At: a.At.Format(time.RFC3339Nano), Origin: a.Origin.String(), PromptedBy: a.PromptedBy,
		Quantity: a.Quantity, Unit: a.Unit, Valence: a.Valence, Partner: a.Partner,
		Purposes: a.Purposes, Tags: a.Tags, Retracts: a.Retracts, TimeClamped: a.TimeClamped,
	}
	if a.Object != (orrery.Object{}) {
		line.Object = &objectJSON{ID: a.Object.ID, Type: a.Object.Type, Title: a.Object.Title, URL: a.Object.URL}
	}
	for _, to := range a.To {
		line.To = append(line.To, actorLine(to))
	}
	return line
}

func actorLine(a orrery.Actor) actorJSON {
	return actorJSON{Namespace: a.Namespace, Type: a.Type, Value: a.Value, Name: a.Name, Email: a.Email}
}
