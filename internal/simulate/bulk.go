package simulate

import (
	"iter"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"orrery.dev/orrery"
)

// bulkKinds are what happens in bulk, the frequent ones named more than once.
var bulkKinds = [16]kind{
	forumReply, forumReply, forumReply, forumReply, forumLike, forumLike, forumLike, articleRead,
	articleRead, issueComment, topicCreated, pullOpened, pullReviewed, orderPlaced, collectionPin, volunteerHours,
}

const (
	bulkDays   = 3 * 365
	bulkCircle = 256 // people, adjacent in number, who speak with each other
	bulkPlanet = "bulk"
)

// Bulk yields a number of activities of a number of people around the planet
// "bulk", in order of time, over the three years up to and including the day
// end: for load tests and benchmarks, where speed counts and truth does not.
// How often a person is seen follows Zipf's law: the chance of number n is in
// proportion to 1/n, and people are numbered from 1, known by the login "u" and
// the number. One activity in four is addressed to somebody of the same 256
// numbers. The activity and its slices are reused: copy what is kept. Each range
// starts anew and yields the same. With fewer than one person nothing happens.
func Bulk(seed uint64, people, activities int, end orrery.Day) iter.Seq[*orrery.Activity] {
	return func(yield func(*orrery.Activity) bool) {
		if people < 1 {
			return
		}
		rng := rand.New(rand.NewPCG(seed, 3))
		logins, topics := numbered("u", people), numbered("t", people/8+1)
		logPeople := math.Log(float64(people + 1))

		start := (end - bulkDays + 1).Time().UnixMicro()
		step := float64(bulkDays) * 24 * 3600 * 1e6 / float64(max(1, activities))
		var id []byte
		to := [1]orrery.Actor{{Namespace: "bulk.example", Type: "login"}}
		a := orrery.Activity{
			Namespace: "bulk.example", Source: "bulk", Planet: bulkPlanet,
			Actor: orrery.Actor{Namespace: "bulk.example", Type: "login"}, Object: orrery.Object{Type: "topic"},
		}
		for i := range activities {
			chance := rng.Uint64()
			who := min(people-1, int(math.Exp(rng.Float64()*logPeople))-1)
			circle := who - who%bulkCircle
			id = strconv.AppendInt(append(id[:0], 'a'), int64(i), 10)

			a.ExternalID = string(id)
			a.Kind = kinds[bulkKinds[chance&15]].Name
			a.Actor.Value = logins.at(who)
			a.Object.ID = topics.at(min(topics.n-1, circle/8+int(chance>>8&31)))
			a.Thread = a.Object.ID
			a.At = time.UnixMicro(start + int64((float64(i)+rng.Float64())*step)).UTC()
			a.Origin = orrery.Origin(chance >> 16 & 3)
			a.PromptedBy = ""
			if a.Origin == orrery.Prompted {
				a.PromptedBy = "bulk-campaign"
			}
			a.To = nil
			if chance>>20&3 == 0 {
				if other := circle + int(chance>>24&(bulkCircle-1)); other < people && other != who {
					to[0].Value = logins.at(other)
					a.To = to[:]
				}
			}
			if !yield(&a) {
				return
			}
		}
	}
}

// names are strings of a prefix and a number from 1 on, kept in one piece.
type names struct {
	all  string
	ends []uint32
	n    int
}

func numbered(prefix string, n int) names {
	var all []byte
	ends := make([]uint32, n)
	for i := range n {
		all = strconv.AppendInt(append(all, prefix...), int64(i)+1, 10)
		ends[i] = uint32(len(all))
	}
	return names{string(all), ends, n}
}

func (s *names) at(i int) string {
	if i == 0 {
		return s.all[:s.ends[0]]
	}
	return s.all[s.ends[i-1]:s.ends[i]]
}
