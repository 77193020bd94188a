package record

// FrontsObserved is not recorded yet.
type FrontsObserved struct{}
