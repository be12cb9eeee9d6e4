package simulate

import "strings"

// words fill the slots of titles: "{model}" becomes one of words["model"].
// "{place}" is the circle's own, and so is "{spot}", where one can stand.
var words = map[string][]string{
	"model": {"Tern", "Heron R2", "Heron R4", "Wagtail", "Siskin"},
	"mic":   {"Bittern hydrophone", "Wagtail stereo", "Dipper contact", "Sanderling", "Redshank pair"},
	"creature": {
		"nightingale", "tawny owl", "song thrush", "tree frog", "bush cricket", "wren", "corncrake", "blackcap",
		"red deer", "bittern", "cicada", "curlew", "robin", "midwife toad", "cuckoo", "chiffchaff", "fruit bat", "crane",
	},
	"month": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"hours": {"two", "three", "five", "eight", "eleven", "twenty"},
	"time":  {"before sunrise", "at noon", "after rain", "at dusk", "in fog", "past midnight", "in first light", "on a Sunday"},
	"sound": {
		"Rain on tin", "Footbridge in wind", "Ice breaking up", "Bees in lavender", "Church bell, cracked", "Night train",
		"Tram depot", "Reeds", "Halyards", "Gravel path", "Ferry ramp", "Fountain, switched off", "Market opening", "Thaw", "Swifts", "Empty pool",
	},
	"part": {"card driver", "meter view", "limiter", "pre-roll buffer", "battery gauge", "menu strings", "timecode input", "file naming", "low-cut filter", "sleep timer", "boot screen", "USB mode", "gain table", "headphone mix"},
}

// commonTopics are talked of in every circle.
var commonTopics = []string{
	"Hello from {spot}", "{sound}, {time}", "Headphones for long days?", "Is the {model} right for me?", "Best recording of {month}",
	"{creature} at {spot}: a guess?", "Thank you, and a small gift", "What is in your bag in {month}?", "Notes from {spot}, {time}",
	"One question about the {model}", "Looking for company near {spot}", "{model} or {mic}: which first?",
}

var recordingTitles = []string{
	"{sound}, {time}", "{creature}, {spot}", "{spot}, {time}", "{sound} at {spot}", "{creature} and {creature}, {time}", "{month} at {spot}",
}

var (
	pullTitles  = []string{"Fix {part} on {model}", "Make the {part} readable in sunlight", "Speed up the {part}", "Add tests for the {part}", "{part}: handle a full card", "Document the {part}", "Split the {part} in two", "Let the {part} survive a brown-out"}
	issueTitles = []string{"{part} stops after {hours} hours", "{model}: {part} flickers", "Wish: {part} for left-handed people", "{part} wrong in cold weather", "{part} and {part} disagree", "Crash in the {part} with a slow card"}
	collections = []string{"Sounds to fall asleep to", "Only {creature}s", "Water, {time}", "{spot}, a year", "Things that hum", "{month} in one minute each", "Bells", "Small machines", "Best of {spot}", "For the classroom"}
	wikiPages   = []string{"Choosing a windshield", "Care of the {model}", "Field notes template", "Routes near {spot}", "Glossary", "Repair log: {model}", "Recording with children", "Hydrophones: first steps"}
	lessons     = []string{"Levels in ten minutes", "Listening before recording", "Wind, and what to do", "Editing without losing the place", "Hydrophones for beginners", "Mid and side, drawn by hand"}
	walks       = []string{"Listening walk, {spot}", "Evening of recordings, {spot}", "Open bench, {spot}"}
	shifts      = []string{"Repair café, {spot}", "Translation evening", "Listening walk, {spot}", "Sorting recordings, {spot}", "Loan shelf, {spot}"}
	campaigns   = []string{"A loan library for schools", "Parts for ten more years", "Hydrophones for river guides", "Fares for young walkers"}
)

// articleTitles make a magazine of some years.
var articleTitles = []string{
	"The sound of a {month} morning at the bench", "How the {model} got its quiet preamp", "A walk with someone who listens for a living",
	"What {hours} nights by a lake taught us", "Inside the {mic}", "Five ways to carry a {model}", "The {creature} map, explained", "Letters: what you heard in {month}",
	"Why we publish our repair manuals", "{sound}: a listening guide", "An honest test of wind protection", "People of the map: {hours} portraits",
	"Recording a {creature} without being noticed", "On leaving gaps", "How to give a sound away", "{sound}, then and now",
}

var repositories = []string{"reedbed/firmware", "reedbed/editor", "reedbed/manual", "reedbed/hydrophone-kit", "reedbed/windshields"}

type product struct {
	id, title string
	cents     int
	weight    float64
}

// products of the shop, with prices in cents.
var products = []product{
	{"tern", "Tern pocket recorder", 18900, 5},
	{"heron-r2", "Heron R2 recorder", 34900, 4},
	{"heron-r4", "Heron R4 four-track recorder", 62900, 2},
	{"wagtail", "Wagtail stereo microphone", 14900, 3},
	{"bittern", "Bittern hydrophone", 12900, 3},
	{"dipper", "Dipper contact microphone", 4900, 4},
	{"moss", "Moss windshield", 3900, 9},
	{"cable-5", "Cable, five metres", 1900, 7},
	{"door", "Battery door", 450, 5},
	{"strap", "Canvas strap", 2400, 5},
	{"poster", "Poster: birds by the hour", 1800, 4},
	{"kit", "Reedbed developer kit", 9900, 1},
}

// fill returns the template with each slot filled by chance.
func (r *run) fill(template string, c *circle) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			break
		}
		slot, after, _ := strings.Cut(rest, "}")
		choices := words[slot]
		switch slot {
		case "place":
			choices = c.places
		case "spot":
			choices = c.spots()
		}
		// A place may itself have a slot: "the {model} board".
		word := choices[r.rng.IntN(len(choices))]
		if strings.Contains(word, "{") {
			word = r.fill(word, c)
		}
		b.WriteString(word)
		template = after
	}
	s := b.String()
	if s[0] >= 'a' && s[0] <= 'z' {
		s = string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
