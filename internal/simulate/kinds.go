package simulate

import "orrery.dev/orrery"

// kind is an index in kinds.
type kind int

const (
	articlePublished kind = iota
	articleRead
	lessonCompleted
	recordingPlayed
	newsletterOpen
	newsletterSubscribed
	newsletterUnsubscribed

	forumJoin
	topicCreated
	forumReply
	recordingComment
	issueComment
	complaint

	wikiReviewed
	pullOpened
	pullReviewed
	pullMerged
	recordingIdentified
	checkCompleted

	answerAccepted
	wikiEdited
	issueOpened
	translationSubmitted
	recordingShared
	eventRegistered
	eventAttended
	volunteerHours
	pledgeMade

	orderPlaced
	orderCancelled
	orderRefunded

	forumLike
	productRated
	collectionCreated
	collectionPin
	recordingVoted
	repositoryStar
	kindCount
)

var kinds = [kindCount]Kind{
	articlePublished:       {"article.published", orrery.Content, true},
	articleRead:            {"article.read", orrery.Content, true},
	lessonCompleted:        {"lesson.completed", orrery.Content, true},
	recordingPlayed:        {"recording.listen", orrery.Content, false},
	newsletterOpen:         {"newsletter.open", orrery.Content, false},
	newsletterSubscribed:   {"newsletter.subscribed", orrery.Content, true},
	newsletterUnsubscribed: {"newsletter.unsubscribed", orrery.Content, false},

	forumJoin:        {"forum.join", orrery.Conversation, true},
	topicCreated:     {"forum.topic.created", orrery.Conversation, true},
	forumReply:       {"forum.reply", orrery.Conversation, true},
	recordingComment: {"recording.comment", orrery.Conversation, true},
	issueComment:     {"github.issue_comment.created", orrery.Conversation, true},
	complaint:        {"support.complaint", orrery.Conversation, false},

	wikiReviewed:        {"wiki.review", orrery.Collaboration, true},
	pullOpened:          {"github.pull_request.opened", orrery.Collaboration, true},
	pullReviewed:        {"github.pull_request_review.submitted", orrery.Collaboration, true},
	pullMerged:          {"github.pull_request.merged", orrery.Collaboration, false},
	recordingIdentified: {"recording.review", orrery.Collaboration, true},
	checkCompleted:      {"github.check_run.completed", orrery.Collaboration, false},

	answerAccepted:       {"answer.accepted", orrery.Contribution, true},
	wikiEdited:           {"wiki.edit", orrery.Contribution, true},
	issueOpened:          {"github.issues.opened", orrery.Contribution, true},
	translationSubmitted: {"translation.submission", orrery.Contribution, true},
	recordingShared:      {"recording.submission", orrery.Contribution, true},
	eventRegistered:      {"event.registered", orrery.Contribution, true},
	eventAttended:        {"event.attended", orrery.Contribution, true},
	volunteerHours:       {"volunteer.hours", orrery.Contribution, true},
	pledgeMade:           {"appeal.pledge", orrery.Contribution, true},

	orderPlaced:    {"order.completed", orrery.Commerce, true},
	orderCancelled: {"order.cancelled", orrery.Commerce, false},
	orderRefunded:  {"order.refunded", orrery.Commerce, false},

	forumLike:         {"forum.like", orrery.Curation, false},
	productRated:      {"product.rating", orrery.Curation, true},
	collectionCreated: {"collection.created", orrery.Curation, true},
	collectionPin:     {"collection.pin", orrery.Curation, true},
	recordingVoted:    {"recording.vote", orrery.Curation, true},
	repositoryStar:    {"github.star", orrery.Curation, false},
}

// deed is something that somebody may do when they come by.
type deed struct {
	at     platform
	weight float64
	do     func(*run, *visit)
}

// deeds are what there is to do around a planet, by way to belong. Weights
// compare within one cell.
var deeds = [planets][orrery.Strategies][]deed{
	recorders: {
		orrery.Content:       {{mail, 5, (*run).readArticle}, {mail, 1, (*run).learn}},
		orrery.Conversation:  {{forum, 7, (*run).reply}, {forum, 2, (*run).startTopic}},
		orrery.Collaboration: {{forum, 3, (*run).answer}, {forum, 1.5, (*run).reviewWiki}},
		orrery.Contribution:  {{mail, 3, (*run).volunteer}, {mail, 2, (*run).walk}, {mail, .5, (*run).pledge}, {forum, 1, (*run).editWiki}},
		orrery.Commerce:      {{shop, 3, (*run).order}, {shop, .8, (*run).rate}},
		orrery.Curation:      {{forum, 1, (*run).pinTopic}, {forum, 2, (*run).like}},
	},
	reedbed: {
		orrery.Content:       {{mail, 1, (*run).readArticle}},
		orrery.Conversation:  {{code, 5, (*run).comment}, {forum, 4, (*run).reply}, {forum, 1, (*run).startTopic}},
		orrery.Collaboration: {{code, 3, (*run).openPull}, {code, 4, (*run).reviewPull}, {forum, 2, (*run).answer}},
		orrery.Contribution:  {{code, 3, (*run).openIssue}, {code, 3, (*run).translate}, {mail, .5, (*run).pledge}, {mail, .5, (*run).volunteer}},
		orrery.Commerce:      {{shop, 1, (*run).order}},
		orrery.Curation:      {{code, 1, (*run).star}, {forum, 1, (*run).pinTopic}, {forum, 2, (*run).like}},
	},
	listening: {
		orrery.Content:       {{soundmap, 6, (*run).play}, {mail, 3, (*run).readArticle}},
		orrery.Conversation:  {{soundmap, 6, (*run).commentRecording}, {forum, 3, (*run).reply}, {forum, 1, (*run).startTopic}},
		orrery.Collaboration: {{soundmap, 3, (*run).identify}, {forum, 1, (*run).reviewWiki}},
		orrery.Contribution:  {{soundmap, 5, (*run).shareRecording}, {mail, .6, (*run).volunteer}, {mail, .8, (*run).walk}, {forum, .6, (*run).editWiki}},
		orrery.Commerce:      {{shop, 1, (*run).order}},
		orrery.Curation:      {{soundmap, 7, (*run).pinRecording}, {soundmap, 1, (*run).createCollection}, {soundmap, 3, (*run).vote}, {forum, 1, (*run).like}},
	},
	wakesong: {
		orrery.Content:       {{mail, 1, (*run).readArticle}},
		orrery.Conversation:  {{forum, 3, (*run).reply}, {forum, 1, (*run).startTopic}},
		orrery.Collaboration: {{forum, 1, (*run).reviewWiki}},
		orrery.Contribution:  {{mail, 2, (*run).pledge}, {soundmap, 3, (*run).shareRecording}, {mail, 1, (*run).volunteer}, {forum, 1, (*run).editWiki}},
		orrery.Commerce:      {{shop, 1, (*run).order}},
		orrery.Curation:      {{soundmap, 2, (*run).pinRecording}, {forum, 1, (*run).pinTopic}, {forum, 1, (*run).like}},
	},
}
