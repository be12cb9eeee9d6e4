package catalogue

import (
	"fmt"

	"orrery.dev/orrery"
)

// group is kinds that share a rule, separated by blanks.
type group struct {
	kinds string
	rule  orrery.Rule
}

// defaults lists the weights that the field uses (SCIENCE §2, 0–10). A weight of
// 0 with valence 0 moves nothing: the kind says nothing of anybody's presence.
func defaults() []group {
	const (
		content       = orrery.Content
		conversation  = orrery.Conversation
		collaboration = orrery.Collaboration
		contribution  = orrery.Contribution
		commerce      = orrery.Commerce
		curation      = orrery.Curation
	)
	groups := []group{
		// Code and other work on what is shared.
		{"git.commit commit pull_request.opened merge_request.opened pull_request.reopened", plus(collaboration, 8, 20)},
		{"git.commit.committed", plus(collaboration, 2, 20)},
		{"git.commit.co_authored coauthor", plus(collaboration, 7, 20)},
		{"git.commit.reviewed review pull_request_review.submitted review.submitted merge_request.approved", plus(collaboration, 8, 20)},
		{"git.commit.signed_off git.commit.acked ack", plus(collaboration, 3, 20)},
		{"git.commit.reported", plus(contribution, 6, 20)},
		{"git.commit.tested test", plus(contribution, 5, 20)},
		{"git.commit.suggested suggest", plus(contribution, 5, 20)},
		{"git.commit.helped help mentor", plus(collaboration, 6, 20)},
		{"git.merge", there(collaboration)}, // they were there; the work is somebody else's
		{"pull_request.merged merge_request.merged pull_request.closed issue.closed check_run.completed", orrery.Rule{Strategy: collaboration}},
		{"issue.opened issues.opened issue", plus(contribution, 7, 10)},
		{"discussion.opened discussion.created discussion", plus(conversation, 7, 10)},
		{"pull_request_review_comment.created review_comment", plus(collaboration, 5, 20)},
		{"synchronize ready_for_review project.created project_card.created project_column.created projects_v2.created projects_v2_item.created", light(collaboration, 1, 10)},
		{"labeled milestoned category_changed typed issue.assigned merge_request.assigned pull_request.assigned review_requested", light(collaboration, 1, 10)},
		{"issue.reopened issue.pinned issue.locked discussion.pinned discussion.locked discussion.reopened discussion.closed pull_request.locked merge_request.closed merge_request.reopened converted_to_draft auto_merge_enabled pull_request.enqueued pull_request_review_thread.resolved branch.created branch.deleted tag.created tag.deleted member.added", there(collaboration)},

		// Questions and conversation.
		{"question question.asked", plus(conversation, 6, 10)},
		{"answer answer.posted", plus(contribution, 7, 10)},
		{"answer.accepted answer_accepted", plus(contribution, 8, 10)},
		{"topic topic.created topic_created", plus(conversation, 6, 10)},
		{"comment comment.created issue_comment.created reply post post.created post_created discussion_comment.created commit_comment.created", plus(conversation, 5, 20)},
		{"message message.sent mail", plus(conversation, 5, 20)},
		{"met_in_person", plus(conversation, 8, 3)},
		{"mention discussion.answered", plus(conversation, 2, 10)},
		{"introduction", plus(conversation, 6, 5)},
		{"interview survey.completed feedback", plus(contribution, 5, 3)},

		// Content.
		{"lesson.completed course.completed", plus(content, 4, 3)},
		{"article article.published talk.given video.published", plus(content, 9, 3)},
		{"contribution submission edit wiki.edit", plus(contribution, 7, 10)},
		{"read view viewed page page.viewed page_viewed screen", plus(content, .2, 3)},
		{"open email.open email.opened email_opened", plus(content, .2, 1)},
		{"click clicked link.clicked email.clicked email_link_clicked", plus(content, .5, 3)},
		{"download downloaded", plus(content, 2, 3)},
		{"listen watch", plus(content, 1, 3)},
		{"searched search signed_in session.started application.opened application.updated", plus(content, .2, 3)},

		// Events and time.
		{"event.attended attended attend checked_in", plus(contribution, 8, 3)},
		{"event.registered registered registration rsvp", plus(contribution, 3, 3)},
		{"event.organized organized hosted", plus(contribution, 10, 3)},
		{"hours hours.volunteered hours_volunteered volunteered", plus(contribution, 8, 5)},

		// Money.
		{"order order.completed order_completed order.created orders.create purchase purchased checkout", plus(commerce, 6, 5)},
		{"subscription.created subscription.started renewal subscription.renewed", plus(commerce, 6, 2)},
		{"pledge pledged donation donated sponsorship", plus(contribution, 9, 3)},
		{"installation.created", plus(commerce, 3, 1)},
		{"marketplace_purchase.changed sponsorship.tier_changed", there(commerce)},
		{"cart product_added product.added add_to_cart checkout.started checkout_step.completed payment_info.entered", plus(commerce, 1, 3)},
		{"product.removed order.updated coupon.entered coupon.applied coupon.denied coupon.removed shipping_info.entered", there(commerce)},
		{"referral referred invitation.accepted", plus(contribution, 7, 5)},

		// Curation and light touches.
		{"pin pinned collected collection.created", plus(curation, 3, 10)},
		{"join joined sign_up signed_up signup account.created member.joined member.asked", plus(conversation, 3, 1)},
		{"star starred watch.started", light(curation, 2, 3)},
		{"fork forked", plus(curation, 3, 3)},
		{"like liked favourite favorite reaction upvote", plus(curation, 1, 5)},
		{"share shared repost boost", plus(curation, 2, 5)},
		{"follow followed", plus(curation, 1, 3)},
		{"vote voted", plus(curation, 2, 10)},
		{"subscribe subscribed request request.made", plus(content, 2, 3)},

		// Repulsion: an axis of its own.
		{"unstar unstarred unfollow unpin", minus(curation, 2, 3)},
		{"downvote downvoted dislike unlike unliked unfavourite unfavorite unvote unvoted", minus(curation, 1, 5)},
		{"unsubscribe unsubscribed leave member.left request.withdrawn", minus(content, 5, 1)},
		{"complaint complained", minus(conversation, 6, 3)},
		{"refund refunded order.refunded order_refunded refunds.create chargeback return.requested", minus(commerce, 6, 3)},
		{"installation.deleted", minus(commerce, 3, 1)},
		{"report reported spam spam.reported spam_reported abuse email.marked_as_spam", minus(conversation, 8, 3)},
		{"order.cancelled order_cancelled subscription.cancelled cancelled", minus(commerce, 4, 3)},
		{"account.deleted application.uninstalled", minus(content, 5, 1)},

		// What says nothing of a person.
		{"bot announce announcement release package.published delivery delivered email.sent email_sent bounced", orrery.Rule{}},
		{"signed_out application.backgrounded application.crashed install.attributed", orrery.Rule{}},
	}
	return append(groups, ratings()...)
}

// ratings are signed trust, "rate-10" … "rate+10": the sign is the valence, and
// the weight grows from 2 with the strength of the word to 10, because to rate
// somebody at all is considered. A rating of 0 is neither.
func ratings() []group {
	groups := []group{{"rating rate rate+0", plus(orrery.Curation, 2, 10)}}
	groups[0].rule.Valence = 0
	for n := 1; n <= 10; n++ {
		weight := 2 + .8*float64(n)
		groups = append(groups,
			group{fmt.Sprintf("rate+%d", n), plus(orrery.Curation, weight, 10)},
			group{fmt.Sprintf("rate-%d", n), minus(orrery.Curation, weight, 10)})
	}
	return groups
}

// plus attracts; it is meaningful by its weight.
func plus(s orrery.Strategy, weight float64, daily uint8) orrery.Rule {
	milli := int32(weight*1000 + .5)
	return orrery.Rule{Strategy: s, WeightMilli: milli, Meaningful: milli >= MeaningfulFrom, Valence: 1, DailyCap: daily}
}

// light attracts, but brings nobody closer whatever its weight: one gesture that
// costs nothing and asks nobody back.
func light(s orrery.Strategy, weight float64, daily uint8) orrery.Rule {
	r := plus(s, weight, daily)
	r.Meaningful = false
	return r
}

// minus repels.
func minus(s orrery.Strategy, weight float64, daily uint8) orrery.Rule {
	r := light(s, weight, daily)
	r.Valence = -1
	return r
}

// there counts as a visit and no more.
func there(s orrery.Strategy) orrery.Rule { return orrery.Rule{Strategy: s, Valence: 1} }
