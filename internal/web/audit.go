package web

import (
	"cmp"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/language"
	"orrery.dev/orrery/internal/view"
)

// auditRows is how many rows stand on a page.
const auditRows = 100

type auditPage struct {
	Rows    []auditRow
	Older   int64 // the row that the next page begins behind; 0: there is none
	Actions []string
	People  []view.Colleague
	By      string
	Action  string
	Day     string
	Noted   string
	Before  int64
	Chain   audit.Chain
	Broken  string // what is wrong with the chain, or with what was noted
}

type auditRow struct {
	audit.Row
	Who    any // a name, or a language.Text
	Planet string
	About  []auditSubject
}

type auditSubject struct {
	Kind, ID string
	Path     string // where it can be looked at, or empty
	Named    bool   // the ID is a hash
}

// Filtered says whether rows are left out.
func (p *auditPage) Filtered() bool { return p.By != "" || p.Action != "" || p.Day != "" }

// Head is the hash of the last row as people note it.
func (p *auditPage) Head() string { return hex.EncodeToString(p.Chain.Head[:]) }

// auditQuery reads what an address asks for.
func auditQuery(v *visit) (audit.Query, error) {
	asked := v.URL.Query()
	q := audit.Query{By: asked.Get("by"), Action: asked.Get("action")}
	var err error
	if day := asked.Get("day"); day != "" {
		if q.Day, err = orrery.ParseDay(day); err != nil {
			return q, err
		}
	}
	if before := asked.Get("before"); before != "" {
		if q.Before, err = strconv.ParseInt(before, 10, 64); err != nil || q.Before < 1 {
			return q, orrery.Errorf(orrery.Invalid, "%.20q is not the number of a row", before)
		}
	}
	return q, nil
}

// audit tells who did what, newest first, and whether that is what was written.
func (s *server) audit(w http.ResponseWriter, v *visit) error {
	q, err := auditQuery(v)
	if err != nil {
		return err
	}
	q.Limit = auditRows + 1
	rows, err := s.Backend.Audit.Rows(v.Context(), q)
	if err != nil {
		return err
	}
	asked := v.URL.Query()
	p := auditPage{By: q.By, Action: q.Action, Day: asked.Get("day"), Noted: strings.TrimSpace(asked.Get("noted")), Before: q.Before}
	if len(rows) > auditRows {
		rows = rows[:auditRows]
		p.Older = rows[auditRows-1].Seq
	}
	if p.Actions, err = s.Backend.Audit.Actions(v.Context()); err != nil {
		return err
	}
	team, err := s.Backend.Colleagues.Colleagues(v.Context(), v.account)
	if err != nil {
		return err
	}
	p.People = team.People
	noted, wrong := audit.ParseHash(p.Noted)
	if p.Chain, err = s.Backend.Audit.Verify(v.Context(), noted); err == nil {
		err = wrong
	}
	if err != nil {
		if orrery.CodeOf(err) != orrery.Invalid {
			return err
		}
		p.Broken = sentence(err.Error())
	}
	for i := range rows {
		p.Rows = append(p.Rows, s.auditRow(v, &rows[i], p.People))
	}
	return s.render(w, v, http.StatusOK, "audit", language.T("Audit"), &p)
}

func (s *server) auditRow(v *visit, r *audit.Row, team []view.Colleague) auditRow {
	out := auditRow{Row: *r, Who: auditWho(r.By, team)}
	for _, p := range v.installation.Planets {
		if p.ID == r.Planet {
			out.Planet = brand(p)
		}
	}
	for text := range strings.FieldsSeq(r.About) {
		kind, id, _ := strings.Cut(text, ":")
		one := auditSubject{Kind: kind, ID: id}
		switch {
		case strings.HasPrefix(id, "~"):
			one.ID, one.Named = "", true
		case kind == "person":
			one.Path = "/people/" + id
		case kind == "planet":
			for _, p := range v.installation.Planets {
				if strconv.Itoa(int(p.ID)) == id {
					one.ID = brand(p)
				}
			}
		case kind == "account":
			for _, c := range team {
				if strconv.FormatInt(c.ID, 10) == id {
					one.ID = cmp.Or(c.Name, id)
				}
			}
		}
		out.About = append(out.About, one)
	}
	return out
}

// auditWho says who acted.
func auditWho(by string, team []view.Colleague) any {
	kind, id, _ := strings.Cut(by, ":")
	switch kind {
	case "account":
		for _, c := range team {
			if strconv.FormatInt(c.ID, 10) == id {
				return c.Name
			}
		}
		return language.T("account %s, not there any more", id)
	case "key":
		return language.T("the key %s", id)
	case audit.Shell:
		return language.T("the shell")
	case audit.Link:
		return language.T("the first-run link")
	case audit.Partner:
		return language.T("a partner, in their room")
	}
	return language.T("somebody not logged in")
}

// auditKinds are what actions concern.
var auditKinds = map[string]language.Text{
	"person": language.T("person"), "planet": language.T("planet"), "account": language.T("account"), "invitation": language.T("invitation"),
	"key": language.T("key"), "import": language.T("import"), "purpose": language.T("purpose"), "partner": language.T("partner"), "circle": language.T("circle"),
	"source": language.T("source"), "conversation": language.T("conversation"), "introduction": language.T("introduction"), "list": language.T("list"),
	"note": language.T("note"), "task": language.T("task"), "webhook": language.T("webhook"), "backup": language.T("backup"),
}

func auditKind(kind string) any {
	if text, ok := auditKinds[kind]; ok {
		return text
	}
	return kind
}

// auditWords are what actions did, in words; commands stand there as they are typed.
var auditWords = map[string]language.Text{
	"login": language.T("logged in"), "logout": language.T("logged out"), "enter": language.T("came in by the first-run link"),
	"join": language.T("joined"), "settle": language.T("made the first account"),
	"settings.people": language.T("invited somebody"), "settings.people.role": language.T("gave a role"), "settings.people.end": language.T("logged somebody out"),
	"settings.people.remove": language.T("removed a colleague"), "settings.people.invitations.take-back": language.T("took an invitation back"),
	"settings.keys": language.T("made a key"), "settings.keys.revoke": language.T("revoked a key"), "settings.planet": language.T("changed a planet"),
	"settings.weights": language.T("changed what counts"), "settings.teammates": language.T("changed who is a teammate"),
	"settings.webhooks": language.T("added a webhook"), "settings.webhooks.change": language.T("changed a webhook"), "settings.webhooks.order": language.T("paused, tested or removed a webhook"),
	"settings.backups.plan": language.T("changed the plan of backups"), "settings.backups.now": language.T("made a backup"), "settings.backups.download": language.T("took a backup away"),
	"settings.backups.check": language.T("checked a backup"), "settings.backups.remove": language.T("deleted a backup"), "settings.backups.restore": language.T("restored a backup"),
	"people.merge": language.T("made two people one"), "people.unmerge": language.T("made one person two"), "people.mark": language.T("said what somebody is"),
	"people.erase": language.T("erased somebody"), "people.note": language.T("wrote a note about somebody"), "people.tag": language.T("tagged somebody"),
	"people.bulk": language.T("changed several people"), "people.undo": language.T("undid a change of several people"), "people.same": language.T("decided whether two are one"), "people.real": language.T("decided what counts"),
	"sources.upload": language.T("uploaded a file"), "sources.import": language.T("began an import"), "sources.connect": language.T("connected a source"), "imports.undo": language.T("undid an import"),
	"lists": language.T("saved a list"), "lists.remove": language.T("removed a list"), "tasks": language.T("made or changed a task"), "notes": language.T("wrote a note on a day"), "notes.remove": language.T("removed a note on a day"),
	"introductions": language.T("introduced two people"), "conversations": language.T("decided about a conversation"), "circles.name": language.T("named a circle"),
	"purposes.new": language.T("named a purpose"), "purposes.change": language.T("changed a purpose"), "partners": language.T("added a partner"), "partners.change": language.T("changed a partner"), "partners.remove": language.T("removed a partner"),
	"met": language.T("noted who was met"), "met.undo": language.T("took back who was met"), "room": language.T("wrote in a room"),
	"welcome.brand": language.T("named the brand"), "welcome.sample": language.T("tried the sample"), "welcome.sample.remove": language.T("removed the sample"),
}

// auditAction says what was done; empty where only its name is known.
func auditAction(action string) language.Text {
	if text, ok := auditWords[action]; ok {
		return text
	}
	switch {
	case strings.HasSuffix(action, ".csv"):
		return language.T("took a list away")
	case strings.HasPrefix(action, "shell."):
		return language.T("ran a command")
	case strings.HasPrefix(action, "api."):
		return language.T("asked the API")
	}
	return language.T("changed something")
}

// auditCSV writes all rows that are asked for.
func (s *server) auditCSV(w http.ResponseWriter, v *visit) error {
	q, err := auditQuery(v)
	if err != nil {
		return err
	}
	rows, err := s.Backend.Audit.Rows(v.Context(), q)
	if err != nil {
		return err
	}
	planets := map[orrery.PlanetID]string{}
	for _, p := range v.installation.Planets {
		planets[p.ID] = p.Name
	}
	out := newSheet(w, "audit", "row", "at", "by", "action", "planet", "about", "hash")
	for i := range rows {
		r := &rows[i]
		out.row(strconv.FormatInt(r.Seq, 10), timeOf(r.At), r.By, r.Action, planets[r.Planet], r.About, hex.EncodeToString(r.Hash[:]))
	}
	return out.end()
}
