package github

import (
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect/commit"
	"orrery.dev/orrery/internal/collect/payload"
)

// push tells of the commits that arrive on the default branch, by whoever wrote
// them. A clone counts what HEAD reaches; so does this.
func (e *event) push() (ignored string) {
	branch, ok := strings.CutPrefix(e.Ref.String(), "refs/heads/")
	switch {
	case !ok:
		return "a tag was pushed; the event “create” tells who made it"
	case e.Deleted:
		return "a branch was deleted; the event “delete” tells by whom"
	case e.Repository.DefaultBranch != "" && branch != e.Repository.DefaultBranch.String():
		return "commits on another branch than the default one: they count when they arrive there"
	case len(e.Commits) == 0:
		return "a push without new commits"
	}
	for i := range e.Commits {
		e.commit(&e.Commits[i])
	}
	return "commits without an author"
}

func (e *event) commit(c *pushed) {
	written, _ := payload.Time(text(payload.First(c.Author.Date, c.Timestamp)))
	a, links, ok := commit.Commit{
		Hash: c.ID.String(), Message: c.Message, Name: c.Author.Name.String(), Email: c.Author.Email.String(),
		At: written, Arrived: e.arrived,
	}.Activity()
	if !ok {
		return
	}
	e.told.Activities = append(e.told.Activities, a)
	e.told.Links = append(e.told.Links, links...)
	if login, ok := commit.Login(c.Author.Username.String()); ok {
		account := orrery.Actor{Namespace: e.host, Type: "login", Value: login, Name: a.Actor.Name}
		for _, l := range links {
			if l.B == account {
				return
			}
		}
		e.told.Links = append(e.told.Links, orrery.Link{A: a.Actor, B: account, Kind: orrery.SamePlatform, At: a.At.UTC()})
	}
}

// starred tells of a star, or takes it back. GitHub does not say which star was
// taken back, so that there is one a person: whoever stars once more after that
// stays without.
func (e *event) starred() (ignored string) {
	switch {
	case e.Action == "created":
		return orNobody(e.star(e.Repository, e.Sender, e.StarredAt))
	case e.Action == "deleted" && e.Sender.known():
		return e.retract("github.star.deleted", e.starID(e.Sender), e.on(e.Repository).Object, "")
	}
	return nobody
}

// watched is what GitHub has called a star since before there were stars.
func (e *event) watched() (ignored string) {
	if e.Action != "started" {
		return housekeeping
	}
	return orNobody(e.star(e.Repository, e.Sender, e.StarredAt))
}

func (e *event) forked() (ignored string) {
	if e.Forkee == nil {
		return incomplete
	}
	return orNobody(e.fork(e.Repository, e.Forkee, e.Sender))
}

func (e *event) released() (ignored string) {
	switch {
	case e.Release == nil:
		return incomplete
	case e.Action == "published":
		return orNobody(e.release(e.Release))
	case e.Action == "deleted", e.Action == "unpublished":
		id := releaseID(e.Release)
		return e.retract("github.release."+e.Action.String(), id+"+published", orrery.Object{ID: id, Type: "release"}, id)
	}
	return "a release counts once, when it is published"
}

// wiki tells of pages that somebody wrote or changed, one a page and revision.
func (e *event) wiki() (ignored string) {
	for i := range e.Pages {
		p := &e.Pages[i]
		page := e.repo + "/wiki/" + p.Name.String()
		e.tell(e.Sender, orrery.Activity{
			ExternalID: page + "@" + p.SHA.String() + "+edited", Kind: "github.wiki.edit", Thread: page, At: e.arrived,
			Object: orrery.Object{ID: page, Type: "page", Title: p.Title.String(), URL: p.HTMLURL.String()},
		})
	}
	return nobody
}

// ref tells that somebody made or removed a branch or a tag.
func (e *event) ref() (ignored string) {
	verb := "created"
	if e.name == "delete" {
		verb = "deleted"
	}
	a := e.on(e.Repository)
	a.ExternalID = e.repo + "/" + e.RefType.String() + "/" + e.Ref.String() + "+" + verb
	a.Kind, a.At = "github."+payload.First(e.RefType, "ref")+"."+verb, e.arrived
	return orNobody(e.tell(e.Sender, a))
}

func (e *event) published(p *item) (ignored string) {
	if p == nil || e.Action != "published" {
		return "a package counts once, when it is published"
	}
	id, version := "package/"+payload.First(p.ID, p.NodeID, p.Name), p.PackageVersion
	if version == nil {
		version = p
	}
	return orNobody(e.tell(e.Sender, orrery.Activity{
		ExternalID: id + "/" + payload.First(version.ID, version.Version) + "+published", Kind: "github.package.published",
		Object: orrery.Object{ID: id, Type: "package", Title: p.Name.String(), URL: p.HTMLURL.String()},
		At:     e.when(version.CreatedAt),
	}))
}

// planned tells that somebody made a project, a column, a card or a report.
func (e *event) planned(p *item) (ignored string) {
	if p == nil {
		return incomplete
	}
	id := e.name + "/" + payload.First(p.NodeID, p.ID)
	object := orrery.Object{ID: id, Type: e.name, Title: payload.First(p.Title, p.Name), URL: p.HTMLURL.String()}
	switch e.Action {
	case "created":
		return orNobody(e.tell(e.Sender, orrery.Activity{
			ExternalID: id + "+created", Kind: "github." + e.name + ".created", Object: object, Thread: id, At: e.when(p.CreatedAt),
		}))
	case "deleted":
		return e.retract("github."+e.name+".deleted", id+"+created", object, id)
	}
	return housekeeping
}

// member tells that somebody let another into the repository.
func (e *event) member() (ignored string) {
	if e.Action != "added" || !e.Member.known() {
		return "what a collaborator may do was changed: who did something has done it"
	}
	a := e.on(e.Repository)
	a.ExternalID = e.repo + "+member_added/" + payload.First(e.Member.ID, e.Member.Login)
	a.Kind, a.At = "github.member.added", e.arrived
	e.address(&a, e.Sender, e.Member)
	a.Origin = orrery.OriginUnknown // it is the other who is drawn
	return orNobody(e.tell(e.Sender, a))
}

// membership tells that somebody belongs to an organization, of which they are
// in a team. Leaving a team is not leaving the organization.
func (e *event) membership() (ignored string) {
	if e.Action != "added" {
		return "who left a team may still belong to its organization"
	}
	return e.affiliated(e.Member, false)
}

func (e *event) organization() (ignored string) {
	if e.Membership == nil {
		return settings
	}
	switch {
	case e.Action == "member_added" && e.Membership.State == "pending":
		return "an invitation: whoever accepts it is told of then"
	case e.Action == "member_added":
		return e.affiliated(e.Membership.User, false)
	case e.Action == "member_removed":
		return e.affiliated(e.Membership.User, true)
	}
	return settings
}

func (e *event) affiliated(who *account, ended bool) (ignored string) {
	o := e.Organization
	if !who.known() || !o.known() {
		return nobody
	}
	e.told.Affiliations = append(e.told.Affiliations, orrery.Affiliation{
		Actor: e.actor(who), At: e.arrived, Ended: ended,
		Organization: orrery.Organization{Namespace: e.host, ID: payload.First(o.ID, o.Login), Name: o.Login.String()},
	})
	e.link(who, e.arrived)
	return ""
}

// installation tells that somebody installed or removed the app whose webhook
// this is.
func (e *event) installation() (ignored string) {
	if e.Installation == nil || e.Action != "created" && e.Action != "deleted" {
		return settings
	}
	id := "installation/" + payload.First(e.Installation.ID, e.Installation.NodeID)
	return orNobody(e.tell(e.Sender, orrery.Activity{
		ExternalID: id + "+" + e.Action.String(), Kind: "github.installation." + e.Action.String(),
		Object: orrery.Object{ID: id, Type: "installation"}, At: e.arrived,
	}))
}

// dollars is what GitHub names prices in, by the cent.
const dollars = "USD"

func (e *event) sponsorship() (ignored string) {
	s := e.Sponsorship
	if s == nil {
		return incomplete
	}
	by := s.Sponsor
	if !by.known() {
		by = e.Sender
	}
	id := "sponsorship/" + s.NodeID.String()
	a := orrery.Activity{
		ExternalID: id + "+" + e.Action.String(), Object: orrery.Object{ID: id, Type: "sponsorship"},
		Thread: id, At: e.arrived, Quantity: s.Tier.Monthly, Unit: dollars,
	}
	switch e.Action {
	case "created":
		a.Kind, a.At = "github.sponsorship", e.when(s.CreatedAt)
	case "cancelled":
		a.Kind, a.Quantity, a.Unit = "github.sponsorship.cancelled", 0, ""
	case "tier_changed":
		a.Kind = "github.sponsorship.tier_changed"
		a.ExternalID += "/" + payload.First(s.Tier.NodeID, s.Tier.Name)
	default:
		return "it announces a change; the change is told of when it comes"
	}
	return orNobody(e.tell(by, a))
}

func (e *event) marketplace() (ignored string) {
	p := e.MarketplacePurchase
	if p == nil || !p.Account.known() {
		return incomplete
	}
	id := "marketplace/" + payload.First(p.Account.ID, p.Account.Login) + "/" + p.Plan.ID.String()
	a := orrery.Activity{
		ExternalID: id + "+" + e.Action.String() + "/" + e.EffectiveDate.String(), Kind: "github.marketplace_purchase." + e.Action.String(),
		Object: orrery.Object{ID: id, Type: "plan", Title: p.Plan.Name.String()}, At: e.when(e.EffectiveDate),
	}
	switch e.Action {
	case "purchased", "changed":
		price := p.Plan.Monthly
		if p.BillingCycle == "yearly" {
			price = p.Plan.Yearly
		}
		a.Quantity, a.Unit = price*max(1, p.UnitCount), dollars
	case "cancelled":
	default:
		return "it announces a change; the change is told of when it comes"
	}
	return orNobody(e.tell(e.Sender, a))
}
