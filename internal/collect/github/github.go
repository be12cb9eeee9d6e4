// Package github is the connector for GitHub and GitHub Enterprise: webhooks
// bring what people do as they do it, and the REST API what they did before. It
// keeps who did what to which issue, pull request, discussion, release or
// repository, and its title; it keeps no bodies, no diffs and no payloads. It
// does not decide who is one person: it hands on that an account has a login,
// and who wrote a commit, in the words of package git.
//
// External ids are made of the object and the verb. Objects go by their numbers
// in GitHub's database and not by their node ids: an answer names what it
// answers by number, a list of comments names its issue by number, and node ids
// come in two forms since GitHub changed them.
//
// The server's hooks and its schedule feed it; package flow reads it.
package github

import (
	"net/http"
	"strings"
	"time"

	"orrery.dev/orrery/internal/collect"
)

// cloud is the host of GitHub itself.
const cloud = "github.com"

// Names of fields.
const (
	fieldSecret     = "secret"
	fieldRepository = "repository"
	fieldToken      = "token"
	fieldAPI        = "api"
)

// Platform describes GitHub: by a webhook, by asking its API, or both; what both
// tell counts once.
func Platform() collect.Platform {
	return collect.Platform{
		Name:  "github",
		Title: "GitHub",
		Short: "Commits, issues, pull requests, reviews, discussions, stars, forks and sponsorships.",
		Fields: []collect.Field{
			{
				Name: fieldSecret, Label: "Webhook secret", Secret: true,
				Help: "On GitHub, open Settings, Webhooks, Add webhook in the repository or the organization. " +
					"Paste the address shown here as Payload URL, choose application/json, and enter one long random secret there and here. " +
					"Choose “Send me everything”, or tick at least: Pushes, Issues, Issue comments, Pull requests, Pull request reviews, " +
					"Pull request review comments, Discussions, Discussion comments, Stars, Forks, Releases, Wiki.",
			},
			{
				Name: fieldRepository, Label: "Repository", Example: "night-radio/studio",
				Help: "OWNER/NAME, as in its address: what happened in it before is read through the API. " +
					"Empty: only what the webhook brings.",
			},
			{
				Name: fieldToken, Label: "Access token", Secret: true,
				Help: "Without one GitHub answers 60 questions an hour, with one 5,000. Make one under Settings, Developer settings, " +
					"Fine-grained tokens, for this repository alone, with read access to Metadata, Contents, Issues and Pull requests.",
			},
			{
				Name: fieldAPI, Label: "API address", Default: "https://api.github.com", Example: "https://github.example.com/api/v3",
				Help: "Only for GitHub Enterprise: the address of its REST API.",
			},
		},
		Keeps: []string{
			"number and login of the account that acted, and of those it addressed",
			"name and e-mail address of a commit's author",
			"number, address and title of the issue, pull request, discussion, release or page",
			"the time, and what was answered",
			"of sponsorships and marketplace purchases: the amount",
		},
		Hook: func(v collect.Values) (collect.Hook, error) { return newHook(v) },
		Pull: func(v collect.Values, client *http.Client) (collect.Connector, error) {
			return newPull(v, client)
		},
		Every: time.Hour,
	}
}

// slug writes a name with a–z, 0–9 and single hyphens.
func slug(name string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return ' '
	}, strings.ToLower(name))
	if s = strings.Join(strings.Fields(s), "-"); s == "" {
		return "repository"
	}
	return s
}
