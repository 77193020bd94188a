package record

// LastStageObserved is not recorded yet.
type LastStageObserved struct{}
