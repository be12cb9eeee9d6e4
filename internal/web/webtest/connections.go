package webtest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/view"
)

// linking is World as web.Connections.
type linking World

func madePlatforms() []view.Platform {
	network := view.Field{Name: "network", Label: "Where it runs", Choices: []string{"on the internet", "in our own network"}, Value: "on the internet", Help: "Addresses in your own network are asked only when you say so here."}
	return []view.Platform{
		{
			Name: "discourse", Title: "Discourse", Short: "Topics, replies, likes and solutions of a forum.", Pushes: true, Every: time.Hour, Suggest: "discourse",
			Fields: []view.Field{
				{Name: "url", Label: "Address of the forum", Required: true, Example: "https://forum.example.org", Help: "As it stands in the browser."},
				{Name: "secret", Label: "Secret of the webhook", Secret: true, Help: "Enter the same in Discourse under Admin, API, Webhooks."},
				{Name: "show", Label: "What to read", Choices: []string{"everything", "topics"}, Value: "everything", Help: "Topics alone are less."},
				network,
			},
			Keeps: []string{"who wrote, answered, liked or solved", "where, and when"},
		},
		{
			Name: "jsonhook", Title: "Any webhook", Short: "JSON that a program of yours sends.", Pushes: true, Suggest: "jsonhook",
			Fields: []view.Field{
				{Name: "secret", Label: "Secret", Secret: true, Required: true, Help: "Whoever sends must know it."},
				{Name: "mapping", Label: "What its fields mean", Lines: true, Example: "who = user.id", Help: "A line for each."},
			},
			Keeps: []string{"what the mapping names"},
		},
	}
}

func madeConnections(w *World) []view.Connection {
	platforms := madePlatforms()
	base := view.Connection{PlanetID: 1, Planet: "Alder Bikes", Created: w.now.AddDate(0, -4, 0)}
	forum, shop, club, old := base, base, base, base
	forum.Name, forum.Platform, forum.State = "forum", platforms[0], view.ConnectionWaiting
	forum.Next, forum.Success, forum.Newest = w.now.Add(41*time.Minute), w.now.Add(-19*time.Minute), w.now.Add(-6*time.Minute)
	forum.Asks, forum.Takes, forum.Activities, forum.Last = true, true, 61204, 5
	forum.Pushed = view.Deliveries{Received: 1207, Taken: 1180, Ignored: 24, Refused: 2, Denied: 1, Last: w.now.Add(-6 * time.Minute), Reasons: []view.SkippedReason{{Reason: "ignored: a ping", Rows: 24}}}
	shop.Name, shop.Platform, shop.State = "orders", platforms[1], view.ConnectionListening
	shop.Takes, shop.Activities, shop.Newest = true, 8120, w.now.Add(-50*time.Minute)
	shop.Pushed = view.Deliveries{Received: 8120, Taken: 8120, Last: shop.Newest}
	club.Name, club.Platform, club.State = "club", platforms[0], view.ConnectionFailing
	club.Failing, club.Next, club.Asks, club.Activities, club.Skipped, club.Last = w.now.Add(-3*time.Hour), w.now.Add(8*time.Minute), true, 930, 3, 4
	club.Error = "nobody answers at club.alder-bikes.example: check the address, or wait until the platform is back"
	club.Newest, club.TakeErr = w.now.AddDate(0, 0, -1), "without a secret no delivery is taken: fill one in here and at the platform"
	old.Name, old.Platform, old.State = "archive", platforms[0], view.ConnectionUnready
	old.Error = "its secrets were sealed on another machine: fill them in again"
	return []view.Connection{old, club, forum, shop}
}

// Platforms implements web.Connections.
func (l *linking) Platforms(context.Context) ([]view.Platform, error) { return madePlatforms(), nil }

// Connection implements web.Connections.
func (l *linking) Connection(_ context.Context, name string) (view.Connection, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.sources.Connections {
		if c.Name == name {
			c.Platform.Fields = slices.Clone(c.Platform.Fields)
			return c, nil
		}
	}
	return view.Connection{}, orrery.Errorf(orrery.NotFound, "there is no source %q", name)
}

// Connect implements web.Connections.
func (l *linking) Connect(_ context.Context, _ view.Account, form view.ConnectionForm) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	problems := view.Problems{}
	if strings.ContainsAny(form.Name, " /ABC") || form.Name == "" {
		problems[view.ConnectionName] = "a source has a name of lower-case letters, digits and dashes"
	}
	for _, p := range madePlatforms() {
		for _, f := range p.Fields {
			if p.Name == form.Platform && f.Required && form.Values[f.Name] == "" && !form.Change {
				problems[f.Name] = "this is needed"
			}
		}
		if p.Name == form.Platform && len(problems) == 0 && !form.Change {
			made := view.Connection{Name: form.Name, Platform: p, Planet: "Alder Bikes", State: view.ConnectionListening, Takes: p.Pushes, Created: l.now}
			l.sources.Connections = append(slices.Clone(l.sources.Connections), made)
		}
	}
	if len(problems) > 0 {
		return orrery.Errorf(orrery.Invalid, "%w", problems)
	}
	return nil
}

// Order implements web.Connections.
func (l *linking) Order(_ context.Context, _ view.Account, name string, o view.Order) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sources.Connections = slices.Clone(l.sources.Connections)
	for i := range l.sources.Connections {
		c := &l.sources.Connections[i]
		if c.Name != name {
			continue
		}
		said := map[string]string{view.OrderPause: " rests.", view.OrderResume: " goes on.", view.OrderRewind: " is read again.", view.OrderTest: " works.", view.OrderDelete: " is deleted."}
		if !slices.Contains(slices.Collect(maps.Keys(said)), o.Do) {
			return "", orrery.Errorf(orrery.Invalid, "there is no such thing to do")
		}
		switch o.Do {
		case view.OrderPause:
			c.State, c.Paused = view.ConnectionPaused, true
		case view.OrderResume:
			c.State, c.Paused = view.ConnectionWaiting, false
		case view.OrderDelete:
			l.sources.Connections = slices.Delete(l.sources.Connections, i, i+1)
		}
		return name + said[o.Do], nil
	}
	return "", orrery.Errorf(orrery.NotFound, "there is no source %q", name)
}

// Preview implements web.Connections.
func (l *linking) Preview(_ context.Context, _ string, body []byte) (view.Previewed, error) {
	if !strings.HasPrefix(string(body), "{") {
		return view.Previewed{}, orrery.Errorf(orrery.Invalid, "the example is no JSON: paste what is sent, from { on")
	}
	return view.Previewed{Activities: []view.PreviewedActivity{{Who: "ada", Kind: "ride.joined", Object: "Sunday ride", At: l.now}}}, nil
}
