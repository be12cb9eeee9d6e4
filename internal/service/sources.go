package service

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/sources"
	"orrery.dev/orrery/internal/view"
)

type connections struct{ *Service }

// split tells sources that were set up from all others, and gives them what is
// counted of both.
func (s imports) split(out *view.Sources, all []view.Source, titles map[orrery.PlanetID]string) {
	brought := make(map[string]view.Source, len(all))
	for _, src := range all {
		brought[src.Name] = src
	}
	for _, st := range s.Service.Sources.List() {
		out.Connections = append(out.Connections, shownConnection(st, brought[st.Name], titles))
		delete(brought, st.Name)
	}
	for _, src := range all {
		if _, other := brought[src.Name]; other {
			out.Sources = append(out.Sources, src)
		}
	}
}

func shownConnection(st sources.Status, brought view.Source, titles map[orrery.PlanetID]string) view.Connection {
	c := view.Connection{
		Name: st.Name, Platform: view.Platform{Name: st.Platform, Title: st.Title, Every: st.Every}, PlanetID: st.Planet, Planet: titles[st.Planet],
		State: view.ConnectionState(st.State), Paused: st.Paused, Next: st.Next, Failing: st.Failing, Error: st.Error, Success: st.Success,
		Newest: st.Newest, From: st.From, Created: st.Created,
		Activities: brought.Activities, Skipped: brought.Skipped, Last: brought.Last,
		Asks: st.Asks, AskErr: st.AskErr, Takes: st.Takes, TakeErr: st.TakeErr,
		Pushed: view.Deliveries{
			Received: st.Pushed.Received, Taken: st.Pushed.Taken, Ignored: st.Pushed.Ignored, Refused: st.Pushed.Refused, Denied: st.Pushed.Denied,
			Last: st.Pushed.Last,
		},
	}
	if st.Progress != nil {
		c.Rows = st.Progress.Rows
	}
	for reason, n := range st.Pushed.Reasons {
		c.Pushed.Reasons = append(c.Pushed.Reasons, view.SkippedReason{Reason: reason, Rows: n})
	}
	slices.SortFunc(c.Pushed.Reasons, func(a, b view.SkippedReason) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), strings.Compare(a.Reason, b.Reason))
	})
	return c
}

// connected says whether a source was set up and is asked.
func (s *Service) connected(name string) bool {
	_, err := s.Sources.Status(name)
	return err == nil
}

// Platforms lists what can be connected.
func (s connections) Platforms(context.Context) ([]view.Platform, error) {
	list := make([]view.Platform, 0, len(s.Sources.Platforms))
	for _, p := range s.Sources.Platforms {
		shown := shownPlatform(p, nil, nil)
		shown.Suggest = s.Sources.FreeName(p.Name)
		list = append(list, shown)
	}
	return list, nil
}

func shownPlatform(p collect.Platform, open collect.Values, filled map[string]bool) view.Platform {
	out := view.Platform{Name: p.Name, Title: p.Title, Short: p.Short, Pushes: p.Hook != nil, Keeps: p.Keeps}
	if p.Pull != nil {
		out.Every = p.Every
	}
	for _, f := range sources.Fields(p) {
		shown := view.Field{
			Name: f.Name, Label: f.Label, Help: f.Help, Example: f.Example, Choices: f.Choices, Value: f.Default,
			Secret: f.Secret, Required: f.Required, Lines: f.Lines, Filled: filled[f.Name],
		}
		if v, there := open[f.Name]; there {
			shown.Value = v
		} else if open != nil || f.Secret {
			shown.Value = ""
		}
		out.Fields = append(out.Fields, shown)
	}
	return out
}

// Connection tells all of one.
func (s connections) Connection(ctx context.Context, name string) (view.Connection, error) {
	st, err := s.Sources.Status(name)
	if err != nil {
		return view.Connection{}, err
	}
	known, err := imports(s).Sources(ctx)
	if err != nil {
		return view.Connection{}, err
	}
	for _, c := range known.Connections {
		if c.Name != name {
			continue
		}
		for _, p := range s.Sources.Platforms {
			if p.Name == st.Platform {
				c.Platform = shownPlatform(p, st.Open, st.Filled)
			}
		}
		return c, nil
	}
	return view.Connection{}, orrery.Errorf(orrery.NotFound, "there is no source %q any more", name)
}

// Connect sets one up, or fills one in anew.
func (s connections) Connect(ctx context.Context, _ view.Account, form view.ConnectionForm) error {
	var err error
	if form.Change {
		err = s.Sources.Change(ctx, form.Name, form.Values)
	} else {
		planet := ""
		for _, p := range s.System.Planets() {
			if p.ID == form.Planet {
				planet = p.Slug
			}
		}
		if planet == "" {
			return orrery.Errorf(orrery.NotFound, "there is no planet %d: name your brand first", form.Planet)
		}
		err = s.Sources.Add(ctx, sources.Setup{Name: form.Name, Platform: form.Platform, Planet: planet, Values: form.Values})
	}
	switch problems, ok := errors.AsType[sources.Problems](err); {
	case ok:
		return orrery.Errorf(orrery.Invalid, "%w", view.Problems(problems))
	case orrery.CodeOf(err) == orrery.Conflict && !form.Change:
		return orrery.Errorf(orrery.Invalid, "%w", view.Problems{view.ConnectionName: err.Error()})
	}
	return err
}

// Order carries an order out.
func (s connections) Order(ctx context.Context, _ view.Account, name string, o view.Order) (string, error) {
	switch o.Do {
	case view.OrderPause:
		return name + " rests. What its platform sends meanwhile is put off.", s.Sources.Pause(ctx, name)
	case view.OrderResume:
		return name + " goes on.", s.Sources.Resume(ctx, name)
	case view.OrderRewind:
		said := name + " is read again from its start. What is known already counts once."
		if !o.From.IsZero() {
			said = name + " is read again from " + o.From.Format("2 January 2006") + " on. What is known already counts once."
		}
		return said, s.Sources.Rewind(ctx, name, o.From)
	case view.OrderTest:
		t, err := s.Sources.Test(ctx, name)
		return t.Words(s.Clock()), err
	case view.OrderDelete:
		if o.TakeBack {
			defer s.Desk.Drop()
		}
		n, err := s.Sources.Delete(ctx, name, o.TakeBack)
		if !o.TakeBack {
			return name + " is deleted. What it brought stays.", err
		}
		return name + " is deleted, and " + strconv.FormatInt(n, 10) + " activities of it are gone.", err
	}
	return "", orrery.Errorf(orrery.Invalid, "there is no such thing to do with a source")
}

// Preview tells what an example of a delivery would become.
func (s connections) Preview(ctx context.Context, name string, body []byte) (view.Previewed, error) {
	m, err := s.Sources.Preview(ctx, name, collect.Delivery{Header: http.Header{"Content-Type": {"application/json"}}, Body: body, At: s.Clock()})
	if err != nil {
		return view.Previewed{}, err
	}
	out := view.Previewed{Ignored: m.Ignored, Links: len(m.Links) + len(m.Affiliations)}
	for _, a := range m.Activities {
		out.Activities = append(out.Activities, view.PreviewedActivity{
			Who: cmp.Or(a.Actor.Name, a.Actor.Value), Kind: a.Kind, Object: cmp.Or(a.Object.Title, a.Object.ID), At: a.At.Round(time.Second),
		})
	}
	return out, nil
}
