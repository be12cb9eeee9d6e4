package authentic

import "strings"

// praises are the last segments of kinds by which somebody says that another, or
// what another did, is good.
var praises = map[string]bool{
	"like": true, "liked": true, "favourite": true, "favorite": true, "reaction": true, "upvote": true, "upvoted": true,
	"thanks": true, "thank": true, "thanked": true, "kudos": true, "praise": true, "praised": true, "applause": true,
	"cheer": true, "endorsed": true, "endorsement": true, "boost": true, "recommended": true, "helpful": true,
	"answer_accepted": true, "rating": true, "rate": true,
}

// IsPraise says whether an activity of a kind with a valence is praise. Kinds
// that are signed by nature (a rating) are praise by their valence alone; known
// is false where the activity states none.
func IsPraise(kind string, valence int8, known bool) bool {
	if known && valence <= 0 {
		return false
	}
	before, last := "", kind
	if i := strings.LastIndexByte(kind, '.'); i >= 0 {
		before, last = kind[:i], kind[i+1:]
	}
	switch last {
	case "rating", "rate":
		return known
	case "accepted":
		return before == "answer" || strings.HasSuffix(before, ".answer")
	case "created", "added", "given", "received":
		if i := strings.LastIndexByte(before, '.'); i >= 0 {
			before = before[i+1:]
		}
		return praises[before] && before != "rating" && before != "rate"
	}
	if amount, ok := strings.CutPrefix(last, "rate+"); ok {
		return strings.Trim(amount, "0") != ""
	}
	return praises[last]
}

// takesBack returns the kind that a kind takes back, such as star for unstar,
// empty where it takes nothing back.
func takesBack(kind string) string {
	before, last := "", kind
	if i := strings.LastIndexByte(kind, '.'); i >= 0 {
		before, last = kind[:i+1], kind[i+1:]
	}
	if rest, ok := strings.CutPrefix(last, "un"); ok && len(rest) > 2 {
		return before + strings.TrimPrefix(rest, "-")
	}
	if before != "" && (last == "removed" || last == "deleted") {
		return before + map[string]string{"removed": "added", "deleted": "created"}[last]
	}
	return ""
}
