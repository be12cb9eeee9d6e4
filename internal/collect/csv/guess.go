package csv

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// english and european list what columns are called, as normalize writes it. Of
// several columns for one role the word that stands first wins, English first.
var english = [Roles]string{
	Who: "who member people customer user author contributor donor volunteer participant supporter client buyer subscriber " +
		"memberid personid customerid userid authorid contributorid donorid volunteerid participantid clientid accountid account " +
		"contactid contact username login handle screenname nickname nick sender from by actor actorid",
	Name:  "name fullname displayname membername customername username realname contactname authorname donorname",
	Email: "email mail emailaddress mailaddress useremail customeremail memberemail contactemail workemail authoremail",
	When: "when timestamp time datetime date at createdat occurredat created createdon createdtime createddate happenedat eventtime " +
		"eventdate activitydate orderdate purchasedate paidat paymentdate postedat publishedat submittedat sentat senton joinedat " +
		"day ts unix epoch orderedat transactiondate donationdate closedate commitdate authordate startdate starttime start tag",
	Kind: "kind activitytype activitykind eventtype eventname event action activity verb type what",
	Object: "object objectid item itemid product productid sku target targetid repo repository project file path post postid page " +
		"resource article what",
	ObjectType: "objecttype objectkind itemtype targettype producttype",
	Title:      "title subject headline objecttitle itemname productname summary",
	URL:        "url link permalink href uri",
	ID: "externalid activityid eventid rowid messageid orderid transactionid invoiceid ordernumber orderno invoicenumber invoice " +
		"uuid guid id",
	Thread: "thread threadid conversation conversationid topicid topic discussionid discussion ticket ticketid channel channelid",
	Parent: "parent parentid inreplyto inreplytoid replyto replytoid answers",
	To:     "to recipient recipients receiver receivers mentions mentioned recipientid receiverid toid touser an",
	Quantity: "quantity amount value total hours price revenue sum grandtotal totalprice orderamount donationamount qty minutes " +
		"duration spent",
	Unit:       "unit currency currencycode uom",
	Origin:     "origin",
	PromptedBy: "promptedby campaign campaignid utmcampaign",
	Partner:    "partner partnername partnerid referrer referredby affiliate",
	Tags:       "tags tag labels label categories category keywords",
	Purpose:    "purpose purposes cause goal initiative",
	Valence:    "valence sentiment",
}

var european = [Roles]string{ // German, Spanish and French
	Who: "person mitglied mitgliedsnummer kunde kundin kundennummer kundennr benutzer nutzer autor spender teilnehmer freiwillige " +
		"freiwilliger absender miembro persona cliente usuario donante voluntario participante socio remitente membre personne " +
		"utilisateur auteur donateur benevole adherent expediteur",
	Name:  "vollername vorundnachname nombre nombrecompleto nombreyapellidos nom nomcomplet nometprenom",
	Email: "emailadresse mailadresse correo correoelectronico courriel adressemail adresseemail adresseelectronique",
	When: "datum zeit zeitpunkt zeitstempel uhrzeit datumuhrzeit erstelltam erstellt bestelldatum kaufdatum buchungsdatum fecha " +
		"fechayhora fechahora hora creadoel creado fechadecreacion fechadecompra dia dateetheure horodatage heure creele " +
		"datedecreation datedecommande datedachat jour",
	Kind: "art typ aktion aktivitat ereignis vorgang tatigkeit tipo accion actividad evento genre activite evenement",
	Object: "objekt artikel artikelnummer produkt projekt datei seite objeto producto articulo proyecto archivo pagina objet produit " +
		"projet fichier",
	ObjectType: "objekttyp objektart tipodeobjeto typedobjet",
	Title:      "titel betreff uberschrift titulo asunto titre sujet",
	URL:        "weblink enlace lien adresseweb",
	ID: "bestellnummer bestellnr rechnungsnummer vorgangsnummer buchungsnummer numerodepedido numerodefactura numerodecommande " +
		"numerodefacture",
	Thread: "unterhaltung thema conversacion tema fil sujetid",
	Parent: "antwortauf enrespuestaa enreponsea",
	To:     "empfanger destinatario destinatarios para destinataire destinataires",
	Quantity: "menge betrag summe stunden preis umsatz anzahl dauer gesamtbetrag cantidad importe monto horas precio valor duracion " +
		"quantite montant heures prix duree somme",
	Unit:       "einheit wahrung unidad moneda divisa unite devise monnaie",
	Origin:     "herkunft origen origine",
	PromptedBy: "kampagne campana campagne",
	Partner:    "socio partenaire",
	Tags:       "schlagworte schlagworter stichworte kategorie kategorien etiquetas etiqueta categoria etiquettes etiquette categorie",
	Purpose:    "zweck ziel anliegen proposito causa objetivo but objectif",
	Valence:    "valenz stimmung valencia",
}

// first and last are what the two halves of a name are called.
var (
	firstNames = strings.Fields("firstname givenname forename first vorname nombre prenom primernombre")
	lastNames  = strings.Fields("lastname surname familyname last nachname familienname apellido apellidos nom nomdefamille")
	timesOfDay = strings.Fields("time timeofday hour uhrzeit zeit hora heure")
	dates      = strings.Fields("date day datum tag fecha dia jour")
)

// vocabulary finds a column's role and rank by its normalized name.
type vocabulary map[string][]rank

type rank struct {
	role Role
	at   int // its place in the role's words: lower is surer
}

func newVocabulary() vocabulary {
	v := vocabulary{}
	for role := range Roles {
		for i, word := range strings.Fields(english[role] + " " + european[role]) {
			v[word] = append(v[word], rank{role, i})
		}
	}
	return v
}

// normalize writes a header in lower case, without accents, spaces, signs and
// what stands in brackets: "Amount (EUR)" is "amount".
func normalize(header string) string {
	if i := strings.IndexAny(header, "(["); i > 0 {
		header = header[:i]
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(header)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return strings.ReplaceAll(b.String(), "ß", "ss")
}

// guess completes what a person mapped: by what the columns are called, then,
// for who and when, by what they hold. Columns that are mapped already are left
// alone.
func guess(given Mapping, header []string, named bool, columns []profile) (Mapping, error) {
	g := guesser{mapping: given, header: header, columns: columns, taken: make([]bool, len(header)), vocabulary: newVocabulary()}
	for role, place := range given {
		s, err := place.resolve(Role(role), header)
		if err != nil {
			return given, err
		}
		for _, c := range s.columns {
			g.taken[c] = true
		}
	}
	if named {
		g.joined(When, dates, timesOfDay)
		g.byWords()
		g.joined(Name, firstNames, lastNames)
	}
	g.byContent(named)
	return g.mapping, nil
}

// foreignWord reports whether a header is a word that English does not have.
func foreignWord(header string) bool {
	word := normalize(header)
	for role := range Roles {
		if slices.Contains(strings.Fields(english[role]), word) {
			return false
		}
	}
	return slices.ContainsFunc(european[:], func(list string) bool { return slices.Contains(strings.Fields(list), word) })
}

type guesser struct {
	mapping    Mapping
	header     []string
	columns    []profile
	taken      []bool
	vocabulary vocabulary
}

func (g *guesser) open(role Role) bool { return g.mapping[role] == Place{} }

func (g *guesser) take(role Role, columns ...int) {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = g.columnName(c)
		if len(columns) > 1 && strings.ContainsAny(names[i], "([+") {
			names[i] = number(c) // what stands in brackets is no part of a name: all of it would be
		}
		g.taken[c] = true
	}
	g.mapping[role] = Place{Column: strings.Join(names, "+")}
}

// columnName names a column so that findColumn finds it and no other.
func (g *guesser) columnName(c int) string {
	if i, err := findColumn(g.header[c], Who, g.header); err == nil && i == c {
		return g.header[c]
	}
	return number(c)
}

// byWords gives each role the free column whose name is the surest.
func (g *guesser) byWords() {
	for role := range Roles {
		if !g.open(role) {
			continue
		}
		best, bestAt := -1, 1<<30
		for c, h := range g.header {
			if g.taken[c] {
				continue
			}
			for _, rank := range g.vocabulary[normalize(h)] {
				if rank.role == role && rank.at < bestAt && g.columns[c].fits(role) && !g.surer(c, rank) {
					best, bestAt = c, rank.at
				}
			}
		}
		if best >= 0 {
			g.take(role, best)
		}
	}
}

// surer reports whether a column's name stands earlier in the words of another
// role that is still open: "what" is a kind before it is an object.
func (g *guesser) surer(c int, than rank) bool {
	for _, rank := range g.vocabulary[normalize(g.header[c])] {
		if rank.role != than.role && rank.at < than.at && g.open(rank.role) && g.columns[c].fits(rank.role) {
			return true
		}
	}
	return false
}

// joined maps a role to two free columns that are its halves.
func (g *guesser) joined(role Role, firsts, seconds []string) {
	if !g.open(role) {
		return
	}
	a, b := g.find(firsts), g.find(seconds)
	if a < 0 || b < 0 || a == b {
		return
	}
	if role == When && (!g.columns[a].dateOnly() || !g.columns[b].timeOnly()) {
		return
	}
	g.take(role, a, b)
}

func (g *guesser) find(names []string) int {
	for _, name := range names {
		for c, h := range g.header {
			if !g.taken[c] && normalize(h) == name {
				return c
			}
		}
	}
	return -1
}

// byContent finds who and when where no name told, and in a file without a
// header also kind and object, in the order who, when, kind, object.
func (g *guesser) byContent(named bool) {
	if g.open(When) {
		if c := g.firstFree(func(p profile) bool { return p.times() }); c >= 0 {
			g.take(When, c)
		}
	}
	if g.open(Email) {
		if c := g.firstFree(func(p profile) bool { return p.emails() }); c >= 0 {
			g.take(Email, c)
		}
	}
	if g.open(Who) && g.open(Email) && g.open(Name) {
		switch id := g.mapping[ID].Column; {
		case id != "" && normalize(id) == "id":
			g.mapping[Who], g.mapping[ID] = g.mapping[ID], Place{}
		case !named:
			if c := g.firstFree(func(p profile) bool { return p.filled() }); c >= 0 {
				g.take(Who, c)
			}
		}
	}
	if named {
		return
	}
	if g.open(Kind) {
		if c := g.firstFree(func(p profile) bool { return p.repeats() && !p.numbers() }); c >= 0 {
			g.take(Kind, c)
		}
	}
	if g.open(Object) {
		if c := g.firstFree(func(p profile) bool { return p.filled() }); c >= 0 {
			g.take(Object, c)
		}
	}
}

func (g *guesser) firstFree(is func(profile) bool) int {
	for c := range g.header {
		if !g.taken[c] && is(g.columns[c]) {
			return c
		}
	}
	return -1
}
