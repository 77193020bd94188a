package record

// SplitObserved is not recorded yet.
type SplitObserved struct{}
