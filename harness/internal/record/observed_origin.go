package record

// OriginObserved is not recorded yet.
type OriginObserved struct{}
