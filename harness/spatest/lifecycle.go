package spatest

func lifecycleChecks() []Check { return nil }
