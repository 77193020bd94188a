package record

// RebuildObserved is not recorded yet.
type RebuildObserved struct{}
