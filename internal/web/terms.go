package web

import "orrery.dev/orrery/internal/language"

// A term is a word that the screens use for a number. Each has its place on the
// page about the numbers, under its key, and labels of figures lead there.
type term struct {
	Key          string
	Title, Short language.Text
}

// terms are in the order of the page.
var terms = []term{
	{"closeness", language.T("Closeness"), language.T("The chance, in percent, that somebody comes by themselves with something meaningful within the rhythm.")},
	{"levels", language.T("Levels"), language.T("Core, inner, outer and edge: closeness in four steps.")},
	{"rhythm", language.T("Rhythm"), language.T("How often it is natural to come: 30, 90 or 365 days.")},
	{"gravity", language.T("Gravity"), language.T("How many of the people in orbit can be expected to come by themselves within the rhythm.")},
	{"past", language.T("The past"), language.T("Pages told as of a day: what had happened by then, and nothing later.")},
	{"return", language.T("Return"), language.T("The chance of any activity at all within the rhythm.")},
	{"drift", language.T("Rising, drifting, new and quiet"), language.T("How closeness moved in the last 90 days, in points.")},
	{"ways", language.T("Ways to belong"), language.T("What somebody mostly does: reading, talking, working together, contributing, buying, collecting.")},
	{"gave", language.T("Gave and received"), language.T("What somebody did, weighted by effort, and what came back to them.")},
	{"endurance", language.T("Endurance"), language.T("The share of past periods in which somebody came.")},
	{"reach", language.T("Reach"), language.T("The strengths of somebody’s ties to others, added up.")},
	{"hello", language.T("Worth a hello"), language.T("By how much one visit would bring somebody closer, times the chance that they would not come by themselves.")},
	{"introductions", language.T("Introductions"), language.T("Pairs who never had to do with one another although the same people know both.")},
	{"circles", language.T("Circles"), language.T("Those among whom ties are denser than chance would have them.")},
	{"partners", language.T("Partners"), language.T("Who was there when somebody first came, and what trials by lot tell beside that.")},
	{"origins", language.T("What brought them"), language.T("Whether somebody came by themselves, was drawn by people or prompted by us.")},
	{"repulsion", language.T("What pushes away"), language.T("Negative experiences, counted beside closeness and never taken off it.")},
	{"purposes", language.T("Purposes"), language.T("Progress by what people do, against the line that would end in time.")},
	{"turn", language.T("Whose turn it is"), language.T("In a conversation: who is expected to say or do the next thing.")},
	{"tasks", language.T("Tasks"), language.T("What somebody means to do for a person, and where the person stood when it was made, when it was done, and now.")},
	{"thanks", language.T("Thanks"), language.T("Who gave much of late, so that somebody may thank them.")},
	{"week", language.T("The week"), language.T("What moved most this week beside what is usual.")},
	{"real", language.T("Is it real?"), language.T("Whether a program, a ring or a wish to be counted is behind what was done.")},
}

// A place is a page that search finds by its name.
type place struct{ Path, Title, Words string }

var places = []place{
	{"/", "Today", "home start news changed"},
	{"/map", "Orbit map", "picture orbits planet"},
	{"/people", "People", "members everyone list"},
	{"/people/hello", "Worth a hello", "greet contact"},
	{"/people/imbalance", "Gave much, received little", "thanks imbalance"},
	{"/people/same", "Who may be one person", "merge duplicates same"},
	{"/people/real", "Is it real?", "bots programs rings authentic"},
	{"/conversations", "Conversations", "threads turn waiting answers"},
	{"/circles", "Like minds", "circles groups communities"},
	{"/introductions", "Introductions", "meet introduce"},
	{"/ways", "Ways to belong", "strategies yield"},
	{"/purposes", "Purposes", "goals progress"},
	{"/partners", "Partners", "codes rooms trials"},
	{"/origin", "What brought people", "origins unprompted"},
	{"/repulsion", "What pushes away", "repulsion negative complaints"},
	{"/system", "Solar system", "brands compare planets shared"},
	{"/sources", "Sources", "imports connections data"},
	{"/sources/add", "Bring data", "import csv upload connect file repository"},
	{"/settings", "Settings", "keys accounts teammates rhythm"},
	{"/settings/weights", "What activities weigh", "weights kinds catalogue"},
	{"/about-the-numbers", "About the numbers", "definitions help terms"},
	{"/help", "Keys and help", "shortcuts keyboard"},
	{"/trust", "How far to trust this", "calibration forecast backtest"},
}
