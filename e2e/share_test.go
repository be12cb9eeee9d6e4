package e2e

import (
	"encoding/base64"
	"testing"
)

func TestAChartIsSharedAsAPicture(t *testing.T) {
	t.Parallel()
	w := browse(t, sampled(t), night)
	for name, path := range map[string]string{"today": "/", "person": w.nearest(t), "map": "/map"} {
		w.open(t, path)
		w.run(t, settle())
		var picture string
		w.eval(t, `new Promise((done) => {
			const make = URL.createObjectURL;
			URL.createObjectURL = (blob) => {
				const reader = new FileReader();
				reader.onload = () => done(reader.result.split(",")[1]);
				reader.readAsDataURL(blob);
				return make(blob);
			};
			HTMLAnchorElement.prototype.click = () => {};
			document.querySelector("button.share").click();
			setTimeout(() => done(""), 20000);
		})`, &picture)
		png, err := base64.StdEncoding.DecodeString(picture)
		if err != nil || len(png) < 10_000 {
			t.Errorf("%s: the picture has %d bytes (%v)", name, len(png), err)
			continue
		}
		keep(t, "shared-"+name, png)
	}
	w.good(t)
}
