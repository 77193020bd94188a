package mutant

func lifecycleMutants() []Mutant { return nil }

func lifecycleOddities() []Mutant { return nil }
