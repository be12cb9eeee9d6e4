package web

// A term is a word that the screens use for a number. Each has its place on the
// page about the numbers, under its key, and labels of figures lead there.
type term struct{ Key, Title, Short string }

// terms are in the order of the page.
var terms = []term{
	{"closeness", "Closeness", "The chance, in percent, that somebody comes by themselves with something meaningful within the rhythm."},
	{"levels", "Levels", "Core, inner, outer and edge: closeness in four steps."},
	{"rhythm", "Rhythm", "How often it is natural to come: 30, 90 or 365 days."},
	{"gravity", "Gravity", "How many of the people in orbit can be expected to come by themselves within the rhythm."},
	{"past", "The past", "Pages told as of a day: what had happened by then, and nothing later."},
	{"return", "Return", "The chance of any activity at all within the rhythm."},
	{"drift", "Rising, drifting, new and quiet", "How closeness moved in the last 90 days, in points."},
	{"ways", "Ways to belong", "What somebody mostly does: reading, talking, working together, contributing, buying, collecting."},
	{"gave", "Gave and received", "What somebody did, weighted by effort, and what came back to them."},
	{"endurance", "Endurance", "The share of past periods in which somebody came."},
	{"reach", "Reach", "The strengths of somebody’s ties to others, added up."},
	{"hello", "Worth a hello", "By how much one visit would bring somebody closer, times the chance that they would not come by themselves."},
	{"introductions", "Introductions", "Pairs who never had to do with one another although the same people know both."},
	{"circles", "Circles", "Those among whom ties are denser than chance would have them."},
	{"partners", "Partners", "Who was there when somebody first came, and what trials by lot tell beside that."},
	{"origins", "What brought them", "Whether somebody came by themselves, was drawn by people or prompted by us."},
	{"repulsion", "What pushes away", "Negative experiences, counted beside closeness and never taken off it."},
	{"purposes", "Purposes", "Progress by what people do, against the line that would end in time."},
	{"turn", "Whose turn it is", "In a conversation: who is expected to say or do the next thing."},
	{"tasks", "Tasks", "What somebody means to do for a person, and where the person stood when it was made, when it was done, and now."},
	{"thanks", "Thanks", "Who gave much of late, so that somebody may thank them."},
	{"week", "The week", "What moved most this week beside what is usual."},
	{"real", "Is it real?", "Whether a program, a ring or a wish to be counted is behind what was done."},
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
