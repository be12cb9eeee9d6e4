package all

import (
	"context"
	"net/http"
	"time"

	"github.com/spf13/pflag"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/feed"
	"orrery.dev/orrery/internal/collect/ical"
	"orrery.dev/orrery/internal/collect/mbox"
	"orrery.dev/orrery/internal/collect/slack"
	"orrery.dev/orrery/internal/collect/stackexchange"
)

type icalSettings struct{}

func (icalSettings) Flags(*pflag.FlagSet) {}

func (icalSettings) Connector(_ context.Context, path string, now time.Time, _ Ask) (collect.Connector, error) {
	return &ical.Connector{Path: path, Now: now}, nil
}

type mboxSettings struct{}

func (mboxSettings) Flags(*pflag.FlagSet) {}

func (mboxSettings) Connector(_ context.Context, path string, now time.Time, _ Ask) (collect.Connector, error) {
	return mbox.New(path, mbox.Options{Now: now}), nil
}

type slackSettings struct{ channels string }

func (s *slackSettings) Flags(f *pflag.FlagSet) {
	f.StringVar(&s.channels, "channels", "", "which conversations are kept: `public` alone, private channels too, or direct messages too (direct)")
}

func (s *slackSettings) Connector(_ context.Context, path string, now time.Time, _ Ask) (collect.Connector, error) {
	scope, err := slack.ParseScope(s.channels)
	if err != nil {
		return nil, err
	}
	return slack.NewExport(path, slack.Options{Scope: scope, Now: now}), nil
}

type stackexchangeSettings struct{ site string }

func (s *stackexchangeSettings) Flags(f *pflag.FlagSet) {
	f.StringVar(&s.site, "site", "", "the site's `host`, where the folder is not called so: cooking.stackexchange.com")
}

func (s *stackexchangeSettings) Connector(_ context.Context, path string, now time.Time, _ Ask) (collect.Connector, error) {
	return stackexchange.New(path, stackexchange.Options{Site: s.site, Now: now}), nil
}

type feedSettings struct {
	author  string
	private bool
}

func (s *feedSettings) Flags(f *pflag.FlagSet) {
	f.StringVar(&s.author, "author", "", "who wrote what the feed names no author of, as in `'Ada Lovelace'`")
	f.BoolVar(&s.private, "private", false, "the address may lead into your own network")
}

func (s *feedSettings) Connector(_ context.Context, where string, now time.Time, _ Ask) (collect.Connector, error) {
	client := (*http.Client)(nil)
	if s.private {
		client = feed.NewClient(true)
	}
	return feed.New(where, feed.Options{Client: client, Author: s.author, Now: now}), nil
}
