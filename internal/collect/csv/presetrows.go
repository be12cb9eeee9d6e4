package csv

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/intake"
)

// goesOn says whether the row is one more line of the order before, as shops
// write an order of several things: it has the order's number and no sum.
func (r *rows) goesOn() bool {
	return r.previous != "" && r.previous == r.value(ID) && r.value(Quantity) == "" && r.cell("status") == ""
}

// order reads a purchase, and beside it what was paid back of it.
func (r *rows) order(a *orrery.Activity) (fault string) {
	r.previous = a.ExternalID
	status := strings.ToLower(r.cell("status"))
	switch strings.NewReplacer("wc-", "", "_", " ", "-", " ").Replace(status) {
	case "pending", "voided", "expired", "unpaid", "failed", "canceled", "cancelled", "on hold", "draft", "checkout draft", "authorized", "incomplete", "requires payment method", "blocked":
		return fmt.Sprintf("the order was not paid (%s): it is taken in once it is", clip(status, 40))
	}
	a.Object.Type = "order"
	if a.Object.ID == "" {
		a.Object.ID = a.ExternalID
	}
	if a.Quantity < 0 {
		a.Kind = r.intern("refund")
		return ""
	}
	back, unit, fault := r.amounts.parse(r.cell("refund"), r.value(Unit))
	if fault != "" {
		if r.cell("refund") != "" && !strings.ContainsAny(r.cell("refund"), "0123456789") {
			back, fault = 0, "" // "yes" and "no" beside a status
		} else {
			return fault
		}
	}
	if back == 0 && (status == "refunded" || status == "refund") {
		back, unit = a.Quantity, a.Unit
	}
	if back == 0 {
		return ""
	}
	refund := *a
	refund.Kind, refund.ExternalID, refund.Parent = r.intern("refund"), a.ExternalID+"/refund", a.ExternalID
	refund.Quantity, refund.Unit = -math.Abs(back), unit
	if when := r.cell("refunded"); when != "" {
		if refund.At, fault = r.times.parse(when); fault != "" {
			return fault
		}
		if err := intake.CheckTime(refund.At, r.now); err != nil {
			return err.Error()
		}
	}
	r.more = append(r.more, refund)
	return ""
}

// request reads that somebody asked for something, and that they took it back:
// who, what, when, how, and where the proof is.
func (r *rows) request(a *orrery.Activity) (fault string) {
	a.Object.Type = "topic"
	if a.Object.ID == "" {
		a.Object.ID = intake.Stem(r.path)
	}
	a.Object.Title = a.Object.ID
	proof := "proof:" + clip(filepath.Base(r.path), longestKind)
	how := r.cell("how")
	if how == "" && r.cell("confirmed") != "" {
		how = "confirmed by mail"
	}
	a.ExternalID = requestID(a)
	a.Tags = append(a.Tags[:len(a.Tags):len(a.Tags)], proof)
	if how != "" {
		a.Tags = append(a.Tags, "how:"+clip(how, longestKind))
	}
	when := r.cell("withdrawn")
	switch strings.ToLower(r.cell("status")) {
	case "unsubscribed", "withdrawn", "opted out", "blocklisted", "blacklisted", "disabled", "unsub":
		if when == "" {
			when = r.cell("changed")
		}
		if when == "" {
			return "the request was taken back and the row does not say when: add a column with that time, or leave the row out"
		}
	case "cleaned", "bounced", "invalid", "deleted":
		return "the address no longer takes mail: that is nothing they did"
	}
	if when == "" {
		return ""
	}
	back := *a
	if back.At, fault = r.times.parse(when); fault != "" {
		return fault
	}
	if err := intake.CheckTime(back.At, r.now); err != nil {
		return err.Error()
	}
	back.Kind, back.Parent, back.Tags = r.intern("request.withdrawn"), a.ExternalID, []string{proof}
	if why := r.cell("why"); why != "" {
		back.Tags = append(back.Tags, "why:"+clip(why, longestKind))
	}
	back.ExternalID = requestID(&back)
	r.more = append(r.more, back)
	return ""
}

// requestID is the same however the list is exported: of who, what and when.
func requestID(a *orrery.Activity) string {
	who := a.Actor.Email
	if who == "" {
		who = a.Actor.Value
	}
	return "request-" + intake.Hash(a.Kind, strings.ToLower(who), a.Object.ID, a.At.UTC().String())
}

// attendance reads whether somebody came, or said that they would.
func (r *rows) attendance(a *orrery.Activity) (fault string) {
	a.Object.Type = "event"
	if a.Object.ID == "" {
		a.Object.ID = intake.Stem(r.path)
	}
	if a.Object.Title == "" {
		a.Object.Title = a.Object.ID
	}
	column := ""
	if c := r.extra["status"]; c >= 0 {
		column = normalize(r.header[c])
	}
	switch status := strings.ToLower(r.cell("status")); status {
	case "attending", "going", "registered", "confirmed", "rsvp", "accepted":
		a.Kind = r.intern("event.registered")
	case "yes", "true", "1", "x":
		if column == "rsvp" {
			a.Kind = r.intern("event.registered")
		}
	case "checked in", "checkedin", "attended", "present", "came", "":
		if status == "" && column != "" && column != "status" {
			return "nothing says that they came: the column for it is empty"
		}
	default:
		return fmt.Sprintf("they did not come (%s)", clip(status, 40))
	}
	if a.Unit != "" && a.Unit != Hours || a.Unit == "" && a.Quantity != 0 {
		a.Unit = Hours
	}
	a.ExternalID = attendanceID(a)
	return ""
}

// attendanceID is one for each person, event and day.
func attendanceID(a *orrery.Activity) string {
	return "attendance-" + intake.Hash(a.Kind, a.Actor.Namespace, a.Actor.Type, a.Actor.Value, a.Object.ID, a.At.UTC().Format("2006-01-02"))
}
