// Command screens serves the team's screens over a made-up world, for tests,
// pictures and measurements. Everybody who asks is logged in by /enter/once.
package main

import (
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"orrery.dev/orrery/internal/web"
	"orrery.dev/orrery/internal/web/webtest"
)

func main() {
	var o webtest.Options
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on")
	flag.IntVar(&o.People, "people", 5000, "how many people orbit the first planet")
	flag.Uint64Var(&o.Seed, "seed", 42, "which world")
	flag.BoolVar(&o.Hostile, "hostile", false, "give some people names that attack")
	flag.BoolVar(&o.Stale, "stale", false, "let the data end long ago")
	flag.BoolVar(&o.Sample, "sample", false, "call it the sample")
	flag.BoolVar(&o.Empty, "empty", false, "have a planet with nobody around it")
	flag.Parse()
	world := webtest.New(o)
	handler, err := web.New(web.Config{Backend: world.Backend(), Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Clock: world.Now})
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s%s\n", listener.Addr(), web.EntryPath("once"))
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.Serve(listener))
}
