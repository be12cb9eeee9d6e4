package webtest

import "orrery.dev/orrery"

var firstNames = []string{
	"Ada", "Noor", "Mateo", "Inês", "Kofi", "Yuki", "Lena", "Tomás", "Priya", "Owen", "Marta", "Idris", "Sofia", "Hana", "Luca",
	"Amara", "Jonas", "Mei", "Rafael", "Elif", "Nils", "Zola", "Petra", "Arun", "Clara", "Dmitri", "Freya", "Goran", "Imani", "Jules",
	"Wren", "Anouk", "Bilal", "Carmen", "Desta", "Emre", "Farah", "Greta", "Hugo", "Iris", "Joaquín", "Keiko", "Leif", "Maren", "Nadia",
	"Oskar", "Paloma", "Quentin", "Rosa", "Sami", "Tove", "Uma", "Viktor", "Wanjiru", "Xiomara", "Yusuf", "Zoë", "Aoife", "Björn", "Chidi",
}

var lastNames = []string{
	"Okafor", "Lindqvist", "Moreau", "Tanaka", "Silva", "Novák", "Haddad", "Byrne", "Costa", "Eriksen", "Fischer", "Gupta", "Horvat",
	"Ito", "Jansen", "Kowalski", "Larsen", "Mensah", "Nakamura", "Ortega", "Petrov", "Quinn", "Rossi", "Sato", "Trujillo", "Ueda", "Vargas",
	"Weber", "Yılmaz", "Zhang", "Abebe", "Brandt", "Castillo", "Dubois", "Estrada", "Fontaine", "Greene", "Hussain", "Ivanova", "Jónsdóttir",
	"Kimathi", "Laurent", "Marchetti", "Nyström", "O’Neill", "Park", "Ramires", "Schäfer", "Takahashi", "Urbina", "Vos", "Whitlock", "Ximenes",
}

// hostileNames are what people who wish us ill call themselves.
var hostileNames = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(2)>`,
	`{{.Account.Email}} ${7*7}`,
	"\u202eevil\u202c \u202ename",
	`'); DROP TABLE member;--`,
	`</title><svg onload=alert(3)>`,
	"Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewaren the Elder of Bethlehem",
	"=HYPERLINK(\"http://evil.example\")",
}

// A deed is something that people do, as a source says it and as it is told.
type deed struct {
	kind, title, source string
	weight              float64
}

var deeds = [orrery.Strategies][]deed{
	orrery.Content: {
		{"forum.topic.read", "Read “Choosing gears for the long climb” to the end", "forum", 2},
		{"newsletter.link.opened", "Opened the November letter’s route story", "newsletter", 1},
		{"blog.post.saved", "Kept “How we true a wheel” for later", "site", 2},
	},
	orrery.Conversation: {
		{"forum.post.created", "Answered “Which dynamo hub for winter?”", "forum", 5},
		{"forum.topic.created", "Asked how others carry a child and groceries", "forum", 6},
		{"chat.message", "Talked in #workshop", "chat", 3},
	},
	orrery.Collaboration: {
		{"event.cohosted", "Co-hosted repair night in Malmö", "events", 8},
		{"github.review", "Reviewed the torque chart rewrite", "github", 8},
		{"wiki.page.edited", "Improved the tubeless guide with two others", "wiki", 6},
	},
	orrery.Contribution: {
		{"github.pull_request.opened", "Opened a fix for the torque chart", "github", 9},
		{"github.issue.opened", "Reported a wrong thread size in the catalogue", "github", 6},
		{"forum.solution.accepted", "Their answer solved “Creak under load”", "forum", 8},
	},
	orrery.Commerce: {
		{"shop.order.paid", "Bought a pannier and two tubes", "shop", 6},
		{"shop.order.paid", "Bought a Fjell frame, size 56", "shop", 8},
		{"shop.review.written", "Reviewed the Alder rack", "shop", 4},
	},
	orrery.Curation: {
		{"hub.list.shared", "Shared a list of quiet roads out of town", "hub", 5},
		{"hub.pin", "Pinned three photographs of lugged frames", "hub", 3},
		{"hub.guide.published", "Put together a guide to winter tyres", "hub", 7},
	},
}

var reasonTerms = [orrery.Strategies]string{
	"read on %d days in the last 30",
	"posts on %d days in the last 30",
	"worked with others on %d days in the last 90",
	"contributions on %d days in the last 90",
	"orders on %d days in the last 365",
	"lists kept on %d days in the last 90",
}
