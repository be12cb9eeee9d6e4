package ways

import (
	"slices"

	"orrery.dev/orrery"
)

// MarshalText writes v in words.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (v *Verdict) UnmarshalText(text []byte) (err error) {
	*v, err = parse[Verdict](verdictNames[:], text)
	return err
}

// MarshalText writes r in words.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (r *Reason) UnmarshalText(text []byte) (err error) {
	*r, err = parse[Reason](reasonNames[:], text)
	return err
}

// MarshalText writes o in words.
func (o Obstacle) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (o *Obstacle) UnmarshalText(text []byte) (err error) {
	*o, err = parse[Obstacle](obstacleNames[:], text)
	return err
}

func parse[T ~uint8](names []string, text []byte) (T, error) {
	i := slices.Index(names, string(text))
	if i < 0 {
		return 0, orrery.Errorf(orrery.Invalid, "%q is none of %q", text, names)
	}
	return T(i), nil
}
