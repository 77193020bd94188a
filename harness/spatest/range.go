package spatest

func rangeChecks() []Check { return nil }
