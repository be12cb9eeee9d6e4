// Package platforms lists the platforms that come with Orrery: kinds of source
// that a team sets up once and that then keep bringing activities. It is the
// list and nothing else. Package sources runs them, screens and commands make
// forms of them. A new platform is its own folder below collect and one line
// here.
package platforms

import (
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/discourse"
	"orrery.dev/orrery/internal/collect/feed"
	"orrery.dev/orrery/internal/collect/github"
	"orrery.dev/orrery/internal/collect/gitlab"
	"orrery.dev/orrery/internal/collect/jsonhook"
	"orrery.dev/orrery/internal/collect/shopify"
	"orrery.dev/orrery/internal/collect/slack"
	"orrery.dev/orrery/internal/collect/stripe"
)

// All lists the platforms by name.
func All() []collect.Platform {
	return []collect.Platform{
		discourse.Platform(),
		feed.Platform(),
		github.Platform(),
		gitlab.Platform(),
		jsonhook.Platform(),
		shopify.Platform(),
		slack.Platform(),
		stripe.Platform(),
	}
}
