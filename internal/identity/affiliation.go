package identity

import (
	"fmt"
	"strings"

	"orrery.dev/orrery"
)

// Affiliation is a statement that an identity belongs to an organization, as an
// import made it.
type Affiliation struct {
	Identity     orrery.IdentityID
	Organization orrery.Organization
	AtMicros     int64 // a UTC midnight: since when at least, or by when no longer
	Ended        bool
	Import       orrery.ImportID // that stated it: it stands while one such import stands
}

// Affiliate keeps a statement that somebody belongs to an organization. It is
// stored by Flush.
func (g *Graph) Affiliate(a orrery.Affiliation, source string, imp orrery.ImportID) error {
	o := a.Organization
	o.ID, o.Name, o.Domain = strings.TrimSpace(o.ID), strings.TrimSpace(o.Name), strings.ToLower(strings.TrimSpace(o.Domain))
	if o.Namespace == "" {
		o.Namespace = source
	}
	if o.ID == "" {
		return orrery.Errorf(orrery.Invalid, "the organization has no id: nobody can be said to belong to it")
	}
	who, err := g.Resolve(a.Actor, source, imp, a.At.UnixMicro())
	if err != nil {
		return fmt.Errorf("affiliation: %w", err)
	}
	// Whole days, for some sources state it with every activity.
	at := orrery.DayOf(a.At).Time().UnixMicro()
	stated := Affiliation{Identity: who, Organization: o, AtMicros: at, Ended: a.Ended, Import: imp}
	if g.affiliated == nil {
		g.affiliated = make(map[Affiliation]bool, len(g.affiliations))
		for _, known := range g.affiliations {
			g.affiliated[known] = true
		}
	}
	if g.affiliated[stated] {
		return nil
	}
	g.affiliated[stated] = true
	g.newAffiliations = append(g.newAffiliations, stated)
	g.affiliations = append(g.affiliations, stated)
	return nil
}
