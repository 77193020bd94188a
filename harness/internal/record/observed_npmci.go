package record

// NpmCIObserved is not recorded yet.
type NpmCIObserved struct{}
