package csv

import (
	"slices"
	"strings"

	"orrery.dev/orrery"
)

// The presets: what rows are, where more than their columns' names is needed to
// understand them.
const (
	PresetOrders      = "orders"      // purchases and refunds
	PresetSubscribers = "subscribers" // who asked for mail, and who no longer wants it
	PresetAttendance  = "attendance"  // who said they would come to an event, and who came
	NoPreset          = "none"        // not even where the columns are those of an export that is known
)

// preset is a way to read rows.
type preset struct {
	name  string
	roles map[Role]string // names of columns, normalized, the surest first; none or a dash: no other column either
	kind  string          // of rows where finish does not say another
	// extra are columns that finish asks for, by its own names for them.
	extra  map[string]string
	finish func(*rows, *orrery.Activity) (fault string)
}

// export is a file as a program writes it, known by its columns.
type export struct {
	preset string
	title  string // for people
	needs  string // normalized names of columns
	roles  map[Role]string
}

func presets() []preset {
	return []preset{
		{
			name: PresetOrders, kind: "purchase", finish: (*rows).order,
			roles: map[Role]string{
				ID:       "orderid ordernumber order orderno transactionid chargeid invoicenumber id",
				When:     "paidat orderdate paiddate paymentdate createddate createdat created date",
				Quantity: "total ordertotalamount ordertotal grandtotal totalprice amount",
				Unit:     "currency ordercurrency currencycode",
				Object:   "", Title: "", URL: "",
			},
			extra: map[string]string{
				"status":   "financialstatus orderstatus paymentstatus status state",
				"refund":   "refundedamount amountrefunded orderrefundamount refundamount refunded refund",
				"refunded": "refundedat refundeddate refunddate",
			},
		},
		{
			name: PresetSubscribers, kind: "request.made", finish: (*rows).request,
			roles: map[Role]string{
				Email:  "emailaddress email mail",
				When:   "confirmtime optintime confirmedat subscribedat optinat optindate signupdate createdat created dateadded date",
				Object: "list lists listname audience newsletter topic group groups",
				ID:     "", Title: "", URL: "", Quantity: "", Tags: "", ObjectType: "", Kind: "",
			},
			extra: map[string]string{
				"status":    "status state subscriptionstatus",
				"withdrawn": "unsubtime unsubscribedat unsubscribetime unsubscribeddate optouttime optoutdate",
				"changed":   "lastchanged updatedat updated",
				"why":       "unsubreason unsubscribereason reason",
				"how":       "optinmethod method signupsource optinsource source form how",
				"confirmed": "confirmtime confirmedat",
			},
		},
		{
			name: PresetAttendance, kind: "event.attended", finish: (*rows).attendance,
			roles: map[Role]string{
				Who:      "userid memberid attendeeid",
				When:     "dateattending eventdate eventstart checkindate checkintime checkedinat attendedat startdate date rsvpedon registeredat orderdate createdat",
				Object:   "eventid event eventname session meeting shift",
				Title:    "eventname eventtitle event",
				Quantity: "hours hoursworked duration -",
				ID:       "", URL: "", Kind: "", Unit: "",
			},
			extra: map[string]string{"status": "attendeestatus attendance attended checkedin checkin rsvp status"},
		},
	}
}

// exports are those that are recognised without being named.
func exports() []export {
	return []export{
		{PresetOrders, "orders as Shopify exports them", "name email financialstatus lineitemquantity lineitemname total", map[Role]string{ID: "name", When: "createdat", Name: "billingname", Tags: "tags"}},
		{PresetOrders, "orders as WooCommerce exports them", "orderstatus ordertotalamount orderdate email", nil},
		{PresetOrders, "payments as Stripe exports them", "id amount amountrefunded currency status customeremail", map[Role]string{ID: "id", Email: "customeremail", Who: "", Name: ""}},
		{PresetSubscribers, "an audience as Mailchimp exports it", "emailaddress optintime confirmtime leid", nil},
		{PresetSubscribers, "subscribers as listmonk exports them", "uuid email name attributes status createdat", map[Role]string{Who: ""}},
		{PresetAttendance, "attendees as Eventbrite exports them", "order eventname attendeestatus email", nil},
		{PresetAttendance, "attendees as Meetup exports them", "name userid rsvp rsvpedon eventhost", map[Role]string{Name: "name", Title: "", Object: ""}},
	}
}

// choosePreset finds the preset that a person named, or the one that the columns
// tell, unless a person said what they mean.
func (p *plan) choosePreset(opt Options) error {
	var names []string
	for i, pre := range presets() {
		names = append(names, pre.name)
		if pre.name == opt.Preset {
			p.preset = &presets()[i]
		}
	}
	if p.preset == nil && opt.Preset != "" && opt.Preset != NoPreset {
		return orrery.Errorf(orrery.Invalid, "there is no preset %q: choose one of %s, or none", opt.Preset, strings.Join(names, ", "))
	}
	if !p.named || opt.Preset == NoPreset || opt.Preset == "" && (opt.Mapping != (Mapping{}) || opt.Kind != "") {
		return nil
	}
	for _, e := range exports() {
		if (opt.Preset == "" || opt.Preset == e.preset) && p.hasAll(e.needs) {
			i := slices.Index(names, e.preset)
			p.preset, p.export = &presets()[i], &e
			return nil
		}
	}
	return nil
}

func (p *plan) hasAll(names string) bool {
	for name := range strings.FieldsSeq(names) {
		if p.column(name) < 0 {
			return false
		}
	}
	return true
}

// column finds the first column by any of some normalized names.
func (p *plan) column(names string) int {
	for name := range strings.FieldsSeq(names) {
		if i := slices.IndexFunc(p.header, func(h string) bool { return normalize(h) == name }); i >= 0 {
			return i
		}
	}
	return -1
}

// applyPreset fills in what a person left open.
func (p *plan) applyPreset(opt *Options) {
	if p.preset == nil {
		return
	}
	for role := range Roles {
		names, said := p.preset.roles[role]
		if p.export != nil {
			if own, ok := p.export.roles[role]; ok {
				names, said = own, true
			}
		}
		if !said || opt.Mapping[role] != (Place{}) {
			continue
		}
		switch c := p.column(names); {
		case c >= 0:
			opt.Mapping[role] = Place{Column: number(c)}
			if found, err := findColumn(p.header[c], role, p.header); err == nil && found == c {
				opt.Mapping[role].Column = p.header[c]
			}
		case names == "" || strings.HasSuffix(names, " -"):
			opt.Mapping[role] = Place{Off: true}
		}
	}
	if opt.Kind == "" {
		opt.Kind = p.preset.kind
	}
	p.extra = map[string]int{}
	for name, columns := range p.preset.extra {
		p.extra[name] = p.column(columns)
	}
}

// presetTitle says in words which preset is used; empty: none.
func (p *plan) presetTitle() string {
	switch {
	case p.export != nil:
		return p.export.title
	case p.preset != nil:
		return p.preset.name
	default:
		return ""
	}
}

func (p *plan) presetName() string {
	if p.preset == nil {
		return ""
	}
	return p.preset.name
}

// cell returns a row's value in one of the columns that a preset asks for.
func (r *rows) cell(name string) string {
	if c, ok := r.extra[name]; ok && c >= 0 && c < len(r.fields) {
		if value := strings.TrimSpace(r.fields[c]); !empty(value) {
			return value
		}
	}
	return ""
}
