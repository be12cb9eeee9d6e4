package doors

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/cloudevents"
	"orrery.dev/orrery/internal/collect/segment"
	"orrery.dev/orrery/internal/inlet"
)

const maxCloudEvents = 8 << 20 // bytes of a request

// takeBatch takes Segment's batches, of any types.
func (s *server) takeBatch(w http.ResponseWriter, r *http.Request) error {
	return s.takeSegment(w, r, "")
}

// takeEvent takes one event of Segment, of the type in the address.
func (s *server) takeEvent(w http.ResponseWriter, r *http.Request) error {
	as, err := segment.ParseType(r.PathValue("type"))
	if err != nil {
		return err
	}
	return s.takeSegment(w, r, as)
}

func (s *server) takeSegment(w http.ResponseWriter, r *http.Request, as segment.Type) error {
	body, release, err := s.read(w, r, segment.MaxBatch, false)
	defer release()
	if errors.Is(err, errTooLarge) {
		// Segment answers 400, and its clients know what that means.
		return orrery.Errorf(orrery.Invalid, "the request has more than 500 KB: send at most 500 KB at once, and 32 KB an event")
	} else if err != nil {
		return err
	}
	batch, err := segment.Read(body, as)
	if err != nil {
		return err
	}
	source, err := s.source(r, batch.WriteKey)
	if err != nil {
		return err
	}
	m := batch.Map(s.Clock(), s.Kinds())
	t, err := s.store(r.Context(), source, m.Told, m.Items, m.Refused)
	if err != nil {
		return err
	}
	if m.TooLarge {
		err := orrery.Errorf(orrery.Invalid, "an event has more than 32 KB and was left out; of %d events %d are stored", batch.Len(), batch.Len()-len(t.rows))
		return inlet.WithRows{Err: err, Rows: t.rows}
	}
	return t.answer(w, batch.Len())
}

func (s *server) takeCloudEvents(w http.ResponseWriter, r *http.Request) error {
	source, err := s.source(r, "")
	if err != nil {
		return err
	}
	body, release, err := s.read(w, r, maxCloudEvents, false)
	defer release()
	if err != nil {
		return err
	}
	m, err := cloudevents.Read(r.Header, body, s.Clock())
	if err != nil {
		return err
	}
	t, err := s.store(r.Context(), source, m.Told, m.Items, m.Refused)
	if err != nil {
		return err
	}
	return t.answer(w, m.Len)
}

// taken is what became of events that came together.
type taken struct {
	rows []inlet.Row // of those that are of no use, in order
}

// store hands on what events say. items are, for each activity, the event that
// it is; refused are the events that were left out before.
func (s *server) store(ctx context.Context, source orrery.IngestSource, told orrery.Told, items []int, refused []orrery.Refusal) (taken, error) {
	var t taken
	for _, r := range refused {
		t.rows = append(t.rows, inlet.Row(r))
	}
	var receipt orrery.Receipt
	if len(told.Activities)+len(told.Links)+len(told.Affiliations) > 0 {
		var err error
		receipt, err = s.Ingest.Ingest(ctx, source, told)
		if err != nil {
			s.Meter.count(source.Kind, len(items), len(refused), receipt, err)
			return t, err
		}
		for _, r := range receipt.Refused {
			t.rows = append(t.rows, inlet.Row{Index: items[r.Index], Reason: r.Reason})
		}
	}
	s.Meter.count(source.Kind, len(items), len(refused), receipt, nil)
	slices.SortFunc(t.rows, func(a, b inlet.Row) int { return cmp.Compare(a.Index, b.Index) })
	return t, nil
}

// answer says that all is well, or which of many events are of no use; where
// none is of use, it is an error.
func (t taken) answer(w http.ResponseWriter, events int) error {
	if events > 0 && len(t.rows) == events {
		if events == 1 {
			return orrery.Errorf(orrery.Invalid, "%s", t.rows[0].Reason)
		}
		return inlet.WithRows{Err: orrery.Errorf(orrery.Invalid, "none of the %d events could be used", events), Rows: t.rows}
	}
	answer(w, "application/json", http.StatusOK, struct {
		Success bool        `json:"success"`
		Errors  []inlet.Row `json:"errors,omitempty"`
	}{true, t.rows})
	return nil
}

// settings tells Segment's client for browsers where to send events, and that
// nobody else gets them.
func (s *server) settings(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("key")
	if _, err := s.check(r.Context(), key); errors.As(err, new(inlet.NoKey)) {
		return orrery.Errorf(orrery.NotFound, "there is no such key: %w", err.(inlet.NoKey).Err)
	} else if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, max-age=300")
	none := struct{}{}
	answer(w, "application/json", http.StatusOK, map[string]any{
		"integrations": map[string]any{"Segment.io": map[string]any{
			"apiKey": key, "apiHost": s.host + "/v1", "protocol": s.scheme, "addBundledMetadata": false,
			"versionSettings": map[string]any{"version": "4.4.7", "componentTypes": []string{"browser"}},
		}},
		"plan":                      map[string]any{"track": map[string]any{"__default": map[string]any{"enabled": true, "integrations": none}}},
		"edgeFunction":              none,
		"middlewareSettings":        none,
		"enabledMiddleware":         none,
		"analyticsNextEnabled":      true,
		"legacyVideoPluginsEnabled": false,
		"remotePlugins":             []string{},
		"metrics":                   map[string]any{"sampleRate": 0},
	})
	return nil
}
