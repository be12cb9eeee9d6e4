package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/webhook"
)

type webhooksPage struct {
	List    []webhook.Endpoint
	Planets map[orrery.PlanetID]string
	Form    webhookForm
}

type webhookPage struct {
	webhook.Endpoint
	Planets    map[orrery.PlanetID]string
	Form       webhookForm
	Deliveries []webhook.Delivery
	Next       int64  // number to begin the next page at; 0: there is none
	Secret     string // shown once
	Removing   bool   // it is asked whether to
}

// webhookForm is what stands in the form of an endpoint.
type webhookForm struct {
	webhook.Form
	Wrong string
	New   bool
}

// Asks says whether the box of a type is ticked.
func (f webhookForm) Asks(t orrery.NewsType) bool { return slices.Contains(f.Types, t) }

// All says whether everything is told.
func (f webhookForm) All() bool { return len(f.Types) == 0 }

const deliveriesShown = 30

// hostOf shows where an address leads, without its path: that may hold a token.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// webhookWords tell how an endpoint is.
func webhookWords(e webhook.Endpoint) string {
	switch {
	case e.State == webhook.Paused:
		return "rests"
	case e.State == webhook.Gone:
		return "switched off: it answered that it wants no more"
	case e.State == webhook.Off:
		return "switched off: nothing arrived for days"
	case !e.Failing.IsZero():
		return "nothing arrives"
	}
	return "arrives"
}

func webhookTone(e webhook.Endpoint) string {
	switch {
	case e.State == webhook.Paused:
		return "still"
	case e.State != webhook.On || !e.Failing.IsZero():
		return "drift"
	}
	return "rise"
}

func outcomeWordsOf(o webhook.Outcome) string {
	return map[webhook.Outcome]string{webhook.Waiting: "waits", webhook.Delivered: "arrived", webhook.Failed: "given up"}[o]
}

func (s *server) titles(v *visit) map[orrery.PlanetID]string {
	titles := map[orrery.PlanetID]string{}
	for _, p := range v.installation.Planets {
		titles[p.ID] = brand(p)
	}
	return titles
}

func (s *server) webhooks(w http.ResponseWriter, v *visit) error {
	return s.showWebhooks(w, v, http.StatusOK, webhookForm{New: true})
}

func (s *server) showWebhooks(w http.ResponseWriter, v *visit, status int, form webhookForm) error {
	list, err := s.Backend.Webhooks.Webhooks(v.Context())
	if err != nil {
		return err
	}
	return s.render(w, v, status, "webhooks", language.T("Webhooks"), webhooksPage{list, s.titles(v), form})
}

func webhookFormOf(v *visit) (webhook.Form, error) {
	f := webhook.Form{Name: strings.ToLower(strings.TrimSpace(v.PostForm.Get("name"))), Address: strings.TrimSpace(v.PostForm.Get("address")), Names: v.PostForm.Get("names") == "yes"}
	if v.PostForm.Get("hears") != "all" {
		for _, t := range v.PostForm["type"] {
			f.Types = append(f.Types, orrery.NewsType(t))
		}
		if len(f.Types) == 0 {
			return f, orrery.Errorf(orrery.Invalid, "choose at least one thing that it hears, or everything")
		}
	}
	if text := v.PostForm.Get("planet_only"); text != "" {
		id, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return f, orrery.Errorf(orrery.Invalid, "the form names no planet: load the page again")
		}
		f.Planet = orrery.PlanetID(id)
	}
	return f, nil
}

// addWebhook shows the secret on this one answer.
func (s *server) addWebhook(w http.ResponseWriter, v *visit) error {
	f, err := webhookFormOf(v)
	secret := ""
	if err == nil {
		secret, err = s.Backend.Webhooks.AddWebhook(v.Context(), v.account, f)
	}
	if code := orrery.CodeOf(err); err != nil && code != orrery.Internal {
		return s.showWebhooks(w, v, statusOf(code), webhookForm{Form: f, Wrong: sentence(err.Error()), New: true})
	} else if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.showWebhook(w, v, f.Name, webhookPage{Secret: secret})
}

func (s *server) webhook(w http.ResponseWriter, v *visit) error {
	return s.showWebhook(w, v, v.PathValue("name"), webhookPage{Removing: v.URL.Query().Get("remove") == "ask"})
}

func (s *server) showWebhook(w http.ResponseWriter, v *visit, name string, p webhookPage) error {
	before, _ := strconv.ParseInt(v.URL.Query().Get("before"), 10, 64)
	var err error
	if p.Endpoint, p.Deliveries, err = s.Backend.Webhooks.Webhook(v.Context(), name, before, deliveriesShown+1); err != nil {
		return err
	}
	if len(p.Deliveries) > deliveriesShown {
		p.Deliveries = p.Deliveries[:deliveriesShown]
		p.Next = p.Deliveries[deliveriesShown-1].Number
	}
	p.Planets = s.titles(v)
	status := http.StatusOK
	if p.Form.Wrong != "" {
		status = http.StatusUnprocessableEntity
	} else {
		p.Form.Form = webhook.Form{Name: p.Name, Address: p.Address, Types: p.Types, Planet: p.Planet, Names: p.Names}
	}
	return s.render(w, v, status, "webhook", p.Name, p)
}

func (s *server) changeWebhook(w http.ResponseWriter, v *visit) error {
	f, err := webhookFormOf(v)
	f.Name = v.PathValue("name")
	if err == nil {
		err = s.Backend.Webhooks.ChangeWebhook(v.Context(), v.account, f)
	}
	if orrery.CodeOf(err) == orrery.Invalid {
		return s.showWebhook(w, v, f.Name, webhookPage{Form: webhookForm{Form: f, Wrong: sentence(err.Error())}})
	} else if err != nil {
		return err
	}
	return s.done(w, v, v.to("/settings/webhooks/"+f.Name), "%s is saved.", f.Name)
}

// orderWebhook carries out what a button asks for.
func (s *server) orderWebhook(w http.ResponseWriter, v *visit) error {
	name := v.PathValue("name")
	message, _ := strconv.ParseInt(v.PostForm.Get("message"), 10, 64)
	order := view.WebhookOrder(v.PostForm.Get("do"))
	said, secret, err := s.Backend.Webhooks.OrderWebhook(v.Context(), v.account, name, order, message)
	if err != nil {
		return err
	}
	if secret != "" {
		w.Header().Set("Cache-Control", "no-store")
		return s.showWebhook(w, v, name, webhookPage{Secret: secret})
	}
	to := "/settings/webhooks/" + name
	if order == view.WebhookRemove {
		to = "/settings/webhooks"
	}
	return s.done(w, v, v.to(to), "%s", said)
}
