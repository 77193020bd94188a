package spatest

func deploySkewChecks() []Check { return nil }
