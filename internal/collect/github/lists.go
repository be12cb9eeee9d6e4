package github

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"orrery.dev/orrery/internal/collect/payload"
)

// rows are the elements of a page.
type rows []json.RawMessage

// page asks for one page of a list. It is nil where there is nothing new, and
// where the repository has no such list: it can be switched off.
func (p *pull) page(ctx context.Context, l *list, address string) (rows, *answer, error) {
	etag := ""
	if address == l.URL {
		etag = l.ETag
	}
	a, err := p.client.get(ctx, address, etag)
	if err != nil || a.status != http.StatusOK {
		return nil, a, err
	}
	var page rows
	if err := a.read(&page); err != nil {
		return nil, a, err
	}
	// A full page may be followed by another without changing itself.
	l.reading = &reading{}
	if len(page) < perPage && a.next == "" && a.etag != "" {
		*l.reading = reading{address, a.etag}
	}
	return page, a, nil
}

// decode reads a row.
func decode[T any](row json.RawMessage) (*T, error) {
	var v T
	return &v, (&answer{body: row}).read(&v)
}

// changed reads a list that is ordered by the time of change, from the edge on.
// It asks by time and not by page, for a row that changes meanwhile moves to the
// end, and the rows behind it would slip over the border of a page. each is
// called once for a row; when returns its change and its id.
func (p *pull) changed(ctx context.Context, l *list, below string, query url.Values, when func(json.RawMessage) (time.Time, string, error), each func(json.RawMessage) error) error {
	query.Set("sort", "updated")
	query.Set("direction", "asc")
	query.Set("per_page", strconv.Itoa(perPage))
	address, since := "", time.Time{}
	for {
		if address == "" {
			if since = l.Edge.At; !since.IsZero() {
				// GitHub does not say whether the second itself is among the answers.
				query.Set("since", since.Add(-time.Second).Format(time.RFC3339))
			}
			address = p.path(below, query)
		}
		page, a, err := p.page(ctx, l, address)
		if err != nil {
			return err
		}
		for _, row := range page {
			at, id, err := when(row)
			if err != nil {
				return err
			}
			if l.Edge.knows(at, id) {
				continue
			}
			if err := each(row); err != nil {
				return err
			}
			l.Edge.add(at, id)
		}
		switch {
		case a.next == "":
			return nil
		case l.Edge.At.After(since):
			address = ""
		default: // more than a page within a second
			address = a.next
		}
	}
}

// issues tells who opened issues and pull requests.
func (p *pull) issues(ctx context.Context, l *list) error {
	return p.eachThread(ctx, l, func(th *thread, row json.RawMessage) error {
		at, _ := payload.Time(th.CreatedAt)
		id := th.Number.String()
		if !l.Floor.knows(at, id) {
			p.teller.begin(kindOf(th), opened, th)
			if err := p.emit(ctx, row); err != nil {
				return err
			}
			l.Top.add(at, id)
		}
		return nil
	})
}

// eachThread calls each for the issues and pull requests that changed, and
// remembers them.
func (p *pull) eachThread(ctx context.Context, l *list, each func(*thread, json.RawMessage) error) error {
	when := func(row json.RawMessage) (time.Time, string, error) {
		th, err := decode[thread](row)
		if err != nil {
			return time.Time{}, "", err
		}
		p.threads[th.Number.String()] = th
		at, _ := payload.Time(th.UpdatedAt)
		return at, th.Number.String(), nil
	}
	return p.changed(ctx, l, "issues", url.Values{"state": {"all"}}, when, func(row json.RawMessage) error {
		th, err := decode[thread](row)
		if err != nil {
			return err
		}
		return each(th, row)
	})
}

func kindOf(th *thread) string {
	if th.PullRequest != nil {
		return "pull_request"
	}
	return "issue"
}

// thread finds an issue or a pull request by its number: among those listed,
// else among those that changed since comments go on, else by itself.
func (p *pull) thread(ctx context.Context, l *list, number string) (*thread, error) {
	if th, ok := p.threads[number]; ok {
		return th, nil
	}
	if !p.listed {
		p.listed = true
		from := &list{Edge: mark{At: l.Edge.At}}
		if err := p.eachThread(ctx, from, func(*thread, json.RawMessage) error { return nil }); err != nil {
			return nil, err
		}
		if th, ok := p.threads[number]; ok {
			return th, nil
		}
	}
	a, err := p.client.get(ctx, p.path("issues/"+url.PathEscape(number), nil), "")
	if err != nil {
		return nil, err
	}
	th := &thread{Number: text(number)} // it was deleted, or moved away
	if a.status == http.StatusOK {
		if err := a.read(th); err != nil {
			return nil, err
		}
	}
	p.threads[number] = th
	return th, nil
}

// issueComments tells who said something under issues and pull requests.
func (p *pull) issueComments(ctx context.Context, l *list) error {
	return p.comments(ctx, l, "issues/comments", func(r *remark, th *thread) {
		p.teller.comment("issue_comment", kindOf(th), th, r, "")
	})
}

// reviewComments tells who said something about lines of a pull request.
func (p *pull) reviewComments(ctx context.Context, l *list) error {
	return p.comments(ctx, l, "pulls/comments", func(r *remark, th *thread) {
		p.teller.comment("pull_request_review_comment", "pull_request", th, r, r.InReplyTo)
	})
}

func (p *pull) comments(ctx context.Context, l *list, below string, tell func(*remark, *thread)) error {
	when := func(row json.RawMessage) (time.Time, string, error) {
		r, err := decode[remark](row)
		if err != nil {
			return time.Time{}, "", err
		}
		at, _ := payload.Time(r.UpdatedAt)
		return at, r.ID.String(), nil
	}
	return p.changed(ctx, l, below, url.Values{}, when, func(row json.RawMessage) error {
		r, err := decode[remark](row)
		if err != nil {
			return err
		}
		at, _ := payload.Time(r.CreatedAt)
		if l.Floor.knows(at, r.ID.String()) {
			return nil
		}
		under := payload.First(r.IssueURL, r.PullRequestURL)
		th, err := p.thread(ctx, l, under[strings.LastIndexByte(under, '/')+1:])
		if err != nil {
			return err
		}
		tell(r, th)
		if err := p.emit(ctx, row); err != nil {
			return err
		}
		l.Top.add(at, r.ID.String())
		return nil
	})
}

// reviews tells who reviewed: GitHub lists reviews by pull request alone.
func (p *pull) reviews(ctx context.Context, l *list) error {
	return p.eachThread(ctx, l, func(th *thread, _ json.RawMessage) error {
		if th.PullRequest == nil {
			return nil
		}
		address := p.path("pulls/"+url.PathEscape(th.Number.String())+"/reviews", url.Values{"per_page": {strconv.Itoa(perPage)}})
		return p.pages(ctx, &list{}, address, func(row json.RawMessage) error {
			r, err := decode[remark](row)
			if err != nil || r.SubmittedAt == "" { // it is not sent yet
				return err
			}
			at, _ := payload.Time(r.SubmittedAt)
			if l.Floor.knows(at, r.ID.String()) {
				return nil
			}
			p.teller.review(th, r)
			if err := p.emit(ctx, row); err != nil {
				return err
			}
			l.Top.add(at, r.ID.String())
			return nil
		})
	})
}

// pages reads a list to its end, page by page.
func (p *pull) pages(ctx context.Context, l *list, address string, each func(json.RawMessage) error) error {
	for address != "" {
		page, a, err := p.page(ctx, l, address)
		if err != nil {
			return err
		}
		for _, row := range page {
			if err := each(row); err != nil {
				return err
			}
		}
		address = a.next
	}
	return nil
}

// releases tells who released. One may be published long after it was drafted,
// so that all are read.
func (p *pull) releases(ctx context.Context, l *list) error {
	return p.pages(ctx, l, p.path("releases", url.Values{"per_page": {strconv.Itoa(perPage)}}), func(row json.RawMessage) error {
		r, err := decode[release](row)
		if err != nil || r.Draft || r.PublishedAt == "" {
			return err
		}
		at, _ := payload.Time(r.PublishedAt)
		if l.Floor.knows(at, r.ID.String()) {
			return nil
		}
		p.teller.release(r)
		if err := p.emit(ctx, row); err != nil {
			return err
		}
		l.Top.add(at, r.ID.String())
		return nil
	})
}

// stars tells who starred the repository, and when.
func (p *pull) stars(ctx context.Context, l *list) error {
	type starred struct {
		At   text     `json:"starred_at"`
		User *account `json:"user"`
	}
	return p.grown(ctx, l, "stargazers", url.Values{}, func(row json.RawMessage) (deed, error) {
		s, err := decode[starred](row)
		if err != nil || !s.User.known() {
			return deed{at: s.At}, err
		}
		return deed{s.At, s.User.ID.String(), func() { p.teller.star(&p.repo, s.User, s.At) }}, nil
	})
}

// forks tells who forked the repository. What is in an organization's hands was
// forked by somebody whom GitHub does not name here.
func (p *pull) forks(ctx context.Context, l *list) error {
	return p.grown(ctx, l, "forks", url.Values{"sort": {"oldest"}}, func(row json.RawMessage) (deed, error) {
		f, err := decode[repository](row)
		if err != nil || !f.Owner.known() || f.Owner.Type == "Organization" {
			return deed{at: f.CreatedAt}, err
		}
		return deed{f.CreatedAt, f.ID.String(), func() { p.teller.fork(&p.repo, f, f.Owner) }}, nil
	})
}

// deed is a row of a list that grows at its end.
type deed struct {
	at   text
	id   string // empty: nobody's
	tell func()
}

// grown reads a list that is ordered by the time of its rows and grows at its
// end, from the last page that was read on. Rows that went away meanwhile move
// what is new to earlier pages, so that it goes back to a page that begins with
// what is known.
func (p *pull) grown(ctx context.Context, l *list, below string, query url.Values, read func(json.RawMessage) (deed, error)) error {
	query.Set("per_page", strconv.Itoa(perPage))
	ask := func(n int) (rows, *answer, error) {
		query.Set("page", strconv.Itoa(n))
		return p.page(ctx, l, p.path(below, query))
	}
	n := max(1, l.Page)
	page, a, err := ask(n)
	for ; err == nil && n > 1 && a.status != http.StatusNotModified; page, a, err = ask(n) {
		if len(page) > 0 {
			first, err := read(page[0])
			if err != nil {
				return err
			}
			if at, ok := payload.Time(first.at); ok && l.Top.knows(at, first.id) {
				break
			}
		}
		n--
	}
	for ; err == nil; page, a, err = ask(n) {
		for _, row := range page {
			d, err := read(row)
			if err != nil {
				return err
			}
			at, _ := payload.Time(d.at)
			if d.id == "" || l.Top.knows(at, d.id) {
				continue
			}
			d.tell()
			if err := p.emit(ctx, row); err != nil {
				return err
			}
			l.Top.add(at, d.id)
		}
		if len(page) > 0 {
			l.Page = n
		}
		if a.next == "" {
			return nil
		}
		n++
	}
	return err
}
