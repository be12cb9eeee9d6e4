package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/flow"
	"orrery.dev/orrery/internal/sources"
)

func (a *app) addSourceCommand() *cobra.Command {
	var name string
	var set []string
	c := &cobra.Command{
		Use: "add PLATFORM", Short: "Connect a platform", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			values, err := a.readValues(args[0], set)
			if err != nil {
				return err
			}
			return a.withSources(cmd.Context(), false, func(s *sources.Service, system *flow.System) error {
				p, err := a.planetOrNew(cmd, system)
				if err != nil {
					return err
				}
				if name == "" {
					name = s.FreeName(args[0])
				}
				if err := s.Add(cmd.Context(), sources.Setup{Name: name, Platform: args[0], Planet: p.Slug, Values: values}); err != nil {
					return err
				}
				return a.saySource(s, name, "%s is connected. While orrery serve runs, it keeps bringing activities.")
			})
		},
	}
	c.Flags().StringVar(&name, "name", "", "`name` of the source; the platform's, where it is left out")
	c.Flags().StringArrayVar(&set, "set", nil, "fill in a field, as `key=value`; a value of - is read from standard input")
	return c
}

func (a *app) setSourceCommand() *cobra.Command {
	var set []string
	c := &cobra.Command{
		Use: "set NAME", Short: "Change settings of a source", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			values, err := a.readValues("", set)
			if err != nil {
				return err
			}
			return a.withSources(cmd.Context(), true, func(s *sources.Service, _ *flow.System) error {
				st, err := s.Status(args[0])
				if err != nil {
					return err
				}
				for key, value := range values {
					st.Open[key] = value
				}
				if err := s.Change(cmd.Context(), args[0], st.Open); err != nil {
					return err
				}
				return a.saySource(s, args[0], "%s is saved.")
			})
		},
	}
	c.Flags().StringArrayVar(&set, "set", nil, "fill in a field, as `key=value`; a value of - is read from standard input")
	return c
}

// readValues reads key=value pairs. One value may be -: it is read here, where
// the command was called, and not shown where it is typed.
func (a *app) readValues(platform string, set []string) (collect.Values, error) {
	values := collect.Values{}
	for _, pair := range set {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return nil, orrery.Errorf(orrery.Invalid, "--set wants key=value: see what can be set with orrery sources platforms %s", platform)
		}
		if _, twice := values[key]; twice {
			return nil, orrery.Errorf(orrery.Invalid, "--set %s stands there twice", key)
		}
		if value == "-" {
			for _, other := range values {
				if a.secret != "" && other == a.secret {
					return nil, orrery.Errorf(orrery.Invalid, "only one value can be read from standard input")
				}
			}
			if err := a.readSecret(key); err != nil {
				return nil, err
			}
			value = a.secret
		}
		values[key] = value
	}
	return values, nil
}

// readSecret asks for a value at a terminal, without showing it, and takes one
// line elsewhere. It goes with the command where a server carries that out.
func (a *app) readSecret(key string) error {
	if a.secret != "" {
		return nil // a command read it already
	}
	if a.in == nil {
		return orrery.Errorf(orrery.Invalid, "the value of %s is wanted on standard input", key)
	}
	var text string
	if term.IsTerminal(int(a.in.Fd())) {
		fmt.Fprintf(a.err, "%s: ", key)
		typed, err := term.ReadPassword(int(a.in.Fd()))
		fmt.Fprintln(a.err)
		if err != nil {
			return fmt.Errorf("read the value of %s: %w", key, err)
		}
		text = string(typed)
	} else {
		line, err := bufio.NewReader(io.LimitReader(a.in, 32<<10)).ReadString('\n')
		if err != nil && line == "" {
			return orrery.Errorf(orrery.Invalid, "the value of %s is wanted on standard input: printf '%%s\\n' \"$SECRET\" | orrery sources …", key)
		}
		text = line
	}
	if a.secret = strings.TrimSpace(text); a.secret == "" {
		return orrery.Errorf(orrery.Invalid, "the value of %s is empty", key)
	}
	return nil
}
