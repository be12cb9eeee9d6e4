package orrery

// MarshalText writes s by its name, so that JSON shows names, not numbers.
func (s Strategy) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes o by its name.
func (o Origin) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// MarshalText writes k by its name.
func (k MemberKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MarshalText writes l by its name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }
