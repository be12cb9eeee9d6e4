package csv_test

import (
	"context"
	"fmt"

	"orrery.dev/orrery/internal/collect/csv"
)

func ExampleInspect() {
	mapping, err := csv.ParseMapping("who=member,kind==membership")
	if err != nil {
		fmt.Println(err)
		return
	}
	preview, err := csv.Inspect(context.Background(), "testdata/files/ambiguous.csv", csv.Options{Mapping: mapping})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(preview.Mapping)
	for _, a := range preview.Rows {
		fmt.Println(a.Actor.Value, a.Kind, a.At.Format("2 January 2006"))
	}
	fmt.Println(preview.Questions[0].Text)
	// Output:
	// who=member,when=date,kind==membership
	// a membership 4 March 2026
	// b membership 6 May 2026
	// Does 05/06/2026 mean 5 June 2026 or 6 May 2026?
}
