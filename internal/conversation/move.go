package conversation

import "strings"

// Move is what an act does in a thread, by its kind.
type Move uint8

// The moves.
const (
	Nothing   Move = iota // says nothing in a conversation
	Speaks                // words: an opening, an answer, a comment
	Brings                // words with work to be taken in: a pull request
	Mails                 // a mail: it may carry work, a patch
	MailsBack             // a mail that answers another
	Replies               // words that answer others in a thread
	Reviews               // a verdict or a remark about such work
	Reacts                // a like, a reaction
	Closes                // closes, merges, resolves, accepts an answer
	Reopens               // takes that back
)

// Words says whether it is made of words, which somebody may answer.
func (m Move) Words() bool { return m != Nothing && m < Reacts }

// moves are kinds by their ends, without the platform's name. A kind is looked up by
// its last two words, then by its last.
var moves = map[string]Move{
	"pull_request.opened": Brings, "merge_request.opened": Brings, "mail.post": Mails, "mail": Mails, "mail.reply": MailsBack, "list.post": Mails, "list.reply": MailsBack, "synchronize": Brings, "ready_for_review": Brings,
	"pull_request_review.submitted": Reviews, "pull_request_review_comment.created": Reviews,
	"review": Reviews, "review_comment": Reviews, "review.submitted": Reviews, "merge_request.approved": Reviews,

	"issue.opened": Speaks, "issues.opened": Speaks, "issue": Speaks, "discussion.opened": Speaks, "discussion.created": Speaks, "discussion": Speaks,
	"question": Speaks, "question.asked": Speaks, "answer": Speaks, "answer.posted": Speaks,
	"topic": Speaks, "topic.created": Speaks, "topic_created": Speaks, "comment": Speaks, "comment.created": Speaks,
	"issue_comment.created": Speaks, "discussion_comment.created": Speaks, "commit_comment.created": Speaks,
	"reply": Replies, "post": Speaks, "post.created": Speaks, "post_created": Speaks, "message": Speaks, "message.sent": Speaks,
	"feedback": Speaks, "complaint": Speaks, "ticket.created": Speaks, "note": Speaks,

	"like": Reacts, "liked": Reacts, "reaction": Reacts, "upvote": Reacts, "favourite": Reacts, "favorite": Reacts,

	"issue.closed": Closes, "issues.closed": Closes, "pull_request.closed": Closes, "pull_request.merged": Closes, "merge_request.closed": Closes,
	"merge_request.merged": Closes, "discussion.closed": Closes, "discussion.answered": Closes, "topic.closed": Closes, "topic.resolved": Closes,
	"ticket.closed": Closes, "ticket.solved": Closes, "answer.accepted": Closes, "answer_accepted": Closes, "issue.locked": Closes, "discussion.locked": Closes,

	"issue.reopened": Reopens, "issues.reopened": Reopens, "pull_request.reopened": Reopens, "merge_request.reopened": Reopens,
	"discussion.reopened": Reopens, "discussion.unanswered": Reopens, "answer.unaccepted": Reopens, "topic.unresolved": Reopens, "ticket.reopened": Reopens,
}

// MoveOf returns what a kind does in a thread: "github.issue.closed" closes.
func MoveOf(kind string) Move {
	end := kind
	if last := strings.LastIndexByte(kind, '.'); last >= 0 {
		end = kind[last+1:]
		two := kind
		if before := strings.LastIndexByte(kind[:last], '.'); before >= 0 {
			two = kind[before+1:]
		}
		if m, ok := moves[two]; ok {
			return m
		}
	}
	return moves[end]
}
