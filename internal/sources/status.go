package sources

import (
	"maps"
	"slices"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
)

// State says how a source is.
type State string

// The states of a source.
const (
	Running   State = "running"   // it is being read
	Waiting   State = "waiting"   // until it is asked next
	Listening State = "listening" // for what its platform pushes
	Paused    State = "paused"
	Failing   State = "failing" // it is asked again at Status.Next
	Unready   State = "unready" // something has to be filled in again
)

// Status is how a source is now. It holds no secret.
type Status struct {
	Name     string
	Platform string
	Title    string // of the platform, for people
	Planet   orrery.PlanetID
	Created  time.Time
	Paused   bool

	State    State
	Next     time.Time // when it is asked next; zero: it is not
	Failing  time.Time // since when; zero: it is not
	Error    string    // in words; empty: none
	Success  time.Time // when asking ended well last
	Newest   time.Time // when its newest activity happened
	From     time.Time // it reads again what happened from here on; zero: it does not
	Progress *flow.ImportProgress

	Every   time.Duration // 0: it is not asked
	Asks    bool          // it can be asked as it is set up
	AskErr  string        // why not, where its platform could be
	Takes   bool          // it takes deliveries as it is set up
	TakeErr string        // why not, where its platform could push
	Pushed  Deliveries
	Open    collect.Values  // what was filled in and is no secret
	Filled  map[string]bool // secrets that are there, by a field's name
}

// List tells how all sources are, by name.
func (s *Service) List() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Status, 0, len(s.sources))
	for _, src := range s.sources {
		list = append(list, src.status())
	}
	slices.SortFunc(list, func(a, b Status) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Status tells how a source is. One that is not set up is NotFound.
func (s *Service) Status(name string) (Status, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src, err := s.find(name)
	if err != nil {
		return Status{}, err
	}
	return src.status(), nil
}

func (src *source) status() Status {
	st := Status{
		Name: src.setup.Name, Platform: src.setup.Platform, Title: src.setup.Platform, Planet: src.setup.Planet,
		Created: src.setup.Created, Paused: src.setup.Paused, Failing: src.state.Failing, Error: src.state.Error,
		Success: src.state.Success, Newest: src.state.Newest, From: src.state.From, Pushed: src.state.Pushed.clone(),
		Takes: src.hook != nil, Open: collect.Values{}, Filled: map[string]bool{},
	}
	maps.Copy(st.Open, src.values)
	if p := src.platform; p != nil {
		st.Title = p.Title
		for _, f := range p.Fields {
			if f.Secret {
				st.Filled[f.Name] = src.values[f.Name] != ""
				delete(st.Open, f.Name)
			}
		}
		if p.Pull != nil {
			st.Every, st.Asks = p.Every, src.pullErr == nil
			st.AskErr = text(src.pullErr)
		}
		if p.Hook != nil {
			st.TakeErr = text(src.hookErr)
		}
	} else {
		st.Open = collect.Values{} // which of it is secret is not known
	}
	switch {
	case src.platform == nil || src.sealed:
		st.State, st.Error = Unready, text(src.pullErr)
	case src.setup.Paused:
		st.State = Paused
	case src.run != nil:
		at := src.run.at()
		st.State, st.Progress = Running, &at
	case !st.Asks && st.Takes:
		st.State = Listening
	case !st.Asks:
		st.State, st.Error = Unready, text(src.unusable())
	case !src.state.Failing.IsZero():
		st.State, st.Next = Failing, src.state.Next
	default:
		st.State, st.Next = Waiting, src.state.Next
	}
	return st
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
