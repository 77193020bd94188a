package mutant

func rangeMutants() []Mutant { return nil }

func rangeOddities() []Mutant { return nil }
