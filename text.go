package orrery

// MarshalText writes s by its name, so that JSON shows names, not numbers.
func (s Strategy) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalText writes o by its name.
func (o Origin) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// MarshalText writes k by its name.
func (k MemberKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// MarshalText writes l by its name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (s *Strategy) UnmarshalText(text []byte) (err error) {
	*s, err = ParseStrategy(string(text))
	return err
}

// UnmarshalText is the inverse of MarshalText.
func (o *Origin) UnmarshalText(text []byte) (err error) {
	*o, err = ParseOrigin(string(text))
	return err
}

// UnmarshalText is the inverse of MarshalText.
func (k *MemberKind) UnmarshalText(text []byte) error {
	i, err := indexOf(memberKindNames[:], "kind of member", string(text))
	*k = MemberKind(i)
	return err
}

// UnmarshalText is the inverse of MarshalText.
func (l *Level) UnmarshalText(text []byte) error {
	i, err := indexOf(levelNames[:], "level", string(text))
	*l = Level(i)
	return err
}

// MarshalText writes k by its name.
func (k EvidenceKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
