// Package gitlab is the connector for GitLab's webhooks, of a project, a group or
// a whole instance. It keeps who did what to which issue, merge request, page or
// tag, and its title; of what is confidential it keeps no title. It keeps no
// bodies, no diffs and no payloads. It asks GitLab nothing: what happened before
// the webhook is not read here. It does not decide who is one person: it hands on
// that an account has a name, and who wrote a commit, in the words of package
// git.
//
// The server's hooks feed it; package flow reads it.
package gitlab

import "orrery.dev/orrery/internal/collect"

// cloud is the host of GitLab itself.
const cloud = "gitlab.com"

// fieldSecret is the name of the field with the token.
const fieldSecret = "secret"

// Platform describes GitLab, by a webhook.
func Platform() collect.Platform {
	return collect.Platform{
		Name:  "gitlab",
		Title: "GitLab",
		Short: "Commits, issues, merge requests, approvals, comments, reactions, wiki pages and who joins.",
		Fields: []collect.Field{{
			Name: fieldSecret, Label: "Secret token", Secret: true, Required: true,
			Help: "On GitLab, open Settings, Webhooks, Add new webhook in the project or the group. " +
				"Paste the address shown here as URL, and enter one long random secret token there and here. " +
				"Tick: Push events, Tag push events, Comments, Confidential comments, Issues events, Confidential issues events, " +
				"Merge request events, Wiki page events, Emoji events; in a group also Member events.",
		}},
		Keeps: []string{
			"number, user name and name of the account that acted, and of those it addressed; an e-mail address that it shows in public",
			"name and e-mail address of a commit's author",
			"number, address and title of the issue, merge request or page; no title of what is confidential",
			"the time, and what was answered",
		},
		Hook: func(v collect.Values) (collect.Hook, error) { return newHook(v) },
	}
}
