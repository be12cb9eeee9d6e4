package doors

import (
	"encoding/json"
	"net/http"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/inlet"
)

const maxDelivery = 25 << 20 // bytes; GitHub sends no more

// takeDelivery takes what a platform pushes. Who made it is asked before
// anything of it is read.
func (s *server) takeDelivery(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("source")
	if s.Hooks == nil {
		return orrery.Errorf(orrery.NotFound, "there is no source %.80q that takes deliveries", name)
	}
	hook, source, err := s.Hooks.Hook(r.Context(), name)
	if err != nil {
		return err
	}
	body, release, err := s.read(w, r, maxDelivery, true)
	defer release()
	if err != nil {
		return err
	}
	d := collect.Delivery{Header: r.Header, Query: r.URL.Query(), Body: body, At: s.Clock()}
	if err := hook.Verify(d); orrery.CodeOf(err) == orrery.Denied {
		return inlet.NoKey{Err: err}
	} else if err != nil {
		return err
	}
	mapped, err := hook.Map(r.Context(), d)
	if err != nil {
		return s.unusable(r, source, err)
	}
	items := make([]int, len(mapped.Activities))
	for i := range items {
		items[i] = i
	}
	t, err := s.store(r.Context(), source, mapped.Told, items, nil)
	if err != nil {
		return err
	}
	switch {
	case mapped.Reply != nil:
		reply(w, mapped.Reply)
		return nil
	case mapped.Ignored != "":
		answer(w, "application/json", http.StatusOK, map[string]any{"success": true, "ignored": mapped.Ignored})
		return nil
	}
	return t.answer(w, len(mapped.Activities))
}

// unusable keeps in words why a delivery could not be used.
func (s *server) unusable(r *http.Request, source orrery.IngestSource, err error) error {
	if orrery.CodeOf(err) == orrery.Invalid && s.Unusable != nil {
		s.Unusable(r.Context(), source, err.Error())
	}
	return err
}

// reply answers what the platform wants to read back.
func reply(w http.ResponseWriter, body []byte) {
	media := "text/plain; charset=utf-8"
	if json.Valid(body) {
		media = "application/json"
	}
	w.Header().Set("Content-Type", media)
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // who left does not read it
}
