package record

// ReloadObserved is not recorded yet.
type ReloadObserved struct{}

// SeedObserved is not recorded yet.
type SeedObserved struct{}

// AnonymousVolumeObserved is not recorded yet.
type AnonymousVolumeObserved struct{}

// MountsObserved is not recorded yet.
type MountsObserved struct{}
