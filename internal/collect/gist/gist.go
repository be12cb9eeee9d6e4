// Package gist reads off a text what it does: asks, thanks, settles, agrees,
// promises. Connectors hand it the text that an activity came with and keep the
// marks; the text goes no further.
//
// It is a list of plain words and no model: it errs, and package conversation
// treats what it says as a hint. English is known well; of other languages only the
// words that everybody uses.
package gist

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"orrery.dev/orrery"
)

// Longest is how much of a text is read, in bytes.
const Longest = 8 << 10

// short is up to how many letters a text that thanks or agrees is taken to be about
// nothing else: who writes more goes on.
const short = 300

// Of returns the marks of a text: plain, Markdown, or a mail without its header.
// What it quotes, its code, what it attaches and its signature do not count.
func Of(text string) orrery.Gist {
	if len(text) > Longest {
		text = text[:Longest]
	}
	low := strings.ReplaceAll(strings.ToLower(ownWords(text)), "’", "'")
	brief := utf8.RuneCountInString(low) <= short
	var g orrery.Gist
	if strings.ContainsAny(low, "?？؟") {
		g |= orrery.Asks
	}
	if settles.in(low) {
		g |= orrery.Settles
	}
	if (agrees.in(low) || agreesFirst.within(low[:min(len(low), 80)]) || brief && agreesShort.within(low)) && !reserved.in(low) {
		g |= orrery.Agrees
	}
	if promises.in(low) {
		g |= orrery.Promises
	}
	if (brief || len(low) <= 2*short && thanksFirst.within(low)) && thanks.within(low) && !goesOn.within(low) {
		g |= orrery.Thanks
	}
	return g
}

// OfHTML returns the marks of a text in HTML. Quotations and code in it do not count.
func OfHTML(text string) orrery.Gist {
	if len(text) > 4*Longest {
		text = text[:4*Longest]
	}
	return Of(html.UnescapeString(tag.ReplaceAllString(apart.ReplaceAllString(text, " "), "\n")))
}

// phrase is what is looked for: the pattern, in texts that hold one of the words
// that it cannot do without. Most texts hold none, and words are found much faster.
type phrase struct {
	words   []string
	pattern *regexp.Regexp
}

// in looks in the lines that hold one of the words, and the line below each.
func (p *phrase) in(low string) bool {
	if len(low) <= short {
		return p.within(low)
	}
	for _, w := range p.words {
		looked := 0 // up to there
		for {
			at := strings.Index(low[looked:], w)
			if at < 0 {
				break
			}
			at += looked
			start := strings.LastIndexByte(low[:at], '\n') + 1
			end := lineEnd(low, lineEnd(low, at+len(w)))
			if p.pattern.MatchString(low[start:end]) {
				return true
			}
			looked = min(max(at+len(w), lineEnd(low, at)), len(low))
		}
	}
	return false
}

func (p *phrase) within(low string) bool {
	for _, w := range p.words {
		if strings.Contains(low, w) {
			return p.pattern.MatchString(low)
		}
	}
	return false
}

// lineEnd returns where the line ends in which a place lies, its end included.
func lineEnd(text string, at int) int {
	if at >= len(text) {
		return len(text)
	}
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

var (
	thanks = phrase{[]string{"hank", "thx", "tysm", "appreciated", "danke", "dank", "gracias", "merci", "obrigad", "grazie", "good to", "makes", "never", "works", "worked", "found", "figured", "working", "solved", "bad", "谢谢", "ありがと", "спасибо"}, regexp.MustCompile(`\b(thanks|thank you|thank u|thx|tysm|much appreciated|danke|vielen dank|gracias|merci|obrigad[oa]|grazie|` +
		`good to know|makes sense|never ?mind|(it|that|this|everything) (works|worked)( now)?|works (now|for me|fine|great|perfectly)|found it|found (specifically |exactly )?what i|` +
		`figured (it|this) out|got it working|problem solved|solved it|my bad)\b|谢谢|ありがと|спасибо`)}
	thanksFirst = phrase{[]string{"hank", "thx"}, regexp.MustCompile(`^(ah,? |oh,? |ok(ay)?,? |great,? |cool,? |@\S+ )*(many thanks|thanks|thank you|thx)\b`)}
	goesOn      = phrase{[]string{"advance", "but", "however", "still", "unfortunately", "problem", "error", "fail", "not sure", "doesn", "hank", "appreciated"}, regexp.MustCompile(`\bin advance\b|(^|[,.!] )but\b|\b(however|still|unfortunately|problem with|error|fails?|not sure|doesn'?t)\b|\bthanks? (you )?(so much )?(for|to) (any|your) (help|advice|time|comments|feedback)\b[^.!]{0,30}\?|appreciated if\b`)}
	settles     = phrase{[]string{"merged", "applied", "pushed", "committed", "landed", "fixed", "closed", "closing", "resolved", "done", "superseded", "addressed"}, regexp.MustCompile(`(?m)(^|[.,;:!)]\s*|\b(and|thus|anyway|anyhow|patch(set|es)?|fix|series|both|all|now|i|i've|i have|we|we've) )` +
		`(merged|applied|pushed|committed|landed|squashed and merged)\b( (it|this|that|the (whole )?(patch(set)?|series|fix)|both|all|now|to [\w/.-]+|with [^.!\n]{1,60}))?\s*([.,;!:]|$|thank|thx)` +
		`|^(fixed|closed|closing|resolved|done|superseded|addressed) (by|in|with|via|as)\b|^(closing|resolved|done)\s*[.,!]`)}
	agrees      = phrase{[]string{"reviewed-by:", "acked-by:", "lgtm", "looks", "+1", "sounds", "ready"}, regexp.MustCompile(`(?m)^\s*(reviewed|acked)-by:|\blgtm\b|\b(this|it|that|all|patch(set)?|series|now|^)? ?looks (good|great|fine)( to me)?\s*([.,!]|$)|^\s*\+1\b|\bsounds good\b|\bready to (be )?merged?\b`)}
	agreesFirst = phrase{[]string{"agree"}, regexp.MustCompile(`^(@\S+ )?(i|we) (fully |totally |completely )?agree\b`)}
	agreesShort = phrase{[]string{"should be", "can be", "agree", "let"}, regexp.MustCompile(`\b(can|should) be (closed|merged)\b|\b(i|we) (fully |totally |completely )?agree\b|^agreed\b|\bcouldn'?t agree more\b|^let'?s (add|do|go|use|take|merge|close|change)\b`)}
	// what is left looks good where something else does not
	reserved = phrase{[]string{"rest", "otherwise", "apart", "except", "besides"}, regexp.MustCompile(`\b(rest|otherwise|apart from|except|besides)\b[^.\n]{0,40}\b(looks|is|are) (good|great|fine|ok)\b`)}
	promises = phrase{[]string{"'ll", "will", "shall", "going", "gonna", "let me", "pending on", "on my", "coming", "follows"}, regexp.MustCompile(`\b(i'll|i will|i shall|we'll|i'?m going to|i am going to|i'?m gonna|let me)( (also|then|just|now|soon|try to|try and|have to|be able to))* ` +
		`(send|fix|try|do|add|update|submit|make|pr|open|post|correct|resend|split|look|check|prepare|rework|address|change|remove|write|work|move|rebase|take|give)\b|\b(pending on my part|on my (todo|to-do|list|plate)|(patch|v\d+) (is )?(coming|follows))\b|\bwill (send|fix|resend|correct|do) `)}
	apart   = regexp.MustCompile(`(?s)<(blockquote|aside|pre|code)\b.*?</(blockquote|aside|pre|code)>`)
	tag     = regexp.MustCompile(`<(?:/?(?:p|div|br|li|ul|ol|h\d|hr)\b)?[^>]*>`)
	address = regexp.MustCompile(`https?://\S+`)
	code    = regexp.MustCompile("(?s)```.*?(```|$)|`[^`\n]*`")
	closing = regexp.MustCompile(`(?i)^(many )?(thanks|thank you|thx)( again)?( a lot| very much)?[,.!]?$`)
	quoting = regexp.MustCompile(`(?i)^(on .{6,120} wrote:|.{0,80} (wrote|schrieb|a écrit|said):|[-_]{4,}.*(original|forwarded) message.*)$`)
)

// ownWords returns what the writer wrote: no quotation, code, patch, signature or
// address, and no thanks that only sign a mail.
func ownWords(text string) string {
	if strings.Contains(text, "`") {
		text = code.ReplaceAllString(text, " ")
	}
	if strings.Contains(text, "://") {
		text = address.ReplaceAllString(text, " ")
	}
	var kept []string
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if line == "--" || strings.HasPrefix(line, "diff --git ") || strings.HasPrefix(line, "---") && i > 0 || strings.HasPrefix(line, "Signed-off-by:") {
			break
		}
		if line == "" || line[0] == '>' || line[0] == '|' || isQuoting(line) {
			continue
		}
		if len(kept) > 0 && len(line) < 40 && closing.MatchString(line) && followed(lines[i+1:]) {
			continue
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

// followed says whether a name or so stands below, and no more.
func followed(lines []string) bool {
	n := 0
	for _, line := range lines {
		if line = strings.TrimSpace(line); line == "--" {
			break
		} else if line != "" {
			n++
		}
	}
	return n >= 1 && n <= 3
}

// isQuoting says whether a line only says that a quotation follows.
func isQuoting(line string) bool {
	end := line[len(line)-1]
	return (end == ':' || line[0] == '-' || line[0] == '_') && quoting.MatchString(line)
}
