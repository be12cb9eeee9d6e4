package web

import (
	"context"
	"io"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/audit"
	"orrery.dev/orrery/internal/backup"
	"orrery.dev/orrery/internal/purpose"
	"orrery.dev/orrery/internal/repulsion"
	"orrery.dev/orrery/internal/view"
	"orrery.dev/orrery/internal/webhook"
)

// Backend is everything that the screens ask of the rest of Orrery. All methods
// may be called by many goroutines at once. Errors that a person can do
// something about carry an orrery.Code and a message that is shown as it is;
// anything else is logged, and the person reads that it was our fault.
type Backend struct {
	Setup    Setup
	Reader   Reader
	People   People
	Same     Same
	Real     Real
	Imports  Imports
	Uploads  Uploads
	Sessions Sessions
	Own      Own
	Passkeys Passkeys
	Settings Settings
	Bounds   Bounds
	Audit    Audit

	Colleagues Colleagues

	Connections Connections
	Weights     Weights
	Partners    Partners
	Purposes    Purposes

	Conversations Conversations
	Finder        Finder
	Newcomers     Newcomers
	DatedNotes    DatedNotes
	Reports       Reports
	Tasks         Tasks
	Encounters    Encounters
	Webhooks      Webhooks
	Lists         Lists
	Weekly        Weekly
	Backups       Backups
}

// Setup knows the installation and takes it through the first run.
type Setup interface {
	// Installation is asked for by every page: keep it cheap, and answer before
	// the field is loaded.
	Installation(ctx context.Context) (view.Installation, error)

	// CreatePlanet names a brand. Conflict when the name is taken.
	CreatePlanet(ctx context.Context, by view.Account, title string) (view.Planet, error)

	// InstallSample starts loading the sample and returns the Name of its first
	// planet; Installation is not Ready until it is there.
	InstallSample(ctx context.Context, by view.Account) (planet string, err error)

	// RemoveSample removes everything that came with the sample.
	RemoveSample(ctx context.Context, by view.Account) error
}

// Bounds tells which planets something concerns. What is not there is NotFound.
type Bounds interface {
	// PersonPlanets are the planets that somebody orbits or has orbited.
	PersonPlanets(ctx context.Context, id orrery.MemberID) ([]orrery.PlanetID, error)
	ImportPlanet(ctx context.Context, id orrery.ImportID) (orrery.PlanetID, error)
	SourcePlanet(ctx context.Context, name string) (orrery.PlanetID, error)
	// PurposePlanets are the planets that a purpose serves; none: all of them.
	PurposePlanets(ctx context.Context, slug string) ([]orrery.PlanetID, error)
}

// Colleagues is who may come in. What is not up to whoever asks is NotFound.
type Colleagues interface {
	Colleagues(ctx context.Context, by view.Account) (view.Colleagues, error)

	// Invite returns the token of a new invitation, the only time that it can be
	// read. Whether the address has an account makes no difference.
	Invite(ctx context.Context, by view.Account, email string, access orrery.Access) (string, error)
	TakeBack(ctx context.Context, by view.Account, number int64) error

	// SetAccess replaces what a colleague may on planets that whoever asks steers;
	// with none it is taken away. Their sessions end, and keys that they could not
	// make any more. Conflict for the last owner.
	SetAccess(ctx context.Context, by view.Account, id int64, access orrery.Access) error
	EndSessions(ctx context.Context, by view.Account, id int64) error

	// Invited and Join are for whoever has the token of an invitation: Denied where
	// it is none any more. Settle is for who came in by the first-run link.
	Invited(ctx context.Context, token string) (view.Invitation, error)
	Join(ctx context.Context, token, name, password string) (view.Session, error)
	Settle(ctx context.Context, name, email, password string) (view.Session, error)
}

// Audit is the book of who did what.
type Audit interface {
	// Record writes what no transaction took along.
	Record(ctx context.Context, e audit.Entry) error

	// Rows lists what was done, newest first; Actions are the names of all that was.
	Rows(ctx context.Context, q audit.Query) ([]audit.Row, error)
	Actions(ctx context.Context) ([]string, error)

	// Verify checks every row, and that one has the noted hash unless that is zero.
	// Invalid where they are not what was written.
	Verify(ctx context.Context, noted [32]byte) (audit.Chain, error)
}

// Reader answers with read models. An unknown planet or member is NotFound.
// Answers are given as of a day, 0 for the one that screens answer for; a day of
// which nothing can be told has view.ErrDay in the error's chain.
type Reader interface {
	TodayAsOf(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day) (view.Today, error)

	// MapAsOf is asked for again with every few names that the picture shows: keep
	// it until the planet changes.
	MapAsOf(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day) (*view.Map, error)

	// People answers a query, one page at a time. An unusable cursor is Invalid.
	People(ctx context.Context, q view.PeopleQuery) (view.PeoplePage, error)

	// Arrivals counts a planet's activities and waits for nothing: it is asked for every
	// second while somebody watches, with the number that they saw before, or
	// view.NotCounted. It fails once the program ends.
	Arrivals(ctx context.Context, planet orrery.PlanetID, before int64) (int64, error)

	// EachPerson hands over everybody whom a query finds, one after the other.
	EachPerson(ctx context.Context, q view.PeopleQuery, fn func(*view.Row) error) error

	// PersonAsOf tells all of one person. Every identity of a person finds them:
	// where the answer's ID is another, the page moves there. Before is
	// Person.Older of an earlier answer, or empty for the newest happenings.
	PersonAsOf(ctx context.Context, planet orrery.PlanetID, id orrery.MemberID, asOf orrery.Day, before string) (view.Person, error)

	// Weeks tells how a planet stood week by week, and waits for what is being
	// counted only so long.
	Weeks(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (view.Weeks, error)

	// Trust tells how well the forecast did on a planet's own past, and waits for
	// it only so long: There is false where nothing is known yet.
	Trust(ctx context.Context, planet orrery.PlanetID, patience time.Duration) (view.Trust, error)

	// Hellos lists who is worth a hello as of a day (0: as the other screens
	// answer), n at most.
	Hellos(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, n int) (view.Hellos, error)

	// Circles tells a planet's networks of like minds as of a day (0: as the other
	// screens answer), and waits for them only so long: There is false where they
	// are being found out.
	Circles(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (view.Circles, error)

	// Ways tells which ways to belong hold whom: what was reckoned last, after so
	// much patience at most.
	Ways(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (view.Ways, error)

	// Brought tells what brought people in the year up to a day (0: as the other
	// screens answer): what was reckoned last, after so much patience at most. BroughtBehind names the people behind what sources told.
	Brought(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (view.Brought, error)
	BroughtBehind(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, of orrery.Origin) (view.BroughtBehind, error)

	// Repulsion tells what pushes people away, as of a day (0: as the other screens
	// answer): what was reckoned last, after so much patience at most. Repelled lists
	// the activities behind a figure of it. RepulsionNow is what is known of everybody
	// just now, without waiting: nothing where nothing is known.
	RepulsionNow(ctx context.Context, planet orrery.PlanetID) (repulsion.Group, error)
	Repulsion(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (view.Repulsion, error)
	Repelled(ctx context.Context, q view.RepelledQuery) (view.Repelled, error)

	// SolarSystem tells all planets together as of a day (0: as the other screens
	// answer): what was reckoned last, after so much patience at most. SystemPeople names the people behind a figure of it.
	SolarSystem(ctx context.Context, asOf orrery.Day, patience time.Duration) (view.System, error)
	SystemPeople(ctx context.Context, q view.SystemQuery) (view.SystemPeople, error)

	// Circle tells all of one circle; with a trait, the activities behind it. An
	// unknown one is NotFound.
	Circle(ctx context.Context, planet orrery.PlanetID, id int, asOf orrery.Day, trait string, patience time.Duration) (view.CirclePage, error)

	// Together tells what lies between two people; Imbalance who gave people much
	// and received little, or the other way.
	Together(ctx context.Context, planet orrery.PlanetID, a, b orrery.MemberID, asOf orrery.Day, before string) (view.Together, error)
	Imbalance(ctx context.Context, planet orrery.PlanetID, received bool, n int, patience time.Duration) (view.Imbalance, error)

	// Introductions tells who should meet, n pairs at most, and what came of those
	// who were introduced.
	Introductions(ctx context.Context, planet orrery.PlanetID, n int, patience time.Duration) (view.Introductions, error)
}

// People changes what is held of people.
type People interface {
	Note(ctx context.Context, by view.Account, id orrery.MemberID, text string) error

	// Tag adds the tag to each, or takes it off, and returns those for whom that
	// changed something.
	Tag(ctx context.Context, by view.Account, ids []orrery.MemberID, tag string, on bool) ([]orrery.MemberID, error)

	// Merge says that two are one person, and returns who they are now.
	Merge(ctx context.Context, by view.Account, a, b orrery.MemberID) (orrery.MemberID, error)

	// Unmerge says that an identity is not this person, and returns who it is
	// now.
	Unmerge(ctx context.Context, by view.Account, id orrery.MemberID, not orrery.IdentityID) (orrery.MemberID, error)

	// Erase removes the person for good.
	Erase(ctx context.Context, by view.Account, id orrery.MemberID) error

	// Introduce notes that two people were introduced, or with aside that they are
	// not to be suggested.
	Introduce(ctx context.Context, by view.Account, planet orrery.PlanetID, a, b orrery.MemberID, note string, aside bool) error

	// DecideIntroduction says what became of one: made, accepted or declined; empty
	// forgets it.
	DecideIntroduction(ctx context.Context, by view.Account, planet orrery.PlanetID, number int64, state string) error
}

// Imports knows the sources and their imports.
type Imports interface {
	// Sources is asked for every second while somebody watches.
	Sources(ctx context.Context) (view.Sources, error)

	// Skipped lists the rows of an import that could not be used.
	Skipped(ctx context.Context, id orrery.ImportID, cursor string) (view.SkippedPage, error)

	// Start begins an import and returns at once. It goes on when the person
	// leaves.
	Start(ctx context.Context, by view.Account, plan view.ImportPlan) (orrery.ImportID, error)

	// Undo takes an import back. Conflict while it is running.
	Undo(ctx context.Context, by view.Account, id orrery.ImportID) (view.Undone, error)
}

// Connections are sources that a team sets up once and that keep bringing
// activities. An unknown name is NotFound.
type Connections interface {
	// Platforms lists what can be connected, by name.
	Platforms(ctx context.Context) ([]view.Platform, error)

	// Connection tells all of one. No secret is in it.
	Connection(ctx context.Context, name string) (view.Connection, error)

	// Connect sets one up, or fills one in anew. What is wrong with a field is
	// Invalid with view.Problems in the error's chain.
	Connect(ctx context.Context, by view.Account, form view.ConnectionForm) error

	// Order carries an order out and tells in words what came of it.
	Order(ctx context.Context, by view.Account, name string, o view.Order) (string, error)

	// Preview tells what an example of a delivery would become, and stores none
	// of it.
	Preview(ctx context.Context, name string, body []byte) (view.Previewed, error)
}

// Uploads keeps files between being handed over and being imported. They may be
// forgotten after a day.
type Uploads interface {
	// Upload stores a file, guesses what its columns mean and reads five rows.
	// A file that cannot be understood is Invalid, one that is too large
	// Exhausted. An error while reading the body is returned wrapped.
	Upload(ctx context.Context, by view.Account, name string, body io.Reader) (view.Upload, error)

	// Uploaded finds an upload by its token.
	Uploaded(ctx context.Context, token string) (view.Upload, error)
}

// Sessions knows who is logged in. Wrong credentials are Denied, too many tries
// Exhausted; neither tells whether an address is known.
type Sessions interface {
	// Enter takes a one-time token from a link made with EntryPath.
	Enter(ctx context.Context, token string) (view.Session, error)

	LogIn(ctx context.Context, email, password string) (view.Session, error)

	// Account finds who a session belongs to; Denied when it ended.
	Account(ctx context.Context, session string) (view.Account, error)

	LogOut(ctx context.Context, session string) error
}

// Own is what somebody sees and changes of their own account.
type Own interface {
	// OwnAccount marks the session that asks among the others.
	OwnAccount(ctx context.Context, by view.Account, session string) (view.OwnAccount, error)

	// ChangePassword asks for the present one, ends all sessions of the account and
	// begins one. Denied where the present one is wrong, Exhausted after many tries.
	ChangePassword(ctx context.Context, by view.Account, present, password string) (view.Session, error)

	// EndLogin ends a session of the account by its number; NotFound where it is
	// none of its. EndOtherLogins ends all but the one that asks.
	EndLogin(ctx context.Context, by view.Account, number int64) error
	EndOtherLogins(ctx context.Context, by view.Account, session string) error
}

// Passkeys log people in without an address. Options and answers are JSON as browsers
// speak it. Adding and removing one ends all sessions of the account and begins one.
type Passkeys interface {
	// Where tells whether browsers make passkeys here, and where they do instead of
	// the address that is shown.
	Where() (works bool, at string)
	ListPasskeys(ctx context.Context, by view.Account) ([]view.Passkey, error)

	// BeginPasskey and RemovePasskey ask for the present password.
	BeginPasskey(ctx context.Context, by view.Account, present string) (options []byte, err error)
	AddPasskey(ctx context.Context, by view.Account, name string, answer []byte) (view.Session, error)
	RenamePasskey(ctx context.Context, by view.Account, number int64, name string) error
	RemovePasskey(ctx context.Context, by view.Account, number int64, present string) (view.Session, error)

	BeginPasskeyLogin(ctx context.Context) (options []byte, err error)
	PasskeyLogin(ctx context.Context, answer []byte) (view.Session, error)
}

// Settings changes what a steward decides.
type Settings interface {
	Planets
	Settings(ctx context.Context) (view.Settings, error)
	// SaveTeammates replaces the list of e-mail domains whose people are us.
	SaveTeammates(ctx context.Context, by view.Account, domains []string) error

	// CreateKey returns the whole key, the only time that it can be read.
	CreateKey(ctx context.Context, by view.Account, k view.NewKey) (string, error)

	RevokeKey(ctx context.Context, by view.Account, id string) error

	// Notices tells what a steward should look at.
	Notices(ctx context.Context) ([]view.Notice, error)

	// NameCircle says what people call a circle; an empty name takes that back.
	NameCircle(ctx context.Context, by view.Account, planet orrery.PlanetID, circle int, name string) error
}

// Planets changes what people orbit. An unknown planet is NotFound.
type Planets interface {
	// PlanetsKept lists all planets in their order, archived ones too.
	PlanetsKept(ctx context.Context) ([]view.PlanetKept, error)
	SavePlanet(ctx context.Context, by view.Account, s view.PlanetSettings) error
	MovePlanet(ctx context.Context, by view.Account, m view.PlanetMove) error

	// Rhythm waits for figures only so long: There is false where they are reckoned.
	Rhythm(ctx context.Context, planet orrery.PlanetID, patience time.Duration) (view.Rhythm, error)
	// SaveRhythm tells whether it is in force already: what it reads by is learned first.
	SaveRhythm(ctx context.Context, by view.Account, planet orrery.PlanetID, days int) (done bool, err error)

	// ArchivePlanet hides a planet or brings it back; Conflict for the last one shown.
	ArchivePlanet(ctx context.Context, by view.Account, planet orrery.PlanetID, archived bool) error
}

// Webhooks tell other programs what happens. An unknown name is NotFound.
type Webhooks interface {
	// Webhooks lists the endpoints, without their secrets.
	Webhooks(ctx context.Context) ([]webhook.Endpoint, error)

	// Webhook tells one and what was told to it, the newest first: limit messages
	// before a number (0: from the newest on).
	Webhook(ctx context.Context, name string, before int64, limit int) (webhook.Endpoint, []webhook.Delivery, error)

	// AddWebhook returns the secret, the only time that it can be read.
	AddWebhook(ctx context.Context, by view.Account, f webhook.Form) (string, error)
	ChangeWebhook(ctx context.Context, by view.Account, f webhook.Form) error

	// OrderWebhook carries an order out and tells in words what came of it; a new
	// secret is told apart.
	OrderWebhook(ctx context.Context, by view.Account, name string, order view.WebhookOrder, message int64) (said, secret string, err error)
}

// Backups keeps copies of the data. An unknown name is NotFound; Conflict while
// another is made or looked at.
type Backups interface {
	Backups(ctx context.Context) (backup.Status, error)
	PlanBackups(ctx context.Context, by view.Account, p backup.Plan) error

	// BackUp and CheckBackup begin, and return at once.
	BackUp(ctx context.Context, by view.Account) error
	CheckBackup(ctx context.Context, by view.Account, name string) error

	RemoveBackup(ctx context.Context, by view.Account, name string) error
	OpenBackup(ctx context.Context, by view.Account, name string) (io.ReadSeekCloser, backup.Copy, error)

	// CompareBackup tells what is in one beside what there is now.
	CompareBackup(ctx context.Context, by view.Account, name string) (view.BackupCompared, error)

	// RestoreBackup begins to put one in the place of the data, and returns the token
	// under which RestoredBackup tells whoever holds it what came of it.
	RestoreBackup(ctx context.Context, by view.Account, name string) (token string, err error)
	RestoredBackup(ctx context.Context, token string) (backup.Restored, error)
}

// Weights knows what each kind of activity is worth.
type Weights interface {
	Weights(ctx context.Context, planet orrery.PlanetID) (view.Weights, error)

	// Rule returns what one kind is worth; every kind is worth something.
	Rule(kind string) orrery.Rule

	// TryWeight tells what a rule would do to a planet. Not ready: it is being
	// reckoned, ask again. Conflict while another is tried.
	TryWeight(ctx context.Context, planet orrery.PlanetID, kind string, rule orrery.Rule) (t view.WeightTrial, ready bool, err error)

	// SaveWeight keeps a rule and begins to count the past by it.
	SaveWeight(ctx context.Context, by view.Account, kind string, rule orrery.Rule) error
}

// Purposes knows what people do something for together. An unknown slug is NotFound;
// figures that are being counted are waited for only so long.
type Purposes interface {
	Purposes(ctx context.Context, asOf orrery.Day, patience time.Duration) ([]view.Purpose, error)
	PurposeList(ctx context.Context) ([]purpose.Purpose, error)
	Purpose(ctx context.Context, slug string, asOf orrery.Day, patience time.Duration) (view.Purpose, error)

	// PurposeGivers lists who gave, limit a page (0: all).
	PurposeGivers(ctx context.Context, slug string, asOf orrery.Day, cursor string, limit int, patience time.Duration) (view.PurposeGivers, error)

	// PurposeActs lists the activities behind a figure, newest first.
	PurposeActs(ctx context.Context, q view.PurposeActsQuery) (view.PurposeActs, error)

	// PublicPurpose is NotFound where a purpose is not public, too.
	PublicPurpose(ctx context.Context, slug string, patience time.Duration) (view.PublicPurpose, error)

	// MapAroundPurpose and MapAroundPerson are asked for again with every few names:
	// keep them for a while.
	MapAroundPurpose(ctx context.Context, slug string, asOf orrery.Day, patience time.Duration) (*view.Around, error)
	MapAroundPerson(ctx context.Context, id orrery.MemberID, asOf orrery.Day) (*view.Around, error)

	// SavePurpose keeps a new purpose or changes one, and returns its slug.
	SavePurpose(ctx context.Context, by view.Account, form view.PurposeForm) (slug string, err error)
	ChangePurpose(ctx context.Context, by view.Account, slug string, change view.PurposeChange) error
	UpdatePurpose(ctx context.Context, by view.Account, slug, text string) error
	DropPurposeUpdate(ctx context.Context, slug string, update int64) error
}

// Partners knows who brings people. An unknown slug is NotFound.
type Partners interface {
	// Partners and Partner wait for figures only so long: There is false where they
	// are being reckoned.
	Partners(ctx context.Context, planet orrery.PlanetID, asOf orrery.Day, patience time.Duration) (view.Partners, error)
	Partner(ctx context.Context, planet orrery.PlanetID, slug string, asOf orrery.Day, patience time.Duration) (view.PartnerStory, error)
	// PartnerPeople and PartnerActs list who and what stands behind a figure: NotFound
	// for a figure that there is not.
	PartnerPeople(ctx context.Context, q view.BroughtQuery, patience time.Duration) (view.BroughtList, error)
	PartnerActs(ctx context.Context, q view.PartnerActsQuery, patience time.Duration) (view.PartnerActs, error)

	// SavePartner keeps a partner and returns its slug. What is wrong with it is
	// Invalid; a code that another has, Conflict.
	SavePartner(ctx context.Context, by view.Account, form view.PartnerForm) (string, error)
	RemovePartner(ctx context.Context, by view.Account, slug string) error

	// BeginTrial draws lots; TrialSides tells how they fell.
	BeginTrial(ctx context.Context, by view.Account, planet orrery.PlanetID, slug string, t view.NewTrial) error
	DropTrial(ctx context.Context, by view.Account, slug, name string) error
	TrialSides(ctx context.Context, slug, name string) ([]view.TrialSide, error)

	// OpenRoom returns the token of a new room, the only time that it can be read.
	OpenRoom(ctx context.Context, by view.Account, planet orrery.PlanetID, slug, purpose string, days int) (string, error)
	CloseRoom(ctx context.Context, by view.Account, slug string, number int64) error
	WriteRoom(ctx context.Context, by view.Account, slug, text string) error
	DropRoomUpdate(ctx context.Context, by view.Account, slug string, number int64) error

	// Room tells what a token opens, and WriteInRoom keeps what the partner writes:
	// one and the same NotFound where it opens nothing, Exhausted where much was
	// written.
	Room(ctx context.Context, token string, patience time.Duration) (view.RoomPage, error)
	WriteInRoom(ctx context.Context, token, text string) error

	// Follow says where a code's link leads, and counts it.
	Follow(ctx context.Context, code string) (string, error)
}
