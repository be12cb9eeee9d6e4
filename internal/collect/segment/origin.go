package segment

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/document"
)

// prompting are the media by which a team speaks to people: whoever comes by one
// of them was prompted. Written without signs between words.
var prompting = []string{
	"email", "mail", "newsletter", "edm", "push", "pushnotification", "webpush", "notification", "sms", "mms", "rcs", "text",
	"whatsapp", "inapp", "message", "messenger", "letter", "print", "qr",
	"cpc", "ppc", "cpm", "cpv", "cpa", "ad", "ads", "advert", "paid", "paidsearch", "paidsocial", "display", "banner", "retargeting", "remarketing",
	"sponsored",
}

// bringing are the media by which somebody else brings people.
var bringing = []string{"referral", "referrer", "partner", "partners", "affiliate", "affiliates"}

// partnerKeys hold the code of a partner, in properties and in a page's query.
var partnerKeys = []string{
	"partner", "partner_id", "partnerId", "partner_code", "partnerCode", "referral_code", "referralCode", "affiliate", "affiliate_id", "affiliateId", "via",
}

// origin reads what brought an event about: a campaign, a partner. Anything else
// is unknown, which counts as coming by themselves.
func origin(e *event, properties document.Object, a *orrery.Activity) {
	query := pageQuery(e, properties)
	campaign := func(field string) string {
		utm := "utm_" + strings.Replace(field, "name", "campaign", 1)
		return cmp.Or(e.context.Text("campaign", field), e.context.Text("campaign", utm), properties.Text(utm), strings.TrimSpace(query.Get(utm)))
	}
	name, source, medium := campaign("name"), campaign("source"), campaign("medium")
	plain := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(medium))
	switch {
	case slices.Contains(prompting, plain):
		a.Origin, a.PromptedBy = orrery.Prompted, cmp.Or(name, source, medium)
	case strings.HasPrefix(a.Kind, "email.") || strings.HasPrefix(a.Kind, "push."):
		a.Origin, a.PromptedBy = orrery.Prompted, cmp.Or(properties.First("campaign_name", "campaign_id", "email_id"), name, source)
	}
	if a.Partner = properties.First(partnerKeys...); a.Partner != "" {
		return
	}
	for _, key := range partnerKeys {
		if a.Partner = strings.TrimSpace(query.Get(key)); a.Partner != "" {
			return
		}
	}
	if slices.Contains(bringing, plain) {
		a.Partner = cmp.Or(source, name)
	}
}

// pageQuery returns the query of the page on which an event happened. Nothing of
// it is kept but what is asked for.
func pageQuery(e *event, properties document.Object) url.Values {
	for _, address := range []string{
		e.context.Text("page", "url"), e.context.Text("page", "search"), properties.Text("url"), properties.Text("search"),
	} {
		if _, query, ok := strings.Cut(address, "?"); ok {
			query, _, _ = strings.Cut(query, "#")
			values, _ := url.ParseQuery(query) // what can be read of it
			return values
		}
	}
	return nil
}
