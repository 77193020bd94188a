package record

// CapacityObserved is not recorded yet.
type CapacityObserved struct{}
