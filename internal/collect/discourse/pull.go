package discourse

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"orrery.dev/orrery/internal/collect"
	"orrery.dev/orrery/internal/collect/intake"
)

// window is how many numbers of posts older forums look through for one page,
// whether they find something there or not.
const window = 50

// pull reads a forum's public posts, newest first. It is used by one goroutine.
type pull struct {
	forum
	client *client
	now    func() time.Time
}

var _ collect.Connector = (*pull)(nil)

func newPull(v collect.Values, httpClient *http.Client) (*pull, error) {
	f, err := parseForum(v[fieldURL])
	if err != nil {
		return nil, err
	}
	return &pull{
		forum:  f,
		client: &client{http: httpClient, key: v[fieldKey], user: cmp.Or(v[fieldUser], "system"), wait: sleep},
		now:    time.Now,
	}, nil
}

// Source describes the forum without asking it.
func (p *pull) Source(context.Context) (collect.Source, error) {
	return collect.Source{Kind: "discourse", Name: "discourse/" + p.host, Planet: intake.Planet(p.host), Origin: p.base}, nil
}

// reach is how far the reading is. Posts are read from the newest down; all up
// to Top are here. While a reading is under way, all from Next to High are too.
type reach struct {
	Top  int64  `json:"top,omitempty"`
	High int64  `json:"high,omitempty"`
	Next int64  `json:"next,omitempty"`
	ETag string `json:"etag,omitempty"` // of the newest page
}

func (r reach) cursor() collect.Cursor {
	b, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("write a cursor: %v", err)) // its fields are text and numbers
	}
	return b
}

func parseReach(cursor collect.Cursor) reach {
	var r reach
	if json.Unmarshal(cursor, &r) != nil || r.Top < 0 || r.Next < 0 || r.High < r.Next {
		return reach{}
	}
	return r
}

// Collect emits the posts that came since the cursor. It returns a cursor with
// an error too: the next time goes on at the page that was not whole.
func (p *pull) Collect(ctx context.Context, from collect.Cursor, to collect.Sink) (collect.Cursor, error) {
	r := parseReach(from)
	e := &emitter{forum: p.forum, to: to, now: p.now(), linked: map[string]bool{}}
	interrupted := r.Next > 0
	err := p.walk(ctx, &r, e)
	if err == nil && interrupted { // what came since lies above
		err = p.walk(ctx, &r, e)
	}
	return r.cursor(), err
}

// walk reads down to what is here already.
func (p *pull) walk(ctx context.Context, r *reach, e *emitter) error {
	wide := false // a page may span more than a window
	for {
		fresh := r.Next == 0
		posts, etag, err := p.page(ctx, r)
		if err != nil || posts == nil && fresh {
			return err
		}
		if fresh && len(posts) == 0 {
			if r.Next, err = p.newest(ctx); err != nil || r.Next == 0 {
				return err
			}
			continue
		}
		lowest, highest := r.Next, int64(0)
		for i := range posts {
			id := posts[i].id
			lowest, highest = minOf(lowest, id), max(highest, id)
			if id <= r.Top || !fresh && id >= r.Next {
				continue
			}
			if err := e.post(ctx, &posts[i]); err != nil {
				return err
			}
		}
		if fresh {
			r.ETag = etag
		}
		r.High = max(r.High, highest)
		wide = wide || highest-lowest >= window
		switch {
		case lowest < r.Next || fresh:
			r.Next = lowest
		case wide:
			r.Next = 0 // nothing lies below
		default:
			r.Next = max(0, r.Next-window)
		}
		if r.Next <= r.Top+1 {
			r.Top, r.High, r.Next = max(r.Top, r.High), 0, 0
			return nil
		}
		e.progress(r)
	}
}

// minOf returns the lower, where 0 is none yet.
func minOf(a, b int64) int64 {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// numbered is a post with its number.
type numbered struct {
	post
	id int64
}

// page returns the posts below r.Next, newest first, or the newest of all. It is
// nil where the newest are those that were there last time.
func (p *pull) page(ctx context.Context, r *reach) (posts []numbered, etag string, err error) {
	path := "/posts.json"
	known := ""
	if r.Next > 0 {
		path += "?before=" + strconv.FormatInt(r.Next, 10)
	} else {
		known = r.ETag
	}
	var body struct {
		Posts []post `json:"latest_posts"`
	}
	etag, same, err := p.client.get(ctx, p.base+path, known, &body)
	if err != nil || same {
		return nil, "", err
	}
	posts = make([]numbered, 0, len(body.Posts))
	for i := range body.Posts {
		id, err := strconv.ParseInt(string(body.Posts[i].ID), 10, 64)
		if err != nil || id <= 0 {
			continue
		}
		posts = append(posts, numbered{body.Posts[i], id})
	}
	slices.SortFunc(posts, func(a, b numbered) int { return cmp.Compare(b.id, a.id) })
	return posts, etag, nil
}

// newest returns a number above the newest public posts, or 0 where there are
// none. Older forums show an empty newest page when the last 50 posts are all
// letters; then the topic that was written in last tells where to begin.
func (p *pull) newest(ctx context.Context) (int64, error) {
	var latest struct {
		List struct {
			Topics []struct {
				ID int64 `json:"id"`
			} `json:"topics"`
		} `json:"topic_list"`
	}
	if _, _, err := p.client.get(ctx, p.base+"/latest.json", "", &latest); err != nil || len(latest.List.Topics) == 0 {
		return 0, err
	}
	highest := int64(0)
	for _, t := range latest.List.Topics[:min(3, len(latest.List.Topics))] { // pinned ones stand first
		var topic struct {
			Stream struct {
				Posts []int64 `json:"stream"`
			} `json:"post_stream"`
		}
		if _, _, err := p.client.get(ctx, fmt.Sprintf("%s/t/%d.json", p.base, t.ID), "", &topic); err != nil {
			return 0, err
		}
		for _, id := range topic.Stream.Posts {
			highest = max(highest, id)
		}
	}
	if highest == 0 {
		return 0, nil
	}
	return highest + 1, nil
}

// emitter hands posts to the sink, and what they state of accounts once each.
type emitter struct {
	forum
	to     collect.Sink
	now    time.Time
	rows   int64
	linked map[string]bool
}

func (e *emitter) post(ctx context.Context, p *numbered) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e.rows++
	if p.unusable() != "" {
		return nil
	}
	a, ok, err := e.written(&p.post, e.now)
	if err != nil {
		return e.to.Skip(ctx, collect.Skipped{Row: p.id, Reason: err.Error(), Excerpt: intake.Excerpt([]byte(a.ExternalID))})
	}
	if !ok {
		return nil
	}
	if err := e.to.Activity(ctx, &a); err != nil {
		return err
	}
	if p.Accepted {
		a = accepted(&p.post, a)
		if err := e.to.Activity(ctx, &a); err != nil {
			return err
		}
	}
	return e.link(ctx, p.author())
}

func (e *emitter) link(ctx context.Context, a account) error {
	key := string(a.id) + " " + string(a.username)
	if e.linked[key] {
		return nil
	}
	e.linked[key] = true
	for _, l := range e.links(a, e.now) {
		if err := e.to.Link(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func (e *emitter) progress(r *reach) {
	e.to.Progress(collect.Progress{Rows: e.rows, Done: r.High - r.Next, Total: r.High - r.Top})
}
