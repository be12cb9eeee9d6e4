package api

import (
	"bytes"

	"orrery.dev/orrery"
)

// Bounds of one request.
const (
	maxActivities = 10_000
	maxDepth      = 64 // of values inside each other
)

// split finds the activities of a body: one a line, an array of them,
// {"activities":[…]}, or, where lines is false, one alone over any lines. What
// it hands out may be no JSON: whoever reads an activity says what is wrong.
func split(body []byte, lines bool) ([][]byte, error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return nil, orrery.Errorf(orrery.Invalid, "the body is empty: send activities, one JSON object a line")
	}
	switch list, wrapped, err := unwrap(body); {
	case err != nil:
		return nil, err
	case wrapped:
		return splitArray(list)
	case body[0] == '[':
		return splitArray(body)
	case body[0] == '{' && !lines:
		return [][]byte{body}, nil
	}
	var parts [][]byte
	for line := range bytes.Lines(body) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if parts = append(parts, line); len(parts) > maxActivities {
			return nil, tooMany()
		}
	}
	return parts, nil
}

func tooMany() error {
	return orrery.Errorf(orrery.Invalid, "there are more than %d activities: send them in several requests", maxActivities)
}

// unwrap returns the array in {"activities":[…]}.
func unwrap(body []byte) (list []byte, wrapped bool, err error) {
	const key = `"activities"`
	inside, isObject := bytes.CutPrefix(body, []byte("{"))
	inside = bytes.TrimSpace(inside)
	inside, named := bytes.CutPrefix(inside, []byte(key))
	if !isObject || !named {
		return nil, false, nil
	}
	inside, colon := bytes.CutPrefix(bytes.TrimSpace(inside), []byte(":"))
	inside, closed := bytes.CutSuffix(inside, []byte("}"))
	inside = bytes.TrimSpace(inside)
	if !colon || !closed || len(inside) == 0 || inside[0] != '[' || inside[len(inside)-1] != ']' {
		return nil, true, orrery.Errorf(orrery.Invalid, `the body must be {"activities":[…]}, with nothing else in it`)
	}
	return inside, true, nil
}

// splitArray cuts a JSON array at its commas.
func splitArray(body []byte) (parts [][]byte, err error) {
	depth, start := 0, 1
	cut := func(end int) {
		if part := bytes.TrimSpace(body[start:end]); len(part) > 0 || len(parts) > 0 || body[end] == ',' {
			parts = append(parts, part)
		}
		start = end + 1
	}
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '"':
			for i++; i < len(body) && body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
			}
		case '[', '{':
			if depth++; depth > maxDepth {
				return nil, orrery.Errorf(orrery.Invalid, "values stand more than %d deep in each other", maxDepth)
			}
		case ']', '}':
			depth--
			if depth == 0 {
				if body[i] != ']' || i != len(body)-1 {
					return nil, orrery.Errorf(orrery.Invalid, "something follows the array at byte %d", i+1)
				}
				cut(i)
				return parts, nil
			}
		case ',':
			if depth == 1 {
				cut(i)
				if len(parts) > maxActivities {
					return nil, tooMany()
				}
			}
		}
	}
	return nil, orrery.Errorf(orrery.Invalid, "the array does not end: its closing ] is missing")
}
