package segment_test

import (
	"strings"
	"testing"

	"orrery.dev/orrery"
	"orrery.dev/orrery/internal/catalogue"
	"orrery.dev/orrery/internal/collect/segment"
)

func TestAnEventsNameIsItsKind(t *testing.T) {
	t.Parallel()
	var kinds segment.Kinds
	for _, c := range []struct{ event, kind string }{
		{"Order Completed", "order.completed"},
		{"orderCompleted", "order.completed"},
		{"order_completed", "order.completed"},
		{"Completed Order", "order.completed"},
		{"Order Refunded", "order.refunded"},
		{"Refund Order", "order.refunded"},
		{"Refund Purchase", "purchase.refunded"},
		{"Order Cancelled", "order.cancelled"},
		{"Order Canceled", "order.cancelled"},
		{"Cancel Subscription", "subscription.cancelled"},
		{"Refund Requested", "return.requested"},
		{"Purchase", "purchased"},
		{"Buy", "purchased"},
		{"Signed Up", "signed_up"},
		{"sign_up", "signed_up"},
		{"User Signed Up", "user.signed_up"},
		{"Signed Up For Newsletter", "for_newsletter.signed_up"},
		{"Login", "signed_in"},
		{"Product Viewed", "product.viewed"},
		{"Viewed Product", "product.viewed"},
		{"Product List Viewed", "product_list.viewed"},
		{"Button Click", "button.clicked"},
		{"Blog Comment", "blog.comment"},
		{"Lesson Completed", "lesson.completed"},
		{"Newsletter Subscribe", "newsletter.subscribed"},
		{"Newsletter Signup", "newsletter.signup"},
		{"Email Marked as Spam", "email.marked_as_spam"},
		{"github.pull_request.opened", "github.pull_request.opened"},
		{"Spende überwiesen", "spende.überwiesen"},
		{"注文完了", "注文完了"},
		{"🎉", "event"},
		{"", ""},
	} {
		if got := kinds.Of(c.event); got != c.kind {
			t.Errorf("%q: got %q, want %q", c.event, got, c.kind)
		}
	}
}

func TestTheTeamsTableGoesBeforeWhatIsKnown(t *testing.T) {
	t.Parallel()
	kinds, err := segment.ParseKinds("\ufeff# ours\r\nOrder Completed = purchase\r\n\n a = b = Quiz.Solved \norder.completed=x\n")
	if err != nil {
		t.Fatal(err)
	}
	for event, kind := range map[string]string{
		"orderCompleted": "x", // the later line of the same name
		"A = B":          "quiz.solved",
		"Order Refunded": "order.refunded",
	} {
		if got := kinds.Of(event); got != kind {
			t.Errorf("%q: got %q, want %q", event, got, kind)
		}
	}
	for _, table := range []string{"Order Completed", "= purchase", "x =", "a = two words", "ok = fine\n!!! = y"} {
		_, err := segment.ParseKinds(table)
		if orrery.CodeOf(err) != orrery.Invalid || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%q: got %v, want an invalid error that names the line", table, err)
		}
	}
}

func TestTheCatalogueMakesSenseOfEvents(t *testing.T) {
	t.Parallel()
	var kinds segment.Kinds
	rules := catalogue.Default()
	attracts := func(r orrery.Rule) bool { return r.Meaningful && r.Valence > 0 && r.WeightMilli > 0 }
	light := func(r orrery.Rule) bool { return !r.Meaningful && r.Valence >= 0 }
	silent := func(r orrery.Rule) bool { return r.WeightMilli == 0 && !r.Meaningful }
	repels := func(r orrery.Rule) bool { return r.Valence < 0 }
	for _, c := range []struct {
		what   string
		is     func(orrery.Rule) bool
		events string
	}{
		{"brings closer", attracts, "Order Completed, Purchase, Signed Up, Account Created, Subscription Started, Donated, Lesson Completed, " +
			"Product Reviewed, Invite Accepted, Live Chat Message Sent, Product Added to Wishlist, Article Bookmarked"},
		{"is light", light, "Product Viewed, Product List Viewed, Product List Filtered, Products Searched, Product Clicked, Promotion Viewed, Promotion Clicked, " +
			"Product Added, Product Removed, Cart Viewed, Checkout Started, Checkout Step Viewed, Checkout Step Completed, Payment Info Entered, " +
			"Order Updated, Coupon Applied, Coupon Entered, Coupon Removed, Coupon Denied, Video Playback Started, Video Content Playing, " +
			"Application Opened, Application Updated, Application Backgrounded, Signed In, Signed Out, Email Opened, Email Link Clicked, " +
			"Page View, screen_view, view_item, add_to_cart, begin_checkout, search, session_start, Deep Link Opened, Push Notification Tapped"},
		{"says nothing of a person", silent, "Email Delivered, Email Bounced, Email Sent, Push Notification Received, Push Notification Bounced, Application Crashed, " +
			"Install Attributed, Live Chat Message Received"},
		{"repels", repels, "Order Refunded, Order Cancelled, Refund Requested, Unsubscribed, Email Marked as Spam, Subscription Cancelled, " +
			"Application Uninstalled, Account Deleted"},
	} {
		for _, event := range strings.Split(c.events, ", ") {
			if rule := rules.Lookup(kinds.Of(event)); !c.is(rule) {
				t.Errorf("%s %s: %s has %+v", event, c.what, kinds.Of(event), rule)
			}
		}
	}
	for _, kind := range []string{"page.viewed", "screen.viewed"} {
		if rule := rules.Lookup(kind); !light(rule) || rule.WeightMilli >= 1000 {
			t.Errorf("%s has %+v: to look is no step closer", kind, rule)
		}
	}
}
