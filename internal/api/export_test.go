package api

// Routes lists the route table: method, path, scope.
func Routes() []string {
	list := make([]string, len(routes))
	for i := range routes {
		list[i] = routes[i].pattern + " " + string(routes[i].scope)
	}
	return list
}

// Split is split.
var Split = split

// RemoteOf is remoteOf.
var RemoteOf = remoteOf
