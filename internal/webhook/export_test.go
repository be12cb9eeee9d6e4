package webhook

// Inner parts for the tests, which see the store and so stand outside.
type Secrets = secrets

const (
	Idle      = idle
	SaidShown = saidShown
)

var (
	SettleOf  = settle
	KeyOf     = keyOf
	NewSecret = newSecret
	Launch    = (*Service).launch
	Body      = (*Service).body
	Harmless  = (*Service).harmless
	Seal      = (*Service).seal
	Turned    = secrets.turned
	Sign      = secrets.sign
	InForce   = secrets.inForce
)
