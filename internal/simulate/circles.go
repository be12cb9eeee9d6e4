package simulate

import "orrery.dev/orrery"

// circle is a network of like minds as the sample makes it: who they are, what
// draws them, when they are about and what they talk of.
type circle struct {
	name    string
	share   float64 // of all people
	planets [planets]float64
	ways    [orrery.Strategies]float64
	regions []int
	hours   dayShape
	weekend float64 // rate on Saturday and Sunday against the other days
	places  []string
	topics  []string
}

// dayShape names one of the daily rhythms.
type dayShape int

const (
	evening dayShape = iota
	office
	night
	dawn
	afternoon
)

// hourWeights tells how likely each local hour of a day is, by rhythm.
var hourWeights = [...][24]float64{
	evening:   {2, 1, .5, .3, .3, .5, 1, 2, 3, 3, 3, 3, 4, 3, 3, 3, 4, 5, 7, 9, 10, 10, 8, 5},
	office:    {.3, .1, .1, .1, .1, .3, 1, 4, 8, 10, 10, 9, 6, 8, 9, 9, 8, 6, 3, 3, 3, 3, 2, 1},
	night:     {9, 8, 6, 4, 2, 1, .5, .5, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 4, 5, 7, 9, 10, 10},
	dawn:      {.5, .5, .5, 2, 6, 9, 9, 8, 6, 4, 3, 2, 2, 2, 2, 2, 3, 3, 4, 5, 5, 3, 2, 1},
	afternoon: {.5, .3, .2, .1, .1, .2, .5, 2, 3, 4, 5, 5, 5, 6, 8, 9, 10, 9, 6, 4, 4, 3, 2, 1},
}

// The two circles that move in the last weeks of the sample.
const (
	fallingIn = 0 // night recordists
	drifting  = 4 // podcast makers
)

// circles are the sample's, in the order of their indexes. Planet weights are in
// the order recorders, reedbed, listening map, wakesong; ways in the order of
// orrery.Strategy.
var circles = []circle{
	{
		"night recordists", .08,
		[planets]float64{4, .5, 6, .6},
		[6]float64{2, 6, 2, 5, 1.5, 2},
		[]int{british, nordic, german, american},
		night, 1.4,
		[]string{"Kielder", "the Fens", "Saltholm", "Harz ridge", "Galloway", "Vättern shore", "the Wash", "Big Sur creek"},
		[]string{"Owls after two in the morning at {place}", "How do you keep dew off the {mic}?", "Self-noise of the {model} below 15 dBA", "Nightjar churring, {place}, no wind at all", "Batteries at minus eight: what lasted", "Power bank hum on the {model}, found it", "A fox, a train, then forty minutes of nothing", "Who is out on Saturday near {place}?", "What do you do with eight hours of rain?", "Moth wings against a {mic}"},
	},
	{
		"repair café Lisbon", .06,
		[planets]float64{6, 1, 3, .4},
		[6]float64{1.5, 4, 4, 7, 2, 1},
		[]int{lusophone, lusophone, lusophone, latin},
		afternoon, 1.6,
		[]string{"Alfama", "Graça", "Marvila", "Almada", "Benfica", "Setúbal"},
		[]string{"{model} with a dead gain knob: part or pot?", "Saturday in {place}: who brings the soldering station?", "Spare battery doors, printed in PETG", "Cleaning salt out of a {model}", "Twelve recorders in, eleven out, {month}", "USB port torn off the board of a {model}", "Where to find the tiny screws", "Teaching the first solder joint"},
	},
	{
		"firmware tinkerers", .07,
		[planets]float64{1.5, 8, .3, .1},
		[6]float64{1, 3, 9, 2, .8, .5},
		[]int{german, american, slavic, india, korea},
		evening, 1.2,
		[]string{"the bench", "build 418", "the {model} board", "the nightly build"},
		[]string{"Pre-roll buffer drops four frames on the {model}", "Reading the {model}’s battery gauge over I²C", "Boot in under a second: what is left to cut", "32-bit float, one gain stage, fewer regrets", "Timecode drift after {hours} hours", "Who has a scope and a {model}?", "File system that survives a pulled card", "Low-cut at 40 Hz: fixed point or not"},
	},
	{
		"tape loop composers", .06,
		[planets]float64{6, 1.2, 2, .2},
		[6]float64{3, 5, 2, 2, 4, 4},
		[]int{french, german, american, japan, latin},
		night, 1.1,
		[]string{"Montreuil", "Leipzig", "the kitchen", "Sapporo", "room 12", "the stairwell"},
		[]string{"Loops made only of {creature} and a fridge", "A {mic} inside a piano, and why not", "Forty seconds from {place}, pass it on", "Slow pan or none at all?", "What I learned from one note for a month", "{month} swap: send one sound, get one sound", "Cassette hiss as an instrument", "The {model} as a delay line"},
	},
	{
		"podcast makers", .10,
		[planets]float64{9, .4, .5, .2},
		[6]float64{6, 4, 1, .8, 6, .8},
		[]int{american, british, westAfrica, india, latin},
		office, .5,
		[]string{"a wardrobe", "the car", "a café", "the guest room", "a train", "the studio"},
		[]string{"Two voices in {place} with one {model}", "After the update my {model} forgets its presets", "Which wind cover for interviews outside?", "Lavaliers that do not rustle", "Levels jump between tracks since the update", "Remote guests: double-ender or not", "Back-up recording saved an episode", "Room tone, and how much of it"},
	},
	{
		"bird-count families", .08,
		[planets]float64{.8, .1, 4, 6},
		[6]float64{4, 3, 2, 6, 1.2, 3},
		[]int{british, nordic, german, american, southSeas},
		dawn, 2,
		[]string{"the back garden", "Minsmere", "the school pond", "Lake Mälaren", "the allotment", "Bodega Head"},
		[]string{"My daughter heard a {creature} first", "Counting with a four-year-old", "Is this a {creature}? Recorded at {place}", "Packed breakfast, warm socks, {model}", "Our list from {place}", "When does your chorus begin in {month}?", "Easy walks near {place}", "Blackbird or not? A friendly argument"},
	},
	{
		"city listeners Lagos", .06,
		[planets]float64{2, .3, 8, .5},
		[6]float64{2, 6, 3, 5, 1, 4},
		[]int{westAfrica, westAfrica, westAfrica, eastAfrica},
		evening, 1.2,
		[]string{"Balogun market", "Makoko", "Yaba", "Third Mainland Bridge", "Surulere", "Ikeja bus stop"},
		[]string{"{place} at six in the evening", "Danfo horns, sorted by route", "Generators as an orchestra", "How do you record {place} without being the show?", "Market calls that are disappearing", "Rain on zinc, {place}", "Sunday: a listening walk through {place}", "The sound of {place} before and after"},
	},
	{
		"school ears", .07,
		[planets]float64{2, .6, 4, 3},
		[6]float64{6, 3, 3, 4, 2, 4},
		[]int{french, lusophone, eastAfrica, india, nordic},
		office, .25,
		[]string{"class 4b", "the playground", "the canteen", "the river behind school", "Nakuru", "Nantes"},
		[]string{"A lesson on silence for nine-year-olds", "Thirty children, five recorders, one hour", "What {place} sounds like, drawn", "Borrowing {model}s for a term", "Quiz: guess the sound, part {hours}", "Permission slips for voices", "The {creature} project: results", "Headphones that survive a class"},
	},
	{
		"harbour microphones", .05,
		[planets]float64{4, .6, 5, .3},
		[6]float64{2, 4, 2, 4, 3, 3},
		[]int{nordic, german, british, slavic},
		evening, 1.3,
		[]string{"Gdynia", "Rostock", "Turku", "Hull", "Ystad", "Gothenburg", "Split"},
		[]string{"Ferry engines at {place}, from below", "Hydrophone cable: how long is too long?", "Ropes and masts in a gale, {place}", "Salt and the {model}: a year later", "Ice singing at {place}", "Fog horn still working at {place}", "The {mic} at three metres", "Who may hang a microphone off a quay?"},
	},
	{
		"cricket listeners Kyoto", .05,
		[planets]float64{2.5, .4, 7, 1},
		[6]float64{3, 4, 4, 4, 1.5, 5},
		[]int{japan, japan, japan, korea},
		night, 1.2,
		[]string{"Kamo river", "Arashiyama", "Fushimi", "Uji", "Lake Biwa", "Kurama"},
		[]string{"Bell crickets at {place}, first of the year", "Telling three {creature}s apart by ear", "Ultrasonic with the {mic}", "{place} in {month}: what calls first?", "A cage, a balcony, a {model}", "Cicadas at 7 kHz: filters that help", "Old poems about insects, with sounds", "Quiet corners of {place}"},
	},
	{
		"quiet-place mappers", .06,
		[planets]float64{.8, .4, 9, .8},
		[6]float64{3, 3, 4, 4, .6, 8},
		[]int{german, french, southSeas, latin, korea},
		afternoon, 1.5,
		[]string{"platform 9", "the old library", "Tiergarten", "the cloister", "Jeju", "Waiheke", "the rooftop"},
		[]string{"Under 35 dB in the middle of {place}", "Benches worth sitting on near {place}", "Is a fountain quiet?", "How we measure: the short version", "{place} lost its quiet: what happened", "Early mornings at {place}", "Adding opening hours to quiet places", "The quietest library so far"},
	},
	{
		"wind and weather", .06,
		[planets]float64{3.5, .8, 5, .6},
		[6]float64{3, 4, 3, 4, 2, 3},
		[]int{nordic, british, american, southSeas, slavic},
		evening, 1.1,
		[]string{"Lofoten", "the Hebrides", "Marfa", "Wellington", "the Tatras", "Skagen", "the plateau"},
		[]string{"Wind without rumble at {place}", "Fur, foam or a hedge?", "Storm at {place}: nine hours in one file", "Contact {mic} on a fence", "Thunder: leave how much headroom?", "Snow has a sound, here it is", "{month} at {place}, unedited", "Geophone under a waterfall"},
	},
	{
		"dawn walkers", .08,
		[planets]float64{.3, .05, 1, 9},
		[6]float64{3, 2, 2, 6, 2, 2},
		[]int{british, german, nordic, lusophone, french, american},
		dawn, 2.2,
		[]string{"the lake loop", "Richmond Park", "the vineyard path", "Monsanto", "the dunes", "Vondelpark"},
		[]string{"Meeting point for {place}", "Who brings tea to {place}?", "Five in the morning and not alone", "A route for slow walkers: {place}", "Last year at {place}, in pictures and sounds", "Dogs, kindly: yes or no?", "Our youngest walker was six", "What we heard at {place}"},
	},
	{
		"documentary sound", .07,
		[planets]float64{7, 1, 2.5, .3},
		[6]float64{4, 4, 3, 2, 4, 2},
		[]int{french, latin, india, eastAfrica, british, slavic},
		office, .6,
		[]string{"the archive", "La Paz", "the night shift", "a fishing boat", "Pune", "the border"},
		[]string{"Atmospheres: how many minutes do you keep?", "Boom, {model}, one person", "Recording {place} for eleven days", "Field notes that you can still read later", "Backing up in {place} without a laptop", "Consent when a crowd is speaking", "What the editor wishes you had recorded", "The {model} in monsoon season"},
	},
	{
		"reed translators", .03,
		[planets]float64{.4, 8, 1.2, .2},
		[6]float64{1, 4, 9, 3, .2, 1.5},
		[]int{slavic, japan, latin, korea, lusophone, french, india},
		evening, 1.1,
		[]string{"Polish", "Japanese", "Portuguese", "Korean", "Hindi", "French", "Ukrainian", "Spanish"},
		[]string{"“Gain” in {place}: which word?", "{place} is at 96 %, three strings to go", "Short forms for a screen of 128 pixels", "Plurals in the card menu", "Reviewers wanted for {place}", "Glossary of weather words", "What we call a windshield in {place}", "A style sheet for {place}"},
	},
	{
		"windshield printers", .05,
		[planets]float64{4, 5, .5, .1},
		[6]float64{1.5, 5, 6, 3, 2, 3},
		[]int{american, german, slavic, korea, southSeas},
		evening, 1.4,
		[]string{"basket v4", "the cold shoe", "the Wagtail mount", "the rain hood", "the suspension ring"},
		[]string{"{place}: files, settings, photographs", "TPU suspension that does not squeak", "{place} cracked in the cold, better now", "Faux fur: where do you buy yours?", "A mount for {model} and tripod", "How thin can a basket be?", "Measured: {mic} with and without fur", "Print time against quiet: a table"},
	},
}

// towns are where people of circles meet whose places are no places.
var towns = map[string][]string{
	"firmware tinkerers":  {"Brno", "Bengaluru", "Bremen", "Tucson", "Daejeon"},
	"podcast makers":      {"Accra", "Leeds", "Austin", "Chennai", "Bogotá"},
	"reed translators":    {"Kraków", "Porto", "Rennes", "Busan", "Córdoba", "Lviv"},
	"windshield printers": {"Duluth", "Kassel", "Ostrava", "Taichung", "Dunedin"},
}

// spots returns the places of a circle at which one can stand with a recorder.
func (c *circle) spots() []string {
	if t := towns[c.name]; t != nil {
		return t
	}
	return c.places
}
