package segment

import (
	"bufio"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"orrery.dev/orrery"
)

// Kinds says of which kind an event is by its name. The zero value knows the
// events that Segment's specifications name, and a few of Google's; it is safe
// for concurrent use.
type Kinds struct {
	byName map[string]string
}

// ParseKinds reads a table that goes before what is known: a line for each name,
//
//	Order Completed = purchase
//
// Case, and what stands between words, play no part: order_completed and
// orderCompleted are the same name. Lines that begin with # are remarks.
func ParseKinds(table string) (Kinds, error) {
	k := Kinds{byName: map[string]string{}}
	lines := bufio.NewScanner(strings.NewReader(table))
	lines.Buffer(nil, len(table)+1)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		at := strings.LastIndexByte(line, '=')
		name, kind := strings.TrimSpace(line[:max(at, 0)]), strings.TrimSpace(line[at+1:])
		if at < 0 || plain(name) == "" || kind == "" || len(kind) > 200 || strings.ContainsFunc(kind, isGap) {
			return Kinds{}, orrery.Errorf(orrery.Invalid, "line %d of the names of events, %.80q: write it as Order Completed = purchase, the kind without spaces", number, line)
		}
		k.byName[plain(name)] = strings.ToLower(kind)
	}
	return k, nil
}

func isGap(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// dotted matches names that are kinds already.
var dotted = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)

// Of returns the kind of an event: what the team's table says, else what is
// known, else a slug of the name with what was done as its last part, by which
// the catalogue looks it up. The kind of no name is empty.
func (k Kinds) Of(event string) string {
	if event == "" {
		return ""
	}
	name := plain(event)
	if kind, ok := k.byName[name]; ok {
		return kind
	}
	if dotted.MatchString(event) {
		return event
	}
	if kind, ok := known().byName[name]; ok {
		return kind
	}
	return slug(strings.Fields(name))
}

// plain writes a name in words of lower case: "orderCompleted" and
// "Order_Completed" are "order completed".
func plain(name string) string {
	var b strings.Builder
	before := rune(0)
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
			b.WriteByte(' ')
		case unicode.IsUpper(r) && unicode.IsLower(before):
			b.WriteByte(' ')
			fallthrough
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		before = r
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// verbs are the forms of what is done, by those that the catalogue lists.
var verbs = map[string]string{
	"accept": "accepted", "add": "added", "attend": "attended", "bought": "purchased", "buy": "purchased", "cancel": "cancelled",
	"canceled": "cancelled", "click": "clicked", "complete": "completed", "create": "created", "delete": "deleted", "donate": "donated",
	"download": "downloaded", "downvote": "downvoted", "favorited": "liked", "finish": "completed", "finished": "completed",
	"follow": "followed", "invite": "invited", "join": "joined", "leave": "leave", "left": "leave", "like": "liked", "listened": "listen",
	"open": "opened", "paid": "paid", "pay": "paid", "pin": "pinned", "pledge": "pledged", "purchase": "purchased", "read": "read",
	"refund": "refunded", "register": "registered", "remove": "removed", "renew": "renewed", "report": "reported", "search": "searched",
	"seen": "viewed", "sent": "sent", "share": "shared", "star": "starred", "start": "started", "submit": "submitted", "subscribe": "subscribed",
	"tap": "clicked", "tapped": "clicked", "unfollow": "unfollow", "unfollowed": "unfollow", "unpinned": "unpin",
	"unsubscribe": "unsubscribed", "upvoted": "upvote", "view": "viewed", "visit": "viewed", "visited": "viewed", "vote": "voted", "watched": "watch",
}

// particles belong to the verb before them.
var particles = map[string]bool{"up": true, "in": true, "out": true, "off": true, "on": true}

const maxWords = 10

// slug makes a kind of a name's words: what it was done to, a point, what was
// done. "Completed Lesson" is lesson.completed, "Blog Comment" blog.comment.
func slug(words []string) string {
	words = words[:min(len(words), maxWords)]
	n := len(words)
	switch {
	case n == 0:
		return "event"
	case n == 1:
		return done(words[0])
	case particles[words[n-1]]:
		return kind(words[:n-2], words[n-2]+"_"+words[n-1])
	case isParticiple(words[n-1]):
		return kind(words[:n-1], done(words[n-1]))
	case particles[words[1]]:
		return kind(words[2:], words[0]+"_"+words[1])
	case isParticiple(words[0]) || verbs[words[0]] != "":
		return kind(words[1:], done(words[0]))
	default:
		return kind(words[:n-1], done(words[n-1]))
	}
}

func kind(of []string, verb string) string {
	if len(of) == 0 {
		return verb
	}
	return strings.Join(of, "_") + "." + verb
}

func done(verb string) string {
	if form, ok := verbs[verb]; ok {
		return form
	}
	return verb
}

func isParticiple(word string) bool {
	return strings.HasSuffix(word, "ed") && !strings.HasSuffix(word, "eed") && len(word) > 3
}

// known is what the kinds are of events that have a meaning of their own, where
// the slug would not say it: Segment's specifications (e-commerce, B2B, mobile,
// video, e-mail, push, live chat) and the names that Google recommends.
var known = sync.OnceValue(func() Kinds {
	k, err := ParseKinds(`
Products Searched = products.searched
Product List Filtered = product_list.viewed
Product Added to Wishlist = product.pinned
Product Removed from Wishlist = product.removed
Wishlist Product Added to Cart = product.added
Product Reviewed = product.feedback
Cart Abandoned = cart.viewed
Checkout Abandoned = checkout.viewed
Order Placed = order.completed
Completed Order = order.completed
Refund Requested = return.requested
Request Refund = return.requested
Request Return = return.requested

Invite Accepted = invitation.accepted
Log In = signed_in
Login = signed_in
Logged In = signed_in
Sign In = signed_in
Log Out = signed_out
Logout = signed_out
Logged Out = signed_out
Sign Out = signed_out
Sign Up = signed_up
Signup = signed_up
Registered = signed_up
User Registered = signed_up
Sign Up Completed = signed_up

Application Installed = application.installed
Deep Link Opened = deep_link.clicked
Push Notification Received = push.delivered
Push Notification Tapped = push.clicked
Push Notification Bounced = push.bounced
Notification Opened = push.clicked

Video Playback Started = video.watch
Video Content Started = video.watch
Video Playback Completed = video.watch
Video Content Completed = video.watch
Video Playback Paused = video.viewed
Video Playback Resumed = video.viewed
Video Playback Interrupted = video.viewed
Video Playback Exited = video.viewed
Video Playback Buffer Started = video.viewed
Video Playback Buffer Completed = video.viewed
Video Playback Seek Started = video.viewed
Video Playback Seek Completed = video.viewed
Video Content Playing = video.viewed
Video Ad Started = video_ad.viewed
Video Ad Playing = video_ad.viewed
Video Ad Completed = video_ad.viewed

Email Marked as Spam = email.marked_as_spam
Email Sent = email.sent
Email Link Clicked = email.clicked
Unsubscribed = email.unsubscribed

Live Chat Conversation Started = live_chat.message
Live Chat Message Sent = live_chat.message
Live Chat Message Received = live_chat.delivered
Live Chat Conversation Ended = live_chat.viewed

Page View = page.viewed
Pageview = page.viewed
Loaded a Page = page.viewed
Screen View = screen.viewed
View Item = item.viewed
View Item List = item_list.viewed
View Cart = cart.viewed
View Promotion = promotion.viewed
Select Item = item.clicked
Select Content = content.clicked
Add to Cart = product.added
Remove from Cart = product.removed
Add to Wishlist = product.pinned
Begin Checkout = checkout.started
Add Payment Info = payment_info.entered
Add Shipping Info = shipping_info.entered
Join Group = group.joined
Session Start = session.started
First Open = application.opened
First Visit = page.viewed
`)
	if err != nil {
		panic(err) // the table above is wrong
	}
	return k
})
