package web

import (
	"bytes"
	"net/http"
	"slices"

	"orrery.dev/orrery/internal/language"
)

// A help is what is said of one page: what it answers, and the terms on it.
type help struct {
	Title language.Text
	Text  language.Text
	Terms []string
}

// helps are by template.
var helps = map[string]help{
	"today":         {language.T("Today"), language.T("What changed, and what may be next: moves between levels, whose turn it is, who is worth a hello, who rises, drifts and is new. Each number opens the people or the activities behind it."), []string{"gravity", "levels", "drift", "hello", "turn", "origins"}},
	"map":           {language.T("Orbit map"), language.T("Everybody in orbit: the nearer to the middle, the closer; like minds stand side by side. Choose somebody with the arrow keys or the pointer; the table says the same in words."), []string{"closeness", "levels", "drift", "circles", "reach"}},
	"people":        {language.T("People"), language.T("Choose a list above, narrow it with the filters, and save what you ask for under a name: it opens as of today. Tick people, or all who fit, to tag them, export them or put them on a list of their own."), []string{"closeness", "levels", "drift", "ways"}},
	"person":        {language.T("A person"), language.T("Why somebody stands where they stand: each reason with its points, what they did and what came back, who is around them, and how it is known who they are."), []string{"closeness", "levels", "gave", "reach", "endurance", "return", "origins"}},
	"conversations": {language.T("Conversations"), language.T("Who waits for whom. What you say of a conversation holds until somebody writes again."), []string{"turn"}},
	"circles":       {language.T("Like minds"), language.T("People who answer each other and meet over the same things. They are told only where they are clear."), []string{"circles", "introductions", "closeness", "drift"}},
	"ways":          {language.T("Ways to belong"), language.T("Which ways hold whom: what was tried, what was seen beside people who did as much without it, and the next trial."), []string{"ways", "origins"}},
	"purposes":      {language.T("Purposes"), language.T("What people and brands do together, and how far it is. Each figure opens the activities behind it."), []string{"purposes"}},
	"partners":      {language.T("Partners"), language.T("Who was there when people came, and how these orbit later."), []string{"partners", "closeness"}},
	"origin":        {language.T("What brought people"), language.T("What sources told of what prompted each activity, and what can be estimated where they told nothing."), []string{"origins"}},
	"repulsion":     {language.T("What pushes away"), language.T("What was seen to push people away, beside closeness and never taken off it."), []string{"repulsion"}},
	"system":        {language.T("Solar system"), language.T("All planets together: who orbits two of them, and how people came from one to another."), []string{"gravity", "closeness"}},
	"hello":         {language.T("Worth a hello"), language.T("To whom a personal word may change something."), []string{"hello", "closeness"}},
	"introductions": {language.T("Introductions"), language.T("Who should meet, and what came of those whom you introduced."), []string{"introductions", "circles"}},
	"real":          {language.T("Is it real?"), language.T("Questions about programs, rings and activity made to be counted. Nothing follows until somebody decides."), []string{"real", "closeness", "gave"}},
	"sources":       {language.T("Sources"), language.T("Where activities come from and whether they arrive. An import can be undone."), nil},
	"settings":      {language.T("Settings"), language.T("What stewards decide: planets and their rhythm, teammates, keys, what activities weigh."), []string{"rhythm"}},
	"trust":         {language.T("How far to trust this"), language.T("How well the forecast did on your own past."), []string{"closeness", "gravity"}},
}

// sections are the pages whose help goes for others, too.
var sections = map[string]string{
	"maptable": "map", "around": "map", "aroundtable": "map", "same": "person", "merge": "person", "talk": "conversations", "circle": "circles", "together": "person",
	"imbalance": "circles", "purpose": "purposes", "purposepeople": "purposes", "purposeacts": "purposes", "partner": "partners", "partnerpeople": "partners",
	"originbehind": "origin", "repulsionacts": "repulsion", "systempeople": "system", "add": "sources", "source": "sources", "skipped": "sources", "columns": "sources", "weights": "settings",
}

// HelpOf is the page whose help goes for this one; empty: none does.
func (p *page) HelpOf() string {
	name := p.Name
	if of := sections[name]; of != "" {
		name = of
	}
	if _, ok := helps[name]; ok {
		return name
	}
	return ""
}

type helpPage struct {
	Of    *help // nil: nothing is said of that page
	Terms []term
	All   []term
}

func (s *server) help(w http.ResponseWriter, v *visit) error {
	p := helpPage{All: terms}
	if of, ok := helps[v.URL.Query().Get("of")]; ok {
		p.Of = &of
		for _, t := range terms {
			if slices.Contains(of.Terms, t.Key) {
				p.Terms = append(p.Terms, t)
			}
		}
	}
	if !v.URL.Query().Has("piece") {
		return s.render(w, v, http.StatusOK, "help", language.T("Keys and help"), p)
	}
	var out bytes.Buffer
	if err := s.pages[v.language].ExecuteTemplate(&out, "helptext", s.page(w, v, "suggestions", "", p)); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = out.WriteTo(w) // who left does not read it
	return nil
}
