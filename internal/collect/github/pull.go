package github

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/payload"
)

// pull reads what happened in one repository before its webhook, or without one:
// who opened what, commented, reviewed, released, starred and forked. GitHub does
// not tell who closed or merged something in its lists, nor who forked into an
// organization; it lists the first 40,000 stars; discussions are in its other API
// alone. The webhook tells all of these.
type pull struct {
	client     client
	repository string // OWNER/NAME

	// Of one Collect.
	teller  teller
	repo    repository
	threads map[string]*thread // by number
	listed  bool               // threads were listed from where comments go on
	to      collect.Sink
	rows    int64
}

var _ collect.Connector = (*pull)(nil)

var ownerAndName = regexp.MustCompile(`^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$`)

func newPull(v collect.Values, h *http.Client) (*pull, error) {
	address := strings.TrimSpace(payload.First(text(v[fieldAPI]), "https://api.github.com"))
	base, err := url.Parse(address)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, orrery.Errorf(orrery.Invalid, "%q is not the address of an API: write it as https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise", address)
	}
	p := &pull{client: client{http: h, base: base, token: strings.TrimSpace(v[fieldToken]), now: time.Now, wait: sleep}}
	p.repository = strings.TrimPrefix(strings.TrimSpace(v[fieldRepository]), "https://"+p.host()+"/")
	p.repository = strings.TrimSuffix(strings.TrimSuffix(p.repository, "/"), ".git")
	if p.repository == "" {
		return nil, orrery.Errorf(orrery.Invalid, "there is no repository to read: enter it as OWNER/NAME")
	}
	if !ownerAndName.MatchString(p.repository) {
		return nil, orrery.Errorf(orrery.Invalid, "%q is not a repository: write it as OWNER/NAME, as in its address", p.repository)
	}
	return p, nil
}

// host is where people see what the API tells of.
func (p *pull) host() string {
	if host := p.client.base.Hostname(); host != "api."+cloud {
		return strings.ToLower(host)
	}
	return cloud
}

// Source describes the repository, without asking for it.
func (p *pull) Source(context.Context) (collect.Source, error) {
	_, name, _ := strings.Cut(p.repository, "/")
	return collect.Source{
		Kind: "github", Name: "github/" + strings.ToLower(p.repository), Planet: slug(name),
		Origin: "https://" + p.host() + "/" + p.repository,
	}, nil
}

// Collect reads every list from where the cursor stands. Whatever ends it, what
// it returns is the cursor to go on from: where GitHub answers no more questions
// for a while, the error is orrery.Exhausted.
func (p *pull) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	c := parseCursor(from)
	p.to, p.rows, p.threads, p.listed = to, 0, map[string]*thread{}, false
	if err := p.find(ctx); err != nil {
		return from, err
	}
	if c.Repository != p.teller.repo {
		c = cursor{Repository: p.teller.repo}
	}
	err := p.lists(ctx, &c)
	reached, cursorErr := c.bytes()
	if err == nil {
		err = cursorErr
	}
	return reached, err
}

// find asks for the repository itself.
func (p *pull) find(ctx context.Context) error {
	a, err := p.client.get(ctx, p.path("", nil), "")
	if err != nil {
		return err
	}
	if a.status != http.StatusOK {
		return orrery.Errorf(orrery.Invalid, "GitHub shows no repository %s: check OWNER/NAME; a private one needs an access token that may read it", p.repository)
	}
	if err := a.read(&p.repo); err != nil {
		return err
	}
	p.teller = teller{host: hostOf(p.repo.HTMLURL), repo: p.repo.ID.String(), arrived: p.client.now().UTC()}
	return nil
}

// lists reads all of them, cheapest last to first: reviews take a question for
// each pull request.
func (p *pull) lists(ctx context.Context, c *cursor) error {
	for _, l := range []struct {
		name string
		read func(context.Context, *list) error
	}{
		{"issues", p.issues},
		{"issue_comments", p.issueComments},
		{"review_comments", p.reviewComments},
		{"releases", p.releases},
		{"stars", p.stars},
		{"forks", p.forks},
		{"reviews", p.reviews},
	} {
		progress := c.list(l.name)
		if err := l.read(ctx, progress); err != nil {
			return err
		}
		progress.finish(p.client.now())
	}
	return ctx.Err()
}

// path makes an address below the repository's.
func (p *pull) path(below string, query url.Values) string {
	return p.client.address("repos/"+p.repository+"/"+below, query)
}

// emit hands on what was told of one row.
func (p *pull) emit(ctx context.Context, row []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.rows++
	p.to.Progress(collect.Progress{Rows: p.rows})
	told, err := p.teller.told, p.teller.err
	p.teller.told, p.teller.err = orrery.Told{}, nil
	if err != nil {
		return p.to.Skip(ctx, collect.Skipped{Row: p.rows, Reason: err.Error(), Excerpt: payload.Clean(string(row[:min(len(row), 120)]))})
	}
	for i := range told.Activities {
		if err := p.to.Activity(ctx, &told.Activities[i]); err != nil {
			return err
		}
	}
	for _, l := range told.Links {
		if err := p.to.Link(ctx, l); err != nil {
			return err
		}
	}
	return nil
}
