package sources

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
)

// PrivateNetwork is the field that every platform that is asked has besides its
// own: whether it runs where Orrery does.
const PrivateNetwork = "network"

// The choices of PrivateNetwork.
const (
	networkOutside = "on the internet"
	networkOwn     = "in our own network"
)

const maxValue = 20_000 // bytes of one field

// Fields lists what a team fills in for a platform, in order.
func Fields(p collect.Platform) []collect.Field {
	fields := slices.Clone(p.Fields)
	if p.Pull != nil {
		fields = append(fields, collect.Field{
			Name: PrivateNetwork, Label: "Where it runs", Choices: []string{networkOutside, networkOwn}, Default: networkOutside,
			Help: "Addresses in your own network are asked only when you say so here.",
		})
	}
	return fields
}

// Problems are what is wrong with fields, in words, by a field's name; under the
// empty name what is wrong with the form as a whole.
type Problems map[string]string

// Error joins them, the form's first.
func (p Problems) Error() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if name == "" {
			parts = append(parts, p[name])
		} else {
			parts = append(parts, name+": "+p[name])
		}
	}
	return strings.Join(parts, "; ")
}

// The names of fields that every setup has besides its platform's.
const (
	FieldName   = "source name"
	FieldPlanet = "planet"
)

// A Setup is what a team fills in.
type Setup struct {
	Name     string // 1 to 63 lower-case letters, digits and dashes; empty in a change
	Platform string
	Planet   string // slug
	Values   collect.Values
}

// CheckName says whether a text can name a source: Invalid where it cannot.
func CheckName(name string) error {
	ok := name != "" && len(name) <= 63
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
		ok = ok && (letter || i > 0 && (r == '-' || r == '_' || r == '.'))
	}
	if !ok {
		return orrery.Errorf(orrery.Invalid, "a source has a name of 1 to 63 lower-case letters, digits and dashes, as in forum or github-docs")
	}
	return nil
}

// FreeName suggests a name for a source of a platform.
func (s *Service) FreeName(platform string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := platform
	for n := 2; s.sources[name] != nil; n++ {
		name = fmt.Sprint(platform, "-", n)
	}
	return name
}

// Add sets a source up and has it asked at once. What is wrong is Invalid with
// Problems in the error's chain; a name that is taken is a Conflict.
func (s *Service) Add(ctx context.Context, in Setup) error {
	p := s.platform(in.Platform)
	if p == nil {
		return orrery.Errorf(orrery.NotFound, "there is no platform %q; there is %s", in.Platform, s.platformNames())
	}
	problems := Problems{}
	if err := CheckName(in.Name); err != nil {
		problems[FieldName] = err.Error()
	}
	planet, err := s.System.Planet(in.Planet)
	if err != nil {
		problems[FieldPlanet] = err.Error()
	} else if planet.Sample {
		problems[FieldPlanet] = planet.Slug + " is made up and goes with the sample: choose a brand of your own"
	}
	src := &source{platform: p, setup: orrery.SourceSetup{
		Name: in.Name, Platform: p.Name, Planet: planet.ID, Created: s.Clock(),
	}}
	if err := s.fill(src, in.Values, problems); err != nil {
		return err
	}
	// What came under this name before goes on, if it is of the same platform.
	if known, err := s.System.Source(ctx, in.Name); err == nil && known.Kind != p.Name {
		return orrery.Errorf(orrery.Conflict, "there is a source %q already, of another kind (%s): choose another name", in.Name, known.Kind)
	} else if err != nil && orrery.CodeOf(err) != orrery.NotFound {
		return err
	}
	src.state.Next, src.state.Whole = s.Clock(), true
	if src.setup.State, err = json.Marshal(src.state); err != nil {
		return err
	}
	s.saving.Lock()
	defer s.saving.Unlock()
	s.mu.Lock()
	taken := s.sources[in.Name] != nil
	s.mu.Unlock()
	if taken {
		return orrery.Errorf(orrery.Conflict, "there is a source %q already: choose another name", in.Name)
	}
	if err := s.Storage.PutSetup(ctx, src.setup); err != nil {
		return fmt.Errorf("keep the source %s: %w", in.Name, err)
	}
	s.mu.Lock()
	s.sources[in.Name] = src
	s.mu.Unlock()
	s.poke()
	return nil
}

// Change fills a source in anew. A secret that is left empty stays as it is.
func (s *Service) Change(ctx context.Context, name string, values collect.Values) error {
	release, err := s.hold(ctx, name)
	if err != nil {
		return err
	}
	defer release()
	s.mu.Lock()
	old, err := s.find(name)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	next := &source{setup: old.setup, platform: old.platform}
	before := maps.Clone(old.values)
	s.mu.Unlock()
	if next.platform == nil {
		return orrery.Errorf(orrery.Conflict, "this version of Orrery does not know the platform %q", next.setup.Platform)
	}
	values = maps.Clone(values)
	for _, f := range next.platform.Fields {
		if f.Secret && values[f.Name] == "" {
			values[f.Name] = before[f.Name]
		}
	}
	if err := s.fill(next, values, Problems{}); err != nil {
		return err
	}
	s.mu.Lock()
	old.setup.Settings, old.setup.Secrets = next.setup.Settings, next.setup.Secrets
	old.values, old.sealed, old.redact = next.values, false, next.redact
	old.hook, old.hookErr, old.pullErr = next.hook, next.hookErr, next.pullErr
	old.state.Next = s.Clock()
	old.state.Fails, old.state.Failing, old.state.Error = 0, time.Time{}, ""
	s.mu.Unlock()
	return s.save(ctx, name)
}

// fill takes what was filled in into a source, sealed where it is secret.
func (s *Service) fill(src *source, in collect.Values, problems Problems) error {
	fields := Fields(*src.platform)
	open, secrets := collect.Values{}, collect.Values{}
	for _, f := range fields {
		value, problem := check(f, in[f.Name])
		if problem != "" {
			problems[f.Name] = problem
		}
		switch {
		case value == "":
		case f.Secret:
			secrets[f.Name] = value
		default:
			open[f.Name] = value
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if !slices.ContainsFunc(fields, func(f collect.Field) bool { return f.Name == name }) {
			problems[""] = fmt.Sprintf("%s has no field %q; it has %s", src.platform.Title, name, fieldNames(fields))
		}
	}
	if len(problems) > 0 {
		return orrery.Errorf(orrery.Invalid, "%w", problems)
	}
	src.values = maps.Clone(open)
	maps.Copy(src.values, secrets)
	s.equip(src, secrets)
	if err := src.unusable(); err != nil {
		return orrery.Errorf(orrery.Invalid, "%w", Problems{beside(fields, open, err.Error()): err.Error()})
	}
	// What was filled in and does not work is said now, even where the other way
	// works; what was left empty is not wanted.
	for _, err := range []error{src.pullErr, src.hookErr} {
		if err == nil {
			continue
		}
		if f := beside(fields, open, err.Error()); f != "" && src.values[f] != "" && src.values[f] != defaultOf(fields, f) {
			return orrery.Errorf(orrery.Invalid, "%w", Problems{f: err.Error()})
		}
	}
	var err error
	if src.setup.Settings, err = json.Marshal(open); err != nil {
		return err
	}
	src.setup.Secrets, err = s.Vault.seal(src.setup.Name, secrets)
	return err
}

// unusable says why nothing can come from a source; nil where it can push or be
// asked.
func (src *source) unusable() error {
	asked := src.platform.Pull != nil && src.pullErr == nil
	switch {
	case asked || src.hook != nil:
		return nil
	case src.pullErr != nil:
		return src.pullErr
	default:
		return src.hookErr
	}
}

// check returns what counts of what was filled into a field, and what is wrong
// with it.
func check(f collect.Field, value string) (string, string) {
	value = strings.ReplaceAll(value, "\r\n", "\n")
	if value = strings.TrimSpace(value); value == "" {
		value = f.Default
	}
	switch {
	case value == "" && f.Required:
		return "", "this is needed"
	case len(value) > maxValue:
		return "", fmt.Sprintf("this is too long: at most %d letters", maxValue)
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0):
		return "", "this holds something that is no text"
	case !f.Lines && strings.ContainsAny(value, "\r\n"):
		return "", "this is one line: take the line breaks out"
	case value != "" && len(f.Choices) > 0 && !slices.Contains(f.Choices, value):
		return "", "choose one of " + strings.Join(f.Choices, ", ")
	}
	return value, ""
}

func defaultOf(fields []collect.Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Default
		}
	}
	return ""
}

// beside finds the field that a platform's complaint is about: the one whose
// value it quotes, or whose label or name it says first.
func beside(fields []collect.Field, open collect.Values, complaint string) string {
	for _, f := range fields {
		if v := open[f.Name]; v != "" && strings.Contains(complaint, strconv.Quote(v)) {
			return f.Name
		}
	}
	at, best := len(complaint), ""
	text := strings.ToLower(complaint)
	for _, f := range fields {
		for _, word := range []string{f.Label, f.Name} {
			if i := indexWord(text, strings.ToLower(word)); i >= 0 && i < at {
				at, best = i, f.Name
			}
		}
	}
	return best
}

func indexWord(text, word string) int {
	for from := 0; word != ""; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		end := i + len(word)
		letter := func(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_' }
		if (i == 0 || !letter(text[i-1])) && (end == len(text) || !letter(text[end])) {
			return i
		}
		from = i + 1
	}
	return -1
}

func fieldNames(fields []collect.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return strings.Join(names, ", ")
}

func (s *Service) platformNames() string {
	names := make([]string, len(s.Platforms))
	for i, p := range s.Platforms {
		names[i] = p.Name
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
