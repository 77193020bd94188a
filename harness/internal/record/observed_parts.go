package record

// PartsObserved is not recorded yet.
type PartsObserved struct{}
