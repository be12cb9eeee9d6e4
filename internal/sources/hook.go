package sources

import (
	"context"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

// Outcome is what became of a delivery.
type Outcome string

// The outcomes.
const (
	Taken   Outcome = "taken"
	Ignored Outcome = "ignored" // it says nothing about people
	Refused Outcome = "refused" // it can never be used
	Denied  Outcome = "denied"  // whoever sent it does not hold the secret
)

// Deliveries count what a platform pushed.
type Deliveries struct {
	Received int64            `json:"received"`
	Taken    int64            `json:"taken"`
	Ignored  int64            `json:"ignored"`
	Refused  int64            `json:"refused"`
	Denied   int64            `json:"denied"`
	Last     time.Time        `json:"last,omitzero"`     // when one arrived that was not denied
	Reasons  map[string]int64 `json:"reasons,omitempty"` // "ignored: a ping"; bounded
}

// Bounds of what is remembered of why deliveries were not taken.
const (
	maxReasons   = 20
	reasonCap    = 160 // bytes
	otherReasons = "other reasons"
)

// count adds an outcome.
func (d *Deliveries) count(what Outcome, why string, now time.Time) {
	d.Received++
	switch what {
	case Taken:
		d.Taken++
	case Ignored:
		d.Ignored++
	case Refused:
		d.Refused++
	case Denied:
		d.Denied++
	}
	if what != Denied {
		d.Last = now
	}
	if why == "" {
		return
	}
	if d.Reasons == nil {
		d.Reasons = map[string]int64{}
	}
	why = string(what) + ": " + why
	if _, known := d.Reasons[why]; !known && len(d.Reasons) >= maxReasons {
		why = string(what) + ": " + otherReasons
	}
	d.Reasons[why]++
}

// clone returns a copy that shares nothing.
func (d Deliveries) clone() Deliveries {
	reasons := make(map[string]int64, len(d.Reasons))
	for k, v := range d.Reasons {
		reasons[k] = v
	}
	d.Reasons = reasons
	return d
}

// pausedFor is when a platform is asked to deliver again to a source that rests.
const pausedFor = 5 * time.Minute

// Hook returns what takes the deliveries to a source, and where they belong. The
// hook counts what becomes of them. A source that is not there, or that takes
// none, is NotFound; one that rests is Exhausted with a RetryAfter in the error's
// chain; one without a secret is Denied.
func (s *Service) Hook(_ context.Context, name string) (collect.Hook, orrery.IngestSource, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	none := orrery.IngestSource{}
	src := s.sources[name]
	switch {
	case src == nil || src.platform == nil || src.platform.Hook == nil:
		// The same words for all: whoever asks is not known yet.
		return nil, none, orrery.Errorf(orrery.NotFound, "no source of that name takes deliveries")
	case src.setup.Paused:
		return nil, none, orrery.Errorf(orrery.Exhausted, "this source rests: deliver it again later%w", wait(pausedFor))
	case src.sealed:
		return nil, none, orrery.Errorf(orrery.Denied, "this source takes nothing until its secret is filled in again")
	case src.hook == nil:
		return nil, none, orrery.Errorf(orrery.Denied, "this source takes no deliveries as it is set up: fill in its secret")
	}
	for _, p := range s.System.Planets() {
		if p.ID == src.setup.Planet {
			return src.hook, orrery.IngestSource{Name: name, Kind: src.platform.Name, Planet: p.Slug}, nil
		}
	}
	return nil, none, orrery.Errorf(orrery.NotFound, "no source of that name takes deliveries")
}

// Delivered counts an outcome for which the hook of Hook could not: what was
// mapped and then not stored. Cheap; the reason is bounded and without secrets.
func (s *Service) Delivered(name string, what Outcome, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if src := s.sources[name]; src != nil {
		src.state.Pushed.count(what, src.redact.text(why, reasonCap), s.Clock())
		src.dirty = true
	}
}

// hook counts what the hook of a platform says.
type hook struct {
	service *Service
	source  string
	of      collect.Hook
	redact  redactor
}

var _ collect.Hook = (*hook)(nil)

func (h *hook) Verify(d collect.Delivery) error {
	err := h.of.Verify(d)
	if err != nil {
		h.service.Delivered(h.source, Denied, err.Error())
		return h.redact.inWords(err)
	}
	return nil
}

func (h *hook) Map(ctx context.Context, d collect.Delivery) (collect.Mapped, error) {
	m, err := h.of.Map(ctx, d)
	switch {
	case err != nil:
		h.service.Delivered(h.source, Refused, err.Error())
		return m, h.redact.inWords(err)
	case m.Ignored != "":
		h.service.Delivered(h.source, Ignored, m.Ignored)
	default:
		h.service.Delivered(h.source, Taken, "")
		h.service.newest(h.source, newestOf(m.Activities))
	}
	return m, nil
}

func newestOf(activities []orrery.Activity) (newest time.Time) {
	for i := range activities {
		newest = later(newest, activities[i].At)
	}
	return newest
}

// newest notes when the newest activity of a source happened.
func (s *Service) newest(name string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if src := s.sources[name]; src != nil && at.After(src.state.Newest) {
		src.state.Newest, src.dirty = at.UTC(), true
	}
}
